"""The pages of an export, in reading order: what stands where on each, in millimetres.

Either every picture is a page, or panels are laid out by rows and formats. Page 1 is alone, as a
cover is; from then on two pages lie side by side, and a double page is one picture over both.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from pressrun.book.model import (
    Book,
    BookChapter,
    BookPage,
    BookPanel,
    Direction,
    Draws,
    Layout,
)
from pressrun.errors import BadInputError
from pressrun.export import layout
from pressrun.export.artwork import Artwork, Unusable
from pressrun.export.layout import Area, Box
from pressrun.library.decoding import PIXELS, SIDE

MM_PER_INCH = 25.4

MOST_CROPPED = 0.2
"""The largest share of a picture that may be cut off to fill its place; or else all is shown."""

BLED_CROPPED = 0.25
"""The same for the only picture of a page, where it goes over the page's edges."""

FORMAT_CROPPED = 0.13
"""Up to this share, a picture that came in another format fills the place of the one asked for."""

GIVE = 0.18
"""How much a panel may become wider or flatter than its format to fill the page."""

LETTERED_CROPPED = 0.02
"""What may be cut off a picture that holds words."""

SAME_SHAPE = 0.01
"""Up to this share, two shapes are one: formats are never hit to the pixel."""

USUAL_ASPECT = 4 / 3
"""Of a panel of which neither format nor picture is known."""

Art = Artwork | Unusable | None


class Side(StrEnum):
    """Which side of an opening a page is."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Shows(StrEnum):
    """What a page shows."""

    PANELS = "panels"
    EMPTY = "empty"
    """Nothing: it is there so that a double page lies on an opening."""
    TITLE = "title"
    """Title and author: the cover of what begins with a double page."""


@dataclass(frozen=True)
class Placement:
    """One panel on a page."""

    panel: BookPanel
    box: Box
    """Its place in millimetres from the page's top left corner, without bleed."""
    art: Art
    crop: float
    """The largest share of its picture that may be cut off."""

    def picture_box(self, aspect: float) -> Box:
        """Where a whole picture of an aspect ratio lies; only what is in `box` of it is seen."""
        fills = layout.cropped(self.box.aspect, aspect) <= self.crop
        return self.box.around(aspect) if fills else self.box.within(aspect)

    @property
    def dpi(self) -> float | None:
        """How many pixels of its picture an inch has; None for a gap."""
        if not isinstance(self.art, Artwork):
            return None
        return self.art.width / self.picture_box(self.art.aspect).width * MM_PER_INCH


@dataclass(frozen=True)
class Leaf:
    """One page, or a double page."""

    number: int
    """From 1; a double page takes two numbers."""
    side: Side
    width: float
    """In millimetres without bleed, as `height` is; a double page is twice as wide."""
    height: float
    placements: tuple[Placement, ...] = ()
    shows: Shows = Shows.PANELS
    page: BookPage | None = None

    @property
    def double(self) -> bool:
        """Whether it lies over two pages."""
        return self.side is Side.BOTH

    def matted(self, art: Artwork) -> tuple[int, int, float]:
        """Width and height in pixels of this page around a picture, and the picture's scale.

        The scale is 1 unless the page had more pixels than readers can open: so it is around a
        strip on pages that are long the other way.
        """
        width = max(art.width, round(art.height * self.width / self.height))
        height = max(art.height, round(width * self.height / self.width))
        scale = min(1, SIDE / max(width, height), (PIXELS / (width * height)) ** 0.5)
        return max(1, int(width * scale)), max(1, int(height * scale)), scale

    @property
    def numbers(self) -> str:
        """For people: `4`, `2–3`."""
        return f"{self.number}–{self.number + 1}" if self.double else str(self.number)


class Shape(NamedTuple):
    """The pages of one export are of one shape: this, or twice as wide."""

    width: float
    """In millimetres without bleed."""
    height: float
    pixels: int
    """The width of a page on a screen."""


@dataclass(frozen=True)
class Volume:
    """What is exported: a book, or one chapter of it."""

    book: Book
    chapters: tuple[BookChapter, ...]
    leaves: tuple[Leaf, ...]
    shape: Shape
    chapter: BookChapter | None = None
    """The only one that was asked for."""

    @property
    def title(self) -> str:
        """Of a chapter, its own: `The Quay`."""
        if self.chapter is None:
            return self.book.title
        return self.chapter.title or f"Chapter {self.chapter.number}"

    @property
    def name(self) -> str:
        """For people, with the book's title."""
        return self.book.title if self.chapter is None else f"{self.book.title}: {self.title}"

    @property
    def is_rtl(self) -> bool:
        """Whether it is read from right to left."""
        return self.book.layout.direction is Direction.RTL

    @property
    def language(self) -> str:
        """That of its words."""
        return self.book.translation or self.book.language

    @property
    def bleed(self) -> float:
        """In millimetres, around each page."""
        return self.book.layout.bleed

    @property
    def panels(self) -> list[BookPanel]:
        """Every panel, in reading order."""
        return [panel for chapter in self.chapters for panel in chapter.panels]

    @property
    def added(self) -> list[Leaf]:
        """The pages that no script has."""
        return [leaf for leaf in self.leaves if leaf.shows is not Shows.PANELS]


