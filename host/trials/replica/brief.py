"""What a prompt asks for, as the replica understands it: who, where, when, and how near.

Prompts of any kind are read. What a book composes says more: a line for each figure and for the
place, which of the attached pictures shows them, and what is lettered.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from trials.replica.people import Arms, Face, Legs, Pose, Thing

Shot = Literal["near", "middle", "far"]
Kind = Literal["panel", "figure sheet", "place sheet"]
_Choice = TypeVar("_Choice")

_FIGURE = re.compile(
    r"(?P<name>[^:(\n]{1,80}?)(?: \((?P<shown>[^)\n]*attached[^)\n]*)\))?(?:: (?P<words>.*))?"
)
_NUMBERS = re.compile(r"attached pictures? ([\d, and]+)")
_LETTERED = re.compile(
    r"\d+\. (?P<kind>Speech balloon|Caption|Sound effect)(?:, (?P<who>[^:]*))?: “(?P<text>.*)”"
)
_ROLES = re.compile(
    r"(?i)\b(?:the|an?|her|his) ((?:old |young |little )?(?:lamplighter|keeper|captain|sailor|"
    r"girl|boy|woman|man|child|stranger|doctor|queen|king|soldier|fisher(?:man|woman)?))\b"
)
_CROWD = re.compile(r"(?i)\b(?:crowd|townspeople|townsfolk|people|villagers|neighbours|sailors)\b")

_MONO = "black[- ]and[- ]white|monochrome|noir|manga|greyscale|screentone"

_HOURS = {
    "glow": r"pale green|green light|green fire|phosphoresc\w+",
    "night": r"night|midnight|moonlight|moonlit|moon|stars|starlit|starry",
    "dusk": r"dusk|evening|sunset|twilight|nightfall",
    "dawn": r"dawn|sunrise|morning|daybreak|first light",
    "storm": r"storm|stormy|rain|rainy|gale|tempest|downpour|thunder",
    "day": r"day|daylight|noon|midday|afternoon|sunny|bright sun",
}
_KINDS = {
    "lamp room": r"lamp room|lantern room|the great (?:light|lens|lamp)|lens",
    "room": r"room|kitchen|study|cabin|office|workshop|inside|interior|attic|parlour|tavern|cellar|"
    r"library|stairs?|staircase|table",
    "lighthouse": r"lighthouse",
    "quay": r"quay|quayside|harbour|harbor|pier|dock|docks|jetty|port",
    "sea": r"open sea|out at sea|at sea|rowing boat|boat|oars|ocean|waves?|black water|whale",
    "coast": r"coast|beach|shore|cliffs?|island|bay|sea",
    "forest": r"forest|woods?|grove|jungle|trees",
    "desert": r"desert|dunes?|canyon|mesa",
    "city": r"city|skyline|rooftops?|skyscrapers?|downtown",
    "town": r"town|street|alley|square|village|market|lane",
    "hills": r"hills?|meadow|fields?|mountains?|valley|road|snow",
}


_FAR = (
    "wide|long shot|establishing|aerial|from above|from the hill|far (?:away|off|below)|splash|"
    "all along|panorama|below them|whole (?:town|harbour)"
)

_LEGS: dict[Legs, str] = {
    "sit": "sits?|sitting|seated|asleep|sleeps?|kneels?|crouch(?:es)?|rows?|rowing",
    "walk": "walks?|walking|climbs?|runs?|running|strides?|hurr(?:y|ies)|follows?|leads?|comes?|"
    "steps?",
}
_ARMS: dict[Arms, str] = {
    "raised": "raises?|raised|lifts?|points?|reach(?:es)?|waves?|touch(?:es)?|holds? up|shields?|"
    "lights?",
    "ahead": "holds?|carr(?:y|ies)|offers?|gives?|hands?|opens?|pull(?:s|ing)?|turns?|reads?",
    "folded": "folded|crossed arms|waits?",
    "hips": "hands on (?:her|his|their) hips|stern|scolds?",
}
_FACES: dict[Face, str] = {
    "asleep": "asleep|sleeps?|sleeping|eyes closed|dozes?",
    "glad": "laughs?|laughing|smiles?|smiling|grins?|happy|glad|joy|proud(?:ly)?",
    "open": "shouts?|cries|gasps?|stares?|staring|startled|wakes?|surprised?|calls?|wide-eyed",
    "afraid": "afraid|fear|frightened|terrified|trembl(?:es|ing)",
    "sad": "sad(?:ly)?|weeps?|grieves?|mourns?|sorrow",
    "grim": "frowns?|frowning|angr(?:y|ily)|grim(?:ly)?|worried|stern|scowls?|tired|stubborn",
}
_MOODS: dict[Face, str] = {
    "glad": "hopeful|hope|tender|joy|joyful|warm|cheerful|relief|wonder|playful",
    "grim": "grim|tense|angry|ominous|bitter|danger(?:ous)?|urgent",
    "sad": "sad|lonely|melancholy|grief|bleak",
}
_THINGS: dict[Thing, str] = {
    "lantern": "lantern",
    "candle": "candle|match|taper",
    "pole": "pole",
    "paper": "letter|map|chart|charts|note|logbook|book|page|paper",
}


@dataclass(frozen=True)
class Actor:
    """Somebody who is in the picture."""

    name: str
    words: str
    """What it looks like."""
    mark: str
    """Of the pictures that show it; empty for none."""
    pose: Pose


@dataclass(frozen=True)
class Lettered:
    """Words that are to be drawn."""

    kind: str
    who: str
    text: str


@dataclass(frozen=True)
class Brief:
    """A prompt, understood."""

    kind: Kind
    figures: tuple[Actor, ...]
    crowd: bool
    setting: str | None
    """One of `trials.replica.settings.SETTINGS`; None where nothing is said of it."""
    place: str
    """What decides how that setting looks: its name and the pictures that show it."""
    shows: str
    """The mark of who or what is on a sheet."""
    hour: str | None
    """One of `trials.replica.scene.LIGHTS`; None where nothing is said of it."""
    goes_on: bool
    """Whether it goes on from the picture before, which was attached last."""
    fog: bool
    rain: bool
    shot: Shot | None
    action: str
    mood: str
    lettered: tuple[Lettered, ...]
    silent: bool
    """Whether no words may be drawn but the lettered ones."""
    mono: bool
    """Whether it is drawn without colours."""

    def says(self, words: str) -> bool:
        """Whether action or mood has one of these words, given as a pattern."""
        return _has(words, f"{self.action} {self.mood}")


def brief_of(prompt: str, references: Sequence[str] = (), fresh: str = "") -> Brief:
    """Understand a prompt.

    Args:
        prompt: as it was sent.
        references: what each picture shows that was attached, in order; see `pictures.shown_by`.
        fresh: the mark of who is on a sheet, if no picture shows them yet.
    """
    parts = _parted(prompt[:20_000])
    place, mood = " ".join(parts["place"]), " ".join(parts["mood"])
    told = " ".join(parts["action"])
    kind: Kind = "panel"
    if told.startswith("A character sheet of this one character"):
        kind = "figure sheet"
    elif told.startswith("A sheet of this one place"):
        kind = "place sheet"
    lettered = [
        Lettered(found["kind"], found["who"] or "", found["text"])
        for found in map(_LETTERED.fullmatch, parts["lettering"])
        if found
    ]
    silent = bool(parts["lettering"])
    figures = _figures(parts["cast"], told, mood, references, composed=silent)
    if kind == "figure sheet":
        figures = tuple(replace(each, mark=each.mark or fresh) for each in figures)
    spot = _FIGURE.fullmatch(place)
    texts = (place, mood, told)
    mark = _mark(spot["shown"], references) if spot and place else ""
    mark = mark or (fresh if kind == "place sheet" else "")
    return Brief(
        kind=kind,
        figures=figures,
        crowd=_CROWD.search(told) is not None,
        setting=_setting(spot["name"] if spot and place else "", *texts),
        place=f"{spot['name'].casefold() if spot and place else ''} {mark}",
        shows=mark if kind == "place sheet" else next((each.mark for each in figures), ""),
        hour="glow" if _has(_HOURS["glow"], f"{told} {mood}") else _hours(mood, place, told),
        fog=any(_has("fog|foggy|mist|misty|haze", each) for each in (told, mood)),
        rain=any(_has(_HOURS["storm"], each) for each in texts),
        goes_on=bool(parts["continuity"]),
        shot=_shot(told),
        action=told,
        mood=mood,
        lettered=tuple(lettered),
        silent=silent,
        mono=_has(_MONO, " ".join(parts["style"])),
    )  # fmt: skip


_MARKS = {
    "Draw no words": "lettering",
    "Letter these words": "lettering",
    "Leave calm": "lettering",
    "How the lettering": "style",
    "Characters:": "cast",
    "Place: ": "place",
    "Mood: ": "mood",
    "Style: ": "style",
    "Palette: ": "style",
    "Line: ": "style",
    "Never draw: ": "style",
    "Drawn as ": "style",
    "Draw in the style of": "style",
    "Keep strictly to the style": "style",
    "This goes on from": "continuity",
}
"""By how a line begins, what it is about; all others are the action."""


def _parted(prompt: str) -> defaultdict[str, list[str]]:
    """The lines of a prompt by what they are about; a heading is no line of the cast."""
    parts: defaultdict[str, list[str]] = defaultdict(list)
    block = ""
    for line in prompt.split("\n"):
        mark = next((each for each in _MARKS if line.startswith(each)), None)
        if mark is not None:
            parts[_MARKS[mark]] += [] if mark == "Characters:" else [line.removeprefix("Place: ")]
            block = _MARKS[mark] if mark in ("Characters:", "Letter these words") else ""
        elif line.strip():
            parts[block or "action"].append(line)
        else:
            block = ""
    return parts


def _has(words: str, text: str) -> bool:
    return re.search(rf"(?i)\b(?:{words})\b", text) is not None


def _mark(shown: str | None, references: Sequence[str]) -> str:
    """What the first of the pictures that a line names shows."""
    found = _NUMBERS.search(shown or "")
    numbers = map(int, re.findall(r"\d{1,3}", found[1])) if found else []
    known = (references[each - 1] for each in numbers if 0 < each <= len(references))
    return next(known, "")


def _figures(
    cast: list[str], action: str, mood: str, references: Sequence[str], *, composed: bool
) -> tuple[Actor, ...]:
    figures = []
    for line in cast[:6]:
        if found := _FIGURE.fullmatch(line):
            name, words = found["name"], found["words"] or ""
            pose = _pose(name, words, action, mood, len(cast))
            figures.append(Actor(name, words, _mark(found["shown"], references), pose))
    if not composed and not figures:
        roles = dict.fromkeys(each.casefold() for each in _ROLES.findall(action))
        figures = [
            Actor(role, f"{role} {action}", "", _pose(role, "", action, mood, 1))
            for role in list(roles)[:3]
        ]
    return tuple(figures)


def _pose(name: str, words: str, action: str, mood: str, of: int) -> Pose:
    """How somebody stands: by the sentences that name it, or by all where none or only it does."""
    first = name.split(maxsplit=1)[0].casefold() if name.split() else ""
    sentences = re.split(r"(?<=[.!?;…])\s+", action)
    own = [each for each in sentences if first and first in each.casefold()]
    text = " ".join(own) if own and of > 1 else action
    if of > 1:  # what comes before its name is said of somebody else, up to a comma
        parts = re.split(r"(?<=,)\s|\bwhile\b|\band\b", text)
        near = [
            " ".join(parts[at : at + 2])
            for at, part in enumerate(parts)
            if first in part.casefold()
        ]
        text = " ".join(near) or text
    legs = _first(_LEGS, text) or "stand"
    arms = _first(_ARMS, text) or "down"
    face = _first(_FACES, text) or _first(_MOODS, mood) or "calm"
    if _has("from behind|back to us|backs? turned", text):
        face = "away"
    return Pose(1, arms, legs, face, _thing(text, words))


def _thing(text: str, words: str) -> Thing:
    held = _first(_THINGS, text)
    return held or ("pole" if _has("pole", words) and not _has("rope|oars?|boat", text) else "none")


def _first(choices: Mapping[_Choice, str], text: str) -> _Choice | None:
    """The first choice of which a text has a word."""
    return next((each for each, words in choices.items() if _has(words, text)), None)


def _setting(name: str, *texts: str) -> str | None:
    """The kind of place: by its name, else by what a text names first."""
    for setting, words in _KINDS.items():
        if name and _has(words, name):
            return setting
    for text in texts:
        found = [
            (match.start(), setting)
            for setting, words in _KINDS.items()
            if (match := re.search(rf"(?i)\b(?:{words})\b", text))
        ]
        if found:
            return min(found)[1]
    return None


def _hours(*texts: str) -> str | None:
    """The first time of day that is named, in the first text that names one."""
    return next(filter(None, map(_hour, texts)), None)


def _hour(text: str) -> str | None:
    found = [
        (match.start(), hour)
        for hour, words in _HOURS.items()
        if (match := re.search(rf"(?i)\b(?:{words})\b", text))
    ]
    return min(found)[1] if found else None


def _shot(text: str) -> Shot | None:
    if _has("close[- ]?up|close on|close|her face|his face|eyes|detail", text):
        return "near"
    return "far" if _has(_FAR, text) else None
