"""`pressrun redo` and `keep`: commands about pictures that panels have."""

import asyncio
import sys
from typing import Annotated

import typer

from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.cli.panels_cmd import Keys, OfBatch
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.messages.batch import TakesOrder, TakesOrdered
from pressrun.words import pictures


def redo(
    keys: Keys,
    note: Annotated[
        str | None, typer.Option("--note", help="A note for yourself; it is not sent.")
    ] = None,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Make another picture of panels that have one, from the same words.

    The picture that is there stays until the new one has arrived, and is then kept as an
    alternative.
    """
    asked = TakesOrder(batch=batch, keys=keys, note=note)
    ordered = asyncio.run(_ask(home_of(home), calls.TAKES_REDO, asked))
    if as_json:
        sys.stdout.write(ordered.model_dump_json() + "\n")
    else:
        numbers = ", ".join(str(number) for number in ordered.batches)
        sys.stdout.write(f"{pictures(ordered.panels)} will be made again, in batch {numbers}.\n")


def keep(
    keys: Keys, batch: OfBatch = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Accept the pictures of panels whose words or references you changed.

    `run` then no longer makes them again, until you change the words or references once more.
    """
    asked = TakesOrder(batch=batch, keys=keys)
    ordered = asyncio.run(_ask(home_of(home), calls.TAKES_KEEP, asked))
    if as_json:
        sys.stdout.write(ordered.model_dump_json() + "\n")
    elif ordered.panels:
        sys.stdout.write(f"{pictures(ordered.panels)} kept.\n")
    else:
        sys.stdout.write("These pictures match the list already; there is nothing to keep.\n")


async def _ask(home: Home, call: Call[TakesOrder, TakesOrdered], asked: TakesOrder) -> TakesOrdered:
    async with connect(home) as client:
        return await client.ask(call, asked)
