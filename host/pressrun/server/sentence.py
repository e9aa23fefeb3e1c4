"""What is happening, or why nothing is, in one sentence."""

import datetime as dt

from pressrun.protocol.messages.batch import BatchStatus
from pressrun.protocol.messages.status import AccountStatus
from pressrun.states import BatchState


def sentence(
    accounts: list[AccountStatus],
    batches: list[BatchStatus],
    now: float,
    browser: str | None = None,
) -> str:
    """The one sentence for popup, command line and log.

    Args:
        accounts: the accounts known in this life of the host.
        batches: the open batches and the last ones that ended, newest first.
        now: the time.
        browser: why the managed browser is not there, when it should be.
    """
    running = [batch for batch in batches if batch.state == BatchState.RUNNING]
    left = sum(batch.waiting + batch.working for batch in running)
    if not left:
        return _nothing_left(batches, running)
    connected = [account for account in accounts if account.connected]
    if not connected:
        what = browser or "Open it with the Pressrun extension on"
        return f"Waiting for the browser: {pictures(left)} left. {what}"
    resting = [account for account in connected if account.resting]
    if len(resting) == len(connected):
        first = min(resting, key=lambda account: account.resting_until or now)
        return f"Waiting for {first.resting} {_clock(first, now)}; {pictures(left)} left"
    working = sum(batch.working for batch in running)
    if not working:
        return f"Getting a tab ready; {pictures(left)} left"
    tabs = sum(1 for account in connected for tab in account.tabs if tab.key)
    return f"Making {pictures(left)} in {tabs} tab{'' if tabs == 1 else 's'}"


def _clock(account: AccountStatus, now: float) -> str:
    """When an account goes on, with the day where it is not today."""
    here = dt.datetime.fromtimestamp(now).astimezone()
    until = dt.datetime.fromtimestamp(account.resting_until or now).astimezone()
    day = "" if until.date() == here.date() else f" on {until:%A}"
    return f"at {until:%H:%M}{day}"


def _nothing_left(batches: list[BatchStatus], running: list[BatchStatus]) -> str:  # noqa: PLR0911 - one line a case
    paused = [batch for batch in batches if batch.state == BatchState.PAUSED]
    if paused:
        left = sum(batch.waiting + batch.held for batch in paused)
        under_way = sum(batch.working for batch in paused)
        tail = f"; {pictures(under_way)} under way will still be finished" if under_way else ""
        return f"Paused with {pictures(left)} left{tail}"
    asking = sum(batch.asking for batch in running)
    searched = sum(batch.doubt for batch in running) - asking
    if searched:
        return f"Finding out what became of {pictures(searched)}"
    if asking:
        verb = "waits" if asking == 1 else "wait"
        return f"Nothing left to make; {pictures(asking)} {verb} for you: pressrun doubt"
    if any(batch.held for batch in running):
        return _held(running)
    if batches:
        last = batches[0]
        if last.state == BatchState.CANCELLED:
            return "The last batch was cancelled"
        needs_you = last.failed + last.refused
        if needs_you:
            return f"All done but {pictures(needs_you)} that need you"
        return "All pictures are made"
    return "Nothing to make; start with: pressrun run FILE"


def _held(running: list[BatchStatus]) -> str:
    """For whose approval the rest waits."""
    for batch in running:
        if batch.approval:
            key, count = batch.approval.key, batch.approval.panels
            come = "panel comes" if count == 1 else "panels come"
            how = f"pressrun approve {key}"
            return f"Waiting for your approval of {key}; {count:,} {come} after it: {how}"
    held = sum(batch.held for batch in running)
    verb = "comes" if held == 1 else "come"
    return f"{pictures(held)} {verb} after panels that were not made: pressrun retry"


def pictures(count: int) -> str:
    """A number of pictures in words."""
    return f"{count:,} picture{'' if count == 1 else 's'}"
