"""Panels that come after the approval of another one's picture.

An approval is of one picture: a panel that is made anew needs another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    select,
    update,
)

from pressrun.errors import NotFoundError
from pressrun.states import OPEN_JOBS, JobState, PictureState
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs


@dataclass(frozen=True)
class Asked:
    """A picture that waits for the author's approval, and what waits with it."""

    key: str
    panels: int
    """How many come right after it."""


def approve(
    connection: Connection, now: float, batch: int | None, keys: Sequence[str]
) -> list[int]:
    """Let go of what comes after these panels; returns the jobs that made their pictures.

    What is approved already stays so.

    Args:
        connection: the writer's.
        now: the time.
        batch: for whose folder the pictures are; None means the newest in which something waits
            for them, or else the newest one.
        keys: the panels, or the scenes and pages whose panels are meant.

    Raises:
        NotFoundError: one of them names no picture that is made and wanted; none was approved.
    """
    fault = "there is no batch yet"
    for each in connection.scalars(_BATCHES).all() if batch is None else [batch]:
        found = dict[int, Row[Any]]()
        missing = ""
        for key in keys:
            rows = connection.execute(_MADE, {"batch": each, "key": key, "below": f"{key}/"}).all()
            missing = missing or ("" if rows else key)
            found |= {row.id: row for row in rows}
        if not missing:
            return [_approve(connection, now, each, row) for row in found.values()]
        fault = f"{missing} has no picture to approve yet; nothing was changed"
    raise NotFoundError(fault)


def _approve(connection: Connection, now: float, batch: int, image: Row[Any]) -> int:
    connection.execute(
        update(images)
        .where(images.c.id == image.id, images.c.approved_at.is_(None))
        .values(approved_at=now)
    )
    connection.execute(
        update(jobs)
        .where(
            jobs.c.batch_id == batch,
            is_one_of(jobs.c.state, JobState.HELD),
            jobs.c.after == image.key,
        )
        .values(state=JobState.WAITING)
    )
    job: int = image.job_id
    journal.write(connection, now, Event.JOB_APPROVED, batch=batch, job=job)
    return job


def hold(connection: Connection, now: float, batch: int, job: int | None = None) -> None:
    """Have no waiting job of a batch, or this one, begun whose other panel is not approved."""
    chosen = and_(
        jobs.c.batch_id == batch,
        is_one_of(jobs.c.state, JobState.WAITING),
        jobs.c.after.is_not(None),
        ~_approved(),
    )
    if job is not None:
        chosen = and_(chosen, jobs.c.id == job)
    held = connection.execute(update(jobs).where(chosen).values(state=JobState.HELD)).rowcount
    if held:
        journal.write(connection, now, Event.JOBS_HELD, batch=batch, jobs=held)


def asked(connection: Connection, batch: int) -> Asked | None:
    """The picture for whose approval most panels wait; None when none of those is made."""
    row = connection.execute(_ASKED, {"batch": batch}).first()
    return None if row is None else Asked(row.after, row.panels)


_others = jobs.alias("others")


def _stays(batch: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an image is a panel's own, and no other is about to take its place."""
    library = select(batches.c.library).where(batches.c.id == batch).correlate_except(batches)
    wanted_anew = (
        select(_others.c.id)
        .where(
            _others.c.batch_id == batch,
            _others.c.key == images.c.key,
            is_one_of(_others.c.state, *OPEN_JOBS),
        )
        .correlate_except(_others)
        .exists()
    )
    return and_(
        images.c.library == library.scalar_subquery(),
        is_one_of(images.c.place, PictureState.CURRENT),
        ~wanted_anew,
    )


def _approved() -> ColumnElement[bool]:
    """Whether the picture is approved that a job comes after."""
    approved = select(images.c.id).where(
        images.c.key == jobs.c.after,
        images.c.approved_at.is_not(None),
        _stays(jobs.c.batch_id),
    )
    return approved.correlate_except(images).exists()


_newest = select(func.max(batches.c.id)).scalar_subquery()
_something_held = (
    select(jobs.c.id)
    .where(jobs.c.batch_id == batches.c.id, is_one_of(jobs.c.state, JobState.HELD))
    .correlate(batches)
    .exists()
)
_BATCHES = (
    select(batches.c.id)
    .where(_something_held | (batches.c.id == _newest))
    .order_by(_something_held.desc(), batches.c.id.desc())
)

_batch = bindparam("batch", type_=jobs.c.batch_id.type)

_MADE = (
    select(images.c.id, images.c.key, attempts.c.job_id)
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .where(
        _stays(_batch),
        (images.c.key == bindparam("key"))
        | (func.substr(images.c.key, 1, func.length(bindparam("below"))) == bindparam("below")),
    )
    .order_by(images.c.key)
)

_held = (
    select(jobs.c.after, func.count().label("panels"))
    .where(jobs.c.batch_id == _batch, is_one_of(jobs.c.state, JobState.HELD))
    .group_by(jobs.c.after)
    .subquery("held")
)

_ASKED = (
    select(_held)
    .where(
        select(images.c.id)
        .where(images.c.key == _held.c.after, _stays(_batch))
        .correlate_except(images)
        .exists()
    )
    .order_by(_held.c.panels.desc(), _held.c.after)
    .limit(1)
)
