"""The journal: one row for every change of state, appended and never changed.

So a crash just before a row's commit and one just after it are all the crashes there are between
one state and the next: the writer passes a failpoint at both, named after the row's event.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from pressrun.store.tables import journal


class Event(StrEnum):
    """What a row tells. Rows are kept for ever: a word is never given another meaning."""

    ACCOUNT_ALLOWED = "account.allowed"
    """The author said how much it may do at most."""
    ACCOUNT_RESTS = "account.rests"
    ACCOUNT_SEEN = "account.seen"
    ATTEMPT_ABANDONED = "attempt.abandoned"
    ATTEMPT_ASKS = "attempt.asks"
    """It is in doubt, and waits for the author."""
    ATTEMPT_CLAIMED = "attempt.claimed"
    ATTEMPT_DONE = "attempt.done"
    ATTEMPT_DOUBT = "attempt.doubt"
    ATTEMPT_FAILED = "attempt.failed"
    ATTEMPT_FRUITLESS = "attempt.fruitless"
    """It was sent, and came to nothing that anybody here understands."""
    ATTEMPT_LEARNED = "attempt.learned"
    ATTEMPT_LOOK_AGAIN = "attempt.look_again"
    ATTEMPT_MADE = "attempt.made"
    ATTEMPT_REBOUND = "attempt.rebound"
    """Its token belongs to another document from now on."""
    ATTEMPT_RECEIVED = "attempt.received"
    ATTEMPT_REFUSED = "attempt.refused"
    ATTEMPT_RETURNED = "attempt.returned"
    """It ended before its commit point."""
    ATTEMPT_REWORDED = "attempt.reworded"
    """Something is added to its words before they are sent."""
    ATTEMPT_SUBMITTED = "attempt.submitted"
    ATTEMPT_SUBMITTING = "attempt.submitting"
    ATTEMPT_TAKEN_UP = "attempt.taken_up"
    """A tab looks what became of it."""
    ATTEMPT_UNSENT = "attempt.unsent"
    BATCH_ADJUSTED = "batch.adjusted"
    """The author gave it other tabs or another priority."""
    BATCH_CANCELLED = "batch.cancelled"
    BATCH_DONE = "batch.done"
    BATCH_EXTENDED = "batch.extended"
    BATCH_PAUSED = "batch.paused"
    BATCH_RUNNING = "batch.running"
    BATCH_STARTED = "batch.started"
    BATCH_STEERED = "batch.steered"
    """Its panels are sent as a repair showed that it helps, or so no more."""
    BATCH_STOPPED = "batch.stopped"
    """Nothing of it can be sent until its author has seen to something."""
    CHAT_KEPT = "chat.kept"
    """It is gone on in for the next panels of its scene."""
    CHAT_LEFT = "chat.left"
    """Nothing more is sent in it."""
    CLOCK_SET_BACK = "clock.set_back"
    DRIFT_NOTICED = "drift.noticed"
    """Pictures that share something move away from the approved ones."""
    DRIFT_SETTLED = "drift.settled"
    """The author had a word on it."""
    IMAGE_ACCEPTED = "image.accepted"
    """The author said yes to it, and it took the place of a picture that was approved."""
    IMAGE_ADOPTED = "image.adopted"
    """Its file was there, and nothing told of it."""
    IMAGE_BEST = "image.best"
    """Of its panel's takes it is the best by score, and the panel's picture."""
    IMAGE_BESIDE = "image.beside"
    """A further picture of the same answer was kept as an alternative."""
    IMAGE_CHOSEN = "image.chosen"
    """The author made another take the panel's picture."""
    IMAGE_CLEARED = "image.cleared"
    """The author took back what was said of it."""
    IMAGE_DECLINED = "image.declined"
    """It waits for the author's yes no more, and stays among the alternatives."""
    IMAGE_FOUND = "image.found"
    """Its file was thought gone."""
    IMAGE_GONE = "image.gone"
    IMAGE_KEPT = "image.kept"
    """The author accepted it for words, references or a format that it was not made from."""
    IMAGE_LOCKED = "image.locked"
    """The author wants nothing to take its place."""
    IMAGE_MARKED = "image.marked"
    """What is measured of it was compared with the approved pictures."""
    IMAGE_OFFERED = "image.offered"
    """It came while an approved picture stands, and waits for the author's yes."""
    IMAGE_REJECTED = "image.rejected"
    """The author does not want it."""
    IMAGE_RENAMED = "image.renamed"
    """Its panel has another key, or its file stood elsewhere."""
    IMAGE_TIDIED = "image.tidied"
    """No list names its panel; the author had it moved to the alternatives."""
    IMAGE_UNDECIDED = "image.undecided"
    """The author undid a decision about it."""
    IMAGE_UNLOCKED = "image.unlocked"
    JOBS_HELD = "jobs.held"
    """They come after a panel whose picture is not approved, or follow one that has none yet."""
    JOBS_LET_GO = "jobs.let_go"
    """The picture is there that they were held for."""
    JOB_APPROVED = "job.approved"
    """The author approved its picture."""
    JOB_DROPPED = "job.dropped"
    """Its book does not want it any more."""
    JOB_ORDERED = "job.ordered"
    """The author wants it tried again, skipped, or made sooner or later."""
    JOB_REDONE = "job.redone"
    """The author wants another take of a panel that has a picture."""
    JOB_REMADE = "job.remade"
    """Its picture came in another format, and the panel is made once more."""
    JOB_REPAIR = "job.repair"
    """The picture of its panel stands out, and is made once more."""
    JOB_SETTLED = "job.settled"
    """A sheet was approved that it waited for, and is a part of what it is made from."""
    JOB_TAKEN_BACK = "job.taken_back"
    """The author undid the decision that ordered it."""
    JOB_ORDERED_AGAIN = "job.ordered_again"
    """The author undid that."""
    JOB_UNPICTURED = "job.unpictured"
    """It was done, and its picture is gone."""
    JOB_UNREPAIRED = "job.unrepaired"
    """It was a repair that was not begun, and the author had a word on the picture."""
    LIBRARY_MARKED = "library.marked"
    """The mark of a folder is on record, and tells it from any other."""
    LIST_READ = "list.read"
    """What a list asks for is on record."""
    PANEL_NOTED = "panel.noted"
    """The author noted something about it."""
    STORAGE_USABLE = "storage.usable"
    WAITS_SHORTENED = "waits.shortened"
    """Waits that an older version left were longer than any may be."""


