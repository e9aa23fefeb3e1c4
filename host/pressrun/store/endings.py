"""Endings: every way an attempt can end, and what becomes of its job and its picture then."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, bindparam, insert, select

from pressrun.picture.record import Placed, to_row
from pressrun.states import BatchState, Ending, JobState, PictureState, Step
from pressrun.store import batches as batch_operations
from pressrun.store import breaker, chats, closing, holds, offers
from pressrun.store.attempts import (
    Attempt,
    StaleTokenError,
    change,
    change_job,
    held,
    still_open,
    tell,
)
from pressrun.store.images import kept_for, make_room
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, images, jobs


def done(
    connection: Connection,
    now: float,
    attempt: Attempt,
    document: str,
    filed: Placed,
    *,
    aside: Callable[[str, str, str], str],
    place: PictureState = PictureState.CURRENT,
    gone: int | None = None,
) -> None:
    """The end of a good attempt, in one transaction: token checked, image row, job done.

    Args:
        connection: the writer's.
        now: the time.
        attempt: whose picture it is.
        document: the other half of the token.
        filed: the picture in its place.
        aside: where a picture goes that makes room, from its key, SHA-256 and path.
        place: what it is: its panel's picture, or an alternative to the one that is there.
        gone: a picture on record that it may replace though it is approved: its file is gone.

    Raises:
        StaleTokenError: the attempt has ended or belongs to another document.
        StandsError: it is to be its panel's picture, and one stands there that gives its place to
            nothing; nothing was changed.
    """
    if held(connection, attempt, document).step != Step.RECEIVED:
        raise StaleTokenError(f"attempt {attempt.name} has no picture on disk")
    if place == PictureState.CURRENT:
        offers.give_way(connection, attempt.library, attempt.key, gone)
        make_room(connection, attempt.library, attempt.key, aside)
    _add_image(connection, attempt, filed, place)
    change(connection, attempt, step=Step.DONE, ending=Ending.DONE, ended_at=now)
    _close_job(connection, now, attempt, JobState.DONE, None)
    tell(connection, now, Event.ATTEMPT_DONE, attempt, sha256=filed.record.facts.sha256)
    _conclude(connection, now, attempt)


def offered(
    connection: Connection,
    now: float,
    attempt: Attempt,
    document: str,
    filed: Placed,
    *,
    aside: Callable[[str, str, str], str],
) -> None:
    """The end of a good attempt whose picture waits for the author's yes among the alternatives.

    The arguments are those of `done`.

    Raises:
        StaleTokenError: the attempt has ended or belongs to another document.
    """
    place = PictureState.ALTERNATIVE
    done(connection, now, attempt, document, filed, aside=aside, place=place)
    known = {"attempt": attempt.id, "same": filed.record.facts.sha256}
    offers.offer(connection, now, connection.execute(_IMAGE, known).scalar_one())


def keep_others(
    connection: Connection, now: float, attempt: Attempt, kept: Sequence[Placed]
) -> None:
    """Put the further pictures of an attempt on record, as alternatives; each once."""
    known = connection.scalars(
        select(images.c.sha256).where(images.c.attempt_id == attempt.id)
    ).all()
    for filed in kept:
        if filed.record.facts.sha256 not in known:
            _add_image(connection, attempt, filed, PictureState.ALTERNATIVE)
            tell(connection, now, Event.IMAGE_BESIDE, attempt, sha256=filed.record.facts.sha256)


def fail_beside(
    connection: Connection, now: float, attempt: Attempt, kept: Sequence[Placed], reason: str
) -> None:
    """End an attempt whose picture cannot get its panel's name; it is kept as an alternative.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    still_open(connection, attempt)
    keep_others(connection, now, attempt, kept)
    fail(connection, now, attempt, reason, retry_at=None)


