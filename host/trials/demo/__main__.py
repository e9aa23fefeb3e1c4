"""`python -m trials.demo`: make a comic in real browser tabs, without the real site."""

import argparse
import asyncio
import contextlib
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from pressrun.browser.find import find_browser
from pressrun.browser.launch import has_display
from pressrun.cli.client import Client, connect
from pressrun.cli.display import Display, counts
from pressrun.cli.follow import follow
from pressrun.errors import BadInputError, Exit, NotFoundError, PressrunError
from pressrun.library import sheet
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.batch import BatchChoice, BatchStart, BatchStatus
from pressrun.protocol.messages.decision import BasedOn, DecideOrder
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.messages.style import StyleQuery
from pressrun.protocol.rpc import LinkLostError
from pressrun.states import AuthorAct
from trials.demo.work import SHEET, ExampleBook, PromptList, Work
from trials.replica.stage import Stage

MOST_PANELS = 10_000
MOST_TABS = 16
FINISH_SECONDS = 60.0
"""How long pictures under way may take to be finished after Ctrl-C."""

LOOK_SECONDS = 0.5
"""How often the author of the demo looks whether the sheet is there."""

APPROVED_STEP = 3
"""Every third picture is approved: light and places differ, and the style does not."""

COMPARE_SECONDS = 20.0
"""How long the last pictures may take to be measured and compared."""

KINDS = ("cbz", "pdf", "html")
"""What the book is exported as."""


