"""`pressrun chats`: the chats in which the pictures of a panel were made."""

import asyncio
import webbrowser
from typing import Annotated

import typer
from rich.text import Text

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.cli.panels_cmd import OfBatch
from pressrun.errors import NoHostError, NotFoundError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.panel import PanelDetail, PanelQuery, TakeStatus
from pressrun.states import PictureState


def chats(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the panel.")],
    opens: Annotated[
        bool, typer.Option("--open", help="Open the chat of the current take in your browser.")
    ] = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """List the chats of a panel's takes: take, address, account and note.

    A chat opens where its account is signed in. What you write in it is yours: Pressrun notices it,
    and makes no further panels in that chat.
    """
    found = asyncio.run(_show(home_of(home), PanelQuery(batch=batch, key=key)))
    if as_json:
        fields = {"number", "place", "chat", "account", "note", "made_from"}
        terminal.data(found.model_dump_json(indent=2, include={"takes": {"__all__": fields}}))
    else:
        terminal.console(soft_wrap=True).print(Text("\n".join(lines(found))))
    if opens:
        _open(found)


def lines(found: PanelDetail) -> list[str]:
    """The chats of a panel, for people."""
    if not found.takes:
        return [f"{found.panel.key} has no picture."]
    return [_line(take) for take in found.takes]


def _line(take: TakeStatus) -> str:
    account = f"account {take.account}" if take.account is not None else "account unknown"
    note = " ".join((take.note or "").split())
    about = [take.chat or "chat unknown", account, *([f"note: {note}"] if note else [])]
    return f"{take.number}  {take.place.value}  {', '.join(about)}"


def _open(found: PanelDetail) -> None:
    """Open the chat of the current take.

    Raises:
        NotFoundError: it is not known.
        NoHostError: no browser can be started from here.
    """
    key = found.panel.key
    current = next((each for each in found.takes if each.place == PictureState.CURRENT), None)
    if current is None or current.chat is None:
        raise NotFoundError(
            f"the chat of the picture of {key} is not on record; nothing was opened"
        )
    if not webbrowser.open(current.chat):
        raise NoHostError(f"no browser can be started from here; open it yourself: {current.chat}")


async def _show(home: Home, asked: PanelQuery) -> PanelDetail:
    async with connect(home) as client:
        return await client.ask(calls.PANELS_SHOW, asked)
