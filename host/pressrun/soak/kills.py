"""Ways to die, and how each is done to a stage."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from pressrun.browser.devtools import DevToolsError, devtools
from pressrun.processes import command_line
from pressrun.replica.stage import SITE_HOST, Stage

KINDS = ("worker", "relay", "tab", "host", "browser")
"""What can be killed."""

SITE = f"https://{SITE_HOST}/"


@dataclass
class Kills:
    """What was killed, and when (seconds since the epoch)."""

    at: dict[str, list[float]] = field(default_factory=dict)

    def note(self, kind: str) -> None:
        """Something of this kind was killed now."""
        self.at.setdefault(kind, []).append(time.time())


class Killer:
    """Kills parts of a stage."""

    def __init__(self, stage: Stage, dice: random.Random) -> None:
        self._stage = stage
        self._dice = dice
        self._ways: dict[str, Callable[[], Awaitable[bool]]] = {
            "worker": self.worker,
            "tab": self.tab,
            "relay": self.relay,
            "host": self.host,
            "browser": self.browser,
        }
        self.kills = Kills()

    async def every(self, kind: str, seconds: float) -> None:
        """Kill one kind again and again, at this mean interval, until cancelled."""
        while True:
            await asyncio.sleep(self._dice.expovariate(1 / seconds))
            await self.kill(kind)

    async def kill(self, kind: str) -> bool:
        """Kill one of this kind now; False when none was there."""
        with contextlib.suppress(DevToolsError, OSError, TimeoutError):
            if await self._ways[kind]():
                self.kills.note(kind)
                return True
        return False

    async def worker(self) -> bool:
        """The extension's service worker ends, as Chrome ends it."""
        async with asyncio.timeout(5), devtools(self._stage.profile) as tools:
            await tools.stop_workers()
        return True

    async def tab(self) -> bool:
        """A worker tab is closed by somebody."""
        async with asyncio.timeout(5), devtools(self._stage.profile) as tools:
            tabs = await tools.targets("page", SITE)
            if not tabs:
                return False
            await tools.call("Target.closeTarget", targetId=self._dice.choice(tabs)["targetId"])
        return True

    async def relay(self) -> bool:
        """The relay is killed."""
        return _kill_where("relay.py", str(self._stage.home.folder))

    async def host(self) -> bool:
        """The host is killed."""
        process = host_process(self._stage)
        if process is None:
            return False
        os.kill(process, signal.SIGKILL)
        return True

    def end_host(self) -> None:
        """Leave no host behind when something went wrong."""
        process = host_process(self._stage)
        if process is not None:
            os.kill(process, signal.SIGTERM)

    async def browser(self) -> bool:
        """The whole browser is killed, and started again."""
        browser = self._stage.browser
        if browser is None:
            return False
        os.killpg(browser.pid, signal.SIGKILL)
        await browser.wait()
        await self._stage.start_browser(*self._stage.more)
        return True


def host_process(stage: Stage) -> int | None:
    """The number of the host's process, or None when none runs."""
    lock = stage.home.folder / "lock"
    text = lock.read_text().strip() if lock.exists() else ""
    return int(text) if text and "pressrun.server" in command_line(int(text)) else None


def _kill_where(*words: str) -> bool:
    """Kill the processes whose command line holds all these words."""
    found = False
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and all(word in command_line(int(folder.name)) for word in words):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(folder.name), signal.SIGKILL)
                found = True
    return found
