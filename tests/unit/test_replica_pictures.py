"""The replica's pictures: drawn again they are the same, and they tell whose they are."""

import io

import pytest
from PIL import Image

from trials.replica.pictures import belongs, draw, partial

SMALL = (192, 128)


def test_same_arguments_give_same_bytes() -> None:
    """A witness can draw a picture once more and compare it byte for byte."""
    assert draw("a fox", size=SMALL, take=2) == draw("a fox", size=SMALL, take=2)


def test_every_prompt_and_take_looks_different() -> None:
    """No two pictures of a run share their pixels, so a misfiled one cannot pass for another."""
    asked = [(f"panel {number}", take) for number in range(12) for take in (1, 2)]
    seen = set()
    for prompt, take in asked:
        with Image.open(io.BytesIO(draw(prompt, size=SMALL, take=take))) as picture:
            seen.add(picture.convert("RGB").tobytes())
    assert len(seen) == len(asked)


@pytest.mark.parametrize("size", [(64, 64), (1024, 1024), (1024, 1536), (1536, 1024)])
def test_picture_is_a_whole_png_of_its_size(size: tuple[int, int]) -> None:
    """A picture decodes fully, at the size that was asked for."""
    with Image.open(io.BytesIO(draw("a long road\nto the sea", size=size))) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("PNG", size)


@pytest.mark.parametrize("prompt", ["", "x" * 5000, "ひとりの狐", "\x00\n\t", "word " * 900])
def test_any_prompt_can_be_drawn(prompt: str) -> None:
    """Whatever an author writes has a picture that belongs to it."""
    assert belongs(draw(prompt, size=SMALL), prompt)


def test_picture_belongs_to_its_own_prompt_only() -> None:
    """The audit tells a picture's prompt from every other, one blank apart included."""
    data = draw("a fox in the snow", size=SMALL, take=3, weight=20_000)
    assert belongs(data, "a fox in the snow")
    assert not belongs(data, "a fox in the snow ")
    assert not belongs(data, "a bear in the snow")


def test_changed_bytes_belong_to_nobody() -> None:
    """A picture that was cut, rewritten or altered anywhere is found out."""
    data = draw("a fox", size=SMALL, weight=20_000)
    file = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.save(file, "PNG")
    altered = bytearray(data)
    altered[len(data) // 2] ^= 1
    for wrong in (b"", b"no picture", data[:-1], data + b"\0", bytes(altered), file.getvalue()):
        assert not belongs(wrong, "a fox")


@pytest.mark.parametrize("weight", [0, 1, 20_000, 300_001])
def test_weight_is_the_least_size(weight: int) -> None:
    """Padding brings a picture to its weight, and leaves it a picture that belongs."""
    bare = draw("a fox", size=SMALL)
    data = draw("a fox", size=SMALL, weight=weight)
    assert len(data) >= weight
    assert len(data) <= max(weight, len(bare)) + 100
    assert belongs(data, "a fox")


def test_partial_is_of_the_same_size_and_belongs_to_nobody() -> None:
    """Who takes the half-done picture for the final one is found out."""
    final = draw("a fox", size=(256, 256))
    half_done = partial(final)
    with Image.open(io.BytesIO(half_done)) as picture:
        assert picture.size == (256, 256)
    assert not belongs(half_done, "a fox")
