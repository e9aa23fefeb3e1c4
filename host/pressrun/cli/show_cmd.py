"""`pressrun panels` and `show`: where panels stand, which need the author, and one panel whole."""

import asyncio
import time
from typing import Annotated

import typer
from rich.text import Text

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.lines import beside, indented, width_of
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.cli.panels_cmd import OfBatch
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.panel import (
    PanelDetail,
    PanelQuery,
    PanelsFound,
    PanelsQuery,
    PanelStatus,
    TakeStatus,
)
from pressrun.states import NEEDY, PanelState, Reviewed


def panels(  # noqa: PLR0913, PLR0917 - an option each
    keys: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY", help="Keys of panels, or the first parts of keys.", show_default="all"
        ),
    ] = None,
    refused: Annotated[bool, typer.Option("--refused", help="Refused by the site.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Given up after several tries.")] = False,
    doubt: Annotated[bool, typer.Option("--doubt", help="Perhaps sent.")] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help="Made from other words, references or format.")
    ] = False,
    left_out: Annotated[
        bool, typer.Option("--left-out", help="Without a picture, and not to be made.")
    ] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="Still to be made.")] = False,
    held: Annotated[bool, typer.Option("--held", help="Waiting for your approval.")] = False,
    working: Annotated[bool, typer.Option("--working", help="Being made.")] = False,
    made: Annotated[bool, typer.Option("--made", help="With the picture that is wanted.")] = False,
    unlisted: Annotated[
        bool, typer.Option("--unlisted", help="With a picture that no list names.")
    ] = False,
    wrong_format: Annotated[
        bool,
        typer.Option("--wrong-format", help="With a picture in another format than was asked for."),
    ] = False,
    offered: Annotated[
        bool, typer.Option("--offered", help="With a take that waits for your yes.")
    ] = False,
    approved: Annotated[bool, typer.Option("--approved", help="Approved by you.")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="Rejected by you.")] = False,
    locked: Annotated[bool, typer.Option("--locked", help="Locked by you.")] = False,
    unreviewed: Annotated[
        bool, typer.Option("--unreviewed", help="With a picture of which you said nothing yet.")
    ] = False,
    text: Annotated[
        str,
        typer.Option(
            "--text",
            metavar="TEXT",
            help="With this text in the key, prompt, lettering or note.",
            show_default=False,
        ),
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="All panels.")] = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """List panels: key, state, line of the list, how the words begin, the reason, what to do.

    Without options, this lists the panels that need you: refused, failed or in doubt.
    """
    chosen = {
        PanelState.REFUSED: refused,
        PanelState.FAILED: failed,
        PanelState.DOUBT: doubt,
        PanelState.STALE: stale,
        PanelState.LEFT_OUT: left_out,
        PanelState.WAITING: waiting,
        PanelState.HELD: held,
        PanelState.WORKING: working,
        PanelState.MADE: made,
        PanelState.UNLISTED: unlisted,
    }
    states = [state for state, wanted in chosen.items() if wanted]
    said = {
        Reviewed.APPROVED: approved,
        Reviewed.REJECTED: rejected,
        Reviewed.LOCKED: locked,
        Reviewed.UNREVIEWED: unreviewed,
    }
    reviewed = [word for word, wanted in said.items() if wanted]
    misfits, offered = wrong_format and not every, offered and not every
    if every:
        states = []
    elif not (states or misfits or offered or reviewed or text):
        states = list(NEEDY)
    asked = PanelsQuery(
        batch=batch,
        states=states,
        misfits=misfits,
        offered=offered,
        reviewed=reviewed,
        keys=keys or [],
        text=text,
    )
    found = asyncio.run(_list(home_of(home), asked))
    if as_json:
        terminal.data(found.model_dump_json(indent=2))
        return
    console = terminal.console(soft_wrap=True)
    if not found.panels:
        needy = tuple(states) == NEEDY
        none = (
            "No panel was refused, failed or is in doubt. Pictures that stand out: pressrun "
            "review. New takes of approved ones: pressrun panels --offered"
        )
        console.print(none if needy else "There is no such panel.")
    for panel in found.panels:
        console.print(told(panel, width_of(console)))


