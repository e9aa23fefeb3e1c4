"""The world of one simulated night: site, browsers, disk, clock and successive hosts."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, bindparam, func, select

from pressrun import failpoint, tasks
from pressrun.errors import BadInputError, NotFoundError
from pressrun.gauge.gauge import Gauge
from pressrun.library import moves, references
from pressrun.library.shelf import OWN, Shelf
from pressrun.picture.panel import Panel
from pressrun.picture.recipe import Recipe
from pressrun.press.board import Board
from pressrun.press.plan import plan
from pressrun.press.press import Press
from pressrun.simulator import ledger, pictures, time
from pressrun.simulator.audit import Audit, audit, behind_doubts
from pressrun.simulator.browser import Chrome, SimulatedBrowser, Tab
from pressrun.simulator.chat import Chat
from pressrun.simulator.dice import dice
from pressrun.simulator.disk import Database, Disk
from pressrun.simulator.faults import Dealer, InjectedFault
from pressrun.simulator.pages import Pages
from pressrun.simulator.site import Hidden, Site
from pressrun.simulator.tab import Document, mark_of
from pressrun.simulator.time import NEVER, OWNER, WallClock
from pressrun.sites.profile import shipped
from pressrun.states import (
    OPEN_JOBS,
    UNBEGUN,
    AuthorAct,
    BatchState,
    JobState,
    OnDoubt,
    PictureState,
    Rejected,
    Remake,
)
from pressrun.store import (
    batches,
    choosing,
    decisions,
    offers,
    opening,
    rearrange,
    record,
    standing,
)
from pressrun.store.aims import Judgement, Looked, Obstacle
from pressrun.store.database import open_inline
from pressrun.store.decisions import Provided, TakePlaced
from pressrun.store.offers import OfferedTake
from pressrun.store.opening import Order
from pressrun.store.tables import accounts, attempts, images, is_one_of, jobs
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import decisions as decisions_table
from pressrun.store.takes import NotKeptError
from pressrun.store.writer import Driver, StoreError

P = ParamSpec("P")
T = TypeVar("T")

SHEET = Path("keeper.png")
"""A reference picture that lies in the world's folder."""

LOOK_SECONDS = 60.0
"""How often somebody looks whether the night is over."""

PATIENCE_SECONDS = 1800.0
"""How long an author lets a doubt of another account be."""

INSISTS = 0.5
"""How often an author who approved a picture wants one more take all the same."""

ACCEPTS = 0.4
"""How often the author says yes to a take that is offered, and as often no."""

AGAIN = 0.25
"""How often an author whose host ended orders the whole book once more."""

MOMENTS = 120
"""A host that is to be killed has at most so many moments left."""


NOTES = (
    "Her coat is red, everything else as it is.",
    "Move the horizon down, please.",
    "The same, at night.",
)
"""What the author notes about pictures; many get the same."""


class HostEndedError(Exception):
    """The host that was asked is no more."""


class AuthorOrder(Enum):
    """What the author orders about pictures that there are."""

    CORRECTION = auto()
    REMAKE = auto()


class Life:
    """One life of the host."""

    def __init__(self, world: "World", whose: object) -> None:
        self.whose = whose
        """Owns its tasks."""
        self.database: Database
        self.store = open_inline(world.folder / "store.db", under=self._under(world.disk))
        self.board = Board()
        self.press = Press(
            self.store,
            world.clock,
            world.site_profile,
            self.board,
            draw=dice(world.seed, "press").random,
            gauge=world.gauge,
        )
        self.browsers: list[SimulatedBrowser] = []
        self.over: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        """Whether its end was a polite one, as soon as there is one."""

    def _under(self, disk: Disk) -> Callable[[Driver], Driver]:
        def lay(driver: Driver) -> Driver:
            self.database = Database(driver, disk)
            return self.database

        return lay

    def attach(self, chrome: Chrome, moment: Callable[[], None]) -> None:
        """A browser connects."""
        browser = SimulatedBrowser(chrome, moment)
        browser.on_link = lambda up: self.press.connected(browser, up=up)
        self.browsers.append(browser)
        self.press.attach(browser)

    def end(self, *, politely: bool) -> None:
        """Have it end."""
        if not politely:
            self.database.dead = True
            for browser in self.browsers:
                browser.dead = True
        if not self.over.done():
            self.over.set_result(politely)


