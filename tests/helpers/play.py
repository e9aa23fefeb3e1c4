"""A play on a stage: a replica that is quick, a browser, batches through the real command line."""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.tap import Tap, tapping
from pressrun.browser import devtools
from pressrun.browser.devtools import DevTools
from pressrun.cli.client import connect
from pressrun.install import registration, shipped
from pressrun.picture.panel import Panel
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import DEFAULT_CHATS, BatchStarted, BatchStatus
from pressrun.protocol.messages.status import Status, StatusQuery
from trials.audit import RunAudit, audit
from trials.replica.stage import Stage

QUICK = {
    "page_seconds": (0.1, 0.3),
    "hydration_seconds": (0.05, 0.2),
    "url_lag_seconds": (0.1, 0.4),
    "generation_seconds": (0.6, 1.5),
    "stop_lingers_seconds": (0.0, 0.2),
    "picture_size": (512, 512),
}
"""A site that answers at once, and still has all its latencies."""

PATIENCE_SECONDS = 150.0
"""How long to wait for something that has to happen, however busy the machine is."""

EXTENSION = f"chrome-extension://{shipped.extension_id()}"
SITE = "https://chatgpt.com"


@dataclass(frozen=True)
class Ended:
    """A command that came to its end."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line that it printed."""
        return self.out.splitlines()[-1] if self.out else ""

    @property
    def told(self) -> Any:  # noqa: ANN401 - any JSON
        """What it told programs; one that told nothing said why to people."""
        assert self.out, f"exit code {self.code}: {self.err}"
        return json.loads(self.out)


async def command(*arguments: str, within: float = PATIENCE_SECONDS) -> Ended:
    """Run a module of ours, as a person would; one that does not end says where it stands."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-X",
        "faulthandler",
        "-m",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    telling = asyncio.ensure_future(process.communicate())
    done, _ = await asyncio.wait({telling}, timeout=within)
    if not done:
        process.send_signal(signal.SIGABRT)
    out, err = (each.decode() for each in await telling)
    assert done, f"{arguments} did not end in {within:.0f} s\n{out}\n{err}"
    return Ended(process.returncode or 0, out, err)


def running(folder: Path, session: int | None = None) -> list[str]:
    """The programs that work in a folder, or belong to a session."""
    listing = subprocess.run(
        ["ps", "-eo", "pid=,sid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    found = []
    for line in listing.splitlines():
        _, sid, state, words = line.split(maxsplit=3)
        ours = str(folder) in words or int(sid) == session
        if ours and not state.startswith("Z"):
            found.append(line)
    return found


async def gone(folder: Path, session: int | None = None, *, within: float = 30.0) -> None:
    """Wait until nothing works in a folder any more; a relay may take 2 s to see what happened."""
    until = time.monotonic() + within
    while left := running(folder, session):
        assert time.monotonic() < until, left
        await asyncio.sleep(0.05)


class Play:
    """A stage while a test plays on it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.library = stage.folder / "pictures"

    async def pressrun(self, *arguments: str) -> Ended:
        """Run a `pressrun` command on this stage's home."""
        return await command("pressrun", *arguments, "--home", str(self.stage.home.folder))

    def write(self, panels: Sequence[Panel], name: str = "book") -> Path:
        """Write a prompt list."""
        path = self.stage.folder / f"{name}.jsonl"
        lines = [json.dumps({"key": each.key, "prompt": each.prompt}) for each in panels]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    async def start(
        self, panels: Sequence[Panel], *, tabs: int, chats: str = str(DEFAULT_CHATS)
    ) -> int:
        """Order a batch; the host is started when none runs."""
        started = await self.pressrun(
            "run",
            str(self.write(panels)),
            f"--output={self.library}",
            f"--tabs={tabs}",
            f"--chats={chats}",
            "--detach",
            "--json",
        )
        assert started.code == 0, started.err
        return BatchStarted.model_validate_json(started.out).batch or 0

    async def until(
        self, met: Callable[[Status], bool], *, within: float = PATIENCE_SECONDS
    ) -> Status:
        """How things stand as soon as they meet a condition."""
        after, status = -1, None
        try:
            async with asyncio.timeout(within), connect(self.stage.home, start=False) as client:
                while True:
                    status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=5))
                    if met(status):
                        return status
                    after = status.revision
        except TimeoutError as error:
            raise AssertionError(f"it did not come to that in {within:.0f} s: {status}") from error

    async def now(self) -> Status:
        """How things stand."""
        return await self.until(lambda _seen: True)

    async def ended(self, *, within: float = PATIENCE_SECONDS) -> BatchStatus:
        """The newest batch, as soon as nothing of it goes on by itself."""
        status = await self.until(
            lambda seen: not (seen.batches[0].waiting or seen.batches[0].working), within=within
        )
        return status.batches[0]

    async def stop_host(self) -> None:
        """Stop the host and wait until it has let go of its home."""
        stopped = await self.pressrun("host", "stop")
        assert stopped.code == 0, stopped.err

    async def audit(self) -> RunAudit:
        """Stop the host and compare ledger, store and disk."""
        await self.stop_host()
        stage = self.stage
        return await asyncio.to_thread(audit, stage.ledger(), stage.home.store, self.library)

    def log(self, event: str | None = None) -> list[dict[str, Any]]:
        """The lines of the host's log, or those of one event."""
        path = self.stage.home.log
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        told = [json.loads(line) for line in lines]
        return [line for line in told if event in (None, line["event"])]

    async def logged(
        self, event: str, *, count: int = 1, within: float = PATIENCE_SECONDS, **about: object
    ) -> list[dict[str, Any]]:
        """The lines of an event in the host's log, as soon as there are so many."""
        async with asyncio.timeout(within):
            while True:
                found = [line for line in self.log(event) if about.items() <= line.items()]
                if len(found) >= count:
                    return found
                await asyncio.sleep(devtools.LOOK_SECONDS)


