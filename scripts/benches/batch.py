"""One batch, from its order to its end."""

import asyncio

from pressrun.cli.client import connect
from pressrun.cli.follow import has_ended
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart, BatchStatus
from pressrun.protocol.messages.status import StatusQuery
from trials.soak.managed import ManagedStage


async def make(stage: ManagedStage, asked: BatchStart) -> BatchStatus:
    """Have a batch made to its end; returns how it ended.

    Raises:
        RuntimeError: some of its pictures were not made.
    """
    async with connect(stage.home) as client:
        started = await client.ask(calls.BATCH_START, asked)
        after = -1
        while True:
            status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=5))
            after = status.revision
            batch = next(each for each in status.batches if each.batch == started.batch)
            if has_ended(batch):
                break
            await asyncio.sleep(1)
    if batch.done != batch.total:
        raise RuntimeError(f"{batch.done} of {batch.total} pictures were made: {status.sentence}")
    return batch
