"""Play stories from the command line: `PYTHONPATH=tests python -m crash [--full | NAME …]`.

NAME is what a failed test calls its combination: `attempt.sent:6`, or
`attempt.submitted.after:2 then press.taken_up:1, all unsynced lost`.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from crash import matrix
from crash.matrix import Combination
from crash.power import Loss
from crash.story import Outcome, cpu_seconds, make_templates, play_all, summary


def main() -> int:
    """Play, and tell; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m crash", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--full", action="store_true", help="play the whole matrix")
    parser.add_argument("--losses", action="store_true", help="play every loss of power")
    parser.add_argument("--at-once", type=int, default=12)
    given = parser.parse_args()
    combinations = [_combination(name) for name in given.names]
    combinations += matrix.deaths() if given.full else []
    combinations += matrix.losses() if given.losses else []
    with tempfile.TemporaryDirectory(prefix="pc-home-") as folder:
        make_templates(Path(folder))
        began, used = time.monotonic(), cpu_seconds()
        played = asyncio.run(
            play_all(combinations or matrix.SAMPLE, Path(folder), given.at_once, _tell)
        )
        seconds, used = time.monotonic() - began, cpu_seconds() - used
    sys.stdout.write(f"{summary(played)}; {seconds:.0f} s, {used:.0f} CPU s\n")
    return 1 if any(outcome.wrong for outcome in played) else 0


def _combination(name: str) -> Combination:
    lives, _, loss = name.partition(", ")
    told = tuple("" if life == "stop" else life for life in lives.split(" then "))
    return Combination(told, Loss(loss) if loss else None)


def _tell(outcome: Outcome) -> None:
    mark = "WRONG" if outcome.wrong else "ok"
    sys.stdout.write(f"{mark:5} {outcome.seconds:5.1f} s  {outcome.combination.name}\n")
    for text in outcome.wrong:
        sys.stdout.write(f"      {text}\n")
    if outcome.wrong:
        sys.stdout.write(f"      everything of it is in {outcome.folder}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
