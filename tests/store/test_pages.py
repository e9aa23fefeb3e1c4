"""Pages for views: what an export would lay out, from what is on record."""

from pathlib import Path

import pytest

from helpers.libraries import Library
from helpers.pictures import encoded
from helpers.stores import Book
from helpers.volumes import BookOf, PageOf
from pressrun.book.model import Direction, Layout
from pressrun.errors import BadInputError
from pressrun.export.leaves import bind, excerpt
from pressrun.picture.recipe import Recipe
from pressrun.protocol.messages.gallery import PLACED, PagesQuery
from pressrun.server.pages import GalleryPages
from pressrun.store import lists
from pressrun.store.lists import Listed

PROMPTS = [
    "ch01/p1/a A fox",
    "ch01/p1/b An owl",
    "ch01/p2/a A crow",
    "ch02/cover A pine",
    "ch02/back A quay",
    "loose A lamp",
]


@pytest.fixture
def library(book: Book, tmp_path: Path) -> Library:
    """A library of a list, with a picture of its first panel."""
    return Library(book, tmp_path / "story")


async def listed(library: Library, *prompts: str) -> GalleryPages:
    """Have a list run, and two of its pictures made."""
    await library.start(*prompts)
    source, keys = f"{library.folder}.txt", [each.split()[0] for each in prompts]
    asked = [
        Listed(source, key, line, Recipe("A fox", format="4:3"))
        for line, key in enumerate(keys, start=1)
    ]
    await library.book.store.do(lists.remember, 1.0, str(library.folder), source, asked)
    await library.make(encoded(size=(40, 60)))
    return GalleryPages(library.book.store)


async def test_a_list_is_laid_out_by_its_keys(library: Library) -> None:
    """Panels of one page stand on it together; without pages each picture is one."""
    pages = await listed(library, *PROMPTS)
    first = await pages.pages(PagesQuery(library=str(library.folder)))
    assert first.chapter == "ch01"
    told = [[panel.key for panel in page.panels] for page in first.pages]
    assert told == [["ch01/p1/a", "ch01/p1/b"], ["ch01/p2/a"]]
    second = await pages.pages(PagesQuery(library=str(library.folder), chapter="ch02"))
    told = [[panel.key for panel in page.panels] for page in second.pages]
    assert told == [["ch02/cover"], ["ch02/back"]]
    assert first.fault == second.fault == ""


async def test_pictures_that_no_list_names_are_laid_out_too(library: Library) -> None:
    """A library that was taken in from its sidecars has pictures, and no list."""
    await library.start("ch01/p2/a A fox", "ch01/p10/a An owl")
    for _ in range(2):
        await library.make()
    found = await GalleryPages(library.book.store).pages(PagesQuery(library=str(library.folder)))
    told = [[panel.key for panel in page.panels] for page in found.pages]
    assert told == [["ch01/p2/a"], ["ch01/p10/a"]]


async def test_every_panel_is_on_its_page(library: Library) -> None:
    """Places are shares of the page; a picture that is there has its shape."""
    pages = await listed(library, "ch01/p1/a A fox", "ch01/p1/b An owl", "ch01/p2/a A crow")
    found = await pages.pages(PagesQuery(library=str(library.folder)))
    for page in found.pages:
        for panel in page.panels:
            assert panel.left + panel.width <= 1.000001
            assert panel.top + panel.height <= 1.000001
    assert found.pages[1].aspect == pytest.approx(4 / 3)


async def test_a_page_with_too_many_panels_says_so(library: Library) -> None:
    """What an answer has no room for is told, and the rest is shown."""
    pages = await listed(library, *(f"ch01/p1/{number} A fox" for number in range(PLACED + 3)))
    found = await pages.pages(PagesQuery(library=str(library.folder)))
    assert len(found.pages[0].panels) == PLACED
    assert str(PLACED + 3) in found.fault


