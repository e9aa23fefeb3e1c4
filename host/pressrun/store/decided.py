"""What authors decided, on record: about which panels, and how these were before."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from pressrun.states import AuthorAct
from pressrun.store.chunks import chunks
from pressrun.store.tables import decided_panels, decisions, images, marks

State = Mapping[str, Any]
"""What the author said of an image, by names of columns."""


@dataclass(frozen=True)
class PastDecision:
    """A decision on record."""

    id: int
    at: float
    act: AuthorAct
    by: str
    takes_back: bool
    """Whether it is an undo."""


@dataclass(frozen=True)
class DecidedPanel:
    """What a decision was about in one panel, and what it takes to undo it."""

    key: str
    before: Mapping[int, State]
    """The images that it touched, as they were."""
    current: int | None
    """The panel's picture after it."""
    job: int | None = None
    """The job of the take that it ordered."""
    counted: bool = False
    """Whether the picture before that counted for its batch as one that was there already."""
    note: tuple[str, float] | None = None
    """What was noted before."""
    is_note: bool = False


def add(
    connection: Connection,
    now: float,
    library: str,
    act: AuthorAct,
    by: str,
    *,
    about: str | None = None,
    undoes: int | None = None,
    takes_back: bool = False,
) -> int:
    """Put a decision on record; returns its number."""
    row = {"at": now, "library": library, "act": act, "by": by, "about": about}
    number: int = connection.execute(
        _ADD, {**row, "undoes": undoes, "takes_back": takes_back}
    ).scalar_one()
    return number


def put(
    connection: Connection,
    decision: int,
    entries: Iterable[DecidedPanel],
    *,
    pinned: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Put on record what a decision was about.

    Args:
        connection: the writer's.
        decision: its number.
        entries: what it was about.
        pinned: by the keys of approved sheets: the files that they are kept as.
    """
    rows, touched = [], []
    for each in entries:
        before = {
            "images": {str(number): dict(state) for number, state in each.before.items()},
            "counted": each.counted,
        }
        if each.is_note:
            before["note"] = each.note
        if each.key in pinned:
            before["pinned"] = pinned[each.key]
        rows.append(
            {
                "decision_id": decision,
                "key": each.key,
                "image_id": each.current,
                "job_id": each.job,
                "before": before,
            }
        )
        touched += [{"row": number, "decision": decision} for number in each.before]
    connection.execute(_PUT, rows)
    if touched:
        connection.execute(_DECIDED, touched)


def states(connection: Connection, numbers: Sequence[int]) -> dict[int, State]:
    """What the author said of images and what that rests on, by their numbers."""
    found: dict[int, State] = {}
    for chunk in chunks(numbers):
        for row in connection.execute(_STATES.where(images.c.id.in_(chunk))).mappings():
            found[row["id"]] = {name: row[name] for name in (*KEPT, *_WITH)}
    return found


def known(connection: Connection, numbers: Collection[int]) -> dict[int, PastDecision]:
    """Decisions by their numbers."""
    found = {}
    for chunk in chunks(numbers):
        for row in connection.execute(_DECISIONS.where(decisions.c.id.in_(chunk))):
            found[row.id] = PastDecision(row.id, row.at, AuthorAct(row.act), row.by, row.takes_back)
    return found


KEPT = (
    "approved_at",
    "rejected_at",
    "rejected_because",
    "rejected_note",
    "locked_at",
    "offered_at",
    "kept_for",
)
"""The columns of an image that a decision changes, and an undo gives back."""

_WITH = ("place", "mark", "settled_at")

_STATES = select(
    images.c.id,
    *(images.c[name] for name in KEPT),
    images.c.place,
    marks.c.state.label("mark"),
    marks.c.settled_at,
).outerjoin(marks, marks.c.image_id == images.c.id)
_DECISIONS = select(decisions)
_DECIDED = (
    update(images).where(images.c.id == bindparam("row")).values(decided=bindparam("decision"))
)
_ADD = insert(decisions).returning(decisions.c.id)
_PUT = insert(decided_panels)
