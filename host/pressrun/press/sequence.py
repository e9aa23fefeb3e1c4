"""The order in which a book's panels are made."""

from collections import defaultdict
from collections.abc import Sequence

from pressrun.picture.panel import Panel
from pressrun.picture.scene import scene_of

SAMPLES = 3
"""The panels of each scene that are made before all others."""


def places(panels: Sequence[Panel]) -> list[int]:
    """The place of each panel in the order of making: samples of every scene first, then the book.

    Samples are a scene's first panel, the middle one and the last, so that the author sees early
    whether the style holds. A panel that follows another one is never a sample: it would have to
    wait for all those before it. A book of one scene, or whose scenes are hardly longer than their
    samples, is made in its own order.
    """
    first = samples(panels)
    chosen = set(first)
    order = [*first, *(number for number in range(len(panels)) if number not in chosen)]
    found = [0] * len(panels)
    for place, number in enumerate(order):
        found[number] = place
    return found


def samples(panels: Sequence[Panel]) -> list[int]:
    """The panels that are made before all others, by their numbers; none where that is no use."""
    scenes: defaultdict[str, list[int]] = defaultdict(list)
    for number, panel in enumerate(panels):
        scene = scene_of(panel.key) if panel.scene is None else panel.scene
        if scene and panel.before is None:
            scenes[scene].append(number)
    found = sorted({panel for numbers in scenes.values() for panel in _spread(numbers)})
    if len(scenes) < 2 or len(found) * 2 > len(panels):  # noqa: PLR2004 - one scene has no other
        return []
    return found


def _spread(panels: list[int]) -> list[int]:
    """The first, the last and what lies evenly between."""
    last = len(panels) - 1
    return [panels[last * number // (SAMPLES - 1)] for number in range(SAMPLES)]
