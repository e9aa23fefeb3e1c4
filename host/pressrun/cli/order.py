"""What an author orders with the options of `run` and `plan`: one message to the host."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pressrun.book import find
from pressrun.book.read import read
from pressrun.cli.client import is_served
from pressrun.cli.options import (
    beside_of,
    chats_of,
    format_of,
    library_of,
    list_of,
    nameable,
    outliers_of,
    project_of,
    references_of,
    repair_share_of,
)
from pressrun.errors import BadInputError
from pressrun.home import Home
from pressrun.lists import prompts
from pressrun.lists.forms import Form
from pressrun.protocol.messages.batch import BatchStart


class Stale(StrEnum):
    """What becomes of pictures that were made from something else than is wanted now."""

    AGAIN = "again"
    LATER = "later"


StaleOnes = Annotated[
    Stale | None,
    typer.Option(
        "--stale",
        help="Pictures made from something else than is wanted now: make them again, or later.",
        show_default="ask",
    ),
]


@dataclass(frozen=True)
class Named:
    """What an author names: a list or a book, and what is different this time."""

    file: Path | None
    output: Path | None = None
    form: Form | None = None
    references: list[Path] | None = None
    no_reference: bool = False
    ratio: str | None = None
    no_format: bool = False
    chats: str | None = None
    project: str | None = None
    no_project: bool = False
    language: str | None = None
    only: list[str] | None = None
    outliers: str | None = None
    repair_budget: str | None = None


def order(named: Named, home: Home) -> BatchStart:
    """The order for a list or a book: what is wrong with it starts no host.

    Raises:
        BadInputError: the list, the book or an option cannot be used.
    """
    folder = book_of(named.file)
    chosen, repairs = outliers_of(named.outliers)
    share = repair_share_of(named.repair_budget)
    asked = _of_list(named, home) if folder is None else _of_book(named, folder, home)
    return asked.model_copy(
        update={
            "only": named.only or [],
            "format": format_of(named.ratio, none=named.no_format),
            "chats": chats_of(named.chats),
            "outliers": chosen,
            "repairs": repairs,
            "repair_share": share,
            "project": project_of(named.project, none=named.no_project),
        }
    )


def book_of(file: Path | None) -> Path | None:
    """The folder of the book that is meant; None where it is a list.

    Raises:
        BadInputError: nothing is named, and no folder from here upwards is a book.
    """
    if file is None:
        try:
            return nameable(find.folder_of(None, Path.cwd()), "book")
        except BadInputError as error:
            text = f"{error}. To make the pictures of a prompt list, name its file"
            raise BadInputError(text) from error
    if file.is_dir() or file.name == find.NAME:
        return nameable(find.folder_of(file, Path.cwd()), "book")
    return None


def again_of(stale: Stale | None, *, again: bool | None) -> bool | None:
    """Whether pictures are made again that are stale; None leaves it open.

    Raises:
        BadInputError: the author wants both.
    """
    if stale is None:
        return again
    if again is not None and again != (stale == Stale.AGAIN):
        option = "--again" if again else "--no-again"
        raise BadInputError(f"--stale {stale} and {option} contradict each other; leave out one")
    return stale == Stale.AGAIN


def _of_list(named: Named, home: Home) -> BatchStart:
    if named.file is None:
        raise BadInputError("name a prompt list or a book")
    if named.language is not None:
        raise BadInputError("--lang is for books; a prompt list has one language")
    library = library_of(named.output)
    source = list_of(named.file, named.form, named.output, home)
    beside = beside_of(named.file)
    format_of(named.ratio, none=named.no_format)
    prompts.read(source, named.references or [], named.form, beside)
    return BatchStart(
        source=str(source),
        library=library,
        form=named.form,
        beside=None if beside is None else str(beside),
        references=references_of(named.references, none=named.no_reference),
    )


def _of_book(named: Named, folder: Path, home: Home) -> BatchStart:
    for given, option, instead in (
        (named.output, "-o", "its pictures go to the folder pictures in it"),
        (named.form, "--read-as", "it says itself how it is written"),
        (named.references, "--reference", f"style references are named in {find.NAME}"),
        (named.no_reference, "--no-reference", f"style references are named in {find.NAME}"),
        (named.ratio, "--format", f"formats are named in {find.NAME} and in the script"),
        (named.no_format, "--no-format", f"formats are named in {find.NAME} and in the script"),
    ):
        if given:
            raise BadInputError(f"{option} is not for books: {instead}; nothing was started")
    if not is_served(home):
        # a host that runs reads it anyway, and a long book takes a second each time
        read(folder, named.language)
    return BatchStart(source=str(folder / find.NAME), translation=named.language)
