"""How one script is written: who speaks in it, and how its lines are broken."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from pressrun.scripts.lettering import (
    DIRECTIONS,
    HOMOGRAPHS,
    OWN_WORDS,
    Dashed,
    LineKind,
    Name,
    cue_of,
    dash_label,
    is_caps,
    is_ending,
    is_name,
    name_of,
    speakers_of,
    split_label,
)
from pressrun.scripts.lines import Line
from pressrun.scripts.vocabulary import HONORIFICS, folded

CUE = re.compile(
    rf"(?P<name>(?:(?i:{'|'.join(sorted(HONORIFICS))})\. ){{0,2}}"
    r"[^:：.!?「『。！？]{1,42}?)\s{0,2}(?P<manner>(?:\([^()]{1,60}\)\s{0,2}){0,3})\^?[:：]?"
)
"""A name on a line of its own."""

_PARAGRAPH = 2_000
"""A longer line is not looked at for names."""


@dataclass(frozen=True)
class Habits:
    """How one script is written, as its lines tell."""

    known: Collection[str] = ()
    """The folded names of those who speak."""
    gappy: bool = True
    """Blank lines part its paragraphs."""
    width: int = 0
    """Where its lines are wrapped by hand; 0 where they are not."""
    stars: bool = False
    """A star at the beginning of a line marks a sound."""
    base: int = 0
    """How far all of its lines are indented."""


def habits_of(panels: Iterable[tuple[str, Sequence[Line]]], names: Iterable[str]) -> Habits:
    """How a script is written.

    Args:
        panels: what stands behind each panel's mark, and the lines below it.
        names: those who are known to speak.
    """
    parts = list(panels)
    lines = [line for _, each in parts for line in each if not line.rule]
    lengths = sorted(len(line.text) + line.indent for line in lines)
    gaps = sum(line.gap for line in lines)
    longest = lengths[-1] if lengths else 0
    long = sum(length > longest * 0.75 for length in lengths)
    wrapped = 50 <= longest <= 112 and long >= max(3, len(lengths) // 12)
    known = {folded(name) for name in names}
    known |= _speakers(parts, known)
    known |= _cued(parts)
    stars = [line for line in lines if line.bullet == "*"]
    sounds = sum(is_sound(line.text) for line in stars)
    return Habits(
        known,
        gappy=gaps * 4 > len(lines),
        width=longest if wrapped else 0,
        # what stands behind a mark begins at the margin
        base=0
        if any(rest for rest, _ in parts)
        else min((each.indent for each in lines), default=0),
        stars=bool(stars) and sounds * 4 >= len(stars) * 3,
    )


def _cued(parts: Sequence[tuple[str, Sequence[Line]]]) -> set[str]:
    """Names in capitals on lines of their own, which come again or are told of elsewhere."""
    counts, told = dict[str, int](), set[str]()
    called = dict[str, int]()
    for rest, lines in parts:
        told |= _capitalised(rest)
        for line, after in zip_longest(lines, lines[1:]):
            found = CUE.fullmatch(line.text) if len(line.text) < _CUED else None
            label = name_of(found["name"]).text if found else ""
            alone = found is not None and after is not None and not after.rule and is_name(label)
            alone = alone and not is_ending(line.text)
            if alone and is_caps(label):
                counts[folded(label)] = counts.get(folded(label), 0) + 1
            elif alone and after and line.gap and not after.gap and _is_called(label):
                called[folded(label)] = called.get(folded(label), 0) + 1
            elif len(line.text) < _PARAGRAPH:
                told |= _capitalised(line.text)
    told_of = {low for low in called if low in told and called[low] > 0}
    # names in small letters count where one of them is surely a name
    several = {low for low, count in called.items() if count > 1} if told_of else set[str]()
    return (
        told_of
        | several
        | {
            low
            for low, count in counts.items()
            if count > 1 or low in told or low.split()[0] in _ANYBODY or low.split()[-1] in told
        }
    )


def _is_called(label: str) -> bool:
    """Whether a few words may be a name that is not in capitals."""
    words = label.split()
    return len(words) < 4 and words[0].casefold() not in {"the", "a", "an"} and _is_proper(label)


_CUED = 60
"""The longest line that may be a name."""

_ANYBODY = frozenset(
    folded(word)
    for word in (
        *("voice", "man", "woman", "boy", "girl", "crowd", "all", "both", "radio", "tv", "phone"),
        *("stranger", "kid", "child", "everyone", "voix", "homme", "femme", "foule", "tous", "voz"),
        *("hombre", "mujer", "todos", "stimme", "mann", "frau", "alle", "voce", "uomo", "donna"),
        *("tutti", "homem", "mulher", "guard", "computer", "announcer", "speaker"),
        *("mother", "father", "mum", "mom", "dad", "daughter", "sister", "brother", "wife"),
        *("husband", "grandma", "grandpa", "granny", "teacher", "officer", "doctor", "nurse"),
        *("waiter", "waitress", "driver", "clerk", "king", "queen", "captain", "soldier"),
        *("mutter", "vater", "oma", "opa", "mere", "pere", "maman", "papa", "madre", "padre"),
        *("mama", "abuela", "abuelo", "nonna", "nonno", "mae", "pai", "avo", "cop", "thug"),
    )
)
"""First words of those who speak and have no name."""


def is_sound(text: str) -> bool:
    """Whether a few words may be a drawn sound."""
    words = text.split()
    return (
        0 < len(words) <= 3
        and ":" not in text
        and not text.endswith(".")
        and not re.search(r"[0-9()]", text)
    )


class _Tally:
    """What a script's lines tell of who speaks in it."""

    def __init__(self, known: Collection[str], *, small: bool) -> None:
        self._known = known
        self._small = small
        """The script has no capitals."""
        self._labels = dict[str, _Label]()
        self._bold = dict[str, set[str]]()
        """Names in bold, by the bullets before them."""
        self._dashes = dict[str, list[bool]]()
        self._doubtful = set[str]()
        """Labels in capitals that are words for how something is drawn, as `LUZ`."""
        self._proper = set[str]()
        """Words with a capital in the midst of sentences, with no article before them."""
        self._dashed = dict[str, bool]()
        """Names before dashes with a sentence behind them; whether one dash is long."""
        self._mixed = Counter[str]()
        """Names in small letters before long dashes."""
        self._gaps = set[str]()
        """Names that a wide gap parts from what follows."""
        self._columns = 0
        """How many lines are written so."""
        self._words = set[str]()
        """All words in small letters."""
        self._told = set[str]()
        """Words that are names, as they stand in the midst of sentences."""

    def take(self, text: str, label: str, bullet: str) -> None:
        """Take a line."""
        if dashed := dash_label(text):
            self._take_dashed(dashed, bullet)
        split = split_label(text)
        if split is None:
            self._tell(text)
            return
        name = name_of(split[0])
        self._doubt(name)
        if not name.text or not is_name(name.text):
            return
        self._tell(split[1])
        if cue_of(text, self._known).kind not in {LineKind.ACTION, LineKind.BALLOON}:
            return
        spoken, _ = speakers_of(name.text, self._known)
        low = folded(spoken[0])
        if label:
            self._bold.setdefault(bullet, set()).add(low)
        before = self._labels.get(low, _Label(spoken[0], 0, marked=False, opens=False))
        marked = before.marked or split[1][:1] in '"“„«「—' or bool(name.manners)
        opens = before.opens or not split[1][:1].islower()
        self._labels[low] = _Label(spoken[0], before.times + 1, marked=marked, opens=opens)

    def _take_dashed(self, dashed: Dashed, bullet: str) -> None:
        """Take a name before a dash."""
        low = folded(dashed.name)
        if not is_caps(dashed.name):
            if dashed.opens and dashed.long and _is_called(dashed.name):
                self._mixed[low] += 1
            return
        if dashed.gap:
            self._columns += 1
            self._gaps.add(low)
        sure = bool(bullet) or dashed.sure or dashed.spoken
        if dashed.opens:
            self._dashed[low] = self._dashed.get(low, False) or dashed.long
        self._dashes.setdefault(low, []).append(sure)

    def _doubt(self, name: Name) -> None:
        """Keep a label in capitals that is a word for something else, and may be a name."""
        low = _base(folded(name.text))
        if is_caps(name.text) and low in DIRECTIONS | OWN_WORDS and len(low) > 1:
            self._doubtful.add(low)
            if low in OWN_WORDS and name.manners:
                self._proper.add(low)

    def _tell(self, text: str) -> None:
        if len(text) < _PARAGRAPH:
            words = folded(text).split() if self._small else _capitalised(text)
            self._told.update(re.sub(r"['’]s$", "", word.strip(",.")) for word in words)
            small = re.findall(r"(?<![^\W\d_])[^\W\d_A-ZÀ-Þ][\w'’-]*", text)
            self._proper.update(folded(found) for found in _PROPER.findall(text))
            self._words.update(re.sub(r"['’]s$", "", word) for word in small)

    def names(self) -> set[str]:
        """The folded names of those who speak."""
        found = {low for low, label in self._labels.items() if self._speaks(low, label)}
        found |= {low for low, sure in self._dashes.items() if any(sure) or len(sure) > 1}
        by_dash = not found.isdisjoint(self._dashes)
        found |= {
            low for low, long in self._dashed.items() if (long or by_dash) and self._is_told_of(low)
        }
        if len(self._mixed) > 1:
            # several, some of them again and again: no headings with their times of day
            often = {low for low, times in self._mixed.items() if times > 1} - _TIMES
            found |= often
            found |= {low for low in self._mixed if often and low in self._told} - _TIMES
        numbered = Counter(_base(low) for low in self._labels if low[-1:].isdigit())
        found |= {
            low
            for low, label in self._labels.items()
            if numbered[_base(low)] > 1 and label.name[:1].isupper() and low[-1:].isdigit()
        }
        found |= self._doubtful & self._proper
        if "the" in self._words:
            # an English script tells of a son; in others he is a sound
            found |= self._doubtful & HOMOGRAPHS & (self._words | self._told)
        # somebody without a name, of whom the art tells: `Cat: Say please.`
        anybody = {
            low
            for low, label in self._labels.items()
            if low.removeprefix("the ") in self._words and label.opens and _is_proper(label.name)
        }
        found |= {low for low in anybody if self._labels[low].times > 1}
        if any(not is_caps(self._labels[low].name) for low in found if low in self._labels):
            found |= anybody
        if self._columns > 2:
            found |= self._gaps
        bases = {_base(low) for low in found}
        found |= {low for low in self._labels if low[-1:].isdigit() and _base(low) in bases}
        for names in self._bold.values():
            # who is written as another who speaks
            if len(names) > 1 and names & (found | set(self._known)):
                found |= {low for low in names if _is_proper(self._labels[low].name)}
        return found

    def _is_told_of(self, low: str) -> bool:
        """Whether the art tells of somebody, or it may be anybody: `LE GARDIEN`, `VOIX OFF`."""
        words = low.split()
        return words[0] in _ANYBODY or not {low, words[-1]}.isdisjoint(self._told | self._words)

    def _speaks(self, low: str, label: "_Label") -> bool:
        name, count = label.name, label.times
        if _is_caseless(name) or set(name) <= set("?？"):
            return True
        if is_caps(name):
            return len(name) > 1 or count > 1
        words = low.split()
        if (
            words[-1] in _ANYBODY
            and len(words) < 4
            and name[:1].isupper()
            and (count > 1 or label.marked)
        ):
            return True
        if words[0] in _ANYBODY or (name.islower() and len(words) == 1 and low in self._told):
            return True
        if self._small:
            return len(words) < 3 and words[0] not in _ARTICLES and self._told.issuperset(words)
        return _is_proper(name) and (
            label.marked
            or (count > 1 and words[0] in self._told)
            or low in self._told
            or all(word in self._told for word in words)
            or (count > 2 and len(self._labels) > 1)
        )


