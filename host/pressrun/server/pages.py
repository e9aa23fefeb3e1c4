"""How the panels of a chapter are laid out on pages, for views."""

from pressrun.errors import BadInputError
from pressrun.protocol.messages.gallery import PagesFound, PagesQuery
from pressrun.store.writer import Writer


class GalleryPages:
    """Lays out chapters as an export would."""

    def __init__(self, store: Writer) -> None:
        self._store = store

    async def pages(self, asked: PagesQuery) -> PagesFound:
        """The pages of a chapter, in reading order."""
        raise BadInputError("gallery.pages is not there yet")
