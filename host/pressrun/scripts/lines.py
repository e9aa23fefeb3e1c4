"""Lines of a script's text as they are read: without what is hidden, and without emphasis."""

import html
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from pressrun.texts.faults import Place

_BREAK = re.compile(r"\r\n|\r|\n")
_SOFT = re.compile("[\x0b\x85\u2028\u2029]|<br ?/?>|<BR ?/?>")
_GONE = re.compile(
    "[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f]"
)
_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]")
_SIGNS = re.compile(
    "^(?:[\U0001f000-\U0001faff\u2600-\u2669\u2670-\u27bf\u2b00-\u2bff][\ufe0e\ufe0f\u200d]*\\s*)+"
)
"""Little pictures before the words of a line."""

_TAGS = re.compile(
    r"</?(?:b|i|u|em|strong|center|p|div|span|font|sup|sub|small|big|mark|ins|h[1-6])\b[^<>\n]{0,200}>",
    re.IGNORECASE,
)
_STARS = re.compile(r"(\*{1,3})(?=[^\s*])([^*\n]*[^\s*])\1(?!\*)")
_UNDER = re.compile(r"(?<![\w_])(_{1,3})(?=[^\s_])([^_\n]*[^\s_])\1(?![\w_])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_PICTURE = re.compile(r"!\[[^\[\]]{0,200}\]\([^()\s]{0,2000}[^()]{0,200}\)")
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{1,2000}\)")
_URL = re.compile(r"[(<]?\bhttps?://[^\s<>]{1,2000}[)>]?")
_QUOTE = re.compile(r"(?:>\s*)+")
_BULLET = re.compile(r"([-*+•·‣▪◦⁃–—])(?:\s+|(?=\*\*|__))(?=\S)")
_HEADING = re.compile(r"(#{1,6})(?:\s+|(?=[^\W\d_]|[*_\[【]))")
_RULE = re.compile(
    r"\s*(?:(?:[-–—] ?){3,}|(?:\* ?){3,}|(?:_ ?){3,}|(?:= ?){3,}|(?:~ ?){3,}|(?:[#•+] ?){3,}"
    r"|(?:[─━═] ?){2,}|<hr ?/?>)\s*"
)
_SETEXT = re.compile(r"\s{0,3}(={3,}|-{3,})\s*")
_STRUCK = (("~~", "~~"), ("<del>", "</del>"), ("<s>", "</s>"), ("<strike>", "</strike>"))
_HIDDEN = (
    *(("<!--", "-->"), ("{--", "--}"), ("{>>", "<<}"), ("%%", "%%")),
    *_STRUCK,
)
_NOTE = re.compile(r"\[\^?([A-Za-z]{1,2}|\^[^\]\s]{1,20}|[0-9]{1,3})\]")
_NOTED = re.compile(r"\s*\[(\^?[A-Za-z]{1,2}|\^[^\]\s]{1,20}|[0-9]{1,3})\]\s*:?\s*(?=\S)")
_ADDED = re.compile(r"\{\+\+|\+\+\}|\{==|==\}")
_SHORT = 60


class Line(NamedTuple):
    """A line, or a part of one where a soft break parts it."""

    place: Place
    text: str
    """Without marks of headings, bullets and emphasis; empty for a rule."""
    indent: int = 0
    """Blanks before it."""
    level: int = 0
    """Of a heading in Markdown; 0 for none."""
    strong: bool = False
    """It is in emphasis as a whole."""
    bullet: str = ""
    gap: bool = False
    """There is a blank line, or a break of pages, before it."""
    rule: bool = False
    """It only parts what stands before it from what follows."""
    fed: bool = False
    """It is a break of pages that a program made."""
    quoted: bool = False
    bracketed: bool = False
    """It stood in a note that is a mark, as `[[PANEL 1]]`."""
    marked: bool = False
    """It stood behind the mark of a panel."""
    label: str = ""
    """What a part in bold at its beginning says, as in `**Art** A quay`."""

    @property
    def apart(self) -> bool:
        """Whether it is a heading, or in emphasis."""
        return bool(self.level) or self.strong or self.bracketed


