"""Images: what a library holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, cast, literal, select, update

from pressrun.picture.recipe import origin_of
from pressrun.states import PictureState
from pressrun.store import holds, journal
from pressrun.store.attempts import Attempt
from pressrun.store.journal import Event
from pressrun.store.offers import PROTECTED
from pressrun.store.tables import (
    attempts,
    batches,
    decided_panels,
    decisions,
    images,
    is_one_of,
    jobs,
    listed,
    marks,
)

WANTED = [
    listed.c[name].label(f"wanted_{name}")
    for name in ("prompt_sha256", "attached", "format", "follows")
]
"""What a list asks for, beside what a picture was made from; for `origin_of(row, "wanted_")`."""


@dataclass(frozen=True)
class Twin:
    """A picture with the very same bytes."""

    key: str
    file: Path


def twin(connection: Connection, attempt: Attempt, sha256: str) -> Twin | None:
    """Another attempt's picture with the same bytes, or None."""
    row = connection.execute(_TWIN, {"same": sha256, "attempt": attempt.id}).first()
    return None if row is None else Twin(row.key, Path(row.library, row.path))


_TWIN = (
    select(images.c.key, images.c.library, images.c.path)
    .where(
        images.c.sha256 == bindparam("same"),
        images.c.attempt_id != bindparam("attempt"),
        images.c.place != PictureState.GONE,
    )
    .limit(1)
)


@dataclass(frozen=True)
class Kept:
    """Where a picture on record is."""

    key: str
    path: str
    """Relative to the library."""
    media: str


def whereabouts(connection: Connection, library: str, sha256: str) -> Kept | None:
    """Where a picture of a library is that has these bytes, or None."""
    row = connection.execute(_WHEREABOUTS, {"of": library, "same": sha256}).first()
    return None if row is None else Kept(row.key, row.path, row.media)


_WHEREABOUTS = (
    select(images.c.key, images.c.path, images.c.media)
    .where(
        images.c.sha256 == bindparam("same"),
        images.c.library == bindparam("of"),
        images.c.place != PictureState.GONE,
    )
    .order_by(is_one_of(images.c.place, PictureState.CURRENT).desc())
    .limit(1)
)


def newest(connection: Connection, library: str, most: int) -> list[tuple[str, str]]:
    """The newest pictures of a library: the keys of their panels and their SHA-256."""
    rows = connection.execute(_RECENT, {"of": library, "most": most})
    return [(row.key, row.sha256) for row in rows]


