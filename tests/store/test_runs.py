"""Runs: what a list orders of a library, and what it never does unasked."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, update

from helpers import deciding
from helpers.libraries import Library
from helpers.stores import Book
from pressrun.errors import BadInputError
from pressrun.library import moves
from pressrun.press.filing import Filing
from pressrun.protocol.messages.batch import DEFAULT_CHATS, BatchStart, PlanPage
from pressrun.server.inspection import Inspection
from pressrun.server.leases import Leases
from pressrun.server.planning import Planner
from pressrun.server.runs import Runs
from pressrun.server.sites import Sites
from pressrun.states import JobState, PictureState, Step
from pressrun.store import offers, panels, rearrange, record, takes
from pressrun.store.rearrange import KeyChange
from pressrun.store.tables import images


class Author:
    """Somebody with a library, a prompt list and a host."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.list = library.folder.parent / "book.txt"
        self.announced = 0
        store, clock, folder = library.book.store, library.clock, library.folder.parent
        self.runs = Runs(
            store,
            clock,
            cast("Any", self),  # in the place of a press
            Sites("chatgpt", folder / "sites", folder / "captures"),
            cast("Any", SimpleNamespace(ahead=_no_outlook)),
            Planner(store, Inspection(store, clock), folder / "home-pictures"),
            Leases(store, clock, folder / "home"),
        )

    def announce(self) -> None:
        """Something changed."""
        self.announced += 1

    def show_anew(self, library: str) -> None:
        """The contact sheet is to be written again."""

    async def complete_sheets(self, libraries: Sequence[str]) -> None:
        """The contact sheets are to be up to date."""

    def wants(self, *panels: str, **more: Any) -> BatchStart:  # noqa: ANN401 - fields of the call
        """Write a list, a line for each panel whose first word is its key; return the call."""
        source = self.list.with_suffix(".jsonl")
        lines = (f'{{"key": "{each.split()[0]}", "prompt": "{each}"}}\n' for each in panels)
        source.write_text("".join(lines), encoding="utf-8")
        named = {"source": str(source), "library": str(self.library.folder)}
        return BatchStart(**{**named, **more})


def named_otherwise(asked: BatchStart, before: str, after: str) -> None:
    """Give a panel of a list another key."""
    source = Path(asked.source)
    text = source.read_text(encoding="utf-8").replace(f'"key": "{before}"', f'"key": "{after}"')
    source.write_text(text, encoding="utf-8")


async def _no_outlook(*_: object, **__: object) -> None:
    return None


@pytest.fixture
def author(book: Book, tmp_path: Path) -> Author:
    """An author with an empty library."""
    return Author(Library(book, tmp_path / "pictures"))


async def test_a_list_is_ordered_once(author: Author) -> None:
    """The second time nothing is missing, and a longer list adds what is."""
    started = await author.runs.start(author.wants("a fox"))
    assert (started.batch, started.wanted, started.made) == (1, 1, 0)
    await author.runs.start(author.wants("a fox", "b owl"))
    states = await author.library.book.states()
    assert states == {"a": JobState.WAITING, "b": JobState.WAITING}
    assert author.announced == 2


async def test_a_plan_orders_nothing(author: Author) -> None:
    """It tells what would be made."""
    plan = await author.runs.plan(author.wants("a fox", "b owl"))
    assert (plan.wanted, plan.new, plan.done) == (2, 2, 0)
    assert (await author.library.book.states(), author.announced) == ({}, 0)


async def test_a_list_that_cannot_be_read_orders_nothing(author: Author) -> None:
    """Its line is told."""
    asked = author.wants("a fox", '"')
    with pytest.raises(BadInputError, match="1"):
        await author.runs.start(asked)
    assert (await author.library.book.states(), author.announced) == ({}, 0)


async def test_nothing_is_made_again_unasked(author: Author) -> None:
    """The start is refused with the count and the keys, and nothing of the rest is begun."""
    await author.library.made("a fox", "b bear")
    asked = author.wants("a wolf", "b bear", "c cat")
    with pytest.raises(BadInputError, match=r"(?s)1 picture that you have.*a: the words were"):
        await author.runs.start(asked)
    assert await author.library.book.states() == {"a": JobState.DONE, "b": JobState.DONE}
    plan = await author.runs.plan(asked)
    assert (plan.again, plan.new, plan.done) == (1, 1, 1)
    assert plan.examples == ["a: the words were changed"]


async def test_what_the_author_agrees_to_is_made_again(author: Author) -> None:
    """With everything else that is missing."""
    await author.library.made("a fox", "b bear")
    started = await author.runs.start(author.wants("a wolf", "b bear", "c cat", again=True))
    assert (started.made, started.wanted) == (1, 3)
    states = await author.library.book.states()
    assert (states["a"], states["c"]) == (JobState.WAITING, JobState.WAITING)


