"""Repairs: one more take of an outlier, within the budget of its batch."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from pressrun.picture.format import ROOM_CHARS
from pressrun.picture.ingredients import is_sheet
from pressrun.picture.recipe import Recipe, Reference, listed, origin_of, parsed
from pressrun.protocol.messages.base import PROMPT_CHARS, REFERENCES
from pressrun.states import OPEN_JOBS, BatchState, JobState
from pressrun.store import holds, journal
from pressrun.store.journal import Event
from pressrun.store.offers import PROTECTED
from pressrun.store.tables import (
    ORDERED,
    attempts,
    batches,
    images,
    is_one_of,
    jobs,
    marks,
    tallies,
)
from pressrun.store.tables import listed as listed_table

MOST_ADDED = 3
"""So many pictures of the style are added to those of a panel: more tell nothing more of it."""


@dataclass(frozen=True)
class Repair:
    """How a panel is made once more: always in a fresh chat."""

    number: int
    """Which repair of the panel it is, from 1."""
    references: tuple[Reference, ...]
    """All that is sent with it."""
    words: str | None = None
    """What is sent; None for the list's words. See `restyled`."""


@dataclass(frozen=True)
class Suspects:
    """Pictures that are made again because of a drift, each as a first repair."""

    images: tuple[int, ...]
    """The worst first."""
    style: tuple[Reference, ...]
    """Pictures that show the style. The library keeps copies."""


@dataclass(frozen=True)
class RepairBudget:
    """What a batch may spend on repairs."""

    panels: int
    most: int
    """So many repairs may be ordered in all."""
    used: int
    """So many were ordered."""

    @property
    def left(self) -> int:
        """How many more may be ordered."""
        return max(0, self.most - self.used)


class Restyled(NamedTuple):
    """What is sent for a panel whose style needs care."""

    references: tuple[Reference, ...]
    words: str | None
    """None for the list's words."""


def restyled(
    prompt: str,
    own: tuple[Reference, ...],
    style: Iterable[Reference],
    correction: str = "",
    *,
    ratio: str | None = None,
    follows: bool = False,
) -> Restyled:
    """A panel with more pictures of its style, and with what is to be different.

    The panel's own pictures keep their places, because a prompt may point at them by number; those
    of a book's style stand first among them. What is added comes after them, and the words say what
    it is for. Where the site has no room for the words, the panel is sent as it is.

    Args:
        prompt: the list's words.
        own: the references of its recipe.
        style: pictures that show the style, the best first.
        correction: as `draw thicker lines`; empty for none.
        ratio: a format that may have to be asked for in words, for which room is left.
        follows: whether the picture of the panel before is sent after them.
    """
    known = {each.sha256 for each in own}
    room = REFERENCES - len(own) - follows
    others = {each.sha256: each for each in style if each.sha256 not in known}
    added = list(others.values())[: max(0, min(room, MOST_ADDED))]
    said = []
    if added:
        first, last = len(own) + 1, len(own) + len(added)
        numbers = f"picture {first}" if first == last else f"pictures {first} to {last}"
        said.append(
            f"Draw in the style of attached {numbers}; take nothing but the style from there."
        )
    if correction:
        said.append(f"Keep strictly to the style: {correction}.")
    if not said:
        return Restyled(own, None)
    words = f"{prompt}\n\n{' '.join(said)}"
    if len(words) > (PROMPT_CHARS if ratio is None else PROMPT_CHARS - ROOM_CHARS):
        return Restyled(own, None)
    return Restyled((*own, *added), words)


def budget_of(share: float, panels: int) -> int:
    """How many repairs a share of so many panels is."""
    # a share such as .29 of 100 is a little less than a whole number
    return math.floor(share * panels + 1e-9)


def budget(connection: Connection, batch: int) -> RepairBudget:
    """What a batch may spend on repairs, and has spent: told at once, for a batch of any size."""
    row = connection.execute(_BUDGET, {"batch": batch}).one()
    panels = row.panels or 0
    return RepairBudget(panels, budget_of(row.repair_share, panels), row.used)


def is_possible(connection: Connection, image: int) -> bool:
    """Whether one more take of a picture may be ordered, if the budget allows it.

    It is its panel's own and came in this batch, which is open; the panel still asks for what it
    was made from, and nothing makes it already; the author had no word on it.
    """
    return _job_of(connection, image) is not None


