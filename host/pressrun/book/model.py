"""A book as its files say it, whole and checked. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from pressrun.protocol.messages.batch import DEFAULT_REPAIR_SHARE, DEFAULT_REPAIRS
from pressrun.scripts.script import Lettering
from pressrun.states import Outliers


class Spot(NamedTuple):
    """A place in one of a book's files."""

    file: Path
    """Relative to the book's folder."""
    line: int = 1


NOWHERE = Spot(Path())


class Gravity(StrEnum):
    """How bad it is what was found in a book."""

    FAULT = "fault"
    """Nothing is made until it is mended."""
    WARNING = "warning"
    """It may be meant so."""


@dataclass(frozen=True, order=True)
class Defect:
    """What is wrong, or looks wrong, in a book."""

    spot: Spot
    text: str
    gravity: Gravity = Gravity.FAULT


@dataclass(frozen=True)
class Look:
    """A variant: a figure in another coat or age, a place in another light."""

    name: str
    """As scripts write it: `storm coat`."""
    words: str = ""
    """Said after the words of the figure or place itself."""
    references: tuple[Path, ...] = ()
    """Sent in place of those of the figure or place itself; absolute paths."""
    sheet: Path | None = None
    """The approved sheet, pinned; it comes before the references."""
    wants_sheet: bool = False
    """Panels that show it wait for an approved sheet."""
    spot: Spot = NOWHERE


@dataclass(frozen=True)
class Subject:
    """A figure or a place of the book."""

    id: str
    """As its table is called: `mara`. It is a part of keys: `cast/mara`."""
    name: str
    """For people: `Mara`."""
    words: str
    """What it looks like."""
    aliases: tuple[str, ...] = ()
    """Other names in scripts."""
    references: tuple[Path, ...] = ()
    looks: Mapping[str, Look] = field(default_factory=dict)
    """Its variants, by their plain names."""
    sheet: Path | None = None
    wants_sheet: bool = False
    is_place: bool = False
    spot: Spot = NOWHERE


class Appearance(NamedTuple):
    """A subject in a panel, and its variant there; None is the subject itself."""

    subject: Subject
    look: Look | None = None


class Draws(StrEnum):
    """Who letters the words of a book."""

    LATER = "later"
    """The author, later: pictures hold no words, and leave room for them."""
    SITE = "site"
    """The site draws them into the pictures."""


@dataclass(frozen=True)
class OutlierRule:
    """What becomes of pictures that stand out from the approved ones."""

    outliers: Outliers = Outliers.MARK
    repairs: int = DEFAULT_REPAIRS
    """How often one is made again at most."""
    share: float = DEFAULT_REPAIR_SHARE
    """The share of a batch's panels that may be spent on that."""


@dataclass(frozen=True)
class Style:
    """The style bible. All of its words are optional, and each is said in its own place."""

    words: str = ""
    palette: str = ""
    line: str = ""
    never: str = ""
    """What is never to be drawn."""
    lettering: Draws = Draws.LATER
    letters: str = ""
    """How lettering looks, where the site draws it."""
    references: tuple[Path, ...] = ()
    follow_up: str = ""
    """Sent in the chat where an answer is words only; empty is the site profile's."""
    preset: str = ""
    """The name of the preset that it started from."""
    rule: OutlierRule = field(default_factory=OutlierRule)


class Direction(StrEnum):
    """In which direction a book is read."""

    LTR = "ltr"
    RTL = "rtl"


@dataclass(frozen=True)
class Layout:
    """How panels become pages. Lengths are in millimetres."""

    laid_out: bool = False
    """Whether panels are laid out on pages; otherwise every picture is a page."""
    width: float = 170.0
    height: float = 240.0
    margin: float = 10.0
    gutter: float = 4.0
    bleed: float = 0.0
    dpi: int = 300
    direction: Direction = Direction.LTR
    background: str = "white"
    rows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """For pages with rows of their own, by key (`ch01/p012`): how many panels each row has."""


@dataclass(frozen=True)
class BookPanel:
    """One panel of the book, with everything resolved that it names."""

    key: str
    place_key: str
    """What its key would be if none were given: `ch01/p012/panel-3`."""
    chapter: int
    """From 1, in reading order, as the next two."""
    page: int
    """From 1 in its chapter."""
    panel: int
    """From 1 on its page."""
    action: str
    cast: tuple[Appearance, ...] = ()
    setting: Appearance | None = None
    mood: str = ""
    format: str | None = None
    """As `3:4`; None leaves it to the site."""
    after: str | None = None
    """The key of the panel that the author has to approve first."""
    group: str = ""
    """Panels of one group in a chapter are made one after the other; empty for none."""
    references: tuple[Path, ...] = ()
    """Pictures for this panel alone, sent after those of its place; absolute paths."""
    lettering: tuple[Lettering, ...] = ()
    """In the book's language, or that of the translation that was asked for."""
    spot: Spot = NOWHERE


@dataclass(frozen=True)
class BookPage:
    """One page, or two side by side."""

    key: str
    """As `ch01/p012`."""
    number: int
    """From 1 in its chapter."""
    panels: tuple[BookPanel, ...]
    title: str = ""
    double: bool = False
    spot: Spot = NOWHERE


@dataclass(frozen=True)
class BookChapter:
    """One chapter."""

    key: str
    """As `ch01`: panels with keys of their own are found by it as well."""
    number: int
    title: str
    pages: tuple[BookPage, ...]
    spot: Spot = NOWHERE

    @property
    def panels(self) -> list[BookPanel]:
        """Every panel of the chapter, in reading order."""
        return [panel for page in self.pages for panel in page.panels]


@dataclass(frozen=True)
class Book:
    """A book that can be used."""

    folder: Path
    title: str
    author: str
    language: str
    """As `en` or `pt-BR`."""
    style: Style
    layout: Layout
    format: str | None
    """Of the panels that name none."""
    chats: int | None
    """Panels a chat; None is Pressrun's default."""
    project: str | None
    naming: str
    """The template of the keys that no author gave."""
    cast: Mapping[str, Subject]
    """By id, in the order of the files."""
    places: Mapping[str, Subject]
    chapters: tuple[BookChapter, ...]
    warnings: Sequence[Defect] = ()
    translation: str | None = None
    """The other language that its words are in; None for its own."""

    @property
    def panels(self) -> list[BookPanel]:
        """Every panel, in reading order."""
        return [panel for chapter in self.chapters for panel in chapter.panels]

    @property
    def library(self) -> Path:
        """The folder of its pictures, those of a translation in one of their own."""
        return self.folder / (f"pictures.{self.translation}" if self.translation else "pictures")
