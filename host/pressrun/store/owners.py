"""Owners: whose the chats and pictures are that a page shows, as far as the store can tell."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, or_, select

from pressrun.states import Ending
from pressrun.store import chats
from pressrun.store.attempts import Attempt
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, jobs, journal


class Sent(StrEnum):
    """When another attempt was sent, seen from ours."""

    BEFORE = "before"
    """And the site was done with it before ours was sent."""
    MEANWHILE = "meanwhile"
    """Before ours, and the site may have gone on with it after."""
    LATER = "later"


def conversations(
    connection: Connection, attempt: Attempt, names: Collection[str]
) -> dict[str, Sent]:
    """Which of these conversations are of other attempts, and when those were sent.

    One in which several were sent is as new as the first of them, and was done with the last. The
    order is that of the journal, since a clock may be set back.
    """
    rows = connection.execute(
        select(attempts.c.conversation, attempts.c.id, attempts.c.ending).where(
            attempts.c.account_id == attempt.account,
            attempts.c.conversation.in_(names),
            attempts.c.submitting_at.is_not(None),
            attempts.c.id != attempt.id,
        )
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.conversation, []).append(row)
    numbers = [row.id for sent in found.values() for row in sent]
    submitting = case((journal.c.event == Event.ATTEMPT_SUBMITTING, journal.c.id))
    told = connection.execute(
        select(journal.c.attempt_id, func.min(submitting), func.max(journal.c.id))
        .where(journal.c.attempt_id.in_([attempt.id, *numbers]))
        .group_by(journal.c.attempt_id)
    )
    spans = {number: (first, last) for number, first, last in told}
    ours, _ = spans[attempt.id]
    known = {}
    for name, sent in found.items():
        firsts = [first for row in sent if (first := spans[row.id][0]) is not None]
        last = max(spans[row.id][1] for row in sent)
        # one that is in doubt, or was abandoned, says nothing while the site goes on with it
        over = all(row.ending in _OVER for row in sent)
        known[name] = _sent(min(firsts, default=None), last, ours, over=over)
    return known


_OVER = (Ending.DONE, Ending.FAILED, Ending.REFUSED)


def _sent(first: int | None, last: int, ours: int | None, *, over: bool) -> Sent:
    if ours is None or first is None:
        return Sent.MEANWHILE
    if first > ours:
        return Sent.LATER
    return Sent.BEFORE if over and last < ours else Sent.MEANWHILE


def picture(connection: Connection, attempt: Attempt, file_id: str) -> str | None:
    """The key of another job whose picture bears this name on the site, or None."""
    key: str | None = connection.scalar(_OWNER, {"file_id": file_id, "attempt": attempt.id})
    return key


_OWNER = (
    select(jobs.c.key)
    .join(attempts, attempts.c.job_id == jobs.c.id)
    .where(attempts.c.file_id == bindparam("file_id"), attempts.c.id != bindparam("attempt"))
    .limit(1)
)


@dataclass(frozen=True)
class LastIn:
    """What was sent last in a conversation of ours."""

    words: str
    before: tuple[str, ...]
    """What was sent in it before that, oldest first."""
    file_id: str | None
    """The site's name of the picture that it came to; None without one."""


def last_in(connection: Connection, account: int, conversation: str) -> LastIn | None:
    """What was sent last in a conversation, or None where that is not known."""
    said = chats.said(connection, account, conversation)
    if not said:
        return None
    asked = {"by": account, "chat": conversation}
    row = connection.execute(_LAST_IN, asked).first()
    made = row is not None and row.ending == Ending.DONE
    return LastIn(said[-1], said[:-1], row.file_id if row and made else None)


_LAST_IN = (
    select(attempts.c.file_id, attempts.c.ending)
    .where(
        attempts.c.account_id == bindparam("by"),
        attempts.c.conversation == bindparam("chat"),
        attempts.c.submitting_at.is_not(None),
        or_(attempts.c.ending.is_(None), attempts.c.ending.not_in(chats.NEVER_THERE)),
    )
    .order_by(attempts.c.id.desc())
    .limit(1)
)
