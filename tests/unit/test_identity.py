"""A library's mark: an absent library is not an empty one, and another one is not ours."""

from pathlib import Path

import pytest

from pressrun.library import identity
from pressrun.library.identity import Identity, MadeFrom, Presence

MINE = Identity("one", 5.0, MadeFrom("/books/story.jsonl", "story"), ("/books/mara.png",), "3:4")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """The mark tells its list, its references and its format."""
    assert identity.read(tmp_path) is None
    identity.write(tmp_path, MINE)
    assert identity.read(tmp_path) == MINE


def test_a_mark_of_an_older_version_has_no_format(tmp_path: Path) -> None:
    """The library is the same one, and its format is left to the site."""
    (tmp_path / ".pressrun").mkdir()
    (tmp_path / identity.MARK).write_text('{"id": "one", "made_at": 5.0, "references": []}')
    assert identity.read(tmp_path) == Identity("one", 5.0)


@pytest.mark.parametrize(
    ("mark", "known", "there", "held", "found"),
    [
        (False, None, False, False, Presence.UNMARKED),
        (True, "one", True, True, Presence.OURS),
        (True, "one", False, True, Presence.OURS),
        (True, "other", True, True, Presence.ANOTHER),
        (False, "one", False, True, Presence.ABSENT),
        (False, "one", True, True, Presence.ABSENT),
        (False, None, False, True, Presence.ABSENT),
        (False, None, True, True, Presence.UNMARKED),
        (True, None, True, True, Presence.OURS),
        (False, "one", False, False, Presence.UNMARKED),
    ],
)
def test_an_absent_library_is_not_an_empty_one(
    tmp_path: Path, *, mark: bool, known: str | None, there: bool, held: bool, found: Presence
) -> None:
    """What counts is its mark, and for one from before there were marks, its pictures."""
    if mark:
        identity.write(tmp_path, MINE)
    if there:
        (tmp_path / "a.png").write_bytes(b"a picture")
    is_ = identity.presence(tmp_path, known, ["a.png", "b.png"] if held else [])
    assert is_ == found
    refused = identity.refusal(tmp_path, is_, "run it")
    assert (refused is not None) == (found in (Presence.ABSENT, Presence.ANOTHER))
