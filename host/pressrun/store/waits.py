"""Everything that waits for a time of day."""

from sqlalchemy import Connection, func, or_, update

from pressrun.states import JobState
from pressrun.store import journal
from pressrun.store.accounts import DAY
from pressrun.store.journal import Event
from pressrun.store.tables import accounts, attempts, is_one_of, jobs, limits


def shorten(connection: Connection, now: float, most: float) -> None:
    """End every wait after `most` seconds at the latest, what limits tell as well.

    A version that believed whatever a page told may have left waits of thousands of years.
    """
    until = now + most
    shortened = (
        update(jobs)
        .where(is_one_of(jobs.c.state, JobState.WAITING), jobs.c.not_before > until)
        .values(not_before=until),
        update(attempts)
        .where(attempts.c.ending.is_(None), attempts.c.look_at > until)
        .values(look_at=until),
        update(accounts).where(accounts.c.rests_until > until).values(rests_until=until),
        update(limits)
        .where(or_(limits.c.until > limits.c.at + most, limits.c.at > until))
        .values(at=func.min(limits.c.at, now), until=func.min(limits.c.at, now) + most),
    )
    if rows := sum(connection.execute(each).rowcount for each in shortened):
        journal.write(connection, now, Event.WAITS_SHORTENED, rows=rows)


def move(connection: Connection, now: float, by: float) -> None:
    """Move every time that is still to come by `by` seconds."""
    connection.execute(
        update(jobs)
        .where(is_one_of(jobs.c.state, JobState.WAITING), jobs.c.not_before > now)
        .values(not_before=jobs.c.not_before + by)
    )
    connection.execute(
        update(attempts)
        .where(attempts.c.ending.is_(None), attempts.c.look_at > now)
        .values(look_at=attempts.c.look_at + by)
    )
    connection.execute(
        update(accounts)
        .where(accounts.c.rests_until > now)
        .values(rests_until=accounts.c.rests_until + by)
    )
    # what was sent and met before the clock was set back is as long ago as it was
    connection.execute(
        update(attempts)
        .where(attempts.c.submitting_at > now + by - DAY)
        .values(submitting_at=attempts.c.submitting_at + by)
    )
    connection.execute(
        update(limits)
        .where(limits.c.until > now + by - DAY)
        .values(at=limits.c.at + by, until=limits.c.until + by, since=limits.c.since + by)
    )
    journal.write(connection, now, Event.CLOCK_SET_BACK, by=by)
