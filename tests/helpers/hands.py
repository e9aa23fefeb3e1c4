"""Two views and a command line that decide about the same panels while a simulated night goes on.

What they did is held against the record: each decision is wholly in effect or not at all, also if
the host died over it, and nobody overwrote what was not seen.
"""

import asyncio
import random
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Row, select

from pressrun import tasks
from pressrun.errors import BadInputError, NotFoundError
from pressrun.press.board import Board
from pressrun.protocol.messages.decision import BasedOn, DecideOrder, UndoOrder
from pressrun.protocol.messages.gallery import Tile
from pressrun.server.decisions import Decisions
from pressrun.server.inspection import Inspection
from pressrun.server.leases import Leases
from pressrun.server.sheets import Sheets
from pressrun.server.takes import Takes
from pressrun.simulator.dice import dice
from pressrun.simulator.time import OWNER
from pressrun.simulator.world import HostEndedError, Life, World
from pressrun.states import AuthorAct, PictureState, Rejected, Remake
from pressrun.store.tables import decided_panels, decisions, images, notes
from pressrun.store.writer import StoreError

T = TypeVar("T")

HANDS = ("studio", "popup", "command line")
"""The first two decide about what they saw, which may be a while ago; the last about what is there.
"""

ACTS = {
    AuthorAct.APPROVE: 8,
    AuthorAct.REJECT: 5,
    AuthorAct.CLEAR: 2,
    AuthorAct.LOCK: 3,
    AuthorAct.UNLOCK: 2,
    AuthorAct.CHOOSE: 5,
    AuthorAct.REDO: 5,
    AuthorAct.NOTE: 2,
}
"""What hands do, and how often."""

UNDOES = 0.25
LOOKS = 0.5
"""How often a view looks anew before it decides."""
SURE = 0.1
TAKES = 0.5
"""How often a take is named, where several can be."""

MOST_ORDERS = 60
"""So many more takes are wanted at most: a night has to end."""

DIES = 0.3
"""How often a host is to die within `MOMENTS` of a look."""
MOMENTS = 60


class Take(NamedTuple):
    """A picture of a panel, as a view sees it."""

    number: int
    image: int
    sha256: str
    current: bool
    offered: bool
    decided: int


Seen = Mapping[str, list[Take]]
"""The pictures of panels, by their keys."""


@dataclass
class Said:
    """What an author said of a picture."""

    approved: bool = False
    rejected: bool = False
    locked: bool = False


