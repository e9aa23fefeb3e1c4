"""Attempts: what one is, and its durable steps.

An attempt's number and the id of the page's document are its fencing token: whoever holds an old
one changes nothing (`StaleTokenError`). `claims.py` tells how an attempt begins, `endings.py` how
it ends, and `doubts.py` what is not known of it; what they share is at the end of this page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from pressrun.picture.recipe import Recipe, Reference, parsed
from pressrun.states import BatchState, Destination, Steering, Step
from pressrun.store import breaker, chats, holds, journal
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, images, jobs


class StaleTokenError(Exception):
    """The attempt has ended, or belongs to another document by now."""


class BatchHeldError(Exception):
    """The author paused or cancelled the batch, or wants something else, since it was claimed."""


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
    recipe: Recipe
    library: str
    tries: int
    """How many of the job's attempts before this one the site failed."""
    unsent: int
    """How many in a row before this one sent nothing, and the job may have been the reason."""
    words: str
    """What is sent: the prompt, unless it goes to the picture's own chat or adds something."""
    references: tuple[Reference, ...]
    """What it is sent with. A kept chat has its references from its start."""
    destination: Destination = Destination.FRESH
    chat: str | None = None
    """The name of the chat in which it is sent; None for a fresh one."""
    before: tuple[str, ...] = ()
    """What we had sent in that chat before, oldest first; none where that is not known."""
    made_from: str | None = None
    """The SHA-256 of the picture that it corrects."""
    project: str | None = None
    """The address of the project in which it is begun; that of its batch may be another by now."""
    followed: str | None = None
    """The SHA-256 of the picture of the panel before, as it was claimed; None for none."""
    repair: int = 0
    """Which repair of its panel it is; 0 for none."""
    steering: Steering = Steering.NONE
    """How panels of its batch were sent as it was claimed."""

    @property
    def name(self) -> str:
        """How the page knows this attempt."""
        return f"{self.job}.{self.number}"

    @property
    def follows(self) -> bool:
        """Whether the picture of the panel before is sent with it; its own chat has it already."""
        return self.followed is not None and self.destination != Destination.OWN

    @property
    def attaches(self) -> bool:
        """Whether it is sent with any picture."""
        return bool(self.references) or self.follows


@dataclass(frozen=True)
class Other:
    """A further picture of the answer that an attempt received."""

    sha256: str
    identity: str
    """As the site names it."""


def advance(
    connection: Connection,
    now: float,
    attempt: Attempt,
    /,
    document: str,
    step: Step,
    **facts: str | int | None,
) -> None:
    """Put the next step of an attempt on disk, with what became known with it.

    `SUBMITTING` binds the attempt to `document`; from then on only that document's token counts.

    Raises:
        StaleTokenError: the attempt has ended or belongs to another document.
        BatchHeldError: nothing more of its batch is to be sent, its words are no longer wanted, or
            the panel that it follows has another picture by now; said of `SUBMITTING` alone.
    """
    row = held(connection, attempt, document)
    if list(Step).index(step) <= list(Step).index(Step(row.step)):
        raise StaleTokenError(f"attempt {attempt.name} is at {row.step} already")
    known: dict[str, Any] = {name: value for name, value in facts.items() if value is not None}
    if step == Step.SUBMITTING:
        state = connection.scalar(_BATCH_STATE, {"batch": attempt.batch})
        if state != BatchState.RUNNING:
            raise BatchHeldError(f"the batch is {state}")
        if connection.scalar(_OUTDATED, {"job": attempt.job}):
            raise BatchHeldError("the list asks for other words")
        followed = {"attempt": attempt.id, "followed": attempt.followed}
        if attempt.follows and connection.scalar(_STILL_FOLLOWS, followed) is None:
            raise BatchHeldError("the panel that it follows is given another picture")
        known["submitting_at"] = now
        breaker.sending(connection, attempt.account)
    elif step == Step.RECEIVED:
        breaker.prove(connection, attempt.account, row.build)
    change(connection, attempt, step=step, document=document, **known)
    tell(connection, now, Event(f"attempt.{step.value}"), attempt, **known)
    if step == Step.RECEIVED:
        chats.keep(connection, now, attempt.id)


def reword(connection: Connection, now: float, attempt: Attempt, words: str) -> None:
    """Record other words to be sent for an attempt that has sent nothing yet.

    Raises:
        StaleTokenError: the attempt has ended, or passed its commit point.
    """
    if still_open(connection, attempt).step != Step.CLAIMED:
        raise StaleTokenError(f"attempt {attempt.name} has passed its commit point")
    change(connection, attempt, said=words)
    tell(connection, now, Event.ATTEMPT_REWORDED, attempt)


def learn(connection: Connection, now: float, attempt: Attempt, /, **facts: str) -> None:
    """Record what became known of an attempt that stays at its step."""
    change(connection, attempt, **facts)
    tell(connection, now, Event.ATTEMPT_LEARNED, attempt, **facts)


def rebind(connection: Connection, now: float, attempt: Attempt, document: str) -> None:
    """Hand an attempt's token to another document; the one that held it changes nothing more.

    Raises:
        StaleTokenError: the attempt has ended already.
    """
    still_open(connection, attempt)
    change(connection, attempt, document=document)
    tell(connection, now, Event.ATTEMPT_REBOUND, attempt, document=document)


def step(connection: Connection, attempt: Attempt) -> Step:
    """The last step of an attempt that goes on.

    Raises:
        StaleTokenError: it has ended.
    """
    return Step(still_open(connection, attempt).step)


