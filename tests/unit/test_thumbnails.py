"""Small copies: made once, of the file as it is, small enough, and never worth an error."""

import hashlib
import io
import os
from pathlib import Path

import pytest
from PIL import Image

from helpers.pictures import encoded, noise
from pressrun import failpoint
from pressrun.library import decoding, thumbnails
from pressrun.library.decoding import BadPictureError
from pressrun.library.shelf import Shelf
from pressrun.library.thumbnails import LARGE, SMALL, Scale

SHA = "a" * 64


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library that is there."""
    (tmp_path / "story" / ".pressrun").mkdir(parents=True)
    return tmp_path / "story"


def put(library: Path, data: bytes, name: str = "a.png") -> Path:
    """Have a picture in a library."""
    path = library / name
    path.write_bytes(data)
    return path


def shown(copy: bytes) -> Image.Image:
    """What a copy shows."""
    image = Image.open(io.BytesIO(copy))
    image.load()
    assert image.format == "WEBP"
    return image


@pytest.mark.parametrize(
    ("size", "expected"),
    [((640, 960), (213, 320)), ((900, 300), (320, 107)), ((20_000, 3), (320, 1)), ((9, 5), (9, 5))],
)
def test_a_copy_fits_a_cell_and_keeps_its_shape(
    library: Path, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    """No layout jumps, and no picture is enlarged, however odd its shape."""
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "PNG")
    copy = thumbnails.make(library, SMALL, put(library, file.getvalue()), SHA)
    assert shown(copy).size == expected


@pytest.mark.parametrize("scale", [SMALL, LARGE], ids=["small", "large"])
def test_a_copy_is_never_too_long_for_a_frame(library: Path, scale: Scale) -> None:
    """Noise, which no compression makes small, is coarser instead."""
    path = put(library, encoded(size=(1_700, 1_700)))
    assert 0 < len(thumbnails.make(library, scale, path, SHA)) <= scale.most


def test_a_copy_is_made_once(library: Path) -> None:
    """What was made is found again, whole, for the file that it was made from."""
    path = put(library, encoded())
    assert thumbnails.kept(library, SMALL, path, SHA) is None
    copy = thumbnails.make(library, SMALL, path, SHA)
    assert thumbnails.kept(library, SMALL, path, SHA) == copy
    assert thumbnails.kept(library, LARGE, path, SHA) is None


def test_a_picture_that_was_retouched_has_another_copy(library: Path) -> None:
    """What the author sees is the file as it is now, not as it came."""
    path = put(library, encoded(seed=1))
    before = thumbnails.make(library, SMALL, path, SHA)
    path.write_bytes(encoded(seed=2))
    os.utime(path, (1e9, 1e9))
    assert thumbnails.kept(library, SMALL, path, SHA) is None
    after = thumbnails.make(library, SMALL, path, SHA)
    assert after != before
    assert thumbnails.kept(library, SMALL, path, SHA) == after


@pytest.mark.parametrize("left", [0, 11, 60, -1])
def test_a_copy_that_was_cut_off_counts_for_none(library: Path, left: int) -> None:
    """The power went: what is on disk is shorter, or holds zeros."""
    path = put(library, encoded())
    copy = thumbnails.make(library, SMALL, path, SHA)
    place = library / SMALL.path(SHA)
    place.write_bytes(copy[:left] if left >= 0 else bytes(len(copy)))
    os.utime(place, ns=(0, path.stat().st_mtime_ns))
    assert thumbnails.kept(library, SMALL, path, SHA) is None


def test_a_turned_picture_is_shown_upright(library: Path) -> None:
    """A camera's notes say how a picture is held; its copy has no notes."""
    file, image = io.BytesIO(), Image.new("RGB", (60, 20), "teal")
    notes = image.getexif()
    notes[0x0112] = 6
    image.save(file, "JPEG", exif=notes)
    copy = thumbnails.make(library, SMALL, put(library, file.getvalue(), "a.jpg"), SHA)
    assert shown(copy).size == (20, 60)


def test_what_is_seen_through_stays_so(library: Path) -> None:
    """A transparent picture is not shown on black."""
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), (200, 0, 0, 0)).save(file, "PNG")
    copy = thumbnails.make(library, SMALL, put(library, file.getvalue()), SHA)
    assert shown(copy).convert("RGBA").getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_pictures_of_every_kind_have_copies(library: Path, mode: str) -> None:
    """Also one with 16 bits a pixel, which would be white if its values were cut off."""
    file = io.BytesIO()
    value = 20_000 if mode == "I;16" else 0 if mode in ("1", "L", "P") else None
    image = Image.new(mode, (50, 40), value if value is not None else 0)
    image.save(file, "PNG")
    copy = thumbnails.make(library, SMALL, put(library, file.getvalue()), SHA)
    assert max(shown(copy).convert("L").tobytes()) < 128


