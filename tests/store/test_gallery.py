"""The gallery: what a grid shows is what is on record, and a view that follows misses nothing."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast
from unittest.mock import AsyncMock, patch

import pytest
from sqlalchemy import Connection, delete, insert, select

from helpers.situations import EXAMPLES
from helpers.stores import Book, add_line
from helpers.styled import LIBRARY, aside, begin, conclude, file, make, measured, sha
from pressrun.errors import NotFoundError, PressrunError
from pressrun.picture.recipe import Recipe
from pressrun.press.board import Board
from pressrun.protocol import frames
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.gallery import FollowQuery, GalleryQuery, GallerySearch, Tile
from pressrun.protocol.messages.status import Status
from pressrun.server import bulletin, collection
from pressrun.server import gallery as gallery_server
from pressrun.server.collection import Collection
from pressrun.server.gallery import Gallery
from pressrun.server.office import Office
from pressrun.states import (
    AuthorAct,
    BatchState,
    Flag,
    JobChoice,
    MarkState,
    PanelState,
    PictureState,
    Rejected,
    Reviewed,
    Step,
)
from pressrun.store import (
    decisions,
    doubts,
    endings,
    images,
    lists,
    orders,
    panels,
    touched,
    undoing,
)
from pressrun.store.aims import Judgement, Looked
from pressrun.store.attempts import Attempt, BatchHeldError, StaleTokenError
from pressrun.store.images import Moved
from pressrun.store.lists import Chapter, Listed
from pressrun.store.tables import images as images_table
from pressrun.store.tables import notes as notes_table
from pressrun.store.writer import StoreError

SOURCE = "/library.txt"

EVENTS = {
    "claim": 4,
    "end": 5,
    "decide": 8,
    "undo": 2,
    "mark": 2,
    "skip": 1,
    "retry": 1,
    "cancel": 1,
    "begin": 2,
    "move": 2,
    "list": 2,
    "lose": 1,
    "doubt": 1,
}
"""What may happen to a library, and how often."""


def listed(key: str, words: str | None = None, **more: Any) -> Listed:  # noqa: ANN401 - the parts of a row
    """Return what a list asks for."""
    return Listed(SOURCE, key, 1, Recipe(words or f"{key} is drawn"), **more)


async def remember(book: Book, *wanted: Listed, headings: Sequence[Chapter] = ()) -> None:
    """Have it on record what the list asks for."""
    await book.store.do(lists.remember, book.now, LIBRARY, SOURCE, wanted, headings)


async def opened(book: Book) -> dict[str, Tile]:
    """Return the tiles as whoever opens the library now sees them, in order."""
    found = Collection(book.store, LIBRARY)
    await found.refresh()
    return {tile.key: tile for tile in found.tiles(0, 10_000)}


async def note(book: Book, key: str, text: str) -> None:
    """Note something about a panel; an empty note is removed."""

    def write(connection: Connection) -> None:
        mine = (notes_table.c.library == LIBRARY, notes_table.c.key == key)
        connection.execute(delete(notes_table).where(*mine))
        if text:
            row = {"library": LIBRARY, "key": key, "text": text, "at": book.now}
            connection.execute(insert(notes_table).values(row))

    await book.store.do(write)


async def approve(book: Book, key: str) -> None:
    """Approve the picture of a panel."""
    verdict = Judgement(AuthorAct.APPROVE, "studio")
    await book.store.do(decisions.decide, book.now, LIBRARY, [Looked(key)], verdict)


class View:
    """A view that follows a library."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.at = 0
        self.tiles: dict[str, Tile] = {}
        self.opened = 0
        """How often it had to open the library."""

    async def open(self, found: Collection) -> None:
        """Begin anew."""
        await found.refresh()
        self.at = found.at
        self.tiles = {tile.key: tile for tile in found.tiles(0, 10_000)}
        self.opened += 1

    async def catch_up(self, found: Collection) -> None:
        """Hear of everything that changed."""
        while True:
            told = await found.since(self.at, 3)
            if told is None:
                await self.open(found)
                return
            at, tiles = told
            for tile in tiles:
                assert tile.key in self.tiles, "a panel came, and nobody said so"
                self.tiles[tile.key] = tile
            if at == self.at:
                return
            self.at = at


