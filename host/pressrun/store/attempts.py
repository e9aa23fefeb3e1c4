"""Attempts: claiming a job, one durable step after another, and every way an attempt can end.

An attempt's number and the id of the page's document are its fencing token: whoever holds an old
one changes nothing (`StaleTokenError`).
"""

from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from pressrun.protocol.messages import BatchState, OnDoubt
from pressrun.store import batches as batch_operations
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import (
    IN_FLIGHT,
    Ending,
    JobState,
    Place,
    Step,
    attempts,
    batches,
    images,
    is_one_of,
    jobs,
)
from pressrun.store.tables import journal as journal_table


class StaleTokenError(Exception):
    """The attempt has ended, or belongs to another document by now."""


@dataclass(frozen=True)
class Attempt:
    """One try at a job on one tab."""

    id: int
    number: int
    job: int
    batch: int
    account: int
    tab: int
    key: str
    prompt: str
    prompt_sha256: str
    library: str
    tries: int
    """How many of the job's attempts before this one counted against it."""

    @property
    def name(self) -> str:
        """How the page knows this attempt."""
        return f"{self.job}.{self.number}"


@dataclass(frozen=True)
class Chain:
    """What binds a received picture to its attempt."""

    document: str
    conversation: str | None
    turn: str | None
    file_id: str | None
    sha256: str


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


class Sent(StrEnum):
    """When another attempt was sent, seen from ours."""

    BEFORE = "before"
    """And the site was done with it before ours was sent."""
    MEANWHILE = "meanwhile"
    """Before ours, and the site may have gone on with it after."""
    LATER = "later"


@dataclass(frozen=True)
class Asking:
    """A job in doubt, for the author."""

    attempt: Attempt
    sent_at: float
    reason: str
    waits: bool
    """Whether it waits for the author; otherwise it is still looked after."""


@dataclass(frozen=True)
class Filed:
    """A picture found whole and given its place."""

    sha256: str
    path: str
    bytes: int
    width: int
    height: int
    media: str


def claim(connection: Connection, now: float, *, account: int, tab: int) -> Attempt | None:
    """Begin an attempt at the next job that may run on an account, or None when there is none.

    Priorities come first, then fair shares among batches, then the order of making; a batch has no
    more tabs at once than it was given. Two jobs whose prompts are the same text are never in
    flight on one account together: nobody could tell which of two equal turns is whose.
    """
    for batch, tabs in batch_operations.running(connection):
        known = {"batch": batch, "account": account, "now": now}
        if connection.execute(_AT_WORK, known).scalar_one() >= tabs:
            continue
        job = connection.execute(_NEXT_JOB, known).first()
        if job is not None:
            return _begin(connection, now, job, account, tab)
    return None


def sends_more(connection: Connection, account: int) -> bool:
    """Whether a job waits that may be sent on an account, sooner or later."""
    return connection.execute(_ANY_JOB, {"account": account}).first() is not None


def _same_words() -> ColumnElement[bool]:
    """Whether the words of a job are in flight on `:account`."""
    in_flight = jobs.alias()
    return (
        select(in_flight.c.id)
        .where(
            in_flight.c.account_id == bindparam("account"),
            in_flight.c.prompt_sha256 == jobs.c.prompt_sha256,
            is_one_of(in_flight.c.state, *IN_FLIGHT),
        )
        .exists()
    )


_NEXT_JOB = (
    select(jobs, batches.c.library)
    .join(batches)
    .where(
        jobs.c.batch_id == bindparam("batch"),
        is_one_of(jobs.c.state, JobState.WAITING),
        jobs.c.not_before <= bindparam("now"),
        ~_same_words(),
    )
    .order_by(jobs.c.place)
    .limit(1)
)

# what is received is filed beside the tabs, and holds none
_AT_WORK = (
    select(func.count())
    .select_from(jobs)
    .join(attempts)
    .where(
        jobs.c.account_id == bindparam("account"),
        jobs.c.batch_id == bindparam("batch"),
        is_one_of(jobs.c.state, *IN_FLIGHT),
        is_one_of(jobs.c.state, JobState.WORKING),
        attempts.c.ending.is_(None),
        attempts.c.step != Step.RECEIVED,
    )
)

_ANY_JOB = (
    select(jobs.c.id)
    .join(batches)
    .where(
        is_one_of(jobs.c.state, JobState.WAITING),
        is_one_of(batches.c.state, BatchState.RUNNING),
        ~_same_words(),
    )
    .limit(1)
)


