"""The shelf: a picture's way to its panel's name, the same after a crash between any two steps."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from helpers.pictures import RECORD, encoded, record_of
from pressrun import files
from pressrun.library import obstacles, sidecar
from pressrun.library.decoding import BadPictureError
from pressrun.library.shelf import Shelf, sha256_of
from pressrun.library.thumbnails import SMALL
from pressrun.picture.facts import Facts
from pressrun.picture.panel import NAME_BYTES, fault_of_key

KEY = RECORD.key
NEW, OLD = encoded(seed=1), encoded(seed=2)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def receive(shelf: Shelf, data: bytes, attempt: str = "1.1") -> str:
    """Bring bytes to the shelf in two pieces; returns their SHA-256."""
    (shelf.folder / ".pressrun").mkdir(parents=True, exist_ok=True)
    incoming = shelf.incoming(attempt)
    incoming.add(data[:100])
    incoming.add(data[100:])
    incoming.keep(sha256(data), shelf.received(sha256(data)))
    return sha256(data)


def tree(folder: Path) -> dict[str, str]:
    """Return every file of a library with its content's SHA-256, small copies left out."""
    return {
        str(path.relative_to(folder)): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "thumbnails" not in path.parts
    }


def test_a_received_picture_gets_its_panels_name(tmp_path: Path) -> None:
    """The bytes stay as they came, and a sidecar beside them says what they are."""
    shelf = Shelf(tmp_path)
    placed = shelf.place(record_of(receive(shelf, NEW)))
    assert (placed.path, placed.record.facts.bytes) == (f"{KEY}.png", len(NEW))
    assert (tmp_path / placed.path).read_bytes() == NEW
    assert placed.record.facts == Facts(sha256(NEW), len(NEW), 32, 24, "image/png")
    assert sidecar.read(tmp_path / f"{KEY}.json") == placed.record
    assert (tmp_path / SMALL.path(sha256(NEW))).is_file()
    assert not shelf.received(sha256(NEW)).exists()


class Crash(BaseException):
    """The process ends here."""


def steps_of_placing(folder: Path, crash_at: int | None) -> int:
    """Place a picture where another stands; returns how many renames and syncs that took.

    Args:
        folder: the library.
        crash_at: the rename or sync before which the process ends, or None.
    """
    count = 0

    def step(real: object) -> object:
        def counted(*arguments: object) -> object:
            nonlocal count
            if count == crash_at:
                raise Crash
            count += 1
            return real(*arguments)  # type: ignore[operator]

        return counted

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", step(os.replace))
        patch.setattr(files, "sync", step(files.sync))
        try:
            Shelf(folder).place(record_of(sha256(NEW)))
        except Crash:
            assert crash_at is not None
    return count


def library_with_an_older_picture(folder: Path) -> Shelf:
    """Return a library with a picture under the key and a newer one that was received."""
    shelf = Shelf(folder)
    shelf.place(record_of(receive(shelf, OLD), prompt="An old fox"))
    receive(shelf, NEW)
    return shelf


def test_placing_again_after_a_crash_at_any_step_gives_the_same(tmp_path: Path) -> None:
    """Wherever the process ended, doing it again ends in the same files, and none is lost."""
    whole = tmp_path / "whole"
    library_with_an_older_picture(whole)
    steps = steps_of_placing(whole, None)
    expected = tree(whole)
    assert set(expected.values()) >= {sha256(NEW), sha256(OLD)}
    assert steps >= 10
    for crash_at in range(steps):
        folder = tmp_path / f"crash-{crash_at}"
        shelf = library_with_an_older_picture(folder)
        assert steps_of_placing(folder, crash_at) == crash_at
        assert {sha256(NEW), sha256(OLD)} <= set(tree(folder).values()), f"lost at {crash_at}"
        placed = shelf.place(record_of(sha256(NEW)))
        assert placed.path == f"{KEY}.png"
        left = {name: sha for name, sha in tree(folder).items() if not name.endswith(".part")}
        assert left == expected, f"other files after a crash at {crash_at}"


def test_placing_twice_is_placing_once(tmp_path: Path) -> None:
    """A picture that has its name already is found there by its bytes."""
    shelf = Shelf(tmp_path)
    first = shelf.place(record_of(receive(shelf, NEW)))
    before = tree(tmp_path)
    assert shelf.place(record_of(sha256(NEW))) == first
    assert tree(tmp_path) == before