async def test_what_the_author_leaves_is_not_made_again(author: Author) -> None:
    """The new panels are made, and the batch counts what was left as its own number."""
    await author.library.made("a fox", "b bear")
    await author.runs.start(author.wants("a wolf", "b bear", "c cat", again=False))
    states = await author.library.book.states()
    assert (states["a"], states["c"]) == (JobState.DONE, JobState.WAITING)


async def test_a_picture_that_the_author_kept_is_made(author: Author) -> None:
    """`run` says what it would make again; `keep` accepts the picture; `run` goes on."""
    library = author.library
    await library.made("a fox")
    asked = author.wants("a wolf", "b bear")
    with pytest.raises(BadInputError, match="pressrun keep"):
        await author.runs.start(asked)
    await library.book.store.do(deciding.keep, library.book.now, str(library.folder), ["a"])
    started = await author.runs.start(asked)
    assert (started.made, started.wanted) == (1, 2)


async def test_edited_words_are_made_after_the_attempt_under_way(author: Author) -> None:
    """A run that ends with the old words would call a picture made that nobody asked for."""
    book = author.library.book
    await author.runs.start(author.wants("a fox"))
    await book.at(Step.SUBMITTED)
    started = await author.runs.start(author.wants("a wolf"))
    assert (started.batch, started.made) == (1, 0)
    plan = await author.runs.plan(author.wants("a wolf"))
    assert (plan.under_way, plan.new, plan.again) == (1, 0, 0)


async def test_words_taken_back_while_they_are_made_leave_the_picture_that_they_had(
    author: Author,
) -> None:
    """What arrives is another take: the list asks for the one that is there."""
    library = author.library
    await library.made("a fox")
    before = (library.folder / "a.png").read_bytes()
    await author.runs.start(author.wants("a wolf", again=True))
    attempt = await library.received()
    await author.runs.start(author.wants("a fox"))
    assert await Filing(library.book.store, library.clock).file(attempt)
    assert (library.folder / "a.png").read_bytes() == before
    takes = await library.book.store.do(panels.pictures, str(library.folder), "a")
    assert [each.place for each in takes] == [PictureState.CURRENT, PictureState.ALTERNATIVE]
    plan = await author.runs.plan(author.wants("a fox"))
    assert (plan.done, plan.new, plan.again, plan.under_way) == (1, 0, 0, 0)
    assert await library.verify() == []


async def say(author: Author, key: str, **word: float | None) -> None:
    """Have the author say something about the picture of a panel."""

    def change(connection: Connection) -> None:
        own = (images.c.key == key) & (images.c.place == PictureState.CURRENT)
        connection.execute(update(images).where(own).values(**word))

    await author.library.book.store.do(change)


async def test_new_words_of_an_approved_panel_are_made_once_and_offered(author: Author) -> None:
    """The plan says that it stays; a take that waits for a yes is not ordered again."""
    library, book = author.library, author.library.book
    await library.made("a fox", "b bear")
    before = (library.folder / "a.png").read_bytes()
    await say(author, "a", approved_at=1.0)
    asked = author.wants("a wolf", "b bear")
    with pytest.raises(BadInputError, match=r"1 picture of these that you approved stays until"):
        await author.runs.start(asked)
    plan = await author.runs.plan(asked)
    assert (plan.again, plan.approved) == (1, 1)
    again = asked.model_copy(update={"again": True})
    await author.runs.start(again)
    assert await Filing(book.store, library.clock).file(await library.received())
    assert (library.folder / "a.png").read_bytes() == before
    plan = await author.runs.plan(again)
    assert (plan.again, plan.left, plan.offered, plan.makes) == (0, 1, 1, 0)
    started = await author.runs.start(again)
    assert started.batch is None
    (offered,) = await book.store.do(offers.of_panel, str(library.folder), "a")
    (held,) = await book.store.do(record.of_images, [offered.image])
    placed = moves.choose(library.shelf, held.record, held.path)
    aside = library.shelf.alternative
    await book.store.do(takes.choose, book.now, held, placed.path, aside=aside)
    await book.store.do(offers.accept, book.now, held.id)
    plan = await author.runs.plan(again)
    assert (plan.done, plan.again, plan.left, plan.offered) == (2, 0, 0, 0)
    assert await library.verify() == []


async def test_what_is_locked_is_not_made_again_by_any_run(author: Author) -> None:
    """Nor does another picture move to its place; the plan says what would unlock it."""
    library = author.library
    await library.made("a fox", "b bear", "c cat")
    await say(author, "a", locked_at=1.0)
    await say(author, "b", locked_at=1.0)
    asked = author.wants("a wolf", "c cat", "d dog", again=True)
    named_otherwise(asked, "c", "b")
    plan = await author.runs.plan(asked)
    assert (plan.new, plan.again, plan.locked, plan.blocked, plan.renamed) == (1, 0, 1, 1, 0)
    page = await author.runs.page(PlanPage(**asked.model_dump()))
    assert [(each.key, each.fate) for each in page.panels] == [
        ("a", "locked"),
        ("b", "in the way"),
        ("d", "new"),
    ]
    assert page.panels[1].why.endswith("pressrun unlock b")
    before = {name: (library.folder / name).read_bytes() for name in ("a.png", "b.png", "c.png")}
    await author.runs.start(asked)
    states = await library.book.states()
    assert (states["a"], states["b"], states["d"]) == (
        JobState.DONE,
        JobState.DONE,
        JobState.WAITING,
    )
    assert {name: (library.folder / name).read_bytes() for name in before} == before
    assert await library.verify() == []


