"""Groups: runs of panels that are made one after the other, each with the picture before it."""

from pressrun.book.language import is_made
from pressrun.book.model import Book, BookChapter, BookPanel
from pressrun.picture.key import fold


def followed(book: Book) -> dict[str, str]:
    """The panel before, of every panel that follows one: keys by keys."""
    return {key: before for chapter in book.chapters for key, before in _pairs(book, chapter)}


def before(book: Book, panel: BookPanel) -> str | None:
    """The key of the panel before one in its group; None for the first, and without a group."""
    if not panel.group:
        return None
    chapters = (each for each in book.chapters if each.number == panel.chapter)
    return next(
        (last for each in chapters for key, last in _pairs(book, each) if key == panel.key), None
    )


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