@dataclass(frozen=True)
class Wish:
    """What the demo was asked for."""

    folder: Path
    work: Work
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
        "the site, and export it. Nothing leaves this machine.",
    )
    parser.add_argument(
        "--panels",
        type=int,
        metavar="N",
        help="make this many pictures of a plain prompt list, and no book",
    )
    parser.add_argument(
        "--tabs", type=int, default=3, metavar="N", help="tabs at once (default: 3)"
    )
    parser.add_argument("--headless", action="store_true", help="do not show a browser window")
    parser.add_argument(
        "--fresh", action="store_true", help="delete what earlier runs made and start again"
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="with --panels: folder for the pictures (default: demo/pictures)",
    )
    parser.add_argument("--folder", type=Path, default=Path("demo"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.panels is not None and not 1 <= given.panels <= MOST_PANELS:
        parser.error(f"--panels must be from 1 to {MOST_PANELS:,}")
    if given.output is not None and given.panels is None:
        parser.error("--output goes with --panels; a book's pictures are in the book's folder")
    if not 1 <= given.tabs <= MOST_TABS:
        parser.error(f"--tabs must be from 1 to {MOST_TABS}")
    folder = given.folder.resolve()
    work: Work = ExampleBook(folder / "book")
    if given.panels is not None:
        pictures = (given.output or folder / "pictures").resolve()
        work = PromptList(folder / "book.jsonl", pictures, given.panels, given.output is None)
    headless = given.headless or not has_display()
    return Wish(folder, work, given.tabs, headless, given.fresh)


async def _play(wish: Wish, console: Console) -> int:
    work = wish.work
    if work.pictures.exists() and not work.pictures.is_dir():
        raise BadInputError(f"{work.pictures} is a file; choose a folder for the pictures")
    program = find_browser()
    stage = Stage(wish.folder, headless=wish.headless)
    stage.end_left_over()
    if wish.fresh:
        await _forget(stage, work)
    stage.install()
    work.write()
    library = str(work.pictures) if isinstance(work, PromptList) else None
    asked = BatchStart(source=str(work.source), library=library, tabs=wish.tabs)
    try:
        async with connect(stage.home) as client:
            started = await client.ask(calls.BATCH_START, asked)
        last = None
        if started.batch is not None:
            console.print(
                f"Making {work.what} in {wish.tabs} tabs of {program.name}, "
                f"{'headless' if wish.headless else 'in a window'}, against the local replica.",
                highlight=False,
            )
            await stage.start_replica("--generation=2,4", "--page=0.3,1")
            await stage.start_browser("about:blank")
            last = await _watch(stage, started.batch, work, console)
            await _stop_host(stage)
            if last is None:
                console.print("Stopped; the next run continues.")
                return Exit.INTERRUPTED
        made, wanted = (last.done, last.total) if last else (started.made, started.wanted)
        if isinstance(work, ExampleBook):
            await _export(work, console)
            await _show_style(stage, work, console)
        _tell(console, stage, work)
        if last and (attention := counts(last)):
            console.print(attention, highlight=False)
        console.print(f"{made}/{wanted} pictures", highlight=False)
        return Exit.OK if made == wanted else Exit.NEEDS_YOU
    finally:
        await _stop_host(stage)
        await stage.stop()


async def _watch(stage: Stage, batch: int, work: Work, console: Console) -> BatchStatus | None:
    """Follow the batch to its end, or to Ctrl-C; None for the latter."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with Display(console) as display:
        following = asyncio.create_task(_follow(stage, batch, work, display, console))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
        # a second Ctrl-C ends the demo at once
        loop.remove_signal_handler(signal.SIGINT)
        if following.done():
            stopping.cancel()
            return following.result()
        following.cancel()
    console.print("Finishing the pictures in progress; press Ctrl-C again to stop at once.")
    async with connect(stage.home) as client:
        await client.ask(calls.BATCH_PAUSE, BatchChoice(batch=batch))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FINISH_SECONDS):
                status = await client.ask(calls.STATUS, StatusQuery())
                while any(known.working for known in status.batches):
                    again = StatusQuery(after=status.revision, wait=5)
                    status = await client.ask(calls.STATUS, again)
    return None


async def _follow(
    stage: Stage, batch: int, work: Work, display: Display, console: Console
) -> BatchStatus:
    """Follow a batch to its end; meanwhile approve the sheet that others wait for."""
    if isinstance(work, PromptList):
        return await follow(stage.home, batch, display)
    approving = asyncio.create_task(_approve(stage, work, console))
    try:
        last = await follow(stage.home, batch, display)
        if last.done < last.total and not approving.done():
            await approving  # all that is left waits for it
            last = await follow(stage.home, batch, display)
        return last
    finally:
        approving.cancel()


async def _approve(stage: Stage, work: ExampleBook, console: Console) -> None:
    """Approve the sheet as soon as it is there, as an author who likes it does."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if not work.sheet.exists():
            continue
        with contextlib.suppress(LinkLostError):
            async with connect(stage.home) as client:
                order = DecideOrder(act=AuthorAct.APPROVE, panels=[BasedOn(key=SHEET)])
                decided = await client.ask(calls.REVIEW_DECIDE, order)
            if decided.pinned:
                console.print(
                    f"Mara's sheet is made. The demo approves it, as you would with `pressrun "
                    f"approve {SHEET}`, and the panels that waited for it go on.",
                    highlight=False,
                )
                return


async def _stop_host(stage: Stage) -> None:
    with contextlib.suppress(PressrunError):
        async with connect(stage.home, start=False) as client:
            await client.ask(calls.HOST_STOP, Nothing())


async def _forget(stage: Stage, work: Work) -> None:
    """Remove what earlier runs left; of a folder that the author named, only our own pictures."""
    await _stop_host(stage)
    for name in ("home", "replica", "browser"):
        shutil.rmtree(stage.folder / name, ignore_errors=True)
    work.forget()


async def _export(work: ExampleBook, console: Console) -> None:
    """Export the book in every form, with the command that authors use."""
    console.print()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "pressrun",
        "export",
        str(work.folder),
        *(f"--{kind}" for kind in KINDS),
    )
    await process.wait()
    console.print()


async def _show_style(stage: Stage, work: ExampleBook, console: Console) -> None:
    """Approve some pictures, and show how all stand to them, with the command that authors use."""
    liked = [BasedOn(key=key) for key in work.made()[::APPROVED_STEP]]
    approval = DecideOrder(act=AuthorAct.APPROVE, panels=liked)
    async with connect(stage.home) as client:
        try:
            await client.ask(calls.STYLE_REPORT, StyleQuery(source=str(work.source)))
        except NotFoundError:  # the book was made with another home, or in another folder
            return
        console.print(
            f"The demo approves {len(liked)} pictures, as you would with `pressrun "
            "approve`, and all are compared with them.\n",
            highlight=False,
        )
        await client.ask(calls.REVIEW_DECIDE, approval)
        await _compared(client, work)
    command = ("style", str(work.folder), "--home", str(stage.home.folder))
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "pressrun", *command)
    await process.wait()
    console.print()


async def _compared(client: Client, work: ExampleBook) -> None:
    """Wait until every picture is compared, on a machine that measures some."""
    asked = StyleQuery(source=str(work.source))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(COMPARE_SECONDS):
            while True:
                found = await client.ask(calls.STYLE_REPORT, asked)
                if found.fault or not any(each.text.endswith(" yet") for each in found.counts):
                    return
                await asyncio.sleep(LOOK_SECONDS)


def _tell(console: Console, stage: Stage, work: Work) -> None:
    ledger = stage.ledger()
    for what, where in (
        ("Pictures", str(work.pictures)),
        ("Contact sheet", str(work.pictures / sheet.NAME)),
        ("Log", str(stage.home.log)),
        (
            "The site's ledger",
            f"{len(ledger.submissions)} submissions, {len(ledger.pictures)} pictures",
        ),
    ):
        console.print(f"{what + ':':19}{where}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