def write(
    connection: Connection,
    /,
    now: float,
    event: Event,
    *,
    batch: int | None = None,
    job: int | None = None,
    attempt: int | None = None,
    account: int | None = None,
    **data: Any,  # noqa: ANN401 - any JSON that tells about the event
) -> None:
    """Append a row. `data` holds no prompt text and no signed address."""
    connection.execute(
        _APPEND,
        {
            "at": now,
            "event": event,
            "batch_id": batch,
            "job_id": job,
            "attempt_id": attempt,
            "account_id": account,
            "data": data,
        },
    )
    written(connection).append(event)


def write_all(
    connection: Connection, now: float, event: Event, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Append a row for each of many, all of one event; a row may name `batch`, `job` and `data`."""
    empty = {"batch_id": None, "job_id": None, "attempt_id": None, "account_id": None}
    told = [
        {
            **empty,
            "at": now,
            "event": event,
            "batch_id": row.get("batch"),
            "job_id": row.get("job"),
            "data": row.get("data", {}),
        }
        for row in rows
    ]
    if told:
        connection.execute(_APPEND, told)
        written(connection).extend([event] * len(told))


_APPEND = insert(journal)


def written(connection: Connection) -> list[Event]:
    """The events that a connection wrote and nobody has taken off this list."""
    events: list[Event] = connection.info.setdefault("written", [])
    return events


def newest(connection: Connection) -> int:
    """The number of the newest row: it grows with every change of state."""
    number = connection.scalar(select(journal.c.id).order_by(journal.c.id.desc()).limit(1))
    return number or 0
