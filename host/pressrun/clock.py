"""Time, injected, so that a run can be simulated and a journal compared across restarts."""

import time
from typing import Protocol


class Clock(Protocol):
    """The current time. Waiting is left to the event loop."""

    def now(self) -> float:
        """Seconds since the epoch, for records."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()
