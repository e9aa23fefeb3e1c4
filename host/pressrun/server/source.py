"""Which list or book is meant by what an author names: a path as it was typed or pasted."""

from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from pressrun import characters
from pressrun.book import find
from pressrun.errors import BadInputError
from pressrun.protocol.messages.batch import BatchStart

B = TypeVar("B", bound=BatchStart)

_QUOTES = ("'", '"')


def meant(asked: B) -> B:
    """An order with the real path of its list, or of the `book.toml` of its book.

    A folder that is a book is the book; `~` is the home folder of whoever runs the host. File
    managers copy paths in quotes, or as an address that begins with `file:`.

    Raises:
        BadInputError: it is no whole path, or a folder that is no book.
    """
    named = _bare(asked.source)
    if not named or "\0" in named:
        raise BadInputError("name a prompt list or the folder of a book; nothing was started")
    try:
        path = Path(named).expanduser()
    except RuntimeError as error:  # there is no such user
        raise BadInputError(f"{characters.shown(named)}: {error}") from error
    if not path.is_absolute():
        raise BadInputError(
            f"{characters.shown(named)} is not a whole path. Name it from the root folder or from "
            "your home folder, such as ~/my-book; nothing was started"
        )
    try:
        path = path.resolve()
        if path.is_dir():
            path = find.folder_of(path, path) / find.NAME
    except (OSError, RuntimeError) as error:  # such as links in a circle
        raise BadInputError(f"{characters.shown(named)} cannot be read: {error}") from error
    return asked.model_copy(update={"source": str(path)})


def _bare(text: str) -> str:
    """A path without what a file manager or a terminal puts around it."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES:
        text = text[1:-1]
    if text.startswith("file:"):
        text = unquote(urlsplit(text).path)
    return text
