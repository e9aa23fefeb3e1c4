"""Books with pictures on disk, for the tests of what is exported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pressrun.book.model import (
    Appearance,
    Book,
    BookChapter,
    BookPage,
    BookPanel,
    Draws,
    Layout,
    Style,
    Subject,
)
from pressrun.export import artwork
from pressrun.export.leaves import Volume, bind
from pressrun.scripts.script import Lettering, Voice

MARA = Subject("mara", "Mara", "a lean woman")
QUAY = Subject("quay", "The quay, north", "a quay", is_place=True)

SAID = Lettering(Voice.BALLOON, "Did you hear that?", ("MARA",), "whisper")
TOLD = Lettering(Voice.CAPTION, "Midnight.")
HEARD = Lettering(Voice.EFFECT, "KRAK")

SIZES = {
    "1:1": (200, 200),
    "3:4": (180, 240),
    "2:3": (200, 300),
    "4:3": (240, 180),
    "3:2": (300, 200),
    "16:9": (320, 180),
    "9:16": (180, 320),
}
"""In pixels, by format."""


@dataclass(frozen=True)
class PageOf:
    """A page of a book to be made."""

    formats: tuple[str | None, ...]
    """One for each panel."""
    double: bool = False
    words: tuple[tuple[Lettering, ...], ...] = ()
    """Of the first panels."""


@dataclass(frozen=True)
class BookOf:
    """A book to be made."""

    chapters: Sequence[Sequence[PageOf]]
    layout: Layout = field(default_factory=Layout)
    title: str = "Port Sable"
    author: str = "Ada & Bo"
    language: str = "en"
    lettering: Draws = Draws.LATER
    translation: str | None = None

    def make(self, folder: Path) -> Book:
        """The book, as if its files had been read; no picture is there yet."""
        chapters = tuple(
            self._chapter(number, pages) for number, pages in enumerate(self.chapters, 1)
        )
        return Book(
            folder=folder,
            title=self.title,
            author=self.author,
            language=self.language,
            style=Style(lettering=self.lettering),
            layout=self.layout,
            format=None,
            chats=None,
            project=None,
            naming="",
            cast={MARA.id: MARA},
            places={QUAY.id: QUAY},
            chapters=chapters,
            translation=self.translation,
        )

    def _chapter(self, number: int, pages: Sequence[PageOf]) -> BookChapter:
        key = f"ch{number:02}"
        made = tuple(_page(key, number, index, page) for index, page in enumerate(pages, 1))
        return BookChapter(key, number, f"Part {number}", made)


def _page(chapter: str, chapter_number: int, number: int, page: PageOf) -> BookPage:
    key = f"{chapter}/p{number:03}"
    words = [*page.words, *[()] * len(page.formats)]
    panels = tuple(
        BookPanel(
            key=f"{key}/panel-{index}",
            place_key=f"{key}/panel-{index}",
            chapter=chapter_number,
            page=number,
            panel=index,
            action=f"Action {index} of page {number}",
            cast=(Appearance(MARA),),
            setting=Appearance(QUAY),
            format=wanted,
            lettering=words[index - 1],
        )
        for index, wanted in enumerate(page.formats, 1)
    )
    return BookPage(key, number, panels, double=page.double)


def draw(book: Book, sizes: Mapping[str, tuple[int, int]] | None = None, *, scale: int = 1) -> None:
    """Put a picture of each panel where a run would: its key, in a frame of two colours.

    Args:
        book: whose.
        sizes: in pixels, of panels whose picture is of another size than their format says.
        scale: how much larger than `SIZES`.
    """
    for index, panel in enumerate(book.panels):
        width, height = SIZES[panel.format or "4:3"]
        size = (sizes or {}).get(panel.key, (width * scale, height * scale))
        path = artwork.folder_of(book, panel) / f"{panel.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        painted(panel.key, size, index).save(path)


def painted(text: str, size: tuple[int, int], hue: int = 0) -> Image.Image:
    """A picture that shows where its edges are, and what it is of."""
    image = Image.new("RGB", size, f"hsv({hue * 47 % 360}, 45%, 85%)")
    pen = ImageDraw.Draw(image)
    width, height = size
    edge = max(2, min(size) // 20)
    pen.rectangle((0, 0, width - 1, height - 1), outline="black", width=edge)
    pen.ellipse((width // 2 - height // 4, height // 4, width // 2 + height // 4, 3 * height // 4),
                outline="white", width=edge)  # fmt: skip
    font = ImageFont.load_default(max(10, width // 14))
    pen.text((width // 2, height // 2), text, font=font, fill="black", anchor="mm")
    return image


def bound(book: Book, chapter: BookChapter | None = None) -> Volume:
    """A book with its pictures as they are on disk, put in order."""
    return bind(book, partial(artwork.find, book), chapter)


STORY = (
    (
        PageOf(("4:3", "1:1", "1:1"), words=((TOLD,), (SAID, HEARD))),
        PageOf(("9:16", "4:3", "4:3", "16:9")),
        PageOf(("1:1", "1:1", "1:1", "16:9")),
    ),
    (
        PageOf(("16:9",), double=True),
        PageOf(("3:4",)),
        PageOf(("3:4", "3:4", "16:9", "4:3", "4:3")),
        PageOf(("16:9", "16:9", "16:9")),
        PageOf(("9:16", "9:16", "9:16")),
    ),
)
"""Two chapters of pages of many kinds, with one double page."""
