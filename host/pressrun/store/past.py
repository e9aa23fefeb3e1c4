"""What accounts needed for their pictures, for a forecast of what is to come."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from pressrun.states import Ending, JobState
from pressrun.store.tables import accounts, attempts, batches, jobs

ATTEMPTS = 400
"""So many of the last attempts tell how long a picture takes."""


@dataclass(frozen=True)
class Taken:
    """What one attempt took, and of which batch it was."""

    batch: int
    seconds: float
    made: bool


def taken(connection: Connection, of: Collection[int]) -> list[Taken]:
    """The last attempts of these accounts that have ended, the newest first.

    A tab is taken until the next attempt on it begins: what is looked into later, or filed beside
    it, holds it no longer.
    """
    last = (
        select(
            attempts.c.id,
            attempts.c.job_id,
            attempts.c.account_id,
            attempts.c.tab,
            attempts.c.started_at,
            attempts.c.ended_at,
            attempts.c.ending,
        )
        .where(attempts.c.account_id.in_(of))
        .order_by(attempts.c.id.desc())
        .limit(ATTEMPTS)
        .subquery()
    )
    next_start = func.lead(last.c.started_at).over(
        partition_by=(last.c.account_id, last.c.tab), order_by=last.c.id
    )
    rows = connection.execute(
        select(
            jobs.c.batch_id,
            last.c.started_at,
            last.c.ended_at,
            last.c.ending,
            next_start.label("next"),
        )
        .join(jobs, jobs.c.id == last.c.job_id)
        .order_by(last.c.id.desc())
    ).all()
    return [
        Taken(
            row.batch_id,
            max(0.0, min(row.ended_at, row.next or row.ended_at) - row.started_at),
            row.ending == Ending.DONE,
        )
        for row in rows
        if row.ended_at is not None
    ]


def last_seen(connection: Connection, site: str) -> list[int]:
    """The account that was last signed in on a site; none when nobody ever was."""
    found = select(accounts.c.id).where(accounts.c.site == site)
    return list(connection.scalars(found.order_by(accounts.c.seen_at.desc()).limit(1)))


def failed(connection: Connection, keys: Collection[str], library: str) -> set[str]:
    """Which of these panels were given up when they were last tried."""
    found: dict[str, str] = {}
    rows = connection.execute(
        select(jobs.c.key, jobs.c.state)
        .join(batches)
        .where(batches.c.library == library)
        .order_by(jobs.c.id)
    )
    for row in rows:
        found[row.key] = row.state
    return {key for key in keys if found.get(key) == JobState.FAILED}
