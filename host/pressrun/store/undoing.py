"""Undoing a decision: what it was about is again as it was, unless something else came since.

An undo is a decision itself, so that it can be undone in turn. What a decision ordered is taken
back while nothing of it was begun; what is on its way comes in beside the picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, update

from pressrun.errors import NotFoundError
from pressrun.states import (
    IN_FLIGHT,
    STANDS_OUT,
    UNBEGUN,
    AuthorAct,
    JobState,
    MarkState,
    PictureState,
)
from pressrun.store import (
    aims,
    closing,
    decided,
    holds,
    journal,
    notes,
    orders,
    record,
    settling,
    takes,
)
from pressrun.store import batches as batch_operations
from pressrun.store.aims import Clash, Obstacle
from pressrun.store.chunks import chunks
from pressrun.store.decided import KEPT, DecidedPanel, PastDecision, State
from pressrun.store.decisions import TakePlaced
from pressrun.store.journal import Event
from pressrun.store.record import Held
from pressrun.store.tables import attempts, batches, decided_panels, decisions, images, jobs, marks

TAKEN_BACK = "not made: you took that back"
"""Why a job is not made that an undone decision ordered."""


@dataclass(frozen=True)
class Undoable:
    """A decision, and what it was about, as far as it can be undone."""

    decision: PastDecision
    undone: bool
    """Whether it was undone already."""
    entries: list[Row[Any]]
    """Rows of `decided_panels`, each with the key that its panel has now."""
    moved: list[Held]
    """The takes that are to be pictures of their panels again."""
    clashes: list[Clash]


@dataclass(frozen=True)
class UndoOutcome:
    """What an undo came to."""

    decision: int | None
    """The number of the undo; None: nothing was undone."""
    of: PastDecision
    keys: list[str]
    """The panels that are as they were."""
    clashes: list[Clash]
    taken_back: int = 0
    """How many takes are not made."""
    on_their_way: int = 0
    """How many takes are being made already, and come in beside their pictures."""
    made: int = 0
    """How many takes are there already."""
    again: int = 0
    """How many takes are made after all: what was undone is an undo."""
    pinned: list[str] = field(default_factory=list)
    """Files that approved sheets are kept as, and that stay."""


def library_of(
    connection: Connection, library: str | None, batch: int | None, number: int | None
) -> str:
    """The library that an undo is about: the one that is named, or the decision's.

    Raises:
        NotFoundError: there is no such batch or decision.
    """
    if library is not None:
        return library
    if batch is not None or number is None:
        return batch_operations.library(connection, batch)
    found = connection.scalar(select(decisions.c.library).where(decisions.c.id == number))
    if found is None:
        raise NotFoundError(f"there is no decision {number}; nothing was changed")
    return str(found)


def newest(connection: Connection, library: str, before: int = 2**53) -> int | None:
    """The newest decision about a library that stands, and is no undo; None: there is none.

    Args:
        connection: the writer's.
        library: about which.
        before: a decision; only those before it are meant.
    """
    number: int | None = connection.scalar(_NEWEST, {"of": library, "before": before})
    return number


def look(connection: Connection, library: str, number: int) -> Undoable:
    """What undoing a decision comes to.

    Args:
        connection: the writer's.
        library: about which it was.
        number: of the decision.

    Raises:
        NotFoundError: there is no such decision about this library.
    """
    row = connection.execute(_DECISION, {"number": number, "of": library}).first()
    if row is None:
        raise NotFoundError(f"there is no decision {number} about {library}; nothing was changed")
    decision = PastDecision(row.id, row.at, AuthorAct(row.act), row.by, row.takes_back)
    if row.undone_at is not None:
        return Undoable(decision, undone=True, entries=[], moved=[], clashes=[])
    entries: list[Row[Any]] = list(connection.execute(_ENTRIES, {"number": number}).all())
    there = aims.pictures(connection, library, [each.key for each in entries])
    others = [each.key for each in entries if _other(each, there)]
    numbers = aims.numbered(connection, library, others)
    by_image = {image: take for take, image in numbers.values()}
    last = decided.known(connection, {image.decided for image in there.values()})
    wanted = takes.busy(connection, library) if decision.takes_back else set()
    since = [
        each.key for each in entries if each.key in there and there[each.key].decided != number
    ]
    pasts = _pasts(connection, library, since)
    left, clashes = [], []
    for each in entries:
        current = there.get(each.key)
        if _other(each, there):
            now = None if current is None else by_image.get(current.id)
            is_new = current is not None and current.decided > number
            by_now = last.get(current.decided) if current is not None and is_new else None
            before = by_image.get(each.image_id)
            clashes.append(Clash(each.key, Obstacle.PICTURE, by_now, now, before))
        elif current is not None and not _stands(pasts, each.key, current.decided, number):
            clashes.append(Clash(each.key, Obstacle.DECIDED, last.get(current.decided)))
        elif each.job_id is not None and each.key in wanted:
            clashes.append(Clash(each.key, Obstacle.BUSY))
        else:
            left.append(each)
    moved = {each.key: was for each in left if (was := _was_current(each)) != each.image_id}
    held = record.of_images(connection, [image for image in moved.values() if image is not None])
    there_still = {each.id for each in held}
    gone = {key: image for key, image in moved.items() if image not in there_still}
    for key, image in gone.items():
        clashes.append(Clash(key, Obstacle.NONE_BEFORE if image is None else Obstacle.GONE))
    left = [each for each in left if each.key not in gone]
    return Undoable(decision, undone=False, entries=left, moved=held, clashes=clashes)


def _pasts(
    connection: Connection, library: str, keys: Sequence[str]
) -> dict[str, dict[int, int | None]]:
    """Every decision about panels, oldest first, each with the one that it undoes."""
    found: dict[str, dict[int, int | None]] = {}
    for chunk in chunks(keys):
        named = _PAST.where(decided_panels.c.key.in_(chunk))
        for row in connection.execute(named, {"of": library}):
            found.setdefault(row.key, {})[row.id] = row.undoes
    return found


def _stands(
    pasts: Mapping[str, Mapping[int, int | None]], key: str, newest: int, number: int
) -> bool:
    """Whether a panel is as a decision left it: what was decided since was undone as well."""
    past = pasts.get(key, {})
    return newest == number or _in_force(past, newest) == _in_force(past, number)


def _in_force(past: Mapping[int, int | None], number: int) -> int | None:
    """The decision that holds for a panel after one; an undo gives back what was before."""
    holds: int | None = number
    while holds is not None and (undone := past.get(holds)) is not None:
        holds = max((each for each in past if each < undone), default=None)
    return holds


def _other(entry: Row[Any], there: Mapping[str, Row[Any]]) -> bool:
    """Whether a panel has another picture than a decision left it with."""
    current = there.get(entry.key)
    number: int | None = None if current is None else current.id
    left_with: int | None = entry.image_id
    return number != left_with


def _was_current(entry: Row[Any]) -> int | None:
    """The image that was the panel's picture before a decision."""
    was = entry.before["images"].items()
    return next((int(i) for i, state in was if state["place"] == PictureState.CURRENT), None)


