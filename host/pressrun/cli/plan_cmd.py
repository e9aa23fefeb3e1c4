"""`pressrun plan`: what `run` would make and how long it would take; sends nothing."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pressrun.book import prompts
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, Output, References, Tabs, home_of, library_of
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchPlan, BatchStart
from pressrun.words import upper


def plan(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Prompt list: text, .csv or .jsonl.")
    ],
    output: Output = None,
    tabs: Tabs = 2,
    reference: References = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Show what `run` would make, how long it would take, and what limits the pace.

    This sends nothing and starts no batch.
    """
    prompts.read(file, reference or [])
    where = home_of(home)
    asked = BatchStart(
        source=str(file.resolve()),
        library=str(library_of(where, file, output)),
        tabs=tabs,
        references=[str(each) for each in reference or []],
    )
    found = asyncio.run(_plan(where, asked))
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(numbers(found))
    if found.outlook is None:
        console.print("There is nothing to make.")
    else:
        console.print(f"{upper(found.outlook.span)}. {found.outlook.sentence}.")


def numbers(found: BatchPlan) -> str:
    """How many pictures are made and how many are not, in words."""
    parts = [
        (found.done, "done"),
        (found.new, "new"),
        (found.held, "of these waiting for your approval of another picture"),
        (found.stale, "out of date"),
        (found.failed, "failed before"),
        (found.under_way, "in progress"),
        (found.refused, "refused by the site"),
    ]
    told = ", ".join(f"{count} {word}" for count, word in parts if count)
    return f"{found.wanted} pictures in the list: {told}"


async def _plan(home: Home, asked: BatchStart) -> BatchPlan:
    async with connect(home) as client:
        return await client.ask(calls.BATCH_PLAN, asked)
