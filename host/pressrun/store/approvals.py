"""The author's word on pictures: approved, and what others are made from by then."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from pressrun.errors import NotFoundError
from pressrun.picture.recipe import Recipe
from pressrun.states import UNBEGUN, JobState
from pressrun.store import holds, journal
from pressrun.store.journal import Event
from pressrun.store.tables import batches, images, is_one_of, jobs, listed
from pressrun.words import no_batch


@dataclass(frozen=True)
class Asked:
    """A picture that waits for the author's approval, and what waits with it."""

    key: str
    panels: int
    """How many come right after it."""


def libraries(connection: Connection) -> list[str]:
    """The libraries in which something may wait for an approval, the likeliest first."""
    numbers = list(connection.scalars(_BATCHES))
    rows = connection.execute(
        select(batches.c.id, batches.c.library).where(batches.c.id.in_(numbers))
    )
    of = {row.id: row.library for row in rows}
    return list(dict.fromkeys(of[number] for number in numbers))


def batch_of(connection: Connection, library: str, batch: int | None) -> tuple[int, str]:
    """The batch whose panels wait for approvals in a library, and its list or book.

    Args:
        connection: the writer's.
        library: whose.
        batch: the one that the author named, if any.

    Raises:
        NotFoundError: there is no such batch of this library.
    """
    for number in [batch] if batch is not None else connection.scalars(_BATCHES).all():
        asked = select(batches.c.id, batches.c.source)
        mine = asked.where(batches.c.id == number, batches.c.library == library)
        if (row := connection.execute(mine).first()) is not None:
            return row.id, row.source
    newest = select(batches.c.id, batches.c.source).where(batches.c.library == library)
    row = connection.execute(newest.order_by(batches.c.id.desc())).first()
    if row is None or batch is not None:
        raise NotFoundError(no_batch(batch))
    return row.id, row.source


def waiting(connection: Connection, batch: int, keys: Collection[str]) -> list[str]:
    """The keys of a batch's jobs that are not begun and come after one of these panels."""
    rows = connection.execute(
        select(jobs.c.key, jobs.c.after).where(
            jobs.c.batch_id == batch,
            is_one_of(jobs.c.state, *UNBEGUN),
            jobs.c.after.is_not(None),
        )
    )
    return [row.key for row in rows if row.after in keys]


def settle(
    connection: Connection,
    now: float,
    batch: int,
    made_from: Mapping[str, tuple[Recipe, str | None]],
) -> list[int]:
    """Have jobs that wait for a panel made from something else; returns those that it changed.

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
            jobs.c.batch_id == batch,
            is_one_of(jobs.c.state, *UNBEGUN),
            jobs.c.after.is_not(None),
        )
    ).all()
    changed = [row for row in rows if row.key in made_from]
    if not changed:
        return []
    values = {key: {**recipe.row, "after": after} for key, (recipe, after) in made_from.items()}
    connection.execute(_SETTLE, [{"row": row.id, **values[row.key]} for row in changed])
    layers = {key: [list(each) for each in recipe.layers] for key, (recipe, _) in made_from.items()}
    told = {row.key: {**values[row.key], "layers": layers[row.key]} for row in changed}
    _settle_list(connection, batch, told)
    numbers = [row.id for row in changed]
    for job in numbers:
        journal.write(connection, now, Event.JOB_SETTLED, batch=batch, job=job)
    holds.hold(connection, now, batch)
    holds.let_go(connection, now, batch)
    return numbers


def _settle_list(
    connection: Connection, batch: int, values: Mapping[str, Mapping[str, Any]]
) -> None:
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
        {"of": row.library, "by": row.source, "number": row.ordinal, **values[row.key]}
        for row in connection.execute(mine).all()
        if row.key in values
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

_held = (
    select(jobs.c.after, func.count().label("panels"))
    .where(
        jobs.c.batch_id == _batch,
        is_one_of(jobs.c.state, JobState.HELD),
        jobs.c.after.is_not(None),
    )
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
