"""The author's word on pictures: approved, and what others are made from by then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from pressrun.errors import NotFoundError
from pressrun.picture.recipe import Recipe
from pressrun.states import UNBEGUN, JobState
from pressrun.store import holds, journal
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs, listed


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
            holds.READY,
        )
        .values(state=JobState.WAITING)
    )
    job: int = image.job_id
    journal.write(connection, now, Event.JOB_APPROVED, batch=batch, job=job)
    return job


def settle(
    connection: Connection,
    now: float,
    batch: int,
    made_from: Mapping[str, tuple[Recipe, str | None]],
) -> list[int]:
    """Have jobs that are not begun made from something else; returns those that it changed.

    What a character looks like is settled by its sheet: the panels that waited for that are made
    with it. Those that wait for nothing more are let go.

    Args:
        connection: the writer's.
        now: the time.
        batch: whose jobs.
        made_from: by key, what a panel is made from now, and after which panel's approval.
    """
    rows = connection.execute(
        select(jobs.c.id, jobs.c.key).where(
            jobs.c.batch_id == batch, is_one_of(jobs.c.state, *UNBEGUN)
        )
    ).all()
    changed = [row for row in rows if row.key in made_from]
    if not changed:
        return []
    values = {key: {**recipe.row, "after": after} for key, (recipe, after) in made_from.items()}
    connection.execute(_SETTLE, [{"row": row.id, **values[row.key]} for row in changed])
    _settle_list(connection, batch, {row.key: made_from[row.key][0] for row in changed})
    numbers = [row.id for row in changed]
    for job in numbers:
        journal.write(connection, now, Event.JOB_SETTLED, batch=batch, job=job)
    holds.hold(connection, now, batch)
    holds.let_go(connection, now, batch)
    return numbers


def _settle_list(connection: Connection, batch: int, recipes: Mapping[str, Recipe]) -> None:
    """Have a batch's list ask for what its jobs are made from now."""
    mine = (
        select(listed.c.library, listed.c.source, listed.c.ordinal, listed.c.key)
        .join(
            batches,
            (batches.c.library == listed.c.library) & (batches.c.source == listed.c.source),
        )
        .where(batches.c.id == batch)
    )
    rows = [
        {"of": row.library, "by": row.source, "number": row.ordinal, **recipes[row.key].row}
        for row in connection.execute(mine).all()
        if row.key in recipes
    ]
    if rows:
        connection.execute(_SETTLE_LISTED, rows)


_SETTLE = update(jobs).where(jobs.c.id == bindparam("row"))
_SETTLE_LISTED = update(listed).where(
    listed.c.library == bindparam("of"),
    listed.c.source == bindparam("by"),
    listed.c.ordinal == bindparam("number"),
)


def asked(connection: Connection, batch: int) -> Asked | None:
    """The picture for whose approval most panels wait; None when none of those is made."""
    row = connection.execute(_ASKED, {"batch": batch}).first()
    return None if row is None else Asked(row.after, row.panels)


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
        holds.settled(_batch),
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
        .where(images.c.key == _held.c.after, holds.settled(_batch))
        .correlate_except(images)
        .exists()
    )
    .order_by(_held.c.panels.desc(), _held.c.after)
    .limit(1)
)
