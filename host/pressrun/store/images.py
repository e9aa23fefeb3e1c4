"""Images: what a library holds."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, bindparam, select

from pressrun.states import PictureState
from pressrun.store.attempts import Attempt
from pressrun.store.tables import images


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
