"""What authors decide about pictures: checked against what they saw, carried out, on record.

A decision is one transaction about any number of panels. Of each it keeps how it was before, so
that it can be undone (`undoing.py`). The number of the newest decision about an image is in its
row: whoever decides tells which one was seen, and where there is another one by now, nothing is
decided about that panel.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from pressrun.errors import BadInputError, NotFoundError
from pressrun.picture.recipe import Recipe
from pressrun.states import AuthorAct, MarkState, PictureState
from pressrun.store import (
    aims,
    approvals,
    batches,
    decided,
    holds,
    journal,
    notes,
    offers,
    record,
    settling,
    takes,
)
from pressrun.store.aims import Clash, Judgement, Looked, Meant
from pressrun.store.decided import DecidedPanel, State
from pressrun.store.journal import Event
from pressrun.store.record import Held
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import images, jobs, marks
from pressrun.store.takes import Ordered
from pressrun.words import start

TAKES_PLACE = (AuthorAct.APPROVE, AuthorAct.LOCK, AuthorAct.CHOOSE)
"""The acts by which a take becomes the picture of its panel."""

ABOUT_CHARS = 300
"""So much of an author's words is on record with a decision, for its history."""


@dataclass(frozen=True)
class DecisionOutcome:
    """What a decision came to."""

    decision: int | None
    """None: nothing was changed by it."""
    keys: list[str]
    """The panels that it is about."""
    changed: list[str]
    """Those of them that it changed."""
    clashes: list[Clash]
    batches: list[int] = field(default_factory=list)
    """Those that make what it orders."""


@dataclass(frozen=True)
class TakePlaced:
    """Where the files are of a take that was chosen."""

    path: str
    """Relative to the library."""
    aside: Callable[[str, str, str], str]
    """Where the picture before it went, from its key, SHA-256 and path."""


@dataclass(frozen=True)
class Provided:
    """What was made ready for a decision, or is within reach."""

    able: Collection[int] = ()
    """The accounts that are signed in where a browser is connected."""
    kept: Collection[str] = ()
    """The SHA-256 of takes that were kept as reference copies."""
    placed: TakePlaced | None = None
    """Where the files of the chosen take are."""
    batch: int | None = None
    """The batch whose panels wait for approved sheets."""
    made_from: Mapping[str, tuple[Recipe, str | None]] = field(default_factory=dict)
    """What those are made from by now, as for `approvals.settle`."""
    pinned: Mapping[str, str] = field(default_factory=dict)
    """By the keys of approved sheets: the files that they are kept as."""


def library_of(
    connection: Connection,
    library: str | None,
    batch: int | None,
    act: AuthorAct,
    keys: Sequence[str],
) -> str:
    """The library that a decision is about.

    An approval that names none is about the one in which panels wait for it.

    Raises:
        NotFoundError: there is no such library or batch.
    """
    if library is not None:
        if not record.is_known(connection, library):
            raise NotFoundError(f"Pressrun knows no pictures in {library}; nothing was changed")
        return library
    if batch is not None or act not in (AuthorAct.APPROVE, AuthorAct.LOCK):
        return batches.library(connection, batch)
    for each in approvals.libraries(connection):
        if all(aims.below(connection, each, key) for key in keys):
            return each
    return batches.library(connection, None)