@dataclass
class World:
    """Everything there is besides the press."""

    folder: Path
    seed: int
    dealer: Dealer
    tabs: int = 4
    accounts: int = 2
    on_doubt: OnDoubt = OnDoubt.ASK
    told: Callable[[int, float], None] = lambda *_: None
    """Told every minute of the night how many pictures there are, and how late it is."""
    hidden: Hidden | None = None
    """What the site allows an account, and tells nobody."""
    pages: Pages | None = None
    """How the site's pages look and work, where that differs from the design."""
    tried: Sequence[str] = ()
    """What authors try by hand, in chats of their own."""
    ends_at: float = NEVER
    """When its night ends at the latest, whatever is left."""
    chats: int = 1
    """How many panels of a scene go on in one chat."""
    corrections: float = 0.0
    """The share of finished pictures that the author has corrected in their chats."""
    corrected: int = 0
    """How many corrections were ordered."""
    remakes: float = 0.0
    """The share of finished pictures that the author has made anew, sheets before their approval
    as well."""
    remade: int = 0
    """How many new takes were ordered."""
    approvals: float = 0.0
    """The share of finished pictures that the author approves. Of half of these, one more take is
    wanted all the same, and some of those that come get the author's yes."""
    approved: dict[str, set[str]] = field(default_factory=dict)
    """By the keys of panels, what the author approved: the SHA-256 of the pictures of which one
    stands there. There are two where a host died while one was to take the place of the other."""
    answers: bool = True
    """Whether the author says yes and no to takes that are offered."""
    accepted: int = 0
    """How many offered takes the author said yes to."""
    pinned: dict[str, Path] = field(default_factory=dict)
    """The approved sheets, by their keys: what waited for one is made with it."""
    painter: pictures.Painter = pictures.dots
    """Draws the site's pictures."""
    wish: Callable[[Order], Order] = lambda order: order
    """What the author asks for besides."""
    style: tuple[Path, ...] = ()
    """The pictures that show the style of the book."""
    looks: Callable[["World"], Awaitable[None]] | None = None
    """The author looks at what there is, every minute."""
    moments: int = 0
    """How many moments the hosts have lived through, in all."""
    fuse: int | None = None
    """In how many moments the host is killed."""
    kills: int = 0
    life: Life | None = None
    chromes: list[Chrome] = field(default_factory=list)
    gauge: Gauge | None = None
    """What measures the pictures; with none they are not measured."""

    def __post_init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.clock = WallClock(loop)
        self.site = Site(
            self.seed,
            self.folder / ledger.NAME,
            self.hidden,
            self.pages,
            self.tried,
            self.painter,
        )
        self.site_profile = shipped("chatgpt")
        self.disk = Disk()
        self.library = self.folder / "library"
        (self.library / OWN).mkdir(parents=True, exist_ok=True)
        (self.folder / SHEET).write_bytes(pictures.draw(SHEET.stem, 0))
        self._loop = loop
        self._wanted: list[Panel] = []
        """What the author ordered last."""
        self._looked_at: set[int] = set()
        """The finished jobs whose pictures the author has looked at."""
        self._unanswered: AuthorOrder | None = None
        """What a host died over: the author does not know whether it stands."""
        for number in range(self.accounts):
            chrome = Chrome(f"profile-{number + 1}", self.site, f"author-{number + 1}")
            chrome.written = self._written
            self.chromes.append(chrome)

    # the author

    async def order(self, panels: list[Panel], *, tabs: int | None = None) -> int | None:
        """Start or extend a batch, as the host's counter does.

        Raises:
            HostEndedError: the host died over it.
        """
        known = await self.ask(standing.standing, str(self.library))
        present = {key for key, each in known.items() if each.image_path is not None}
        self._wanted = panels
        placed = [self._placed(panel) for panel in panels]
        named = [path for panel in placed for path in panel.references]
        found = references.look([*named, *self.style])
        shelf = Shelf(self.library)
        references.keep(shelf, found)
        wanted = plan(placed, known, present, found, source="book.txt")
        await rearrange.rename(self.ask, self.clock.now(), shelf, wanted.renames, {})
        order = Order(
            "book.txt",
            str(self.library),
            "chatgpt",
            tabs or self.tabs,
            self.on_doubt,
            chats=self.chats,
            style_references=[found[path] for path in self.style],
        )
        batch = await self.ask(opening.start, self.clock.now(), self.wish(order), wanted.difference)
        self.press.announce()
        return batch

    def _placed(self, panel: Panel) -> Panel:
        """A panel with the files of its references, and with its sheet, once that is pinned."""
        files = tuple(self.folder / path for path in panel.references)
        sheet = self.pinned.get(panel.after or "")
        if sheet is None:
            return replace(panel, references=files)
        return replace(panel, after=None, references=(sheet, *files))

    async def approve(self, key: str) -> None:
        """Approve a sheet: it is pinned, and then a part of what waited for it.

        Raises:
            HostEndedError: the host died over it.
            NotFoundError: it has no picture.
        """
        held = await self.ask(record.current, str(self.library), key)
        if held is None:
            raise NotFoundError(f"{key} has no picture")
        file = self.folder / f"{held.record.facts.sha256}{held.record.facts.ending}"
        file.write_bytes((self.library / held.path).read_bytes())
        self.pinned[key] = file
        waiting = [self._placed(panel) for panel in self._wanted if panel.after == key]
        found = references.look(path for panel in waiting for path in panel.references)
        references.keep(Shelf(self.library), found)
        anew = {
            panel.key: (
                Recipe(
                    panel.prompt,
                    tuple(found[path] for path in panel.references),
                    panel.format,
                    panel.before is not None,
                ),
                panel.after,
            )
            for panel in waiting
        }
        await self.ask(_approve, self.clock.now(), str(self.library), key, anew)
        self.press.announce()

    async def remake(self, key: str) -> None:
        """Have one more take of a panel made.

        Raises:
            HostEndedError: the host died over it.
            NotFoundError: it has no picture, or is being made.
        """
        await self._order(AuthorOrder.REMAKE, key, _AGAIN, Provided())
        self.press.announce()

    async def correct(self, key: str, note: str) -> None:
        """Have a panel's picture corrected in the chat in which it was made.

        Raises:
            BadInputError: it cannot be corrected.
            HostEndedError: the host died over it.
            NotFoundError: it has no picture, or is being made.
        """
        kept: set[str] = set()
        able = await self.ask(_accounts)
        while True:
            try:
                await self._order(
                    AuthorOrder.CORRECTION,
                    key,
                    replace(_AGAIN, note=note, remake=Remake.CHAT),
                    Provided(able=able, kept=kept),
                )
            except NotKeptError as missing:
                found = {self.library / path: each for path, each in missing.pictures.items()}
                references.keep(Shelf(self.library), found)
                kept |= {each.sha256 for each in found.values()}
            else:
                break
        self.press.announce()

    async def _order(
        self, what: "AuthorOrder", key: str, verdict: Judgement, ready: Provided
    ) -> None:
        """Order one more take.

        Raises:
            HostEndedError: the host died over it; the author looks later whether it stands.
        """
        try:
            await self.ask(_decide, self.clock.now(), str(self.library), key, verdict, ready)
        except HostEndedError:
            self._unanswered = what
            raise
        self._count(what)

    def _count(self, what: "AuthorOrder") -> None:
        match what:
            case AuthorOrder.CORRECTION:
                self.corrected += 1
            case AuthorOrder.REMAKE:
                self.remade += 1

    async def _see_whether_ordered(self) -> None:
        """The author looks whether the order stands over which a host died."""
        what = self._unanswered
        if what is not None and await self.ask(_ordered) > self.corrected + self.remade:
            self._count(what)
        self._unanswered = None

    async def _look_through(self) -> None:
        """The author looks at what was made since, and has some of it corrected or made anew."""
        await self._see_whether_ordered()
        for job, key in await self.ask(_made):
            if job in self._looked_at:
                continue
            # what cannot be done is told to the author, and nothing is ordered
            with contextlib.suppress(BadInputError, NotFoundError):
                draw = dice(self.seed, "correction", key)
                if draw.random() < self.corrections:
                    await self.correct(key, draw.choice(NOTES))
                elif dice(self.seed, "remake", key, job).random() < self.remakes:
                    await self.remake(key)
                elif dice(self.seed, "approval", key, job).random() < self.approvals:
                    await self._approve_picture(key)
                    if dice(self.seed, "insist", key, job).random() < INSISTS:
                        await self.remake(key)
            self._looked_at.add(job)

    async def _approve_picture(self, key: str) -> None:
        """Approve the picture that a panel has."""
        held = await self.ask(record.current, str(self.library), key)
        if held is None:
            return
        seen = Looked(key, held.record.facts.sha256)
        verdict = Judgement(AuthorAct.APPROVE, "simulator")
        made = await self.ask(
            decisions.decide, self.clock.now(), str(self.library), [seen], verdict
        )
        if made.keys:
            self.approved[key] = {held.record.facts.sha256}

    async def _answer_offers(self) -> None:
        """Say yes to some of the takes that came since, and no to others."""
        for key, waiting in (await self.ask(offers.of_library, str(self.library))).items():
            draw = dice(self.seed, "offer", key, waiting[-1].image).random()
            if draw < ACCEPTS:
                await self._accept(key, waiting[-1])
            elif draw > 1 - ACCEPTS:
                await self._decline(key)

    async def _accept(self, key: str, offered: OfferedTake) -> None:
        """Have an offered take be its panel's picture, as the author says yes to it."""
        library, shelf = str(self.library), Shelf(self.library)
        if await self.ask(record.is_busy, library, key):
            return
        (held,) = await self.ask(record.of_images, [offered.image])
        number = (await self.ask(offers.numbers, library))[key][-1]
        if key in self.approved:
            self.approved[key].add(offered.sha256)
        await self.ask(choosing.begin, library, key)
        placed = moves.choose(shelf, held.record, held.path)
        verdict = Judgement(AuthorAct.APPROVE, "author", take=number)
        ready = Provided(placed=TakePlaced(placed.path, shelf.alternative))
        await self.ask(_decide, self.clock.now(), library, key, verdict, ready)
        await self.ask(choosing.end, library, key)
        self.approved[key] = {offered.sha256}
        self.accepted += 1

    async def _decline(self, key: str) -> None:
        """Say no to the newest take that is offered."""
        number = (await self.ask(offers.numbers, str(self.library)))[key][-1]
        verdict = Judgement(AuthorAct.REJECT, "author", because=Rejected.CONTENT, take=number)
        await self.ask(_decide, self.clock.now(), str(self.library), key, verdict, Provided())

    async def _approve_sheets(self) -> None:
        """The author approves what others wait for."""
        for sheet in dict.fromkeys(panel.after for panel in self._wanted if panel.after):
            if sheet not in self.pinned and await self.ask(_is_settled, sheet):
                await self.approve(sheet)

    async def change(self, to: BatchState) -> None:
        """Pause, resume or cancel.

        Raises:
            HostEndedError: the host died over it.
        """
        await self.ask(batches.change, self.clock.now(), None, to)
        self.press.announce()

    # the host

    async def ask(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Have the host that lives do something with its store.

        Raises:
            HostEndedError: it died over it.
            StoreError: the store refused.
        """
        assert self.life is not None  # noqa: S101 - a host lives
        asking = tasks.part(self.life.store.do(operation, *args, **kwargs), "ask the host")
        either: list[asyncio.Future[Any]] = [asking, self.life.over]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            asking.cancel()
            raise HostEndedError
        return asking.result()

    @property
    def press(self) -> Press:
        """The press of the host that lives."""
        assert self.life is not None  # noqa: S101 - a host lives
        return self.life.press

    async def begin(self) -> Life:
        """Start a host; the browsers connect to it."""
        whose = object()
        token = OWNER.set(whose)
        try:
            life = self.life = Life(self, whose)
            starting = tasks.begin(self._start(life), "start a host")
        finally:
            OWNER.reset(token)
        either: list[asyncio.Future[Any]] = [starting, life.over]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return life

    async def _start(self, life: Life) -> None:
        try:
            await rearrange.end_choices(life.store.do)
            await life.press.take_up()
        except StoreError:
            # a host that cannot write down what it takes up does not start
            life.end(politely=False)
            return
        for chrome in self.chromes:
            life.attach(chrome, self.moment)

    async def end(self) -> None:
        """End the host that lives: politely, or all of it at this moment."""
        life, self.life = self.life, None
        assert life is not None  # noqa: S101 - a host lived
        self.fuse = None
        if not life.over.done():
            life.over.set_result(True)
        if life.over.result():
            await life.press.close(5.0)
            await life.store.close()
        for browser in life.browsers:
            browser.dead = True
            browser.chrome.host = None
        await time.cancel_all_of(life.whose)
        if not life.over.result():
            await life.database.close()

    async def night(self, panels: list[Panel]) -> None:
        """Have the press make a book, through every host that it takes."""
        ordered = False
        while True:
            await self.begin()
            try:
                # a host goes on by itself, and some authors ask again all the same
                if not ordered or self._draw("again") < AGAIN:
                    await self.order(panels)
                ordered = True
                await self.until_done()
            except HostEndedError:
                await self.end()
                await asyncio.sleep(0.1 + 20 * self._draw("down"))
            else:
                return

    def _draw(self, what: str) -> float:
        return dice(self.seed, what, self._loop.time()).random()

    async def until_done(self) -> None:
        """Wait until nothing goes on any more.

        Raises:
            HostEndedError: the host ended first.
        """
        life = self.life
        assert life is not None  # noqa: S101 - a host lives
        while True:
            await asyncio.wait([life.over], timeout=LOOK_SECONDS)
            if life.over.done():
                raise HostEndedError
            self.told(self.site.made, self.seconds)
            if self.seconds >= self.ends_at:
                return
            with contextlib.suppress(StoreError):
                if self.corrections or self.remakes or self.approvals:
                    await self._look_through()
                if self.answers:
                    await self._answer_offers()
                await self._approve_sheets()
                if self.looks is not None:
                    await self.looks(self)
                if not await self.ask(batches.unfinished) or await self.ask(_waits_for_author):
                    return
                if await self.ask(_rest_until, self.clock.now() + self.ends_at - self.seconds):
                    return
                await self._visit()

    async def _visit(self) -> None:
        """The author signs in once more with an account that something is left for."""
        now = self.clock.now()
        for chrome in self.chromes:
            guest = guest_of(chrome)
            if await self.ask(_is_left, mark_of(guest), now - PATIENCE_SECONDS):
                self._sign_in(chrome, guest)
                self._loop.call_later(PATIENCE_SECONDS, self._sign_in, chrome, chrome.owner)

    def moment(self, _name: str = "") -> None:
        """Something is about to happen, or has happened: here a host may die."""
        life = self.life
        if life is None:
            return
        if life.database.dead:
            raise asyncio.CancelledError
        self.moments += 1
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse <= 0:
                self.kill()
                raise asyncio.CancelledError

    passed = moment
    """As a failpoint calls it."""

    def kill(self) -> None:
        """The host is killed: nothing that it was about to do happens."""
        self.fuse = None
        if self.life is not None:
            self.kills += 1
            self.life.end(politely=False)

    # what goes wrong

    def _written(self, chrome: Chrome, tab: Tab, document: Document, prompt: str) -> None:
        """A prompt was written into a page: deal it a fault, or none."""
        fault = self.dealer.deal(prompt)
        if fault is not None:
            draw = dice(self.seed, "when", prompt, self.dealer.dealt.total())
            self.befall(fault, draw, chrome, tab, document)

    def befall(  # noqa: C901, PLR0912 - one line a fault
        self,
        fault: InjectedFault,
        draw: random.Random,
        chrome: Chrome,
        tab: Tab,
        document: Document,
    ) -> None:
        """Have something go wrong, now or soon."""
        later = self._loop.call_later
        soon = draw.choice((draw.uniform(0, 3), draw.uniform(0, 90)))
        match fault:
            case InjectedFault.WORKER_ENDED:
                later(soon, chrome.drop_link, draw.uniform(0.1, 8))
            case InjectedFault.LINK_DOWN:
                later(soon, chrome.drop_link, draw.uniform(60, 400))
            case InjectedFault.TAB_CLOSED:
                later(soon, chrome.close, tab.number)
            case InjectedFault.TAB_LEFT:
                later(soon, chrome.leave, tab.number)
            case InjectedFault.TAB_FROZEN:
                later(soon, chrome.freeze, tab.number, draw.uniform(5, 120))
            case InjectedFault.BROWSER_KILLED:
                later(soon, chrome.restart, draw.uniform(2, 60))
            case InjectedFault.HOST_KILLED:
                self.fuse = draw.randint(1, MOMENTS)
            case InjectedFault.HOST_STOPPED:
                later(soon, self._stop_host)
            case InjectedFault.IDENTITY:
                later(soon, self._sign_in, chrome, guest_of(chrome))
                later(soon + draw.uniform(60, 600), self._sign_in, chrome, chrome.owner)
            case InjectedFault.CLOCK_BACK:
                later(soon, self.clock.move, -draw.uniform(40, 7200))
            case InjectedFault.CLOCK_FORWARD:
                later(soon, self.clock.move, draw.uniform(40, 7200))
            case InjectedFault.DISK_FULL:
                later(soon, setattr, self.disk, "full", True)  # noqa: FBT003
                later(soon + draw.uniform(5, 60), setattr, self.disk, "full", False)  # noqa: FBT003
            case InjectedFault.DATABASE_FULL:
                later(soon, setattr, self.disk, "database_full", True)  # noqa: FBT003
                until = soon + draw.uniform(5, 60)
                later(until, setattr, self.disk, "database_full", False)  # noqa: FBT003
            case InjectedFault.CHAT_GONE | InjectedFault.CHAT_WRITTEN_IN | InjectedFault.CHAT_DRAFT:
                # at once is between what was written into the page and Send
                at = draw.choice((0.0, soon, draw.uniform(60, 1200)))
                later(at, self._meddle, fault, draw, document)
            case _:
                document.ailment = fault

    def _meddle(self, fault: InjectedFault, draw: random.Random, document: Document) -> None:
        """The author does something to a chat of ours that a page shows."""
        chat = document.conversation
        if chat is not None and chat.turns and not self.visit(fault, chat, draw):
            self._loop.call_later(LOOK_SECONDS, self._meddle, fault, draw, document)

    def visit(self, fault: InjectedFault, chat: Chat, draw: random.Random) -> bool:
        """The author does something to a chat of ours; whether that is possible now."""
        match fault:
            case InjectedFault.CHAT_GONE:
                return self.site.remove(chat, self.seconds)
            case InjectedFault.CHAT_WRITTEN_IN:
                self.site.write(chat, self.seconds, draw)
            case _:
                self.site.leave_draft(chat, self.seconds + draw.uniform(60, 3600))
        return True

    def _stop_host(self) -> None:
        if self.life is not None:
            self.life.end(politely=True)

    def _sign_in(self, chrome: Chrome, account: str) -> None:
        chrome.account = account

    @property
    def seconds(self) -> float:
        """How long the night has lasted."""
        return self._loop.time()

    # the audit

    async def audit(self) -> Audit:
        """End the host, and hold everything against the site's ledger."""
        if self.life is not None:
            await self.end()
        store = open_inline(self.folder / "store.db")
        sheets = {
            panel.key: self.pinned[panel.after].stem if panel.after in self.pinned else ""
            for panel in self._wanted
            if panel.after
        }
        await rearrange.end_choices(store.do)
        known = self.site.ledger, self.library, self.site.sent, sheets, self.approved
        found = await store.do(audit, *known)
        await store.close()
        return found

    def in_place(self) -> ExitStack:
        """Have the library write to this world's disk, and hosts die at this world's moments."""
        stack = ExitStack()
        stack.enter_context(self.disk.in_place())
        stack.enter_context(failpoint.armed(self))
        return stack


def _accounts(connection: Connection) -> list[int]:
    """Every account: in a simulated night each of them can be reached."""
    return list(connection.scalars(select(accounts.c.id)))


def _made(connection: Connection) -> list[tuple[int, str]]:
    """The jobs that came to the panels' pictures, with their panels' keys, and no corrections."""
    return [(row.id, row.key) for row in connection.execute(_MADE)]


def _ordered(connection: Connection) -> int:
    """How many takes the author ordered, each by a decision of its own."""
    found: int = connection.execute(_ORDERED).scalar_one()
    return found


def _is_settled(connection: Connection, key: str) -> bool:
    """Whether a panel has a picture that is not about to be replaced."""
    return connection.execute(_SETTLED, {"key": key}).first() is not None


_AGAIN = Judgement(AuthorAct.REDO, "author", remake=Remake.AGAIN)


def _decide(
    connection: Connection, now: float, library: str, key: str, verdict: Judgement, ready: Provided
) -> None:
    """Decide about a panel's picture.

    Raises:
        BadInputError: what is ordered cannot be made.
        NotFoundError: it has no picture, or is being made.
    """
    done = decisions.decide(connection, now, library, [Looked(key)], verdict, ready)
    for each in done.clashes:
        kind = BadInputError if each.obstacle == Obstacle.FAULT else NotFoundError
        raise kind(f"{key} {each.obstacle}")


def _approve(
    connection: Connection,
    now: float,
    library: str,
    key: str,
    made_from: Mapping[str, tuple[Recipe, str | None]],
) -> None:
    """Approve a sheet in the newest batch, with what is made from it by then."""
    batch = connection.scalars(select(func.max(batches_table.c.id))).one()
    ready = Provided(batch=batch, made_from=made_from)
    _decide(connection, now, library, key, Judgement(AuthorAct.APPROVE, "author"), ready)


def guest_of(chrome: Chrome) -> str:
    """The other one who signs in there for a while."""
    return f"guest of {chrome.owner}"


def _rest_until(connection: Connection, then: float) -> bool:
    """Whether nothing is under way, and every account rests until `then` or longer."""
    if connection.execute(_UNDER_WAY).first() is not None:
        return False
    rests = connection.scalars(select(func.coalesce(accounts.c.rests_until, 0.0))).all()
    return bool(rests) and min(rests) >= then


def _waits_for_author(connection: Connection) -> bool:
    """Whether all that is left waits for chats in which the author has to settle a doubt."""
    behind = behind_doubts(connection)
    if not behind or connection.execute(_UNDER_WAY).first() is not None:
        return False
    left = select(func.count()).where(is_one_of(jobs.c.state, *UNBEGUN))
    return bool(connection.execute(left).scalar_one() == behind)


def _is_left(connection: Connection, mark: str, before: float) -> bool:
    """Whether something in doubt should have been looked after long ago, or belongs in a chat."""
    known = {"mark": mark, "before": before}
    return any(connection.execute(each, known).first() is not None for each in (_LEFT, _BOUND))


_SETTLED = select(images.c.id).where(
    images.c.key == bindparam("key"),
    is_one_of(images.c.place, PictureState.CURRENT),
    ~select(jobs.c.id)
    .where(jobs.c.key == images.c.key, is_one_of(jobs.c.state, *OPEN_JOBS))
    .exists(),
)

_ORDERED = select(func.count()).where(decisions_table.c.act == AuthorAct.REDO)

_UNDER_WAY = (
    select(attempts.c.id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .where(
        attempts.c.ending.is_(None),
        is_one_of(jobs.c.state, JobState.WORKING) | attempts.c.look_at.is_not(None),
    )
)

_MADE = (
    select(jobs.c.id, jobs.c.key)
    .where(is_one_of(jobs.c.state, JobState.DONE), jobs.c.made_from.is_(None))
    .order_by(jobs.c.id)
)

_BOUND = (
    select(jobs.c.id)
    .join(accounts, accounts.c.id == func.coalesce(jobs.c.follow_account, jobs.c.in_account))
    .where(
        is_one_of(jobs.c.state, JobState.WAITING),
        jobs.c.not_before < bindparam("before"),
        accounts.c.mark == bindparam("mark"),
    )
)

_LEFT = (
    select(attempts.c.id)
    .join(accounts, accounts.c.id == attempts.c.account_id)
    .where(
        attempts.c.ending.is_(None),
        attempts.c.look_at < bindparam("before"),
        accounts.c.mark == bindparam("mark"),
    )
)
