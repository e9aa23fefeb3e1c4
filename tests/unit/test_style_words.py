"""Differences are told in words that are true, few, and worth repeating to a site."""

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers.sketches import sketch
from pressrun.picture.measure import MeasureError
from pressrun.style.attributes import COUNT, NAMES, attributes
from pressrun.style.prepare import prepare
from pressrun.style.words import MOST, WORDINGS, listed, told

Pixels = NDArray[np.uint8]


def _measured(pixels: Pixels) -> tuple[float, ...]:
    return attributes(prepare(pixels))


APPROVED = [_measured(sketch(seed)) for seed in range(6)]


def test_every_attribute_has_words_for_both_directions() -> None:
    """And none of them says the same as another."""
    assert tuple(WORDINGS) == NAMES
    said = [f"{each.subject} {each.how}" for pair in WORDINGS.values() for each in pair]
    assert len(set(said)) == 2 * len(NAMES)
    assert all(each.much and each.ask and each.grown for pair in WORDINGS.values() for each in pair)


def test_a_picture_of_the_same_hand_is_hardly_worth_a_word() -> None:
    """Most of them differ in nothing but what they show."""
    words = [told(_measured(sketch(seed)), APPROVED)[0] for seed in range(20, 40)]
    assert sum(not each for each in words) >= 12


@pytest.mark.parametrize("seed", range(20, 24))
def test_thick_lines_are_told(seed: int) -> None:
    """With what to ask for."""
    words, correction = told(_measured(sketch(seed, line=10)), APPROVED)
    assert "lines" in words
    assert "thicker" in words
    assert "thinner lines" in correction


@pytest.mark.parametrize("seed", range(20, 24))
def test_a_warm_light_is_told(seed: int) -> None:
    """A picture as if by candlelight."""
    warm = np.clip(sketch(seed) * np.array([1.2, 1.0, 0.6]), 0, 255).astype(np.uint8)
    words, correction = told(_measured(warm), APPROVED)
    assert "warmer" in words
    assert "cooler colours" in correction


@pytest.mark.parametrize("seed", range(20, 24))
def test_grain_is_told(seed: int) -> None:
    """A picture as if printed on rough paper."""
    grain = np.random.default_rng(seed).normal(0, 14, (384, 384, 1))
    rough = np.clip(sketch(seed) + grain, 0, 255).astype(np.uint8)
    words, correction = told(_measured(rough), APPROVED)
    assert "texture" in words
    assert "smoother" in correction


def test_few_differences_are_told() -> None:
    """Of a picture that differs in everything, the largest ones."""
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    words, correction = told(_measured(noise), APPROVED)
    assert words
    assert 1 <= len(correction.replace(" and ", ", ").split(", ")) <= MOST


def test_nearly_equal_approved_pictures_do_not_make_everything_much() -> None:
    """Three that happen to be alike say little of how far the style reaches."""
    alike = [_measured(sketch(1, line=line)) for line in (4.0, 4.02, 4.04)]
    assert "much" not in told(_measured(sketch(1, line=4.6)), alike)[0]


def test_measures_of_another_version_are_refused() -> None:
    """They would be compared number by number with what they are not."""
    with pytest.raises(MeasureError):
        told((0.0,) * (COUNT - 1), APPROVED)


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
    ],
)
def test_lists_read_like_lists(parts: list[str], joined: str) -> None:
    """As people write them."""
    assert listed(parts) == joined
