"""Following a batch to its end, over restarts of the host."""

import asyncio
import contextlib

from pressrun.cli.client import Client, connect
from pressrun.cli.display import Display
from pressrun.errors import NoHostError, NotFoundError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStatus
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.rpc import LinkLostError
from pressrun.states import BatchState

LOOK_SECONDS = 5.0
"""How long the host may wait for news before it answers."""

AGAIN_SECONDS = 0.5
"""How soon to look for a host that went away."""


def has_ended(batch: BatchStatus) -> bool:
    """Whether nothing more happens by itself."""
    if batch.state in (BatchState.DONE, BatchState.CANCELLED):
        return True
    if batch.waiting or batch.working or batch.comparing or batch.doubt > batch.asking:
        return False
    style_wait = None if batch.compares else batch.style_wait
    waits = batch.asking or batch.approval or batch.standstill or style_wait
    # one that waits for nobody has its last pictures compared, and may make some of them again
    return batch.state != BatchState.RUNNING or bool(waits)


async def follow(home: Home, batch: int, display: Display) -> BatchStatus:
    """Show a batch until it has ended; returns its last status.

    Raises:
        NoHostError: the author stopped the host meanwhile.
    """
    while True:
        with contextlib.suppress(LinkLostError, NoHostError):
            async with connect(home, start=not home.stopped) as client:
                return await _watch(client, batch, display)
        if home.stopped:
            raise NoHostError(
                "Pressrun was stopped. To make what is left, run the same command again"
            )
        await asyncio.sleep(AGAIN_SECONDS)


async def _watch(client: Client, batch: int, display: Display) -> BatchStatus:
    after = -1
    while True:
        status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=LOOK_SECONDS))
        after = status.revision
        found = next((known for known in status.batches if known.batch == batch), None)
        if found is None:
            raise NotFoundError(f"batch {batch} ended long ago; its pictures are in its folder")
        display.show(status, found)
        if has_ended(found):
            return found
