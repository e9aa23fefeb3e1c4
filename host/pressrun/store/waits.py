"""Everything that waits for a time of day."""

from sqlalchemy import Connection, update

from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import JobState, accounts, attempts, is_one_of, jobs


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
    journal.write(connection, now, Event.CLOCK_SET_BACK, by=by)
