"""How a site's pictures leave their style, and what brings them back.

A shift says how far one picture is from the style, on four axes; 0 is the style. What causes it is
one of a few: pictures of one chat that wander further with each answer, an account whose pictures
do so with time, or one whose setting is another from a moment on. A prompt brings them back in
part: by pictures of the style that are attached first, and by words that ask for the opposite.
"""

import math
import random
import re
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from itertools import takewhile
from typing import Literal

from PIL import Image, ImageChops, ImageFilter

Look = Literal["warmer", "cooler", "thicker", "thinner", "rougher", "softer", "flatter", "harder"]
"""Where pictures drift to: their palette, their lines, their texture or their contrast."""

Cause = Literal["chat", "pictures", "minutes", "setting"]
"""What a drift grows with: the answers of a chat, the pictures of an account, or the minutes since
its first prompt. A setting grows with nothing: it holds from a moment on."""

IN_STYLE = 0.5
"""Pictures that are shifted by less are in style: side by side they pass for the same hand's."""

_MOST = 2.0
"""No axis is shifted further."""

_AXES: dict[Look, tuple[str, float]] = {
    "warmer": ("palette", 1.0),
    "cooler": ("palette", -1.0),
    "thicker": ("lines", 1.0),
    "thinner": ("lines", -1.0),
    "rougher": ("texture", 1.0),
    "softer": ("texture", -1.0),
    "harder": ("contrast", 1.0),
    "flatter": ("contrast", -1.0),
}

_ASKS: dict[Look, str] = {
    "warmer": "warmer|(?:more|stronger) (?:warmth|yellow|red)|less (?:cool|blue)",
    "cooler": "cooler|colder|bluer|less (?:warm|warmth|yellow|red)",
    "thicker": "(?:thicker|heavier|bolder|wider) (?:ink |out)?lines?|more (?:ink|black)",
    "thinner": "(?:thinner|finer|lighter|narrower) (?:ink |out)?lines?|(?:less|fewer) black",
    "rougher": "rougher|grainier|crisp(?:er)?|sharp(?:er)?|(?:more|stronger) (?:grain|texture)",
    "softer": "smoother|cleaner|softer drawing|(?:less|no) (?:grain|texture)|flatter areas",
    "harder": "(?:more|stronger|higher|harder) (?:contrast|outlines|colours)",
    "flatter": "(?:less|weaker|lower|softer) (?:contrast|outlines)|paler",
}
"""What a prompt that asks for more of something says."""

_POINTS = re.compile(r"(?i)the style of attached pictures? (?P<first>\d+)(?: to (?P<last>\d+))?")

_NAMED = re.compile(r"in the style of attached pictures? (\d{1,2})(?: to (\d{1,2}))?")
"""How a prompt names pictures of its style, by their places."""

_OVERDONE = 0.25
"""By so much a picture is shifted that is asked for more of what it has enough of."""


@dataclass(frozen=True)
class StyleShift:
    """How far a picture is from the style of the others, axis by axis; all 0 is in the style."""

    palette: float = 0.0
    """Above 0 colours are warmer, below 0 cooler."""
    lines: float = 0.0
    """Above 0 lines are thicker, below 0 thinner; 1 is twice as wide, -1 half as wide."""
    texture: float = 0.0
    """Above 0 everything has grain, below 0 it is soft, as if out of focus."""
    contrast: float = 0.0
    """Above 0 it is harder, below 0 flatter."""

    @property
    def amount(self) -> float:
        """How far it is on the axis where it is furthest."""
        return max(abs(self.palette), abs(self.lines), abs(self.texture), abs(self.contrast))

    @property
    def in_style(self) -> bool:
        """Whether an author would let the picture pass."""
        return self.amount < IN_STYLE

    @property
    def pen(self) -> float:
        """By how much the lines are wider than the style's."""
        return math.pow(2, self.lines)

    def __str__(self) -> str:
        return " ".join(f"{each:.2f}" for each in astuple(self))

    @classmethod
    def read(cls, text: str) -> "StyleShift":
        """Return what a text tells, as `str` writes it.

        Raises:
            ValueError: It is no such text.
        """
        parts = [float(part) for part in text.split()]
        if len(parts) != len(fields(cls)) or not all(abs(part) <= _MOST for part in parts):
            raise ValueError(f"{text!r} is no shift of a style")
        return cls(*parts)

    @classmethod
    def towards(cls, look: Look, amount: float) -> "StyleShift":
        """Return the shift by so much towards one look."""
        axis, sign = _AXES[look]
        return _kept(cls(**{axis: sign * amount}))


STRAIGHT = StyleShift()
"""In the style."""


def caused(
    look: Look | None,
    cause: Cause,
    *,
    step: float,
    after: int,
    most: float,
    chat: int,
    account: int,
    minutes: float,
) -> StyleShift:
    """Return how far a picture would be from the style if its prompt had no say in it.

    Args:
        look: where it drifts to; None if it does not.
        cause: what the drift grows with.
        step: how much every answer of the chat, picture of the account or minute adds.
        after: how many answers or pictures come before the first that drifts.
        most: how far it goes at most, and how far a setting is from its beginning.
        chat: how many answers its chat has.
        account: how many pictures the account was made before.
        minutes: how long ago the account's first prompt was.
    """
    if look is None:
        return STRAIGHT
    grown = {
        "chat": step * (chat - after + 1) if chat >= after else 0.0,
        "pictures": step * (account - after + 1) if account >= after else 0.0,
        "minutes": step * minutes if account >= after else 0.0,
        "setting": most if account >= after else 0.0,
    }[cause]
    return StyleShift.towards(look, min(grown, most))


