"""What an author approved or locked stays, byte for byte, whatever takes come later."""

import asyncio
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from helpers import deciding
from helpers.libraries import Library
from helpers.pictures import encoded
from helpers.stores import Book
from pressrun import failpoint
from pressrun.library import moves
from pressrun.library.shelf import sha256_of
from pressrun.picture.recipe import Recipe
from pressrun.press.filing import Filing
from pressrun.protocol.messages.batch import TidyOrder
from pressrun.protocol.messages.panel import PanelQuery, PanelsQuery
from pressrun.protocol.messages.verify import Care, Fault
from pressrun.server.inspection import Inspection
from pressrun.server.leases import Leases
from pressrun.server.panels import Panels
from pressrun.server.sites import Sites
from pressrun.server.takes import Takes
from pressrun.states import AuthorAct, BatchState, JobState, PictureState, Step
from pressrun.store import aims, choosing, endings, lists, offers, record
from pressrun.store.aims import Judgement, Looked, Obstacle
from pressrun.store.attempts import Attempt
from pressrun.store.lists import Listed
from pressrun.store.offers import StandsError
from pressrun.store.tables import images

PLACING = (
    "filing.unprotected",
    "shelf.place.inspected",
    "shelf.aside.sidecar",
    "shelf.aside.after",
    "shelf.place.set_aside",
    "shelf.place.described",
    "shelf.place.after",
)
"""Everything that happens between the look whether a picture may be replaced, and the record."""

RETURNING = (
    "moves.stay.found",
    "moves.carry.before",
    "shelf.aside.sidecar",
    "shelf.aside.after",
    "moves.carry.described",
    "moves.carry.moved",
    "moves.carry.after",
)
"""Everything that happens while an approved picture gets its place back."""


class Death(BaseException):
    """The process ends here."""


class Acting:
    """Does something the first time that a failpoint is passed, and dies at another one."""

    def __init__(
        self, at: str, act: Callable[[], None] | None = None, dies: str | None = None
    ) -> None:
        self._at = at
        self._act = act
        self._dies = dies
        self.acted = False

    def passed(self, name: str) -> None:
        """Act, or die, if it is the one for that."""
        if name == self._at and not self.acted:
            self.acted = True
            if self._act is None:
                raise Death
            self._act()
        elif self.acted and name == self._dies:
            self._dies = None
            raise Death


class Author:
    """Somebody with a panel `a` that has a picture, of which another take arrived."""

    def __init__(self, library: Library, first: bytes) -> None:
        self.library = library
        self.first = first
        self.second = b""
        self.filing = Filing(library.book.store, library.clock)

    async def received(self, picture: bytes | None = None) -> Attempt:
        """Order one more take, and have its bytes arrive."""
        book = self.library.book
        await book.store.do(deciding.order_unasked, book.now, str(self.library.folder), "a")
        attempt = await self.library.received(picture)
        row = await book.attempt(attempt)
        self.second = self.library.shelf.received(row["sha256"]).read_bytes()
        return attempt

    async def say(self, **word: float | None) -> None:
        """Have the author say something about the picture that is there."""

        def say(connection: Connection) -> None:
            own = (images.c.key == "a") & (images.c.place == PictureState.CURRENT)
            connection.execute(update(images).where(own).values(**word))

        await self.library.book.store.do(say)

    async def rows(self) -> list[tuple[PictureState, bool, str]]:
        """Return what each take is, whether it waits, and its SHA-256; each has to be there."""

        def read(connection: Connection) -> list[Any]:
            chosen = select(images).where(images.c.key == "a").order_by(images.c.id)
            return list(connection.execute(chosen).all())

        found = await self.library.book.store.do(read)
        for row in found:
            assert row.place == PictureState.GONE or (self.library.folder / row.path).is_file()
        return [(PictureState(row.place), row.offered_at is not None, row.sha256) for row in found]

    async def see_offered(self, standing: bytes) -> None:
        """See that a picture stands and that the other one is offered; verifying finds no fault."""
        assert (self.library.folder / "a.png").read_bytes() == standing
        (first, offered) = await self.rows()
        assert first == (PictureState.CURRENT, False, sha(self.first))
        assert offered == (PictureState.ALTERNATIVE, True, sha(self.second))
        kept = self.library.folder / ".pressrun/alternatives/a" / f"{sha(self.second)[:16]}.png"
        assert kept.read_bytes() == self.second
        if standing == self.first:
            assert await self.library.verify() == []