@dataclass
class Hands:
    """Everybody who decides, and what they were told."""

    seed: int
    asked: dict[str, DecideOrder | UndoOrder] = field(default_factory=dict)
    """By the name that is on record as where it was decided."""
    answered: dict[int, str] = field(default_factory=dict)
    """By the number of a decision: its name."""
    unanswered: set[str] = field(default_factory=set)
    """The names of those over which a host died, or a disk was full."""
    refused: int = 0
    conflicts: int = 0
    _views: dict[str, Seen] = field(default_factory=dict)
    _orders: int = 0

    async def look(self, world: World) -> None:
        """Everybody decides something at once; the host may die over it.

        Raises:
            HostEndedError: it did.
        """
        life = world.life
        assert life is not None
        desk = _desk(world, life)
        draw = dice(self.seed, "hands", len(self.asked), world.seconds)
        if draw.random() < DIES:
            world.fuse = draw.randint(1, MOMENTS)
        at_work = [self._work(world, life, desk, hand, draw.random()) for hand in HANDS]
        for ended in await asyncio.gather(*at_work, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended

    async def _work(
        self, world: World, life: Life, desk: Decisions, hand: str, chance: float
    ) -> None:
        draw = dice(self.seed, hand, chance)
        for _ in range(2):
            if hand == HANDS[-1] or hand not in self._views or draw.random() < LOOKS:
                self._views[hand] = await world.ask(_seen, str(world.library))
            name = f"{hand} {len(self.asked)}"
            asked = self._drawn(draw, name, hand, str(world.library))
            if asked is None:
                continue
            self.asked[name] = asked
            try:
                # nobody waits for an answer before the next one asks
                await self._ask(life, desk, name, asked)
            except (BadInputError, NotFoundError):
                self.refused += 1
            except (HostEndedError, StoreError):
                self.unanswered.add(name)
                raise
            await asyncio.sleep(draw.uniform(0, 5))

    async def _ask(
        self, life: Life, desk: Decisions, name: str, asked: DecideOrder | UndoOrder
    ) -> None:
        if isinstance(asked, UndoOrder):
            undone = await _of(life, desk.undo(asked))
            number, conflicts = undone.decision, undone.conflicts
        else:
            decided = await _of(life, desk.decide(asked))
            number, conflicts = decided.decision, decided.conflicts
        self.conflicts += len(conflicts)
        if number is not None:
            self.answered[number] = name

    def _drawn(
        self, draw: random.Random, name: str, hand: str, library: str
    ) -> DecideOrder | UndoOrder | None:
        """What is decided next, or None where there is nothing to decide about."""
        seen = self._views[hand]
        if draw.random() < UNDOES:
            known = sorted(self.answered)[-8:]
            named = draw.choice(known) if known and draw.random() < 0.5 else None
            return UndoOrder(library=library, decision=named, by=name)
        keys = sorted(key for key, takes in seen.items() if any(take.current for take in takes))
        if not keys:
            return None
        act = draw.choices(list(ACTS), list(ACTS.values()))[0]
        many = draw.sample(keys, min(len(keys), draw.choice((1, 1, 1, 3))))
        take = _take(draw, act, seen[many[0]])
        more: dict[str, Any] = {"take": take, "sure": draw.random() < SURE}
        if act == AuthorAct.REJECT:
            more["because"] = draw.choice(list(Rejected))
        if act == AuthorAct.NOTE:
            more["note"] = f"noted by {name}"
        if act == AuthorAct.REDO or (act == AuthorAct.REJECT and draw.random() < TAKES):
            if take is None and self._orders < MOST_ORDERS:
                self._orders += 1
                more["remake"] = draw.choice((Remake.AGAIN, Remake.WORDS))
                more["note"] = "with a red coat" if more["remake"] == Remake.WORDS else None
            elif act == AuthorAct.REDO:
                return None
        panels = [_based_on(seen, key, hand) for key in (many if take is None else many[:1])]
        return DecideOrder.model_validate(
            {"library": library, "act": act, "panels": panels, "by": name, **more}
        )


def _take(draw: random.Random, act: AuthorAct, takes: Sequence[Take]) -> int | None:
    """The number of the take that an act names, if it names one."""
    offered = [take.number for take in takes if take.offered]
    if act == AuthorAct.CHOOSE:
        return draw.choice([take.number for take in takes])
    if act in (AuthorAct.APPROVE, AuthorAct.REJECT) and offered and draw.random() < TAKES:
        return draw.choice(offered)
    return None


def _based_on(seen: Seen, key: str, hand: str) -> BasedOn:
    if hand == HANDS[-1]:
        return BasedOn(key=key)
    (current,) = [take for take in seen[key] if take.current]
    return BasedOn(key=key, picture=current.sha256, decided=current.decided)


def _desk(world: World, life: Life) -> Decisions:
    """Where decisions are made in one life of the host: as its server does."""
    store, clock = life.store, world.clock
    leases = Leases(store, clock, world.folder / "home")
    takes = Takes(store, clock, Inspection(store, clock), leases, lambda _: None)
    sheets = Sheets(store, clock, leases, asyncio.Lock())

    async def tiles(_library: str, _keys: list[str]) -> list[Tile]:
        return []

    async def begin() -> None:
        life.press.announce()

    return Decisions(store, clock, takes, sheets, Board(), tiles, begin, lambda _: None)


async def _of(life: Life, work: Coroutine[Any, Any, T]) -> T:
    """What comes of something that the host does, and that ends with it.

    Raises:
        HostEndedError: it ended first.
    """
    token = OWNER.set(life.whose)
    try:
        asking = tasks.part(work, "decide")
    finally:
        OWNER.reset(token)
    either: list[asyncio.Future[Any]] = [asking, life.over]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    # one that is killed inside its own work is cancelled there
    if not asking.done() or asking.cancelled():
        asking.cancel()
        raise HostEndedError
    return asking.result()


def _seen(connection: Connection, library: str) -> Seen:
    found: dict[str, list[Take]] = {}
    for row in connection.execute(
        select(images).where(images.c.library == library).order_by(images.c.id)
    ):
        takes = found.setdefault(row.key, [])
        takes.append(
            Take(
                len(takes) + 1,
                row.id,
                row.sha256,
                row.place == PictureState.CURRENT,
                row.offered_at is not None,
                row.decided,
            )
        )
    return found


class Replay:
    """The record of decisions, gone through from the first to the last."""

    def __init__(self, hands: Hands, numbers: Mapping[int, int]) -> None:
        """Begin before the first.

        Args:
            hands: who decided.
            numbers: by image, the number of the take that it is.
        """
        self.wrong: list[str] = []
        self._hands = hands
        self._numbers = numbers
        self._said: dict[int, Said] = {}
        self._noted: dict[str, str] = {}
        self._current: dict[str, int] = {}
        """The pictures that decisions left panels with."""
        self._before: dict[int, tuple[dict[int, Said], dict[str, str]]] = {}
        """By decision: what was said before it of the pictures, and noted of the panels."""
        self._names: set[str] = set()

    def go_through(self, connection: Connection) -> list[str]:
        """What is not as it has to be."""
        entries: dict[int, list[Row[Any]]] = {}
        for row in connection.execute(select(decided_panels)):
            entries.setdefault(row.decision_id, []).append(row)
        known = connection.execute(select(decisions).order_by(decisions.c.id)).all()
        for row in known:
            self._see(row, entries.get(row.id, []))
        for number, name in self._hands.answered.items():
            if number not in {row.id for row in known if row.by == name}:
                self.wrong.append(f"{name} was answered as decision {number}, which is not there")
        told = set(self._hands.answered.values()) | self._hands.unanswered
        self.wrong += [f"{name} is on record and came to nothing" for name in self._names - told]
        self._compare(connection)
        return self.wrong

    def _see(self, row: Row[Any], entries: Sequence[Row[Any]]) -> None:
        """Go through one decision."""
        if row.by in self._names:
            self.wrong.append(f"{row.by} is on record twice")
        self._names.add(row.by)
        if not entries:
            self.wrong.append(f"decision {row.id} is about nothing")
        asked = self._hands.asked[row.by]
        said, noted = dict[int, Said](), dict[str, str]()
        for entry in entries:
            before = {int(image): state for image, state in entry.before["images"].items()}
            for image, state in before.items():
                said[image] = replace(self._said.setdefault(image, Said()))
                if said[image] != _said(state):
                    self.wrong.append(f"decision {row.id} found {entry.key} as nobody left it")
            noted[entry.key] = self._noted.get(entry.key, "")
            self._stood(row.id, entry.key, before)
            if isinstance(asked, DecideOrder):
                self._unseen(asked, entry.key, before, row.id)
                self._act(asked, entry, before)
            else:
                self._give_back(row.undoes, entry)
            if entry.image_id is not None:
                self._current[entry.key] = entry.image_id
        self._before[row.id] = (said, noted)

    def _give_back(self, undone: int, entry: Row[Any]) -> None:
        """What an undo comes to in one panel: exactly what was before."""
        said, noted = self._before[undone]
        for image in map(int, entry.before["images"]):
            self._said[image] = replace(said[image])
        if "note" in entry.before:
            self._noted[entry.key] = noted[entry.key]

    def _stood(self, number: int, key: str, before: Mapping[int, Mapping[str, Any]]) -> None:
        """See that what was approved or locked was there until the next decision."""
        left = self._current.get(key)
        if left is None or not (self._said[left].approved or self._said[left].locked):
            return
        there = [image for image, state in before.items() if state["place"] == PictureState.CURRENT]
        if there and there != [left]:
            self.wrong.append(f"before decision {number}, another take replaced that of {key}")

    def _unseen(self, asked: DecideOrder, key: str, before: Mapping[int, Any], number: int) -> None:
        """See that whoever decided had seen the last decision about the picture."""
        (based_on,) = [each for each in asked.panels if each.key == key]
        (own,) = [n for n, state in before.items() if state["place"] == PictureState.CURRENT]
        newest = max((each for each, (said, _) in self._before.items() if own in said), default=0)
        if based_on.decided is not None and based_on.decided != newest:
            self.wrong.append(f"decision {number} about {key} overwrote {newest}, which nobody saw")

    def _act(self, asked: DecideOrder, entry: Row[Any], before: Mapping[int, Any]) -> None:
        if asked.act == AuthorAct.NOTE:
            self._noted[entry.key] = asked.note or ""
            return
        said = self._said[entry.image_id]
        match asked.act:
            case AuthorAct.APPROVE:
                said.approved, said.rejected = True, False
            case AuthorAct.LOCK:
                said.approved, said.rejected, said.locked = True, False, True
            case AuthorAct.UNLOCK:
                said.locked = False
            case AuthorAct.CLEAR:
                said.approved = said.rejected = said.locked = False
            case AuthorAct.CHOOSE:
                # a yes to one that was offered is an approval
                said.approved |= bool(before[entry.image_id]["offered_at"])
                said.rejected = False
            case AuthorAct.REJECT:
                offered = [n for n, state in before.items() if state["offered_at"]]
                for image in self._declined(asked, offered) or [entry.image_id]:
                    self._said[image] = Said(rejected=True)
        if asked.sure and (asked.remake is not None or asked.act == AuthorAct.REDO):
            said.locked = False

    def _declined(self, asked: DecideOrder, offered: list[int]) -> list[int]:
        """The offered take that was rejected, if one was named that was not the picture."""
        if asked.take is None:
            return []
        return [image for image in offered if self._numbers[image] == asked.take]

    def _compare(self, connection: Connection) -> None:
        for row in connection.execute(select(images)).mappings():
            told = self._said.get(row["id"], Said())
            if told != (is_said := _said(dict(row))):
                self.wrong.append(f"{row['key']}: decisions come to {told}, {is_said} is there")
        kept = {row.key: row.text for row in connection.execute(select(notes))}
        if kept != {key: text for key, text in self._noted.items() if text}:
            self.wrong.append(f"notes are {kept}, decisions come to {self._noted}")


def _said(state: Mapping[str, Any]) -> Said:
    return Said(
        state["approved_at"] is not None,
        state["rejected_at"] is not None,
        state["locked_at"] is not None,
    )


def replay(connection: Connection, hands: Hands, library: Path) -> list[str]:
    """What of the record of decisions is not as it has to be."""
    seen = _seen(connection, str(library))
    numbers = {take.image: take.number for takes in seen.values() for take in takes}
    return Replay(hands, numbers).go_through(connection)


def protected(connection: Connection, library: Path) -> dict[str, set[str]]:
    """By their keys: the pictures that the author approved or locked."""
    rows = connection.execute(
        select(images).where(
            images.c.library == str(library), images.c.place == PictureState.CURRENT
        )
    )
    return {
        row.key: {row.sha256}
        for row in rows
        if row.approved_at is not None or row.locked_at is not None
    }
