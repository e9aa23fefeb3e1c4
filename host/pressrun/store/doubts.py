"""Doubts: attempts of which it is not known what became of them, and the author's word on those."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, func, or_, select

from pressrun.errors import NotFoundError
from pressrun.states import DoubtChoice, JobState, OnDoubt, Step
from pressrun.store import breaker, chats
from pressrun.store.attempts import (
    KNOWN,
    Attempt,
    StaleTokenError,
    change,
    change_job,
    from_row,
    still_open,
    tell,
)
from pressrun.store.endings import abandon, fail, give_back
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, is_one_of, jobs


@dataclass(frozen=True)
class Doubt:
    """An attempt in doubt, and what is known of it."""

    attempt: Attempt
    step: Step
    document: str | None
    conversation: str | None
    turn: str | None
    file_id: str | None
    submitting_at: float
    looks: int
    """How often it was looked after already."""
    told: str | None = None
    """The limit that the page told beside its turn, as an outcome."""


@dataclass(frozen=True)
class Asking:
    """A job in doubt, for the author."""

    attempt: Attempt
    sent_at: float
    reason: str
    waits: bool
    """Whether it waits for the author; otherwise it is still looked after."""


def record(
    connection: Connection,
    now: float,
    attempt: Attempt,
    reason: str,
    *,
    look_at: float | None,
    looked: bool = False,
    told: str | None = None,
) -> None:
    """Put on record that it is not known whether the site got an attempt, or what it made.

    Args:
        connection: the writer's.
        now: the time.
        attempt: which; it stays open.
        reason: why it is not known.
        look_at: when `claim` hands it out again; with None it waits for the author.
        looked: whether it was looked after, and that told nothing.
        told: the limit that the page told beside its turn, as an outcome.

    Raises:
        StaleTokenError: the attempt has ended, or sent nothing yet.
    """
    row = still_open(connection, attempt)
    if row.step == Step.CLAIMED:
        raise StaleTokenError(f"attempt {attempt.name} has sent nothing")
    looks = row.looks + int(looked)
    known = {"told": told} if told else {}
    change(connection, attempt, look_at=look_at, looks=looks, reason=reason, **known)
    change_job(connection, attempt.job, state=JobState.DOUBT, reason=reason)
    event = Event.ATTEMPT_DOUBT if look_at is not None else Event.ATTEMPT_ASKS
    tell(connection, now, event, attempt, reason=reason)


def fruitless(
    connection: Connection, now: float, attempt: Attempt, reason: str, rule: breaker.Rule
) -> float | None:
    """An attempt was sent and came to nothing that is understood; counted once.

    Returns until when its account stops for it, if it does.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    if still_open(connection, attempt).fruitless:
        return None
    change(connection, attempt, fruitless=True)
    tell(connection, now, Event.ATTEMPT_FRUITLESS, attempt, reason=reason)
    return breaker.fruitless(connection, now, attempt.account, reason, rule)


def fetch_again(connection: Connection, now: float, attempt: Attempt, reason: str) -> bool:
    """Have bytes that are no picture fetched once more from their chat; False the second time.

    The tab that received them has gone on, so whichever comes first loads the chat anew.

    Raises:
        StaleTokenError: the attempt has ended, or received nothing.
    """
    row = still_open(connection, attempt)
    if row.step != Step.RECEIVED:
        raise StaleTokenError(f"attempt {attempt.name} has no picture on disk")
    if row.damaged:
        return False
    change(connection, attempt, step=Step.MADE, document=None, damaged=True)
    record(connection, now, attempt, reason, look_at=now)
    return True


def claim(
    connection: Connection,
    now: float,
    *,
    account: int,
    tab: int,
    document: str,
    alive: AbstractSet[str],
) -> Doubt | None:
    """Take up an attempt in doubt on a tab: the one its document holds, or else the one due next.

    Args:
        connection: the writer's.
        now: the time.
        account: whose attempts; another identity knows nothing of them.
        tab: where it is taken up.
        document: what the tab shows.
        alive: documents of other tabs, which are to settle their own.
    """
    known = {"now": now, "account": account, "document": document, "alive": sorted(alive)}
    row = connection.execute(_NEXT_DOUBT, known).first()
    if row is None:
        return None
    attempt = from_row(row)
    change_job(connection, attempt.job, state=JobState.WORKING)
    change(connection, attempt, tab=tab)
    tell(connection, now, Event.ATTEMPT_TAKEN_UP, attempt, tab=tab)
    before = None
    if attempt.chat is not None:
        before = chats.said(connection, account, attempt.chat, attempt.id)
    return Doubt(
        attempt=replace(attempt, tab=tab, before=before or ()),
        step=Step(row.step),
        document=row.document,
        conversation=row.conversation,
        turn=row.turn,
        file_id=row.file_id,
        submitting_at=row.submitting_at or row.started_at,
        looks=row.looks,
        told=row.told,
    )


