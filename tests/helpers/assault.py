"""Mutated frames against a host, from a seed, beside a good client.

    python tests/helpers/assault.py COUNT SEED

starts a host in a home of its own and prints a line of JSON: how many frames were sent over how
many links, what a good client was answered meanwhile, and the host's memory.
"""

import asyncio
import contextlib
import copy
import json
import random
import statistics
import struct
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from helpers import peer
from helpers.hosts import host_of, own_home, started_host
from helpers.pages import reading
from pressrun.cli.client import connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages import base
from pressrun.protocol.messages.status import StatusQuery

LINKS = 6
"""Attackers at once."""

CLOSE_SECONDS = 10.0
"""How long the host may take to read what was sent."""

ASK_SECONDS = 0.005
"""How often the good client asks."""

WARM = 2_000
"""Frames after which the host's memory is first read: what it holds for good is there by then."""

ODD: tuple[Any, ...] = (
    1e18, -1, 2**63, 2**400, 1e308, -0.0, True, None, "", [], {}, "\x1b]52;c;aGk=\x07", "\ud800",
    "\u202e" * 3_000, "x" * 70_000, [[]] * 50, {"a": {"b": {"c": {}}}}, "9" * 400, "\0", "1e999",
)  # fmt: skip
"""What takes the place of a value."""

NUMBERS = (b"1e999", b"-1e999", b"NaN", b"Infinity", b"9" * 4_500, b"1" * 400, b"0x10", b"1.")
"""What takes the place of a number's own text."""

QUIET = ("heartbeat", "host.stop", "browser.start", "batch.start", "verify", "takes.tidy")
"""Calls that would do what they say, and end the attack or the machine's peace."""


def whole() -> list[peer.Json]:
    """Messages that are whole: those of an extension, of a page and of commands."""
    shown = reading(
        turns=[
            {
                "id": "t", "role": "user", "text": "A fox", "busy": False, "finished": True,
                "pictures": [
                    {"src": "https://x/y", "width": 1, "height": 1, "loaded": True, "hidden": False}
                ],
            }
        ],
        notices=[{"where": "#n", "text": "You've hit the limit. Try again in 99 hours."}],
        history=["https://chatgpt.com/c/1"],
    ).model_dump(mode="json")  # fmt: skip
    known = {
        "page.changed": shown,
        "tab.ready": {
            "tab": 1,
            "document": "D",
            "url": "https://chatgpt.com/",
            "steps": {"1": "fill"},
        },
        "tab.gone": {"tab": 1, "why": "closed"},
        "status": {"after": -1, "wait": 0.0},
        "panels.show": {"batch": None, "key": "a"},
        "doubt.decide": {"choice": "look", "jobs": [1]},
        "account.allow": {"account": 1, "tabs": 2},
        "batch.adjust": {"batch": 1, "tabs": 2},
    }
    messages = [
        peer.request(number, method, **known.get(method, {}))
        for number, method in enumerate(calls.CALLS)
        if method not in QUIET
    ]
    answers: list[peer.Json] = [
        {"jsonrpc": "2.0", "id": 1, "result": {"tabs": [1, 2]}},
        {"jsonrpc": "2.0", "id": 1, "result": shown},
        {"jsonrpc": "2.0", "id": 2, "error": {"code": 4, "message": "nothing has the role"}},
    ]
    return [*messages, *answers, *[peer.request(9, "page.changed", **shown)] * 12]


def mutated(message: peer.Json, dice: random.Random) -> tuple[bytes, bool]:
    """A frame that holds a message with something wrong, or that is wrong itself.

    Also whether it ends its link, so that what follows it would not be read.
    """
    value = json.loads(json.dumps(message))
    if dice.random() < 0.8:
        for _ in range(dice.randint(1, 3)):
            bend(value, dice)
    content = json.dumps(value).encode()
    if dice.random() < 0.1:
        content = cut(content, dice)
    length = len(content)
    if dice.random() < 0.01:
        length = dice.choice((0, length + dice.randint(1, 400), dice.randrange(2**32), 2**32 - 1))
    return struct.pack("=I", length) + content, length != len(content) or not is_json(content)


def is_json(content: bytes) -> bool:
    """Whether the host can read it."""

    def refused(word: str) -> None:
        raise ValueError(word)

    try:
        json.loads(content.decode(), parse_constant=refused)
    except (ValueError, RecursionError):
        return False
    return True


def bend(value: Any, dice: random.Random) -> None:  # noqa: ANN401 - any JSON
    """Put something odd into a place of a message, wherever it is."""
    while isinstance(value, dict | list) and value:
        keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = dice.choice(keys)
        if isinstance(value[key], dict | list) and value[key] and dice.random() < 0.75:
            value = value[key]
            continue
        if isinstance(value, dict) and dice.random() < 0.2:
            value[dice.choice(("surprise", "id", "\0", key * 200))] = value.pop(key)
        else:
            value[key] = copy.deepcopy(dice.choice(ODD))
        return