async def test_a_lock_that_comes_while_a_run_begins_stops_what_would_move_there(
    author: Author,
) -> None:
    """Nothing is moved, and the author is told to run it again."""
    library = author.library
    await library.made("a fox", "b bear")
    await say(author, "a", locked_at=1.0)
    wanted = [KeyChange("b", "a")]
    with pytest.raises(BadInputError, match="the picture of a was locked meanwhile"):
        await rearrange.rename(library.book.store.do, 1.0, library.shelf, wanted, {})
    assert await library.verify() == []


async def test_another_list_may_not_take_a_panel_that_is_being_made(author: Author) -> None:
    """Two lists that share a key would overwrite each other's pictures."""
    first = author.wants("a fox")
    await author.runs.start(first)
    other = Path(first.source).with_name("other.jsonl")
    other.write_text('{"key": "A", "prompt": "An owl"}', encoding="utf-8")
    with pytest.raises(BadInputError, match="also wanted by"):
        await author.runs.start(first.model_copy(update={"source": str(other)}))


async def test_a_lists_own_folder_lies_beside_it(author: Author) -> None:
    """Where its author looks for it; two lists of one name in two folders are two libraries."""
    started = await author.runs.start(author.wants("a fox", library=None))
    assert started.library == str(author.list.with_name("book-pictures"))


async def test_a_library_at_the_old_place_goes_on(author: Author) -> None:
    """Pictures that are there already are not made again elsewhere."""
    old = author.list.parent / "home-pictures" / "book"
    asked = author.wants("a fox", library=str(old))
    await author.runs.start(asked)
    found = await author.runs.plan(asked.model_copy(update={"library": None}))
    assert (found.library, found.under_way) == (str(old), 1)


async def test_a_plan_lists_every_panel_page_by_page(author: Author) -> None:
    """Its key, its first words, and what becomes of it."""
    await author.library.made("k0 fox")
    asked = author.wants(*(f"k{number} fox" for number in range(450)))
    keys, first = [], 0
    while True:
        page = await author.runs.page(PlanPage(**asked.model_dump(), first=first))
        keys += [(each.key, each.words, each.fate) for each in page.panels]
        first += len(page.panels)
        if first >= page.total:
            break
    assert keys[:2] == [("k0", "k0 fox", "made"), ("k1", "k1 fox", "new")]
    assert len(keys) == 450


PROJECT = "https://chatgpt.com/g/g-p-12ab-my-story/project"


async def test_an_open_batch_takes_another_number_of_panels_a_chat(author: Author) -> None:
    """From its next panel on; without a number, the usual one."""
    await author.runs.start(author.wants("a fox", chats=6))
    assert (await author.library.book.batch(1))["chats"] == 6
    await author.runs.start(author.wants("a fox"))
    assert (await author.library.book.batch(1))["chats"] == DEFAULT_CHATS


async def test_a_list_remembers_its_project(author: Author) -> None:
    """Until the author ends it; another list knows nothing of it."""
    for address, kept in (
        (f"{PROJECT}?tab=chats", PROJECT),
        (None, PROJECT),
        ("", None),
        (None, None),
        (PROJECT.removesuffix("/project"), PROJECT),
    ):
        await author.runs.start(author.wants("a fox", project=address))
        assert (await author.library.book.batch(1))["project"] == kept
    other = author.library.folder.parent / "other.txt"
    other.write_text("A bear at sea", encoding="utf-8")
    await author.runs.start(BatchStart(source=str(other), library=str(author.library.folder)))
    assert (await author.library.book.batch(2))["project"] is None


@pytest.mark.parametrize(
    "address",
    [
        "http://chatgpt.com/g/g-p-12ab/project",
        "https://chatgpt.com.example.org/g/g-p-12ab/project",
        "https://example.org/https://chatgpt.com/g/g-p-12ab/project",
        "https://chatgpt.com/g/g-12ab-a-custom-model",
        "https://chatgpt.com/g/g-p-12ab/c/0a1b",
        "https://chatgpt.com/c/0a1b",
        "javascript:alert(1)",
        "g-p-12ab",
    ],
)
async def test_what_is_no_projects_address_starts_nothing(author: Author, address: str) -> None:
    """It says where to find the right one; a plan says it before."""
    asked = author.wants("a fox", project=address)
    for order in (author.runs.plan, author.runs.start):
        with pytest.raises(BadInputError, match="is not the address of a ChatGPT project"):
            await order(asked)
    assert (await author.library.book.states(), author.announced) == ({}, 0)
