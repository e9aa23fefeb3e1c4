"""What was done for a library, for a report: sends, pictures, limits, and attempts in vain."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select

from pressrun.protocol.messages.report import KEYS
from pressrun.states import Ending
from pressrun.store.tables import attempts, batches, images, jobs, limits

LIMITS = 200
"""So many limits are told, the newest ones."""


class SentPrompt(NamedTuple):
    """One attempt that was sent, or may have been; a library may have 100,000."""

    account: int
    at: float
    made: bool
    """Whether it brought a picture."""


class Busy(NamedTuple):
    """The time in which an attempt was under way."""

    begin: float
    end: float


@dataclass(frozen=True)
class Met:
    """A limit, and what the site said."""

    at: float
    until: float
    account: int
    outcome: str
    tabs: int
    text: str


@dataclass
class Vain:
    """Attempts that made no picture for one reason."""

    count: int = 0
    keys: list[str] = field(default_factory=list)
    """The first panels of those."""


def sent(connection: Connection, library: str) -> list[SentPrompt]:
    """Every prompt that was sent for a library, in order."""
    rows = connection.execute(
        select(attempts.c.account_id, attempts.c.submitting_at, attempts.c.ending)
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .where(
            batches.c.library == library,
            attempts.c.submitting_at.is_not(None),
            or_(attempts.c.ending.is_(None), attempts.c.ending != Ending.UNSENT),
        )
        .order_by(attempts.c.submitting_at)
    )
    return [SentPrompt(row[0], row[1], row[2] == Ending.DONE) for row in rows]


def made(connection: Connection, library: str) -> list[float]:
    """When each picture of a library came, kept or not, in order."""
    times = connection.scalars(
        select(images.c.filed_at).where(images.c.library == library).order_by(images.c.filed_at)
    )
    return list(times)


def under_way(connection: Connection, library: str) -> list[Busy]:
    """When attempts for a library were under way, in the order of their beginnings."""
    rows = connection.execute(
        select(attempts.c.started_at, attempts.c.ended_at)
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .where(batches.c.library == library, attempts.c.ended_at.is_not(None))
        .order_by(attempts.c.started_at)
    )
    return [Busy(*row) for row in rows]


def met(connection: Connection, library: str) -> tuple[list[Met], int]:
    """The newest limits that accounts met while they worked for a library, and how many in all."""
    worked = (
        select(
            attempts.c.account_id.label("account"),
            func.min(attempts.c.started_at).label("first"),
            func.max(func.coalesce(attempts.c.ended_at, attempts.c.started_at)).label("last"),
        )
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .where(batches.c.library == library)
        .group_by(attempts.c.account_id)
        .subquery()
    )
    meant = (limits.c.account_id == worked.c.account) & limits.c.at.between(
        worked.c.first, worked.c.last
    )
    count = connection.scalar(select(func.count()).select_from(limits).join(worked, meant)) or 0
    rows = connection.execute(
        select(limits).join(worked, meant).order_by(limits.c.at.desc()).limit(LIMITS)
    )
    told = [Met(row.at, row.until, row.account_id, row.outcome, row.tabs, row.text) for row in rows]
    return told, count


def in_vain(connection: Connection, library: str) -> dict[str, Vain]:
    """Attempts that were sent and made no picture, by reason."""
    found = defaultdict[str, Vain](Vain)
    rows = connection.execute(
        select(attempts.c.reason, attempts.c.ending, jobs.c.key)
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .where(
            batches.c.library == library,
            attempts.c.submitting_at.is_not(None),
            attempts.c.ending.in_(
                (Ending.FAILED, Ending.REFUSED, Ending.LIMITED, Ending.ABANDONED)
            ),
        )
        .order_by(attempts.c.id)
    )
    for reason, ending, key in rows:
        vain = found[reason or ending]
        vain.count += 1
        if len(vain.keys) < KEYS and key not in vain.keys:
            vain.keys.append(key)
    return dict(found)
