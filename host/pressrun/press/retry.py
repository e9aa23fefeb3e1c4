"""What becomes of a job after an attempt: plain functions of what is known.

`docs/retries.md` holds the same table, and a test holds the two against each other.
"""

from dataclasses import dataclass
from enum import StrEnum

from pressrun.sites.profile import Care, Outcome


class Then(StrEnum):
    """What is done about a job after an outcome that is no picture."""

    REFUSE = "refuse"
    """It is never sent again as it is."""
    RETRY = "retry"
    """It is sent again after a while, so often and no more."""
    ONCE = "once"
    """It is sent again once, and then waits for the author."""
    KEEP = "keep"
    """It may have come to a picture: it is never sent again, and its chat stays on record."""
    REST = "rest"
    """The account waits, not the job, and no attempt is lost."""
    AUTHOR = "author"
    """Nothing that could be sent would help: it waits for the author."""


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
"""An attempt that the site failed, by its own word."""


WORDS = Backoff(times=2, first=10.0, most=10.0)
"""An attempt that the site answered with words only."""


def then(outcome: Outcome) -> Then:
    """What is done about a job after an outcome that is no picture."""
    if outcome == Outcome.REFUSED:
        return Then.REFUSE
    if outcome == Outcome.TEXT_ONLY:
        return Then.ONCE
    if outcome == Outcome.UNREADABLE:
        return Then.KEEP
    return {Care.AGAIN: Then.RETRY, Care.REST: Then.REST}.get(outcome.care, Then.AUTHOR)
