"""Carries out what clients ask of the host: batches, panels, accounts, doubts and status."""

import asyncio
from pathlib import Path
from typing import NamedTuple

import structlog

from pressrun import words
from pressrun.book import prompts
from pressrun.book.panel import Panel
from pressrun.browser.keeper import Keeper
from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.library import references
from pressrun.library.shelf import Shelf
from pressrun.picture.recipe import Reference
from pressrun.press.board import Board
from pressrun.press.plan import Plan, plan
from pressrun.press.press import Press
from pressrun.protocol.messages.account import AccountAllow, AccountAllowances, AccountsAllowed
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.batch import (
    BatchAdjust,
    BatchChanged,
    BatchChoice,
    BatchPlan,
    BatchStart,
    BatchStarted,
    JobsOrder,
    JobsOrdered,
)
from pressrun.protocol.messages.doubt import DoubtDecide, DoubtDecided, Doubts, DoubtStatus, Offer
from pressrun.protocol.messages.status import Status, StatusQuery
from pressrun.server.allowance import allowance_of
from pressrun.server.inspection import Inspection
from pressrun.server.outlook import Outlooks
from pressrun.server.sites import Sites
from pressrun.server.status import status
from pressrun.states import BatchState
from pressrun.store import accounts, batches, doubts, orders, past
from pressrun.store.accounts import Ceilings
from pressrun.store.batches import Numbers, Order, Standing
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.office")

SHOWN = 128
"""How many jobs in doubt one answer lists at most."""


class _Compared(NamedTuple):
    """What a prompt list wants, and what its library has."""

    panels: list[Panel]
    standing: dict[str, Standing]
    references: dict[Path, Reference]
    plan: Plan


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
        self._outlooks = outlooks

    async def status(self, query: StatusQuery) -> Status:
        """The status, as soon as there is more to show than the caller knows."""
        await self._board.beyond(query.after, query.wait)
        now, browser = self._clock.now(), self.keeper.note
        told = await status(self._store, self._board, now, self._log, self._obstacle, browser)
        return await self._outlooks.into(told)

    async def start(self, asked: BatchStart) -> BatchStarted:
        """Compare a prompt list with its library, and start a batch for what is missing.

        Raises:
            BadInputError: the list cannot be used, or this host does not work with its site.
        """
        compared = await self._compare(asked)
        difference = compared.plan
        shelf = Shelf(Path(asked.library))
        await asyncio.to_thread(references.keep, shelf, compared.references)
        batch = await self._store.do(
            batches.start,
            self._clock.now(),
            Order(asked.source, asked.library, asked.site, asked.tabs, asked.on_doubt),
            made_before=difference.made,
            new=difference.new,
            dropped=difference.dropped,
        )
        self._press.announce()
        return BatchStarted(batch=batch, wanted=len(compared.panels), made=difference.made)

    async def plan(self, asked: BatchStart) -> BatchPlan:
        """What `start` would do, and how long it would take.

        Raises:
            BadInputError: the list cannot be used, or this host does not work with its site.
        """
        compared = await self._compare(asked)
        difference, standing = compared.plan, compared.standing
        keys = {job.key for job in difference.new}
        failed = await self._store.do(past.failed, keys, asked.library)
        known = {key for key in keys - failed if standing.get(key, Standing()).made_from}
        left = len(keys) + difference.under_way
        held = sum(job.after is not None for job in difference.new)
        return BatchPlan(
            wanted=len(compared.panels),
            done=difference.made,
            new=len(keys - failed - known),
            held=held,
            stale=len(known),
            failed=len(failed),
            under_way=difference.under_way,
            refused=difference.refused,
            outlook=await self._outlooks.ahead(left, asked.tabs) if left else None,
        )

    async def _compare(self, asked: BatchStart) -> "_Compared":
        """Compare what a prompt list wants with what its library has."""
        if wrong := self.sites.obstacle(asked.site):
            raise BadInputError(f"{wrong}; nothing was started. Run it without naming a site")
        for other in await self._unserved():
            if other.library == asked.library:
                raise BadInputError(
                    f"batch {other.id} in {asked.library} is for {other.site}, which this Pressrun "
                    f"does not work with; nothing was started. Cancel it first: "
                    f"pressrun cancel {other.id}"
                )
        everywhere = [Path(file) for file in asked.references]
        panels = (await asyncio.to_thread(prompts.read, Path(asked.source), everywhere)).panels
        named = (path for panel in panels for path in panel.references)
        found = await asyncio.to_thread(references.look, named)
        await self.inspection.take_in(asked.library)
        standing = await self._store.do(batches.standing, asked.library)
        library = Path(asked.library)
        present = await asyncio.to_thread(
            lambda: {
                key
                for key, known in standing.items()
                if known.image_path is not None and (library / known.image_path).is_file()
            }
        )
        return _Compared(panels, standing, found, plan(panels, standing, present, found))

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
        return [each for each in await self._store.do(batches.numbers) if self._obstacle(each)]

    def _obstacle(self, batch: Numbers) -> str | None:
        """Why nothing can be made of a batch that is open."""
        wrong = self.sites.obstacle(batch.site)
        if wrong is None or batch.state not in batches.OPEN:
            return None
        return f"{words.upper(wrong)}. To give it up: pressrun cancel {batch.id}"

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
        await self.set_aside()
        self._press.announce()
        return JobsOrdered(jobs=len(jobs))

    async def allow(self, asked: AccountAllow) -> AccountsAllowed:
        """Set the author's ceilings for accounts.

        Raises:
            NotFoundError: there is no such account.
        """
        ceilings = Ceilings(asked.tabs, asked.per_hour, asked.quiet_from, asked.quiet_until)
        now = self._clock.now()
        allowed = await self._store.do(accounts.allow, now, asked.account, ceilings)
        self._press.announce()
        return AccountsAllowed(accounts=allowed)

    async def allowances(self, _: Nothing) -> AccountAllowances:
        """What every account is allowed, and what was seen of it."""
        now, pacing = self._clock.now(), self.sites.current.pace
        known = await self._store.do(accounts.known)
        ledgers = [await self._store.do(accounts.ledger, now, each.id) for each in known]
        told = [allowance_of(*each, pacing, now) for each in zip(known, ledgers, strict=True)]
        return AccountAllowances(accounts=told)

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
        return DoubtDecided(jobs=jobs)
