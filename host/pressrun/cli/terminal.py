"""The one way out for what commands print: nothing is markup, and nothing steers the terminal.

Keys, paths, reasons and a page's words are printed as they are, whatever they hold. Any terminal
can show them: what its encoding lacks is replaced by what reads alike, or by an escape.
"""

import codecs
import io
import json
import logging
import re
import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from pressrun import characters

READABLE = "pressrun.readable"
"""The name of our way to encode what an encoding lacks."""

_ALIKE = str.maketrans(
    {
        "…": "...",
        "–": "-",
        "—": "-",
        "·": "-",
        "×": "x",
        "→": "->",
        "━": "-",
        **dict(zip("▁▂▃▄▅▆▇█", "_.:-=+#@", strict=True)),
        "╸": "-",
        "╺": "-",
        "‘": "'",  # noqa: RUF001 - what is meant
        "’": "'",  # noqa: RUF001 - what is meant
        "“": '"',
        "”": '"',
    }
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def prepare() -> None:
    """Have standard output and error take any text, whatever their encoding, and only ours.

    What a library warns of, or logs, is not for authors.
    """
    logging.captureWarnings(capture=True)
    logging.getLogger().addHandler(logging.NullHandler())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=READABLE)


def say(text: str) -> None:
    """Print a text, and end its line."""
    sys.stdout.write(f"{characters.shown(text)}\n")


def complain(text: str) -> None:
    """The same on standard error."""
    sys.stderr.write(f"{characters.shown(text)}\n")


def data(text: str) -> None:
    """Print JSON, for programs: what the terminal could not take as it is stands as an escape."""
    text = characters.escaped(text)
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        text = _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text)
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def console(*, stderr: bool = False, quiet: bool = False, soft_wrap: bool = False) -> Console:
    """A terminal for texts with colours, tables and progress.

    Args:
        stderr: print on standard error.
        quiet: print nothing.
        soft_wrap: leave it to the terminal to wrap lines.
    """
    return _Terminal(
        stderr=stderr, quiet=quiet, soft_wrap=soft_wrap, markup=False, emoji=False, highlight=False
    )


class _Terminal(Console):
    """Shows as escapes what would steer the terminal, in everything that is printed."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """What is printed for something; its own colours and moves of the cursor stay."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(characters.shown(text), style)


def _readable(error: UnicodeError) -> tuple[str, int]:
    """Encode what an encoding lacks: by what reads alike, or else as an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_parts(lacking)), error.end


def _parts(lacking: str) -> Iterable[str]:
    for each in characters.shown(lacking).translate(_ALIKE):
        yield each if each.isascii() else each.encode("ascii", "backslashreplace").decode("ascii")


codecs.register_error(READABLE, _readable)
