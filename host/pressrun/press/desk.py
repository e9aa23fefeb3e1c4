"""What one attempt works with: its page, the store, the shelf, the clock, and verbs over them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog

from pressrun.clock import Clock
from pressrun.library.shelf import Shelf
from pressrun.press.allowance import span_of
from pressrun.press.pace import Pace
from pressrun.press.page import Page, StepRefusedError, see
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge
from pressrun.sites.binding import Exchange, Tie, exchange
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import FAILURES, Outcome, SiteProfile
from pressrun.states import Step
from pressrun.store import accounts, attempts
from pressrun.store.attempts import Attempt
from pressrun.store.breaker import Rule
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.attempt")

Puzzled = Callable[[Page], Awaitable[None]]

P = ParamSpec("P")
T = TypeVar("T")


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

    attempt: Attempt
    page: Page
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
    keeps: Puzzled
    """Keeps a page that nobody here understands."""
    onward: bool = False
    """Whether the page just brought a picture, so that its own link to a fresh chat may do."""

    @property
    def now(self) -> float:
        """The time."""
        return self.clock.now()

    async def write(
        self,
        operation: Callable[Concatenate[Any, float, Attempt, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Have the store do something about this attempt, now; it is on disk when this returns."""
        return await self.store.do(operation, self.now, self.attempt, *args, **kwargs)

    async def advance(self, step: Step, **facts: str | int | None) -> None:
        """Put the next step on disk, with what became known with it."""
        await self.write(attempts.advance, self.page.document, step, **facts)

    def exchange(self, reading: Reading, tie: Tie = Tie.SENT) -> Exchange | None:
        """Our turn and its answers in the chat that a page shows; None where there is none."""
        return exchange(reading, self.attempt.words, tie, self.attempt.before)

    async def load(self, conversation: str) -> None:
        """Load a chat of the site's by its name."""
        await self.page.go(self.site.conversation_url.format(conversation=conversation))

    async def see(
        self,
        look: Callable[[Reading], T | None],
        *,
        within: float,
        what: str,
        poll: float | None = None,
    ) -> T:
        """Watch the page until `look` makes something of a reading, and return that.

        Raises:
            NotSeenError: it did not within `within` seconds; `what` tells what was waited for.
            PageLostError: the document is gone.
        """
        every = self.site.limits.poll if poll is None else min(poll, self.site.limits.poll)
        return await see(self.page, look, within=within, poll=every, what=what)

    def stop_on_notice(self, reading: Reading) -> None:
        """Raise if the page says why it shows nothing: a limit, or a sign-out.

        Raises:
            TroubleError: the page tells of one, or of anything else that went wrong.
            StepRefusedError: somebody else is signed in.
        """
        if wrong := judge.trouble_in_notices(self.site, reading):
            raise TroubleError(wrong)
        self._stop_on_another(reading)

    def stop_on_limit(self, reading: Reading) -> None:
        """Raise if the page says why it shows nothing of what is looked for, as `stop_on_notice`.

        That one chat cannot be shown, or that something went wrong in it, says nothing about what
        was sent in another.

        Raises:
            TroubleError: the page tells of a limit, a sign-out or a dialog.
            StepRefusedError: somebody else is signed in.
        """
        wrong = judge.trouble_in_notices(self.site, reading)
        if wrong is not None and wrong.outcome not in (*FAILURES, Outcome.REFUSED):
            raise TroubleError(wrong)
        self._stop_on_another(reading)

    def _stop_on_another(self, reading: Reading) -> None:
        if reading.shell and (reading.account or "") != self.mark:
            raise StepRefusedError("somebody else is signed in by now")

    async def keep_page(self) -> None:
        """Keep the page, which nobody here understands, for whoever mends the site profile."""
        await self.keeps(self.page)

    async def rest(self, trouble: Trouble, until: float) -> None:
        """Stop the account, not a tab, for a limit, a sign-out or a challenge."""
        now, account = self.now, self.attempt.account
        tell_rest(trouble.outcome, now, until)
        since = None
        if trouble.outcome == Outcome.CAPPED:
            sends = await self.store.do(accounts.sends, now, account, but=self.attempt.id)
            since = span_of(sends, now, until)
        await self.store.do(
            accounts.rest,
            now,
            account,
            outcome=trouble.outcome.value,
            until=until,
            because=trouble.text,
            since=since,
        )

    @property
    def sent_for_nothing(self) -> Rule:
        """When prompts that came to nothing stop an account."""
        return Rule(self.site.pace.fruitless, self.site.pace.fruitless_rest)

    @property
    def unsent(self) -> Rule:
        """When prompts that could not be sent stop an account."""
        return Rule(self.site.pace.fruitless, self.site.limits.stopped)


def tell_rest(outcome: Outcome, now: float, until: float) -> None:
    """Log that an account rests."""
    _log.warning("account_rests", outcome=outcome.value, seconds=round(until - now))
