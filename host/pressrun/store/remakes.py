"""One more try at a panel whose picture came in another format than was asked for."""

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, insert, literal, select, update

from pressrun.picture.record import Placed
from pressrun.states import BatchState, JobState, PictureState, WrongFormat
from pressrun.store import endings, journal
from pressrun.store.attempts import Attempt
from pressrun.store.journal import Event
from pressrun.store.tables import ORDERED, batches, jobs


def is_allowed(connection: Connection, attempt: Attempt) -> bool:
    """Whether a panel is made once more if the attempt's picture has another format.

    A correction is not: its chat has gone on, and the note would meet another picture there.
    """
    return connection.execute(_ALLOWED, {"job": attempt.job}).first() is not None


def done(
    connection: Connection,
    now: float,
    attempt: Attempt,
    document: str,
    filed: Placed,
    *,
    aside: Callable[[str, str, str], str],
) -> None:
    """End a good attempt whose picture is an alternative, and order the panel once more.

    The one transaction does both, so that no crash loses the new job or orders it twice. Where the
    list has asked for something else meanwhile, or the batch was cancelled, nothing more is sent.

    Args:
        connection: the writer's.
        now: the time.
        attempt: whose picture it is.
        document: the other half of the token.
        filed: the picture among the alternatives.
        aside: where a picture goes that makes room, from its key, SHA-256 and path.

    Raises:
        StaleTokenError: the attempt has ended or belongs to another document.
    """
    state = connection.scalar(_BATCH_STATE, {"batch": attempt.batch})
    unwanted = state == BatchState.CANCELLED
    # it waits for the end of the job that is under way, as new words of a list do
    following = {
        "job": attempt.job,
        "state": JobState.CANCELLED if unwanted else JobState.QUEUED,
        "ended_at": now if unwanted else None,
    }
    added = connection.execute(_FOLLOW, following)
    if added.rowcount:
        connection.execute(_OUTDATE, {"row": attempt.job})
        journal.write(connection, now, Event.JOB_REMADE, batch=attempt.batch, job=attempt.job)
    endings.done(
        connection, now, attempt, document, filed, aside=aside, place=PictureState.ALTERNATIVE
    )


_ALLOWED = (
    select(jobs.c.id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(
        jobs.c.id == bindparam("job"),
        jobs.c.remake.is_(False),
        jobs.c.outdated.is_(False),
        jobs.c.in_chat.is_(None),
        # a repair of another format is no better than what it was to replace
        jobs.c.repair == 0,
        batches.c.wrong_format == WrongFormat.AGAIN,
        batches.c.state != BatchState.CANCELLED,
    )
)

_BATCH_STATE = select(batches.c.state).where(batches.c.id == bindparam("batch"))

_SAME = (*ORDERED, jobs.c.says)
"""What the new job has of the one that it follows."""

_FOLLOW = insert(jobs).from_select(
    [each.name for each in (*_SAME, jobs.c.state, jobs.c.ended_at, jobs.c.remake)],
    select(
        *_SAME,
        bindparam("state", type_=jobs.c.state.type),
        bindparam("ended_at", type_=jobs.c.ended_at.type),
        literal(True, jobs.c.remake.type),  # noqa: FBT003 - a value of the row
    ).where(jobs.c.id == bindparam("job"), jobs.c.outdated.is_(False)),
)

_OUTDATE = update(jobs).where(jobs.c.id == bindparam("row")).values(outdated=True)
