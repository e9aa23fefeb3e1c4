"""Popup and studio with 10,000 panels, 5,000 pictures and 8 tabs at work, in a real browser."""

import argparse
import asyncio
import base64
import json
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
import urllib.parse
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import psutil

from benches.result import Result
from benches.studio import drawing, made
from pressrun.browser.devtools import DevTools, PageSession, devtools
from pressrun.cli.client import connect
from pressrun.install import shipped
from pressrun.library import decoding, thumbnails
from pressrun.library.thumbnails import SMALL
from pressrun.protocol import calls
from pressrun.protocol.messages.status import StatusQuery
from trials.soak.managed import ManagedStage

TABS = 8
GENERATION_SECONDS = (15.0, 30.0)
"""How long the site takes for a picture, which is at the quick end of the real one."""

OPENINGS = 9
"""So often each page is opened; what counts is the median."""

SCROLL_SECONDS = 30.0
KEYS = 60
"""Presses of each kind."""

TRIPS = 60
"""So many calls tell how long the way from a page to the host is."""

EVENT_SECONDS = 90.0
AHEAD = 16
"""So many panels before the one that is scrolled to are made next."""

SAMPLE = 60
"""Pictures of which small copies are made."""

WIDTH, HEIGHT = 1_920, 1_080

EXTENSION = f"chrome-extension://{shipped.extension_id()}"
POPUP, STUDIO = f"{EXTENSION}/popup/popup.html", f"{EXTENSION}/studio/studio.html"

PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")

TOLD = {"working": "attempt.claimed", "made": "attempt.done"}
"""What in the journal a panel's state follows from."""

VIRTUAL_KEYS = {"a": 65, "u": 85, "ArrowRight": 39, "Home": 36}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Take what is of this bench alone."""
    parser.add_argument(
        "--make", action="store_true", help="only make the book and its pictures (10 GB)"
    )
    parser.add_argument("--pictures", type=Path, help="folder for screenshots of what was measured")


def run(options: argparse.Namespace) -> list[Result]:
    """One host, one browser: the pages are opened, scrolled and typed into while tabs work."""
    return asyncio.run(_measure(options))


async def _measure(options: argparse.Namespace) -> list[Result]:
    stage = await made.stage()
    if options.make:
        return []
    rate, share = await asyncio.to_thread(_copying)
    async with _working(stage) as tools:
        # memory is that of one page which nothing was opened before
        page = await _page(tools, STUDIO)
        first: float = await page.until("bench.at.studio", within=60)
        frames = await page.run(f"bench.scroll({SCROLL_SECONDS})")
        await asyncio.sleep(2)
        uncollected = await asyncio.to_thread(_memory, stage)
        await page.do("HeapProfiler.collectGarbage")
        await asyncio.sleep(1)
        memory = await asyncio.to_thread(_memory, stage)
        await _shot(page, options.pictures, "scrolled")
        keys = await _keys(page)
        await _shot(page, options.pictures, "judged")
        trips = await page.run(f"bench.trips({TRIPS})")
        events, unseen = await _events(stage, page)
        await _shot(page, options.pictures, "events")
        await page.close()
        popup = [await _opened(tools, POPUP, "popup", options.pictures) for _ in range(OPENINGS)]
        studio = [await _opened(tools, STUDIO, "studio", None) for _ in range(OPENINGS)]
        copies = await _opened(tools, STUDIO, "copies", options.pictures)
        alive = await _alive(stage)
    await asyncio.to_thread(shutil.rmtree, stage.folder, ignore_errors=True)
    if not events:
        raise RuntimeError("nothing happened in the tabs; see the host's log")
    # the record is written when the host hears from the tab, whose message came all the way
    way = statistics.median(trips) / 2
    events = [each + way for each in events]
    return [
        Result("popup_ms", "popup complete, median", statistics.median(popup), "ms", most=300),
        Result("popup_max_ms", "slowest", max(popup), "ms"),
        Result("studio_ms", "studio usable, median", statistics.median(studio), "ms", most=1_000),
        Result("studio_max_ms", "slowest", max(studio), "ms"),
        Result("studio_first_ms", "the first time since the host began", first, "ms"),
        Result("copies_ms", "all pictures in sight shown", copies, "ms"),
        Result("frame_p99_ms", "frames of scrolling, 99th percentile", _at(frames, 0.99), "ms", 50),
        Result("frame_max_ms", "longest frame", max(frames), "ms", most=150),
        Result("page_mb", "memory of the studio and the worker", memory, "MB", most=200),
        Result("uncollected_mb", "before garbage was collected", uncollected, "MB"),
        Result("key_p95_ms", "key to its effect, 95th percentile", _at(keys, 0.95), "ms", most=100),
        Result("key_max_ms", "slowest", max(keys), "ms"),
        Result("event_p95_ms", "event to view, 95th percentile", _at(events, 0.95), "ms", most=150),
        Result("event_max_ms", "slowest", max(events), "ms"),
        Result("event_way_ms", "of that the way from the tab to the host, median", way, "ms"),
        Result("events", "events seen", len(events)),
        Result("unseen", "events in sight that were not seen", unseen, "", most=0),
        Result("copies_per_s", "small copies made a second, one core", rate),
        Result("copies_share", "of what decoding alone makes", share),
        Result("tabs", "tabs at work in the end", alive, "", least=TABS - 1),
        Result("load", "load of the machine in the end", os.getloadavg()[0]),
    ]


def _at(values: Sequence[float], share: float) -> float:
    """A percentile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _copying() -> tuple[float, float]:
    """How many small copies one core makes a second, and the share of decoding alone."""
    with tempfile.TemporaryDirectory(prefix="pressrun-copies-") as folder:
        library = Path(folder)
        (library / ".pressrun").mkdir()
        paths = []
        for number, data in enumerate(drawing.pictures(SAMPLE, seed=2)):
            paths.append(library / f"{number}.png")
            paths[-1].write_bytes(data)
        began = time.thread_time()
        for path in paths:
            decoding.decode(path, "")
        decoded = time.thread_time()
        for number, path in enumerate(paths):
            thumbnails.make(library, SMALL, path, f"{number:064}")
        ended = time.thread_time()
    return SAMPLE / (ended - decoded), (decoded - began) / (ended - decoded)


