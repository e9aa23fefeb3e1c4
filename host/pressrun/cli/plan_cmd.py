"""`pressrun plan`: what `run` would make and how long it would take; sends nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from pressrun.cli import terminal
from pressrun.cli.client import Client, connect
from pressrun.cli.lines import cut, indented, middle, width_of
from pressrun.cli.options import (
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
from pressrun.cli.overview import overview
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchPlan, BatchStart, PlannedPanel, PlanPage
from pressrun.words import pictures, upper

NOTES = 8
"""How many remarks on a list `run` shows."""


def plan(  # noqa: PLR0913, PLR0917 - an argument each
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
    outliers: OutlierChoice = None,
    repair_budget: RepairShare = None,
    only: Only = None,
    stale: StaleOnes = None,
    lang: Language = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List every panel, and what happens to it.")
    ] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Show what `run` would make, how long it would take, and what limits the pace.

    Of a book it also shows every chapter, why pictures are stale, what moves, and what waits. This
    sends nothing and starts no batch.
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
        update={"tabs": tabs, "again": again_of(stale, again=None)}
    )
    found, panels = asyncio.run(_plan(where, asked, listed=listed))
    if as_json:
        told = found.model_dump_json(indent=2)
        if listed:
            rows = ",\n    ".join(panel.model_dump_json() for panel in panels)
            told = f'{told[:-2]},\n  "panels": [\n    {rows}\n  ]\n}}'
        terminal.data(told)
        return
    console = terminal.console()
    if listed:
        for line in _lines(panels, width_of(console)):
            console.print(line, soft_wrap=True)
    if lines := overview(found, width_of(console)):
        console.print(Text("\n".join(lines)), soft_wrap=True)
    tell(console, found, notes=len(found.notes))
    if found.outlook is None:
        console.print("There is nothing to make.")
    else:
        outlook = f"{upper(found.outlook.span)}. {found.outlook.sentence}."
        if found.repairs:
            more = (
                "1 more picture is"
                if found.repairs == 1
                else f"{found.repairs:,} more pictures are"
            )
            outlook += f" At most {more} made because of the style."
        console.print(Text(outlook), soft_wrap=not console.is_terminal)


def tell(console: Console, found: BatchPlan, notes: int = NOTES) -> None:
    """Say what is to be made and what is not, where the pictures go, and what looks wrong.

    Args:
        console: the terminal.
        found: the plan.
        notes: how many remarks on the list are shown.
    """
    # the notes on a book begin with a file
    lines = [note if found.book else upper(note) for note in found.notes[:notes]]
    if (left := len(found.notes) - notes) > 0:
        lines.append(f"{left:,} more; pressrun plan shows them")
    if lines:
        console.print(Text("\n".join(lines)), soft_wrap=True)
    console.print(Text(numbers(found)), soft_wrap=not console.is_terminal)
    if found.unlisted:
        what = "book" if found.book is not None else "list"
        text = f"{pictures(found.unlisted)} in the folder that the {what} does not name"
        console.print(Text(text), soft_wrap=True)
    console.print(Text(f"Pictures go to {found.library}"), soft_wrap=True)


def numbers(found: BatchPlan) -> str:
    """How many pictures are made and how many are not, in words."""
    parts = [
        (found.done, "done"),
        (found.renamed, "of these to be renamed"),
        (found.new, "new"),
        (found.again, "to be made again"),
        (found.approved, "of these approved, which stay until you say yes to the new ones"),
        (found.left, "made from something else and left as they are"),
        (found.locked, "of these locked"),
        (found.offered, "of these with a new take that waits for your yes"),
        (found.missing, "missing from the folder"),
        (found.failed, "failed before"),
        (found.held, "of these waiting for your approval of another picture"),
        (found.under_way, "in progress"),
        (found.refused, "refused by the site"),
        (found.blocked, "with something in the way on disk"),
        (found.aside, "not made now"),
    ]
    told = ", ".join(f"{count:,} {word}" for count, word in parts if count)
    what = "book" if found.book is not None else "list"
    whole = f"{pictures(found.wanted)} in the {what}"
    return f"{whole}: {told}" if told else whole


def _lines(panels: list[PlannedPanel], width: int | None) -> Iterator[Text]:
    """A line for each panel, in columns on a terminal, and why below it."""
    fates = max((cell_len(panel.fate) for panel in panels), default=0)
    # a key that is longer than half of the line is cut where it says least
    most = width and width // 2
    keys = max((cell_len(middle(panel.key, most)) for panel in panels), default=0)
    for panel in panels:
        key = middle(panel.key, most)
        besides = [*([panel.format] if panel.format else []), *panel.references]
        told = f" [{', '.join(besides)}]" if besides else ""
        head = f"{key}{' ' * (keys - cell_len(key))}  {panel.fate:{fates}}  "
        line = Text(head + cut(panel.words + told, width and width - cell_len(head)))
        if panel.why:
            why = "".join(f"\n{each}" for each in indented(panel.why, width))
            line.append(why, style="dim")
        yield line


async def _plan(
    home: Home, asked: BatchStart, *, listed: bool
) -> tuple[BatchPlan, list[PlannedPanel]]:
    async with connect(home) as client:
        found = await client.ask(calls.BATCH_PLAN, asked)
        return found, [each async for each in _panels(client, asked)] if listed else []


async def _panels(client: Client, asked: BatchStart) -> AsyncIterator[PlannedPanel]:
    first, total = 0, 1
    while first < total:
        page = await client.ask(calls.BATCH_LIST, PlanPage(**asked.model_dump(), first=first))
        for panel in page.panels:
            yield panel
        first, total = first + len(page.panels), page.total
