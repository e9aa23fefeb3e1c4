"""Batches: starting or extending one, its state, and its numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select, update

from pressrun.errors import NotFoundError
from pressrun.picture.recipe import Recipe, origin, parsed
from pressrun.states import OPEN_JOBS, UNBEGUN, BatchState, JobState, OnDoubt, PictureState
from pressrun.store import approvals, journal
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs, tallies

OPEN = (BatchState.RUNNING, BatchState.PAUSED)


@dataclass(frozen=True)
class Order:
    """What an author asks for, besides the panels: from where, to where, and how."""

    source: str
    """Path of the prompt list."""
    library: str
    """Path of the folder for the pictures."""
    site: str
    tabs: int
    on_doubt: OnDoubt = OnDoubt.ASK


@dataclass(frozen=True)
class NewJob:
    """A panel to be made."""

    ordinal: int
    key: str
    recipe: Recipe
    place: int
    """Its turn among the jobs of the batch."""
    after: str | None = None
    """The key of the panel whose picture is to be approved before."""


@dataclass(frozen=True)
class Standing:
    """What is known of one panel of a library."""

    made_from: str | None = None
    """The origin of its current picture."""
    image_path: str | None = None
    open_from: str | None = None
    """The origin of its open job."""
    open_state: JobState | None = None
    open_after: str | None = None
    """The panel that its open job comes after."""
    refused_from: str | None = None
    """The origin that the site last refused."""


@dataclass(frozen=True)
class Numbers:
    """A batch and how many of its jobs are in each state."""

    id: int
    source: str
    library: str
    site: str
    tabs: int
    state: BatchState
    made_before: int
    created_at: float
    ended_at: float | None
    jobs: dict[JobState, int]
    asking: int
    """Jobs in doubt that wait for the author."""
    approval: approvals.Asked | None
    """The picture for whose approval most of the held jobs wait."""


def standing(connection: Connection, library: str) -> dict[str, Standing]:
    """What is known of each panel of a library, by key."""
    found: dict[str, Standing] = {}
    pictures = select(images.c.key, images.c.prompt_sha256, images.c.attached, images.c.path).where(
        images.c.library == library, images.c.place == PictureState.CURRENT
    )
    for row in connection.execute(pictures):
        found[row.key] = Standing(
            made_from=_origin(row.prompt_sha256, row.attached), image_path=row.path
        )
    known = (
        select(jobs.c.key, jobs.c.prompt_sha256, jobs.c.attached, jobs.c.state, jobs.c.after)
        .join(batches)
        .where(batches.c.library == library, jobs.c.state.in_([*OPEN_JOBS, JobState.REFUSED]))
        .order_by(jobs.c.id)
    )
    for job in connection.execute(known):
        before = found.get(job.key, Standing())
        if job.state == JobState.REFUSED:
            change = {"refused_from": _origin(job.prompt_sha256, job.attached)}
        else:
            change = {
                "open_from": _origin(job.prompt_sha256, job.attached),
                "open_state": JobState(job.state),
                "open_after": job.after,
            }
        found[job.key] = Standing(**{**before.__dict__, **change})
    return found


def _origin(prompt_sha256: str, attached: str | None) -> str:
    return origin(prompt_sha256, parsed(attached))


def start(
    connection: Connection,
    now: float,
    order: Order,
    *,
    made_before: int,
    new: Sequence[NewJob],
    dropped: Iterable[str],
) -> int | None:
    """Open a batch on a library, or extend the one that is open; None when nothing is left to do.

    Args:
        connection: the writer's.
        now: the time.
        order: what the author asked for.
        made_before: how many wanted pictures there are already.
        new: the jobs to add.
        dropped: keys whose waiting jobs are no longer wanted.
    """
    batch: int | None = connection.scalar(
        select(batches.c.id).where(batches.c.library == order.library, batches.c.state.in_(OPEN))
    )
    if batch is None:
        if not new:
            return None
        batch = connection.execute(
            insert(batches)
            .values(
                source=order.source,
                library=order.library,
                site=order.site,
                tabs=order.tabs,
                on_doubt=order.on_doubt,
                state=BatchState.RUNNING,
                made_before=made_before,
                created_at=now,
            )
            .returning(batches.c.id)
        ).scalar_one()
        journal.write(connection, now, Event.BATCH_STARTED, batch=batch, jobs=len(new))
    else:
        connection.execute(
            update(batches)
            .where(batches.c.id == batch)
            .values(
                source=order.source,
                tabs=order.tabs,
                on_doubt=order.on_doubt,
                state=BatchState.RUNNING,
            )
        )
        journal.write(connection, now, Event.BATCH_EXTENDED, batch=batch, jobs=len(new))
    _cancel(connection, now, batch, dropped)
    if new:
        connection.execute(
            insert(jobs),
            [
                {
                    "batch_id": batch,
                    "ordinal": job.ordinal,
                    "place": job.place,
                    "key": job.key,
                    "after": job.after,
                    **job.recipe.row,
                    "state": JobState.WAITING,
                }
                for job in new
            ],
        )
    approvals.hold(connection, now, batch)
    finish(connection, now, batch)
    return batch


def change(connection: Connection, now: float, batch: int | None, to: BatchState) -> list[int]:
    """Pause, resume or cancel a batch, or every open one; returns those that changed.

    Raises:
        NotFoundError: there is no such batch.
    """
    if batch is not None and not connection.scalar(
        select(func.count()).select_from(batches).where(batches.c.id == batch)
    ):
        raise NotFoundError(f"there is no batch {batch}")
    from_states = [state for state in OPEN if state != to]
    chosen = select(batches.c.id).where(batches.c.state.in_(from_states))
    if batch is not None:
        chosen = chosen.where(batches.c.id == batch)
    changed = list(connection.scalars(chosen))
    for number in changed:
        ended = now if to == BatchState.CANCELLED else None
        connection.execute(
            update(batches).where(batches.c.id == number).values(state=to, ended_at=ended)
        )
        journal.write(connection, now, Event(f"batch.{to.value}"), batch=number)
        if to == BatchState.CANCELLED:
            _cancel(connection, now, number, None)
    return changed


def adjust(
    connection: Connection,
    now: float,
    batch: int | None,
    *,
    tabs: int | None,
    priority: int | None,
) -> list[int]:
    """Give a batch, or every open one, other tabs or another priority; returns those it changed.

    Raises:
        NotFoundError: there is no such batch that is open.
    """
    chosen = select(batches.c.id).where(batches.c.state.in_(OPEN))
    if batch is not None:
        chosen = chosen.where(batches.c.id == batch)
    changed = list(connection.scalars(chosen))
    if batch is not None and not changed:
        raise NotFoundError(f"there is no open batch {batch}")
    given = {"tabs": tabs, "priority": priority}
    values = {name: value for name, value in given.items() if value is not None}
    for number in changed:
        connection.execute(update(batches).where(batches.c.id == number).values(**values))
        journal.write(connection, now, Event.BATCH_ADJUSTED, batch=number, **values)
    return changed


def finish(connection: Connection, now: float, batch: int) -> bool:
    """Close a batch when none of its jobs is open any more; whether it did."""
    left = connection.scalar(_ONE_OPEN, {"batch": batch})
    if left is not None:
        return False
    closed = connection.execute(
        update(batches)
        .where(batches.c.id == batch, batches.c.state.in_(OPEN))
        .values(state=BatchState.DONE, ended_at=now)
    )
    if closed.rowcount:
        journal.write(connection, now, Event.BATCH_DONE, batch=batch)
    return bool(closed.rowcount)


_ONE_OPEN = (
    select(jobs.c.id)
    .where(jobs.c.batch_id == bindparam("batch"), is_one_of(jobs.c.state, *OPEN_JOBS))
    .limit(1)
)


def numbers(connection: Connection, *, recent: int = 5) -> list[Numbers]:
    """Every open batch, and the last few that ended; the newest first."""
    ended = (
        select(batches.c.id)
        .where(batches.c.state.not_in(OPEN))
        .order_by(batches.c.id.desc())
        .limit(recent)
    )
    chosen = connection.execute(
        select(batches)
        .where(batches.c.state.in_(OPEN) | batches.c.id.in_(ended))
        .order_by(batches.c.id.desc())
    ).all()
    counted = connection.execute(
        select(tallies.c.batch_id, tallies.c.state, tallies.c.jobs).where(
            tallies.c.batch_id.in_([row.id for row in chosen])
        )
    ).all()
    asking = connection.execute(
        select(jobs.c.batch_id, func.count())
        .join(attempts, attempts.c.job_id == jobs.c.id)
        .where(
            jobs.c.batch_id.in_([row.id for row in chosen]),
            jobs.c.state == JobState.DOUBT,
            attempts.c.ending.is_(None),
            attempts.c.look_at.is_(None),
        )
        .group_by(jobs.c.batch_id)
    )
    asks: dict[int, int] = dict(asking.all())
    by_batch: dict[int, dict[JobState, int]] = {row.id: {} for row in chosen}
    for batch, state, count in counted:
        by_batch[batch][JobState(state)] = count
    return [
        Numbers(
            id=row.id,
            source=row.source,
            library=row.library,
            site=row.site,
            tabs=row.tabs,
            state=BatchState(row.state),
            made_before=row.made_before,
            created_at=row.created_at,
            ended_at=row.ended_at,
            jobs=by_batch[row.id],
            asking=asks.get(row.id, 0),
            approval=(
                approvals.asked(connection, row.id) if by_batch[row.id].get(JobState.HELD) else None
            ),
        )
        for row in chosen
    ]


def pace(connection: Connection, batch: int, since: float) -> int:
    """How many pictures of a batch were filed after `since`."""
    count: int = connection.execute(
        select(func.count()).where(
            jobs.c.batch_id == batch,
            is_one_of(jobs.c.state, JobState.DONE),
            jobs.c.ended_at > since,
        )
    ).scalar_one()
    return count


def running(connection: Connection) -> list[tuple[int, int]]:
    """Running batches that have a waiting job, as (id, tabs), in the order they are served."""
    return [(row.id, row.tabs) for row in connection.execute(_RUNNING)]


_WAITS = is_one_of(jobs.c.state, JobState.WAITING)

_RUNNING = (
    select(batches.c.id, batches.c.tabs)
    .where(
        is_one_of(batches.c.state, BatchState.RUNNING),
        select(jobs.c.id).where(jobs.c.batch_id == batches.c.id, _WAITS).exists(),
    )
    .order_by(batches.c.priority.desc(), batches.c.served, batches.c.id)
)


def tabs_wanted(connection: Connection) -> int:
    """How many tabs have something to do, at most what the batches ask for.

    What was sent is looked after to its end, also in a batch that is paused or cancelled.
    """
    tabs: dict[int, int] = {}
    busy: Counter[int] = Counter()
    for batch, wanted, waiting in connection.execute(_TABS_OF_RUNNING):
        tabs[batch] = wanted
        busy[batch] = waiting
    for batch, wanted in connection.execute(_UNDER_WAY):
        tabs[batch] = wanted
        busy[batch] += 1
    return max((min(wanted, busy[batch]) for batch, wanted in tabs.items()), default=0)


_WAITING = (
    select(tallies.c.jobs)
    .where(tallies.c.batch_id == batches.c.id, is_one_of(tallies.c.state, JobState.WAITING))
    .scalar_subquery()
)

_TABS_OF_RUNNING = select(batches.c.id, batches.c.tabs, func.coalesce(_WAITING, 0)).where(
    is_one_of(batches.c.state, BatchState.RUNNING)
)

# by way of the attempts: those that are open are few, however many jobs there are
_UNDER_WAY = (
    select(jobs.c.batch_id, batches.c.tabs)
    .select_from(attempts)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(
        attempts.c.ending.is_(None),
        is_one_of(jobs.c.state, JobState.WORKING)
        | (is_one_of(jobs.c.state, JobState.DOUBT) & attempts.c.look_at.is_not(None)),
    )
)


def unfinished(connection: Connection) -> bool:
    """Whether any batch has something that goes on by itself."""
    return tabs_wanted(connection) > 0


def libraries(connection: Connection) -> list[str]:
    """The libraries of the open batches."""
    return list(connection.scalars(select(batches.c.library).where(batches.c.state.in_(OPEN))))


def _cancel(connection: Connection, now: float, batch: int, keys: Iterable[str] | None) -> None:
    """Cancel jobs of a batch that are not begun: those with these keys, or all."""
    waiting = (jobs.c.batch_id == batch) & is_one_of(jobs.c.state, *UNBEGUN)
    cancelled = update(jobs).values(state=JobState.CANCELLED, ended_at=now)
    if keys is None:
        connection.execute(cancelled.where(waiting))
        return
    for key in keys:
        connection.execute(cancelled.where(waiting, jobs.c.key == key))
        journal.write(connection, now, Event.JOB_DROPPED, batch=batch, key=key)
