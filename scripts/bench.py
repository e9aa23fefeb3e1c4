"""Runs one bench: `scripts/bench NAME [--json]`; each is a module in `scripts/benches`.

A table for people comes first and, with `--json`, one line of JSON last. The exit code is 0 when
everything is within its limit, and 1 when something is not.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from types import ModuleType

from rich.console import Console
from rich.table import Table

import benches
from benches.result import Result


def main() -> int:
    """Run the bench that is named; returns the exit code."""
    known = {
        module.name: importlib.import_module(f"benches.{module.name}")
        for module in pkgutil.iter_modules(benches.__path__)
        if module.name not in ("batch", "result")
    }
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:8} {module.__doc__}" for name, module in known.items()),
    )
    parser.add_argument("name", choices=sorted(known), help="what to measure")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    given, options = parser.parse_known_args()
    results = measured(known[given.name], options)
    show(given.name, results)
    good = all(result.good for result in results)
    if given.json:
        numbers = {result.key: round(result.value, 3) for result in results}
        print(json.dumps({"bench": given.name, **numbers, "ok": good}))
    return 0 if good else 1


def measured(bench: ModuleType, options: list[str]) -> list[Result]:
    """Run a bench; one with `add_options` takes options of its own."""
    parser = argparse.ArgumentParser(
        prog=f"scripts/bench {bench.__name__.rpartition('.')[2]}", description=bench.__doc__
    )
    results: list[Result]
    if hasattr(bench, "add_options"):
        bench.add_options(parser)
        results = bench.run(parser.parse_args(options))
    else:
        parser.parse_args(options)
        results = bench.run()
    return results


def show(name: str, results: list[Result]) -> None:
    """Print what was measured."""
    table = Table(title=f"bench {name}", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("what", "measured", "limit", ""):
        table.add_column(column, justify="left" if column in ("what", "") else "right")
    for result in results:
        verdict = result.limits and ("good" if result.good else "MISSED")
        value = f"{result.value:.2f} {result.unit}".strip()
        table.add_row(result.what, value, result.limits, verdict)
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
