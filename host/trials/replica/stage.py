"""A stage: a home folder, a replica, and a browser that uses only these two.

The demo, the browser tests, the benchmarks and the soak all stand on one, with the extension
exactly as it ships: Chromium maps the real host's name to the replica.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pressrun.browser import launch as browsers
from pressrun.browser.find import find_browser
from pressrun.browser.launch import Launch
from pressrun.errors import PressrunError
from pressrun.home import Home
from pressrun.install import registration
from pressrun.processes import command_line
from pressrun.simulator.ledger import SiteLedger, read
from pressrun.sites.profile import shipped_text, ungentle
from trials.replica import acts

SITE_HOST = "chatgpt.com"

START_SECONDS = 30.0
"""How long the replica may take to listen."""


@dataclass(frozen=True)
class Address:
    """Where a replica listens, and how its certificate is known."""

    port: int
    spki: str


class Stage:
    """Everything of one folder: `home`, `replica`, `browser`."""

    def __init__(self, folder: Path, *, headless: bool = True) -> None:
        self.folder = folder.resolve()
        self.home = Home.at(self.folder / "home")
        self.headless = headless
        self.address: Address | None = None
        self.more: tuple[str, ...] = ()
        self.browser: asyncio.subprocess.Process | None = None
        self._replica: asyncio.subprocess.Process | None = None

    @property
    def profile(self) -> Path:
        """The browser's profile folder."""
        return self.folder / "browser"

    def install(self) -> None:
        """Register the relay with this stage's browser, and with no other.

        The replica is our own: nobody has to find out gently what it takes.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.end_left_over()
        registration.install(self.home, [registration.user_data_place(self.profile)])
        self.home.sites.mkdir(parents=True, exist_ok=True)
        own = self.home.sites / "chatgpt.toml"
        own.write_text(ungentle(shipped_text("chatgpt")), encoding="utf-8")

    def end_left_over(self) -> None:
        """End what an earlier use of this folder left running when it was itself killed."""
        for note in self.folder.glob("*.pid"):
            process = int(note.read_text())
            # the number may be another program's by now
            if str(self.folder) in command_line(process):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGKILL)
            note.unlink()

    def _note(self, name: str, process: asyncio.subprocess.Process) -> None:
        (self.folder / f"{name}.pid").write_text(str(process.pid))

    async def start_replica(self, *options: str) -> Address:
        """Start the replica in a process of its own, an independent witness.

        Args:
            options: of `python -m trials.replica`.

        Raises:
            PressrunError: it did not start.
        """
        folder = self.folder / "replica"
        folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "replica.log").open("ab") as log:
            self._replica = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "trials.replica",
                f"--folder={folder}",
                *options,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._note("replica", self._replica)
        assert self._replica.stdout is not None  # noqa: S101 - asked for above
        try:
            async with asyncio.timeout(START_SECONDS):
                told = json.loads(await self._replica.stdout.readline())
        except (TimeoutError, json.JSONDecodeError) as error:
            raise PressrunError(
                f"the replica did not start; see {self.folder / 'replica.log'}"
            ) from error
        self.address = Address(told["port"], told["spki"])
        return self.address

    async def start_browser(self, *more: str) -> asyncio.subprocess.Process:
        """Start the browser with the extension, with the site's name mapped to the replica."""
        self.more = more
        launch = self.launch(more)
        self.browser = await browsers.start(launch, self.folder / "browser.log")
        self._note("browser", self.browser)
        return self.browser

    def launch(self, more: Sequence[str] = ()) -> Launch:
        """How this stage's browser is started."""
        assert self.address is not None  # noqa: S101 - the replica comes first
        return Launch(
            find_browser(),
            self.profile,
            headless=self.headless,
            mapped=(SITE_HOST, self.address.port, self.address.spki),
            more=more,
        )

    async def stop_browser(self) -> None:
        """Close the browser."""
        if self.browser is not None:
            await browsers.close(self.browser)
            self.browser = None
            (self.folder / "browser.pid").unlink(missing_ok=True)

    async def stop(self) -> None:
        """Close the browser, then the replica."""
        await self.stop_browser()
        if self._replica is not None:
            with contextlib.suppress(ProcessLookupError):
                self._replica.terminate()
            await self._replica.wait()
            self._replica = None
            (self.folder / "replica.pid").unlink(missing_ok=True)

    def ledger(self) -> SiteLedger:
        """What the replica wrote down."""
        return read(self.folder / "replica" / "ledger.jsonl")

    def acts(self) -> list[acts.Act]:
        """What persons did to chats, as the replica wrote it down."""
        return acts.read(self.folder / "replica" / acts.NAME)
