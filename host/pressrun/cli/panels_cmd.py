"""`pressrun retry`, `skip` and `move`: what is made, and when."""

import asyncio
from typing import Annotated

import typer

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import NotFoundError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import JobsOrder, JobsOrdered
from pressrun.states import JobChoice
from pressrun.words import upper

Keys = Annotated[
    list[str],
    typer.Argument(metavar="KEY", help="Keys of panels, or the first parts of keys, such as ch03."),
]
OfBatch = Annotated[
    int | None,
    typer.Option(
        "--batch",
        help="Number of the batch.",
        show_default="the last of each list of the newest batch's folder",
    ),
]


def retry(
    keys: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY",
            help="Keys of panels, or the first parts of keys.",
            show_default="all that failed",
        ),
    ] = None,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Retry panels that failed or were skipped.

    A prompt that the site refused is not sent again: change its words and use `pressrun run`.
    """
    _order(home_of(home), batch, keys or [], JobChoice.RETRY, as_json=as_json)


def skip(
    keys: Keys, batch: OfBatch = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Skip panels that are not started yet; a later `run` makes them."""
    _order(home_of(home), batch, keys, JobChoice.SKIP, as_json=as_json)


def move(
    keys: Keys,
    last: Annotated[bool, typer.Option("--last", help="Make them last instead of first.")] = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Make panels before all others of their batch, or after them."""
    choice = JobChoice.LAST if last else JobChoice.FIRST
    _order(home_of(home), batch, keys, choice, as_json=as_json)


_DONE = {
    JobChoice.RETRY: "will be retried",
    JobChoice.SKIP: "skipped",
    JobChoice.FIRST: "moved to the front",
    JobChoice.LAST: "moved to the end",
}


def _order(
    home: Home, batch: int | None, keys: list[str], choice: JobChoice, *, as_json: bool
) -> None:
    """Have the host carry it out.

    Raises:
        NotFoundError: keys were given, and none of them names a panel that can be meant.
    """
    asked = JobsOrder(batch=batch, keys=keys, choice=choice)
    ordered = asyncio.run(_ask(home, asked))
    if keys and not ordered.jobs:
        if ordered.unmoved:
            raise NotFoundError(f"nothing was changed: {'; '.join(ordered.unmoved)}")
        names = " or ".join(map(repr, keys))
        state = "failed or was skipped" if choice == JobChoice.RETRY else "is still to be made"
        raise NotFoundError(f"no panel named {names} {state}; nothing was changed")
    if as_json:
        terminal.data(ordered.model_dump_json())
    elif ordered.jobs:
        panels = "panel" if ordered.jobs == 1 else "panels"
        terminal.say(f"{ordered.jobs:,} {panels} {_DONE[choice]}.")
    else:
        terminal.say("No panel failed; there is nothing to retry.")
    if not as_json:
        for each in ordered.unmoved:
            terminal.say(f"{upper(each)}.")


async def _ask(home: Home, asked: JobsOrder) -> JobsOrdered:
    async with connect(home) as client:
        return await client.ask(calls.JOBS_ORDER, asked)