def next_due(connection: Connection, now: float = 0.0) -> float | None:
    """When the next job of a running batch may run, or the next one in doubt be looked after.

    None when there is none. What was due before `now` waits for something else than its time.
    """
    waiting: float | None = connection.scalar(_NEXT_WAITING, {"now": now})
    in_doubt: float | None = connection.scalar(_NEXT_LOOK, {"now": now})
    return min((due for due in (waiting, in_doubt) if due is not None), default=None)


_NEXT_WAITING = (
    select(func.min(jobs.c.not_before))
    .join(batches)
    .where(
        is_one_of(jobs.c.state, JobState.WAITING),
        jobs.c.not_before > literal_column("0"),
        jobs.c.not_before > bindparam("now"),
        is_one_of(batches.c.state, BatchState.RUNNING),
    )
)

_NEXT_LOOK = (
    select(func.min(attempts.c.look_at))
    .join(jobs)
    .where(
        attempts.c.ending.is_(None),
        attempts.c.look_at > bindparam("now"),
        is_one_of(jobs.c.state, JobState.DOUBT),
    )
)


def advance(
    connection: Connection,
    /,
    now: float,
    attempt: Attempt,
    document: str,
    step: Step,
    **facts: str | int | None,
) -> None:
    """Put the next step of an attempt on disk, with what became known with it.

    `SUBMITTING` binds the attempt to `document`; from then on only that document's token counts.

    Raises:
        StaleTokenError: the attempt has ended or belongs to another document.
    """
    row = _held(connection, attempt, document)
    if list(Step).index(step) <= list(Step).index(Step(row.step)):
        raise StaleTokenError(f"attempt {attempt.name} is at {row.step} already")
    known: dict[str, Any] = {name: value for name, value in facts.items() if value is not None}
    if step == Step.SUBMITTING:
        known["submitting_at"] = now
    _change(connection, attempt, step=step, document=document, **known)
    _tell(connection, now, Event(f"attempt.{step.value}"), attempt, **known)


def learn(connection: Connection, /, now: float, attempt: Attempt, **facts: str) -> None:
    """Record what became known of an attempt that stays at its step."""
    _change(connection, attempt, **facts)
    _tell(connection, now, Event.ATTEMPT_LEARNED, attempt, **facts)


def chain(connection: Connection, attempt: Attempt) -> Chain:
    """What is known of an attempt whose picture was received."""
    row = connection.execute(_ATTEMPT, {"attempt": attempt.id}).one()
    return Chain(row.document, row.conversation, row.turn, row.file_id, row.sha256)


def done(
    connection: Connection,
    now: float,
    attempt: Attempt,
    document: str,
    filed: Filed,
    *,
    aside: Callable[[str, str, str], str],
) -> None:
    """The end of a good attempt, in one transaction: token checked, image row, job done.

    Args:
        connection: the writer's.
        now: the time.
        attempt: whose picture it is.
        document: the other half of the token.
        filed: the picture in its place.
        aside: where a picture goes that makes room, from its key, SHA-256 and path.

    Raises:
        StaleTokenError: the attempt has ended or belongs to another document.
    """
    if _held(connection, attempt, document).step != Step.RECEIVED:
        raise StaleTokenError(f"attempt {attempt.name} has no picture on disk")
    panel = {"library": attempt.library, "key": attempt.key}
    for before in connection.execute(_CURRENT, panel).all():
        connection.execute(
            update(images)
            .where(images.c.id == before.id)
            .values(place=Place.ALTERNATIVE, path=aside(attempt.key, before.sha256, before.path))
        )
    _add_image(connection, now, attempt, filed, Place.CURRENT)
    _change(connection, attempt, step=Step.DONE, ending=Ending.DONE, ended_at=now)
    _close_job(connection, now, attempt, JobState.DONE, None)
    _tell(connection, now, Event.ATTEMPT_DONE, attempt, sha256=filed.sha256)
    batch_operations.finish(connection, now, attempt.batch)


