"""Five families of features, each of which sees another side of how a picture is drawn.

A feature is a statistic over the pixels of a picture that count. None knows what is shown, and none
depends on the size or the shape of the frame.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pressrun.style import filters
from pressrun.style.prepare import Field, Mask, Prepared

Features = NDArray[np.float32]

MOST = 12.0
"""No feature is larger than this, nor smaller than its negative."""
TINY = 1e-4
"""What is added before a logarithm is taken, so that nothing at all is a number as well."""
OCTAVES = 3


def features(picture: Prepared) -> Features:
    """All features of a picture, in the order of `FAMILIES`."""
    found = np.concatenate([family(picture) for _, _, family in FAMILIES])
    clipped: Features = np.clip(np.nan_to_num(found), -MOST, MOST).astype(np.float32)
    return clipped


def _log(values: Field | float) -> Field:
    logged: Field = np.log(np.asarray(values, np.float32) + TINY).astype(np.float32)
    return logged


def _octaves(picture: Prepared) -> list[tuple[NDArray[np.float32], Mask]]:
    """The picture in OKLab and its mask, at full size, half and a quarter; channels come first."""
    channels = np.ascontiguousarray(np.moveaxis(picture.lab, 2, 0))
    found = [(channels, picture.mask)]
    while len(found) < OCTAVES:
        channels, mask = found[-1]
        halved = np.stack([filters.halve(each) for each in channels])
        found.append((halved, filters.halve_mask(mask)))
    return found


# Edges and lines.

_STEEP = (0.02, 0.06, 0.15)
_REACHES = (1, 2, 4, 7)
_DEEPEST = 10
_FLAT = 0.004
_BANDS = 6


def edges(picture: Prepared) -> Features:
    """How many edges there are and how steep, how wide lines are, how energy falls off."""
    light = np.ascontiguousarray(picture.lab[:, :, 0])
    mask = picture.mask
    found: list[Field] = []
    for sigma in (0.0, 1.0, 2.0):
        right, lower = filters.slopes(filters.blur(light, sigma) if sigma else light)
        steep = np.hypot(right, lower)[mask]
        found.append(_log(filters.quantiles(steep, (0.5, 0.75, 0.9, 0.97))))
        found.append(_log(np.array([(steep > each / 4).mean() for each in _STEEP])))
        if sigma == 1.0:
            found.append(_coherence(right[mask], lower[mask]))
    for reach in _REACHES:
        closed = filters.lowest(filters.highest(light, reach), reach)
        opened = filters.highest(filters.lowest(light, reach), reach)
        found.append(_log(np.array([(closed - light)[mask].mean(), (light - opened)[mask].mean()])))
    found.append(_widths(light, mask))
    found.append(_spectrum(light))
    return np.concatenate(found)


def _coherence(right: Field, lower: Field) -> Field:
    """How much the edges share a direction, and how much they are upright and level."""
    strength = np.hypot(right, lower)
    whole = float(strength.sum()) + TINY
    turn = (right + 1j * lower) / np.maximum(strength, 1e-12)
    twice = turn * turn
    return np.array(
        [abs((strength * each).sum()) / whole for each in (twice, twice * twice)], np.float32
    )


def _widths(light: Field, mask: Mask) -> Field:
    """How deep dark areas are, what share they have, and what share is flat."""
    ground = filters.box(light, 7)
    dark = mask & (light < np.minimum(ground - 0.06, 0.6))
    depth = filters.depths(dark, _DEEPEST)[dark].astype(np.float32)
    mean, high = (
        (float(depth.mean()), float(filters.quantiles(depth, (0.9,))[0])) if depth.size else (0, 0)
    )
    right, lower = filters.slopes(light)
    flat = (np.hypot(right, lower)[mask] < _FLAT).mean()
    return np.concatenate(
        [_log(np.array([mean, high, dark[mask].mean()])), np.array([flat], np.float32)]
    )


def _spectrum(light: Field) -> Field:
    """How the energy falls off with frequency, and where it departs from that."""
    height, width = light.shape
    window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    power = np.abs(np.fft.rfft2((light - light.mean()) * window)) ** 2
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    borders = np.geomspace(0.02, 0.5, _BANDS + 1)
    band = np.digitize(radius.ravel(), borders)
    count = np.bincount(band, minlength=_BANDS + 2)[1:-1]
    mean = np.bincount(band, power.ravel(), minlength=_BANDS + 2)[1:-1] / np.maximum(count, 1)
    logged = np.log10(mean + 1e-6)
    place = np.log10(np.sqrt(borders[1:] * borders[:-1]))
    slope, height_ = np.polyfit(place, logged, 1)
    return np.concatenate([[slope], logged - (slope * place + height_)]).astype(np.float32)


# Flatness, shading and noise.

_NORMS = np.geomspace(0.002, 0.5, 15)


def flats(picture: Prepared) -> Features:
    """How areas are filled: flat, shaded or noisy; with few colours or with many."""
    found: list[Field] = []
    sharp: list[float] = []
    for number, (channels, mask) in enumerate(_octaves(picture)):
        norm = np.zeros(mask.shape, np.float32)
        for channel in channels:
            right, lower = filters.slopes(channel)
            norm += right**2 + lower**2
        norm = np.sqrt(norm)[mask]
        share = np.bincount(np.digitize(norm, _NORMS), minlength=len(_NORMS) + 1) / norm.size
        found.append(np.sqrt(share).astype(np.float32))
        sharp += [float(norm.mean()), float((norm**2).mean())]
        if number < 2:  # noqa: PLR2004 (the coarsest octave has too few pixels)
            found += [
                _log(filters.quantiles(_deviation(each)[mask], (0.25, 0.5, 0.9)))
                for each in channels
            ]
        if number == 0:
            found += [_noise(each, norm, mask) for each in channels]
    found.append(_log(np.array(sharp)) - _log(np.array([sharp[0], sharp[1]] * OCTAVES)))
    found.append(_counts(picture, 4))
    found.append(_counts(picture, 5))
    found.append(_neighbours(picture))
    return np.concatenate(found)


def _deviation(field: Field) -> Field:
    """The standard deviation in squares of five pixels."""
    mean = filters.box(field, 2)
    spread: Field = np.sqrt(np.maximum(filters.box(field**2, 2) - mean**2, 0))
    return spread


def _noise(channel: Field, norm: Field, mask: Mask) -> Field:
    """How rough the smoothest quarter is, and the whole."""
    rough = np.abs(filters.curvature(channel))[mask]
    smooth = rough[norm <= filters.quantiles(norm, (0.25,))[0]]
    return _log(np.array([smooth.mean(), rough.mean()]))


def _counts(picture: Prepared, bits: int) -> Field:
    """How many colours there are at so many bits a channel, and how evenly they are used."""
    red, green, blue = (np.moveaxis(picture.rgb, 2, 0) >> (8 - bits)).astype(np.int32)
    codes = ((red << (2 * bits)) | (green << bits) | blue)[picture.mask]
    count = np.bincount(codes)
    used = np.sort(count[count > 0])[::-1] / codes.size
    entropy = -(used * np.log(used)).sum()
    most = np.searchsorted(np.cumsum(used), 0.9) + 1
    shares = [used[0], used[:4].sum(), used[:16].sum()]
    return np.array([np.log(used.size), entropy, *shares, np.log(most)], np.float32)


def _neighbours(picture: Prepared) -> Field:
    """What share of neighbours have the same colour, or nearly; and how dense thin edges are."""
    rgb = picture.rgb.astype(np.int16)
    step = np.abs(rgb[:, 1:] - rgb[:, :-1]).max(axis=2)[picture.mask[:, 1:]]
    if step.size == 0:
        return np.zeros(4, np.float32)
    return np.array([(step <= most).mean() for most in (0, 2, 8, 32)], np.float32)


# Local contrast in units of itself.

_NORMAL = np.linspace(-2.4, 2.4, 12)


def contrasts(picture: Prepared) -> Features:
    """What is left of lightness when its local mean and contrast are taken out.

    Mittal, Moorthy and Bovik, "No-reference image quality assessment in the spatial domain" (2012).
    """
    light = np.ascontiguousarray(picture.lab[:, :, 0])
    mask = picture.mask
    found: list[Field] = []
    for _ in range(2):
        mean = filters.blur(light, 7 / 6)
        spread = np.sqrt(np.maximum(filters.blur(light**2, 7 / 6) - mean**2, 0))
        normal = (light - mean) / (spread + 0.01)
        share = np.bincount(np.digitize(normal[mask], _NORMAL), minlength=len(_NORMAL) + 1)
        found.append(np.sqrt(share / mask.sum()).astype(np.float32))
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            found.append(_products(normal, mask, down, right))
        light, mask = filters.halve(light), filters.halve_mask(mask)
    return np.concatenate(found)


def _products(normal: Field, mask: Mask, down: int, right: int) -> Field:
    """Mean, spread and lean of the products of neighbours in one direction."""
    height, width = normal.shape
    here = np.s_[: height - down, max(-right, 0) : width - max(right, 0)]
    there = np.s_[down:, max(right, 0) : width - max(-right, 0)]
    product = (normal[here] * normal[there])[mask[here]]
    if product.size == 0:
        return np.zeros(3, np.float32)
    below, above = product[product < 0], product[product > 0]
    left = np.sqrt((below**2).mean()) if below.size else 0.0
    rest = np.sqrt((above**2).mean()) if above.size else 0.0
    return np.array([product.mean(), left, rest], np.float32)


# Small patterns.

_RINGS: Final[dict[int, tuple[tuple[int, int], ...]]] = {
    1: ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)),
    3: ((0, 3), (2, 2), (3, 0), (2, -2), (0, -3), (-2, -2), (-3, 0), (-2, 2)),
}
_KINDS = 10


def _kinds() -> NDArray[np.intp]:
    """The kind of each of 256 patterns: how many bits are set if they are in one run, else 9."""
    table = []
    for code in range(256):
        turned = (code >> 1) | ((code & 1) << 7)
        changes = (code ^ turned).bit_count()
        table.append(code.bit_count() if changes <= 2 else _KINDS - 1)  # noqa: PLR2004
    return np.array(table, np.intp)


_KIND = _kinds()


def patterns(picture: Prepared) -> Features:
    """Which of ten patterns each pixel makes with those around it.

    Ojala, Pietikäinen and Mäenpää, "Multiresolution gray-scale and rotation invariant texture
    classification with local binary patterns" (2002).
    """
    found: list[Field] = []
    for (light, green, blue), mask in _octaves(picture):
        rough = np.abs(filters.curvature(light))[mask] + np.float32(TINY)
        for reach in (1, 3):
            kinds = _patterns(light, reach)[mask]
            found += [_shares(kinds, None), _shares(kinds, rough)]
        found += [_shares(_patterns(2.5 * each, 1)[mask], None) for each in (green, blue)]
    return np.concatenate(found)


def _patterns(field: Field, reach: int) -> NDArray[np.intp]:
    height, width = field.shape
    padded = np.pad(field, reach, mode="edge")
    code = np.zeros(field.shape, np.uint8)
    for bit, (down, right) in enumerate(_RINGS[reach]):
        top, left = reach + down, reach + right
        higher = padded[top : top + height, left : left + width] >= field
        code |= higher.view(np.uint8) << np.uint8(bit)
    return _KIND[code]


def _shares(kinds: NDArray[np.intp], weights: Field | None) -> Field:
    count = np.bincount(kinds, weights, minlength=_KINDS).astype(np.float64)
    shares: Field = np.sqrt(count / count.sum()).astype(np.float32)
    return shares


# Colours.

_FIVE = (0.05, 0.25, 0.5, 0.75, 0.95)
_HUES = 12


def palette(picture: Prepared) -> Features:
    """Which colours there are: lightness, hue, how strong, how many."""
    light, green, blue = picture.lab[picture.mask].T
    chroma = np.hypot(green, blue)
    found = [filters.quantiles(each, _FIVE) for each in (light, 3 * green, 3 * blue, 3 * chroma)]
    hue = np.floor((np.arctan2(blue, green) / (2 * np.pi) % 1) * _HUES).astype(np.intp) % _HUES
    hues = np.bincount(hue, chroma, minlength=_HUES).astype(np.float32)
    found.append(np.sqrt(hues / (hues.sum() + TINY)).astype(np.float32))
    lights = np.bincount(np.clip(light * 8, 0, 7).astype(np.intp), minlength=8)
    found.append(np.sqrt(lights / np.float32(light.size)).astype(np.float32))
    found.append(_counts(picture, 3)[[0, 1, 3]] / np.float32(3))
    return np.concatenate(found)


FAMILIES: Final[Sequence[tuple[str, int, Callable[[Prepared], Features]]]] = (
    ("edges", 42, edges),
    ("flats", 94, flats),
    ("contrasts", 50, contrasts),
    ("patterns", 180, patterns),
    ("palette", 43, palette),
)
"""The name of each family, how many features it has, and what finds them."""
