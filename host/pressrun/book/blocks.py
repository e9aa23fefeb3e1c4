"""The blocks of a text in Markdown: headings and paragraphs, each with its line.

`markdown-it` reads them. A book of thousands of panels is read at every `plan`, so what is plain
between two headings (paragraphs and bullets without anything nested) is taken line by line, which
gives the same blocks in a fraction of the time.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt

_HEADING = re.compile(r"^#{1,6}(?=[ \t\n]|\Z)", re.MULTILINE)
_FENCE = re.compile(r"^[ \t>*+\d.)-]*(?:```|~~~)", re.MULTILINE)
_PLAIN = re.compile(r"\*{1,2}[^\s*]|(?!\d{1,9}[.)](?:\s|\Z))[^\s#>*+`~=_-]|[\u2010-\u2015]")
_BULLET = re.compile(r"[-*+] (?=(?!\d{1,9}[.)](?:\s|\Z))[^\s#>*+`~=_-]|\*{1,2}[^\s*])")
_TAG = re.compile(
    r"(?<!\\)</?(br|b|i|u|em|strong|p|span|sub|sup|center)(?:\s[^<>]{0,100})?/?>", re.IGNORECASE
)

_EMPHASIS = re.compile(
    r"(?<!\S)(\*\*?)([^\W_](?:[^\s*]| (?=\S)){0,200}(?<=[^\W_])[.,:!?]?)\1(?!\S)"
)
"""Plain words between stars, which most lines with marks have: they are taken without parsing."""

_LONGEST = 20_000
"""Longer lines are left as they are: to find what belongs to which mark takes too long there."""

_MARKS = frozenset("*_`[]<>&\\!~")


class Block(NamedTuple):
    """A block of a text."""

    line: int
    """Its first, from 1."""
    content: str
    """Its lines, with their marks of emphasis."""
    level: int = 0
    """Of a heading, from 1; 0 is a paragraph."""
    bullet: bool = False
    """It stands in a list."""
    ruled: bool = False
    """A heading by the rule below it, which may be meant as a rule."""
    code: bool = False
    """Lines between ``` marks."""


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text with plain line ends.

    Indented code, HTML and definitions of links are paragraphs: an author who indents a paragraph
    means no program.
    """
    if _FENCE.search(text):
        yield from parsed(text, 0)
        return
    starts = [0, *(found.start() for found in _HEADING.finditer(text)), len(text)]
    line = 0
    for start, end in pairwise(starts):
        part = text[start:end]
        found = _quick(part, line)
        yield from parsed(part, line) if found is None else found
        line += part.count("\n")


def parsed(text: str, before: int) -> Iterator[Block]:
    """The blocks of a text, by the parser.

    Args:
        text: with plain line ends.
        before: how many lines stand before it in its file.
    """
    tokens = _parser().parse(text)
    depth = 0
    for at, token in enumerate(tokens):
        line = before + (token.map or [0])[0] + 1
        if token.type == "list_item_open":
            depth += 1
        elif token.type == "list_item_close":
            depth -= 1
        elif token.type == "heading_open":
            ruled = token.markup in ("=", "-")
            yield Block(line, tokens[at + 1].content, int(token.tag[1]), depth > 0, ruled)
        elif token.type == "inline" and tokens[at - 1].type == "paragraph_open":
            yield Block(line, token.content, bullet=depth > 0)
        elif token.type == "fence":
            yield Block(line, token.content, code=True)


def _quick(part: str, before: int) -> list[Block] | None:
    """The blocks between two headings, or None where only the parser can tell them."""
    found, open_ = list[Block](), _Open()
    for number, line in enumerate(part.split("\n"), start=before + 1):
        if number == before + 1 and (heading := _HEADING.match(line)):
            level = heading.end()
            found.append(Block(number, _without_close(line[level:]), level))
        elif not line.strip(" \t"):
            open_.end(found)
        elif (mark := _BULLET.match(line)) and open_.may_end:
            open_.end(found)
            open_.begin(number, line[mark.end() :], bullet=True)
        elif mark is None and _PLAIN.match(line) and not open_.bullet:
            open_.begin(number, line)
        else:
            return None
    open_.end(found)
    return found


def _without_close(heading: str) -> str:
    """The words of a heading without the marks that may close it."""
    whole = heading.strip(" \t")
    bare = whole.rstrip("#")
    return (bare if not bare or bare[-1] in " \t" else whole).strip()


class _Open:
    """A paragraph or a bullet whose lines are being read."""

    def __init__(self) -> None:
        self.bullet = False
        self._first = 0
        self._lines = list[str]()

    @property
    def may_end(self) -> bool:
        """Whether a bullet may follow at once: what follows a paragraph's line belongs to it."""
        return self.bullet or not self._lines

    def begin(self, line: int, text: str, *, bullet: bool = False) -> None:
        """Begin with a line, or go on with it."""
        self._first = self._first if self._lines else line
        self._lines.append(text)
        self.bullet = bullet

    def end(self, found: list[Block]) -> None:
        """End what is open."""
        if self._lines:
            text = "\n".join(self._lines).strip()
            found.append(Block(self._first, text, bullet=self.bullet))
        self._lines, self.bullet = [], False


def plain(line: str) -> str:
    """A line without the marks of emphasis, links and escapes, with plain blanks."""
    if "<" in line:
        line = _TAG.sub(lambda tag: " " if tag[1].casefold() in ("br", "p") else "", line)
    if "*" in line:
        bare = _EMPHASIS.sub(r"\2", line)
        line = bare if _MARKS.isdisjoint(bare) else line
    if len(line) < _LONGEST and not _MARKS.isdisjoint(line):
        told = list[str]()
        for token in _inline().parseInline(line)[0].children or ():
            if token.type in ("text", "code_inline"):
                told.append(token.content)
            elif token.type in ("softbreak", "hardbreak"):
                told.append(" ")
        line = "".join(told)
    return " ".join(line.split())


@cache
def _parser() -> MarkdownIt:
    off = ["code", "html_block", "reference", "inline", "text_join"]
    return MarkdownIt("commonmark").disable(off)


@cache
def _inline() -> MarkdownIt:
    return MarkdownIt("commonmark").disable(["html_inline"])
