"""`pressrun check`: every mistake in a book, with file and line; starts nothing."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from pressrun.book import check as checking
from pressrun.book import find
from pressrun.book.check import Checked
from pressrun.book.defects import in_order
from pressrun.book.model import Book, Defect, Gravity
from pressrun.cli import terminal
from pressrun.cli.lines import indented, width_of
from pressrun.cli.options import AsJson
from pressrun.errors import Exit
from pressrun.texts.faults import told as name_of

_SHOWN = 200
"""How many defects of a kind are shown; the others are counted."""

BookArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="BOOK",
        help="Folder of the book.",
        show_default="the one that you are in",
    ),
]
Language = Annotated[
    str | None,
    typer.Option("--lang", metavar="CODE", help="Check this translation only, such as es."),
]


def check(book: BookArgument = None, language: Language = None, as_json: AsJson = False) -> None:
    """Find every mistake in a book: unknown names, missing pictures, keys that are there twice.

    A fault has to be mended before anything is made; a warning may be meant so. Without --lang, all
    translations are checked as well. This sends nothing and changes nothing.
    """
    folder = find.folder_of(book, Path.cwd())
    own, *others = [language] if language else [None, *checking.translations(folder)]
    checked = checking.check(folder, own)
    told = dict.fromkeys(checked.defects)
    for each in others:
        told |= dict.fromkeys(checking.check(folder, each).defects)
    found = in_order(told)
    if as_json:
        _print_json(folder, checked, found)
    else:
        _show(terminal.console(), checked.book, found)
    if any(each.gravity == Gravity.FAULT for each in found):
        raise typer.Exit(Exit.BAD_INPUT)


def _print_json(folder: Path, checked: Checked, found: Sequence[Defect]) -> None:
    book = checked.book
    defects = [
        {
            "file": str(each.spot.file),
            "line": each.spot.line,
            "gravity": each.gravity.value,
            "text": each.text,
        }
        for each in found
    ]
    told = {
        "book": str(folder),
        "title": book.title if book else None,
        "panels": len(book.panels) if book else None,
        "defects": defects,
    }
    terminal.data(json.dumps(told, ensure_ascii=False, indent=2))


def _show(console: Console, book: Book | None, found: Sequence[Defect]) -> None:
    faults = [each for each in found if each.gravity == Gravity.FAULT]
    warnings = [each for each in found if each.gravity == Gravity.WARNING]
    for defects, style in ((faults, "red"), (warnings, "yellow")):
        for defect in defects[:_SHOWN]:
            _print(console, defect, style)
        if len(defects) > _SHOWN:
            console.print(
                f"… and {len(defects) - _SHOWN:,} more; all of them: pressrun check --json"
            )
    console.print(_summary(book, len(faults), len(warnings)), soft_wrap=True)


def _print(console: Console, defect: Defect, style: str) -> None:
    head = Text(f"{name_of(defect.spot.file)}:{defect.spot.line}", "bold")
    head.append(f"  {defect.gravity.value}", style)
    width = width_of(console)
    if width is None:
        head.append(f"  {defect.text}")
        console.print(head, soft_wrap=True)
        return
    console.print(head, soft_wrap=True)
    for line in indented(defect.text, width):
        console.print(Text(line), soft_wrap=True)


def _summary(book: Book | None, faults: int, warnings: int) -> str:
    told = _listed([*_count(faults, "fault"), *_count(warnings, "warning")])
    if book is None:
        return (
            f"{told}. Nothing can be made before {'it is' if faults == 1 else 'they are'} mended."
        )
    pages = sum(len(chapter.pages) for chapter in book.chapters)
    size = [
        *_count(len(book.chapters), "chapter"),
        *_count(pages, "page"),
        *_count(len(book.panels), "panel"),
        *_count(len(book.cast), "character"),
        *_count(len(book.places), "place"),
    ]
    return f"{book.title}: {_listed(size)}. {told[:1].upper()}{told[1:] or 'No mistakes'}."


def _count(count: int, what: str) -> list[str]:
    """A number of things, unless there are none."""
    return [f"{count:,} {what}{'' if count == 1 else 's'}"] if count else []


def _listed(parts: Sequence[str]) -> str:
    *first, last = parts or [""]
    return f"{', '.join(first)} and {last}" if first else last
