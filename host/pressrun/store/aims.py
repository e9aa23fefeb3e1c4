"""What a decision is about: the pictures that panels have, held against what was seen of them."""

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, bindparam, func, select

from pressrun.book.nearest import nearest
from pressrun.errors import BadInputError, NotFoundError
from pressrun.picture.ingredients import SHEET
from pressrun.states import AuthorAct, PictureState, Rejected, Remake
from pressrun.store import decided, offers, record, takes
from pressrun.store.chunks import chunks
from pressrun.store.decided import PastDecision
from pressrun.store.record import Held
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs, listed
from pressrun.store.takes import Wish

NO_REASON = "a rejection tells why: style, content or fault; nothing was changed. Add --because"


@dataclass(frozen=True)
class Looked:
    """A panel, and what whoever decides saw of it."""

    key: str
    """Of a panel; of nothing that was looked at also the first parts of keys."""
    picture: str | None = None
    """SHA-256 of the picture that was seen."""
    decided: int | None = None
    """Number of the last decision that was seen."""

    @property
    def is_looked_at(self) -> bool:
        """Whether anything was seen of it."""
        return self.picture is not None or self.decided is not None


@dataclass(frozen=True)
class Judgement:
    """What is decided."""

    act: AuthorAct
    by: str
    """Where, for people."""
    because: Rejected | None = None
    note: str | None = None
    remake: Remake | None = None
    words: str | None = None
    take: int | None = None
    """The number of the one to choose, to correct, to approve or to reject."""
    sure: bool = False
    """Whether approved pictures are rejected with their chapter, and locked ones unlocked."""

    @property
    def orders(self) -> bool:
        """Whether one more take is ordered."""
        return self.act == AuthorAct.REDO or self.remake is not None

    @property
    def wish(self) -> Wish:
        """What is wanted of the takes that it orders."""
        in_chat, in_words = self.remake == Remake.CHAT, self.remake == Remake.WORDS
        by_reason = self.remake == Remake.REASON
        return Wish(self.note, in_chat, in_words, self.take, self.words, by_reason)


class Obstacle(StrEnum):
    """Why nothing is decided about a panel."""

    DECIDED = "decided"
    """Something else was decided about it since it was looked at."""
    PICTURE = "picture"
    """It has another picture by now."""
    LOCKED = "locked"
    APPROVED = "approved"
    """It is one of many that are rejected together."""
    BUSY = "busy"
    """One more take is ordered or being made already."""
    UNPICTURED = "unpictured"
    GONE = "gone"
    """The picture that it had is not there any more."""
    NONE_BEFORE = "none-before"
    """It had no picture before a choice that is to be undone."""
    UNLISTED = "unlisted"
    """No list asks for it."""
    OTHER_TAKE = "other-take"
    """The take that was named is not its picture, and does not wait for the author's yes."""
    FAULT = "fault"
    """What was ordered cannot be made; the text says why."""


@dataclass(frozen=True)
class Clash:
    """A panel about which nothing was decided."""

    key: str
    obstacle: Obstacle
    last: PastDecision | None = None
    """The newest decision about it, where that was not seen."""
    take: int | None = None
    """The number of its picture, if another one was seen."""
    seen: int | None = None
    """The number of the take that was seen, if that is known."""
    text: str = ""
    """Of a fault."""


@dataclass(frozen=True)
class Meant:
    """What a decision is about."""

    pictures: list[Row[Any]] = field(default_factory=list)
    """Rows of `_CURRENT`: those that panels have."""
    take: Held | None = None
    """A take that is to be the picture of its panel, or is declined."""
    noted: dict[str, Row[Any] | None] = field(default_factory=dict)
    """The panels that are noted about, each with its picture."""
    clashes: list[Clash] = field(default_factory=list)


