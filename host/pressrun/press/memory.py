"""How many tabs the machine has memory for, and which of them had better be opened anew.

Tabs grow: a page keeps what it showed, and a browser what it drew. What is decided follows from
readings alone; the browser's own part may be unknown, and then the machine's figure decides.
"""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

import structlog

from pressrun.press.board import Board, TabView

_log = structlog.get_logger("pressrun.memory")

NO_MORE = 0.70
"""Above this part of the memory no tab is opened."""

RECYCLE = 0.75
"""Above this part tabs are opened anew, one by one, between attempts. Up to it the only tab may be
opened: a machine that others fill to here would otherwise never make anything."""

REST = 0.78
"""Above this part the newest tab rests: 0.8 is not to be passed while the attempts end."""

PICTURES = 60
"""A tab that made so many pictures, each in a chat of its own, is opened anew."""

TAB_BYTES = 250 * 2**20
"""What a tab is taken to need, as long as it cannot be measured."""

GROWN_BYTES = 1200 * 2**20
"""When the tabs need more than this each, they grew too far."""

LOOK_SECONDS = 2.0
"""How often the memory is read."""


@dataclass(frozen=True)
class MemoryUse:
    """The memory at one moment, in bytes."""

    total: int
    """What the machine has, or what it lets this program's group have."""
    used: int
    host: int = 0
    """What this process needs."""
    browsers: Mapping[str, int] = field(default_factory=dict)
    """What each browser's processes need, by profile, where they are known."""

    @property
    def part(self) -> float:
        """How much of it is used, from 0 to 1."""
        return self.used / self.total


@dataclass(frozen=True)
class Headroom:
    """What follows from a reading."""

    room: Mapping[str, int]
    """How many tabs each browser may have."""
    recycle: TabView | None = None
    """The tab that is opened anew after its attempt."""
    anew: bool = True
    """Whether one that was closed for that may come back at once."""
    because: str | None = None
    """Why there may be no more tabs, for people."""


def decide(
    reading: MemoryUse,
    tabs: Mapping[str, Sequence[TabView]],
    opening: Mapping[str, int] = MappingProxyType({}),
) -> Headroom:
    """What to do about the memory.

    Args:
        reading: the memory now.
        tabs: the worker tabs of each browser, by profile.
        opening: how many more are being opened, by profile.
    """
    room = {profile: len(each) + opening.get(profile, 0) for profile, each in tabs.items()}
    because = None
    if reading.part <= NO_MORE:
        more = _more(reading, tabs, sum(opening.values())) // max(1, len(room))
        room = {profile: max(1, there + more) for profile, there in room.items()}
    else:
        because = f"{reading.part:.0%} of this machine's memory is used"
        if any(room.values()) and reading.part > REST:
            fullest = max(room, key=lambda profile: room[profile])
            room[fullest] -= 1
        elif not any(room.values()) and reading.part <= RECYCLE:
            room = dict.fromkeys(room, 1)
    worn = None if any(opening.values()) else _worn(reading, tabs)
    return Headroom(room, worn, reading.part <= RECYCLE, because)


def _more(reading: MemoryUse, tabs: Mapping[str, Sequence[TabView]], opening: int) -> int:
    """How many more tabs there is memory for; one that made nothing yet has still to grow."""
    need = _need(reading, tabs)
    young = opening + sum(1 for each in tabs.values() for tab in each if not tab.made)
    return max(0, int((NO_MORE * reading.total - reading.used) / need) - young)


def _need(reading: MemoryUse, tabs: Mapping[str, Sequence[TabView]]) -> float:
    """What one more tab is going to need."""
    known = [
        reading.browsers[profile] / len(each)
        for profile, each in tabs.items()
        if each and profile in reading.browsers
    ]
    return max([TAB_BYTES, *known])


def _worn(reading: MemoryUse, tabs: Mapping[str, Sequence[TabView]]) -> TabView | None:
    """The tab that made the most pictures, where one had better be opened anew."""
    used = [tab for each in tabs.values() for tab in each if tab.made]
    if not used:
        return None
    most = max(used, key=lambda tab: tab.made)
    grown = _need(reading, tabs) > GROWN_BYTES
    full = reading.part > RECYCLE
    return most if grown or full or most.made >= PICTURES else None


class Meter(Protocol):
    """Reads the memory."""

    def read(self, browsers: Mapping[str, int]) -> MemoryUse:
        """What is used now.

        Args:
            browsers: a process of each browser's tree, by profile.
        """
        ...


class Memory:
    """Watches the memory, and remembers what was decided."""

    def __init__(self, meter: Meter | None, board: Board, changed: Callable[[], None]) -> None:
        """Know nothing yet.

        Args:
            meter: what reads the memory; with none there is always enough.
            board: knows the tabs.
            changed: hears that something else was decided.
        """
        self._meter = meter
        self._board = board
        self._changed = changed
        self._processes: dict[str, int] = {}
        self._headroom = Headroom({})
        self._looking = asyncio.Lock()
        self.use: MemoryUse | None = None

    @property
    def because(self) -> str | None:
        """Why no tab may be opened, for people; None while one may."""
        return self._headroom.because

    def started_by(self, profile: str, process: int) -> None:
        """A browser started this process: its own are found from there."""
        self._processes[profile] = process

    def room(self, profile: str) -> float:
        """How many tabs a browser may have."""
        if self._meter is None:
            return math.inf
        # a browser that came since the last reading may begin, if there is memory at all
        return self._headroom.room.get(profile, 1 if self.because is None else 0)

    async def opens(self, profile: str, *, anew: bool) -> bool:
        """Whether a browser may open a tab, by the memory of this very moment.

        Args:
            profile: the browser's.
            anew: it is in place of one that was closed for it.
        """
        if self._meter is None:
            return True
        await self.look(self._meter)
        if anew:
            return self._headroom.anew
        return self._board.places(profile) < self.room(profile)

    def recycles(self, tab: TabView) -> bool:
        """Whether a tab whose attempt has ended is to be opened anew; one for each reading."""
        if self._headroom.recycle is not tab:
            return False
        self._headroom = replace(self._headroom, recycle=None)
        tab.worn = True
        _log.info("tab_recycled", made=tab.made)
        return True

    async def watch(self) -> None:
        """Read the memory again and again, until cancelled."""
        while self._meter is not None:
            await self.look(self._meter)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, meter: Meter) -> None:
        """Read the memory once, and decide."""
        async with self._looking:
            reading = await asyncio.to_thread(meter.read, dict(self._processes))
        self.use = reading
        tabs: dict[str, list[TabView]] = {profile: [] for profile in self._board.accounts}
        for tab in self._board.tabs.values():
            tabs.setdefault(tab.profile, []).append(tab)
        before, self._headroom = self._headroom, decide(reading, tabs, self._board.opening())
        if self._headroom.because and not before.because:
            _log.warning("memory_short", used=reading.used, total=reading.total)
        if self._headroom != before:
            self._changed()
