"""One clear change of how panels are drawn is told in single pictures, once eight are approved."""

import io
from functools import cache

import numpy as np
import pytest
from PIL import Image

from pressrun.picture.measure import Measure, StyleComparison
from pressrun.style.compare import compare
from pressrun.style.measure import measure
from trials.replica.drift import STRAIGHT, Look, StyleShift
from trials.replica.pictures import draw

EIGHT = 8

PANELS = (
    "A woman on a quay at dusk.",
    "An old man in a room with a table, by day.",
    "A girl on the hills at night.",
    "A woman and a man before a lighthouse, at dawn.",
    "A man with a lantern on the quay, in a storm.",
    "A girl in a forest, by day.",
    "A woman in a town at dusk.",
    "Two sailors at sea, by day.",
    "A child on a hill, at dawn.",
    "A man in a kitchen at night.",
)


@cache
def panels(shift: StyleShift) -> tuple[Measure, ...]:
    """The same panels, so far from the style."""
    drawn = (draw(f"{each} Draw no words.", size=(256, 256), shift=shift) for each in PANELS)
    return tuple(measure(np.asarray(Image.open(io.BytesIO(each)).convert("RGB"))) for each in drawn)


@pytest.mark.parametrize("look", ["rougher", "softer"])
def test_panels_with_grain_or_blur_stand_out(look: Look) -> None:
    """Everybody sees it, and places in the space of styles hardly tell it."""
    approved = panels(STRAIGHT)[:EIGHT]
    drifted = panels(StyleShift.towards(look, 1.4))[EIGHT:]
    result = compare(StyleComparison(drifted, approved))
    assert [each.stands_out for each in result.verdicts] == [True] * len(drifted)


def test_other_panels_of_the_same_hand_show_no_change() -> None:
    """No more than the approved ones show against each other."""
    result = compare(StyleComparison(panels(STRAIGHT)[EIGHT:], panels(STRAIGHT)[:EIGHT]))
    assert not any(each.stands_out for each in result.verdicts)
