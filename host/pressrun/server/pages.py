"""How the panels of a chapter are laid out on pages, for views: as an export would, undecoded.

The sizes of pictures are those on record, so that a chapter is there at once. A list has no pages:
its panels are laid out by the part of their keys that names one.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pressrun.book.model import Book, BookChapter, BookPanel, Direction
from pressrun.book.model import Layout as BookLayout
from pressrun.book.read import read
from pressrun.errors import BadInputError
from pressrun.export import artwork, leaves
from pressrun.export.artwork import Artwork
from pressrun.export.layout import Area, Box, arrange
from pressrun.export.leaves import USUAL_ASPECT, Art, Leaf, Side
from pressrun.picture.key import fold, natural
from pressrun.protocol.messages.gallery import (
    PLACED,
    PageLayout,
    PagesFound,
    PagesQuery,
    PlacedPanel,
)
from pressrun.server.wanted import is_book, translation_of
from pressrun.store import record, whereabouts
from pressrun.store.whereabouts import Located, Sized, located
from pressrun.store.writer import Writer
from pressrun.words import start

MOST_PAGES = 1_000
"""The most pages that one answer holds."""

FAULT_CHARS = 2_000

_PAPER = BookLayout()
"""The shape of pages of which nobody said any."""

_Files = tuple[tuple[str, int, int], ...]
"""The files of a book with their times and sizes: while they are the same, so is the book."""

_Sizes = Mapping[str, Sized]


@dataclass(frozen=True)
class _Read:
    """A book as it was read last."""

    source: Path
    translation: str | None
    files: _Files
    book: Book


class GalleryPages:
    """Lays out chapters as an export would."""

    def __init__(self, store: Writer) -> None:
        self._store = store
        self._turn = asyncio.Lock()
        self._last: _Read | None = None

    async def pages(self, asked: PagesQuery) -> PagesFound:
        """The pages of a chapter, in reading order.

        Raises:
            BadInputError: this host does not know the library, or it has no such chapter.
        """
        if not await self._store.do(record.is_known, asked.library):
            raise BadInputError(
                f"{asked.library} is no library that this host knows. "
                "Open it first: pressrun run with its list or book"
            )
        source = await self._store.do(whereabouts.source_of, asked.library)
        fault = ""
        if source is not None and is_book(Path(source)):
            try:
                return await self._of_book(asked, Path(source))
            except BadInputError as error:
                fault = str(error)
        sizes = await self._store.do(whereabouts.sizes, asked.library)
        listed = await self._store.do(whereabouts.panels, asked.library)
        return await asyncio.to_thread(_of_keys, asked.chapter, listed, sizes, fault)

    async def _of_book(self, asked: PagesQuery, source: Path) -> PagesFound:
        """The pages of a book's chapter.

        Raises:
            BadInputError: the book cannot be read, or its pages are too large.
        """
        library = Path(asked.library)
        async with self._turn:  # a long book is read once, whoever asks meanwhile
            book = await asyncio.to_thread(self._book, source, translation_of(library))
        folders = {str(book.library), str(book.folder / "pictures")}
        sizes = {each: await self._store.do(whereabouts.sizes, each) for each in folders}
        chapter = _chapter_of(book, asked.chapter)
        return await asyncio.to_thread(_of_chapter, book, chapter, sizes)

    def _book(self, source: Path, translation: str | None) -> Book:
        files = _files(source.parent)
        last = self._last
        if last is None or (last.source, last.translation, last.files) != (
            source,
            translation,
            files,
        ):
            last = self._last = _Read(source, translation, files, read(source.parent, translation))
        return last.book


def _files(folder: Path) -> _Files:
    found = []
    for at, folders, names in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name.partition(".")[0] not in ("pictures", "export")
        ]
        for name in names:
            path = os.path.join(at, name)  # noqa: PTH118 - a path object takes three times as long
            try:
                told = os.stat(path)  # noqa: PTH116 - as above
            except OSError:
                continue
            found.append((path, told.st_mtime_ns, told.st_size))
    return tuple(sorted(found))


def _chapter_of(book: Book, key: str | None) -> BookChapter:
    """A chapter of a book; None is the first that has panels.

    Raises:
        BadInputError: there is none.
    """
    for chapter in book.chapters:
        if chapter.panels and key in (None, chapter.key):
            return chapter
    what = "no panels yet" if key is None else f"no panels in a chapter {key}"
    raise BadInputError(f"{book.title} has {what}")


def _of_chapter(book: Book, chapter: BookChapter, sizes: Mapping[str, _Sizes]) -> PagesFound:
    def find(panel: BookPanel) -> Art:
        folder = artwork.folder_of(book, panel)
        found = sizes.get(str(folder), {}).get(fold(panel.key))
        if found is None or not (found.width and found.height):
            return None
        return Artwork(folder / found.path, found.width, found.height, found.media, is_plain=True)

    volume = leaves.excerpt(book, find, chapter)
    pages = [_page(leaf) for leaf in volume.leaves[:MOST_PAGES]]
    return PagesFound(
        chapter=chapter.key,
        rtl=book.layout.direction is Direction.RTL,
        pages=pages,
        fault=_left_out(
            len(volume.leaves), max((len(leaf.placements) for leaf in volume.leaves), default=0)
        ),
    )


def _left_out(pages: int, most: int) -> str:
    """What an answer had no room for, for people."""
    if pages > MOST_PAGES:
        return f"Of {pages:,} pages, the first {MOST_PAGES:,} are shown"
    if most > PLACED:
        return f"A page has {most} panels; the first {PLACED} of a page are shown"
    return ""


def _page(leaf: Leaf) -> PageLayout:
    panels = []
    for each in leaf.placements[:PLACED]:
        box = each.box
        if isinstance(each.art, Artwork):
            shown = each.picture_box(each.art.aspect)
            # a picture that is shown whole does not fill its place
            box = shown if shown.width < box.width or shown.height < box.height else box
        panels.append(_placed(each.panel.key, box, leaf.width, leaf.height))
    return PageLayout(
        number=leaf.number, side=leaf.side, aspect=leaf.width / leaf.height, panels=panels
    )


def _placed(key: str, box: Box, width: float, height: float) -> PlacedPanel:
    """A panel on a trimmed page: what goes over its edges is cut off."""
    left, top = max(0.0, box.x), max(0.0, box.y)
    return PlacedPanel(
        key=key,
        left=left / width,
        top=top / height,
        width=max(0.0, min(width, box.x + box.width) - left) / width,
        height=max(0.0, min(height, box.y + box.height) - top) / height,
    )


def _of_keys(asked: str | None, listed: Sequence[Located], sizes: _Sizes, fault: str) -> PagesFound:
    """The pages of a list's chapter, by the parts of its keys.

    Raises:
        BadInputError: it has no such chapter.
    """
    named = {fold(each.key) for each in listed}
    rest = [located(each.key) for key, each in sizes.items() if key not in named]
    panels = [*listed, *sorted(rest, key=lambda each: natural(each.key))]
    chapter = panels[0].chapter if asked is None and panels else asked
    found = list(_pages_of([each for each in panels if each.chapter == chapter], sizes))
    if chapter is None or not found:
        what = "no panels yet" if asked is None else f"no panels in a chapter {asked}"
        raise BadInputError(fault or f"This library has {what}")
    left_out = _left_out(len(found), max(len(page) for page, _ in found))
    pages = [
        _numbered(number, page, aspects)
        for number, (page, aspects) in enumerate(found[:MOST_PAGES], start=1)
    ]
    return PagesFound(
        chapter=chapter, rtl=False, pages=pages, fault=start(fault or left_out, FAULT_CHARS)
    )


def _pages_of(panels: Sequence[Located], sizes: _Sizes) -> Iterator[tuple[list[str], list[float]]]:
    """The keys of each page, with the shapes of their panels; without pages each is one."""
    for page, members in groupby(panels, key=lambda each: each.page):
        together = list(members)
        for some in [together] if page else [[each] for each in together]:
            shapes = [_aspect(each, sizes.get(fold(each.key))) for each in some]
            yield [each.key for each in some], shapes


def _aspect(panel: Located, found: Sized | None) -> float:
    if found is not None and found.width and found.height:
        return found.width / found.height
    if panel.format is None:
        return USUAL_ASPECT
    width, height = panel.format.split(":")
    return int(width) / int(height)


def _numbered(number: int, keys: Sequence[str], aspects: Sequence[float]) -> PageLayout:
    side = Side.RIGHT if number % 2 else Side.LEFT
    if len(keys) == 1:
        whole = PlacedPanel(key=keys[0], left=0, top=0, width=1, height=1)
        return PageLayout(number=number, side=side, aspect=aspects[0], panels=[whole])
    width, height, margin = _PAPER.width, _PAPER.height, _PAPER.margin
    area = Area(width - 2 * margin, height - 2 * margin, _PAPER.gutter, leaves.GIVE)
    boxes = [box._replace(x=box.x + margin, y=box.y + margin) for box in arrange(aspects, area)]
    panels = [
        _placed(key, box, width, height) for key, box in zip(keys[:PLACED], boxes, strict=False)
    ]
    return PageLayout(number=number, side=side, aspect=width / height, panels=panels)
