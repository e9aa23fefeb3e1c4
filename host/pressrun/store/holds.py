"""Jobs that wait for another panel: for the approval of its picture, or for the picture itself.

A picture is settled when it is its panel's own and no job is about to put another in its place; one
that the author approved gives its place to none. A picture that is sent with the next panel has to
be fit for that besides: no outlier is handed on that its batch holds or makes again, and nothing
that the author rejected. Where a drift holds a scene or a figure, its panels wait for the author
(`drifts.py`).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, or_, select, update

from pressrun.states import ACTIVE, BatchState, JobState, MarkState, Outliers, PictureState
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.offers import PROTECTED
from pressrun.store.tables import batches, images, is_one_of, jobs, marks


def hold(connection: Connection, now: float, batch: int, job: int | None = None) -> None:
    """Have no waiting job of a batch, or this one, begun whose other panels are not ready."""
    chosen = and_(jobs.c.batch_id == batch, is_one_of(jobs.c.state, JobState.WAITING), _NEEDS)
    if job is not None:
        chosen = and_(chosen, jobs.c.id == job)
    held = connection.execute(
        update(jobs).where(chosen, ~READY).values(state=JobState.HELD)
    ).rowcount
    if held:
        journal.write(connection, now, Event.JOBS_HELD, batch=batch, jobs=held)


def let_go(connection: Connection, now: float, batch: int) -> None:
    """Let go of every held job of a batch that waits for nothing any more."""
    held = and_(jobs.c.batch_id == batch, is_one_of(jobs.c.state, JobState.HELD))
    freed = connection.execute(
        update(jobs).where(held, READY).values(state=JobState.WAITING)
    ).rowcount
    if freed:
        journal.write(connection, now, Event.JOBS_LET_GO, batch=batch, jobs=freed)


def see(connection: Connection, now: float, library: str, key: str) -> None:
    """Hold or let go of what follows a panel whose picture or job is another one by now."""
    for row in connection.execute(_FOLLOWERS, {"library": library, "key": key}).all():
        _put(connection, now, row)


def _put(connection: Connection, now: float, row: Row[Any]) -> None:
    wanted = JobState.WAITING if row.ready else JobState.HELD
    if row.state == wanted:
        return
    connection.execute(_CHANGE, {"row": row.id, "state": wanted})
    event = Event.JOBS_LET_GO if row.ready else Event.JOBS_HELD
    journal.write(connection, now, event, batch=row.batch_id, job=row.id, jobs=1)


FEW = 32
"""So many panels are looked at one by one; of more, whole batches are."""


def see_all(connection: Connection, now: float, library: str, keys: Sequence[str]) -> None:
    """Hold or let go of what follows panels, or comes after their approval."""
    if len(keys) > FEW:
        for batch in connection.scalars(_OPEN, {"library": library}).all():
            hold(connection, now, batch)
            let_go(connection, now, batch)
        return
    for key in keys:
        see(connection, now, library, key)
        for row in connection.execute(_AFTER, {"library": library, "key": key}).all():
            _put(connection, now, row)


_others = jobs.alias("others")


def _is_wanted_anew(
    batch: ColumnElement[int], *states: JobState, but_repairs: bool
) -> ColumnElement[bool]:
    """Whether a job in one of these states is about to replace an image."""
    more = [_others.c.repair == 0] if but_repairs else []
    return (
        select(_others.c.id)
        .where(
            _others.c.batch_id == batch,
            _others.c.key == images.c.key,
            is_one_of(_others.c.state, *states),
            *more,
        )
        .correlate_except(_others)
        .exists()
    )


def settled(batch: ColumnElement[int], *, but_repairs: bool = False) -> ColumnElement[bool]:
    """Whether an image is a panel's own, and no job of a batch is about to take its place.

    Args:
        batch: its number.
        but_repairs: whether a repair counts for nothing: the author may end it by a word.
    """
    library = select(batches.c.library).where(batches.c.id == batch).correlate_except(batches)
    return and_(
        images.c.library == library.scalar_subquery(),
        is_one_of(images.c.place, PictureState.CURRENT),
        # what comes while an approved picture stands is offered, and takes no place by itself
        or_(
            PROTECTED,
            and_(
                # each of the two has an index of its own
                ~_is_wanted_anew(batch, *ACTIVE, but_repairs=but_repairs),
                ~_is_wanted_anew(batch, JobState.QUEUED, but_repairs=but_repairs),
            ),
        ),
    )


def fit(batch: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a settled image may be sent with the panel that follows it.

    A batch that only marks outliers hands on what it has. Any other waits for the mark of what came
    in since it began, and for the author where the mark says so.
    """
    stands_out = (
        select(marks.c.image_id)
        .where(
            marks.c.image_id == images.c.id,
            is_one_of(marks.c.state, MarkState.HELD, MarkState.REPAIRING),
            marks.c.settled_at.is_(None),
        )
        .correlate_except(marks)
        .exists()
    )
    return and_(
        images.c.rejected_at.is_(None),
        or_(
            images.c.approved_at.is_not(None),
            _of(batch, _chosen.c.outliers) == Outliers.MARK,
            and_(~_is_unseen(batch), ~stands_out),
        ),
    )


