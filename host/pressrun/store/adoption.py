"""Bringing the record to what is on disk: adopted, taken off the record, or to be made again."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from pressrun.picture.record import Record, to_row
from pressrun.states import IN_FLIGHT, OPEN_JOBS, BatchState, Ending, JobState, PictureState, Step
from pressrun.store import accounts, closing, holds, journal, offers
from pressrun.store.journal import Event
from pressrun.store.record import Held, current, is_busy
from pressrun.store.tables import attempts, batches, images, jobs


@dataclass(frozen=True)
class Stray:
    """A whole picture in a library that is not on record, and what its sidecar tells."""

    library: str
    place: PictureState
    path: str
    record: Record


def adopt(
    connection: Connection,
    now: float,
    stray: Stray,
    *,
    aside: Callable[[str, str, str], str],
    restored: bool,
    offered: bool = False,
    gone: int | None = None,
) -> bool:
    """Put a whole picture on record again, by its sidecar; False when its panel is busy.

    Args:
        connection: the writer's.
        now: the time.
        stray: the picture.
        aside: where a picture goes that makes room, from its key, SHA-256 and path.
        restored: whether the record is that of a backup, so that a doubt is answered by a picture.
        offered: whether, as an alternative, it waits for the author's yes.
        gone: the picture that it may replace though that is approved: its file is gone.

    Raises:
        StandsError: an approved or locked picture would give its place to it; nothing was changed.
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
            .values(
                step=Step.DONE,
                ending=Ending.DONE,
                ended_at=now,
                look_at=None,
                **_known(stray.record),
            )
        )
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job)
        .values(state=JobState.DONE, reason=None, ended_at=stray.record.received_at)
    )
    image: int = connection.execute(
        insert(images)
        .values(
            library=stray.library,
            place=_make_room(connection, stray, aside, gone),
            path=stray.path,
            attempt_id=attempt,
            **to_row(stray.record),
        )
        .returning(images.c.id)
    ).scalar_one()
    if offered:
        offers.offer(connection, now, image)
    batch = connection.scalars(select(jobs.c.batch_id).where(jobs.c.id == job)).one()
    journal.write(
        connection,
        now,
        event,
        batch=batch,
        job=job,
        attempt=attempt,
        sha256=stray.record.facts.sha256,
    )
    holds.see(connection, now, stray.library, stray.record.key)
    closing.finish(connection, now, batch)
    return True


def lose(connection: Connection, now: float, picture: Held, reason: str) -> bool:
    """Take a picture off the record whose file is gone or changed; False when that is outdated.

    What was current leaves its panel without a picture, so that the next `run` makes it.
    """
    if is_busy(connection, picture.library, picture.record.key):
        return False
    changed = connection.execute(
        update(images)
        .where(
            images.c.id == picture.id,
            images.c.place == picture.place,
            images.c.path == picture.path,
        )
        .values(place=PictureState.GONE)
    )
    if changed.rowcount:
        journal.write(
            connection,
            now,
            Event.IMAGE_GONE,
            job=picture.record.provenance.job,
            sha256=picture.record.facts.sha256,
            reason=reason,
        )
        holds.see(connection, now, picture.library, picture.record.key)
    return bool(changed.rowcount)


def put_back(connection: Connection, now: float, picture: Held, instead: Held, path: str) -> bool:
    """An alternative is its panel's picture again; False when that panel is busy.

    Args:
        connection: the writer's.
        now: the time.
        picture: the alternative, which stands at `path`.
        instead: the panel's picture on record, which is not there.
        path: the panel's name, relative to the library.
    """
    if not lose(connection, now, instead, "another picture of the panel stands in its place"):
        return False
    connection.execute(
        update(images)
        .where(images.c.id == picture.id)
        .values(place=PictureState.CURRENT, path=path)
    )
    job, sha256 = picture.record.provenance.job, picture.record.facts.sha256
    journal.write(connection, now, Event.IMAGE_FOUND, job=job, sha256=sha256)
    holds.see(connection, now, picture.library, picture.record.key)
    return True


def reopen(connection: Connection, now: float, job: int, reason: str) -> None:
    """A done job has no picture on record: the next `run` is to make it."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job, jobs.c.state == JobState.DONE)
        .values(state=JobState.FAILED, reason=reason)
    )
    journal.write(connection, now, Event.JOB_UNPICTURED, job=job)


@dataclass(frozen=True)
class _Owner:
    job: int
    attempt: int
    state: JobState
    ending: str | None
    pictured: bool


def _attempt_of(connection: Connection, stray: Stray) -> _Owner | None:
    """The attempt that a sidecar names, if it is that panel's with those words."""
    origin = stray.record.provenance
    row = connection.execute(
        select(attempts.c.id, attempts.c.job_id, attempts.c.ending, jobs.c.state, images.c.id)
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .outerjoin(images, images.c.attempt_id == attempts.c.id)
        .where(
            jobs.c.id == origin.job,
            attempts.c.number == origin.attempt,
            jobs.c.key == stray.record.key,
            jobs.c.prompt_sha256 == stray.record.recipe.prompt_sha256,
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
            jobs.c.key == stray.record.key,
            jobs.c.prompt_sha256 == stray.record.recipe.prompt_sha256,
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
    recipe, origin = stray.record.recipe, stray.record.provenance
    known = select(batches.c.id).where(
        batches.c.library == stray.library, batches.c.site == origin.site
    )
    batch = connection.scalar(known.where(batches.c.id == origin.batch)) or connection.scalar(
        known.order_by(batches.c.id.desc()).limit(1)
    )
    if batch is None:
        batch = connection.execute(
            insert(batches)
            .values(
                source=stray.library,
                library=stray.library,
                site=origin.site,
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
            key=stray.record.key,
            state=JobState.DONE,
            outdated=True,
            made_from=origin.made_from,
            note=origin.note,
            **recipe.row,
        )
        .returning(jobs.c.id)
    ).scalar_one()
    return added


def _add_attempt(connection: Connection, now: float, stray: Stray, job: int) -> int:
    last = connection.scalar(select(func.max(attempts.c.number)).where(attempts.c.job_id == job))
    account = accounts.seen(
        connection, now, site=stray.record.provenance.site, profile=accounts.FOUND, mark=""
    )
    added: int = connection.execute(
        insert(attempts)
        .values(
            job_id=job,
            number=1 + (last or 0),
            account_id=account,
            tab=0,
            step=Step.DONE,
            ending=Ending.DONE,
            started_at=stray.record.received_at,
            ended_at=now,
            **_known(stray.record),
        )
        .returning(attempts.c.id)
    ).scalar_one()
    return added


def _known(record: Record) -> dict[str, Any]:
    """What a record tells for the row of an attempt."""
    told = asdict(record.facts) | asdict(record.provenance)
    return {name: told[name] for name in told if name in attempts.c and told[name] is not None}


def _make_room(
    connection: Connection,
    stray: Stray,
    aside: Callable[[str, str, str], str],
    gone: int | None,
) -> PictureState:
    """What a stray is to its panel; the picture that it replaced is an alternative by now."""
    before = current(connection, stray.library, stray.record.key)
    if before is None or stray.place != PictureState.CURRENT:
        return stray.place
    if before.path != stray.path:
        return PictureState.ALTERNATIVE
    offers.give_way(connection, stray.library, stray.record.key, gone)
    connection.execute(
        update(images)
        .where(images.c.id == before.id)
        .values(
            place=PictureState.ALTERNATIVE,
            path=aside(stray.record.key, before.record.facts.sha256, before.path),
        )
    )
    return PictureState.CURRENT
