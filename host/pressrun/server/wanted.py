"""What a prompt list or a book wants, in one form for whoever compares it with a library."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pressrun.book import find, panels, sheet
from pressrun.book.figure import sheet_key
from pressrun.book.model import Book, BookChapter, BookPage, BookPanel, Look, Subject
from pressrun.book.nearest import meant
from pressrun.book.read import read
from pressrun.errors import BadInputError
from pressrun.lists.forms import NAMES
from pressrun.lists.prompts import PromptList
from pressrun.picture.key import fold
from pressrun.picture.panel import Panel
from pressrun.protocol.messages.batch import BatchStart
from pressrun.scripts.script import Lettering

SHEETS = "cast"
"""What names all sheets of a book at once, those of its places as well."""

WARNINGS = 8
"""How many of a book's warnings are told; `pressrun check` tells them all."""


@dataclass(frozen=True)
class Section:
    """A chapter of a book, or its sheets."""

    key: str
    title: str
    panels: tuple[str, ...]
    """The keys of its panels."""


@dataclass(frozen=True)
class Scenery:
    """What views show of a panel of a book besides its prompt."""

    chapter: str
    """The key of its chapter, or what names its sheets."""
    page: str = ""
    """The key of its page."""
    title: str = ""
    """What it is called on its page, for people."""
    figures: tuple[str, ...] = ()
    """The names of those who are in it."""
    setting: str | None = None
    """The name of the place where it is."""
    lettering: tuple[str, ...] = ()
    """Its words, as they are read."""


@dataclass(frozen=True)
class Wants:
    """What a list or a book wants."""

    panels: Sequence[Panel]
    """In order; of a book, first the sheets that are wanted."""
    lines: Mapping[str, int]
    """For each key, the line of its panel; 0 where it has none of its own."""
    notes: Sequence[str]
    """What was assumed, and what looks wrong."""
    book: Book | None = None
    """None for a list."""
    sections: Sequence[Section] = ()
    """Of a book, in reading order."""
    sheets: int = 0
    """How many of the panels, from the first on, are sheets."""
    files: Mapping[str, str] = field(default_factory=dict)
    """For the keys of a book, the file of that line."""
    words: Mapping[str, str] = field(default_factory=dict)
    """For the keys of a book: what is drawn. Its prompts all begin alike."""
    scenery: Mapping[str, Scenery] = field(default_factory=dict)
    """For the keys of a book: what views show of its panels."""
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """For the keys of a book: what else its panel is called, and the page and chapter it is in."""

    def under(self, only: Sequence[str]) -> set[str] | None:
        """The keys, without case, of the panels that names mean; None where nothing is named.

        Args:
            only: keys of panels, or first parts of keys; of a book also of pages and chapters.

        Raises:
            BadInputError: one means nothing.
        """
        if not only:
            return None
        asked = {fold(name).strip("/"): name for name in only}
        found, met = set[str](), set[str]()
        for panel in self.panels:
            names = {fold(each) for each in (panel.key, *self.names.get(panel.key, ()))}
            hits = {each for name in names for each in _beginnings(name) if each in asked}
            if hits:
                found.add(fold(panel.key))
                met |= hits
        for each, name in asked.items():
            if each not in met:
                raise BadInputError(f"--only {name}: {self._nothing(each)}")
        return found

    def _nothing(self, name: str) -> str:
        """That a name means nothing, with those that are nearest to it."""
        known = dict.fromkeys(
            each
            for panel in self.panels
            for key in (panel.key, *self.names.get(panel.key, ()))
            for each in _beginnings(key)
        )
        what = "panel, page or chapter" if self.book else "panel"
        return f"no {what} has this key; nothing was started{meant(name, known)}"


def of_list(found: PromptList) -> Wants:
    """What a prompt list wants."""
    notes = [f"read as {NAMES[found.form]}", *found.notes]
    notes += [f"line {each.place.line}: {each.text}" for each in found.warnings]
    return Wants(found.panels, {key: place.line for key, place in found.places.items()}, notes)


