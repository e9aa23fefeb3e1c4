"""What a vector keeps of a picture, and what it does not depend on."""

import numpy as np
import pytest
from numpy.typing import NDArray

from pressrun.picture.measure import MeasureError
from pressrun.style import families
from pressrun.style.measure import VERSION, measure
from pressrun.style.metric import AXES
from pressrun.style.prepare import SIDE, foreground, oklab, prepare


def noise(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    """A picture of random colours in blocks, so that it has edges and flat areas."""
    blocks = np.random.default_rng(seed).integers(0, 256, (height // 8 + 1, width // 8 + 1, 3))
    large = np.kron(blocks, np.ones((8, 8, 1)))[:height, :width]
    return large.astype(np.uint8)


def test_the_same_pixels_give_the_same_measure() -> None:
    """A picture that is measured again, after a crash, is measured alike to the last bit."""
    assert measure(noise(200, 300)) == measure(noise(200, 300))
    assert measure(noise(200, 300)).version == VERSION
    assert len(measure(noise(200, 300)).vector) == 2 * AXES


@pytest.mark.parametrize("value", [0, 40, 255])
def test_a_picture_of_one_colour_is_measured_in_finite_numbers(value: int) -> None:
    """Nothing in it can be divided by, and no logarithm of nothing is taken."""
    pixels = np.full((64, 64, 3), value, np.uint8)
    assert np.isfinite(families.features(prepare(pixels))).all()
    assert np.isfinite(np.frombuffer(measure(pixels).vector, "<f2")).all()


@pytest.mark.parametrize("size", [(24, 24), (25, 24), (24, 400), (193, 192), (1536, 1024)])
def test_any_size_is_measured(size: tuple[int, int]) -> None:
    """Odd sides, strips and large pictures alike."""
    assert np.isfinite(np.frombuffer(measure(noise(*size)).vector, "<f2")).all()


def test_a_picture_that_is_too_small_is_refused_in_words() -> None:
    """Features at three octaves need some pixels; the author hears how many there are."""
    with pytest.raises(MeasureError, match="23 × 90 pixels"):
        measure(noise(90, 23))


def test_each_family_gives_as_many_features_as_it_says() -> None:
    """The constants are stored by these counts."""
    picture = prepare(noise(100, 120))
    assert [len(find(picture)) for _, _, find in families.FAMILIES] == [
        count for _, count, _ in families.FAMILIES
    ]


def test_a_tall_and_a_wide_frame_come_to_one_scale() -> None:
    """Lines are as wide in a wide panel as in a tall one of the same book."""
    tall, wide = prepare(noise(1536, 1024)), prepare(noise(1024, 1536))
    assert tall.mask.shape == (288, 192)
    assert wide.mask.shape == (192, 288)
    assert prepare(noise(3000, 500)).mask.shape == (2 * SIDE, SIDE)


def test_a_small_picture_is_not_enlarged() -> None:
    """Enlarging would smooth it, which is a style."""
    assert prepare(noise(80, 100)).mask.shape == (80, 100)


def test_white_that_touches_the_border_does_not_count() -> None:
    """A white eye in a figure does; the paper around the figure does not, round corners as well."""
    rgb = np.full((60, 60, 3), 255, np.uint8)
    rgb[10:50, 10:50] = 0
    rgb[20:30, 20:30] = 255
    rgb[10:14, 30:34] = 255  # a bay that is open to the paper
    mask = foreground(rgb)
    assert mask.sum() == 40 * 40 - 4 * 4
    assert mask[25, 25]
    assert not mask[11, 31]


def test_a_winding_way_of_white_is_followed_to_its_end() -> None:
    """A spiral needs many turns, and still ends."""
    rgb = np.zeros((41, 41, 3), np.uint8)
    for row in range(0, 41, 2):
        rgb[row] = 255
    for number, row in enumerate(range(1, 41, 2)):
        rgb[row, 40 if number % 2 else 0] = 255
    rgb[0, 1:], rgb[-1, :] = 0, 0
    rgb[2:-2, 0] = np.where(rgb[2:-2, 0] == 255, 255, 0)
    assert foreground(rgb).sum() == (rgb[:, :, 0] == 0).sum()


def test_where_nearly_all_is_paper_everything_counts() -> None:
    """A few dots would be measured by themselves, and say nothing."""
    rgb = np.full((60, 60, 3), 255, np.uint8)
    rgb[30:33, 30:33] = 0
    assert foreground(rgb).all()


def test_grey_has_no_colour_in_oklab() -> None:
    """White is 1, black 0, and greys lie on the axis between them."""
    lab = oklab(np.array([[[0, 0, 0], [255, 255, 255], [128, 128, 128]]], np.uint8))[0]
    assert lab[:2, 0] == pytest.approx([0, 1], abs=1e-3)
    assert np.abs(lab[:, 1:]).max() < 1e-3
