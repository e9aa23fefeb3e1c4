"""The press: keeps every browser's tabs at work on what waits, and files what they bring."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from enum import Enum, auto
from functools import partial
from pathlib import Path

import structlog

from pressrun import tasks
from pressrun.clock import Clock
from pressrun.failpoint import failpoint
from pressrun.gauge.gauge import Gauge
from pressrun.library.shelf import Shelf
from pressrun.press.after import AfterFiling
from pressrun.press.allowance import allow, asks, reason
from pressrun.press.attempt import make
from pressrun.press.board import AccountView, Board, TabView
from pressrun.press.contact import ContactSheets
from pressrun.press.desk import Desk, Puzzled
from pressrun.press.filing import Filing
from pressrun.press.measuring import Measuring
from pressrun.press.memory import LOOK_SECONDS, Memory, Meter
from pressrun.press.pace import Pace
from pressrun.press.page import Browser, NotSeenError, Page, PageLostError, see
from pressrun.press.recovery import recover
from pressrun.press.retry import UNSENT
from pressrun.press.storage import DiskError, Storage
from pressrun.press.timekeeper import watch_clock
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import Outcome, SiteProfile
from pressrun.sites.waits import LONGEST
from pressrun.states import Step
from pressrun.store import accounts, batches, breaker, claims, dispatching, doubts, waits
from pressrun.store.attempts import Attempt, StaleTokenError
from pressrun.store.writer import StoreError, Writer

_log = structlog.get_logger("pressrun.press")

LOOK_AGAIN_SECONDS = 15.0
"""How often a waiting tab looks for work that nobody announced."""

RESTING_SECONDS = 60.0
"""The same for a tab whose account may send nothing now."""

DISTRUST_SECONDS = 0.1
"""How long a slot waits after its tab was lost before it opens another; doubled each time."""

LASTING_SECONDS = 30.0
"""A tab that lasted this long was a good one, and so was one that made a picture."""

PERSONAL = (Outcome.SIGNED_OUT, Outcome.CHALLENGED)
"""What only a person can settle."""

PERSON_SECONDS = 600.0
"""How long a tab that may be seen is kept open for that."""

STALE_SECONDS = 300.0
"""A tab that waited this long for a job, while something is due of another identity in the same
browser, loads its page anew: the one it has may still show who was signed in when it was loaded."""

LOOKING = "checking the page"

IDLE = "waiting for a job"

UNPROVED = "waiting for the first picture from this version of the page"


class _End(Enum):
    """How a slot's tab ended."""

    DONE = auto()
    """Nothing is left for it."""
    WORN = auto()
    """It had better be opened anew."""
    LOST = auto()
    LOST_AT_LAST = auto()
    """It was lost after it had lasted, or had made a picture."""


async def _pass_over(_: Page) -> None:
    """Let a page be that nobody understands."""


