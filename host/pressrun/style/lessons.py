"""What the author's rejections teach: how rejected pictures differ from approved ones."""

import numpy as np
from numpy.typing import NDArray

from pressrun.style.metric import Coordinates
from pressrun.style.score import Scores

STRENGTH = 0.1
"""How far a few pictures may turn the direction: the inverse of what its length costs."""
ROUNDS = 40
_STILL = 1e-6
_FARTHEST = 30.0


def lesson(approved: Coordinates, rejected: Coordinates) -> NDArray[np.float64]:
    """Learn to tell approved from rejected pictures, from at least one of each.

    A logistic regression; both sides weigh the same, however many pictures they have.

    Returns:
        A weight for each coordinate, and a last one that is added.
    """
    pictures = np.concatenate([approved, rejected])
    with_one = np.column_stack([pictures, np.ones(len(pictures))])
    good = np.repeat([1.0, 0.0], [len(approved), len(rejected)])
    weigh = (
        len(pictures)
        / 2
        / np.repeat([len(approved), len(rejected)], [len(approved), len(rejected)])
    )
    cost = np.full(with_one.shape[1], 1 / STRENGTH)
    cost[-1] = _STILL  # what is added costs nothing
    weights = np.zeros(with_one.shape[1])
    for _ in range(ROUNDS):
        believed = 1 / (1 + np.exp(-np.clip(with_one @ weights, -_FARTHEST, _FARTHEST)))
        slope = with_one.T @ (weigh * (believed - good)) + cost * weights
        bend = (with_one * (weigh * believed * (1 - believed))[:, None]).T @ with_one + np.diag(
            cost
        )
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < _STILL:
            break
    return weights


def applied(weights: NDArray[np.float64], pictures: Coordinates) -> Scores:
    """How much each picture looks approved rather than rejected, in logits."""
    told: Scores = pictures @ weights[:-1] + weights[-1]
    return told
