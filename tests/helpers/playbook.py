"""A played page: what it shows is a script, and so is what is asked of it; no I/O, virtual time.

    page.shows(fresh()).expects(click("send")).shows(answer(PICTURE)).after(20).loses("it crashed")

A script is carried out entry by entry. It stops at each command that it expects, until the press
gives that very command; another one, or one that comes too soon, fails the test.
"""

import asyncio
import contextlib
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, select

from helpers.pages import HOME, SRC, answered, picture, reading, user
from helpers.stores import STEPS, Book
from pressrun.library.shelf import OWN, Shelf
from pressrun.picture.recipe import Reference
from pressrun.press.attempt import make
from pressrun.press.desk import Desk
from pressrun.press.pace import Pace
from pressrun.press.page import Page, PageLostError
from pressrun.press.recovery import recover
from pressrun.protocol.messages.page import Fetched, Reading, SeenTurn
from pressrun.simulator import pictures
from pressrun.simulator.time import WallClock
from pressrun.sites.profile import shipped
from pressrun.states import Ending, JobState, Step
from pressrun.store import doubts
from pressrun.store.attempts import Attempt
from pressrun.store.doubts import Doubt
from pressrun.store.tables import accounts, attempts, limits


@dataclass(frozen=True)
class Command:
    """What the press asks of a page."""

    what: str
    about: str = ""


def click(role: str) -> Command:
    """Click what has a role."""
    return Command("click", role)


def fill(text: str) -> Command:
    """Paste a text into the composer."""
    return Command("fill", text)


def type_in(text: str) -> Command:
    """Type a text into the composer."""
    return Command("type", text)


def attach(name: str) -> Command:
    """Put a reference picture into the page's place for files."""
    return Command("attach", name)


def paste(name: str) -> Command:
    """Paste a reference picture."""
    return Command("paste", name)


def home() -> Command:
    """Load a fresh chat."""
    return Command("go", HOME)


def chat(name: str) -> Command:
    """Load a chat."""
    return Command("go", f"{HOME}c/{name}")


def fetch(name: str) -> Command:
    """Fetch a picture that is shown."""
    return Command("fetch", SRC.format(name))


# what pages show

PROMPT = "fox A fox in the snow"
"""Its first word is its panel's key."""

MARK = "a" * 64
"""Who is signed in on every page."""

BYTES = pictures.draw("a fox", 1)
"""A whole picture."""


def fresh(**more: Any) -> Reading:  # noqa: ANN401 - any field of a reading
    """Return a fresh chat that can take a prompt."""
    return reading(**more)


def written(prompt: str = PROMPT, **more: Any) -> Reading:  # noqa: ANN401 - any field of a reading
    """Return a composer with our prompt, in image mode."""
    return reading(mode_on=True, composer_text=prompt, send=True, **more)


def asked(
    *answers: SeenTurn,
    prompt: str = PROMPT,
    named: str | None = "c1",
    **more: Any,  # noqa: ANN401 - any field of a reading
) -> Reading:
    """Return a chat with our turn and what answers it, and with its name in the address."""
    url = HOME if named is None else f"{HOME}c/{named}"
    return reading(**{"url": url, "turns": [user(prompt), *answers], **more})


def working() -> SeenTurn:
    """Return an answer that is being made."""
    return answered(busy=True)


def made(*names: str) -> SeenTurn:
    """Return an answer whose pictures are final."""
    return answered(pictures=[picture(name) for name in names or ("file_1",)], finished=True)


@dataclass(frozen=True)
class _Expected:
    command: Command
    raises: Exception | None = None
    gives: bytes = b""


@dataclass(frozen=True)
class _Shown:
    reading: Reading


@dataclass(frozen=True)
class _Passed:
    seconds: float


@dataclass(frozen=True)
class _Lost:
    why: str


@dataclass(frozen=True)
class _Meanwhile:
    happens: Callable[[], Coroutine[Any, Any, object]]


_Entry = _Expected | _Shown | _Passed | _Lost | _Meanwhile


