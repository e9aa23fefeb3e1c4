"""Marks: what the measure says of a picture, and all that follows from it, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from pressrun.picture.measure import Blemish, Measure
from pressrun.states import MarkState, PictureState
from pressrun.store import (
    approved,
    chats,
    closing,
    drifts,
    holds,
    journal,
    measures,
    repairs,
    steering,
)
from pressrun.store.approved import ApprovedSet, StyleGroup
from pressrun.store.drifts import Drift
from pressrun.store.images import make_room
from pressrun.store.journal import Event
from pressrun.store.record import Held
from pressrun.store.repairs import Repair, Suspects
from pressrun.store.steering import Steer
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs, marks


class OvertakenError(Exception):
    """What was known when something was decided is true no more; look again, and decide anew."""


@dataclass(frozen=True)
class Mark:
    """What is said of a picture."""

    state: MarkState
    version: str
    against: str | None = None
    """`ApprovedSet.against`; None where it was compared with nothing."""
    score: float | None = None
    limit: float | None = None
    why: str = ""
    """For people: how it differs, or why it is not measured."""
    correction: str = ""
    """What the site is asked for, if it is made again."""
    blemishes: tuple[Blemish, ...] = ()
    alike: str | None = None
    """The key of another panel whose picture is nearly the same."""


@dataclass(frozen=True)
class Best:
    """An earlier take that is its panel's picture from now on; its files are moved already."""

    take: Held
    path: str
    """Where it is now, relative to the library."""


@dataclass(frozen=True)
class Conclusion:
    """What a picture's measure comes to: its mark, and all that is done about it."""

    image: int
    sha256: str
    mark: Mark
    others: Mapping[int, Mark] = field(default_factory=dict)
    """New marks of earlier takes that were compared with it, by image."""
    repair: Repair | None = None
    """One more take of it is ordered; its mark says `REPAIRING`."""
    best: Best | None = None
    """The panel's picture, where it is not this one. Its mark is in `others`."""
    drifts: Sequence[Drift] = ()
    """Noticed with it; what is open already is only told again."""
    let_go: Sequence[int] = ()
    """Drifts that hold nothing any more, and stay open."""
    leave: str = ""
    """Why its chat is not gone on in; empty where it may be."""
    steer: Steer | None = None
    """How the panels of its batch are sent from now on."""
    suspects: Suspects | None = None
    """Other pictures of a drift that are made again. One that is not to be by now is passed over,
    so that each is at most once."""


def conclude(
    connection: Connection,
    now: float,
    concluded: Conclusion,
    *,
    aside: Callable[[str, str, str], str],
) -> None:
    """Put a conclusion on record with all that follows from it, or nothing of it.

    Args:
        connection: the writer's.
        now: the time.
        concluded: what was decided.
        aside: where a picture goes that makes room for the best take, from its key, SHA-256 and
            path.

    Raises:
        OvertakenError: the picture is its panel's no more, or, for a repair or another take, the
            author had a word on it, its panel is wanted otherwise, its batch has ended, or the
            budget is spent; nothing was changed.
    """
    row = connection.execute(_CONCLUDED, {"image": concluded.image}).first()
    if row is None or row.sha256 != concluded.sha256:
        raise OvertakenError("it is not its panel's picture any more")
    if concluded.repair is not None:
        # before its mark, which would stand in the way
        job = repairs.order(connection, now, concluded.image, concluded.repair)
        if job is None:
            raise OvertakenError(f"no more take of {row.key} may be ordered")
    # what an earlier take was waiting for has come
    connection.execute(_WAITED, {"library": row.library, "key": row.key, "image": row.id})
    for image, mark in {**concluded.others, row.id: concluded.mark}.items():
        _put(connection, now, image, mark)
    journal.write(
        connection,
        now,
        Event.IMAGE_MARKED,
        batch=row.batch_id,
        job=row.job_id,
        sha256=row.sha256,
        state=concluded.mark.state,
    )
    if concluded.best is not None:
        _choose(connection, now, row, concluded.best, aside)
    _act(connection, now, row, concluded)
    holds.see(connection, now, row.library, row.key)
    closing.finish(connection, now, row.batch_id)