def answered(
    shift: StyleShift,
    prompt: str,
    shown: Sequence[StyleShift | None] = (),
    *,
    heeds_pictures: float,
    heeds_words: float,
) -> StyleShift:
    """Return what is left of a shift once the site has looked at what it was sent.

    Args:
        shift: what the picture would have by itself.
        prompt: what is sent.
        shown: how far each attached picture is from the style, in order, and None for those that
            show a figure, a place or something else: pictures of the style count as long as
            nothing else stands before them, and where the prompt points at them.
        heeds_pictures: the share of the way to its own style by which each of them brings the
            picture.
        heeds_words: the share of a shift that words take away which ask for the opposite.
    """
    for each in [*takewhile(lambda one: one is not None, shown), *_pointed_at(prompt, shown)]:
        if each is not None:
            shift = _between(shift, each, heeds_pictures)
    for look, words in _ASKS.items():
        if re.search(rf"(?i)\b(?:{words})\b", prompt):
            shift = _asked(shift, look, heeds_words)
    return _kept(shift)


def wavering(shift: StyleShift, share: float, chance: random.Random) -> StyleShift:
    """Return a shift as it comes out: no two pictures of one hand are quite alike."""
    if not share:
        return shift
    return _kept(StyleShift(*(each + chance.gauss(0, share) for each in astuple(shift))))


def shifted(picture: Image.Image, shift: StyleShift, chance: random.Random) -> Image.Image:
    """Return a picture with its palette, texture and contrast shifted; lines are the pen's."""
    if shift.texture < 0:
        radius = -shift.texture * min(picture.size) * 0.0042
        picture = picture.filter(ImageFilter.GaussianBlur(radius))
    elif shift.texture > 0:
        picture = _grained(picture, shift.texture, chance)
    if shift.contrast:
        factor = 2 ** (shift.contrast * 0.75)
        picture = picture.point([_clipped(122 + (at - 122) * factor) for at in range(256)] * 3)
    if shift.palette:
        warm = shift.palette
        red, green, blue = 1 + 0.13 * warm, 1 + 0.01 * warm, 1 - 0.27 * warm
        rows = (red, 0, 0, 6 * warm, 0, green, 0, 2 * warm, 0, 0, blue, -8 * warm)
        picture = picture.convert("RGB", rows)
    return picture


def _pointed_at(prompt: str, shown: Sequence[StyleShift | None]) -> Sequence[StyleShift | None]:
    """The attached pictures behind the first others that a prompt names as showing the style."""
    named = _POINTS.search(prompt)
    if named is None or None not in shown:
        return ()
    first = int(named["first"])
    last = int(named["last"] or first)
    return shown[max(first - 1, shown.index(None)) : last]


def _of_the_style(prompt: str, shown: Sequence[StyleShift | None]) -> list[StyleShift]:
    """The pictures of the style that count: those before all others, and those that are named."""
    first = next((at for at, each in enumerate(shown) if each is None), len(shown))
    counted = set(range(first))
    for start, end in _NAMED.findall(prompt):
        counted |= set(range(int(start) - 1, int(end or start)))
    return [each for at, each in enumerate(shown) if at in counted and each is not None]


def _between(shift: StyleShift, other: StyleShift, share: float) -> StyleShift:
    pairs = zip(astuple(shift), astuple(other), strict=True)
    return StyleShift(*(mine + (theirs - mine) * share for mine, theirs in pairs))


def _asked(shift: StyleShift, look: Look, share: float) -> StyleShift:
    axis, sign = _AXES[look]
    now = asdict(shift)[axis]
    less = now * (1 - share) if now * sign < 0 else now + sign * _OVERDONE
    return replace(shift, **{axis: less})


def _kept(shift: StyleShift) -> StyleShift:
    """A shift as it is written down: within bounds, and in hundredths."""
    return StyleShift(*(round(min(max(each, -_MOST), _MOST), 2) + 0.0 for each in astuple(shift)))


def _grained(picture: Image.Image, amount: float, chance: random.Random) -> Image.Image:
    """Lay grain of two sizes over everything."""
    width, height = picture.size
    for grain, strength in ((0.004, 0.16), (0.011, 0.12)):
        cell = max(1.0, min(picture.size) * grain)
        cells = (max(1, round(width / cell)), max(1, round(height / cell)))
        noise = Image.frombytes("L", cells, chance.randbytes(cells[0] * cells[1]))
        levels = [_clipped(128 + (at - 128) * strength * amount) for at in range(256)]
        speck = noise.point(levels).resize(picture.size, Image.Resampling.BICUBIC)
        picture = ImageChops.add(picture, Image.merge("RGB", (speck,) * 3), offset=-128)
    return picture


def _clipped(level: float) -> int:
    return round(min(max(level, 0), 255))