def undo(
    connection: Connection,
    now: float,
    library: str,
    number: int,
    by: str,
    placed: Mapping[int, TakePlaced],
) -> UndoOutcome:
    """Undo a decision about the panels that are as it left them.

    Args:
        connection: the writer's.
        now: the time.
        library: about which it was.
        number: of the decision.
        by: where it is undone, for people.
        placed: where the files are of the takes that are pictures of their panels again, by the
            numbers of these.

    Raises:
        NotFoundError: there is no such decision about this library.
    """
    found = look(connection, library, number)
    unmoved = {each.record.key for each in found.moved if each.id not in placed}
    clashes = found.clashes + [Clash(key, Obstacle.PICTURE) for key in sorted(unmoved)]
    entries = [each for each in found.entries if each.key not in unmoved]
    if not entries:
        return UndoOutcome(None, found.decision, [], clashes)
    before = decided.states(connection, [image for each in entries for image in _images(each)])
    noted = {
        each.key: notes.of(connection, library, each.key)
        for each in entries
        if "note" in each.before
    }
    for take in found.moved:
        if take.id in placed:
            place = placed[take.id]
            takes.choose(connection, now, take, place.path, aside=place.aside)
    _give_back(connection, entries, before)
    for each in entries:
        if "note" in each.before:
            notes.write(connection, library, each.key, each.before["note"])
    ordered = _Ordered(connection, now)
    if found.decision.takes_back:
        ordered.order_again(entries)
    else:
        ordered.take_back(entries)
    undoes = decided.add(
        connection,
        now,
        library,
        found.decision.act,
        by,
        undoes=number,
        takes_back=not found.decision.takes_back,
    )
    decided.put(connection, undoes, [_entry(each, before, noted.get(each.key)) for each in entries])
    connection.execute(_UNDONE, {"number": number, "when": now})
    keys = [each.key for each in entries]
    journal.write_all(
        connection,
        now,
        Event.IMAGE_UNDECIDED,
        ({"job": each.of_image or each.job_id, "data": {"key": each.key}} for each in entries),
    )
    holds.see_all(connection, now, library, keys)
    ordered.finish()
    pinned = [each.before["pinned"] for each in entries if "pinned" in each.before]
    return UndoOutcome(
        undoes,
        found.decision,
        keys,
        clashes,
        ordered.taken_back,
        ordered.on_their_way,
        ordered.made,
        ordered.again,
        pinned,
    )


