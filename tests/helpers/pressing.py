"""Panels through the real press, from claim to ending, with one extension; told by the store."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from helpers.worker import Extension
from pressrun.clock import SystemClock
from pressrun.library import references
from pressrun.library.shelf import OWN, Shelf
from pressrun.picture.panel import Panel
from pressrun.press.board import Board
from pressrun.press.plan import plan
from pressrun.press.press import IDLE, Press
from pressrun.server.browser import RemoteBrowser
from pressrun.sites.profile import SiteProfile
from pressrun.states import Ending, JobState, Step
from pressrun.store import opening
from pressrun.store.database import open_inline
from pressrun.store.opening import Order
from pressrun.store.tables import accounts, attempts, jobs, limits
from pressrun.store.writer import Writer

PROFILE = "author"
"""Names the browser profile."""

LOOK_SECONDS = 0.25
"""How often the store is asked that says nothing by itself; the board tells most of it sooner."""

SOON_SECONDS = 4.0
"""What is due within this is waited for."""


@dataclass(frozen=True)
class Try:
    """An attempt as it stands."""

    step: Step
    ending: Ending | None
    reason: str
    look_at: float | None
    """When it is looked after, while it is in doubt; None when the author is to decide."""


@dataclass(frozen=True)
class Job:
    """A job as it stands, with its attempts, the first one first."""

    state: JobState
    reason: str
    due: float
    tries: tuple[Try, ...]

    @property
    def endings(self) -> tuple[Ending | None, ...]:
        """How its attempts ended; None for one that has not."""
        return tuple(each.ending for each in self.tries)


@dataclass(frozen=True)
class Rest:
    """A limit that the account met."""

    outcome: str
    at: float
    until: float
    text: str


@dataclass(frozen=True)
class Stands:
    """How everything stands."""

    jobs: tuple[Job, ...]
    rests: tuple[Rest, ...]
    """The first one first."""
    rests_until: float
    """When the account may send again."""
    says: str
    """What the views say that is waited for."""

    @property
    def ended(self) -> bool:
        """Whether every job has come to its end, or to the author."""
        return all(due(job) is None for job in self.jobs)

    @property
    def next(self) -> float:
        """When something goes on by itself, as far as that is written down."""
        times = [moment for job in self.jobs if (moment := due(job)) is not None]
        return max(self.rests_until, min(times, default=0.0))

    def quiet(self, now: float) -> bool:
        """Whether nothing more happens by itself for a while."""
        if any(job.state == JobState.WORKING for job in self.jobs):
            return False
        # a page that nobody is known to be signed in at rests no account
        nowhere = bool(self.says) and not any(job.tries for job in self.jobs)
        return nowhere or self.ended or self.next > now + SOON_SECONDS


def due(job: Job) -> float | None:
    """When a job goes on by itself; None when it never does."""
    match job.state:
        case JobState.WORKING:
            return 0.0
        case JobState.WAITING:
            return job.due
        case JobState.DOUBT:
            return job.tries[-1].look_at
    return None


class Clock(SystemClock):
    """The machine's clock, and the time that was let pass."""

    def __init__(self) -> None:
        self._passed = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return super().now() + self._passed

    def reach(self, moment: float) -> None:
        """Let time pass until a moment, if it is still to come."""
        self._passed += max(0.0, moment - self.now())


class Pressing:
    """A press with a store and a library of its own."""

    def __init__(
        self, store: Writer, library: Path, clock: Clock, press: Press, board: Board
    ) -> None:
        self._store = store
        self._library = library
        self._clock = clock
        self._press = press
        self._board = board

    async def order(self, panels: Sequence[Panel]) -> None:
        """Start a batch, as the host's counter does."""
        found = references.look(path for panel in panels for path in panel.references)
        references.keep(Shelf(self._library), found)
        wanted = plan(panels, {}, set(), found)
        order = Order("book.txt", str(self._library), "chatgpt", tabs=1)
        await self._store.do(opening.start, self._clock.now(), order, wanted.difference)
        self._press.announce()

    async def until(self, met: Callable[[Stands], bool], *, within: float) -> Stands:
        """How everything stands as soon as a condition is met, or when its time is over."""
        until = time.monotonic() + within
        while True:
            revision = self._board.revision
            stands = await self._stands()
            if met(stands) or time.monotonic() > until:
                return stands
            await self._board.beyond(revision, LOOK_SECONDS)

    async def quiet(self, *, within: float) -> Stands:
        """How everything stands when nothing more happens by itself for a while."""
        return await self.until(lambda stands: stands.quiet(self._clock.now()), within=within)

    async def ended(self, *, within: float) -> Stands:
        """How everything stands in the end; what is waited for in between is let pass."""
        until = time.monotonic() + within
        while True:
            stands = await self.until(self._rests, within=until - time.monotonic())
            if stands.ended or time.monotonic() > until:
                return stands
            self._clock.reach(stands.next)
            self._press.announce()

    def _rests(self, stands: Stands) -> bool:
        """Whether nothing happens, and the tab knows it: a clock that moves is seen only then."""
        waits = all(tab.doing in (IDLE, "resting") for tab in self._board.tabs.values())
        return stands.ended or (waits and stands.quiet(self._clock.now()))

    async def _stands(self) -> Stands:
        found, rests, rests_until = await self._store.do(_read)
        return Stands(found, rests, rests_until, self._board.accounts[PROFILE].resting or "")


def _read(connection: Connection) -> tuple[tuple[Job, ...], tuple[Rest, ...], float]:
    tried: dict[int, list[Try]] = {}
    for row in connection.execute(_ATTEMPTS):
        ending = Ending(row.ending) if row.ending else None
        made = Try(Step(row.step), ending, row.reason or "", row.look_at)
        tried.setdefault(row.job_id, []).append(made)
    found = tuple(
        Job(JobState(row.state), row.reason or "", row.not_before, tuple(tried.get(row.id, [])))
        for row in connection.execute(_JOBS)
    )
    met = tuple(
        Rest(row.outcome, row.at, row.until, row.text) for row in connection.execute(_LIMITS)
    )
    until = connection.scalar(_RESTS_UNTIL) or 0.0
    return found, met, until


_JOBS = select(jobs).order_by(jobs.c.ordinal)
_ATTEMPTS = select(attempts).order_by(attempts.c.id)
_LIMITS = select(limits).order_by(limits.c.id)
_RESTS_UNTIL = select(func.max(accounts.c.rests_until))


def _furnish(folder: Path, empty: Path) -> Path:
    library = (folder / "library").resolve()
    (library / OWN).mkdir(parents=True)
    shutil.copy(empty, folder / "store.db")
    return library


@contextlib.asynccontextmanager
async def pressing(
    extension: Extension, site: SiteProfile, folder: Path, empty: Path
) -> AsyncIterator[Pressing]:
    """A press at work with an extension.

    Args:
        extension: the browser that it has.
        site: the profile to work by.
        folder: where its store (`store.db`) and its library (`library`) go.
        empty: a database with the schema and nothing in it.
    """
    library = await asyncio.to_thread(_furnish, folder, empty)
    store = open_inline(folder / "store.db")
    clock, board, host = Clock(), Board(), RemoteBrowser(PROFILE, site.page)
    press = Press(store, clock, site, board, draw=lambda: 0.0)
    try:
        await press.take_up()
        await extension.connect(host)
        press.attach(host)
        yield Pressing(store, library, clock, press, board)
    finally:
        await asyncio.shield(press.close())
        await store.close()
