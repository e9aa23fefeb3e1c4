"""`pressrun doubt`: pictures that may have been sent, and the author's decision about them."""

import asyncio
import time
from typing import Annotated

import typer
from rich.text import Text

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import BadInputError, Exit
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.doubt import DoubtDecide, DoubtDecided, Doubts
from pressrun.states import DoubtChoice
from pressrun.words import duration

app = typer.Typer()

Jobs = Annotated[list[int], typer.Argument(metavar="JOB", help="Numbers of the jobs.")]


@app.callback(invoke_without_command=True)
def doubt(context: typer.Context, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """List pictures that may have been sent, and decide what to do with them.

    Without a command, this lists them. Exit code 3 means that some wait for your decision.
    """
    if context.invoked_subcommand is not None:
        for name in ("home", "as_json"):
            source = context.get_parameter_source(name)
            if source is not None and source.name == "COMMANDLINE":
                raise BadInputError(f"put the options after {context.invoked_subcommand!r}")
        return
    found = asyncio.run(_list(home_of(home)))
    if as_json:
        terminal.data(found.model_dump_json(indent=2))
    else:
        _show(found)
    raise typer.Exit(Exit.NEEDS_YOU if any(each.waits for each in found.doubts) else Exit.OK)


@app.command()
def look(
    jobs: Annotated[
        list[int] | None, typer.Argument(metavar="JOB", help="Numbers of the jobs.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every job that waits for you.")] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Look for the pictures in their chats again. This sends nothing and costs nothing."""
    if bool(jobs) == every:
        raise BadInputError("give the numbers of the jobs, or --all; pressrun doubt lists them")
    _decide(home_of(home), DoubtChoice.LOOK, jobs or None, as_json=as_json)


@app.command()
def resend(jobs: Jobs, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Send the prompts again. If the site got them before, a picture is made twice."""
    _decide(home_of(home), DoubtChoice.RESEND, jobs, as_json=as_json)


@app.command("give-up")
def give_up(jobs: Jobs, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Give the pictures up. A later `pressrun run` makes them from the start."""
    _decide(home_of(home), DoubtChoice.GIVE_UP, jobs, as_json=as_json)


def _show(found: Doubts) -> None:
    console = terminal.console(soft_wrap=True)
    if not found.doubts:
        console.print("Nothing is in doubt.")
        return
    now = time.time()
    for each in found.doubts:
        ago = duration(max(0.0, now - each.sent_at))
        clock = time.strftime("%Y-%m-%d %H:%M", time.localtime(each.sent_at))
        key = (each.key, "bold")
        console.print(Text.assemble(f"job {each.job}  ", key, f"  sent {clock}, {ago} ago"))
        rest = "" if each.waits else " (Pressrun is still checking)"
        console.print(f"    {each.reason or 'the outcome is not known'}{rest}")
    if found.total > len(found.doubts):
        console.print(f"… and {found.total - len(found.doubts):,} more")
    console.print("\nWhat you can do:")
    for offer in found.choices:
        command = f"pressrun doubt {offer.choice.value} JOB…"
        console.print(f"  {command:29}{offer.about}")


def _decide(home: Home, choice: DoubtChoice, jobs: list[int] | None, *, as_json: bool) -> None:
    decided = asyncio.run(_ask(home, DoubtDecide(choice=choice, jobs=jobs)))
    if as_json:
        terminal.data(decided.model_dump_json())
        return
    if not decided.jobs:
        terminal.say("Nothing waits for you.")
        return
    numbers = ", ".join(str(job) for job in decided.jobs)
    named = f"Job {numbers}" if len(decided.jobs) == 1 else f"Jobs {numbers}"
    what = {
        DoubtChoice.LOOK: "will be checked again as soon as a tab is free",
        DoubtChoice.RESEND: "will be sent again",
        DoubtChoice.GIVE_UP: "given up; a later run starts over",
    }
    terminal.say(f"{named} {what[choice]}.")


async def _list(home: Home) -> Doubts:
    async with connect(home) as client:
        return await client.ask(calls.DOUBT_LIST, Nothing())


async def _ask(home: Home, asked: DoubtDecide) -> DoubtDecided:
    async with connect(home) as client:
        return await client.ask(calls.DOUBT_DECIDE, asked)
