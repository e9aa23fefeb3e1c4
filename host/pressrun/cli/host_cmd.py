"""`pressrun host`: the background process that does the work."""

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Annotated

import typer

from pressrun import processes, relay
from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import Exit, NoHostError
from pressrun.home import Home, HomeTakenError
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.status import Status, StatusQuery
from pressrun.protocol.rpc import LinkLostError

app = typer.Typer(
    no_args_is_help=True, help="Start and stop the host, the background process that does the work."
)

IDLE_SECONDS = 120.0
STOP_SECONDS = 10.0
ASK_SECONDS = 3.0
"""How long the host may take to hear that it has to stop, before it is told by a signal."""


@app.command()
def start(home: HomeFolder = None) -> None:
    """Start the host if it is not running."""
    where = home_of(home)
    running = relay.connect(str(where.folder))
    if running is not None:
        running.close()
    found = asyncio.run(_status(where, start=True))
    what = "The host is already running" if running else "Started the host"
    terminal.say(f"{what} in {where.folder} (version {found.version}).")


@app.command()
def stop(home: HomeFolder = None) -> None:
    """Stop the host. Work in progress gets a few seconds; nothing is lost.

    The host stays stopped until a command such as `pressrun host start`, `run` or `resume` starts
    it. A browser does not start it.
    """
    where = home_of(home)
    where.make()
    # the mark comes first: the browser's relay looks for the host as soon as it is gone
    where.mark_stopped()
    until = time.monotonic() + STOP_SECONDS
    first = _holder(where.lock)
    told = asyncio.run(_stop(where))
    knows = {first} if told else set()
    found = told
    while (host := _holder(where.lock)) is not None:
        found = True
        if host and host not in knows and _is_host(host):
            # others keep it from hearing us, or it is an older one that came after
            knows.add(host)
            with contextlib.suppress(ProcessLookupError):
                os.kill(host, signal.SIGTERM)
        if time.monotonic() > until:
            raise NoHostError(f"the host did not stop within {STOP_SECONDS:.0f} s; see {where.log}")
        time.sleep(0.05)
    terminal.say("Stopped the host." if found else f"No host is running in {where.folder}.")


@app.command()
def status(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Show whether the host is running; exit code 4 when it is not."""
    where = home_of(home)
    found = asyncio.run(_status(where, start=False))
    if as_json:
        terminal.data(found.model_dump_json(indent=2))
    else:
        terminal.say(f"The host is running in {where.folder} (version {found.version}).")
        terminal.say(found.sentence)


@app.command()
def serve(
    home: HomeFolder = None,
    idle: Annotated[
        float, typer.Option(min=1, help="Exit after this many seconds without work or clients.")
    ] = IDLE_SECONDS,
    debug: Annotated[bool, typer.Option("--debug", help="Log more, including prompts.")] = False,
) -> None:
    """Run the host in the foreground. Other commands start it when they need it."""
    from pressrun.server import host  # noqa: PLC0415 - the other commands need no server

    where = home_of(home)
    where.make()
    where.allow_start()
    try:
        asyncio.run(host.serve(where, idle_seconds=idle, debug=debug))
    except HomeTakenError as error:
        # the host that runs serves everybody
        terminal.complain(f"pressrun: {error}")
        raise typer.Exit(Exit.OK) from error


async def _status(home: Home, *, start: bool) -> Status:
    async with connect(home, start=start) as client:
        return await client.ask(calls.STATUS, StatusQuery())


async def _stop(home: Home) -> bool:
    try:
        async with asyncio.timeout(ASK_SECONDS), connect(home, start=False) as client:
            await client.ask(calls.HOST_STOP, Nothing())
    except (NoHostError, LinkLostError, TimeoutError):
        return False
    return True


def _is_host(process: int) -> bool:
    """Whether a number in the lock is a host's.

    Until a host has written its own, that of the host before is there, and may be anybody's by now.
    """
    line = processes.command_line(process)
    return any(words in line for words in ("pressrun.server", "pressrun host serve"))


def _holder(lock: Path) -> int | None:
    """The process of the live host that holds the lock; 0 while it has only just taken it."""
    import fcntl  # noqa: PLC0415 - only here

    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        number = os.read(descriptor, 32).strip()
        return int(number) if number.isdigit() else 0
    finally:
        os.close(descriptor)
    return None
