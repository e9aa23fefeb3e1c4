"""What `book.toml` says of the whole book."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PIL import ImageColor

from pressrun.book import style as styles
from pressrun.book.keys import NAMING, Naming
from pressrun.book.model import Direction, Layout, Style
from pressrun.book.nearest import meant
from pressrun.book.pictures import Pictures
from pressrun.book.toml import TomlTable
from pressrun.picture import format as formats
from pressrun.protocol.messages.batch import MOST_CHATS
from pressrun.sites import profile

TITLE_CHARS = 300
"""The longest title of a book."""

_LINE_CHARS = 300
_ADDRESS_CHARS = 2_000
_MOST_ROWS = 40
_SITE = "chatgpt"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})|[A-Za-z]{3,30}")


@dataclass(frozen=True)
class Settings:
    """What holds for the whole book."""

    title: str = ""
    author: str = ""
    language: str = "en"
    format: str | None = None
    formats: Mapping[str, str | None] = field(default_factory=dict)
    """Formats by the author's own names, in small letters."""
    chats: int | None = None
    project: str | None = None
    naming: Naming = NAMING
    style: Style = field(default_factory=Style)
    layout: Layout = field(default_factory=Layout)
    rows_at: Mapping[str, int] = field(default_factory=dict)
    """The lines on which `layout.rows` are told."""
    is_read: bool = True
    """There is a `book.toml` that could be read: without it nobody knows the author's formats."""
    names_panels: bool = True
    """It is known how panels are called that have no key of their own."""

    def format_of(self, text: str, *, hints: bool = True) -> str | None:
        """The format that an author names; None leaves it to the site.

        Args:
            text: its name or its ratio.
            hints: whether an error tells what was probably meant.

        Raises:
            ValueError: it names none; the error says so for people.
        """
        name = " ".join(text.split()).casefold()
        if name in self.formats:
            return self.formats[name]
        try:
            return formats.parse(text)
        except ValueError as error:
            known = [*self.formats, *formats.NAMES, formats.AUTO] if hints else []
            hint = meant(name, known)
            raise ValueError(f"{error}{hint}") from error


def read(table: TomlTable, pictures: Pictures) -> Settings:
    """The settings in `book.toml`; what is wrong goes to the table's defects."""
    title = table.text("title", TITLE_CHARS)
    if not title and not table.has("title"):
        table.defects.warn(1, 'the book has no title; add title = "…"')
    named = _formats(table)
    pages = table.table("pages")
    layout = _layout(pages)
    naming = _naming(table)
    settings = Settings(
        title=title,
        author=table.text("author", _LINE_CHARS),
        language=_language(table),
        formats=named,
        chats=_chats(table),
        project=_project(table),
        naming=naming or NAMING,
        names_panels=naming is not None,
        style=styles.read(table.table("style"), pictures),
        layout=layout,
        rows_at={key: pages.line("rows", key) for key in layout.rows} if pages else {},
    )
    shape = table.text("format", _LINE_CHARS)
    if shape:
        try:
            settings = replace(settings, format=settings.format_of(shape))
        except ValueError as error:
            table.fault(str(error), "format")
    table.refuse_others("book.toml")
    return settings


def _language(table: TomlTable) -> str:
    language = table.text("language", _LINE_CHARS)
    if language and not _LANGUAGE.fullmatch(language):
        table.fault(f"language {language!r}: write its code, such as 'en' or 'pt-BR'", "language")
        return "en"
    return language or "en"


def is_language(name: str) -> bool:
    """Whether a name is the code of a language, such as `en` or `pt-BR`."""
    return _LANGUAGE.fullmatch(name) is not None


def _formats(table: TomlTable) -> dict[str, str | None]:
    named = table.table("formats")
    found = dict[str, str | None]()
    for name in named.values if named else ():
        ratio = named.text(name, _LINE_CHARS) if named else ""
        plain = " ".join(name.split()).casefold()
        found[plain] = None  # also where it is wrong: panels that name it need not be told so
        if not ratio:
            continue
        try:
            found[plain] = formats.parse(ratio)
        except ValueError as error:
            table.fault(str(error), "formats", name)
    return found


def _chats(table: TomlTable) -> int | None:
    if not table.has("chats"):
        return None
    value = table.values["chats"]
    if value == "fresh":
        return 1
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_CHATS:
        return value
    table.fault(f"'chats' must be \"fresh\" or a whole number from 1 to {MOST_CHATS}", "chats")
    return None


def _project(table: TomlTable) -> str | None:
    address = table.text("project", _ADDRESS_CHARS)
    if address and not address.startswith("https://"):
        table.fault(
            f"project {address[:40]!r}: write the address of the project's page, with https://",
            "project",
        )
        return None
    if address and profile.shipped(_SITE).project_of(address) is None:
        table.defects.warn(
            table.line("project"),
            f"project {address[:60]!r} is not the address of a ChatGPT project, and a run refuses "
            "it: open the project in your browser, and copy the address of its page",
        )
    return address or None


def _naming(table: TomlTable) -> Naming | None:
    """How panels are called; None after a fault was noted."""
    template = table.text("naming", _LINE_CHARS)
    if not template:
        return NAMING
    try:
        return Naming.of(template)
    except ValueError as error:
        table.fault(f"naming: {error}", "naming")
        return None


def _layout(table: TomlTable | None) -> Layout:
    if table is None:
        return Layout()
    usual = Layout()
    layout = Layout(
        laid_out=table.flag("layout"),
        width=table.number("width", usual.width, 20, 2_000),
        height=table.number("height", usual.height, 20, 2_000),
        margin=table.number("margin", usual.margin, 0, 200),
        gutter=table.number("gutter", usual.gutter, 0, 100),
        bleed=table.number("bleed", usual.bleed, 0, 50),
        dpi=int(table.number("dpi", usual.dpi, 36, 1_200)),
        direction=_direction(table),
        background=_background(table),
        rows=_rows(table.table("rows")),
    )
    if 2 * layout.margin >= min(layout.width, layout.height):
        table.fault("the margins leave no room on the page; make 'margin' smaller", "margin")
    table.refuse_others("[pages]")
    return layout


def _direction(table: TomlTable) -> Direction:
    value = table.text("direction", _LINE_CHARS)
    if value and value not in list(Direction):
        table.fault('\'direction\' must be "ltr" or "rtl"', "direction")
    return Direction(value) if value in list(Direction) else Direction.LTR


def _background(table: TomlTable) -> str:
    value = table.text("background", _LINE_CHARS)
    is_colour = value.startswith("#") or value.casefold() in ImageColor.colormap
    if value and not (_COLOUR.fullmatch(value) and is_colour):
        hint = meant(value, ImageColor.colormap)
        table.fault(
            f"background {value[:40]!r}: write a colour such as 'white' or '#f4efe6'{hint}",
            "background",
        )
        return "white"
    return value or "white"


def _rows(table: TomlTable | None) -> dict[str, tuple[int, ...]]:
    found = dict[str, tuple[int, ...]]()
    for key, value in table.values.items() if table else ():
        sound = (
            isinstance(value, list)
            and 0 < len(value) <= _MOST_ROWS
            and all(type(each) is int and 0 < each <= _MOST_ROWS for each in value)
        )
        if sound:
            found[key] = tuple(value)
        elif table:
            table.fault(
                f"the rows of {key!r} must be a list of numbers of panels, such as [1, 2]", key
            )
    return found
