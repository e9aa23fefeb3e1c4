"""`pressrun sheet`: have the sheet of a figure or a place made, to draw all panels after."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from pressrun.book import find
from pressrun.book.figure import sheet_key
from pressrun.book.model import Book, Look, Subject
from pressrun.book.nearest import folded, meant
from pressrun.book.read import read
from pressrun.cli import terminal
from pressrun.cli.options import AsJson, HomeFolder, Tabs, home_of, nameable
from pressrun.cli.run_cmd import make
from pressrun.errors import BadInputError, Exit
from pressrun.protocol.messages.batch import BatchStart


def sheet(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Figure or place, as the cast names it.")
    ],
    look: Annotated[
        str | None, typer.Option("--look", help="A variant of it, such as 'storm coat'.")
    ] = None,
    book: Annotated[
        Path | None,
        typer.Option("--book", help="Folder of the book.", show_default="the book that you are in"),
    ] = None,
    tabs: Tabs = 2,
    detach: Annotated[
        bool, typer.Option("--detach", help="Start the batch and return at once.")
    ] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Make the sheet of a figure, a place or a variant: one picture that shows it from all sides.

    Look at the sheet and approve it with `pressrun approve`: Pressrun keeps it below `references/`
    and names it in the cast, and panels are sent with it from then on. For another one, use
    `pressrun redo`.
    """
    where = home_of(home)
    folder = nameable(find.folder_of(book, Path.cwd()), "book")
    key = key_of(read(folder), name, look)
    asked = BatchStart(
        source=str(folder / find.NAME), sheets=[key], only=[key], tabs=tabs, again=True
    )
    code = make(asked, where, detach=detach, as_json=as_json)
    if code == Exit.OK and not detach and not as_json:
        terminal.say(f"Look at it, then approve it: pressrun approve {shlex.quote(key)}")
    raise typer.Exit(code)


def key_of(book: Book, name: str, look: str | None) -> str:
    """The key of the sheet that is meant.

    Args:
        book: whose.
        name: the id, name or alias of a figure or a place, or the key of its sheet.
        look: the name of a variant.

    Raises:
        BadInputError: the book has no such figure, place or variant, or has two of that name.
    """
    subjects = [*book.cast.values(), *book.places.values()]
    found = [each for each in subjects if folded(name) in _names(each)]
    if not found:
        known = [each.id for each in subjects]
        raise BadInputError(
            f"no figure or place of {book.title} is called {name!r}{meant(name, known) or '.'} "
            "Nothing was started"
        )
    if len(found) > 1:
        keys = " or ".join(sheet_key(each) for each in found)
        raise BadInputError(f"{name!r} means two things in {book.title}; name it as {keys}")
    return sheet_key(found[0], _look(found[0], look))


def _look(subject: Subject, look: str | None) -> Look | None:
    if look is None:
        return None
    for each in subject.looks.values():
        if folded(look) == folded(each.name):
            return each
    known = [each.name for each in subject.looks.values()]
    if not known:
        raise BadInputError(f"{subject.name} has no variants; leave out --look")
    raise BadInputError(f"{subject.name} has no variant {look!r}{meant(look, known)}")


def _names(subject: Subject) -> set[str]:
    names = (subject.id, subject.name, *subject.aliases, sheet_key(subject))
    return {folded(each) for each in names}
