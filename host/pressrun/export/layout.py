"""Rows of panels on a page: where each panel goes, so that no picture is stretched.

A row is as wide as the page, and its panels are equally high. A tall panel can stand beside two or
three that lie above each other. All lengths are in the unit of the page's width.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MOST_ACROSS = 4
"""The most panels side by side in a row that the author did not ask for."""

MOST_TRIED = 10
"""Up to so many panels, every way of making rows is tried; a page with more gets rows of three."""

TALL = 0.8
"""Up to this aspect ratio a panel can stand beside others that lie above each other."""

_NARROW = 0.22
"""A panel that takes less of the page's width than this is hard to read."""


class Box(NamedTuple):
    """A rectangle, from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def aspect(self) -> float:
        """Its width to its height."""
        return self.width / self.height

    def around(self, aspect: float) -> "Box":
        """The smallest box of an aspect ratio that covers this one, with the same centre."""
        return self._of(aspect, max(self.width, self.height * aspect))

    def within(self, aspect: float) -> "Box":
        """The largest box of an aspect ratio within this one, with the same centre."""
        return self._of(aspect, min(self.width, self.height * aspect))

    def _of(self, aspect: float, width: float) -> "Box":
        height = width / aspect
        return Box(
            self.x + (self.width - width) / 2, self.y + (self.height - height) / 2, width, height
        )


class Area(NamedTuple):
    """What a page has for its panels."""

    width: float
    height: float
    gutter: float
    give: float
    """How much wider or flatter a panel may become than its picture, as a share: 0.1."""


_Block = tuple[int, ...]
"""Panels above each other, by index; most blocks are one panel."""
_Row = tuple[_Block, ...]


def arrange(aspects: Sequence[float], area: Area, rows: Sequence[int] = ()) -> list[Box]:
    """Where each panel goes, in reading order and from left to right.

    Rows that the author gives are kept; panels beyond them make further rows like the last one.

    Args:
        aspects: width to height of each panel.
        area: what the page has for them.
        rows: how many panels each row has; empty for the rows that fill the page best.
    """
    if not aspects:
        return []
    # gutters that would take most of a small page are narrower on it
    narrow = min(area.gutter, area.width / 8, area.height / (4 * len(aspects)))
    area = area._replace(gutter=narrow)
    if rows:
        return _placed(_given(len(aspects), rows), aspects, area)
    if len(aspects) > MOST_TRIED:
        return _placed(_given(len(aspects), (3,)), aspects, area)
    best = min(_ways(aspects, 0), key=lambda way: _cost(way, aspects, area))
    return _placed(best, aspects, area)


def mirrored(boxes: Sequence[Box], width: float) -> list[Box]:
    """The same from right to left, on a page of this width."""
    return [Box(width - box.x - box.width, *box[1:]) for box in boxes]


def cropped(box: float, picture: float) -> float:
    """The share of a picture that is cut off where it fills a box, both by their aspect ratio."""
    return 1 - min(box, picture) / max(box, picture)


def _given(count: int, rows: Sequence[int]) -> list[_Row]:
    made = list[_Row]()
    first = number = 0
    while first < count:
        across = max(1, rows[min(number, len(rows) - 1)])
        last = min(count, first + across)
        made.append(tuple((index,) for index in range(first, last)))
        first, number = last, number + 1
    return made


def _ways(aspects: Sequence[float], first: int) -> Iterator[list[_Row]]:
    """Every way of making rows of the panels from `first` on."""
    if first == len(aspects):
        yield []
        return
    left = len(aspects) - first
    for across in range(1, min(MOST_ACROSS, left) + 1):
        row: _Row = tuple((index,) for index in range(first, first + across))
        for rest in _ways(aspects, first + across):
            yield [row, *rest]
    for pile in (2, 3):
        beside = tuple(range(first + 1, first + 1 + pile))
        if pile < left and aspects[first] <= TALL and all(aspects[each] >= 1 for each in beside):
            for rest in _ways(aspects, first + 1 + pile):
                yield [((first,), beside), *rest]


def _line(block: _Block, aspects: Sequence[float], gutter: float) -> tuple[float, float]:
    """The width of a block as a straight line of its height: how steep, and from where."""
    height = sum(1 / aspects[index] for index in block)
    return 1 / height, -(len(block) - 1) * gutter / height


def _height(row: _Row, aspects: Sequence[float], area: Area) -> float:
    """How high a row is where it is as wide as the page and nothing is cut off."""
    lines = [_line(block, aspects, area.gutter) for block in row]
    free = area.width - (len(row) - 1) * area.gutter - sum(offset for _, offset in lines)
    return max(free, area.width / 2) / sum(slope for slope, _ in lines)


def _fill(heights: Sequence[float], area: Area) -> float:
    """What the heights of all rows are multiplied with, to fill the page."""
    return max(area.height - (len(heights) - 1) * area.gutter, 1) / sum(heights)


def _cost(way: Sequence[_Row], aspects: Sequence[float], area: Area) -> float:
    """How badly rows fill a page, and how uneven they are."""
    heights = [_height(row, aspects, area) for row in way]
    mean = sum(heights) / len(heights)
    uneven = sum(math.log(height / mean) ** 2 for height in heights) / len(heights)
    narrow = sum(
        _line(block, aspects, area.gutter)[0] * height < _NARROW * area.width
        for row, height in zip(way, heights, strict=True)
        for block in row
    )
    crowded = sum(max(0, len(row) - 3) for row in way)
    return 10 * math.log(_fill(heights, area)) ** 2 + uneven + narrow + crowded / 2


def _placed(way: Sequence[_Row], aspects: Sequence[float], area: Area) -> list[Box]:
    """The boxes of all panels, by index; what does not fill the page stands in its middle."""
    heights = [_height(row, aspects, area) for row in way]
    fill = _fill(heights, area)
    if fill > 1 + area.give:
        fill = 1.0
    span = area.width * min(1.0, fill / (1 - area.give))
    total = sum(heights) * fill + (len(way) - 1) * area.gutter
    left, top = (area.width - span) / 2, (area.height - total) / 2
    found = dict[int, Box]()
    for row, natural in zip(way, heights, strict=True):
        found |= _filled(row, aspects, area, Box(left, top, span, natural * fill))
        top += natural * fill + area.gutter
    return [found[index] for index in range(len(aspects))]


def _filled(row: _Row, aspects: Sequence[float], area: Area, place: Box) -> dict[int, Box]:
    """The boxes of a row's panels, by index, in the place that the row has."""
    natural = _height(row, aspects, area)
    gutter = min(area.gutter, place.width / (2 * len(row)))
    across = place.width - (len(row) - 1) * gutter
    across /= area.width - (len(row) - 1) * area.gutter
    found, x = dict[int, Box](), place.x
    for block in row:
        slope, offset = _line(block, aspects, area.gutter)
        width = (slope * natural + offset) * across
        gap = min(area.gutter, place.height / (2 * len(block)))
        free, y = place.height - (len(block) - 1) * gap, place.y
        for index in block:
            height = free * slope / aspects[index]
            found[index] = Box(x, y, width, height)
            y += height + gap
        x += width + gutter
    return found
