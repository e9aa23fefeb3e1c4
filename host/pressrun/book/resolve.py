"""What the fields of a panel name: characters, places, formats and pictures, each by any name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pressrun.book.cast import Cast
from pressrun.book.defects import FileDefects
from pressrun.book.model import Appearance, Look, Subject
from pressrun.book.nearest import HINTS, folded, meant
from pressrun.book.pictures import Pictures
from pressrun.book.settings import Settings
from pressrun.scripts.script import ScriptPanel

_LONGEST = 4_000
"""The most characters of a field that names something."""

_ITEMS = re.compile(r"[,;，、](?![^()]*\))")  # noqa: RUF001 - commas of other languages
_IN_BRACKETS = re.compile(r"([^()]*)\(([^()]*)\)\s*")
_PARTED = re.compile(r"\s+(?:and|und|et|y|e|&|\+)\s+", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?:\s*[(,:/–—-]\s*|\s+(?:at|in|by|on|during|with)\s+|\s+)(.*?)\)?\s*", re.IGNORECASE
)
_VARIANT = re.compile(r"\s+(?:at|in|by|on|during)\s+|\s*[(,:]", re.IGNORECASE)
"""What stands between a place and its variant."""

_ARTICLE = re.compile(r"(?:the|an?|his|her|their|der|die|das|les?|la|el|il|lo|os?)\s+")


@dataclass
class Resolver:
    """Finds what panels name; what is not there goes to the defects."""

    settings: Settings
    cast: Cast
    pictures: Pictures
    used: set[str] = field(default_factory=set)
    """The subjects and variants that panels show: `mara`, `mara/storm coat`, `places/quay`."""
    _misses: int = 0
    _appearances: dict[tuple[str, bool], Appearance | str] = field(default_factory=dict)
    _formats: dict[str, str | ValueError | None] = field(default_factory=dict)

    def cast_of(self, panel: ScriptPanel, defects: FileDefects) -> tuple[Appearance, ...]:
        """Who is in a panel, in the author's order."""
        found = list[Appearance]()
        line = _line(panel, "cast")
        for item in self._items(_text(panel, "cast", defects)):
            appearance = self._known(item, is_place=False)
            if isinstance(appearance, str):
                defects.fault(line, appearance)
            elif appearance in found:
                defects.warn(line, f"{appearance.subject.name} is named twice in this panel")
            else:
                found.append(appearance)
                self._use(appearance)
        return tuple(found)

    def place_of(self, panel: ScriptPanel, defects: FileDefects) -> Appearance | None:
        """Where a panel is."""
        text = _text(panel, "place", defects)
        if not text:
            return None
        found = self._known(text, is_place=True)
        if isinstance(found, str):
            defects.fault(_line(panel, "place"), found)
            return None
        self._use(found)
        return found

    def format_of(self, panel: ScriptPanel, defects: FileDefects) -> str | None:
        """The format of a panel; the book's where it names none."""
        text = _text(panel, "format", defects)
        if not text:
            return self.settings.format
        if text not in self._formats:
            try:
                self._formats[text] = self.settings.format_of(text)
            except ValueError as error:
                self._formats[text] = error
        found = self._formats[text]
        if isinstance(found, ValueError):
            defects.fault(_line(panel, "format"), str(found))
            return None
        return found

    def references_of(self, panel: ScriptPanel, defects: FileDefects) -> tuple[Path, ...]:
        """The pictures that a panel names for itself."""
        found = list[Path]()
        named = _text(panel, "references", defects)
        # a table tells each name in a line of its own, and names may hold commas
        for name in re.split(r"[;\n]" if "\n" in named else r"[;,]", named) if named else ():
            if not name.strip():
                continue
            file = self.pictures.file(name.strip())
            if isinstance(file, str):
                defects.fault(_line(panel, "references"), file)
            elif file not in found:
                found.append(file)
        return tuple(found)

    def _items(self, text: str) -> Iterator[str]:
        """The names in a cast line: parted by commas, and by `and` where that is in no name."""
        for item in _ITEMS.split(text):
            whole = item.strip()
            if not whole:
                continue
            parts = _PARTED.split(whole)
            if len(parts) > 1 and isinstance(self._known(whole, is_place=False), str):
                yield from (part.strip() for part in parts if part.strip())
            else:
                yield whole

    def _known(self, text: str, *, is_place: bool) -> Appearance | str:
        if (text, is_place) not in self._appearances:
            self._appearances[text, is_place] = self._found(text, is_place=is_place)
        return self._appearances[text, is_place]

    def _found(self, text: str, *, is_place: bool) -> Appearance | str:
        named = self.cast.places_named if is_place else self.cast.named
        what = "place" if is_place else "character"
        if subject := _by_name(named, text):
            return Appearance(subject)
        if found := _IN_BRACKETS.fullmatch(text):
            if subject := _by_name(named, found[1]):
                return _look(subject, found[2])
            text = found[1]
        elif split := _split(named, text):
            found_look = _look(*split)
            # what follows the name of a character may be another's: `mara and jon`
            if is_place or not isinstance(found_look, str):
                return found_look
        name, shown = text.strip(), text.strip()
        if is_place:
            name = _VARIANT.split(name, maxsplit=1)[0] or name
        subjects = self.cast.places if is_place else self.cast.characters
        names = [*subjects, *(each.name for each in subjects.values())]
        self._misses += 1
        hint = meant(name, dict.fromkeys(names)) if self._misses <= HINTS else ""
        if not hint and folded(name) in (self.cast.named if is_place else self.cast.places_named):
            other = "a character" if is_place else "a place"
            hint = f"; {name!r} is {other}"
        return f"there is no {what} {shown!r}{hint or _begin(name, is_place=is_place)}"

    def _use(self, appearance: Appearance) -> None:
        subject, look = appearance
        name = f"places/{subject.id}" if subject.is_place else subject.id
        self.used.add(name)
        if look is not None:
            self.used.add(f"{name}/{look.name}")


