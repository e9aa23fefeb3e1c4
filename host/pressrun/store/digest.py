"""What the status is made of, read at once.

One operation, because views ask after every event: each operation of its own would wait for the
commits of the tabs at work.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from pressrun.states import BatchState, JobState
from pressrun.store import batches, chats, images, offers, panels, review, streaks
from pressrun.store.batches import Numbers
from pressrun.store.panels import KnownPanel
from pressrun.store.review import Attention
from pressrun.store.streaks import Streak

PACE_SECONDS = 600.0
"""The pace is that of the last ten minutes."""


@dataclass(frozen=True)
class BatchDigest:
    """What is on record of a batch, as far as the status tells it."""

    numbers: Numbers
    is_last: bool
    """Whether it is the newest of its list; what an earlier one left over is told there."""
    per_minute: float | None
    """How many pictures are filed a minute; None while none was."""
    needing: tuple[KnownPanel, ...]
    """The first panels that need the author."""
    attention: Attention | None
    """What needs the author because of style; None where it is told of a newer batch."""
    offered: int
    """How many panels of its library have a take that waits for the author's yes."""
    recent: tuple[tuple[str, str], ...]
    """The newest pictures of its library: the keys of their panels and their SHA-256."""
    bound: dict[int, int]
    """How many of its jobs wait for an account, by account."""


@dataclass(frozen=True)
class Digest:
    """What is on record, as far as the status tells it."""

    batches: tuple[BatchDigest, ...]
    streaks: dict[int, Streak]
    """Of each account that made no picture with its last attempts."""


def read(connection: Connection, now: float, *, named: int, recent: int) -> Digest:
    """What is on record of every open batch, and of the last few that ended.

    Args:
        connection: the writer's.
        now: the time.
        named: how many panels that need the author are told of a batch at most.
        recent: how many of the newest pictures of a library are told.
    """
    found = batches.numbers(connection)
    told, lists, libraries = [], set[tuple[str, str]](), set[str]()
    for numbers in found:
        of_list = (numbers.library, numbers.source)
        told.append(
            _batch(
                connection,
                numbers,
                now,
                is_last=of_list not in lists,
                # of a library with several lists it is told once
                is_first=numbers.library not in libraries,
                named=named,
                recent=recent,
            )
        )
        lists.add(of_list)
        libraries.add(numbers.library)
    opened = [each.created_at for each in found if each.state == BatchState.RUNNING]
    return Digest(tuple(told), streaks.failing(connection, min(opened)) if opened else {})


def _batch(
    connection: Connection,
    numbers: Numbers,
    now: float,
    *,
    is_last: bool,
    is_first: bool,
    named: int,
    recent: int,
) -> BatchDigest:
    count, library = numbers.jobs.get, numbers.library
    needs = numbers.asking + numbers.refused_before
    needs += count(JobState.FAILED, 0) + count(JobState.REFUSED, 0)
    waits = count(JobState.WAITING, 0) + count(JobState.QUEUED, 0) + numbers.following
    return BatchDigest(
        numbers=numbers,
        is_last=is_last,
        per_minute=_pace(connection, numbers, now),
        needing=tuple(panels.needing(connection, numbers.id, library, numbers.source, named))
        if needs and is_last
        else (),
        attention=review.attention(connection, numbers.id, library) if is_last else None,
        offered=offers.count(connection, library) if is_first else 0,
        recent=tuple(images.newest(connection, library, recent)) if is_last else (),
        bound=chats.bound(connection, numbers.id)
        if waits and numbers.state == BatchState.RUNNING
        else {},
    )


def _pace(connection: Connection, numbers: Numbers, now: float) -> float | None:
    since, until = max(now - PACE_SECONDS, numbers.created_at), numbers.ended_at or now
    filed = batches.pace(connection, numbers.id, since)
    return filed * 60 / (until - since) if filed and until > since else None
