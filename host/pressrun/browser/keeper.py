"""The managed browser: a Chromium with a profile of its own, kept running until it is stopped.

Whether a browser is wanted is on disk, so that a new host takes over from one that was killed: it
finds a browser that still runs by its process and command line, and does not start a second one.
One profile is one browser. A host that ends leaves the browser running.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from pressrun import files, processes
from pressrun.browser import launch as browsers
from pressrun.browser.launch import Launch
from pressrun.clock import Clock
from pressrun.errors import PressrunError
from pressrun.home import Home
from pressrun.install import registration
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.browser import BrowserStart, BrowserStatus

_log = structlog.get_logger("pressrun.keeper")

LOOK_SECONDS = 0.1
"""How often to check that the browser is alive."""

FIRST_SECONDS = 0.2
"""How long to wait before restarting it the first time; doubled for each further death."""

MOST_SECONDS = 60.0

WINDOW_SECONDS = 600.0
DEATHS = 10
"""A browser that dies this often within the window is not restarted."""

UNHEARD_SECONDS = 30.0
"""How long the extension of a browser without a window may take to connect for the first time.

Chromium never again starts a service worker that ended in its first moments (seen in Chromium 156:
2 of 48 that were ended as soon as they appeared); a new browser does. One with a window is left
alone: its author may be turning the extension on.
"""

LOG_BYTES = 4 * 1024 * 1024


def after_death(deaths: Sequence[float], now: float) -> float | None:
    """How long to wait before restarting the browser, or None when it should not be restarted.

    Args:
        deaths: when it died, including this time.
        now: the time.
    """
    recent = sum(1 for at in deaths if 0 <= now - at < WINDOW_SECONDS)
    if recent >= DEATHS:
        return None
    return min(MOST_SECONDS, FIRST_SECONDS * 2.0 ** max(0, recent - 1))


class Wanted(BaseModel):
    """What is on disk about the managed browser."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    program: Path
    headless: bool = False
    flags: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    pid: int | None = None
    heard: bool = False
    """Whether the extension in this process has ever spoken."""
    gave_up: str | None = None
    """Why it is no longer restarted although it is wanted."""


