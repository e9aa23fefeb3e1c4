"""When a batch is done: nothing of it is left to make, nor to look at."""

from sqlalchemy import Connection, bindparam, select, update

from pressrun.states import (
    ACTIVE,
    OPEN_JOBS,
    BatchState,
    JobState,
    MarkState,
    Outliers,
    PictureState,
)
from pressrun.store import holds, journal
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, images, is_not, is_one_of, jobs, marks


def finish(connection: Connection, now: float, batch: int) -> bool:
    """Let go of the jobs whose panel has no other any more; close a batch without an open job.

    One that holds outliers or makes them again is not done before its pictures have marks. A repair
    that came to nothing leaves its panel as it was.

    Returns:
        Whether the batch was closed.
    """
    end_repairs(connection, now, batch)
    for job in connection.scalars(_FOLLOWING, {"batch": batch}).all():
        connection.execute(update(jobs).where(jobs.c.id == job).values(state=JobState.WAITING))
        holds.hold(connection, now, batch, job)
    if connection.scalar(_ONE_OPEN, {"batch": batch}) is not None:
        return False
    if is_unmarked(connection, batch):
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


def end_repairs(connection: Connection, now: float, batch: int) -> None:
    """Have what a batch was repairing stay as it is, where nothing makes it again any more."""
    for row in connection.execute(_REPAIRED_IN_VAIN, {"batch": batch}).all():
        connection.execute(_STAYS, {"image": row.id})
        # its panel counts as made
        connection.execute(_GIVE_UP, {"of": batch, "panel": row.key})
        connection.execute(_COUNT, {"row": row.job_id})
        told = {"sha256": row.sha256, "state": MarkState.MARKED}
        journal.write(connection, now, Event.IMAGE_MARKED, batch=batch, job=row.job_id, **told)
        holds.see(connection, now, row.library, row.key)


def is_unmarked(connection: Connection, batch: int) -> bool:
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

_open = jobs.alias("open_jobs")
_REPAIRED_IN_VAIN = (
    select(images.c.id, images.c.key, images.c.library, images.c.sha256, attempts.c.job_id)
    .select_from(marks)
    .join(images, images.c.id == marks.c.image_id)
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .where(
        is_one_of(marks.c.state, MarkState.REPAIRING),
        # those in style are left out of the index
        is_not(marks.c.state, MarkState.IN_STYLE),
        is_one_of(images.c.place, PictureState.CURRENT),
        jobs.c.batch_id == bindparam("batch"),
        ~select(_open.c.id)
        .where(
            _open.c.batch_id == jobs.c.batch_id,
            _open.c.key == jobs.c.key,
            is_one_of(_open.c.state, *OPEN_JOBS),
        )
        .exists(),
    )
)
_STAYS = update(marks).where(marks.c.image_id == bindparam("image")).values(state=MarkState.MARKED)
_GIVE_UP = (
    update(jobs)
    .where(
        jobs.c.batch_id == bindparam("of"),
        jobs.c.key == bindparam("panel"),
        jobs.c.repair > 0,
        jobs.c.outdated.is_(False),
    )
    .values(outdated=True)
)
_COUNT = update(jobs).where(jobs.c.id == bindparam("row")).values(outdated=False)

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