def lines_of(text: str, is_mark: Callable[[str], bool], notes: list[str]) -> list[Line]:
    """The lines of a text that hold anything.

    Args:
        text: the script.
        is_mark: whether what stands in a note or a comment is a mark of a page or panel.
        notes: gets a sentence for each kind of thing that is passed over.
    """
    shown = _without_footnotes(_without_hidden(text, is_mark, notes), notes)
    found = list[Line]()
    gap = True
    for place, part, fed in _parts(shown):
        if fed:
            found.append(Line(place, "", gap=True, rule=True, fed=True))
            gap = True
        if not part.strip(" \t>"):
            gap = True
            continue
        under = _SETEXT.fullmatch(part)
        if under and found and not gap and _may_be_heading(found[-1]):
            found[-1] = found[-1]._replace(level=1 if under.group(1)[0] == "=" else 2)
            gap = True
            continue
        line = _line(place, part, gap=gap)
        gap = line.rule
        if line.rule or line.text:
            found.append(line)
    return found


def plain(text: str) -> str:
    """A text without emphasis, tags and escapes."""
    if "](" in text:
        text = _LINK.sub(r"\1", _PICTURE.sub("", text))
    if "://" in text:
        text = _URL.sub("", text).strip()
    if "<" in text:
        text = _TAGS.sub("", text)
    if "*" in text:
        text = _STARS.sub(r"\2", _STARS.sub(r"\2", text))
    if "_" in text:
        text = _UNDER.sub(r"\2", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    if "&" in text:
        text = html.unescape(text)
    return text


def _may_be_heading(line: Line) -> bool:
    last = line.text[-1:]
    return (
        not (line.rule or line.level or line.bullet)
        and len(line.text) < _SHORT
        and last not in {".", "!", "?", "…", ",", ";", '"', "”", "」"}
        and (line.gap or line.text.isupper())
        and ":" not in line.text[:-1]
    )


def _parts(text: str) -> Iterator[tuple[Place, str, bool]]:
    number, start = 1, 0
    size = len(text)
    while start <= size:
        found = _BREAK.search(text, start)
        end = found.start() if found else size
        for at, sheet in enumerate(text[start:end].split("\f")):
            for soft in _SOFT.split(sheet):
                yield Place(number), soft, False
            if at < text.count("\f", start, end):
                yield Place(number), "", True
        if not found:
            return
        start, number = found.end(), number + 1


def _line(place: Place, part: str, *, gap: bool) -> Line:
    text = _BLANKS.sub(" ", _GONE.sub("", part).replace("\t", "    "))
    indent = len(text) - len(text.lstrip())
    text = text.strip()
    if _RULE.fullmatch(text):
        return Line(place, "", gap=True, rule=True)
    quote = _QUOTE.match(text)
    quoted = quote is not None and quote.end() < len(text)
    if quote and quoted:
        text = text[quote.end() :]
    if quoted:
        text = text.removesuffix("<").rstrip() if text.endswith(" <") else text
    text = _SIGNS.sub("", text, count=1)
    level, bullet = 0, ""
    if heading := _HEADING.match(text):
        level = len(heading.group(1))
        text = text[heading.end() :].rstrip().rstrip("#").rstrip()
    elif mark := _BULLET.match(text):
        bullet = mark.group(1)
        text = text[mark.end() :]
        text = re.sub(r"^\[[ xX]\]\s+", "", text)
    strong = _is_strong(text)
    label = ""
    if not strong and (bold := re.match(r"(\*\*|__)([^*_\n]{1,60})\1(?=[\s:：])", text)):
        label = bold.group(2).strip().rstrip(":：").strip()
    text = plain(text).strip()
    return Line(place, text, indent, level, strong, bullet, gap, quoted=quoted, label=label)


def _is_strong(text: str) -> bool:
    for mark in ("**", "__", "*", "_"):
        size = len(mark)
        if len(text) > 2 * size and text.startswith(mark) and text.rstrip(" :：").endswith(mark):
            inner = text.rstrip(" :：")[size:-size]
            return mark not in inner and bool(inner.strip())
    return False


def _blank(span: str) -> str:
    """The line breaks of what is left out, so that lines keep their numbers."""
    return "".join(found.group() for found in _BREAK.finditer(span))


def _without_hidden(text: str, is_mark: Callable[[str], bool], notes: list[str]) -> str:
    for opening, closing in _HIDDEN:
        text, count = _without(text, opening, closing, lambda _: None)
        if count and (opening, closing) in _STRUCK:
            notes.append(f"Passed over: what is struck through ({count:,})")
        elif count:
            notes.append(f"Passed over: comments in {opening} {closing} ({count:,})")

    def mark(inner: str) -> str | None:
        one = inner.strip()
        short = len(one) < _SHORT * 2 and "\n" not in one and "\r" not in one
        return one if short and is_mark(one) else None

    for opening, closing in (("[[", "]]"), ("/*", "*/")):
        text, count = _without(text, opening, closing, mark)
        if count:
            notes.append(f"Passed over: notes in {opening} {closing} ({count:,})")
    return _ADDED.sub("", text) if "{" in text else text


def _without(
    text: str, opening: str, closing: str, kept: Callable[[str], str | None]
) -> tuple[str, int]:
    """A text without what stands between two marks, but for what is kept."""
    parts, start, count = list[str](), 0, 0
    while (begin := text.find(opening, start)) >= 0:
        end = text.find(closing, begin + len(opening))
        if end < 0:
            break
        inner = text[begin + len(opening) : end]
        if opening == closing and ("\n" in inner or "\r" in inner or not inner.strip()):
            # marks that open and close alike hold within one line
            parts.append(text[start : begin + len(opening)])
            start = begin + len(opening)
            continue
        parts.append(text[start:begin])
        mark = kept(inner)
        after = end + len(closing)
        if mark is None:
            count += 1
            parts.append(_blank(inner))
        else:
            line = text[after : after + 200].split("\n", 1)[0]
            parts.append(f"[{mark}]" if not line.strip() else f"{mark}: ")
            parts.append(_blank(inner))
        start = after
    parts.append(text[start:])
    return "".join(parts), count


def _without_footnotes(text: str, notes: list[str]) -> str:
    """A text without comments and footnotes that stand at its end, and the anchors to them."""
    lines = text.splitlines(keepends=True)
    anchors = _anchors(lines) if "[" in text else {}
    if not anchors:
        return text
    hidden = False
    kept = list[str]()
    for at, line in enumerate(lines):
        name = _noted(line)
        if name in anchors and at > anchors[name]:
            hidden = True
        elif hidden and not (line.startswith(("    ", "\t")) and line.strip()):
            hidden = False
        kept.append(_blank(line) if hidden else _without_anchors(line, anchors))
    notes.append(f"Passed over: comments and footnotes at the end ({len(anchors):,})")
    return "".join(kept)


def _noted(line: str) -> str:
    """The name of the footnote that a line holds; empty for none."""
    found = _NOTED.match(line[:_SHORT])
    return found.group(1).removeprefix("^") if found else ""


def _anchors(lines: Sequence[str]) -> dict[str, int]:
    """The names of footnotes, each with the line from which one leads to it."""
    named = dict[str, int]()
    for at, line in enumerate(lines):
        if name := _noted(line):
            # comments stand in one run at the end: the last counts
            named[name] = at
    found = dict[str, int]()
    for at, line in enumerate(lines):
        for each in _NOTE.finditer(line) if "[" in line else ():
            name = each.group(1).removeprefix("^")
            if named.get(name, -1) > at:
                found.setdefault(name, at)
    return found


def _without_anchors(line: str, anchors: Collection[str]) -> str:
    def shown(found: re.Match[str]) -> str:
        return "" if found.group(1).removeprefix("^") in anchors else found.group()

    return _NOTE.sub(shown, line) if "[" in line else line