def quarantine(
    connection: Connection, now: float, attempt: Attempt, filed: Filed, *, twin: str
) -> None:
    """End an attempt that brought the bytes of another panel's picture; both need the author.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    _open(connection, attempt)
    _add_image(connection, now, attempt, filed, Place.QUARANTINE)
    reason = f"it is the very picture of {twin}; both need a look"
    fail(connection, now, attempt, reason, retry_at=None)


def give_back(
    connection: Connection,
    now: float,
    attempt: Attempt,
    reason: str,
    *,
    not_before: float,
    counts: bool = False,
) -> None:
    """End an attempt that sent nothing; the job waits again until `not_before`.

    It counts against the job where the job may be the reason; a limit or a restart never is.

    Raises:
        StaleTokenError: the attempt has ended, or passed the commit point.
    """
    row = _open(connection, attempt)
    if row.step != Step.CLAIMED:
        raise StaleTokenError(f"attempt {attempt.name} has passed its commit point")
    _end(connection, now, attempt, Ending.RETURNED, reason)
    _wait_again(connection, attempt, not_before, counts=counts)
    _tell(connection, now, Event.ATTEMPT_RETURNED, attempt, reason=reason)


def fail(
    connection: Connection,
    now: float,
    attempt: Attempt,
    reason: str,
    *,
    retry_at: float | None,
    counts: bool = True,
) -> None:
    """End an attempt that the site (or its picture) failed; the job waits again, or is given up.

    What the site answered with a limit counts neither against the job nor as a use of the account.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    _open(connection, attempt)
    _end(connection, now, attempt, Ending.FAILED if counts else Ending.LIMITED, reason)
    if retry_at is None:
        _close_job(connection, now, attempt, JobState.FAILED, reason)
    else:
        _wait_again(connection, attempt, retry_at, counts=counts)
    _tell(connection, now, Event.ATTEMPT_FAILED, attempt, reason=reason, retry_at=retry_at)
    batch_operations.finish(connection, now, attempt.batch)


def refuse(connection: Connection, now: float, attempt: Attempt, reason: str) -> None:
    """End an attempt whose prompt the site refused by policy; the job is never sent again as it is.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    _open(connection, attempt)
    _end(connection, now, attempt, Ending.REFUSED, reason)
    _close_job(connection, now, attempt, JobState.REFUSED, reason)
    _tell(connection, now, Event.ATTEMPT_REFUSED, attempt)
    batch_operations.finish(connection, now, attempt.batch)


def doubt(
    connection: Connection,
    now: float,
    attempt: Attempt,
    reason: str,
    *,
    look_at: float | None,
    looked: bool = False,
) -> None:
    """Put on record that it is not known whether the site got an attempt, or what it made.

    The attempt stays open: `claim_doubt` hands it out again from `look_at` on. With None it waits
    for the author. `looked` says that it was looked after, and that told nothing.

    Raises:
        StaleTokenError: the attempt has ended, or sent nothing yet.
    """
    row = _open(connection, attempt)
    if row.step == Step.CLAIMED:
        raise StaleTokenError(f"attempt {attempt.name} has sent nothing")
    looks = row.looks + int(looked)
    _change(connection, attempt, look_at=look_at, looks=looks, reason=reason)
    _change_job(connection, attempt.job, state=JobState.DOUBT, reason=reason)
    event = Event.ATTEMPT_DOUBT if look_at is not None else Event.ATTEMPT_ASKS
    _tell(connection, now, event, attempt, reason=reason)


def claim_doubt(
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
    attempt = _attempt(row)
    _change_job(connection, attempt.job, state=JobState.WORKING)
    _change(connection, attempt, tab=tab)
    _tell(connection, now, Event.ATTEMPT_TAKEN_UP, attempt, tab=tab)
    return Doubt(
        attempt=replace(attempt, tab=tab),
        step=Step(row.step),
        document=row.document,
        conversation=row.conversation,
        turn=row.turn,
        file_id=row.file_id,
        submitting_at=row.submitting_at or row.started_at,
        looks=row.looks,
    )


def rebind(connection: Connection, now: float, attempt: Attempt, document: str) -> None:
    """Hand an attempt's token to another document; the one that held it changes nothing more.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    _open(connection, attempt)
    _change(connection, attempt, document=document)
    _tell(connection, now, Event.ATTEMPT_REBOUND, attempt, document=document)


