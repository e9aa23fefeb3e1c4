"""A perceptual hash: pictures that look nearly the same differ in few of its bits.

The signs of the lowest frequencies of the cosine transform, against their median (Zauner 2010):
they survive another size and another encoding.
"""

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 64
FREQUENCIES = 16


def likeness(pixels: "NDArray[np.uint8]") -> str:
    """Hash a picture of height × width × 3 pixels; 256 bits as 64 letters of hex."""
    grey = Image.fromarray(pixels).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    waves = _WAVES @ np.asarray(grey, dtype=np.float64) @ _WAVES.T
    bits = waves.ravel() > np.median(waves)
    return np.packbits(bits).tobytes().hex()


def _waves() -> "NDArray[np.float64]":
    place = np.pi * (np.arange(SIDE) + 0.5) / SIDE
    waves: NDArray[np.float64] = np.cos(np.outer(np.arange(1, FREQUENCIES + 1), place))
    return waves


_WAVES = _waves()
