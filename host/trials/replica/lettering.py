"""Letters a panel: captions, balloons with their tails, and effects, in reading order."""

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from trials.replica.brief import Lettered
from trials.replica.ink import INK, LINE, Point, Sheet

_CAPTION = "#ffe9a8"
_EFFECT = "#ffd23f"
_EDGE = 20.0
_APART = 12.0


class Head(NamedTuple):
    """Somebody's head in the panel."""

    name: str
    at: Point
    radius: float


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    low: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right + _APART
            and other.left < self.right + _APART
            and self.top < other.low + _APART
            and other.top < self.low + _APART
        )


def letter(sheet: Sheet, words: Sequence[Lettered], heads: Sequence[Head]) -> None:
    """Draw all words of a panel, each as near to its speaker as there is room."""
    taken: list[_Box] = []
    left = sum(each.kind == "Speech balloon" for each in words)
    for each in words:
        if each.kind == "Caption":
            taken.append(_caption(sheet, each.text, taken))
        elif each.kind == "Sound effect":
            taken.append(_effect(sheet, each.text, heads, taken))
        else:
            taken.append(_balloon(sheet, each, heads, taken, left))
            left -= 1


def _height(sheet: Sheet, letters: float) -> float:
    """How high letters are: a narrow panel is shown smaller on its page than a wide one."""
    return letters * (1.36 if sheet.height > sheet.width else 1.0)


def _caption(sheet: Sheet, words: str, taken: Sequence[_Box]) -> _Box:
    """Write a caption into the upper left corner, or below what is there."""
    letters = _height(sheet, 30.0)
    width = sheet.width * (0.8 if sheet.height > sheet.width else 0.58)
    text, wide, tall = sheet.lettering(words.upper(), letters=letters, width=width, lines=6)
    box = _free(_EDGE, _EDGE, wide + 34, tall + 20, taken)
    sheet.box((box.left + 7, box.top + 7), (box.right + 7, box.low + 7), INK, 0)
    sheet.box((box.left, box.top), (box.right, box.low), _CAPTION)
    sheet.write((box.left + 17, box.top + 11), text, letters=letters)
    return box


def _free(left: float, top: float, wide: float, tall: float, taken: Sequence[_Box]) -> _Box:
    """The highest place in a column that is not taken."""
    for step in count():
        box = _Box(left, top + step * 14, left + wide, top + step * 14 + tall)
        if not any(map(box.meets, taken)):
            return box
    raise AssertionError  # what is taken has an end


def _balloon(
    sheet: Sheet, said: Lettered, heads: Sequence[Head], taken: Sequence[_Box], left: int
) -> _Box:
    """Draw one of the balloons that are left, with room for those below it."""
    who, _, manner = said.who.partition(" (")
    quiet = "whisper" in manner
    letters = _height(sheet, 27.0 if quiet else 32.0)
    width = min(max(190.0, len(said.text) ** 0.5 * letters * 1.5), 460.0, sheet.width * 0.66)
    text, wide, tall = sheet.lettering(said.text.upper(), letters=letters, width=width, lines=8)
    half, high = wide / 2 * 1.16 + 26, tall / 2 * 1.2 + 22
    head = next((each for each in heads if each.name.casefold() == who.casefold()), None)
    middle = head.at[0] if head else sheet.width * 0.78
    side = min(max(middle - half, _EDGE), max(_EDGE, sheet.width - _EDGE - half * 2))
    top = _EDGE
    if head:
        above = head.at[1] - head.radius * 1.6 - 46
        top = max(_EDGE, above - left * (high * 2 + _APART))
    box = _free(side, max([top, *(each.top for each in taken)]), half * 2, high * 2, taken)
    x, y = (box.left + box.right) / 2, (box.top + box.low) / 2
    tail: list[Point] = []
    if head and head.at[1] - head.radius > box.low:
        above = max(box.low + 14, head.at[1] - head.radius * 1.55)
        tip = (head.at[0] + (x - head.at[0]) * 0.1, above)
        lean = max(-half * 0.5, min(half * 0.5, head.at[0] - x))
        tail = [(x + lean - 20, y + high * 0.7), tip, (x + lean + 20, y + high * 0.7)]
    for extra, colour in ((LINE, INK), (0.0, "#ffffff")):
        sheet.oval((x, y), (half + extra, high + extra), colour, 0)
        if tail and extra:
            sheet.stroke(tail, LINE * 2)
        elif tail:
            sheet.area(tail, colour, 0)
    for number, row in enumerate(text.split("\n")):
        _, row_wide, _ = sheet.lettering(row, letters=letters, width=2_000, lines=1)
        top = y - tall / 2 + number * letters * 1.25
        sheet.write((x - row_wide / 2, top), row, letters=letters)
    return box


def _effect(sheet: Sheet, words: str, heads: Sequence[Head], taken: Sequence[_Box]) -> _Box:
    """Draw an effect, where there is no head."""
    letters = _height(sheet, 76.0)
    width = sheet.width * 0.8
    text, wide, tall = sheet.lettering(words.upper(), letters=letters, width=width, lines=2)
    faces = [
        _Box(x - radius * 1.2, y - radius * 1.6, x + radius * 1.2, y + radius * 1.3)
        for _, (x, y), radius in heads
    ]
    low, right = sheet.height - tall - 50, sheet.width - wide - 44
    corners = [(right, low), (44.0, low), (right, sheet.height * 0.1), (44.0, sheet.height * 0.1)]
    boxes = [_Box(x, y, x + wide, y + tall) for x, y in corners]
    free = (box for box in boxes if not any(map(box.meets, [*faces, *taken])))
    box = next(free, boxes[0])
    sheet.write((box.left, box.top), text, letters=letters, colour=_EFFECT, edge=9, border=INK)
    return box
