"""How far pictures are from approved ones, given how far styles are from each other in general."""

import numpy as np
from numpy.typing import NDArray

from pressrun.style.metric import Coordinates

Scores = NDArray[np.float64]
"""One for each picture; lower is more in style."""

TAIL = 4.0
"""Degrees of freedom of a coordinate: a picture in style may be far off along a few of them."""
NEAREST = 1.0
"""What the nearest approved picture counts, beside all of them together."""


def score(pictures: Coordinates, approved: Coordinates, between: NDArray[np.float64]) -> Scores:
    """How much less likely each picture is if it is of the approved style than if of any.

    It is a ratio of likelihoods, so that what all art has in common counts for little: a picture
    that is close to the approved *and* unlike art in general scores lowest.

    Args:
        pictures: pictures × coordinates.
        approved: at least one, in the same coordinates.
        between: how styles spread along each coordinate, where pictures of one style spread by 1.
    """
    count = len(approved)
    trust = count * between / (count * between + 1)
    middle = trust * approved.mean(axis=0)
    spread = 1 / (count + 1 / between) + 1
    far = (TAIL + 1) / 2
    style = far * np.log1p((pictures - middle) ** 2 / (TAIL * spread)) + 0.5 * np.log(spread)
    art = far * np.log1p(pictures**2 / (TAIL * (between + 1))) + 0.5 * np.log(between + 1)
    whole: Scores = (style - art).sum(axis=1)
    return whole + NEAREST * _nearest(pictures, approved, between)


def _nearest(pictures: Coordinates, approved: Coordinates, between: NDArray[np.float64]) -> Scores:
    spread = between / (between + 1) + 1
    art = pictures**2 / (between + 1) + np.log(between + 1)
    scores = [
        0.5 * ((pictures - each) ** 2 / spread + np.log(spread) - art).sum(axis=1)
        for each in approved * (between / (between + 1))
    ]
    nearest: Scores = np.min(scores, axis=0)
    return nearest