def _act(connection: Connection, now: float, row: Row[Any], concluded: Conclusion) -> None:
    """Do what concerns other pictures than a panel's own."""
    for drift in concluded.drifts:
        drifts.notice(connection, now, row.batch_id, drift)
    if concluded.let_go:
        drifts.let_go(connection, now, concluded.let_go)
    if concluded.leave and row.conversation is not None:
        chats.leave(connection, now, row.account_id, row.conversation, concluded.leave)
    if concluded.steer is not None:
        steering.steer(connection, now, row.batch_id, concluded.steer)
    if concluded.suspects is not None:
        for image in repairs.order_again(connection, now, concluded.suspects):
            connection.execute(_AGAIN, {"image": image})


def _choose(
    connection: Connection,
    now: float,
    row: Row[Any],
    best: Best,
    aside: Callable[[str, str, str], str],
) -> None:
    """Have an earlier take be its panel's picture."""
    if (row.approved_at, row.locked_at, row.kept_for) != (None, None, None):
        raise OvertakenError(f"the author had a word on {row.key}")
    there = connection.execute(_TAKE, {"image": best.take.id}).first()
    if there is None or (there.library, there.key) != (row.library, row.key):
        raise OvertakenError(f"the best take of {row.key} is not kept any more")
    make_room(connection, row.library, row.key, aside, but=[best.take.id])
    own = {"place": PictureState.CURRENT, "path": best.path}
    connection.execute(_CHANGE, {"row": best.take.id, **own})
    journal.write(
        connection, now, Event.IMAGE_BEST, batch=row.batch_id, job=row.job_id, sha256=there.sha256
    )


def _put(connection: Connection, now: float, image: int, mark: Mark) -> None:
    told = {
        "state": mark.state,
        "version": mark.version,
        "against": mark.against,
        "score": mark.score,
        "limit": mark.limit,
        "why": mark.why or None,
        "correction": mark.correction or None,
        "blemishes": " ".join(mark.blemishes) or None,
        "alike": mark.alike,
        "marked_at": now,
    }
    # the author's word stands, whatever is measured
    connection.execute(
        insert(marks)
        .values(image_id=image, **told)
        .on_conflict_do_update(index_elements=[marks.c.image_id], set_=told)
    )
    connection.execute(_CHANGE, {"row": image, "marked_by": mark.version})


@dataclass(frozen=True)
class OldMark:
    """A mark that was made against another approved set than that of now."""

    image: int
    sha256: str
    key: str
    measure: Measure
    mark: Mark
    is_settled: bool
    """Whether the author had a word on the picture."""


@dataclass(frozen=True)
class OldMarks:
    """Marks that are to be made anew against one approved set.

    Members of the set are among them: they are compared with the others.
    """

    approved: ApprovedSet
    marks: tuple[OldMark, ...]


def outdated(
    connection: Connection, library: str, version: str, *, after: str = "", most: int = 200
) -> tuple[list[OldMarks], str | None]:
    """Marks of a library that are to be made anew, and the key to go on after.

    The key is None at the end. What is not measured by this version is due first (`measures`).

    Args:
        connection: the writer's.
        library: whose.
        version: of the gauge.
        after: the key that was the last before.
        most: so many pictures are looked at.
    """
    known = {"of": library, "after": after, "most": most, "version": version}
    rows = connection.execute(_MARKED, known).all()
    sets = dict[StyleGroup, ApprovedSet]()
    old = dict[StyleGroup, list[Row[Any]]]()
    for row in rows:
        group = approved.style_of_row(row)
        if group not in sets:
            sets[group] = approved.of_style(connection, group, version)
        if row.against != sets[group].against and row.state != MarkState.UNMEASURED:
            old.setdefault(group, []).append(row)
    shas = [row.sha256 for of_group in old.values() for row in of_group]
    found = measures.several(connection, shas, version)
    told = [
        OldMarks(
            sets[group],
            tuple(
                OldMark(
                    row.id, row.sha256, row.key, found[row.sha256], _mark(row), _is_settled(row)
                )
                for row in of_group
                if row.sha256 in found
            ),
        )
        for group, of_group in old.items()
    ]
    return told, rows[-1].key if len(rows) == most else None