def sha(picture: bytes) -> str:
    """Return a SHA-256."""
    return hashlib.sha256(picture).hexdigest()


@pytest.fixture
async def author(book: Book, tmp_path: Path) -> Author:
    """An author whose panel `a` has a picture, and `b` too."""
    library = Library(book, tmp_path / "pictures")
    await library.made("a fox", "b bear")
    return Author(library, (library.folder / "a.png").read_bytes())


@pytest.mark.parametrize("word", ["approved_at", "locked_at"])
async def test_a_take_of_an_approved_panel_is_offered(author: Author, word: str) -> None:
    """It is kept beside, its job is done, and the views that follow the journal hear of it."""
    await author.say(**{word: 5.0})
    attempt = await author.received()
    assert await author.filing.file(attempt)
    await author.see_offered(author.first)
    assert (await author.library.book.states())["a"] == JobState.DONE
    assert "image.offered" in await author.library.book.told()
    notes = author.library.folder / ".pressrun/alternatives/a" / f"{sha(author.second)[:16]}.json"
    assert json.loads(notes.read_text())["offered"]["beside"] == sha(author.first)
    library = str(author.library.folder)
    (offered,) = await author.library.book.store.do(offers.of_panel, library, "a")
    assert offered.sha256 == sha(author.second)
    assert list(await author.library.book.store.do(offers.of_library, library)) == ["a"]


async def test_a_take_of_a_panel_without_a_word_on_it_takes_its_place(author: Author) -> None:
    """As it did before there were offers, and where the author rejected what was there."""
    await author.say(approved_at=None, rejected_at=5.0)
    assert await author.filing.file(await author.received())
    assert (author.library.folder / "a.png").read_bytes() == author.second
    places = [(place, offered) for place, offered, _ in await author.rows()]
    assert places == [(PictureState.ALTERNATIVE, False), (PictureState.CURRENT, False)]


@pytest.mark.parametrize("at", PLACING)
@pytest.mark.parametrize("ending", [".png", ".webp"])
async def test_an_approval_while_a_take_gets_its_place_gives_the_place_back(
    author: Author, monkeypatch: pytest.MonkeyPatch, at: str, ending: str
) -> None:
    """Whichever step it comes after, and whatever format the take has."""
    picture = encoded("WEBP", seed=77) if ending == ".webp" else None
    attempt = await author.received(picture)
    place = author.filing._store.do
    approved = Acting(at, lambda: None)

    async def approving(operation: Any, *args: Any, **more: Any) -> Any:  # noqa: ANN401
        # the files are moved in a thread; the next question to the store comes after the approval
        if approved.acted and not said:
            said.append(True)
            await author.say(approved_at=5.0)
        return await place(operation, *args, **more)

    said: list[bool] = []
    monkeypatch.setattr(author.filing._store, "do", approving)
    with failpoint.armed(approved):
        assert await author.filing.file(attempt)
    assert said
    kept = f"{sha(author.second)[:16]}{ending}"
    assert (author.library.folder / "a.png").read_bytes() == author.first
    alternatives = author.library.folder / ".pressrun/alternatives/a"
    assert (alternatives / kept).read_bytes() == author.second
    assert not list(author.library.folder.glob("a.webp"))
    assert [row[:2] for row in await author.rows()] == [
        (PictureState.CURRENT, False),
        (PictureState.ALTERNATIVE, True),
    ]
    assert await author.library.verify() == []


@pytest.mark.parametrize("at", PLACING)
async def test_an_approval_after_a_death_finds_the_picture_that_was_looked_at(
    author: Author, at: str
) -> None:
    """The host dies with files moved and nothing on record; the author approves; it starts."""
    attempt = await author.received()
    with failpoint.armed(Acting(at)), pytest.raises(Death):
        await author.filing.file(attempt)
    await author.say(approved_at=5.0)
    assert await Filing(author.library.book.store, author.library.clock).file(attempt)
    await author.see_offered(author.first)


@pytest.mark.parametrize("dies", RETURNING)
async def test_a_death_while_the_approved_picture_gets_its_place_back_loses_nothing(
    author: Author, dies: str
) -> None:
    """What the next start files ends it."""
    attempt = await author.received()
    with failpoint.armed(Acting("shelf.place.after")), pytest.raises(Death):
        await author.filing.file(attempt)
    await author.say(approved_at=5.0)
    with failpoint.armed(Acting(dies)), pytest.raises(Death):
        await author.filing.file(attempt)
    there = {sha256_of(path) for path in author.library.folder.rglob("*.png")}
    assert {sha(author.first), sha(author.second)} <= there
    assert await author.filing.file(attempt)
    await author.see_offered(author.first)


