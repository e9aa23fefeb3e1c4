"""Where the pictures of a library are, by their bytes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from pressrun.picture.key import fold
from pressrun.states import PictureState
from pressrun.store.tables import batches, images, is_one_of

_PICTURES = select(images.c.sha256, images.c.path, images.c.place, images.c.library).where(
    images.c.place != PictureState.GONE
)


def of(connection: Connection, library: str, wanted: Collection[str]) -> dict[str, list[str]]:
    """The paths of pictures below their library, by SHA-256; those of panels come first.

    Args:
        connection: to the database.
        library: its absolute path.
        wanted: the SHA-256 of some hundred pictures at most.
    """
    # the library is looked at here: its index would walk all of its pictures
    rows = connection.execute(_PICTURES.where(images.c.sha256.in_(wanted)))
    found = defaultdict[str, list[str]](list)
    for row in _in_order(row for row in rows if row.library == library):
        found[row.sha256].append(row.path)
    return dict(found)


def all_of(connection: Connection, library: str) -> list[tuple[str, str]]:
    """SHA-256 and path of every picture of a library, those of panels first."""
    rows = connection.execute(_PICTURES.where(images.c.library == library).order_by(images.c.id))
    return [(row.sha256, row.path) for row in _in_order(rows)]


@dataclass(frozen=True)
class Sized:
    """A panel's picture, and how large it is."""

    path: str
    """Below its library."""
    width: int
    """In pixels, as `height` is."""
    height: int
    media: str
    """As `image/png`."""


def sizes(connection: Connection, library: str) -> dict[str, Sized]:
    """The pictures that stand for the panels of a library, by key without case."""
    rows = connection.execute(
        select(images.c.key, images.c.path, images.c.width, images.c.height, images.c.media).where(
            images.c.library == library, is_one_of(images.c.place, PictureState.CURRENT)
        )
    )
    return {fold(row.key): Sized(row.path, row.width, row.height, row.media) for row in rows}


def source_of(connection: Connection, library: str) -> str | None:
    """The list or the book that a library was last run with, as far as it is on record."""
    found: str | None = connection.scalar(
        select(batches.c.source)
        # what was taken in from sidecars is on record as a list that is the library itself
        .where(batches.c.library == library, batches.c.source != library)
        .order_by(batches.c.id.desc())
        .limit(1)
    )
    return found


def _in_order(rows: Iterable[Row[Any, Any, Any, Any]]) -> list[Row[Any, Any, Any, Any]]:
    return sorted(rows, key=lambda row: row.place != PictureState.CURRENT)
