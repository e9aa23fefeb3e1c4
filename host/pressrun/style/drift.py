"""Slow drift: what single pictures do not show, and the last ten of a series together do.

The last pictures are compared with those that came first and with the approved ones, never with
the ones just before them: else the standard would creep along.
"""

import math
from collections.abc import Sequence

import numpy as np

from pressrun.picture.measure import Measure, MeasureError, Series, Trend
from pressrun.style.attributes import COUNT
from pressrun.style.patterns import PAPERS, Departure, Table, departures, variety
from pressrun.style.words import WORDINGS

LAST = 10
"""So many pictures are looked at together."""
FIRST = 30
"""At most so many that came first are the standard, with the approved ones."""
FEWEST = 5
"""Fewer pictures are no standard."""
LIMIT = 3.8
"""From so many standard errors on, a change is no chance, and from more on the fewer pictures the
standard has. Eighteen changes are asked for after every picture, so that this is far above what one
question would need."""
FIRST_FINELY = 40
LIMIT_FINELY = 3.0
"""The same where pictures are looked at as finely as their style is alike."""
MOST = 2
"""At most so many changes are told."""

_FEW = 16.0
"""This much is added to the limit for a standard of one picture, half of it for one of two."""
_FEW_FINELY = 90.0
_SHADE = 0.008
"""Paper is another paper from this difference in OKLab on."""
_STRAYS = 1
"""So many of the last pictures may be on the old paper all the same."""


def trends(series: Series) -> list[Trend]:
    """Find what changed over a series, the largest change first.

    Only the last ten pictures are asked about, so call it again when more have come. Nothing is
    found where there are too few pictures to tell.

    Raises:
        MeasureError: these are measures of another version.
    """
    made, approved = _table(series.pictures), _table(series.approved)
    most = (FIRST_FINELY if series.finely else FIRST) if series.begins_in_style else 0
    first = made[: max(0, min(most, len(made) - LAST))]
    standard = np.concatenate([approved, first])
    if len(made) < LAST or len(standard) < FEWEST:
        return []
    last = made[-LAST:]
    limit, usual = LIMIT + _FEW / len(standard), 1.0
    if series.finely:
        limit, usual = LIMIT_FINELY + _FEW_FINELY / len(standard), variety(standard)
    changes = departures(last, standard, limit=limit, most=MOST, usual=usual)
    found = changes or _papers(last, standard)
    told = []
    for each in found:
        wording = WORDINGS[each.attribute][each.higher]
        since = _since(made @ each.weights, approved @ each.weights)
        weights = tuple(each.weights.tolist())
        told.append(Trend(each.attribute, since, wording.grown, wording.ask, weights))
    return told


def _table(measures: Sequence[Measure]) -> Table:
    if any(len(each.attributes) != COUNT for each in measures):
        raise MeasureError("attributes of another version cannot be compared")
    return np.array([each.attributes for each in measures], np.float64).reshape(-1, COUNT)


def _papers(last: Table, standard: Table) -> list[Departure]:
    """Find paper that is grey or tinted in the last pictures, and was not in any before."""
    found = []
    for place, attribute in PAPERS.items():
        for sign in (1.0, -1.0):
            beyond = sign * last[:, place] - float((sign * standard[:, place]).max())
            if int((beyond > _SHADE).sum()) >= len(last) - _STRAYS:
                weights = np.zeros(COUNT)
                weights[place] = sign
                # paper that yellows is darker, too; its colour is what is seen
                far = float(np.median(beyond)) / (2 if attribute == "lightness" else 1)
                found.append((far, Departure(attribute, sign > 0, math.inf, weights)))
    return [change for _, change in sorted(found, key=lambda each: -each[0])[:1]]


def _since(made: Table, approved: Table) -> int:
    """With which picture a single step would have come that explains most of the change."""
    best, since = -math.inf, 0
    for start in range(len(made) - 2):
        before, after = np.concatenate([approved, made[:start]]), made[start:]
        if not len(before):
            continue
        rise = float(after.mean() - before.mean())
        gain = rise * abs(rise) * len(before) * len(after) / (len(before) + len(after))
        if gain > best:
            best, since = gain, start
    return since
