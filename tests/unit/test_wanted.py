"""What a book wants, and which of its panels names mean."""

from dataclasses import replace
from pathlib import Path

import pytest

from helpers import books
from pressrun.book.model import Book
from pressrun.book.read import read
from pressrun.errors import BadInputError
from pressrun.protocol.messages.batch import BatchStart
from pressrun.server import wanted


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book of two chapters, whose heroine and quay have sheets, and a panel a key of its own."""
    folder = books.write(tmp_path_factory.mktemp("book"), chapters=2, pages=2, panels=2)
    cast = folder / "cast" / "all.toml"
    text = cast.read_text("utf-8").replace("[mara]", "[mara]\nsheet = true")
    cast.write_text(text.replace("[places.quay]", "[places.quay]\nsheet = true"), "utf-8")
    script = folder / "script" / "02.md"
    text = script.read_text("utf-8").replace("### Panel 1", "### Panel 1 {#arrival}", 1)
    script.write_text(text, "utf-8")
    return read(folder)


def test_sheets_come_first_and_have_a_section_of_their_own(book: Book) -> None:
    """Panels wait for them; the author looks at them first."""
    found = wanted.of_book(book)
    assert [panel.key for panel in found.panels[: found.sheets]] == ["cast/mara", "places/quay"]
    assert [(each.key, len(each.panels)) for each in found.sections] == [
        ("cast", 2),
        ("ch01", 4),
        ("ch02", 4),
    ]
    assert found.lines["arrival"] == 5
    assert found.words["arrival"].startswith("Scene 5:")


@pytest.mark.parametrize(
    ("only", "meant"),
    [
        ("ch01", ["ch01/p001/panel-1", "ch01/p001/panel-2", "ch01/p002/panel-1"]),
        ("CH02/p001/", ["arrival", "ch02/p001/panel-2"]),
        ("arrival", ["arrival"]),
        ("ch02/p001/panel-1", ["arrival"]),
        ("cast", ["cast/mara", "places/quay"]),
        ("cast/mara", ["cast/mara"]),
        ("places", ["places/quay"]),
    ],
)
def test_a_name_means_a_panel_a_page_or_a_chapter(book: Book, only: str, meant: list[str]) -> None:
    """Whatever key its panels have; and `cast` means all sheets."""
    found = wanted.of_book(book).under([only])
    assert found is not None
    assert sorted(found)[: len(meant)] == meant
    assert len(found) == (4 if only == "ch01" else len(meant))


def test_a_name_that_means_nothing_starts_nothing(book: Book) -> None:
    """And the nearest one is told."""
    with pytest.raises(BadInputError, match=r"--only ch03: .*nothing was started; did you mean"):
        wanted.of_book(book).under(["ch01", "ch03"])
    assert wanted.of_book(book).under([]) is None


@pytest.mark.parametrize(
    "asked",
    [{"library": "/elsewhere"}, {"references": []}, {"form": "csv"}, {"beside": "/here"}],
)
def test_what_is_meant_for_lists_is_refused_for_a_book(
    book: Book, asked: dict[str, object]
) -> None:
    """A book says all of that itself."""
    start = BatchStart.model_validate({"source": str(book.folder / "book.toml"), **asked})
    with pytest.raises(BadInputError, match="a book has its own folder"):
        wanted.opened(start)


def test_a_library_tells_whose_language_it_holds(book: Book) -> None:
    """What a picture of a translation stands for is found by its folder."""
    assert wanted.translation_of(book.library) is None
    assert wanted.translation_of(replace(book, translation="pt-BR").library) == "pt-BR"
    assert not wanted.is_book(Path("/book/list.txt"))


def test_a_translation_tells_what_it_shares(book: Book) -> None:
    """Pictures without words in them are made once, for all languages."""
    found = wanted.of_book(replace(book, translation="es"))
    assert (found.panels, found.sections) == ([], [])
    assert found.notes[0].startswith("8 of its panels hold no words in es")
