"""Claims at 1,000, 100,000 and 1,000,000 jobs, interleaved, and 10,000 panels imported."""

import asyncio
import contextlib
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from benches.result import Result
from pressrun.lists import prompts
from pressrun.picture.recipe import Recipe
from pressrun.press.allowance import allow
from pressrun.press.plan import plan
from pressrun.sites.profile import Pacing
from pressrun.states import Step
from pressrun.store import (
    accounts,
    attempts,
    batches,
    claims,
    dispatching,
    endings,
    opening,
    standing,
)
from pressrun.store.database import open_store
from pressrun.store.opening import Difference, NewJob, Order
from pressrun.store.writer import Writer

SIZES = (1_000, 100_000, 1_000_000)
CLAIMS = 600
"""At each size, in turns, so that a busy machine is busy for all."""
WARM_UP = 40
MOST_RATIO = 1.3
PANELS = 10_000
MOST_IMPORT_SECONDS = 5.0
PACING = Pacing(tabs=1_000, quiet=1_000, gap=0)


def run() -> list[Result]:
    """Measure claims with `synchronous=OFF`, and what else is asked for each picture."""
    with tempfile.TemporaryDirectory(prefix="pressrun-store-") as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> list[Result]:
    imported = await _import(folder)
    async with contextlib.AsyncExitStack() as stack:
        stores = {size: await _filled(folder, size) for size in SIZES}
        for store in stores.values():
            stack.push_async_callback(store.close)
        claims: dict[int, list[float]] = {size: [] for size in SIZES}
        asked: dict[int, list[float]] = {size: [] for size in SIZES}
        for number in range(WARM_UP + CLAIMS):
            now = 1_000.0 + number
            for size, store in stores.items():
                took = await _claim(store, now)
                looked = await _timed(store, _looked)
                if number >= WARM_UP:
                    claims[size].append(took)
                    asked[size].append(looked)
    results = [
        Result("import_s", f"{PANELS:,} panels imported", imported, "s", MOST_IMPORT_SECONDS)
    ]
    for what, times in (("claim", claims), ("ask", asked)):
        middle = {size: statistics.median(each) for size, each in times.items()}
        results += [
            Result(f"{what}_{size}_us", f"{what} at {size:,} jobs, median", each * 1e6, "µs")
            for size, each in middle.items()
        ]
        ratio = max(middle.values()) / min(middle.values())
        results.append(
            Result(f"{what}_ratio", f"{what}, slowest to fastest", ratio, "", MOST_RATIO)
        )
    return results


async def _import(folder: Path) -> float:
    """From a prompt list on disk to waiting jobs, durable, as `pressrun run` has it done."""
    source = folder / "book.jsonl"
    lines = [
        json.dumps({"key": f"ch{n // 100:03d}/{n}", "prompt": f"Panel {n}, seen from the harbour."})
        for n in range(PANELS)
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    store = await open_store(folder / "import.db")
    began = time.perf_counter()
    known = await store.do(standing.standing, "/library")
    wanted = plan(prompts.read(source).panels, known, set()).difference
    order = Order(str(source), "/library", "chatgpt", 8)
    await store.do(opening.start, 1.0, order, wanted)
    took = time.perf_counter() - began
    await store.close()
    return took


async def _filled(folder: Path, size: int) -> Writer:
    store = await open_store(folder / f"{size}.db", durable=False)
    await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    order = Order("/book.txt", "/library", "chatgpt", 32)
    for first in range(0, size, 50_000):
        new = [
            NewJob(n, f"k{n}", Recipe(f"prompt {n}"), n)
            for n in range(first, min(size, first + 50_000))
        ]
        await store.do(opening.start, 1.0, order, Difference(new=new))
    return store


async def _claim(store: Writer, now: float) -> float:
    """Time what a tab does to get its next job; the job is given up again, untimed."""
    took: list[float] = []

    def claim(connection: Connection) -> None:
        began = time.perf_counter()
        found = dispatching.begin(
            connection, now, lambda ledger, at: allow(ledger, PACING, at), account=1, tab=1
        )
        took.append(time.perf_counter() - began)
        assert found.attempt is not None  # noqa: S101 - there are more jobs than claims
        attempts.advance(connection, now, found.attempt, "D", Step.SUBMITTING)
        endings.fail(connection, now, found.attempt, "measured", retry_at=None)

    await store.do(claim)
    return took[0]


async def _timed(store: Writer, work: Callable[[Connection], object]) -> float:
    took: list[float] = []

    def timed(connection: Connection) -> None:
        began = time.perf_counter()
        work(connection)
        took.append(time.perf_counter() - began)

    await store.do(timed)
    return took[0]


def _looked(connection: Connection) -> None:
    """All else that press and views ask for each picture."""
    batches.tabs_wanted(connection)
    claims.next_due(connection, 1_000.0)
    batches.numbers(connection)
    batches.pace(connection, 1, 0.0)
    batches.unfinished(connection)
