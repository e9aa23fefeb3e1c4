"""Which panels of a library changed for whoever looks at them, in the order of their changes.

Triggers of the database number every change that a grid shows. A panel keeps the number of its
newest change alone, so that the rows are as many as the panels, however long a library lives.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from pressrun.store.tables import touched

ANEW = ""
"""What stands for all panels of a library: they came, went or moved."""


@dataclass(frozen=True)
class Touched:
    """What changed since a number."""

    at: int
    """What to go on from."""
    keys: tuple[str, ...] = ()
    """The panels that changed, as the store writes their keys."""
    numbers: tuple[int, ...] = ()
    """Of each, the number of its newest change."""
    anew: bool = False
    """Whether panels came, went or moved, or the number is of another database."""


def newest(connection: Connection) -> int:
    """The number of the newest change of all libraries; 0 without one."""
    number: int = connection.execute(_NEWEST).scalar_one()
    return number


def moved(connection: Connection, library: str) -> int:
    """The number with which all panels of a library changed last; 0 if they never did."""
    number: int = connection.execute(_MOVED, {"of": library}).scalar_one()
    return number


def since(connection: Connection, library: str, at: int, most: int) -> Touched:
    """What changed in a library since a number, as much of it as is asked for, oldest first."""
    last = newest(connection)
    if at > last:
        return Touched(last, anew=True)
    rows = connection.execute(_SINCE, {"of": library, "at": at, "most": most}).all()
    if moved(connection, library) > at:
        return Touched(last, anew=True)
    numbers, keys = tuple(row.id for row in rows), tuple(row.key for row in rows)
    return Touched(numbers[-1] if len(rows) == most else last, keys, numbers)


def touch(connection: Connection, library: str, keys: Iterable[str]) -> None:
    """Give panels the next numbers, where no trigger does."""
    rows = [{"of": library, "named": key} for key in keys]
    if rows:
        connection.execute(_FORGET, rows)
        connection.execute(_REMEMBER, [{"library": library, "key": row["named"]} for row in rows])


_NEWEST = select(func.coalesce(func.max(touched.c.id), 0))
_SINCE = (
    select(touched.c.id, touched.c.key)
    .where(touched.c.library == bindparam("of"), touched.c.id > bindparam("at"))
    .order_by(touched.c.id)
    .limit(bindparam("most"))
)
_MOVED = select(func.coalesce(func.max(touched.c.id), 0)).where(
    touched.c.library == bindparam("of"), touched.c.key == ANEW
)
_FORGET = delete(touched).where(
    touched.c.library == bindparam("of"), touched.c.key == bindparam("named")
)
_REMEMBER = insert(touched)