_RECENT = (
    select(images.c.key, images.c.sha256)
    .where(images.c.library == bindparam("of"), is_one_of(images.c.place, PictureState.CURRENT))
    .order_by(images.c.filed_at.desc(), images.c.id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class Moved:
    """A picture that changed its panel's key, or its place on disk."""

    id: int
    key: str
    path: str


def of_key(connection: Connection, library: str, key: str) -> list[Row[Any]]:
    """Every picture of a panel that has a file: number, SHA-256, path, and what it is."""
    return list(
        connection.execute(
            select(images.c.id, images.c.sha256, images.c.path, images.c.place).where(
                images.c.library == library,
                images.c.key == key,
                images.c.place.in_((PictureState.CURRENT, PictureState.ALTERNATIVE)),
            )
        )
    )


def move(
    connection: Connection,
    now: float,
    library: str,
    moved: Sequence[Moved],
    *,
    aside: Callable[[str, str, str], str],
) -> None:
    """Put on record where pictures are now; what stood in their place is an alternative.

    Args:
        connection: the writer's.
        now: the time.
        library: whose pictures.
        moved: each with the key and the path that it has now.
        aside: where a picture goes that makes room, from its key, SHA-256 and path.
    """
    numbers = [each.id for each in moved]
    before = connection.scalars(select(images.c.key).where(images.c.id.in_(numbers))).all()
    # keys may go round in a circle, and a panel has one current picture at any time
    between = literal("/", Text) + cast(images.c.id, Text)  # no key begins so
    connection.execute(update(images).where(images.c.id.in_(numbers)).values(key=between))
    for each in moved:
        make_room(connection, library, each.key, aside, but=numbers)
        connection.execute(
            update(images).where(images.c.id == each.id).values(key=each.key, path=each.path)
        )
        job = connection.scalar(
            select(attempts.c.job_id)
            .join(images, images.c.attempt_id == attempts.c.id)
            .where(images.c.id == each.id)
        )
        journal.write(connection, now, Event.IMAGE_RENAMED, job=job, key=each.key)
    for key in dict.fromkeys([*before, *(each.key for each in moved)]):
        holds.see(connection, now, library, key)


def is_superseded(connection: Connection, attempt: Attempt) -> bool:
    """Whether the picture that is there stays, and what an attempt brings is another take.

    It makes words that its list has taken back for those of its picture; or it is a repair of a
    picture that the author accepted meanwhile; or the author undid what ordered it. One that the
    author approved stays as well, and the take is offered: see `offers`.
    """
    if connection.scalar(_UNDONE, {"job": attempt.job}):
        return True
    if attempt.repair and connection.scalar(_SETTLED, {"of": attempt.library, "key": attempt.key}):
        return True
    known = connection.execute(
        select(
            images.c.prompt_sha256,
            images.c.attached,
            images.c.format,
            images.c.follows,
            images.c.ingredients,
            images.c.kept_for,
            *WANTED,
        )
        .join(listed, (listed.c.library == images.c.library) & (listed.c.key == images.c.key))
        .join(jobs, jobs.c.key == images.c.key)
        .where(
            jobs.c.id == attempt.job,
            jobs.c.outdated,
            images.c.library == attempt.library,
            is_one_of(images.c.place, PictureState.CURRENT),
        )
    )
    row = known.mappings().first()
    return row is not None and origin_of(row, "wanted_") in (origin_of(row), row["kept_for"])


_UNDONE = (
    select(decisions.c.takes_back)
    .join(decided_panels, decided_panels.c.decision_id == decisions.c.id)
    .where(decided_panels.c.job_id == bindparam("job"))
    .order_by(decisions.c.id.desc())
    .limit(1)
)
_SETTLED = (
    select(images.c.id)
    .join(marks, marks.c.image_id == images.c.id)
    .where(
        images.c.library == bindparam("of"),
        images.c.key == bindparam("key"),
        is_one_of(images.c.place, PictureState.CURRENT),
        images.c.rejected_at.is_(None),
        ~PROTECTED,
        marks.c.settled_at.is_not(None),
    )
)


def kept_for(connection: Connection, job: int) -> str | None:
    """For what the author accepted the picture that a job corrects: its own stands for it, too."""
    accepted: str | None = connection.scalar(_KEPT_FOR, {"job": job})
    return accepted


_KEPT_FOR = (
    select(images.c.kept_for)
    .join(jobs, (jobs.c.made_from == images.c.sha256) & (jobs.c.key == images.c.key))
    .join(batches, (batches.c.id == jobs.c.batch_id) & (batches.c.library == images.c.library))
    .where(jobs.c.id == bindparam("job"))
    .order_by(images.c.id.desc())
    .limit(1)
)


def make_room(
    connection: Connection,
    library: str,
    key: str,
    aside: Callable[[str, str, str], str],
    *,
    but: Sequence[int] = (),
) -> None:
    """Put on record that a panel's current picture is an alternative.

    Args:
        connection: the writer's.
        library: whose panel.
        key: the panel's.
        aside: where the picture went, from its key, SHA-256 and path.
        but: pictures that it does not go for.
    """
    for row in connection.execute(_CURRENT, {"library": library, "key": key}).all():
        if row.id in but:
            continue
        connection.execute(
            update(images)
            .where(images.c.id == row.id)
            .values(place=PictureState.ALTERNATIVE, path=aside(key, row.sha256, row.path))
        )


_CURRENT = select(images.c.id, images.c.sha256, images.c.path).where(
    images.c.library == bindparam("library"),
    images.c.key == bindparam("key"),
    is_one_of(images.c.place, PictureState.CURRENT),
)