def decide(
    connection: Connection,
    now: float,
    library: str,
    panels: Sequence[Looked],
    verdict: Judgement,
    ready: Provided = Provided(),
) -> DecisionOutcome:
    """Decide about pictures: about those that are as they were seen, all of it or nothing.

    Args:
        connection: the writer's.
        now: the time.
        library: whose panels.
        panels: which, as they were seen.
        verdict: what is decided.
        ready: what was made ready for it.

    Raises:
        NotFoundError: a key that nobody looked at names no picture.
        BadInputError: it cannot be carried out as it is wanted.
        NotKeptError: some takes are to be kept as reference copies first.
    """
    aim = aims.look(connection, library, panels, verdict, ready.able)
    if verdict.act == AuthorAct.NOTE:
        return _note(connection, now, library, verdict, aim)
    if not aim.pictures and aim.take is None:
        return DecisionOutcome(None, [], [], aim.clashes)
    if ready.batch is not None:
        approvals.settle(connection, now, ready.batch, ready.made_from)
    touched = {row.key: [row.id] for row in aim.pictures}
    if aim.take is not None:
        key = aim.take.record.key
        waiting = [each.image for each in offers.of_panel(connection, library, key)]
        had = touched.get(key, [])
        touched[key] = list(dict.fromkeys([*had, aim.take.id, *waiting]))
    before = decided.states(connection, [image for each in touched.values() for image in each])
    ordered = _act(connection, now, library, verdict, aim, ready)
    after = decided.states(connection, list(before))
    entries = []
    for key, numbers in touched.items():
        if key in ordered or any(_differs(before[each], after[each]) for each in numbers):
            was = {each: before[each] for each in numbers}
            take = ordered.get(key)
            job, counted = (None, False) if take is None else (take.job, take.counted)
            entries.append(DecidedPanel(key, was, _current(after, numbers), job, counted))
    number = None
    if entries:
        number = decided.add(
            connection, now, library, verdict.act, verdict.by, about=_about(verdict)
        )
        decided.put(connection, number, entries, pinned=ready.pinned)
    orders = sorted({each.batch for each in ordered.values()})
    changed = [each.key for each in entries]
    return DecisionOutcome(number, list(touched), changed, aim.clashes, orders)


def _differs(before: State, after: State) -> bool:
    """Whether anything is otherwise that an author could see."""
    told = {**after}
    if before["mark"] == after["mark"] == MarkState.IN_STYLE:
        # a word on a picture that does not stand out settles nothing
        told["settled_at"] = before["settled_at"]
    return dict(before) != told


def _current(after: Mapping[int, State], numbers: Sequence[int]) -> int:
    """The picture that a panel has, of those that a decision touched."""
    return next(each for each in numbers if after[each]["place"] == PictureState.CURRENT)


def _act(
    connection: Connection,
    now: float,
    library: str,
    verdict: Judgement,
    aim: Meant,
    ready: Provided,
) -> dict[str, Ordered]:
    """Carry out a decision; returns the takes that it orders, by the keys of their panels."""
    rows = aim.pictures
    if aim.take is not None and verdict.act == AuthorAct.REJECT:
        if verdict.because is not None:
            connection.execute(_SAY[verdict.act], {"row": aim.take.id, **_said(now, verdict)})
        offers.decline(connection, now, aim.take.id)
    elif aim.take is not None and verdict.act in TAKES_PLACE:
        _choose(connection, now, aim.take, ready.placed, verdict)
    elif verdict.act in _EVENTS:
        _say(connection, now, library, verdict, rows)
    elif verdict.act == AuthorAct.REDO:
        pictures_of = {row.id: row.key for row in rows}
        settling.settle_all(connection, now, library, pictures_of, goes_on=True)
    if not verdict.orders:
        return {}
    origins = aims.origins(connection, rows, aim.take)
    if verdict.sure:
        connection.execute(_SAY[AuthorAct.UNLOCK], [{"row": row.id} for row in rows])
    return takes.order(connection, now, origins, verdict.wish, kept=ready.kept)


def _say(
    connection: Connection, now: float, library: str, verdict: Judgement, rows: Sequence[Row[Any]]
) -> None:
    """Put on record what the author says of the pictures that panels have."""
    act = verdict.act
    if act == AuthorAct.KEEP:
        named = takes.listed_rows(connection, [row.id for row in rows])
        rows = [row for row in rows if takes.accept(connection, named[row.id])]
    else:
        if act == AuthorAct.UNLOCK:
            rows = [row for row in rows if row.locked_at is not None]
        if not rows:
            return
        connection.execute(_SAY[act], [{"row": row.id, **_said(now, verdict)} for row in rows])
    if not rows:
        return
    if act == AuthorAct.CLEAR:
        connection.execute(_UNSETTLE, [{"image": row.id} for row in rows])
    elif act != AuthorAct.UNLOCK:
        pictures_of = {row.id: row.key for row in rows}
        settling.settle_all(connection, now, library, pictures_of, goes_on=verdict.orders)
    told = {"because": verdict.because} if act == AuthorAct.REJECT else {}
    journal.write_all(
        connection,
        now,
        _EVENTS[act],
        ({"batch": row.batch_id, "job": row.job_id, "data": told} for row in rows),
    )
    holds.see_all(connection, now, library, [row.key for row in rows])