def show(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the panel.")],
    past: Annotated[
        bool, typer.Option("--history", help="What happened to it, in sentences.")
    ] = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Show everything about one panel: words, references, state, tries, chats and pictures."""
    found = asyncio.run(_show(home_of(home), PanelQuery(batch=batch, key=key)))
    if as_json:
        terminal.data(found.model_dump_json(indent=2))
    else:
        console = terminal.console(soft_wrap=True)
        width = width_of(console)
        told = happened(found, width) if past else lines(found, width)
        console.print(Text("\n".join(told)))


def told(panel: PanelStatus, width: int | None = None) -> Text:
    """A panel in a line, with the reason and what to do below it.

    Args:
        panel: which.
        width: how many cells a line may have; None where there is no terminal.
    """
    line = f"  line {panel.line}" if panel.line else ""
    said = "" if panel.reviewed == Reviewed.UNREVIEWED else f", {panel.reviewed.value}"
    head, *rest = beside(f"{panel.key}  {panel.state.value}{said}{line}", panel.words, width)
    text = Text(head)
    text.stylize("bold", 0, len(panel.key))
    if panel.reason:
        rest += indented(panel.reason, width)
    text.append("".join(f"\n{each}" for each in rest))
    if panel.advice:
        # never wrapped: a command that is copied with a line break in it is another one
        (advice,) = indented(f"What you can do: {panel.advice}", None)
        text.append(f"\n{advice}", style="dim")
    return text


def happened(found: PanelDetail, width: int | None = None) -> list[str]:
    """What happened to a panel, for people; its arguments are as for `lines`."""
    told = [f"{found.panel.key}: {found.panel.state.value}"]
    for each in found.history:
        when = f"  {_at(each.at)}  "
        first, *rest = indented(each.text, width, len(when))
        told += [when + first.lstrip(), *rest]
    return told if found.history else [*told, "  Nothing yet."]


def lines(found: PanelDetail, width: int | None = None) -> list[str]:
    """Everything about a panel, for people.

    Args:
        found: what is known of it.
        width: how many cells a line may have; None where there is no terminal.
    """
    panel = found.panel
    where = f", line {panel.line}" if panel.line else ""
    told = [
        f"{panel.key}: {panel.state.value}",
        *([f"  why: {panel.reason}"] if panel.reason else []),
        *([f"  what you can do: {panel.advice}"] if panel.advice else []),
        *([f"  list: {panel.list}{where}"] if panel.list else ["  list: none names it"]),
        f"  folder: {found.library}",
        *([f"  title: {found.title}"] if found.title else []),
        *([f"  comes after: {found.after}"] if found.after else []),
        *([f"  wait for it: {', '.join(found.waiting)}"] if found.waiting else []),
        *([f"  your note: {' '.join(found.note.split())}"] if found.note else []),
        *([f"  references: {', '.join(found.references)}"] if found.references else []),
        *([f"  format: {found.format}"] if found.format else []),
        "  words:",
        *(f"    {line}" for line in found.prompt.splitlines()),
        "  tries:" if found.tries else "  tries: none",
    ]
    for each in found.tries:
        ending = each.ending.value if each.ending else "open"
        sent = f"sent {_at(each.sent_at)}" if each.sent_at else "not sent"
        reason = f": {each.reason}" if each.reason else ""
        told.append(
            f"    batch {each.batch}, try {each.number}, account {each.account}, {sent}, "
            f"{ending}{reason}"
        )
        if each.chat:
            told.append(f"      {each.chat}")
    told.append("  takes:" if found.takes else "  takes: none")
    for take in found.takes:
        notes = [
            f"{take.place.value}",
            take.misfit or f"{take.width}×{take.height}",
            _at(take.filed_at),
            *_said(take),
            *([f"rejected: {take.rejected.value}"] if take.rejected else []),
            *([take.style] if take.style else []),
            *_origin(take),
        ]
        told += [f"    {take.number}  {', '.join(notes)}", f"       {take.path}"]
        if take.rejected_note:
            why = f"rejected because: {' '.join(take.rejected_note.split())}"
            told += indented(why, width, 7)
        # of a correction, the note says it all
        if take.said and not (take.made_from and take.said == take.note):
            told += ["       made with these words:", *_block(take.said, 9)]
    return told


def _block(text: str, cells: int) -> list[str]:
    """Lines of a text, each so many cells from the left."""
    return [f"{' ' * cells}{line}".rstrip() for line in text.splitlines()]


def _said(take: TakeStatus) -> list[str]:
    """What the author said of a take, or is asked."""
    if take.offered:
        return ["waits for your yes"]
    if take.locked:
        return ["locked"]
    return ["approved"] if take.approved else []


def _origin(take: TakeStatus) -> list[str]:
    """What a take was made from besides the words, and what its author noted."""
    note = " ".join((take.note or "").split())
    if take.made_from:
        return [f'made from take {take.made_from}: "{note}"']
    return [f"note: {note}"] if note else []


def _at(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))


async def _list(home: Home, asked: PanelsQuery) -> PanelsFound:
    async with connect(home) as client:
        found = await client.ask(calls.PANELS_LIST, asked)
        panels = list(found.panels)
        while len(panels) < found.total:
            more = asked.model_copy(update={"first": len(panels)})
            page = await client.ask(calls.PANELS_LIST, more)
            if not page.panels:
                break
            panels += page.panels
        # a page is bounded, all of them together are not
        return found.model_copy(update={"panels": panels, "total": len(panels)})


async def _show(home: Home, asked: PanelQuery) -> PanelDetail:
    async with connect(home) as client:
        return await client.ask(calls.PANELS_SHOW, asked)
