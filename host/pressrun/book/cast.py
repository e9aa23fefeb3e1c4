"""Characters and places: the files in `cast/`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pressrun.book import source, toml, words
from pressrun.book.defects import Defects
from pressrun.book.model import Look, Spot, Subject
from pressrun.book.nearest import folded
from pressrun.book.pictures import Pictures
from pressrun.book.toml import TomlTable
from pressrun.picture.panel import fault_of_key, fault_of_letters, is_unseen

FOLDER = "cast"

PLACES = "places"
"""The table of the places; every other table of a cast file is a character."""

_NAME_CHARS = 100
_SHOWN = 80
_PART = re.compile(r"[\s/_-]+")
_MARKS = re.compile(r"[,;:()，、]")  # noqa: RUF001 - commas of other languages
"""What parts names in scripts."""

_SHAPING = frozenset("\u200c\u200d\u200e\u200f\u061c\ufe0f")
"""They shape or turn the letters of some languages, and no others."""


@dataclass
class Cast:
    """The characters and places of a book."""

    characters: dict[str, Subject] = field(default_factory=dict)
    """By id, in the order of the files."""
    places: dict[str, Subject] = field(default_factory=dict)
    named: dict[str, Subject] = field(default_factory=dict)
    """Characters by every name that scripts may use, as `folded`."""
    places_named: dict[str, Subject] = field(default_factory=dict)
    is_whole: bool = True
    """Every file of the cast could be read: without one of them nobody knows who is missing."""

    @cached_property
    def speakers(self) -> frozenset[str]:
        """The names of `named`, once it has them all."""
        return frozenset(self.named)


def read(folder: Path, pictures: Pictures, defects: Defects) -> Cast:
    """The cast of a book; what is wrong goes to the defects."""
    cast = Cast()
    before = defects.faults
    files = source.listed(folder, FOLDER, defects)
    cast.is_whole = defects.faults == before
    for file in files:
        told = defects.within(file)
        if file.suffix.casefold() != ".toml":
            told.warn(1, "not read: files of the cast end in .toml")
            continue
        text = source.read(folder, file, defects)
        table = toml.table_of(text, told) if text is not None else None
        cast.is_whole &= table is not None
        for subject in _subjects(table, pictures) if table else ():
            _add(cast, subject, defects)
    return cast


def _subjects(table: TomlTable, pictures: Pictures) -> Iterator[Subject]:
    for name, value in table.values.items():
        if not isinstance(value, dict):
            table.fault(
                f"{name!r} stands outside any table; put it under that of a character, "
                "such as [mara]",
                name,
            )
        elif name == PLACES:
            places = table.inner(name)
            for place, inside in places.values.items():
                if isinstance(inside, dict):
                    yield from _subject(places, place, pictures, is_place=True)
                else:
                    places.fault(
                        f"{place!r} is no place; a place is a table, such as [places.quay]", place
                    )
        else:
            yield from _subject(table, name, pictures, is_place=False)


def _subject(
    outer: TomlTable, name: str, pictures: Pictures, *, is_place: bool
) -> Iterator[Subject]:
    table = outer.inner(name)
    if fault := fault_of_letters(name) or fault_of_key(name) or _fault_of_part(name):
        # the subject is kept, and so nobody who names it is told that it is not there
        outer.fault(f"{name[:_SHOWN]!r} cannot be a name in keys: {fault}", name)
    looks, slugs = dict[str, Look](), set[str]()
    variants = table.table("variants")
    for look in _looks(variants, pictures) if variants else ():
        if slug(look.name) in slugs:
            table.fault(f"variant {look.name!r} is there twice", "variants", look.name)
        slugs.add(slug(look.name))
        looks[look.name] = look
    sheet, wants = _sheet(table, pictures)
    subject = Subject(
        id=name,
        name=table.text("name", _NAME_CHARS) or _named(name),
        words=table.text("words"),
        aliases=tuple(text for text, _ in table.texts("aliases")),
        references=pictures.listed(table, "references"),
        looks=looks,
        sheet=sheet,
        wants_sheet=wants,
        is_place=is_place,
        spot=table.spot(),
    )
    table.refuse_others("a place" if is_place else "a character")
    _check_names(table, subject)
    if not subject.words and not subject.references and sheet is None:
        table.defects.warn(
            table.line(),
            f"{subject.name} has neither words nor references, so every picture may look otherwise",
        )
    yield subject


def _looks(table: TomlTable, pictures: Pictures) -> Iterator[Look]:
    for name, value in table.values.items():
        if not isinstance(value, dict):
            table.fault(f"variant {name!r} must be a table", name)
            yield Look(" ".join(name.split()))
            continue
        inner = table.inner(name)
        plain = " ".join(name.split())
        if fault := fault_of_letters(plain) or fault_of_key(slug(plain)):
            table.fault(f"{name[:_SHOWN]!r} cannot be the name of a variant: {fault}", name)
        sheet, wants = _sheet(inner, pictures)
        yield Look(
            name=plain,
            words=inner.text("words"),
            references=pictures.listed(inner, "references"),
            sheet=sheet,
            wants_sheet=wants,
            spot=inner.spot(),
        )
        inner.refuse_others("a variant")


def _sheet(table: TomlTable, pictures: Pictures) -> tuple[Path | None, bool]:
    """The pinned sheet, and whether one is wanted."""
    if not table.has("sheet"):
        return None, False
    value = table.values["sheet"]
    if isinstance(value, bool):
        return None, value
    name = table.text("sheet") if isinstance(value, str) else ""
    if not name:
        table.fault("'sheet' must be true, false, or the name of a picture", "sheet")
        return None, False
    file = pictures.file(name)
    if isinstance(file, str):
        table.fault(file, "sheet")
        return None, False
    return file, False


def _check_names(table: TomlTable, subject: Subject) -> None:
    """Tell of names that nobody sees, and of those that no script can say."""
    named = [("name", subject.name), *(("aliases", each) for each in subject.aliases)]
    for entry, name in named if not subject.is_place else named[:1]:
        unseen = {letter for letter in name if is_unseen(letter)}
        if unseen - _SHAPING or len(unseen) == len(set(name)):
            told = ", ".join(f"U+{ord(each):04X}" for each in sorted(unseen))
            table.defects.warn(
                table.line(entry), f"{entry!r} holds characters that cannot be seen: {told}"
            )
        elif not subject.is_place and (mark := _MARKS.search(name)):
            table.defects.warn(
                table.line(entry), f"scripts cannot name {name!r}, as it holds {mark.group()!r}"
            )
        elif not subject.is_place and words.is_mark(name):
            table.defects.warn(
                table.line(entry), f"in scripts {name!r} begins a caption, a sound or a note"
            )


def slug(name: str) -> str:
    """A name as a part of a key: `storm coat` is `storm-coat`."""
    return _PART.sub("-", name.strip()).strip("-").casefold()


def _fault_of_part(name: str) -> str | None:
    return "it holds a slash" if "/" in name else None


def _named(name: str) -> str:
    plain = " ".join(name.replace("_", " ").replace("-", " ").split())
    return plain[:1].upper() + plain[1:]


def _add(cast: Cast, subject: Subject, defects: Defects) -> None:
    """Take a subject, by all of its names."""
    kept = cast.places if subject.is_place else cast.characters
    named = cast.places_named if subject.is_place else cast.named
    other = named.get(folded(subject.id))
    if other is not None and folded(other.id) == folded(subject.id):
        defects.fault(subject.spot, f"{subject.id!r} is there twice: also in {_at(other.spot)}")
        return
    kept[subject.id] = subject
    for name in dict.fromkeys((subject.id, subject.name, *subject.aliases)):
        first = named.setdefault(folded(name), subject)
        if first is not subject:
            defects.fault(
                subject.spot,
                f"{name!r} names {subject.id!r} and {first.id!r} ({_at(first.spot)}); "
                "scripts cannot tell which is meant",
            )


def _at(spot: Spot) -> str:
    return f"{spot.file}:{spot.line}"
