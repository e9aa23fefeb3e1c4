"""Where panels stand: every panel that needs its author is found, with the reason."""

from pathlib import Path

import pytest

from helpers import deciding
from helpers.deciding import Wish
from helpers.libraries import Library
from helpers.pictures import encoded
from helpers.stores import Book
from pressrun.picture.recipe import Recipe
from pressrun.states import Ending, JobChoice, PanelState, PictureState, Step
from pressrun.store import doubts, endings, lists, orders, panels, record, takes
from pressrun.store.lists import Listed


@pytest.fixture
def library(book: Book, tmp_path: Path) -> Library:
    """An empty library."""
    return Library(book, tmp_path / "pictures")


async def remember(library: Library, source: str, *prompts: str) -> None:
    """Have a list ask for panels, each on the line of its number."""
    wanted = [
        Listed(source, words.split()[0], line, Recipe(words))
        for line, words in enumerate(prompts, start=1)
    ]
    await library.book.store.do(
        lists.remember, library.book.now, str(library.folder), source, wanted
    )


async def states(library: Library) -> dict[str, PanelState]:
    """Return where each panel stands, in reading order."""
    found = await library.book.store.do(panels.of, str(library.folder))
    return {panel.key: panel.state for panel in found}


async def test_each_panel_stands_where_its_list_and_its_pictures_say(library: Library) -> None:
    """Made, from other words, refused, failed, in doubt, skipped, waiting, and named by no list."""
    book = library.book
    prompts = ("a fox", "b bear", "c cat", "d dog", "e eel", "f fly", "g gnu", "h hen")
    await library.start(*prompts)
    source = f"{library.folder}.txt"
    for _ in "abc":
        await library.make()
    refused = await book.at(Step.SUBMITTED)
    await book.store.do(endings.refuse, book.now, refused, "It may violate our policies.")
    failed = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, failed, "Something went wrong", retry_at=None)
    doubt = await book.at(Step.SUBMITTED)
    await book.store.do(doubts.record, book.now, doubt, "the chat is gone", look_at=None)
    await book.store.do(orders.order, book.now, 1, ["g"], JobChoice.SKIP)
    await remember(library, source, "a fox", "b wolf", *prompts[3:])
    assert await states(library) == {
        "a": PanelState.MADE,
        "b": PanelState.STALE,
        "d": PanelState.REFUSED,
        "e": PanelState.FAILED,
        "f": PanelState.DOUBT,
        "g": PanelState.LEFT_OUT,
        "h": PanelState.WAITING,
        "c": PanelState.UNLISTED,
    }
    found = {
        panel.key: panel
        for panel in await book.store.do(panels.needing, 1, str(library.folder), source, 10)
    }
    assert list(found) == ["d", "e", "f"]
    assert (found["d"].reason, found["d"].line) == ("It may violate our policies.", 3)


async def test_panels_of_several_lists_stand_in_reading_order(library: Library) -> None:
    """Chapter 2 comes before chapter 10, whatever their files are sorted like."""
    await library.made("ch2/a fox", "ch10/a bear")
    await remember(library, "/ch10.txt", "ch10/a bear")
    await remember(library, "/ch2.txt", "ch2/a fox")
    assert list(await states(library)) == ["ch2/a", "ch10/a"]


async def test_a_refused_panel_with_other_words_is_refused_no_more(library: Library) -> None:
    """The next run makes it."""
    book = library.book
    await library.start("a fox")
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.refuse, book.now, attempt, "no")
    source = f"{library.folder}.txt"
    await remember(library, source, "a fox")
    assert await states(library) == {"a": PanelState.REFUSED}
    await remember(library, source, "a kind fox")
    assert await states(library) == {"a": PanelState.LEFT_OUT}


async def test_one_panel_has_all_its_tries_and_takes(library: Library) -> None:
    """A take keeps its number when a newer one takes its place."""
    book, folder = library.book, str(library.folder)
    await library.start("a fox")
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, attempt, "an error", retry_at=book.now)
    await library.make()
    await book.store.do(deciding.redo, book.now, folder, ["a"], Wish("her hand"))
    await library.make()
    tries = await book.store.do(panels.tries, folder, "a")
    assert (tries[0].ending, tries[0].reason) == (Ending.FAILED, "an error")
    assert len(tries) == 3
    found = await book.store.do(panels.pictures, folder, "a")
    assert [(take.number, take.place, take.note) for take in found] == [
        (1, PictureState.ALTERNATIVE, None),
        (2, PictureState.CURRENT, "her hand"),
    ]


async def test_a_picture_of_another_format_is_told_until_it_is_accepted(library: Library) -> None:
    """Its panel is made all the same; what the author chose is not held against the panel."""
    book, folder = library.book, str(library.folder)
    await book.start("a fox", "b bear", library=folder, ratio="9:16")
    await library.make()
    await library.make(encoded(size=(9, 16)))
    source = f"{folder}.txt"
    wanted = [
        Listed(source, words[0], 1, Recipe(words, format="9:16")) for words in ("a fox", "b bear")
    ]
    await book.store.do(lists.remember, book.now, folder, source, wanted)
    found = await book.store.do(panels.of, folder)
    assert [(each.state, each.misfit) for each in found] == [
        (PanelState.MADE, "32×24 instead of 9:16"),
        (PanelState.MADE, None),
    ]
    shown = await book.store.do(panels.on_sheet, folder)
    assert [each.reason for each in shown] == ["32×24 instead of 9:16", ""]
    held = await book.store.do(record.current, folder, "a")
    assert held is not None
    await book.store.do(takes.choose, book.now, held, held.path, aside=library.shelf.alternative)
    assert (await book.store.do(panels.of, folder))[0].misfit is None


async def test_a_contact_sheet_shows_what_the_lists_ask_for(library: Library) -> None:
    """A gap where one was refused; nothing that no list names, or is still to come."""
    book = library.book
    await library.start("a fox", "b bear", "c cat", "d dog")
    await library.make()
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.refuse, book.now, attempt, "It may violate our policies.")
    await library.make()
    await remember(library, f"{library.folder}.txt", "b bear", "c cat", "d dog")
    shown = await book.store.do(panels.on_sheet, str(library.folder))
    assert [(each.key, each.path, each.reason) for each in shown] == [
        ("b", None, "refused: It may violate our policies."),
        ("c", "c.png", ""),
    ]
