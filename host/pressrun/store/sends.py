"""What an account was sent over a period of time, and which limits it met: for a plot."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Connection, bindparam, select

from pressrun.errors import NotFoundError
from pressrun.states import Ending
from pressrun.store.accounts import DAY, LEARNED, LIMITS, SENDS, TAKEN, Limit
from pressrun.store.tables import accounts, attempts, limits

MOST_LIMITS = 200
"""The newest limits of a period that are told."""

PIECE = 5_000
"""How many sends are read at once: a batch that runs waits for no longer past."""


@dataclass(frozen=True)
class Period:
    """A period of time, in parts of equal length."""

    begin: float
    seconds: float
    """How long one part is."""
    parts: int

    @property
    def end(self) -> float:
        """When it is over."""
        return self.begin + self.seconds * self.parts


@dataclass(frozen=True)
class Past:
    """What an account was sent in a period."""

    sends: Sequence[int]
    """For each part, how many prompts the site took, or may have."""
    pictures: Sequence[int]
    """For each part, how many of these brought a picture."""
    times: Sequence[float]
    """When the site took them, and those of the day before the period; the oldest first."""
    limits: Sequence[Limit]
    """The newest that were met until its end, newest first; each ends when it really did."""


_TIMES = (
    select(attempts.c.submitting_at, attempts.c.ending == Ending.DONE)
    .where(
        attempts.c.account_id == bindparam("account"),
        attempts.c.submitting_at >= bindparam("begin"),
        attempts.c.submitting_at < bindparam("end"),
        TAKEN,
    )
    .order_by(attempts.c.submitting_at, attempts.c.id)
    .limit(PIECE)
    .offset(bindparam("but"))
)

_MET = (
    select(limits)
    .where(limits.c.account_id == bindparam("account"), limits.c.at < bindparam("end"))
    .order_by(limits.c.at.desc(), limits.c.id.desc())
    .limit(MOST_LIMITS)
)


def taken(
    connection: Connection, account: int, begin: float, end: float, but: int = 0
) -> list[tuple[float, bool]]:
    """When the site took prompts, and whether each brought a picture; a piece, the oldest first.

    Args:
        connection: the writer's.
        account: whose.
        begin: from when on.
        end: before when.
        but: how many of the first ones to pass over.
    """
    asked = {"account": account, "begin": begin, "end": end, "but": but}
    rows = connection.execute(_TIMES, asked)
    return [(at, bool(made)) for at, made in rows]


def met(connection: Connection, account: int, end: float) -> list[Limit]:
    """The newest limits that an account met before a moment, the newest first.

    Raises:
        NotFoundError: there is no such account.
    """
    if connection.scalar(select(accounts.c.id).where(accounts.c.id == account)) is None:
        raise NotFoundError(f"there is no account {account}")
    rows = connection.execute(_MET, {"account": account, "end": end})
    return [Limit(row.at, row.outcome, row.until, row.tabs, row.since) for row in rows]


def gathered(period: Period, sent: Sequence[tuple[float, bool]], limits: Sequence[Limit]) -> Past:
    """What was sent and met, by the parts of a period.

    Args:
        period: of which time.
        sent: what `taken` told of it and of the day before, the oldest first.
        limits: what `met` told.
    """
    sends, pictures = [0] * period.parts, [0] * period.parts
    for at, made in sent:
        if at >= period.begin:
            # the last moment may be rounded up into a part that is not there
            part = min(int((at - period.begin) / period.seconds), period.parts - 1)
            sends[part] += 1
            pictures[part] += made
    times = [at for at, _ in sent]
    return Past(sends, pictures, times, [_ended(each, times) for each in limits])


def known_at(sent: Past, at: float) -> tuple[tuple[float, ...], tuple[Limit, ...]]:
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
