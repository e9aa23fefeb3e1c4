"""What happened to a panel: what its author decided, and what the journal tells besides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from pressrun.states import AuthorAct
from pressrun.store.journal import Event
from pressrun.store.tables import (
    batches,
    decided_panels,
    decisions,
    is_one_of,
    jobs,
    journal,
    notes,
)

TOLD = (
    Event.IMAGE_ADOPTED,
    Event.IMAGE_BEST,
    Event.IMAGE_CHOSEN,
    Event.IMAGE_FOUND,
    Event.IMAGE_GONE,
    Event.IMAGE_KEPT,
    Event.IMAGE_MARKED,
    Event.IMAGE_OFFERED,
    Event.IMAGE_REJECTED,
    Event.IMAGE_RENAMED,
    Event.IMAGE_TIDIED,
    Event.JOB_APPROVED,
    Event.JOB_ORDERED,
    Event.JOB_REDONE,
    Event.JOB_REMADE,
    Event.JOB_REPAIR,
)
"""The events that the history of a panel tells; attempts and decisions are told from their rows."""

MOST = 2_000
"""So many rows of the journal are looked at: the newest."""


@dataclass(frozen=True)
class Deed:
    """What an author decided about a panel."""

    number: int
    """By which it can be undone."""
    at: float
    act: AuthorAct
    by: str
    """Where, as `studio`."""
    about: str
    """Why, and the author's own words; empty without."""
    undoes: AuthorAct | None
    """What it takes back; None where it takes nothing back."""


@dataclass(frozen=True)
class Occurrence:
    """Something else that happened to a panel."""

    at: float
    event: Event
    data: Mapping[str, Any]


def deeds(connection: Connection, library: str, keys: Collection[str]) -> list[Deed]:
    """What the author decided about a panel, whose key may be written in several ways."""
    rows = connection.execute(
        select(
            decisions.c.id,
            decisions.c.at,
            decisions.c.act,
            decisions.c.by,
            decisions.c.about,
            decisions.c.takes_back,
            _before.c.act.label("undone"),
        )
        .join(decided_panels, decided_panels.c.decision_id == decisions.c.id)
        .outerjoin(_before, _before.c.id == decisions.c.undoes)
        .where(decisions.c.library == library, decided_panels.c.key.in_(keys))
        .order_by(decisions.c.id)
    )
    return [
        Deed(
            row.id,
            row.at,
            AuthorAct(row.act),
            row.by,
            row.about or "",
            AuthorAct(row.undone or row.act) if row.takes_back else None,
        )
        for row in rows
    ]


def occurrences(connection: Connection, library: str, keys: Collection[str]) -> list[Occurrence]:
    """What else happened to a panel, as far as the journal tells it by its jobs."""
    whose = connection.scalars(select(batches.c.id).where(batches.c.library == library)).all()
    mine = connection.scalars(
        select(jobs.c.id).where(jobs.c.batch_id.in_(whose), jobs.c.key.in_(keys))
    ).all()
    rows = connection.execute(
        select(journal.c.at, journal.c.event, journal.c.data)
        .where(journal.c.job_id.in_(mine), is_one_of(journal.c.event, *TOLD))
        .order_by(journal.c.id.desc())
        .limit(MOST)
    ).all()
    return [Occurrence(row.at, Event(row.event), row.data) for row in reversed(rows)]


def note(connection: Connection, library: str, keys: Collection[str]) -> str | None:
    """What the author noted about a panel."""
    found: str | None = connection.scalar(
        select(notes.c.text)
        .where(notes.c.library == library, notes.c.key.in_(keys))
        .order_by(notes.c.at.desc())
        .limit(1)
    )
    return found


_before = decisions.alias("before")