def quarantine(
    connection: Connection, now: float, attempt: Attempt, filed: Placed, *, twin: str
) -> None:
    """End an attempt that brought the bytes of another panel's picture; both need the author.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    still_open(connection, attempt)
    _add_image(connection, attempt, filed, PictureState.QUARANTINE)
    reason = f"it is the same file as the picture of {twin}; look at both"
    fail(connection, now, attempt, reason, retry_at=None)


def give_back(
    connection: Connection,
    now: float,
    attempt: Attempt,
    reason: str,
    *,
    not_before: float,
    counts: bool = False,
    rule: breaker.Rule | None = None,
) -> float | None:
    """End an attempt that sent nothing; the job waits again until `not_before`.

    Args:
        connection: the writer's.
        now: the time.
        attempt: which.
        reason: why nothing was sent.
        not_before: when the job may be tried again.
        counts: whether it counts against the job, which may be the reason; a limit or a restart
            never is.
        rule: when the account stops, where the page may be the reason.

    Returns:
        Until when the account stops, if it does.

    Raises:
        StaleTokenError: the attempt has ended, or passed the commit point.
    """
    row = still_open(connection, attempt)
    if row.step != Step.CLAIMED:
        raise StaleTokenError(f"attempt {attempt.name} has passed its commit point")
    _end(connection, now, attempt, Ending.RETURNED, reason)
    _wait_again(connection, now, attempt, not_before, unsent=attempt.unsent + counts)
    tell(connection, now, Event.ATTEMPT_RETURNED, attempt, reason=reason)
    return breaker.unsent(connection, now, attempt.account, reason, rule) if rule else None


def fail(
    connection: Connection,
    now: float,
    attempt: Attempt,
    reason: str,
    *,
    retry_at: float | None,
    counts: bool = True,
    known: bool = True,
) -> None:
    """End an attempt that the site (or its picture) failed; the job waits again, or is given up.

    What the site answered with a limit counts neither against the job nor as a use of the account.
    An outcome that is `known` shows that the page is understood.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    still_open(connection, attempt)
    if known:
        breaker.understood(connection, attempt.account)
    _end(connection, now, attempt, Ending.FAILED if counts else Ending.LIMITED, reason)
    if retry_at is None:
        _close_job(connection, now, attempt, JobState.FAILED, reason)
    else:
        _wait_again(connection, now, attempt, retry_at, tries=attempt.tries + counts)
    tell(connection, now, Event.ATTEMPT_FAILED, attempt, reason=reason, retry_at=retry_at)
    _conclude(connection, now, attempt)


def answered_in_words(
    connection: Connection,
    now: float,
    attempt: Attempt,
    reason: str,
    *,
    retry_at: float | None,
    follow_up: str | None,
) -> None:
    """End an attempt that was answered with words only; the picture is asked for once more.

    Args:
        connection: the writer's.
        now: the time.
        attempt: which.
        reason: what the site said.
        retry_at: when it is asked for again; None when it was before, and the job is given up.
        follow_up: what is sent in the same chat then; without it, or where the chat has no name,
            the words are sent once more in a fresh one.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    chat = connection.scalar(_CHAT, {"attempt": attempt.id})
    fail(connection, now, attempt, reason, retry_at=retry_at, known=False)
    if retry_at is not None and follow_up is not None and chat is not None:
        there = {"follow_chat": chat, "follow_account": attempt.account}
        change_job(connection, attempt.job, follow_up=follow_up, **there)


def chat_lost(connection: Connection, now: float, attempt: Attempt, reason: str) -> None:
    """End an attempt whose chat cannot be gone on in; nothing was sent.

    A panel goes to another chat; a correction has no other.

    Raises:
        StaleTokenError: the attempt has ended, or passed the commit point.
    """
    chats.leave_after(connection, now, attempt.id, reason)
    if attempt.made_from is None:
        give_back(connection, now, attempt, reason, not_before=now)
        change_job(connection, attempt.job, **NO_FOLLOW_UP)
    else:
        told = f"{reason}; nothing was sent, and the picture is as it was"
        fail(connection, now, attempt, told, retry_at=None, known=False)


def chat_full(connection: Connection, now: float, attempt: Attempt, reason: str) -> None:
    """End an attempt in a chat that has reached its maximum length at its message.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    correction = attempt.made_from is not None
    fail(connection, now, attempt, reason, retry_at=None if correction else now, counts=False)
    change_job(connection, attempt.job, **NO_FOLLOW_UP)


def stop_batch(connection: Connection, now: float, attempt: Attempt, reason: str) -> None:
    """End an attempt that sent nothing, and pause its batch until the author sees to the reason.

    Raises:
        StaleTokenError: the attempt has ended, or passed the commit point.
    """
    give_back(connection, now, attempt, reason, not_before=now)
    batch_operations.stop(connection, now, attempt.batch, reason)


