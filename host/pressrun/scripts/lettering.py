"""What a line of a panel is: lettering and whose it is, a field, a note, or what is drawn."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import NamedTuple

from pressrun.scripts import vocabulary
from pressrun.scripts.remarks import parted
from pressrun.scripts.script import Voice
from pressrun.scripts.vocabulary import HONORIFICS, folded


class LineKind(StrEnum):
    """What a line is."""

    ACTION = "action"
    BALLOON = "balloon"
    CAPTION = "caption"
    EFFECT = "effect"
    NOTE = "note"
    FIELD = "field"
    PROMPT = "prompt"
    BLOCK = "block"
    """The words of a heading above balloons: `Dialogue:`."""
    PLACE = "place"
    """Where it happens from here on."""
    ENDING = "ending"


VOICES = {
    LineKind.BALLOON: Voice.BALLOON,
    LineKind.CAPTION: Voice.CAPTION,
    LineKind.EFFECT: Voice.EFFECT,
    LineKind.BLOCK: Voice.BALLOON,
}


class Cue(NamedTuple):
    """What a line is, and what it says."""

    kind: LineKind
    text: str
    speakers: tuple[str, ...] = ()
    manner: str = ""
    field: str = ""
    labelled: bool = False
    """Its label stands alone, and what it says follows on the next lines."""


class Name(NamedTuple):
    """The part of a line before a colon, taken apart."""

    text: str
    manners: tuple[str, ...]


_LABEL = 72
"""The most characters of a label."""

_COLON = re.compile(r"[:：︓]")
_ITEM = re.compile(r"(?:[#(\[]?[0-9]{1,3}(?:[a-z])?[.)\]]?|[①-⑳])\s*[-–.]?\s+(?=[^\s])|[①-⑳]\s*")
_GROUPS = re.compile(r"[(\[{（［【]([^()\[\]{}（）［］【】]{0,60})[)\]}）］】]")
_AND = re.compile(r"\s*(?:&|＆|\+|、|／)\s*|\s+(?:and|AND|And|et|ET|und|UND|y|Y|e|E|と)\s+")
_APART = re.compile(r"\s+[-–—]+\s*|\s*[–—/]\s*|,\s+|\s*\|\s*")
_QUOTES = (
    *(('"', '"'), ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"), ("‘", "’")),
    *(("'", "'"), ("「", "」"), ("『", "』"), ("“", '"'), ('"', "”"), ("‹", "›"), ("”", "”")),
)
_OPENING = '"“„«「『‹'
_NAME_QUOTE = re.compile(
    r"(?P<name>[?？]{1,5}|[^\s「」『』:：。、！？!?\"“„«][^「」『』:：。、！？!?\"“„«]{0,39}?)\s{0,3}(?P<text>[「『].{0,5000})",
    re.DOTALL,
)
_VOICE = re.compile(r"([^\x00-\x7f]{1,12})([MＭNＮ])")
_CAPS_QUOTE = re.compile(
    r"(?P<name>[^\"“„«:.!?]{1,40}?)\s{1,3}(?P<text>[\"“„«].{0,5000})", re.DOTALL
)
_BARE_EFFECT = re.compile(
    r"[\[(<*]?\s?(?:sfx|efx|s\.f\.x\.?|sound fx|sound effect|bruitage|onomatopee|"
    r"efecto de sonido|fx)"
    r"\s{0,2}(?:[\])>*]\s?[:\-]?|[-=>\u2013\u2014]{1,2}|(?=\s))\s?"
)
_BARE_CAPTION = re.compile(
    r"[\[(<]?\s?(?:caption|cap|narration|narr|recitatif|cartouche|cartucho|didascalia|locator|kasten)"
    r"[.]?\s?(?:\([^()]{1,40}\)\s?)?(?:[\])>]\s?[:\-]?|[-=>\u2013\u2014]{1,2}|(?=\s?[\"\u201c\u201e\u00ab\u300c])|(?=\s))\s?"
)
_TAG = re.compile(
    r"[\[(（【<《≪](?P<tag>[^\[\]()（）【】<>《》]{1,30})[\])）】>》≫]\s{0,2}[:：-]?\s{0,2}"
)
_DASH = re.compile(
    r"(?P<label>[^\s:.!?–—][^:.!?–—]{0,40}?)\s{1,3}(?:[-–—]{1,2}\s{1,3}|(?<=\s)\s{2,40})(?=\S)|(?P<name>[^\s:.!?<>|–—][^:.!?<>|–—]{0,40}?)\s{0,3}[>|]\s{1,3}(?=\S)"
)
_BARE_WORD = re.compile(
    r"(?:(?P<effect>SE|ＳＥ|効果音|擬音|描き文字)|ナレーション|ナレ|モノローグ|キャプション|テロップ|[NＮMＭ])\s{1,3}(?=[^\x00-\x7f])"
)
_INT = re.compile(r"(?:int|ext|int\.?/ext|ext\.?/int|i/e|est)[. ]\s{0,2}(?=\S)")
_PLACE_MARK = re.compile(r"[〇○◯●◎]\s{0,2}(?=\S)")
_TRANSITION = re.compile(
    r"(?:(?:smash |match |jump |hard |quick )?cut(?:s)? to|fade (?:to|in|out)|dissolve to|wipe to|"
    r"title over|back to scene|schnitt auf|fondu au noir|corte a)[^:]{0,20}[:.]?"
)
_END_LINE = re.compile(
    r"(?:the )?end (?:of )?(?:page|panel|chapter|issue|script|part|act|scene|book|episode|story|"
    r"excerpt|sample|preview)\b.{0,30}|"
    r"(?:fin|ende|fine|fim|final) (?:de|du|del|der|des|della|do|da|dell)\b.{0,40}|"
    r"第.{1,4}[話章回].{0,2}(?:終|完|了|おわり).{0,3}"
)
_NOTE_START = re.compile(
    r"(?:note|notes|n\.b|nb|nota|anmerkung|remarque|hinweis|annotazione|notes? for|to the artist|"
    r"page[ -]turn|"
    r"artist note|letterer note|editor)\b"
)
_SHORTENED = re.compile(
    rf"\b(?:[a-z]|no|{'|'.join(sorted(vocabulary.HONORIFICS))})\.", re.IGNORECASE
)
"""Titles and initials, which end with a dot."""

_WHERE = re.compile(r"\b(?:pov|angle|shot|close-?up|view|insert|vista|plano|plan|cadrage)\b")
_NAME_CHARS = 42
_NAME_WORDS = 5


def _words(words: Iterable[str]) -> frozenset[str]:
    """Words as they are compared, phrases in the plural as well."""
    found = {folded(word).replace("_", " ") for word in words}
    return frozenset(found | {f"{word}s" for word in found if " " in word and word.isascii()})


CAPTIONS = _words(vocabulary.CAPTIONS)
EFFECTS = _words(vocabulary.EFFECTS)
BALLOONS = _words(vocabulary.BALLOONS)
NOTES = _words(vocabulary.NOTES)
ACTIONS = _words(vocabulary.ACTIONS)
PROMPTS = _words(vocabulary.PROMPTS)
FIELDS = {folded(name): field for name, field in vocabulary.FIELDS.items()}
HOMOGRAPHS = frozenset({"son", "sons", "ono", "hang"})
"""Words for sounds in one language, and for people in others."""
OWN_WORDS = HOMOGRAPHS | {"key", "after", "group", "references", "variant"}
"""Those, and the fields of a book, which scripts do not have: in scripts they may be names."""
DIRECTIONS = _words(vocabulary.DIRECTIONS)
_OFFSTAGE = _words(vocabulary.OFFSTAGE)
NOTHING = _words(vocabulary.NOTHING)
_ENDINGS = _words(vocabulary.ENDINGS)
_EFFECT_MANNERS = _words(vocabulary.EFFECT_MANNERS)
_CAPTION_MANNERS = _words(vocabulary.CAPTION_MANNERS)
_CAMERAS = frozenset(word for word in DIRECTIONS if len(word) > 1 and word[0] > "\u2e80")
"""Words for how something is drawn, in languages that do not part words."""
_STRONG = frozenset({"sfx", "efx", "caption", "captions", "cap", "narration", "recitatif"})
"""Words for lettering that mean nothing else, so that they count in small letters as well."""
_ASIDES = frozenset(
    {"v.o", "vo", "o.s", "os", "off", "cont", "cont'd", "contd", "o.c", "o.p", "op"}
)
"""What tells how somebody speaks, and is nobody's name."""
_EPITHETS = frozenset({"old", "young", "little", "big", "the", "radio", "phone", "voice"})
"""First and last words of names that are not what somebody is called, or tell how one speaks."""
_PAUSES = frozenset(
    {"beat", "a beat", "long beat", "pause", "a pause", "silence", "pausa", "temps"}
)
_LOOSE = frozenset({"n", "text", "title", "card", "box", "titles", "texto", "texte", "display"})
"""Words for captions that are a part of other names as well."""


