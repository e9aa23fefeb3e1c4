"""The real relay over pipes, as a browser starts it."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from helpers import peer
from helpers.patience import patience
from pressrun import relay
from pressrun.home import Home
from pressrun.protocol.messages import base

WAIT_SECONDS = 90.0


def command(home: Home) -> list[str]:
    """Return the command line of the launcher, with what Chrome adds to it."""
    start = [sys.executable, "-I", "-S", relay.__file__, "--home", str(home.folder)]
    return [*start, "chrome-extension://x/"]


def hello(role: str = "extension", **changes: Any) -> peer.Json:  # noqa: ANN401 - any JSON
    """Return a client's hello."""
    who: dict[str, Any] = {"oldest": base.OLDEST, "newest": base.VERSION, "version": "0.1.0"}
    if role == "extension":
        who |= {"profile": "test", "session": "one run", "epoch": "one life"}
    who = {**who, "role": role, **changes}
    known = {name: value for name, value in who.items() if value is not None}
    return peer.request("hello", "hello", **known)


class Relay:
    """A relay process, and its other end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.stdin = process.stdin
        self.stdout = process.stdout

    def say(self, *messages: peer.Json) -> None:
        """Send messages, framed by the package."""
        self.stdin.write(b"".join(map(peer.frame, messages)))

    async def hear(self) -> peer.Json | None:
        """Return the next message; None when the relay closed its end."""
        async with asyncio.timeout(WAIT_SECONDS):
            return await peer.hear(self.stdout)

    async def answer(self, number: int | str | None) -> peer.Json:
        """Return the answer to a call, passing over what else comes."""
        while (message := await self.hear()) is not None:
            if "method" not in message and message["id"] == number:
                return message
        raise AssertionError(f"the link ended before {number!r} was answered")

    async def ask(self, message: peer.Json) -> peer.Json:
        """Call, and return the answer."""
        self.say(message)
        return await self.answer(message["id"])

    async def greet(self, role: str = "extension") -> peer.Json:
        """Say hello, and return what the host answers."""
        found: peer.Json = (await self.ask(hello(role)))["result"]
        return found

    async def ended(self, within: float) -> int:
        """Wait until the relay has ended, which takes so long on a quiet machine; its exit code."""
        began = time.monotonic()
        async with asyncio.timeout(WAIT_SECONDS):
            await self.stdout.read()
            code = await self.process.wait()
        assert time.monotonic() - began < patience(within)
        return code


@asynccontextmanager
async def relayed(home: Home) -> AsyncIterator[Relay]:
    """A relay to the host of a home."""
    process = await asyncio.create_subprocess_exec(
        *command(home), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Relay(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
