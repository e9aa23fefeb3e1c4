"""The order in which a book's panels are made."""

from collections import defaultdict
from collections.abc import Sequence

from pressrun.picture.scene import scene_of

SAMPLES = 3
"""The panels of each scene that are made before all others."""


def places(keys: Sequence[str]) -> list[int]:
    """The place of each panel in the order of making: samples of every scene first, then the book.

    A scene is what the first part of a key names (`ch01` of `ch01/p012/3`). Its samples are its
    first panel, the middle one and the last, so that the author sees early whether the style
    holds. A book of one scene, or whose scenes are hardly longer than their samples, is made in
    its own order.
    """
    first = samples(keys)
    chosen = set(first)
    order = [*first, *(number for number in range(len(keys)) if number not in chosen)]
    found = [0] * len(keys)
    for place, number in enumerate(order):
        found[number] = place
    return found


def samples(keys: Sequence[str]) -> list[int]:
    """The panels that are made before all others, by their numbers; none where that is no use."""
    scenes: defaultdict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        if scene := scene_of(key):
            scenes[scene].append(number)
    found = sorted({panel for panels in scenes.values() for panel in _spread(panels)})
    if len(scenes) < 2 or len(found) * 2 > len(keys):  # noqa: PLR2004 - one scene has no other
        return []
    return found


def _spread(panels: list[int]) -> list[int]:
    """The first, the last and what lies evenly between."""
    last = len(panels) - 1
    return [panels[last * number // (SAMPLES - 1)] for number in range(SAMPLES)]