def listed(others: Sequence[Other]) -> str | None:
    """Further pictures as an attempt's row names them: a line each; None for none."""
    lines = [f"{other.sha256} {' '.join(other.identity.split())}" for other in others]
    return "\n".join(lines) or None


def others_named(lines: str | None) -> tuple[Other, ...]:
    """The further pictures that an attempt's row names."""
    return tuple(Other(*line.split(" ", 1)) for line in (lines or "").splitlines())


# built once: a picture takes some fifty statements, and building one costs more than running it
_ATTEMPT = select(attempts).where(attempts.c.id == bindparam("attempt"))
_BATCH_STATE = select(batches.c.state).where(batches.c.id == bindparam("batch"))
_OUTDATED = select(jobs.c.outdated).where(jobs.c.id == bindparam("job"))
_STILL_FOLLOWS = (
    select(images.c.id)
    .join(jobs, jobs.c.before == images.c.key)
    .join(attempts, attempts.c.job_id == jobs.c.id)
    .where(
        attempts.c.id == bindparam("attempt"),
        images.c.sha256 == bindparam("followed"),
        holds.settled(jobs.c.batch_id),
        holds.fit(jobs.c.batch_id),
    )
)
_CHANGE = update(attempts).where(attempts.c.id == bindparam("row"))
_CHANGE_JOB = update(jobs).where(jobs.c.id == bindparam("row"))


KNOWN = (
    select(
        attempts,
        jobs.c.batch_id,
        jobs.c.key,
        jobs.c.prompt,
        jobs.c.tries,
        jobs.c.unsent,
        jobs.c.attached,
        jobs.c.format,
        jobs.c.follows,
        jobs.c.ingredients,
        jobs.c.says,
        jobs.c.shows.label("ordered_shows"),
        jobs.c.repair,
        jobs.c.follow_up,
        jobs.c.made_from,
        batches.c.library,
    )
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
)
"""Attempts, each with what is known of its job."""


@dataclass(frozen=True)
class Sending:
    """Where an attempt is sent, and with which words."""

    destination: Destination
    chat: str | None
    """The name of the chat, where that is known; a fresh one gets its name by being sent."""
    said: str | None
    """None for the job's prompt."""
    before: tuple[str, ...] = ()
    """What was sent in that chat before."""
    followed: str | None = None
    """The SHA-256 of the picture of the panel before."""
    shows: str | None = None
    """What is attached, as a row names references; None for those of the recipe."""
    steering: Steering = Steering.NONE


def from_row(row: Row[Any]) -> Attempt:
    """The attempt of a row of `KNOWN`; what was sent in its chat before is not read with it."""
    destination = Destination(row.destination)
    sending = Sending(
        destination,
        row.conversation,
        row.said,
        followed=row.followed,
        # an older version put it on record with the job alone
        shows=row.ordered_shows if row.shows is None else row.shows,
        steering=Steering(row.steering),
    )
    account, tab = row.account_id, row.tab
    return at_job(row, row.job_id, row.id, row.number, account=account, tab=tab, sending=sending)


def at_job(
    row: Row[Any],
    job: int,
    attempt: int,
    number: int,
    *,
    account: int,
    tab: int,
    sending: Sending,
) -> Attempt:
    """An attempt at a job, of which a row tells what is to be made."""
    recipe = Recipe.from_row(row._mapping)  # noqa: SLF001 - a row's public name for it
    match sending.destination:
        case Destination.FRESH:
            references = parsed(sending.shows) if sending.shows else recipe.references
        case Destination.KEPT:
            references = ()
        case Destination.OWN:
            references = () if row.follow_up else parsed(sending.shows)
    return Attempt(
        id=attempt,
        number=number,
        job=job,
        batch=row.batch_id,
        account=account,
        tab=tab,
        key=row.key,
        recipe=recipe,
        library=row.library,
        tries=row.tries,
        unsent=row.unsent,
        words=sending.said or recipe.prompt,
        references=references,
        destination=sending.destination,
        chat=None if sending.destination == Destination.FRESH else sending.chat,
        before=sending.before,
        made_from=row.made_from,
        project=row.project,
        followed=sending.followed,
        repair=row.repair,
        steering=sending.steering,
    )


def still_open(connection: Connection, attempt: Attempt) -> Row[Any]:
    """The row of an attempt that goes on.

    Raises:
        StaleTokenError: it has ended.
    """
    row = connection.execute(_ATTEMPT, {"attempt": attempt.id}).one()
    if row.ending is not None:
        raise StaleTokenError(f"attempt {attempt.name} has ended: {row.ending}")
    return row


def held(connection: Connection, attempt: Attempt, document: str) -> Row[Any]:
    """The row of an attempt whose token this document holds.

    Raises:
        StaleTokenError: it has ended or belongs to another document.
    """
    row = still_open(connection, attempt)
    if row.document is not None and row.document != document:
        raise StaleTokenError(f"attempt {attempt.name} belongs to another document")
    return row


def change(connection: Connection, attempt: Attempt, **values: object) -> None:
    """Write into an attempt's row."""
    connection.execute(_CHANGE, {"row": attempt.id, **values})


def change_job(connection: Connection, job: int, **values: object) -> None:
    """Write into a job's row."""
    connection.execute(_CHANGE_JOB, {"row": job, **values})


def tell(
    connection: Connection,
    now: float,
    event: Event,
    attempt: Attempt,
    **data: Any,  # noqa: ANN401 - any JSON that tells about the event
) -> None:
    """Write a row of the journal about an attempt."""
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
