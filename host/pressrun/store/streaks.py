"""Streaks: how many attempts of an account came to nothing, one after the other."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, select

from pressrun.states import Ending
from pressrun.store.tables import attempts, jobs

LOOKED_AT = 100
"""So many of the newest attempts are looked at; a longer streak is told as that many."""

FAILING = (Ending.FAILED, Ending.RETURNED, Ending.UNSENT)
"""The endings that say nothing good; a limit, a refusal and the author's word say nothing bad."""


@dataclass(frozen=True)
class Streak:
    """Attempts of an account that came to nothing since the last picture."""

    attempts: int
    reason: str
    """Of the last one."""


def failing(connection: Connection, since: float) -> dict[int, Streak]:
    """The streak of each account that made no picture with its last attempts, since a time."""
    over: set[int] = set()
    returned: Counter[int] = Counter()
    found: dict[int, Streak] = {}
    for row in connection.execute(_NEWEST):
        if row.started_at < since or row.account_id in over:
            continue
        if row.ending not in {*FAILING, Ending.DONE}:
            continue
        if row.ending == Ending.DONE:
            over.add(row.account_id)
            continue
        if row.ending == Ending.RETURNED:
            returned[row.job_id] += 1
            if returned[row.job_id] > row.unsent:
                # a pause or a limit, which no page is to blame for
                continue
        before = found.get(row.account_id)
        found[row.account_id] = Streak(
            before.attempts + 1 if before else 1, before.reason if before else row.reason or ""
        )
    return found


# without the time: SQLite would walk through all attempts that there ever were for the newest few
_NEWEST = (
    select(
        attempts.c.account_id,
        attempts.c.job_id,
        attempts.c.ending,
        attempts.c.reason,
        attempts.c.started_at,
        jobs.c.unsent,
    )
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .where(attempts.c.ending.is_not(None))
    .order_by(attempts.c.id.desc())
    .limit(LOOKED_AT)
)
