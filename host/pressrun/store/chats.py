"""Chats of ours: what was sent in each, and which of them are gone on in.

A chat is kept for the panels of one scene that have the same references. It is left for good as
soon as anything in it ends otherwise than with a picture, or is not as we left it. Nothing is sent
in a chat while another attempt is at work in it.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from pressrun.picture.scene import scene_of
from pressrun.states import Destination, Ending, JobState, Steering, Step
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, chats, is_one_of, jobs

PATIENCE = 3
"""So many chats in a row that could not be gone on in, and an account begins only fresh ones."""

AGAIN_SECONDS = 3600.0
"""After so long it tries once more."""

NEVER_THERE = (Ending.RETURNED, Ending.UNSENT)
"""How an attempt ends whose message is not in its chat."""


def said(
    connection: Connection, account: int, conversation: str, but: int | None = None
) -> tuple[str, ...] | None:
    """What was sent in a chat before an attempt, oldest first; None where that is not known.

    Args:
        connection: the writer's.
        account: whose chat it is.
        conversation: its name.
        but: the attempt, and what came after it; None for all that was sent.
    """
    known = {"by": account, "chat": conversation, "upto": but or 0}
    rows = connection.execute(_SAID_BEFORE if but else _SAID, known).all()
    sure = all(row.step != Step.SUBMITTING for row in rows)
    return tuple(row.words for row in rows) if sure else None


@dataclass(frozen=True)
class WantedChat:
    """What a panel wants of a chat that is kept."""

    batch: int
    scene: str
    attached: str | None
    """The references that were sent at its start, as a row names them."""
    words: str
    """What is to be sent; two equal messages in one chat could not be told apart."""
    most: int
    """How many panels a chat is kept for."""


def going_on(
    connection: Connection, now: float, wanted: WantedChat, *, account: int, tab: int
) -> str | None:
    """The name of a chat that is kept for a scene and free for one more panel, or None.

    Args:
        connection: the writer's.
        now: the time.
        wanted: what the panel wants of it.
        account: whose chat.
        tab: the one that goes on in it. Where it shows such a chat, nothing has to be loaded.
    """
    if _are_of_no_use(connection, now, account):
        return None
    asked = {"by": account, "of": wanted.batch, "about": wanted.scene}
    words = " ".join(wanted.words.split())
    rows = connection.execute(_OPEN, asked).all()
    for row in sorted(rows, key=lambda row: (row.tab != tab, -row.id)):
        if row.attached != wanted.attached or is_busy(connection, account, row.conversation):
            continue
        before = said(connection, account, row.conversation) or ()
        plain = {" ".join(each.split()) for each in before}
        if 0 < len(before) < wanted.most and words not in plain:
            return str(row.conversation)
    return None


def _are_of_no_use(connection: Connection, now: float, account: int) -> bool:
    """Whether the last attempts that were to go on in a chat could not, one after another.

    A page that shows chats in a way that nobody here can read would cost every panel a wait.
    """
    last = connection.execute(_LAST_KEPT, {"by": account}).all()
    lost = [row for row in last if row.ending == Ending.RETURNED and row.left_because is not None]
    return len(lost) == PATIENCE and now - lost[0].ended_at < AGAIN_SECONDS


def is_busy(connection: Connection, account: int, conversation: str) -> bool:
    """Whether an attempt is at work in a chat, or in doubt there."""
    known = {"account": account, "chat": conversation}
    return connection.execute(select(busy_in(bindparam("chat"))), known).scalar_one()


def bound(connection: Connection, batch: int) -> dict[int, int]:
    """How many jobs of a batch wait for an account, in whose chats they are sent; by account."""
    rows = connection.execute(_BOUND, {"of": batch})
    return {row.account: row.jobs for row in rows}


def busy_in(conversation: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an attempt of `:account` is at work in a chat; one whose picture came is not."""
    return (
        select(attempts.c.id)
        .where(
            attempts.c.account_id == bindparam("account"),
            attempts.c.ending.is_(None),
            attempts.c.conversation == conversation,
            attempts.c.step != Step.RECEIVED,
        )
        .exists()
    )


