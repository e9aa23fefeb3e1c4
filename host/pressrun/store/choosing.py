"""Choices under way: panels whose files another take is about to have, before that is on record.

A row is there before a file moves, and goes when the record says what stands there. Where a death
comes between, the next start finds it, and the picture on record gets its place back.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from pressrun.store.tables import choosing


@dataclass(frozen=True)
class Begun:
    """A panel whose picture may not stand where it is on record."""

    library: str
    key: str


def begin(connection: Connection, library: str, key: str) -> None:
    """Another take is about to have the place of a panel's picture."""
    connection.execute(_BEGIN, {"library": library, "key": key})


def end(connection: Connection, library: str, key: str) -> None:
    """The picture on record stands in its place."""
    connection.execute(_END, {"of": library, "panel": key})


def begun(connection: Connection) -> list[Begun]:
    """The panels of which that is not known."""
    return [Begun(row.library, row.key) for row in connection.execute(_ALL)]


_BEGIN = insert(choosing).on_conflict_do_nothing()
_END = delete(choosing).where(
    choosing.c.library == bindparam("of"), choosing.c.key == bindparam("panel")
)
_ALL = select(choosing).order_by(choosing.c.library, choosing.c.key)