def _images(entry: Row[Any]) -> dict[int, State]:
    """The images that a decision touched in a panel, as they were before it."""
    return {int(number): state for number, state in entry.before["images"].items()}


def _entry(
    entry: Row[Any], before: Mapping[int, State], noted: tuple[str, float] | None
) -> DecidedPanel:
    """What an undo is about in one panel: the reverse of what the decision was."""
    was = {image: before[image] for image in _images(entry)}
    counted = entry.before["counted"]
    is_note = "note" in entry.before
    current = _was_current(entry)
    return DecidedPanel(
        entry.key, was, current, entry.job_id, counted, noted if is_note else None, is_note
    )


def _give_back(
    connection: Connection, entries: Sequence[Row[Any]], now: Mapping[int, State]
) -> None:
    """Have images be what they were before a decision.

    A mark for which the panel was being repaired is made anew, and decides anew.
    """
    was = {image: state for each in entries for image, state in _images(each).items()}
    if not was:
        return
    connection.execute(
        _GIVE_BACK,
        [{"row": image, **{name: state[name] for name in KEPT}} for image, state in was.items()],
    )
    marked, anew = [], []
    for image, state in was.items():
        if state["mark"] is None or state["settled_at"] == now[image]["settled_at"]:
            continue
        told = now[image]["mark"]
        if told in STANDS_OUT and state["mark"] in STANDS_OUT:
            told = MarkState.MARKED if state["mark"] == MarkState.REPAIRING else state["mark"]
        marked.append({"image": image, "told": told, "at": state["settled_at"]})
        if state["mark"] == MarkState.REPAIRING:
            anew.append({"row": image})
    if anew:
        connection.execute(_MARK_ANEW, anew)
    if marked:
        connection.execute(_UNSETTLE, marked)


