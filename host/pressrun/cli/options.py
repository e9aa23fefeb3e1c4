"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

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
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def home_of(folder: Path | None) -> Home:
    """The home that a command is about."""
    return Home.at(folder) if folder is not None else Home.default()
