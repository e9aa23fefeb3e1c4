"""`pressrun status`: what is happening, and how far each batch is."""

import asyncio
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.display import counts, made, needs
from pressrun.cli.lines import middle, width_of
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStatus
from pressrun.protocol.messages.status import Status, StatusQuery

NAME_CELLS = 24
"""How much of a list's name stands in the table."""


def status(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Show what is happening, all open batches, and the last ones that ended."""
    found = asyncio.run(_ask(home_of(home)))
    if as_json:
        terminal.data(found.model_dump_json(indent=2))
        return
    console = terminal.console()
    width = width_of(console)
    console.print(found.sentence, soft_wrap=True)
    if not found.batches:
        return
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for column in ("batch", "list", "made", "progress", "needs you"):
        table.add_column(column)
    for batch in found.batches:
        table.add_row(
            str(batch.batch),
            middle(batch.name, NAME_CELLS if width else None),
            made(batch),
            batch.progress,
            counts(batch) or "–",
        )
    console.print(table)
    for library, numbers in _libraries(found.batches).items():
        console.print(Text(f"{numbers}: pictures in {library}"), soft_wrap=True)
    for batch in found.batches:
        if told := batch.obstacle or batch.forecast:
            about = f"Batch {batch.batch}: {told}"
            # an obstacle may end with a command, which is never wrapped
            soft = width is None or batch.obstacle is not None
            console.print(about, style="dim", soft_wrap=soft)
        if batch.needs:
            console.print(Text(needs(batch, width)), soft_wrap=True)
    console.print(f"Log: {found.log}", style="dim", soft_wrap=True)


def _libraries(batches: Sequence[BatchStatus]) -> dict[str, str]:
    """The folders that batches fill, each with these: Batches 4, 1."""
    numbers: dict[str, list[str]] = {}
    for batch in batches:
        numbers.setdefault(batch.library, []).append(str(batch.batch))
    return {
        library: f"Batch{'' if len(of) == 1 else 'es'} {', '.join(of)}"
        for library, of in numbers.items()
    }


async def _ask(home: Home) -> Status:
    async with connect(home, start=not home.stopped) as client:
        return await client.ask(calls.STATUS, StatusQuery())
