"""What an account was sent over a span of time, and which limits it met: for a plot."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Connection, Integer, bindparam, case, cast, func, select

from pressrun.errors import NotFoundError
from pressrun.states import Ending
from pressrun.store.accounts import DAY, LEARNED, LIMITS, SENDS, TAKEN, Limit
from pressrun.store.tables import accounts, attempts, limits

MOST_LIMITS = 200
"""The newest limits of a span that are told."""

MOST_SENDS = 50_000
"""The newest sends of a span that what an account may do is computed from."""


@dataclass(frozen=True)
class Span:
    """A span of time, in parts of equal length."""

    begin: float
    seconds: float
    """How long one part is."""
    parts: int

    @property
    def end(self) -> float:
        """When it is over."""
        return self.begin + self.seconds * self.parts


@dataclass(frozen=True)
class Sent:
    """What an account was sent in a span."""

    sends: Sequence[int]
    """For each part, how many prompts the site took, or may have."""
    pictures: Sequence[int]
    """For each part, how many of these brought a picture."""
    times: Sequence[float]
    """When the site took them, and those of the day before the span; the oldest first."""
    limits: Sequence[Limit]
    """The newest that were met until its end, newest first; each ends when it really did."""


_PART = cast((attempts.c.submitting_at - bindparam("begin")) / bindparam("seconds"), Integer)

_COUNTED = (
    select(
        _PART.label("part"),
        func.count().label("sends"),
        func.sum(case((attempts.c.ending == Ending.DONE, 1), else_=0)).label("pictures"),
    )
    .where(
        attempts.c.account_id == bindparam("account"),
        attempts.c.submitting_at >= bindparam("begin"),
        attempts.c.submitting_at < bindparam("end"),
        TAKEN,
    )
    .group_by(_PART)
)

_TIMES = (
    select(attempts.c.submitting_at)
    .where(
        attempts.c.account_id == bindparam("account"),
        attempts.c.submitting_at > bindparam("begin") - DAY,
        attempts.c.submitting_at < bindparam("end"),
        TAKEN,
    )
    .order_by(attempts.c.submitting_at.desc())
    .limit(MOST_SENDS)
)

_MET = (
    select(limits)
    .where(limits.c.account_id == bindparam("account"), limits.c.at < bindparam("end"))
    .order_by(limits.c.at.desc(), limits.c.id.desc())
    .limit(MOST_LIMITS)
)


def over(connection: Connection, account: int, span: Span) -> Sent:
    """What an account was sent over a span of time.

    Raises:
        NotFoundError: there is no such account.
    """
    if connection.scalar(select(accounts.c.id).where(accounts.c.id == account)) is None:
        raise NotFoundError(f"there is no account {account}")
    asked = {"account": account, "begin": span.begin, "end": span.end}
    sends, pictures = [0] * span.parts, [0] * span.parts
    for row in connection.execute(_COUNTED, {**asked, "seconds": span.seconds}):
        # the last moment may be rounded up into a part that is not there
        part = min(row.part, span.parts - 1)
        sends[part] += row.sends
        pictures[part] += row.pictures
    times = connection.scalars(_TIMES, asked).all()
    times = connection.scalars(_TIMES, asked).all()[::-1]
    met = [
        _ended(Limit(row.at, row.outcome, row.until, row.tabs, row.since), times)
        for row in connection.execute(_MET, {"account": account, "end": span.end})
    ]
    return Sent(sends, pictures, times, met)


def known_at(sent: Sent, at: float) -> tuple[tuple[float, ...], tuple[Limit, ...]]:
    """What was known at a moment of an account: its sends of the last day and its limits.

    As a ledger has them: the newest first, and no more than matter.
    """
    end = bisect_right(sent.times, at)
    begin = max(bisect_right(sent.times, at - DAY), end - SENDS)
    met = (each for each in sent.limits if each.at <= at and each.outcome in LEARNED)
    return tuple(reversed(sent.times[begin:end])), tuple(islice(met, LIMITS))


def _ended(limit: Limit, times: Sequence[float]) -> Limit:
    """A limit that ended when it really did: the author may have ended what waits for an author.

    What the site asked for ends when the site says so, and not before.
    """
    after = bisect_right(times, limit.at)
    if limit.outcome in LEARNED or after == len(times):
        return limit
    return replace(limit, until=min(limit.until, times[after]))