def refuse(connection: Connection, now: float, attempt: Attempt, reason: str) -> None:
    """End an attempt whose prompt the site refused by policy; the job is never sent again as it is.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    still_open(connection, attempt)
    breaker.understood(connection, attempt.account)
    _end(connection, now, attempt, Ending.REFUSED, reason)
    _close_job(connection, now, attempt, JobState.REFUSED, reason)
    tell(connection, now, Event.ATTEMPT_REFUSED, attempt)
    _conclude(connection, now, attempt)


def unsent(
    connection: Connection, now: float, attempt: Attempt, proof: str, *, certain: bool = False
) -> None:
    """End an attempt of which it is proved that nothing was submitted; the job waits again.

    Args:
        connection: the writer's.
        now: the time.
        attempt: which.
        proof: why it cannot have been submitted.
        certain: whether the document that was to send it still holds it. A proof from elsewhere
            rests on what pages show, and the attempt still counts as one that came to nothing.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    still_open(connection, attempt)
    if certain:
        change(connection, attempt, fruitless=False)
    _end(connection, now, attempt, Ending.UNSENT, proof)
    _wait_again(connection, now, attempt, now)
    tell(connection, now, Event.ATTEMPT_UNSENT, attempt, proof=proof)
    _conclude(connection, now, attempt)


def abandon(connection: Connection, now: float, attempt: Attempt, *, resend: bool) -> None:
    """The author's decision on an attempt in doubt: send the job again, or give it up."""
    still_open(connection, attempt)
    reason = "sent again, as you decided" if resend else "given up, as you decided"
    _end(connection, now, attempt, Ending.ABANDONED, reason)
    if resend:
        _wait_again(connection, now, attempt, now)
    else:
        _close_job(connection, now, attempt, JobState.FAILED, reason)
    tell(connection, now, Event.ATTEMPT_ABANDONED, attempt, resend=resend)
    _conclude(connection, now, attempt)


NO_FOLLOW_UP = {"follow_up": None, "follow_chat": None, "follow_account": None}
"""What the row of a job has that is sent as it was ordered."""

_ADD_IMAGE = insert(images)
_IMAGE = select(images.c.id).where(
    images.c.attempt_id == bindparam("attempt"), images.c.sha256 == bindparam("same")
)


def _add_image(
    connection: Connection, attempt: Attempt, filed: Placed, place: PictureState
) -> None:
    connection.execute(
        _ADD_IMAGE,
        {
            "library": attempt.library,
            "place": place,
            "path": filed.path,
            "attempt_id": attempt.id,
            "kept_for": kept_for(connection, attempt.job),
            **to_row(filed.record),
        },
    )


def _end(
    connection: Connection, now: float, attempt: Attempt, ending: Ending, reason: str | None
) -> None:
    change(connection, attempt, ending=ending, ended_at=now, reason=reason)
    if ending not in (Ending.RETURNED, Ending.UNSENT):
        chats.leave_after(connection, now, attempt.id, reason or ending)


_CHAT = select(attempts.c.conversation).where(attempts.c.id == bindparam("attempt"))


def _close_job(
    connection: Connection, now: float, attempt: Attempt, state: JobState, reason: str | None
) -> None:
    ended = {"state": state, "reason": reason, "ended_at": now}
    change_job(connection, attempt.job, **ended, **NO_FOLLOW_UP)


def _conclude(connection: Connection, now: float, attempt: Attempt) -> None:
    """See to what waited for the end of an attempt's job."""
    holds.see(connection, now, attempt.library, attempt.key)
    closing.finish(connection, now, attempt.batch)


def _wait_again(
    connection: Connection, now: float, attempt: Attempt, not_before: float, **counted: int
) -> None:
    """The job waits again, unless its batch was cancelled meanwhile or its list changed.

    Args:
        connection: the transaction.
        now: the time.
        attempt: the one that ended.
        not_before: when the job may be tried again.
        counted: what counts against the job from now on (`tries`, `unsent`).
    """
    batch, outdated = connection.execute(_WANTED, {"job": attempt.job}).one()
    unwanted = outdated or batch == BatchState.CANCELLED
    state = JobState.CANCELLED if unwanted else JobState.WAITING
    waiting = {"state": state, "account_id": None, "not_before": not_before}
    # what was sent came further than any page that was in the way before
    change_job(connection, attempt.job, **waiting, **{"unsent": 0, **counted})
    holds.hold(connection, now, attempt.batch, attempt.job)
    if unwanted:
        _conclude(connection, now, attempt)


_WANTED = (
    select(batches.c.state, jobs.c.outdated)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(jobs.c.id == bindparam("job"))
)
