"""What is happening, or why nothing is, in one sentence: a table of states."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from pressrun.protocol.messages.batch import BatchStatus
from pressrun.protocol.messages.status import AccountStatus
from pressrun.states import BatchState
from pressrun.words import middle, pictures, tabs

FAILING = 3
"""So many attempts in a row that came to nothing are told."""


def sentence(
    accounts: list[AccountStatus],
    batches: list[BatchStatus],
    now: float,
    browser: str | None = None,
) -> str:
    """The one sentence for popup, command line and log.

    Args:
        accounts: the accounts seen since the host started.
        batches: the open batches and the last ones that ended, newest first.
        now: the time.
        browser: why the managed browser is not running, when it should be.
    """
    seen = Situation(accounts, batches, now, browser)
    return next(told for state in STATES.values() if (told := state(seen)) is not None)


@dataclass(frozen=True)
class Situation:
    """What a sentence is told about."""

    accounts: list[AccountStatus]
    batches: list[BatchStatus]
    now: float
    browser: str | None

    @property
    def running(self) -> list[BatchStatus]:
        """The batches that go on."""
        return [batch for batch in self.batches if batch.state == BatchState.RUNNING]

    @property
    def paused(self) -> list[BatchStatus]:
        """The batches that the author paused."""
        return [batch for batch in self.batches if batch.state == BatchState.PAUSED]

    @property
    def left(self) -> int:
        """How many pictures are still to be made."""
        return sum(batch.waiting + batch.working for batch in self.running)

    @property
    def connected(self) -> list[AccountStatus]:
        """The accounts whose browser is there."""
        return [account for account in self.accounts if account.connected]


def _no_browser(seen: Situation) -> str | None:
    if not seen.left or seen.connected:
        return None
    what = seen.browser or "Open it with the Pressrun extension turned on"
    return f"Waiting for the browser: {pictures(seen.left)} left. {what}"


def _resting(seen: Situation) -> str | None:
    resting = [account for account in seen.connected if account.resting]
    if not seen.left or len(resting) < len(seen.connected):
        return None
    first = min(resting, key=lambda account: account.resting_until or seen.now)
    return f"{first.resting}; {pictures(seen.left)} left"


def _failing(seen: Situation) -> str | None:
    able = [account for account in seen.connected if not account.resting]
    if not seen.left or not all(account.failing >= FAILING for account in able):
        return None
    worst = max(able, key=lambda account: account.failing)
    return (
        f"The last {worst.failing} attempts made no picture: {worst.because or 'unknown reason'}. "
        f"Pressrun tries again; {pictures(seen.left)} left"
    )


def _making(seen: Situation) -> str | None:
    busy = sum(1 for account in seen.connected for tab in account.tabs if tab.key)
    working = sum(batch.working for batch in seen.running)
    return f"Making {pictures(seen.left)} in {tabs(busy)}" if working and busy else None


def _saving(seen: Situation) -> str | None:
    working = sum(batch.working for batch in seen.running)
    waiting = sum(batch.waiting for batch in seen.running)
    return f"Saving {pictures(working)}" if working and not waiting else None


def _getting_ready(seen: Situation) -> str | None:
    return f"Getting a tab ready; {pictures(seen.left)} left" if seen.left else None


def _other_site(seen: Situation) -> str | None:
    if not seen.paused or not all(batch.obstacle for batch in seen.paused):
        return None
    first = seen.paused[0]
    return f"Batch {first.batch} is for {first.site}, which this Pressrun does not work with"


def _paused(seen: Situation) -> str | None:
    if not seen.paused:
        return None
    left = sum(batch.waiting + batch.held for batch in seen.paused)
    under_way = sum(batch.working for batch in seen.paused)
    tail = f"; {pictures(under_way)} under way will still be finished" if under_way else ""
    return f"Paused with {pictures(left)} left{tail}"


def _finding_out(seen: Situation) -> str | None:
    searched = sum(batch.doubt - batch.asking for batch in seen.running)
    return f"Finding out what became of {pictures(searched)}" if searched else None


def _asking(seen: Situation) -> str | None:
    asking = sum(batch.asking for batch in seen.running)
    if not asking:
        return None
    verb = "needs" if asking == 1 else "need"
    return f"Nothing left to make, but {pictures(asking)} {verb} your decision: pressrun doubt"


def _approving(seen: Situation) -> str | None:
    asked = next((batch.approval for batch in seen.running if batch.approval), None)
    if asked is None:
        return None
    wait = "panel waits" if asked.panels == 1 else "panels wait"
    how = f"pressrun approve {shlex.quote(asked.key)}"
    return f"Waiting for you to approve {middle(asked.key)}; {asked.panels:,} {wait} for it: {how}"


def _held(seen: Situation) -> str | None:
    held = sum(batch.held for batch in seen.running)
    if not held:
        return None
    verb = "depends" if held == 1 else "depend"
    return f"{pictures(held)} {verb} on panels that were not made: pressrun retry"


def _cancelled(seen: Situation) -> str | None:
    last = seen.batches[0] if seen.batches else None
    return "The last batch was cancelled" if last and last.state == BatchState.CANCELLED else None


def _needs_you(seen: Situation) -> str | None:
    needs_you = seen.batches[0].failed + seen.batches[0].refused if seen.batches else 0
    if not needs_you:
        return None
    verb = "needs" if needs_you == 1 else "need"
    return f"All done except {pictures(needs_you)} that {verb} you: pressrun panels"


def _all_made(seen: Situation) -> str | None:
    return "All pictures are made" if seen.batches else None


def _nothing(_: Situation) -> str:
    return "Nothing to make; start with: pressrun run FILE"


STATES: dict[str, Callable[[Situation], str | None]] = {
    "no browser": _no_browser,
    "resting": _resting,
    "failing": _failing,
    "making": _making,
    "saving": _saving,
    "getting ready": _getting_ready,
    "other site": _other_site,
    "paused": _paused,
    "finding out": _finding_out,
    "asking": _asking,
    "approving": _approving,
    "held": _held,
    "cancelled": _cancelled,
    "needs you": _needs_you,
    "all made": _all_made,
    "nothing": _nothing,
}
"""Every state, and its sentence; the first that holds is told."""
