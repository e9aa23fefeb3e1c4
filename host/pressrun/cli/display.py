"""Progress for people: a live picture on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pressrun.cli.lines import beside
from pressrun.protocol.messages.batch import BatchStatus
from pressrun.protocol.messages.status import Status, TabStatus
from pressrun.words import clock, middle

KEY_CHARS = 28
"""How much of a key stands beside what a tab is doing."""

PLAIN_SECONDS = 10.0
"""How often plain output says something while no picture is made."""


def counts(batch: BatchStatus) -> str:
    """What needs the author, in words; empty when nothing does."""
    return ", ".join(count.text for count in batch.counts if count.wrong)


def needs(batch: BatchStatus, width: int | None = None) -> str:
    """The first panels that need the author, and the command for all of them.

    Args:
        batch: whose.
        width: how many cells a line may have; None where there is no terminal.
    """
    lines = [
        line
        for each in batch.needs
        for line in beside(
            f"  {middle(each.key)}  {each.state.value}:", each.reason or "no reason is known", width
        )
    ]
    return "\n".join(
        [*lines, f"All of them, and what to do: pressrun panels --batch {batch.batch}"]
    )


def made(batch: BatchStatus) -> str:
    """How many pictures of how many there are: 1,400/3,000."""
    return f"{batch.done:,}/{batch.total:,}"


class Display:
    """Shows a batch until it has ended; a context manager."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._live = Live(console=console, refresh_per_second=8) if console.is_terminal else None
        self._told = ""
        self._told_at = 0.0
        self._done = -1

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()

    def show(self, status: Status, batch: BatchStatus) -> None:
        """Show how things stand."""
        if self._live:
            self._live.update(picture(status, batch))
            return
        now = self._clock()
        if batch.done == self._done and now - self._told_at < PLAIN_SECONDS:
            return
        line = plain(status, batch)
        if line != self._told:
            self._console.print(line, highlight=False, soft_wrap=True)
            self._told, self._told_at, self._done = line, now, batch.done


def plain(status: Status, batch: BatchStatus) -> str:
    """One line that tells how a batch stands."""
    told = ", ".join(count.text for count in batch.counts)
    left = f"{batch.outlook.span} left" if batch.outlook else ""
    parts = [f"{made(batch)} pictures", batch.progress, left, told, status.sentence]
    return " · ".join(filter(None, parts))


def picture(status: Status, batch: BatchStatus) -> RenderableType:
    """A bar, pace and time left, the forecast, the sentence, the counts, and one line a tab."""
    head = Table.grid(padding=(0, 2), expand=False)
    head.add_row(
        Text(made(batch), style="bold"),
        ProgressBar(total=max(batch.total, 1), completed=batch.done, width=36),
        Text(batch.progress),
    )
    tabs = Table.grid(padding=(0, 2))
    every = [tab for account in status.accounts for tab in account.tabs]
    for number, tab in enumerate(every, start=1):
        tabs.add_row(*_tab(number, tab, status.now))
    told = [Text(each.text, "yellow" if each.wrong else "dim") for each in batch.counts]
    lines = [
        Text(batch.forecast, style="dim"),
        Text(status.sentence),
        Text(", ", style="dim").join(told),
    ]
    return Group(head, *(line for line in lines if line), tabs)


def _tab(number: int, tab: TabStatus, now: float) -> list[Text]:
    return [
        Text(f"tab {number}", style="cyan"),
        Text(f"{tab.made:3d} made"),
        Text(tab.doing),
        Text(middle(tab.key or "", KEY_CHARS), style="bold"),
        Text(clock(now - tab.since), style="dim"),
    ]
