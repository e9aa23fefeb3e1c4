"""`python -m pressrun.server --home DIR`: the host, as relay and command line start it.

It does not import the command line, so that it starts sooner.
"""

import argparse
import asyncio
import gc
import sys
from pathlib import Path

from pressrun.errors import PressrunError
from pressrun.home import Home, HomeTakenError
from pressrun.server import host

NEW_OBJECTS = 100_000
"""How many new objects there are before Python looks for garbage among them.

A long book is a million objects that stay. Looking through them every 700 takes a sixth of the time
of planning it.
"""


def main() -> int:
    """Be the host; returns the exit code."""
    gc.set_threshold(NEW_OBJECTS)
    parser = argparse.ArgumentParser(prog="python -m pressrun.server", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the home folder")
    parser.add_argument(
        "--idle",
        type=float,
        default=host.IDLE_SECONDS,
        help="end after this many seconds without work or client",
    )
    parser.add_argument("--debug", action="store_true", help="log more, prompts included")
    given = parser.parse_args()
    try:
        asyncio.run(host.serve(Home.at(given.home), idle_seconds=given.idle, debug=given.debug))
    except HomeTakenError as error:
        # the host that was first serves everybody
        sys.stderr.write(f"pressrun: {error}\n")
    except PressrunError as error:
        sys.stderr.write(f"pressrun: {error}\n")
        return error.exit
    return 0


if __name__ == "__main__":
    sys.exit(main())
