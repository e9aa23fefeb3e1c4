"""How soon work continues after a kill: the time to the affected attempt's next step."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from pressrun.cli.client import Client, connect
from pressrun.errors import PressrunError
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchChoice, BatchStart
from pressrun.protocol.messages.status import Status, StatusQuery
from pressrun.protocol.rpc import LinkLostError
from trials.audit import RunAudit, audit
from trials.soak.kills import KINDS, Killer
from trials.soak.managed import ManagedStage
from trials.soak.steps import ENDS, STEPS

Met = Callable[[Status], bool]

PANELS = 2_000
"""More than are ever made."""

SETTLE_SECONDS = 60.0
"""The longest that work may take to go on after a kill, before the measurement fails."""

SPARE = 5
"""One kill more for so many: some come as the picture is received, and hit no attempt."""

UNDER_WAY = "waiting for the picture"
"""What a tab does between Send and the bytes."""

MOMENT_SECONDS = (0.05, 0.25)
"""How long after that it is killed: the chat has a name by then, and the picture is hardly made.
Before a chat has its name, a tab that is gone leaves its attempt to the history, which tells in
minutes."""


async def measure(
    folder: Path, kills: int, kinds: Iterable[str] = KINDS, seed: int = 1
) -> tuple[dict[str, list[float]], RunAudit]:
    """Kill each kind this often, one at a time, and measure how soon work goes on.

    One tab, pictures within half a second: an attempt has a durable step to take at any moment, so
    what is measured is the recovery and not the site.

    Returns:
        seconds by kind, in the order of the kills, and the audit of the whole run.
    """
    stage = ManagedStage(folder)
    stage.install()
    dice = random.Random(seed)  # noqa: S311 - replays a run
    killer = Killer(stage, dice)
    library, source = folder / "pictures", folder / "book.jsonl"
    source.write_text(
        "".join(
            json.dumps({"key": f"p{n:05d}", "prompt": f"Panel {n} of a short night"}) + "\n"
            for n in range(1, PANELS + 1)
        )
    )
    asked = BatchStart(source=str(source), library=str(library), tabs=1)
    try:
        await stage.start_replica(
            "--generation=0.2,0.5",
            "--page=0.05,0.1",
            "--size=256x256",
            f"--seed={seed}",
            "--behaviour",
            json.dumps({"url_lag_seconds": [0.0, 0.02], "hydration_seconds": [0.02, 0.05]}),
        )
        async with connect(stage.home) as client:
            await client.ask(calls.BATCH_START, asked)
        await stage.keep_browser()
        await _made(stage, 2)
        for kind in kinds:
            for _ in range(kills + -(-kills // SPARE)):
                # a keeper that saw so many deaths would grow slow
                await stage.keep_browser()
                await _until(stage, _under_way)
                await asyncio.sleep(dice.uniform(*MOMENT_SECONDS))
                await killer.kill(kind)
                await _made(stage, 2)
        async with connect(stage.home) as client:
            await client.ask(calls.BATCH_CANCEL, BatchChoice())
    finally:
        await stage.stop()
    return (
        {kind: recoveries(stage.home.store, at)[:kills] for kind, at in killer.at.items()},
        audit(stage.ledger(), stage.home.store, library),
    )


def _under_way(status: Status) -> bool:
    return any(tab.doing == UNDER_WAY for account in status.accounts for tab in account.tabs)


async def _made(stage: ManagedStage, more: int) -> None:
    """Wait until so many more pictures are made than now."""
    goal: list[int] = []

    def enough(status: Status) -> bool:
        done = status.batches[0].done
        goal.append(done + more)
        return done >= goal[0]

    await _until(stage, enough)


async def _until(stage: ManagedStage, met: Met) -> None:
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
        status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=5))
        if met(status):
            return
        after = status.revision


def recoveries(store: Path, kills: Iterable[float]) -> list[float]:
    """From each kill to the next durable step of what had been sent and not received by then."""
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute(
            "SELECT attempt_id, at, event FROM journal WHERE attempt_id IS NOT NULL ORDER BY id"
        ).fetchall()
    lives: dict[int, list[tuple[float, str]]] = {}
    for attempt, at, event in rows:
        lives.setdefault(attempt, []).append((at, event))
    return [
        later[0] - killed_at
        for killed_at in kills
        for life in lives.values()
        if is_under_way(life, killed_at)
        and (later := [at for at, event in life if at > killed_at and event in STEPS])
    ]


def is_under_way(life: list[tuple[float, str]], at: float) -> bool:
    """Whether an attempt with these events had been sent by then, and its picture not received."""
    past = {event for when, event in life if when <= at}
    return "attempt.submitting" in past and past.isdisjoint(ENDS)
