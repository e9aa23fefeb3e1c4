"""What is happening, or why nothing is, in one sentence: a table of states.

Where several accounts are connected, what hinders one of them follows in a sentence of its own.
"""

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from pressrun.protocol.messages.batch import BatchStatus
from pressrun.protocol.messages.status import AccountStatus
from pressrun.states import BatchState
from pressrun.words import lower, middle, pictures, rest, start, tabs, until, upper

FAILING = 3
"""So many attempts in a row that came to nothing are told."""

ASIDES = 3
"""Of so many accounts at most it is told what hinders them."""

WHY_CHARS = 240
"""A reason is told as far as this: a page may have said a lot."""


def sentence(
    accounts: list[AccountStatus],
    batches: list[BatchStatus],
    now: float,
    browser: str | None = None,
) -> str:
    """The sentence for popup, command line and log.

    Args:
        accounts: the accounts seen since the host started.
        batches: the open batches and the last ones that ended, newest first.
        now: the time.
        browser: why the managed browser is not running, when it should be.
    """
    seen = Situation(accounts, batches, now, browser)
    _, told = _first(seen)
    return ". ".join([told, *_asides(seen)])


def state(accounts: list[AccountStatus], batches: list[BatchStatus], now: float) -> str:
    """Which of `STATES` the sentence tells."""
    name, _ = _first(Situation(accounts, batches, now, None))
    return name


def needs_tabs(batch: BatchStatus) -> bool:
    """Whether something of a batch is to be made or looked for."""
    wanted = batch.waiting + batch.working + batch.doubt - batch.asking
    return batch.state == BatchState.RUNNING and wanted > 0


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
    def searched(self) -> int:
        """How many pictures are looked for that may have been made."""
        return sum(batch.doubt - batch.asking for batch in self.running)

    @property
    def unmade(self) -> int:
        """How many pictures need a tab, to be made or to be looked for."""
        return self.left + self.searched

    @property
    def able(self) -> list[AccountStatus]:
        """The connected accounts that do not rest."""
        return [account for account in self.connected if not account.resting]

    @property
    def connected(self) -> list[AccountStatus]:
        """The accounts whose browser is there."""
        return [account for account in self.accounts if account.connected]


def _first(seen: Situation) -> tuple[str, str]:
    """The first state that holds, and its sentence."""
    return next((name, told) for name, state in STATES.items() if (told := state(seen)) is not None)


def _no_browser(seen: Situation) -> str | None:
    if not seen.unmade or seen.connected:
        return None
    what = seen.browser or "Open it with the Pressrun extension turned on"
    return f"Waiting for the browser: {pictures(seen.unmade)} left. {what}"


def _resting(seen: Situation) -> str | None:
    if not seen.unmade or seen.able:
        return None
    left = f"{pictures(seen.unmade)} left"
    if len(seen.connected) == 1:
        only = seen.connected[0]
        ends = only.resting_until or seen.now
        return f"{rest(_why(only, ends, seen.now), ends, seen.now)}; {left}"
    timed = [account.resting_until or seen.now for account in seen.connected if not account.asks]
    when = f" {until(min(timed), seen.now)}" if timed else ""
    return f"No account can make pictures{when}; {left}"


def _failing(seen: Situation) -> str | None:
    worst = _worst(seen)
    if not seen.left or worst is None:
        return None
    made = _in_vain(worst, of=len(seen.connected) > 1)
    return f"{made}. Pressrun tries again; {pictures(seen.left)} left"


def _worst(seen: Situation) -> AccountStatus | None:
    """Where every account that could make pictures makes none: the one that tried most often."""
    if not all(account.failing >= FAILING for account in seen.able):
        return None
    return max(seen.able, key=lambda account: account.failing, default=None)


def _in_vain(account: AccountStatus, *, of: bool) -> str:
    whose = f" of {_name(account)}" if of else ""
    why = start(account.because or "unknown reason", WHY_CHARS)
    return f"The last {account.failing} attempts{whose} made no picture: {why}"


def _why(account: AccountStatus, until: float, now: float) -> str:
    """Why an account rests, without until when."""
    return start((account.resting or "").removesuffix(rest("", until, now)), WHY_CHARS)


def _name(account: AccountStatus) -> str:
    return f"account {account.account}" if account.account != "?" else "an unknown account"


def _asides(seen: Situation) -> list[str]:
    """What hinders some of several accounts, those first that wait for the author."""
    if not seen.unmade or len(seen.connected) == 1:
        return []
    told_of = _worst(seen)
    asking, failing, resting = [], [], []
    for account in seen.connected:
        name = _name(account)
        if account.resting:
            ends = account.resting_until or seen.now
            why = lower(_why(account, ends, seen.now))
            if account.asks:
                asking.append(f"{upper(name)} needs you: {why}")
            else:
                resting.append(f"{upper(name)} rests {until(ends, seen.now)}: {why}")
        elif account.failing >= FAILING and account is not told_of:
            failing.append(_in_vain(account, of=True))
    told = [*asking, *failing, *resting]
    if (more := len(told) - ASIDES) > 0:
        others = "1 more account" if more == 1 else f"{more:,} more accounts"
        verb = "makes" if more == 1 else "make"
        told = [*told[:ASIDES], f"{others} {verb} no pictures now"]
    return told


def _making(seen: Situation) -> str | None:
    busy = sum(1 for account in seen.connected for tab in account.tabs if tab.key)
    working = sum(batch.working for batch in seen.running)
    return f"Making {pictures(seen.left)} in {tabs(busy)}" if working and busy else None


