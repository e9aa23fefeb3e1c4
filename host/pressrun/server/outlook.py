"""How long batches will take, for the views and `pressrun plan`."""

import math

from pressrun import words
from pressrun.clock import Clock
from pressrun.press import allowance
from pressrun.press.board import Board
from pressrun.press.forecast import (
    Forecast,
    Hands,
    Question,
    Rate,
    RepairsAhead,
    Spent,
    Typical,
    forecast,
)
from pressrun.press.memory import Memory
from pressrun.press.sequence import longest_row
from pressrun.protocol.messages.batch import Basis, BatchStatus, Binding, Outlook
from pressrun.protocol.messages.status import Status
from pressrun.server.sites import Sites
from pressrun.sites.profile import Outcome
from pressrun.states import BatchState
from pressrun.store import accounts, past, review, standstill
from pressrun.store.accounts import Ceilings, Ledger
from pressrun.store.writer import Writer

KEPT_SECONDS = 5.0
"""How long a forecast is kept; views ask again with every change."""

OVERHEAD_SECONDS = 3.0
"""The time on a tab that a picture takes besides the site's own, until it is measured."""

DAY_MINUTES = 24 * 60

NO_REPAIRS = RepairsAhead()
"""Nothing is made again."""


class Outlooks:
    """Forecasts of batches, each kept for a few seconds."""

    def __init__(
        self, store: Writer, clock: Clock, board: Board, memory: Memory, sites: Sites
    ) -> None:
        self._store = store
        self._clock = clock
        self._board = board
        self._memory = memory
        self._sites = sites
        self._kept: dict[int, tuple[float, Outlook]] = {}

    async def into(self, status: Status) -> Status:
        """The status with a forecast for each running batch, and why tabs are missing."""
        batches = [await self._foretold(batch) for batch in status.batches]
        told = {batch.batch for batch in batches if batch.outlook}
        self._kept = {batch: kept for batch, kept in self._kept.items() if batch in told}
        sentence = status.sentence
        if told and self._memory.because is not None:
            sentence = f"{sentence}; no tab is added: {self._memory.because}"
        return status.model_copy(update={"batches": batches, "sentence": sentence})

    async def _foretold(self, batch: BatchStatus) -> BatchStatus:
        left = batch.waiting + batch.working
        if batch.state != BatchState.RUNNING or batch.obstacle or not left:
            return batch
        now = self._clock.now()
        at, kept = self._kept.get(batch.batch, (-math.inf, None))
        if kept is None or not 0 <= now - at < KEPT_SECONDS:
            following = await self._store.read(standstill.rows, batch.batch)
            row = longest_row(following)
            rule = await self._store.read(review.rule, batch.batch, None)
            spent = RepairsAhead(rule.left, rule.used, batch.done)
            kept = await self.ahead(left, batch.tabs, batch.batch, row, spent)
            self._kept[batch.batch] = (now, kept)
        return batch.model_copy(
            update={
                "outlook": kept,
                "seconds_left": kept.likely,
                "forecast": f"{words.upper(kept.span)} left. {kept.sentence}.",
            }
        )

    async def ahead(
        self,
        left: int,
        tabs: int,
        batch: int | None = None,
        in_row: int = 0,
        budget: RepairsAhead = NO_REPAIRS,
    ) -> Outlook:
        """How long a number of pictures will take.

        Args:
            left: how many are to be made.
            tabs: how many tabs the author asks for on each account.
            batch: the batch they belong to, if it has started.
            in_row: how many of them at most are made one after another.
            budget: for making outliers again.
        """
        now = self._clock.now()
        connected = {
            profile: about.account
            for profile, about in self._board.accounts.items()
            if about.connected and about.account is not None
        }
        numbers = list(connected.values())
        if not numbers:
            numbers = await self._store.read(past.last_seen, self._sites.current.name)
        ledgers = [await self._store.read(accounts.ledger, now, number) for number in numbers]
        taken = await self._store.read(past.taken, numbers)
        low, high = self._sites.current.usual.generation
        cap = self._sites.current.usual.cap
        hands = [self._hands(ledger, left, now) for ledger in ledgers or [Ledger()]]
        asked = Question(
            left,
            tabs,
            hands,
            Typical(
                (low + OVERHEAD_SECONDS, high + OVERHEAD_SECONDS),
                Rate(cap, self._sites.current.usual.cap_seconds) if cap else None,
            ),
            before=[Spent(each.seconds, each.made) for each in taken if each.batch != batch],
            measured=[Spent(each.seconds, each.made) for each in taken if each.batch == batch],
            in_row=in_row,
            by_memory=self._by_memory(list(connected)),
            budget=budget,
        )
        return told(asked, forecast(asked, now))

    def _hands(self, ledger: Ledger, left: int, now: float) -> Hands:
        pacing = self._sites.current.pace
        tabs = allowance.allow(ledger, pacing, now).tabs
        if not allowance.walls(ledger.limits, Outcome.THROTTLED):
            # one more after every quiet stretch; half of them will do for the mean
            tabs += left // (2 * pacing.quiet)
        hourly = ledger.ceilings.per_hour
        gap = max(pacing.gap, 3600 / hourly if hourly else 0.0)
        most = ledger.ceilings.tabs
        return Hands(min(tabs, most or tabs), ledger, gap, _share(ledger.ceilings))

    def _by_memory(self, profiles: list[str]) -> int | None:
        if self._memory.because is None:
            return None
        return min((int(self._memory.room(profile)) for profile in profiles), default=None)


def _share(ceilings: Ceilings) -> float:
    """The part of a day that is not the author's quiet hours."""
    if ceilings.quiet_from is None or ceilings.quiet_until is None:
        return 1.0
    return 1 - (ceilings.quiet_until - ceilings.quiet_from) % DAY_MINUTES / DAY_MINUTES


def told(asked: Question, found: Forecast) -> Outlook:
    """A forecast for the views."""
    return Outlook(
        shortest=found.shortest,
        likely=found.likely,
        longest=found.longest,
        binds=found.binds,
        basis=found.basis,
        span=words.ahead(found.shortest, found.likely, found.longest),
        sentence=f"{_sets(asked, found)} ({_BASED[found.basis]})",
    )


_BASED = {
    Basis.PROFILE: "a guess from what is usual, until this account has made pictures",
    Basis.ACCOUNT: "as measured on this account before",
    Basis.BATCH: "as measured in this batch",
}


def _sets(asked: Question, found: Forecast) -> str:
    each = f"{words.duration(found.picture_seconds)} a picture"
    match found.binds:
        case Binding.CAP if found.cap is not None:
            seen = f"{found.cap.pictures:.0f} pictures in {words.duration(found.cap.seconds)}"
            if found.assumed:
                return f"Assuming the usual limit of {seen}, at {each} before it"
            return f"The account's limit sets the pace: {seen}"
        case Binding.ROW:
            return f"A group sets the pace: {asked.in_row:,} pictures one after another, at {each}"
        case Binding.TABS:
            tabs = words.tabs(asked.tabs)
            return f"Your tabs set the pace: {each} in {tabs}; the account may take more"
        case Binding.MEMORY:
            tabs = words.tabs(asked.by_memory or 0)
            return f"This machine's memory sets the pace: {each} in {tabs}"
        case _:
            most = max((hands.tabs for hands in asked.accounts), default=1)
            return f"The site sets the pace: {each} in {words.tabs(min(asked.tabs, most))}"