class Life:
    """What happens to a library, at random."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book = book
        self.choose = random.Random(seed)  # noqa: S311 - a test that can be repeated
        self.under_way: list[Attempt] = []
        self.pictures = 0
        self.done: list[str] = []

    async def step(self) -> None:
        """Have something happen; what cannot happen now does not."""
        (name,) = self.choose.choices(list(EVENTS), list(EVENTS.values()))
        self.book.now += 1
        try:
            await getattr(self, f"_{name}")()
        except (PressrunError, BatchHeldError, StaleTokenError):
            return
        self.done.append(name)

    async def _key(self) -> str:
        known = await self.book.store.do(panels.of, LIBRARY)
        return self.choose.choice([each.key for each in known] or ["a"])

    async def _claim(self) -> None:
        if (attempt := await self.book.claim()) is not None:
            self.under_way.append(attempt)

    async def _end(self) -> None:
        if not self.under_way:
            return
        attempt = self.under_way.pop(self.choose.randrange(len(self.under_way)))
        ending = self.choose.choice(["done", "done", "done", "fail", "refuse", "alternative"])
        if ending in ("done", "alternative"):
            self.pictures += 1
            for step in (Step.SUBMITTING, Step.SUBMITTED, Step.MADE):
                await self.book.advance(attempt, step)
            digest = sha(self.pictures)
            await self.book.advance(attempt, Step.RECEIVED, sha256=digest, bytes=5)
            is_own = ending == "done"
            place = PictureState.CURRENT if is_own else PictureState.ALTERNATIVE
            await file(self.book, attempt, self.pictures, place)
            await measured(self.book, self.pictures)
        elif ending == "fail":
            at = self.choose.choice([None, self.book.now])
            await self.book.store.do(endings.fail, self.book.now, attempt, "no", retry_at=at)
        else:
            await self.book.store.do(endings.refuse, self.book.now, attempt, "no")

    async def _doubt(self) -> None:
        if self.under_way:
            attempt = self.under_way.pop()
            await self.book.advance(attempt, Step.SUBMITTING)
            await self.book.store.do(doubts.record, self.book.now, attempt, "gone", look_at=None)

    async def _decide(self) -> None:
        act = self.choose.choice(list(AuthorAct))
        verdict = Judgement(
            act,
            "studio",
            because=Rejected.STYLE if act == AuthorAct.REJECT else None,
            note=self.choose.choice(["", "rain"]) if act == AuthorAct.NOTE else None,
            take=self.choose.choice([1, 2]) if act == AuthorAct.CHOOSE else None,
            sure=self.choose.random() < 0.5,
        )
        seen = [Looked(await self._key())]
        await self.book.store.do(decisions.decide, self.book.now, LIBRARY, seen, verdict)

    async def _undo(self) -> None:
        number = await self.book.store.do(undoing.newest, LIBRARY)
        if number is not None:
            await self.book.store.do(undoing.undo, self.book.now, LIBRARY, number, "popup", {})

    async def _skip(self) -> None:
        keys = [await self._key()]
        await self.book.store.do(orders.order, self.book.now, None, keys, JobChoice.SKIP)

    async def _retry(self) -> None:
        keys = [await self._key()]
        await self.book.store.do(orders.order, self.book.now, None, keys, JobChoice.RETRY)

    async def _mark(self) -> None:
        rows = await self.book.store.do(_current)
        if rows:
            row = self.choose.choice(rows)
            state = self.choose.choice([MarkState.MARKED, MarkState.IN_STYLE])
            await conclude(self.book, row.id, int(row.sha256, 16), state)

    async def _lose(self) -> None:
        rows = await self.book.store.do(_current)
        if rows:
            row = self.choose.choice(rows)
            await self.book.set(images_table, row.id, place=PictureState.GONE)

    async def _cancel(self) -> None:
        await self.book.change(BatchState.CANCELLED)

    async def _begin(self) -> None:
        keys = self.choose.sample(["a", "b", "c", "d", "e"], 3)
        await begin(self.book, *keys, source=self.choose.choice([SOURCE, "/other.txt"]))

    async def _move(self) -> None:
        rows = await self.book.store.do(_current)
        if len(rows) > 1:
            one, other = self.choose.sample(list(rows), 2)
            moved = [Moved(one.id, other.key, "x.png"), Moved(other.id, one.key, "y.png")]
            await self.book.store.do(images.move, self.book.now, LIBRARY, moved, aside=aside)

    async def _list(self) -> None:
        keys = ["a", "b", "c", "d"] if self.choose.random() < 0.7 else ["b", "A", "d", "f"]
        words = self.choose.choice(["is drawn", "is painted"])
        await remember(self.book, *(listed(key, f"{key} {words}") for key in keys))


def _current(connection: Connection) -> Sequence[Any]:
    return connection.execute(
        select(images_table).where(images_table.c.place == PictureState.CURRENT)
    ).all()


@pytest.mark.parametrize("seed", range(12))
async def test_whoever_follows_sees_what_whoever_opens_sees(book: Book, seed: int) -> None:
    """From any point, across restarts of the host, after anything that can happen to a panel."""
    life = Life(book, seed)
    await remember(book, *(listed(key) for key in "abcd"))
    await begin(book, *"abcd", source=SOURCE)
    kept = Collection(book.store, LIBRARY)
    views = [View(book) for _ in range(3)]
    for view in views:
        await view.open(kept)
    for _ in range(60):
        await life.step()
        if life.choose.random() < 0.1:
            kept = Collection(book.store, LIBRARY)
        view = life.choose.choice(views)
        await view.catch_up(kept)
        assert view.tiles == await opened(book), life.done
    now = await opened(book)
    for view in views:
        await view.catch_up(kept)
        assert list(view.tiles.items()) == list(now.items())


@pytest.mark.parametrize("seed", range(6))
async def test_a_grid_and_the_command_line_tell_the_same(book: Book, seed: int) -> None:
    """Which panels there are, in which order, and where each stands."""
    life = Life(book, 100 + seed)
    await remember(book, *(listed(key) for key in "abcd"))
    await begin(book, *"abcd", source=SOURCE)
    for _ in range(50):
        await life.step()
    known = await book.store.do(panels.of, LIBRARY)
    shown = await opened(book)
    assert [(each.key, each.state) for each in known] == [
        (each.key, each.state) for each in shown.values()
    ]


async def test_one_change_is_told_as_one_tile(book: Book) -> None:
    """A decision patches one cell, and the gallery is not opened anew for it."""
    await remember(book, *(listed(key) for key in "abcd"))
    await begin(book, *"abcd", source=SOURCE)
    for number in range(4):
        await make(book, number + 1)
    found = Collection(book.store, LIBRARY)
    await found.refresh()
    at = found.at
    await approve(book, "c")
    told = await found.since(at, 100)
    assert told is not None
    assert [(each.key, each.reviewed) for each in told[1]] == [("c", Reviewed.APPROVED)]
    assert await found.since(told[0], 100) == (told[0], [])


async def test_a_view_catches_up_after_the_host_was_restarted(book: Book) -> None:
    """The numbers are in the database: nothing is opened anew because a process ended."""
    await remember(book, *(listed(key) for key in "abcd"))
    await begin(book, *"abcd", source=SOURCE)
    found = Collection(book.store, LIBRARY)
    await found.refresh()
    at = found.at
    await make(book, 1)
    told = await Collection(book.store, LIBRARY).since(at, 100)
    assert told is not None
    assert [(each.key, each.state) for each in told[1]] == [("a", PanelState.MADE)]


async def test_a_list_that_is_read_again_as_it_was_changes_nothing(book: Book) -> None:
    """A `run` of the same book keeps the place of whoever looks; other words are a change."""
    await remember(book, listed("a"), listed("b"))
    found = Collection(book.store, LIBRARY)
    await found.refresh()
    at = found.at
    await remember(book, listed("a"), listed("b"))
    assert await found.since(at, 100) == (at, [])
    await remember(book, listed("a"), listed("b", "b is painted"))
    told = await found.since(at, 100)
    assert told is not None
    assert [each.key for each in told[1]] == ["b"]
    await remember(book, listed("b", "b is painted"), listed("a"))
    assert await found.since(told[0], 100) is None


async def test_a_number_of_another_database_opens_the_gallery_anew(book: Book) -> None:
    """As after a backup was restored while a view was open."""
    await remember(book, listed("a"))
    found = Collection(book.store, LIBRARY)
    assert await found.since(10_000, 100) is None


async def test_a_tile_tells_what_there_is_to_see(book: Book) -> None:
    """Flags, takes, figures and places: what a grid filters by without asking again."""
    wanted = listed(
        "ch01/p001/panel-1",
        figures=("Mara", "Tom"),
        setting="Harbour",
        page="ch01/p001",
        chapter="ch01",
    )
    await remember(book, wanted, listed("b"), headings=[Chapter("ch01", "The storm")])
    await begin(book, "ch01/p001/panel-1", "b", source=SOURCE)
    _, image = await make(book, 1)
    await measured(book, 1)
    await conclude(book, image, 1, MarkState.MARKED)
    await note(book, "ch01/p001/panel-1", "look at her hand")
    found = Collection(book.store, LIBRARY)
    await found.refresh()
    first, second = found.tiles(0, 10)
    assert (first.state, first.takes, first.picture) == (PanelState.MADE, 1, sha(1))
    assert first.flags == [Flag.OUTLIER, Flag.NOTED]
    assert first.score == 9.0 / 5.0
    assert [list(found.figures)[each] for each in first.figures] == ["Mara", "Tom"]
    assert first.setting is not None
    assert list(found.settings)[first.setting] == "Harbour"
    assert (first.chapter, first.page) == ("ch01", "ch01/p001")
    assert (second.state, second.takes, second.chapter, second.page) == (
        PanelState.WAITING,
        0,
        "",
        "",
    )


async def test_a_tile_tells_that_others_wait_for_a_word_on_it(book: Book) -> None:
    """The author sees which picture to look at first; the flag goes with the approval."""
    await remember(book, listed("a"), listed("b", after="a"))
    await book.start("a fox", "b bear", library=LIBRARY, source=SOURCE, after={"b": "a"})
    await make(book, 1)
    assert (await opened(book))["a"].flags == [Flag.ASKED]
    await approve(book, "a")
    assert (await opened(book))["a"].flags == []


async def test_pictures_change_places_whatever_their_keys_are_called(book: Book) -> None:
    """Keys that are numbers are keys as well: names in between must not meet them."""
    await book.start("1 fox", "2 bear", "3 cat", library=LIBRARY, source=SOURCE)
    made = [await make(book, number) for number in (1, 2, 3)]
    (_, one), (_, two), _ = made
    moved = [Moved(one, "2", "x.png"), Moved(two, "1", "y.png")]
    await book.store.do(images.move, book.now, LIBRARY, moved, aside=aside)
    shown = await opened(book)
    assert [shown[key].picture for key in ("1", "2", "3")] == [sha(2), sha(1), sha(3)]
    told = await book.store.do(touched.since, LIBRARY, 0, 1_000)
    assert set(told.keys) == {"1", "2", "3"}


class _Office:
    """Tells a status, as soon as it may."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.asked = 0
        self.fault: Exception | None = None
        self.may = asyncio.Event()

    async def shown(self) -> Status:
        self.asked += 1
        revision = self._board.revision
        await self.may.wait()
        if self.fault is not None:
            raise self.fault
        told = EXAMPLES["no browser"].status
        return told.model_copy(update={"revision": revision})