def _saving(seen: Situation) -> str | None:
    working = sum(batch.working for batch in seen.running)
    waiting = sum(batch.waiting for batch in seen.running)
    return f"Saving {pictures(working)}" if working and not waiting else None


def _elsewhere(seen: Situation) -> str | None:
    there = {account.account for account in seen.connected}
    away = [
        each for batch in seen.running for each in batch.bound if str(each.account) not in there
    ]
    panels = sum(each.panels for each in away)
    if not panels or panels < seen.unmade:
        return None
    whose = " and ".join(dict.fromkeys(f"account {each.account}" for each in away))
    wait = "waits" if panels == 1 else "wait"
    return f"{pictures(panels)} {wait} for {whose}, in whose chats they are made; sign in with it"


def _getting_ready(seen: Situation) -> str | None:
    return f"Getting a tab ready; {pictures(seen.left)} left" if seen.left else None


def _other_site(seen: Situation) -> str | None:
    away = [batch for batch in seen.paused if batch.obstacle and not batch.stopped_because]
    if not away or len(away) < len(seen.paused):
        return None
    first = seen.paused[0]
    return f"Batch {first.batch} is for {first.site}, which this Pressrun does not work with"


def _halted(seen: Situation) -> str | None:
    first = next((batch for batch in seen.paused if batch.stopped_because), None)
    if first is None:
        return None
    why = lower(start(first.stopped_because or "", WHY_CHARS))
    return f"Batch {first.batch} is paused: {why}. To go on: pressrun resume {first.batch}"


def _paused(seen: Situation) -> str | None:
    if not seen.paused:
        return None
    left = sum(batch.waiting + batch.comparing + batch.held for batch in seen.paused)
    under_way = sum(batch.working for batch in seen.paused)
    tail = f"; {pictures(under_way)} under way will still be finished" if under_way else ""
    return f"Paused with {pictures(left)} left{tail}"


def _finding_out(seen: Situation) -> str | None:
    return f"Finding out what became of {pictures(seen.searched)}" if seen.searched else None


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


def _reviewing(seen: Situation) -> str | None:
    waits = (batch.style_wait for batch in seen.running if not batch.compares)
    asked = next(filter(None, waits), None)
    if asked is None:
        return None
    wait = f"{asked.panels:,} {'panel waits' if asked.panels == 1 else 'panels wait'}"
    if asked.drift is None:
        key = middle(asked.about)
        return f"{key} stands out; {wait} for it: pressrun review"
    about = middle(asked.about)
    return f"Pictures of {about} drift from those you approved; {wait} for you: pressrun style"


def _comparing(seen: Situation) -> str | None:
    if waiting := sum(batch.comparing for batch in seen.running):
        wait = "panel waits" if waiting == 1 else "panels wait"
        return f"Comparing pictures with those you approved; {waiting:,} {wait} for that"
    idle = [each for each in seen.running if not (each.waiting or each.working)]
    # a batch that is done goes on only as long as pictures are to be compared
    done = [each for each in idle if not each.held or (each.compares and not each.standstill)]
    return "Comparing the last pictures with those you approved" if done else None


def _held(seen: Situation) -> str | None:
    held = sum(each.held for each in seen.running if each.standstill or not each.compares)
    if not held:
        return None
    found = next((batch.standstill for batch in seen.running if batch.standstill), None)
    if found is not None:
        wait = "panel waits" if found.panels == 1 else "panels wait"
        key = middle(found.key)
        return f"{found.panels:,} {wait} for {key}, which {found.why}: {found.advice}"
    verb = "depends" if held == 1 else "depend"
    return f"{pictures(held)} {verb} on panels that were not made: pressrun retry"


def _cancelled(seen: Situation) -> str | None:
    last = seen.batches[0] if seen.batches else None
    return "The last batch was cancelled" if last and last.state == BatchState.CANCELLED else None


def _needs_you(seen: Situation) -> str | None:
    # of the library that the command lists
    library = seen.batches[0].library if seen.batches else None
    needs_you = sum(_left_over(batch) for batch in seen.batches if batch.library == library)
    if not needs_you:
        return None
    verb = "needs" if needs_you == 1 else "need"
    return f"All done except {pictures(needs_you)} that {verb} you: pressrun panels"


def _left_over(batch: BatchStatus) -> int:
    """How many panels of a batch need the author, if no later batch of its list tells of them."""
    told = any(count.wrong for count in batch.counts)
    return batch.failed + batch.refused if told else 0


def _standing_out(seen: Situation) -> str | None:
    outliers = seen.batches[0].outliers if seen.batches else 0
    if not outliers:
        return None
    verb = "stands" if outliers == 1 else "stand"
    return f"All pictures are made; {outliers:,} {verb} out: pressrun review"


def _offered(seen: Situation) -> str | None:
    offered = seen.batches[0].offered if seen.batches else 0
    if not offered:
        return None
    takes = "a new take waits" if offered == 1 else f"{offered:,} new takes wait"
    return f"All pictures are made; {takes} for your yes: pressrun panels --offered"


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
    "elsewhere": _elsewhere,
    "getting ready": _getting_ready,
    "other site": _other_site,
    "halted": _halted,
    "paused": _paused,
    "finding out": _finding_out,
    "asking": _asking,
    "approving": _approving,
    "reviewing": _reviewing,
    "held": _held,
    "comparing": _comparing,
    "cancelled": _cancelled,
    "needs you": _needs_you,
    "standing out": _standing_out,
    "offered": _offered,
    "all made": _all_made,
    "nothing": _nothing,
}
"""Every state, and its sentence; the first that holds is told."""