def cue_of(text: str, known: Collection[str], *, block: LineKind | None = None) -> Cue:
    """What a line is.

    Args:
        text: the line, without marks of emphasis.
        known: the folded names of those who speak.
        block: what the heading says below which the line stands, as `Dialogue:`.
    """
    inner = _unbracketed(text)
    if inner != text and not parted(text, known)[0]:
        return Cue(LineKind.NOTE, inner)
    if found := _told_apart(inner, text):
        return found
    if quoted := _quoted(inner, known, block):
        return quoted
    if labelled := _labelled(inner, known, block):
        return labelled
    if bare := _bare(inner):
        return bare
    if dashed := _dashed(inner, known, block):
        return dashed
    if is_quote(text):
        return Cue(LineKind.BALLOON if block is None else block, unquoted(text))
    return Cue(LineKind.ACTION, text)


def _told_apart(inner: str, text: str) -> Cue | None:
    """What is known by how it begins: notes, places, and lines that end something."""
    low = folded(inner[:120])
    if text[:1] in "※＊" and len(text) > 1:
        return Cue(LineKind.NOTE, text)
    if inner != text and _NOTE_START.match(low):
        return Cue(LineKind.NOTE, inner)
    bare = low.strip(" .()[]-–—*~!=")
    if inner != text and bare in _PAUSES:
        return Cue(LineKind.ENDING, inner)
    if is_ending(inner):
        return Cue(LineKind.ENDING, inner)
    if len(inner) < 60 and _TRANSITION.fullmatch(low.strip("[]() ")):
        return Cue(LineKind.ENDING, inner)
    if place := place_of(inner):
        return Cue(LineKind.PLACE, place)
    return None


