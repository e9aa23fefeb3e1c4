"""Opening a batch for a prompt list, and bringing an open one up to date with its list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select, update

from pressrun.errors import BadInputError
from pressrun.picture.key import fold
from pressrun.picture.recipe import Recipe, Reference
from pressrun.picture.recipe import listed as references
from pressrun.protocol.messages.batch import DEFAULT_REPAIR_SHARE, DEFAULT_REPAIRS
from pressrun.states import (
    IN_FLIGHT,
    OPEN_JOBS,
    UNBEGUN,
    BatchState,
    JobState,
    OnDoubt,
    Outliers,
    WrongFormat,
)
from pressrun.store import drifts, holds, journal
from pressrun.store.batches import OPEN
from pressrun.store.closing import finish
from pressrun.store.journal import Event
from pressrun.store.tables import batches, images, is_one_of, jobs


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
    chats: int = 1
    """How many panels of a scene go on in one chat."""
    project: str | None = None
    """Address of the project in which fresh chats are begun."""
    wrong_format: WrongFormat = WrongFormat.KEEP
    follow_up: str | None = None
    """What an answer of words only is followed up with; None is the site profile's."""
    outliers: Outliers = Outliers.MARK
    repairs: int = DEFAULT_REPAIRS
    """How often an outlier is made again at most."""
    repair_share: float = DEFAULT_REPAIR_SHARE
    """The share of the panels that may be spent on repairs."""
    style_references: Sequence[Reference] = ()
    """Pictures of the style, which are kept in the library: pictures are compared with them while
    few are approved, and repairs are sent with them first."""


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
    note: str | None = None
    """What the author noted about it."""
    before: str | None = None
    """The key of the panel before it in its group: its picture is made first and sent with it."""
    scene: str | None = None
    """Panels of one scene may share a chat. None is the first part of its key."""


@dataclass(frozen=True)
class Difference:
    """What becomes of a batch when its list is read, or read again."""

    new: Sequence[NewJob] = ()
    """To be made. One whose panel has a job in flight waits for the end of that one."""
    dropped: Sequence[str] = ()
    """Keys whose jobs that are not begun are no longer wanted as they are."""
    outdated: Sequence[str] = ()
    """Keys whose jobs in flight are no longer wanted as they are; they are finished."""
    current: Sequence[str] = ()
    """Keys whose jobs in flight are wanted as they are."""
    follows: Mapping[str, str | None] = field(default_factory=dict)
    """Of those, by key: the panel that each follows by now."""
    unapproved: Sequence[str] = ()
    """Keys whose pictures need the author's approval once more."""
    made: int = 0
    """Wanted, and in the library as wanted."""
    refused: int = 0
    """Wanted, and refused by the site as they are; they are not sent again so."""
    blocked: Sequence[tuple[NewJob, str]] = ()
    """Wanted, and what stands in the way of their pictures; they are given up until it is gone."""
    left: int = 0
    """Wanted, and left as they are: made from something else."""