@pytest.mark.parametrize("at", [None, "shelf.aside.sidecar", *PLACING[3:]])
async def test_an_approved_picture_that_its_author_retouched_stays_as_it_is(
    author: Author, at: str | None
) -> None:
    """Its bytes are on record nowhere, and nothing may cost them."""
    retouched = encoded(seed=4711)
    attempt = await author.received()
    (author.library.folder / "a.png").write_bytes(retouched)
    if at is not None:
        with failpoint.armed(Acting(at)), pytest.raises(Death):
            await author.filing.file(attempt)
    await author.say(approved_at=5.0)
    assert await author.filing.file(attempt)
    await author.see_offered(retouched)


async def test_where_the_approved_file_is_gone_the_take_is_the_panels_picture(
    author: Author,
) -> None:
    """A panel without a picture would be worse than one that its author did not approve."""
    await author.say(approved_at=5.0)
    attempt = await author.received()
    (author.library.folder / "a.png").unlink()
    assert await author.filing.file(attempt)
    assert (author.library.folder / "a.png").read_bytes() == author.second


async def test_an_ending_refuses_to_replace_what_is_approved(author: Author) -> None:
    """Whoever files, the record itself says no, and nothing is changed."""
    await author.say(approved_at=5.0)
    attempt = await author.received()
    placed = await author.library.place(attempt)
    before = await author.library.book.everything()
    with pytest.raises(StandsError, match="the picture of a is approved"):
        await author.library.book.store.do(
            _done, author.library.book.now, attempt, placed, author.library
        )
    assert await author.library.book.everything() == before


def _done(
    connection: Connection,
    now: float,
    attempt: Attempt,
    placed: Any,  # noqa: ANN401 - a placed picture
    library: Library,
) -> None:
    endings.done(connection, now, attempt, "D1", placed, aside=library.shelf.alternative)


async def test_an_offer_is_accepted_declined_or_settled_by_another_choice(author: Author) -> None:
    """Once the author said something, nothing of the panel waits any more."""
    book, library = author.library.book, str(author.library.folder)
    await author.say(approved_at=5.0)
    for _ in range(3):
        assert await author.filing.file(await author.received())
    first, second, third = await book.store.do(offers.of_panel, library, "a")
    assert await book.store.do(offers.decline, book.now, first.image)
    assert not await book.store.do(offers.decline, book.now, first.image)
    waited = await book.store.do(offers.accept, book.now, third.image)
    assert waited == [second, third]
    assert await book.store.do(offers.of_panel, library, "a") == []
    told = [each for each in await book.told() if each in ("image.accepted", "image.declined")]
    assert told == ["image.declined", "image.declined", "image.accepted"]


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_comes_in_whatever_order_approved_pictures_stay(
    author: Author, seed: int
) -> None:
    """Takes, approvals, locks, deaths and retouches at random: what was approved is there."""
    dice = random.Random(seed)  # noqa: S311 - a test's own dice
    approved = False
    standing = author.first
    for _ in range(14):
        match dice.choice(["approve", "lock", "clear", "take", "take", "die", "retouch"]):
            case "approve":
                await author.say(approved_at=1.0, rejected_at=None)
                approved = True
            case "lock":
                await author.say(locked_at=1.0)
                approved = True
            case "clear":
                await author.say(approved_at=None, locked_at=None)
                approved = False
            case "retouch":
                standing = encoded(seed=dice.randrange(10_000, 99_999))
                (author.library.folder / "a.png").write_bytes(standing)
            case what:
                attempt = await author.received()
                if what == "die":
                    with failpoint.armed(Acting(dice.choice(PLACING))):
                        try:
                            await author.filing.file(attempt)
                        except Death:
                            if dice.random() < 0.5:
                                await author.say(approved_at=1.0)
                                approved = True
                assert await _filed(author, attempt)
                standing = standing if approved else author.second
        assert (author.library.folder / "a.png").read_bytes() == standing
    assert author.library.folder.joinpath("a.json").is_file()


