"""`pressrun prompt`: one panel of a book as it would be sent, layer by layer; sends nothing."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pressrun.book import find, panels, read
from pressrun.book.attached import Attached
from pressrun.book.compose import FORMAT
from pressrun.book.model import Book
from pressrun.book.nearest import meant
from pressrun.book.panels import Drawn
from pressrun.cli import terminal
from pressrun.cli.lines import INDENT, width_of
from pressrun.cli.options import AsJson, here
from pressrun.errors import NotFoundError
from pressrun.library import references
from pressrun.picture.format import ROOM_CHARS
from pressrun.picture.recipe import Recipe
from pressrun.protocol.messages.base import PROMPT_CHARS, REFERENCES
from pressrun.words import middle

_COLOURS = {
    "style": "cyan",
    "cast": "magenta",
    "place": "green",
    "action": "bold",
    "mood": "yellow",
    "lettering": "bright_blue",
    FORMAT: "dim",
}
"""Of the layers, on a terminal."""


def prompt(
    key: Annotated[
        str,
        typer.Argument(metavar="KEY", help="Key of a panel, or of a sheet such as cast/mara."),
    ],
    book: Annotated[
        Path | None,
        typer.Option(
            "--book",
            "-b",
            help="Folder of the book.",
            show_default="the one that you are in",
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--lang", metavar="CODE", help="Translation, such as es."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Print the words alone, as they are sent.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a panel of a book is made from: words by layer, pictures, format, recipe.

    This sends nothing.
    """
    found, told = _named(read.read(find.folder_of(book, here()), language), key)
    if as_json:
        terminal.data(json.dumps(_json(found, told), ensure_ascii=False, indent=2))
    elif plain:
        terminal.say(told.panel.prompt)
    else:
        _show(terminal.console(), found, told)


def _named(book: Book, key: str) -> tuple[Book, Drawn]:
    """The panel or sheet that is meant.

    Raises:
        NotFoundError: there is none.
    """
    told = panels.named(book, key)
    if told is None:
        hint = meant(key, panels.keys(book)) or "; pressrun plan --list shows all keys"
        raise NotFoundError(f"there is no panel and no sheet {middle(key)!r} in {book.title}{hint}")
    return book, told


def _recipe(told: Drawn) -> Recipe:
    """What the picture is made from, with its references as they are now.

    Raises:
        BadInputError: one cannot be used; the text names it.
    """
    panel = told.panel
    looked = references.look(panel.references)
    return Recipe(
        panel.prompt,
        tuple(looked[path] for path in panel.references),
        panel.format,
        follows=panel.before is not None,
    )


def _json(book: Book, told: Drawn) -> dict[str, Any]:
    panel, composed, spot, is_shared = told
    return {
        "key": panel.key,
        "file": spot.file.as_posix(),
        "line": spot.line,
        "prompt": panel.prompt,
        "characters": len(panel.prompt),
        "layers": [
            {"name": layer.name, "text": layer.text, "characters": len(layer.text)}
            for layer in composed.layers
        ],
        "format": panel.format,
        "references": [_picture(book, each) for each in composed.sent],
        "left_out": [_picture(book, each) for each in composed.left_out],
        "after": panel.after,
        "before": panel.before,
        "shared": is_shared,
        "recipe": _recipe(told).sha256,
        "ingredients": dict(panel.ingredients),
    }


def _picture(book: Book, sent: Attached) -> dict[str, str | None]:
    return {"role": sent.role.value, "about": sent.about, "file": _file(book, sent)}


def _file(book: Book, sent: Attached) -> str | None:
    """A picture's file as the book names it; None for that of the panel before."""
    if sent.path is None:
        return None
    inside = sent.path.is_relative_to(book.folder)
    return (sent.path.relative_to(book.folder) if inside else sent.path).as_posix()


def _show(console: Console, book: Book, told: Drawn) -> None:
    width = width_of(console)
    head = Text(told.panel.key, style="bold")
    head.append(f"  {told.spot.file.as_posix()}:{told.spot.line}", style="dim")
    console.print(head, soft_wrap=True)
    for layer in told.composed.layers:
        colour = _COLOURS[layer.name]
        title = Text(f"\n{layer.name}", style=f"{colour} bold")
        title.append(
            "  no part of the words"
            if layer.name == FORMAT
            else f"  {len(layer.text):,} characters",
            style="not bold dim",
        )
        console.print(title)
        text = Text(layer.text, style=colour)
        indented = Padding(text, (0, 0, 0, INDENT), expand=False)
        console.print(text if width is None else indented, soft_wrap=width is None)
    console.print()
    for line in _facts(book, told):
        console.print(line, soft_wrap=True)


def _facts(book: Book, told: Drawn) -> Iterator[str]:
    panel, composed = told.panel, told.composed
    room = PROMPT_CHARS - (ROOM_CHARS if panel.format else 0)
    yield f"{len(panel.prompt):,} characters of at most {room:,}"
    if composed.sent:
        yield f"Pictures sent with it, {len(composed.sent)} of at most {REFERENCES}:"
        yield from _pictures(book, composed.sent)
    if composed.left_out:
        yield "Left out, as there is no room for more:"
        yield from _pictures(book, composed.left_out, numbered=False)
    if panel.before:
        yield f"Made after {panel.before}, in one group"
    if panel.after:
        yield f"Waits until you approve {panel.after}"
    if told.is_shared:
        yield f"Holds no words, so {book.translation} shares the book's own picture"
    yield f"Recipe {_recipe(told).sha256}"


def _pictures(book: Book, sent: Sequence[Attached], *, numbered: bool = True) -> Iterator[str]:
    roles = max(len(each.role) for each in sent)
    abouts = max(cell_len(each.about) for each in sent)
    for number, each in enumerate(sent, start=1):
        head = f"{number:2}" if numbered else "  "
        about = each.about + " " * (abouts - cell_len(each.about))
        file = _file(book, each) or "its picture, once it is made"
        yield f"  {head}  {each.role.value:{roles}}  {about}  {file}"
