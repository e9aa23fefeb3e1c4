"""Comparing pictures with those that the author approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pressrun.picture.measure import (
    FEWEST_COMPARED,
    FEWEST_REJECTED,
    Measure,
    MeasureError,
    StyleComparison,
    StyleResult,
    Verdict,
)
from pressrun.style.attributes import COUNT
from pressrun.style.lessons import applied, lesson
from pressrun.style.metric import AXES, Coordinates, shipped
from pressrun.style.patterns import furthest
from pressrun.style.score import Scores, score
from pressrun.style.words import told

LESSON = 10.0
"""What a logit of the lesson counts in a score."""
FOLLOWED = 0.5
"""How far the limit follows the mean of the approved pictures' own scores: sets that agree well
score low, and leave more room above them."""
SCATTERS = 0.5
"""How many deviations of those scores the limit lies above that."""
BASE = (4.5, 3.5)
"""What is added to it, without the network and with it. These three were chosen on packages that
the constants had not seen, for about one false alarm in eighteen pictures."""

LEAST_CHANGE = 6.0
"""A picture in style may show a change, such as grain, by this many standard errors."""
UNSURE = 10.0
"""And by so many more, shared out among the approved: few say little of what is usual."""
WIDER = 1.5
"""Where approved pictures differ much from each other, it may by so many of their deviations."""
_DAMAGED = "a stored measure is damaged; measure its picture again"


def compare(asked: StyleComparison) -> StyleResult:
    """Score pictures by how far they are from the approved ones.

    Raises:
        MeasureError: fewer than two pictures are approved, or the measures do not belong together.
    """
    if len(asked.approved) < FEWEST_COMPARED:
        raise MeasureError("fewer than two pictures are approved, so that there is no style yet")
    versions = {each.version for each in (*asked.pictures, *asked.approved, *asked.rejected)}
    if len(versions) > 1:
        raise MeasureError(
            f"measures of several versions ({', '.join(sorted(versions))}) cannot be compared"
        )
    coordinates((*asked.approved, *asked.rejected, *asked.pictures))  # they belong together
    approved = ApprovedPlaces(asked.approved, asked.rejected)
    scores = approved.scores(asked.pictures)
    attributes = [each.attributes for each in asked.approved]
    return StyleResult(
        tuple(
            Verdict(float(each), approved.limit, *told(picture.attributes, attributes))
            for each, picture in zip(scores, asked.pictures, strict=True)
        ),
        tuple(Verdict(float(each), approved.limit) for each in approved.own),
    )


def coordinates(measures: Sequence[Measure]) -> Coordinates:
    """Where pictures stand: pictures × coordinates.

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

    approved: Sequence[Measure]
    """At least two."""
    rejected: Sequence[Measure] = ()

    def scores(self, pictures: Sequence[Measure]) -> Scores:
        """How far pictures are from the approved ones.

        A picture that shows one change, such as grain, by more than the approved ever do stands out
        by that alone: in a set that agrees well, its place in the space of styles moves too little.

        Raises:
            MeasureError: a measure is damaged.
        """
        if not pictures:
            return np.zeros(0)
        scores = _scores(coordinates(pictures), self._places, self._taught)
        if len(self.approved) == FEWEST_COMPARED:  # two do not tell which changes are usual
            return scores
        beyond = furthest(_attributes(pictures), _attributes(self.approved)) - self._most_changed
        return np.where(beyond > 0, np.maximum(scores, self.limit + beyond), scores)

    @cached_property
    def own(self) -> Scores:
        """The score of each approved picture, as if it were none of them."""
        found = np.zeros(len(self.approved))
        for number in range(len(self.approved)):
            others = np.delete(self._places, number, axis=0)
            found[number] = _scores(self._places[[number]], others, self._taught)[0]
        return found

    @cached_property
    def limit(self) -> float:
        """The score above which a picture stands out."""
        base = BASE[self._places.shape[1] // AXES - 1]
        return float(base + FOLLOWED * self.own.mean() + SCATTERS * self.own.std(ddof=1))

    @cached_property
    def _places(self) -> Coordinates:
        return coordinates(self.approved)

    @cached_property
    def _most_changed(self) -> float:
        """By how many standard errors a picture in style may show a change."""
        known = _attributes(self.approved)
        own = [
            furthest(known[[number]], np.delete(known, number, axis=0))[0]
            for number in range(len(known))
        ]
        least = LEAST_CHANGE + UNSURE / len(known)
        return max(least, float(np.mean(own) + WIDER * np.std(own)))

    @cached_property
    def _taught(self) -> NDArray[np.float64] | None:
        if len(self.rejected) < FEWEST_REJECTED:
            return None
        return lesson(self._places, coordinates(self.rejected))


def _scores(
    pictures: Coordinates, approved: Coordinates, taught: NDArray[np.float64] | None
) -> Scores:
    metric = shipped()
    total = np.zeros(len(pictures))
    for number, block in enumerate((metric.drawn, metric.seen)[: approved.shape[1] // AXES]):
        here = np.s_[:, number * AXES : (number + 1) * AXES]
        total += score(pictures[here], approved[here], block.between)
    if taught is not None:
        total -= LESSON * applied(taught, pictures)
    return total


def _attributes(measures: Sequence[Measure]) -> NDArray[np.float64]:
    rows = np.array([each.attributes for each in measures], np.float64)
    return rows.reshape(len(measures), COUNT)
