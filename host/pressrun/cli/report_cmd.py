"""`pressrun report`: how a book came to be, as one page."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from pressrun import files
from pressrun.book import find
from pressrun.cli import report_page, terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.cli.panels_cmd import OfBatch
from pressrun.cli.paths import usable
from pressrun.cli.style_cmd import Book, source_of
from pressrun.errors import BadInputError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.report import LibraryReport, ReportQuery
from pressrun.texts.faults import told
from pressrun.words import pictures

NAME = "report.html"

_HEAD_BYTES = 4_096


def report(
    book: Book = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to write the page.",
            show_default="report.html in the book's folder, LIST-report.html beside a list",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is no report.")
    ] = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Write a report as one page: progress, pace, limits, failures, outliers and cost.

    The page is one file with nothing from elsewhere, and prints well. `--json` prints its figures
    and writes no file.
    """
    asked = ReportQuery(batch=batch, source=source_of(book, batch))
    found = asyncio.run(_report(home_of(home), asked))
    if as_json:
        terminal.data(found.model_dump_json(indent=2))
        return
    path = usable(output).absolute() if output else usual(Path(found.source))
    write(path, found, force=force)
    terminal.say(f"{pictures(found.made)} of {found.panels:,} panels. Written: {path}")


def usual(source: Path) -> Path:
    """Where the report on a book or a list is written, if its author names no place."""
    name = NAME if source.name == find.NAME else f"{source.stem}-{NAME}"
    return source.parent / name


def write(path: Path, found: LibraryReport, *, force: bool) -> None:
    """Write the page of a report, over an older report if there is one.

    Raises:
        BadInputError: something else stands there, or it cannot be written.
    """
    try:
        if path.is_dir():
            raise BadInputError(
                f"{told(path)} is a folder, not a file; name another with -o. Nothing was written"
            )
        if path.exists() and not force and not _is_ours(path):
            raise BadInputError(
                f"{told(path)} is there already, and is no report; name another with -o, or write "
                "over it with --force. Nothing was written"
            )
        with files.writing(path) as file:
            file.write(report_page.page(found).encode())
    except OSError as error:
        raise BadInputError(
            f"{told(path)}: {error.strerror or error}. Nothing was written; name another place "
            "with -o"
        ) from error


def _is_ours(path: Path) -> bool:
    return path.is_file() and report_page.MARK.encode() in files.read(path, _HEAD_BYTES)


async def _report(home: Home, asked: ReportQuery) -> LibraryReport:
    async with connect(home) as client:
        return await client.ask(calls.REPORT, asked)
