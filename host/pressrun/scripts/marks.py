"""Marks: lines, or beginnings of lines, that say where a chapter, a page or a panel begins."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, cached_property

from pressrun.scripts import vocabulary
from pressrun.scripts.numbers import Number, is_count, is_ordinal, number_at, value_of
from pressrun.scripts.vocabulary import folded

MOST = 400
"""How much of a line is looked at for a mark."""


class Level(IntEnum):
    """What begins at a mark."""

    CHAPTER = 1
    PAGE = 2
    PANEL = 3


@dataclass(frozen=True)
class PartMark:
    """Where a chapter, a page or a panel begins, as one line says it."""

    level: Level
    label: str
    """Its number as written; empty where it has none."""
    number: int | None = None
    last: int | None = None
    """The end of a range."""
    word: str = ""
    """The folded word that marks it."""
    title: str = ""
    """What the mark itself is called, where its word is one: `Prologue`, `Cover`."""


@dataclass(frozen=True)
class Heading:
    """The marks of one line, the highest first, and what follows them on the line."""

    marks: tuple[PartMark, ...]
    rest: str = ""


_SHORT_FORMS = {
    **dict.fromkeys(("p", "s", "pl", "t", "tav"), Level.PAGE),
    "ch": Level.CHAPTER,
    **dict.fromkeys(("pan", "vig"), Level.PANEL),
}


@dataclass(frozen=True)
class Words:
    """Which words mark what, in one script."""

    by_word: Mapping[str, Level] = field(default_factory=dict)
    short: Mapping[str, Level] = field(default_factory=lambda: _SHORT_FORMS)
    """Abbreviations, which count only right before a number."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the words, the longest first."""
        known = "|".join(sorted(map(re.escape, self.by_word), key=len, reverse=True))
        return re.compile(f"(?:{known or '(?!)'})")

    def without(self, level: Level) -> "Words":
        """The same, but for the words of a level."""
        left = {word: of for word, of in self.by_word.items() if of != level}
        return Words(left, self.short)

    def with_(self, words: Iterable[str], level: Level) -> "Words":
        """The same, and further words."""
        return Words({**dict.fromkeys(words, level), **self.by_word}, self.short)


def _plain(words: Iterable[str]) -> list[str]:
    return [folded(word) for word in words]


USUAL = Words(
    {
        **dict.fromkeys(_plain(vocabulary.CHAPTERS), Level.CHAPTER),
        **dict.fromkeys(_plain(vocabulary.PAGES), Level.PAGE),
        **dict.fromkeys(_plain(vocabulary.PANELS), Level.PANEL),
    }
)
"""What the usual words mark."""

SCENES = _plain(vocabulary.SCENES)
SHOTS = _plain(vocabulary.SHOTS)

_SHORT = re.compile(r"(pan|tav|vig|pl|ch|p|s|t)[. ]{0,2}#?(?=[0-9])")
_LETTER = re.compile(r"[A-Z](?=\s{0,2}(?:[:.)\]\u2013\u2014-]|$))")
_SHEET = re.compile(r"[0-9０-９]{1,4}(?:[・･、~～〜-][0-9０-９]{1,4})?[PＰ](?![a-zA-Z0-9])")
"""A number before its word: `4P`."""

_OUTLINED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}[.)]?\s{1,3}")
"""The number of a heading in an outline, before the mark."""

_WIDE = re.compile(r"[ -](?:doble|spread|dupla|doppia|double|splash)(?=[ (])")
"""Behind the word for a page: how large it is."""

_BEFORE = re.compile(r"(?:(?:double|splash|full|two|two-page|double-page)[ -])+(?=page|spread)")
"""Before the word for a page: the same."""

_LABELLED = re.compile(r"(panel|vineta|vinheta|vignetta|kader|kadr|コマ)\s?:\s?(?=\S)")
_CIRCLES = ("〇", "○", "◯", "●", "◎")
_DECORATION = set("#*_=~-–—•·|<>«»≪≫《》〈〉【】[](){}〔〕［］〘〙:：.。…★☆■□◆◇▼▽▲△●◎►▶→⇒✦✧❖+\\")
_DECORATION |= set("\"'“”‘’†‡§¶^`")
_CLOSING = re.compile(
    r"[\s\uff3d\uff09\uff1a:.\-\u2010-\u2015|)\]\u3011\u226b\u300b\u3009>\u3015,;/*_=~#\u3002\u2016\u00bb}]+"
)
_GAP = re.compile(
    r"[ \t.#\u2116\u00ba\u00b0'_-]{0,3}"
    r"(?:(?:no|nr|num|number|numero|nummer|n|n[o\u00ba\u00b0])[. \u00ba\u00b0]{1,2})?[ #]{0,2}"
)
_ORDINAL = re.compile(
    r"(?:st|nd|rd|th|\.|\u00aa|\u00ba|\u00b0|[ao](?![a-z])|er|ere|eme|e(?![a-z])|te|tes)?\s{0,2}"
)
_COUNTED = re.compile(r"[\s]*[-/,(]*[\s]*$")
_PARTS = re.compile(
    r"[\s,;:/|\-\u2010-\u2015.&>\u226b\u3011\u3010\u226a\[\](){}\u00b7\u2022_*#x]{0,6}"
)
_SENTENCE = re.compile(r"\s+[^\W\d_A-Z]")


