"""The folder for letterers: copies by key, all words numbered, and nobody else's file in danger."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from helpers.volumes import HEARD, SAID, STORY, TOLD, BookOf, PageOf, bound, draw
from pressrun import files
from pressrun.book.model import Book, Direction, Layout
from pressrun.errors import BadInputError
from pressrun.export import cbz, folder, lettering, pdf, reader
from pressrun.scripts.script import Lettering, Voice

LAID_OUT = Layout(laid_out=True, dpi=72)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A book with all its pictures."""
    made = BookOf(STORY, LAID_OUT).make(tmp_path / "book")
    draw(made)
    return made


def write(book: Book, path: Path, *, proof: bool = False) -> None:
    """Write a folder as the command does."""
    folder.check(book, path)
    folder.write(bound(book), path, lambda: None, proof=proof)


def names(path: Path) -> list[str]:
    """The files in a folder, below it."""
    return sorted(str(each.relative_to(path)) for each in path.rglob("*") if each.is_file())


def test_every_picture_is_copied_under_its_key(book: Book, tmp_path: Path) -> None:
    """To the byte, beside the words."""
    write(book, tmp_path / "out")
    assert names(tmp_path / "out") == sorted(
        [*(f"{panel.key}.png" for panel in book.panels), "lettering.txt", "pressrun-export.json"]
    )
    for panel in book.panels:
        name = f"{panel.key}.png"
        assert (tmp_path / "out" / name).read_bytes() == (book.library / name).read_bytes()


def test_a_picture_that_is_exchanged_is_the_only_one_that_changes(
    book: Book, tmp_path: Path
) -> None:
    """Change one panel and keep the rest; what is not in the book any more goes."""
    write(book, tmp_path / "out")
    before = {name: (tmp_path / "out" / name).read_bytes() for name in names(tmp_path / "out")}
    changed, gone = "ch01/p001/panel-1.png", "ch02/p005/panel-3.png"
    Image.new("RGB", (40, 30), "red").save(book.library / changed)
    (book.library / gone).unlink()
    write(book, tmp_path / "out")
    after = {name: (tmp_path / "out" / name).read_bytes() for name in names(tmp_path / "out")}
    assert before.keys() - after.keys() == {gone}
    different = {name for name in after if after[name] != before[name]}
    assert different == {changed, "pressrun-export.json"}


def test_a_file_of_the_author_s_own_is_never_removed(book: Book, tmp_path: Path) -> None:
    """Neither one that was added to an export, nor one that was changed in it, nor a link."""
    out = tmp_path / "out"
    out.mkdir()
    write(book, out)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(BadInputError, match=r"notes\.txt was not put there by Pressrun"):
        write(book, out)
    (out / "notes.txt").unlink()
    (out / "lettering.txt").write_text("with my remarks")
    with pytest.raises(BadInputError, match=r"lettering\.txt .* changed since"):
        write(book, out)
    (out / "lettering.txt").unlink()
    (out / "lettering.txt").symlink_to(book.folder)
    with pytest.raises(BadInputError):
        write(book, out)
    assert (out / "ch01/p001/panel-1.png").is_file()


def test_a_full_folder_that_is_no_export_is_refused(book: Book, tmp_path: Path) -> None:
    """Such as the book's own, or the library."""
    for path in (book.folder, book.library, book.library / "ch01", book.library / "new"):
        with pytest.raises(BadInputError, match="Nothing was written"):
            folder.check(book, path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInputError, match="is not a folder"):
        folder.check(book, tmp_path / "file")


def test_a_folder_is_whole_or_as_it_was(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full in the middle leaves the last export, and nothing half."""
    out = tmp_path / "out"
    write(book, out)
    before = names(out)
    count = 0

    def full(_: int) -> None:
        nonlocal count
        count += 1
        if count > 5:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(OSError, match="No space"):
        write(book, out)
    assert names(out) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["book", "out"]


def test_a_proof_has_small_pictures_by_key(book: Book, tmp_path: Path) -> None:
    """Marked, with what is missing as gaps."""
    (book.library / "ch01/p001/panel-1.png").unlink()
    write(book, tmp_path / "out", proof=True)
    found = {name for name in names(tmp_path / "out") if name.endswith(".jpg")}
    assert found == {f"{panel.key}.jpg" for panel in book.panels}


def test_every_balloon_caption_and_effect_is_numbered_on_its_page(tmp_path: Path) -> None:
    """With speaker and manner, panel by panel; a panel without words says so."""
    pages = [
        PageOf(("4:3", "4:3", "4:3"), words=((TOLD, SAID), (), (HEARD,))),
        PageOf(("4:3",), words=((Lettering(Voice.BALLOON, "One\n two.", ("A", "B")),),)),
        PageOf(("16:9",), double=True),
    ]
    found = lettering.text(bound(BookOf([pages], LAID_OUT).make(tmp_path))).splitlines()
    assert [line.strip() for line in found if line.strip()] == [
        "Lettering of Port Sable, Ada & Bo (en; made with Pressrun)",
        "CHAPTER 1 Part 1",
        "PAGE 1 (right)   ch01/p001",
        "Panel 1   ch01/p001/panel-1",
        "1  CAPTION: Midnight.",
        "2  MARA (whisper): Did you hear that?",
        "Panel 2   ch01/p001/panel-2",
        "no words",
        "Panel 3   ch01/p001/panel-3",
        "3  SFX: KRAK",
        "PAGE 2 (left)   ch01/p002",
        "Panel 1   ch01/p002/panel-1",
        "1  A & B: One two.",
        "PAGES 4–5   ch01/p003",
        "Panel 1   ch01/p003/panel-1",
        "no words",
    ]


def test_halves_of_characters_do_not_stop_an_export(tmp_path: Path) -> None:
    """The escapes of JSON can spell them; no file can hold them."""
    half = Lettering(Voice.BALLOON, "One \ud83d two", ("A\ud83d",), "low\x1b[2J")
    story = [[PageOf(("4:3",), double=True, words=((half,),))]]
    made = BookOf(story, LAID_OUT, title="B\ud83d", author="C\ud83d").make(tmp_path / "book")
    (chapter,) = made.chapters
    book = replace(made, chapters=(replace(chapter, title="D\ud83d"),))
    write(book, tmp_path / "out")
    assert "1  A (low[2J): One two" in (tmp_path / "out/lettering.txt").read_text()
    reader.write(bound(book), io.BytesIO(), lambda: None)
    pdf.write(bound(book), io.BytesIO(), tmp_path, lambda: None)
    cbz.write(bound(book), io.BytesIO(), lambda: None)


def test_left_and_right_change_places_with_the_direction(tmp_path: Path) -> None:
    """Page 1 of a book that is read from right to left is on the left."""
    wanted = replace(LAID_OUT, direction=Direction.RTL)
    found = lettering.text(bound(BookOf(STORY, wanted).make(tmp_path)))
    assert "PAGE 1 (left)" in found
    assert "PAGE 2 (right)" in found
