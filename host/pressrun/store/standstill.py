"""What becomes of held jobs: those that go on by themselves, and what the others wait for."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from pressrun.states import ACTIVE, JobState, PictureState
from pressrun.store.holds import IS_APPROVED
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
    rows = connection.execute(_FOLLOWERS, {"batch": batch}).all()
    held = {row.key: row.before if row.approved else None for row in rows}
    moving = dict[str, bool]()
    for key in held:
        way: list[str] = []
        at: str | None = key
        while at is not None and at in held and at not in moving:
            # a circle cannot be ordered; in a database that says so, nothing of it goes on
            moving[at] = False
            way.append(at)
            at = held[at]
        goes_on = at is not None and (
            moving[at] if at in moving else _goes_on(connection, batch, at)
        )
        moving |= dict.fromkeys(way, goes_on)
    return sum(moving.values())


def _goes_on(connection: Connection, batch: int, key: str) -> bool:
    """Whether a panel's job is to be made, or being made, now."""
    state = connection.scalar(_STATE, {"batch": batch, "key": key})
    return state in (JobState.WAITING, JobState.WORKING)


def standstill(connection: Connection, batch: int) -> WaitedFor | None:
    """The panel for which most held jobs of a batch wait in vain, or None."""
    waiting = defaultdict[str, list[str]](list)
    rows = connection.execute(_HELD, {"batch": batch}).all()
    for row in rows:
        for key in dict.fromkeys(each for each in (row.after, row.before) if each is not None):
            waiting[key].append(row.key)
    held = {row.key for row in rows}
    found = {key: _behind(key, waiting) for key in waiting if key not in held}
    for key, panels in sorted(found.items(), key=lambda each: (-each[1], each[0])):
        known = {"batch": batch, "key": key}
        if connection.scalar(_STATE, known) is None and connection.scalar(_PICTURE, known) is None:
            last = connection.scalar(_LAST, known)
            return WaitedFor(key, None if last is None else JobState(last), panels)
    return None


def _behind(key: str, waiting: dict[str, list[str]]) -> int:
    """How many panels wait for one, and for those that do."""
    found, left = set[str](), [key]
    while left:
        for each in waiting.get(left.pop(), ()):
            if each not in found:
                found.add(each)
                left.append(each)
    return len(found)


_held_here = (
    jobs.c.batch_id == bindparam("batch"),
    is_one_of(jobs.c.state, JobState.HELD),
)
_HELD = select(jobs.c.key, jobs.c.after, jobs.c.before).where(*_held_here)
_FOLLOWERS = select(jobs.c.key, jobs.c.before, IS_APPROVED.label("approved")).where(
    *_held_here, jobs.c.before.is_not(None)
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