def keep(connection: Connection, now: float, attempt: int) -> None:
    """Keep the chat in which an attempt made the first picture, if its batch keeps chats."""
    row = connection.execute(_BEGUN, {"attempt": attempt}).first()
    if row is None or row.conversation is None:
        return
    connection.execute(
        insert(chats).values(
            account_id=row.account_id,
            conversation=row.conversation,
            batch_id=row.batch_id,
            scene=scene_of(row.key) if row.scene is None else row.scene,
            attached=row.attached,
            began_at=now,
        )
    )
    journal.write(
        connection,
        now,
        Event.CHAT_KEPT,
        batch=row.batch_id,
        attempt=attempt,
        account=row.account_id,
    )


def leave_after(connection: Connection, now: float, attempt: int, reason: str) -> None:
    """Go on no more in the chat in which an attempt was sent, if it was kept.

    Args:
        connection: the writer's.
        now: the time.
        attempt: its number.
        reason: why, for people.
    """
    row = connection.execute(_CHAT_OF, {"attempt": attempt}).one()
    if row.conversation is not None:
        leave(connection, now, row.account_id, row.conversation, reason)


def leave(connection: Connection, now: float, account: int, conversation: str, reason: str) -> None:
    """Go on no more in a chat, if it was kept.

    Args:
        connection: the writer's.
        now: the time.
        account: whose chat it is.
        conversation: its name.
        reason: why, for people.
    """
    left = connection.execute(_LEAVE, {"by": account, "chat": conversation, "left_because": reason})
    if left.rowcount:
        journal.write(connection, now, Event.CHAT_LEFT, account=account, reason=reason)


_SAID = (
    select(func.coalesce(attempts.c.said, jobs.c.prompt).label("words"), attempts.c.step)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .where(
        attempts.c.account_id == bindparam("by"),
        attempts.c.conversation == bindparam("chat"),
        attempts.c.submitting_at.is_not(None),
        or_(attempts.c.ending.is_(None), attempts.c.ending.not_in(NEVER_THERE)),
    )
    .order_by(attempts.c.id)
)
_SAID_BEFORE = _SAID.where(attempts.c.id < bindparam("upto"))

_LAST_TAB = (
    select(attempts.c.tab)
    .where(
        attempts.c.account_id == chats.c.account_id,
        attempts.c.conversation == chats.c.conversation,
    )
    .order_by(attempts.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_OPEN = select(chats.c.id, chats.c.conversation, chats.c.attached, _LAST_TAB.label("tab")).where(
    chats.c.account_id == bindparam("by"),
    chats.c.batch_id == bindparam("of"),
    chats.c.scene == bindparam("about"),
    chats.c.left_because.is_(None),
)

_BEGUN = (
    select(
        attempts.c.account_id,
        attempts.c.conversation,
        jobs.c.batch_id,
        jobs.c.attached,
        jobs.c.scene,
        jobs.c.key,
    )
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(
        attempts.c.id == bindparam("attempt"),
        attempts.c.destination == Destination.FRESH,
        batches.c.chats > 1,
        # what the author asked for otherwise is no beginning of a scene, nor is what was sent
        # otherwise than its list says
        jobs.c.says.is_(None),
        jobs.c.repair == 0,
        is_one_of(attempts.c.steering, Steering.NONE),
        ~select(chats.c.id)
        .where(
            chats.c.account_id == attempts.c.account_id,
            chats.c.conversation == attempts.c.conversation,
        )
        .exists(),
    )
)

_LAST_KEPT = (
    select(attempts.c.ending, attempts.c.ended_at, chats.c.left_because)
    .join(
        chats,
        (chats.c.account_id == attempts.c.account_id)
        & (chats.c.conversation == attempts.c.conversation),
    )
    .where(
        attempts.c.account_id == bindparam("by"),
        is_one_of(attempts.c.destination, Destination.KEPT),
        attempts.c.ending.is_not(None),
    )
    .order_by(attempts.c.id.desc())
    .limit(PATIENCE)
)
_WHOSE = func.coalesce(jobs.c.follow_account, jobs.c.in_account).label("account")
_BOUND = (
    select(_WHOSE, func.count().label("jobs"))
    .where(
        jobs.c.batch_id == bindparam("of"),
        is_one_of(jobs.c.state, JobState.WAITING),
        or_(jobs.c.in_account.is_not(None), jobs.c.follow_account.is_not(None)),
    )
    .group_by(_WHOSE)
)
_CHAT_OF = select(attempts.c.account_id, attempts.c.conversation).where(
    attempts.c.id == bindparam("attempt")
)

_LEAVE = update(chats).where(
    chats.c.account_id == bindparam("by"),
    chats.c.conversation == bindparam("chat"),
    chats.c.left_because.is_(None),
)
