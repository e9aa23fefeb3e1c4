"""`python -m trials.demo`: make a small book through real browser tabs, on this machine alone."""

import argparse
import asyncio
import contextlib
import json
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from pressrun.browser.find import find_browser
from pressrun.browser.launch import has_display
from pressrun.cli.client import connect
from pressrun.cli.display import Display, counts
from pressrun.cli.follow import follow
from pressrun.errors import BadInputError, Exit, PressrunError
from pressrun.library import sheet
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.batch import BatchChoice, BatchStart, BatchStatus
from pressrun.protocol.messages.status import StatusQuery
from trials.demo.book import panels
from trials.replica.stage import Stage

MOST_PANELS = 10_000
MOST_TABS = 16
FINISH_SECONDS = 60.0
"""How long pictures under way may take to be finished after Ctrl-C."""


@dataclass(frozen=True)
class Wish:
    """What the demo was asked for."""

    folder: Path
    pictures: Path
    panels: int
    tabs: int
    headless: bool
    fresh: bool


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; returns the exit code."""
    wish = _wish(arguments)
    try:
        return asyncio.run(_play(wish, Console()))
    except PressrunError as error:
        sys.stderr.write(f"demo: {error}\n")
        return error.exit
    except KeyboardInterrupt:
        sys.stderr.write("\ndemo: stopped at once; the next run continues\n")
        return Exit.INTERRUPTED


def _wish(arguments: list[str] | None) -> Wish:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Make a small comic through real Chromium tabs, against a local replica of "
        "the site. Nothing leaves this machine.",
    )
    parser.add_argument("--panels", type=int, default=24, metavar="N", help="pictures (24)")
    parser.add_argument("--tabs", type=int, default=3, metavar="N", help="tabs at once (3)")
    parser.add_argument("--headless", action="store_true", help="show no browser window")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs made")
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="folder for the pictures (demo/pictures)"
    )
    parser.add_argument("--folder", type=Path, default=Path("demo"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if not 1 <= given.panels <= MOST_PANELS:
        parser.error(f"--panels takes 1 to {MOST_PANELS:,}")
    if not 1 <= given.tabs <= MOST_TABS:
        parser.error(f"--tabs takes 1 to {MOST_TABS}")
    folder = given.folder.resolve()
    return Wish(
        folder=folder,
        pictures=(given.output or folder / "pictures").resolve(),
        panels=given.panels,
        tabs=given.tabs,
        headless=given.headless or not has_display(),
        fresh=given.fresh,
    )


async def _play(wish: Wish, console: Console) -> int:
    if wish.pictures.exists() and not wish.pictures.is_dir():
        raise BadInputError(f"{wish.pictures} is a file; pictures need a folder")
    program = find_browser()
    stage = Stage(wish.folder, headless=wish.headless)
    stage.end_left_over()
    if wish.fresh:
        await _forget(stage, wish)
    stage.install()
    source = wish.folder / "book.jsonl"
    source.write_text(
        "".join(
            json.dumps({"key": panel.key, "prompt": panel.prompt}, ensure_ascii=False) + "\n"
            for panel in panels(wish.panels)
        ),
        encoding="utf-8",
    )
    asked = BatchStart(source=str(source), library=str(wish.pictures), tabs=wish.tabs)
    try:
        async with connect(stage.home) as client:
            started = await client.ask(calls.BATCH_START, asked)
        if started.batch is None:
            _tell(console, stage, wish)
            console.print(f"{started.made}/{started.wanted} pictures", highlight=False)
            return Exit.OK if started.made == started.wanted else Exit.NEEDS_YOU
        console.print(
            f"Making {wish.panels} panels in {wish.tabs} tabs of {program.name}, "
            f"{'headless' if wish.headless else 'in a window'}, against the local replica.",
            highlight=False,
        )
        await stage.start_replica("--generation=3,6", "--page=0.3,1")
        await stage.start_browser("about:blank")
        last = await _watch(stage, started.batch, console)
        await _stop_host(stage)
        if last is None:
            console.print("Stopped; the next run continues.")
            return Exit.INTERRUPTED
        _tell(console, stage, wish)
        if attention := counts(last):
            console.print(attention, highlight=False)
        console.print(f"{last.done}/{last.total} pictures", highlight=False)
        return Exit.OK if last.done == last.total else Exit.NEEDS_YOU
    finally:
        await _stop_host(stage)
        await stage.stop()


async def _watch(stage: Stage, batch: int, console: Console) -> BatchStatus | None:
    """Follow the batch to its end, or to Ctrl-C; None for the latter."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with Display(console) as display:
        following = asyncio.create_task(follow(stage.home, batch, display))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
        # a second Ctrl-C ends the demo at once
        loop.remove_signal_handler(signal.SIGINT)
        if following.done():
            stopping.cancel()
            return following.result()
        following.cancel()
    console.print("Finishing the pictures under way; Ctrl-C again stops at once.")
    async with connect(stage.home) as client:
        await client.ask(calls.BATCH_PAUSE, BatchChoice(batch=batch))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FINISH_SECONDS):
                status = await client.ask(calls.STATUS, StatusQuery())
                while any(known.working for known in status.batches):
                    again = StatusQuery(after=status.revision, wait=5)
                    status = await client.ask(calls.STATUS, again)
    return None


async def _stop_host(stage: Stage) -> None:
    with contextlib.suppress(PressrunError):
        async with connect(stage.home, start=False) as client:
            await client.ask(calls.HOST_STOP, Nothing())


async def _forget(stage: Stage, wish: Wish) -> None:
    """Remove what earlier runs left; of a folder that the author named, only our own pictures."""
    await _stop_host(stage)
    for name in ("home", "replica", "browser"):
        shutil.rmtree(wish.folder / name, ignore_errors=True)
    if wish.pictures == wish.folder / "pictures":
        shutil.rmtree(wish.pictures, ignore_errors=True)


def _tell(console: Console, stage: Stage, wish: Wish) -> None:
    ledger = stage.ledger()
    for what, where in (
        ("Pictures", str(wish.pictures)),
        ("Contact sheet", str(wish.pictures / sheet.NAME)),
        ("Log", str(stage.home.log)),
        (
            "The site's ledger",
            f"{len(ledger.submissions)} submissions, {len(ledger.pictures)} pictures",
        ),
    ):
        console.print(f"{what + ':':19}{where}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
