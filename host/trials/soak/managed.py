"""A stage whose browser is the managed one: what dies is started again by the product alone."""

import asyncio
import contextlib
import json
from pathlib import Path

from pressrun.browser import devtools
from pressrun.browser.find import find_browser
from pressrun.cli.client import connect
from pressrun.errors import NoHostError
from pressrun.processes import command_line
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.browser import BrowserStart
from pressrun.protocol.rpc import LinkLostError
from trials.replica.stage import Stage

LOOK_SECONDS = 0.05
"""How often it is looked whether another program has ended, which tells nobody."""


class ManagedStage(Stage):
    """Everything of one folder, with a browser that the host keeps."""

    @property
    def profile(self) -> Path:
        """The profile folder of the managed browser."""
        return self.home.browser

    async def keep_browser(self) -> None:
        """Have the host keep a browser with remote debugging; it forgets how often one died."""
        asked = BrowserStart(
            program=str(find_browser()),
            headless=self.headless,
            flags=[*self.launch().mapping(), devtools.FLAG, "about:blank"],
        )
        async with connect(self.home) as client:
            await client.ask(calls.BROWSER_START, asked)

    async def stop_browser(self) -> None:
        """End the managed browser, and keep it ended."""
        if not self._noted.exists():
            return
        async with connect(self.home) as client:
            await client.ask(calls.BROWSER_STOP, Nothing())

    async def stop_host(self) -> None:
        """Stop the host, and wait until its process is gone."""
        process = self.host_process()
        with contextlib.suppress(NoHostError, LinkLostError):
            async with connect(self.home, start=False) as client:
                await client.ask(calls.HOST_STOP, Nothing())
        while process is not None and self.host_process() == process:  # noqa: ASYNC110 - see above
            await asyncio.sleep(LOOK_SECONDS)

    async def stop(self) -> None:
        """Close the browser, then the host and the replica."""
        await self.stop_browser()
        await self.stop_host()
        await super().stop()

    def host_process(self) -> int | None:
        """The number of the host's process, or None when none runs."""
        try:
            process = int((self.home.folder / "lock").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return process if "pressrun.server" in command_line(process) else None

    def browser_process(self) -> int | None:
        """The number of the managed browser's process, or None when none runs."""
        try:
            noted: int | None = json.loads(self._noted.read_text())["pid"]
        except FileNotFoundError:
            return None
        return noted if noted and str(self.profile) in command_line(noted) else None

    @property
    def _noted(self) -> Path:
        """Where the host notes that a browser is wanted, and its process."""
        return self.home.folder / "browser.json"
