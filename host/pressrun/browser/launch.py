"""Starting a browser with its own profile folder and our extension."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pressrun import relay
from pressrun.install import shipped

CLOSE_SECONDS = 8.0
"""How long a browser may take to end when asked."""


@dataclass(frozen=True)
class Launch:
    """How to start a browser."""

    program: Path
    user_data: Path
    headless: bool = False
    mapped: tuple[str, int, str] | None = None
    """A host name to resolve to a local port with a certificate: (host, port, SPKI hash)."""
    extension: Path = field(default_factory=lambda: shipped.folder("extension"))
    more: Sequence[str] = ()
    """Further flags and addresses."""

    def command(self) -> list[str]:
        """The command line."""
        flags = [
            f"--user-data-dir={self.user_data}",
            f"--load-extension={self.extension}",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--password-store=basic",
            "--use-mock-keychain",
            "--window-size=1280,900",
        ]
        if self.headless:
            # nothing is drawn for anybody, and no page is prepared that may never be opened
            flags += [
                "--headless=new",
                "--disable-gpu",
                "--disable-software-rasterizer",
                "--disable-features=SpareRendererForSitePerProcess",
            ]
        if os.getuid() == 0:
            # Chromium's sandbox does not work as root
            flags.append("--no-sandbox")
        return [str(self.program), *flags, *self.mapping(), *self.more]

    def mapping(self) -> list[str]:
        """The flags that let the browser find the mapped host and no other."""
        if self.mapped is None:
            return []
        host, port, spki = self.mapped
        rules = f"MAP {host} 127.0.0.1:{port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        return [
            f"--host-resolver-rules={rules}",
            f"--ignore-certificate-errors-spki-list={spki}",
        ]


def has_display() -> bool:
    """Whether a window can be shown."""
    return sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


async def start(launch: Launch, log: Path) -> asyncio.subprocess.Process:
    """Start the browser in its own session, with its output in `log`."""
    launch.user_data.mkdir(parents=True, exist_ok=True)
    with _appending(log) as output:
        return await asyncio.create_subprocess_exec(
            *launch.command(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def spawn(launch: Launch, log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the browser so that it outlives this process, which may end at any moment."""
    launch.user_data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _appending(log) as output:
        return subprocess.Popen(  # noqa: S603 - the program that the author has
            launch.command(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environment),
            start_new_session=True,
        )


def _appending(log: Path) -> BinaryIO:
    """A log of ours, open for whatever the browser says."""
    return os.fdopen(relay.open_own(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab")


async def close(process: asyncio.subprocess.Process) -> None:
    """Ask a browser to end; kill it with all its processes when it does not."""
    if process.returncode is None:
        process.terminate()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