class Press:
    """Work for tabs, as long as there is any."""

    def __init__(
        self,
        store: Writer,
        clock: Clock,
        site: SiteProfile,
        board: Board,
        puzzled: Puzzled = _pass_over,
        draw: Callable[[], float] = random.random,
        meter: Meter | None = None,
        gauge: Gauge | None = None,
    ) -> None:
        """Make a press that is at rest.

        Args:
            store: where everything stands.
            clock: what the time is.
            site: the profile to work by.
            board: what the views show.
            puzzled: told of a page that nobody here understands, so that it can be looked at.
            draw: gives numbers from 0 to 1, by chance.
            meter: what reads the memory; with none there is always enough.
            gauge: what measures pictures; with none they are not measured.
        """
        self._puzzled = puzzled
        self.memory = Memory(meter, board, self.announce)
        self._store = store
        self._clock = clock
        self._site = site
        self._board = board
        self._contact = ContactSheets(store)
        self._pace = Pace()
        self._draw = draw
        self._storage = Storage(store, clock, self._board_halts, self._start_filing)
        self._gauge = gauge
        self.measuring = None if gauge is None else self._measuring(gauge)
        after: list[AfterFiling] = [self._contact]
        if self.measuring is not None:
            after.append(self.measuring)
        self._filing = Filing(store, clock, after)
        self._browsers: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._filings: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._closing = False

    async def take_up(self) -> None:
        """Settle what the last life of the host left open, and file what it had received."""
        await self._store.do(waits.shorten, self._clock.now(), LONGEST + judge.MARGIN_SECONDS)
        left = await self._store.do(doubts.take_up, self._clock.now())
        failpoint("press.taken_up")
        _log.info("taken_up", **{step.value: len(found) for step, found in left.items()})
        for attempt in left.get(Step.RECEIVED, []):
            self._start_filing(attempt)
        if self.measuring is not None:
            self._tasks.add(tasks.keep(self.measuring.watch, "measuring"))
        self._tasks |= {
            tasks.keep(self._contact.keep, "contact sheets"),
            tasks.keep(self._storage.watch, "storage"),
            tasks.keep(self.memory.watch, "memory"),
            tasks.keep(partial(watch_clock, self._store, self._clock), "clock"),
        }

    def _measuring(self, gauge: Gauge) -> Measuring:
        return Measuring(self._store, self._clock, gauge, self._storage, self.memory, self._decided)

    def _decided(self, library: str) -> None:
        """A picture's mark is on record, and perhaps another job or another picture with it."""
        self._contact.changed(library)
        self.announce()

    async def complete_sheets(self, libraries: Collection[str]) -> None:
        """Bring the contact sheets of libraries up to date, where they are not."""
        await self._contact.write(libraries)

    def show_anew(self, library: str) -> None:
        """Have a library's contact sheet written again: its pictures changed places."""
        self._contact.changed(library)

    def work_by(self, site: SiteProfile) -> None:
        """Work by another profile from the next attempt on.

        Accounts that stopped because a page was not understood may go on, a prompt at a time.
        """
        changed, self._site = site != self._site, site
        if changed:
            self._among(self._tasks, tasks.begin(self._lift(), "lift"))
        self.announce()

    async def _lift(self) -> None:
        try:
            lifted = await self._store.do(breaker.lift, self._clock.now())
        except StoreError as error:
            self._storage.failed(error)
            return
        if lifted:
            _log.info("accounts_go_on", accounts=lifted)
            self.announce()

    def attach(self, browser: Browser) -> None:
        """A browser connected: put its tabs to work."""
        self._board.accounts[browser.profile] = AccountView()
        operating = tasks.keep(partial(self._operate, browser), f"press {browser.profile}")
        self._browsers[browser.profile] = operating
        self.announce()

    def connected(self, browser: Browser, *, up: bool) -> None:
        """A browser's link came back, or dropped; its tabs are waited for."""
        self._board.accounts[browser.profile].connected = up
        self.announce()

    def announce(self) -> None:
        """Something changed that a waiting tab may want to know."""
        self._news.set()
        self._news = asyncio.Event()
        self._board.touch()

    async def close(self, patience: float = 0.0) -> None:
        """Claim nothing more, and give attempts under way `patience` seconds to end.

        What was not sent then goes back, and what was is decided at the next start.
        """
        self._closing = True
        self.announce()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._filings or any(view.key for view in self._board.tabs.values()):
                    await self._wait_for_news(LOOK_AGAIN_SECONDS)
        await tasks.end(*self._browsers.values(), *self._filings, *self._tasks)
        if self._gauge is not None:
            await self._gauge.close()
        await self._contact.write()

    async def _operate(self, browser: Browser) -> None:
        """Keep as many slots of a browser busy as its batches ask for."""
        slots: dict[int, asyncio.Task[None]] = {}
        try:
            while True:
                # tabs that are left over may hold attempts that only they can settle
                wanted = await self._wanted_tabs(browser.profile)
                await browser.keep_awake(on=wanted > 0)
                wanted = wanted and max(wanted, browser.left_over)
                for number in range(wanted):
                    if number not in slots or slots[number].done():
                        work = partial(self._slot, browser, number)
                        slots[number] = tasks.keep(work, f"slot {number} of {browser.profile}")
                        slots[number].add_done_callback(lambda _: self.announce())
                if not wanted:
                    await browser.close_left_over()
                await self._wait_for_news(LOOK_AGAIN_SECONDS)
        finally:
            await tasks.end(*slots.values())

    async def _wanted_tabs(self, profile: str) -> int:
        """How many tabs of a browser have something to do, and may."""
        return int(min(await self._asked_tabs(profile), self.memory.room(profile)))

    async def _asked_tabs(self, profile: str) -> int:
        """The same, whatever the memory is."""
        while not self._closing:
            await self._storage.usable()
            try:
                allowed = self._board.accounts[profile].tabs or self._site.pace.tabs
                return min(allowed, await self._store.do(batches.tabs_wanted))
            except StoreError as error:
                self._storage.failed(error)
        return 0

    async def _slot(self, browser: Browser, number: int) -> None:
        """One place for a tab: tabs one after another, until nothing is left to make."""
        losses = 0
        while await self._may_open(browser, number):
            with self._board.place(browser.profile):
                end = await self._tab(browser, number)
                # the place of a tab that is worn is kept for the one that comes instead
                while end == _End.WORN and await self._may_open(browser, number, anew=True):
                    end = await self._tab(browser, number)
            match end:
                case _End.DONE:
                    return
                case _End.WORN:
                    break
                case _End.LOST:
                    losses += 1
                case _End.LOST_AT_LAST:
                    losses = 1
            await asyncio.sleep(min(30.0, DISTRUST_SECONDS * 2.0**losses))
        if await self._asked_tabs(browser.profile) > number:
            # held back for memory: to end at once would be to be started and to ask without end
            await asyncio.sleep(LOOK_SECONDS)

    async def _may_open(self, browser: Browser, number: int, *, anew: bool = False) -> bool:
        """Whether a slot may open a tab; one that is left over costs no memory."""
        if browser.left_over:
            return True
        asked = await self._asked_tabs(browser.profile)
        return asked > number and await self.memory.opens(browser.profile, anew=anew)

    async def _tab(self, browser: Browser, number: int) -> "_End":
        """Open a tab, settle doubts and make pictures on it, and close it; how it ended."""
        began = self._clock.now()
        view: TabView | None = None
        try:
            async with self._opened(browser) as (page, view):
                await self._work(browser, page, view, number)
                return _End.WORN if view.worn else _End.DONE
        except (PageLostError, NotSeenError, StoreError) as error:
            _log.warning("tab_lost", reason=str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the other tabs
            _log.exception("slot_failed")
            about = self._board.accounts[browser.profile]
            about.resting, about.asks = tasks.inside(error), False
            about.resting_until = self._clock.now() + LASTING_SECONDS
        good = view is not None and view.made > 0
        lasted = self._clock.now() - began > LASTING_SECONDS
        return _End.LOST_AT_LAST if good or lasted else _End.LOST

    @contextlib.asynccontextmanager
    async def _opened(self, browser: Browser) -> AsyncIterator[tuple[Page, TabView]]:
        """A worker tab, shown on the board until it is closed."""
        page = await browser.open(self._site.home)
        view = TabView(browser.profile, page.tab, LOOKING, self._clock.now())
        self._board.tabs[browser.profile, page.tab] = view
        try:
            yield page, view
        finally:
            self._board.tabs.pop((browser.profile, page.tab), None)
            self._board.touch()
            with contextlib.suppress(PageLostError):
                await page.close()

    async def _work(self, browser: Browser, page: Page, view: TabView, number: int) -> None:
        """Settle doubts and make pictures on a tab, one after another, until nothing is left."""
        while True:
            await self._storage.usable()
            try:
                if not await self._next(browser, page, view, number):
                    return
            except (StoreError, DiskError) as error:
                self._storage.failed(error)

    async def _next(self, browser: Browser, page: Page, view: TabView, number: int) -> bool:
        """Settle a doubt, or make a picture; False when there is nothing left for this tab."""
        mark, account, build = await self._identify(browser, page)
        doubt = await self._store.do(
            doubts.claim,
            self._clock.now(),
            account=account,
            tab=page.tab,
            document=page.document,
            alive=browser.documents - {page.document},
        )
        if doubt is not None:
            await self._take(page, view, doubt.attempt, mark, partial(recover, doubt=doubt))
            return True
        if await self._wanted_tabs(browser.profile) <= number or self.memory.recycles(view):
            return False
        attempt = await self._claim(browser, view, account, build)
        if attempt is not None:
            await self._take(page, view, attempt, mark, make)
        elif await self._is_stale(view, account):
            self._show(view, "checking who is signed in")
            await page.go(self._site.home)
        return True

    async def _is_stale(self, view: TabView, account: int) -> bool:
        """Whether somebody else may be signed in by now, with something to do."""
        now = self._clock.now()
        waited = view.doing == IDLE and abs(now - view.since) > STALE_SECONDS
        return waited and await self._store.do(accounts.due_beside, now, account)

    async def _take(
        self,
        page: Page,
        view: TabView,
        attempt: Attempt,
        mark: str,
        tell: Callable[[Desk], Awaitable[bool]],
    ) -> None:
        """Carry an attempt as far as it goes, and have its picture filed."""
        desk = Desk(
            attempt,
            page,
            self._store,
            self._clock,
            self._site,
            Shelf(Path(attempt.library)),
            mark,
            self._pace,
            self._draw,
            lambda doing: self._show(view, doing),
            self._puzzled,
            onward=view.onward,
        )
        view.onward = False
        view.key = attempt.key
        with structlog.contextvars.bound_contextvars(
            batch=attempt.batch,
            key=attempt.key,
            job=attempt.job,
            attempt=attempt.number,
            account=attempt.account,
            tab=view.tab,
        ):
            try:
                if await tell(desk):
                    self._pace.forget(attempt)
                    view.made += 1
                    view.onward = True
                    self._start_filing(attempt)
            except (PageLostError, NotSeenError, StaleTokenError, StoreError, DiskError) as error:
                await self._storage.settle(attempt, str(error))
                raise
            except Exception as error:
                again = UNSENT.due(self._clock.now(), attempt.unsent, self._draw())
                await self._storage.settle(attempt, tasks.inside(error), ours=True, again=again)
                raise
            finally:
                view.key = None
                self._contact.changed(attempt.library)
                self.announce()

    async def _identify(self, browser: Browser, page: Page) -> tuple[str, int, str]:
        """The mark of who is signed in on a page, the account's number, and the page's build."""
        about, site = self._board.accounts[browser.profile], self._site

        def known(reading: Reading) -> Reading | None:
            return reading if reading.shell else None

        what = "a page that the site profile knows"
        limits = site.limits
        patient_until = self._clock.now() + PERSON_SECONDS
        while True:
            try:
                reading = await see(page, known, within=limits.page, poll=limits.poll, what=what)
                break
            except NotSeenError as error:
                if error.last is None:
                    raise
                why = await self._misread(browser.profile, error.last)
                await self._puzzled(page)
                # a tab is not closed under the author who may be about to help
                helped = why is not None and why.outcome in PERSONAL and not error.last.hidden
                late = self._clock.now() > patient_until
                if not helped or late or not await self._asked_tabs(browser.profile):
                    raise
        mark = reading.account or ""
        account = await self._store.do(
            accounts.seen,
            self._clock.now(),
            site=self._site.name,
            profile=browser.profile,
            mark=mark,
        )
        about.account = account
        return mark, account, judge.build(site, reading)

    async def _misread(self, profile: str, reading: Reading) -> Trouble | None:
        """A page is none that can be worked: the views are told why, and it is on record."""
        about = self._board.accounts[profile]
        site, now = self._site, self._clock.now()
        why = judge.trouble_in_notices(site, reading) or judge.standstill(site, reading)
        about.resting = reason(why.outcome, why.text) if why else None
        about.resting_until = now + site.limits.page
        about.asks = why is not None and asks(why.outcome)
        self.announce()
        if why is not None:
            # on record also where nobody is known to be signed in
            account = about.account
            if account is None:
                account = await self._store.do(
                    accounts.seen, now, site=site.name, profile=profile, mark=""
                )
            await self._store.do(
                accounts.rest,
                now,
                account,
                outcome=why.outcome.value,
                until=about.resting_until,
                because=why.text,
            )
        return why

    async def _claim(
        self, browser: Browser, view: TabView, account: int, build: str
    ) -> Attempt | None:
        """The next job for a tab; None when it waited and had better look around again."""
        now, news = self._clock.now(), self._news
        pacing = self._site.pace
        found = await self._store.do(
            dispatching.begin,
            now,
            lambda ledger, at: allow(ledger, pacing, at),
            account=account,
            tab=view.tab,
            build=build,
        )
        allowed = found.allowance
        about = self._board.accounts[browser.profile]
        about.resting = allowed.why
        about.resting_until = allowed.at if allowed.why else None
        about.asks = allowed.asks
        about.tabs = allowed.tabs
        if found.attempt is not None:
            self._board.touch()
            return found.attempt
        if allowed.at > now:
            self._show(view, "resting")
            await self._wait_for_news(min(RESTING_SECONDS, allowed.at - now), news)
            return None
        self._show(view, UNPROVED if found.unproved else IDLE)
        due = await self._store.do(claims.next_due, now)
        patience = LOOK_AGAIN_SECONDS if due is None else due - self._clock.now()
        await self._wait_for_news(max(0.05, min(LOOK_AGAIN_SECONDS, patience)), news)
        return None

    async def _file(self, attempt: Attempt) -> None:
        """File a received picture; until the disk takes it, it is safe where it was received.

        One that cannot be filed for any other reason is given up, and the author told where it is.
        """
        fault: Exception | None = None
        while True:
            await self._storage.usable()
            try:
                if fault is None:
                    await self._filing.file(attempt)
                else:
                    await self._filing.give_up(attempt, tasks.inside(fault))
            except (DiskError, StoreError) as error:
                self._storage.failed(error)
            except StaleTokenError as error:
                _log.info("filing_outdated", reason=str(error))
                return
            except Exception as error:
                _log.exception("filing_failed", key=attempt.key)
                if fault is not None:
                    raise
                fault = error
            else:
                self.announce()
                return

    def _start_filing(self, attempt: Attempt) -> None:
        name = f"file {attempt.name}"
        self._among(self._filings, tasks.begin(self._file(attempt), name))

    @staticmethod
    def _among(known: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
        known.add(task)
        task.add_done_callback(known.discard)

    def _board_halts(self, why: str | None) -> None:
        self._board.halted = why
        self.announce()

    def _show(self, view: TabView, doing: str) -> None:
        if view.doing != doing:
            view.doing, view.since = doing, self._clock.now()
            _log.info("tab_does", doing=doing)
            self._board.touch()

    async def _wait_for_news(self, patience: float, news: asyncio.Event | None = None) -> None:
        """Wait for news, or for such as there were since `news` was taken."""
        news = news or self._news
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await news.wait()
