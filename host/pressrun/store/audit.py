"""What verifying asks of the record, and how it mends it. Everything is read in pages."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, func, insert, select, update

from pressrun.book.panel import words_sha256
from pressrun.book.reference import Reference, listed
from pressrun.states import IN_FLIGHT, OPEN_JOBS, BatchState, Ending, JobState, Place, Step
from pressrun.store import accounts, journal
from pressrun.store import batches as batch_operations
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs
from pressrun.store.tables import journal as journal_table

HELD = (Place.CURRENT, Place.ALTERNATIVE, Place.QUARANTINE)
"""Where a picture on record has a file."""

FOUND = "found"
"""The profile of the account of pictures whose own account is on record no more."""


@dataclass(frozen=True)
class Held:
    """A picture on record, and the chain that it came by."""

    id: int
    library: str
    key: str
    place: Place
    path: str
    sha256: str
    bytes: int
    width: int
    height: int
    media: str
    filed_at: float
    prompt: str
    prompt_sha256: str
    attached: str | None
    """The references that it was made from, as its row names them."""
    chain_sha256: str | None
    """Of the bytes that its attempt received."""
    batch: int
    job: int
    number: int
    conversation: str | None
    turn: str | None
    file_id: str | None


@dataclass(frozen=True)
class Stray:
    """A whole picture in a library that is not on record, and what its sidecar tells."""

    library: str
    key: str
    place: Place
    path: str
    sha256: str
    bytes: int
    width: int
    height: int
    media: str
    prompt: str
    references: tuple[Reference, ...]
    received_at: float
    batch: int | None
    job: int | None
    number: int | None
    conversation: str | None
    turn: str | None
    file_id: str | None


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
    """What SQLite finds wrong with the database, or None."""
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        return " ".join(str(found).split())
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    return None if broken is None else f"a row of {broken[0]} refers to one that is not there"


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
        .where(images.c.library == library, images.c.place == Place.CURRENT)
    ).scalar_one()


def is_known(connection: Connection, library: str) -> bool:
    """Whether a library is on record."""
    known = select(batches.c.id).where(batches.c.library == library).limit(1)
    return connection.scalar(known) is not None


def held(connection: Connection, library: str, after: int, most: int) -> list[Held]:
    """The next pictures on record of a library, by number."""
    rows = connection.execute(
        _held()
        .where(images.c.library == library, images.c.place.in_(HELD), images.c.id > after)
        .order_by(images.c.id)
        .limit(most)
    )
    return [Held(**row._mapping) for row in rows]  # noqa: SLF001 - a row's public name for it


def holding(connection: Connection, sha256: str) -> list[Held]:
    """Every picture on record with these bytes."""
    rows = connection.execute(
        _held().where(images.c.sha256 == sha256, images.c.place.in_(HELD)).order_by(images.c.id)
    )
    return [Held(**row._mapping) for row in rows]  # noqa: SLF001


def current(connection: Connection, library: str, key: str) -> Held | None:
    """A panel's current picture."""
    row = connection.execute(
        _held().where(
            images.c.library == library, images.c.key == key, images.c.place == Place.CURRENT
        )
    ).first()
    return None if row is None else Held(**row._mapping)  # noqa: SLF001


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
    others = {line.split()[0] for row in rows for line in (row.others or "").splitlines()}
    return names, others | {row.sha256 for row in rows if row.sha256 is not None}


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
        .where(images.c.place.in_([Place.CURRENT, Place.ALTERNATIVE]), images.c.sha256 > after)
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


def lose(connection: Connection, now: float, picture: Held, reason: str) -> bool:
    """Take a picture off the record whose file is gone or changed; False when that is outdated.

    What was current leaves its panel without a picture, so that the next `run` makes it.
    """
    if is_busy(connection, picture.library, picture.key):
        return False
    changed = connection.execute(
        update(images)
        .where(
            images.c.id == picture.id,
            images.c.place == picture.place,
            images.c.path == picture.path,
        )
        .values(place=Place.GONE)
    )
    if changed.rowcount:
        journal.write(
            connection, now, Event.IMAGE_GONE, job=picture.job, sha256=picture.sha256, reason=reason
        )
    return bool(changed.rowcount)