def test_what_an_author_noted_stays_with_its_picture(tmp_path: Path) -> None:
    """It stays when the picture is placed again, and goes aside with it when a later one comes."""
    shelf = Shelf(tmp_path)
    shelf.place(record_of(receive(shelf, OLD)))
    notes = tmp_path / f"{KEY}.json"
    notes.write_text(json.dumps({**json.loads(notes.read_text()), "mood": "dark"}))
    shelf.place(record_of(sha256(OLD)))
    assert json.loads(notes.read_text())["mood"] == "dark"
    shelf.place(record_of(receive(shelf, NEW)))
    assert "mood" not in json.loads(notes.read_text())
    aside = sidecar.beside(tmp_path / shelf.alternative(KEY, sha256(OLD), f"{KEY}.png"))
    assert json.loads(aside.read_text())["mood"] == "dark"


def test_a_later_picture_keeps_the_earlier_one(tmp_path: Path) -> None:
    """What makes room goes to the alternatives with its sidecar, byte for byte."""
    shelf = library_with_an_older_picture(tmp_path)
    shelf.place(record_of(sha256(NEW)))
    aside = tmp_path / shelf.alternative(KEY, sha256(OLD), f"{KEY}.png")
    assert aside.read_bytes() == OLD
    assert json.loads(aside.with_suffix(".json").read_text())["prompt"] == "An old fox"
    assert (tmp_path / f"{KEY}.png").read_bytes() == NEW


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp"])
def test_a_foreign_file_under_the_name_is_kept(tmp_path: Path, ending: str) -> None:
    """A file that the author put there is moved aside, never overwritten and never taken."""
    shelf = Shelf(tmp_path)
    files.write(tmp_path / f"{KEY}{ending}", b"the author's own")
    shelf.place(record_of(receive(shelf, NEW)))
    kept = shelf.alternative(KEY, sha256(b"the author's own"), f"x{ending}")
    assert (tmp_path / kept).read_bytes() == b"the author's own"
    assert (tmp_path / f"{KEY}.png").read_bytes() == NEW


def test_another_kind_of_picture_takes_the_name_over(tmp_path: Path) -> None:
    """A panel has one picture: a JPEG that comes after a PNG leaves no PNG under the name."""
    shelf = Shelf(tmp_path)
    shelf.place(record_of(receive(shelf, OLD)))
    jpeg = encoded("JPEG")
    assert shelf.place(record_of(receive(shelf, jpeg))).path == f"{KEY}.jpg"
    assert not (tmp_path / f"{KEY}.png").exists()
    assert sha256(OLD) in tree(tmp_path).values()


@pytest.mark.parametrize("key", ["../out", "out/../../out", "link/out", "link/deep/out"])
def test_a_key_that_leads_out_of_the_library_writes_nothing(tmp_path: Path, key: str) -> None:
    """Neither dots nor symbolic links make a picture or a sidecar land elsewhere."""
    folder, elsewhere = tmp_path / "library", tmp_path / "elsewhere"
    elsewhere.mkdir()
    shelf = Shelf(folder)
    name = receive(shelf, NEW)
    (folder / "link").symlink_to(elsewhere)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BadPictureError, match="points outside the library"):
        shelf.place(record_of(name, key))
    assert sorted(tmp_path.rglob("*")) == before
    assert shelf.received(name).read_bytes() == NEW


def test_a_bad_picture_stays_where_it_was_received(tmp_path: Path) -> None:
    """Bytes that are no picture are not filed, and not thrown away either."""
    shelf = Shelf(tmp_path)
    name = receive(shelf, b"Too many requests")
    with pytest.raises(BadPictureError, match="not a PNG, JPEG or WebP"):
        shelf.place(record_of(name))
    assert list(tree(tmp_path)) == [f".pressrun/received/{name}"]


def test_a_picture_whose_file_is_gone_is_told(tmp_path: Path) -> None:
    """A file that somebody removed is no picture, and no crash."""
    (tmp_path / ".pressrun").mkdir()
    with pytest.raises(BadPictureError, match="missing from the library"):
        Shelf(tmp_path).place(record_of("0" * 64))


