"""Thirteen things about a picture that have a name, as numbers.

They change with the style more than with what is shown, and each can be said to an author. The
whole frame counts, made as small as `AREA`; a background of plain white does not.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES = (
    "lightness",
    "contrast",
    "saturation",
    "warmth",
    "tint",
    "edge strength",
    "edge density",
    "line width",
    "ink share",
    "noise",
    "sharpness",
    "flatness",
    "colours",
)
"""In the order in which `attributes` gives them."""

SPREAD = (0.08, 0.25, 0.35, 0.02, 0.015, 0.2, 0.4, 0.15, 0.5, 0.4, 0.2, 0.12, 0.7)
"""How much each usually differs within one style, as a standard deviation."""

AREA = 256 * 256
"""Pixels to which larger pictures are made smaller; widths of lines are told in these pixels."""

_WHITE = 247
"""From here on all three channels are paper, where they reach the border."""
_LEAST = 0.08
"""A smaller share of foreground is no foreground: then everything counts."""
_SMALL = 1e-4
_WIDTHS = (2, 3, 4, 5, 7, 9)
"""Sides of the squares that close dark lines, in pixels."""


def attributes(pixels: "NDArray[np.uint8]") -> tuple[float, ...]:
    """Measure the thirteen of a picture.

    Args:
        pixels: Height × width × 3, sRGB.

    Returns:
        One finite number for each of `NAMES`.
    """
    small = reduced(pixels)
    lightness, warm, tint = _lab(small)
    seen = _foreground(small)
    chroma = np.hypot(warm, tint)
    slope = _slope(lightness)
    coarse = _slope(_blurred(lightness))
    curve = np.abs(
        4 * lightness[1:-1, 1:-1]
        - lightness[:-2, 1:-1]
        - lightness[2:, 1:-1]
        - lightness[1:-1, :-2]
        - lightness[1:-1, 2:]
    )
    inner = seen[1:-1, 1:-1] if seen[1:-1, 1:-1].any() else np.ones_like(curve, dtype=bool)
    slopes, curves, light = slope[inner], curve[inner], lightness[seen]
    edges = slopes > 0.05  # noqa: PLR2004 - of lightness a pixel
    calm = slopes <= np.quantile(slopes, 0.25)
    low, high = np.quantile(light, (0.05, 0.95))
    values = (
        float(light.mean()),
        math.log(float(high - low) + 0.02),
        math.log(float(chroma[seen].mean()) + 0.01),
        float(warm[seen].mean()),
        float(tint[seen].mean()),
        math.log(float(slopes[edges].mean()) if edges.any() else 0.05),
        math.log(float(edges.mean()) + 0.005),
        _line_width(lightness, seen),
        math.log(float(np.clip((0.42 - light) / 0.2, 0, 1).mean()) + 0.01),
        math.log(float(curves[calm].mean()) + 0.0005),
        math.log(float((slopes**2).mean() + _SMALL) / float((coarse[inner] ** 2).mean() + _SMALL)),
        float((slopes < 0.006).mean()),  # noqa: PLR2004 - below what anybody sees
        _colours(small[seen]),
    )
    return tuple(round(each, 5) for each in values)


def reduced(pixels: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """Make a picture as small as `AREA`, and at least three pixels a side."""
    height, width = pixels.shape[:2]
    scale = min(1.0, math.sqrt(AREA / (height * width)))
    size = max(3, round(width * scale)), max(3, round(height * scale))
    if size == (width, height):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX, reducing_gap=None))


def _lab(pixels: "NDArray[np.uint8]") -> "tuple[NDArray[np.float32], ...]":
    """OKLab (Ottosson 2020), its colours turned so that they tell warmth and tint."""
    red, green, blue = np.moveaxis(_LINEAR[pixels], 2, 0)
    long = np.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = np.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = np.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, 0.4 * a + 0.9165 * b, 0.9165 * a - 0.4 * b


def _linear() -> "NDArray[np.float32]":
    share = np.arange(256) / 255
    curve = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - sRGB
    return curve.astype(np.float32)


_LINEAR = _linear()


def _foreground(pixels: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """What is not plain white that reaches the border in a straight line."""
    white = pixels.min(axis=2) >= _WHITE
    open_ = np.zeros_like(white)
    for axis in (0, 1):
        open_ |= np.logical_and.accumulate(white, axis=axis)
        open_ |= np.flip(np.logical_and.accumulate(np.flip(white, axis), axis=axis), axis)
    seen = ~open_
    return seen if seen.mean() >= _LEAST else np.ones_like(seen)


def _slope(plane: "NDArray[np.float32]") -> "NDArray[np.float32]":
    across = (plane[1:-1, 2:] - plane[1:-1, :-2]) / 2
    down = (plane[2:, 1:-1] - plane[:-2, 1:-1]) / 2
    slope: NDArray[np.float32] = np.hypot(across, down)
    return slope


def _blurred(plane: "NDArray[np.float32]") -> "NDArray[np.float32]":
    padded = np.pad(plane, 1, mode="edge")
    rows = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    return (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4


def _line_width(lightness: "NDArray[np.float32]", seen: "NDArray[np.bool_]") -> float:
    """How wide dark lines are: the mean logarithm of the square that closes them, by their ink."""
    plane = (np.clip(lightness, 0, 1) * 255).astype(np.uint8)
    before, total, weighted = 0.0, _SMALL, 0.0
    for side in _WIDTHS:
        ink = float((_closed(plane, side)[seen]).astype(np.int32).sum()) - float(
            plane[seen].astype(np.int32).sum()
        )
        weighted += math.log(side - 0.5) * max(ink - before, 0.0)
        total += max(ink - before, 0.0)
        before = ink
    return weighted / total


def _closed(plane: "NDArray[np.uint8]", side: int) -> "NDArray[np.uint8]":
    wide = np.pad(plane, side, mode="edge")
    for pick, step in ((np.maximum, -1), (np.minimum, 1)):
        for axis in (0, 1):
            wide = _run(wide, side, axis, pick, step)
    return wide[side:-side, side:-side]


def _run(
    plane: "NDArray[np.uint8]", side: int, axis: int, pick: np.ufunc, step: int
) -> "NDArray[np.uint8]":
    """The largest or smallest of `side` neighbours along an axis."""
    reach, result = 1, plane
    while reach < side:
        more = min(reach, side - reach)
        result = pick(result, np.roll(result, step * more, axis=axis))
        reach += more
    return result


def _colours(pixels: "NDArray[np.uint8]") -> float:
    """How many colours there are, as the entropy of 512 of them in bits."""
    coarse = (pixels >> 5).astype(np.int32)
    counts = np.bincount((coarse[:, 0] << 6) | (coarse[:, 1] << 3) | coarse[:, 2], minlength=512)
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log2(share)).sum())