class Keeper:
    """Keeps one browser running for as long as it is wanted."""

    def __init__(
        self, home: Home, clock: Clock, tell: Callable[[], None], is_linked: Callable[[], bool]
    ) -> None:
        """Read what is on disk.

        Args:
            home: whose browser.
            clock: what the time is.
            tell: called when there is something new to show.
            is_linked: whether an extension is connected.
        """
        self._home = home
        self._clock = clock
        self._tell = tell
        self._is_linked = is_linked
        self._file = home.folder / "browser.json"
        self._wanted = _read(self._file)
        self._pid: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._deaths: list[float] = []
        self._news = asyncio.Event()
        self._shown = asyncio.Event()
        self._looked = asyncio.Event()
        if self._wanted is None or self._wanted.gave_up:
            self._looked.set()
        self._writing = asyncio.Lock()

    @property
    def note(self) -> str | None:
        """Why the managed browser is not running, if it should be."""
        if self._wanted is None or self._pid is not None or not self._looked.is_set():
            return None
        return self._wanted.gave_up or "The managed browser ended; restarting it"

    async def status(self, _: Nothing) -> BrowserStatus:
        """Whether it runs, once it is known if an earlier host's browser still does."""
        await self._looked.wait()
        if self._wanted is None:
            sentence = "The managed browser is off. Start it with: pressrun browser start"
        elif self._pid is not None:
            how = ", without a window" if self._wanted.headless else ""
            sentence = f"The managed browser is running (process {self._pid}{how})"
        else:
            sentence = self.note or ""
        return BrowserStatus(
            wanted=self._wanted is not None, pid=self._pid, sentence=sentence[:2_000]
        )

    async def start(self, asked: BrowserStart) -> BrowserStatus:
        """Want a browser; one that is already running stays as it is."""
        running = self._pid if self._wanted is not None else None
        self._deaths.clear()
        await self._write(
            Wanted(
                program=Path(asked.program),
                headless=asked.headless,
                flags=tuple(asked.flags),
                environment=asked.environment,
                pid=running,
                heard=running is not None and self._wanted is not None and self._wanted.heard,
            )
        )
        self._wake()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(browsers.CLOSE_SECONDS):
                while self._pid is None and self._wanted and not self._wanted.gave_up:
                    await self._shown.wait()
        return await self.status(Nothing())

    async def stop(self, _: Nothing) -> BrowserStatus:
        """No longer want a browser, and end the one that runs."""
        pid = self._pid or await asyncio.to_thread(self._find)
        await self._write(None)
        self._wake()
        if pid is not None:
            await self._end(pid)
        return await self.status(Nothing())

    async def watch(self) -> None:
        """Keep it running until cancelled, which leaves the browser as it is."""
        while True:
            news = self._news
            if self._wanted is None or self._wanted.gave_up:
                await news.wait()
                continue
            try:
                pid = await asyncio.to_thread(self._find)
                if pid is None:
                    self._looked.set()
                    pid = await self._launch(self._wanted)
            except (OSError, PressrunError) as error:
                _log.warning("browser_not_started", reason=str(error))
                await self._died(None, f"The managed browser cannot be started ({error}); tried")
                continue
            await self._keep(pid)

    async def _keep(self, pid: int) -> None:
        """Watch a browser until it ends."""
        if self._wanted is None:
            # it was told to stop while it started
            await self._end(pid)
            return
        # noted before it is announced: whoever hears of it may end this host at once
        heard = self._wanted.heard and self._wanted.pid == pid
        await self._write(self._wanted.model_copy(update={"pid": pid, "heard": heard}))
        self._pid = pid
        self._looked.set()
        self._show()
        if await self._is_heard(pid):
            await self._until_gone(pid)
            why = "The managed browser ended"
        else:
            _log.warning("extension_unheard", pid=pid)
            await self._end(pid)
            why = "The extension in the managed browser did not start"
        self._pid = None
        if await asyncio.to_thread(self._find) is None and self._wanted is not None:
            await self._died(pid, why)
        self._show()

    async def _died(self, pid: int | None, why: str) -> None:
        """It ended or did not start: wait a while, or give up."""
        if pid is not None:
            # what is left of a browser holds its profile
            processes.end_group(pid, signal.SIGKILL)
        now = self._clock.now()
        self._deaths = [*self._deaths[-DEATHS:], now]
        wait = after_death(self._deaths, now)
        _log.warning("browser_died", pid=pid, again_in=wait)
        self._show()
        if wait is None and self._wanted is not None:
            told = (
                f"{why} {DEATHS} times within {WINDOW_SECONDS / 60:.0f} minutes, so Pressrun no "
                f"longer restarts it. See {self._log_file}, then try: pressrun browser start"
            )
            await self._write(self._wanted.model_copy(update={"pid": None, "gave_up": told}))
            self._show()
        elif wait is not None:
            await self._wait(wait)

    async def _is_heard(self, pid: int) -> bool:
        """Whether its extension speaks in time, or need not, or the browser ends before."""
        until = asyncio.get_running_loop().time() + UNHEARD_SECONDS
        while (wanted := self._wanted) is not None and wanted.headless and not wanted.heard:
            if self._is_linked():
                await self._write(wanted.model_copy(update={"heard": True}))
            elif await self._is_gone(pid):
                return True
            elif asyncio.get_running_loop().time() > until:
                return False
            else:
                await asyncio.sleep(LOOK_SECONDS)
        return True

    async def _until_gone(self, pid: int) -> None:
        while not await self._is_gone(pid):  # noqa: ASYNC110 - a process that ends tells nobody
            await asyncio.sleep(LOOK_SECONDS)

    async def _is_gone(self, pid: int) -> bool:
        if self._child is not None and self._child.pid == pid:
            return self._child.poll() is not None
        return not await asyncio.to_thread(self._is_ours, pid)

    async def _launch(self, wanted: Wanted) -> int:
        profile = self._home.browser
        addressed = any(not flag.startswith("-") for flag in wanted.flags)
        more = [
            "--hide-crash-restore-bubble",
            *wanted.flags,
            *([] if addressed else ["about:blank"]),
        ]
        launch = Launch(wanted.program, profile, headless=wanted.headless, more=more)
        environment = {**os.environ, **wanted.environment}

        def begin() -> subprocess.Popen[bytes]:
            profile.mkdir(mode=0o700, exist_ok=True)
            registration.install(self._home, [registration.user_data_place(profile)])
            if self._log_file.exists() and self._log_file.stat().st_size > LOG_BYTES:
                self._log_file.replace(self._log_file.with_suffix(".log.1"))
            return browsers.spawn(launch, self._log_file, environment)

        self._child = await asyncio.to_thread(begin)
        _log.info("browser_started", pid=self._child.pid)
        return self._child.pid

    async def _end(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(browsers.CLOSE_SECONDS):
                await self._until_gone(pid)
        processes.end_group(pid, signal.SIGKILL)
        await self._until_gone(pid)
        self._pid = None
        self._show()

    def _find(self) -> int | None:
        """The browser that holds our profile already, if one is alive."""
        noted = self._wanted.pid if self._wanted is not None else None
        for pid in (noted, _locked_by(self._home.browser)):
            if pid is not None and self._is_ours(pid):
                return pid
        return None

    def _is_ours(self, pid: int) -> bool:
        command = processes.command_line(pid)
        # its helper processes name the profile, too
        return f"--user-data-dir={self._home.browser}" in command and "--type=" not in command

    @property
    def _log_file(self) -> Path:
        return self._home.logs / "browser.log"

    async def _write(self, wanted: Wanted | None) -> None:
        self._wanted = wanted
        async with self._writing:
            # the last word counts, whoever writes first
            if self._wanted is None:
                await asyncio.to_thread(self._file.unlink, missing_ok=True)
            else:
                text = self._wanted.model_dump_json(indent=2) + "\n"
                await asyncio.to_thread(self._home.write, self._file, text)
                await asyncio.to_thread(files.sync_folder, self._file.parent)

    def _show(self) -> None:
        self._shown.set()
        self._shown = asyncio.Event()
        self._tell()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _wait(self, seconds: float) -> None:
        news = self._news
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await news.wait()


def _read(file: Path) -> Wanted | None:
    try:
        return Wanted.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        _log.warning("browser_forgotten", reason=str(error))
        return None


def _locked_by(profile: Path) -> int | None:
    """The process that holds a profile, by the link that Chromium leaves: `<machine>-<process>`."""
    try:
        return int(str((profile / "SingletonLock").readlink()).rpartition("-")[2])
    except (OSError, ValueError):
        return None
