"""`pressrun approve`, `retry`, `skip` and `move`: orders on single panels."""

import asyncio
import sys
from typing import Annotated

import typer

from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import NotFoundError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import JobsOrder, JobsOrdered
from pressrun.states import JobChoice

Keys = Annotated[
    list[str], typer.Argument(metavar="KEY", help="Panels, or scenes and pages of them.")
]
OfBatch = Annotated[
    int | None, typer.Option("--batch", help="Number of the batch.", show_default="the newest")
]


def approve(
    keys: Keys, batch: OfBatch = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Approve pictures, so that the panels are made that come after theirs."""
    _order(home_of(home), batch, keys, JobChoice.APPROVE, as_json=as_json)


def retry(
    keys: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY", help="Panels.", show_default="all that failed"),
    ] = None,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Try again what was given up, or was skipped; what the site refused needs other words."""
    _order(home_of(home), batch, keys or [], JobChoice.RETRY, as_json=as_json)


def skip(
    keys: Keys, batch: OfBatch = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Leave out panels that are not begun; a later run makes them."""
    _order(home_of(home), batch, keys, JobChoice.SKIP, as_json=as_json)


def move(
    keys: Keys,
    last: Annotated[bool, typer.Option("--last", help="To the end, not to the front.")] = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Have panels made before all others of their batch, or after them."""
    choice = JobChoice.LAST if last else JobChoice.FIRST
    _order(home_of(home), batch, keys, choice, as_json=as_json)


_DONE = {
    JobChoice.APPROVE: "approved",
    JobChoice.RETRY: "tried again",
    JobChoice.SKIP: "left out",
    JobChoice.FIRST: "made first",
    JobChoice.LAST: "made last",
}


def _order(
    home: Home, batch: int | None, keys: list[str], choice: JobChoice, *, as_json: bool
) -> None:
    """Have the host carry it out.

    Raises:
        NotFoundError: panels were named, and none of them could be meant.
    """
    asked = JobsOrder(batch=batch, keys=keys, choice=choice)
    ordered = asyncio.run(_ask(home, asked))
    if keys and not ordered.jobs:
        raise NotFoundError(f"no panel of that name can be {_DONE[choice]}; nothing was changed")
    if as_json:
        sys.stdout.write(ordered.model_dump_json() + "\n")
        return
    verb = "panel is" if ordered.jobs == 1 else "panels are"
    sys.stdout.write(f"{ordered.jobs:,} {verb} {_DONE[choice]}.\n")


async def _ask(home: Home, asked: JobsOrder) -> JobsOrdered:
    async with connect(home) as client:
        return await client.ask(calls.JOBS_ORDER, asked)
