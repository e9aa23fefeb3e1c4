"""Comparing pictures with those that the author approved."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pressrun.picture.measure import Measure, MeasureError, StyleComparison, StyleResult, Verdict
from pressrun.style.words import told


def compare(asked: StyleComparison) -> StyleResult:
    """Score pictures by how far they are from the approved ones.

    Raises:
        MeasureError: fewer than two pictures are approved, or the versions differ.
    """
    if len(asked.approved) < 2:  # noqa: PLR2004 (one says nothing of how much the style varies)
        raise MeasureError("fewer than two pictures are approved")
    versions = {each.version for each in (*asked.pictures, *asked.approved, *asked.rejected)}
    if len(versions) > 1:
        raise MeasureError(f"measures of several versions: {', '.join(sorted(versions))}")
    approved = _vectors(asked.approved)
    others = [
        float(_scores(approved[[i]], np.delete(approved, i, axis=0))[0])
        for i in range(len(approved))
    ]
    limit = float(np.mean(others) + 1.5 * np.std(others) + 0.05)
    scores = _scores(_vectors(asked.pictures), approved)
    known = [each.attributes for each in asked.approved]
    return StyleResult(
        tuple(
            Verdict(float(score), limit, *told(each.attributes, known))
            for score, each in zip(scores, asked.pictures, strict=True)
        ),
        tuple(Verdict(each, limit) for each in others),
    )


def _vectors(measures: Sequence[Measure]) -> NDArray[np.float64]:
    found = [np.frombuffer(each.vector, "<f2") for each in measures]
    return np.array(found, np.float64).reshape(len(found), -1)


def _scores(pictures: NDArray[np.float64], approved: NDArray[np.float64]) -> NDArray[np.float64]:
    mean = approved.mean(axis=0)
    scores: NDArray[np.float64] = np.abs(pictures - mean).mean(axis=1)
    return scores
