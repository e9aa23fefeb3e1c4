"""What has a name about how a picture looks, as numbers: thirteen attributes, and undertones.

Attributes are plain statistics, so that what they tell is true of any picture. Undertones are
further statistics of the same kind without a word for each; only many pictures together tell
something by them (`style.drift`). Plain paper around what is drawn has no part in either.
"""

import math

import numpy as np
from numpy.typing import NDArray

from pressrun.style.filters import blur, curvature, quantiles, slopes
from pressrun.style.prepare import LEAST_SHARE, Field, Mask, Prepared

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
"""The attributes, in the order in which they are told."""

UNDERTONES = (
    *("light: " + each for each in ("dark", "low", "high", "spread", "reach", "local", "most")),
    *("paper: " + each for each in ("light", "warmth", "tint")),
    *("colour: " + each for each in ("rms", "high", "median", "many")),
    *("warmth: " + each for each in ("grey", "light", "highest", "edges")),
    *("tint: " + each for each in ("grey", "light", "highest", "edges")),
    *("edges: " + each for each in ("mean", "most", "fine", "clear", "rms")),
    *("sharpness: " + each for each in ("near", "far", "hardest", "curves")),
    *("noise: " + each for each in ("calm", "median", "even")),
    *("ink: " + each for each in ("black", "mass", "fine", "far")),
    *("gaps: " + each for each in ("width", "mass")),
    *("lines: " + each for each in ("balance", "skew near", "skew far", "tails")),
)  # fmt: skip
"""What comes after the attributes."""

COUNT = len(NAMES) + len(UNDERTONES)
"""So many numbers are measured of a picture."""

_PAPER, _PAPER_RANGE = 205, 44
"""The channels of paper are at least this, of 255, and differ by no more."""
_CLEAR = 0.05
"""From this change of lightness a pixel on, an edge is clear."""
_FINE = 0.02
_EVEN = 0.012
"""An area with less change a pixel is flat to the eye."""
_PART = 0.3
"""An edge is one if it changes by this share of what the hardest do."""
_SIDES = (2, 3, 4, 5, 7, 9)
"""Dark lines are closed, and light gaps opened, by squares of so many pixels a side."""
_BLOCK = 16
"""Contrast close by is that within squares of so many pixels."""
_SOME_PAPER = 0.05
"""From this share of the picture on, the colour of paper counts fully."""
_NONE = 1e-4
_WARM, _TINT = np.array([0.0, 0.4, 0.9165]), np.array([0.0, 0.9165, -0.4])
"""Axes of OKLab: from blue to orange, and from green to pink."""


def attributes(picture: Prepared) -> tuple[float, ...]:
    """Measure a picture.

    Returns:
        Finite numbers, those of `NAMES` and then those of `UNDERTONES`. Most are logarithms, so
        that equal differences look about equally large.
    """
    seen = _seen(picture)
    told: dict[str, float] = {}
    lightness = np.ascontiguousarray(picture.lab[..., 0])
    told |= _light(lightness, seen)
    told |= _paper(picture, ~seen)
    told |= _colour(picture, seen)
    told |= _edges(lightness, seen)
    told |= _lines(lightness, seen)
    return tuple(round(float(told[name]), 5) for name in (*NAMES, *UNDERTONES))


def _seen(picture: Prepared) -> Mask:
    """All but light grey paper that is reached from the border in a straight line."""
    red, green, blue = np.moveaxis(picture.rgb, 2, 0)
    low = np.minimum(np.minimum(red, green), blue)
    high = np.maximum(np.maximum(red, green), blue)
    light = (low >= _PAPER) & (high - low <= _PAPER_RANGE)
    paper = np.zeros_like(light)
    for axis in (0, 1):
        paper |= np.logical_and.accumulate(light, axis=axis)
        paper |= np.flip(np.logical_and.accumulate(np.flip(light, axis), axis=axis), axis)
    return ~paper if (~paper).mean() >= LEAST_SHARE else np.ones_like(paper)


def _log(value: float, floor: float) -> float:
    return math.log(max(float(value), 0.0) + floor)


