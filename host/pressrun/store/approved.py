"""The approved set: the pictures that others are compared with.

It is of one style: of what the book says of the style, or of the whole library where nothing does.
The author's approvals are the set from five on; below, the references of the style stand in. Sheets
are no panels, and never in it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from pressrun.picture.ingredients import is_sheet, style_of
from pressrun.picture.measure import FEWEST_COMPARED, FEWEST_REJECTED, Measure
from pressrun.picture.recipe import parsed
from pressrun.states import PictureState, Rejected
from pressrun.store import measures
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs
from pressrun.store.tables import measures as measures_table

ENOUGH = 5
"""From so many approvals on, they alone are the set."""

BETTER = 8
"""With so many, fewer marks are wrong; authors are told so."""

MOST = 40
"""The first so many approvals are the set: later ones would only move what others are held to."""

_LOOKED_AT = 1000
"""So many approvals, and as many rejections, are looked at for those of one style."""


@dataclass(frozen=True)
class Member:
    """A picture that others are compared with."""

    sha256: str
    key: str | None
    """Of its panel; None for a reference."""
    measure: Measure
    image: int | None = None
    """Its number; None for a reference."""


@dataclass(frozen=True)
class ApprovedSet:
    """What pictures of one style are compared with."""

    members: tuple[Member, ...]
    rejected: tuple[Measure, ...]
    """Those that the author rejected because of their style; empty below `FEWEST_REJECTED`."""
    approvals: int
    """How many pictures of the style the author approved, also those not measured yet."""
    against: str
    """A hash of who is in it: a mark that was made against another one is made anew."""

    @property
    def is_enough(self) -> bool:
        """Whether anything can be compared with it."""
        return len(self.members) >= FEWEST_COMPARED

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Those of its members, in order."""
        return tuple(each.measure for each in self.members)


class StyleGroup(NamedTuple):
    """What pictures have in common that are compared with the same approved set."""

    library: str
    told: tuple[str, str]
    """Hashes of what the book says of the style, and of its references; empty for a list."""
    lane: str
    references: str | None
    """The pictures that show the style, as the row of a batch names them."""


def style_of_row(row: Row[Any]) -> StyleGroup:
    """The style of a picture, from a row with the columns of `STYLED`."""
    told = style_of(json.loads(row.ingredients or "{}"))
    return StyleGroup(row.library, told, row.lane, row.style_references)


STYLED = (images.c.library, images.c.ingredients, attempts.c.lane, batches.c.style_references)
"""What of a picture, its attempt and its batch tells its style."""


def of_image(connection: Connection, image: int, version: str) -> ApprovedSet:
    """What a picture is compared with, as far as that is measured by this version.

    It is never compared with itself.
    """
    row = connection.execute(_IMAGE, {"image": image}).one()
    return without(of_style(connection, style_of_row(row), version), row.sha256)


def of_its_style(connection: Connection, image: int, version: str) -> ApprovedSet:
    """What pictures of the same style are compared with; an approved picture is among them."""
    row = connection.execute(_IMAGE, {"image": image}).one()
    return of_style(connection, style_of_row(row), version)


def without(approved: ApprovedSet, sha256: str) -> ApprovedSet:
    """The same set, without a picture."""
    members = tuple(each for each in approved.members if each.sha256 != sha256)
    return ApprovedSet(members, approved.rejected, approved.approvals, approved.against)


def of_style(connection: Connection, style: StyleGroup, version: str) -> ApprovedSet:
    """What pictures of a style are compared with, as far as that is measured by this version."""
    known = {"of": style.library, "most": _LOOKED_AT}
    approvals = _alike(connection.execute(_APPROVALS, known), style)
    of_lane = [row for row in approvals if row.lane == style.lane]
    meant = (of_lane if len(of_lane) >= ENOUGH else approvals)[:MOST]
    rejections = _alike(connection.execute(_REJECTIONS, known), style)[:MOST]
    references = parsed(style.references or connection.scalar(_LAST_REFERENCES, known))
    found = measures.several(
        connection,
        [row.sha256 for row in (*meant, *rejections)] + [each.sha256 for each in references],
        version,
    )
    members = {
        row.sha256: Member(row.sha256, row.key, found[row.sha256], row.id)
        for row in meant
        if row.sha256 in found
    }
    if len(members) < ENOUGH:
        shown = (each.sha256 for each in references if each.sha256 in found)
        members = {each: Member(each, None, found[each]) for each in shown} | members
    rejected = [row.sha256 for row in rejections if row.sha256 in found]
    taught = rejected if len(rejected) >= FEWEST_REJECTED else []
    return ApprovedSet(
        tuple(members.values()),
        tuple(found[each] for each in taught),
        len(approvals),
        _hash_of(members, taught),
    )


def _alike(rows: Iterable[Row[Any]], style: StyleGroup) -> list[Row[Any]]:
    """Pictures of a style, without sheets."""
    found = []
    for row in rows:
        told: Mapping[str, str] = json.loads(row.ingredients or "{}")
        if style_of(told) == style.told and not is_sheet(told):
            found.append(row)
    return found


def _hash_of(members: Iterable[str], rejected: Iterable[str]) -> str:
    told = "\n".join([*sorted(members), "", *sorted(rejected)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def state(connection: Connection, library: str) -> str:
    """A short text that differs when what a library's pictures are compared with does."""
    approved = connection.execute(_APPROVED_STATE, {"of": library}).one()
    rejected = connection.execute(_REJECTED_STATE, {"of": library}).one()
    shown = {
        each.sha256
        for lines in connection.scalars(_REFERENCES, {"of": library})
        for each in parsed(lines)
    }
    known = select(func.count()).where(measures_table.c.sha256.in_(sorted(shown)))
    return json.dumps([*approved, *rejected, connection.scalar(known) if shown else 0])


_PANELS_OWN = is_one_of(images.c.place, PictureState.CURRENT)

_IMAGE: Select[Any] = (
    select(images.c.sha256, *STYLED)
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(images.c.id == bindparam("image"))
)
_TOLD = select(
    images.c.id, images.c.sha256, images.c.key, images.c.ingredients, attempts.c.lane
).join(attempts, attempts.c.id == images.c.attempt_id)
_IS_APPROVED = (
    images.c.library == bindparam("of"),
    _PANELS_OWN,
    images.c.approved_at.is_not(None),
)
_IS_REJECTED = (
    images.c.library == bindparam("of"),
    images.c.rejected_at.is_not(None),
    images.c.rejected_because == Rejected.STYLE,
)
_APPROVALS = (
    _TOLD.where(*_IS_APPROVED).order_by(images.c.approved_at, images.c.id).limit(bindparam("most"))
)
_REJECTIONS = (
    _TOLD.where(*_IS_REJECTED, images.c.place != PictureState.GONE)
    .order_by(images.c.rejected_at.desc(), images.c.id.desc())
    .limit(bindparam("most"))
)
_LAST_REFERENCES = (
    select(batches.c.style_references)
    .where(batches.c.library == bindparam("of"), batches.c.style_references.is_not(None))
    .order_by(batches.c.id.desc())
    .limit(1)
)
_REFERENCES = (
    select(batches.c.style_references)
    .where(batches.c.library == bindparam("of"), batches.c.style_references.is_not(None))
    .distinct()
)
_APPROVED_STATE = select(
    func.count(), func.count(images.c.marked_by), func.max(images.c.approved_at)
).where(*_IS_APPROVED)
_REJECTED_STATE = select(func.count(), func.max(images.c.rejected_at)).where(*_IS_REJECTED)
