"""How much a running batch is slowed down while 10,000 pictures are measured beside it."""

import asyncio
import contextlib
import hashlib
import io
import json
import os
import random
import signal
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
from PIL import Image, ImageDraw
from sqlalchemy import Connection, insert

from benches.batch import make
from benches.result import Result
from pressrun.cli.client import connect
from pressrun.library.shelf import OWN
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.status import StatusQuery
from pressrun.simulator.ledger import SiteLedger
from pressrun.states import BatchState, Ending, JobState, PictureState, Step
from pressrun.store import accounts
from pressrun.store.database import open_store
from pressrun.store.tables import attempts, batches, images, jobs
from trials.soak.managed import ManagedStage

BACKLOG = 10_000
SIDE = 256

TABS = 4
ROUNDS = 5
"""Pictures of each tab in a leg."""

GENERATION_SECONDS = 5.0

LEGS = "psspps"
"""In which of them the gauge is played, and in which it is stopped; what changes over time meets
both alike."""

MOST_SLOWED = 2.0


def run() -> list[Result]:
    """One replica, one browser, one host with a backlog; batches with the gauge, and without."""
    with tempfile.TemporaryDirectory(prefix="pressrun-measuring-") as folder:
        stage = ManagedStage(Path(folder))
        asyncio.run(_seed(stage))
        spans = asyncio.run(_play(stage))
        ledger = stage.ledger()
        measured, left = _measured(stage, spans)
    rates = {
        how: [_rate(ledger, leg) for leg, each in enumerate(LEGS) if each == how] for how in "ps"
    }
    with_it, without = (statistics.fmean(rates[each]) for each in "ps")
    return [
        Result("slowed", "slowed down by", (1 - with_it / without) * 100, "%", most=MOST_SLOWED),
        Result("rate_with", "with the gauge", with_it * 60, "pictures a minute"),
        Result("rate_without", "without", without * 60, "pictures a minute"),
        Result("measured", "measured meanwhile", measured, "pictures a second"),
        Result("left", "backlog in the end", left, "pictures"),
        Result("load", "load of the machine in the end", os.getloadavg()[0]),
    ]


def _drawn(number: int) -> bytes:
    """A picture of its own, with lines and areas enough to take some measuring."""
    draw = random.Random(number)  # noqa: S311 - a picture, no secret
    image = Image.new("RGB", (SIDE, SIDE), tuple(draw.randrange(120, 256) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(30):
        corners = [draw.randrange(SIDE) for _ in range(4)]
        colour = tuple(draw.randrange(256) for _ in range(3))
        pen.line(corners, fill=colour, width=draw.randrange(1, 6))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()


async def _seed(stage: ManagedStage) -> None:
    """Leave a library of pictures on record that were never measured."""
    stage.home.make()
    library = stage.folder / "backlog"
    (library / OWN).mkdir(parents=True)
    told = []
    for number in range(BACKLOG):
        data = _drawn(number)
        (library / f"p{number:05}.jpg").write_bytes(data)
        told.append((number, hashlib.sha256(data).hexdigest(), len(data)))
    store = await open_store(stage.home.store)
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="author", mark="m")
    await store.do(_record, str(library), account, told)
    await store.close()


def _record(
    connection: Connection, library: str, account: int, told: list[tuple[int, str, int]]
) -> None:
    batch = {
        "id": 1,
        "source": f"{library}.txt",
        "library": library,
        "site": "chatgpt",
        "tabs": 1,
        "state": BatchState.DONE,
        "made_before": 0,
        "created_at": 1.0,
        "ended_at": 2.0,
    }
    connection.execute(insert(batches), batch)
    words = "0" * 64
    connection.execute(
        insert(jobs),
        [
            {
                "id": number + 1,
                "batch_id": 1,
                "ordinal": number,
                "place": number,
                "key": f"p{number:05}",
                "prompt": "A panel",
                "prompt_sha256": words,
                "state": JobState.DONE,
                "ended_at": 2.0,
            }
            for number, _, _ in told
        ],
    )
    connection.execute(
        insert(attempts),
        [
            {
                "id": number + 1,
                "job_id": number + 1,
                "number": 1,
                "account_id": account,
                "tab": 1,
                "step": Step.DONE,
                "ending": Ending.DONE,
                "started_at": 1.0,
                "ended_at": 2.0,
                "sha256": sha256,
            }
            for number, sha256, _ in told
        ],
    )
    connection.execute(
        insert(images),
        [
            {
                "sha256": sha256,
                "library": library,
                "key": f"p{number:05}",
                "place": PictureState.CURRENT,
                "path": f"p{number:05}.jpg",
                "attempt_id": number + 1,
                "prompt_sha256": words,
                "bytes": size,
                "width": SIDE,
                "height": SIDE,
                "media": "image/jpeg",
                "filed_at": 2.0,
            }
            for number, sha256, size in told
        ],
    )


async def _play(stage: ManagedStage) -> list[tuple[float, float]]:
    """Make a batch for each leg; returns when each began and ended."""
    spans = []
    stage.install()
    try:
        await stage.start_replica(
            f"--generation={GENERATION_SECONDS},{GENERATION_SECONDS}",
            "--page=0.3,0.6",
            "--size=512x512",
            "--behaviour",
            json.dumps({"hydration_seconds": [0.0, 0.1]}),
        )
        async with connect(stage.home) as client:
            await client.ask(calls.STATUS, StatusQuery())
        await stage.keep_browser()
        await _make(stage, -1)
        for leg, how in enumerate(LEGS):
            with _stopped(stage) if how == "s" else contextlib.nullcontext():
                began = time.time()
                await _make(stage, leg)
                spans.append((began, time.time()))
    finally:
        await stage.stop()
    return spans


async def _make(stage: ManagedStage, leg: int) -> None:
    source = stage.folder / f"leg{leg}.jsonl"
    lines = (
        json.dumps({"key": f"p{number:03}", "prompt": f"{_words(leg)} {number}"}) + "\n"
        for number in range(TABS * ROUNDS)
    )
    source.write_text("".join(lines))
    library = str(stage.folder / f"pictures{leg}")
    await make(stage, BatchStart(source=str(source), library=library, tabs=TABS, chats=1))


def _words(leg: int) -> str:
    return f"A wall lit {leg + 2} times, part"


def _rate(ledger: SiteLedger, leg: int) -> float:
    """Pictures a second, from the first submission of a leg to its last picture."""
    ours = [each for each in ledger.submissions if each.prompt.startswith(_words(leg))]
    turns = {each.turn for each in ours}
    ends = [each.time for each in ledger.pictures if each.turn in turns]
    return len(ends) / (max(ends) - min(each.time for each in ours))


@contextlib.contextmanager
def _stopped(stage: ManagedStage) -> Iterator[None]:
    """Have the gauge stand still."""
    host = psutil.Process(stage.host_process())
    gauges = [each for each in host.children() if "pressrun.gauge" in each.cmdline()]
    for each in gauges:
        each.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in gauges:
            each.send_signal(signal.SIGCONT)


def _measured(stage: ManagedStage, spans: list[tuple[float, float]]) -> tuple[float, int]:
    """Pictures measured a second where the gauge was played, and how many were not in the end."""
    with closing(sqlite3.connect(stage.home.store)) as connection:
        times = [row[0] for row in connection.execute("SELECT measured_at FROM measures")]
    played = [span for span, how in zip(spans, LEGS, strict=True) if how == "p"]
    count = sum(began <= each <= ended for each in times for began, ended in played)
    return count / sum(ended - began for began, ended in played), BACKLOG - len(times)
