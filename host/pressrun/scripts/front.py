"""What stands before a script: its title, its author, and the list of its characters."""

import re
from collections.abc import Iterator, Sequence

from pressrun.scripts import vocabulary
from pressrun.scripts.lettering import is_name, is_person, place_of, split_label
from pressrun.scripts.lines import Line, lines_of
from pressrun.scripts.marks import trimmed
from pressrun.scripts.vocabulary import folded

_TITLES = {folded(word) for word in vocabulary.TITLES}
_AUTHORS = {folded(word) for word in vocabulary.AUTHORS}
_CASTS = {folded(word) for word in vocabulary.CAST_LISTS}
_FRONT = re.compile(
    r"\s*---[ \t]*(?:\r\n|\r|\n)((?:[^\r\n]*(?:\r\n|\r|\n)){1,200}?)"
    r"(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|$)"
)
_NO_NAMES = {"name", "names", "nom", "nombre", "nome", "名前"}
"""What heads a column of names."""
_ANCHOR = re.compile(r"\s*\{#[^{}]{0,200}\}\s*$")
_BY = re.compile(r"(?:(?:written|script|story|words)\s+)?by\s+(.{2,60})$", re.IGNORECASE)


def parted(text: str) -> tuple[str, list[Line]]:
    """A text without the settings on top of it, and those as lines."""
    found = _FRONT.match(text.lstrip("\ufeff")[:20_000])
    if not found or ":" not in found.group(1):
        return text, []
    text = text.lstrip("\ufeff")
    blank = "".join(re.findall(r"\r\n|\r|\n", found.group()))
    return blank + text[found.end() :], lines_of(found.group(1), lambda _: False, [])


class About:
    """Takes the lines before a script."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.title = ""
        self.author = ""
        self.cast = list[str]()
        self._listing = False
        for at, line in enumerate(lines):
            self._take(line, first=at < 2)
        self.cast = list(dict.fromkeys(name for name in self.cast if name))

    def _take(self, line: Line, *, first: bool) -> None:
        if line.rule:
            self._listing = self._listing and not line.fed
        elif _begins_cast(line):
            self._listing = True
        elif not self._labelled(line):
            self._plain(line, first=first)

    def _labelled(self, line: Line) -> bool:
        """A line such as `Author: …`."""
        label, value = split_label(line.text) or ("", "")
        name = folded(label)
        if name in _TITLES and not self.title:
            self.title = value
        elif name in _AUTHORS and not self.author:
            self.author = value
        elif name in _CASTS and value:
            names = re.sub(r"\([^()]*\)", "", value)
            self.cast += [part.strip() for part in re.split(r"[,;、・]", names)]
        else:
            return False
        return True

    def _plain(self, line: Line, *, first: bool) -> None:
        if found := _BY.match(line.text):
            self.author = self.author or found.group(1).strip()
        elif self._listing and line.level:
            self._listing = is_name(trimmed(line.text)) and line.level > 1
            if self._listing:
                self.cast.append(trimmed(line.text))
        elif self._listing:
            self.cast += _listed(line)
        elif first and not self.title and len(line.text) < 80 and _is_title(line):
            self.title = trimmed(_ANCHOR.sub("", line.text))


def _begins_cast(line: Line) -> bool:
    low = folded(trimmed(line.text[:80]))
    alone = line.apart or line.gap or line.text.isupper() or line.text.rstrip().endswith(":")
    return low in _CASTS and alone


def _is_title(line: Line) -> bool:
    if place_of(line.text):
        return False
    return line.level == 1 or line.strong or line.text.isupper() or line.text[:1] in "『「"


def is_front(line: Line) -> bool:
    """Whether a line is of the kind that stands above a script."""
    split = split_label(line.text)
    low = folded(trimmed(line.text[:80]))
    return low in _CASTS or (split is not None and folded(split[0]) in _TITLES | _AUTHORS | _CASTS)


def _listed(line: Line) -> list[str]:
    """The name with which an entry of a list of characters begins."""
    text = trimmed(line.text)
    found = re.split(
        r"\s*[:：(（|]\s*|\s+[-–—]+\s*|\s*[–—]\s*|,\s+|\.\.+|\s{2,}|／", text, maxsplit=1
    )
    name = found[0].strip(" *_\"'“”")
    if folded(name) in _NO_NAMES:
        return []
    begins = line.gap or bool(line.bullet) or bool(line.label) or len(found) > 1
    if (
        begins
        and name
        and len(name.split()) <= 4
        and is_person(name)
        and (not name[:1].islower() or line.bullet)
    ):
        return [name]
    return []


def names_of(cast: Sequence[str]) -> Iterator[str]:
    """The names of a list of characters, and their first names."""
    for name in cast:
        yield name
        words = name.split()
        if (
            len(words) > 1
            and len(words[0]) > 2
            and words[0].lower()
            not in {
                "the",
                "der",
                "die",
                "das",
                "el",
                "la",
                "les",
                "old",
                "young",
                "captain",
                "doctor",
                "mrs",
                "mr.",
            }
        ):
            yield words[0]
