"""How soon work goes on after one thing died: from a kill to the affected attempt's next step."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from pressrun.browser.devtools import PORT_FLAG
from pressrun.cli.client import Client, connect
from pressrun.errors import PressrunError
from pressrun.protocol import calls
from pressrun.protocol import messages as m
from pressrun.protocol.rpc import LinkLostError
from pressrun.replica.audit import Audit, audit
from pressrun.replica.stage import Stage
from pressrun.soak.kills import KINDS, Killer, host_process

Met = Callable[[m.Status], bool]

PANELS = 2_000
"""More than are ever made."""

SETTLE_SECONDS = 60.0
"""The longest that work may take to go on after a kill, before the measurement fails."""


async def measure(
    folder: Path, kills: int, kinds: Iterable[str] = KINDS, seed: int = 1
) -> tuple[dict[str, list[float]], Audit]:
    """Kill each kind this often, one at a time, and measure how soon work goes on.

    One tab, pictures within half a second: an attempt has a durable step to take at any moment, so
    what is measured is the recovery and not the site.

    Returns:
        seconds by kind, in the order of the kills, and the audit of the whole run.
    """
    stage = Stage(folder, headless=True)
    stage.install()
    dice = random.Random(seed)  # noqa: S311 - replays a run
    killer = Killer(stage, dice)
    source = folder / "book.jsonl"
    source.write_text(
        "".join(
            json.dumps({"key": f"p{n:05d}", "prompt": f"Panel {n} of a short night"}) + "\n"
            for n in range(1, PANELS + 1)
        )
    )
    asked = m.BatchStart(source=str(source), library=str(folder / "pictures"), tabs=1)
    try:
        await stage.start_replica(
            "--generation=0.2,0.5",
            "--page=0.05,0.1",
            "--size=256x256",
            f"--seed={seed}",
            "--behaviour",
            json.dumps({"url_lag_seconds": [0.02, 0.1], "hydration_seconds": [0.02, 0.05]}),
        )
        async with connect(stage.home) as client:
            await client.ask(calls.BATCH_START, asked)
        await stage.start_browser(PORT_FLAG, "about:blank")
        await _made(stage, 2)
        for kind in kinds:
            for _ in range(kills):
                await _under_way(stage)
                await asyncio.sleep(dice.uniform(0, 0.3))
                await killer.kill(kind)
                await _made(stage, 2)
        async with connect(stage.home) as client:
            await client.ask(calls.BATCH_CANCEL, m.BatchChoice())
            await client.ask(calls.HOST_STOP, m.Nothing())
        while host_process(stage) is not None:  # noqa: ASYNC110 - another program's end
            await asyncio.sleep(0.1)
    finally:
        await stage.stop()
        killer.end_host()
    seconds = {kind: _seconds(stage.home.store, times) for kind, times in killer.kills.at.items()}
    return seconds, audit(stage.ledger(), stage.home.store, folder / "pictures")


async def _under_way(stage: Stage) -> None:
    """Wait until an attempt is past its commit point."""
    await _until(stage, lambda status: "waiting for the picture" in _doing(status))


async def _made(stage: Stage, more: int) -> None:
    """Wait until so many more pictures are made than now."""
    goal: list[int] = []

    def enough(status: m.Status) -> bool:
        done = status.batches[0].done
        goal.append(done + more)
        return done >= goal[0]

    await _until(stage, enough)


def _doing(status: m.Status) -> list[str]:
    return [tab.doing for account in status.accounts for tab in account.tabs]


async def _until(stage: Stage, met: Met) -> None:
    async with asyncio.timeout(SETTLE_SECONDS):
        while True:
            try:
                async with connect(stage.home) as client:
                    await _watch(client, met)
            except (LinkLostError, PressrunError):
                await asyncio.sleep(0.05)
            else:
                return


async def _watch(client: Client, met: Met) -> None:
    after = -1
    while True:
        status = await client.ask(calls.STATUS, m.StatusQuery(after=after, wait=5))
        if met(status):
            return
        after = status.revision


def _seconds(store: Path, times: list[float]) -> list[float]:
    """From each kill to the next durable step of the attempt that was open then."""
    found = []
    with closing(sqlite3.connect(store)) as connection:
        for at in times:
            row = connection.execute(
                "SELECT min(journal.at) FROM journal JOIN attempts ON attempts.id = attempt_id "
                "WHERE event NOT IN ('attempt.doubt', 'attempt.taken_up') "
                "AND journal.at > ? AND started_at < ? AND coalesce(attempts.ended_at, 1e18) > ?",
                (at, at, at),
            ).fetchone()
            if row[0] is not None:
                found.append(row[0] - at)
    return found
