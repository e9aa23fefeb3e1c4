"""The order in which a book's panels are made."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

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


def longest_row(before: Mapping[str, str | None]) -> int:
    """How many panels the longest row has in which each is made after the one before it.

    Args:
        before: for the key of each panel that is to be made, that of the one it follows.
    """
    lengths = dict[str, int]()
    for key in before:
        row, at = list[str](), key
        while at in before and at not in lengths:
            lengths[at] = 0  # nobody orders a circle; one would end here
            row.append(at)
            at = before[at] or ""
        length = lengths.get(at, 0)
        for each in reversed(row):
            length += 1
            lengths[each] = length
    return max(lengths.values(), default=0)


def _spread(panels: list[int]) -> list[int]:
    """The first, the last and what lies evenly between."""
    last = len(panels) - 1
    return [panels[last * number // (SAMPLES - 1)] for number in range(SAMPLES)]
