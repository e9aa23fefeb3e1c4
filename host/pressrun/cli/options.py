"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from pressrun.errors import BadInputError
from pressrun.home import Home

HomeFolder = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="PRESSRUN_HOME",
        help="Home folder: one host with its database and logs.",
        show_default="your application data folder",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Folder for the pictures.",
        show_default="NAME-OF-FILE-pictures beside FILE",
    ),
]
Again = Annotated[
    bool | None,
    typer.Option(
        "--again/--no-again",
        help="Where words or references changed: make pictures again that you have, or leave them.",
        show_default="ask",
    ),
]
Tabs = Annotated[int, typer.Option(min=1, max=32, help="How many tabs to use at once.")]
References = Annotated[
    list[Path] | None,
    typer.Option(
        "--reference",
        "-r",
        exists=True,
        dir_okay=False,
        resolve_path=True,
        help="Reference picture to send with every prompt, before those that FILE names. "
        "Can be repeated.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def home_of(folder: Path | None) -> Home:
    """The home that a command works with."""
    return Home.at(folder) if folder is not None else Home.default()


def library_of(output: Path | None) -> str | None:
    """The folder for the pictures that the author named; None leaves it to the host.

    Raises:
        BadInputError: there is a file of that name.
    """
    if output is None:
        return None
    library = output.expanduser().resolve()
    if library.exists() and not library.is_dir():
        raise BadInputError(f"cannot use {library} for the pictures: it is a file, not a folder")
    return str(library)
