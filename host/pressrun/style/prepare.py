"""A picture as it is measured: small, in perceptual colours, and without its empty ground."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pressrun.picture.measure import MeasureError

Field = NDArray[np.float32]
"""One number for each pixel, height × width."""
Mask = NDArray[np.bool_]
"""Which pixels count, height × width."""

SIDE = 192
"""What the shorter side is brought down to, in pixels. A smaller picture stays as it is."""
LEAST = 24
"""A shorter side below this many pixels cannot be measured."""
LONGEST = 2
"""Of a strip, the middle is measured: the longer side counts up to this many shorter ones."""
NEAR_WHITE = 247
"""Each channel of empty paper has at least this, of 255."""
LEAST_SHARE = 0.08
"""Where less than this share of the picture is drawn, its whole area counts."""


@dataclass(frozen=True)
class Prepared:
    """A picture as every feature sees it."""

    rgb: NDArray[np.uint8]
    """Height × width × 3."""
    lab: NDArray[np.float32]
    """OKLab, height × width × 3: lightness from 0 to 1, and two axes of colour around 0."""
    mask: Mask
    """Everything but white paper that is connected with the border."""


def prepare(pixels: NDArray[np.uint8]) -> Prepared:
    """Bring a picture to the size at which pictures are compared.

    The whole frame counts, at a scale that depends on its shorter side only: a wide panel and a
    tall one of the same hand then have lines of the same width.

    Args:
        pixels: height × width × 3, sRGB.

    Raises:
        MeasureError: it is too small.
    """
    height, width = pixels.shape[:2]
    short = min(height, width)
    if short < LEAST:
        raise MeasureError(
            f"it has {width} × {height} pixels; a picture of fewer than {LEAST} on a side "
            "cannot be measured"
        )
    rgb = _shrunk(_middle(pixels, LONGEST * short), short)
    return Prepared(rgb, oklab(rgb), foreground(rgb))


def _middle(pixels: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    top, left = max(height - longest, 0) // 2, max(width - longest, 0) // 2
    return pixels[top : top + longest, left : left + longest]


def _shrunk(pixels: NDArray[np.uint8], short: int) -> NDArray[np.uint8]:
    if short <= SIDE:
        return np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    size = (round(width * SIDE / short), round(height * SIDE / short))
    whole = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(whole.resize(size, Image.Resampling.LANCZOS, reducing_gap=3))


_LEVELS = np.arange(256) / 255
_DARK = 0.04045
_LINEAR: NDArray[np.float32] = np.where(
    _LEVELS <= _DARK, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4
).astype(np.float32)
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_FROM_CONES = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)


def oklab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The colours in OKLab, where equal steps look equal.

    The matrices are those of Björn Ottosson, "A perceptual color space for image processing"
    (2020).
    """
    cones = np.cbrt(_LINEAR[rgb] @ _TO_CONES.T)
    lab: NDArray[np.float32] = cones @ _FROM_CONES.T
    return lab


def foreground(rgb: NDArray[np.uint8]) -> Mask:
    """Everything but the white that is connected with the border; all where hardly any is left."""
    white: Mask = np.min(rgb, axis=2) >= NEAR_WHITE
    if not (white[0].any() or white[-1].any() or white[:, 0].any() or white[:, -1].any()):
        return np.ones(white.shape, np.bool_)
    mask = ~_reached(white)
    if mask.mean() < LEAST_SHARE:
        return np.ones(white.shape, np.bool_)
    return mask


def _reached(white: Mask) -> Mask:
    """What of the white can be reached from the border, from row to row and column to column.

    Sweeps in four directions carry it along whole runs of white, so that a few rounds suffice
    where a step from pixel to pixel would take hundreds.
    """
    reached = np.zeros_like(white)
    for edge in (np.s_[0, :], np.s_[-1, :], np.s_[:, 0], np.s_[:, -1]):
        reached[edge] = white[edge]
    runs = [_runs(white), _runs(white.T)]
    before = -1
    while (count := int(reached.sum())) != before:
        before = count
        reached = _filled(reached, *runs[0])
        reached = _filled(reached.T, *runs[1]).T
    return reached


def _runs(white: Mask) -> tuple[NDArray[np.intp], Mask]:
    """The number of the run that each pixel is in, row after row; every black pixel is its own."""
    starts = np.ones(white.shape, np.bool_)
    starts[:, 1:] = ~(white[:, 1:] & white[:, :-1])
    return (np.cumsum(starts) - 1).astype(np.intp), white


def _filled(reached: Mask, numbers: NDArray[np.intp], white: Mask) -> Mask:
    """All runs of which a part is reached."""
    touched = np.bincount(numbers, reached.ravel(), minlength=int(numbers[-1]) + 1) > 0
    filled: Mask = touched[numbers].reshape(white.shape) & white
    return filled
