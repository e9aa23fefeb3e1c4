"""When a batch is done: nothing of it is left to make, nor to look at."""

from sqlalchemy import Connection, bindparam, select, update

from pressrun.states import ACTIVE, OPEN_JOBS, BatchState, JobState, Outliers, PictureState
from pressrun.store import holds, journal
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs


def finish(connection: Connection, now: float, batch: int) -> bool:
    """Let go of the jobs whose panel has no other any more; close a batch without an open job.

    One that holds outliers or makes them again is not done before its pictures have marks.

    Returns:
        Whether the batch was closed.
    """
    for job in connection.scalars(_FOLLOWING, {"batch": batch}).all():
        connection.execute(update(jobs).where(jobs.c.id == job).values(state=JobState.WAITING))
        holds.hold(connection, now, batch, job)
    if connection.scalar(_ONE_OPEN, {"batch": batch}) is not None:
        return False
    if _is_unmarked(connection, batch):
        return False
    closed = connection.execute(
        update(batches)
        .where(
            batches.c.id == batch, is_one_of(batches.c.state, BatchState.RUNNING, BatchState.PAUSED)
        )
        .values(state=BatchState.DONE, ended_at=now)
    )
    if closed.rowcount:
        journal.write(connection, now, Event.BATCH_DONE, batch=batch)
    return bool(closed.rowcount)


def _is_unmarked(connection: Connection, batch: int) -> bool:
    """Whether a picture of a batch is still to be looked at, of which something may come."""
    outliers, began = connection.execute(_CHOICE, {"batch": batch}).one()
    if outliers == Outliers.MARK:
        return False
    return connection.scalar(_ONE_UNMARKED, {"batch": batch, "began": began}) is not None


_earlier = jobs.alias("earlier")

_FOLLOWING = select(jobs.c.id).where(
    jobs.c.batch_id == bindparam("batch"),
    is_one_of(jobs.c.state, JobState.QUEUED),
    ~select(_earlier.c.id)
    .where(
        _earlier.c.batch_id == jobs.c.batch_id,
        _earlier.c.key == jobs.c.key,
        is_one_of(_earlier.c.state, *ACTIVE),
    )
    .exists(),
)

_ONE_OPEN = (
    select(jobs.c.id)
    .where(jobs.c.batch_id == bindparam("batch"), is_one_of(jobs.c.state, *OPEN_JOBS))
    .limit(1)
)

_CHOICE = select(batches.c.outliers, batches.c.created_at).where(batches.c.id == bindparam("batch"))

# unmarked pictures that are newer than a batch are few, however many it has
_unmarked = (
    select(images.c.attempt_id)
    .where(
        is_one_of(images.c.place, PictureState.CURRENT),
        images.c.marked_by.is_(None),
        images.c.filed_at >= bindparam("began"),
    )
    .cte("unmarked")
)
_ONE_UNMARKED = (
    select(attempts.c.id)
    .select_from(_unmarked)
    .join(attempts, attempts.c.id == _unmarked.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .where(jobs.c.batch_id == bindparam("batch"))
    .limit(1)
)
