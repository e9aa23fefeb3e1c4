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

from pressrun.protocol.messages.batch import BatchStatus, Outlook
from pressrun.protocol.messages.status import Status, TabStatus

PLAIN_SECONDS = 10.0
"""How often plain output says something though no picture was made."""


def duration(seconds: float | None) -> str:
    """A time span for people: 45 s, 12 min, 3 h 20 min."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 90:  # noqa: PLR2004 - a minute and a half reads best in seconds
        return f"{whole} s"
    minutes = round(seconds / 60)
    if minutes < 90:  # noqa: PLR2004 - and an hour and a half in minutes
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def brief_span(outlook: Outlook) -> str:
    """How long something takes, for a column: 40 min – 1 h 50 min."""
    shortest, longest = duration(outlook.shortest), duration(outlook.longest)
    return shortest if shortest == longest else f"{shortest} – {longest}"


def span(outlook: Outlook) -> str:
    """How long something takes, as a range: 40 min to 1 h 50 min, likely 58 min."""
    shortest, longest = duration(outlook.shortest), duration(outlook.longest)
    if shortest == longest:
        return f"about {duration(outlook.likely)}"
    return f"{shortest} to {longest}, likely {duration(outlook.likely)}"


def counts(batch: BatchStatus) -> str:
    """What needs attention, in words; empty when nothing does."""
    parts = [
        (batch.held, "waiting for your approval of others"),
        (batch.doubt, "in doubt"),
        (batch.failed, "failed"),
        (batch.refused, "refused"),
        (batch.cancelled, "cancelled"),
    ]
    return ", ".join(f"{count} {word}" for count, word in parts if count)


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
    parts = [f"{batch.done}/{batch.total} pictures"]
    if batch.per_minute:
        parts.append(f"{batch.per_minute:.1f} a minute")
    if batch.outlook:
        parts.append(f"{span(batch.outlook)} left")
    if attention := counts(batch):
        parts.append(attention)
    return " · ".join([*parts, status.sentence])


def picture(status: Status, batch: BatchStatus) -> RenderableType:
    """A bar, the pace, the time left, the sentence, and one line a tab."""
    head = Table.grid(padding=(0, 2), expand=False)
    head.add_row(
        Text(f"{batch.done}/{batch.total}", style="bold"),
        ProgressBar(total=max(batch.total, 1), completed=batch.done, width=36),
        Text(f"{batch.per_minute:.1f} a minute" if batch.per_minute else "–"),
        Text(f"{span(batch.outlook)} left" if batch.outlook else ""),
    )
    tabs = Table.grid(padding=(0, 2))
    for account in status.accounts:
        for number, tab in enumerate(account.tabs, start=1):
            tabs.add_row(*_tab(number, tab, status.now))
    attention = counts(batch)
    return Group(
        head,
        Text(status.sentence, style="dim"),
        *([Text(attention, style="yellow")] if attention else []),
        tabs,
    )


def _tab(number: int, tab: TabStatus, now: float) -> list[Text]:
    return [
        Text(f"tab {number}", style="cyan"),
        Text(f"{tab.made:3d} made"),
        Text(tab.doing),
        Text(tab.key or "", style="bold"),
        Text(duration(max(0.0, now - tab.since)), style="dim"),
    ]
