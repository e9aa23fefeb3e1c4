"""What a translation makes: pictures that hold no lettering are those of the book itself."""

from pressrun.book.model import Book, BookPanel, Draws


def is_lettered(book: Book, panel: BookPanel) -> bool:
    """Whether the picture of a panel holds words of the book."""
    return book.style.lettering == Draws.SITE and bool(panel.lettering)


def is_made(book: Book, panel: BookPanel) -> bool:
    """Whether a book makes the picture of a panel, or as a translation, shares it."""
    return book.translation is None or is_lettered(book, panel)