class PlayedPage:
    """A worker tab whose every reading and command is written down beforehand."""

    def __init__(self, tab: int = 1, *, fresh: bool = True, document: str = "") -> None:
        self.tab = tab
        self.document = document or f"T{tab}.1"
        self.fresh = fresh
        self.faults: list[str] = []
        """How the press departed from the script."""
        self.released: list[str] = []
        """The attempts whose bytes the page was told to forget."""
        self.closed = False
        self.steps: dict[str, str] = {}
        """The last step of each attempt in this document."""
        self.lost: str | None = None
        """Why its document is gone, if it is."""
        self._script: deque[_Entry] = deque()
        self._reading: Reading | None = None
        self._changed = asyncio.Event()
        self._passing = False
        self._elsewhere: asyncio.Future[object] | None = None
        self._held = b""
        self._loads = 1

    # the script

    def prepares(self, prompt: str = PROMPT) -> Self:
        """It is brought from a fresh chat to where Send is clicked."""
        self.shows(fresh()).expects(click("add_menu"), click("create_image"))
        self.shows(fresh(mode_on=True)).expects(fill(prompt))
        return self.shows(written(prompt))

    def sends(self, prompt: str = PROMPT) -> Self:
        """The same, and Send is clicked."""
        return self.prepares(prompt).expects(click("send"))

    def shows(self, *readings: Reading) -> Self:
        """It shows this from now on; several follow each other at once."""
        return self._write(_Shown(each) for each in readings)

    def expects(
        self, *commands: Command, raises: Exception | None = None, gives: bytes = b""
    ) -> Self:
        """It is told these, in this order; the last one fails, or gives the bytes of a picture."""
        *first, last = commands
        return self._write([*map(_Expected, first), _Expected(last, raises, gives)])

    def after(self, seconds: float) -> Self:
        """Nothing happens for so long."""
        return self._write([_Passed(seconds)])

    def loses(self, why: str = "the tab was closed") -> Self:
        """Its document is gone."""
        return self._write([_Lost(why)])

    def meanwhile(self, happens: Callable[[], Coroutine[Any, Any, object]]) -> Self:
        """Something happens elsewhere, before the script goes on."""
        return self._write([_Meanwhile(happens)])

    def check(self) -> None:
        """Assert that all of the script was played, and nothing else."""
        assert not self.faults, self.faults
        assert not self._script, f"not played: {list(self._script)}"

    def _write(self, entries: Iterable[_Entry]) -> Self:
        self._script.extend(entries)
        return self

    def _go_on(self) -> None:
        """Play up to the next command that is expected, or up to what takes its time."""
        while self._script and not self._passing and self._elsewhere is None and self.lost is None:
            match self._script[0]:
                case _Expected():
                    return
                case _Shown(shown):
                    self._reading = shown
                case _Lost(why):
                    self.lost = why
                case _Passed(seconds):
                    self._passing = True
                    asyncio.get_running_loop().call_later(seconds, self._passed)
                case _Meanwhile(happens):
                    self._elsewhere = asyncio.ensure_future(happens())
            self._script.popleft()
            self._changed.set()

    def _passed(self) -> None:
        self._passing = False
        self._go_on()

    async def _settled(self) -> None:
        """Play what is due, and let what happens elsewhere end.

        Raises:
            PageLostError: the script says that the document is gone.
        """
        self._go_on()
        while self._elsewhere is not None:
            await self._elsewhere
            self._elsewhere = None
            self._go_on()
        if self.lost is not None:
            raise PageLostError(self.lost)

    async def _told(self, command: Command) -> bytes:
        await self._settled()
        expected = self._script[0] if self._script and not self._passing else None
        if not isinstance(expected, _Expected) or expected.command != command:
            fault = f"it was told {command}, and expected {expected}"
            self.faults.append(fault)
            raise AssertionError(fault)
        self._script.popleft()
        if expected.raises is not None:
            raise expected.raises
        self._go_on()
        return expected.gives

    # what the press sees

    def last_step(self, attempt: str) -> str | None:
        """The last step of an attempt that this document did."""
        return self.steps.get(attempt)

    async def go(self, url: str) -> None:
        """Load an address."""
        self.fresh = False
        await self._told(Command("go", url))
        self._loads += 1
        self.document = f"T{self.tab}.{self._loads}"
        self.steps.clear()

    async def readings(self, poll: float) -> AsyncIterator[Reading]:
        """What it shows, again after each change and after `poll` s of silence."""
        while True:
            await self._settled()
            self._changed.clear()
            if self._reading is not None:
                yield self._reading
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(poll):
                    await self._changed.wait()

    async def read(self) -> Reading:
        """What it shows at this moment."""
        await self._settled()
        assert self._reading is not None, "nothing is shown yet"
        return self._reading

    async def click(self, attempt: str, step: str, role: str) -> None:
        """Click what has a role."""
        self.fresh = False
        self.steps[attempt] = step
        await self._told(click(role))

    async def fill(self, attempt: str, text: str, *, typed: bool = False) -> None:
        """Put text into the composer."""
        self.fresh = False
        self.steps[attempt] = "fill"
        await self._told(type_in(text) if typed else fill(text))

    async def attach(
        self, attempt: str, ordinal: int, reference: Reference, data: bytes, *, pasted: bool = False
    ) -> None:
        """Give the composer a reference picture."""
        assert hashlib.sha256(data).hexdigest() == reference.sha256
        self.steps[attempt] = f"attach {ordinal}"
        await self._told(paste(reference.name) if pasted else attach(reference.name))

    async def fetch(self, attempt: str, src: str) -> Fetched:  # noqa: ARG002 - it holds one
        """Hold the bytes of a picture."""
        self._held = await self._told(Command("fetch", src))
        digest = hashlib.sha256(self._held).hexdigest()
        return Fetched(size=len(self._held), sha256=digest, media="image/png")

    async def piece(self, attempt: str, offset: int, length: int) -> bytes:  # noqa: ARG002 - it holds one
        """Some bytes of the held picture."""
        await self._settled()
        return self._held[offset : offset + length]

    async def release(self, attempt: str) -> None:
        """Forget the held picture."""
        self.released.append(attempt)

    async def close(self) -> None:
        """Close the tab."""
        self.closed = True


