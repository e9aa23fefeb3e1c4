"""A real host whose control group is said to be full: it opens no tab, and says why."""

import asyncio
import json
import zlib
from pathlib import Path

import pytest

from helpers.pictures import encoded
from pressrun.cli.client import connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.status import StatusQuery
from pressrun.server.machine import CGROUP
from pressrun.states import BatchState
from wire.extension import browsing
from wire.status import until

TOTAL = 2**32


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt."""
    return encoded(size=(64, 64), seed=zlib.crc32(prompt.encode()))


def use(group: Path, part: float) -> None:
    """Have the group use so much of its memory."""
    for name, text in {
        "memory.max": str(TOTAL),
        "memory.stat": "inactive_file 0",
        "memory.current": str(int(part * TOTAL)),
    }.items():
        # a host that reads meanwhile must not find an empty file
        (group / "new").write_text(f"{text}\n")
        (group / "new").rename(group / name)


async def test_a_full_machine_gets_no_tab_until_there_is_memory(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is begun at 90 %, the sentence says so, and at 40 % the whole batch is made."""
    group = tmp_path / "group"
    group.mkdir()
    use(group, 0.9)
    monkeypatch.setenv(CGROUP, str(group))
    book = tmp_path / "book.jsonl"
    lines = (json.dumps({"key": f"p{n}", "prompt": f"Panel {n}"}) for n in range(6))
    book.write_text("\n".join(lines), encoding="utf-8")
    asked = BatchStart(source=str(book), library=str(tmp_path / "out"), tabs=3)
    async with browsing(home, draw) as browser, connect(home) as client, asyncio.timeout(180):
        await client.ask(calls.STATUS, StatusQuery())
        await client.ask(calls.BATCH_START, asked)
        told = await until(client, lambda status: "memory" in status.sentence)
        assert told.sentence.endswith("no tab is added: 90% of this machine's memory is used")
        assert browser.sent == []
        use(group, 0.4)
        done = await until(client, lambda status: status.batches[0].state == BatchState.DONE)
        assert done.batches[0].done == 6
