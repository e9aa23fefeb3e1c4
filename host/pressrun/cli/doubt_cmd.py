"""`pressrun doubt`: what may have been sent and cannot be proved, and the author's word on it."""

import asyncio
import sys
import time
from typing import Annotated

import typer
from rich.console import Console

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
    """List the pictures that may have been sent, or decide about them.

    Without a command it lists them; exit code 3 when any waits for you.
    """
    if context.invoked_subcommand is not None:
        for name in ("home", "as_json"):
            source = context.get_parameter_source(name)
            if source is not None and source.name == "COMMANDLINE":
                raise BadInputError(f"options come after {context.invoked_subcommand!r}")
        return
    found = asyncio.run(_list(home_of(home)))
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    else:
        _show(found)
    raise typer.Exit(Exit.NEEDS_YOU if any(each.waits for each in found.doubts) else Exit.OK)


@app.command()
def look(
    jobs: Annotated[
        list[int] | None, typer.Argument(metavar="JOB", help="Numbers of the jobs.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every one that waits for you.")] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Have the site's pages read once more: perhaps the picture is there."""
    if bool(jobs) == every:
        raise BadInputError("name the jobs, or say --all; pressrun doubt lists them")
    _decide(home_of(home), DoubtChoice.LOOK, jobs or None, as_json=as_json)


@app.command()
def resend(jobs: Jobs, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Send them again, though the site may have them already: a picture may be made twice."""
    _decide(home_of(home), DoubtChoice.RESEND, jobs, as_json=as_json)


@app.command("give-up")
def give_up(jobs: Jobs, as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Leave them unmade. A later `pressrun run` makes them anew."""
    _decide(home_of(home), DoubtChoice.GIVE_UP, jobs, as_json=as_json)


def _show(found: Doubts) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if not found.doubts:
        console.print("Nothing is in doubt.")
        return
    now = time.time()
    for each in found.doubts:
        ago = duration(max(0.0, now - each.sent_at))
        clock = time.strftime("%Y-%m-%d %H:%M", time.localtime(each.sent_at))
        console.print(f"job {each.job}  [bold]{each.key}[/bold]  sent {clock}, {ago} ago")
        rest = "" if each.waits else " (still being looked after)"
        console.print(f"    {each.reason or 'it is not known what became of it'}{rest}")
    if found.total > len(found.doubts):
        console.print(f"… and {found.total - len(found.doubts):,} more")
    console.print("\nYours to decide:")
    for offer in found.choices:
        command = f"pressrun doubt {offer.choice.value} JOB…"
        console.print(f"  {command:29}{offer.about}")


def _decide(home: Home, choice: DoubtChoice, jobs: list[int] | None, *, as_json: bool) -> None:
    decided = asyncio.run(_ask(home, DoubtDecide(choice=choice, jobs=jobs)))
    if as_json:
        sys.stdout.write(decided.model_dump_json() + "\n")
        return
    if not decided.jobs:
        sys.stdout.write("Nothing waits for you.\n")
        return
    names = ", ".join(str(job) for job in decided.jobs)
    word = f"Job {names} is" if len(decided.jobs) == 1 else f"Jobs {names} are"
    what = {
        DoubtChoice.LOOK: "looked at once more, as soon as a tab is free",
        DoubtChoice.RESEND: "sent again",
        DoubtChoice.GIVE_UP: "given up; a later run makes them anew",
    }
    sys.stdout.write(f"{word} {what[choice]}.\n")


async def _list(home: Home) -> Doubts:
    async with connect(home) as client:
        return await client.ask(calls.DOUBT_LIST, Nothing())


async def _ask(home: Home, asked: DoubtDecide) -> DoubtDecided:
    async with connect(home) as client:
        return await client.ask(calls.DOUBT_DECIDE, asked)