def chapter_of(book: Book, named: str) -> BookChapter:
    """The chapter that an author names by its number or its key.

    Raises:
        BadInputError: there is none.
    """
    for chapter in book.chapters:
        if named.strip() in (str(chapter.number), chapter.key):
            return chapter
    known = ", ".join(f"{each.number} ({each.key})" for each in book.chapters[:12])
    more = ", …" if len(book.chapters) > 12 else ""  # noqa: PLR2004 - as above
    raise BadInputError(
        f"--chapter {named}: the book has no such chapter; it has {known}{more}. "
        "Nothing was written"
    )


def bind(
    book: Book, find: Callable[[BookPanel], Art], chapter: BookChapter | None = None
) -> Volume:
    """Put the pages of a book, or of one chapter, in order.

    Args:
        book: what is exported.
        find: tells the picture of a panel; asked once for each, in reading order.
        chapter: the only one that is wanted; None for all.

    Raises:
        BadInputError: it has no panels, or its pages are too large.
    """
    chapters = book.chapters if chapter is None else (chapter,)
    art = {panel.key: find(panel) for each in chapters for panel in each.panels}
    if not art:
        what = "the book" if chapter is None else f"chapter {chapter.number}"
        raise BadInputError(f"{what} has no panels yet; write some in script/. Nothing was written")
    shape = _shape(book, chapters, art)
    made = _leaves(book, chapters, art, shape)
    return Volume(book, chapters, tuple(_numbered(made, shape, book.layout)), shape, chapter)


def excerpt(book: Book, find: Callable[[BookPanel], Art], chapter: BookChapter) -> Volume:
    """Put the pages of one chapter in order as the whole book has them: of its shape, numbered on.

    Args:
        book: the whole.
        find: tells the picture of a panel; asked once for each of the book.
        chapter: which.

    Raises:
        BadInputError: its pages are too large.
    """
    art = {panel.key: find(panel) for panel in book.panels}
    shape = _shape(book, book.chapters, art)
    made = _leaves(book, (chapter,), art, shape)
    first = _first_number(book, chapter)
    leaves = tuple(_numbered(made, shape, book.layout, first))
    return Volume(book, (chapter,), leaves, shape, chapter)


def _first_number(book: Book, chapter: BookChapter) -> int:
    """The number of a chapter's first page in the whole book."""
    number = 1
    for each in book.chapters:
        if each is chapter:
            break
        for page in each.pages:
            count = min(1, len(page.panels)) if book.layout.laid_out else len(page.panels)
            if count and page.double and (book.layout.laid_out or count == 1):
                number += number % 2 + 2
            else:
                number += count
    return number


def _leaves(
    book: Book, chapters: Sequence[BookChapter], art: dict[str, Art], shape: Shape
) -> Iterator[Leaf]:
    """The pages of some chapters, without numbers."""
    for page in (page for each in chapters for page in each.pages if page.panels):
        if book.layout.laid_out:
            yield _laid_out(book, page, art)
        else:
            yield from _pictures(book, page, art, shape)


def _numbered(
    leaves: Iterable[Leaf], shape: Shape, wanted: Layout, first: int = 1
) -> Iterator[Leaf]:
    """Give each page its number and side; a page is added where a double page needs it."""
    is_rtl = wanted.direction is Direction.RTL
    odd, even = (Side.LEFT, Side.RIGHT) if is_rtl else (Side.RIGHT, Side.LEFT)
    number = first
    for leaf in leaves:
        if leaf.double and number % 2:
            shows = Shows.TITLE if number == 1 else Shows.EMPTY
            yield Leaf(number, odd, shape.width, shape.height, shows=shows)
            number += 1
        side = Side.BOTH if leaf.double else odd if number % 2 else even
        yield replace(leaf, number=number, side=side)
        number += 2 if leaf.double else 1


def _aspect(book: Book, panel: BookPanel, art: Art) -> float:
    """The width to height that a panel has on a page.

    It is that of its format, so that a page stays as it is when a picture is exchanged, unless the
    picture came in quite another one.
    """
    told = _ratio(panel.format) if panel.format else None
    if not isinstance(art, Artwork):
        return told or USUAL_ASPECT
    most = LETTERED_CROPPED if _is_lettered(book, panel) else FORMAT_CROPPED
    return told if told and layout.cropped(told, art.aspect) <= most else art.aspect


def _ratio(named: str) -> float:
    width, height = named.split(":")
    return int(width) / int(height)


