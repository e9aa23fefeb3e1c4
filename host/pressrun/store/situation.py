"""All that is known when it is decided what a picture's measure means."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from pressrun.picture import format as formats
from pressrun.picture.ingredients import is_sheet
from pressrun.picture.measure import Measure
from pressrun.picture.recipe import Recipe, Reference, origin_of, parsed
from pressrun.states import DriftKind, JobState, MarkState, Outliers, PictureState, Steering
from pressrun.store import approved, drifts, measures, record, repairs
from pressrun.store.approved import ApprovedSet
from pressrun.store.drifts import OpenDrift
from pressrun.store.record import Held
from pressrun.store.repairs import RepairBudget
from pressrun.store.tables import attempts, batches, images, is_not, is_one_of, jobs, marks
from pressrun.store.tables import measures as measures_table

RECENT = 200
"""So many of the newest pictures of a library are looked at for those that share something."""

_NOTHING = RepairBudget(0, 0, 0)

LATER = 3
"""From which of its pictures on a kept chat's are later ones."""

FIRSTS = 30
"""At most so many of those before them are what they are compared with."""

EXAMPLES = 2
"""So many approved pictures may be sent with a repair."""


@dataclass(frozen=True)
class MeasuredTake:
    """A picture of the panel that was made from the same recipe, and is measured."""

    image: int
    held: Held
    measure: Measure
    repair: int
    """The number of the repair that made it; 0 for the first picture."""
    state: MarkState | None
    """Of its mark; None where it has none."""


@dataclass(frozen=True)
class Recent:
    """A picture that was marked before."""

    image: int
    key: str
    state: MarkState
    stands_out: bool
    """By its score, whatever was done about it since."""
    repair: int
    steering: Steering
    """How it was sent; `NONE` and no repair is the plain way."""


@dataclass(frozen=True)
class Circle:
    """What a picture shares with others: its chat, a figure in it, its scene, its account."""

    kind: DriftKind
    name: str
    """As in `drifts.name`: a scene, the name of a figure or a place, an account's number, or a
    chat's name after its account's number and a colon."""
    recent: tuple[Recent, ...]
    """The last marked pictures of the batch that share it, newest first and without this one;
    replaced ones are among them."""


@dataclass(frozen=True)
class Case:
    """What is known of one picture and its panel, in one moment.

    Of a picture that is not new nothing is told that only orders need: its takes, what it shares
    with others, and what may be spent. So a backlog is marked at little cost.
    """

    image: int
    sha256: str
    key: str
    library: str
    batch: int
    recipe: Recipe
    """What it was made from, and is on record for."""
    size: tuple[int, int]
    """Width and height, in pixels."""
    measure: Measure | None
    failure: str
    """Why its bytes cannot be measured; empty where they are measured."""
    approved: ApprovedSet
    takes: tuple[MeasuredTake, ...]
    """All measured takes of the panel that were ordered for this one, oldest first, this one among
    them: the first picture and its repairs. Those of another format than was asked for are left
    out, as are those that the author rejected."""
    circles: tuple[Circle, ...]
    """From the smallest to the largest: chat, figures, scene, account."""
    drifts: tuple[OpenDrift, ...]
    """All open ones of its batch."""
    outliers: Outliers
    """What its batch does about outliers."""
    repair: int
    """The number of the repair that made it; 0 for the first picture."""
    sent: Steering
    """How it was sent, if it was steered."""
    is_sheet: bool
    is_settled: bool
    """Whether the author had a word on it: approved, rejected, kept, chosen, or corrected."""
    is_new: bool
    """Whether it came in while its batch was open, and was never marked before."""
    is_repairable: bool
    """Whether one more take may be ordered, if the budget allows it: it is new, its panel still
    asks for what it was made from, and the author had no word on it."""
    repairs: int
    """How many repairs a panel of its batch gets at most."""
    budget: RepairBudget
    """Nothing, where its batch makes no outlier again."""
    steering: Steering
    """How panels of its batch are sent now."""
    style_references: tuple[Reference, ...]
    """The pictures that show the style, of which the library keeps copies."""
    examples: tuple[Held, ...]
    """Approved pictures that may be sent with a repair, the first approvals first. They have to be
    kept as reference copies before."""


