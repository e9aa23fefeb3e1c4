"""Comparing pictures with those that the author approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pressrun.picture.measure import Measure, MeasureError, StyleComparison, StyleResult, Verdict
from pressrun.style.attributes import COUNT
from pressrun.style.lessons import applied, lesson
from pressrun.style.metric import AXES, Coordinates, shipped
from pressrun.style.patterns import departures, variety
from pressrun.style.score import Scores, score
from pressrun.style.words import told

FEWEST = 2
"""One approved picture does not say how much the style varies."""
FEWEST_REJECTED = 3
"""From so many on, rejections teach."""
LEADING = 40
"""How many coordinates of each block rejections teach by: those in which styles differ most."""
LESSON = 10.0
"""What a logit of the lesson counts in a score."""
FOLLOWED = 0.6
"""How far the limit follows the mean of the approved pictures' own scores: sets that agree well
score low, and leave more room above them."""
SCATTERS = 1.0
"""How many deviations of those scores the limit lies above that."""
BASE = (-2.0, -11.0)
"""What is added to it, without the network and with it. These three were chosen on art that the
constants had not seen, for about one false alarm in sixteen pictures."""

WELL_KNOWN = 8
"""From so many approved pictures on, a picture also stands out by the pattern of one change, as
of grain, that places in the space of styles hardly tell."""
CLEAR = 6.0
"""In so many standard errors, and more clearly than any approved picture differs from the others.
Chosen on drawn panels and on art; of art, one picture in thirty more is a false alarm."""

_DAMAGED = "a stored measure is damaged; measure its picture again"


def compare(asked: StyleComparison) -> StyleResult:
    """Score pictures by how far they are from the approved ones.

    Raises:
        MeasureError: fewer than two pictures are approved, or the measures do not belong together.
    """
    if len(asked.approved) < FEWEST:
        raise MeasureError("fewer than two pictures are approved, so that there is no style yet")
    versions = {each.version for each in (*asked.pictures, *asked.approved, *asked.rejected)}
    if len(versions) > 1:
        raise MeasureError(
            f"measures of several versions ({', '.join(sorted(versions))}) cannot be compared"
        )
    placed = coordinates((*asked.approved, *asked.rejected, *asked.pictures))
    ends = np.cumsum([len(asked.approved), len(asked.rejected)])
    known, refused, pictures = np.split(placed, ends)
    approved = ApprovedPlaces(known, refused)
    attributes = [each.attributes for each in asked.approved]
    beyond = changed([each.attributes for each in asked.pictures], attributes)
    scores = approved.scores(pictures)
    scores = np.where(beyond > 0, np.maximum(scores, approved.limit + beyond), scores)
    return StyleResult(
        tuple(
            Verdict(float(each), approved.limit, *told(picture.attributes, attributes))
            for each, picture in zip(scores, asked.pictures, strict=True)
        ),
        tuple(Verdict(float(each), approved.limit) for each in approved.own),
    )


def changed(pictures: Sequence[Sequence[float]], approved: Sequence[Sequence[float]]) -> Scores:
    """By how much each picture shows one change more clearly than may be; 0 and less is fine.

    Args:
        pictures: what `attributes` measured of each.
        approved: the same of the approved ones.

    Returns:
        In standard errors; below 0 everywhere with fewer approved pictures than `WELL_KNOWN`.
    """
    if len(approved) < WELL_KNOWN:
        return np.full(len(pictures), -CLEAR)
    standard = np.array(approved, np.float64)
    own = [
        _clearest(each, np.delete(standard, number, axis=0)) for number, each in enumerate(standard)
    ]
    most = max(CLEAR, *own)
    return np.array([_clearest(np.array(each), standard) - most for each in pictures])


def _clearest(picture: Coordinates, standard: Coordinates) -> float:
    found = departures(picture[np.newaxis], standard, limit=0.0, most=1, usual=variety(standard))
    return found[0].errors if found else 0.0


def coordinates(measures: Sequence[Measure]) -> Coordinates:
    """Where pictures stand, of which there is at least one: pictures × coordinates.

    Raises:
        MeasureError: one is none of this measure's, or they are of several.
    """
    sizes = {len(each.vector) for each in measures}
    counts = {len(each.attributes) for each in measures}
    if sizes not in ({2 * AXES}, {4 * AXES}) or counts != {COUNT}:
        raise MeasureError(_DAMAGED)
    found = np.array([np.frombuffer(each.vector, "<f2") for each in measures], np.float64)
    if not (np.isfinite(found).all() and np.isfinite([each.attributes for each in measures]).all()):
        raise MeasureError(_DAMAGED)
    return found


@dataclass(frozen=True)
class ApprovedPlaces:
    """What pictures are compared with."""

    approved: Coordinates
    """At least two."""
    rejected: Coordinates

    def scores(self, pictures: Coordinates) -> Scores:
        """How far pictures are from the approved ones."""
        return _scores(pictures, self.approved, self._taught)

    @cached_property
    def own(self) -> Scores:
        """The score of each approved picture, as if it were none of them."""
        found = np.zeros(len(self.approved))
        for number in range(len(self.approved)):
            others = np.delete(self.approved, number, axis=0)
            found[number] = _scores(self.approved[[number]], others, self._taught)[0]
        return found

    @cached_property
    def limit(self) -> float:
        """The score above which a picture stands out."""
        base = BASE[self.approved.shape[1] // AXES - 1]
        return float(base + FOLLOWED * self.own.mean() + SCATTERS * self.own.std(ddof=1))

    @cached_property
    def _taught(self) -> NDArray[np.float64] | None:
        if len(self.rejected) < FEWEST_REJECTED:
            return None
        return lesson(_leading(self.approved), _leading(self.rejected))


def _scores(
    pictures: Coordinates, approved: Coordinates, taught: NDArray[np.float64] | None
) -> Scores:
    metric = shipped()
    total = np.zeros(len(pictures))
    for number, block in enumerate((metric.drawn, metric.seen)[: approved.shape[1] // AXES]):
        here = np.s_[:, number * AXES : (number + 1) * AXES]
        total += score(pictures[here], approved[here], block.between)
    if taught is not None:
        total -= LESSON * applied(taught, _leading(pictures))
    return total


def _leading(pictures: Coordinates) -> Coordinates:
    """The first coordinates of each block."""
    blocks = pictures.reshape(len(pictures), -1, AXES)[:, :, :LEADING]
    return blocks.reshape(len(pictures), -1)