_TIMES = frozenset(
    folded(word)
    for word in (
        *("night", "day", "morning", "evening", "dawn", "dusk", "noon", "outside", "inside"),
        *("afternoon", "midnight", "nacht", "tag", "morgen", "abend", "nuit", "jour", "matin"),
        *("soir", "noche", "dia", "tarde", "notte", "giorno", "mattina", "sera", "noite"),
    )
)
"""What stands before dashes and speaks not."""

_PROPER = re.compile(
    r"(?<=[a-zà-ÿ,;]\s)(?<!\bthe\s)(?<!\b[ae][ln]\s)(?<!\ba\s)(?<!\bhis\s)(?<!\bher\s)(?<!\bthis\s)"
    r"(?<!\bl[ao]\s)(?<!\bder\s)(?<!\bdas\s)(?<!\bdie\s)([A-ZÀ-Þ][a-zà-ÿA-ZÀ-Þ]{1,20})\b"
)

_ARTICLES = {"the", "a", "an", "his", "her", "their", "on", "in", "at"}


class _Label(NamedTuple):
    name: str
    """As written."""
    times: int
    marked: bool
    """Quotation marks or a manner tell that it speaks."""
    opens: bool
    """Its words begin as a sentence does."""


def _base(low: str) -> str:
    """A name without the number behind it, as in `guard 2`."""
    return low.rstrip("0123456789# ")