def heading_of(text: str, words: Words = USUAL, *, apart: bool = False) -> Heading | None:
    """What begins at a line, if anything does.

    Args:
        text: the line, without marks of emphasis.
        words: which words mark what.
        apart: the line is a heading or in emphasis, so that words may follow its number freely.
    """
    start = _begin(text)
    if text[start : start + 1] in _CIRCLES and (inner := _begin(text[start + 1 :])) < MOST:
        # a circle before a mark decorates it; before a place it marks that
        inner += start + 1
        start = inner if _mark_at(text, folded(text[:MOST]), inner, words) else start
    low = folded(text[:MOST])
    marks, at = list[PartMark](), start
    if (outlined := _OUTLINED.match(low, start)) and _mark_at(text, low, outlined.end(), words):
        at = outlined.end()
    elif before := _BEFORE.match(low, start):
        at = before.end()
    while mark := _mark_at(text, low, at, words):
        found, end = mark
        if marks and found.level <= marks[-1].level:
            break
        marks.append(found)
        at = end
        gap = _PARTS.match(low, at)
        after = gap.end() if gap else at
        if not _mark_at(text, low, after, words):
            break
        at = after
    if not marks:
        return whole_mark(text, words)
    rest = text[at:]
    bracketed = start > 0 and not text[:start].isspace() and text[start - 1] in "[【≪《〈(（［{<«"
    if not _is_heading(marks, text[start:at], rest, apart=apart or bracketed):
        return None
    return Heading(tuple(marks), _rest(rest, opened=text[:start]))


def whole_mark(text: str, words: Words = USUAL) -> Heading | None:
    """The mark that a line is as a whole: `Page`, `Panel`, `Prologue`, `COVER`, `4.5` is none."""
    if len(text) > MOST:
        return None
    bare = trimmed(text)
    low = folded(bare)
    if words.by_word.get(low) in {Level.PAGE, Level.PANEL}:
        return Heading((PartMark(words.by_word[low], "", word=low),))
    if (found := _LABELLED.match(low)) and words.by_word.get(found.group(1)) == Level.PANEL:
        return Heading((PartMark(Level.PANEL, "", word=found.group(1)),), bare[found.end() :])
    first = re.split(r"\s*[:\u2013\u2014(]\s*|\s+-\s+", low, maxsplit=1)[0].strip()
    if low in _BARE_CHAPTERS or (first in _BARE_CHAPTERS and len(low) < 80):
        return Heading((PartMark(Level.CHAPTER, "", word=first, title=bare),))
    return None


def is_cover(text: str) -> bool:
    """Whether a line says no more than that a cover begins."""
    low = folded(trimmed(text))
    return low in _COVERS or re.split(r"\s*[:(\u2013\u2014]\s*", low, maxsplit=1)[0] in _COVERS


_BARE_CHAPTERS = {folded(word) for word in vocabulary.BARE_CHAPTERS}
_COVERS = {folded(word) for word in vocabulary.COVERS}


def trimmed(text: str) -> str:
    """A text without what decorates its ends."""
    start, end = _begin(text), len(text)
    while end > start and (text[end - 1].isspace() or _is_decoration(text[end - 1])):
        end -= 1
    return text[start:end]


def _begin(text: str) -> int:
    for at, each in enumerate(text[:80]):
        if not (each.isspace() or _is_decoration(each)):
            return at
    return min(len(text), 80)


@cache
def _is_decoration(character: str) -> bool:
    if character in "〇○◯":
        return False  # it marks a place
    return character in _DECORATION or (
        ord(character) > 0x2000 and unicodedata.category(character) in {"So", "Sk", "Mn", "Cf"}
    )


def _mark_at(text: str, low: str, at: int, words: Words) -> tuple[PartMark, int] | None:
    """The mark with a number that begins at a place, and where it ends."""
    found = words.pattern.match(low, at)
    if found:
        word = found.group()
        if not (word.isascii() and low[found.end() : found.end() + 1].isalpha()) and (
            mark := _numbered(text, low, found.end(), word, words.by_word[word])
        ):
            return mark
    if short := _short(text, low, at, words):
        return short
    return _number_first(text, low, at, words)


def _numbered(text: str, low: str, at: int, word: str, level: Level) -> tuple[PartMark, int] | None:
    wide = _WIDE.match(low, at)
    gap = _GAP.match(low, wide.end() if wide else at)
    start = gap.end() if gap else at
    plural = word in _PLURALS
    if not plural and low[start : start + 1] == ":":
        colon = re.compile(r":\s{0,2}").match(low, start)
        start = colon.end() if colon else start
        if not re.compile(r"[0-9]").match(low, start):
            return None
    number = number_at(low, start)
    if level == Level.PANEL and (letter := _LETTER.match(text, start)):
        # Panel A, Panel B
        value = ord(letter.group()) - ord("A") + 1
        return PartMark(level, letter.group(), value, word=word), letter.end()
    if number is None or (word.isascii() and start == at and low[start].isalpha()):
        return None
    if (
        low[start] in "ivxlc"
        and not low[start : start + 2].isdigit()
        and _is_lower(text, start, number)
    ):
        return None
    return _mark(text, number, word, level, start), number.end


