"""What is done to fields of numbers before anything is counted: blur, slopes, shapes, octaves."""

from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pressrun.style.prepare import Field, Mask

_HALF = 0.5

Kind = TypeVar("Kind", bound=np.generic)


@cache
def _weights(sigma: float) -> tuple[float, ...]:
    reach = max(1, round(3 * sigma))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return tuple(float(each) for each in bell / bell.sum())


def _continued(field: NDArray[Kind], before: int, after: int, axis: int) -> NDArray[Kind]:
    """With its first and last row repeated so often; along axis 1, its columns."""
    shape = list(field.shape)
    shape[axis] += before + after
    wide: NDArray[Kind] = np.empty(shape, field.dtype)
    rows, known = (wide, field) if axis == 0 else (wide.T, field.T)
    rows[:before] = known[0]
    rows[before : before + len(known)] = known
    rows[before + len(known) :] = known[-1]
    return wide


def _framed(field: NDArray[Kind]) -> NDArray[Kind]:
    return _continued(_continued(field, 1, 1, 0), 1, 1, 1)


def blur(field: Field, sigma: float) -> Field:
    """Blurred by a bell of `sigma` pixels; the border is continued outwards."""
    weights = _weights(sigma)
    reach = len(weights) // 2
    for axis in (0, 1):
        padded = _continued(field, reach, reach, axis)
        length = field.shape[axis]
        summed = np.zeros_like(field)
        for start, weight in enumerate(weights):
            part = (
                padded[start : start + length] if axis == 0 else padded[:, start : start + length]
            )
            summed += np.float32(weight) * part
        field = summed
    return field


def slopes(field: Field) -> tuple[Field, Field]:
    """How steeply it rises to the right and downwards, after Sobel, as change per pixel."""
    padded = _framed(field)
    across = padded[:, 2:] - padded[:, :-2]
    down = padded[2:] - padded[:-2]
    right = (across[:-2] + 2 * across[1:-1] + across[2:]) / 8
    lower = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 8
    return right, lower


def curvature(field: Field) -> Field:
    """How much each pixel differs from the mean of its four neighbours, times four."""
    padded = _framed(field)
    return padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] - 4 * field


def box(field: Field, reach: int) -> Field:
    """The mean over squares of 2 `reach` + 1 pixels; the border is continued outwards."""
    width = 2 * reach + 1
    for axis in (0, 1):
        padded = _continued(field, reach, reach, axis)
        rows = padded if axis == 0 else padded.T
        # sums of 1, 2, 4 … neighbours, with one more where the width has it as a binary number
        summed, covered = rows, 1
        for digit in f"{width:b}"[1:]:
            summed = summed[:-covered] + summed[covered:]
            covered *= 2
            if digit == "1":
                summed = summed[:-1] + rows[covered:]
                covered += 1
        field = (summed if axis == 0 else summed.T) / np.float32(width)
    return field


def highest(field: Field, reach: int) -> Field:
    """The highest value in squares of 2 `reach` + 1 pixels (a dilation)."""
    for axis in (0, 1):
        padded = _continued(field, reach, reach, axis)
        rows = padded if axis == 0 else padded.T
        covered, width = 1, 2 * reach + 1
        while covered < width:
            step = min(covered, width - covered)
            rows = np.maximum(rows[:-step], rows[step:])
            covered += step
        field = rows if axis == 0 else rows.T
    return field


def lowest(field: Field, reach: int) -> Field:
    """The lowest value in squares of 2 `reach` + 1 pixels (an erosion)."""
    return -highest(-field, reach)


def halve(field: Field) -> Field:
    """The next octave: the mean of each four pixels."""
    height, width = field.shape[0] // 2 * 2, field.shape[1] // 2 * 2
    rows = field[:height:2] + field[1:height:2]
    quarter: Field = np.float32(0.25) * (rows[:, :width:2] + rows[:, 1:width:2])
    return quarter


def halve_mask(mask: Mask) -> Mask:
    """The pixels of the next octave of which at least half count; all if that leaves none."""
    halved: Mask = halve(mask.astype(np.float32)) >= _HALF
    return halved if halved.any() else np.ones_like(halved)


def depths(dark: Mask, most: int) -> NDArray[np.int32]:
    """How many pixels each dark one is away from light, up to `most`; 0 where it is light."""
    depth = dark.astype(np.int32)
    left = dark
    for _ in range(most - 1):
        padded = _framed(left)
        left = left & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        if not left.any():
            break
        depth += left
    return depth


def quantiles(values: Field, shares: tuple[float, ...]) -> Field:
    """The values below which these shares of all values lie; 0 where there are none."""
    if values.size == 0:
        return np.zeros(len(shares), np.float32)
    ordered = np.sort(values)
    places = np.rint(np.array(shares) * (values.size - 1)).astype(np.intp)
    found: Field = ordered[places]
    return found