class PlayedBrowser:
    """A browser profile whose tabs are played, one after another."""

    def __init__(self, *tabs: PlayedPage | Exception, profile: str = "author") -> None:
        self.profile = profile
        self.left_over = 0
        self.awake: list[bool] = []
        """What it was told of staying awake."""
        self.opened: list[tuple[float, str]] = []
        """When a tab was asked for, and with which address."""
        self._tabs = deque(tabs)
        self._open: list[PlayedPage] = []

    @property
    def documents(self) -> frozenset[str]:
        """The documents of its worker tabs."""
        return frozenset(page.document for page in self._open if not page.closed)

    async def keep_awake(self, *, on: bool) -> None:
        """Keep its machine awake, or let it sleep."""
        self.awake.append(on)

    async def close_left_over(self) -> None:
        """Close the tabs that nobody works in."""

    async def open(self, url: str) -> PlayedPage:
        """Open the next tab; one that is not in the script never comes."""
        self.opened.append((asyncio.get_running_loop().time(), url))
        if not self._tabs:
            await asyncio.Event().wait()
        tab = self._tabs.popleft()
        if isinstance(tab, Exception):
            raise tab
        self._open.append(tab)
        return tab


@dataclass(frozen=True)
class Stands:
    """How an attempt and its panel stand; times are seconds since the test began."""

    job: JobState
    step: Step
    ending: Ending | None
    reason: str
    look_at: float | None
    """When it is looked after, in doubt; None where the author decides."""
    due: float | None
    tries: int
    unsent: int

    @property
    def asks(self) -> bool:
        """Whether the author is to decide."""
        return self.job == JobState.DOUBT and self.look_at is None


@dataclass(frozen=True)
class Rests:
    """How an account stands."""

    until: float | None
    because: str
    fruitless: int
    unsent: int


