"""How keys are written on record: lists, jobs and pictures may write one in different cases."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, func, select

from pressrun.picture.key import fold
from pressrun.store.tables import batches, images, jobs, listed


def written(connection: Connection, library: str, keys: Iterable[str]) -> set[str]:
    """How the keys of panels are written in a library, in every way."""
    names = {fold(key) for key in keys}
    whose = connection.scalars(select(batches.c.id).where(batches.c.library == library)).all()
    asked = (
        select(listed.c.key).where(listed.c.library == library, _may_be(listed.c.key, names)),
        select(jobs.c.key).where(jobs.c.batch_id.in_(whose), _may_be(jobs.c.key, names)),
        select(images.c.key).where(images.c.library == library, _may_be(images.c.key, names)),
    )
    return {
        key for each in asked for key in connection.scalars(each.distinct()) if fold(key) in names
    }


def recorded(connection: Connection, library: str) -> set[str]:
    """The keys of all jobs and pictures of a library, as they are written."""
    whose = select(batches.c.id).where(batches.c.library == library)
    asked = (
        select(jobs.c.key).where(jobs.c.batch_id.in_(whose)),
        select(images.c.key).where(images.c.library == library),
    )
    return {key for each in asked for key in connection.scalars(each.distinct())}


def _may_be(key: ColumnElement[str], names: set[str]) -> ColumnElement[bool]:
    """Whether a key may be one of these without case; of plain keys it is told for certain.

    SQLite knows the case of plain letters alone: a key with another one is looked at by whoever
    asks.
    """
    return func.lower(key).in_(names) | key.op("GLOB")("*[^ -~]*")
