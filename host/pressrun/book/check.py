"""Checking a book: every mistake in its files at once, or the book."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pressrun.book import cast as casts
from pressrun.book import markdown, order, settings, source, toml
from pressrun.book.cast import Cast
from pressrun.book.defects import Defects
from pressrun.book.find import NAME
from pressrun.book.keys import RESERVED
from pressrun.book.model import (
    Appearance,
    Book,
    BookChapter,
    BookPage,
    BookPanel,
    Defect,
    Gravity,
    Spot,
)
from pressrun.book.pictures import Pictures
from pressrun.book.resolve import Resolver
from pressrun.book.settings import Settings
from pressrun.book.toml import BadTomlError, TomlTable
from pressrun.picture.key import fold
from pressrun.picture.panel import control_in, fault_of_key, fault_of_letters, key_of_name
from pressrun.scripts.script import ScriptChapter, ScriptPage, ScriptPanel

SCRIPT = "script"
"""The folder of the script."""


@dataclass(frozen=True)
class Checked:
    """What came of checking a book."""

    book: Book | None
    """None where there are faults."""
    defects: list[Defect]
    """By file and line."""


def check(folder: Path, translation: str | None = None) -> Checked:
    """Read a book and find every mistake in it.

    Args:
        folder: the book's.
        translation: another language that its words are wanted in.
    """
    folder = folder.resolve()
    defects = Defects()
    pictures = Pictures(folder)
    told = _settings(folder, pictures, defects)
    cast = casts.read(folder, pictures, defects)
    chapters = _script(folder, Path(SCRIPT), cast, defects)
    assembly = _Assembly(told, Resolver(told, cast, pictures), defects)
    made = tuple(assembly.chapter(file, chapter) for file, chapter in chapters)
    panels = order.resolved(assembly.panels, assembly.places, defects)
    made = tuple(_with(chapter, panels) for chapter in made)
    found = sorted(dict.fromkeys(defects.found))
    if defects.are_faults:
        return Checked(None, found)
    warnings = [each for each in found if each.gravity == Gravity.WARNING]
    book = Book(
        folder=folder,
        title=told.title or folder.name,
        author=told.author,
        language=told.language,
        style=told.style,
        layout=told.layout,
        format=told.format,
        chats=told.chats,
        project=told.project,
        naming=told.naming.template,
        cast=cast.characters,
        places=cast.places,
        chapters=made,
        warnings=warnings,
        translation=translation,
    )
    return Checked(book, found)


def _settings(folder: Path, pictures: Pictures, defects: Defects) -> Settings:
    file = Path(NAME)
    text = source.read(folder, file, defects)
    if text is None:
        return Settings()
    try:
        values, lines = toml.parse(text)
    except BadTomlError as error:
        defects.within(file).fault(error.line, f"not valid TOML: {error}")
        return Settings()
    return settings.read(TomlTable(values, lines, defects.within(file)), pictures)


def _script(
    folder: Path, under: Path, cast: Cast, defects: Defects
) -> list[tuple[Path, ScriptChapter]]:
    """The chapters in the files of a folder, each with its file."""
    found = list[tuple[Path, ScriptChapter]]()
    for file in source.listed(folder, str(under), defects):
        told = defects.within(file)
        if file.suffix.casefold() not in markdown.ENDINGS:
            told.warn(1, "not read; to make a script of it that is: pressrun script FILE --write")
            continue
        text = source.read(folder, file, defects)
        if text is None:
            continue
        before = len(found)
        found += [(file, each) for each in markdown.read(text, cast.named, told)]
        if len(found) == before:
            told.warn(1, "the file has no chapter, page or panel")
    if not any(page.panels for _, chapter in found for page in chapter.pages):
        defects.within(Path(NAME)).fault(
            1, f"the book has no panels: write a script in {under}/, such as {under}/01.md"
        )
    return found


@dataclass
class _Assembly:
    """Makes the book's chapters of the script's, and counts."""

    settings: Settings
    resolver: Resolver
    defects: Defects
    panels: dict[str, BookPanel] = field(default_factory=dict)
    """By `fold(key)`, in reading order."""
    places: dict[str, str] = field(default_factory=dict)
    """The keys of panels by their place keys, both as `fold` gives them."""
    _count: int = 0

    def chapter(self, file: Path, script: ScriptChapter) -> BookChapter:
        """The next chapter."""
        self._count += 1
        naming, spot = self.settings.naming, Spot(file, script.place.line)
        given = self._given(script.key, spot)
        key = naming.chapter_key(self._count, given)
        pages, number = list[BookPage](), 1
        for page in script.pages:
            pages.append(self._page(file, page, key, number, given))
            number += 1 + page.double
        title = script.title or script.label
        return BookChapter(key, self._count, title, tuple(pages), spot)

    def _page(
        self, file: Path, script: ScriptPage, chapter: str, number: int, of_chapter: str
    ) -> BookPage:
        spot = Spot(file, script.place.line)
        given = self._given(script.key, spot)
        if not script.panels:
            self.defects.fault(
                spot,
                "a page without panels: put '### Panel 1' above what is drawn, or write 'splash' "
                "into the page's heading where it is one picture",
            )
        panels = tuple(
            self._panel(file, each, (self._count, number, at), (of_chapter, given))
            for at, each in enumerate(script.panels, start=1)
        )
        key = self.settings.naming.page_key(chapter, self._count, number, given)
        return BookPage(key, number, panels, script.title, script.double, spot)

    def _panel(
        self, file: Path, script: ScriptPanel, place: tuple[int, int, int], parts: tuple[str, str]
    ) -> BookPanel:
        told, spot = self.defects.within(file), Spot(file, script.place.line)
        place_key = self.settings.naming.key(*place, parts)
        cast = self.resolver.cast_of(script, told)
        setting = self.resolver.place_of(script, told)
        panel = BookPanel(
            key=self._given(script.key, spot) or place_key,
            place_key=place_key,
            chapter=place[0],
            page=place[1],
            panel=place[2],
            action=self._action(script, spot, cast, setting),
            cast=cast,
            setting=setting,
            mood=script.fields.get("mood", ""),
            format=self.resolver.format_of(script, told),
            after=script.fields.get("after") or None,
            group=script.fields.get("group", ""),
            references=self.resolver.references_of(script, told),
            lettering=script.lettering,
            spot=spot,
        )
        self._take(panel)
        return panel

    def _take(self, panel: BookPanel) -> None:
        """Keep a panel by its key, which no other has."""
        name = fold(panel.key)
        if other := self.panels.get(name):
            at = f"{other.spot.file}:{other.spot.line}"
            self.defects.fault(panel.spot, f"the key {panel.key!r} is that of {at} as well")
            return
        self.panels[name] = panel
        self.places[fold(panel.place_key)] = name

    def _given(self, key: str | None, spot: Spot) -> str:
        """A key that the author gave, or nothing."""
        if key is None:
            return ""
        plain = key_of_name(" ".join(key.split()))
        if fault := fault_of_letters(plain) or fault_of_key(plain):
            self.defects.fault(spot, f"key {key[:60]!r}: {fault}")
            return ""
        if plain.split("/")[0].casefold() in RESERVED:
            self.defects.fault(spot, f"key {key!r}: {plain.split('/')[0]}/ is kept for sheets")
            return ""
        return plain

    def _action(
        self, script: ScriptPanel, spot: Spot, cast: tuple[Appearance, ...], setting: object
    ) -> str:
        if letter := control_in(script.action):
            self.defects.fault(spot, f"the action contains the control character {letter}")
        if not script.action.strip():
            text = "the panel has no action: nothing says what is drawn"
            if cast or setting:
                self.defects.warn(spot, text)
            else:
                self.defects.fault(spot, text)
        return script.action.strip()


def _with(chapter: BookChapter, panels: Mapping[str, BookPanel]) -> BookChapter:
    """A chapter with its panels as they were resolved."""
    pages = tuple(
        replace(page, panels=tuple(panels.get(fold(each.key), each) for each in page.panels))
        for page in chapter.pages
    )
    return replace(chapter, pages=pages)
