"""Pictures for views: small copies of many, and one whole in pieces."""

from pressrun.errors import BadInputError
from pressrun.protocol.messages.gallery import (
    PicturePiece,
    PictureQuery,
    PicturesFound,
    PicturesQuery,
)
from pressrun.store.writer import Writer


class Pictures:
    """Hands out pictures of libraries."""

    def __init__(self, store: Writer) -> None:
        self._store = store

    async def copies(self, asked: PicturesQuery) -> PicturesFound:
        """Small copies of pictures, as many as one frame carries."""
        raise BadInputError("gallery.pictures is not there yet")

    async def piece(self, asked: PictureQuery) -> PicturePiece:
        """A piece of a picture as it was received."""
        raise BadInputError("gallery.picture is not there yet")
