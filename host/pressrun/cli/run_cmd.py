"""`pressrun run`: make the pictures of a prompt list that its library does not have yet."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pressrun.book import prompts
from pressrun.cli.client import connect
from pressrun.cli.display import Display, counts
from pressrun.cli.follow import follow
from pressrun.cli.options import AsJson, HomeFolder, Output, References, Tabs, home_of, library_of
from pressrun.errors import Exit
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart, BatchStarted
from pressrun.states import OnDoubt


def run(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Prompt list: text, .csv or .jsonl.")
    ],
    output: Output = None,
    tabs: Tabs = 2,
    reference: References = None,
    on_doubt: Annotated[
        OnDoubt,
        typer.Option(
            "--on-doubt",
            help="When Pressrun cannot tell whether a prompt was sent: ask you, "
            "or send it again at the risk of making the picture twice.",
        ),
    ] = OnDoubt.ASK,
    detach: Annotated[
        bool, typer.Option("--detach", help="Start the batch and return at once.")
    ] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Make the pictures listed in FILE that the output folder does not have yet.

    FILE is a text file with one prompt per paragraph, a CSV file with the columns `prompt`, `key`,
    `after` and `references` (all but `prompt` optional), or a JSON Lines file with the same names.

    Run it again at any time: it makes only pictures that are missing, failed or changed. Ctrl-C
    stops watching, not the work; to stop the work, use `pressrun pause`.
    """
    panels = prompts.read(file, reference or []).panels
    where = home_of(home)
    library = library_of(where, file, output)
    asked = BatchStart(
        source=str(file.resolve()),
        library=str(library),
        tabs=tabs,
        on_doubt=on_doubt,
        references=[str(each) for each in reference or []],
    )
    started = asyncio.run(_start(where, asked))
    console = Console()
    if started.batch is None or detach:
        if as_json:
            sys.stdout.write(started.model_dump_json() + "\n")
        elif started.batch is None:
            console.print(f"Nothing to make: the pictures are in {library}", highlight=False)
            console.print(f"{started.made}/{started.wanted} pictures", highlight=False)
        else:
            console.print(
                f"Batch {started.batch} is running. To see how it goes: pressrun status",
                highlight=False,
            )
        code = Exit.OK if detach or started.made == len(panels) else Exit.NEEDS_YOU
        raise typer.Exit(code)
    if not as_json:
        console.print(f"Pictures go to {library}", highlight=False, soft_wrap=True)
    quiet = Console(stderr=True, quiet=True)
    with Display(quiet if as_json else console) as display:
        last = asyncio.run(follow(where, started.batch, display))
    if as_json:
        sys.stdout.write(last.model_dump_json() + "\n")
    else:
        if attention := counts(last):
            console.print(f"{attention}; see pressrun status", highlight=False)
        console.print(f"{last.done}/{last.total} pictures", highlight=False)
    raise typer.Exit(Exit.OK if last.done == last.total else Exit.NEEDS_YOU)


async def _start(home: Home, asked: BatchStart) -> BatchStarted:
    async with connect(home) as client:
        return await client.ask(calls.BATCH_START, asked)
