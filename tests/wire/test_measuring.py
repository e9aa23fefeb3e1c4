"""Pictures of a real batch, measured by a real process that may be killed at any time."""

import asyncio
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from helpers import profiles
from helpers.hosts import end_host, host_of
from helpers.pictures import encoded
from pressrun.cli.client import Client, connect
from pressrun.home import Home
from pressrun.processes import command_line
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.messages.style import StyleQuery
from wire.extension import browsing
from wire.status import until


@pytest.fixture(autouse=True)
def _ungentle(home: Home) -> None:
    """Nobody has to find out gently what a played site takes."""
    home.make()
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt."""
    return encoded(size=(300, 240), seed=zlib.crc32(prompt.encode()))


async def made(client: Client, folder: Path, name: str) -> None:
    """Have two panels made, in a library that all batches share."""
    source = folder / f"{name}.jsonl"
    lines = (f'{{"key": "{name}/{n}", "prompt": "{name} {n}"}}' for n in (1, 2))
    source.write_text("\n".join(lines))
    asked = BatchStart(source=str(source), library=str(folder / "out"), tabs=2)
    started = await client.ask(calls.BATCH_START, asked)
    await until(
        client,
        lambda status: any(
            each.batch == started.batch and each.done == 2 for each in status.batches
        ),
    )


def marked(home: Home) -> list[str]:
    """Return the states of all marks."""
    with closing(sqlite3.connect(home.store)) as connection:
        return [row[0] for row in connection.execute("SELECT state FROM marks")]


async def measured(home: Home, pictures: int) -> None:
    """Wait until so many pictures have their marks."""
    while len(marked(home)) < pictures:  # noqa: ASYNC110 - a view may show a picture before
        await asyncio.sleep(0.1)


def gauge_of(home: Home) -> psutil.Process:
    """Return the process that measures for a home's host."""
    host = host_of(home)
    assert host is not None
    (found,) = [
        each for each in psutil.Process(host).children() if "pressrun.gauge" in each.cmdline()
    ]
    return found


async def test_pictures_are_measured_though_the_process_dies(home: Home, tmp_path: Path) -> None:
    """By the next one; and the last one ends with the host."""
    async with browsing(home, draw), connect(home) as client, asyncio.timeout(200):
        await client.ask(calls.STATUS, StatusQuery())
        await made(client, tmp_path, "a")
        await measured(home, 2)
        first = gauge_of(home)
        first.kill()
        await made(client, tmp_path, "b")
        await measured(home, 4)
        second = gauge_of(home)
        assert second.pid != first.pid
        assert marked(home) == ["unjudged"] * 4
        told = await client.ask(calls.STYLE_REPORT, StyleQuery())
        assert (told.fault, told.pictures) == ("", 4)
    end_host(home)
    async with asyncio.timeout(30):
        while command_line(second.pid):  # noqa: ASYNC110 - another's child tells nobody
            await asyncio.sleep(0.02)
