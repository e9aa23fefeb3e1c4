"""What is to come, for the views and for `pressrun plan`: what a forecast needs, and its words."""

import math

from pressrun.clock import Clock
from pressrun.press import allowance
from pressrun.press.board import Board
from pressrun.press.forecast import Forecast, Hands, Question, Rate, Spent, Typical, forecast
from pressrun.press.memory import Memory
from pressrun.protocol.messages.batch import Basis, BatchStatus, Binding, Outlook
from pressrun.protocol.messages.status import Status
from pressrun.server.sites import Sites
from pressrun.sites.profile import Outcome
from pressrun.states import BatchState
from pressrun.store import accounts, past
from pressrun.store.accounts import Ceilings, Ledger
from pressrun.store.writer import Writer

KEPT_SECONDS = 5.0
"""A forecast is made anew at most so often: views ask again with every change."""

OVERHEAD_SECONDS = 3.0
"""What a picture takes on a tab besides the site's own time, until it was measured."""

DAY_MINUTES = 24 * 60


class Outlooks:
    """Forecasts of batches, each kept for a moment."""

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
        """How things stand, with how long each batch that runs takes, and why tabs are missing."""
        batches = [await self._foretold(batch) for batch in status.batches]
        told = {batch.batch for batch in batches if batch.outlook}
        self._kept = {batch: kept for batch, kept in self._kept.items() if batch in told}
        sentence = status.sentence
        if told and self._memory.because is not None:
            sentence = f"{sentence}; no tab is added: {self._memory.because}"
        return status.model_copy(update={"batches": batches, "sentence": sentence})

    async def _foretold(self, batch: BatchStatus) -> BatchStatus:
        left = batch.waiting + batch.working
        if batch.state != BatchState.RUNNING or not left:
            return batch
        now = self._clock.now()
        at, kept = self._kept.get(batch.batch, (-math.inf, None))
        if kept is None or not 0 <= now - at < KEPT_SECONDS:
            kept = await self.ahead(left, batch.tabs, batch.batch)
            self._kept[batch.batch] = (now, kept)
        return batch.model_copy(update={"outlook": kept, "seconds_left": kept.likely})

    async def ahead(self, left: int, tabs: int, batch: int | None = None) -> Outlook:
        """How long so many pictures will take.

        Args:
            left: how many there are to make.
            tabs: how many tabs of each account the author asks for.
            batch: the one to which they belong, if it has begun.
        """
        now = self._clock.now()
        connected = {
            profile: about.account
            for profile, about in self._board.accounts.items()
            if about.connected and about.account is not None
        }
        numbers = list(connected.values())
        if not numbers:
            numbers = await self._store.do(past.last_seen, self._sites.current.name)
        ledgers = [await self._store.do(accounts.ledger, now, number) for number in numbers]
        taken = await self._store.do(past.taken, numbers)
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
            by_memory=self._by_memory(list(connected)),
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
        sentence=f"{_decides(asked, found)} ({_BY[found.basis]})",
    )


_BY = {
    Basis.PROFILE: "by what is usual on the site; nothing was measured on this account yet",
    Basis.ACCOUNT: "by what this account needed before",
    Basis.BATCH: "by what this batch has needed so far",
}


def _decides(asked: Question, found: Forecast) -> str:
    each = f"{found.picture_seconds:.0f} s a picture"
    match found.binds:
        case Binding.CAP if found.cap is not None:
            hours = found.cap.seconds / 3600
            return (
                "The account's limit decides: "
                f"{found.cap.pictures:.0f} pictures in {hours:.1f} h were seen"
            )
        case Binding.TABS:
            return f"The tabs decide: {asked.tabs} at {each}; the account may take more"
        case Binding.MEMORY:
            return f"The machine's memory decides: {asked.by_memory} tabs at {each}"
        case _:
            tabs = min(asked.tabs, max((hands.tabs for hands in asked.accounts), default=1))
            return f"The site's own time decides: {each}, in {tabs} tab{'' if tabs == 1 else 's'}"