def is_ending(text: str) -> bool:
    """Whether a line only says where something ends."""
    bare = folded(text[:120]).strip(" .()[]-–—*~!=")
    return bare in _ENDINGS or (len(text) < 80 and _END_LINE.fullmatch(bare) is not None)


def place_of(text: str) -> str:
    """The place that a heading of a scene names; empty for other lines."""
    if len(text) > 120 or not text:
        return ""
    if found := _PLACE_MARK.match(text):
        return text[found.end() :].strip()
    if text[:3].isupper() or (text[:4] in {"Int.", "Ext."} and len(text.split()) < 8):
        scene = _INT.match(folded(text[:120]))
        where = text[scene.end() :].strip(" .-–—") if scene else ""
        if not re.search(r"[.!?] +[^\W\d_]+ [a-z]", where):
            return where
    return ""


def split_label(text: str) -> tuple[str, str] | None:
    """The part of a line before its first colon, and what follows it."""
    found = _COLON.search(text, 0, _LABEL)
    if not found or not found.start():
        return None
    at = found.start()
    label, value = text[:at].strip(), text[found.end() :].lstrip(": ").strip()
    if text.startswith("//", found.end()) or any(
        each in label for each in '"“”„«»「」『』!?！？。'
    ):
        return None
    if text[at - 1].isdigit() and text[found.end() : found.end() + 1].isdigit():
        return None
    if re.search(
        r"[.;]\s",
        re.sub(
            _SHORTENED,
            "",
            label,
        ),
    ):
        item = _ITEM.match(label)
        if not item or re.search(r"[.;]\s", label[item.end() :]):
            return None
    return (label, value) if label else None


def name_of(label: str) -> Name:
    """A label without its number and what stands in brackets."""
    if item := _ITEM.match(label):
        label = label[item.end() :]
    manners = tuple(found.group(1).strip() for found in _GROUPS.finditer(label))
    name = _GROUPS.sub(" ", label)
    return Name(" ".join(name.split()).strip(" -–—•·*.,"), tuple(each for each in manners if each))


def is_caps(name: str) -> bool:
    """Whether a text is written in capitals, but for the small letters of a name as McCOY."""
    letters = [each for each in name if each.isalpha()]
    if not letters and name and set(name) <= set("?？"):
        return True
    if not letters or not any(each.isupper() for each in letters):
        return False
    small = sum(each.islower() for each in letters)
    return small == 0 or (
        small <= 2
        and len(letters) >= 4
        and re.match(r"(?:Mc|Mac|Di|De|Le|O')[A-Z]", name) is not None
    )


