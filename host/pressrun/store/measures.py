"""Measures: which picture is measured next, and what was measured.

A measure is of bytes: whoever has the same bytes has the same measure, and it is made once for each
version of the gauge. A picture is done with when it has a mark of that version (`marks.py`).
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from pressrun.picture.measure import Blemish, Measure
from pressrun.picture.recipe import parsed
from pressrun.states import BatchState, Outliers, PictureState
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs, measures


@dataclass(frozen=True)
class Due:
    """A picture that is to be measured, or only to be marked, as its bytes are measured already."""

    sha256: str
    library: str
    path: str | None
    """Below the library; None for the copy that the library keeps of a reference."""
    image: int | None
    """Its number; None for a reference of a style, which gets no mark."""
    is_measured: bool
    """Whether its bytes have a measure, or are known to have none."""


@dataclass(frozen=True)
class PictureHash:
    """What a panel's picture looks like, roughly."""

    image: int
    key: str
    likeness: str
    """The perceptual hash."""


def next_due(connection: Connection, version: str, *, passed: Collection[str] = ()) -> Due | None:
    """The picture that is to be looked at next, or None.

    What others are compared with comes first: approved pictures, and the references of the styles
    of open batches; then the newest of the panels' own pictures, back to the oldest. It takes as
    long with a hundred thousand pictures as with ten.

    Args:
        connection: the writer's.
        version: of the gauge. Pictures with a mark of another version are due once more.
        passed: the SHA-256 of pictures that are left out, as their files cannot be read now.
    """
    known = {"version": version, "most": len(passed) + 1}
    row = _first(connection, _APPROVED_DUE, known, passed)
    if row is None:
        if (reference := _reference_due(connection, version, passed)) is not None:
            return reference
        row = _first(connection, _NEWEST_DUE, known, passed)
    if row is None:
        return None
    measured = connection.scalar(_IS_MEASURED, {"same": row.sha256, "version": version})
    return Due(row.sha256, row.library, row.path, row.id, measured is not None)


def next_unmarked(connection: Connection) -> Due | None:
    """The newest picture without any mark for which an open batch waits, or None.

    Where nothing can be measured, it is marked as unmeasured, so that what waits goes on.
    """
    row = connection.execute(_WAITED_FOR).first()
    return (
        None if row is None else Due(row.sha256, row.library, row.path, row.id, is_measured=False)
    )


def _first(
    connection: Connection,
    asked: Iterable[Any],
    known: dict[str, object],
    passed: Collection[str],
) -> Row[Any] | None:
    for query in asked:
        for row in connection.execute(query, known):
            if row.sha256 not in passed:
                return row
    return None


def _reference_due(connection: Connection, version: str, passed: Collection[str]) -> Due | None:
    for row in connection.execute(_STYLES):
        for each in parsed(row.style_references):
            if each.sha256 in passed:
                continue
            if connection.scalar(_IS_MEASURED, {"same": each.sha256, "version": version}) is None:
                return Due(each.sha256, row.library, None, None, is_measured=False)
    return None


def backlog(connection: Connection, version: str) -> int:
    """How many pictures are still to be measured or marked."""
    found: int = connection.execute(_BACKLOG, {"version": version}).scalar_one()
    return found


def add(connection: Connection, now: float, sha256: str, measure: Measure) -> None:
    """Put on record what was measured of a picture's bytes; what is on record already stays."""
    connection.execute(
        _ADD,
        {
            "sha256": sha256,
            "version": measure.version,
            "vector": measure.vector,
            "attributes": json.dumps(measure.attributes),
            "likeness": measure.likeness,
            "blemishes": " ".join(measure.blemishes) or None,
            "failed": None,
            "measured_at": now,
        },
    )


def add_failure(connection: Connection, now: float, sha256: str, version: str, reason: str) -> None:
    """Put on record that a picture's bytes cannot be measured by this version, and why."""
    nothing = dict.fromkeys(("vector", "attributes", "likeness", "blemishes"))
    told = {"sha256": sha256, "version": version, "failed": reason, "measured_at": now}
    connection.execute(_ADD, {**nothing, **told})


def of(connection: Connection, sha256: str, version: str) -> Measure | str | None:
    """The measure of a picture's bytes; why they have none; or None where nobody tried yet."""
    row = connection.execute(_ONE, {"same": sha256, "version": version}).first()
    if row is None:
        return None
    return str(row.failed) if row.failed is not None else from_row(row)


