"""A perceptual hash: pictures that look nearly the same differ in few of its bits.

The signs of the lowest frequencies of the cosine transform, against their median (Zauner 2010):
they survive another size and another encoding.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE = 64
"""The frequencies are those of a picture with so many pixels a side."""
_FREQUENCIES = 16
"""So many in each direction, from the lowest that is no constant."""


def likeness(pixels: NDArray[np.uint8]) -> str:
    """Hash a picture.

    Args:
        pixels: height × width × 3, sRGB.

    Returns:
        256 bits as 64 digits of hex.
    """
    grey = Image.fromarray(pixels).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    waves = _WAVES @ np.asarray(grey, dtype=np.float64) @ _WAVES.T
    # an even picture has waves that are nothing but rounding
    bits = np.round(waves, 3) > np.median(np.round(waves, 3))
    return np.packbits(bits).tobytes().hex()


def _waves() -> NDArray[np.float64]:
    places = np.pi * (np.arange(_SIDE) + 0.5) / _SIDE
    waves: NDArray[np.float64] = np.cos(np.outer(np.arange(1, _FREQUENCIES + 1), places))
    return waves


_WAVES = _waves()