def is_person(name: str) -> bool:
    """Whether an entry of a list of characters can be a name, also one as `LUZ`."""
    low = " ".join(folded(name).split())
    return (
        bool(low)
        and len(name) <= _NAME_CHARS
        and len(low.split()) <= _NAME_WORDS
        and not (low in ACTIONS or low in NOTES or low in FIELDS or low in PROMPTS)
        and any(each.isalpha() for each in name)
    )


def is_name(name: str) -> bool:
    """Whether a label can be a name at all."""
    words = folded(name).split()
    if not words or len(name) > _NAME_CHARS or len(words) > _NAME_WORDS:
        return False
    first = words[0].strip("'.,")
    low = " ".join(words)
    if first in DIRECTIONS or low in ACTIONS or low in NOTES or low in FIELDS or low in PROMPTS:
        return False
    if not low.isascii() and any(word in low for word in _CAMERAS):
        return False
    return not _WHERE.search(low) and (
        any(each.isalpha() for each in name) or set(name) <= set("?？")
    )


def speakers_of(name: str, known: Collection[str]) -> tuple[tuple[str, ...], str]:
    """Whose a balloon is, and a manner that stands behind the name."""
    parts = [part.strip() for part in _AND.split(name) if part.strip()]
    if len(parts) > 1 and all(is_caps(part) or folded(part) in known for part in parts):
        return tuple(parts), ""
    ranked = [part.strip() for part in name.split("/") if part.strip()]
    if len(ranked) > 1 and all(_SHORTENED.match(part) and is_caps(part) for part in ranked):
        return tuple(ranked), ""
    if folded(name) in known:
        return (name,), ""
    several = [part.strip() for part in re.split(r"/|, ", name) if part.strip()]
    if len(several) > 1 and is_caps(name) and all(_is_one_of(part, known) for part in several):
        return tuple(several), ""
    first, *rest = [part.strip() for part in _APART.split(name) if part.strip()] or [name]
    if not rest:
        return (name,), ""
    numbered = re.sub(r"[0-9 ]+$", "", folded(first))
    if all(
        folded(part) in known or re.sub(r"[0-9 ]+$", "", folded(part)) == numbered for part in rest
    ):
        return (first, *rest), ""
    return (first,), " ".join(rest)


def _is_one_of(name: str, known: Collection[str]) -> bool:
    """Whether somebody is called so: by the whole name, or `BEN` for an `Old Ben`."""
    low = folded(name)
    if low in known:
        return True
    if low.strip(".") in _ASIDES | HONORIFICS | _EPITHETS | CAPTIONS | EFFECTS | DIRECTIONS:
        return False
    return any(low in (words := each.split())[-1:] or low in words[:1] for each in known)


def unquoted(text: str) -> str:
    """A text without the quotation marks around it."""
    text = text.strip()
    for opening, closing in _QUOTES:
        if len(text) > 1 and text.startswith(opening) and text.endswith(closing):
            inner = text[1:-1]
            if opening not in inner or closing not in inner:
                return inner.strip()
    return text


def is_quote(text: str) -> bool:
    """Whether a whole line stands in quotation marks."""
    return text[:1] in _OPENING and len(text) > 2 and unquoted(text) != text.strip()


def is_nothing(text: str) -> bool:
    """Whether it says that there is none: `none`, `n/a`, `なし`."""
    low = folded(text[:60]).strip()
    return low in NOTHING or low.rstrip(".!") in NOTHING or low.strip("()[]*_ .") in NOTHING


def _unbracketed(text: str) -> str:
    for left, right in ("[]", "【】", "()", "（）", "<>", "{}"):
        if text.startswith(left) and text.endswith(right) and len(text) > 2:
            inner = text[1:-1]
            if left not in inner and right not in inner:
                return inner.strip()
    return text


