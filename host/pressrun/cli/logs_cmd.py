"""`pressrun logs`: the host's log in a readable form."""

import datetime as dt
import json
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from pressrun.cli import terminal
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import NotFoundError

_CONTEXT = ("", "batch", "job", "attempt", "tab", "account")

_STYLES = {"warning": "yellow", "error": "red", "critical": "bold red", "debug": "dim"}


def logs(
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, help="How many lines to show.")
    ] = 40,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Keep running and show new lines.")
    ] = False,
    relay: Annotated[bool, typer.Option("--relay", help="Show the relay's log instead.")] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Show the host's log, newest last. `--json` prints its JSON lines as they are."""
    where = home_of(home)
    path = where.logs / "relay.log" if relay else where.log
    if not path.exists():
        raise NotFoundError(f"no log yet: {path} does not exist")
    console = terminal.console()
    for line in _lines(path, lines, follow=follow):
        if as_json:
            terminal.data(line.rstrip("\n"))
        else:
            console.print(_readable(line), soft_wrap=True)


def _lines(path: Path, last: int, *, follow: bool) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        yield from deque(file, last)
        while follow:
            line = file.readline()
            if line:
                yield line
            else:
                time.sleep(0.2)


def _clock(stamp: str) -> str:
    """The time of day here of a moment that is told in UTC."""
    try:
        return f"{dt.datetime.fromisoformat(stamp).astimezone():%H:%M:%S}"
    except ValueError:
        return stamp


def _place(name: str) -> int:
    """Where a field of a line stands: its key first, and last what every line of an attempt has."""
    return -1 if name == "key" else _CONTEXT.index(name) if name in _CONTEXT else 0


def _readable(line: str) -> Text:
    try:
        entry: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError:
        return Text(line.rstrip())
    stamp = _clock(str(entry.pop("timestamp", "")))
    level = str(entry.pop("level", "info"))
    logger = str(entry.pop("logger", "")).removeprefix("pressrun.")
    event = str(entry.pop("event", "")).replace("_", " ")
    trace = entry.pop("exception", None)
    text = Text(f"{stamp} ", style="dim")
    text.append(f"{logger:8} ", style="cyan")
    text.append(event, style=_STYLES.get(level, "bold"))
    for name, value in sorted(entry.items(), key=lambda field: _place(field[0])):
        text.append(f"  {name}=", style="dim")
        text.append(str(value))
    if trace:
        text.append(f"\n{trace}", style="red")
    return text