def several(connection: Connection, wanted: Iterable[str], version: str) -> dict[str, Measure]:
    """The measures of several pictures' bytes, by SHA-256; those that have none are left out."""
    found = dict[str, Measure]()
    for some in _chunks(list(dict.fromkeys(wanted))):
        rows = connection.execute(
            _ALL.where(measures.c.sha256.in_(some), measures.c.failed.is_(None)),
            {"version": version},
        )
        found |= {row.sha256: from_row(row) for row in rows}
    return found


def from_row(row: Row[Any], *, vector: bool = True) -> Measure:
    """The measure of a row.

    Args:
        row: of the table, or of a join with it.
        vector: whether the row has the vector as well.
    """
    return Measure(
        version=row.version,
        vector=row.vector if vector else b"",
        attributes=tuple(json.loads(row.attributes)),
        likeness=row.likeness,
        blemishes=tuple(map(Blemish, (row.blemishes or "").split())),
    )


def looks(
    connection: Connection, library: str, version: str, *, after: str = "", most: int = 5000
) -> list[PictureHash]:
    """The next of what the panels' pictures of a library look like, by key.

    Args:
        connection: the writer's.
        library: whose pictures.
        version: of the gauge.
        after: the key that was the last before.
        most: how many at once.
    """
    known = {"of": library, "version": version, "after": after, "most": most}
    return [PictureHash(row.id, row.key, row.likeness) for row in connection.execute(_LOOKS, known)]


_CHUNK = 500


def _chunks(wanted: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(wanted), _CHUNK):
        yield wanted[first : first + _CHUNK]


_version = bindparam("version", type_=images.c.marked_by.type)
_OF_OTHERS = (
    images.c.marked_by.is_(None),
    images.c.marked_by < _version,
    images.c.marked_by > _version,
)
"""Pictures without a mark of a version: each of the three is one walk along an index."""

_DUE = select(images.c.id, images.c.sha256, images.c.library, images.c.path).where(
    is_one_of(images.c.place, PictureState.CURRENT)
)
_APPROVED_DUE = [
    _DUE.where(each, images.c.approved_at.is_not(None))
    .order_by(images.c.marked_by, images.c.approved_at)
    .limit(bindparam("most"))
    for each in _OF_OTHERS
]
_NEWEST_DUE = [
    _DUE.where(each)
    .order_by(images.c.marked_by.desc(), images.c.filed_at.desc())
    .limit(bindparam("most"))
    for each in _OF_OTHERS
]
_WAITED_FOR = (
    _DUE.join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(
        images.c.marked_by.is_(None),
        images.c.filed_at >= batches.c.created_at,
        batches.c.outliers != Outliers.MARK,
        batches.c.state.in_((BatchState.RUNNING, BatchState.PAUSED)),
    )
    .order_by(images.c.filed_at.desc())
    .limit(1)
)
_BACKLOG = (
    select(func.count())
    .select_from(images)
    .where(is_one_of(images.c.place, PictureState.CURRENT), or_(*_OF_OTHERS))
)
_STYLES = (
    select(batches.c.library, batches.c.style_references)
    .where(
        is_one_of(batches.c.state, BatchState.RUNNING, BatchState.PAUSED),
        batches.c.style_references.is_not(None),
    )
    .order_by(batches.c.id)
)

_ADD = insert(measures).on_conflict_do_nothing()
_ALL = select(measures).where(measures.c.version == bindparam("version"))
_ONE = _ALL.where(measures.c.sha256 == bindparam("same"))
_IS_MEASURED = select(measures.c.sha256).where(
    measures.c.sha256 == bindparam("same"), measures.c.version == bindparam("version")
)
_LOOKS = (
    select(images.c.id, images.c.key, measures.c.likeness)
    .join(measures, measures.c.sha256 == images.c.sha256)
    .where(
        images.c.library == bindparam("of"),
        is_one_of(images.c.place, PictureState.CURRENT),
        images.c.key > bindparam("after"),
        measures.c.version == bindparam("version"),
        measures.c.likeness.is_not(None),
    )
    .order_by(images.c.key)
    .limit(bindparam("most"))
)
