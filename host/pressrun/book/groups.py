"""Groups: runs of panels that are made one after the other, each with the picture before it."""

from pressrun.book.language import is_made
from pressrun.book.model import Book, BookChapter
from pressrun.picture.key import fold


def followed(book: Book) -> dict[str, str]:
    """The panel before, of every panel that follows one: keys by keys."""
    return {key: before for chapter in book.chapters for key, before in _pairs(book, chapter)}


def _pairs(book: Book, chapter: BookChapter) -> list[tuple[str, str]]:
    last: dict[str, str] = {}
    found = []
    for panel in chapter.panels:
        if panel.group and is_made(book, panel):
            group = fold(panel.group)
            if group in last:
                found.append((panel.key, last[group]))
            last[group] = panel.key
    return found