@asynccontextmanager
async def _working(stage: ManagedStage) -> AsyncIterator[DevTools]:
    """Have all tabs at work on the book."""
    try:
        await stage.start_replica(
            f"--generation={GENERATION_SECONDS[0]},{GENERATION_SECONDS[1]}",
            "--size=512x768",
            "--weight=2000000",
        )
        async with connect(stage.home) as client:
            await client.ask(calls.STATUS, StatusQuery())
        await stage.keep_browser()
        async with asyncio.timeout(180):
            while await _alive(stage) < TABS:  # noqa: ASYNC110 - the status tells of more than this
                await asyncio.sleep(1)
        async with devtools(stage.profile, answer_seconds=120) as tools:
            yield tools
    finally:
        await stage.stop()


async def _alive(stage: ManagedStage) -> int:
    async with connect(stage.home) as client:
        status = await client.ask(calls.STATUS, StatusQuery())
    return sum(batch.working for batch in status.batches)


async def _page(tools: DevTools, url: str) -> PageSession:
    """A page of the extension with the probe in it, in front."""
    page = await tools.page("about:blank")
    await page.do("Page.enable")
    await page.do(
        "Emulation.setDeviceMetricsOverride",
        width=WIDTH,
        height=HEIGHT,
        deviceScaleFactor=1,
        mobile=False,
    )
    await page.do("Emulation.setFocusEmulationEnabled", enabled=True)
    await page.do("Page.addScriptToEvaluateOnNewDocument", source=PROBE)
    await page.do("Page.bringToFront")
    await page.do("Page.navigate", url=url)
    await page.until("globalThis.bench !== undefined")
    return page


async def _opened(tools: DevTools, url: str, whole: str, pictures: Path | None) -> float:
    """How long a page takes until it is whole, in milliseconds."""
    page = await _page(tools, url)
    took: float = await page.until(f"bench.at.{whole}", within=30)
    await _shot(page, pictures, whole)
    await page.close()
    return took


async def _shot(page: PageSession, folder: Path | None, name: str) -> None:
    if folder is None:
        return
    told = await page.do("Page.captureScreenshot", format="png")
    await asyncio.to_thread(_save, folder, name, told["data"])


