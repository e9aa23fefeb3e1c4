"""Reference pictures on disk: what is taken, what is kept, and what is noticed."""

import os
import socket
from pathlib import Path

import pytest
from PIL import Image

from helpers.pictures import encoded
from pressrun.errors import BadInputError
from pressrun.library import references
from pressrun.library.references import FILE_BYTES, MissingReferenceError
from pressrun.library.shelf import Shelf
from pressrun.picture.recipe import Reference, listed, parsed


@pytest.fixture
def mara(tmp_path: Path) -> Path:
    """Return the file of a picture."""
    path = tmp_path / "Mara  in the rain.jpeg"
    path.write_bytes(encoded(size=(64, 48), seed=1))
    return path


def test_a_picture_is_known_by_its_bytes(mara: Path) -> None:
    """Its kind is what it is, and not what its name says; the name is one that any site takes."""
    found = references.look([mara, mara])
    (reference,) = found.values()
    assert (reference.name, reference.media) == ("Mara in the rain.png", "image/png")
    assert parsed(listed([reference, reference])) == (reference, reference)


def test_what_is_kept_stays_when_the_author_changes_the_file(mara: Path, tmp_path: Path) -> None:
    """A batch under way is made from one and the same picture."""
    shelf = Shelf(tmp_path / "library")
    found, before = references.look([mara]), mara.read_bytes()
    references.keep(shelf, found)
    mara.write_bytes(encoded(size=(64, 48), seed=2))
    references.keep(shelf, found)
    assert references.read(shelf, found[mara]) == before


def test_a_file_that_changes_in_between_is_not_kept(mara: Path, tmp_path: Path) -> None:
    """Nothing is sent under the SHA-256 of something else."""
    found = references.look([mara])
    mara.write_bytes(encoded(size=(64, 48), seed=2))
    with pytest.raises(BadInputError, match="is being changed"):
        references.keep(Shelf(tmp_path / "library"), found)


def test_a_library_that_cannot_be_written_is_named(mara: Path, tmp_path: Path) -> None:
    """The author hears which file could not be copied where, before anything is begun."""
    taken = tmp_path / "taken"
    taken.write_bytes(b"a file")
    with pytest.raises(BadInputError, match=r"rain\.jpeg cannot be copied to .*taken"):
        references.keep(Shelf(taken), references.look([mara]))


def test_a_file_name_that_is_no_text_is_told_as_one(mara: Path, tmp_path: Path) -> None:
    """What goes into the database and onto the wire is text, whatever a file system allows."""
    odd = mara.rename(tmp_path / "half \udcff.png")
    assert references.look([odd])[odd].name == "half ?.png"


def test_a_copy_that_is_gone_or_changed_is_noticed(mara: Path, tmp_path: Path) -> None:
    """It is never sent, and the author is told what to do."""
    shelf = Shelf(tmp_path / "library")
    found = references.look([mara])
    with pytest.raises(MissingReferenceError, match="run the list again"):
        references.read(shelf, found[mara])
    references.keep(shelf, found)
    shelf.reference(found[mara].sha256).write_bytes(b"something else")
    with pytest.raises(MissingReferenceError, match=r"Mara in the rain\.png"):
        references.read(shelf, found[mara])


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"a diary", "not a PNG, JPEG or WebP"), (bytes(FILE_BYTES + 1), "at most 20 MiB")],
    ids=["no picture", "too large"],
)
def test_what_is_no_picture_is_no_reference(tmp_path: Path, content: bytes, fault: str) -> None:
    """The file is named, with the reason."""
    path = tmp_path / "diary.png"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=f"diary.png.*{fault}"):
        references.look([path])


@pytest.fixture
def saved_anew(mara: Path) -> Path:
    """Return another file that shows the same."""
    path = mara.with_name("Mara.webp")
    with Image.open(mara) as picture:
        picture.save(path, "WEBP", lossless=True)
    return path


def test_a_picture_that_was_saved_anew_is_the_kept_one(
    mara: Path, saved_anew: Path, tmp_path: Path
) -> None:
    """Its pixels are equal, so nothing that was made from it is stale."""
    shelf = Shelf(tmp_path / "library")
    before, found = references.look([mara]), references.look([saved_anew])
    assert references.as_kept(shelf, found) == found
    references.keep(shelf, before)
    (same,) = references.as_kept(shelf, found).values()
    assert same == Reference("Mara.png", "image/png", before[mara].sha256)
    references.keep(shelf, {saved_anew: same})
    assert references.read(shelf, same) == mara.read_bytes()


def test_another_picture_of_the_same_size_stays_another(mara: Path, tmp_path: Path) -> None:
    """What shows something else makes its pictures stale, and so does a copy that is damaged."""
    shelf = Shelf(tmp_path / "library")
    references.keep(shelf, references.look([mara]))
    kept = shelf.reference(references.look([mara])[mara].sha256)
    other = tmp_path / "other.png"
    other.write_bytes(encoded(size=(64, 48), seed=2))
    found = references.look([other])
    assert references.as_kept(shelf, found) == found
    kept.write_bytes(encoded("WEBP", size=(64, 48), seed=1))
    found = references.look([mara])
    assert references.as_kept(shelf, found) == found


def test_of_equal_copies_the_one_that_pictures_were_made_from_counts(
    mara: Path, saved_anew: Path, tmp_path: Path
) -> None:
    """Otherwise a file is itself, if it was kept."""
    shelf = Shelf(tmp_path / "library")
    found = references.look([mara, saved_anew])
    references.keep(shelf, found)
    first, second = (found[path].sha256 for path in (mara, saved_anew))
    for used, counts in (({first}, [first, first]), ({second}, [second, second])):
        kept = references.as_kept(shelf, found, used)
        assert [kept[path].sha256 for path in (mara, saved_anew)] == counts
    assert references.as_kept(shelf, found, {first, second}) == found
    assert references.as_kept(shelf, found) == found


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "folder"])
def test_only_an_ordinary_file_is_a_reference(tmp_path: Path, kind: str) -> None:
    """A pipe is not waited for, and a device without an end is not read."""
    path = tmp_path / "odd.png"
    with socket.socket(socket.AF_UNIX) as listening:
        match kind:
            case "pipe":
                os.mkfifo(path)
            case "socket":
                listening.bind(str(path))
            case "device":
                path.symlink_to("/dev/zero")
            case _:
                path.mkdir()
        with pytest.raises(
            BadInputError,
            match=r"odd\.png: it is (a folder, not a file|a .*, not an ordinary file)",
        ):
            references.look([path])


def test_a_link_to_an_ordinary_file_is_a_reference(mara: Path, tmp_path: Path) -> None:
    """Authors keep their pictures where they like."""
    link = tmp_path / "link.png"
    link.symlink_to(mara)
    assert references.look([link])[link].sha256 == references.look([mara])[mara].sha256


def test_no_reference_is_no_line() -> None:
    """A prompt that goes alone is as it was before there were references."""
    assert listed([]) is None
    assert parsed(None) == ()
    assert Reference("a b.png", "image/png", "1" * 64) in parsed(f"{'1' * 64} image/png a b.png")
