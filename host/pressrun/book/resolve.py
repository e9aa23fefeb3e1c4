"""What the fields of a panel name: characters, places, formats and pictures, each by any name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pressrun.book.cast import Cast
from pressrun.book.defects import FileDefects, listed
from pressrun.book.model import Appearance, Gravity, Look, Subject
from pressrun.book.nearest import HINTS, folded, meant
from pressrun.book.pictures import Pictures
from pressrun.book.settings import Settings
from pressrun.book.words import FIELD_CHARS, NOTHING
from pressrun.scripts.script import ScriptPanel

_SHOWN = 80

_ITEMS = re.compile(r"(?:[^,;，、(]|\([^()]*\)|\()+")  # noqa: RUF001 - commas of other languages
"""Names between commas; a comma in brackets belongs to a name."""

_IN_BRACKETS = re.compile(r"([^()]*)\(([^()]*)\)\s*")
_PARTED = re.compile(r"\s+(?:and|und|et|y|e|&|\+)\s+", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?:\s*[(,:/–—-]\s*|\s+(?:at|in|by|on|during|with)\s+|\s+)(.*?)\)?\s*", re.IGNORECASE
)
_VARIANT = re.compile(r"\s+(?:at|in|by|on|during)\s+|\s*[(,:]", re.IGNORECASE)
"""What stands between a place and its variant."""

_ARTICLE = re.compile(r"(?:the|an?|his|her|their|der|die|das|les?|la|el|il|lo|os?)\s+")


_Odd = tuple[tuple[str, Gravity], ...]
"""What is wrong, or looks wrong, in a field."""


@dataclass
class Resolver:
    """Finds what panels name; what is not there goes to the defects."""

    settings: Settings
    cast: Cast
    pictures: Pictures
    used: set[str] = field(default_factory=set)
    """The subjects and variants that panels show: `mara`, `mara/storm coat`, `places/quay`."""
    _casts: dict[str, tuple[tuple[Appearance, ...], _Odd]] = field(default_factory=dict)
    _references: dict[str, tuple[tuple[Path, ...], _Odd]] = field(default_factory=dict)
    _told: tuple[Path, int, _Odd] | None = None
    """What was told last of a field."""
    _misses: int = 0
    _odd: int = 0
    """How many formats are none."""
    _looks: dict[tuple[bool, str], dict[str, Look]] = field(default_factory=dict)
    """The variants of subjects by their names, as `folded`."""
    _appearances: dict[tuple[str, bool], Appearance | str] = field(default_factory=dict)
    _formats: dict[str, str | ValueError | None] = field(default_factory=dict)

    def cast_of(self, panel: ScriptPanel, defects: FileDefects) -> tuple[Appearance, ...]:
        """Who is in a panel, in the author's order."""
        text = _text(panel, "cast", defects)
        if text not in self._casts:
            self._casts[text] = self._cast(text)
        found, odd = self._casts[text]
        self._tell(odd, _line(panel, "cast"), defects)
        return found

    def _cast(self, text: str) -> tuple[tuple[Appearance, ...], _Odd]:
        found = dict[tuple[str, str | None], Appearance]()
        odd = dict[tuple[str, Gravity], None]()
        for item in self._items(text):
            appearance = self._known(item, is_place=False)
            if isinstance(appearance, str):
                odd[appearance, Gravity.FAULT] = None
                continue
            look = appearance.look
            name = (appearance.subject.id, look.name if look else None)
            if name in found:
                told = f"{appearance.subject.name} is named twice in this panel"
                odd[told, Gravity.WARNING] = None
            else:
                found[name] = appearance
                self._use(appearance)
        return tuple(found.values()), tuple(odd)

    def place_of(self, panel: ScriptPanel, defects: FileDefects) -> Appearance | None:
        """Where a panel is."""
        text = _text(panel, "place", defects)
        if not text:
            return None
        found = self._known(text, is_place=True)
        if isinstance(found, str):
            if found:
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
                self._formats[text] = self.settings.format_of(text, hints=self._odd < HINTS)
            except ValueError as error:
                self._formats[text] = error
                self._odd += 1
        found = self._formats[text]
        if isinstance(found, ValueError):
            if self.settings.is_read:
                defects.fault(_line(panel, "format"), str(found))
            return None
        return found

    def references_of(self, panel: ScriptPanel, defects: FileDefects) -> tuple[Path, ...]:
        """The pictures that a panel names for itself."""
        text = _text(panel, "references", defects)
        if text not in self._references:
            self._references[text] = self._pictures(text)
        found, odd = self._references[text]
        self._tell(odd, _line(panel, "references"), defects)
        return found

    def _pictures(self, text: str) -> tuple[tuple[Path, ...], _Odd]:
        found, odd = dict[Path, None](), dict[tuple[str, Gravity], None]()
        # a table tells each name in a line of its own, and names may hold commas
        for name in re.split(r"[;\n]" if "\n" in text else r"[;,]", text):
            file = self.pictures.file(name.strip()) if name.strip() else ""
            if isinstance(file, Path):
                found[file] = None
            elif file:
                odd[file, Gravity.FAULT] = None
        return tuple(found), tuple(odd)

    def _tell(self, odd: _Odd, line: int, defects: FileDefects) -> None:
        """Tell what is wrong in a field; that of a chapter once, and not for each of its panels."""
        told = (defects.file, line, odd)
        if not odd or told == self._told:
            return
        self._told = told
        for text, gravity in odd:
            if text and gravity == Gravity.FAULT:
                defects.fault(line, text)
            elif text:
                defects.warn(line, text)

    def _items(self, text: str) -> Iterator[str]:
        """The names in a cast line: parted by commas, and by `and` where that is in no name."""
        for item in _ITEMS.findall(text):
            whole = item.strip()
            if not whole:
                continue
            parts = _PARTED.split(whole)
            if len(parts) > 1 and isinstance(self._known(whole, is_place=False), str):
                yield from (part.strip() for part in parts if part.strip())
            else:
                yield whole

    def _known(self, text: str, *, is_place: bool) -> Appearance | str:
        """What a text names, or why it names nothing; empty where that cannot be known."""
        if (text, is_place) not in self._appearances:
            self._appearances[text, is_place] = self._found(text, is_place=is_place)
        return self._appearances[text, is_place]

    def _found(self, text: str, *, is_place: bool) -> Appearance | str:
        named = self.cast.places_named if is_place else self.cast.named
        if subject := _by_name(named, text):
            return Appearance(subject)
        if text.count("(") != text.count(")"):
            return f"a bracket has no partner in {text[:_SHOWN]!r}"
        if found := _IN_BRACKETS.fullmatch(text):
            if subject := _by_name(named, found[1]):
                return self._look(subject, found[2])
            text = found[1]
        elif split := _split(named, text):
            found_look = self._look(*split)
            # what follows the name of a character may be another's: `mara and jon`
            if is_place or not isinstance(found_look, str):
                return found_look
        return self._missing(text.strip(), is_place=is_place) if self.cast.is_whole else ""

    def _missing(self, shown: str, *, is_place: bool) -> str:
        """What is said of a name that is nobody's."""
        if folded(shown) in NOTHING or not folded(shown):
            return f"{shown!r} beside other names says nothing; leave it out"
        name = shown
        if is_place:
            name = _VARIANT.split(name, maxsplit=1)[0] or name
        self._misses += 1
        hint = ""
        if self._misses <= HINTS:
            subjects = self.cast.places if is_place else self.cast.characters
            names = [*subjects, *(each.name for each in subjects.values())]
            hint = meant(name, dict.fromkeys(names))
        if not hint and folded(name) in (self.cast.named if is_place else self.cast.places_named):
            hint = f"; {name!r} is {'a character' if is_place else 'a place'}"
        what = "place" if is_place else "character"
        return f"there is no {what} {shown!r}{hint or _begin(name, is_place=is_place)}"

    def _look(self, subject: Subject, name: str) -> Appearance | str:
        """A subject in one of its variants; an article before its name says nothing."""
        called = (subject.is_place, subject.id)
        if called not in self._looks:
            self._looks[called] = {folded(each): look for each, look in subject.looks.items()}
        looks, plain = self._looks[called], folded(name)
        if not plain:
            return Appearance(subject)
        found = looks.get(plain) or looks.get(_ARTICLE.sub("", plain, count=1))
        if found is not None:
            return Appearance(subject, found)
        self._misses += 1
        hint = meant(name.strip(), subject.looks) if self._misses <= HINTS else ""
        there = f"; it has {listed(subject.looks)}" if looks else "; it has no variants"
        return f"{subject.name} has no variant {name.strip()!r}{hint or there}"

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


def _begin(name: str, *, is_place: bool) -> str:
    part = "-".join(folded(name).split())[:40]
    table = f"[places.{part}]" if is_place else f"[{part}]"
    return f"; add {table} to a file in cast/"


def _text(panel: ScriptPanel, name: str, defects: FileDefects) -> str:
    """What a field says, unless it is longer than any that means something."""
    text = panel.fields.get(name, "")
    if len(text) > FIELD_CHARS:
        defects.fault(
            _line(panel, name),
            f"{name!r} has {len(text):,} characters; the limit is {FIELD_CHARS:,}",
        )
        return ""
    return text


def _line(panel: ScriptPanel, name: str) -> int:
    return panel.places.get(name, panel.place).line
