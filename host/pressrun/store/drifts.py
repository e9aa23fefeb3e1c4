"""Drifts: pictures of one scene, figure, chat or account that move away from the approved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from pressrun.picture.ingredients import figures_of
from pressrun.picture.scene import scene_of
from pressrun.states import UNBEGUN, DriftKind, JobState
from pressrun.store import holds, journal, steering
from pressrun.store.journal import Event
from pressrun.store.tables import drifts, is_one_of, jobs


@dataclass(frozen=True)
class Drift:
    """A drift that is noticed."""

    kind: DriftKind
    name: str
    """As in `Circle`."""
    since_key: str
    """The panel with which it began."""
    why: str
    """For people: `the last 4 pictures of Mara have thicker lines`."""
    slow: bool = False
    holds: bool = False
    """Whether the panels of a scene or a figure wait because of it. What repairs, and what the
    author orders, is sent all the same."""
    weights: tuple[float, ...] = ()
    """As in `Trend`; none where single pictures show the drift."""


@dataclass(frozen=True)
class OpenDrift:
    """A drift that is noticed and not settled."""

    id: int
    batch: int
    kind: DriftKind
    name: str
    slow: bool
    holds: bool
    since_key: str
    why: str
    began_at: float
    held: int
    """How many panels wait because of it."""
    weights: tuple[float, ...] = ()
    """As in `Drift`."""


def of_batch(connection: Connection, batch: int) -> list[OpenDrift]:
    """The open drifts of a batch, the oldest first."""
    return [_open(row) for row in connection.execute(_OPEN, {"batch": batch})]


def notice(connection: Connection, now: float, batch: int, drift: Drift) -> None:
    """Put a drift on record; one that is open already is told as it is now.

    That of a chat is settled at once: nothing more is sent there. What a drift holds is held until
    it is settled or lets go.
    """
    asked = {"batch": batch, "kind": drift.kind, "name": drift.name, "slow": drift.slow}
    known = connection.execute(_KNOWN, asked).first()
    of_chat = drift.kind == DriftKind.CHAT
    if known is not None and (known.settled_at is None or of_chat):
        if known.settled_at is None:
            told = {"why": drift.why, "holds": drift.holds or known.holds}
            connection.execute(_CHANGE, {"row": known.id, **told})
        if known.holds or not drift.holds:
            return
    else:
        told = {
            "batch_id": batch,
            "kind": drift.kind,
            "name": drift.name,
            "slow": drift.slow,
            "since_key": drift.since_key,
            "why": drift.why,
            "weights": json.dumps(drift.weights) if drift.weights else None,
            "holds": drift.holds,
            "began_at": now,
            "settled_at": now if of_chat else None,
            "settled_because": "nothing more is sent in this chat" if of_chat else None,
        }
        connection.execute(_NOTICE, told)
        journal.write(
            connection, now, Event.DRIFT_NOTICED, batch=batch, kind=drift.kind, slow=drift.slow
        )
    hold(connection, now, batch)


def hold(connection: Connection, now: float, batch: int) -> None:
    """Hold what is not begun of a batch, and shares something with a drift that holds."""
    if _bind(connection, batch):
        holds.hold(connection, now, batch)


def let_go(connection: Connection, now: float, chosen: Sequence[int]) -> None:
    """Have drifts hold nothing any more; they stay open."""
    held = connection.execute(
        select(drifts.c.id, drifts.c.batch_id).where(drifts.c.id.in_(chosen), drifts.c.holds)
    ).all()
    for row in held:
        connection.execute(_CHANGE, {"row": row.id, "holds": False})
        connection.execute(_FREE_OF, {"batch": row.batch_id, "drift": row.id})
    for batch in dict.fromkeys(row.batch_id for row in held):
        # what is a part of two drifts is held by the other one from now on
        _bind(connection, batch)
        holds.let_go(connection, now, batch)


def settle(connection: Connection, now: float, chosen: Sequence[int], because: str) -> list[int]:
    """Settle open drifts by the author's word: what they held is let go.

    With the last one of a batch its steering ends.

    Args:
        connection: the writer's.
        now: the time.
        chosen: their numbers.
        because: why, for people.

    Returns:
        Those that were open.
    """
    rows = connection.execute(
        select(drifts.c.id, drifts.c.batch_id).where(
            drifts.c.id.in_(chosen), drifts.c.settled_at.is_(None)
        )
    ).all()
    let_go(connection, now, [row.id for row in rows])
    for row in rows:
        told = {"settled_at": now, "settled_because": because}
        connection.execute(_CHANGE, {"row": row.id, **told})
        journal.write(connection, now, Event.DRIFT_SETTLED, batch=row.batch_id, drift=row.id)
    for batch in dict.fromkeys(row.batch_id for row in rows):
        if not of_batch(connection, batch):
            steering.end(connection, now, batch)
    return [row.id for row in rows]


def shares(scene: str | None, key: str, ingredients: str | None) -> list[tuple[DriftKind, str]]:
    """What a panel shares with others by itself: the figures in it, and its scene.

    Args:
        scene: as its job names it; None is the first part of its key.
        key: its key.
        ingredients: as a row has them.
    """
    figures = figures_of(json.loads(ingredients or "{}"))
    own = scene_of(key) if scene is None else scene
    return [(DriftKind.FIGURE, each) for each in figures] + (
        [(DriftKind.SCENE, own)] if own else []
    )


def _bind(connection: Connection, batch: int) -> bool:
    """Bind jobs that are not begun to a drift that holds others like them; whether there is one."""
    holding = {
        (DriftKind(row.kind), row.name): row.id
        for row in connection.execute(_HOLDING, {"batch": batch})
    }
    if not holding:
        return False
    for job in connection.execute(_FREE, {"batch": batch}).all():
        found = (holding.get(each) for each in shares(job.scene, job.key, job.ingredients))
        drift = next((each for each in found if each is not None), None)
        if drift is not None:
            connection.execute(_BIND, {"row": job.id, "drift_id": drift})
    return True


def _open(row: Row[Any]) -> OpenDrift:
    return OpenDrift(
        row.id,
        row.batch_id,
        DriftKind(row.kind),
        row.name,
        row.slow,
        row.holds,
        row.since_key,
        row.why,
        row.began_at,
        row.held,
        tuple(json.loads(row.weights or "[]")),
    )


_held = jobs.alias("held_jobs")
_COUNT = (
    select(func.count())
    .where(
        _held.c.batch_id == drifts.c.batch_id,
        is_one_of(_held.c.state, JobState.HELD),
        _held.c.drift_id == drifts.c.id,
    )
    .correlate(drifts)
    .scalar_subquery()
)
_OPEN = (
    select(drifts, _COUNT.label("held"))
    .where(drifts.c.batch_id == bindparam("batch"), drifts.c.settled_at.is_(None))
    .order_by(drifts.c.id)
)
_KNOWN = (
    select(drifts.c.id, drifts.c.holds, drifts.c.settled_at)
    .where(
        drifts.c.batch_id == bindparam("batch"),
        drifts.c.kind == bindparam("kind"),
        drifts.c.name == bindparam("name"),
        drifts.c.slow == bindparam("slow"),
    )
    .order_by(drifts.c.id.desc())
    .limit(1)
)
_NOTICE = insert(drifts)
_CHANGE = update(drifts).where(drifts.c.id == bindparam("row"))
_HOLDING = select(drifts.c.id, drifts.c.kind, drifts.c.name).where(
    drifts.c.batch_id == bindparam("batch"), drifts.c.settled_at.is_(None), drifts.c.holds
)
_FREE = (
    select(jobs.c.id, jobs.c.scene, jobs.c.key, jobs.c.ingredients)
    .where(
        jobs.c.batch_id == bindparam("batch"),
        is_one_of(jobs.c.state, *UNBEGUN),
        jobs.c.drift_id.is_(None),
        # repairs show whether anything helps
        jobs.c.repair == 0,
    )
    .order_by(jobs.c.id)
)
_BIND = update(jobs).where(jobs.c.id == bindparam("row"))
_FREE_OF = (
    update(jobs)
    .where(jobs.c.batch_id == bindparam("batch"), jobs.c.drift_id == bindparam("drift"))
    .values(drift_id=None)
)