@pytest.mark.parametrize("data", [b"", b"Too many requests", encoded()[:400]])
def test_what_is_no_picture_has_no_copy(library: Path, data: bytes) -> None:
    """It is told, and nothing is kept of it."""
    path = put(library, data)
    with pytest.raises(BadPictureError):
        thumbnails.make(library, SMALL, path, SHA)
    assert not (library / SMALL.path(SHA)).exists()


def test_no_copy_is_worth_an_error(library: Path) -> None:
    """Where copies go there is a file of the author's: the picture is inspected all the same."""
    path = put(library, encoded())
    (library / ".pressrun" / "thumbnails").write_text("mine")
    facts = thumbnails.inspect(library, path, SHA)
    assert (facts.width, facts.height) == (32, 24)
    assert thumbnails.make(library, SMALL, path, SHA)
    assert (library / ".pressrun" / "thumbnails").read_text() == "mine"


def test_no_copy_is_written_through_a_link(library: Path, tmp_path: Path) -> None:
    """A folder of ours that leads out of the library is left alone."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for scale in (SMALL, LARGE):
        (library / ".pressrun" / scale.folder).symlink_to(elsewhere)
    (elsewhere / f"{SHA}.webp").write_bytes(b"theirs")
    path = put(library, encoded())
    for scale in (SMALL, LARGE):
        assert thumbnails.make(library, scale, path, "b" * 64)
    assert thumbnails.make_room(library, 0) == 0
    thumbnails.sweep(library, set())
    assert [each.name for each in elsewhere.iterdir()] == [f"{SHA}.webp"]


def test_nothing_is_written_where_no_library_is(tmp_path: Path) -> None:
    """The empty folder where its disk was is none."""
    path = put(tmp_path, encoded())
    assert thumbnails.make(tmp_path, SMALL, path, SHA)
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]


def test_those_shown_longest_ago_make_room(library: Path) -> None:
    """Copies for screens take no more than their share of a disk; what is looked at stays."""
    path = put(library, encoded(size=(400, 400)))
    names = [hashlib.sha256(bytes([number])).hexdigest() for number in range(10)]
    sizes = [len(thumbnails.make(library, LARGE, path, name)) for name in names]
    assert thumbnails.kept(library, LARGE, path, names[0]) is not None
    assert thumbnails.make_room(library, sum(sizes)) == 0
    assert thumbnails.make_room(library, sum(sizes) // 2) >= sum(sizes) // 2
    left = {each.stem for each in (library / LARGE.path("")).parent.iterdir()}
    assert names[0] in left
    assert names[1] not in left


def test_copies_of_older_versions_are_swept(library: Path) -> None:
    """Those by key, and those of pictures that are gone; what the author put there stays."""
    folder = library / ".pressrun" / "thumbnails"
    (folder / "ch01" / "p1").mkdir(parents=True)
    (folder / "ch01" / "p1" / "a.jpg").touch()
    (folder / "ch02").mkdir()
    (folder / "ch02" / "notes.txt").touch()
    for name in (SHA, "b" * 64):
        (folder / f"{name}.webp").touch()
    thumbnails.sweep(library, {SHA})
    found = sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())
    assert found == sorted([f"{SHA}.webp", "ch02/notes.txt"])
    assert not (folder / "ch01").exists()


def test_what_a_death_left_of_a_copy_is_swept_or_made_whole(library: Path) -> None:
    """It is never taken for one, and does not stay once its picture is gone."""
    path = put(library, encoded())
    place = library / SMALL.path(SHA)
    part = place.with_name(f".{place.name}.part")

    class Dying:
        def passed(self, name: str) -> None:
            if name == "thumbnails.written":
                raise KeyboardInterrupt

    with failpoint.armed(Dying()), pytest.raises(KeyboardInterrupt):
        thumbnails.make(library, SMALL, path, SHA)
    assert part.exists()
    assert thumbnails.kept(library, SMALL, path, SHA) is None
    cut_off = part.read_bytes()
    thumbnails.make(library, SMALL, path, SHA)
    assert thumbnails.kept(library, SMALL, path, SHA) == place.read_bytes()
    assert not part.exists()
    part.write_bytes(cut_off)
    thumbnails.sweep(library, set())
    assert list(place.parent.iterdir()) == []


def test_a_large_picture_is_opened_within_its_limits(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a file claims, no more is decoded for a copy than for filing it."""
    monkeypatch.setattr(decoding, "PIXELS", 100)
    with pytest.raises(BadPictureError, match="the limit"):
        thumbnails.make(library, SMALL, put(library, encoded()), SHA)


def test_a_filed_picture_has_its_copy_at_once(library: Path) -> None:
    """The grid shows a new picture without decoding it again, wherever it was moved."""
    file = io.BytesIO()
    noise((64, 48)).save(file, "PNG")
    sha256 = hashlib.sha256(file.getvalue()).hexdigest()
    shelf = Shelf(library)
    received = shelf.received(sha256)
    received.parent.mkdir()
    received.write_bytes(file.getvalue())
    thumbnails.inspect(library, received, sha256)
    moved = received.rename(library / "a.png")
    assert thumbnails.kept(library, SMALL, moved, sha256) is not None
