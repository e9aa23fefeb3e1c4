"""What is happening, or why nothing is, in one sentence."""

from pressrun.protocol.messages.batch import BatchStatus
from pressrun.protocol.messages.status import AccountStatus
from pressrun.states import BatchState
from pressrun.words import pictures, tabs


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
    running = [batch for batch in batches if batch.state == BatchState.RUNNING]
    left = sum(batch.waiting + batch.working for batch in running)
    if not left:
        return _nothing_left(batches, running)
    connected = [account for account in accounts if account.connected]
    if not connected:
        what = browser or "Open it with the Pressrun extension turned on"
        return f"Waiting for the browser: {pictures(left)} left. {what}"
    resting = [account for account in connected if account.resting]
    if len(resting) == len(connected):
        first = min(resting, key=lambda account: account.resting_until or now)
        return f"{first.resting}; {pictures(left)} left"
    working = sum(batch.working for batch in running)
    if not working:
        return f"Getting a tab ready; {pictures(left)} left"
    busy = sum(1 for account in connected for tab in account.tabs if tab.key)
    return f"Making {pictures(left)} in {tabs(busy)}"


def _nothing_left(batches: list[BatchStatus], running: list[BatchStatus]) -> str:  # noqa: PLR0911 - one line a case
    paused = [batch for batch in batches if batch.state == BatchState.PAUSED]
    if paused and all(batch.obstacle for batch in paused):
        first = paused[0]
        return f"Batch {first.batch} is for {first.site}, which this Pressrun does not work with"
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
        verb = "needs" if asking == 1 else "need"
        return f"Nothing left to make, but {pictures(asking)} {verb} your decision: pressrun doubt"
    if any(batch.held for batch in running):
        return _held(running)
    if batches:
        last = batches[0]
        if last.state == BatchState.CANCELLED:
            return "The last batch was cancelled"
        needs_you = last.failed + last.refused
        if needs_you:
            verb = "needs" if needs_you == 1 else "need"
            return f"All done except {pictures(needs_you)} that {verb} you"
        return "All pictures are made"
    return "Nothing to make; start with: pressrun run FILE"


def _held(running: list[BatchStatus]) -> str:
    """Which approval the rest waits for."""
    for batch in running:
        if batch.approval:
            key, count = batch.approval.key, batch.approval.panels
            wait = "panel waits" if count == 1 else "panels wait"
            how = f"pressrun approve {key}"
            return f"Waiting for you to approve {key}; {count:,} {wait} for it: {how}"
    held = sum(batch.held for batch in running)
    verb = "depends" if held == 1 else "depend"
    return f"{pictures(held)} {verb} on panels that were not made: pressrun retry"