def _light(lightness: Field, seen: Mask) -> dict[str, float]:
    light = lightness[seen]
    lowest, low, quarter, high, highest = quantiles(light, (0.02, 0.05, 0.25, 0.95, 0.98))
    across, down = (min(_BLOCK, side) for side in lightness.shape)
    height, width = (lightness.shape[0] // across * across, lightness.shape[1] // down * down)
    blocks = lightness[:height, :width].reshape(height // across, across, width // down, down)
    spreads = blocks.std(axis=(1, 3)).ravel()
    most, typical = quantiles(spreads, (0.9, 0.5))
    dark = np.clip((0.42 - light) / 0.2, 0, 1).mean()
    return {
        "lightness": light.mean(),
        "contrast": _log(high - low, 0.02),
        "ink share": _log(dark, 0.01),
        "light: dark": low,
        "light: low": quarter,
        "light: high": high,
        "light: spread": _log(light.std(), 0.01),
        "light: reach": _log(highest - lowest, 0.02),
        "light: local": _log(typical, 0.005),
        "light: most": _log(most, 0.005),
        "ink: black": _log((light < 0.3).mean(), 0.01),  # noqa: PLR2004 (about RGB 48, 48, 48)
    }


def _paper(picture: Prepared, paper: Mask) -> dict[str, float]:
    """How white, warm and tinted paper is; as pure white where there is hardly any."""
    share = float(paper.mean())
    weight = min(1.0, share / _SOME_PAPER)
    mean = picture.lab[paper].mean(axis=0) if share else np.array([1.0, 0.0, 0.0])
    return {
        "paper: light": weight * float(mean[0] - 1.0),
        "paper: warmth": weight * float(mean @ _WARM),
        "paper: tint": weight * float(mean @ _TINT),
    }


def _colour(picture: Prepared, seen: Mask) -> dict[str, float]:
    lab, rgb = picture.lab[seen], picture.rgb[seen]
    light, warm, tint = lab[:, 0], lab @ _WARM, lab @ _TINT
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    median, high = quantiles(chroma, (0.5, 0.9))
    # what is nearly grey shows the colour of the light best
    grey = np.exp(-np.square(chroma / 0.05)) * np.clip(light - 0.2, 0, 1)
    greys = float(grey.sum()) + 0.001 * len(grey)
    share = rgb.astype(np.float32) / 255
    bright = share[light >= quantiles(light, (0.9,))[0]].mean(axis=0)
    highest = np.array([quantiles(channel, (0.97,))[0] for channel in share.T])
    edges = _channel_edges(picture.rgb, seen)
    counts = np.sort(_counted(rgb))[::-1] / len(rgb)
    told = {
        "saturation": _log(chroma.mean(), 0.01),
        "warmth": float(warm.mean()),
        "tint": float(tint.mean()),
        "colours": float(-(counts * np.log2(counts)).sum()),
        "colour: rms": _log(math.sqrt(np.square(chroma).mean()), 0.01),
        "colour: high": _log(high, 0.01),
        "colour: median": _log(median, 0.01),
        "colour: many": _log(float(np.searchsorted(np.cumsum(counts), 0.9)), 1.0),
        "warmth: grey": float((warm * grey).sum()) / greys,
        "tint: grey": float((tint * grey).sum()) / greys,
    }
    for name, channels in (("light", bright), ("highest", highest), ("edges", edges)):
        red, green, blue = (_log(each, 0.01) for each in channels)
        told["warmth: " + name] = red - blue
        told["tint: " + name] = red + blue - 2 * green
    return told


def _channel_edges(rgb: NDArray[np.uint8], seen: Mask) -> NDArray[np.float64]:
    """The root mean square of the changes of each channel, as of a share of white.

    Their proportions tell the colour of the light (van de Weijer, Gevers and Gijsenij 2007).
    """
    share = rgb.astype(np.float32) / 255
    whole = np.square(np.diff(share, axis=0))[:, :-1] + np.square(np.diff(share, axis=1))[:-1]
    inner = seen[:-1, :-1]
    squares = whole[inner] if inner.any() else whole.reshape(-1, 3)
    edges: NDArray[np.float64] = np.sqrt(squares.mean(axis=0, dtype=np.float64))
    return edges


def _counted(rgb: NDArray[np.uint8]) -> NDArray[np.intp]:
    """How often each colour occurs, of 16 steps a channel."""
    red, green, blue = (rgb >> 4).astype(np.int32).T
    counts = np.bincount((red << 8) | (green << 4) | blue)
    return counts[counts > 0]


def _edges(lightness: Field, seen: Mask) -> dict[str, float]:
    near, far = blur(lightness, 0.7), blur(lightness, 1.6)
    slope, coarse, coarsest = (np.hypot(*slopes(field))[seen] for field in (lightness, near, far))
    curve = np.abs(curvature(lightness))[seen]
    calm, half, most, hardest = quantiles(slope, (0.25, 0.5, 0.9, 0.99))
    soft, quiet = quantiles(coarse, (0.99, 0.5))
    clear, edge = slope > _CLEAR, slope > max(_PART * float(hardest), 0.01)
    there = bool(edge.any())
    return {
        "edge strength": _log(hardest, 0.005),
        "edge density": _log(edge.mean(), 0.005),
        "noise": _log(curve[slope <= calm].mean(), 0.0005),
        "sharpness": _log(curve[edge].mean() if there else 0.0, 0.005)
        - _log(slope[edge].mean() if there else 0.0, 0.005),
        "flatness": float((slope < _EVEN).mean()),
        "edges: mean": _log(slope[clear].mean() if clear.any() else 0.0, 0.005),
        "edges: most": _log(most, 0.005),
        "edges: fine": _log((slope > _FINE).mean(), 0.005),
        "edges: clear": _log(clear.mean(), 0.005),
        "edges: rms": _log(math.sqrt(np.square(slope).mean()), 0.003),
        "sharpness: near": _ratio(slope, coarse),
        "sharpness: far": _ratio(coarse, coarsest),
        "sharpness: hardest": _log(hardest, 0.005) - _log(soft, 0.005),
        "sharpness: curves": _ratio(curve, slope),
        "noise: calm": _log(curve[coarse <= quiet].mean(), 0.0005),
        "noise: median": _log(half, 0.001),
        "noise: even": float((slope < _EVEN / 4).mean()),
    }


def _ratio(one: Field, other: Field) -> float:
    """How much larger the squares of one are on the whole, as a logarithm."""
    return _log(np.square(one).mean(), _NONE) - _log(np.square(other).mean(), _NONE)


def _lines(lightness: Field, seen: Mask) -> dict[str, float]:
    """How wide dark lines and light gaps are: by the size of the squares that fill them."""
    dark = (np.clip(lightness, 0, 1) * 255).astype(np.uint8)
    ink, gaps = _filled(dark, seen), _filled(255 - dark, seen)
    # of 2, 3, 4, 5 and 7 pixels; what only the largest fills is a shape more often than a line
    sizes = np.log(np.array(_SIDES) - 0.5)[:-1]
    near, far = (lightness - blur(lightness, 0.8))[seen], (lightness - blur(lightness, 1.8))[seen]
    low, high = quantiles(far, (0.02, 0.98))
    return {
        "line width": float((ink[:-1] * sizes).sum() / (ink[:-1].sum() + _NONE)),
        "ink: mass": _log(ink.sum(), 0.001),
        "ink: fine": _log(ink[:2].sum(), 0.0005) - _log(ink[2:].sum(), 0.0005),
        "ink: far": _log(ink[:3].sum(), 0.0005) - _log(ink[3:].sum(), 0.0005),
        "gaps: width": float((gaps[:-1] * sizes).sum() / (gaps[:-1].sum() + _NONE)),
        "gaps: mass": _log(gaps.sum(), 0.001),
        "lines: balance": _log(ink[:4].sum(), 0.001) - _log(gaps[:4].sum(), 0.001),
        "lines: skew near": _skew(near),
        "lines: skew far": _skew(far),
        "lines: tails": _log(-low, 0.01) - _log(high, 0.01),
    }


def _filled(plane: NDArray[np.uint8], seen: Mask) -> NDArray[np.float64]:
    """How much lighter a plane becomes by each square more that closes its dark parts."""
    before = float(plane[seen].mean())
    gains = []
    for side in _SIDES:
        after = max(before, float(_closed(plane, side)[seen].mean()))
        gains.append((after - before) / 255)
        before = after
    return np.array(gains)


def _closed(plane: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Close what is dark and narrower than a square."""
    wide = np.pad(plane, side - 1, mode="edge")
    for pick in (np.maximum, np.minimum):
        for axis in (0, 1):
            rows = wide if axis == 0 else wide.T
            reach = 1
            while reach < side:
                step = min(reach, side - reach)
                rows = pick(rows[:-step], rows[step:])
                reach += step
            wide = np.ascontiguousarray(rows) if axis == 0 else np.ascontiguousarray(rows.T)
    return wide


def _skew(values: Field) -> float:
    """Whether the large values are above 0 rather than below."""
    squares = np.square(values)
    spread = float(squares.mean()) + 1e-6
    return float((squares * values).mean() / math.pow(spread, 1.5))
