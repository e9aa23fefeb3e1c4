"""Attributes tell what they are named after, of any picture, and nothing else moves them much."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from helpers.sketches import sketch
from pressrun.style.attributes import COUNT, NAMES, UNDERTONES, attributes
from pressrun.style.prepare import prepare

Pixels = NDArray[np.uint8]
SEEDS = range(6)


def _told(pixels: Pixels) -> dict[str, float]:
    return dict(zip((*NAMES, *UNDERTONES), attributes(prepare(pixels)), strict=True))


def _scaled(pixels: Pixels, *factors: float) -> Pixels:
    scaled: Pixels = np.clip(np.rint(pixels * np.array(factors)), 0, 255).astype(np.uint8)
    return scaled


def _greyer(pixels: Pixels) -> Pixels:
    grey = np.asarray(Image.fromarray(pixels).convert("L"))[..., None]
    greyer: Pixels = (pixels // 2 + grey // 2).astype(np.uint8)
    return greyer


def _grainier(pixels: Pixels) -> Pixels:
    grain = np.random.default_rng(1).normal(0, 6, (*pixels.shape[:2], 1))
    grainy: Pixels = np.clip(pixels + grain, 0, 255).astype(np.uint8)
    return grainy


def _blurred(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(2)))


@pytest.mark.parametrize(
    ("name", "changed", "sign"),
    [
        ("lightness", lambda pixels: _scaled(pixels, 0.8, 0.8, 0.8), -1),
        ("contrast", lambda pixels: (pixels // 2 + 64).astype(np.uint8), -1),
        ("saturation", _greyer, -1),
        ("warmth", lambda pixels: _scaled(pixels, 1.05, 1.0, 0.85), 1),
        ("tint", lambda pixels: _scaled(pixels, 0.93, 1.05, 0.93), -1),
        ("edge strength", _blurred, -1),
        ("noise", _grainier, 1),
        ("sharpness", _blurred, -1),
        ("flatness", _grainier, -1),
    ],
)
def test_an_attribute_follows_what_it_is_named_after(
    name: str, changed: Callable[[Pixels], Pixels], sign: int
) -> None:
    """Whatever the picture shows."""
    for seed in SEEDS:
        pixels = sketch(seed)
        assert sign * (_told(changed(pixels))[name] - _told(pixels)[name]) > 0


def test_wider_lines_are_wider() -> None:
    """Of the same drawing, with pens of three widths."""
    for seed in SEEDS:
        thin, middle, thick = (_told(sketch(seed, line=line)) for line in (3.0, 5.0, 8.0))
        assert thin["line width"] < middle["line width"] < thick["line width"]
        assert thin["ink share"] < thick["ink share"]


def test_more_shapes_are_more_detail_and_more_colours() -> None:
    """An empty drawing has less of both."""
    for seed in SEEDS:
        full = sketch(seed)
        empty = np.repeat(full[:, :1], full.shape[1], axis=1)
        empty[150:230, 150:230] = full[150:230, 150:230]
        assert _told(empty)["edge density"] < _told(full)["edge density"]
        assert _told(empty)["colours"] < _told(full)["colours"]


def test_the_size_of_a_picture_hardly_counts() -> None:
    """A site that answers with larger pictures has not changed its style."""
    for seed in SEEDS:
        small, large = (
            _told(sketch(seed, size=(side, side), line=side / 96)) for side in (384, 768)
        )
        for name in ("lightness", "contrast", "saturation", "warmth", "tint"):
            assert small[name] == pytest.approx(large[name], abs=0.03)
        assert small["line width"] == pytest.approx(large["line width"], abs=0.12)


def test_paper_has_no_part_in_what_is_drawn() -> None:
    """More white around it does not make a figure lighter or flatter."""
    figure = sketch(4, paper=True)
    wide = np.pad(figure, ((0, 0), (120, 120), (0, 0)), constant_values=255)
    close, far = _told(figure), _told(wide)
    for name in ("lightness", "saturation", "warmth", "flatness"):
        assert close[name] == pytest.approx(far[name], abs=0.02)


def test_tinted_paper_is_told() -> None:
    """Paper that yellows is what an author sees first."""
    figure = sketch(4, paper=True)
    assert _told(figure)["paper: warmth"] == pytest.approx(0, abs=1e-4)
    assert _told(_scaled(figure, 1.0, 0.98, 0.92))["paper: warmth"] > 0.01


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((24, 24, 3), np.uint8),
        np.full((24, 700, 3), 255, np.uint8),
        np.full((90, 60, 3), (255, 0, 255), np.uint8),
        np.random.default_rng(3).integers(0, 256, (64, 48, 3), dtype=np.uint8),
    ],
    ids=["black", "white strip", "magenta", "noise"],
)
def test_every_picture_has_finite_attributes(pixels: Pixels) -> None:
    """Also one where nothing is drawn, or everything."""
    found = attributes(prepare(pixels))
    assert len(found) == COUNT
    assert np.isfinite(found).all()
