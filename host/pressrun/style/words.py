"""How a picture differs, in words for its author and in words that a site is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pressrun.picture.measure import MeasureError
from pressrun.style.attributes import COUNT, NAMES
from pressrun.style.patterns import Table, departures, patterns, variety

MOST = 3
"""So many differences are told, the largest first."""

TOLD, MUCH = 2.2, 5.0
"""From here on the difference of an attribute is told, or called large; in spreads of the approved
pictures."""

PATTERN, MUCH_PATTERN = 2.6, 6.0
"""The same of the pattern of a change, in standard errors."""

_TRUST = 3.0
"""The usual spread counts as that of so many pictures: three approved that happen to be nearly
equal do not make everything else differ much."""


@dataclass(frozen=True)
class Wording:
    """One attribute that is higher or lower than it should be."""

    subject: str
    """What it is said of; empty where `how` says it all."""
    how: str
    """As in "lines *thinner*"."""
    much: str
    """The same where it differs much."""
    ask: str
    """What the site is asked for."""
    grown: str
    """A slow change, as "lines have grown thinner"."""


def _row(subject: str, how: str, ask: str, grown: str = "", much: str = "") -> Wording:
    verb = "have" if subject.endswith("s") else "has"
    whole = grown or f"{subject} {verb} grown {how}"
    return Wording(subject, how, much or f"much {how}", ask, whole)


WORDINGS: dict[str, tuple[Wording, Wording]] = {
    "lightness": (
        _row("", "darker", "lighter tones", "pictures have grown darker"),
        _row("", "lighter", "darker tones", "pictures have grown lighter"),
    ),
    "contrast": (
        _row("contrast", "weaker", "stronger contrast"),
        _row("contrast", "stronger", "softer contrast"),
    ),
    "saturation": (
        _row("colours", "paler", "stronger colours"),
        _row("colours", "stronger", "paler colours"),
    ),
    "warmth": (
        _row("colours", "cooler", "warmer colours"),
        _row("colours", "warmer", "cooler colours"),
    ),
    "tint": (
        _row("colours", "greener", "less green in the colours"),
        _row("colours", "pinker", "less pink in the colours"),
    ),
    "edge strength": (
        _row("outlines", "fainter", "stronger outlines"),
        _row("outlines", "harder", "softer outlines"),
    ),
    "edge density": (
        _row("", "less detail", "more detail", "pictures have lost detail"),
        _row("", "more detail", "less detail", "pictures have gained detail"),
    ),
    "line width": (
        _row("lines", "thinner", "thicker lines"),
        _row("lines", "thicker", "thinner lines"),
    ),
    "ink share": (
        _row("", "less black", "more black areas", "black has become rarer"),
        _row("", "more black", "fewer black areas", "black has spread"),
    ),
    "noise": (
        _row("texture", "smoother", "a rougher texture"),
        _row("texture", "grainier", "a smoother texture"),
    ),
    "sharpness": (
        _row(
            "drawing",
            "more blurred",
            "crisper drawing",
            "pictures have become blurred",
            "much more blurred",
        ),
        _row("drawing", "sharper", "softer edges"),
    ),
    "flatness": (
        _row("", "more shading", "flatter areas of colour", "shading has increased"),
        _row("", "less shading", "more shading", "shading has decreased"),
    ),
    "colours": (
        _row("", "fewer colours", "more colours", "colours have become fewer", "far fewer colours"),
        _row("", "more colours", "fewer colours", "colours have become more", "many more colours"),
    ),
}
"""For each of `NAMES` what is said where it is lower and where it is higher."""


class _Told(NamedTuple):
    """One difference that is told."""

    attribute: str
    wording: Wording
    how: str
    far: float
    """In spreads or standard errors."""


def told(picture: Sequence[float], approved: Sequence[Sequence[float]]) -> tuple[str, str]:
    """Say how a picture differs from approved ones, and what to ask for.

    The changes of which it has the pattern are told first, then attributes that differ.

    Args:
        picture: what `attributes` measured of it.
        approved: the same of at least two approved pictures.

    Returns:
        Words such as "lines much thinner, colours warmer", and a correction such as "thicker
        lines and cooler colours". Both are empty where nothing differs enough.

    Raises:
        MeasureError: these are measures of another version.
    """
    if any(len(each) != COUNT for each in (picture, *approved)):
        raise MeasureError("attributes of another version cannot be compared")
    seen, standard = np.array([picture], np.float64), np.array(approved, np.float64)
    usual = variety(standard)
    chosen = _patterned(seen, standard, usual)
    named = {each.attribute for each in chosen}
    further = [each for each in _apart(seen[0], standard, usual) if each.attribute not in named]
    chosen = (chosen + sorted(further, key=lambda each: -each.far))[:MOST]
    return _joined(chosen), listed([each.wording.ask for each in chosen])


def _patterned(seen: Table, standard: Table, usual: float) -> list[_Told]:
    found = []
    for each in departures(seen, standard, limit=PATTERN, most=MOST - 1, usual=usual):
        wording = WORDINGS[each.attribute][each.higher]
        how = wording.much if each.errors >= MUCH_PATTERN else wording.how
        found.append(_Told(each.attribute, wording, how, each.errors))
    return found


def _apart(seen: Table, standard: Table, usual: float) -> list[_Told]:
    """The attributes that are far from those of the standard, in its spreads."""
    count, named = len(standard), slice(0, len(NAMES))
    varied = standard[:, named].var(axis=0) * count + _TRUST * usual * np.square(
        patterns().spread[named]
    )
    spread = np.sqrt(varied / (count - 1 + _TRUST) * (1 + 1 / count))
    found = []
    for name, far in zip(NAMES, (seen - standard.mean(axis=0))[named] / spread, strict=True):
        if abs(far) >= TOLD:
            wording = WORDINGS[name][bool(far > 0)]
            how = wording.much if abs(far) >= MUCH else wording.how
            found.append(_Told(name, wording, how, abs(float(far))))
    return found


def _joined(chosen: Sequence[_Told]) -> str:
    """Say what has one subject together: "colours paler and warmer"."""
    parts: dict[str, list[str]] = {}
    for each in chosen:
        parts.setdefault(each.wording.subject or each.how, []).append(each.how)
    return ", ".join(
        listed(hows) if subject in hows else f"{subject} {listed(hows)}"
        for subject, hows in parts.items()
    )


def listed(parts: Sequence[str]) -> str:
    """Join words for people: "a, b and c"."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
