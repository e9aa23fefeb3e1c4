"""`pressrun pause`, `resume`, `cancel`, `tabs` and `priority`."""

import asyncio
import sys
from typing import Annotated, TypeVar

import typer

from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.messages.base import Message
from pressrun.protocol.messages.batch import BatchAdjust, BatchChanged, BatchChoice

P = TypeVar("P", bound=Message)

Which = Annotated[
    int | None, typer.Argument(help="Number of the batch.", show_default="every open one")
]


def pause(batch: Which = None, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Begin no further picture; those under way are still finished."""
    _change(home_of(home), calls.BATCH_PAUSE, batch, "paused", as_json=as_json)


def resume(batch: Which = None, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Go on with a paused batch."""
    _change(home_of(home), calls.BATCH_RESUME, batch, "running", as_json=as_json)


def cancel(batch: Which = None, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Give up what is not begun; pictures under way are still finished, and all are kept."""
    _change(home_of(home), calls.BATCH_CANCEL, batch, "cancelled", as_json=as_json)


def tabs(
    count: Annotated[int, typer.Argument(metavar="N", min=1, max=32, help="Tabs at once.")],
    batch: Which = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Give a batch more tabs, or fewer; a picture under way is finished first."""
    asked = BatchAdjust(batch=batch, tabs=count)
    _tell(asyncio.run(_ask(home_of(home), calls.BATCH_ADJUST, asked)), "changed", as_json=as_json)


def priority(
    number: Annotated[
        int, typer.Argument(metavar="N", min=-100, max=100, help="0 is usual; higher goes first.")
    ],
    batch: Which = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Have a batch go before others, or after them; those of one priority share."""
    asked = BatchAdjust(batch=batch, priority=number)
    _tell(asyncio.run(_ask(home_of(home), calls.BATCH_ADJUST, asked)), "changed", as_json=as_json)


def _change(
    home: Home,
    call: Call[BatchChoice, BatchChanged],
    batch: int | None,
    word: str,
    *,
    as_json: bool,
) -> None:
    _tell(asyncio.run(_ask(home, call, BatchChoice(batch=batch))), word, as_json=as_json)


def _tell(changed: BatchChanged, word: str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(changed.model_dump_json() + "\n")
    elif changed.batches:
        names = ", ".join(str(number) for number in changed.batches)
        sys.stdout.write(f"Batch {names} is {word}.\n")
    else:
        sys.stdout.write(f"There was no batch to be {word}.\n")


async def _ask(home: Home, call: Call[P, BatchChanged], asked: P) -> BatchChanged:
    async with connect(home) as client:
        return await client.ask(call, asked)
