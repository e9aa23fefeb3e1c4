"""What tells one style from another, learned from art in general: features become coordinates.

Each block of features is brought to a common scale, then turned and stretched so that pictures of
one style scatter by about one in every direction, and the directions in which styles differ most
come first (PLDA: Ioffe, "Probabilistic linear discriminant analysis", 2006). `scripts/calibrate`
learns it.
"""

import hashlib
import io
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pressrun.picture.measure import MeasureError
from pressrun.style.families import FAMILIES

Coordinates = NDArray[np.float64]
"""Pictures × coordinates, or coordinates alone."""

CONSTANTS = "constants-1.npz"
SHA256 = "9628816912ed4eb2311dc9b6ded2dbf60a8c05d267af942f176bb07ea915d1e0"
"""Of the file of constants. Another file is another measure."""
AXES = 150
"""How many coordinates a block has."""
FARTHEST = 16.0
"""No feature counts as farther than this from the mean of all art, in spreads within one style."""
TAPS = 3552
"""How many numbers the network gives."""


@dataclass(frozen=True)
class Space:
    """How one block of features becomes coordinates. All arrays are of float64."""

    mean: NDArray[np.float64]
    """Of each feature over all styles."""
    scale: NDArray[np.float64]
    """How far a feature spreads within one style."""
    axes: NDArray[np.float64]
    """Features × coordinates."""
    origin: NDArray[np.float64]
    """Where the mean of all styles lies, so that it becomes 0."""
    between: NDArray[np.float64]
    """How far styles spread along each coordinate, as a variance; within a style it is about 1."""

    def place(self, features: NDArray[np.float32]) -> Coordinates:
        """The coordinates of pictures × features, or of one picture's features."""
        spread = np.clip((features - self.mean) / self.scale, -FARTHEST, FARTHEST)
        placed: Coordinates = spread @ self.axes - self.origin
        return placed


@dataclass(frozen=True)
class Metric:
    """The constants of the measure."""

    drawn: Space
    """For the five families."""
    seen: Space
    """For what the network gives."""

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read the constants.

        Raises:
            MeasureError: they are not those that this version of the measure needs.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                return cls(
                    _space(dict(stored), "drawn", sum(count for _, count, _ in FAMILIES)),
                    _space(dict(stored), "seen", TAPS),
                )
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise MeasureError(f"the constants of the measure cannot be read: {error}") from error


def _space(stored: dict[str, NDArray[np.float16]], name: str, count: int) -> Space:
    shapes = {
        "mean": (count,),
        "scale": (count,),
        "axes": (count, AXES),
        "origin": (AXES,),
        "between": (AXES,),
    }
    arrays = {}
    for each in fields(Space):
        array = stored[f"{name}.{each.name}"]
        if array.shape != shapes[each.name] or array.dtype.kind != "f":
            raise ValueError(f"{name}.{each.name} is {array.dtype}{array.shape}")
        arrays[each.name] = array.astype(np.float64)
        if not np.isfinite(arrays[each.name]).all():
            raise ValueError(f"{name}.{each.name} holds what is no number")
    if (arrays["scale"] <= 0).any() or (arrays["between"] <= 0).any():
        raise ValueError(f"{name} holds a spread that is not positive")
    return Space(**arrays)


@cache
def shipped() -> Metric:
    """The constants that come with Pressrun.

    Raises:
        MeasureError: the file is damaged; the text says what to do.
    """
    content = files("pressrun.style").joinpath(CONSTANTS).read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise MeasureError(
            f"the file {CONSTANTS} of Pressrun is damaged, so that no picture can be measured; "
            "install Pressrun again"
        )
    return Metric.read(content)