def look(
    connection: Connection,
    library: str,
    panels: Sequence[Looked],
    verdict: Judgement,
    able: Collection[int] = (),
) -> Meant:
    """What a decision would be about, and about which panels nothing can be decided.

    Args:
        connection: the writer's.
        library: whose panels.
        panels: which, as they were seen.
        verdict: what is decided.
        able: the accounts that are signed in where a browser is connected.

    Raises:
        NotFoundError: a key that nobody looked at names no picture.
        BadInputError: a take is named, and several panels; or a picture is rejected without a
            reason.
    """
    if verdict.act == AuthorAct.NOTE:
        return _noted(connection, library, panels)
    if verdict.act == AuthorAct.CHOOSE:
        return _chosen(connection, library, panels, verdict)
    found, clashes = _found(connection, library, panels, verdict)
    take = None
    if verdict.take is not None and not clashes:
        _see_one(found, verdict.take)
        take = _take(connection, library, found[0].key, verdict, clashes)
        unreasoned = verdict.act == AuthorAct.REJECT and verdict.because is None
        if unreasoned and take is None and not clashes:
            # only one that waits may be declined without a reason
            raise BadInputError(NO_REASON)
    clashes += _hindered(connection, library, panels, found, verdict, take)
    hindered = {each.key for each in clashes}
    found = [row for row in found if row.key not in hindered]
    if verdict.orders and found:
        clashes += _faults(connection, found, take, verdict, able)
        hindered = {each.key for each in clashes}
        found = [row for row in found if row.key not in hindered]
    return Meant(found, take if found else None, clashes=clashes)


def _chosen(
    connection: Connection, library: str, panels: Sequence[Looked], verdict: Judgement
) -> Meant:
    """The take that a panel is to have, which may have none now, and the one that it has."""
    _see_one(panels, verdict.take)
    (panel,) = panels
    found = pictures(connection, library, [panel.key])
    changed = [
        (panel, row)
        for row in found.values()
        if panel.picture not in (None, row.sha256) or panel.decided not in (None, row.decided)
    ]
    clashes = list(_changed(connection, library, changed))
    if not clashes:
        clashes += _hindered(connection, library, panels, list(found.values()), verdict)
    if clashes:
        return Meant(clashes=clashes)
    take = _take(connection, library, panel.key, verdict, clashes)
    return Meant(list(found.values()), take)


def _see_one(panels: Sequence[object], take: int | None) -> None:
    """See that a take is named of one panel.

    Raises:
        BadInputError: it is not.
    """
    if len(panels) != 1:
        raise BadInputError(
            f"--take {take} is about one panel, and {len(panels):,} are named; nothing was "
            "changed. Name one key"
        )


def _found(
    connection: Connection, library: str, panels: Sequence[Looked], verdict: Judgement
) -> tuple[list[Row[Any]], list[Clash]]:
    """The pictures that panels have, and the panels where something else was seen."""
    there = pictures(connection, library, [each.key for each in panels])
    found: dict[str, Row[Any]] = {}
    clashes: list[Clash] = []
    changed: list[tuple[Looked, Row[Any]]] = []
    for each in panels:
        row = there.get(each.key)
        if not each.is_looked_at:
            named = {} if row is None else {row.key: row}
            named |= {part.key: part for part in below(connection, library, each.key)}
            if not named:
                raise NotFoundError(_unpictured(connection, library, each.key, verdict))
            found |= named
        elif row is None:
            clashes.append(Clash(each.key, Obstacle.UNPICTURED))
        elif each.picture not in (None, row.sha256) or each.decided not in (None, row.decided):
            changed.append((each, row))
        else:
            found[row.key] = row
    return list(found.values()), clashes + list(_changed(connection, library, changed))


def _changed(
    connection: Connection, library: str, changed: Sequence[tuple[Looked, Row[Any]]]
) -> Iterable[Clash]:
    """The panels of which something else was seen, each with what is there by now."""
    last = decided.known(connection, {row.decided for _, row in changed})
    others = [row.key for each, row in changed if each.picture not in (None, row.sha256)]
    numbers = numbered(connection, library, others)
    for each, row in changed:
        decision = last.get(row.decided) if each.decided != row.decided else None
        if row.key in others:
            seen, _ = numbers.get((row.key, each.picture or ""), (None, 0))
            now, _ = numbers[row.key, row.sha256]
            yield Clash(row.key, Obstacle.PICTURE, decision, now, seen)
        else:
            yield Clash(row.key, Obstacle.DECIDED, decision)