def _bare(inner: str) -> Cue | None:
    """Effects and captions whose word has no colon behind it."""
    low = folded(inner[:120])
    if (
        (found := _BARE_EFFECT.match(low))
        and inner[found.end() :].strip()
        and inner.lstrip("[(<* ")[:2].isupper()
    ):
        return Cue(LineKind.EFFECT, inner[found.end() :].strip(" *)]"))
    if tag := _TAG.match(inner):
        low = folded(name_of(tag["tag"]).text)
        if (low in EFFECTS or low in CAPTIONS) and (text := inner[tag.end() :].strip()):
            return Cue(LineKind.EFFECT if low in EFFECTS else LineKind.CAPTION, unquoted(text))
    if found := _BARE_WORD.match(inner):
        kind = LineKind.EFFECT if found["effect"] else LineKind.CAPTION
        return Cue(kind, unquoted(inner[found.end() :]))
    if (
        (found := _BARE_CAPTION.match(low))
        and inner[found.end() :].strip()
        and inner.lstrip("[(< ")[:3].isupper()
    ):
        return Cue(LineKind.CAPTION, unquoted(inner[found.end() :]))
    return None


def _quoted(inner: str, known: Collection[str], block: LineKind | None) -> Cue | None:
    """`NAME「…」`, and `NAME "…"` in capitals."""
    found = _NAME_QUOTE.fullmatch(inner)
    if found and found["text"].rstrip("。 ）)")[-1:] in "」』":
        name = name_of(found["name"])
        if voice := _VOICE.fullmatch(name.text):
            # a thought or a narration, by the letter behind the name
            name = Name(voice[1], (*name.manners, folded(voice[2]).upper()))
        if name.text and len(name.text) <= 16 and not _is_sentence(name.text):
            return _of_label(name, unquoted(found["text"]), known, block or LineKind.BALLOON)
    found = _CAPS_QUOTE.fullmatch(inner)
    if found and is_quote(found["text"]):
        name = name_of(found["name"])
        if name.text and (is_caps(name.text) or folded(name.text) in known):
            return _of_label(name, unquoted(found["text"]), known, block or LineKind.BALLOON)
    return None


class Dashed(NamedTuple):
    """A name before a dash."""

    name: str
    sure: bool
    """What stands behind it is no dash, and parts nothing else."""
    gap: bool
    """A wide gap stands behind it."""
    spoken: bool
    """Brackets behind it tell how it is said."""
    opens: bool
    """What stands behind it begins as a sentence does."""
    long: bool
    """The dash is a long one."""


def dash_label(text: str) -> Dashed | None:
    """A name that is parted by a dash, a gap or an angle from what follows."""
    found = _DASH.match(text)
    if not found:
        return None
    label = name_of(found["label"] or found["name"])
    if not is_name(label.text):
        return None
    after = text[found.end() :]
    after = text[found.end() :]
    opens = after[:1].isupper() or after[:1] in "¿¡…"
    aged = re.search(r"[0-9,]", "".join(label.manners)) is not None
    return Dashed(
        label.text,
        sure=found["name"] is not None,
        gap=found.group().endswith("   "),
        spoken=opens and bool(label.manners) and not aged,
        opens=opens,
        long=found.group().rstrip()[-1] in "–—",
    )


def _dashed(inner: str, known: Collection[str], block: LineKind | None) -> Cue | None:
    found = _DASH.match(inner)
    if not found:
        return None
    name = name_of(found["label"] or found["name"])
    low = folded(name.text)
    if not (low in known or ((low in CAPTIONS or low in EFFECTS) and is_caps(name.text))):
        return None
    text = inner[found.end() :].strip()
    return _of_label(name, text, known, block) if text else None


def _is_sentence(name: str) -> bool:
    """Whether Japanese words before a bracket are a sentence's, not a name."""
    return any(each in name for each in "はがをにへでと、,は") and len(name) > 3 and " " not in name


def _labelled(inner: str, known: Collection[str], block: LineKind | None) -> Cue | None:
    parts = split_label(inner)
    if parts is None:
        return None
    label, value = parts
    if (tag := re.match(r"[\[(<]\s?([^\[\]()<>]{1,30})\s?[\])>]$", label)) is not None:
        if label[0] == "(" and folded(tag.group(1)) not in CAPTIONS | EFFECTS | NOTES:
            return None
        label = tag.group(1)
    name = name_of(label)
    if not name.text:
        return None
    return _of_label(name, value, known, block)


