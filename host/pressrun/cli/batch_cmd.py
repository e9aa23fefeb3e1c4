"""`pressrun pause`, `resume`, `cancel`, `tabs` and `priority`."""

import asyncio
from typing import Annotated, TypeVar

import typer

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import BadInputError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.messages.account import AccountResume
from pressrun.protocol.messages.base import Message
from pressrun.protocol.messages.batch import BatchAdjust, BatchChanged, BatchChoice

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)

Which = Annotated[
    int | None,
    typer.Argument(metavar="BATCH", help="Number of the batch.", show_default="all open batches"),
]


def pause(batch: Which = None, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Pause a batch: send nothing more, but finish what was sent."""
    changed = asyncio.run(_ask(home_of(home), calls.BATCH_PAUSE, BatchChoice(batch=batch)))
    _tell(changed, "Paused {}.", "There is no batch to pause.", as_json=as_json)


def resume(
    batch: Which = None,
    account: Annotated[
        int | None,
        typer.Option(
            "--account", metavar="N", min=1, help="Continue an account that waits for you instead."
        ),
    ] = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Continue a paused batch, or an account that waits for you to look at its page.

    A limit of the site ends when the site says so, and not before.
    """
    if account is not None and batch is not None:
        raise BadInputError("name a batch or an account, not both; nothing was changed")
    if account is not None:
        _resume_account(home_of(home), account, as_json=as_json)
        return
    changed = asyncio.run(_ask(home_of(home), calls.BATCH_RESUME, BatchChoice(batch=batch)))
    _tell(changed, "Resumed {}.", "There is no paused batch.", as_json=as_json)


def cancel(batch: Which = None, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Cancel a batch: send nothing more, finish what was sent, keep every picture."""
    changed = asyncio.run(_ask(home_of(home), calls.BATCH_CANCEL, BatchChoice(batch=batch)))
    _tell(changed, "Cancelled {}.", "There is no batch to cancel.", as_json=as_json)


def tabs(
    count: Annotated[
        int, typer.Argument(metavar="N", min=1, max=32, help="How many tabs to use at once.")
    ],
    batch: Which = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Change how many tabs a batch uses. A tab finishes its picture before it closes."""
    asked = BatchAdjust(batch=batch, tabs=count)
    changed = asyncio.run(_ask(home_of(home), calls.BATCH_ADJUST, asked))
    _tell(changed, f"Set tabs to {count} for {{}}.", "There is no open batch.", as_json=as_json)


def priority(
    number: Annotated[
        int, typer.Argument(metavar="N", min=-100, max=100, help="Higher goes first; 0 is usual.")
    ],
    batch: Which = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Change a batch's priority. Batches of equal priority share the tabs."""
    asked = BatchAdjust(batch=batch, priority=number)
    changed = asyncio.run(_ask(home_of(home), calls.BATCH_ADJUST, asked))
    _tell(
        changed, f"Set priority to {number} for {{}}.", "There is no open batch.", as_json=as_json
    )


def _resume_account(home: Home, account: int, *, as_json: bool) -> None:
    resumed = asyncio.run(_ask(home, calls.ACCOUNT_RESUME, AccountResume(account=account)))
    if as_json:
        terminal.data(resumed.model_dump_json())
    elif resumed.accounts:
        terminal.say(f"Account {account} goes on.")
    else:
        terminal.say(f"Account {account} does not rest.")


def _tell(changed: BatchChanged, done: str, nothing: str, *, as_json: bool) -> None:
    """Print what changed; `done` takes the batches' names."""
    if as_json:
        terminal.data(changed.model_dump_json())
    elif changed.batches:
        numbers = ", ".join(str(number) for number in changed.batches)
        names = f"batch {numbers}" if len(changed.batches) == 1 else f"batches {numbers}"
        terminal.say(done.format(names))
    else:
        terminal.say(nothing)


async def _ask(home: Home, call: Call[P, R], asked: P) -> R:
    async with connect(home) as client:
        return await client.ask(call, asked)
