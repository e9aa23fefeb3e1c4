"""TOML files of a book, whose values know their lines.

`tomllib` reads the values and refuses what is no TOML; it tells no lines. So the text, which is
known to be sound by then, is walked once more for where each name stands.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pressrun.book.defects import FileDefects, listed
from pressrun.book.model import Spot
from pressrun.book.nearest import HINTS, meant
from pressrun.picture.panel import control_in
from pressrun.protocol.messages.base import PROMPT_CHARS

Where = tuple[str | int, ...]
"""The names, and the places in arrays, that lead to a value."""

_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_DEEPEST = 40
_SHOWN = 80
_LARGE = 10**15
"""Whole numbers from here on are not shown: they may have any number of digits."""

_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\n,]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


_MANY_PARTS = re.compile(
    r"(?:^[ \t]*+\[{0,2}|[{,])"
    r"(?:[ \t]*+(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.){200}",
    re.MULTILINE,
)
"""A name of which `tomllib` makes as many tables within each other, in time that is the square."""

_TOO_LONG = re.compile(r"\d[\d_]{4299}")
"""A number of more digits than Python reads."""


class BadTomlError(Exception):
    """A text is no TOML."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def parse(text: str) -> tuple[dict[str, Any], Mapping[Where, int]]:
    """The values of a text, and the line of each.

    Raises:
        BadTomlError: it is no TOML; the error tells the line.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _MANY_PARTS.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise BadTomlError(line, "a name of more than 200 parts between dots")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why = str(error)
        found = _AT_LINE.search(why)
        line = int(found[1]) if found and found[1] else max(1, len(text.splitlines()))
        raise BadTomlError(line, why[: found.start()] if found else why) from error
    except RecursionError as error:
        raise BadTomlError(1, "the values are nested too deeply") from error
    except ValueError as error:  # such as a number of more digits than Python reads
        found = _TOO_LONG.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        why = "a number has more digits than are read" if found else str(error)
        raise BadTomlError(line, why) from error
    return values, _Locator(text).lines


class _Locator:
    """Finds the line of every name in a sound text."""

    def __init__(self, text: str) -> None:
        self.lines = dict[Where, int]()
        self._text = text
        self._at = 0
        self._line, self._counted = 1, 0
        self._arrays = dict[Where, int]()
        table: Where = ()
        while self._skip(_GAP) < len(text):
            if text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table, 0)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _note(self, where: Where) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        for length in range(min(len(where), _DEEPEST), 0, -1):
            if self.lines.setdefault(where[:length], self._line) != self._line:
                break  # and so the tables around it are noted

    def _header(self) -> Where:
        many = self._text.startswith("[[", self._at)
        self._at += 1 + many
        where: Where = ()
        for part in self._names()[:_DEEPEST]:
            where = (*where, part)
            if where in self._arrays and part is not None:
                where = (*where, self._arrays[where])
        if many:
            bare = where[:-1] if where and isinstance(where[-1], int) else where
            self._arrays[bare] = self._arrays.get(bare, -1) + 1
            where = (*bare, self._arrays[bare])
        self._note(where)
        self._at += 1 + many
        return where

    def _names(self) -> list[str]:
        """The parts of a dotted name."""
        names = list[str]()
        while True:
            self._skip(_SPACE)
            if found := _STRING.match(self._text, self._at):
                names.append(str(tomllib.loads(f"x = {found.group()}")["x"]))
            elif found := _BARE_KEY.match(self._text, self._at):
                names.append(found.group())
            else:
                return names
            self._at = found.end()
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return names
            self._at += 1

    def _pair(self, table: Where, depth: int) -> None:
        start = self._at
        where = (*table, *self._names())
        if not self._text.startswith("=", self._at):
            self._at = max(self._at, start) + 1
            return
        self._note(where)
        self._at += 1
        self._value(where, depth)

    def _value(self, where: Where, depth: int) -> None:
        self._skip(_SPACE)
        first = self._text[self._at : self._at + 1]
        if found := _STRING.match(self._text, self._at):
            self._at = found.end()
        elif first in ("[", "{") and depth < _DEEPEST:
            self._at += 1
            count, end = 0, "]" if first == "[" else "}"
            while self._skip(_GAP) < len(self._text) and self._text[self._at] != end:
                if first == "{":
                    self._pair(where, depth + 1)
                else:
                    start = self._at
                    self._note((*where, count))
                    self._value((*where, count), depth + 1)
                    count += 1
                    self._at += self._at == start  # in what is nested too deeply to be followed
            self._at += 1
        else:
            self._skip(_BARE_VALUE)
            if self._text[self._at : self._at + 1] in ("[", "{"):
                self._at += 1


_KINDS: dict[type, str] = {
    str: "a text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list in [ ]",
    dict: "a table",
}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a date or a time")


@dataclass
class TomlTable:
    """A table of a book's file: its values by their kinds, and what is wrong with them."""

    values: Mapping[str, Any]
    lines: Mapping[Where, int]
    defects: FileDefects
    where: Where = ()
    _known: dict[str, None] = field(default_factory=dict)

    def line(self, *names: str | int) -> int:
        """The line of a value in the table, or of the table itself."""
        whole = (*self.where, *names)
        ends = range(len(whole), len(self.where) - 1, -1)
        return next(filter(None, (self.lines.get(whole[:end]) for end in ends)), 1)

    def spot(self, *names: str | int) -> Spot:
        """The same as a spot."""
        return Spot(self.defects.file, self.line(*names))

    def fault(self, text: str, *names: str | int) -> None:
        """Note what has to be mended at a value."""
        self.defects.fault(self.line(*names), text)

    def has(self, name: str) -> bool:
        """Whether there is a value of that name."""
        self._known[name] = None
        return name in self.values

    def text(self, name: str, most: int = PROMPT_CHARS) -> str:
        """A text with plain blanks, empty where there is none; line ends stay."""
        value = self._of(name, str)
        if not isinstance(value, str):
            return ""
        return self._text(value, most, name)

    def _text(self, value: str, most: int, *names: str | int) -> str:
        lines = [" ".join(line.split()) for line in value.strip().splitlines()]
        text = "\n".join(lines)
        if letter := control_in(text):
            self.fault(f"{names[0]!r} contains the control character {letter}", *names)
            return ""
        if len(text) > most:
            self.fault(f"{names[0]!r} has {len(text):,} characters; the limit is {most:,}", *names)
            return ""
        return text

    def texts(self, name: str, most: int = 100) -> list[tuple[str, int]]:
        """The texts of a list, each with its line; one text is a list of one."""
        if not self.has(name):
            return []
        value = self.values[name]
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            self.fault(f"{name!r} must be a list of texts, not {_kind(value)}", name)
            return []
        if len(value) > most:
            self.fault(f"{name!r} has {len(value):,} entries; the limit is {most}", name)
            return []
        found = list[tuple[str, int]]()
        for at, each in enumerate(value):
            if not isinstance(each, str):
                self.fault(f"{name!r} must be a list of texts; one is {_kind(each)}", name, at)
            elif not each.strip():
                self.fault(f"a text in {name!r} is empty", name, at)
            elif text := self._text(each, PROMPT_CHARS, name, at):
                found.append((text, self.line(name, at)))
        return found

    def flag(self, name: str, *, usual: bool = False) -> bool:
        """A value that is true or false."""
        value = self._of(name, bool)
        return value if isinstance(value, bool) else usual

    def number(self, name: str, usual: float, least: float, most: float) -> float:
        """A number within bounds."""
        if not self.has(name):
            return usual
        value = self.values[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(f"{name!r} must be a number, not {_kind(value)}", name)
            return usual
        if not least <= value <= most:
            is_short = isinstance(value, float) or abs(value) < _LARGE
            told = f"{value:g}" if is_short else "a number of many digits"
            self.fault(f"{name!r} must be from {least:g} to {most:g}, not {told}", name)
            return usual
        return value

    def table(self, name: str) -> "TomlTable | None":
        """A table in the table."""
        value = self._of(name, dict)
        return self.inner(name) if isinstance(value, dict) else None

    def inner(self, name: str) -> "TomlTable":
        """The table of that name, which is known to be one."""
        self._known[name] = None
        return TomlTable(self.values[name], self.lines, self.defects, (*self.where, name))

    def refuse_others(self, what: str, more: Iterable[str] = ()) -> None:
        """Note every value whose name nobody asked for.

        Args:
            what: what the names are of, for people: `a style`.
            more: further names that a wrong one may have been meant to be.
        """
        known: Sequence[str] = [*self._known, *more]
        unknown = [name for name in self.values if name not in self._known]
        for at, name in enumerate(unknown):
            hint = meant(name, known) if at < HINTS else ""
            hint = hint or f"; {what} has {listed(known, 20)}"
            self.fault(f"{what} has no {name[:_SHOWN]!r}{hint}", name)

    def _of(self, name: str, kind: type) -> object:
        if not self.has(name):
            return None
        value = self.values[name]
        if type(value) is not kind:
            self.fault(f"{name!r} must be {_KINDS[kind]}, not {_kind(value)}", name)
            return None
        return value


def table_of(text: str, defects: FileDefects) -> TomlTable | None:
    """The whole of a file as a table, or None after its fault was noted."""
    try:
        values, lines = parse(text)
    except BadTomlError as error:
        defects.fault(error.line, f"not valid TOML: {error}")
        return None
    return TomlTable(values, lines, defects)
