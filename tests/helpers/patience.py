"""Time limits that hold on a machine with other things to do."""

import os
from pathlib import Path


def patience(seconds: float) -> float:
    """Return how long something may take that a machine with nothing else to do does in `seconds`.

    It grows with the number of programs that share a processor. Ask when the time is up: only then
    is the load known.
    """
    running = Path("/proc/loadavg").read_text(encoding="ascii").split()[3].partition("/")[0]
    share = max(os.getloadavg()[0], float(running)) / (os.cpu_count() or 1)
    return seconds * max(1.0, share)
