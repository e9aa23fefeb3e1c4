"""Measuring one picture: pixels become what is known of them for good."""

import numpy as np
from numpy.typing import NDArray

from pressrun.picture.measure import Measure
from pressrun.style import families
from pressrun.style.attributes import attributes
from pressrun.style.blemishes import blemishes
from pressrun.style.likeness import likeness
from pressrun.style.metric import shipped
from pressrun.style.network import Network
from pressrun.style.prepare import prepare

VERSION = "1"
"""Of the measure without the network. Whatever changes a vector or an attribute raises it."""
NETWORK = "+lite0"
"""What the version has after it when the network measures as well."""


def version(network: Network | None) -> str:
    """The version of what is measured with this network, or without one."""
    return VERSION if network is None else VERSION + NETWORK


def measure(pixels: NDArray[np.uint8], network: Network | None = None) -> Measure:
    """Measure a picture.

    Args:
        pixels: height × width × 3, sRGB, without transparency.
        network: it adds what it sees to the vector; the version says so.

    Raises:
        MeasureError: the picture is too small.
    """
    prepared = prepare(pixels)
    metric = shipped()
    vector = metric.drawn.place(families.features(prepared))
    if network is not None:
        seen = metric.seen.place(network.taps(prepared.rgb, prepared.mask))
        vector = np.concatenate([vector, seen])
    return Measure(
        version(network),
        vector.astype("<f2").tobytes(),
        attributes(prepared),
        likeness(pixels),
        blemishes(pixels),
    )
