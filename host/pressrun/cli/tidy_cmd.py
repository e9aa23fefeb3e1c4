"""`pressrun tidy`: pictures that no list names are moved aside."""

import asyncio
import sys
from typing import Annotated

import typer

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.cli.panels_cmd import OfBatch
from pressrun.errors import BadInputError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import Tidied, TidyOrder
from pressrun.words import pictures


def tidy(
    sure: Annotated[bool, typer.Option("--yes", help="Move them without asking.")] = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Move pictures that no list names out of the folder, to its alternatives.

    This asks first; without a terminal, add --yes.
    """
    where = home_of(home)
    found = asyncio.run(_ask(where, TidyOrder(batch=batch)))
    if found.pictures and not sure:
        _agree(found)
    if found.pictures:
        order = TidyOrder(batch=batch, sure=True)
        found = asyncio.run(_ask(where, order))
    if as_json:
        terminal.data(found.model_dump_json())
    elif found.pictures:
        terminal.say(f"{pictures(found.pictures)} moved to {found.library}/.pressrun/alternatives.")
    elif not found.locked:
        terminal.say(f"Every picture in {found.library} is named by a list.")
    if found.locked and not as_json:
        stay = "stays, because it is" if found.locked == 1 else "stay, because they are"
        terminal.say(f"{pictures(found.locked)} that no list names {stay} locked.")


def _agree(found: Tidied) -> None:
    """Ask whether pictures may be moved.

    Raises:
        BadInputError: nobody is there to ask.
        typer.Abort: they may not.
    """
    left = found.pictures - len(found.examples)
    lines = [
        f"No list names these pictures in {found.library}:",
        *(f"  {key}" for key in found.examples),
        *([f"  and {left:,} more"] if left else []),
    ]
    if not sys.stdin.isatty():
        raise BadInputError(
            f"{pictures(found.pictures)} would be moved; to agree, add --yes. Nothing was moved"
        )
    terminal.say("\n".join(lines))
    typer.confirm("Move them to the alternatives?", abort=True)


async def _ask(home: Home, asked: TidyOrder) -> Tidied:
    async with connect(home) as client:
        return await client.ask(calls.TAKES_TIDY, asked)