class Bench:
    """A book, a library and a store on virtual time; whose pages are played."""

    def __init__(self, book: Book, library: Path) -> None:
        self.book = book
        self.store = book.store
        self.clock = WallClock(asyncio.get_running_loop())
        self.library = library
        (library / OWN).mkdir(parents=True)
        self.site = shipped("chatgpt")
        self.pace = Pace()
        self.kept: list[Page] = []
        """The pages that were kept for whoever mends the profile."""
        self.told: list[str] = []
        """What the views were told."""
        self.began = self.clock.now()

    @property
    def now(self) -> float:
        """Seconds since the test began."""
        return self.clock.now() - self.began

    def since(self, moment: float | None) -> float | None:
        """A time of the store's, in seconds since the test began."""
        return None if moment is None else moment - self.began

    async def order(self, *prompts: str, **more: Any) -> int:  # noqa: ANN401 - as `Book.start`
        """Start a batch with a panel for each prompt."""
        self.book.now = self.clock.now()
        return await self.book.start(*prompts, library=str(self.library), **more)

    async def claim(self) -> Attempt:
        """Claim the next panel."""
        self.book.now = self.clock.now()
        return await self.book.claimed()

    def desk(self, page: PlayedPage, attempt: Attempt, **more: Any) -> Desk:  # noqa: ANN401 - a desk's
        """Return what an attempt works with."""
        known = {
            "attempt": attempt,
            "page": page,
            "store": self.store,
            "clock": self.clock,
            "site": self.site,
            "shelf": Shelf(self.library),
            "mark": MARK,
            "pace": self.pace,
            "draw": lambda: 0.0,
            "show": self.told.append,
            "keeps": self._keep,
        }
        return Desk(**{**known, **more})

    async def _keep(self, page: Page) -> None:
        self.kept.append(page)

    async def make(self, page: PlayedPage, attempt: Attempt, **more: Any) -> bool:  # noqa: ANN401 - a desk's
        """Make a picture on a page, as its script has it."""
        came = await make(self.desk(page, attempt, **more))
        page.check()
        return came

    async def doubt(
        self,
        step: Step = Step.SUBMITTED,
        *,
        document: str | None = "gone",
        **facts: Any,  # noqa: ANN401 - an attempt's
    ) -> Doubt:
        """Have the next panel in doubt at a step, and take it up on tab 1."""
        attempt = await self.claim()
        for each in STEPS[1 : STEPS.index(step) + 1]:
            await self.book.advance(attempt, each, document or "gone")
        await self.book.set(attempts, attempt.id, document=document, **facts)
        return await self.take_up(attempt)

    async def take_up(self, attempt: Attempt) -> Doubt:
        """Take up an attempt that is in doubt, whenever it is due."""
        now = self.clock.now()
        await self.store.do(doubts.record, now, attempt, "a doubt", look_at=now)
        doubt = await self.store.do(
            doubts.claim, now, account=self.book.account, tab=1, document="T1.1", alive=frozenset()
        )
        assert doubt is not None
        return doubt

    async def doubt_asks(self, doubt: Doubt) -> None:
        """Have a doubt wait for its author."""
        now = self.clock.now()
        await self.store.do(doubts.record, now, doubt.attempt, "nobody can tell", look_at=None)

    async def recover(self, page: PlayedPage, doubt: Doubt, **more: Any) -> bool:  # noqa: ANN401 - a desk's
        """Look what became of a doubt on a page, as its script has it."""
        came = await recover(self.desk(page, doubt.attempt, **more), doubt)
        page.check()
        return came

    async def stands(self, attempt: Attempt) -> Stands:
        """How an attempt and its panel stand."""
        tried, job = await self.book.attempt(attempt), await self.book.job(attempt)
        ending = None if tried["ending"] is None else Ending(tried["ending"])
        return Stands(
            JobState(job["state"]),
            Step(tried["step"]),
            ending,
            tried["reason"] or job["reason"] or "",
            look_at=self.since(tried["look_at"]),
            due=self.since(job["not_before"]),
            tries=job["tries"],
            unsent=job["unsent"],
        )

    async def limits(self) -> list[dict[str, Any]]:
        """What the account met of limits, the first one first."""

        def read(connection: Connection) -> list[dict[str, Any]]:
            rows = connection.execute(select(limits).order_by(limits.c.id))
            return [dict(row._mapping) for row in rows]

        return await self.store.do(read)

    async def rests(self) -> Rests:
        """How the account stands."""
        row = await self.book.row(accounts, self.book.account)
        until = self.since(row["rests_until"] or None)
        return Rests(until, row["rests_because"] or "", row["fruitless"], row["unsent"])
