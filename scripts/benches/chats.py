"""How fast kept chats are, what they upload, and how often the site throttles, by their length."""

import asyncio
import json
import re
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benches.batch import make
from benches.result import Result
from pressrun.cli.client import connect
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.status import StatusQuery
from pressrun.simulator import pictures
from pressrun.sites.profile import shipped_text
from trials.soak.managed import ManagedStage

LENGTHS = (1, 4, 8, 16)
"""Panels a chat."""

FASTER = 10.0
"""The site works so many times faster than the real one, and its throttle passes as much sooner."""

SCENES, PANELS = 2, 16
TABS = 2
GENERATION_SECONDS = (20.0, 95.0)
PAGE_SECONDS = (0.3, 3.0)

NEW_CHATS = 16
"""The site throttles an account at about so many new chats in a short time, …"""
WINDOW_SECONDS = 600.0
"""… which is thought to be this long: nobody has told."""
THROTTLED_SECONDS = (600.0, 900.0)
"""Fifteen minutes were enough."""


@dataclass(frozen=True)
class Leg:
    """One batch, by the site's ledger and the store."""

    length: int
    hours: float
    """On the real site's clock, from the first submission to the last picture."""
    pictures: int
    chats: int
    uploads: int
    """Reference pictures that were sent with prompts."""
    throttles: int


def run() -> list[Result]:
    """Make the same two scenes with chats of each length, each on a site of its own."""
    legs = [_leg(length) for length in LENGTHS]
    return [result for leg in legs for result in _results(leg)]


def _results(leg: Leg) -> list[Result]:
    name = "fresh" if leg.length == 1 else str(leg.length)
    return [
        Result(f"hourly_{name}", f"chats {name}: pictures an hour", leg.pictures / leg.hours),
        Result(f"chats_{name}", "  chats", leg.chats),
        Result(f"uploads_{name}", "  uploads", leg.uploads),
        Result(f"throttles_{name}", "  throttles", leg.throttles, most=None),
        Result(f"made_{name}", "  pictures", leg.pictures, least=SCENES * PANELS),
    ]


def _leg(length: int) -> Leg:
    with tempfile.TemporaryDirectory(prefix="pressrun-chats-") as folder:
        stage = ManagedStage(Path(folder))
        asyncio.run(_play(stage, length))
        ledger = stage.ledger()
        ends = max(each.time for each in ledger.pictures)
        begins = min(each.time for each in ledger.submissions)
        with closing(sqlite3.connect(stage.home.store)) as connection:
            found = connection.execute("SELECT count(*) FROM limits WHERE outcome = 'throttled'")
            (throttles,) = found.fetchone()
    return Leg(
        length,
        (ends - begins) * FASTER / 3600,
        len(ledger.pictures),
        len({each.conversation for each in ledger.submissions}),
        sum(len(each.references) for each in ledger.submissions),
        throttles,
    )


async def _play(stage: ManagedStage, length: int) -> None:
    stage.install()
    _hasten(stage)
    try:
        await stage.start_replica(
            f"--generation={_pair(GENERATION_SECONDS)}",
            f"--page={_pair(PAGE_SECONDS)}",
            "--size=512x512",
            "--behaviour",
            json.dumps(
                {
                    "throttle_after": NEW_CHATS,
                    "throttle_window_seconds": WINDOW_SECONDS / FASTER,
                    "throttle_seconds": [each / FASTER for each in THROTTLED_SECONDS],
                    "hydration_seconds": [0.0, 0.1],
                }
            ),
        )
        async with connect(stage.home) as client:
            await client.ask(calls.STATUS, StatusQuery())
        await stage.keep_browser()
        await _make(stage, length)
    finally:
        await stage.stop()


def _pair(seconds: tuple[float, float]) -> str:
    return ",".join(f"{each / FASTER:g}" for each in seconds)


def _hasten(stage: ManagedStage) -> None:
    """Have the account wait as much shorter as the site is faster."""

    def sooner(found: re.Match[str]) -> str:
        return f"{found[1]}{float(found[2]) / FASTER:g}"

    text = re.sub(r"(?m)^((?:rest|gap) = )(\d+)", sooner, shipped_text("chatgpt"))
    (stage.home.sites / "chatgpt.toml").write_text(text, encoding="utf-8")


async def _make(stage: ManagedStage, length: int) -> None:
    keeper = stage.folder / "keeper.png"
    keeper.write_bytes(pictures.draw("keeper", 0))
    source = stage.folder / "book.jsonl"
    source.write_text(
        "".join(
            json.dumps({"key": f"s{scene}/p{n:02d}", "prompt": _words(scene, n)}) + "\n"
            for scene in range(1, SCENES + 1)
            for n in range(1, PANELS + 1)
        )
    )
    asked = BatchStart(
        source=str(source),
        library=str(stage.folder / "pictures"),
        tabs=TABS,
        chats=length,
        references=[str(keeper)],
    )
    await make(stage, asked)


def _words(scene: int, number: int) -> str:
    return (
        f"Scene {scene}, panel {number}: the lamplighter climbs the stair, seen from step {number}"
    )
