"""What an attempt works with: the store, the shelf, the clock, and how it stops its account."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from pressrun.clock import Clock
from pressrun.library.shelf import Shelf
from pressrun.press.allowance import span_of
from pressrun.press.pace import Pace
from pressrun.press.page import Page, StepRefusedError
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import Outcome, SiteProfile
from pressrun.store import accounts
from pressrun.store.attempts import Attempt
from pressrun.store.breaker import Rule
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.attempt")

Puzzled = Callable[[Page], Awaitable[None]]


class TroubleError(Exception):
    """The page says that something went wrong."""

    def __init__(self, trouble: Trouble, *, answers: bool = False) -> None:
        """Tell of trouble.

        Args:
            trouble: what the page says.
            answers: whether that is the answer to our own turn, and no notice over the page.
        """
        super().__init__(trouble.text)
        self.trouble = trouble
        self.answers = answers


@dataclass(frozen=True)
class Desk:
    """What an attempt works with."""

    store: Writer
    clock: Clock
    site: SiteProfile
    shelf: Shelf
    mark: str
    """Who is to be signed in: the page must not show another identity."""
    pace: Pace
    draw: Callable[[], float]
    """From 0 to 1, by chance."""
    show: Callable[[str], None]
    """Tells the views what is being done."""
    puzzled: Puzzled
    """Told of a page that nobody here understands."""
    onward: bool = False
    """Whether the page just brought a picture, so that its own link to a fresh chat may do."""

    @property
    def sent_for_nothing(self) -> Rule:
        """When prompts that came to nothing stop an account."""
        return Rule(self.site.pace.fruitless, self.site.pace.fruitless_rest)

    @property
    def unsent(self) -> Rule:
        """When prompts that could not be sent stop an account."""
        return Rule(self.site.pace.fruitless, self.site.limits.stopped)


async def rest(desk: Desk, attempt: Attempt, trouble: Trouble, until: float) -> float:
    """A limit, a sign-out or a challenge stops the account, not a tab; returns until when."""
    now = desk.clock.now()
    tell_rest(trouble.outcome, now, until)
    since = None
    if trouble.outcome == Outcome.CAPPED:
        sends = await desk.store.do(accounts.sends, now, attempt.account, but=attempt.id)
        since = span_of(sends, now, until)
    await desk.store.do(
        accounts.rest,
        now,
        attempt.account,
        outcome=trouble.outcome.value,
        until=until,
        because=trouble.text,
        since=since,
    )
    return until


def tell_rest(outcome: Outcome, now: float, until: float) -> None:
    """Log that an account rests."""
    _log.warning("account_rests", outcome=outcome.value, seconds=round(until - now))


def stop_on_notice(desk: Desk, reading: Reading) -> None:
    """A limit or a sign-out may be why a page shows nothing.

    Raises:
        TroubleError: the page tells of one, or of anything else that went wrong.
        StepRefusedError: somebody else is signed in.
    """
    if wrong := judge.trouble_in_notices(desk.site, reading):
        raise TroubleError(wrong)
    if reading.shell and (reading.account or "") != desk.mark:
        raise StepRefusedError("another identity is signed in by now")
