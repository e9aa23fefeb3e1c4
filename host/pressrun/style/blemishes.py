"""What a picture alone shows to be wrong with it."""

from typing import TYPE_CHECKING

import numpy as np

from pressrun.picture.measure import Blemish

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLANK = 6.0
_EVEN = 2
_REST = 0.12
_FRAME = 0.01


def blemishes(pixels: "NDArray[np.uint8]") -> tuple[Blemish, ...]:
    """Find what is wrong with a picture of height × width × 3 pixels."""
    coarse = pixels[:: max(1, len(pixels) // 128), :: max(1, pixels.shape[1] // 128)]
    if float(coarse.std(axis=(0, 1)).max()) < _BLANK:
        return (Blemish.BLANK,)
    height, width = pixels.shape[:2]
    runs = (
        _even(pixels),
        _even(pixels[::-1]),
        _even(pixels.swapaxes(0, 1)),
        _even(pixels[:, ::-1].swapaxes(0, 1)),
    )
    shares = runs[0] / height, runs[1] / height, runs[2] / width, runs[3] / width
    found = []
    if all(share >= _FRAME for share in shares[:2]) or all(share >= _FRAME for share in shares[2:]):
        found.append(Blemish.BORDERED)
    elif shares[1] >= _REST:
        found.append(Blemish.CUT_OFF)
    return tuple(found)


def _even(pixels: "NDArray[np.uint8]") -> int:
    """How many rows from the top are of the colour of the first."""
    colour = pixels[0, 0].astype(np.int16)
    for number, row in enumerate(pixels):
        if np.abs(row.astype(np.int16) - colour).max() > _EVEN:
            return number
    return len(pixels)
