"""What a picture alone shows to be wrong is found, and what art does on purpose is let pass."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFile

from helpers.sketches import sketch
from pressrun.picture.measure import Blemish, unwanted
from pressrun.style.blemishes import blemishes

Pixels = NDArray[np.uint8]
SEEDS = range(8)


@pytest.mark.parametrize("paper", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawing_has_none(seed: int, *, paper: bool) -> None:
    """Shapes on a coloured ground or on white paper are whole pictures."""
    assert blemishes(sketch(seed, paper=paper)) == ()


@pytest.mark.parametrize("colour", ["white", "black", "#7f6a20"])
def test_one_colour_is_blank(colour: str) -> None:
    """So is one colour with a little grain."""
    even = np.asarray(Image.new("RGB", (400, 300), colour))
    grain = np.random.default_rng(1).integers(-3, 4, even.shape)
    for pixels in (even, np.clip(even + grain, 0, 255).astype(np.uint8)):
        assert blemishes(pixels) == (Blemish.BLANK,)


def test_a_soft_gradient_is_blank() -> None:
    """A sky without anything in it: a preview, or an answer that went wrong."""
    rise = np.linspace(60, 200, 500).astype(np.uint8)
    assert blemishes(np.repeat(rise[:, None, None], 400, 1).repeat(3, 2)) == (Blemish.BLANK,)


def test_a_little_drawing_on_paper_is_not_blank() -> None:
    """A single small figure is a picture."""
    whole = Image.new("RGB", (1024, 1024), "white")
    ImageDraw.Draw(whole).ellipse((480, 480, 560, 560), "#803020", "black", 6)
    assert blemishes(np.asarray(whole)) == ()


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (128, 144, 160)])
@pytest.mark.parametrize("seed", SEEDS)
def test_bars_are_seen(seed: int, colour: tuple[int, int, int]) -> None:
    """Two bars of one colour above and below, or on both sides, are no part of the picture."""
    pixels = sketch(seed, size=(400, 400)).copy()
    for bars in (pixels, pixels.swapaxes(0, 1)):
        barred = bars.copy()
        barred[:20] = barred[-20:] = colour
        assert blemishes(barred) == (Blemish.BORDERED,)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_thin_frame_is_seen(seed: int) -> None:
    """The outline of a panel, drawn around all of it, is for whoever lays out the page."""
    whole = Image.fromarray(sketch(seed, size=(900, 600)))
    ImageDraw.Draw(whole).rectangle((0, 0, 899, 599), outline="black", width=5)
    assert blemishes(np.asarray(whole)) == (Blemish.BORDERED,)


def test_a_border_that_the_style_has_is_wanted() -> None:
    """If most of the approved pictures have it, it is no mistake."""
    with_, without = [Blemish.BORDERED], list[Blemish]()
    assert unwanted([Blemish.BORDERED], [with_, with_, without]) == []
    assert unwanted([Blemish.BORDERED], [with_, without, without]) == [Blemish.BORDERED]
    assert unwanted([Blemish.BLANK], []) == [Blemish.BLANK]


def test_while_nothing_is_approved_a_frame_may_be_meant() -> None:
    """A comic whose panels are all framed is not told so of each of them."""
    for approved in ([], [list[Blemish]()]):
        assert unwanted([Blemish.BORDERED], approved) == []


@pytest.mark.parametrize("kept", [0.4, 0.8, 0.94])
@pytest.mark.parametrize("rest", [0, 128, 255])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_missing_part_is_seen(seed: int, rest: int, kept: float) -> None:
    """Black, grey or white below, where a scene breaks off in the middle, on whichever side."""
    scene = _scene(seed)
    for cut in (scene.copy(), scene.swapaxes(0, 1).copy()):
        cut[round(len(cut) * kept) :] = rest
        assert blemishes(cut) == (Blemish.CUT_OFF,)


def test_a_broken_jpeg_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that ends too early shows grey, below a step."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    file = io.BytesIO()
    Image.fromarray(_scene(3)).convert("L").save(file, "JPEG", quality=85)
    with Image.open(io.BytesIO(file.getvalue()[: file.tell() // 2])) as half:
        found = blemishes(np.asarray(half.convert("RGB")))
    assert found == (Blemish.CUT_OFF,)


def test_a_floor_of_one_colour_is_part_of_the_scene() -> None:
    """A wall that ends in a straight line above an even, coloured floor is drawn like that."""
    scene = _scene(5)
    scene[-80:] = (150, 80, 60)
    assert blemishes(scene) == ()


def test_a_white_floor_below_an_even_wall_is_part_of_the_scene() -> None:
    """Nothing breaks off where the line itself is even."""
    scene = _scene(5)
    scene[-100:-80] = (20, 20, 20)
    scene[-80:] = 255
    assert blemishes(scene) == ()


@pytest.mark.parametrize("size", [(1, 1), (24, 24), (3, 2000), (2000, 24)])
def test_any_size_can_be_looked_at(size: tuple[int, int]) -> None:
    """The smallest and the longest pictures end in an answer."""
    noise = np.random.default_rng(2).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    assert isinstance(blemishes(noise), tuple)


def _scene(seed: int) -> Pixels:
    """A picture that is drawn to its very edges, on a tiled wall."""
    whole = sketch(seed, size=(640, 480))[70:-70, 100:-100].copy()
    rows, columns = np.indices(whole.shape[:2])
    whole[(rows // 25 + columns // 25) % 2 == 0] //= 2
    return whole
