"""Measuring whatever a picture may be: a number or a reason, never a fault, never a warning."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pressrun.gauge import workshop
from pressrun.picture.measure import Measure, MeasureError, StyleComparison
from pressrun.style.compare import compare
from pressrun.style.measure import measure
from pressrun.style.network import Network

RANDOM = np.random.default_rng(14)


def noise(height: int, width: int, *channels: int) -> NDArray[np.uint8]:
    """Pixels of no picture at all."""
    return RANDOM.integers(0, 256, (height, width, *channels), dtype=np.uint8)


def plain(colour: str | int) -> Image.Image:
    """A picture of one colour."""
    return Image.new("RGB", (200, 150), colour)


PICTURES = {
    "smallest.png": Image.fromarray(noise(24, 24, 3)),
    "strip.png": Image.fromarray(noise(24, 9000, 3)),
    "tower.png": Image.fromarray(noise(9000, 24, 3)),
    "odd.png": Image.fromarray(noise(191, 97, 3)),
    "white.png": plain("white"),
    "black.png": plain("black"),
    "red.jpg": plain("red"),
    "clear.png": Image.new("RGBA", (100, 100), (9, 9, 9, 0)),
    "veiled.webp": Image.fromarray(noise(99, 99, 4)),
    "grey.png": Image.fromarray(noise(99, 99)),
    "deep.png": Image.fromarray(noise(99, 99).astype(np.uint16) * 257),
    "bits.png": Image.fromarray(noise(99, 99) > 127),
    "veiled-grey.png": Image.merge("LA", [Image.fromarray(noise(99, 99))] * 2),
    "few.png": Image.fromarray(noise(99, 99, 3)).quantize(16),
    "inks.jpg": Image.fromarray(noise(99, 99, 3)).convert("CMYK"),
    "maze.png": Image.fromarray(np.kron(noise(96, 96) > 127, np.ones((2, 2), bool))),
    "dots.png": Image.fromarray((np.indices((192, 192)).sum(axis=0) % 2 * 255).astype(np.uint8)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_kind_of_picture_is_measured(name: str, tmp_path: Path) -> None:
    """Of any mode and shape, seen through or of one colour: all numbers are finite."""
    path = tmp_path / name
    PICTURES[name].save(path, transparency=3 if name == "few.png" else None)
    found = workshop.measure(path)
    assert np.isfinite(np.frombuffer(found.vector, "<f2")).all()
    assert np.isfinite(found.attributes).all()
    assert workshop.measure(path) == found


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (23, 400)])
def test_what_is_too_small_is_told_so(size: tuple[int, int], tmp_path: Path) -> None:
    """It is not blown up to something that nobody drew."""
    Image.new("RGB", size).save(tmp_path / "small.png")
    with pytest.raises(MeasureError, match="fewer than 24 on a side"):
        workshop.measure(tmp_path / "small.png")


def drawn(seed: int, network: Network | None) -> Measure:
    """What is measured of some squares."""
    squares = np.random.default_rng(seed).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    return measure(np.kron(squares, np.ones((5, 5, 1), np.uint8)), network)


NETWORK = Network.load()


@pytest.mark.parametrize("network", [None, NETWORK], ids=["without", "with the network"])
def test_whatever_was_approved_something_comes_of_a_comparison(network: Network | None) -> None:
    """Also where all approved pictures are the same one, and where there is none to compare."""
    white = measure(np.full((100, 100, 3), 255, np.uint8), network)
    others = [drawn(seed, network) for seed in range(6)]
    for approved in ([white] * 2, [others[0]] * 8, [white, *others]):
        for rejected in ([], [white] * 3, others[:4]):
            found = compare(StyleComparison([white, *others], approved, rejected))
            told = [(each.score, each.limit) for each in (*found.verdicts, *found.agreement)]
            assert np.isfinite(told).all()
    alone = compare(StyleComparison([], others))
    assert alone.verdicts == ()
    assert len(alone.agreement) == len(others)


@pytest.mark.parametrize("network", [None, NETWORK], ids=["without", "with the network"])
def test_a_measure_that_was_damaged_is_told(network: Network | None) -> None:
    """Whether it is one of the approved or the one that is compared: no score is made of it."""
    good = [drawn(seed, network) for seed in range(4)]
    vector, attributes = good[0].vector, good[0].attributes
    for damaged in (
        replace(good[0], vector=b""),
        replace(good[0], vector=vector[:-1]),
        replace(good[0], vector=vector[:-2]),
        replace(good[0], vector=b"\xff" * len(vector)),
        replace(good[0], attributes=attributes[:-1]),
        replace(good[0], attributes=(float("nan"), *attributes[1:])),
    ):
        for asked in (StyleComparison([damaged], good), StyleComparison(good, [damaged, *good])):
            with pytest.raises(MeasureError, match="damaged"):
                compare(asked)
