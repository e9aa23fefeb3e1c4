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

LISTS = frozenset({"cast", "references"})
"""Fields that may be there more than once."""

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
_NUMBER = r"[0-9０-９]{1,6}[a-z]?(?:\s*(?:[-–—&/,+]|and|to|y|et|und|e)\s*[0-9０-９]{1,6})?"  # noqa: RUF001
_HEADING = re.compile(
    rf"(?:(?P<page>{_PAGE})|(?P<panel>{_PANEL})|(?P<chapter>{_CHAPTER}))"
    rf"(?:\s*[#№°.]?\s*(?P<label>{_NUMBER}|[IVXLC]+)(?![\w])|(?=\s*(?:[:.(\[–—-]|$)))"
    r"\s*[.:)\]–—-]*\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_DOUBLE = re.compile(r"\d\s*(?:[-–—&/,+]|and|to|y|et|und|e)\s*\d", re.IGNORECASE)
_SPREAD = re.compile(r"\b(?:double(?:[- ]page)?|spread|doppelseite|double page)\b", re.IGNORECASE)
_SPLASH = re.compile(r"\b(?:splash|full[- ]page|ganzseitig|pleine page)\b", re.IGNORECASE)

_SPEECH = re.compile(
    r"(?P<who>[^:()\[\]]{1,60}?)\s*(?:[(\[](?P<manner>[^()\[\]]{0,80})[)\]])?\s*:(?=\s|$|[\"“«„'‘])\s*"
    r"(?P<text>.*)",
    re.DOTALL,
)
_PARTED = re.compile(r"\s*(?:&|\+|/|,|\band\b|\bAND\b)\s*")
_BEFORE_COLON = 150
_CAPTIONS = frozenset(
    "caption captions cap caps narr narrator narration locator legend récitatif recitatif cartucho".split()
)
_EFFECTS = frozenset("sfx fx sound effect effects effet ono".split())
_REMARKS = frozenset("note notes letterer artist".split())
_NO_SPEAKERS = frozenset(
    "close closeup wide long medium angle pov inset insert establishing time later night day int ext "
    "splash foreground background reference camera shot view flashback plano int. ext. on inside "
    "outside meanwhile".split()
)
"""First words of descriptions in capitals."""


class Mark(NamedTuple):
    """A heading that says what it is."""

    kind: str
    """`chapter`, `page` or `panel`."""
    label: str
    """Its number as written."""
    rest: str
    double: bool = False


class Speech(NamedTuple):
    """The first line of a balloon, a caption or an effect."""

    voice: Voice
    speakers: tuple[str, ...]
    manner: str
    text: str
    note: bool = False
    """It is a remark, and is lettered nowhere."""


@lru_cache(maxsize=10_000)
def mark_of(text: str) -> Mark | None:
    """What a heading says it is, by its first word."""
    found = _HEADING.fullmatch(text)
    if found is None:
        return None
    kind = next(name for name in ("page", "panel", "chapter") if found[name])
    label = found["label"] or ""
    double = kind == "page" and bool(_DOUBLE.search(label) or _SPREAD.search(found["rest"]))
    return Mark(kind, label, found["rest"].strip(), double)


def is_splash(text: str) -> bool:
    """Whether the rest of a page's heading calls it one picture."""
    return _SPLASH.search(text) is not None


def speech_of(text: str, names: Collection[str]) -> Speech | None:
    """Who speaks in a line, if anybody does: a name in capitals or a known one, and a colon.

    Args:
        text: the line, with plain blanks.
        names: the known names, as `folded`.
    """
    colon = text.find(":", 0, _BEFORE_COLON)
    if colon < 1:
        return None
    found = _SPEECH.fullmatch(text)
    if found is None:
        return None
    who, manner, said = found["who"].strip(), (found["manner"] or "").strip(), found["text"].strip()
    capitals = who.isupper()
    plain = folded(who)
    if capitals or plain in _CAPTIONS or plain in _EFFECTS:
        first = plain.split()[0] if plain else ""
        if first in _CAPTIONS and len(plain.split()) <= 2:  # noqa: PLR2004 - CAPTION 2
            return Speech(Voice.CAPTION, (manner,) if manner else (), "", said)
        if first in _EFFECTS and len(plain.split()) <= 2:  # noqa: PLR2004 - SFX 2
            return Speech(Voice.EFFECT, (), manner, said)
        if capitals and plain in _REMARKS:
            return Speech(Voice.CAPTION, (), "", "", note=True)
    if plain in names:
        return Speech(Voice.BALLOON, (who,), manner, said)
    parts = [each for each in _PARTED.split(who) if each]
    if len(parts) > 1 and all(each.isupper() or folded(each) in names for each in parts):
        return Speech(Voice.BALLOON, tuple(parts), manner, said)
    if capitals and plain and plain.split()[0] not in _NO_SPEAKERS:
        return Speech(Voice.BALLOON, (who,), manner, said)
    return None
