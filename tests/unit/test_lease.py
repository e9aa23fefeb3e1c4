"""A library's lease: two homes never make pictures in one library at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from pressrun.library import lease
from pressrun.library.lease import AHEAD_SECONDS, STALE_SECONDS, Lease

MINE = Lease("here", "/home/a", 1, 1_000_000.0, 1_000_000.0)
OTHER = Lease("there", "/home/b", 2, 1_000_060.0, 1_000_060.0)


@pytest.fixture(autouse=True)
def _there(tmp_path: Path) -> None:
    """The library is there."""
    (tmp_path / ".pressrun").mkdir()


def test_the_second_home_hears_who_has_it(tmp_path: Path) -> None:
    """And since when; when it is given back, it is anybody's."""
    assert lease.take(tmp_path, MINE) is None
    found = lease.take(tmp_path, OTHER)
    assert found == MINE
    assert "on here in the home /home/a" in lease.refusal(tmp_path, found)
    lease.release(tmp_path, OTHER)
    assert lease.read(tmp_path) == MINE
    lease.release(tmp_path, MINE)
    assert lease.take(tmp_path, OTHER) is None
    assert [each.name for each in (tmp_path / ".pressrun").iterdir()] == ["lease.json"]


def test_no_library_is_begun_where_its_disk_was(tmp_path: Path) -> None:
    """A lease in an empty mount point would be the first file of another library."""
    with pytest.raises(FileNotFoundError, match="the library is not there"):
        lease.take(tmp_path / "gone", MINE)
    assert not (tmp_path / "gone").exists()


def test_the_same_home_takes_its_own_over_at_once(tmp_path: Path) -> None:
    """A host that was killed keeps nobody of its home waiting; it stays taken since then."""
    lease.take(tmp_path, MINE)
    again = replace(MINE, process=9, at=1_000_060.0, since=1_000_060.0)
    assert lease.take(tmp_path, again) is None
    assert lease.read(tmp_path) == replace(again, since=MINE.since)


def test_a_lease_that_nobody_renews_ends(tmp_path: Path) -> None:
    """So does one that a wrong clock wrote, and one that cannot be read."""
    for at in (OTHER.at - STALE_SECONDS - 1, OTHER.at + AHEAD_SECONDS + 1):
        lease.take(tmp_path, replace(MINE, at=at))
        assert lease.take(tmp_path, OTHER) is None
        lease.release(tmp_path, OTHER)
    (tmp_path / lease.FILE).write_bytes(b"{")
    assert lease.take(tmp_path, OTHER) is None
    assert lease.read(tmp_path) == OTHER
