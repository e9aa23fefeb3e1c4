"""Nights of the press in minutes: the real press and store, in a simulated world.

Prints how it goes on stderr and, last, one JSON line on stdout: the figures of the night, or of
all nights together. The exit code is 0 when nothing was lost, sent twice, misfiled or left undone
and at least 99.9 % of what the site did not refuse was made; otherwise it is 1, and what went wrong
is named before. The same seed, options and version replay a night exactly.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from pressrun.errors import Exit
from pressrun.protocol.messages import OnDoubt
from pressrun.simulator.night import SUCCESS, Report, book, play

TELL_SECONDS = 10.0
"""How often it says how far it is."""


def main(arguments: list[str] | None = None) -> int:
    """Simulate nights; the last line printed is JSON, the exit code tells whether all went well."""
    wish = _parser().parse_args(arguments)
    reports = []
    for seed in range(wish.seed, wish.seed + wish.seeds):
        report = play(
            book(wish.images),
            seed,
            wish.faults,
            tabs=wish.tabs,
            accounts=wish.accounts,
            on_doubt=wish.on_doubt,
            told=_progress(seed, wish.images),
        )
        reports.append(report)
        _tell(report)
    numbers = reports[0].numbers if len(reports) == 1 else together(reports)
    sys.stdout.write(f"{json.dumps(numbers)}\n")
    broken = any(report.wrong for report in reports) or numbers["success_rate"] < SUCCESS
    return Exit.INTERNAL if broken else Exit.OK


def together(reports: list[Report]) -> dict[str, Any]:
    """The figures of several nights, added up."""
    sums: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for report in reports:
        numbers = report.numbers
        faults.update(numbers["faults"])
        sums.update({name: numbers[name] for name in _SUMMED})
    wanted = sums["images"] - sums["refused"]
    done = sum(report.audit.done for report in reports)
    return {
        "seeds": [report.seed for report in reports],
        **{name: round(sums[name], 2) for name in _SUMMED},
        "success_rate": round(done / wanted, 6) if wanted else 1.0,
        "faults": dict(sorted(faults.items())),
    }


_SUMMED = (
    "images",
    "lost",
    "twice",
    "misfiled",
    "needs_you",
    "refused",
    "virtual_hours",
    "wall_seconds",
    "cpu_seconds",
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/simulate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--images", type=_whole, default=1_000, metavar="N", help="pictures a night (1000)")
    add("--seed", type=int, default=1, metavar="S", help="the night's seed, or the first's (1)")
    add("--seeds", type=_whole, default=1, metavar="K", help="nights, one seed after another (1)")
    add("--faults", type=_share, default=0.1, metavar="F", help="share of sends with a fault (0.1)")
    add("--tabs", type=_whole, default=4, metavar="N", help="worker tabs of each account (4)")
    add("--accounts", type=_whole, default=2, metavar="N", help="accounts, one a browser (2)")
    add(
        "--on-doubt",
        type=OnDoubt,
        default=OnDoubt.ASK,
        choices=list(OnDoubt),
        help="what becomes of what nobody can prove (ask)",
    )
    return parser


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return share


def _progress(seed: int, images: int) -> Callable[[int, float], None]:
    """Says now and then how far a night is."""
    began = last = time.monotonic()

    def tell(made: int, seconds: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= TELL_SECONDS:
            last = now
            so_far = f"{made:,} of {images:,} pictures, {seconds / 3600:.1f} hours into the night"
            sys.stderr.write(f"seed {seed}: {so_far}, after {now - began:.0f} s\n")
            sys.stderr.flush()

    return tell


def _tell(report: Report) -> None:
    """Names what broke a promise, and says why jobs need the author."""
    for what, names in report.wrong.items():
        sys.stderr.write(f"seed {report.seed}: {what}: {', '.join(names)}\n")
    for reason, jobs in report.audit.reasons.items():
        sys.stderr.write(f"seed {report.seed}: {jobs} need you: {reason}\n")
    rate = report.audit.success_rate
    sys.stderr.write(f"seed {report.seed}: {rate:.2%} made in {report.wall_seconds:.1f} s\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
