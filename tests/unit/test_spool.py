"""Lists from standard input: kept as files of this user alone, for the host to read."""

import io
from pathlib import Path

import pytest

from pressrun.errors import BadInputError
from pressrun.home import Home
from pressrun.lists import prompts, spool
from pressrun.lists.forms import Form

LIBRARY = Path("/books/harbour")


def test_a_piped_list_is_kept_for_its_library(tmp_path: Path) -> None:
    """Only this user can read it; piped again for the same pictures, it is the same list."""
    lists = Home.at(tmp_path / "home").lists
    first = spool.keep(lists, io.BytesIO(b"key,prompt\na,A fox\n"), Form.CSV, LIBRARY)
    assert [panel.key for panel in prompts.read(first).panels] == ["a"]
    assert first.stat().st_mode & 0o777 == 0o600
    assert lists.stat().st_mode & 0o777 == 0o700
    again = spool.keep(lists, io.BytesIO(b"key,prompt\nb,A bear\n"), Form.CSV, LIBRARY)
    other = spool.keep(lists, io.BytesIO(b"key,prompt\nc,A cat\n"), Form.CSV, Path("/books/b"))
    assert again == first
    assert other != first
    assert [panel.key for panel in prompts.read(first).panels] == ["b"]
    assert sorted(lists.iterdir()) == sorted([first, other])


def test_a_link_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    """What it leads to stays as it is."""
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    path = spool.keep(tmp_path, io.BytesIO(b"A fox"), Form.TEXT, LIBRARY)
    path.unlink()
    path.symlink_to(victim)
    assert spool.keep(tmp_path, io.BytesIO(b"A bear"), Form.TEXT, LIBRARY) == path
    assert victim.read_text(encoding="utf-8") == "mine"
    assert path.read_text(encoding="utf-8") == "A bear"


def test_what_cannot_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing at all, too much, or no place for it."""
    with pytest.raises(BadInputError, match="standard input: the list contains no prompt"):
        spool.keep(tmp_path, io.BytesIO(b" \n"), Form.TEXT, LIBRARY)
    taken = tmp_path / "taken"
    taken.write_bytes(b"")
    with pytest.raises(BadInputError, match=r"standard input cannot be kept in .*taken"):
        spool.keep(taken, io.BytesIO(b"A fox"), Form.TEXT, LIBRARY)
    monkeypatch.setattr(spool, "LIST_BYTES", 4)
    with pytest.raises(BadInputError, match="standard input: the list is larger than"):
        spool.keep(tmp_path, io.BytesIO(b"A fox"), Form.TEXT, LIBRARY)