async def test_a_chapter_that_is_not_there_is_told(library: Library) -> None:
    """So is a library that this host does not know."""
    pages = await listed(library, *PROMPTS)
    with pytest.raises(BadInputError, match="no panels in a chapter ch09"):
        await pages.pages(PagesQuery(library=str(library.folder), chapter="ch09"))
    with pytest.raises(BadInputError, match="no library that this host knows"):
        await pages.pages(PagesQuery(library=str(library.folder.parent)))


BOOK = """title = "Port Sable"

[pages]
layout = true
"""


def source(library: Library) -> str:
    """The book of a library."""
    return str(library.folder.parent / "book.toml")


SCRIPT = """# Chapter {number}

## Page 1

### Panel 1

A fox on a quay.

### Panel 2

An owl on a mast.

## Page 2

### Panel 1

A crow.
"""


async def a_book(library: Library, toml: str = BOOK) -> GalleryPages:
    """Have a book on disk, and on record as run."""
    folder = library.folder.parent
    (folder / "script").mkdir()
    (folder / "book.toml").write_text(toml)
    for number in (1, 2):
        (folder / "script" / f"0{number}.md").write_text(SCRIPT.format(number=number))
    library.folder = folder / "pictures"
    await library.book.start(
        "ch01/p001/panel-1 A fox", library=str(library.folder), source=source(library)
    )
    return GalleryPages(library.book.store)


async def test_a_books_chapter_is_laid_out_as_in_the_whole_book(library: Library) -> None:
    """Pages are numbered on from the chapter before, and gaps have their places."""
    pages = await a_book(library)
    asked = PagesQuery(library=str(library.folder), chapter="ch02")
    found = await pages.pages(asked)
    assert (found.fault, found.rtl) == ("", False)
    assert [(page.number, page.side) for page in found.pages] == [(3, "right"), (4, "left")]
    assert [len(page.panels) for page in found.pages] == [2, 1]


async def test_a_book_that_was_changed_is_laid_out_anew(library: Library) -> None:
    """What the author writes while the studio is open is seen."""
    pages = await a_book(library)
    asked = PagesQuery(library=str(library.folder), chapter="ch01")
    assert len((await pages.pages(asked)).pages) == 2
    script = library.folder.parent / "script" / "01.md"
    script.write_text(f"{script.read_text()}\n## Page 3\n\n### Panel 1\n\nA lamp.\n")
    assert len((await pages.pages(asked)).pages) == 3


async def test_a_book_that_cannot_be_read_is_still_shown(library: Library) -> None:
    """Its panels are laid out by their keys, and the fault names file and line."""
    pages = await a_book(library)
    (library.folder.parent / "book.toml").write_text("[pages\n")
    asked = [Listed(source(library), "ch01/p001/panel-1", 1, Recipe("A fox"))]
    await library.book.store.do(lists.remember, 1.0, str(library.folder), source(library), asked)
    found = await pages.pages(PagesQuery(library=str(library.folder)))
    assert [panel.key for page in found.pages for panel in page.panels] == ["ch01/p001/panel-1"]
    assert found.fault.startswith("book.toml:1")


DOUBLES = [
    [PageOf(("3:4",)), PageOf(("16:9",), double=True), PageOf(("3:4", "3:4"))],
    [PageOf(("16:9",), double=True), PageOf(("3:4", "4:3"), double=True), PageOf(("1:1",))],
    [PageOf(()), PageOf(("3:4",)), PageOf(("16:9",), double=True)],
]


@pytest.mark.parametrize("is_laid_out", [True, False])
@pytest.mark.parametrize("direction", list(Direction))
def test_an_excerpt_is_a_part_of_the_whole(
    tmp_path: Path, direction: Direction, *, is_laid_out: bool
) -> None:
    """A chapter alone has the numbers, sides, shapes and places that it has in the export."""
    layout = Layout(laid_out=is_laid_out, direction=direction)
    story = BookOf(DOUBLES, layout).make(tmp_path)
    whole = bind(story, lambda _: None).leaves
    for chapter in story.chapters:
        keys = {page.key for page in chapter.pages}
        leaves = excerpt(story, lambda _: None, chapter).leaves
        expected = [each for each in whole if each.page is not None and each.page.key in keys]
        assert [each for each in leaves if each.page is not None] == expected
