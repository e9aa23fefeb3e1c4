"""The words of a book's scripts: what marks a heading, a field, and who speaks."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from pressrun.book.nearest import folded
from pressrun.scripts.script import Voice

FIELDS = ("cast", "place", "format", "mood", "after", "group", "references", "key")
"""What a panel can say besides its action."""

ALIASES = {
    "character": "cast",
    "characters": "cast",
    "figures": "cast",
    "location": "place",
    "setting": "place",
    "ratio": "format",
    "aspect": "format",
    "size": "format",
    "light": "mood",
    "atmosphere": "mood",
    "reference": "references",
    "refs": "references",
}
"""Other names for fields."""

FIELD_CHARS = 4_000
"""The most characters of a field that names something."""

LISTS = frozenset({"cast", "references"})
"""Fields that may be there more than once."""

NOTHING = frozenset({"none", "nobody", "nothing", "-", "–", "—"})
"""What an author writes where a field of the page or chapter does not hold for a panel."""

NOTES = frozenset({"note", "notes", "comment", "comments", "letterer", "artist"})
"""Names of remarks to people, which reach no picture."""

_PAGE = (
    "page|pages|pg|página|páginas|pagina|pagine|pàgina|seite|seiten|planche|planches|sida|side"
    "|strona|страница|страницы|ページ|頁"
)
_PANEL = (
    "panel|panels|panneau|case|cases|vignette|viñeta|vineta|vignetta|quadro|quadrinho|kader|ruta"
    "|панель|コマ"
)
_CHAPTER = (
    "chapter|kapitel|chapitre|capítulo|capitulo|capitolo|hoofdstuk|rozdział|глава|act|part|book"
)
_NUMBER = r"\d+[a-z]?(?:\s*(?:[-–—&/,+]|and|to|y|et|und|e)\s*\d+)?"
_HEADING = re.compile(
    rf"(?:(?P<page>{_PAGE})|(?P<panel>{_PANEL})|(?P<chapter>{_CHAPTER}))"
    rf"(?:\s*[#№°.]?\s*(?P<label>{_NUMBER}|[IVXLC]+)(?![\w])|(?=\s*(?:[:.(\[–—-]|$)))"
    r"\s*[.:)\]–—-]*\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_DOUBLE = re.compile(r"\d\s*(?:[-–—&/,+]|and|to|y|et|und|e)\s*\d", re.IGNORECASE)
_SPREAD = re.compile(r"\b(?:double(?:[- ]page)?|spread|doppelseite|double page)\b", re.IGNORECASE)
_SPLASH = re.compile(r"\b(?:splash|full[- ]page|ganzseitig|pleine page)\b", re.IGNORECASE)

_CAPTIONS = frozenset(
    {"caption", "captions", "cap", "caps", "narr", "narrator", "narration", "locator", "legend"}
    | {"récitatif", "recitatif", "cartucho", "texto", "erzähler"}
)
_EFFECTS = frozenset({"sfx", "fx", "sound", "effect", "effects", "effet", "ono"})
_REMARKS = frozenset({"note", "notes", "letterer", "artist"})
_NO_SPEAKERS = frozenset(
    {"close", "closeup", "wide", "long", "medium", "angle", "pov", "inset", "insert", "time"}
    | {"establishing", "later", "night", "day", "int", "int.", "ext", "ext.", "splash", "view"}
    | {"foreground", "background", "reference", "camera", "shot", "flashback", "plano", "on"}
    | {"inside", "outside", "meanwhile"}
)
"""First words of descriptions in capitals."""

_QUOTES = "\"“„«'‘"  # noqa: RUF001 - what is meant
_UNBRACKETED = re.compile(r"[^()\[\]]+")
_PARTED = re.compile(r"\s*(?:&|\+|/|,|\band\b|\bAND\b)\s*")
_BEFORE_COLON = 150
_NAME_CHARS = 60
_BRACKETS = {")": "(", "]": "["}


class HeadingMark(NamedTuple):
    """A heading that says what it is."""

    kind: str
    """`chapter`, `page` or `panel`."""
    label: str
    """Its number as written."""
    rest: str
    double: bool = False


class Utterance(NamedTuple):
    """The first line of a balloon, a caption or an effect."""

    voice: Voice
    speakers: tuple[str, ...]
    manner: str
    text: str
    note: bool = False
    """It is a remark, and is lettered nowhere."""


def mark_of(text: str) -> HeadingMark | None:
    """What a heading says it is, by its first word."""
    found = _HEADING.fullmatch(text)
    if found is None:
        return None
    kind = next(name for name in ("page", "panel", "chapter") if found[name])
    label = found["label"] or ""
    double = kind == "page" and (is_double(label) or _SPREAD.search(found["rest"]) is not None)
    return HeadingMark(kind, label, found["rest"].strip(), double)


def is_splash(text: str) -> bool:
    """Whether the rest of a page's heading calls it one picture."""
    return _SPLASH.search(text) is not None


def speech_of(text: str, names: Collection[str]) -> Utterance | None:
    """Who speaks in a line, if anybody does: a name in capitals or a known one, and a colon.

    Args:
        text: the line, with plain blanks.
        names: the known names, as `folded`.
    """
    colon = text.find(":", 0, _BEFORE_COLON)
    if colon < 1 or text[colon + 1 : colon + 2].strip(_QUOTES + " "):
        return None
    who, manner = text[:colon].rstrip(), ""
    if opening := _BRACKETS.get(who[-1:]):
        who, _, manner = who[:-1].rpartition(opening)
    kind = _kind_of(who.strip(), frozenset(names)) if 0 < len(who) <= _NAME_CHARS else None
    if kind is None:
        return None
    manner, said = manner.strip(), text[colon + 1 :].strip()
    voice, speakers = kind
    if voice is None:
        return Utterance(Voice.CAPTION, (), "", "", note=True)
    if voice == Voice.CAPTION:
        return Utterance(voice, (manner,) if manner else (), "", said)
    return Utterance(voice, speakers, manner, said)


@lru_cache(maxsize=16_384)
def _kind_of(who: str, names: frozenset[str]) -> tuple[Voice | None, tuple[str, ...]] | None:
    """What the words before a colon begin: for whom; None of a voice is a remark."""
    if not who or not _UNBRACKETED.fullmatch(who):
        return None
    first, *more = folded(who).split() or [""]
    if not more or (len(more) == 1 and more[0].isdigit()):  # CAPTION 2
        if first in _CAPTIONS:
            return Voice.CAPTION, ()
        if first in _EFFECTS:
            return Voice.EFFECT, ()
        if first in _REMARKS and who.isupper():
            return None, ()
    if folded(who) in names:
        return Voice.BALLOON, (who,)
    parts = tuple(filter(None, _PARTED.split(who)))
    known = all(each.isupper() or folded(each) in names for each in parts)
    return (Voice.BALLOON, parts) if parts and known and first not in _NO_SPEAKERS else None


def said(value: str) -> str:
    """What a field says; a word for nothing says nothing."""
    return "" if value.casefold() in NOTHING else value


def is_mark(name: str) -> bool:
    """Whether a name is a word for a caption, a sound or a note, and so begins no balloon."""
    return folded(name) in _CAPTIONS | _EFFECTS | _REMARKS


def is_double(label: str) -> bool:
    """Whether the number of a page is those of two: `2-3`."""
    return _DOUBLE.search(label) is not None
