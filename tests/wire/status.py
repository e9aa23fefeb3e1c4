"""Waiting for what a host says."""

from collections.abc import Callable

from pressrun.cli.client import Client
from pressrun.protocol import calls
from pressrun.protocol.messages.status import Status, StatusQuery


async def until(client: Client, met: Callable[[Status], bool]) -> Status:
    """Wait for what is to be seen."""
    after = -1
    while True:
        status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=2))
        after = status.revision
        if met(status):
            return status
