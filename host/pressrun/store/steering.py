"""Steering: sending panels as a repair showed that it helps."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, update

from pressrun.picture.recipe import Reference, listed, parsed
from pressrun.states import Steering
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.repairs import restyled
from pressrun.store.tables import batches


@dataclass(frozen=True)
class Steer:
    """How the panels of a batch are sent from now on."""

    level: Steering
    references: tuple[Reference, ...]
    """Of the style; they are added to the panel's own. The library keeps copies."""
    correction: str = ""
    """What is to be different, for `WORDS`."""
    because: str = ""
    """For people: which repair showed it."""


@dataclass(frozen=True)
class Steered:
    """What is sent for a panel that is steered."""

    said: str | None
    """None for the list's words."""
    shows: str | None
    """As a row names references; None for those of its recipe."""
    level: Steering


def steer(connection: Connection, now: float, batch: int, wanted: Steer) -> None:
    """Send the panels of a batch so from now on; what is claimed already is sent as it is."""
    values = {
        "steering": wanted.level,
        "steered_with": listed(wanted.references),
        "steered_to": wanted.correction or None,
        "steered_by": wanted.because or None,
    }
    connection.execute(_STEER, {"row": batch, **values})
    journal.write(connection, now, Event.BATCH_STEERED, batch=batch, steering=wanted.level)


def end(connection: Connection, now: float, batch: int) -> None:
    """Send the panels of a batch as its list says."""
    nothing = dict.fromkeys(("steered_with", "steered_to", "steered_by"))
    ended = connection.execute(_END, {"row": batch, "steering": Steering.NONE, **nothing})
    if ended.rowcount:
        journal.write(connection, now, Event.BATCH_STEERED, batch=batch, steering=Steering.NONE)


def of_job(job: Row[Any]) -> Steered | None:
    """How a job is sent because its batch is steered; None for a plain one.

    What the author asked for in words of their own is sent so, and a repair as it was ordered.

    Args:
        job: its row, with what its batch says of steering.
    """
    level = Steering(job.steering)
    if level == Steering.NONE or job.says is not None or job.repair:
        return None
    sent = restyled(
        job.prompt,
        parsed(job.attached),
        parsed(job.steered_with),
        (job.steered_to or "") if level == Steering.WORDS else "",
        ratio=job.format,
        follows=job.before is not None,
    )
    return Steered(sent.words, listed(sent.references), level)


_STEER = update(batches).where(batches.c.id == bindparam("row"))
_END = _STEER.where(batches.c.steering != Steering.NONE)
