"""A tap between the relay and the host: it passes every byte on and keeps what was said."""

import asyncio
import contextlib
import json
import struct
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressrun import relay
from pressrun.home import Home

_LENGTH = struct.Struct("=I")
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Said:
    """One message."""

    at: float
    """By `time.monotonic`."""
    up: bool
    """From the extension to the host."""
    message: dict[str, Any]

    @property
    def method(self) -> str | None:
        """What it calls, if it is a call."""
        return self.message.get("method")

    @property
    def params(self) -> dict[str, Any]:
        """What it calls it with."""
        params: dict[str, Any] = self.message.get("params", {})
        return params


class Tap:
    """What an extension and a host said to each other, in order."""

    def __init__(self, folder: Path, host: Home) -> None:
        self.home = Home.at(folder)
        """The home that the relay is told; nobody lives there."""
        self.said: list[Said] = []
        self._host = host
        self._news = asyncio.Condition()
        self._links: set[asyncio.Task[None]] = set()

    def calls(self, method: str, after: float = 0.0) -> list[Said]:
        """Every call of a method, or those after a time."""
        return [each for each in self.said if each.method == method and each.at > after]

    async def until(self, met: Callable[[], bool], *, within: float = 150.0) -> None:
        """Wait until what was said meets a condition."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(met)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what two ends say, until one of them ends."""
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            host = await asyncio.to_thread(relay.connect, str(self._host.folder))
            if host is None:
                return
            far_reader, far_writer = await asyncio.open_unix_connection(sock=host)
            ways = [
                asyncio.create_task(self._pass(reader, far_writer, up=True)),
                asyncio.create_task(self._pass(far_reader, writer, up=False)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                far_writer.close()
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
                await _closed(far_writer)
        finally:
            writer.close()
            await _closed(writer)
            self._links.discard(task)

    async def close(self) -> None:
        """Cut every link."""
        for link in list(self._links):
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool
    ) -> None:
        left = b""
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                writer.write(data)
                await writer.drain()
                left = self._take(left + data, up=up)
                async with self._news:
                    self._news.notify_all()

    def _take(self, data: bytes, *, up: bool) -> bytes:
        while len(data) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
            if len(data) < end:
                break
            self.said.append(Said(time.monotonic(), up, json.loads(data[_LENGTH.size : end])))
            data = data[end:]
        return data


async def _closed(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def tapping(folder: Path, host: Home) -> AsyncIterator[Tap]:
    """Listen where a relay looks for the host of `folder`, and pass on to the host of `host`."""
    tap = Tap(folder, host)
    tap.home.make()
    server = await asyncio.start_unix_server(tap.serve, tap.home.socket)
    try:
        yield tap
    finally:
        server.close()
        await tap.close()
        tap.home.socket.unlink(missing_ok=True)