def _is_lettered(book: Book, panel: BookPanel) -> bool:
    return book.style.lettering is Draws.SITE and bool(panel.lettering)


def _laid_out(book: Book, page: BookPage, art: dict[str, Art]) -> Leaf:
    wanted = book.layout
    width = wanted.width * (2 if page.double else 1)
    aspects = [_aspect(book, panel, art[panel.key]) for panel in page.panels]
    lettered = any(_is_lettered(book, panel) for panel in page.panels)
    margin, bleed = wanted.margin, wanted.bleed
    area = Area(
        width - 2 * margin, wanted.height - 2 * margin, wanted.gutter, 0 if lettered else GIVE
    )
    boxes = layout.arrange(aspects, area, wanted.rows.get(page.key, ()))
    if wanted.direction is Direction.RTL:
        boxes = layout.mirrored(boxes, area.width)
    boxes = [Box(box.x + margin, box.y + margin, box.width, box.height) for box in boxes]
    whole = Box(-bleed, -bleed, width + 2 * bleed, wanted.height + 2 * bleed)
    most = MOST_CROPPED
    splash = LETTERED_CROPPED if lettered else BLED_CROPPED
    if bleed and len(boxes) == 1 and layout.cropped(whole.aspect, aspects[0]) <= splash:
        boxes, most = [whole], splash
    elif bleed and not margin:
        boxes = [_bled(box, width, wanted.height, bleed) for box in boxes]
    placements = tuple(
        Placement(panel, box, art[panel.key], LETTERED_CROPPED if lettered else most)
        for panel, box in zip(page.panels, boxes, strict=True)
    )
    side = Side.BOTH if page.double else Side.LEFT
    return Leaf(0, side, width, wanted.height, placements, page=page)


def _bled(box: Box, width: float, height: float, bleed: float) -> Box:
    """A box that goes over the edges of the page that it touches."""
    near = 0.01
    left = bleed if box.x < near else 0
    top = bleed if box.y < near else 0
    right = bleed if box.x + box.width > width - near else 0
    bottom = bleed if box.y + box.height > height - near else 0
    return Box(box.x - left, box.y - top, box.width + left + right, box.height + top + bottom)


def _pictures(book: Book, page: BookPage, art: dict[str, Art], shape: Shape) -> Iterator[Leaf]:
    """Every picture as a page, whole; that of a double page with one panel as a double page."""
    double = page.double and len(page.panels) == 1
    bleed = book.layout.bleed
    for panel in page.panels:
        width = shape.width * (2 if double else 1)
        whole = Box(-bleed, -bleed, width + 2 * bleed, shape.height + 2 * bleed)
        found = art[panel.key]
        page_box = Box(0, 0, width, shape.height)
        fits = (
            isinstance(found, Artwork)
            and layout.cropped(page_box.aspect, found.aspect) <= SAME_SHAPE
        )
        # a page of its picture's shape shows all of it, but for what goes over the edges
        box, crop = (whole, MOST_CROPPED) if bleed and fits else (page_box, SAME_SHAPE)
        placement = Placement(panel, box, found, crop)
        yield Leaf(
            0, Side.BOTH if double else Side.LEFT, width, shape.height, (placement,), page=page
        )


def _shape(book: Book, chapters: Sequence[BookChapter], art: dict[str, Art]) -> Shape:
    """The shape of all pages: as the book says, or that of most pictures."""
    wanted = book.layout
    if wanted.laid_out:
        pixels = max(1, round(wanted.width / MM_PER_INCH * wanted.dpi))
        if 2 * pixels * pixels * wanted.height / wanted.width > PIXELS:
            raise BadInputError(
                f"book.toml: a double page of {2 * wanted.width:g} × {wanted.height:g} mm at "
                f"{wanted.dpi} dpi has more than {PIXELS:,} pixels, which is the limit; lower dpi "
                "under [pages]. Nothing was written"
            )
        return Shape(wanted.width, wanted.height, pixels)
    single = [
        panel
        for chapter in chapters
        for page in chapter.pages
        if not (page.double and len(page.panels) == 1)
        for panel in page.panels
    ]
    found = [art[panel.key] for panel in single]
    sizes = Counter((each.width, each.height) for each in found if isinstance(each, Artwork))
    longer = max(wanted.width, wanted.height)
    if sizes:
        shapes = Counter[float]()
        for (width, height), count in sizes.items():
            shapes[round(width / height, 2)] += count
        usual = shapes.most_common(1)[0][0]
        width, height = next(
            size for size, _ in sizes.most_common() if round(size[0] / size[1], 2) == usual
        )
    else:
        first = single[0] if single else None
        named = (first.format if first else None) or book.format
        aspect = _ratio(named) if named else wanted.width / wanted.height
        width, height = round(1000 * aspect), 1000
    scale = longer / max(width, height)
    return Shape(width * scale, height * scale, width)