async def _filed(author: Author, attempt: Attempt) -> bool:
    """File a take, unless it is filed."""
    if (await author.library.book.attempt(attempt))["ending"] is not None:
        return True
    return await author.filing.file(attempt)


async def _placed(author: Author) -> Attempt:
    """Have a take's files get the place of the picture, which its author approves then."""
    attempt = await author.received()
    await author.library.place(attempt)
    await author.say(approved_at=5.0)
    return attempt


async def test_verifying_gives_an_approved_picture_its_place_back(author: Author) -> None:
    """The take that has it is on no record, as after a restore: it is taken in, and offered."""
    attempt = await _placed(author)
    await author.library.rewind(attempt, Step.CLAIMED, JobState.WAITING)
    told = await author.library.verify()
    assert [(each.fault, each.care) for each in told] == [(Fault.MISPLACED, Care.MENDABLE)]
    assert "the picture is to be that you approved" in told[0].text
    told = await author.library.verify(repair=True)
    assert [(each.fault, each.care) for each in told] == [(Fault.MISPLACED, Care.MENDED)]
    await author.see_offered(author.first)


async def test_verifying_ends_a_choice_that_an_approval_overtook(author: Author) -> None:
    """The other take is on record as an alternative, and has the place: it is to leave it."""
    assert await author.filing.file(await author.received())
    library = author.library
    (other, own) = await author.rows()
    assert own == (PictureState.CURRENT, False, sha(author.second))
    (take,) = await library.book.store.do(record.holding, other[2])
    moves.choose(library.shelf, take.record, take.path)
    assert (library.folder / "a.png").read_bytes() == author.first
    await author.say(locked_at=5.0)
    told = await library.verify(repair=True)
    assert [(each.fault, each.care) for each in told] == [(Fault.MISPLACED, Care.MENDED)]
    assert (library.folder / "a.png").read_bytes() == author.second
    assert await author.rows() == [other, own]
    assert await library.verify() == []


async def test_where_an_approved_file_is_lost_what_has_its_place_is_taken_in(
    author: Author,
) -> None:
    """As before there were offers: nothing is there that could have the place back."""
    attempt = await _placed(author)
    await author.library.rewind(attempt, Step.CLAIMED, JobState.WAITING)
    for path in (author.library.folder / ".pressrun/alternatives/a").iterdir():
        path.unlink()
    told = await author.library.verify(repair=True)
    assert (Fault.ORPHANED, Care.MENDED) in [(each.fault, each.care) for each in told]
    assert (author.library.folder / "a.png").read_bytes() == author.second


async def test_a_picture_that_no_list_names_stays_where_it_is_locked(author: Author) -> None:
    """`tidy` moves what is not wanted any more; a lock says that it is."""
    await author.say(locked_at=5.0)
    library = author.library
    source = f"{library.folder}.txt"
    wanted = [Listed(source, "c", 1, Recipe("c cat"))]
    folder = str(library.folder)
    await library.book.store.do(lists.remember, library.book.now, folder, source, wanted)
    leases = Leases(library.book.store, library.clock, library.folder.parent / "home")
    inspection = Inspection(library.book.store, library.clock)
    server = Takes(library.book.store, library.clock, inspection, leases, lambda _: None)
    told = await server.tidy(TidyOrder(sure=True))
    assert (told.pictures, told.examples, told.locked) == (1, ["b"], 1)
    assert (library.folder / "a.png").read_bytes() == author.first
    assert not (library.folder / "b.png").exists()


@pytest.mark.parametrize(
    "at", ["shelf.aside.sidecar", "shelf.aside.after", "moves.carry.described", "moves.carry.moved"]
)
async def test_a_choice_that_a_death_cut_off_leaves_the_picture_on_record_its_place(
    author: Author, at: str
) -> None:
    """The next start sees to it, though nobody chooses again; and so does a choice that fails."""
    assert await author.filing.file(await author.received())
    library, folder = author.library, str(author.library.folder)
    await author.say(approved_at=5.0)
    before = await author.rows()
    leases = Leases(library.book.store, library.clock, library.folder.parent / "home")
    inspection = Inspection(library.book.store, library.clock)
    server = Takes(library.book.store, library.clock, inspection, leases, lambda _: None)
    (take,) = await library.book.store.do(record.holding, sha(author.first))
    with failpoint.armed(Acting(at)), pytest.raises(Death):
        await server.place(folder, take)
    assert len(await library.book.store.do(choosing.begun)) == 1
    await Inspection(library.book.store, library.clock).settle_all()
    assert (library.folder / "a.png").read_bytes() == author.second
    assert await author.rows() == before
    assert await library.book.store.do(choosing.begun) == []
    assert await library.verify() == []
    await server.place(folder, take)
    assert (library.folder / "a.png").read_bytes() == author.first
    await server.end_choices()
    assert (library.folder / "a.png").read_bytes() == author.second
    assert await library.verify() == []


