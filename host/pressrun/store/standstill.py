"""What becomes of held jobs: those that go on by themselves, and what the others wait for."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, func, not_, or_, select

from pressrun.states import ACTIVE, JobState, PictureState
from pressrun.store.holds import IS_APPROVED, IS_COMPARED_FIRST
from pressrun.store.tables import batches, images, is_one_of, jobs


@dataclass(frozen=True)
class WaitedFor:
    """A panel that has no picture and gets none by itself, and what waits for it."""

    key: str
    state: JobState | None
    """How its last job ended; None where there was none."""
    panels: int
    """How many wait for it, also those that wait for one another."""


def following(connection: Connection, batch: int) -> int:
    """How many held jobs of a batch go on by themselves, one after the other."""
    known = {"batch": batch}
    found: int = connection.scalar(_FOLLOWERS, known) or 0
    return found - (connection.scalar(_BEHIND_OTHERS, known) or 0) if found else 0


def comparing(connection: Connection, batch: int) -> int:
    """How many held jobs of a batch go on when the picture before them has its mark.

    With those that follow them one after the other.
    """
    found: int = connection.scalar(_BEHIND_COMPARED, {"batch": batch}) or 0
    return found


def awaiting(connection: Connection, batch: int) -> int:
    """How many held jobs of a batch wait for the approval of what is still to be made."""
    waiting = _waiting(connection, batch)
    awaited = {row.after for row in connection.execute(_AFTER, {"batch": batch})}
    found = set[str]()
    for key in awaited:
        found |= _behind(key, waiting)
    return len(found)


def rows(connection: Connection, batch: int) -> dict[str, str | None]:
    """For the key of each panel that a batch still makes, that of the one whose picture it follows.

    Empty where none follows another one.
    """
    found = {row.key: row.before for row in connection.execute(_TO_MAKE, {"batch": batch})}
    return found if any(found.values()) else {}


def standstill(connection: Connection, batch: int) -> WaitedFor | None:
    """The panel for which most held jobs of a batch wait in vain, or None."""
    waiting = _waiting(connection, batch)
    held = {panel for panels in waiting.values() for panel in panels}
    found = {key: len(_behind(key, waiting)) for key in waiting if key not in held}
    for key, panels in sorted(found.items(), key=lambda each: (-each[1], each[0])):
        known = {"batch": batch, "key": key}
        if connection.scalar(_STATE, known) is None and connection.scalar(_PICTURE, known) is None:
            last = connection.scalar(_LAST, known)
            return WaitedFor(key, None if last is None else JobState(last), panels)
    return None


def _waiting(connection: Connection, batch: int) -> dict[str, list[str]]:
    """The held jobs of a batch by what they wait for."""
    found = defaultdict[str, list[str]](list)
    for row in connection.execute(_HELD, {"batch": batch}):
        for key in dict.fromkeys(each for each in (row.after, row.before) if each is not None):
            found[key].append(row.key)
    return found


def _behind(key: str, waiting: dict[str, list[str]]) -> set[str]:
    """The panels that wait for one, and for those that do."""
    found, left = set[str](), [key]
    while left:
        for each in waiting.get(left.pop(), ()):
            if each not in found:
                found.add(each)
                left.append(each)
    return found


_held_here = (
    jobs.c.batch_id == bindparam("batch"),
    is_one_of(jobs.c.state, JobState.HELD),
)
_HELD = select(jobs.c.key, jobs.c.after, jobs.c.before).where(*_held_here)
_awaited = jobs.alias("awaited")
_AFTER = (
    select(jobs.c.after)
    .join(
        _awaited,
        and_(
            _awaited.c.batch_id == jobs.c.batch_id,
            _awaited.c.key == jobs.c.after,
            is_one_of(_awaited.c.state, *ACTIVE),
        ),
    )
    .where(*_held_here, not_(IS_APPROVED))
    .distinct()
)
"""What held jobs have to see approved, and that is being made or will be."""

_TO_MAKE = select(jobs.c.key, jobs.c.before).where(
    jobs.c.batch_id == bindparam("batch"), is_one_of(jobs.c.state, *ACTIVE)
)
_FOLLOWERS = select(func.count()).where(*_held_here, jobs.c.before.is_not(None))

_before = jobs.alias("before_it")
_IS_BEING_MADE = (
    select(_before.c.id)
    .where(
        _before.c.batch_id == jobs.c.batch_id,
        _before.c.key == jobs.c.before,
        is_one_of(_before.c.state, *ACTIVE),
        _before.c.state != JobState.DOUBT,
        or_(_before.c.state != JobState.HELD, _before.c.before.is_not(None)),
    )
    .exists()
)
"""Whether the panel that a job follows is made, or waits for the one that it follows itself."""

_stopped = (
    select(jobs.c.key)
    .where(*_held_here, jobs.c.before.is_not(None), not_(and_(IS_APPROVED, _IS_BEING_MADE)))
    .cte("stopped", recursive=True)
)
_BEHIND_OTHERS = select(func.count()).select_from(
    _stopped.union(
        select(jobs.c.key).join(_stopped, jobs.c.before == _stopped.c.key).where(*_held_here)
    )
)
_goes_on = (*_held_here, jobs.c.drift_id.is_(None), IS_APPROVED)
_compared = select(jobs.c.key).where(*_goes_on, IS_COMPARED_FIRST).cte("compared", recursive=True)
_BEHIND_COMPARED = select(func.count()).select_from(
    _compared.union(
        select(jobs.c.key).join(_compared, jobs.c.before == _compared.c.key).where(*_goes_on)
    )
)
_STATE = select(jobs.c.state).where(
    jobs.c.batch_id == bindparam("batch"),
    jobs.c.key == bindparam("key"),
    is_one_of(jobs.c.state, *ACTIVE),
)
_PICTURE = (
    select(images.c.id)
    .join(batches, batches.c.library == images.c.library)
    .where(
        batches.c.id == bindparam("batch"),
        images.c.key == bindparam("key"),
        is_one_of(images.c.place, PictureState.CURRENT),
    )
)
_LAST = (
    select(jobs.c.state)
    .where(jobs.c.batch_id == bindparam("batch"), jobs.c.key == bindparam("key"))
    .order_by(jobs.c.id.desc())
    .limit(1)
)
