"""The panels of libraries for views: all of them once, and then what changes."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pressrun.errors import NotFoundError
from pressrun.library import identity
from pressrun.press.board import Board
from pressrun.protocol.messages.base import Nothing, moment
from pressrun.protocol.messages.gallery import (
    CHAPTERS,
    FOUND,
    TILES,
    Followed,
    FollowQuery,
    GalleryChapter,
    GalleryFound,
    GalleryPage,
    GalleryQuery,
    GallerySearch,
    KnownLibrary,
    Libraries,
    Tile,
)
from pressrun.server import wanted
from pressrun.server.bulletin import Bulletin
from pressrun.server.collection import Collection
from pressrun.server.finding import having
from pressrun.server.office import Office
from pressrun.server.titles import Titles
from pressrun.store import gallery
from pressrun.store.gallery import Holding, Maker
from pressrun.store.writer import Writer
from pressrun.words import start

T = TypeVar("T")

LISTED = 500
"""The most libraries that are told."""

FOUND_BYTES = 500_000
"""The most bytes of keys in one answer."""

KEPT = 4
"""So many libraries are kept in memory, and those that are followed: a panel takes a kilobyte."""

FOLLOWED_SECONDS = 60.0
"""A view that follows a library asks again within this time."""

CHANGED = 500
"""So many tiles one answer tells that changed; the next one tells the others."""

TITLE_CHARS = 500

PIECE_BYTES = 400_000
"""The most bytes of tiles in one answer: tabs at work are on the same link."""

TILE_BYTES = 340
"""A tile takes so much, with a plain key."""


class Gallery:
    """Answers what views ask about the panels of libraries."""

    def __init__(self, store: Writer, board: Board, office: Office) -> None:
        self._store = store
        self._board = board
        self._bulletin = Bulletin(board, office.shown)
        self._titles = Titles()
        self._collections: dict[str, Collection] = {}

    async def open(self, asked: GalleryQuery) -> GalleryPage:
        """Some panels of a library, in the order of the book.

        Raises:
            NotFoundError: no such library is on record.
        """
        library = asked.library or await self._store.read(gallery.newest)
        if library is None:
            return _nothing()
        about = await self._about(library)
        found = self._collection(library)
        await found.refresh()
        headings = {each.key: each.title for each in about.headings}
        # what no list names may be in chapters that no book has
        headings |= {key: "" for key in found.headings if key not in headings}
        return GalleryPage(
            library=library,
            source=about.source,
            title=await self._titles.of(library, about.source),
            batch=about.batch,
            at=found.at,
            total=len(found.order),
            tiles=_fitting(found.tiles(asked.first, PIECE_BYTES // TILE_BYTES)),
            chapters=[
                GalleryChapter(key=key, title=start(title, TITLE_CHARS))
                for key, title in headings.items()
            ][:CHAPTERS],
            figures=list(found.figures),
            settings=list(found.settings),
        )

    async def follow(self, asked: FollowQuery) -> Followed:
        """What changed, as soon as something did.

        Raises:
            NotFoundError: no such library is on record.
        """
        if asked.library is not None and asked.library not in self._collections:
            await self._about(asked.library)
        deadline = asyncio.get_running_loop().time() + asked.wait
        while True:
            seen = self._board.stirs
            if (told := await self._changes(asked)) is not None:
                return told
            try:
                async with asyncio.timeout_at(deadline):
                    await self._board.until(lambda: self._board.stirs != seen)  # noqa: B023 - awaited at once
            except TimeoutError:
                return Followed(revision=asked.after, status=None, at=asked.at)

    async def close(self) -> None:
        """Tell views no more."""
        await self._bulletin.close()

    async def tiles(self, library: str, keys: list[str]) -> list[Tile]:
        """Tiles as they are now, as many as one answer carries."""
        found = self._collection(library)
        await found.refresh()
        return _fitting(found.named(keys[:TILES]))

    async def search(self, asked: GallerySearch) -> GalleryFound:
        """The panels that have a text in their key, prompt, lettering or note.

        Raises:
            NotFoundError: no such library is on record.
        """
        await self._about(asked.library)
        names = await having(self._store, asked.library, asked.text)
        found = self._collection(asked.library)
        await found.refresh()
        keys = [each.key for each in found.of(names)]
        told = list(_within(keys[:FOUND], FOUND_BYTES, _bytes_of))
        return GalleryFound(keys=told, more=len(told) < len(keys))

    async def libraries(self, _: Nothing) -> Libraries:
        """The libraries that this host knows, the one used last first."""
        known = (await self._store.read(gallery.libraries))[:LISTED]
        titles = await self._titles.of_all((each.path, each.source) for each in known)
        told = await asyncio.to_thread(
            lambda: [_known(each, titles[each.path, each.source]) for each in known]
        )
        return Libraries(libraries=told)

    async def _changes(self, asked: FollowQuery) -> Followed | None:
        """What a view does not know yet; None when it knows all."""
        at, tiles, anew = asked.at, list[Tile](), False
        if asked.library is not None:
            changed = await self._collection(asked.library).since(asked.at, CHANGED)
            anew = changed is None
            if changed is not None:
                at, tiles = changed
        # tiles do not wait for a status that has to be made
        status = self._bulletin.after(asked.after)
        if status is None and not tiles and not anew:
            return None
        revision = asked.after if status is None else status.revision
        return Followed(revision=revision, status=status, at=at, tiles=tiles, anew=anew)

    async def _about(self, library: str) -> Maker:
        about = await self._store.read(gallery.about, library)
        if not about.known:
            raise NotFoundError(
                f"{library} is no library that Pressrun knows. To see those that it knows: "
                "pressrun status"
            )
        return about

    def _collection(self, library: str) -> Collection:
        """The panels of a library; those that nobody asked for lately are forgotten."""
        found = self._collections.pop(library, None) or Collection(self._store, library)
        self._collections[library] = found
        found.asked_at = now = asyncio.get_running_loop().time()
        for old in list(self._collections)[:-KEPT]:
            # to read one whole after every change would cost more than to keep it
            if self._collections[old].asked_at < now - FOLLOWED_SECONDS:
                del self._collections[old]
        return found


def _nothing() -> GalleryPage:
    """What is told where no library is known yet."""
    return GalleryPage(
        library="",
        source="",
        title="",
        batch=None,
        at=0,
        total=0,
        tiles=[],
        chapters=[],
        figures=[],
        settings=[],
    )


def _known(library: Holding, title: str) -> KnownLibrary:
    return KnownLibrary(
        library=library.path,
        source=library.source,
        title=title,
        is_book=wanted.is_book(Path(library.source)),
        is_there=_is_there(Path(library.path)),
        panels=library.panels,
        pictures=library.pictures,
        used_at=moment(library.used_at),
    )


def _is_there(library: Path) -> bool:
    try:
        identity.see(library)
    except OSError:
        return False
    return True


def _fitting(tiles: Sequence[Tile]) -> list[Tile]:
    """As many tiles as one answer carries."""
    return list(_within(tiles, PIECE_BYTES, lambda tile: TILE_BYTES + _bytes_of(tile.key)))


def _bytes_of(key: str) -> int:
    # a tile has its key, its chapter and its page; a letter that is not plain takes six bytes
    return len(key) + 4 if key.isascii() else 15 * len(key)


def _within(these: Iterable[T], most: int, size: Callable[[T], int]) -> Iterator[T]:
    """The first of these that take so many bytes together."""
    left = most
    for each in these:
        left -= size(each)
        if left < 0:
            return
        yield each