def _of_label(name: Name, value: str, known: Collection[str], block: LineKind | None) -> Cue | None:
    """What the words before a colon make of a line."""
    low = folded(name.text).strip(" .")
    base = re.sub(r"[\s#]*[0-9]{1,3}$", "", low).strip() or low
    manner = ", ".join(name.manners)
    marked = {word for each in name.manners for word in re.split(r"[\s/,.]+", folded(each))}
    somebody = (low in known or base in known) and base in OWN_WORDS and is_caps(name.text)
    if not somebody and (plain := _plain_label(base, name, value, block)):
        return plain
    if not somebody and (lettered := _lettered(base, name)) is not None:
        kind, owner = lettered
        return Cue(kind, unquoted(value), owner, manner, labelled=not value)
    if low in known or base in known or is_caps(name.text):
        spoken = True
    else:
        first, _ = speakers_of(name.text, known)
        spoken = all(folded(each) in known for each in first)
    if not spoken and not (is_quote(value) or block == LineKind.BALLOON):
        return None
    if low not in known and not is_name(name.text):
        return None
    speakers, more = speakers_of(name.text, known)
    manner = ", ".join(part for part in (manner, more) if part)
    marked |= set(re.split(r"[\s/,.]+", folded(more)))
    kind = LineKind.BALLOON
    if marked & _CAPTION_MANNERS:
        kind = LineKind.CAPTION
    elif marked & _EFFECT_MANNERS:
        kind = LineKind.EFFECT
    return Cue(kind, unquoted(value), speakers, manner, labelled=not value)


def _plain_label(base: str, name: Name, value: str, block: LineKind | None) -> Cue | None:
    """Labels whose whole words are known, but for lettering."""
    if base in NOTES or base in _OFFSTAGE or _is_note(base):
        return Cue(LineKind.NOTE, value, labelled=not value)
    if base in PROMPTS:
        return Cue(LineKind.PROMPT, value, labelled=not value)
    if base in ACTIONS:
        return Cue(LineKind.ACTION, value, field="action", labelled=not value)
    if base in BALLOONS:
        owner = name.manners[:1] if name.manners else ()
        return Cue(LineKind.BLOCK, value, owner, labelled=not value)
    if base in FIELDS and block is None:
        return Cue(LineKind.FIELD, value, field=FIELDS[base], labelled=not value)
    return None


def _is_note(base: str) -> bool:
    words = base.split()
    return len(words) <= 6 and (
        words[0].strip(".:") in {"note", "notes", "nota", "anm", "anmerkung", "hinweis", "remarque"}
        or words[-1] in {"note", "notes"}
        or words[:2]
        in (["to", "artist"], ["to", "letterer"], ["for", "artist"], ["for", "letterer"])
    )


def _lettered(base: str, name: Name) -> tuple[LineKind, tuple[str, ...]] | None:
    """Labels that name a kind of lettering, and whose it is."""
    owners = tuple(each for each in name.manners if _is_owner(each))
    if base in EFFECTS:
        return LineKind.EFFECT, ()
    if base in CAPTIONS:
        return LineKind.CAPTION, owners
    parts, ends = _ends(name.text)
    if len(parts) < 2 or not (is_caps(name.text) or folded(parts[0]) in _STRONG):
        return None
    first, last = (folded(each).strip(" .'") for each in (parts[0], ends[-1]))
    first = re.sub(r"[\s#]*[0-9]{1,3}$", "", first)
    if first == "capt":
        return None  # a captain
    if first in EFFECTS or (last in EFFECTS and last not in CAPTIONS):
        return LineKind.EFFECT, ()
    if first in CAPTIONS - _LOOSE or (
        first in CAPTIONS and len(first) > 1 and ends[-1] != parts[-1]
    ):
        return LineKind.CAPTION, (parts[1],) if is_name(parts[1]) else ()
    if last in CAPTIONS - _LOOSE:
        return LineKind.CAPTION, (ends[0].removesuffix("'S").removesuffix("'s").removesuffix("’S"),)
    if first in BALLOONS:
        return LineKind.BALLOON, (parts[1],)
    if last in BALLOONS and is_caps(ends[0]):
        return LineKind.BALLOON, (ends[0],)
    return None


def _ends(name: str) -> tuple[list[str], list[str]]:
    """A label's first part and the rest, and its begin and last part."""
    parts = [part.strip() for part in _APART.split(name) if part.strip()]
    if len(parts) > 1:
        return parts, [parts[0], parts[-1]]
    words = name.split()
    if len(words) < 2:
        return words, words
    return [words[0], " ".join(words[1:])], [" ".join(words[:-1]), words[-1]]


def _is_owner(manner: str) -> bool:
    low = folded(manner)
    return (
        low not in CAPTIONS
        and low.strip(".") not in _ASIDES
        and is_name(manner)
        and (is_caps(manner) or manner[:1].isupper())
    )
