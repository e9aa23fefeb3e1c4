"""How much faster 8 tabs are than one, and where the rest of a tab's time goes."""

import asyncio
import json
import os
import sqlite3
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from benches.batch import make
from benches.result import Result
from pressrun.cli.client import connect
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.status import StatusQuery
from pressrun.simulator.ledger import SiteLedger, SitePicture, Submission
from trials.soak.managed import ManagedStage

TABS = (1, 2, 4, 8)
ROUNDS = 8
"""Pictures of each tab."""

GENERATION_SECONDS = 10.0
PAGE_SECONDS = (0.3, 1.0)
WEIGHT = 2_000_000
"""Bytes of a picture, as the site's are."""

LEAST_SPEEDUP = 6.8
LEAST_USE = 0.85
MOST_DEAD_MS = 500.0

PARTS = {
    "noticed": "picture there to picture seen",
    "received": "seen to durable",
    "claimed": "durable to the next job",
    "loaded": "the page's own loading",
    "mode": "image mode",
    "written": "prompt written, read back",
    "sent": "commit point and Send",
}
"""What a tab does between two generations."""


Name = tuple[int, int]
"""An attempt by its job and its number."""


@dataclass(frozen=True)
class Leg:
    """One batch with so many tabs, by the site's own ledger."""

    tabs: int
    pictures: int
    wall: float
    """From its first submission to its last picture, in seconds."""

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.pictures / self.wall

    @property
    def use(self) -> float:
        """How much of the tabs' time the site was at work."""
        return self.pictures * GENERATION_SECONDS / (self.tabs * self.wall)


def run() -> list[Result]:
    """One replica without a throttle, one browser, one batch after another."""
    with tempfile.TemporaryDirectory(prefix="pressrun-tabs-") as folder:
        stage = ManagedStage(Path(folder))
        asyncio.run(_play(stage))
        ledger = stage.ledger()
        legs = {tabs: _leg(ledger, tabs) for tabs in TABS}
        turns = list(_turns(stage, ledger))
    fastest = legs[TABS[-1]]
    dead = [sum(parts.values()) - parts["noticed"] - parts["loaded"] for parts in turns]
    results = [
        Result(f"use_{tabs}", f"tab use, {tabs} tabs", leg.use) for tabs, leg in legs.items()
    ]
    return [
        Result(
            "speedup_8", "8 tabs as fast as", fastest.rate / legs[1].rate, "×", least=LEAST_SPEEDUP
        ),
        Result("tab_use_8", "tab use, 8 tabs", fastest.use, least=LEAST_USE),
        Result(
            "dead_ms", "our dead time, median", statistics.median(dead) * 1e3, "ms", MOST_DEAD_MS
        ),
        *results[:-1],
        *(
            Result(f"{part}_ms", what, statistics.median(each[part] for each in turns) * 1e3, "ms")
            for part, what in PARTS.items()
        ),
        Result("turns", "turns of a tab measured", len(turns)),
        Result("load", "load of the machine in the end", os.getloadavg()[0]),
    ]


async def _play(stage: ManagedStage) -> None:
    stage.install()
    try:
        await stage.start_replica(
            f"--generation={GENERATION_SECONDS},{GENERATION_SECONDS}",
            f"--page={PAGE_SECONDS[0]},{PAGE_SECONDS[1]}",
            "--size=512x512",
            f"--weight={WEIGHT}",
            "--behaviour",
            json.dumps({"hydration_seconds": [0.0, 0.1]}),
        )
        async with connect(stage.home) as client:
            await client.ask(calls.STATUS, StatusQuery())
        await stage.keep_browser()
        for tabs in TABS:
            await _make(stage, tabs)
    finally:
        await stage.stop()


async def _make(stage: ManagedStage, tabs: int) -> None:
    """Have a batch made to its end."""
    source = stage.folder / f"{tabs}.jsonl"
    source.write_text(
        "".join(
            json.dumps({"key": f"p{n:03d}", "prompt": f"{_words(tabs)} {n}, by a lamplighter"})
            + "\n"
            for n in range(1, tabs * ROUNDS + 1)
        )
    )
    library = str(stage.folder / f"pictures-{tabs}")
    # what is measured is a fresh chat a picture, the page's own load and all
    asked = BatchStart(source=str(source), library=library, tabs=tabs, chats=1)
    await make(stage, asked)


def _words(tabs: int) -> str:
    return f"A wall lit from {tabs} sides, part"


def _leg(ledger: SiteLedger, tabs: int) -> Leg:
    ours = [each for each in ledger.submissions if each.prompt.startswith(_words(tabs))]
    turns = {each.turn for each in ours}
    ends = [each.time for each in ledger.pictures if each.turn in turns]
    return Leg(tabs, len(ends), max(ends) - min(each.time for each in ours))


def _turns(stage: ManagedStage, ledger: SiteLedger) -> Iterator[dict[str, float]]:
    """What each tab did from one generation to the next: seconds of each part."""
    shown = _shown(stage)
    attempts = _attempts(stage)
    submitted = {each.turn: each for each in ledger.submissions}
    drawn = {each.turn: each for each in ledger.pictures}
    by_tab: defaultdict[tuple[str, int], list[sqlite3.Row]] = defaultdict(list)
    for row in attempts:
        by_tab[row["library"], row["tab"]].append(row)
    for rows in by_tab.values():
        for before, after in pairwise(rows):
            yield _parts(before, after, drawn[before["turn"]], submitted[after["turn"]], shown)


def _parts(
    before: sqlite3.Row,
    after: sqlite3.Row,
    picture: SitePicture,
    submission: Submission,
    shown: dict[Name, dict[str, float]],
) -> dict[str, float]:
    steps = shown[after["job_id"], after["number"]]
    times = [
        picture.time,
        before["made"],
        before["received"],
        steps["opening a new chat"],
        steps["turning on image mode"],
        steps["writing the prompt"],
        after["submitting"],
        submission.time,
    ]
    spans = pairwise(times)
    return {part: end - begin for part, (begin, end) in zip(PARTS, spans, strict=True)}


def _attempts(stage: ManagedStage) -> list[sqlite3.Row]:
    """Every attempt, with when it took which step."""
    with closing(sqlite3.connect(stage.home.store)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(
            """
            SELECT attempts.job_id, attempts.number, attempts.tab, attempts.turn, batches.library,
              MAX(journal.at) FILTER (WHERE journal.event = 'attempt.submitting') AS submitting,
              MAX(journal.at) FILTER (WHERE journal.event = 'attempt.made') AS made,
              MAX(journal.at) FILTER (WHERE journal.event = 'attempt.received') AS received
            FROM attempts
            JOIN jobs ON jobs.id = attempts.job_id
            JOIN batches ON batches.id = jobs.batch_id
            JOIN journal ON journal.attempt_id = attempts.id
            WHERE attempts.ending = 'done'
            GROUP BY attempts.id ORDER BY attempts.id
            """
        ).fetchall()


def _shown(stage: ManagedStage) -> dict[Name, dict[str, float]]:
    """When each attempt began to do what, by the host's log."""
    shown: defaultdict[Name, dict[str, float]] = defaultdict(dict)
    for path in sorted(stage.home.log.parent.glob(f"{stage.home.log.name}*")):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry["event"] == "tab_does" and "job" in entry:
                at = datetime.fromisoformat(entry["timestamp"]).timestamp()
                shown[entry["job"], entry["attempt"]].setdefault(entry["doing"], at)
    return shown
