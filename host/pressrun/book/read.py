"""Reading a book that is to be used: the book, or an error that tells every mistake."""

from collections.abc import Iterable
from pathlib import Path

from pressrun.book.check import check
from pressrun.book.model import Book, Defect, Gravity
from pressrun.errors import BadInputError
from pressrun.texts.faults import SHOWN
from pressrun.texts.faults import told as name_of


def read(folder: Path, translation: str | None = None) -> Book:
    """The book in a folder.

    Args:
        folder: the book's.
        translation: another language that its words are wanted in.

    Raises:
        BadInputError: it has faults; the text names the first ones by file and line, and how many.
    """
    checked = check(folder, translation)
    if checked.book is None:
        raise BadInputError(told(each for each in checked.defects if each.gravity == Gravity.FAULT))
    return checked.book


def told(defects: Iterable[Defect]) -> str:
    """The first of some defects for people, a line each, and how many there are."""
    found = list(defects)
    lines = [line(each) for each in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"{len(found):,} faults in all; the first {SHOWN} are shown")
    return "\n".join(lines)


def line(defect: Defect) -> str:
    """A defect as `file:line: text`."""
    return f"{name_of(defect.spot.file)}:{defect.spot.line}: {defect.text}"