class _Ordered:
    """What becomes of the takes that a decision ordered."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._connection = connection
        self._now = now
        self._shorter: set[int] = set()
        self.taken_back = 0
        self.on_their_way = 0
        self.made = 0
        self.again = 0

    def take_back(self, entries: Sequence[Row[Any]]) -> None:
        """Have takes not be made of which nothing was begun."""
        left = []
        for entry, job in self._jobs(entries):
            if job.state in IN_FLIGHT:
                self.on_their_way += 1
            elif job.state == JobState.DONE:
                self.made += 1
            elif job.state != JobState.CANCELLED:
                left.append((entry, job))
        unbegun = [job for _, job in left if job.state in UNBEGUN]
        ended = {"state": JobState.CANCELLED, "reason": TAKEN_BACK, "ended_at": self._now}
        self._change([{"row": job.id, **ended} for job in unbegun])
        # what failed or was refused stays so, and counts for its panel no more
        self._change([{"row": job.id, "outdated": True} for _, job in left])
        for batch, mine in _by_batch(left).items():
            keys = [entry.key for entry, _ in mine]
            settling.count_last(self._connection, batch, keys)
            self._count(batch, sum(entry.before["counted"] for entry, _ in mine))
            self._shorter.add(batch)
        self._tell(Event.JOB_TAKEN_BACK, left)
        self.taken_back = len(left)

    def order_again(self, entries: Sequence[Row[Any]]) -> None:
        """Have takes be made after all that were taken back.

        Raises:
            NotFoundError: another batch makes the pictures of their list by now.
        """
        left = [
            (entry, job)
            for entry, job in self._jobs(entries)
            if job.state == JobState.CANCELLED and job.reason == TAKEN_BACK
        ]
        for batch, mine in _by_batch(left).items():
            row = self._connection.execute(_BATCH, {"number": batch}).one()
            orders.open_again(self._connection, self._now, row)
            for chunk in chunks(entry.key for entry, _ in mine):
                self._connection.execute(
                    update(jobs)
                    .where(
                        jobs.c.batch_id == batch,
                        jobs.c.key.in_(chunk),
                        jobs.c.outdated.is_(False),
                    )
                    .values(outdated=True)
                )
            self._count(batch, -sum(entry.before["counted"] for entry, _ in mine))
        waiting = {"state": JobState.WAITING, "outdated": False, "reason": None, "ended_at": None}
        self._change([{"row": job.id, **waiting} for _, job in left])
        for batch in _by_batch(left):
            holds.hold(self._connection, self._now, batch)
        self._tell(Event.JOB_ORDERED_AGAIN, left)
        self.again = len(left)

    def _jobs(self, entries: Sequence[Row[Any]]) -> list[tuple[Row[Any], Row[Any]]]:
        """What a decision ordered, each with its job as it is now."""
        by_job = {entry.job_id: entry for entry in entries if entry.job_id is not None}
        found: list[Row[Any]] = []
        for chunk in chunks(by_job):
            found += self._connection.execute(_JOBS.where(jobs.c.id.in_(chunk)))
        return [(by_job[job.id], job) for job in found]

    def finish(self) -> None:
        """Close the batches that have nothing left to make."""
        for batch in self._shorter:
            closing.finish(self._connection, self._now, batch)

    def _change(self, changed: Sequence[dict[str, Any]]) -> None:
        if changed:
            self._connection.execute(_CHANGE, changed)

    def _count(self, batch: int, by: int) -> None:
        """Count pictures that a batch found there, and that the order took from the count."""
        if by:
            self._connection.execute(_COUNT, {"row": batch, "by": by})

    def _tell(self, event: Event, ordered: Sequence[tuple[Row[Any], Row[Any]]]) -> None:
        told = ({"batch": job.batch_id, "job": job.id} for _, job in ordered)
        journal.write_all(self._connection, self._now, event, told)


def _by_batch(
    ordered: Sequence[tuple[Row[Any], Row[Any]]],
) -> dict[int, list[tuple[Row[Any], Row[Any]]]]:
    """Jobs with what ordered them, by their batches."""
    found: dict[int, list[tuple[Row[Any], Row[Any]]]] = {}
    for entry, job in ordered:
        found.setdefault(job.batch_id, []).append((entry, job))
    return found


_NEWEST = select(func.max(decisions.c.id)).where(
    decisions.c.id < bindparam("before"),
    decisions.c.library == bindparam("of"),
    decisions.c.undone_at.is_(None),
    decisions.c.takes_back.is_(False),
)
_DECISION = select(decisions).where(
    decisions.c.id == bindparam("number"), decisions.c.library == bindparam("of")
)
_PAST: Select[Any] = (
    select(decisions.c.id, decisions.c.undoes, decided_panels.c.key)
    .join(decided_panels, decided_panels.c.decision_id == decisions.c.id)
    .where(decisions.c.library == bindparam("of"))
    .order_by(decisions.c.id)
)
_ENTRIES: Select[Any] = (
    select(
        func.coalesce(images.c.key, decided_panels.c.key).label("key"),
        decided_panels.c.image_id,
        decided_panels.c.job_id,
        decided_panels.c.before,
        attempts.c.job_id.label("of_image"),
    )
    # panels may have another key by now
    .outerjoin(images, images.c.id == decided_panels.c.image_id)
    .outerjoin(attempts, attempts.c.id == images.c.attempt_id)
    .where(decided_panels.c.decision_id == bindparam("number"))
)
_GIVE_BACK = (
    update(images)
    .where(images.c.id == bindparam("row"))
    .values({name: bindparam(name) for name in KEPT})
)
_UNSETTLE = (
    update(marks)
    .where(marks.c.image_id == bindparam("image"))
    .values(settled_at=bindparam("at"), state=bindparam("told"))
)
_MARK_ANEW = update(images).where(images.c.id == bindparam("row")).values(marked_by=None)
_UNDONE = (
    update(decisions)
    .where(decisions.c.id == bindparam("number"))
    .values({"undone_at": bindparam("when")})
)
_JOBS: Select[Any] = select(jobs.c.id, jobs.c.batch_id, jobs.c.state, jobs.c.reason)
_BATCH = select(batches).where(batches.c.id == bindparam("number"))
_CHANGE = update(jobs).where(jobs.c.id == bindparam("row"))
_COUNT = (
    update(batches)
    .where(batches.c.id == bindparam("row"))
    .values(made_before=func.max(0, batches.c.made_before + bindparam("by")))
)
