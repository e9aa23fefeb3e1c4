"""The libraries that this home knows, each by the mark in its folder."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from pressrun.states import PictureState
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import batches, images, libraries


def mark(connection: Connection, path: str) -> str | None:
    """The mark of the library at a path, as far as it is on record."""
    found: str | None = connection.scalar(select(libraries.c.mark).where(libraries.c.path == path))
    return found


def is_known(connection: Connection, path: str) -> bool:
    """Whether pictures were ever made, or ordered, for a folder."""
    marked = select(libraries.c.path).where(libraries.c.path == path)
    ordered = select(batches.c.library).where(batches.c.library == path)
    return connection.scalar(marked.union(ordered).limit(1)) is not None


def picture(connection: Connection, path: str, key: str) -> str | None:
    """Where a panel's picture is, below the library at a path; None while it has none."""
    found: str | None = connection.scalar(
        select(images.c.path).where(
            images.c.library == path,
            images.c.key == key,
            images.c.place == PictureState.CURRENT,
        )
    )
    return found


def remember(connection: Connection, now: float, path: str, given: str) -> None:
    """Put the mark of the library at a path on record."""
    if mark(connection, path) != given:
        journal.write(connection, now, Event.LIBRARY_MARKED)
    row = {"path": path, "mark": given, "seen_at": now}
    connection.execute(
        insert(libraries).values(row).on_conflict_do_update(index_elements=["path"], set_=row)
    )