def of_book(book: Book, sheets: Iterable[str] = ()) -> Wants:
    """What a book wants.

    Args:
        book: which.
        sheets: keys of sheets that are wanted, whether panels wait for them or not.
    """
    found = panels.wanted(book, set(sheets))
    shown = {panel.key: panel for panel in book.panels}
    first = [panel for panel in found if panel.key not in shown]
    wanted = {panel.key for panel in found}
    sections = [
        Section(chapter.key, chapter.title, tuple(key for key in keys if key in wanted))
        for chapter in book.chapters
        for keys in [[panel.key for panel in chapter.panels]]
    ]
    if first:
        sections.insert(0, Section(SHEETS, "Sheets", tuple(panel.key for panel in first)))
    return Wants(
        panels=found,
        lines={panel.key: panel.spot.line for panel in shown.values()},
        notes=[*_shared(book, len(shown) - (len(found) - len(first))), *_warnings(book)],
        book=book,
        sections=[each for each in sections if each.panels],
        sheets=len(first),
        files={panel.key: str(book.folder / panel.spot.file) for panel in shown.values()},
        words={panel.key: panel.action for panel in shown.values()},
        scenery={
            panel.key: _scenery(chapter, page, panel)
            for chapter in book.chapters
            for page in chapter.pages
            for panel in page.panels
        }
        | {panel.key: Scenery(SHEETS, title="Sheet") for panel in first},
        names={
            panel.key: (panel.place_key, page.key, chapter.key)
            for chapter in book.chapters
            for page in chapter.pages
            for panel in page.panels
        }
        | {panel.key: (SHEETS,) for panel in first},
    )


def _scenery(chapter: BookChapter, page: BookPage, panel: BookPanel) -> Scenery:
    return Scenery(
        chapter=chapter.key,
        page=page.key,
        title=f"{chapter.title or f'Chapter {chapter.number}'}, page {page.number}, "
        f"panel {panel.panel}",
        figures=tuple(dict.fromkeys(each.subject.name for each in panel.cast)),
        setting=panel.setting.subject.name if panel.setting else None,
        lettering=tuple(_read(each) for each in panel.lettering),
    )


def _read(said: Lettering) -> str:
    """Some lettering on one line, with whose it is."""
    text = " ".join(said.text.split())
    return f"{' and '.join(said.speakers)}: {text}" if said.speakers else text


def is_book(source: Path) -> bool:
    """Whether a source is a book's: every other name is a list's."""
    return source.name == find.NAME


def translation_of(library: Path) -> str | None:
    """The other language whose pictures a book's library holds."""
    return library.name.partition(".")[2] or None


def opened(asked: BatchStart) -> Book:
    """The book that is asked for.

    Raises:
        BadInputError: it cannot be used, or what is asked of it is for lists.
    """
    if asked.library is not None or asked.references is not None or asked.form or asked.beside:
        raise BadInputError(
            "a book has its own folder, form and reference pictures; nothing was started. Leave "
            "out -o, --read-as, --reference and --no-reference; style references are named in "
            f"{find.NAME}"
        )
    if asked.format is not None:
        # a sheet's approval reads the book anew: what only an option said would be forgotten
        raise BadInputError(
            "a book names its formats itself; nothing was started. Leave out --format and "
            f"--no-format, and write the format into {find.NAME} or to a panel"
        )
    return read(Path(asked.source).parent, asked.translation)


def sheets_of(book: Book) -> dict[str, tuple[Subject, Look | None]]:
    """Everything of a book that a sheet can be made of, by the key of the sheet without case."""
    return {fold(sheet_key(*each)): each for each in sheet.sheets(book)}


def _shared(book: Book, count: int) -> list[str]:
    """What a translation does not make."""
    if not count:
        return []
    lacks = f"hold no words in {book.translation}"
    return [f"{count:,} of its panels {lacks}: their pictures are those of the book itself"]


def _warnings(book: Book) -> list[str]:
    told = [f"{each.spot.file}:{each.spot.line}: {each.text}" for each in book.warnings]
    if (left := len(told) - WARNINGS) > 0:
        return [*told[:WARNINGS], f"{left:,} more; to see them all: pressrun check"]
    return told


def _beginnings(key: str) -> Iterator[str]:
    """A key and the first parts of it: what names a panel, its page and its chapter."""
    parts = key.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