def cut(content: bytes, dice: random.Random) -> bytes:
    """Change bytes of it."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data) or 1)
        match dice.randrange(5):
            case 0:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del data[at : at + dice.randint(1, 16)]
            case 2:
                data[at:at] = data[at : at + dice.randint(1, 64)]
            case 3:
                data[at:at] = dice.choice(NUMBERS)
            case _:
                data[at:at] = b"[" * dice.choice((1, 40, 2_000))
    return bytes(data)


@dataclass
class Told:
    """What came of an attack."""

    sent: int = 0
    links: int = 0
    asked: list[float] = field(default_factory=list)
    """How long the good client's calls took, in seconds."""

    def summary(self) -> dict[str, Any]:
        """The figures, for people and programs."""
        cuts = statistics.quantiles(self.asked, n=100, method="inclusive")
        return {
            "frames": self.sent,
            "links": self.links,
            "asked": len(self.asked),
            "median_ms": round(statistics.median(self.asked) * 1_000, 2),
            "p99_ms": round(cuts[98] * 1_000, 2),
            "most_ms": round(max(self.asked) * 1_000, 2),
        }


@asynccontextmanager
async def link(home: Home, dice: random.Random) -> AsyncIterator[asyncio.StreamWriter]:
    """A link to the host, which mostly says hello; what comes is read and dropped."""
    reader, writer = await asyncio.open_unix_connection(home.socket)

    async def drain() -> None:
        with contextlib.suppress(OSError):
            while await reader.read(65_536):
                pass

    draining = asyncio.create_task(drain())
    try:
        role = dice.choice(("extension", "extension", "extension", "command", ""))
        if role:
            who = {"profile": f"p{dice.randrange(4)}", "session": "s", "epoch": "e"}
            hello = {"oldest": base.OLDEST, "newest": base.VERSION, "version": "0", "role": role}
            writer.write(
                peer.frame(
                    peer.request("h", "hello", **hello, **(who if role == "extension" else {}))
                )
            )
        yield writer
        # the host reads all of it, and closes
        writer.write_eof()
        await asyncio.wait({draining}, timeout=CLOSE_SECONDS)
    finally:
        writer.transport.abort()
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)


async def attack(home: Home, count: int, dice: random.Random, told: Told) -> None:
    """Send so many frames; a link that the host ends is followed by another."""
    messages = whole()
    left = count
    while left:
        told.links += 1
        with contextlib.suppress(OSError):
            async with link(home, dice) as writer:
                ends = False
                while left and not ends and not writer.transport.is_closing():
                    frame, ends = mutated(dice.choice(messages), dice)
                    writer.write(frame)
                    left -= 1
                    told.sent += 1
                    await writer.drain()


async def ask(home: Home, told: Told) -> None:
    """Ask for the status, as a view does, until cancelled."""
    async with connect(home, start=False) as client:
        while True:
            began = time.perf_counter()
            await client.ask(calls.STATUS, StatusQuery())
            told.asked.append(time.perf_counter() - began)
            await asyncio.sleep(ASK_SECONDS)


async def attackers(folder: str, count: int, seed: int) -> None:
    """Several at once, in a process of their own; prints how many frames and links there were."""
    home, told = Home.at(Path(folder)), Told()
    each = [count // LINKS + (number < count % LINKS) for number in range(LINKS)]
    await asyncio.gather(
        *(attack(home, some, random.Random(f"{seed} {n}"), told) for n, some in enumerate(each))  # noqa: S311 - a seed replays it
    )
    sys.stdout.write(json.dumps([told.sent, told.links]) + "\n")


async def play(home: Home, count: int, seed: int) -> dict[str, Any]:
    """Attack a host that runs; returns the figures."""
    number = host_of(home)
    assert number is not None
    host, told = psutil.Process(number), Told()
    await _attacked(home, WARM, seed - 1)
    before = host.memory_info().rss
    asking = asyncio.create_task(ask(home, told))
    told.sent, told.links = await _attacked(home, count, seed)
    assert not asking.done(), "the good client lost its link"
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert host_of(home) == number, "the host did not survive"
    after = host.memory_info().rss
    memory = {"before_mib": round(before / 2**20, 1), "after_mib": round(after / 2**20, 1)}
    return {**told.summary(), **memory}


async def _attacked(home: Home, count: int, seed: int) -> tuple[int, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, str(count), str(seed), str(home.folder),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0
    sent, links = json.loads(out)
    return sent, links


async def _whole(count: int, seed: int) -> None:
    with own_home() as home, started_host(home):
        began = time.monotonic()
        figures = await play(home, count, seed)
        figures["seconds"] = round(time.monotonic() - began, 1)
        log = home.log.read_text(encoding="utf-8")
        figures["log_errors"] = sum('"level": "error"' in line for line in log.splitlines())
        sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    COUNT, SEED, *HOME = sys.argv[1:]
    if HOME:
        asyncio.run(attackers(HOME[0], int(COUNT), int(SEED)))
    else:
        asyncio.run(_whole(int(COUNT), int(SEED)))
