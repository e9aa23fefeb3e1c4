"""Waiting for what a host says."""

from collections.abc import Callable

from pressrun.cli.client import Client
from pressrun.protocol import calls
from pressrun.protocol import messages as m


async def until(client: Client, met: Callable[[m.Status], bool]) -> m.Status:
    """Wait for what is to be seen."""
    after = -1
    while True:
        status = await client.ask(calls.STATUS, m.StatusQuery(after=after, wait=2))
        after = status.revision
        if met(status):
            return status
