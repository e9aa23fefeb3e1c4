"""Slow drift: what single pictures do not show, and the last ten of a series do.

The last pictures are compared with those that came first and with the approved ones, never with
the ones just before them: else the standard would creep along.
"""

import math

import numpy as np

from pressrun.picture.measure import Series, Trend
from pressrun.style.attributes import NAMES, SPREAD
from pressrun.style.words import WORDINGS

LAST = 10
"""So many pictures are looked at together."""
EARLIER = 20
"""So many that came first are the standard, with the approved ones."""
FEWEST = 5
"""Fewer pictures than that are no standard."""

_LIMIT = 4.2
_TRUST = 6.0


def trends(series: Series) -> list[Trend]:
    """Find what changed over a series, the largest change first.

    Only the last ten pictures are asked about; call it again when more have come. Nothing is
    found where there are too few pictures to tell.
    """
    made = np.asarray([each.attributes[: len(NAMES)] for each in series.pictures], dtype=np.float64)
    approved = np.asarray(
        [each.attributes[: len(NAMES)] for each in series.approved], dtype=np.float64
    )
    first = made[: max(0, min(EARLIER, len(made) - LAST))].reshape(-1, len(NAMES))
    standard = np.concatenate([approved.reshape(-1, len(NAMES)), first])
    if len(made) < LAST or len(standard) < FEWEST:
        return []
    last, count = made[-LAST:], len(standard)
    pooled = standard.var(axis=0) * count + _TRUST * np.square(SPREAD)
    spread = np.sqrt(pooled / (count - 1 + _TRUST) * (1 / LAST + 1 / count))
    moved = (last.mean(axis=0) - standard.mean(axis=0)) / spread
    found = []
    for number in np.argsort(-np.abs(moved)):
        if abs(moved[number]) < _LIMIT:
            break
        name, up = NAMES[number], bool(moved[number] > 0)
        wording = WORDINGS[name][up]
        found.append(Trend(name, _since(made[:, number]), wording.grown, wording.ask))
    return found


def _since(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> int:
    """With which picture a step began that explains most of the change."""
    count = len(values)
    best, since = -math.inf, 0
    for start in range(1, count - 2):
        before, after = values[:start], values[start:]
        gain = len(before) * len(after) / count * (before.mean() - after.mean()) ** 2
        if gain > best:
            best, since = gain, start
    return since