def of_image(connection: Connection, image: int, version: str) -> Case | None:
    """What is known of a panel's picture; None where it is that no more, or is not measured yet."""
    row = connection.execute(_IMAGE, {"image": image}).first()
    if row is None:
        return None
    measure = measures.of(connection, row.sha256, version)
    if measure is None:
        return None
    group = approved.style_of_row(row)
    found = approved.without(approved.of_style(connection, group, version), row.sha256)
    told: Mapping[Any, Any] = row._mapping  # noqa: SLF001 - a row's public name for it
    recipe = Recipe.from_row(told)
    settled = (
        row.approved_at,
        row.locked_at,
        row.rejected_at,
        row.kept_for,
        row.made_from,
        row.settled_at,
    )
    is_new = row.marked_by is None and row.ended_at is None and row.filed_at >= row.created_at
    spends = is_new and row.outliers == Outliers.REDO
    return Case(
        image=row.id,
        sha256=row.sha256,
        key=row.key,
        library=row.library,
        batch=row.batch_id,
        recipe=recipe,
        size=(row.width, row.height),
        measure=measure if isinstance(measure, Measure) else None,
        failure=measure if isinstance(measure, str) else "",
        approved=found,
        takes=tuple(_takes(connection, row, version)) if is_new else (),
        circles=tuple(_circles(connection, row)) if is_new else (),
        drifts=tuple(drifts.of_batch(connection, row.batch_id)),
        outliers=Outliers(row.outliers),
        repair=row.repair,
        sent=Steering(row.sent),
        is_sheet=is_sheet(recipe.ingredients),
        is_settled=any(each is not None for each in settled),
        is_new=is_new,
        is_repairable=is_new and repairs.is_possible(connection, image),
        repairs=row.repairs,
        budget=repairs.budget(connection, row.batch_id) if spends else _NOTHING,
        steering=Steering(row.steering),
        style_references=parsed(row.style_references),
        examples=tuple(_examples(connection, found, row.key)) if is_new else (),
    )


def _takes(connection: Connection, row: Row[Any], version: str) -> Iterable[MeasuredTake]:
    """The takes that were ordered for a picture: that of the last job before that is no repair."""
    known = {"of": row.library, "key": row.key, "batch": row.batch_id, "upto": row.job_id}
    first = connection.scalar(_FIRST, known)
    rows = connection.execute(_TAKES, {**known, "first": first or row.job_id}).mappings().all()
    origin = origin_of(row._mapping)  # noqa: SLF001 - a row's public name for it
    rows = [
        each
        for each in rows
        if origin_of(each) == origin and formats.fits(each["width"], each["height"], each["format"])
    ]
    found = measures.several(connection, [each["sha256"] for each in rows], version)
    there = {each.id: each for each in record.of_images(connection, [each["id"] for each in rows])}
    for each in rows:
        if each["sha256"] in found and each["id"] in there:
            yield MeasuredTake(
                each["id"],
                there[each["id"]],
                found[each["sha256"]],
                each["repair"],
                None if each["state"] is None else MarkState(each["state"]),
            )


def _circles(connection: Connection, row: Row[Any]) -> Iterable[Circle]:
    shared = _shared(row)
    recent: dict[tuple[DriftKind, str], list[Recent]] = {each: [] for each in shared}
    for other in connection.execute(_RECENT, {"of": row.library}):
        if other.id == row.id or other.batch_id != row.batch_id or other.state is None:
            continue
        told = Recent(
            other.id,
            other.key,
            MarkState(other.state),
            other.score is not None and other.limit is not None and other.score > other.limit,
            other.repair,
            Steering(other.sent),
        )
        for each in _shared(other):
            if each in recent:
                recent[each].append(told)
    return (Circle(*each, tuple(recent[each])) for each in shared)