def _take(
    connection: Connection, library: str, key: str, verdict: Judgement, clashes: list[Clash]
) -> Held | None:
    """The take that is meant, where it is not the picture of its panel.

    Raises:
        NotFoundError: the panel has no such take.
        BadInputError: it cannot be the picture of its panel.
    """
    numbers = dict(numbered(connection, library, [key]).values())
    if not numbers:
        raise NotFoundError(_unpictured(connection, library, key, verdict))
    if verdict.take not in numbers:
        raise NotFoundError(
            f"{key} has no take {verdict.take}, only {', '.join(map(str, sorted(numbers)))}; "
            f"nothing was changed. To see them: pressrun show {shlex.quote(key)}"
        )
    held = next(iter(record.of_images(connection, [numbers[verdict.take]])), None)
    if held is None:
        raise NotFoundError(
            f"take {verdict.take} of {key} is not in the library any more; nothing was changed. To "
            "look for it: pressrun verify --repair"
        )
    if held.place == PictureState.CURRENT:
        return None
    if verdict.act == AuthorAct.CHOOSE and held.place == PictureState.QUARANTINE:
        raise BadInputError(
            f"take {verdict.take} of {key} has the very bytes of another panel's picture; nothing "
            "was changed"
        )
    offered = held.id in {each.image for each in offers.of_panel(connection, library, key)}
    if not offered and verdict.act not in (AuthorAct.CHOOSE, AuthorAct.REDO):
        current = record.current(connection, library, key)
        now = next((n for n, image in numbers.items() if current and image == current.id), None)
        clashes.append(Clash(key, Obstacle.OTHER_TAKE, take=now, seen=verdict.take))
        return None
    return held


def _hindered(
    connection: Connection,
    library: str,
    panels: Sequence[Looked],
    found: Sequence[Row[Any]],
    verdict: Judgement,
    take: Held | None = None,
) -> Iterable[Clash]:
    """The panels about whose pictures this cannot be decided as they are; `take` is another one."""
    act = verdict.act
    meant = {each.key for each in panels}
    replaces = act in (AuthorAct.REJECT, AuthorAct.CLEAR, AuthorAct.CHOOSE, AuthorAct.REDO)
    # a take that is approved has the place of the one that is there
    replaces = replaces or (take is not None and act in (AuthorAct.APPROVE, AuthorAct.LOCK))
    declines = act == AuthorAct.REJECT and verdict.take is not None
    busy = takes.busy(connection, library) if verdict.orders else set()
    keeps = [row.id for row in found] if act == AuthorAct.KEEP else []
    named = takes.listed_rows(connection, keeps)
    for row in found:
        if replaces and row.locked_at is not None and not verdict.sure and not declines:
            yield Clash(row.key, Obstacle.LOCKED)
        elif (
            act == AuthorAct.REJECT
            and row.approved_at is not None
            and row.key not in meant
            and not verdict.sure
        ):
            yield Clash(row.key, Obstacle.APPROVED)
        elif row.key in busy:
            yield Clash(row.key, Obstacle.BUSY)
        elif act == AuthorAct.KEEP and row.id not in named:
            yield Clash(row.key, Obstacle.UNLISTED)


def _faults(
    connection: Connection,
    found: Sequence[Row[Any]],
    take: Held | None,
    verdict: Judgement,
    able: Collection[int],
) -> Iterable[Clash]:
    """The panels of which no take can be made as it is ordered."""
    pictures_of = origins(connection, found, take)
    for key, text in takes.faults(connection, pictures_of, verdict.wish, able).items():
        yield Clash(key, Obstacle.FAULT, text=text)


def _noted(connection: Connection, library: str, panels: Sequence[Looked]) -> Meant:
    """The panels that an author notes something about.

    Raises:
        NotFoundError: one of them is not known.
    """
    keys = [each.key for each in panels]
    there = pictures(connection, library, keys)
    for key in keys:
        if key not in there and connection.scalar(_IS_LISTED, {"of": library, "key": key}) is None:
            raise NotFoundError(_unknown(connection, library, key))
    changed = [
        (each, there[each.key])
        for each in panels
        if each.key in there and each.decided not in (None, there[each.key].decided)
    ]
    clashes = list(_changed(connection, library, changed))
    hindered = {each.key for each in clashes}
    noted = {key: there.get(key) for key in keys if key not in hindered}
    return Meant(noted=noted, clashes=clashes)


def origins(
    connection: Connection, rows: Sequence[Row[Any]], take: Held | None
) -> dict[str, RowMapping]:
    """What one more take of panels is made from, or corrects, by their keys, in their order."""
    numbers = [row.id for row in rows] if take is None else [take.id]
    found = takes.rows(connection, numbers)
    return {row["key"]: row for row in found.values()}


def pictures(connection: Connection, library: str, keys: Sequence[str]) -> dict[str, Row[Any]]:
    """The pictures that panels have, by their keys: rows of `_CURRENT`."""
    found: dict[str, Row[Any]] = {}
    for chunk in chunks(dict.fromkeys(keys)):
        asked = _CURRENT.where(images.c.library == library, images.c.key.in_(chunk))
        found |= {row.key: row for row in connection.execute(asked)}
    return found