def _speakers(parts: Sequence[tuple[str, Sequence[Line]]], known: Collection[str]) -> set[str]:
    """Names that are written as speakers, by what stands in other lines."""
    some = "".join(line.text for _, lines in parts[:200] for line in lines)
    letters = sum(each.isalpha() for each in some)
    tally = _Tally(known, small=sum(each.isupper() for each in some) * 50 < letters)
    for rest, lines in parts:
        tally.take(rest, "", "")
        for line in lines:
            tally.take(line.text, line.label, line.bullet)
    return tally.names()


def _is_caseless(name: str) -> bool:
    """Whether a short name is in letters that know no capitals."""
    letters = [each for each in name if each.isalpha()]
    most = 8 if any(each > "\u2e80" for each in letters) else 14
    return (
        0 < len(name) <= most
        and bool(letters)
        and all(each.lower() == each.upper() for each in letters)
    )


def _is_proper(name: str) -> bool:
    """Whether a name has a capital at its beginning, or is in letters that have none."""
    words = [word for word in name.split() if len(word) > 3 or word is name.split(maxsplit=1)[0]]
    return len(name.split()) <= 4 and all(
        word[:1].isupper() or not word[:1].islower() for word in words
    )


def _capitalised(text: str) -> set[str]:
    """Words with a capital that begin no sentence, and words in capitals."""
    return {
        folded(found.group(2))
        for found in re.finditer(r"(^|[^\s]\s{1,2}|[\s(\"“«])([A-ZÀ-ÞА-Я][\w'’-]{1,30})", text)
        if not found.group(2).isdigit()
    }
