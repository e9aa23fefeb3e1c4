"""Of what the author was told by a notice, so that no host tells it again."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from pressrun.store.tables import notices


def told(connection: Connection) -> frozenset[str]:
    """The names of what was told."""
    return frozenset(connection.scalars(select(notices.c.name)))


def keep(connection: Connection, now: float, names: Collection[str]) -> None:
    """Have exactly these names on record."""
    known = told(connection)
    gone = known.difference(names)
    if gone:
        connection.execute(delete(notices).where(notices.c.name.in_(gone)))
    for name in sorted(set(names) - known):
        connection.execute(insert(notices).values(name=name, told_at=now))
