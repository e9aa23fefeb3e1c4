"""Checking a book: every mistake in its files at once, or the book."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from pressrun.book import cast as casts
from pressrun.book import doubts, limits, markdown, settings, source, table, toml
from pressrun.book import translation as languages
from pressrun.book.assembly import Assembly, ChapterTold
from pressrun.book.cast import Cast
from pressrun.book.defects import Defects, in_order
from pressrun.book.find import NAME
from pressrun.book.model import Book, BookChapter, Defect, Spot
from pressrun.book.nearest import meant
from pressrun.book.pictures import Pictures
from pressrun.book.resolve import Resolver
from pressrun.book.settings import Settings
from pressrun.lists.entry import PANELS

SCRIPT = "script"
"""The folder of the script."""

_SHOWN = 40


@dataclass(frozen=True)
class Checked:
    """What came of checking a book."""

    book: Book | None
    """None where there are faults."""
    defects: list[Defect]
    """In the order in which they are to be mended: see `defects.in_order`."""


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
    resolver = Resolver(told, cast, pictures)
    script = _script(folder, SCRIPT, cast, defects)
    chapters = Assembly(resolver, defects).chapters(script.chapters, is_whole=script.is_whole)
    if translation == told.language:
        translation = None
    if translation is not None:
        is_whole = script.is_whole and told.names_panels
        chapters = _translated(folder, chapters, translation, cast, defects, is_whole=is_whole)
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
        chapters=chapters,
        translation=translation,
    )
    if translation is None:
        doubts.tell(book, resolver.used, told.rows_at, defects)
        _tell_languages(folder, told, defects)
    limits.tell(book, defects)
    found = in_order(defects.found)
    if defects.are_faults:
        return Checked(None, found)
    return Checked(replace(book, warnings=found), found)


def translations(folder: Path) -> list[str]:
    """The languages in which a book's words are there besides its own."""
    under = folder / languages.FOLDER
    try:
        found = [each.name for each in under.iterdir() if each.is_dir()]
    except OSError:
        return []
    return sorted(each for each in found if settings.is_language(each))


def _settings(folder: Path, pictures: Pictures, defects: Defects) -> Settings:
    file = Path(NAME)
    text = source.read(folder, file, defects)
    told = toml.table_of(text, defects.within(file)) if text is not None else None
    return settings.read(told, pictures) if told else Settings(is_read=False, names_panels=False)


def _tell_languages(folder: Path, told: Settings, defects: Defects) -> None:
    """Warn of what stands beside the folders of languages, or in that of the book's own."""
    under = folder / languages.FOLDER
    try:
        found = sorted((each.name, each.is_dir()) for each in under.iterdir())
    except OSError:
        return
    for name, is_folder in found:
        spot = Spot(Path(languages.FOLDER, name))
        if name.startswith((".", "~")) or name.endswith("~"):
            continue
        if not is_folder:
            defects.warn(spot, "not read: the words of a language stand in a folder, as lang/es/")
        elif not settings.is_language(name):
            defects.warn(spot, "not read: call the folder as its language's code, such as lang/es/")
        elif name == told.language:
            defects.warn(spot, f"not read: {name!r} is the language of the script itself")


def _translated(
    folder: Path,
    chapters: tuple[BookChapter, ...],
    language: str,
    cast: Cast,
    defects: Defects,
    *,
    is_whole: bool,
) -> tuple[BookChapter, ...]:
    if not settings.is_language(language):
        text = f"{language[:_SHOWN]!r} is no language: name its code, such as es"
        defects.fault(Spot(Path(NAME)), text)
        return chapters
    under = f"{languages.FOLDER}/{language}"
    there = translations(folder)
    if language not in there:
        known = f"; {languages.FOLDER}/ has {', '.join(there)}" if there else ""
        hint = meant(language, there) or known
        text = f"the book is not in {language!r}; its words in that language go to {under}/{hint}"
        defects.fault(Spot(Path(NAME)), text)
        return chapters
    is_sound = not defects.are_faults
    script = _script(folder, under, cast, defects)
    return languages.translated(
        chapters,
        script.chapters,
        language,
        defects,
        is_whole=(is_whole, is_sound and script.is_whole),
    )


class _Script(NamedTuple):
    """A script of many files."""

    chapters: list[ChapterTold]
    """In reading order."""
    is_whole: bool
    """Every file could be read: without one of them nobody knows which panels are missing."""


def _script(folder: Path, under: str, cast: Cast, defects: Defects) -> _Script:
    """The chapters in the files of a folder."""
    before = defects.faults
    files = source.listed(folder, under, defects)
    found, count, is_whole = list[ChapterTold](), 0, defects.faults == before
    for file in files:
        told, ending = defects.within(file), file.suffix.casefold()
        if ending in markdown.ENDINGS:
            text = source.read(folder, file, defects)
            chapters = markdown.read(text, cast.speakers, told) if text is not None else None
        elif ending in table.ENDINGS:
            before = defects.faults
            data = source.data_of(folder, file, defects)
            chapters = table.read(file, data, cast.speakers, told) if data is not None else None
            # a row with a fault is no panel
            is_whole &= defects.faults == before
        else:
            told.warn(
                1,
                f"not read; to make a script of the book of it: pressrun script {file} --write .",
            )
            continue
        is_whole &= chapters is not None
        if chapters == [] and is_whole:
            told.warn(1, "the file has no chapter, page or panel")
        found += [ChapterTold(file, each) for each in chapters or ()]
        count += sum(len(page.panels) for each in chapters or () for page in each.pages)
        if count > PANELS:
            defects.fault(Spot(file), f"the book has more than {PANELS:,} panels, the limit")
            return _Script([], is_whole=False)
    if not count and is_whole:
        text = f"there are no panels: write a script in {under}/, such as {under}/01.md"
        defects.fault(Spot(Path(NAME) if under == SCRIPT else Path(under)), text)
    return _Script(found, is_whole)