@pytest.fixture
def board(book: Book) -> Board:
    """What views wait for."""
    found = Board()
    book.store.changed = found.stir
    return found


@pytest.fixture
def office(board: Board) -> _Office:
    """Whoever makes the status."""
    return _Office(board)


@pytest.fixture
async def shown(book: Book, board: Board, office: _Office) -> AsyncIterator[Gallery]:
    """The gallery as a host has it."""
    found = Gallery(book.store, board, cast("Office", office))
    yield found
    await found.close()


async def test_a_follower_hears_of_a_change_at_once(book: Book, shown: Gallery) -> None:
    """Nothing polls: the answer comes with the commit, whatever wrote it."""
    await remember(book, listed("a"))
    page = await shown.open(GalleryQuery(library=LIBRARY))
    asked = FollowQuery(after=0, library=LIBRARY, at=page.at, wait=20)
    following = asyncio.ensure_future(shown.follow(asked))
    await asyncio.sleep(0)
    await note(book, "a", "rain")
    async with asyncio.timeout(5):
        told = await following
    assert [(each.key, each.flags) for each in told.tiles] == [("a", [Flag.NOTED])]
    assert told.status is None
    assert not told.anew


async def test_panels_do_not_wait_for_the_status(
    book: Book, shown: Gallery, board: Board, office: _Office
) -> None:
    """A tab's event changes both, and the status takes longer; it comes with the next answer."""
    await remember(book, listed("a"))
    page = await shown.open(GalleryQuery(library=LIBRARY))
    asked = FollowQuery(after=0, library=LIBRARY, at=page.at, wait=20)
    following = asyncio.ensure_future(shown.follow(asked))
    await asyncio.sleep(0)
    board.touch()
    await note(book, "a", "rain")
    async with asyncio.timeout(5):
        told = await following
    assert office.asked <= 1
    assert (told.revision, told.status, len(told.tiles)) == (0, None, 1)
    following = asyncio.ensure_future(shown.follow(asked.model_copy(update={"at": told.at})))
    office.may.set()
    async with asyncio.timeout(5):
        told = await following
    assert told.status is not None
    assert (told.revision, told.tiles, told.at) == (1, [], told.at)