def start(connection: Connection, now: float, order: Order, difference: Difference) -> int | None:
    """Open a list's batch on a library, or bring the open one up to date; None without one.

    Args:
        connection: the writer's.
        now: the time.
        order: what the author asked for.
        difference: between what the list wants and what there is.

    Raises:
        BadInputError: another list is making one of the panels.
    """
    batch: int | None = connection.scalar(
        select(batches.c.id).where(
            batches.c.library == order.library,
            batches.c.source == order.source,
            batches.c.state.in_(OPEN),
        )
    )
    if batch is None and not difference.new and not difference.blocked:
        return None
    refuse_shared(connection, order.library, order.source, difference.new)
    counted = {
        "made_before": difference.made,
        "refused_before": difference.refused,
        "left_before": difference.left,
    }
    wanted = {
        "tabs": order.tabs,
        "on_doubt": order.on_doubt,
        "wrong_format": order.wrong_format,
        "chats": order.chats,
        "project": order.project,
        "follow_up": order.follow_up,
        "outliers": order.outliers,
        "repairs": order.repairs,
        "repair_share": order.repair_share,
        "style_references": references(order.style_references),
        "state": BatchState.RUNNING,
        "stopped_because": None,
        "takes": False,
    }
    if batch is None:
        batch = connection.execute(
            insert(batches)
            .values(
                source=order.source,
                library=order.library,
                site=order.site,
                created_at=now,
                **wanted,
                **counted,
            )
            .returning(batches.c.id)
        ).scalar_one()
        event = Event.BATCH_STARTED
    else:
        connection.execute(update(batches).where(batches.c.id == batch).values(**wanted, **counted))
        event = Event.BATCH_EXTENDED
    journal.write(connection, now, event, batch=batch, jobs=len(difference.new))
    connection.execute(
        update(images)
        .where(images.c.library == order.library, images.c.key.in_(difference.unapproved))
        .values(approved_at=None)
    )
    _bring_up_to_date(connection, now, batch, difference)
    in_flight = set(difference.outdated)
    rows = [
        _row(batch, job, JobState.QUEUED if job.key in in_flight else JobState.WAITING)
        for job in difference.new
    ]
    rows += [
        _row(batch, job, JobState.FAILED) | {"reason": reason, "ended_at": now}
        for job, reason in difference.blocked
    ]
    if rows:
        connection.execute(insert(jobs), rows)
    drifts.hold(connection, now, batch)
    holds.hold(connection, now, batch)
    holds.let_go(connection, now, batch)
    finish(connection, now, batch)
    return batch


def _row(batch: int, job: NewJob, state: JobState) -> dict[str, Any]:
    return {
        "batch_id": batch,
        "ordinal": job.ordinal,
        "place": job.place,
        "key": job.key,
        "after": job.after,
        "before": job.before,
        "scene": job.scene,
        "note": job.note,
        **job.recipe.row,
        "state": state,
        "reason": None,
        "ended_at": None,
    }


def refuse_shared(connection: Connection, library: str, source: str, new: Sequence[NewJob]) -> None:
    """Refuse to make what another list of the same library is making.

    Raises:
        BadInputError: there is such a panel.
    """
    others = connection.execute(
        select(jobs.c.key, jobs.c.batch_id, batches.c.source)
        .join(batches)
        .where(
            batches.c.library == library,
            batches.c.source != source,
            batches.c.state.in_(OPEN),
            is_one_of(jobs.c.state, *OPEN_JOBS),
        )
    ).all()
    wanted = {fold(job.key) for job in new}
    shared = [each for each in others if fold(each.key) in wanted]
    if shared:
        raise BadInputError(
            f"{library}: {_named([each.key for each in shared])} also wanted by "
            f"{shared[0].source}, whose batch {shared[0].batch_id} is open; nothing was started. "
            f"Use other keys, another output folder (-o), or cancel that batch first: "
            f"pressrun cancel {shared[0].batch_id}"
        )


def _named(keys: Sequence[str]) -> str:
    return f"{keys[0]} is" if len(keys) == 1 else f"{keys[0]} and {len(keys) - 1:,} more panels are"


def _bring_up_to_date(
    connection: Connection, now: float, batch: int, difference: Difference
) -> None:
    """Have the jobs of a batch count that its list still asks for, and no others."""
    mine = jobs.c.batch_id == batch
    connection.execute(
        update(jobs)
        .where(mine, jobs.c.state.not_in(OPEN_JOBS), jobs.c.outdated.is_(False))
        .values(outdated=True)
    )
    for keys, outdated in ((difference.outdated, True), (difference.current, False)):
        for key in keys:
            connection.execute(
                update(jobs)
                .where(mine, is_one_of(jobs.c.state, *IN_FLIGHT), jobs.c.key == key)
                .values(outdated=outdated)
            )
    for key, before in difference.follows.items():
        connection.execute(
            update(jobs)
            .where(mine, is_one_of(jobs.c.state, *IN_FLIGHT), jobs.c.key == key)
            .values(before=before)
        )
    for key in difference.dropped:
        connection.execute(
            update(jobs)
            .where(mine, is_one_of(jobs.c.state, *UNBEGUN), jobs.c.key == key)
            .values(state=JobState.CANCELLED, outdated=True, ended_at=now)
        )
        journal.write(connection, now, Event.JOB_DROPPED, batch=batch, key=key)