def _shared(row: Row[Any]) -> list[tuple[DriftKind, str]]:
    """What a picture shares with others, from the smallest to the largest."""
    told = drifts.shares(row.scene, row.key, row.ingredients)
    chat = f"{row.account_id}:{row.conversation}"
    return [
        *([(DriftKind.CHAT, chat)] if row.conversation is not None else []),
        *told,
        (DriftKind.ACCOUNT, str(row.account_id)),
    ]


def _examples(connection: Connection, found: ApprovedSet, key: str) -> list[Held]:
    """The first approved pictures of a set that are other panels'."""
    numbers = [each.image for each in found.members if each.image is not None and each.key != key][
        :EXAMPLES
    ]
    there = {each.id: each for each in record.of_images(connection, numbers)}
    return [there[each] for each in numbers if each in there]


@dataclass(frozen=True)
class CircleSeries:
    """Pictures that share something, in the order in which they were filed."""

    kind: DriftKind
    name: str
    keys: tuple[str, ...]
    measures: tuple[Measure, ...]
    """Without their vectors, which no trend needs."""
    in_style: tuple[bool, ...]
    """Of each, whether it is marked so; this picture is not marked yet."""
    suspects: tuple[int, ...] = ()
    """Of each, its image's number where it came in this batch and was never made again; else 0."""
    firsts: tuple[Measure, ...] = ()
    """What later pictures of chats are compared with besides the approved: the first of those
    chats."""


def series(
    connection: Connection, image: int, version: str, *, most: int = 2 * RECENT
) -> Sequence[CircleSeries]:
    """The pictures that share the chat, a figure, the scene or the account of one, and itself last.

    The later pictures of chats are a series as well. They and those of the account are of the batch
    alone, and sheets are in none. Repairs and steered
    pictures are left out: they were sent in another way. So is what was filed after it, and what
    the author rejected. Of a repair, the series are those of its panel's first picture.

    Args:
        connection: the writer's.
        image: its number.
        version: of the gauge.
        most: so many of the newest pictures of the library are looked at.
    """
    row = connection.execute(_IMAGE, {"image": image}).first()
    if row is None:
        return []
    known = {"of": row.library, "upto": row.filed_at, "version": version, "most": most}
    others = [
        other
        for other in connection.execute(_SERIES, known).all()[::-1]
        if other.id == row.id or not is_sheet(json.loads(other.ingredients or "{}"))
    ]
    later = _later(others, row.batch_id)
    firsts = [
        measures.from_row(other, vector=False)
        for other in others
        if other.conversation is not None
        and other.batch_id == row.batch_id
        and other.id not in later
    ]
    is_later = row.id in later or (row.repair > 0 and bool(later))
    shared = [*_shared(row), *([(DriftKind.LATER, "")] if is_later else [])]
    found: dict[tuple[DriftKind, str], list[Row[Any]]] = {each: [] for each in shared}
    for other in others:
        of_chats = [(DriftKind.LATER, "")] if other.id in later else []
        for each in (*_shared(other), *of_chats):
            # what another batch of the account wanted may be of another style
            if each in found and (each[0] != DriftKind.ACCOUNT or other.batch_id == row.batch_id):
                found[each].append(other)
    repaired = set(connection.scalars(_REPAIRED, {"batch": row.batch_id}))

    def suspect(other: Row[Any]) -> int:
        is_one = other.batch_id == row.batch_id and other.key not in repaired
        return other.id if is_one and other.place == PictureState.CURRENT else 0

    return [
        CircleSeries(
            *each,
            tuple(other.key for other in rows),
            tuple(measures.from_row(other, vector=False) for other in rows),
            tuple(other.state == MarkState.IN_STYLE for other in rows),
            tuple(suspect(other) for other in rows),
            tuple(firsts[:FIRSTS]) if each[0] == DriftKind.LATER else (),
        )
        for each, rows in found.items()
    ]


