"""``python -m trials.replica``: serve the replica until it is told to stop."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from textwrap import fill

from pydantic import ValidationError

from pressrun.browser import launch as browsers
from pressrun.browser.find import find_browser
from pressrun.browser.launch import Launch
from pressrun.errors import PressrunError
from trials.replica.behaviour import Behaviour
from trials.replica.certificate import HOST
from trials.replica.control import GROUPS
from trials.replica.mixture import MIXTURE
from trials.replica.server import Replica, serving

CONTROL = f"https://{HOST}/replica/"
"""Where a person switches behaviours."""


def main() -> int:
    """Read the command line and serve until SIGTERM or SIGINT; returns the exit code."""
    parser = _parser()
    asked = parser.parse_args()
    try:
        behaviour = _behaviour(asked)
    except ValidationError as error:
        parser.error("; ".join(f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors()))
    try:
        asyncio.run(_serve(asked, behaviour))
    except PressrunError as error:
        sys.stderr.write(f"replica: {error}\n")
        return error.exit
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trials.replica",
        description="A local stand-in for the ChatGPT image page, for tests, the demo, and for a "
        "person who wants to see what a page can do. Nothing leaves this machine.",
        epilog=_behaviours(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--folder", type=Path, help="where it remembers everything; forgotten at the end if none"
    )
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; a free one if 0")
    parser.add_argument(
        "--open",
        action="store_true",
        help="open a browser of its own, at the page where behaviours are switched",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_switch,
        metavar="NAME=VALUE",
        help="a behaviour, such as shell=B or poll=0.5; again for another",
    )
    parser.add_argument(
        "--behaviour",
        type=json.loads,
        default={},
        metavar="JSON",
        help="behaviours as one JSON object; --set and the options below win",
    )
    parser.add_argument(
        "--mixed",
        action="store_true",
        help="draw shells, languages and every failure that passes by itself, as a soak does",
    )
    parser.add_argument("--seed", type=int, help="replays all chance")
    parser.add_argument("--page", metavar="LO,HI", help="seconds of a page load")
    parser.add_argument("--generation", metavar="LO,HI", help="seconds to a picture")
    parser.add_argument("--size", type=_size, metavar="WxH", help="pixels of a picture")
    parser.add_argument("--weight", type=int, metavar="BYTES", help="least bytes of a picture")
    parser.add_argument("--link", type=float, metavar="SECONDS", help="lifetime of a file's link")
    return parser


def _behaviours() -> str:
    """The behaviours and their meanings, for `--help`."""
    lines = ["behaviours, as they are without --set; a rate goes from 0 (never) to 1 (always):"]
    plain = Behaviour()
    for group, names in GROUPS.items():
        lines += ["", f"  {group}"]
        for name in names:
            lines.append(f"    {name}={_written(getattr(plain, name))}")
            means = " ".join((Behaviour.model_fields[name].description or "").split())
            indent = " " * 8
            lines.append(
                fill(means.replace("``", ""), 78, initial_indent=indent, subsequent_indent=indent)
            )
    return "\n".join(lines)


def _written(value: object) -> str:
    """A setting as --set takes it."""
    if isinstance(value, tuple):
        return ",".join(map(_written, value))
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


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
    mixed = MIXTURE if asked.mixed else {}
    return Behaviour().but(mixed | asked.behaviour | dict(asked.set) | given)


def _switch(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name.replace("-", "_"), value


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


async def _serve(asked: argparse.Namespace, behaviour: Behaviour) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with contextlib.AsyncExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(_forgotten()))
        replica = await stack.enter_async_context(serving(folder, behaviour, port=asked.port))
        if asked.open:
            await stack.enter_async_context(_browser(folder, replica, told))
        sys.stdout.write(_greeting(replica, open_already=asked.open) + "\n")
        sys.stdout.flush()
        await told.wait()


def _forgotten() -> tempfile.TemporaryDirectory[str]:
    # a browser's helpers may outlive it and still write there
    return tempfile.TemporaryDirectory(prefix="pressrun-replica-", ignore_cleanup_errors=True)


def _greeting(replica: Replica, *, open_already: bool) -> str:
    """Say where it is: to a person in words, to a program as one line of JSON."""
    if not sys.stdout.isatty():
        told = {"port": replica.port, "spki": replica.spki, "ledger": str(replica.ledger)}
        return json.dumps(told)
    flags = " \\\n    ".join(f"'{flag}'" for flag in replica.chromium_flags())
    where = f"The replica listens on port {replica.port}; its ledger is {replica.ledger}."
    if open_already:
        return f"{where}\nClose the browser or press Ctrl-C to end it."
    return (
        f"{where}\nTo look at it, run this again with --open, or start a browser with a profile of "
        f"its own:\n  chromium --user-data-dir=/tmp/replica-profile \\\n    {flags} \\\n"
        f"    {CONTROL}\nCtrl-C ends the replica."
    )


@contextlib.asynccontextmanager
async def _browser(folder: Path, replica: Replica, told: asyncio.Event) -> AsyncIterator[None]:
    """Open a browser that knows this replica and nothing else; all ends when it is closed.

    Raises:
        PressrunError: There is no browser, or nobody could see it.
    """
    if not browsers.has_display():
        raise PressrunError("there is no display to open a browser on; run it without --open")
    launch = Launch(
        find_browser(),
        folder / "browser",
        mapped=(HOST, replica.port, replica.spki),
        more=(CONTROL,),
    )
    process = await browsers.start(launch, folder / "browser.log")

    async def watch() -> None:
        await process.wait()
        told.set()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await browsers.close(process)


if __name__ == "__main__":
    sys.exit(main())
