"""The author's orders on single panels: tried again, skipped, sooner or later."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, update

from pressrun.errors import NotFoundError
from pressrun.states import UNBEGUN, BatchState, JobChoice, JobState
from pressrun.store import batches as batch_operations
from pressrun.store import closing, holds, journal
from pressrun.store.journal import Event
from pressrun.store.tables import batches, is_one_of, jobs
from pressrun.words import no_batch


def order(
    connection: Connection,
    now: float,
    batch: int | None,
    keys: Sequence[str],
    choice: JobChoice,
) -> list[int]:
    """Carry out an order on panels of a batch; returns the jobs that it changed.

    Args:
        connection: the writer's.
        now: the time.
        batch: whose; None means the newest one of each list of the newest one's library.
        keys: the panels, or the scenes and pages whose panels are meant; to retry, none means all
            that failed.
        choice: what becomes of them.

    Raises:
        NotFoundError: there is no such batch, or it has ended and another one took its place.
    """
    meant = _newest(connection) if batch is None else [batch]
    rows = connection.execute(
        select(batches).where(batches.c.id.in_(meant)).order_by(batches.c.id)
    ).all()
    if not rows:
        raise NotFoundError(no_batch(batch))
    return [job for row in rows for job in _order(connection, now, row, keys, choice)]


def _newest(connection: Connection) -> list[int]:
    """The newest batch of each list of the library that the newest batch of all fills."""
    last = select(batches.c.library).order_by(batches.c.id.desc()).limit(1).scalar_subquery()
    newest = select(func.max(batches.c.id)).where(batches.c.library == last)
    return list(connection.scalars(newest.group_by(batches.c.source)))


def _order(
    connection: Connection,
    now: float,
    row: Row[tuple[object, ...]],
    keys: Sequence[str],
    choice: JobChoice,
) -> list[int]:
    """Carry out an order on panels of one batch."""
    chosen = _chosen(connection, row.id, keys, choice)
    if chosen and choice == JobChoice.RETRY:
        open_again(connection, now, row)
    for place, job in zip(_places(connection, row.id, len(chosen), choice), chosen, strict=True):
        connection.execute(
            update(jobs).where(jobs.c.id == job).values(**_change(now, choice, place))
        )
        journal.write(connection, now, Event.JOB_ORDERED, batch=row.id, job=job, order=choice)
    if chosen and choice == JobChoice.RETRY:
        holds.hold(connection, now, row.id)
    if chosen and choice == JobChoice.SKIP:
        holds.let_go(connection, now, row.id)
        closing.finish(connection, now, row.id)
    return chosen


def _chosen(
    connection: Connection, batch: int, keys: Sequence[str], choice: JobChoice
) -> list[int]:
    """The jobs that are meant, each the newest of its panel, in the order of making."""
    newest = jobs.alias()
    meant = select(jobs.c.id).where(
        jobs.c.batch_id == batch,
        jobs.c.outdated.is_(False),
        ~select(newest.c.id)
        .where(newest.c.batch_id == batch, newest.c.key == jobs.c.key, newest.c.id > jobs.c.id)
        .exists(),
    )
    if choice == JobChoice.RETRY:
        given_up = (JobState.FAILED, JobState.CANCELLED) if keys else (JobState.FAILED,)
        meant = meant.where(is_one_of(jobs.c.state, *given_up))
    else:
        meant = meant.where(is_one_of(jobs.c.state, *UNBEGUN))
    if keys or choice != JobChoice.RETRY:
        meant = meant.where(or_(*(_named(key) for key in keys)))
    return list(connection.scalars(meant.order_by(jobs.c.place)))


def _named(key: str) -> ColumnElement[bool]:
    return (jobs.c.key == key) | jobs.c.key.startswith(f"{key.rstrip('/')}/", autoescape=True)


def _places(connection: Connection, batch: int, count: int, choice: JobChoice) -> list[int | None]:
    """New places for so many jobs, or None for each that keeps its own."""
    if choice not in (JobChoice.FIRST, JobChoice.LAST):
        return [None] * count
    first, last = connection.execute(
        select(func.min(jobs.c.place), func.max(jobs.c.place)).where(
            jobs.c.batch_id == batch, is_one_of(jobs.c.state, JobState.WAITING)
        )
    ).one()
    begin = (first or 0) - count if choice == JobChoice.FIRST else (last or 0) + 1
    return list(range(begin, begin + count))


def _change(now: float, choice: JobChoice, place: int | None) -> dict[str, object]:
    match choice:
        case JobChoice.RETRY:
            waiting = {"state": JobState.WAITING, "tries": 0, "unsent": 0, "not_before": 0.0}
            return {**waiting, "account_id": None, "reason": None, "ended_at": None}
        case JobChoice.SKIP:
            return {"state": JobState.CANCELLED, "reason": "skipped, as you asked", "ended_at": now}
        case _:
            return {"place": place}


def open_again(connection: Connection, now: float, batch: Row[tuple[object, ...]]) -> None:
    """Have a batch run that has ended, with a row of `batches`.

    Raises:
        NotFoundError: another one works on its library.
    """
    if batch.state in batch_operations.OPEN:
        return
    other = connection.scalar(
        select(batches.c.id).where(
            batches.c.library == batch.library,
            batches.c.source == batch.source,
            batches.c.state.in_(batch_operations.OPEN),
        )
    )
    if other is not None:
        raise NotFoundError(
            f"batch {batch.id} has ended, and batch {other} now uses its folder; "
            f"nothing was changed. Use batch {other}, or run the prompt list again"
        )
    connection.execute(
        update(batches)
        .where(batches.c.id == batch.id)
        .values(state=BatchState.RUNNING, ended_at=None)
    )
    journal.write(connection, now, Event.BATCH_RUNNING, batch=batch.id)