def unsent(connection: Connection, now: float, attempt: Attempt, proof: str) -> None:
    """End an attempt of which it is proved that nothing was submitted; the job waits again.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    _open(connection, attempt)
    _end(connection, now, attempt, Ending.UNSENT, proof)
    _wait_again(connection, attempt, now, counts=False)
    _tell(connection, now, Event.ATTEMPT_UNSENT, attempt, proof=proof)
    batch_operations.finish(connection, now, attempt.batch)


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
    submitting = case((journal_table.c.event == Event.ATTEMPT_SUBMITTING, journal_table.c.id))
    told = connection.execute(
        select(journal_table.c.attempt_id, func.min(submitting), func.max(journal_table.c.id))
        .where(journal_table.c.attempt_id.in_([attempt.id, *known.values()]))
        .group_by(journal_table.c.attempt_id)
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


def owner_of(connection: Connection, attempt: Attempt, file_id: str) -> str | None:
    """The key of another job whose picture bears this name on the site, or None."""
    key: str | None = connection.scalar(_OWNER, {"file_id": file_id, "attempt": attempt.id})
    return key


_OWNER = (
    select(jobs.c.key)
    .join(attempts, attempts.c.job_id == jobs.c.id)
    .where(attempts.c.file_id == bindparam("file_id"), attempts.c.id != bindparam("attempt"))
    .limit(1)
)


def asking(connection: Connection) -> list[Asking]:
    """The jobs in doubt, those that wait for the author first."""
    rows = connection.execute(
        select(attempts, *_OF_JOB)
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .where(attempts.c.ending.is_(None), jobs.c.state == JobState.DOUBT)
        .order_by(attempts.c.look_at.is_not(None), jobs.c.id)
    )
    return [
        Asking(
            attempt=_attempt(row),
            sent_at=row.submitting_at or row.started_at,
            reason=row.reason or "",
            waits=row.look_at is None,
        )
        for row in rows
    ]


def look_again(connection: Connection, now: float, attempt: Attempt) -> None:
    """The author wants an attempt in doubt looked at once more."""
    _open(connection, attempt)
    _change(connection, attempt, look_at=now, looks=0)
    _tell(connection, now, Event.ATTEMPT_LOOK_AGAIN, attempt)


def abandon(connection: Connection, now: float, attempt: Attempt, *, resend: bool) -> None:
    """The author's decision on an attempt in doubt: send the job again, or give it up."""
    _open(connection, attempt)
    reason = "sent again by order" if resend else "given up by order"
    _end(connection, now, attempt, Ending.ABANDONED, reason)
    if resend:
        _wait_again(connection, attempt, now, counts=False)
    else:
        _close_job(connection, now, attempt, JobState.FAILED, reason)
    _tell(connection, now, Event.ATTEMPT_ABANDONED, attempt, resend=resend)
    batch_operations.finish(connection, now, attempt.batch)


def on_doubt(connection: Connection, attempt: Attempt) -> OnDoubt:
    """What the batch says becomes of a job of which nothing can be proved."""
    word = connection.scalars(select(batches.c.on_doubt).where(batches.c.id == attempt.batch)).one()
    return OnDoubt(word)


def cut_off(connection: Connection, now: float, attempt: Attempt, reason: str) -> Step:
    """End an attempt that nobody can tell to its end any more; returns the step it was at.

    Before the commit point its job goes back. With a durable picture it stays open, to be filed.
    Anything between is in doubt.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    step = Step(_open(connection, attempt).step)
    if step == Step.CLAIMED:
        give_back(connection, now, attempt, reason, not_before=now)
    elif step != Step.RECEIVED:
        doubt(connection, now, attempt, reason, look_at=now)
    return step


def take_up(connection: Connection, now: float) -> dict[Step, list[Attempt]]:
    """Cut off the attempts that the host's last life left open; returns them by their step."""
    left = connection.execute(
        select(attempts, *_OF_JOB)
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .join(batches, batches.c.id == jobs.c.batch_id)
        .where(attempts.c.ending.is_(None), jobs.c.state == JobState.WORKING)
    ).all()
    found: dict[Step, list[Attempt]] = {}
    for row in left:
        attempt = _attempt(row)
        step = cut_off(connection, now, attempt, "the host ended meanwhile")
        found.setdefault(step, []).append(attempt)
    return found


_OF_JOB = (
    jobs.c.batch_id,
    jobs.c.key,
    jobs.c.prompt,
    jobs.c.prompt_sha256,
    jobs.c.tries,
    batches.c.library,
)


