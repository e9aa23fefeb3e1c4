"""Breakers: what stops when nobody understands what becomes of it, whatever the page says.

A prompt that was sent, watched to the end, and came to neither a picture nor an outcome that is
known is *fruitless*. So many in a row stop their account; after its rest one prompt is sent at a
time until one brings a picture. A job is not sent a third time after two such prompts. What was
only cut off, by a page, a host or a machine that went away, counts for nothing here.
"""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, bindparam, func, insert, select, update

from pressrun.states import JobState
from pressrun.store import accounts as account_operations
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import accounts, attempts, builds, is_one_of, jobs, limits

FRUITLESS = "fruitless"
UNKNOWN = "unknown"
"""The outcomes for which an account stops here, as `sites.profile.Outcome` has them."""

LOOK = "; `pressrun site check` tells what the page shows"
"""What the author can do about it."""

SPENT = 2
"""A job of which so many prompts were fruitless is not sent again without its author."""


@dataclass(frozen=True)
class Rule:
    """When an account stops, and for how long."""

    times: int
    """After so many in a row."""
    rest: float
    """Seconds; twice as long after each further one, for a day at most."""

    def until(self, now: float, count: int) -> float | None:
        """When the rest ends that begins after so many in a row, or None when there is none."""
        if count < self.times:
            return None
        longer = 2.0 ** min(count - self.times, 32)
        return now + min(account_operations.DAY, self.rest * longer)


def fruitless(
    connection: Connection, now: float, account: int, reason: str, rule: Rule
) -> float | None:
    """A prompt came to nothing; returns until when its account stops for it, if it does."""
    count = _count(connection, account, accounts.c.fruitless)
    until = rule.until(now, count)
    if until is not None:
        because = f"{count} prompts in a row were sent without a clear result: {reason}{LOOK}"
        _stop(connection, now, account, FRUITLESS, until, because)
    return until


def unsent(
    connection: Connection, now: float, account: int, reason: str, rule: Rule
) -> float | None:
    """A prompt could not be sent; returns until when its account stops for it, if it does."""
    count = _count(connection, account, accounts.c.unsent)
    until = rule.until(now, count)
    if until is not None:
        because = f"a prompt could not be sent {count} times in a row: {reason}{LOOK}"
        _stop(connection, now, account, UNKNOWN, until, because)
    return until


def sending(connection: Connection, account: int) -> None:
    """A prompt is about to be sent: the page can be worked."""
    connection.execute(_SENDING, {"row": account})


def understood(connection: Connection, account: int) -> None:
    """A prompt came to a picture, or to an outcome that is known."""
    connection.execute(_UNDERSTOOD, {"row": account})


def prove(connection: Connection, account: int, build: str | None) -> None:
    """A prompt brought a picture: the build of the page that it was sent on is understood."""
    understood(connection, account)
    if build and not is_proved(connection, account, build):
        connection.execute(insert(builds).values(account_id=account, build=build))


def is_proved(connection: Connection, account: int, build: str) -> bool:
    """Whether a build of the page has brought an account a picture."""
    return connection.execute(_PROVED, {"account": account, "build": build}).first() is not None


def is_tried(connection: Connection, account: int, build: str) -> bool:
    """Whether an attempt of an account is under way on a build of the page."""
    return connection.execute(_TRIED, {"account": account, "build": build}).first() is not None


def is_understood(connection: Connection, account: int) -> bool:
    """Whether the last prompt of an account that was watched to its end came to what is known."""
    count: int = connection.execute(_FRUITLESS, {"row": account}).scalar_one()
    return count == 0


def is_spent(connection: Connection, job: int) -> bool:
    """Whether a job was sent so often for nothing that its author has to say what becomes of it."""
    return connection.execute(_SPENT, {"job": job}).scalar_one() >= SPENT


def lift(connection: Connection, now: float) -> list[int]:
    """Let accounts go on that stopped for pages that were not understood; returns which.

    The pages are read by another profile now; one prompt at a time tells whether that helps.
    """
    stopped = connection.execute(_STOPPED, {"now": now}).all()
    chosen = [row.id for row in stopped if row.outcome in (FRUITLESS, UNKNOWN)]
    for number in chosen:
        connection.execute(update(accounts).where(accounts.c.id == number).values(rests_until=now))
        because = "the site profile has changed"
        journal.write(
            connection, now, Event.ACCOUNT_RESTS, account=number, until=now, because=because
        )
    return chosen


def _count(connection: Connection, account: int, column: Column[int]) -> int:
    row = accounts.c.id == account
    connection.execute(update(accounts).where(row).values({column: column + 1}))
    return connection.execute(select(column).where(row)).scalar_one()


def _stop(
    connection: Connection, now: float, account: int, outcome: str, until: float, because: str
) -> None:
    account_operations.rest(connection, now, account, outcome=outcome, until=until, because=because)


# built once, as in `attempts.py`
_SENDING = (
    update(accounts)
    .where(accounts.c.id == bindparam("row"), accounts.c.unsent > 0)
    .values(unsent=0)
)
_UNDERSTOOD = (
    update(accounts)
    .where(accounts.c.id == bindparam("row"), accounts.c.fruitless > 0)
    .values(fruitless=0)
)
_PROVED = select(builds.c.build).where(
    builds.c.account_id == bindparam("account"), builds.c.build == bindparam("build")
)
_TRIED = (
    select(attempts.c.id)
    .join(jobs)
    .where(
        attempts.c.ending.is_(None),
        attempts.c.account_id == bindparam("account"),
        attempts.c.build == bindparam("build"),
        is_one_of(jobs.c.state, JobState.WORKING),
    )
    .limit(1)
)
_FRUITLESS = select(accounts.c.fruitless).where(accounts.c.id == bindparam("row"))
_SPENT = select(func.count()).where(
    attempts.c.job_id == bindparam("job"), attempts.c.fruitless.is_(True)
)
_NEWEST = (
    select(limits.c.outcome)
    .where(limits.c.account_id == accounts.c.id)
    .order_by(limits.c.at.desc(), limits.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_STOPPED = select(accounts.c.id, _NEWEST.label("outcome")).where(
    accounts.c.rests_until > bindparam("now")
)