_NEXT_DOUBT = (
    KNOWN.where(
        attempts.c.ending.is_(None),
        attempts.c.look_at <= bindparam("now"),
        attempts.c.account_id == bindparam("account"),
        is_one_of(jobs.c.state, JobState.DOUBT),
        or_(
            attempts.c.document == bindparam("document"),
            attempts.c.document.is_(None),
            attempts.c.document.not_in(bindparam("alive", expanding=True)),
        ),
    )
    .order_by(
        func.coalesce(attempts.c.document == bindparam("document"), False).desc(),
        attempts.c.look_at,
    )
    .limit(1)
)


def cut_off(connection: Connection, now: float, attempt: Attempt, reason: str) -> Step:
    """End an attempt that nobody can tell to its end any more; returns the step it was at.

    Before the commit point its job goes back. With a durable picture it stays open, to be filed.
    Anything between is in doubt.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    step = Step(still_open(connection, attempt).step)
    if step == Step.CLAIMED:
        give_back(connection, now, attempt, reason, not_before=now)
    elif step != Step.RECEIVED:
        record(connection, now, attempt, reason, look_at=now)
    return step


def break_off(
    connection: Connection, now: float, attempt: Attempt, reason: str, *, again: float | None
) -> Step:
    """End an attempt over which Pressrun itself failed; returns the step it was at.

    To try at once would fail again. Before the commit point its job waits until `again`, or is
    given up where that is None. With a durable picture it stays open, to be filed. Anything between
    waits for the author.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    step = Step(still_open(connection, attempt).step)
    if step == Step.CLAIMED and again is not None:
        give_back(connection, now, attempt, reason, not_before=again, counts=True)
    elif step == Step.CLAIMED:
        fail(connection, now, attempt, reason, retry_at=None, known=False)
    elif step != Step.RECEIVED:
        record(connection, now, attempt, reason, look_at=None, looked=True)
    return step


def take_up(connection: Connection, now: float) -> dict[Step, list[Attempt]]:
    """Cut off the attempts that the host's last life left open; returns them by their step."""
    left = connection.execute(
        KNOWN.where(attempts.c.ending.is_(None), jobs.c.state == JobState.WORKING)
    ).all()
    found: dict[Step, list[Attempt]] = {}
    for row in left:
        attempt = from_row(row)
        step = cut_off(connection, now, attempt, "the host stopped in the meantime")
        found.setdefault(step, []).append(attempt)
    return found


def asking(connection: Connection) -> list[Asking]:
    """The jobs in doubt, those that wait for the author first."""
    rows = connection.execute(
        KNOWN.where(attempts.c.ending.is_(None), jobs.c.state == JobState.DOUBT).order_by(
            attempts.c.look_at.is_not(None), jobs.c.id
        )
    )
    return [
        Asking(
            attempt=from_row(row),
            sent_at=row.submitting_at or row.started_at,
            reason=row.reason or "",
            waits=row.look_at is None,
        )
        for row in rows
    ]


def look_again(connection: Connection, now: float, attempt: Attempt) -> None:
    """The author wants an attempt in doubt looked at once more."""
    still_open(connection, attempt)
    change(connection, attempt, look_at=now, looks=0)
    tell(connection, now, Event.ATTEMPT_LOOK_AGAIN, attempt)


def on_doubt(connection: Connection, attempt: Attempt) -> OnDoubt:
    """What the batch says becomes of a job of which nothing can be proved."""
    word = connection.scalars(select(batches.c.on_doubt).where(batches.c.id == attempt.batch)).one()
    return OnDoubt(word)


def decide(
    connection: Connection, now: float, jobs: Sequence[int] | None, choice: DoubtChoice
) -> list[int]:
    """Carry out a decision on jobs in doubt; returns those that it changed.

    Args:
        connection: the writer's.
        now: the time.
        jobs: their numbers; None means every one that waits for the author.
        choice: what becomes of them.

    Raises:
        NotFoundError: one of them is not in doubt (any more); none was changed.
    """
    known = {each.attempt.job: each for each in asking(connection)}
    if jobs is None:
        jobs = [job for job, each in known.items() if each.waits]
    if strange := [job for job in jobs if job not in known]:
        verb = "is" if len(strange) == 1 else "are"
        names = ", ".join(str(job) for job in strange)
        raise NotFoundError(f"job {names} {verb} not in doubt; nothing was changed")
    for job in dict.fromkeys(jobs):
        attempt = known[job].attempt
        if choice == DoubtChoice.LOOK:
            look_again(connection, now, attempt)
        else:
            abandon(connection, now, attempt, resend=choice == DoubtChoice.RESEND)
    return list(dict.fromkeys(jobs))
