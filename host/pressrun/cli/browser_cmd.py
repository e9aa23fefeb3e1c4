"""`pressrun browser`: a Chromium of Pressrun's own, kept running by the host."""

import asyncio
import os
import sys
from typing import Annotated, TypeVar

import typer

from pressrun.browser.find import find_browser
from pressrun.browser.launch import has_display
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import BadInputError, Exit
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.messages.base import Message, Nothing
from pressrun.protocol.messages.browser import BrowserStart, BrowserStatus

P = TypeVar("P", bound=Message)

app = typer.Typer(
    no_args_is_help=True,
    help="A browser of Pressrun's own. Signing in is best done in your own: pressrun install.",
)

SHOWN_BY = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
)
"""What a window needs of the terminal that it is asked for in."""


@app.command()
def start(
    flags: Annotated[
        list[str] | None,
        typer.Argument(metavar="FLAGS", help="Further flags and addresses, after '--'."),
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="Show no window; sign in with one first.")
    ] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Start Chromium with the extension in it, and keep it running until it is stopped."""
    if not headless and not has_display():
        raise BadInputError("there is no display for a window here; say --headless")
    asked = BrowserStart(
        program=str(find_browser()),
        headless=headless,
        flags=flags or [],
        environment={name: os.environ[name] for name in SHOWN_BY if name in os.environ},
    )
    found = asyncio.run(_ask(home_of(home), calls.BROWSER_START, asked))
    _show(found, as_json=as_json)
    raise typer.Exit(Exit.OK if found.pid is not None else Exit.NEEDS_YOU)


@app.command()
def stop(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """End it, and keep it ended. What it was making is looked after when a browser is there."""
    found = asyncio.run(_ask(home_of(home), calls.BROWSER_STOP, Nothing()))
    _show(found, as_json=as_json)


@app.command()
def status(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Tell how it stands; exit code 3 when it is wanted and cannot be kept running."""
    found = asyncio.run(_ask(home_of(home), calls.BROWSER_STATUS, Nothing()))
    _show(found, as_json=as_json)
    raise typer.Exit(Exit.NEEDS_YOU if found.wanted and found.pid is None else Exit.OK)


def _show(found: BrowserStatus, *, as_json: bool) -> None:
    told = found.model_dump_json() if as_json else found.sentence
    sys.stdout.write(f"{told}\n")


async def _ask(home: Home, call: Call[P, BrowserStatus], asked: P) -> BrowserStatus:
    async with connect(home) as client:
        return await client.ask(call, asked)