def test_bytes_damaged_on_their_way_are_not_kept(tmp_path: Path) -> None:
    """What arrives must have the SHA-256 that was sent."""
    (tmp_path / ".pressrun").mkdir()
    shelf = Shelf(tmp_path)
    incoming = shelf.incoming("1.1")
    incoming.add(NEW[:-1])
    with pytest.raises(BadPictureError, match="damaged on its way"):
        incoming.keep(sha256(NEW), shelf.received(sha256(NEW)))
    incoming.drop()
    assert tree(tmp_path) == {}


def test_a_picture_that_stops_arriving_leaves_nothing(tmp_path: Path) -> None:
    """What was dropped takes no place, and its attempt can begin anew."""
    (tmp_path / ".pressrun").mkdir()
    shelf = Shelf(tmp_path)
    incoming = shelf.incoming("1.1")
    incoming.add(NEW[:100])
    incoming.drop()
    assert tree(tmp_path) == {}
    assert shelf.place(record_of(receive(shelf, NEW, "1.1"))).path == f"{KEY}.png"


def test_a_further_picture_is_put_among_the_alternatives(tmp_path: Path) -> None:
    """It gets no panel's name, it has notes, and doing it again gives the same."""
    shelf = Shelf(tmp_path)
    shelf.place(record_of(receive(shelf, NEW)))
    digest = receive(shelf, OLD)
    placed = shelf.put_beside(record_of(digest))
    before = tree(tmp_path)
    assert placed.path == f".pressrun/alternatives/{KEY}/{digest[:16]}.png"
    assert (tmp_path / placed.path).read_bytes() == OLD
    assert (tmp_path / f"{KEY}.png").read_bytes() == NEW
    notes = json.loads((tmp_path / placed.path).with_suffix(".json").read_text(encoding="utf-8"))
    assert (notes["sha256"], notes["prompt"]) == (digest, "A fox")
    assert shelf.put_beside(record_of(digest)) == placed
    assert tree(tmp_path) == before


def test_a_quarantined_picture_is_kept_apart_from_both_panels(tmp_path: Path) -> None:
    """Its bytes come from where they were received, or else from the other panel's file."""
    shelf = Shelf(tmp_path)
    shelf.place(record_of(receive(shelf, NEW), "twin"))
    twin, digest = tmp_path / "twin.png", receive(shelf, NEW)
    kept = shelf.quarantine(record_of(digest), twin)
    assert kept.path == f".pressrun/quarantine/{KEY}/{digest[:16]}.png"
    before = tree(tmp_path)
    assert shelf.quarantine(record_of(digest), twin) == kept
    assert tree(tmp_path) == before
    twin.write_bytes(OLD)
    with pytest.raises(BadPictureError, match="missing"):
        shelf.quarantine(record_of(digest), twin)


def test_a_further_picture_that_is_none_stays_where_it_was_received(tmp_path: Path) -> None:
    """Nothing damaged is kept as a picture, and nothing is thrown away."""
    shelf = Shelf(tmp_path)
    digest = receive(shelf, NEW[:-200])
    with pytest.raises(BadPictureError):
        shelf.put_beside(record_of(digest))
    assert shelf.received(digest).exists()
    with pytest.raises(BadPictureError, match="missing"):
        shelf.put_beside(record_of("0" * 64))


@pytest.mark.parametrize("letter", ["x", "é", "第"])
def test_the_longest_key_finds_its_place_everywhere(tmp_path: Path, letter: str) -> None:
    """Every name that a picture ever has fits where a file's name has at most 255 bytes."""
    name = letter * min(180, NAME_BYTES // len(letter.encode()))
    assert fault_of_key(name) is None
    assert obstacles.find(tmp_path, [name]) == {}
    shelf = library_with_an_older_picture(tmp_path)
    shelf.place(record_of(receive(shelf, OLD), name))
    shelf.place(record_of(receive(shelf, NEW), name))
    kept = shelf.quarantine(record_of(sha256(NEW), name), tmp_path / f"{name}.png")
    beside = shelf.put_beside(record_of(receive(shelf, encoded(seed=3)), name))
    assert all((tmp_path / each.path).is_file() for each in (kept, beside))
    (tmp_path / f"{name}.json").write_bytes(b"the author's own")
    shelf.place(record_of(sha256(NEW), name))
    assert b"the author's own" in {
        path.read_bytes() for path in (tmp_path / ".pressrun").rglob("*.json")
    }
