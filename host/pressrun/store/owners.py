"""Owners: whose the chats and pictures are that a page shows, as far as the store can tell."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, bindparam, case, func, select

from pressrun.states import Ending
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

    The order is that of the journal, since a clock may be set back.
    """
    rows = connection.execute(
        select(attempts.c.conversation, attempts.c.id, attempts.c.ending).where(
            attempts.c.account_id == attempt.account,
            attempts.c.conversation.in_(names),
            attempts.c.id != attempt.id,
        )
    )
    found = rows.all()
    known: dict[str, int] = {row.conversation: row.id for row in found}
    # one that is in doubt, or was abandoned, says nothing while the site goes on with it
    over = {row.id for row in found if row.ending in (Ending.DONE, Ending.FAILED, Ending.REFUSED)}
    submitting = case((journal.c.event == Event.ATTEMPT_SUBMITTING, journal.c.id))
    told = connection.execute(
        select(journal.c.attempt_id, func.min(submitting), func.max(journal.c.id))
        .where(journal.c.attempt_id.in_([attempt.id, *known.values()]))
        .group_by(journal.c.attempt_id)
    )
    spans = {number: (first, last) for number, first, last in told}
    ours, _ = spans[attempt.id]
    return {
        name: _sent(*spans[number], ours, over=number in over) for name, number in known.items()
    }


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
class MadeIn:
    """What was made in a conversation."""

    file_id: str
    """The site's name of the picture."""
    prompt: str


def made_in(connection: Connection, account: int, conversation: str) -> MadeIn | None:
    """The picture that was made in a conversation, and for which prompt; or None."""
    asked = {"by": account, "chat": conversation}
    row = connection.execute(_MADE_IN, asked).first()
    return MadeIn(row.file_id, row.prompt) if row and row.file_id else None


def prompt_of(connection: Connection, account: int, conversation: str) -> str | None:
    """The prompt that was sent in a conversation of ours, or None."""
    asked = {"by": account, "chat": conversation}
    prompt: str | None = connection.execute(_SENT_IN, asked).scalars().first()
    return prompt


_SENT_IN = (
    select(jobs.c.prompt)
    .join(attempts, attempts.c.job_id == jobs.c.id)
    .where(
        attempts.c.account_id == bindparam("by"),
        attempts.c.conversation == bindparam("chat"),
    )
    .limit(1)
)
_MADE_IN = (
    select(attempts.c.file_id, jobs.c.prompt)
    .join(jobs, attempts.c.job_id == jobs.c.id)
    .where(
        attempts.c.account_id == bindparam("by"),
        attempts.c.conversation == bindparam("chat"),
        attempts.c.ending == Ending.DONE,
    )
)
