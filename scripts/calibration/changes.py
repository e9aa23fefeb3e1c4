"""Pictures changed on purpose in one respect, by as much as a site's pictures drift.

The lengths are those of a picture of 192 pixels: what `style.prepare` makes of every picture.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[np.uint8]
_Shares = NDArray[np.floating]

_FINER = 3
"""Lines are changed on a grid that is so much finer: by 2 ÷ 3 of a pixel."""
_PART = 0.35
"""A pixel on both sides, mixed in by so much, makes a line 0.7 pixels wider."""
_GREY = np.array([0.299, 0.587, 0.114], np.float32)


def _shares(pixels: Pixels) -> _Shares:
    return pixels.astype(np.float32) / np.float32(255)


def _pixels(shares: _Shares) -> Pixels:
    whole: Pixels = np.clip(np.rint(shares * 255), 0, 255).astype(np.uint8)
    return whole


def contrast(pixels: Pixels, factor: float) -> Pixels:
    """Stretch all differences from the mean by a factor."""
    shares = _shares(pixels)
    mean = shares.mean()
    return _pixels(mean + (shares - mean) * np.float32(factor))


def saturation(pixels: Pixels, factor: float) -> Pixels:
    """Stretch all differences from grey by a factor."""
    shares = _shares(pixels)
    grey = (shares @ _GREY)[..., None]
    return _pixels(grey + (shares - grey) * np.float32(factor))


def light(pixels: Pixels, red: float, green: float, blue: float) -> Pixels:
    """Put another light on it: factors of the channels."""
    return _pixels(_shares(pixels) * np.array([red, green, blue], np.float32))


def gamma(pixels: Pixels, exponent: float) -> Pixels:
    """Darken it (above 1) or lighten it (below 1), black and white as they are."""
    return _pixels(_shares(pixels) ** np.float32(exponent))


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """Blur it by a bell of `sigma` pixels."""
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(sigma)))


def sharpened(pixels: Pixels) -> Pixels:
    """Sharpen it by an unsharp mask."""
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.UnsharpMask(1, 80, 0)))


def lines(pixels: Pixels, *, thicker: bool) -> Pixels:
    """Make dark lines 0.7 pixels thicker or thinner, on a finer grid."""
    whole = Image.fromarray(pixels)
    size = whole.width * _FINER, whole.height * _FINER
    fine = whole.resize(size, Image.Resampling.BICUBIC)
    grown = fine.filter(ImageFilter.MinFilter(3) if thicker else ImageFilter.MaxFilter(3))
    return np.asarray(grown.resize(whole.size, Image.Resampling.BOX))


def mixed_lines(pixels: Pixels, *, thicker: bool) -> Pixels:
    """Make dark lines 0.7 pixels thicker or thinner, by mixing."""
    padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge")
    pick = np.minimum if thicker else np.maximum
    beside = pick(padded[:-2, 1:-1], padded[2:, 1:-1])
    beside = pick(beside, pick(padded[1:-1, :-2], padded[1:-1, 2:]))
    grown = pick(beside, pixels)
    return np.rint((1 - _PART) * pixels + _PART * grown).astype(np.uint8)


def grain(pixels: Pixels, strength: float) -> Pixels:
    """Add grain of so large a standard deviation, the same for the same picture."""
    chance = np.random.default_rng([*pixels.shape[:2], int(pixels[0, 0, 0])])
    noise = chance.normal(0, strength, pixels.shape[:2]).astype(np.float32)
    return _pixels(_shares(pixels) + noise[..., None])


def poorer(pixels: Pixels, colours: int) -> Pixels:
    """Leave so many colours."""
    few = Image.fromarray(pixels).quantize(colours, dither=Image.Dither.NONE)
    return np.asarray(few.convert("RGB"))


CHANGED: Final[dict[tuple[str, bool], tuple[Callable[[Pixels], Pixels], ...]]] = {
    ("lightness", False): (lambda each: gamma(each, 1.25),),
    ("lightness", True): (lambda each: gamma(each, 0.8),),
    ("contrast", False): (lambda each: contrast(each, 0.75),),
    ("contrast", True): (lambda each: contrast(each, 1.3),),
    ("saturation", False): (lambda each: saturation(each, 0.7),),
    ("saturation", True): (lambda each: saturation(each, 1.35),),
    ("warmth", False): (lambda each: light(each, 0.93, 1.0, 1.07),),
    ("warmth", True): (
        lambda each: light(each, 1.06, 1.0, 0.92),
        lambda each: light(each, 1.1, 1.0, 0.85),
    ),
    ("tint", False): (lambda each: light(each, 0.95, 1.05, 0.95),),
    ("tint", True): (lambda each: light(each, 1.05, 0.95, 1.05),),
    ("line width", False): (
        lambda each: lines(each, thicker=False),
        lambda each: mixed_lines(each, thicker=False),
    ),
    ("line width", True): (
        lambda each: lines(each, thicker=True),
        lambda each: mixed_lines(each, thicker=True),
    ),
    ("noise", True): (lambda each: grain(each, 0.02),),
    ("sharpness", False): (lambda each: blurred(each, 0.8),),
    ("sharpness", True): (sharpened,),
    ("colours", False): (lambda each: poorer(each, 24),),
}
"""What makes an attribute lower or higher."""
