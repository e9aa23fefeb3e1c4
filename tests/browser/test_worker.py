"""The service worker ends, as Chrome may have it end at any moment, and nothing is lost by it."""

import asyncio
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable

from helpers.patience import patience
from helpers.play import Play, browsing, end_worker, listening
from helpers.tap import Said
from pressrun.browser import devtools
from pressrun.install import registration
from trials.demo.book import panels


def is_click(said: Said, step: str) -> bool:
    """Whether a page is told to click, as this step of an attempt."""
    return said.method == "page.click" and said.params["step"] == step


MOMENTS: dict[str, Callable[[Said], bool]] = {
    "a prompt is written": lambda said: said.method == "page.fill",
    "Send is clicked": lambda said: is_click(said, "send"),
    "a picture is fetched": lambda said: said.method == "page.fetch",
    "a piece is on its way": lambda said: said.method == "page.piece",
    "a fresh chat is asked for": lambda said: is_click(said, "new chat"),
}
"""When it is stopped: as the host's call is under way to the page."""


def tell(line: str) -> None:
    """Write a figure for who runs with -s, or reads of a failure."""
    sys.stdout.write(line + "\n")


async def test_five_stops_lose_nothing_and_cost_less_than_a_second(play: Play) -> None:
    """Stopped in the middle of five different calls, each batch's work goes on at once."""
    back = []
    async with listening(play) as tap, browsing(play.stage) as tools:
        # a kept chat asks for no fresh one
        await play.start(panels(12), tabs=3, chats="fresh")
        for name, is_moment in MOMENTS.items():
            heard = len(tap.said)
            await tap.until(lambda: any(map(is_moment, tap.said[heard:])))  # noqa: B023 - now
            busy = {each.params["tab"] for each in tap.calls("tab.ready")}
            stopped = time.monotonic()
            await end_worker(tools)
            await tap.until(
                lambda: busy <= {each.params["tab"] for each in tap.calls("tab.ready", stopped)}  # noqa: B023
            )
            back.append(tap.calls("tab.ready", stopped)[-1].at - stopped)
            tell(f"stopped as {name}: all tabs were back after {back[-1]:.3f} s")
        batch = await play.ended()
        lives = [each.params["epoch"] for each in tap.calls("hello")]
    assert batch.done == batch.total == 12, batch
    assert len(set(lives)) == len(lives) == 6
    found = await play.audit()
    assert found.clean, found
    assert (found.submissions, found.pictures, found.images) == (12, 12, 12)
    assert statistics.median(back) <= patience(1.0), back


async def test_host_that_was_away_is_found_again_by_a_worker_that_slept(play: Play) -> None:
    """With no debugger, Chrome ends the idle worker; when the host is back, so is the work."""
    stage = play.stage
    place = registration.user_data_place(stage.profile)
    await stage.start_browser(devtools.FLAG)
    port = await devtools.port_of(stage.profile)

    async def worker() -> str | None:
        return next((each.id for each in await devtools.targets(port, "service_worker")), None)

    try:
        await play.start(panels(6), tabs=2)
        await play.until(lambda status: status.batches[0].done >= 2)
        first = await worker()
        place.manifest.unlink()
        os.kill(int((stage.home.folder / "lock").read_text()), signal.SIGKILL)
        away = time.monotonic()
        async with asyncio.timeout(60):
            while True:
                if await worker() != first:
                    break
                await asyncio.sleep(0.1)
        slept = time.monotonic()
        registration.install(stage.home, [place])
        await play.logged("client_came", role="extension", count=2)
        back = time.monotonic()
        batch = await play.ended()
    finally:
        await stage.stop_browser()
    tell(f"the worker ended after {slept - away:.1f} s, and was back {back - slept:.1f} s later")
    assert first is not None
    assert slept - away >= 30
    assert batch.done == batch.total == 6, batch
    found = await play.audit()
    assert found.clean, found
    assert (found.submissions, found.pictures, found.images) == (6, 6, 6)
