"""What a picture alone shows to be wrong with it.

Each sign is strict, because art does everything on purpose: an empty sky, a figure on white paper,
a floor of one colour. A frame or a missing part counts only where it ends in one straight line
across the whole picture.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pressrun.picture.measure import Blemish

_SAMPLES = 192
"""A side of so many pixels is enough to see whether something is drawn."""
_STEP = 10
"""Neighbours that differ by less, of 255, are not told apart: noise, or a soft gradient."""
_DRAWN = 0.0015
"""Where a smaller share of the pixels differs from its neighbour, nothing is drawn."""
_EVEN = 16
"""Pixels of one colour differ by no more, of 255: what compression leaves of an even area."""
_STRAY = 0.02
"""So large a share of a row may be of another colour all the same."""
_BAR = 0.01
"""A bar takes at least this share of a side; two opposite ones make a border."""
_RULE = 0.003
"""A frame on all four sides may be as thin as this."""
_REST = 0.03
"""A missing part takes at least this share of a side."""
_ABRUPT = 0.8
"""Where a border or a missing part ends, so much of the line changes at once."""
_BLOCK, _FEW = 17, 32
"""A border may have round corners, and a JPEG that breaks off ends in a step, within one block: the
line is looked for in so many rows, and in no more than one in 32 of them."""
_GREY = 4
"""The channels of what stands for a missing part differ by no more."""
_VARIED = 12.0
"""The line next to a missing part is no even edge, such as that of a floor: its pixels have at
least this standard deviation, of 255."""


class _End(NamedTuple):
    """The rows at one end of a picture that are of one colour."""

    share: float
    """Of the picture's height."""
    colour: NDArray[np.int16]
    abrupt: float
    """Which share of the row that follows them is of another colour, in the row where most is."""
    varied: float
    """The standard deviation of that row, in the channel where it is largest."""


def blemishes(pixels: NDArray[np.uint8]) -> tuple[Blemish, ...]:
    """Find what is wrong with a picture.

    Args:
        pixels: height × width × 3, sRGB.
    """
    if _is_blank(pixels):
        return (Blemish.BLANK,)
    lying = pixels.swapaxes(0, 1)
    top, bottom, left, right = (_end(each) for each in (pixels, pixels[::-1], lying, lying[::-1]))
    if _is_bordered(top, bottom, left, right):
        return (Blemish.BORDERED,)
    ends = (top, bottom, left, right)
    for number, end in enumerate(ends):
        others = ends[:number] + ends[number + 1 :]
        if _is_missing(end) and not any(each.share and _alike(end, each) for each in others):
            return (Blemish.CUT_OFF,)
    return ()


def _is_blank(pixels: NDArray[np.uint8]) -> bool:
    whole = Image.fromarray(pixels)
    small = np.asarray(whole.reduce(max(1, min(whole.size) // _SAMPLES)), dtype=np.int16)
    steps = [np.abs(np.diff(small, axis=axis)).max(axis=2) for axis in (0, 1)]
    drawn = sum(int(np.count_nonzero(each >= _STEP)) for each in steps)
    return drawn < _DRAWN * (small.size // 3)


def _end(pixels: NDArray[np.uint8]) -> _End:
    """See how many rows from the first on are of its colour, and how they end."""
    pixels = pixels[:, :: max(1, pixels.shape[1] // _SAMPLES)]
    colour = np.median(pixels[0], axis=0).astype(np.int16)
    number = next(
        (at for at, row in enumerate(pixels) if _apart(row, colour).mean() > _STRAY), None
    )
    if number is None:
        return _End(1.0, colour, 0.0, 0.0)
    near = pixels[number : number + max(1, min(_BLOCK, len(pixels) // _FEW))]
    shares = [float(_apart(row, colour).mean()) for row in near]
    whole = int(np.argmax(shares))
    varied = float(near[whole].std(axis=0).max())
    return _End(number / len(pixels), colour, shares[whole], varied)


def _apart(row: NDArray[np.uint8], colour: NDArray[np.int16]) -> NDArray[np.bool_]:
    apart: NDArray[np.bool_] = np.abs(row - colour).max(axis=1) > _EVEN
    return apart


def _is_bordered(*ends: _End) -> bool:
    shown = [end.abrupt >= _ABRUPT for end in ends]
    if all(shown) and all(end.share >= _RULE for end in ends):
        return all(_alike(ends[0], end) for end in ends[1:])
    return any(
        shown[one]
        and shown[other]
        and _alike(ends[one], ends[other])
        and min(ends[one].share, ends[other].share) >= _BAR
        for one, other in ((0, 1), (2, 3))
    )


def _alike(one: _End, other: _End) -> bool:
    return int(np.abs(one.colour - other.colour).max()) <= _EVEN


def _is_missing(end: _End) -> bool:
    return (
        end.share >= _REST
        and end.abrupt >= _ABRUPT
        and int(np.ptp(end.colour)) <= _GREY
        and end.varied >= _VARIED
    )