_NEXT_DOUBT = (
    select(attempts, *_OF_JOB)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(
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

# built once: a picture takes some seventy statements, and building one costs more than running it
_ATTEMPT = select(attempts).where(attempts.c.id == bindparam("attempt"))
_LAST_NUMBER = select(func.max(attempts.c.number)).where(attempts.c.job_id == bindparam("job"))
_BEGIN = insert(attempts).returning(attempts.c.id)
_CHANGE = update(attempts).where(attempts.c.id == bindparam("row"))
_CHANGE_JOB = update(jobs).where(jobs.c.id == bindparam("row"))
_SERVE = update(batches).where(batches.c.id == bindparam("row"))
_ADD_IMAGE = insert(images)
_CURRENT = select(images.c.id, images.c.sha256, images.c.path).where(
    images.c.library == bindparam("library"),
    images.c.key == bindparam("key"),
    is_one_of(images.c.place, Place.CURRENT),
)


def _change(connection: Connection, attempt: Attempt, **values: object) -> None:
    connection.execute(_CHANGE, {"row": attempt.id, **values})


def _change_job(connection: Connection, job: int, **values: object) -> None:
    connection.execute(_CHANGE_JOB, {"row": job, **values})


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        id=row.id,
        number=row.number,
        job=row.job_id,
        batch=row.batch_id,
        account=row.account_id,
        tab=row.tab,
        key=row.key,
        prompt=row.prompt,
        prompt_sha256=row.prompt_sha256,
        library=row.library,
        tries=row.tries,
    )


def _begin(connection: Connection, now: float, job: Row[Any], account: int, tab: int) -> Attempt:
    number = 1 + (connection.scalar(_LAST_NUMBER, {"job": job.id}) or 0)
    new = {"job_id": job.id, "number": number, "account_id": account, "tab": tab}
    began = connection.execute(
        _BEGIN, {**new, "step": Step.CLAIMED, "started_at": now}
    ).scalar_one()
    _change_job(connection, job.id, state=JobState.WORKING, account_id=account, reason=None)
    # among batches of one priority, the next attempt is another's
    connection.execute(_SERVE, {"row": job.batch_id, "served": began})
    attempt = Attempt(
        id=began,
        number=number,
        job=job.id,
        batch=job.batch_id,
        account=account,
        tab=tab,
        key=job.key,
        prompt=job.prompt,
        prompt_sha256=job.prompt_sha256,
        library=job.library,
        tries=job.tries,
    )
    _tell(connection, now, Event.ATTEMPT_CLAIMED, attempt, tab=tab)
    return attempt


def _add_image(
    connection: Connection, now: float, attempt: Attempt, filed: Filed, place: Place
) -> None:
    connection.execute(
        _ADD_IMAGE,
        {
            "sha256": filed.sha256,
            "library": attempt.library,
            "key": attempt.key,
            "place": place,
            "path": filed.path,
            "attempt_id": attempt.id,
            "prompt_sha256": attempt.prompt_sha256,
            "bytes": filed.bytes,
            "width": filed.width,
            "height": filed.height,
            "media": filed.media,
            "filed_at": now,
        },
    )


def _open(connection: Connection, attempt: Attempt) -> Row[Any]:
    row = connection.execute(_ATTEMPT, {"attempt": attempt.id}).one()
    if row.ending is not None:
        raise StaleTokenError(f"attempt {attempt.name} has ended: {row.ending}")
    return row


def _held(connection: Connection, attempt: Attempt, document: str) -> Row[Any]:
    row = _open(connection, attempt)
    if row.document is not None and row.document != document:
        raise StaleTokenError(f"attempt {attempt.name} belongs to another document")
    return row


def _end(
    connection: Connection, now: float, attempt: Attempt, ending: Ending, reason: str | None
) -> None:
    _change(connection, attempt, ending=ending, ended_at=now, reason=reason)


def _close_job(
    connection: Connection, now: float, attempt: Attempt, state: JobState, reason: str | None
) -> None:
    _change_job(connection, attempt.job, state=state, reason=reason, ended_at=now)


def _wait_again(
    connection: Connection, attempt: Attempt, not_before: float, *, counts: bool
) -> None:
    """The job waits again, unless its batch was cancelled meanwhile."""
    batch = connection.scalars(select(batches.c.state).where(batches.c.id == attempt.batch)).one()
    state = JobState.CANCELLED if batch == BatchState.CANCELLED else JobState.WAITING
    tries = attempt.tries + int(counts)
    waiting = {"state": state, "account_id": None, "not_before": not_before, "tries": tries}
    _change_job(connection, attempt.job, **waiting)


def _tell(
    connection: Connection,
    now: float,
    event: Event,
    attempt: Attempt,
    **data: Any,  # noqa: ANN401 - any JSON that tells about the event
) -> None:
    journal.write(
        connection,
        now,
        event,
        batch=attempt.batch,
        job=attempt.job,
        attempt=attempt.id,
        account=attempt.account,
        **data,
    )