def _said(now: float, verdict: Judgement) -> dict[str, Any]:
    """What a statement of `_SAY` is told."""
    if verdict.act in (AuthorAct.APPROVE, AuthorAct.LOCK):
        return {"at": now}
    if verdict.act == AuthorAct.REJECT:
        return {"at": now, "because": verdict.because, "note": verdict.note}
    return {}


def _choose(
    connection: Connection, now: float, take: Held, placed: TakePlaced | None, verdict: Judgement
) -> None:
    """Have a take be the picture of its panel, whose files are there already."""
    if placed is None:
        raise BadInputError(
            f"{take.record.key} has another picture by now; nothing was changed. Look at it, and "
            "decide again"
        )
    is_offered = take.id in {
        each.image for each in offers.of_panel(connection, take.library, take.record.key)
    }
    takes.choose(connection, now, take, placed.path, aside=placed.aside)
    if is_offered or verdict.act != AuthorAct.CHOOSE:
        offers.accept(connection, now, take.id)
    else:
        offers.settle(connection, now, take.library, take.record.key)
    if verdict.act == AuthorAct.LOCK:
        connection.execute(_SAY[AuthorAct.LOCK], {"row": take.id, "at": now})
    holds.see_all(connection, now, take.library, [take.record.key])


def _note(
    connection: Connection, now: float, library: str, verdict: Judgement, aim: Meant
) -> DecisionOutcome:
    """Put on record what an author notes about panels."""
    entries = []
    told = []
    for key, row in aim.noted.items():
        before = notes.of(connection, library, key)
        if (before[0] if before else "") == (verdict.note or ""):
            continue
        notes.write(connection, library, key, (verdict.note or "", now))
        image = None if row is None else row.id
        was = {} if image is None else decided.states(connection, [image])
        entries.append(DecidedPanel(key, was, image, note=before, is_note=True))
        job = connection.scalar(_NEWEST_JOB, {"of": library, "key": key}) if row is None else None
        told.append({"job": job if row is None else row.job_id, "data": {"key": key}})
    if not entries:
        return DecisionOutcome(None, list(aim.noted), [], aim.clashes)
    number = decided.add(connection, now, library, verdict.act, verdict.by, about=_about(verdict))
    decided.put(connection, number, entries)
    journal.write_all(connection, now, Event.PANEL_NOTED, told)
    changed = [each.key for each in entries]
    return DecisionOutcome(number, list(aim.noted), changed, aim.clashes)


def _about(verdict: Judgement) -> str | None:
    """What the history of a decision tells besides its act."""
    told = [verdict.because, verdict.note or verdict.words]
    return start(": ".join(each for each in told if each), ABOUT_CHARS) or None


_UNREJECTED = {"rejected_at": None, "rejected_because": None, "rejected_note": None}
_APPROVED = {
    **_UNREJECTED,
    "approved_at": func.coalesce(images.c.approved_at, bindparam("at")),
}
_IMAGE = update(images).where(images.c.id == bindparam("row"))
_SAY = {
    AuthorAct.APPROVE: _IMAGE.values(_APPROVED),
    AuthorAct.LOCK: _IMAGE.values(
        {**_APPROVED, "locked_at": func.coalesce(images.c.locked_at, bindparam("at"))}
    ),
    AuthorAct.UNLOCK: _IMAGE.values(locked_at=None),
    AuthorAct.CLEAR: _IMAGE.values({**_UNREJECTED, "approved_at": None, "locked_at": None}),
    AuthorAct.REJECT: _IMAGE.values(
        rejected_at=bindparam("at"),
        rejected_because=bindparam("because"),
        rejected_note=bindparam("note"),
        approved_at=None,
        locked_at=None,
    ),
}
_EVENTS = {
    AuthorAct.APPROVE: Event.JOB_APPROVED,
    AuthorAct.LOCK: Event.IMAGE_LOCKED,
    AuthorAct.UNLOCK: Event.IMAGE_UNLOCKED,
    AuthorAct.CLEAR: Event.IMAGE_CLEARED,
    AuthorAct.REJECT: Event.IMAGE_REJECTED,
    AuthorAct.KEEP: Event.IMAGE_KEPT,
}
_UNSETTLE = update(marks).where(marks.c.image_id == bindparam("image")).values(settled_at=None)
_NEWEST_JOB = (
    select(func.max(jobs.c.id))
    .join(batches_table, batches_table.c.id == jobs.c.batch_id)
    .where(batches_table.c.library == bindparam("of"), jobs.c.key == bindparam("key"))
)