def order(connection: Connection, now: float, image: int, repair: Repair) -> int | None:
    """Order one more take of a picture; returns its job, or None where that is not possible now.

    It is made next among the jobs of its place, and does not wait for what holds its scene.
    """
    of = _job_of(connection, image)
    if of is None or not budget(connection, of.batch_id).left:
        return None
    earlier = connection.execute(_OUTDATE, {"of": of.batch_id, "panel": of.key})
    if not earlier.rowcount:
        connection.execute(_ONE_LESS, {"row": of.batch_id})
    job: int = connection.execute(
        _ORDER,
        {
            "job": of.id,
            "number": repair.number,
            "to_show": listed(repair.references),
            "to_say": repair.words,
        },
    ).scalar_one()
    holds.hold(connection, now, of.batch_id, job)
    journal.write(
        connection, now, Event.JOB_REPAIR, batch=of.batch_id, job=job, repair=repair.number
    )
    return job


def order_again(connection: Connection, now: float, suspects: Suspects) -> list[int]:
    """Order one more take of each suspect of which that is possible, as long as the budget lasts.

    Returns:
        The images of those.
    """
    ordered = []
    for image in suspects.images:
        job = _job_of(connection, image)
        if job is None or job.repair:
            continue
        sent = restyled(
            job.prompt,
            parsed(job.attached),
            suspects.style,
            ratio=job.format,
            follows=job.before is not None,
        )
        if order(connection, now, image, Repair(1, sent.references, sent.words)) is not None:
            ordered.append(image)
    return ordered


def _job_of(connection: Connection, image: int) -> Row[Any] | None:
    """The job that made a picture, if one more take of it may be ordered."""
    row = connection.execute(_REPAIRABLE, {"image": image}).first()
    if row is None:
        return None
    told: Mapping[Any, Any] = row._mapping  # noqa: SLF001 - a row's public name for it
    if is_sheet(Recipe.from_row(told).ingredients):
        return None
    wanted = connection.execute(_WANTED, {"of": row.library, "key": row.key}).mappings().first()
    as_wanted = not row.outdated if wanted is None else origin_of(wanted) == origin_of(told)
    return row if as_wanted else None


_BUDGET = select(
    batches.c.repair_share,
    select(func.sum(tallies.c.jobs))
    .where(tallies.c.batch_id == batches.c.id, tallies.c.state != JobState.CANCELLED)
    .scalar_subquery()
    .label("panels"),
    select(func.count())
    .where(jobs.c.batch_id == batches.c.id, jobs.c.repair > 0, jobs.c.state != JobState.CANCELLED)
    .scalar_subquery()
    .label("used"),
).where(batches.c.id == bindparam("batch"))

_open = jobs.alias("open")
_NOTHING_OPEN = (
    ~select(_open.c.id)
    .where(
        _open.c.batch_id == jobs.c.batch_id,
        _open.c.key == jobs.c.key,
        is_one_of(_open.c.state, *OPEN_JOBS),
    )
    .exists()
)
_REPAIRABLE = (
    select(jobs, images.c.library)
    .select_from(images)
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .outerjoin(marks, marks.c.image_id == images.c.id)
    .where(
        images.c.id == bindparam("image"),
        images.c.place == "current",
        images.c.key == jobs.c.key,
        ~PROTECTED,
        images.c.rejected_at.is_(None),
        images.c.kept_for.is_(None),
        images.c.filed_at >= batches.c.created_at,
        marks.c.settled_at.is_(None),
        jobs.c.made_from.is_(None),
        # what the author asked for in words of their own is theirs to look at
        jobs.c.says.is_(None) | (jobs.c.repair > 0),
        batches.c.state.in_((BatchState.RUNNING, BatchState.PAUSED)),
        _NOTHING_OPEN,
    )
)
_WANTED = select(
    listed_table.c.prompt_sha256,
    listed_table.c.attached,
    listed_table.c.format,
    listed_table.c.follows,
).where(listed_table.c.library == bindparam("of"), listed_table.c.key == bindparam("key"))

_OUTDATE = (
    update(jobs)
    .where(
        jobs.c.batch_id == bindparam("of"),
        jobs.c.key == bindparam("panel"),
        jobs.c.outdated.is_(False),
    )
    .values(outdated=True)
)
_ONE_LESS = (
    update(batches)
    .where(batches.c.id == bindparam("row"), batches.c.made_before > 0)
    .values(made_before=batches.c.made_before - 1)
)

_ORDER = (
    insert(jobs)
    .from_select(
        [*(each.name for each in ORDERED), "state", "repair", "shows", "says"],
        select(
            *ORDERED,
            bindparam("waiting", JobState.WAITING.value, type_=jobs.c.state.type),
            bindparam("number", type_=jobs.c.repair.type),
            bindparam("to_show", type_=jobs.c.shows.type),
            bindparam("to_say", type_=jobs.c.says.type),
        ).where(jobs.c.id == bindparam("job")),
    )
    .returning(jobs.c.id)
)