async def test_the_status_is_made_once_for_all_views(
    shown: Gallery, board: Board, office: _Office
) -> None:
    """Three views cost what one does, and those that come a moment later nothing."""
    office.may.set()
    for number in (1, 2, 3):
        board.touch()
        asked = FollowQuery(after=number - 1, wait=20)
        told = await asyncio.gather(*(shown.follow(asked) for _ in range(3)))
        assert [each.revision for each in told] == [number] * 3
        assert office.asked == number
    assert (await shown.follow(FollowQuery(wait=20))).revision == 3
    assert office.asked == 3
    board.touch()
    board.touch()
    assert (await shown.follow(FollowQuery(after=3, wait=20))).revision == 5
    assert office.asked == 4


async def test_a_status_that_cannot_be_made_is_refused_and_tried_again(
    shown: Gallery, board: Board, office: _Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each view hears why, as of any call, and nothing stays broken."""
    monkeypatch.setattr(bulletin, "FRESH_SECONDS", 0.05)
    office.may.set()
    office.fault = StoreError("the disk is full")
    board.touch()
    asked = [shown.follow(FollowQuery(after=0, wait=20)) for _ in range(2)]
    ends = await asyncio.gather(*asked, return_exceptions=True)
    assert [str(each) for each in ends] == ["the disk is full"] * 2
    office.fault = None
    await asyncio.sleep(0.1)
    assert (await shown.follow(FollowQuery(after=0, wait=20))).status is not None


async def test_what_changes_no_panel_is_read_by_no_view(book: Book, shown: Gallery) -> None:
    """Tabs write far more than a grid shows; views cost nothing for it."""
    await remember(book, listed("a"))
    page = await shown.open(GalleryQuery(library=LIBRARY))
    asked = FollowQuery(after=0, library=LIBRARY, at=page.at, wait=20)
    following = [asyncio.ensure_future(shown.follow(asked)) for _ in range(3)]
    await asyncio.sleep(0)
    reading = AsyncMock(wraps=book.store.read)
    with patch.object(book.store, "read", reading):
        for _ in range(20):
            await book.store.do(add_line, "nothing.shown")
            await asyncio.sleep(0)
        assert reading.await_count == 0
        await note(book, "a", "rain")
        told = await asyncio.gather(*following)
        assert reading.await_count == 1
    assert [len(each.tiles) for each in told] == [1, 1, 1]


async def test_a_life_of_changes_takes_no_more_memory(book: Book, shown: Gallery) -> None:
    """What is kept of changes is as much as there are panels, however often they change."""
    await remember(book, *map(listed, "abcd"))
    page = await shown.open(GalleryQuery(library=LIBRARY))
    at = page.at

    async def change(times: int) -> None:
        nonlocal at
        for number in range(times):
            await book.store.do(touched.touch, LIBRARY, ["abcd"[number % 4]])
            told = await shown.follow(FollowQuery(after=0, library=LIBRARY, at=at, wait=20))
            assert len(told.tiles) == 1
            at = told.at

    await change(40)
    (kept,) = shown._collections.values()
    assert len(kept._changed) == 4


async def test_libraries_that_are_followed_are_not_read_again(
    book: Book, shown: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many windows an author has open; one that nobody looks at any more is forgotten."""
    monkeypatch.setattr(gallery_server, "KEPT", 1)
    libraries = ["/one", "/two", "/three"]
    pages = []
    for library in libraries:
        await book.store.do(lists.remember, book.now, library, SOURCE, [listed("a")], ())
        pages.append(await shown.open(GalleryQuery(library=library)))
    read = Collection._read_whole
    with patch.object(Collection, "_read_whole", autospec=True, side_effect=read) as whole:
        for library, page in zip(libraries, pages, strict=True):
            await book.store.do(touched.touch, library, ["a"])
            told = await shown.follow(FollowQuery(after=0, library=library, at=page.at, wait=20))
            assert len(told.tiles) == 1
        assert whole.await_count == 0
    monkeypatch.setattr(gallery_server, "FOLLOWED_SECONDS", -1.0)
    await shown.open(GalleryQuery(library="/one"))
    with patch.object(Collection, "_read_whole", autospec=True, side_effect=read) as whole:
        await shown.open(GalleryQuery(library="/two"))
    assert whole.await_count == 1


async def test_a_follower_that_nothing_happens_for_is_told_so(book: Book, shown: Gallery) -> None:
    """It knows what it knew, and asks again."""
    await remember(book, listed("a"))
    page = await shown.open(GalleryQuery(library=LIBRARY))
    told = await shown.follow(FollowQuery(after=0, library=LIBRARY, at=page.at, wait=0.01))
    assert (told.at, told.tiles, told.anew, told.revision) == (page.at, [], False, 0)


async def test_every_page_fits_a_frame(book: Book, shown: Gallery) -> None:
    """Also with the longest keys in letters that take six bytes each."""
    keys = [f"{'画' * 170}{number:05}" for number in range(1_500)]
    await remember(book, *map(listed, keys))
    first, seen = 0, []
    while True:
        page = await shown.open(GalleryQuery(library=LIBRARY, first=first))
        frames.encode({"result": page.model_dump(mode="json")})
        seen += [tile.key for tile in page.tiles]
        first += len(page.tiles)
        if first == page.total:
            break
    assert seen == keys
    found = await shown.search(GallerySearch(library=LIBRARY, text="画"))
    frames.encode({"result": found.model_dump(mode="json")})
    assert found.more
    assert found.keys == keys[: len(found.keys)]


async def test_a_large_library_is_read_in_slices(
    book: Book, shown: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes between two slices is seen all the same."""
    monkeypatch.setattr(collection, "SLICE", 2)
    await remember(book, *map(listed, "abcdefg"))
    await begin(book, *"abcdefg", source=SOURCE)
    opening = asyncio.ensure_future(shown.open(GalleryQuery(library=LIBRARY)))
    for number in range(1, 8):
        await make(book, number)
    page = await opening
    told = await shown.follow(FollowQuery(after=0, library=LIBRARY, at=page.at))
    tiles = {tile.key: tile for tile in (*page.tiles, *told.tiles)}
    assert tiles == await opened(book)
    assert [each.picture for each in tiles.values()] == [sha(number) for number in range(1, 8)]


async def test_a_text_is_found_in_keys_prompts_lettering_and_notes(
    book: Book, shown: Gallery
) -> None:
    """Whatever its case, and across the end of a line; in the order of the book."""
    await remember(
        book,
        listed("a", "The LIGHTHOUSE\nkeeper waits"),
        listed("lighthouse", "rain"),
        listed("c", "nobody", lettering="MARA: The lighthouse keeper!"),
        listed("d", "nobody"),
        listed("e", "nobody"),
    )
    await note(book, "d", "more of the lighthouse  keeper")

    async def found(text: str) -> list[str]:
        return (await shown.search(GallerySearch(library=LIBRARY, text=text))).keys

    assert await found("lighthouse KEEPER") == ["a", "c", "d"]
    assert await found("lighthouse") == ["a", "lighthouse", "c", "d"]
    assert await found("%") == []


async def test_a_text_is_found_in_panels_that_no_list_names(book: Book, shown: Gallery) -> None:
    """Their pictures are in the grid as well."""
    await begin(book, "a", "b", source=SOURCE)
    await make(book, 1)
    assert (await shown.search(GallerySearch(library=LIBRARY, text="a is"))).keys == ["a"]


async def test_a_library_that_nobody_knows_is_told_so(shown: Gallery) -> None:
    """A view asks for what its address says, which may be anything."""
    with pytest.raises(NotFoundError, match="no library that Pressrun knows"):
        await shown.open(GalleryQuery(library="/nowhere"))
    with pytest.raises(NotFoundError, match="no library"):
        await shown.follow(FollowQuery(library="../../etc", at=3))


async def test_no_library_at_all_is_an_empty_gallery(shown: Gallery) -> None:
    """The studio of somebody who has never run anything opens."""
    page = await shown.open(GalleryQuery())
    assert (page.library, page.total, page.tiles) == ("", 0, [])
    assert (await shown.libraries(Nothing())).libraries == []


async def test_the_libraries_are_told_with_what_they_hold(book: Book, shown: Gallery) -> None:
    """The one used last comes first."""
    await remember(book, listed("a"), listed("b"), listed("c"))
    await begin(book, "a", "b", "c", source=SOURCE)
    await make(book, 1)
    book.now += 10
    await book.start("x fox", library="/later", source="/comic/book.toml")
    told = (await shown.libraries(Nothing())).libraries
    assert [(each.library, each.panels, each.pictures, each.is_book) for each in told] == [
        ("/later", 0, 0, True),
        (LIBRARY, 3, 1, False),
    ]
    assert [each.title for each in told] == ["comic", "library.txt"]
    assert not any(each.is_there for each in told)