_chosen = batches.alias("chosen")


def _of(batch: ColumnElement[int], column: ColumnElement[Any]) -> ColumnElement[Any]:
    asked = select(column).where(_chosen.c.id == batch)
    return asked.correlate_except(_chosen).scalar_subquery()


def _is_unseen(batch: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an image came in since a batch began, and has no mark yet."""
    return and_(images.c.marked_by.is_(None), images.c.filed_at >= _of(batch, _chosen.c.created_at))


def _is_there(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    chosen = select(images.c.id).where(*more, settled(jobs.c.batch_id))
    return chosen.correlate_except(images).exists()


IS_PICTURED: ColumnElement[bool] = or_(
    jobs.c.before.is_(None), _is_there(images.c.key == jobs.c.before, fit(jobs.c.batch_id))
)
"""Whether the picture is there that a job is sent with, if it follows another panel."""

IS_COMPARED_FIRST: ColumnElement[bool] = and_(
    jobs.c.before.is_not(None),
    ~IS_PICTURED,
    _is_there(
        images.c.key == jobs.c.before,
        images.c.rejected_at.is_(None),
        _is_unseen(jobs.c.batch_id),
    ),
)
"""Whether a job waits only for the mark of the picture that it is sent with."""

IS_APPROVED: ColumnElement[bool] = or_(
    jobs.c.after.is_(None),
    _is_there(images.c.key == jobs.c.after, images.c.approved_at.is_not(None)),
)
"""Whether the picture is approved that a job comes after, if it comes after one."""

READY: ColumnElement[bool] = and_(jobs.c.drift_id.is_(None), IS_APPROVED, IS_PICTURED)
"""Whether a job waits for no other panel, and no drift holds it."""

_NEEDS = or_(jobs.c.after.is_not(None), jobs.c.before.is_not(None), jobs.c.drift_id.is_not(None))

_OPEN = select(batches.c.id).where(
    batches.c.library == bindparam("library"),
    is_one_of(batches.c.state, BatchState.RUNNING, BatchState.PAUSED),
)
_LINKED = select(jobs.c.id, jobs.c.batch_id, jobs.c.state, READY.label("ready")).where(
    jobs.c.batch_id.in_(_OPEN), is_one_of(jobs.c.state, JobState.WAITING, JobState.HELD)
)
_FOLLOWERS = _LINKED.where(jobs.c.before == bindparam("key"))
_AFTER = _LINKED.where(jobs.c.after == bindparam("key"))

_CHANGE = update(jobs).where(jobs.c.id == bindparam("row"))
