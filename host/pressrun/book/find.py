"""Finding the book that is meant."""

import os
from pathlib import Path

from pressrun.errors import BadInputError
from pressrun.texts.faults import told

NAME = "book.toml"
"""The file that makes a folder a book."""

_BEGIN = "To begin one: pressrun new my-book"


def folder_of(named: Path | None, here: Path) -> Path:
    """The folder of the book that is meant.

    Args:
        named: a folder with `book.toml`, or that file; None looks upwards.
        here: where to look from, and what a relative path is relative to.

    Raises:
        BadInputError: there is no book; the text says how to begin one.
    """
    if named is not None:
        path = here / named
        folder = path.parent if path.name == NAME and not path.is_dir() else path
        if _is_book(folder):
            return folder.resolve()
        if not os.path.exists(path):  # noqa: PTH110 - a name that no file can have is none
            raise BadInputError(f"{told(named)}: there is no such file or folder. {_BEGIN}")
        raise BadInputError(f"{told(named)} is no book: it has no {NAME}. {_BEGIN}")
    start = here.resolve()
    for folder in (start, *start.parents):
        if _is_book(folder):
            return folder
    raise BadInputError(
        f"{told(start)} is in no book: neither it nor a folder above it has a {NAME}. {_BEGIN}"
    )


def is_book(path: Path) -> bool:
    """Whether a path is a book's folder or its `book.toml`."""
    return _is_book(path) or (path.name == NAME and path.is_file())


def _is_book(folder: Path) -> bool:
    try:
        return (folder / NAME).is_file()
    except (OSError, ValueError):
        return False
