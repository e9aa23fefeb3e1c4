"""The network that sees style: run as it was trained, on any picture, and missed by nobody."""

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pressrun.picture.measure import MeasureError
from pressrun.style import network
from pressrun.style.network import TAPS, Network

CHANNELS = (144, 240, 240, 480, 672)


@pytest.fixture(scope="module")
def net() -> Network:
    """The network, as the extra `style` brings it."""
    found = Network.load()
    assert found is not None
    return found


def drawn(rows: int, columns: int) -> NDArray[np.uint8]:
    """A picture with edges, waves and gradients, the same on every machine."""
    row, column = np.mgrid[:rows, :columns]
    tiles = np.where((row // 24 + column // 16) % 2, 230, 40)
    inks = [(row * 3 + column) % 256, (row * column // 7) % 256, tiles]
    return np.stack(inks, axis=2).astype(np.uint8)


def whole(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """A mask with which all of a picture counts."""
    return np.ones(picture.shape[:2], dtype=bool)


def test_it_finds_what_pytorch_finds(net: Network) -> None:
    """Held numbers of PyTorch 2.14, which with the same weights tells zebras from camels."""
    picture = drawn(192, 160)
    found = net.taps(picture, whole(picture))
    assert found.shape == (TAPS,)
    assert found.dtype == np.float32
    blocks = np.split(found, np.cumsum(np.repeat(CHANNELS, 2))[:-1])
    averages = [float(block.mean()) for block in blocks]
    assert averages == pytest.approx(
        [0.9139, 1.0000, 0.6284, 0.6329, 0.9917, 0.5474, 0.7391, 0.5136, 0.2638, 0.2269], abs=1e-4
    )
    assert found[::296].tolist() == pytest.approx(
        [0.7401, 0.0540, 0.6728, 0.0082, 0.0172, 2.9402, 0.7210, 0.0939, 0.1485, 0, 0, 0], abs=1e-4
    )


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 13), st.integers(1, 13)),
    st.sampled_from([3, 5]),
    st.sampled_from([1, 2]),
    st.integers(0, 99),
)
def test_a_convolution_is_the_sum_that_it_is_said_to_be(
    sides: tuple[int, int], size: int, stride: int, seed: int
) -> None:
    """For sides that are odd, even, and smaller than what is laid over them."""
    random = np.random.default_rng(seed)
    image = random.normal(size=(2, *sides)).astype(np.float32)
    weight = random.normal(size=(2, size, size)).astype(np.float32)
    bias = random.normal(size=(2, 1)).astype(np.float32)
    found = network._filtered(image, network._Layer(weight, bias), stride)

    outs = [-(-side // stride) for side in sides]
    pads = [max((out - 1) * stride + size - side, 0) // 2
            for out, side in zip(outs, sides, strict=True)]  # fmt: skip
    wanted = np.zeros((2, *outs))
    for channel, row, column in np.ndindex(*wanted.shape):
        total = float(bias[channel, 0])
        for i, j in np.ndindex(size, size):
            y, x = row * stride + i - pads[0], column * stride + j - pads[1]
            if 0 <= y < sides[0] and 0 <= x < sides[1]:
                total += float(weight[channel, i, j]) * float(image[channel, y, x])
        wanted[channel, row, column] = min(max(total, 0), 6)
    assert found == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize(
    ("rows", "columns"), [(1, 1), (1, 192), (2, 3), (17, 5), (191, 97), (64, 640)]
)
def test_every_size_is_seen(net: Network, rows: int, columns: int) -> None:
    """Down to a single pixel, and never with a number that is none."""
    picture = drawn(rows, columns)
    found = net.taps(picture, whole(picture))
    assert found.shape == (TAPS,)
    assert np.isfinite(found).all()
    assert found.min() >= 0
    assert found.max() <= 6


@pytest.mark.parametrize("ink", [0, 127, 255])
def test_a_picture_of_one_colour_is_seen(net: Network, ink: int) -> None:
    """Nothing is divided by how much it varies."""
    found = net.taps(np.full((96, 96, 3), ink, np.uint8), np.ones((96, 96), bool))
    assert np.isfinite(found).all()


def test_the_same_picture_is_seen_the_same(net: Network) -> None:
    """To the last bit, also after another one: nothing of a picture stays."""
    picture = drawn(96, 96)
    before = net.taps(picture, whole(picture))
    net.taps(drawn(50, 120), whole(drawn(50, 120)))
    assert (net.taps(picture, whole(picture)) == before).all()


def test_what_is_masked_out_hardly_counts(net: Network) -> None:
    """Two pictures that share a half are alike where only that half counts."""
    one, other = drawn(192, 192), drawn(192, 192)
    other[:, 96:] = 255 - other[::-1, 96:]
    half = whole(one)
    half[:, 96:] = False
    apart = np.abs(net.taps(one, whole(one)) - net.taps(other, whole(other))).mean()
    near = np.abs(net.taps(one, half) - net.taps(other, half)).mean()
    assert near < apart / 2


def test_where_nothing_counts_everything_does(net: Network) -> None:
    """An empty mask is no reason for a picture to be unlike all others."""
    picture = drawn(96, 64)
    found = net.taps(picture, ~whole(picture))
    assert found == pytest.approx(net.taps(picture, whole(picture)), abs=1e-5)


def test_without_the_extra_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is missed by nobody: the measure goes on without it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert Network.load() is None


def put(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have the extra found in another folder."""
    spec = ModuleSpec("weights", None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: spec)


@pytest.mark.parametrize("bytes_", [None, b"", b"\x80\x02N.", bytes(30_000_000)])
def test_a_damaged_one_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bytes_: bytes | None
) -> None:
    """A file that is missing, empty, another or too long is an error, and never a worse measure."""
    put(monkeypatch, tmp_path)
    if bytes_ is not None:
        (tmp_path / "models").mkdir()
        (tmp_path / network._FILE).write_bytes(bytes_)
    with pytest.raises(MeasureError, match=r"pip install --force-reinstall 'pressrun\[style\]'"):
        Network.load()
