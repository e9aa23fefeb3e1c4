"""Carries out what clients ask of the host: batches, panels, accounts, doubts and status."""

from pathlib import Path

import structlog

from pressrun import words
from pressrun.browser.keeper import Keeper
from pressrun.clock import Clock
from pressrun.errors import BadInputError, NotFoundError
from pressrun.press.allowance import asks
from pressrun.press.board import Board
from pressrun.press.press import Press
from pressrun.protocol.messages.account import (
    AccountAllow,
    AccountAllowances,
    AccountHistory,
    AccountHistoryQuery,
    AccountResume,
    AccountsAllowed,
)
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.batch import (
    BatchAdjust,
    BatchChanged,
    BatchChoice,
    JobsOrder,
    JobsOrdered,
)
from pressrun.protocol.messages.doubt import DoubtDecide, DoubtDecided, Doubts, DoubtStatus, Offer
from pressrun.protocol.messages.status import Status, StatusQuery
from pressrun.server.allowance import allowance_of, history_of
from pressrun.server.inspection import Inspection
from pressrun.server.outlook import Outlooks
from pressrun.server.panels import REASON_CHARS, Panels
from pressrun.server.sites import Sites
from pressrun.server.status import status
from pressrun.server.titles import Titles
from pressrun.states import BatchState, JobChoice
from pressrun.store import accounts, batches, doubts, orders, sends
from pressrun.store.accounts import DAY, Ceilings
from pressrun.store.batches import Numbers
from pressrun.store.sends import Period
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.office")

SHOWN = 128
"""How many jobs in doubt one answer lists at most."""


