"""A clock that was set back must not make jobs and accounts wait for hours that are gone.

Waiting is written down as a time of day, so that it survives a restart. When the clock is set
forward, or the machine slept, waiting simply ends; when it is set back, waiting moves with it.
"""

import asyncio

import structlog

from pressrun.clock import Clock
from pressrun.store import waits
from pressrun.store.writer import StoreError, Writer

_log = structlog.get_logger("pressrun.clock")

LOOK_SECONDS = 5.0
SLACK_SECONDS = 30.0
"""A smaller step is the clock being kept right."""


def set_back(wall: float, steady: float) -> float:
    """By how many seconds the clock was set back, or 0.

    Args:
        wall: what the clock says has passed.
        steady: what has really passed.
    """
    back = steady - wall
    return back if back > SLACK_SECONDS else 0.0


async def watch_clock(store: Writer, clock: Clock) -> None:
    """Move what waits with a clock that is set back, until cancelled."""
    loop = asyncio.get_running_loop()
    wall, steady = clock.now(), loop.time()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now, moment = clock.now(), loop.time()
        back = set_back(now - wall, moment - steady)
        wall, steady = now, moment
        if back:
            _log.warning("clock_set_back", seconds=round(back))
            try:
                await store.do(waits.move, now, -back)
            except StoreError as error:
                _log.error("waits_not_moved", reason=str(error))