def _is_lower(text: str, start: int, number: Number) -> bool:
    """Whether a Roman number is written small, as in `page i`: then it is a word."""
    return text[start : number.end].islower() and value_of(folded(text[start : number.end])) is None


_PLURALS = {
    *("pages", "panels", "seiten", "paginas", "pagine", "planches", "tavole", "pgs", "pp"),
    *(
        "cases",
        "vignettes",
        "vinetas",
        "cuadros",
        "vignette",
        "quadros",
        "bilder",
        "shots",
        "frames",
    ),
}


def _mark(text: str, number: Number, word: str, level: Level, start: int) -> PartMark:
    last = number.last
    whole = number.end if last is not None else number.first_end or number.end
    label = text[start:whole].strip()
    if number.between == "/" and last is not None and not _is_pair(level, word, number):
        # "Panel 1/5", "page 2/22": one of so many
        label, last = label.split("/", maxsplit=1)[0].strip(), None
    if last is not None and (
        level == Level.CHAPTER or (number.between == "," and word not in _PLURALS)
    ):
        last = None
    return PartMark(level, label, number.first, last, word)


def _is_pair(level: Level, word: str, number: Number) -> bool:
    if level != Level.PAGE or number.last != number.first + 1:
        return word in _PLURALS
    return word in _PLURALS or number.first % 2 == 0


def _short(text: str, low: str, at: int, words: Words) -> tuple[PartMark, int] | None:
    found = _SHORT.match(low, at)
    if not found:
        return None
    number = number_at(low, found.end())
    if number is None or (found.group(1) in "st" and not text[at].isupper()):
        return None
    level = words.short[found.group(1)]
    return _mark(text, number, found.group(1), level, found.end()), number.end


def _number_first(text: str, low: str, at: int, words: Words) -> tuple[PartMark, int] | None:
    """`4ページ`, `第2話`, `3. Bild`, `First panel`."""
    start = at + 1 if low.startswith("第", at) else at
    number = number_at(low, start)
    if number is None:
        return None
    ordinal = _ORDINAL.match(low, number.end)
    after = ordinal.end() if ordinal else number.end
    found = words.pattern.match(low, after)
    if not found:
        if _SHEET.match(text, start) and text[number.end - 1] in "PＰ":
            return PartMark(Level.PAGE, str(number.first), number.first, word="p"), number.end
        return None
    word = found.group()
    end = found.end()
    if word.isascii():
        marked = ordinal is not None and ordinal.group().strip() != ""
        # 1ª, 1a: the letter was taken for a part of the number
        marked = marked or (low[start].isdigit() and low[number.end - 1] in "aoe")
        spoken = is_ordinal(low[start : number.end])
        if low[end : end + 1].isalpha() or not (marked or spoken) or word in _PLURALS:
            return None
    elif low.startswith("目", end):
        end += 1
    return _mark(text, number, word, words.by_word[word], start), end


def _is_heading(marks: list[PartMark], marked: str, rest: str, *, apart: bool) -> bool:
    """Whether what follows a mark leaves it a heading, and no part of a sentence."""
    if not rest.strip() or apart:
        return True
    if marks[-1].word and not marks[-1].word.isascii():
        return True
    letters = [each for each in marked if each.isalpha()]
    level = marks[-1].level
    if len(letters) > 1 and letters[0].isascii() and all(each.isupper() for each in letters[:4]):
        if not _SENTENCE.match(rest):
            return True
        return level == Level.PANEL
    if rest[0].isspace():
        first = rest.lstrip()[:1]
        if first.isupper() or first.isdigit():
            return level == Level.PANEL
        return not (first.isalpha() or first in ",;")
    if rest[0] == "," and is_count(folded(rest[1:20]).strip()):
        return True
    return rest[0] not in ",'’" or len(marks) > 1 or level == Level.PANEL


def _rest(rest: str, opened: str) -> str:
    """What follows a mark, without what parts them, and without a bracket that it leaves open."""
    kept = rest
    start = _CLOSING.match(kept)
    if start:
        kept = kept[start.end() :]
    kept = kept.strip().rstrip("#*=~|_").rstrip()
    for left, right in ("[]", "()", "【】", "≪≫", "《》", "<>", "（）"):
        if left in opened and kept.endswith(right) and kept.count(right) > kept.count(left):
            kept = kept[:-1].rstrip()
    if kept.endswith((" -", " –", " —")):
        kept = kept[:-1].rstrip()
    return "" if not any(each.isalnum() or each == "「" for each in kept) else kept
