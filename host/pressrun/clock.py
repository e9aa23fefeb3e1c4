"""Time, injected, so that a night can be simulated and a journal compared across restarts."""

import time
from typing import Protocol


class Clock(Protocol):
    """What the time is. Waiting is the event loop's business."""

    def now(self) -> float:
        """Seconds since the epoch, for what is written down."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()
