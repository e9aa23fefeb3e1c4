"""Batches: starting or extending one, its state, and its numbers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, select, update

from pressrun.errors import NotFoundError
from pressrun.states import UNBEGUN, BatchState, JobState
from pressrun.store import approvals, closing, journal
from pressrun.store.journal import Event
from pressrun.store.standstill import WaitedFor, awaiting, comparing, following, standstill
from pressrun.store.tables import attempts, batches, is_one_of, jobs, tallies
from pressrun.words import no_batch

OPEN = (BatchState.RUNNING, BatchState.PAUSED)


@dataclass(frozen=True)
class Numbers:
    """A batch and how many of its jobs are in each state."""

    id: int
    source: str
    library: str
    site: str
    tabs: int
    priority: int
    """Higher goes first; batches of equal priority share the tabs."""
    state: BatchState
    made_before: int
    refused_before: int
    left_before: int
    created_at: float
    ended_at: float | None
    jobs: dict[JobState, int]
    chats: int
    """How many panels of a scene go on in one chat."""
    project: str | None
    """Address of the project in which fresh chats are begun."""
    stopped_because: str | None
    """Why Pressrun itself paused it."""
    asking: int
    """Jobs in doubt that wait for the author."""
    approval: approvals.Asked | None
    """The picture for whose approval most of the held jobs wait."""
    following: int = 0
    """Held jobs that go on by themselves, as soon as the panels before them are made."""
    comparing: int = 0
    """Held jobs that go on by themselves, as soon as the pictures before them are compared."""
    awaiting: int = 0
    """Where something goes on: held jobs that wait for the approval of what is to be made."""
    standstill: WaitedFor | None = None
    """Where nothing goes on: the panel for which most of the held jobs wait in vain."""
    takes: bool = False
    """Whether it was begun for more takes, ordered panel by panel, and not for a list."""
    earlier: int = 0
    """Takes that earlier batches of this kind made for the same list, which are told with it."""


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
        told = {"ended_at": ended, "stopped_because": None}
        connection.execute(update(batches).where(batches.c.id == number).values(state=to, **told))
        journal.write(connection, now, Event(f"batch.{to.value}"), batch=number)
        if to == BatchState.CANCELLED:
            _cancel(connection, now, number)
    return changed


def stop(connection: Connection, now: float, batch: int, reason: str) -> None:
    """Pause a batch of which nothing can be sent, until its author sees to the reason."""
    stopped = connection.execute(
        update(batches)
        .where(batches.c.id == batch, is_one_of(batches.c.state, BatchState.RUNNING))
        .values(state=BatchState.PAUSED, stopped_because=reason)
    )
    if stopped.rowcount:
        journal.write(connection, now, Event.BATCH_STOPPED, batch=batch, reason=reason)


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


def numbers(connection: Connection, *, recent: int = 5) -> list[Numbers]:
    """Every open batch, and the last few that ended; the newest first.

    A day of judging begins a hundred batches of a take or two. Of those that ended, the newest of
    each list stands for all.
    """
    made = {row.id: int(row.made) for row in connection.execute(_TAKES)}
    runs = connection.scalars(_RUNS.limit(recent))
    ended = sorted([*runs, *made], reverse=True)[:recent]
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
            priority=row.priority,
            state=BatchState(row.state),
            made_before=row.made_before,
            refused_before=row.refused_before,
            left_before=row.left_before,
            created_at=row.created_at,
            ended_at=row.ended_at,
            jobs=by_batch[row.id],
            chats=row.chats,
            project=row.project,
            stopped_because=row.stopped_because,
            asking=asks.get(row.id, 0),
            approval=(
                approvals.asked(connection, row.id) if by_batch[row.id].get(JobState.HELD) else None
            ),
            takes=row.takes,
            earlier=made[row.id] - by_batch[row.id].get(JobState.DONE, 0) if row.id in made else 0,
            **_of_held(connection, row.id, by_batch[row.id]),
        )
        for row in chosen
    ]


_RUNS = (
    select(batches.c.id)
    .where(batches.c.state.not_in(OPEN), batches.c.takes.is_(False))
    .order_by(batches.c.id.desc())
)
# what was taken back before it was begun leaves a batch without jobs, which tells nothing
_TAKES = (
    select(
        batches.c.library,
        batches.c.source,
        func.max(batches.c.id).label("id"),
        func.sum(case((tallies.c.state == JobState.DONE, tallies.c.jobs), else_=0)).label("made"),
    )
    .join(tallies, tallies.c.batch_id == batches.c.id)
    .where(batches.c.state.not_in(OPEN), batches.c.takes, tallies.c.jobs > 0)
    .group_by(batches.c.library, batches.c.source)
)


def _of_held(connection: Connection, batch: int, jobs: Mapping[JobState, int]) -> dict[str, Any]:
    """What is told of the held jobs of a batch."""
    if not jobs.get(JobState.HELD):
        return {}
    compared = comparing(connection, batch)
    if any(jobs.get(state) for state in (JobState.WAITING, JobState.WORKING)):
        goes_on = following(connection, batch)
        held = jobs[JobState.HELD] > goes_on + compared
        return {
            "following": goes_on,
            "comparing": compared,
            "awaiting": awaiting(connection, batch) if held else 0,
        }
    return {"comparing": compared, "standstill": standstill(connection, batch)}


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


def sources(connection: Connection, library: str) -> list[str]:
    """The lists that had pictures made for a library."""
    return list(
        connection.scalars(select(batches.c.source).where(batches.c.library == library).distinct())
    )


def library(connection: Connection, batch: int | None) -> str:
    """The library of a batch; None means the newest one.

    Raises:
        NotFoundError: there is no such batch.
    """
    chosen = select(batches.c.library).order_by(batches.c.id.desc()).limit(1)
    found = connection.scalar(chosen if batch is None else chosen.where(batches.c.id == batch))
    if found is None:
        raise NotFoundError(no_batch(batch))
    return str(found)


def project(connection: Connection, library: str, source: str) -> str | None:
    """The project in which the fresh chats of a list were begun the last time."""
    found: str | None = connection.scalar(
        select(batches.c.project)
        .where(batches.c.library == library, batches.c.source == source)
        .order_by(batches.c.id.desc())
        .limit(1)
    )
    return found


def follow_up(connection: Connection, batch: int) -> str | None:
    """What a batch has answers of words only followed up with; None is the site profile's."""
    said: str | None = connection.scalar(select(batches.c.follow_up).where(batches.c.id == batch))
    return said


def libraries(connection: Connection) -> list[str]:
    """The libraries of the open batches."""
    return list(connection.scalars(select(batches.c.library).where(batches.c.state.in_(OPEN))))


def _cancel(connection: Connection, now: float, batch: int) -> None:
    """Cancel the jobs of a batch that are not begun."""
    connection.execute(
        update(jobs)
        .where(jobs.c.batch_id == batch, is_one_of(jobs.c.state, *UNBEGUN))
        .values(state=JobState.CANCELLED, ended_at=now)
    )
    closing.end_repairs(connection, now, batch)
