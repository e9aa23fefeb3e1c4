"""The record of every picture and of its history, as it is read: whole, and in pages."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, func, select

from pressrun.picture.facts import Facts
from pressrun.picture.provenance import Provenance
from pressrun.picture.record import Record, from_row
from pressrun.states import IN_FLIGHT, Ending, JobState, PictureState
from pressrun.store import health
from pressrun.store.attempts import Attempt, Other, others_named
from pressrun.store.tables import accounts, attempts, batches, images, is_one_of, jobs
from pressrun.store.tables import journal as journal_table

HELD = (PictureState.CURRENT, PictureState.ALTERNATIVE, PictureState.QUARANTINE)
"""What a picture on record may be that has a file."""


@dataclass(frozen=True)
class Held:
    """A picture on record."""

    id: int
    library: str
    place: PictureState
    path: str
    record: Record
    prompt_sha256: str
    """Of the words that it is on record for."""
    received_sha256: str | None
    """Of the bytes that its attempt received for it."""


@dataclass(frozen=True)
class Received:
    """What an attempt received that is not filed yet."""

    document: str
    """The other half of the attempt's token."""
    picture: Record
    others: tuple[Record, ...]
    """Further pictures of the same answer."""


@dataclass(frozen=True)
class Extent:
    """How much history there is at one moment."""

    newest: int
    """Number of the journal's newest row."""
    rows: int
    """How many rows the journal has."""
    span: int
    """How many it should have, from its first to its newest."""
    done: int
    """Attempts that ended well."""


def integrity(connection: Connection) -> str | None:
    """What is wrong with the database itself, or None."""
    return health.fault(lambda query: connection.exec_driver_sql(query).all())


def libraries(connection: Connection) -> list[str]:
    """Every library on record."""
    known = select(batches.c.library).union(select(images.c.library))
    return sorted(connection.scalars(known))


def count(connection: Connection) -> int:
    """How many pictures are on record."""
    return connection.execute(
        select(func.count()).select_from(images).where(images.c.place.in_(HELD))
    ).scalar_one()


def count_of(connection: Connection, library: str) -> int:
    """How many panels of a library have a picture."""
    return connection.execute(
        select(func.count())
        .select_from(images)
        .where(images.c.library == library, images.c.place == PictureState.CURRENT)
    ).scalar_one()


def is_known(connection: Connection, library: str) -> bool:
    """Whether a library is on record."""
    known = select(batches.c.id).where(batches.c.library == library).limit(1)
    return connection.scalar(known) is not None


def held(connection: Connection, library: str, after: int, most: int) -> list[Held]:
    """The next pictures on record of a library, by number."""
    rows = connection.execute(
        _PICTURES.where(images.c.library == library, images.c.place.in_(HELD), images.c.id > after)
        .order_by(images.c.id)
        .limit(most)
    )
    return [_held(row) for row in rows.mappings()]


def holding(connection: Connection, sha256: str) -> list[Held]:
    """Every picture on record with these bytes."""
    rows = connection.execute(
        _PICTURES.where(images.c.sha256 == sha256, images.c.place.in_(HELD)).order_by(images.c.id)
    )
    return [_held(row) for row in rows.mappings()]


def current(connection: Connection, library: str, key: str) -> Held | None:
    """A panel's current picture."""
    found = connection.execute(
        _PICTURES.where(
            images.c.library == library, images.c.key == key, images.c.place == PictureState.CURRENT
        )
    )
    row = found.mappings().first()
    return None if row is None else _held(row)


def of_images(connection: Connection, numbers: Collection[int]) -> list[Held]:
    """Several pictures on record, by their numbers; those without a file are left out."""
    rows = connection.execute(_PICTURES.where(images.c.id.in_(numbers), images.c.place.in_(HELD)))
    return [_held(row) for row in rows.mappings()]


