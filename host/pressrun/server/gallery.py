"""The panels of libraries for views: all of them once, and then what changes."""

from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.press.board import Board
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.gallery import (
    Followed,
    FollowQuery,
    GalleryFound,
    GalleryPage,
    GalleryQuery,
    GallerySearch,
    Libraries,
)
from pressrun.server.office import Office
from pressrun.store.writer import Writer


class Gallery:
    """Answers what views ask about the panels of libraries."""

    def __init__(self, store: Writer, clock: Clock, board: Board, office: Office) -> None:
        self._store = store
        self._clock = clock
        self._board = board
        self._office = office

    async def open(self, asked: GalleryQuery) -> GalleryPage:
        """Some panels of a library, in the order of the book."""
        raise BadInputError("gallery.open is not there yet")

    async def follow(self, asked: FollowQuery) -> Followed:
        """What changed, as soon as something did."""
        raise BadInputError("view.follow is not there yet")

    async def search(self, asked: GallerySearch) -> GalleryFound:
        """The panels that have a text in their key, prompt, lettering or note."""
        raise BadInputError("gallery.search is not there yet")

    async def libraries(self, _: Nothing) -> Libraries:
        """The libraries that this host knows."""
        raise BadInputError("gallery.libraries is not there yet")
