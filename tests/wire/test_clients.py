"""Clients that do what no client should: none costs much memory, or keeps the host from ending."""

import asyncio
import contextlib
import os
import signal
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from helpers import peer, profiles
from helpers.hosts import host_of, started_host
from helpers.patience import patience
from helpers.pictures import encoded
from helpers.play import command
from pressrun.cli.client import connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.server.host import BROWSERS, CLIENTS
from pressrun.server.session import HELLO_SECONDS
from wire.extension import browsing
from wire.relays import hello

MANY = 200
HALVES = 100
STOP_SECONDS = 10.0
HALF_BYTES = 64 * 2**20
"""What half frames may cost the host at most; 100 of them announce 400 MB."""

Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def clients(home: Home, number: int) -> AsyncIterator[list[Client]]:
    """So many connections to a host, straight to its socket."""
    made = [await asyncio.open_unix_connection(home.socket) for _ in range(number)]
    try:
        yield made
    finally:
        for _, writer in made:
            writer.transport.abort()


async def ended(client: Client) -> None:
    """Wait until the host has closed a connection."""
    with contextlib.suppress(OSError):
        while await client[0].read(65_536):
            pass


async def stopped(home: Home) -> None:
    """Stop the host with the command, within the time that it promises."""
    began = time.monotonic()
    said = await command("pressrun", "host", "stop", "--home", str(home.folder))
    took = time.monotonic() - began
    assert (said.code, said.out) == (0, "Stopped the host.\n"), said.err
    assert took < patience(STOP_SECONDS)
    assert host_of(home) is None


async def test_clients_that_never_say_hello_are_let_go(home: Home) -> None:
    """After a few seconds none of 200 is left, and meanwhile others are served."""
    with started_host(home):
        async with clients(home, MANY) as silent:
            said = await command("pressrun", "host", "status", "--home", str(home.folder))
            assert said.code == 0, said.err
            async with asyncio.timeout(patience(HELLO_SECONDS + 5)):
                await asyncio.gather(*(ended(each) for each in silent))
        await stopped(home)


async def test_a_client_that_does_not_read_keeps_no_host_from_ending(home: Home) -> None:
    """Nor do as many as there may be, which ask for answers that they never take."""
    asked = peer.frame(hello("command"))
    asked += b"".join(peer.frame(peer.request(n, "x" * 60)) for n in range(20_000))
    with started_host(home):
        async with clients(home, CLIENTS) as deaf:
            for reader, writer in deaf:
                reader._transport.pause_reading()  # type: ignore[attr-defined]
                writer.write(asked)
            await asyncio.sleep(1.0)  # the host's buffers fill, which tells nobody
            await stopped(home)


async def test_half_frames_cost_little_memory(home: Home) -> None:
    """What 100 clients announce and do not send whole is read only as far as there is room."""
    half = struct.pack("=I", 4 * 2**20) + b"[" + b" " * (4 * 2**20 - 2)
    with started_host(home):
        process = host_of(home)
        assert process is not None
        before = psutil.Process(process).memory_info().rss
        async with clients(home, HALVES) as halves:
            for _, writer in halves:
                with contextlib.suppress(ConnectionError):
                    writer.write(peer.frame(hello("command")) + half)
            peak = 0
            for _ in range(30):
                await asyncio.sleep(0.1)
                peak = max(peak, psutil.Process(process).memory_info().rss)
            assert peak - before < HALF_BYTES, f"{(peak - before) / 2**20:.0f} MiB"
            await stopped(home)


async def test_one_client_too_many_is_told(home: Home) -> None:
    """Where every place is taken by one that said hello, the next hears why it is not served."""
    with started_host(home):
        async with clients(home, CLIENTS) as greeted:
            for reader, writer in greeted:
                writer.write(peer.frame(hello("command")))
                assert "result" in (await peer.hear(reader) or {})
            async with clients(home, 1) as [(reader, _)]:
                told = await peer.hear(reader)
                assert told is not None
                assert f"serves {CLIENTS} programs at once" in told["error"]["message"]
            # the one command that must get through does
            await stopped(home)


async def test_one_browser_profile_too_many_is_told(home: Home) -> None:
    """The host works with so many, and says how to have it forget them."""
    with started_host(home):
        for number in range(BROWSERS + 1):
            async with clients(home, 1) as [(reader, writer)]:
                writer.write(peer.frame(hello(profile=f"profile {number}")))
                answer: peer.Json = {"method": ""}
                while "method" in answer:
                    heard = await peer.hear(reader)
                    assert heard is not None
                    answer = heard
                if number < BROWSERS:
                    assert "result" in answer
                else:
                    assert "browser profiles at most" in answer["error"]["message"]


@pytest.mark.parametrize("kind", ["half a length", "half a frame"])
async def test_a_frame_that_stops_ends_with_the_host(home: Home, kind: str) -> None:
    """Nothing waits for the rest of it when the host has to end."""
    part = {"half a length": b"\x01", "half a frame": struct.pack("=I", 500) + b"{"}[kind]
    with started_host(home):
        async with clients(home, 1) as [(_, writer)]:
            writer.write(peer.frame(hello("command")) + part)
            await stopped(home)


async def test_a_frozen_page_keeps_no_host_from_ending(home: Home, tmp_path: Path) -> None:
    """A browser that stands still in the middle of a picture answers nothing, not even a close."""
    home.make()
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))
    book = tmp_path / "book.csv"
    book.write_text("key,prompt\na,A fox\nb,A bear\n", encoding="utf-8")
    under_way = asyncio.Event()
    async with browsing(home, lambda _: encoded(size=(64, 64), seed=1)) as browser:
        frozen: list[int] = []

        def freeze(method: str) -> None:
            if method == "page.click" and not frozen and browser._link is not None:
                frozen.append(browser._link.process.pid)
                os.kill(frozen[0], signal.SIGSTOP)
                under_way.set()

        browser.told = freeze
        try:
            async with connect(home) as client:
                asked = BatchStart(source=str(book), library=str(tmp_path / "out"))
                await client.ask(calls.BATCH_START, asked)
                async with asyncio.timeout(60):
                    await under_way.wait()
            await stopped(home)
        finally:
            browser.leaving = True
            os.kill(frozen[0], signal.SIGCONT)
