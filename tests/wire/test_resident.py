"""The host's own memory does not grow with the pictures that it made."""

import asyncio
import json
import sys
import zlib
from pathlib import Path

import psutil
import pytest

from helpers import profiles
from helpers.hosts import host_of
from helpers.pictures import encoded
from pressrun.cli.client import connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.status import StatusQuery
from wire.extension import browsing

PICTURES = 10_000
FIRST = 100
MOST_BYTES = 25 * 2**20
TABS = 8


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt, a small one."""
    return encoded(size=(64, 64), seed=zlib.crc32(prompt.encode()))


@pytest.mark.long
@pytest.mark.timeout(3_000)
async def test_the_host_is_no_larger_after_10_000_pictures(home: Home, tmp_path: Path) -> None:
    """At most 25 MB above what it needed after 100; both are printed."""
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))
    book = tmp_path / "book.jsonl"
    lines = (json.dumps({"key": f"p{n:05d}", "prompt": f"Panel {n}"}) for n in range(PICTURES))
    book.write_text("\n".join(lines), encoding="utf-8")
    asked = BatchStart(source=str(book), library=str(tmp_path / "out"), tabs=TABS)
    sizes: dict[int, int] = {}
    async with browsing(home, draw), connect(home) as client:
        await client.ask(calls.BATCH_START, asked)
        process = host_of(home)
        assert process is not None
        while PICTURES not in sizes:
            await asyncio.sleep(0.5)
            [batch] = (await client.ask(calls.STATUS, StatusQuery())).batches
            for made in (FIRST, PICTURES):
                if batch.done >= made and made not in sizes:
                    sizes[made] = psutil.Process(process).memory_info().rss
    for made, size in sizes.items():
        sys.stdout.write(f"after {made:,} pictures: {size / 2**20:.1f} MiB\n")
    assert sizes[PICTURES] - sizes[FIRST] <= MOST_BYTES
