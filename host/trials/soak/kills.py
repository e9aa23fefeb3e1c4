"""The kinds of kill, and how each is done to a stage."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable

from pressrun.browser.devtools import DevToolsError, devtools
from pressrun.processes import numbers_of
from trials.replica.stage import SITE_HOST
from trials.soak.managed import ManagedStage
from trials.soak.steps import taken

KINDS = ("worker", "relay", "tab", "host", "browser")
"""What can be killed at random."""

AIMED = ("worker", "relay", "tabs", "host", "browser")
"""What can be killed as something is under way; which tab has it is not known here."""

SITE = f"https://{SITE_HOST}/"

REACH_SECONDS = 5.0
"""A browser that cannot be reached so long has nothing killed in it this time."""

STAND_SECONDS = 60.0
"""Work that stands for so long, as at a limit, is killed at as well."""

LOOK_SECONDS = 0.1
"""How often it is looked whether work goes on, which the store tells nobody."""


class Killer:
    """Kills parts of a stage, and keeps when (seconds since the epoch)."""

    def __init__(self, stage: ManagedStage, dice: random.Random) -> None:
        self._stage = stage
        self._dice = dice
        self._ways: dict[str, Callable[[], Awaitable[float | None]]] = {
            "worker": self.worker,
            "relay": self.relay,
            "tab": self.tab,
            "tabs": self.tabs,
            "host": self.host,
            "browser": self.browser,
        }
        self.at: dict[str, list[float]] = {}

    async def every(self, kind: str, seconds: float) -> None:
        """Kill one kind again and again, at this mean interval, until cancelled.

        Work goes on by a step before the same kind is killed again. Otherwise a busy machine, where
        a browser takes longer to start than the interval, would never make a picture.
        """
        while True:
            await asyncio.sleep(self._dice.expovariate(1 / seconds))
            before = taken(self._stage.home.store)
            if await self.kill(kind):
                await self._goes_on(before)

    async def kill(self, kind: str) -> bool:
        """Kill one of this kind now; False when none was there."""
        killed_at = None
        with contextlib.suppress(DevToolsError, OSError, TimeoutError):
            killed_at = await self._ways[kind]()
        if killed_at is not None:
            self.at.setdefault(kind, []).append(killed_at)
        return killed_at is not None

    async def worker(self) -> float | None:
        """The extension's service worker ends, as Chrome ends it."""
        return await self._close("service_worker", "chrome-extension://")

    async def tab(self) -> float | None:
        """A worker tab is closed by somebody."""
        return await self._close("page", SITE)

    async def tabs(self) -> float | None:
        """Every worker tab is closed at once."""
        return await self._close("page", SITE, every=True)

    async def relay(self) -> float | None:
        """The relay is killed."""
        relays = numbers_of("relay.py", str(self._stage.home.folder))
        return _kill(relays[0] if relays else None)

    async def host(self) -> float | None:
        """The host is killed."""
        return _kill(self._stage.host_process())

    async def browser(self) -> float | None:
        """The managed browser is killed, with all its processes."""
        process = self._stage.browser_process()
        if process is None:
            return None
        killed_at = time.time()
        os.killpg(process, signal.SIGKILL)
        return killed_at

    async def _goes_on(self, before: int) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STAND_SECONDS):
                while taken(self._stage.home.store) <= before:  # noqa: ASYNC110 - see above
                    await asyncio.sleep(LOOK_SECONDS)

    async def _close(self, kind: str, address: str, *, every: bool = False) -> float | None:
        async with asyncio.timeout(REACH_SECONDS), devtools(self._stage.profile) as tools:
            found = [each for each in await tools.targets(kind) if each.url.startswith(address)]
            if not found:
                return None
            killed_at = time.time()
            for victim in found if every else [self._dice.choice(found)]:
                await tools.close(victim.id)
            return killed_at


def _kill(process: int | None) -> float | None:
    if process is None:
        return None
    killed_at = time.time()
    os.kill(process, signal.SIGKILL)
    return killed_at
