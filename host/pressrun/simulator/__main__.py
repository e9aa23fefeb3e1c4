"""`python -m pressrun.simulator`: a night of the press in minutes, from a seed that replays it."""

import argparse
import json
import sys

from pressrun.errors import Exit
from pressrun.protocol.messages import OnDoubt
from pressrun.simulator.night import run


def main(arguments: list[str] | None = None) -> int:
    """Simulate nights; the last line printed is JSON, the exit code tells whether all went well."""
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=__doc__)
    parser.add_argument("--images", type=int, default=1_000, help="pictures a night (1,000)")
    parser.add_argument("--seed", type=int, default=1, help="the first night's seed (1)")
    parser.add_argument("--seeds", type=int, default=1, help="so many nights, one after another")
    parser.add_argument(
        "--faults", type=float, default=0.1, help="share of the sends that meet a fault (0.1)"
    )
    parser.add_argument("--tabs", type=int, default=4, help="worker tabs of each account (4)")
    parser.add_argument("--accounts", type=int, default=2, help="browser profiles (2)")
    parser.add_argument("--on-doubt", type=OnDoubt, default=OnDoubt.ASK, choices=list(OnDoubt))
    wish = parser.parse_args(arguments)
    clean = True
    for seed in range(wish.seed, wish.seed + wish.seeds):
        report = run(
            wish.images,
            seed,
            wish.faults,
            tabs=wish.tabs,
            accounts=wish.accounts,
            on_doubt=wish.on_doubt,
        )
        for what, names in report.wrong.items():
            sys.stderr.write(f"seed {seed}: {what}: {', '.join(names)}\n")
        for reason, jobs in report.audit.reasons.items():
            sys.stderr.write(f"seed {seed}: {jobs} need you: {reason}\n")
        sys.stdout.write(f"{json.dumps(report.numbers)}\n")
        sys.stdout.flush()
        clean = clean and not report.wrong
    return Exit.OK if clean else Exit.INTERNAL


if __name__ == "__main__":
    sys.exit(main())
