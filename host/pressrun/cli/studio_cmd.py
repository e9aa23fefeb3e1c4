"""`pressrun studio` and `pressrun open`: pictures in the browser, and in their folder."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from pressrun import characters
from pressrun.cli import terminal
from pressrun.cli.client import Client, connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import NotFoundError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.gallery import FolderOpen, KnownLibrary, StudioOpen, StudioOpened

Book = Annotated[
    Path | None,
    typer.Argument(
        metavar="BOOK",
        help="A book's folder, a prompt list, or a folder of pictures. By default what was used "
        "last.",
        show_default=False,
    ),
]

Key = Annotated[str | None, typer.Option("--key", metavar="KEY", help="The panel to look at.")]


def studio(
    book: Book = None, key: Key = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Show a book in the studio, in your browser: look at its pictures and judge them."""
    opened = asyncio.run(_studio(home_of(home), book, key))
    if as_json:
        terminal.data(opened.model_dump_json(indent=2))
    else:
        terminal.say(f"The studio is open in your browser: {opened.address}")


def open_folder(
    book: Book = None, key: Key = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Show the folder of a book's pictures in your file manager."""
    asked = asyncio.run(_folder(home_of(home), book, key))
    if as_json:
        terminal.data(asked.model_dump_json(indent=2))
    else:
        terminal.say(f"Opened {asked.library}")


async def _studio(home: Home, book: Path | None, key: str | None) -> StudioOpened:
    async with connect(home, start=not home.stopped) as client:
        # without a book and a library yet, the studio is where one begins
        library = (await _known(client, book)).library if book is not None else None
        return await client.ask(calls.STUDIO_OPEN, StudioOpen(library=library, key=key))


async def _folder(home: Home, book: Path | None, key: str | None) -> FolderOpen:
    async with connect(home, start=not home.stopped) as client:
        asked = FolderOpen(library=(await _known(client, book)).library, key=key)
        await client.ask(calls.FOLDER_OPEN, asked)
        return asked


async def _known(client: Client, book: Path | None) -> KnownLibrary:
    """The library that an author names.

    Raises:
        NotFoundError: nothing was ever made of it.
    """
    found = (await client.ask(calls.GALLERY_LIBRARIES, Nothing())).libraries
    if (library := named(found, book)) is not None:
        return library
    if book is None:
        raise NotFoundError("there are no pictures yet. To make some: pressrun run FILE")
    told = characters.shown(str(book))
    raise NotFoundError(f"nothing was ever made of {told}. To make its pictures: pressrun run")


def named(libraries: list[KnownLibrary], book: Path | None) -> KnownLibrary | None:
    """The library of a book, of a list, or at a path; of several, the one that was used last.

    Args:
        libraries: those that the host knows, the one used last first.
        book: what the author named; None is whatever was used last.
    """
    if book is None:
        return libraries[0] if libraries else None
    path = book.resolve()
    for library in libraries:
        source = Path(library.source)
        of_book = [source, source.parent] if library.is_book else [source]
        if path in [Path(library.library), *of_book]:
            return library
    return None