def _is_settled(row: Row[Any]) -> bool:
    return any(
        each is not None
        for each in (
            row.approved_at,
            row.locked_at,
            row.rejected_at,
            row.kept_for,
            row.settled_at,
        )
    )


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        MarkState(row.state),
        row.version,
        row.against,
        row.score,
        row.limit,
        row.why or "",
        row.correction or "",
        tuple(map(Blemish, (row.blemishes or "").split())),
        row.alike,
    )


def renew(connection: Connection, now: float, renewed: Mapping[int, Mark]) -> None:
    """Put marks that were made anew on record; pictures that went meanwhile are passed over.

    A new mark lifts an old one or sets one, and orders nothing. What is being repaired is left to
    its repair. What was held stays held while it stands out.

    Args:
        connection: the writer's.
        now: the time.
        renewed: by image.
    """
    for image, mark in renewed.items():
        row = connection.execute(_RENEWED, {"image": image}).first()
        if row is None or row.state == MarkState.REPAIRING:
            continue
        held = row.state == MarkState.HELD and mark.state == MarkState.MARKED
        state = MarkState.HELD if held else mark.state
        _put(connection, now, image, _with_state(mark, state))
        if state != row.state:
            told = {"sha256": row.sha256, "state": state}
            journal.write(connection, now, Event.IMAGE_MARKED, job=row.job_id, **told)
            holds.see(connection, now, row.library, row.key)


def _with_state(mark: Mark, state: MarkState) -> Mark:
    return mark if mark.state == state else replace(mark, state=state)


_OWN = is_one_of(images.c.place, PictureState.CURRENT)
_CHANGE = update(images).where(images.c.id == bindparam("row"))

_CONCLUDED: Select[Any] = (
    select(
        images.c.id,
        images.c.sha256,
        images.c.library,
        images.c.key,
        images.c.approved_at,
        images.c.locked_at,
        images.c.kept_for,
        attempts.c.account_id,
        attempts.c.conversation,
        attempts.c.job_id,
        jobs.c.batch_id,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .where(images.c.id == bindparam("image"), _OWN)
)
_TAKE = select(images.c.library, images.c.key, images.c.sha256).where(
    images.c.id == bindparam("image"),
    images.c.place.in_((PictureState.CURRENT, PictureState.ALTERNATIVE)),
)
_AGAIN = (
    update(marks).where(marks.c.image_id == bindparam("image")).values(state=MarkState.REPAIRING)
)
_WAITED = (
    update(marks)
    .where(
        is_one_of(marks.c.state, MarkState.REPAIRING),
        marks.c.image_id.in_(
            select(images.c.id).where(
                images.c.library == bindparam("library"),
                images.c.key == bindparam("key"),
                images.c.id != bindparam("image"),
            )
        ),
    )
    .values(state=MarkState.MARKED)
)
_MARKED: Select[Any] = (
    select(
        images.c.id,
        images.c.sha256,
        images.c.key,
        images.c.approved_at,
        images.c.locked_at,
        images.c.rejected_at,
        images.c.kept_for,
        *approved.STYLED,
        marks,
    )
    .join(marks, marks.c.image_id == images.c.id)
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(
        images.c.library == bindparam("of"),
        _OWN,
        images.c.key > bindparam("after"),
        marks.c.version == bindparam("version"),
    )
    .order_by(images.c.key)
    .limit(bindparam("most"))
)
_RENEWED = (
    select(images.c.sha256, images.c.library, images.c.key, attempts.c.job_id, marks.c.state)
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(marks, marks.c.image_id == images.c.id)
    .where(images.c.id == bindparam("image"), _OWN)
)