@contextlib.asynccontextmanager
async def playing(folder: Path, behaviour: dict[str, Any] | None = None) -> AsyncIterator[Play]:
    """A stage with a replica and no browser yet; at the end nothing of it is left running."""
    stage = Stage(folder)
    stage.install()
    play = Play(stage)
    await stage.start_replica(f"--behaviour={json.dumps(QUICK | (behaviour or {}))}")
    try:
        yield play
    finally:
        # the browser first: its relay would start the host again
        await stage.stop()
        await play.stop_host()
    await gone(stage.folder)


@contextlib.asynccontextmanager
async def browsing(stage: Stage, *more: str) -> AsyncIterator[DevTools]:
    """The stage's browser, with remote debugging, until it is closed."""
    (stage.profile / "DevToolsActivePort").unlink(missing_ok=True)
    await stage.start_browser(devtools.FLAG, *more)
    try:
        async with devtools.devtools(stage.profile) as tools:
            yield tools
    finally:
        await stage.stop_browser()


async def worker_of(tools: DevTools) -> str:
    """The extension's service worker, as soon as the browser has started it.

    A page of the extension can be complete, and gone again, before that.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (workers := await tools.targets("service_worker")):  # noqa: ASYNC110 - not told
            await asyncio.sleep(devtools.LOOK_SECONDS)
    (worker,) = workers
    return worker.id


async def end_worker(tools: DevTools) -> None:
    """End the service worker, as its idle timer does; it does not get to say anything."""
    await tools.close(await worker_of(tools))


async def ask_worker(tools: DevTools, script: str) -> Any:  # noqa: ANN401 - whatever the script gives
    """What the service worker answers, which knows windows and tabs."""
    session = await tools.attach(await worker_of(tools))
    try:
        return await session.run(f"(async () => {{ {script} }})()")
    finally:
        await session.detach()


@contextlib.asynccontextmanager
async def listening(play: Play) -> AsyncIterator[Tap]:
    """A tap on what the stage's extension and its host say; it comes before the browser."""
    started = await play.pressrun("host", "start")
    assert started.code == 0, started.err
    async with tapping(play.stage.folder / "tap", play.stage.home) as tap:
        registration.install(tap.home, [registration.user_data_place(play.stage.profile)])
        yield tap
