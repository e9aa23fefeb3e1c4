"""How a picture differs, in words for its author and in words that a site is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from pressrun.style.attributes import NAMES, SPREAD

MOST = 3
"""So many differences are told, the largest first."""

TOLD, MUCH = 1.8, 4.0
"""From here on a difference is told, or called large; in spreads of the approved pictures."""

_TRUST = 6.0
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
        _row("drawing", "blurred", "crisper drawing", "pictures have become blurred"),
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


def told(picture: Sequence[float], approved: Sequence[Sequence[float]]) -> tuple[str, str]:
    """Say how a picture differs from approved ones, and what to ask for.

    Args:
        picture: what `attributes` measured of it.
        approved: the same of at least two approved pictures.

    Returns:
        Words such as "lines much thinner, colours warmer", and a correction such as "thicker
        lines and cooler colours". Both are empty where no attribute differs enough.
    """
    found = []
    for name, far in zip(NAMES, differences(picture, approved), strict=True):
        if abs(far) >= TOLD:
            wording = WORDINGS[name][far > 0]
            found.append((abs(far), wording, wording.much if abs(far) >= MUCH else wording.how))
    chosen = sorted(found, key=lambda each: -each[0])[:MOST]
    order: dict[str, int] = {}
    for number, (_, wording, how) in enumerate(chosen):
        order.setdefault(wording.subject or how, number)
    chosen.sort(key=lambda each: order[each[1].subject or each[2]])
    parts = []
    for subject, group in groupby(chosen, key=lambda each: each[1].subject or each[2]):
        hows = [how for _, _, how in group]
        parts.append(" and ".join(hows) if subject in hows else f"{subject} {' and '.join(hows)}")
    return ", ".join(parts), listed([wording.ask for _, wording, _ in chosen])


def differences(picture: Sequence[float], approved: Sequence[Sequence[float]]) -> list[float]:
    """How far each attribute is from the approved ones, in their spreads; higher is positive."""
    table = np.asarray([each[: len(NAMES)] for each in approved], dtype=np.float64)
    count = len(table)
    pooled = table.var(axis=0) * count + _TRUST * np.square(SPREAD)
    spread = np.sqrt(pooled / (count - 1 + _TRUST) * (1 + 1 / count))
    return [
        float(each) for each in (np.asarray(picture[: len(NAMES)]) - table.mean(axis=0)) / spread
    ]


def listed(parts: Sequence[str]) -> str:
    """Join words for people: "a, b and c"."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
