"""Checking a book: every mistake in its files at once, or the book."""

from dataclasses import dataclass, replace
from pathlib import Path

from pressrun.book import cast as casts
from pressrun.book import doubts, limits, markdown, settings, source, table, toml
from pressrun.book import translation as languages
from pressrun.book.assembly import Assembly, ChapterTold
from pressrun.book.cast import Cast
from pressrun.book.defects import Defects
from pressrun.book.find import NAME
from pressrun.book.model import Book, BookChapter, Defect, Spot
from pressrun.book.nearest import meant
from pressrun.book.pictures import Pictures
from pressrun.book.resolve import Resolver
from pressrun.book.settings import Settings
from pressrun.lists.entry import PANELS

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
    resolver = Resolver(told, cast, pictures)
    assembly = Assembly(resolver, defects)
    chapters = assembly.chapters(_script(folder, SCRIPT, cast, defects))
    if translation is not None and translation != told.language:
        chapters = _translated(folder, chapters, translation, cast, defects)
    else:
        translation = None
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
    limits.tell(book, defects)
    found = sorted(dict.fromkeys(defects.found))
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
    return settings.read(told, pictures) if told else Settings()


def _translated(
    folder: Path,
    chapters: tuple[BookChapter, ...],
    language: str,
    cast: Cast,
    defects: Defects,
) -> tuple[BookChapter, ...]:
    under = f"{languages.FOLDER}/{language}"
    there = translations(folder)
    if language not in there:
        hint = meant(language, there) or (f"; there are {', '.join(there)}" if there else "")
        text = f"the book is not in {language!r}{hint}. Its words in that language go to {under}/"
        defects.fault(Spot(Path(NAME)), text)
        return chapters
    script = _script(folder, under, cast, defects)
    return languages.translated(chapters, script, language, defects)


def _script(folder: Path, under: str, cast: Cast, defects: Defects) -> list[ChapterTold]:
    """The chapters in the files of a folder, in reading order."""
    found, count = list[ChapterTold](), 0
    for file in source.listed(folder, under, defects):
        told, ending = defects.within(file), file.suffix.casefold()
        if ending in markdown.ENDINGS:
            text = source.read(folder, file, defects)
            chapters = markdown.read(text, cast.named, told) if text is not None else None
        elif ending in table.ENDINGS:
            data = source.data_of(folder, file, defects)
            chapters = table.read(file, data, cast.named, told) if data is not None else None
        else:
            told.warn(
                1,
                f"not read; to make a script of the book of it: pressrun script {file} --write .",
            )
            continue
        if chapters == []:
            told.warn(1, "the file has no chapter, page or panel")
        found += [ChapterTold(file, each) for each in chapters or ()]
        count += sum(len(page.panels) for each in chapters or () for page in each.pages)
        if count > PANELS:
            defects.fault(Spot(file), f"the book has more than {PANELS:,} panels, the limit")
            return []
    if not count:
        text = f"there are no panels: write a script in {under}/, such as {under}/01.md"
        defects.fault(Spot(Path(NAME)), text)
    return found
