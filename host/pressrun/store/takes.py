"""Takes: every picture that a panel was given, and one more of them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from pressrun.errors import NotFoundError
from pressrun.picture.recipe import Recipe, origin_of
from pressrun.states import OPEN_JOBS, BatchState, JobState, PictureState
from pressrun.store import images as images_store
from pressrun.store import journal
from pressrun.store.batches import OPEN
from pressrun.store.journal import Event
from pressrun.store.record import Held
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs, listed


def redo(
    connection: Connection, now: float, library: str, keys: Sequence[str], note: str | None
) -> tuple[list[int], list[str]]:
    """Order one more take of panels that have a picture; returns the batches, and the panels.

    The words and references are those of the list, or those of the picture where no list names
    its key. The picture that is there stays until the new one is filed, and then among the
    alternatives.

    Args:
        connection: the writer's.
        now: the time.
        library: whose panels.
        keys: of panels, or the first parts of keys.
        note: what the author notes about it.

    Raises:
        NotFoundError: one of them names no picture, or one whose panel is being made; none was
            ordered.
    """
    chosen: dict[str, RowMapping] = {}
    for key in keys:
        found = connection.execute(
            _PICTURES.where(images.c.library == library, _named(key))
        ).mappings()
        below = {row["key"]: row for row in found}
        if not below:
            raise NotFoundError(
                f"{key} has no picture that could be made again; nothing was changed"
            )
        chosen |= below
    busy = connection.scalars(
        select(jobs.c.key)
        .join(batches)
        .where(batches.c.library == library, is_one_of(jobs.c.state, *OPEN_JOBS))
    )
    if waiting := sorted(set(busy) & set(chosen)):
        raise NotFoundError(f"{waiting[0]} is being made already; nothing was changed")
    changed = {_redo(connection, now, row, note) for row in chosen.values()}
    return sorted(changed), list(chosen)


def keep(connection: Connection, now: float, library: str, keys: Sequence[str]) -> list[str]:
    """Accept pictures for what the list asks for now, whatever they were made from.

    Args:
        connection: the writer's.
        now: the time.
        library: whose panels.
        keys: of panels, or the first parts of keys.

    Returns:
        The panels whose pictures were made from something else.

    Raises:
        NotFoundError: one of them names no picture of a panel in the list; none was changed.
    """
    found: dict[str, RowMapping] = {}
    for key in keys:
        rows = connection.execute(_LISTED.where(images.c.library == library, _named(key)))
        below = {row["key"]: row for row in rows.mappings()}
        if not below:
            raise NotFoundError(
                f"no panel in the list has a picture named {key}; nothing was changed. "
                "To see what is there: pressrun plan FILE --list"
            )
        found |= below
    kept = []
    for row in found.values():
        wanted = origin_of(row, "wanted_")
        if origin_of(row) == wanted:
            continue
        connection.execute(update(images).where(images.c.id == row["id"]).values(kept_for=wanted))
        journal.write(connection, now, Event.IMAGE_KEPT, job=row["job_id"])
        kept.append(row["key"])
    return kept


def choose(
    connection: Connection,
    now: float,
    chosen: Held,
    path: str,
    *,
    aside: Callable[[str, str, str], str],
) -> None:
    """Put on record that another take is its panel's picture now, for what its list asks for.

    Args:
        connection: the writer's.
        now: the time.
        chosen: the take.
        path: where it is now, relative to the library.
        aside: where the picture before it went, from its key, SHA-256 and path.
    """
    library, key = chosen.library, chosen.record.key
    images_store.make_room(connection, library, key, aside, but=[chosen.id])
    found = connection.execute(
        select(listed).where(listed.c.library == library, listed.c.key == key)
    )
    wanted = found.mappings().first()
    kept = origin_of(wanted) if wanted else None
    connection.execute(
        update(images)
        .where(images.c.id == chosen.id)
        .values(place=PictureState.CURRENT, path=path, kept_for=kept)
    )
    journal.write(connection, now, Event.IMAGE_CHOSEN, job=_job(connection, chosen.id))


def tidy(connection: Connection, now: float, picture: Held, path: str) -> None:
    """Put on record that a picture is an alternative now, as no list names its panel.

    Args:
        connection: the writer's.
        now: the time.
        picture: as it was.
        path: where it is now, relative to the library.
    """
    connection.execute(
        update(images)
        .where(images.c.id == picture.id)
        .values(place=PictureState.ALTERNATIVE, path=path)
    )
    journal.write(connection, now, Event.IMAGE_TIDIED, job=_job(connection, picture.id))


def _job(connection: Connection, image: int) -> int | None:
    job: int | None = connection.scalar(
        select(attempts.c.job_id)
        .join(images, images.c.attempt_id == attempts.c.id)
        .where(images.c.id == image)
    )
    return job


def _redo(connection: Connection, now: float, picture: RowMapping, note: str | None) -> int:
    """Add a job for one more take of a panel; returns its batch."""
    wanted = (
        connection.execute(
            select(listed).where(
                listed.c.library == picture["library"], listed.c.key == picture["key"]
            )
        )
        .mappings()
        .first()
    )
    source = wanted["source"] if wanted else picture["source"]
    batch = _batch(connection, now, picture, source)
    earlier = connection.execute(
        update(jobs)
        .where(jobs.c.batch_id == batch, jobs.c.key == picture["key"], jobs.c.outdated.is_(False))
        .values(outdated=True)
    )
    if not earlier.rowcount:
        connection.execute(
            update(batches)
            .where(batches.c.id == batch, batches.c.made_before > 0)
            .values(made_before=batches.c.made_before - 1)
        )
    last = connection.scalar(select(func.max(jobs.c.place)).where(jobs.c.batch_id == batch)) or 0
    job: int = connection.execute(
        insert(jobs)
        .values(
            batch_id=batch,
            ordinal=wanted["ordinal"] if wanted else last + 1,
            place=last + 1,
            key=picture["key"],
            note=note,
            state=JobState.WAITING,
            **Recipe.from_row(wanted or picture).row,
        )
        .returning(jobs.c.id)
    ).scalar_one()
    journal.write(connection, now, Event.JOB_REDONE, batch=batch, job=job)
    return batch


def _batch(connection: Connection, now: float, picture: RowMapping, source: str) -> int:
    """The open batch of a list, or a new one like its last."""
    library: str = picture["library"]
    mine = (batches.c.library == library) & (batches.c.source == source)
    batch: int | None = connection.scalar(
        select(batches.c.id).where(mine, batches.c.state.in_(OPEN))
    )
    if batch is not None:
        return batch
    before = connection.execute(
        select(batches.c.site, batches.c.tabs, batches.c.on_doubt)
        .where(or_(mine, batches.c.id == picture["batch_id"]))
        .order_by(mine.desc(), batches.c.id.desc())
    ).first()
    assert before is not None  # noqa: S101 - the batch that made the picture
    batch = connection.execute(
        insert(batches)
        .values(
            source=source,
            library=library,
            state=BatchState.RUNNING,
            made_before=0,
            created_at=now,
            **before._mapping,  # noqa: SLF001 - a row's public name for it
        )
        .returning(batches.c.id)
    ).scalar_one()
    journal.write(connection, now, Event.BATCH_STARTED, batch=batch, jobs=0)
    return batch


def _named(key: str) -> Any:  # noqa: ANN401 - a condition
    return (images.c.key == key) | images.c.key.startswith(f"{key.rstrip('/')}/", autoescape=True)


_PICTURES = (
    select(
        images.c.key,
        images.c.library,
        jobs.c.prompt,
        jobs.c.attached,
        jobs.c.format,
        jobs.c.batch_id,
        batches.c.source,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(is_one_of(images.c.place, PictureState.CURRENT))
    .order_by(jobs.c.ordinal, images.c.id)
)

_LISTED = (
    select(
        images.c.id,
        images.c.key,
        images.c.prompt_sha256,
        images.c.attached,
        images.c.format,
        attempts.c.job_id,
        *images_store.WANTED,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(listed, (listed.c.library == images.c.library) & (listed.c.key == images.c.key))
    .where(is_one_of(images.c.place, PictureState.CURRENT))
    .order_by(listed.c.source, listed.c.ordinal)
)
