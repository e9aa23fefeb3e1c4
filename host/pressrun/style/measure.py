"""Measuring one picture: pixels become what is known of them for good."""

import numpy as np
from numpy.typing import NDArray

from pressrun.picture.measure import Measure
from pressrun.style import families
from pressrun.style.prepare import prepare

VERSION = "1"
"""Of the measure without the network. Whatever changes a vector or an attribute raises it."""


def measure(pixels: NDArray[np.uint8]) -> Measure:
    """Measure a picture.

    Args:
        pixels: height × width × 3, sRGB, without transparency.

    Raises:
        MeasureError: it is too small.
    """
    vector = families.features(prepare(pixels))
    return Measure(VERSION, vector.astype("<f2").tobytes(), (), "")
