"""Pictures that change places: nothing is lost at any step, and doing it again ends it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import pytest

from crash.matrix import MOVES
from helpers.pictures import encoded, record_of
from pressrun import failpoint
from pressrun.library import moves, sidecar
from pressrun.library.moves import Rename
from pressrun.library.shelf import Shelf, sha256_of

Work = Callable[[Shelf], object]


class Crash(BaseException):
    """The process ends here."""


class Dying:
    """Ends the process at one of the failpoints that are passed."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.names: set[str] = set()

    def passed(self, name: str) -> None:
        """Count one."""
        self.names.add(name)
        if self.left == 0:
            raise Crash
        self.left -= 1


def put(shelf: Shelf, key: str, seed: int) -> str:
    """Place a picture that the author noted something of; returns its SHA-256."""
    data = encoded(seed=seed)
    sha256 = hashlib.sha256(data).hexdigest()
    received = shelf.received(sha256)
    received.parent.mkdir(parents=True, exist_ok=True)
    received.write_bytes(data)
    shelf.place(record_of(sha256, key))
    notes = shelf.folder / f"{key}.json"
    notes.write_text(json.dumps({**json.loads(notes.read_text()), "mood": seed}))
    return sha256


def tree(folder: Path) -> dict[str, str]:
    """Return every file with its content's SHA-256, small copies and scraps left out."""
    return {
        str(path.relative_to(folder)): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "thumbnails" not in path.parts and path.suffix != ".part"
    }


def check_deaths(tmp_path: Path, set_up: Callable[[Shelf], Work], names: set[str]) -> Shelf:
    """Hold the work against itself with a death at every failpoint; returns the whole one's."""
    whole = Shelf(tmp_path / "whole")
    work, passing = set_up(whole), Dying(-1)
    before = {sha for name, sha in tree(whole.folder).items() if name.endswith(".png")}
    with failpoint.armed(passing):
        work(whole)
    assert names <= passing.names
    expected = tree(whole.folder)
    for at in range(-1 - passing.left):
        shelf = Shelf(tmp_path / f"death-{at}")
        work = set_up(shelf)
        with failpoint.armed(Dying(at)), pytest.raises(Crash):
            work(shelf)
        assert before <= set(tree(shelf.folder).values()), f"lost at {at}"
        work(shelf)
        assert tree(shelf.folder) == expected, f"other files after a death at {at}"
    return whole


CARRIED = {name for name in MOVES if name.startswith("moves.carry.")}


@pytest.mark.parametrize(
    "to",
    [["p2", "p3", "p4"], ["p3", "p1", "p2"], ["p2", "p1", "p3"], ["P1", "x/p2", "p3"]],
    ids=["a chain", "a circle", "a swap", "another case and another folder"],
)
def test_pictures_are_renamed_with_what_belongs_to_them(tmp_path: Path, to: list[str]) -> None:
    """Sidecars with the author's notes follow, whatever dies in between."""
    keys = ["p1", "p2", "p3"]

    def set_up(shelf: Shelf) -> Work:
        shas = [put(shelf, key, seed) for seed, key in enumerate(keys)]
        wanted = [
            Rename(sha256, f"{key}.png", key, new)
            for sha256, key, new in zip(shas, keys, to, strict=True)
        ]
        return lambda shelf: moves.rename(shelf, wanted)

    shelf = check_deaths(tmp_path, set_up, CARRIED)
    for seed, key in enumerate(to):
        notes = sidecar.read(shelf.folder / f"{key}.json")
        assert notes is not None
        assert notes.key == key
        assert sha256_of(shelf.folder / f"{key}.png") == notes.facts.sha256
        assert json.loads((shelf.folder / f"{key}.json").read_text())["mood"] == seed
    assert len(tree(shelf.folder)) == 2 * len(keys)


def test_a_disk_that_takes_accents_apart_shows_the_same_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder lists e and an accent where é was written, and takes both."""
    shelf = Shelf(tmp_path)
    sha256 = put(shelf, "\u00e9", 1)
    iterdir = Path.iterdir

    def apart(folder: Path) -> list[Path]:
        return [each.with_name(normalize("NFD", each.name)) for each in iterdir(folder)]

    monkeypatch.setattr(Path, "iterdir", apart)
    moves.rename(shelf, [Rename(sha256, "\u00e9.png", "\u00e9", "b")])
    assert sha256_of(tmp_path / "b.png") == sha256


def test_a_note_of_moves_that_would_leave_the_library_is_not_believed(tmp_path: Path) -> None:
    """Somebody else may write to a shared folder."""
    shelf = Shelf(tmp_path)
    inside = Rename("0" * 64, "a.png", "a", "b")
    moves.note(shelf, [inside])
    assert moves.noted(shelf) == [inside]
    for outside in (replace(inside, path="../a.png"), replace(inside, to="/b")):
        moves.note(shelf, [inside, outside])
        assert moves.noted(shelf) == []
    moves.forget(shelf)
    assert moves.noted(shelf) == []


def test_what_stands_under_the_new_name_is_kept(tmp_path: Path) -> None:
    """It becomes an alternative of that panel."""
    shelf = Shelf(tmp_path)
    first, second = put(shelf, "a", 1), put(shelf, "b", 2)
    assert moves.rename(shelf, [Rename(first, "a.png", "a", "b")]) == ["b.png"]
    assert sha256_of(tmp_path / "b.png") == first
    assert sha256_of(tmp_path / shelf.alternative("b", second, "b.png")) == second


def test_an_alternative_changes_places_with_the_panels_picture(tmp_path: Path) -> None:
    """Both keep what the author noted of them."""

    def set_up(shelf: Shelf) -> Work:
        old = put(shelf, "a", 1)
        put(shelf, "a", 2)
        path = shelf.alternative("a", old, "a.png")
        return lambda shelf: moves.choose(shelf, record_of(old, "a"), path)

    shelf = check_deaths(tmp_path, set_up, set(MOVES))
    assert json.loads((shelf.folder / "a.json").read_text())["mood"] == 1
    [kept] = (shelf.folder / ".pressrun/alternatives/a").glob("*.json")
    assert json.loads(kept.read_text())["mood"] == 2


def test_what_nobody_wants_is_moved_aside(tmp_path: Path) -> None:
    """It is an alternative, and nothing is left under its name."""

    def set_up(shelf: Shelf) -> Work:
        sha256 = put(shelf, "ch01/a", 1)
        return lambda shelf: moves.tidy(shelf, "ch01/a", sha256, "ch01/a.png")

    shelf = check_deaths(tmp_path, set_up, CARRIED)
    assert all(name.startswith(".pressrun/alternatives/ch01/a/") for name in tree(shelf.folder))
