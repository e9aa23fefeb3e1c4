"""`pressrun logs`: the host's log in a readable form."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from pressrun import logged
from pressrun.cli import terminal
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import NotFoundError

_STYLES = {"warning": "yellow", "error": "red", "critical": "bold red", "debug": "dim"}


class LogLevel(StrEnum):
    """The levels of the log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def logs(
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, help="How many lines to show.")
    ] = 40,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Keep running and show new lines.")
    ] = False,
    level: Annotated[
        LogLevel, typer.Option(help="The least level that is shown.")
    ] = LogLevel.DEBUG,
    text: Annotated[
        str, typer.Option(help="Show only lines with this text, such as the key of a panel.")
    ] = "",
    relay: Annotated[bool, typer.Option("--relay", help="Show the relay's log instead.")] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Show the host's log, newest last. `--json` prints its JSON lines as they are.

    With --level or --text, the last lines are those that fit.
    """
    where = home_of(home)
    path = where.logs / "relay.log" if relay else where.log
    if not path.exists():
        raise NotFoundError(f"no log yet: {path} does not exist")
    console = terminal.console()

    def fits(line: str) -> bool:
        return logged.read(line).fits(level, text)

    for line in _lines(path, lines, fits, follow=follow):
        if as_json:
            terminal.data(line.rstrip("\n"))
        else:
            console.print(_readable(line), soft_wrap=True)


def _lines(path: Path, last: int, fits: Callable[[str], bool], *, follow: bool) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        yield from deque(filter(fits, file), last)
        while follow:
            line = file.readline()
            if line:
                if fits(line):
                    yield line
            else:
                time.sleep(0.2)


def _readable(line: str) -> Text:
    told = logged.read(line)
    text = Text()
    if told.clock or told.about:
        text.append(f"{told.clock} ", style="dim")
        text.append(f"{told.about:8} ", style="cyan")
    text.append(told.event, style=_STYLES.get(told.level, "bold"))
    for name, value in told.fields:
        text.append(f"  {name}=", style="dim")
        text.append(value)
    if told.trace:
        text.append(f"\n{told.trace}", style="red")
    return text
