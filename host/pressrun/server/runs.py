"""Starts what a prompt list asks for, and tells before what that would be."""

import asyncio
from pathlib import Path

import structlog

from pressrun import words
from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.library import references
from pressrun.library.shelf import Shelf
from pressrun.press import sequence
from pressrun.press.plan import Fate
from pressrun.press.press import Press
from pressrun.protocol.messages.batch import (
    BatchPlan,
    BatchStart,
    BatchStarted,
    PlannedPanels,
    PlanPage,
)
from pressrun.server.outlook import Outlooks
from pressrun.server.planning import Comparison, Planner
from pressrun.server.sites import Sites
from pressrun.store import batches, lists, opening, past
from pressrun.store.lists import Listed
from pressrun.store.opening import Order
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.runs")


class Runs:
    """Every `run` and `plan` that a client asks for, one at a time."""

    def __init__(
        self,
        store: Writer,
        clock: Clock,
        press: Press,
        sites: Sites,
        outlooks: Outlooks,
        planner: Planner,
    ) -> None:
        self._store = store
        self._clock = clock
        self._press = press
        self._sites = sites
        self._outlooks = outlooks
        self._planner = planner
        self._turn = asyncio.Lock()

    async def start(self, asked: BatchStart) -> BatchStarted:
        """Compare a prompt list with its library, and start a batch for what is to be made.

        Raises:
            BadInputError: the list or the library cannot be used, this host does not work with
                its site, or pictures would be made once more unasked.
        """
        async with self._turn:
            compared = await self._compare(asked)
            found = compared.plan
            wanted = [
                Listed(asked.source, each.panel.key, 0, each.recipe) for each in found.changes
            ]
            await self._store.do(lists.remember, compared.library, asked.source, wanted)
            if (again := found.count(Fate.AGAIN)) and asked.again is None:
                raise BadInputError(_unasked(again, compared))
            shelf = Shelf(Path(compared.library))
            await asyncio.to_thread(references.keep, shelf, compared.references)
            now = self._clock.now()
            batch = await self._store.do(
                opening.start,
                now,
                Order(asked.source, compared.library, asked.site, asked.tabs, asked.on_doubt),
                found.difference,
            )
        self._press.announce()
        _log.info(
            "batch_started",
            batch=batch,
            library=compared.library,
            panels=len(compared.panels),
            to_make=len(found.difference.new),
        )
        keys = [panel.key for panel in compared.panels]
        first = {keys[number] for number in sequence.samples(keys)}
        return BatchStarted(
            batch=batch,
            library=compared.library,
            wanted=len(compared.panels),
            made=found.difference.made,
            renamed=len(found.renames),
            samples=len(first & {job.key for job in found.difference.new}),
        )

    async def plan(self, asked: BatchStart) -> BatchPlan:
        """What `start` would do, and how long it would take.

        Raises:
            BadInputError: the list or the library cannot be used, or this host does not work with
                its site.
        """
        compared = await self._compare(asked)
        found, library = compared.plan, compared.library
        fresh = {each.panel.key for each in found.changes if each.fate == Fate.NEW}
        failed = await self._store.do(past.failed, fresh, library)
        under_way = found.count(Fate.UNDER_WAY)
        left = len(found.difference.new) + under_way
        return BatchPlan(
            library=library,
            wanted=len(compared.panels),
            done=found.difference.made,
            renamed=len(found.renames),
            new=len(fresh - failed),
            again=found.count(Fate.AGAIN),
            missing=found.count(Fate.MISSING),
            failed=len(failed),
            held=sum(job.after is not None for job in found.difference.new),
            under_way=under_way,
            refused=found.difference.refused,
            unlisted=len(found.unlisted),
            examples=compared.again,
            outlook=await self._outlooks.ahead(left, asked.tabs) if left else None,
        )

    async def page(self, asked: PlanPage) -> PlannedPanels:
        """Some panels of a list, and what `start` would do about each.

        Raises:
            BadInputError: the list or the library cannot be used, or this host does not work with
                its site.
        """
        self._see_served(asked.site)
        return await self._planner.page(asked)

    async def _compare(self, asked: BatchStart) -> Comparison:
        """Compare what a prompt list wants with what its library has."""
        self._see_served(asked.site)
        compared = await self._planner.compare(asked)
        for other in await self._store.do(batches.numbers):
            mine = (other.library, other.source) == (compared.library, asked.source)
            if mine and other.state in batches.OPEN and self._sites.obstacle(other.site):
                raise BadInputError(
                    f"batch {other.id} in {other.library} is for {other.site}, which this Pressrun "
                    f"does not work with; nothing was started. Cancel it first: "
                    f"pressrun cancel {other.id}"
                )
        return compared

    def _see_served(self, site: str) -> None:
        if wrong := self._sites.obstacle(site):
            raise BadInputError(f"{wrong}; nothing was started. Run it without naming a site")


def _unasked(again: int, compared: Comparison) -> str:
    """Why nothing was started where pictures would be made once more."""
    told = [
        f"{words.pictures(again)} that you have would be made again; nothing was started.",
        *(f"  {each}" for each in compared.again),
    ]
    if (left := again - len(compared.again)) > 0:
        told.append(f"  and {left:,} more")
    told.append(
        "To make them again: --again. To make only the others: --no-again. To accept a picture "
        "for the changed words: pressrun keep KEY"
    )
    return "\n".join(told)
