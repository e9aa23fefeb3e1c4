"""Images: what a library holds."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, bindparam, select

from pressrun.states import PictureState
from pressrun.store.attempts import Attempt
from pressrun.store.tables import attempts, images, is_one_of, jobs

AT_ONCE = 500
"""So many rows are fetched at once: more would only take more memory."""


@dataclass(frozen=True, slots=True)
class CurrentPicture:
    """A panel's current picture, and the words it was made from."""

    key: str
    path: str
    prompt: str


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


def in_order(connection: Connection, library: str) -> list[CurrentPicture]:
    """The current pictures of a library, in the order in which the author wants them."""
    found = connection.execute(_IN_ORDER, {"of": library})
    return [CurrentPicture(*row) for rows in found.partitions(AT_ONCE) for row in rows]


_IN_ORDER = (
    select(images.c.key, images.c.path, jobs.c.prompt)
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .where(images.c.library == bindparam("of"), is_one_of(images.c.place, PictureState.CURRENT))
    .order_by(jobs.c.ordinal, images.c.id)
)
