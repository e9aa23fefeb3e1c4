"""What an author is shown about style: marks, drifts, and what was spent. It changes nothing."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, literal_column, select

from pressrun.errors import NotFoundError
from pressrun.picture.ingredients import is_sheet
from pressrun.picture.key import fold
from pressrun.picture.recipe import Reference, parsed
from pressrun.states import (
    STANDS_OUT,
    BatchState,
    DriftKind,
    JobState,
    MarkState,
    Outliers,
    PictureState,
    Rejected,
    Steering,
)
from pressrun.store import closing, repairs
from pressrun.store.tables import (
    attempts,
    batches,
    drifts,
    images,
    is_one_of,
    jobs,
    listed,
    marks,
)
from pressrun.words import no_batch


class Judged(NamedTuple):
    """A panel's picture, and what its mark says of it; a library may have 100,000."""

    image: int
    key: str
    scene: str
    """Its chapter; of a list, the first part of its key."""
    path: str
    """Relative to the library."""
    filed_at: float
    approved: bool
    rejected: Rejected | None
    state: MarkState | None
    """None where it has no mark yet."""
    is_settled: bool
    """Whether the author had a word on it."""
    why: str
    score: float | None
    limit: float | None
    basis: tuple[str, str | None]
    """The version and the approved set of its mark: only scores of one basis can be compared."""
    held: int
    """How many panels wait for the author's word on it."""
    asked: int
    """Of these, how many wait for its approval."""


@dataclass(frozen=True)
class KnownDrift:
    """A drift that is not settled, and what waits because of it."""

    id: int
    batch: int
    kind: DriftKind
    name: str
    slow: bool
    since_key: str
    why: str
    held: int


@dataclass(frozen=True)
class BatchRule:
    """What a batch does about outliers, and what it spent on that."""

    batch: int
    source: str
    library: str
    outliers: Outliers
    repairs: int
    """How often one is made again at most."""
    budget: int
    """How many repairs it may order in all."""
    used: int
    steering: Steering
    steered_by: str
    references: tuple[Reference, ...]
    """The pictures of its style."""

    @property
    def left(self) -> int:
        """How many repairs it may still order."""
        return max(0, self.budget - self.used) if self.outliers == Outliers.REDO else 0


@dataclass(frozen=True)
class Waited:
    """What held jobs wait for: a picture that stands out, or the end of a drift."""

    name: str
    """The key of the panel, or what the pictures of the drift share."""
    panels: int
    drift: int | None = None
    kind: DriftKind | None = None


@dataclass(frozen=True)
class Attention:
    """What of a batch's library needs its author because of style."""

    outliers: int = 0
    """Pictures that stand out, and of which nothing is made again."""
    repairing: int = 0
    """Pictures that stand out, and are being made again."""
    held: int = 0
    """The batch's jobs that wait for the author's word on a picture that stands out."""
    drifting: int = 0
    """The batch's jobs that wait until a drift is settled."""
    first: Waited | None = None
    """What most of those wait for."""
    compares: bool = False
    """Whether pictures of the batch are still compared, for which panels may wait."""
    spent: bool = False
    """Whether those that stand out would be made again, if the budget were not spent."""


def rule(connection: Connection, batch: int | None, source: str | None) -> BatchRule:
    """What a batch does about outliers; without a number it is the newest, or that of a source.

    Raises:
        NotFoundError: there is no such batch.
    """
    chosen = select(batches).order_by(batches.c.id.desc()).limit(1)
    if batch is not None:
        chosen = chosen.where(batches.c.id == batch)
    elif source is not None:
        chosen = chosen.where(batches.c.source == source)
    row = connection.execute(chosen).first()
    if row is None:
        raise NotFoundError(_unknown(batch, source))
    budget = repairs.budget(connection, row.id)
    return BatchRule(
        row.id,
        row.source,
        row.library,
        Outliers(row.outliers),
        row.repairs,
        budget.most,
        budget.used,
        Steering(row.steering),
        row.steered_by or "",
        parsed(row.style_references),
    )


def _unknown(batch: int | None, source: str | None) -> str:
    if batch is None and source is not None:
        return f"no pictures of {source} were made yet. To make them: pressrun run"
    return no_batch(batch)


def of(connection: Connection, library: str) -> list[Judged]:
    """The pictures that the panels of a library have, in the order in which they were made."""
    waiting = _waiting(connection, library)
    states = {each.value: each for each in MarkState}
    nothing = (0, 0)
    found = []
    for (
        image,
        key,
        path,
        filed_at,
        approved_at,
        rejected,
        scene,
        state,
        settled_at,
        why,
        score,
        limit,
        version,
        against,
    ) in connection.execute(_PICTURES.where(images.c.library == library)):
        held, asked = waiting.get(fold(key), nothing) if waiting else nothing
        found.append(
            Judged(
                image,
                key,
                scene or key.partition("/")[0],
                path,
                filed_at,
                approved_at is not None,
                Rejected(rejected) if rejected else None,
                states.get(state),
                settled_at is not None,
                why or "",
                score,
                limit,
                (version or "", against),
                held,
                asked,
            )
        )
    return found


def chapters(connection: Connection, library: str) -> list[str]:
    """The scenes of a library, in the order in which its lists name them."""
    scene = func.coalesce(listed.c.scene, _FIRST_PART)
    rows = connection.execute(
        select(scene.label("scene"))
        .where(listed.c.library == library)
        .group_by(scene)
        .order_by(func.min(listed.c.source), func.min(listed.c.ordinal))
    )
    return [row.scene for row in rows]