def _save(folder: Path, name: str, data: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.png").write_bytes(base64.b64decode(data))


def _memory(stage: ManagedStage) -> float:
    """The private memory of the extension's pages and its worker in MB, as Chrome's tasks tell it.

    Decoded pictures are in memory that the browser shares and takes back when it is short.
    """
    browser = psutil.Process(stage.browser_process())
    kilobytes = 0
    for each in browser.children(recursive=True):
        if "--extension-process" in each.cmdline():
            lines = Path(f"/proc/{each.pid}/status").read_text(encoding="utf-8").splitlines()
            told = dict(line.split(":", 1) for line in lines)
            kilobytes += sum(int(told[name].split()[0]) for name in ("RssAnon", "VmSwap"))
    return kilobytes * 1_024 / 1e6


async def _press(page: PageSession, key: str) -> None:
    known = {
        "key": key,
        "code": f"Key{key.upper()}" if len(key) == 1 else key,
        "windowsVirtualKeyCode": VIRTUAL_KEYS[key],
    }
    text = {"text": key} if len(key) == 1 else {}
    await page.do("Input.dispatchKeyEvent", type="keyDown", **known, **text)
    await page.do("Input.dispatchKeyEvent", type="keyUp", **known)


async def _keys(page: PageSession) -> list[float]:
    """How long the effects of keys take to be seen, in milliseconds."""
    await page.run("document.querySelector('[data-part=grid]').focus()")
    await _press(page, "Home")
    await asyncio.sleep(1)
    for number in range(KEYS):
        for key, changes in (("ArrowRight", "class"), ("a", "data-reviewed")):
            if key == "a" and number % 3 == 2:  # noqa: PLR2004 - each third one is taken back
                key = "u"  # noqa: PLW2901 - as said
            before = await page.run("bench.keys.length")
            await page.run(f"bench.expect({json.dumps(changes)})")
            await _press(page, key)
            try:
                await page.until(f"bench.keys.length > {before}", within=2)
            except TimeoutError:
                # what is approved already does not change
                continue
            await asyncio.sleep(0.05)
    times: list[float] = await page.run("bench.keys")
    return times


async def _events(stage: ManagedStage, page: PageSession) -> tuple[list[float], int]:
    """How long it takes from the record of what a tab did to its being seen, and how many are not.

    The record is written as soon as the host hears from the tab.
    """
    first = await asyncio.to_thread(_next, stage)
    place = f"view=grid&key={urllib.parse.quote(first, safe='')}"
    await page.run(f"location.hash = {json.dumps(place)}")
    await asyncio.sleep(3)
    shown = set(await page.run("bench.shown()"))
    began = time.time()
    await page.run("bench.events.length = 0")
    await asyncio.sleep(EVENT_SECONDS)
    seen = await page.run("bench.events")
    written = await asyncio.to_thread(_written, stage, began, time.time() - 2)
    times, unseen = list[float](), 0
    for key, state, at in written:
        if key not in shown:
            continue
        after = [each["at"] for each in seen if (each["key"], each["state"]) == (key, state)]
        later = [each for each in after if each >= at - 0.05]
        if later:
            times.append(max(0.0, (min(later) - at) * 1e3))
        else:
            unseen += 1
    return times, unseen


def _next(stage: ManagedStage) -> str:
    """A panel that is made soon: what is made before it is in sight when it is."""
    with closing(sqlite3.connect(f"file:{stage.home.store}?mode=ro", uri=True)) as connection:
        (found,) = connection.execute(
            "SELECT key FROM jobs WHERE state = 'waiting' ORDER BY place LIMIT 1 OFFSET ?",
            (AHEAD,),
        ).fetchone()
    return str(found)


def _written(stage: ManagedStage, after: float, before: float) -> list[tuple[str, str, float]]:
    """What the journal has: panel, what its state became, and when."""
    states = {event: state for state, event in TOLD.items()}
    with closing(sqlite3.connect(f"file:{stage.home.store}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT jobs.key, journal.event, journal.at FROM journal "
            "JOIN jobs ON jobs.id = journal.job_id WHERE journal.at BETWEEN ? AND ? "
            "AND journal.event IN ('attempt.claimed', 'attempt.done')",
            (after, before),
        ).fetchall()
    return [(key, states[event], at) for key, event, at in rows]