def on_record(
    connection: Connection, library: str, pictures: Collection[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Those of some pictures (path, SHA-256) that are on record just so."""
    rows = connection.execute(
        select(images.c.path, images.c.sha256).where(
            images.c.library == library,
            images.c.place.in_(HELD),
            images.c.sha256.in_({sha256 for _, sha256 in pictures}),
        )
    )
    return {(row.path, row.sha256) for row in rows} & set(pictures)


def is_busy(connection: Connection, library: str, key: str) -> bool:
    """Whether a panel is worked on right now: what its files show may change."""
    working = (
        select(jobs.c.id)
        .join(batches)
        .where(
            batches.c.library == library,
            jobs.c.key == key,
            is_one_of(jobs.c.state, *IN_FLIGHT),
            jobs.c.state == JobState.WORKING,
        )
    )
    return connection.scalar(working.limit(1)) is not None


def under_way(connection: Connection) -> tuple[set[str], set[str]]:
    """The names of the open attempts, and the SHA-256 of what they have received."""
    rows = connection.execute(
        select(attempts.c.job_id, attempts.c.number, attempts.c.sha256, attempts.c.others).where(
            attempts.c.ending.is_(None)
        )
    ).all()
    names = {f"{row.job_id}.{row.number}" for row in rows}
    received = {row.sha256 for row in rows if row.sha256 is not None}
    return names, received | {each.sha256 for row in rows for each in others_named(row.others)}


def receiver(connection: Connection, sha256: str) -> str | None:
    """The key of a panel for which these bytes were received."""
    key: str | None = connection.scalar(
        select(jobs.c.key)
        .join(attempts, attempts.c.job_id == jobs.c.id)
        .where(attempts.c.sha256 == sha256)
        .limit(1)
    )
    return key


def duplicates(connection: Connection, after: str, most: int) -> list[str]:
    """The next SHA-256 that more than one panel's pictures have; quarantined ones are known."""
    shared = (
        select(images.c.sha256)
        .where(
            images.c.place.in_([PictureState.CURRENT, PictureState.ALTERNATIVE]),
            images.c.sha256 > after,
        )
        .group_by(images.c.sha256, images.c.library)
        .having(func.min(images.c.key) != func.max(images.c.key))
        .order_by(images.c.sha256)
        .limit(most)
    )
    return list(connection.scalars(shared))


def unpictured(connection: Connection, after: int, most: int) -> list[tuple[int, str, str]]:
    """The next jobs that are done and have no picture on record, as (job, library, key)."""
    rows = connection.execute(
        select(jobs.c.id, batches.c.library, jobs.c.key)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .outerjoin(attempts, (attempts.c.job_id == jobs.c.id) & (attempts.c.ending == Ending.DONE))
        .outerjoin(images, images.c.attempt_id == attempts.c.id)
        .where(jobs.c.state == JobState.DONE, images.c.id.is_(None), jobs.c.id > after)
        .order_by(jobs.c.id)
        .limit(most)
    )
    return [(row.id, row.library, row.key) for row in rows]


def extent(connection: Connection) -> Extent:
    """How much history there is right now."""
    first, newest, rows = connection.execute(
        select(func.min(journal_table.c.id), func.max(journal_table.c.id), func.count())
    ).one()
    done = connection.execute(
        select(func.count()).select_from(attempts).where(attempts.c.ending == Ending.DONE)
    ).scalar_one()
    span = newest - first + 1 if newest is not None else 0
    return Extent(newest=newest or 0, rows=rows, span=span, done=done)


def history(
    connection: Connection, after: int, upto: int, most: int
) -> list[tuple[int, str, int | None]]:
    """The next rows of the journal, as (number, event, attempt)."""
    rows = connection.execute(
        select(journal_table.c.id, journal_table.c.event, journal_table.c.attempt_id)
        .where(journal_table.c.id > after, journal_table.c.id <= upto)
        .order_by(journal_table.c.id)
        .limit(most)
    )
    return [(row.id, row.event, row.attempt_id) for row in rows]


def name_of(connection: Connection, attempt: int) -> tuple[str, str]:
    """The library and the key that an attempt was for."""
    row = connection.execute(
        select(batches.c.library, jobs.c.key)
        .join(jobs, jobs.c.batch_id == batches.c.id)
        .join(attempts, attempts.c.job_id == jobs.c.id)
        .where(attempts.c.id == attempt)
    ).one()
    return row.library, row.key


def was_lost(connection: Connection, library: str, key: str) -> bool:
    """Whether a panel's picture was taken off the record, and none was made since."""
    gone = select(images.c.id).where(
        images.c.library == library, images.c.key == key, images.c.place == PictureState.GONE
    )
    lost = connection.scalar(gone.limit(1)) is not None
    return lost and current(connection, library, key) is None


def received(connection: Connection, now: float, attempt: Attempt) -> Received:
    """What an attempt received, as of `now`."""
    row = connection.execute(_RECEIVED, {"attempt": attempt.id}).mappings().one()
    picture = from_row({**row, "filed_at": now})
    others = tuple(
        _beside(picture, other)
        for other in others_named(row["others"])
        if other.sha256 != picture.facts.sha256
    )
    return Received(row["document"], picture, others)


_ELSEWHERE: dict[str, ColumnElement[Any]] = {
    "site": accounts.c.site,
    "account": attempts.c.account_id,
    "batch": jobs.c.batch_id,
    "job": attempts.c.job_id,
    "attempt": attempts.c.number,
    "made_from": jobs.c.made_from,
    "note": jobs.c.note,
}
"""The parts of a provenance that are not in columns of their own name of the attempt."""

_PROVENANCE = [
    (_ELSEWHERE[name] if name in _ELSEWHERE else attempts.c[name]).label(name)
    for name in (each.name for each in fields(Provenance))
]

_PICTURES: Select[Any] = (
    select(
        images.c.id,
        images.c.library,
        images.c.key,
        images.c.place,
        images.c.path,
        *(images.c[each.name] for each in fields(Facts)),
        images.c.prompt_sha256,
        images.c.attached,
        images.c.format,
        images.c.follows,
        images.c.ingredients,
        images.c.filed_at,
        jobs.c.prompt,
        attempts.c.others,
        attempts.c.sha256.label("received_sha256"),
        *_PROVENANCE,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(accounts, accounts.c.id == attempts.c.account_id)
)

_RECEIVED = (
    select(
        jobs.c.key,
        jobs.c.prompt,
        jobs.c.attached,
        jobs.c.format,
        jobs.c.follows,
        jobs.c.ingredients,
        attempts.c.sha256,
        attempts.c.document,
        attempts.c.others,
        *_PROVENANCE,
    )
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(accounts, accounts.c.id == attempts.c.account_id)
    .where(attempts.c.id == bindparam("attempt"))
)


def _held(row: RowMapping) -> Held:
    record, received_sha256 = from_row(row), row["received_sha256"]
    for other in others_named(row["others"]):
        if record.facts.sha256 == other.sha256 != received_sha256:
            record, received_sha256 = _beside(record, other), other.sha256
    return Held(
        id=row["id"],
        library=row["library"],
        place=PictureState(row["place"]),
        path=row["path"],
        record=record,
        prompt_sha256=row["prompt_sha256"],
        received_sha256=received_sha256,
    )


def _beside(record: Record, other: Other) -> Record:
    """The record of a further picture of the answer that brought another one."""
    facts = record.facts if record.facts.sha256 == other.sha256 else Facts(other.sha256)
    return replace(
        record, facts=facts, provenance=replace(record.provenance, file_id=other.identity)
    )
