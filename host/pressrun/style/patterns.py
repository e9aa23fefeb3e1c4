"""By which change pictures differ from others: known by its pattern.

A change such as weaker contrast moves many of a picture's statistics a little, each of them less
than what is shown moves it. So it is known by what it does to all of them, learnt from art that was
changed on purpose, weighed against how they vary together from picture to picture (Fisher's
discriminant, 1936, with a covariance that is shrunk as by Ledoit and Wolf, 2004). How they vary is
learnt from art, too, and corrected by the pictures that are compared.

What is known of art is shipped as one small file beside this module; `scripts/calibrate_drift.py`
makes it.
"""

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pressrun.style.attributes import COUNT, NAMES, UNDERTONES


class Pattern(NamedTuple):
    """A change that is known by its pattern."""

    attribute: str
    higher: bool
    drawn: bool = False
    """Whether it is learnt from drawings that were drawn anew, not from finished pictures."""


CHANGES = (
    Pattern("lightness", higher=False),
    Pattern("lightness", higher=True),
    Pattern("contrast", higher=False),
    Pattern("contrast", higher=True),
    Pattern("saturation", higher=False),
    Pattern("saturation", higher=True),
    Pattern("warmth", higher=False),
    Pattern("warmth", higher=True),
    Pattern("tint", higher=False),
    Pattern("tint", higher=True),
    Pattern("line width", higher=False),
    Pattern("line width", higher=True),
    Pattern("line width", higher=False, drawn=True),
    Pattern("line width", higher=True, drawn=True),
    Pattern("noise", higher=True),
    Pattern("sharpness", higher=False),
    Pattern("sharpness", higher=True),
    Pattern("colours", higher=False),
)
"""A pen that is wider leaves edges as sharp as they were; lines that a finished picture has thicker
are softer, too. So there are two patterns for lines."""

Table = NDArray[np.float64]
"""The statistics of pictures, each a row of `COUNT`."""

PAPERS = {
    len(NAMES) + UNDERTONES.index(f"paper: {each}"): attribute
    for each, attribute in (("light", "lightness"), ("warmth", "warmth"), ("tint", "tint"))
}
"""What tells of paper, by its place, and which attribute it tells of. Paper that is always white
varies by nothing, so that it has no part in patterns."""

_DRAWN = np.array([place for place in range(COUNT) if place not in PAPERS])
_TRUST = 5.0
"""How art in general varies counts as much as so many pictures of the standard."""
_RIDGE = 0.2
"""Added to each variance: nothing is to rest on statistics that only happen to agree."""

_TELLING = 4
"""So many pictures tell something of how much their style varies."""
_COPIES = 0.1

FILE = "patterns-1.npz"
SHA256 = "6e6a23d3bf57b04b0bf307087477a09275e7eedc9a7f7cfde608b582534f89a3"


@dataclass(frozen=True)
class Patterns:
    """What is known of art in general."""

    spread: NDArray[np.float64]
    """How much each statistic varies between pictures of one style: a standard deviation each."""
    together: NDArray[np.float64]
    """How they vary together: their correlations within a style."""
    changes: NDArray[np.float64]
    """How far each of `CHANGES` moves each statistic, in spreads."""


@cache
def patterns() -> Patterns:
    """Read what is known of art in general.

    Raises:
        ValueError: the file is not the one that belongs to this version.
    """
    data = Path(__file__).with_name(FILE).read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ValueError(f"{FILE} is damaged; install Pressrun again")
    shapes = {
        "spread": (COUNT,),
        "together": (COUNT, COUNT),
        "changes": (len(CHANGES), COUNT),
    }
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        found = {name: stored[name].astype(np.float64) for name in shapes}
    for name, shape in shapes.items():
        if found[name].shape != shape or not np.isfinite(found[name]).all():
            raise ValueError(f"{FILE} does not fit this version: {name}")
    return Patterns(**found)


def variety(pictures: Table) -> float:
    """How much pictures of one style vary, as a share of the variance of art in general.

    Between a tenth, which is that of near copies, and one. Two pictures alone tell nothing: one.
    """
    if len(pictures) < _TELLING:
        return 1.0
    shares = pictures.var(axis=0, ddof=1)[_DRAWN] / np.square(patterns().spread[_DRAWN])
    return float(np.clip(np.median(shares), _COPIES, 1.0))


@dataclass(frozen=True)
class Departure:
    """A change by which pictures depart from the standard."""

    attribute: str
    higher: bool
    errors: float
    """How many standard errors it is away from none."""
    weights: Table
    """What to weigh a picture's statistics by to tell how much of the change is in it."""


def furthest(pictures: Table, standard: Table) -> NDArray[np.float64]:
    """By how many standard errors each picture, by itself, shows the change that it shows most."""
    known = patterns()
    centre, weights = _weighed(standard, variety(standard))
    sizes = (known.changes[:, _DRAWN] * weights.T).sum(axis=1)
    apart = pictures[:, _DRAWN] / known.spread[_DRAWN] - centre
    most: NDArray[np.float64] = (apart @ weights / np.sqrt(sizes * (1 + 1 / len(standard)))).max(1)
    return most


def _weighed(standard: Table, usual: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the standard lies, and what of each attribute shows each change best against it."""
    known = patterns()
    spread = known.spread[_DRAWN]
    centre = standard.mean(axis=0)[_DRAWN] / spread
    around = standard[:, _DRAWN] / spread - centre
    together = usual * _TRUST * known.together[np.ix_(_DRAWN, _DRAWN)] + around.T @ around
    varied = together / (_TRUST + len(standard) - 1) + usual * _RIDGE * np.eye(len(_DRAWN))
    return centre, np.linalg.solve(varied, known.changes[:, _DRAWN].T)


def departures(
    pictures: Table, standard: Table, *, limit: float, most: int, usual: float = 1.0
) -> list[Departure]:
    """Find the changes that explain best how pictures differ from others.

    Args:
        pictures: at least one.
        standard: what they are compared with; at least two, and the more, the surer.
        limit: a change counts from so many standard errors on.
        most: so many are looked for. Whatever one explains is no sign of the next.
        usual: how much the style varies, as a share of the variance of art in general.
    """
    known = patterns()
    spread = known.spread[_DRAWN]
    moves = known.changes[:, _DRAWN]
    centre, weights = _weighed(standard, usual)
    sizes = (moves * weights.T).sum(axis=1)
    error = np.sqrt(sizes * (1 / len(pictures) + 1 / len(standard)))
    apart = pictures.mean(axis=0)[_DRAWN] / spread - centre
    found: dict[str, Departure] = {}
    while len(found) < most:
        amounts = apart @ weights
        # lines that are told to be thinner are not told to be thicker as well
        told = [pattern.attribute in found for pattern in CHANGES]
        errors = np.where(told, -np.inf, amounts / error)
        best = int(np.argmax(errors))
        if errors[best] < limit:
            break
        whole = np.zeros(COUNT)
        whole[_DRAWN] = weights[:, best] / spread
        name, higher, _ = CHANGES[best]
        found[name] = Departure(name, higher, float(errors[best]), whole)
        apart = apart - amounts[best] / sizes[best] * moves[best]
    return list(found.values())
