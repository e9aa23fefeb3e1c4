"""Offers: takes that came while a picture stands that the author approved or locked.

What an author approved stays its panel's picture until the author says otherwise. A take that comes
all the same is kept among the alternatives and offered, until the author accepts or declines it.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from pressrun.states import PictureState
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, images, is_one_of

PROTECTED: ColumnElement[bool] = images.c.approved_at.is_not(None) | images.c.locked_at.is_not(None)
"""Whether a panel's picture gives its place to nothing unless the author says so."""

IS_OFFERED: ColumnElement[bool] = images.c.offered_at.is_not(None) & is_one_of(
    images.c.place, PictureState.ALTERNATIVE
)
"""Whether an image waits for the author's yes."""


class StandsError(Exception):
    """A picture that gives its place to nothing stands where another one was to be put."""


@dataclass(frozen=True)
class Protected:
    """A panel's picture that gives its place to nothing unless the author says so."""

    image: int
    sha256: str
    path: str
    """Where it is on record, relative to the library."""
    locked: bool
    """Whether not even the author's choice of another take replaces it, until it is unlocked."""


@dataclass(frozen=True)
class OfferedTake:
    """A take that waits for the author's yes."""

    image: int
    key: str
    sha256: str
    path: str
    """Where it is among the alternatives, relative to the library."""
    offered_at: float


def protected(connection: Connection, library: str, key: str) -> Protected | None:
    """The panel's picture, if it is approved or locked; None where anything may replace it."""
    row = connection.execute(_PROTECTED, {"library": library, "key": key}).first()
    if row is None:
        return None
    return Protected(row.id, row.sha256, row.path, row.locked_at is not None)


def give_way(connection: Connection, library: str, key: str, gone: int | None) -> None:
    """See that a panel's picture may be replaced unasked.

    Args:
        connection: the writer's.
        library: whose panel.
        key: the panel's.
        gone: a picture that is on record and that does not stand any more, as its file is gone.

    Raises:
        StandsError: it is approved or locked.
    """
    stands = protected(connection, library, key)
    if stands is not None and stands.image != gone:
        raise StandsError(f"the picture of {key} is {'locked' if stands.locked else 'approved'}")


def locked(connection: Connection, library: str) -> list[str]:
    """The keys of a library's panels whose pictures are locked."""
    own = is_one_of(images.c.place, PictureState.CURRENT)
    return list(
        connection.scalars(
            select(images.c.key).where(
                images.c.library == library, own, images.c.locked_at.is_not(None)
            )
        )
    )


def offer(connection: Connection, now: float, image: int) -> None:
    """Have a take among the alternatives wait for the author's yes."""
    connection.execute(_CHANGE, {"row": image, "offered_at": now})
    _tell(connection, now, Event.IMAGE_OFFERED, image)


def accept(connection: Connection, now: float, image: int) -> list[OfferedTake]:
    """The author accepted a take, which is its panel's picture by now: it is approved.

    No other take of the panel waits any more. To make it the panel's picture is `takes.choose`.

    Args:
        connection: the writer's.
        now: the time.
        image: the take that was accepted.

    Returns:
        What waited until now, to undo it.
    """
    own = connection.execute(_OF_IMAGE, {"image": image}).one()
    waited = of_panel(connection, own.library, own.key)
    settle(connection, now, own.library, own.key, but=image)
    changed = {"approved_at": now, "rejected_at": None, "rejected_because": None}
    connection.execute(
        _CHANGE, {"row": image, "offered_at": None, "rejected_note": None, **changed}
    )
    _tell(connection, now, Event.IMAGE_ACCEPTED, image)
    return waited


def decline(connection: Connection, now: float, image: int) -> bool:
    """The author does not want an offered take: it stays among the alternatives and waits no more.

    Returns:
        Whether it waited.
    """
    changed = connection.execute(_SETTLE, {"row": image})
    if changed.rowcount:
        _tell(connection, now, Event.IMAGE_DECLINED, image)
    return bool(changed.rowcount)


def settle(
    connection: Connection, now: float, library: str, key: str, *, but: int | None = None
) -> list[OfferedTake]:
    """No take of a panel but this one waits any more, as the author chose its picture.

    Returns:
        Those that waited.
    """
    waited = [each for each in of_panel(connection, library, key) if each.image != but]
    for each in waited:
        decline(connection, now, each.image)
    return waited


def of_panel(connection: Connection, library: str, key: str) -> list[OfferedTake]:
    """The takes of a panel that wait for the author's yes, oldest first."""
    rows = connection.execute(
        _OFFERED.where(images.c.library == library, images.c.key == key, IS_OFFERED)
    )
    return [_offer(*row) for row in rows]


def of_library(connection: Connection, library: str) -> dict[str, list[OfferedTake]]:
    """The takes of a library that wait for the author's yes: by the key of their panel."""
    found: dict[str, list[OfferedTake]] = {}
    for row in connection.execute(_OFFERED.where(images.c.library == library, IS_OFFERED)):
        found.setdefault(row.key, []).append(_offer(*row))
    return found


def numbers(connection: Connection, library: str) -> dict[str, tuple[int, ...]]:
    """The numbers of a library's takes that wait for the author's yes, by the keys of panels."""
    found: dict[str, tuple[int, ...]] = {}
    for row in connection.execute(_NUMBERS, {"library": library}):
        found[row.key] = (*found.get(row.key, ()), row.number)
    return found


def count(connection: Connection, library: str) -> int:
    """How many panels of a library have a take that waits for the author's yes."""
    panels: int = connection.execute(_COUNT, {"library": library}).scalar_one()
    return panels


def _offer(image: int, key: str, sha256: str, path: str, offered_at: float) -> OfferedTake:
    return OfferedTake(image, key, sha256, path, offered_at)


def _tell(connection: Connection, now: float, event: Event, image: int) -> None:
    row = connection.execute(_OF_IMAGE, {"image": image}).one()
    journal.write(connection, now, event, job=row.job_id, sha256=row.sha256)


_PROTECTED = select(images.c.id, images.c.sha256, images.c.path, images.c.locked_at).where(
    images.c.library == bindparam("library"),
    images.c.key == bindparam("key"),
    is_one_of(images.c.place, PictureState.CURRENT),
    PROTECTED,
)
_OF_IMAGE = (
    select(images.c.library, images.c.key, images.c.sha256, attempts.c.job_id)
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .where(images.c.id == bindparam("image"))
)
_OFFERED = select(
    images.c.id, images.c.key, images.c.sha256, images.c.path, images.c.offered_at
).order_by(images.c.id)
_COUNT = select(func.count(images.c.key.distinct())).where(
    images.c.library == bindparam("library"), IS_OFFERED
)
# a take's number is its place among all that its panel was ever given
_numbered = (
    select(
        images.c.key,
        IS_OFFERED.label("waits"),
        func.row_number().over(partition_by=images.c.key, order_by=images.c.id).label("number"),
    )
    .where(
        images.c.library == bindparam("library"),
        images.c.key.in_(
            select(images.c.key).where(images.c.library == bindparam("library"), IS_OFFERED)
        ),
    )
    .subquery()
)
_NUMBERS = (
    select(_numbered.c.key, _numbered.c.number)
    .where(_numbered.c.waits)
    .order_by(_numbered.c.key, _numbered.c.number)
)
_CHANGE = update(images).where(images.c.id == bindparam("row"))
_SETTLE = (
    update(images)
    .where(images.c.id == bindparam("row"), images.c.offered_at.is_not(None))
    .values(offered_at=None)
)
