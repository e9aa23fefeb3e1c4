"""`pressrun run`: make the pictures of a list or a book that its library does not have yet."""

import asyncio
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.prompt import Prompt
from rich.text import Text

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.display import Display, counts, made, needs
from pressrun.cli.follow import follow
from pressrun.cli.lines import width_of
from pressrun.cli.options import (
    Again,
    AsJson,
    Chats,
    Format,
    HomeFolder,
    Language,
    ListForm,
    NoFormat,
    NoProject,
    NoReference,
    Only,
    OutlierChoice,
    Output,
    Project,
    PromptFile,
    References,
    RepairShare,
    Tabs,
    home_of,
)
from pressrun.cli.order import Named, StaleOnes, again_of, order
from pressrun.cli.overview import reasons
from pressrun.cli.plan_cmd import tell
from pressrun.errors import Exit
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchPlan, BatchStart, BatchStarted
from pressrun.states import OnDoubt, WrongFormat
from pressrun.words import pictures


def run(  # noqa: PLR0913, PLR0917 - an argument each
    file: PromptFile = None,
    output: Output = None,
    form: ListForm = None,
    tabs: Tabs = 2,
    reference: References = None,
    no_reference: NoReference = False,
    ratio: Format = None,
    no_format: NoFormat = False,
    chats: Chats = None,
    project: Project = None,
    no_project: NoProject = False,
    on_doubt: Annotated[
        OnDoubt,
        typer.Option(
            "--on-doubt",
            help="When Pressrun cannot tell whether a prompt was sent: ask you, "
            "or send it again at the risk of making the picture twice.",
        ),
    ] = OnDoubt.ASK,
    wrong_format: Annotated[
        WrongFormat,
        typer.Option(
            "--wrong-format",
            help="When a picture comes in another format: keep and tell it, "
            "or make the panel again, once; the first picture is kept as an alternative.",
        ),
    ] = WrongFormat.KEEP,
    outliers: OutlierChoice = None,
    repair_budget: RepairShare = None,
    only: Only = None,
    stale: StaleOnes = None,
    again: Again = None,
    lang: Language = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Start the batch and return at once.")
    ] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Make the pictures of a book, or listed in FILE, that the folder does not have yet.

    Of a book, name the folder, or run this inside it. FILE is otherwise a text with a prompt a
    paragraph, a table (.csv, .tsv, .xlsx, .ods) with the columns `prompt`, `key`, `after`,
    `references` and `format`, of which only `prompt` is needed, or JSON (.json, .jsonl) with the
    same names. `pressrun plan` shows how it is read.

    Run it again at any time: it makes only what is new, missing or failed. Where words, references
    or format changed, it asks before it makes a picture again that you have; without a terminal,
    add --again. Ctrl-C stops watching, not the work; to stop the work, use `pressrun pause`.
    """
    where = home_of(home)
    named = Named(
        file,
        output,
        form,
        reference,
        no_reference,
        ratio,
        no_format,
        chats,
        project,
        no_project,
        lang,
        only,
        outliers,
        repair_budget,
    )
    asked = order(named, where).model_copy(
        update={
            "tabs": tabs,
            "on_doubt": on_doubt,
            "wrong_format": wrong_format,
            "again": again_of(stale, again=again),
        }
    )
    raise typer.Exit(make(asked, where, detach=detach, as_json=as_json))


_OF_LATER = (
    "What you chose for pictures that stand out holds for pictures that are made, and not for "
    "those that you have. To see those: pressrun review"
)


def make(asked: BatchStart, where: Home, *, detach: bool, as_json: bool) -> Exit:
    """Start what is asked for, and watch it to its end; tells whether everything is made."""
    console = terminal.console()
    started = asyncio.run(_start(where, asked, None if as_json else console))
    if started.batch is None or detach:
        if as_json:
            terminal.data(started.model_dump_json())
        elif started.batch is None:
            console.print(f"Nothing to make: {started.made:,}/{started.wanted:,} pictures")
            if asked.outliers is not None or asked.repair_share is not None:
                console.print(_OF_LATER, soft_wrap=True)
        else:
            text = f"Batch {started.batch} is running. To see how it goes: pressrun status"
            console.print(text, soft_wrap=True)
            announce(console, started)
        return Exit.OK if detach or started.made == started.wanted else Exit.NEEDS_YOU
    if not as_json:
        announce(console, started)
    quiet = terminal.console(stderr=True, quiet=True)
    with Display(quiet if as_json else console) as display:
        last = asyncio.run(follow(where, started.batch, display))
    if as_json:
        terminal.data(last.model_dump_json())
    else:
        if attention := counts(last):
            console.print(Text(attention), soft_wrap=True)
        if last.needs:
            console.print(Text(needs(last, width_of(console))), soft_wrap=True)
        console.print(f"{made(last)} pictures")
    return Exit.OK if last.done == last.total else Exit.NEEDS_YOU


def announce(console: Console, started: BatchStarted) -> None:
    """Say that a sample of each scene is made first, where it is."""
    if started.samples:
        first = pictures(started.samples)
        console.print(
            f"First come {first}, a sample of each scene, so that you see early whether they are "
            "as you want them; then the rest in order.",
            soft_wrap=True,
        )


async def _start(home: Home, asked: BatchStart, console: Console | None) -> BatchStarted:
    """Say what is to be made, ask where that is made once more, and start it."""
    async with connect(home) as client:
        if console is not None:
            found = await client.ask(calls.BATCH_PLAN, asked)
            tell(console, found)
            asks = found.again and asked.again is None
            if asks and sys.stdin.isatty() and console.is_terminal:
                asked = asked.model_copy(update={"again": _again(console, found)})
        return await client.ask(calls.BATCH_START, asked)


def _again(console: Console, found: BatchPlan) -> bool:
    """Whether pictures that are there are made once more, or left as they are.

    Raises:
        typer.Abort: the author wants neither.
    """
    if found.book is not None:
        lines = [*reasons(found.stale, width_of(console)), "The old pictures are kept."]
    else:
        lines = ["These would be made again; the old pictures are kept:", *found.examples]
        if (left := found.again - len(found.examples)) > 0:
            lines.append(f"and {left:,} more")
    console.print(Text("\n".join(lines)), soft_wrap=True)
    answers = {"again": True, "leave": False, "stop": None}
    question = f"Make {pictures(found.again)} again, leave them as they are, or stop?"
    told = Prompt.ask(question, console=console, choices=list(answers), default="stop")
    answer = answers[told]
    if answer is None:
        raise typer.Abort
    return answer
