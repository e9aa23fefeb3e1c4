"""`pressrun redo`, `reject`, `keep`, `choose` and `tidy`: what authors do with their pictures."""

import asyncio
import shlex
import sys
from typing import Annotated, TypeVar

import typer

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.cli.panels_cmd import Keys, OfBatch
from pressrun.errors import BadInputError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.messages.base import Message
from pressrun.protocol.messages.batch import (
    TakeChoice,
    TakesNamed,
    TakesOrder,
    Tidied,
    TidyOrder,
)
from pressrun.protocol.messages.style import RejectOrder
from pressrun.states import Rejected
from pressrun.words import pictures

NAMED = 3
"""A command with more keys is told without them."""

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)


def redo(
    keys: Keys,
    note: Annotated[
        str | None,
        typer.Option(
            "--note",
            help="What is to be different. It is sent with --in-chat or --in-words; otherwise it "
            "is a note for yourself.",
        ),
    ] = None,
    in_chat: Annotated[
        bool,
        typer.Option(
            "--in-chat", help="Send the note in the chat of the picture, as a correction."
        ),
    ] = False,
    in_words: Annotated[
        bool,
        typer.Option("--in-words", help="Send the note below the words, in a fresh chat."),
    ] = False,
    take: Annotated[
        int | None,
        typer.Option(
            "--take",
            metavar="N",
            min=1,
            help="Take to correct in its chat; see `pressrun show KEY`.",
            show_default="the current one",
        ),
    ] = None,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Make another picture of panels that have one, or correct it.

    Without --in-chat and --in-words, it is made from the same words in a fresh chat. With
    --in-chat, the note is sent in the chat in which the picture was made: "Her coat is red,
    everything else as it is." Only the account of that chat can do that.

    The picture that is there stays until the new one has arrived, and is then kept as an
    alternative.
    """
    asked = TakesOrder(
        batch=batch, keys=keys, note=note, in_chat=in_chat, in_words=in_words, take=take
    )
    ordered = asyncio.run(_ask(home_of(home), calls.TAKES_REDO, asked))
    if as_json:
        terminal.data(ordered.model_dump_json())
    else:
        numbers = ", ".join(str(number) for number in ordered.batches)
        what = "corrected in the chat" if in_chat else "made again"
        terminal.say(f"{pictures(ordered.panels)} will be {what}, in batch {numbers}.")


def reject(
    keys: Keys,
    because: Annotated[
        Rejected,
        typer.Option(
            "--because",
            help="style: not like the others, which Pressrun learns from; content: something else "
            "than it should show; fault: badly drawn.",
        ),
    ],
    redone: Annotated[bool, typer.Option("--redo", help="Make them again as well.")] = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Reject pictures: nothing is compared with them any more, and no panel is sent with them.

    They stay where they are until you have others made, with --redo or `pressrun redo`.
    """
    asked = RejectOrder(batch=batch, keys=keys, because=because, redo=redone)
    found = asyncio.run(_ask(home_of(home), calls.TAKES_REJECT, asked))
    if as_json:
        terminal.data(found.model_dump_json())
        return
    numbers = ", ".join(str(number) for number in found.batches)
    verb = "It" if found.panels == 1 else "They"
    done = f"{pictures(found.panels)} rejected."
    if found.batches:
        terminal.say(f"{done} {verb} will be made again, in batch {numbers}.")
    else:
        stay = "It stays until you have another one made"
        if found.panels > 1:
            stay = "They stay until you have others made"
        terminal.say(f"{done} {stay}: {_again(keys)}")


def _again(keys: list[str]) -> str:
    """The command that has panels made again, if it fits a line."""
    named = shlex.join(["pressrun", "redo", *keys])
    return named if len(keys) <= NAMED else "pressrun redo KEY"


def keep(
    keys: Keys, batch: OfBatch = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Accept pictures as they are: those that stand out, and those whose words you changed.

    `review` no longer lists them, and panels that wait for them are made. `run` no longer makes
    them again, until you change the words, references or format once more.
    """
    asked = TakesNamed(batch=batch, keys=keys)
    ordered = asyncio.run(_ask(home_of(home), calls.TAKES_KEEP, asked))
    if as_json:
        terminal.data(ordered.model_dump_json())
    elif ordered.panels:
        terminal.say(f"{pictures(ordered.panels)} kept.")
    else:
        terminal.say("These pictures match the list and do not stand out: nothing is to be kept.")


def choose(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the panel.")],
    number: Annotated[
        int, typer.Argument(metavar="N", min=1, help="Number of the take; see `pressrun show KEY`.")
    ],
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Have another take be the picture of a panel.

    The picture that is there becomes an alternative: you can choose it again. The take counts as
    made for what the list asks for now, so `run` does not make it again.
    """
    asked = TakeChoice(batch=batch, key=key, number=number)
    chosen = asyncio.run(_ask(home_of(home), calls.TAKES_CHOOSE, asked))
    if as_json:
        terminal.data(chosen.model_dump_json())
    elif chosen.changed:
        terminal.say(f"Take {number} is the picture of {key} now: {chosen.path}")
    else:
        terminal.say(f"Take {number} is the picture of {key} already.")


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
    found = asyncio.run(_ask(where, calls.TAKES_TIDY, TidyOrder(batch=batch)))
    if found.pictures and not sure:
        _agree(found)
    if found.pictures:
        order = TidyOrder(batch=batch, sure=True)
        found = asyncio.run(_ask(where, calls.TAKES_TIDY, order))
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


async def _ask(home: Home, call: Call[P, R], asked: P) -> R:
    async with connect(home) as client:
        return await client.ask(call, asked)
