"""Time from the kill of one part to the affected attempt's next step, 30 kills a kind."""

import asyncio
import statistics
import tempfile
from pathlib import Path

from benches.result import Result
from trials.soak.recovery import measure

KILLS = 30
MOST_SECONDS = {"worker": 1.0, "relay": 2.0, "tab": 3.0, "host": 3.0, "browser": 10.0}


def run() -> list[Result]:
    """Kill each part, one at a time, while a batch runs in one tab of a real Chromium."""
    with tempfile.TemporaryDirectory(prefix="pressrun-recovery-") as folder:
        seconds, found = asyncio.run(measure(Path(folder), KILLS, MOST_SECONDS))
    results = []
    for kind, times in seconds.items():
        most = MOST_SECONDS[kind]
        results += [
            Result(
                f"{kind}_median", f"{kind}, median of {len(times)}", statistics.median(times), "s"
            ),
            Result(f"{kind}_max", f"{kind}, longest", max(times), "s", most),
        ]
    return [
        *results,
        Result("lost", "pictures lost", len(found.lost), "", 0),
        Result("twice", "sent twice", len(found.twice), "", 0),
        Result("misfiled", "misfiled", len(found.misfiled), "", 0),
    ]
