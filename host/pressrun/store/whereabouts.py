"""Where the pictures of a library are, by their bytes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from pressrun.picture.key import fold
from pressrun.picture.scene import scene_of
from pressrun.states import PictureState
from pressrun.store.tables import batches, images, is_one_of, listed

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
class Located:
    """A panel, and where it stands in its book."""

    key: str
    chapter: str
    """The key of its chapter; of a list the first part of its own."""
    page: str
    """The key of its page; empty without pages."""
    format: str | None = None
    """That was asked for, as `3:4`."""


@dataclass(frozen=True)
class Sized:
    """A panel's picture, and how large it is."""

    key: str
    """The panel's."""
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
    return {
        fold(row.key): Sized(row.key, row.path, row.width, row.height, row.media) for row in rows
    }


def panels(connection: Connection, library: str) -> list[Located]:
    """The panels that the lists of a library ask for, list by list, each in its order."""
    rows = connection.execute(
        select(listed.c.key, listed.c.chapter, listed.c.page, listed.c.format)
        .where(listed.c.library == library)
        .order_by(listed.c.source, listed.c.ordinal)
    )
    return [located(row.key, row.chapter, row.page, row.format) for row in rows]


def located(
    key: str, chapter: str | None = None, page: str | None = None, asked: str | None = None
) -> Located:
    """Where a panel stands; what nobody said, its key tells, if it has chapter, page and panel."""
    if page is None:
        above = key.rpartition("/")[0]
        page = above if "/" in above else ""
    return Located(key, scene_of(key) if chapter is None else chapter, page, asked)


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