async def test_a_choice_in_a_library_that_is_away_is_ended_when_it_is_back(author: Author) -> None:
    """A disk that is unplugged says nothing of what stands on it."""
    library = author.library
    await library.book.store.do(choosing.begin, str(library.folder), "a")
    away = library.folder.with_name("away")
    library.folder.rename(away)
    await Inspection(library.book.store, library.clock).settle_all()
    assert len(await library.book.store.do(choosing.begun)) == 1
    away.rename(library.folder)
    await Inspection(library.book.store, library.clock).settle_all()
    assert await library.book.store.do(choosing.begun) == []


async def test_what_waits_for_a_yes_is_listed_with_what_to_do(
    author: Author, tmp_path: Path
) -> None:
    """The number of the take, what stays, and the two commands that answer it."""
    await author.say(approved_at=5.0)
    for _ in range(2):
        assert await author.filing.file(await author.received())
    sites = Sites("chatgpt", tmp_path / "sites", tmp_path / "captures")
    server = Panels(author.library.book.store, sites)
    (told,) = (await server.page(PanelsQuery(offered=True))).panels
    assert (told.key, told.offered, told.locked) == ("a", True, False)
    assert told.reason == (
        "takes 2 and 3 wait for your yes; the picture that you approved stays until then"
    )
    assert told.advice == "pressrun approve a --take 3, or pressrun reject a --take 3"
    await author.say(locked_at=5.0)
    (told,) = (await server.page(PanelsQuery(offered=True))).panels
    assert told.advice.startswith("pressrun unlock a, then pressrun approve a --take 3")
    takes_told = (await server.show(PanelQuery(key="a"))).takes
    assert [each.offered for each in takes_told] == [False, True, True]


@pytest.mark.parametrize("approves", ["before", "between"])
async def test_two_takes_that_come_at_once_are_both_offered(author: Author, approves: str) -> None:
    """One of a batch that was cancelled, one of the next: neither has the approved one's place."""
    library, book = author.library, author.library.book
    first = await author.received()
    one = author.second
    await book.change(BatchState.CANCELLED)
    await library.start("a fox at night")
    second = await library.received()
    row = await book.attempt(second)
    other = library.shelf.received(row["sha256"]).read_bytes()
    if approves == "before":
        await author.say(approved_at=5.0)
        await asyncio.gather(author.filing.file(first), author.filing.file(second))
    else:
        with failpoint.armed(Acting("shelf.place.after")), pytest.raises(Death):
            await author.filing.file(first)
        await author.say(approved_at=5.0)
        await asyncio.gather(author.filing.file(second), author.filing.file(first))
    assert (library.folder / "a.png").read_bytes() == author.first
    told = [(place, offered) for place, offered, _ in await author.rows()]
    assert told == [(PictureState.CURRENT, False), *[(PictureState.ALTERNATIVE, True)] * 2]
    kept = (library.folder / ".pressrun/alternatives/a").glob("*.png")
    assert {each.read_bytes() for each in kept} == {one, other}
    assert await library.verify() == []


@pytest.mark.parametrize("act", [AuthorAct.APPROVE, AuthorAct.LOCK, AuthorAct.CHOOSE])
async def test_no_word_about_another_take_replaces_a_locked_picture(
    author: Author, act: AuthorAct
) -> None:
    """It is unlocked first; a yes to what was offered meanwhile is no word on the lock."""
    await author.say(approved_at=5.0, locked_at=5.0)
    assert await author.filing.file(await author.received())
    book, library = author.library.book, str(author.library.folder)
    verdict = Judgement(act, "here", take=2)
    aim = await book.store.do(aims.look, library, [Looked("a")], verdict)
    assert [(each.key, each.obstacle) for each in aim.clashes] == [("a", Obstacle.LOCKED)]
    assert aim.pictures == []
    await author.say(locked_at=None)
    aim = await book.store.do(aims.look, library, [Looked("a")], verdict)
    assert aim.clashes == []
    assert aim.take is not None
