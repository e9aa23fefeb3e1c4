"""The pictures of a book's panels as they lie on disk, each read once and seen to be whole.

A run may go on meanwhile: a picture that is exchanged is read as the new one, and one that is gone
is a gap.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from pressrun import files
from pressrun.book.model import Book, BookPanel, Draws
from pressrun.errors import BadInputError
from pressrun.library import decoding
from pressrun.library.decoding import BadPictureError
from pressrun.picture.facts import ENDINGS
from pressrun.protocol.messages.base import PICTURE_BYTES


@dataclass(frozen=True)
class Artwork:
    """A panel's picture."""

    path: Path
    width: int
    """In pixels as it is shown, as `height` is."""
    height: int
    media: str
    """As `image/png`: what its bytes are, whatever its name says."""
    is_plain: bool
    """Whether its bytes show it as it is: one picture, upright, nothing seen through."""

    @property
    def aspect(self) -> float:
        """Its width to its height."""
        return self.width / self.height

    @property
    def ending(self) -> str:
        """How the name of a file with its bytes ends."""
        return ENDINGS[self.media]


@dataclass(frozen=True)
class Unusable:
    """A panel's picture that cannot be shown."""

    path: Path
    reason: str


def folder_of(book: Book, panel: BookPanel) -> Path:
    """The library that has a panel's picture: a translation shares those without lettering."""
    own = book.style.lettering is Draws.SITE and panel.lettering
    return book.library if own else book.folder / "pictures"


def check(book: Book) -> None:
    """See that a book's pictures are in a folder, if there are any.

    Raises:
        BadInputError: something else has its name.
    """
    for library in {book.library, book.folder / "pictures"}:
        if library.exists() and not library.is_dir():
            raise BadInputError(
                f"{library} is a file, not a folder, so no picture is found; rename it. Nothing "
                "was written"
            )


def find(book: Book, panel: BookPanel) -> Artwork | Unusable | None:
    """The picture of a panel, decoded whole; None where it has none."""
    found = read(book, panel)
    return found[0] if isinstance(found, tuple) else found


def read(book: Book, panel: BookPanel) -> tuple[Artwork, bytes] | Unusable | None:
    """The picture of a panel, decoded whole, and its bytes; None where it has none."""
    unusable = None
    for ending in ENDINGS.values():
        path = folder_of(book, panel) / f"{panel.key}{ending}"
        try:
            data = files.read(path, PICTURE_BYTES)
            header = decoding.whole(data)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except BadPictureError as error:
            unusable = Unusable(path, str(error))
        except OSError as error:
            unusable = unusable or Unusable(path, error.strerror or str(error))
        else:
            return Artwork(path, *header), data
    return unusable


def taken(book: Book, panel: BookPanel) -> bytes | None:
    """The bytes of a panel's picture as they are now, not looked at; None where they are gone."""
    for ending in ENDINGS.values():
        with contextlib.suppress(OSError):
            return files.read(folder_of(book, panel) / f"{panel.key}{ending}", PICTURE_BYTES)
    return None