def open_drifts(connection: Connection, library: str) -> list[KnownDrift]:
    """The drifts of a library that are not settled, oldest first."""
    held = (
        select(func.count())
        .where(jobs.c.drift_id == drifts.c.id, is_one_of(jobs.c.state, JobState.HELD))
        .scalar_subquery()
    )
    rows = connection.execute(
        select(drifts, held.label("held"))
        .join(batches, batches.c.id == drifts.c.batch_id)
        .where(batches.c.library == library, drifts.c.settled_at.is_(None))
        .order_by(drifts.c.id)
    )
    return [
        KnownDrift(
            row.id,
            row.batch_id,
            DriftKind(row.kind),
            row.name,
            row.slow,
            row.since_key,
            row.why,
            row.held,
        )
        for row in rows
    ]


def attention(connection: Connection, batch: int, library: str) -> Attention:
    """What of a batch needs its author because of style; it takes as long as there are outliers."""
    stands_out = connection.execute(_STANDING_OUT, {"library": library}).all()
    repairing = sum(each.state == MarkState.REPAIRING for each in stands_out)
    asked = {"batch": batch}
    drifting = connection.execute(_DRIFTING, asked).all()
    behind = Counter[str]()
    holding = {fold(each.key): each.key for each in stands_out if each.state == MarkState.HELD}
    if holding:
        for row in connection.execute(_FOLLOWING, asked):
            if (key := fold(row.before)) in holding:
                behind[holding[key]] += 1
    waits = [Waited(key, panels) for key, panels in behind.items()]
    waits += [Waited(row.name, row.panels, row.id, DriftKind(row.kind)) for row in drifting]
    return Attention(
        outliers=len(stands_out) - repairing,
        repairing=repairing,
        held=behind.total(),
        drifting=sum(row.panels for row in drifting),
        first=max(waits, key=lambda each: each.panels, default=None),
        compares=closing.is_unmarked(connection, batch),
        spent=len(stands_out) > repairing and _is_spent(connection, batch),
    )


def _is_spent(connection: Connection, batch: int) -> bool:
    """Whether a batch would make outliers again, but may order no more repairs."""
    outliers = connection.execute(_OUTLIERS, {"batch": batch}).scalar_one()
    return outliers == Outliers.REDO.value and not repairs.budget(connection, batch).left


def approvals(connection: Connection, library: str) -> int:
    """How many pictures of a library's panels are approved; sheets are no panels."""
    rows = connection.scalars(_APPROVED, {"library": library})
    return sum(not is_sheet(json.loads(told or "{}")) for told in rows)


def teaching(pictures: Sequence[Judged]) -> int:
    """How many of them were rejected because of their style."""
    return sum(each.rejected == Rejected.STYLE for each in pictures)


def _waiting(connection: Connection, library: str) -> dict[str, tuple[int, int]]:
    """For each panel: how many held jobs wait for it, and how many of those for its approval."""
    held, asking = Counter[str](), Counter[str]()
    rows = connection.execute(
        select(jobs.c.before, jobs.c.after)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .where(
            batches.c.library == library,
            is_one_of(batches.c.state, BatchState.RUNNING, BatchState.PAUSED),
            is_one_of(jobs.c.state, JobState.HELD),
        )
    )
    for row in rows:
        held.update({fold(key) for key in (row.before, row.after) if key is not None})
        asking.update({fold(row.after)} if row.after is not None else ())
    return {key: (count, asking[key]) for key, count in held.items()}


_STANDING_OUT = (
    select(images.c.key, marks.c.state)
    .join(images, images.c.id == marks.c.image_id)
    .where(
        is_one_of(marks.c.state, *STANDS_OUT),
        # the index is used only where the query says its condition
        marks.c.state != literal_column("'in-style'"),
        marks.c.settled_at.is_(None),
        # with the sign, few marks are walked through instead of all pictures of a library
        literal_column("+images.library") == bindparam("library"),
        is_one_of(images.c.place, PictureState.CURRENT),
    )
)

_APPROVED = select(images.c.ingredients).where(
    images.c.library == bindparam("library"),
    is_one_of(images.c.place, PictureState.CURRENT),
    images.c.approved_at.is_not(None),
)

_OUTLIERS = select(batches.c.outliers).where(batches.c.id == bindparam("batch"))

_held_here = (
    jobs.c.batch_id == bindparam("batch"),
    is_one_of(jobs.c.state, JobState.HELD),
)
_DRIFTING = (
    select(drifts.c.id, drifts.c.kind, drifts.c.name, func.count().label("panels"))
    .join(jobs, jobs.c.drift_id == drifts.c.id)
    .where(*_held_here, drifts.c.settled_at.is_(None))
    .group_by(drifts.c.id)
)
_FOLLOWING = select(jobs.c.before).where(
    *_held_here, jobs.c.before.is_not(None), jobs.c.drift_id.is_(None)
)

_FIRST_PART = func.substr(listed.c.key, 1, func.instr(listed.c.key + "/", "/") - 1)

_PICTURES = (
    select(
        images.c.id,
        images.c.key,
        images.c.path,
        images.c.filed_at,
        images.c.approved_at,
        images.c.rejected_because,
        jobs.c.scene,
        marks.c.state,
        marks.c.settled_at,
        marks.c.why,
        marks.c.score,
        marks.c["limit"],
        marks.c.version,
        marks.c.against,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .outerjoin(marks, marks.c.image_id == images.c.id)
    .where(is_one_of(images.c.place, PictureState.CURRENT))
    .order_by(images.c.filed_at, images.c.id)
)
