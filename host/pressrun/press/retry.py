"""What becomes of an attempt that brings no picture: one table, and how long to wait.

`docs/retries.md` holds the same table, and a test compares the two.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from pressrun.sites.profile import FAILURES, LIMITS, Outcome


class BeforeSend(StrEnum):
    """What is done about an outcome while nothing was sent."""

    GO_BACK = "go back"
    """The job waits a little and is tried again; it counts against the job."""
    STOP = "stop"
    """The account rests; the job waits for it or for another account, and loses no try."""
    STOP_AND_KEEP = "stop and keep"
    """The same, and the page is kept for whoever mends the site profile."""


class AfterSend(StrEnum):
    """What is done about an outcome once Send was clicked."""

    REFUSE = "refuse"
    """The job is never sent again as it is."""
    RELOAD = "reload"
    """The chat is loaded anew at once, and what it says then counts."""
    RETRY = "retry"
    """The job is sent again after a while, a limited number of times."""
    ONCE = "once"
    """It is sent again once, when it is certain that no picture will come."""
    KEEP = "keep"
    """It may hold a picture: it is never sent again by itself, and its chat stays on record."""
    WAIT_OUT = "wait out"
    """The account rests, then the chat is read; a limit explains why it may hold no answer."""
    READ_LATER = "read later"
    """The account rests, then the chat is read: a picture may still come below the words."""
    LIMITED = "limited"
    """The account rests for as long as the site said; the job goes back and loses no try."""


class Row(NamedTuple):
    """What is done about one outcome, by when and where the page says so."""

    before: BeforeSend
    beside: AfterSend
    """Beside our turn, in a dialog, an alert or a toast: it says nothing about what was sent."""
    answer: AfterSend
    """In the answer to our turn, in the document that sent it; it may be about the document's own
    connection, while the site goes on."""
    beside_anew: AfterSend
    """Beside our turn, after the page was loaded anew."""
    answer_anew: AfterSend
    """In the answer, after the page was loaded anew."""


_STOP = BeforeSend.STOP
_REFUSE, _RELOAD, _WAIT_OUT = AfterSend.REFUSE, AfterSend.RELOAD, AfterSend.WAIT_OUT

_REFUSED = Row(_STOP, _REFUSE, _REFUSE, _REFUSE, _REFUSE)
_FAILURE = Row(BeforeSend.GO_BACK, _RELOAD, _RELOAD, AfterSend.RETRY, AfterSend.RETRY)
_LIMIT = Row(_STOP, _WAIT_OUT, AfterSend.READ_LATER, _WAIT_OUT, AfterSend.LIMITED)
_WORDS = Row(_STOP, _RELOAD, _RELOAD, AfterSend.ONCE, AfterSend.ONCE)
_UNREADABLE = Row(_STOP, _RELOAD, _RELOAD, AfterSend.KEEP, AfterSend.KEEP)
_AUTHOR = Row(BeforeSend.STOP_AND_KEEP, _WAIT_OUT, _WAIT_OUT, _WAIT_OUT, _WAIT_OUT)

TABLE: dict[Outcome, Row] = {
    **dict.fromkeys((each for each in Outcome if each != Outcome.MADE), _AUTHOR),
    **dict.fromkeys(FAILURES, _FAILURE),
    **dict.fromkeys(LIMITS, _LIMIT),
    Outcome.REFUSED: _REFUSED,
    Outcome.TEXT_ONLY: _WORDS,
    Outcome.UNREADABLE: _UNREADABLE,
}
"""Every outcome that is not a picture."""

FRUITLESS = (Outcome.TEXT_ONLY, Outcome.UNREADABLE)
"""Answers that count as prompts that came to nothing: several in a row stop the account."""

PATIENCE = 2
"""How often a job meets what may pass by itself, in a row, before its account has to wait."""


def before_send(outcome: Outcome, *, passes: bool, unsent: int) -> BeforeSend:
    """What is done about an outcome while nothing was sent.

    Args:
        outcome: what the page says.
        passes: whether it may pass by itself.
        unsent: how many attempts in a row before this one sent nothing.
    """
    return BeforeSend.GO_BACK if passes and unsent < PATIENCE else TABLE[outcome].before


def after_send(outcome: Outcome, *, in_answer: bool, anew: bool) -> AfterSend:
    """What is done about an outcome once Send was clicked.

    Args:
        outcome: what the page says.
        in_answer: whether it says so in the answer to our turn, and not beside it.
        anew: whether the page was loaded anew since Send.
    """
    row = TABLE[outcome]
    if anew:
        return row.answer_anew if in_answer else row.beside_anew
    return row.answer if in_answer else row.beside


@dataclass(frozen=True)
class Backoff:
    """How often something is tried, and how long is waited in between."""

    times: int
    first: float
    """Seconds after the first failure; twice as many after each further one."""
    most: float
    """Seconds, at most."""

    def due(self, now: float, tries: int, draw: float) -> float | None:
        """When to try again, or None when it was tried often enough.

        Args:
            now: the time.
            tries: how many attempts before this one counted against the job.
            draw: from 0 to 1, by chance: up to half of the wait is added, so that what failed
                together does not come again together.
        """
        if tries + 1 >= self.times:
            return None
        return now + min(self.most, self.first * 2.0**tries) * (1.0 + draw / 2)


UNSENT = Backoff(times=6, first=1.0, most=60.0)
"""An attempt that came back before anything was sent."""

SENT = Backoff(times=4, first=10.0, most=300.0)
"""An attempt that failed by the site's own word."""

WORDS = Backoff(times=2, first=10.0, most=10.0)
"""An attempt that the site answered with words only."""