def was_lost(connection: Connection, library: str, key: str) -> bool:
    """Whether a panel's picture was taken off the record, and none was made since."""
    gone = select(images.c.id).where(
        images.c.library == library, images.c.key == key, images.c.place == Place.GONE
    )
    lost = connection.scalar(gone.limit(1)) is not None
    return lost and current(connection, library, key) is None


def reopen(connection: Connection, now: float, job: int, reason: str) -> None:
    """A done job has no picture on record: the next `run` is to make it."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job, jobs.c.state == JobState.DONE)
        .values(state=JobState.FAILED, reason=reason)
    )
    journal.write(connection, now, Event.JOB_UNPICTURED, job=job)


def adopt(
    connection: Connection,
    now: float,
    stray: Stray,
    *,
    aside: Callable[[str, str, str], str],
    restored: bool,
) -> bool:
    """Put a whole picture on record again, by its sidecar; False when its panel is busy.

    Args:
        connection: the writer's.
        now: the time.
        stray: the picture.
        aside: where a picture goes that makes room, from its key, SHA-256 and path.
        restored: whether the record is that of a backup, so that a doubt is answered by a picture.
    """
    owner = _attempt_of(connection, stray)
    if owner is not None and owner.state in IN_FLIGHT and owner.ending is not None:
        return False
    if owner is not None and owner.state == JobState.WORKING:
        return False
    event = Event.IMAGE_ADOPTED
    if owner is None or owner.pictured:
        job = _job_for(connection, now, stray, restored=restored)
        if job is None:
            return False
        attempt = _add_attempt(connection, now, stray, job)
    else:
        job, attempt = owner.job, owner.attempt
        if owner.ending == Ending.DONE:
            event = Event.IMAGE_FOUND
        connection.execute(
            update(attempts)
            .where(attempts.c.id == attempt)
            .values(step=Step.DONE, ending=Ending.DONE, ended_at=now, look_at=None, **_facts(stray))
        )
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job)
        .values(state=JobState.DONE, reason=None, ended_at=stray.received_at)
    )
    connection.execute(
        insert(images).values(
            sha256=stray.sha256,
            library=stray.library,
            key=stray.key,
            place=_make_room(connection, stray, aside),
            path=stray.path,
            attempt_id=attempt,
            prompt_sha256=words_sha256(stray.prompt),
            attached=listed(stray.references),
            bytes=stray.bytes,
            width=stray.width,
            height=stray.height,
            media=stray.media,
            filed_at=stray.received_at,
        )
    )
    batch = connection.scalars(select(jobs.c.batch_id).where(jobs.c.id == job)).one()
    journal.write(
        connection, now, event, batch=batch, job=job, attempt=attempt, sha256=stray.sha256
    )
    batch_operations.finish(connection, now, batch)
    return True


def _held() -> Select[Any]:
    return (
        select(
            images.c.id,
            images.c.library,
            images.c.key,
            images.c.place,
            images.c.path,
            images.c.sha256,
            images.c.bytes,
            images.c.width,
            images.c.height,
            images.c.media,
            images.c.filed_at,
            images.c.prompt_sha256,
            images.c.attached,
            jobs.c.prompt,
            case(
                (attempts.c.others.contains(images.c.sha256), images.c.sha256),
                else_=attempts.c.sha256,
            ).label("chain_sha256"),
            jobs.c.batch_id.label("batch"),
            jobs.c.id.label("job"),
            attempts.c.number,
            attempts.c.conversation,
            attempts.c.turn,
            attempts.c.file_id,
        )
        .join(attempts, attempts.c.id == images.c.attempt_id)
        .join(jobs, jobs.c.id == attempts.c.job_id)
    )


@dataclass(frozen=True)
class _Owner:
    job: int
    attempt: int
    state: JobState
    ending: str | None
    pictured: bool


def _attempt_of(connection: Connection, stray: Stray) -> _Owner | None:
    """The attempt that a sidecar names, if it is that panel's with those words."""
    row = connection.execute(
        select(attempts.c.id, attempts.c.job_id, attempts.c.ending, jobs.c.state, images.c.id)
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .outerjoin(images, images.c.attempt_id == attempts.c.id)
        .where(
            jobs.c.id == stray.job,
            attempts.c.number == stray.number,
            jobs.c.key == stray.key,
            jobs.c.prompt_sha256 == words_sha256(stray.prompt),
            batches.c.library == stray.library,
        )
    ).first()
    if row is None:
        return None
    attempt, job, ending, state, image = row
    return _Owner(job, attempt, JobState(state), ending, image is not None)


