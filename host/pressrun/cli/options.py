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
        help="The home folder: one host, its database, its logs.",
        show_default="this user's folder for application data",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Folder for the pictures.",
        show_default="a folder named after FILE in the home folder's 'pictures'",
    ),
]
Tabs = Annotated[int, typer.Option(min=1, max=32, help="Tabs to use at once.")]
References = Annotated[
    list[Path] | None,
    typer.Option(
        "--reference",
        "-r",
        exists=True,
        dir_okay=False,
        resolve_path=True,
        help="A picture that every prompt is sent with; again for another.",
        show_default="those that FILE names",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def home_of(folder: Path | None) -> Home:
    """The home that a command is about."""
    return Home.at(folder) if folder is not None else Home.default()


def library_of(home: Home, file: Path, output: Path | None) -> Path:
    """The folder for the pictures of a prompt list.

    Raises:
        BadInputError: it is a file.
    """
    library = (output or home.pictures / file.stem).expanduser().resolve()
    if library.exists() and not library.is_dir():
        raise BadInputError(f"{library} is a file; pictures need a folder")
    return library
