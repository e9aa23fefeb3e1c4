"""`pressrun browser`: a Chromium that the host starts and keeps running."""

import asyncio
import os
from typing import Annotated, TypeVar

import typer

from pressrun.browser.find import find_browser
from pressrun.browser.launch import has_display
from pressrun.cli import terminal
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
    help="Run a separate Chromium for Pressrun, for example on a server.\n\n"
    "On your own computer, use your own browser instead: `pressrun install`.",
)

SHOWN_BY = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
)
"""Variables of the caller's terminal that a window needs."""


@app.command()
def start(
    flags: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FLAGS", help="Further flags and addresses for the browser, after `--`."
        ),
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="Show no window. Sign in with a window first.")
    ] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Start Chromium with the extension, and keep it running until you stop it."""
    if not headless and not has_display():
        raise BadInputError("cannot open a window: there is no display here. Use --headless")
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
    """Stop the browser for good. Pictures in progress are recovered when a browser runs again."""
    found = asyncio.run(_ask(home_of(home), calls.BROWSER_STOP, Nothing()))
    _show(found, as_json=as_json)


@app.command()
def status(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Show whether the browser runs; exit code 3 when it should but does not."""
    found = asyncio.run(_ask(home_of(home), calls.BROWSER_STATUS, Nothing()))
    _show(found, as_json=as_json)
    raise typer.Exit(Exit.NEEDS_YOU if found.wanted and found.pid is None else Exit.OK)


def _show(found: BrowserStatus, *, as_json: bool) -> None:
    told = found.model_dump_json() if as_json else found.sentence
    terminal.say(told)


async def _ask(home: Home, call: Call[P, BrowserStatus], asked: P) -> BrowserStatus:
    async with connect(home) as client:
        return await client.ask(call, asked)