def _job_for(connection: Connection, now: float, stray: Stray, *, restored: bool) -> int | None:
    """The panel's open job with these words, or a new one; None when it is busy."""
    found = connection.execute(
        select(jobs.c.id, jobs.c.state)
        .join(batches)
        .where(
            batches.c.library == stray.library,
            jobs.c.key == stray.key,
            jobs.c.prompt_sha256 == words_sha256(stray.prompt),
            jobs.c.state.in_(OPEN_JOBS),
        )
    ).all()
    for row in found:
        if row.state == JobState.WORKING or (row.state == JobState.DOUBT and not restored):
            return None
        connection.execute(
            update(attempts)
            .where(attempts.c.job_id == row.id, attempts.c.ending.is_(None))
            .values(ending=Ending.ABANDONED, ended_at=now, reason="its picture is in the library")
        )
        job: int = row.id
        return job
    return _add_job(connection, now, stray)


def _add_job(connection: Connection, now: float, stray: Stray) -> int:
    known = select(batches.c.id).where(batches.c.library == stray.library)
    batch = connection.scalar(known.where(batches.c.id == stray.batch)) or connection.scalar(
        known.order_by(batches.c.id.desc()).limit(1)
    )
    if batch is None:
        batch = connection.execute(
            insert(batches)
            .values(
                source=stray.library,
                library=stray.library,
                site="chatgpt",
                tabs=1,
                state=BatchState.DONE,
                made_before=0,
                created_at=now,
                ended_at=now,
            )
            .returning(batches.c.id)
        ).scalar_one()
    last = connection.scalar(select(func.max(jobs.c.ordinal)).where(jobs.c.batch_id == batch))
    added: int = connection.execute(
        insert(jobs)
        .values(
            batch_id=batch,
            ordinal=0 if last is None else last + 1,
            key=stray.key,
            prompt=stray.prompt,
            prompt_sha256=words_sha256(stray.prompt),
            attached=listed(stray.references),
            state=JobState.DONE,
        )
        .returning(jobs.c.id)
    ).scalar_one()
    return added


def _add_attempt(connection: Connection, now: float, stray: Stray, job: int) -> int:
    last = connection.scalar(select(func.max(attempts.c.number)).where(attempts.c.job_id == job))
    account = accounts.seen(connection, now, site="chatgpt", profile=FOUND, mark="")
    added: int = connection.execute(
        insert(attempts)
        .values(
            job_id=job,
            number=1 + (last or 0),
            account_id=account,
            tab=0,
            step=Step.DONE,
            ending=Ending.DONE,
            started_at=stray.received_at,
            ended_at=now,
            **_facts(stray),
        )
        .returning(attempts.c.id)
    ).scalar_one()
    return added


def _facts(stray: Stray) -> dict[str, Any]:
    known = {
        "conversation": stray.conversation,
        "turn": stray.turn,
        "file_id": stray.file_id,
        "sha256": stray.sha256,
        "bytes": stray.bytes,
    }
    return {name: value for name, value in known.items() if value is not None}


def _make_room(
    connection: Connection, stray: Stray, aside: Callable[[str, str, str], str]
) -> Place:
    """What a stray is to its panel; the picture that it replaced is an alternative by now."""
    before = current(connection, stray.library, stray.key)
    if before is None or stray.place != Place.CURRENT:
        return stray.place
    if before.path != stray.path:
        return Place.ALTERNATIVE
    connection.execute(
        update(images)
        .where(images.c.id == before.id)
        .values(place=Place.ALTERNATIVE, path=aside(before.key, before.sha256, before.path))
    )
    return Place.CURRENT
