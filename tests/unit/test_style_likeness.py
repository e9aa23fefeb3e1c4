"""Copies of a picture are known again, and other pictures are not taken for copies."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from helpers.sketches import sketch
from pressrun.picture.measure import NEAR
from pressrun.style.likeness import likeness

Pixels = NDArray[np.uint8]


def nearly_same(one: str, other: str) -> bool:
    """Whether two likenesses differ in no more bits than those of copies."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= NEAR


def _encoded(pixels: Pixels, media: str, quality: int) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, media, quality=quality)
    with Image.open(file) as again:
        return np.asarray(again.convert("RGB"))


def _resized(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).resize((250, 250), Image.Resampling.LANCZOS))


def _warmer(pixels: Pixels) -> Pixels:
    warmer: Pixels = np.clip(pixels * np.array([1.06, 1.0, 0.92]), 0, 255).astype(np.uint8)
    return warmer


@pytest.mark.parametrize(
    "copied",
    [
        lambda pixels: _encoded(pixels, "JPEG", 60),
        lambda pixels: _encoded(pixels, "WEBP", 60),
        _resized,
        _warmer,
    ],
    ids=["jpeg", "webp", "smaller", "warmer"],
)
def test_a_copy_is_nearly_the_same(copied: Callable[[Pixels], Pixels]) -> None:
    """What was encoded anew, made smaller or a little warmer is still the same picture."""
    for seed in range(12):
        pixels = sketch(seed)
        assert nearly_same(likeness(pixels), likeness(copied(pixels)))


def test_pictures_of_one_hand_are_not_the_same() -> None:
    """Style and palette are shared by all panels; what they show tells them apart."""
    seen = [likeness(sketch(seed)) for seed in range(120)]
    pairs = [(one, other) for number, one in enumerate(seen) for other in seen[number + 1 :]]
    assert not any(nearly_same(*pair) for pair in pairs)


@pytest.mark.parametrize("size", [(24, 24), (1, 1), (4000, 24)])
def test_every_picture_has_a_likeness(size: tuple[int, int]) -> None:
    """Also one of a single colour, a single pixel, or a strip: 64 digits, always the same."""
    even = np.full((size[1], size[0], 3), 200, np.uint8)
    assert len(likeness(even)) == 64
    assert likeness(even) == likeness(even.copy())
