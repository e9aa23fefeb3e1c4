"""``python -m pressrun.replica``: serve the replica until it is told to stop."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from pydantic import ValidationError

from pressrun.replica.behaviour import Behaviour
from pressrun.replica.server import serving


def main() -> None:
    """Read the command line and serve until SIGTERM or SIGINT."""
    parser = _parser()
    asked = parser.parse_args()
    try:
        behaviour = _behaviour(asked)
    except ValidationError as error:
        parser.error(str(error))
    asyncio.run(_serve(asked.folder, behaviour, asked.port))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pressrun.replica",
        description="A local stand-in for the ChatGPT image page, for tests and the demo.",
    )
    parser.add_argument("--folder", type=Path, required=True, help="where it remembers everything")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; a free one if 0")
    parser.add_argument("--seed", type=int, help="replays all chance")
    parser.add_argument("--page", type=_span, metavar="LO,HI", help="seconds of a page load")
    parser.add_argument("--generation", type=_span, metavar="LO,HI", help="seconds to a picture")
    parser.add_argument("--size", type=_size, metavar="WxH", help="pixels of a picture")
    parser.add_argument("--weight", type=int, metavar="BYTES", help="least bytes of a picture")
    parser.add_argument("--link", type=float, metavar="SECONDS", help="lifetime of a file's link")
    parser.add_argument(
        "--behaviour",
        type=json.loads,
        default={},
        metavar="JSON",
        help="any fields of pressrun.replica.behaviour.Behaviour; the options above win",
    )
    return parser


def _behaviour(asked: argparse.Namespace) -> Behaviour:
    options = {
        "seed": asked.seed,
        "page_seconds": asked.page,
        "generation_seconds": asked.generation,
        "picture_size": asked.size,
        "picture_weight": asked.weight,
        "link_seconds": asked.link,
    }
    given = {name: value for name, value in options.items() if value is not None}
    return Behaviour.model_validate(asked.behaviour | given)


def _span(text: str) -> tuple[float, float]:
    low, high = text.split(",")
    return float(low), float(high)


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


async def _serve(folder: Path, behaviour: Behaviour, port: int) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with serving(folder, behaviour, port=port) as replica:
        line = {"port": replica.port, "spki": replica.spki, "ledger": str(replica.ledger)}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await told.wait()


if __name__ == "__main__":
    main()
