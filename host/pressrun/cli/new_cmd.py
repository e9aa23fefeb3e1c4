"""`pressrun new`: a small book, complete, to be made one's own."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from pressrun.book import new as making
from pressrun.cli import terminal


def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where; a new or empty folder.")],
    title: Annotated[
        str | None,
        typer.Option("--title", help="Title of the book.", show_default="the example's"),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            help="Style to start from: ligne-claire, manga, noir, pulp or watercolour.",
            show_default="ligne-claire",
        ),
    ] = None,
) -> None:
    """Begin a book: a script of 24 panels with its cast and style, which explains itself.

    Every file is yours to change. This makes no picture and needs no browser.
    """
    making.make(folder, title, preset)
    named = shlex.quote(str(folder))
    terminal.say(
        f"{folder} is a book: book.toml, script/, cast/ and references/ are yours to change.\n"
        f"Find mistakes:     pressrun check {named}\n"
        f"What a run means:  pressrun plan {named}\n"
        f"Make the pictures: pressrun run {named}"
    )