class Office:
    """What the host does for its clients."""

    def __init__(
        self,
        store: Writer,
        clock: Clock,
        press: Press,
        board: Board,
        log: Path,
        keeper: Keeper,
        sites: Sites,
        outlooks: Outlooks,
    ) -> None:
        self._store = store
        self._clock = clock
        self._press = press
        self._board = board
        self._log = log
        self.keeper = keeper
        self.sites = sites
        self.inspection = Inspection(store, clock)
        self.panels = Panels(store, sites)
        self._outlooks = outlooks
        self._titles = Titles()

    async def status(self, query: StatusQuery) -> Status:
        """The status, as soon as there is more to show than the caller knows."""
        await self._board.beyond(query.after, query.wait)
        told = await self.glance()
        # whoever sees that a batch has ended may look at its contact sheet
        going = {each.library for each in told.batches if each.waiting or each.working}
        await self._press.complete_sheets({each.library for each in told.batches} - going)
        return await self._outlooks.into(told)

    async def shown(self) -> Status:
        """The status as it is now, for views: none of them looks at contact sheets."""
        return await self._outlooks.into(await self.glance())

    async def glance(self) -> Status:
        """How things stand now, without forecasts."""
        now, browser = self._clock.now(), self.keeper.note
        told = await status(self._store, self._board, now, self._log, self._obstacle, browser)
        titles = await self._titles.of_all((each.library, each.source) for each in told.batches)
        named = [
            each.model_copy(update={"name": titles[each.library, each.source]})
            for each in told.batches
        ]
        return told.model_copy(update={"batches": named})

    async def change(self, choice: BatchChoice, to: BatchState) -> BatchChanged:
        """Pause, resume or cancel.

        Raises:
            BadInputError: it cannot go on, as this host does not work with its site.
            NotFoundError: there is no such batch.
        """
        unserved = {each.id: each for each in await self._unserved()}
        if to == BatchState.RUNNING and choice.batch in unserved:
            raise BadInputError(self._obstacle(unserved[choice.batch]) or "")
        changed = await self._store.do(batches.change, self._clock.now(), choice.batch, to)
        await self.set_aside()
        self._press.announce()
        if changed:
            event = "resumed" if to == BatchState.RUNNING else to.value
            _log.info(f"batch_{event}", batches=changed)
        kept = changed if to != BatchState.RUNNING else [n for n in changed if n not in unserved]
        return BatchChanged(batches=kept)

    async def set_aside(self) -> None:
        """Pause the batches of sites that this host does not work with."""
        for each in await self._unserved():
            if each.state == BatchState.RUNNING:
                now = self._clock.now()
                await self._store.do(batches.change, now, each.id, BatchState.PAUSED)
                _log.warning("batch_set_aside", batch=each.id, site=each.site)

    async def _unserved(self) -> list[Numbers]:
        """The open batches that this host does not work on."""
        found = await self._store.do(batches.numbers)
        opened = [each for each in found if each.state in batches.OPEN]
        return [each for each in opened if self.sites.obstacle(each.site)]

    def _obstacle(self, batch: Numbers) -> str | None:
        """Why nothing can be made of a batch that is open, and what its author can do."""
        if batch.state not in batches.OPEN:
            return None
        if wrong := self.sites.obstacle(batch.site):
            return f"{words.upper(wrong)}. To give it up: pressrun cancel {batch.id}"
        if batch.state == BatchState.PAUSED and batch.stopped_because:
            why = words.start(words.upper(batch.stopped_because), REASON_CHARS)
            return f"{why}. To go on: pressrun resume {batch.id}"
        return None

    async def adjust(self, asked: BatchAdjust) -> BatchChanged:
        """Give a batch other tabs or another priority.

        Raises:
            NotFoundError: there is no such batch.
        """
        changed = await self._store.do(
            batches.adjust,
            self._clock.now(),
            asked.batch,
            tabs=asked.tabs,
            priority=asked.priority,
        )
        self._press.announce()
        return BatchChanged(batches=changed)

    async def order(self, asked: JobsOrder) -> JobsOrdered:
        """Carry out the author's order about panels.

        Raises:
            NotFoundError: there is no such batch.
        """
        now = self._clock.now()
        jobs = await self._store.do(orders.order, now, asked.batch, asked.keys, asked.choice)
        await self.begin()
        _log.info(
            "panels_ordered", order=asked.choice.value, panels=len(jobs), keys=asked.keys[:10]
        )
        left = asked.choice == JobChoice.RETRY and (asked.keys or not jobs)
        unmoved = await self.panels.unmoved(asked.batch, asked.keys) if left else []
        return JobsOrdered(jobs=len(jobs), unmoved=unmoved)

    async def begin(self) -> None:
        """Have what an author ordered be made."""
        await self.set_aside()
        self._press.announce()

    async def allow(self, asked: AccountAllow) -> AccountsAllowed:
        """Set the author's ceilings for accounts.

        Raises:
            NotFoundError: there is no such account.
        """
        ceilings = Ceilings(asked.tabs, asked.per_hour, asked.quiet_from, asked.quiet_until)
        now = self._clock.now()
        allowed = await self._store.do(accounts.allow, now, asked.account, ceilings)
        self._press.announce()
        _log.info("accounts_allowed", accounts=allowed)
        return AccountsAllowed(accounts=allowed)

    async def resume(self, asked: AccountResume) -> AccountsAllowed:
        """Have an account go on that waits for the author to look at its page.

        Raises:
            NotFoundError: there is no such account.
            BadInputError: it rests for as long as the site asked for.
        """
        now = self._clock.now()
        if asked.account not in [each.id for each in await self._store.do(accounts.known)]:
            raise NotFoundError(f"there is no account {asked.account}")
        ledger = await self._store.do(accounts.ledger, now, asked.account)
        if ledger.rests_until <= now:
            return AccountsAllowed(accounts=[])
        if not asks(ledger.rests_for):
            raise BadInputError(
                f"account {asked.account} rests {words.until(ledger.rests_until, now)}, as the "
                "site asks; Pressrun does not work around limits"
            )
        await self._store.do(accounts.resume, now, asked.account)
        self._press.announce()
        _log.info("account_resumed", account=asked.account, rested_for=ledger.rests_for)
        return AccountsAllowed(accounts=[asked.account])

    async def allowances(self, _: Nothing) -> AccountAllowances:
        """What every account is allowed, and what was seen of it."""
        now, pacing = self._clock.now(), self.sites.current.pace
        known = await self._store.do(accounts.known)
        ledgers = [await self._store.do(accounts.ledger, now, each.id) for each in known]
        told = [allowance_of(*each, pacing, now) for each in zip(known, ledgers, strict=True)]
        begun = await self._store.do(accounts.begun_with)
        return AccountAllowances(
            accounts=told,
            most_tabs=begun.tabs,
            most_per_hour=begun.per_hour,
            quiet_from=begun.quiet_from,
            quiet_until=begun.quiet_until,
        )

    async def history(self, asked: AccountHistoryQuery) -> AccountHistory:
        """What an account was sent lately, and which limits it met.

        Raises:
            NotFoundError: there is no such account.
        """
        now = self._clock.now()
        begin = max(0.0, (now if asked.until is None else asked.until) - asked.seconds)
        period = Period(begin, asked.seconds / asked.parts, asked.parts)
        met = await self._store.do(sends.met, asked.account, period.end)
        sent = sends.gathered(period, await self._taken(asked.account, period), met)
        return history_of(asked.account, period, sent, self.sites.current.pace, now)

    async def _taken(self, account: int, period: Period) -> list[tuple[float, bool]]:
        """What the site took in a period and the day before it, read piece by piece."""
        found: list[tuple[float, bool]] = []
        begin, but = period.begin - DAY, 0
        while piece := await self._store.do(sends.taken, account, begin, period.end, but):
            found += piece
            # the next piece begins with the last moment of this one, which may have further sends
            begin = piece[-1][0]
            but = sum(at == begin for at, _ in found)
        return found

    async def doubts(self, _: Nothing) -> Doubts:
        """The jobs in doubt, those that wait for the author first."""
        found = await self._store.do(doubts.asking)
        return Doubts(
            doubts=[
                DoubtStatus(
                    job=each.attempt.job,
                    batch=each.attempt.batch,
                    key=each.attempt.key,
                    library=each.attempt.library,
                    sent_at=each.sent_at,
                    reason=each.reason[:1_000],
                    waits=each.waits,
                )
                for each in found[:SHOWN]
            ],
            total=len(found),
            choices=[
                Offer(choice=choice, label=label, about=about)
                for choice, (label, about) in words.CHOICES.items()
            ],
        )

    async def decide(self, asked: DoubtDecide) -> DoubtDecided:
        """Carry out the author's decision about jobs in doubt.

        Raises:
            NotFoundError: one of them is not in doubt; none was changed.
        """
        now = self._clock.now()
        jobs = await self._store.do(doubts.decide, now, asked.jobs, asked.choice)
        self._press.announce()
        _log.info("doubts_decided", choice=asked.choice.value, jobs=jobs)
        return DoubtDecided(jobs=jobs)
