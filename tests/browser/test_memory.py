"""A batch in a real browser while somebody else fills the machine's memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from helpers.hog import Gauge, Group, Hog, PlayedGroup, RealGroup, hogging
from helpers.play import Play, browsing, playing
from pressrun.cli.client import connect
from pressrun.protocol import calls
from pressrun.protocol.messages.status import Status, StatusQuery
from trials.demo.book import panels

TOTAL = 3 * 2**30
PANELS = 400
"""More than are made while the memory is filled, however long that takes."""

WHY = "no tab is added: 7"


@pytest.fixture(params=["best", pytest.param("played", marks=pytest.mark.long)])
def group(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Group]:
    """A control group: the system's own where one can be made, else a played one."""
    group: Group
    try:
        group = RealGroup(TOTAL) if request.param == "best" else PlayedGroup(TOTAL, tmp_path / "g")
    except OSError:
        group = PlayedGroup(TOTAL, tmp_path / "g")
    yield group
    group.close()


@pytest.fixture
async def play(tmp_path: Path, group: Group) -> AsyncIterator[Play]:
    """A stage whose site takes its time; it is left before its group is removed."""
    assert group.total == TOTAL
    async with playing(tmp_path / "stage", {"generation_seconds": (1.5, 2.5)}) as play:
        yield play


class Log:
    """What the host told of its tabs."""

    def __init__(self) -> None:
        self.tabs: list[set[int]] = []
        """Those that there were, after each change."""

    async def follow(self, play: Play) -> None:
        """Listen until cancelled."""
        after = -1
        async with connect(play.stage.home, start=False) as client:
            while True:
                status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=5))
                self.tabs.append({tab.tab for each in status.accounts for tab in each.tabs})
                after = status.revision


async def test_a_batch_is_made_beside_a_hog_and_80_percent_are_not_passed(
    play: Play, group: Group
) -> None:
    """Above 70 % no tab comes, above 75 % they are opened anew, above 78 % they rest."""
    async with contextlib.AsyncExitStack() as stack:
        gauge = stack.enter_context(Gauge(group))
        with group.inside():
            hog = await stack.enter_async_context(hogging(gauge))
            assert (await play.pressrun("host", "start")).code == 0
            await stack.enter_async_context(browsing(play.stage))
        log = Log()
        following = asyncio.create_task(log.follow(play))
        stack.callback(following.cancel)
        await play.start(panels(PANELS), tabs=2)
        await play.until(lambda seen: tabs(seen) == 2)
        await squeeze(play, hog, log)
        rested = made(await play.now())
        await hog.let_go()
        await play.until(lambda seen: made(seen) >= rested + 4)
        assert (await play.pressrun("cancel", "1")).code == 0
        batch = await play.ended()
    assert batch.done + batch.cancelled == batch.total == PANELS, batch
    assert gauge.peak < 0.80
    found = await play.audit()
    assert found.clean, found
    assert found.submissions == found.images == batch.done


async def squeeze(play: Play, hog: Hog, log: Log) -> None:
    """Take more and more of the memory, and see what becomes of the tabs."""
    await hog.fill(0.72)
    assert (await play.pressrun("tabs", "4")).code == 0
    short = await play.until(lambda seen: WHY in seen.sentence)
    there = log.tabs[-1]
    await play.until(lambda seen: made(seen) >= made(short) + 4)
    assert set().union(*log.tabs) == there

    await hog.fill(0.76)
    await play.logged("tab_recycled")
    await play.until(lambda _seen: set().union(*log.tabs) > there)
    assert max(map(len, log.tabs)) == 2

    while tabs(resting := await play.now()):
        # each tab that rests frees some
        await hog.fill(0.782)
        await asyncio.sleep(0.2)
    assert WHY in resting.sentence
    assert made(resting) < PANELS


def tabs(status: Status) -> int:
    """How many tabs there are."""
    return sum(len(each.tabs) for each in status.accounts)


def made(status: Status) -> int:
    """How many pictures there are."""
    return status.batches[0].done