def _by_name(named: Mapping[str, Subject], name: str) -> Subject | None:
    """Who or what is called so; an article before a name says nothing."""
    plain = folded(name)
    return named.get(plain) or named.get(_ARTICLE.sub("", plain, count=1))


def _split(named: Mapping[str, Subject], text: str) -> tuple[Subject, str] | None:
    """Whose name, the longest, a text begins with, and the rest: `night` of `quay at night`."""
    plain = " ".join(text.split())
    ends = [each.start() for each in re.finditer(r"[\s,:/(–—-]", plain)][:40]
    for end in reversed(ends):
        if subject := _by_name(named, plain[:end].rstrip(" ,:/(–—-")):
            rest = _BEHIND.fullmatch(plain, end)
            if rest and rest[1]:
                return subject, rest[1]
    return None


def _look(subject: Subject, name: str) -> Appearance | str:
    """A subject in one of its variants; an article before its name says nothing."""
    looks = {folded(each): look for each, look in subject.looks.items()}
    plain = folded(name)
    if not plain:
        return Appearance(subject)
    found: Look | None = looks.get(plain) or looks.get(_ARTICLE.sub("", plain, count=1))
    if found is None:
        there = ", ".join(subject.looks)
        hint = meant(name.strip(), subject.looks)
        hint = hint or (f"; there are {there}" if there else "; it has no variants")
        return f"{subject.name} has no variant {name.strip()!r}{hint}"
    return Appearance(subject, found)


def _begin(name: str, *, is_place: bool) -> str:
    part = "-".join(folded(name).split())[:40]
    table = f"[places.{part}]" if is_place else f"[{part}]"
    return f"; add {table} to a file in cast/"


def _text(panel: ScriptPanel, name: str, defects: FileDefects) -> str:
    """What a field says, unless it is longer than any that means something."""
    text = panel.fields.get(name, "")
    if len(text) > _LONGEST:
        defects.fault(
            _line(panel, name),
            f"{name!r} has {len(text):,} characters; the limit is {_LONGEST:,}",
        )
        return ""
    return text


def _line(panel: ScriptPanel, name: str) -> int:
    return panel.places.get(name, panel.place).line