def _later(rows: Iterable[Row[Any]], batch: int) -> set[int]:
    """Which of some pictures, the oldest first, are later ones of chats that a batch kept."""
    counted: Counter[tuple[int, str]] = Counter()
    later = set()
    for row in rows:
        if row.conversation is not None and row.batch_id == batch:
            chat = (row.account_id, row.conversation)
            counted[chat] += 1
            if counted[chat] >= LATER:
                later.add(row.id)
    return later


_HOW = (
    attempts.c.account_id,
    attempts.c.conversation,
    attempts.c.steering.label("sent"),
    jobs.c.scene,
    jobs.c.repair,
    jobs.c.batch_id,
)
"""What of its attempt and its job tells what a picture shares with others."""

_IMAGE: Select[Any] = (
    select(
        images,
        *_HOW,
        attempts.c.job_id,
        attempts.c.lane,
        jobs.c.prompt,
        jobs.c.made_from,
        batches.c.outliers,
        batches.c.repairs,
        batches.c.steering,
        batches.c.style_references,
        batches.c.created_at,
        batches.c.ended_at,
        marks.c.settled_at,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .outerjoin(marks, marks.c.image_id == images.c.id)
    .where(images.c.id == bindparam("image"), is_one_of(images.c.place, PictureState.CURRENT))
)
_FIRST = select(func.max(jobs.c.id)).where(
    jobs.c.batch_id == bindparam("batch"),
    jobs.c.key == bindparam("key"),
    is_not(jobs.c.state, JobState.CANCELLED),
    jobs.c.repair == 0,
    jobs.c.id <= bindparam("upto"),
)
_TAKES = (
    select(
        images.c.id,
        images.c.sha256,
        images.c.width,
        images.c.height,
        images.c.prompt_sha256,
        images.c.attached,
        images.c.format,
        images.c.follows,
        jobs.c.repair,
        marks.c.state,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .outerjoin(marks, marks.c.image_id == images.c.id)
    .where(
        jobs.c.batch_id == bindparam("batch"),
        jobs.c.key == bindparam("key"),
        is_not(jobs.c.state, JobState.CANCELLED),
        jobs.c.id >= bindparam("first"),
        images.c.library == bindparam("of"),
        images.c.key == bindparam("key"),
        images.c.place.in_((PictureState.CURRENT, PictureState.ALTERNATIVE)),
        images.c.rejected_at.is_(None),
    )
    .order_by(images.c.id)
)
_NEWEST = (
    select(
        images.c.id,
        images.c.key,
        images.c.ingredients,
        marks.c.state,
        marks.c.score,
        marks.c.limit,
        *_HOW,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .outerjoin(marks, marks.c.image_id == images.c.id)
    .where(
        images.c.library == bindparam("of"),
        images.c.place.in_((PictureState.CURRENT, PictureState.ALTERNATIVE)),
    )
    .order_by(images.c.filed_at.desc(), images.c.id.desc())
)
_RECENT: Select[Any] = _NEWEST.limit(RECENT)
_REPAIRED = select(jobs.c.key).where(jobs.c.batch_id == bindparam("batch"), jobs.c.repair > 0)
_SERIES: Select[Any] = (
    _NEWEST.add_columns(
        images.c.place,
        measures_table.c.version,
        measures_table.c.attributes,
        measures_table.c.likeness,
        measures_table.c.blemishes,
    )
    .join(measures_table, measures_table.c.sha256 == images.c.sha256)
    .where(
        images.c.filed_at <= bindparam("upto"),
        images.c.rejected_at.is_(None),
        measures_table.c.version == bindparam("version"),
        measures_table.c.failed.is_(None),
        jobs.c.repair == 0,
        attempts.c.steering == Steering.NONE,
    )
    .limit(bindparam("most"))
)