def below(connection: Connection, library: str, key: str) -> list[Row[Any]]:
    """The pictures of a panel, or of all panels below a part of keys."""
    part = key.rstrip("/")
    # "0" comes right after "/": a range is found by the index, whatever the key holds
    below = (images.c.key > f"{part}/") & (images.c.key < f"{part}0")
    # an alternative alone would have SQLite walk the whole library for each key
    near = (images.c.key >= part) & (images.c.key < f"{part}0")
    asked = _CURRENT.where(images.c.library == library, near, (images.c.key == key) | below)
    return list(connection.execute(asked.order_by(images.c.key)))


def numbered(
    connection: Connection, library: str, keys: Sequence[str]
) -> dict[tuple[str, str], tuple[int, int]]:
    """The takes of panels: by key and SHA-256 the number that tells it, and that of its image."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    counts: Counter[str] = Counter()
    for chunk in chunks(dict.fromkeys(keys)):
        asked = _TAKES.where(images.c.library == library, images.c.key.in_(chunk))
        for row in connection.execute(asked):
            counts[row.key] += 1
            found[row.key, row.sha256] = (counts[row.key], row.id)
    return found


def _unpictured(connection: Connection, library: str, key: str, verdict: Judgement) -> str:
    """That a key names nothing that could be decided about."""
    if not _is_known(connection, library, key):
        return _unknown(connection, library, key)
    match verdict.act:
        case AuthorAct.APPROVE | AuthorAct.LOCK:
            return f"{key} has no picture to {verdict.act.value} yet; nothing was changed"
        case AuthorAct.REDO:
            return takes.unpictured(connection, library, key)
        case AuthorAct.REJECT:
            return f"{key} has no picture to reject yet; nothing was changed"
        case _:
            return f"{key} has no picture yet; nothing was changed"


def _is_known(connection: Connection, library: str, key: str) -> bool:
    """Whether a key is that of a panel, or the first part of one."""
    part = key.rstrip("/")
    asked = {"of": library, "key": part, "from": f"{part}/", "to": f"{part}0"}
    if any(each == part or each.startswith(f"{part}/") for each in _keys(connection, library)):
        return True
    return any(connection.scalar(each, asked) is not None for each in (_MADE, _ORDERED))


def _keys(connection: Connection, library: str) -> Iterable[str]:
    return connection.scalars(_LISTED, {"of": library})


def _unknown(connection: Connection, library: str, key: str) -> str:
    """That there is nothing of this name, with the name that was probably meant."""
    if "*" in key or "?" in key:
        return (
            f"{key} has a wildcard, and no panel is named so; nothing was changed. The name of a "
            "chapter or a page stands for all of its panels, such as ch01"
        )
    depth = key.rstrip("/").count("/") + 1
    names = {"/".join(each.split("/")[:depth]) for each in _keys(connection, library)}
    near = nearest(key, sorted(names))
    return (
        f"there is no panel and no chapter {key!r} in {library}; nothing was changed. "
        f"{f'Did you mean {near}? ' if near else ''}To list the panels: pressrun panels --all"
    )


_CURRENT = (
    select(
        images.c.id,
        images.c.key,
        images.c.path,
        images.c.sha256,
        images.c.decided,
        images.c.approved_at,
        images.c.locked_at,
        (func.instr(func.coalesce(images.c.ingredients, ""), f'"{SHEET}"') > 0).label("is_sheet"),
        attempts.c.job_id,
        jobs.c.batch_id,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .where(is_one_of(images.c.place, PictureState.CURRENT))
)
_TAKES = select(images.c.id, images.c.key, images.c.sha256).order_by(images.c.id)
_IS_LISTED = (
    select(listed.c.key)
    .where(listed.c.library == bindparam("of"), listed.c.key == bindparam("key"))
    .limit(1)
)
_LISTED = select(listed.c.key).where(listed.c.library == bindparam("of"))
_MADE = (
    select(images.c.key)
    .where(
        images.c.library == bindparam("of"),
        (images.c.key == bindparam("key"))
        | (images.c.key > bindparam("from")) & (images.c.key < bindparam("to")),
    )
    .limit(1)
)
_ORDERED = (
    select(jobs.c.key)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(batches.c.library == bindparam("of"), jobs.c.key == bindparam("key"))
    .limit(1)
)
