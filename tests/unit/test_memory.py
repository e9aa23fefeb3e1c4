"""What is decided about tabs from readings of the memory, and how a control group is read."""

import asyncio
import math
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from pressrun.press.board import AccountView, Board, TabView
from pressrun.press.memory import GROWN_BYTES, PICTURES, Memory, MemoryUse, decide
from pressrun.server import machine

GIB = 2**30


def tabs(*made: int, profile: str = "one") -> list[TabView]:
    """Return worker tabs that made so many pictures each, the oldest first."""
    return [TabView(profile, n, "waiting", 0.0, made=each) for n, each in enumerate(made, 1)]


@pytest.mark.parametrize(
    ("used", "there", "room"),
    [
        (0.10, 0, 9),
        (0.50, 2, 5),
        (0.69, 2, 2),
        (0.69, 0, 1),
        (0.71, 2, 2),
        (0.76, 2, 2),
        (0.785, 2, 1),
        (0.95, 1, 0),
        (0.71, 0, 1),
        (0.76, 0, 0),
        (0.95, 0, 0),
    ],
)
def test_tabs_have_room_by_the_memory_that_is_used(used: float, there: int, room: int) -> None:
    """Above 70 % none is added, and short of 80 % the newest rests; the only one may begin to 75 %.

    Of 4 GiB, with a tab taken to need a quarter of one.
    """
    reading = MemoryUse(4 * GIB, int(used * 4 * GIB))
    decision = decide(reading, {"one": tabs(*[1] * there)})
    assert decision.room == {"one": room}
    assert (decision.because is None) == (used <= 0.70)


def test_what_a_tab_needs_is_measured_where_the_browser_is_known() -> None:
    """With tabs of 1 GiB each, 2 GiB make room for two more and not for eight."""
    reading = MemoryUse(10 * GIB, 5 * GIB, browsers={"one": 2 * GIB})
    assert decide(reading, {"one": tabs(1, 1)}).room == {"one": 4}


def test_the_browser_with_the_most_tabs_gives_one_up() -> None:
    """Only one tab rests for each reading, wherever there are most."""
    decision = decide(MemoryUse(100, 79), {"one": tabs(0), "two": tabs(0, 0, profile="two")})
    assert decision.room == {"one": 1, "two": 1}


@pytest.mark.parametrize(
    ("used", "browser", "made", "recycled"),
    [
        (0.50, 0, (3, 9), None),
        (0.50, 0, (3, PICTURES), 2),
        (0.76, 0, (9, 3), 1),
        (0.76, 0, (0, 0), None),
        (0.20, 2 * GROWN_BYTES + 2, (2, 3), 2),
    ],
)
def test_tabs_are_opened_anew_when_worn_or_where_memory_is_short(
    used: float, browser: int, made: tuple[int, int], recycled: int | None
) -> None:
    """The one with the most pictures goes; one that made none yet has nothing to give back."""
    reading = MemoryUse(64 * GIB, int(used * 64 * GIB), browsers={"one": browser})
    found = decide(reading, {"one": tabs(*made)}).recycle
    assert (found.tab if found else None) == recycled


class Told:
    """A meter that says what it is told to."""

    def __init__(self, part: float) -> None:
        self.part = part
        self.browsers: Mapping[str, int] = {}

    def read(self, browsers: Mapping[str, int]) -> MemoryUse:
        """Return the reading."""
        self.browsers = browsers
        return MemoryUse(4 * GIB, int(self.part * 4 * GIB))


async def test_one_tab_is_recycled_for_each_reading() -> None:
    """What the first gives back is read before a second goes; everybody hears what was decided."""
    board, news = Board(), asyncio.Event()
    board.accounts["one"] = AccountView()
    board.tabs = {("one", tab.tab): tab for tab in tabs(5, 9)}
    older, newer = board.tabs.values()
    meter = Told(0.76)
    memory = Memory(meter, board, news.set)
    memory.started_by("one", 4711)
    await memory.look(meter)
    assert news.is_set()
    assert meter.browsers == {"one": 4711}
    assert memory.room("one") == 2
    assert not memory.recycles(older)
    assert memory.recycles(newer)
    assert not memory.recycles(newer)
    assert memory.because == "76% of this machine's memory is used"


def test_a_tab_that_made_nothing_yet_has_still_to_grow() -> None:
    """Neither tabs that are young nor those that are being opened are taken for all they need."""
    reading = MemoryUse(4 * GIB, 2 * GIB)
    assert decide(reading, {"one": tabs(1, 1)}).room == {"one": 5}
    assert decide(reading, {"one": tabs(1, 0)}).room == {"one": 4}
    assert decide(reading, {"one": tabs(1)}, {"one": 1}).room == {"one": 4}


@pytest.mark.parametrize(
    ("part", "fresh", "anew"),
    [(0.30, True, True), (0.72, False, True), (0.751, False, False), (0.79, False, False)],
)
async def test_the_memory_is_read_once_more_before_a_tab_is_opened(
    part: float, *, fresh: bool, anew: bool
) -> None:
    """What a tab gave back is its own up to 75 %; one that is new comes up to 70 %."""
    board = Board()
    board.accounts["one"] = AccountView()
    board.tabs = {("one", tab.tab): tab for tab in tabs(5)}
    meter = Told(0.1)
    memory = Memory(meter, board, lambda: None)
    await memory.look(meter)
    meter.part = part
    with board.place("one"):
        assert await memory.opens("one", anew=False) == fresh
        assert await memory.opens("one", anew=True) == anew


def test_tabs_are_opened_anew_one_after_the_other() -> None:
    """While one is being opened, no other is closed for it."""
    reading = MemoryUse(100, 76)
    assert decide(reading, {"one": tabs(3)}).recycle
    assert not decide(reading, {"one": tabs(3)}, {"one": 1}).recycle


async def test_without_a_meter_there_is_always_room() -> None:
    """A simulated night has no memory to run out of."""
    memory = Memory(None, Board(), lambda: None)
    await memory.watch()
    assert memory.room("one") == math.inf


@pytest.mark.parametrize(
    "files",
    [
        {"memory.max": "1000", "memory.current": "900", "memory.stat": "inactive_file 100"},
        {
            "memory.limit_in_bytes": "1000",
            "memory.usage_in_bytes": "900",
            "memory.stat": "total_inactive_file 100",
        },
    ],
)
def test_a_fuller_control_group_counts(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both versions of control groups are read; what the system can drop is not used."""
    for name, text in files.items():
        (tmp_path / name).write_text(f"{text}\n")
    monkeypatch.setenv(machine.CGROUP, str(tmp_path))
    reading = machine.Machine().read({})
    assert (reading.total, reading.used) == (1000, 800)
    assert reading.host > 0


def test_a_group_without_a_limit_leaves_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`max` is no number, and a folder without files is no group."""
    monkeypatch.setenv(machine.CGROUP, str(tmp_path))
    assert machine.Machine().read({}).total == psutil.virtual_memory().total
    (tmp_path / "memory.max").write_text("max\n")
    assert machine.Machine().read({}).total == psutil.virtual_memory().total
