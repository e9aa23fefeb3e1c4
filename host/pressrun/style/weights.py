"""Reading trained weights from a file of PyTorch's older format, without PyTorch.

Such a file is five pickles and then the numbers: a magic number, the format's version, facts about
the machine that wrote it, the tensors by name (where in which storage each lies), the names of the
storages, and each storage as a count and its numbers
(https://docs.pytorch.org/docs/stable/notes/serialization.html).

A pickle can run anything, so this reads only bytes whose SHA-256 the caller knows, and even of
those only the three names that such a file needs, none of which does anything.
"""

import hashlib
import io
import math
import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001

_KINDS = {"FloatStorage": "<f4", "LongStorage": "<i8"}
"""How the numbers of each kind of storage are stored."""


class WeightsError(Exception):
    """A file does not hold the weights that are expected; the text says why."""


class _Tensor(NamedTuple):
    storage: str
    kind: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    """In numbers, not in bytes, as the offset is."""


def read(data: bytes, sha256: str) -> dict[str, NDArray[np.float32]]:
    """The tensors of a file by name, those of whole numbers left out.

    Args:
        data: the file's bytes.
        sha256: that they must have, in hex.

    Raises:
        WeightsError: they are other bytes, or not of this format.
    """
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WeightsError("its bytes are not the ones that this version was made for")
    try:
        return _tensors(io.BytesIO(data))
    except WeightsError:
        raise
    except Exception as error:  # what is no pickle can raise anything
        raise WeightsError(f"it cannot be read ({type(error).__name__}: {error})") from error


def _tensors(file: io.BytesIO) -> dict[str, NDArray[np.float32]]:
    if (_load(file), _load(file)) != (_MAGIC, _VERSION):
        raise WeightsError("it is not in the format that is expected")
    _load(file)
    named, keys = _load(file), _load(file)
    if not isinstance(named, dict) or not isinstance(keys, list):
        raise WeightsError("it holds no tensors")
    kinds = {tensor.storage: tensor.kind for tensor in named.values()}
    storages = {key: _storage(file, kinds[key]) for key in keys}
    return {
        name: _view(storages[tensor.storage], tensor)
        for name, tensor in named.items()
        if tensor.kind == "FloatStorage"
    }


def _storage(file: io.BytesIO, kind: str) -> NDArray[np.float32]:
    (count,) = struct.unpack("<q", file.read(8))
    stored = np.dtype(_KINDS[kind])
    data = file.read(count * stored.itemsize) if count >= 0 else b""
    return np.frombuffer(data, stored, count).astype(np.float32)


def _view(storage: NDArray[np.float32], tensor: _Tensor) -> NDArray[np.float32]:
    """A tensor's numbers in a row-major array of its own."""
    reach = tensor.offset + sum(
        (side - 1) * stride for side, stride in zip(tensor.shape, tensor.strides, strict=True)
    )
    most = max(reach + 1, math.prod(tensor.shape))
    if min(tensor.offset, *tensor.shape, *tensor.strides) < 0 or most > storage.size:
        raise WeightsError("a tensor reaches beyond its storage")
    return np.lib.stride_tricks.as_strided(
        storage[tensor.offset :],
        tensor.shape,
        tuple(stride * storage.itemsize for stride in tensor.strides),
        writeable=False,
    ).copy()


def _load(file: io.BytesIO) -> object:
    return _Reader(file).load()


class _Reader(pickle.Unpickler):
    """Knows what a file of tensors needs, and refuses every other name."""

    def find_class(self, module: str, name: str) -> Callable[..., object] | str:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _KINDS:
            return name
        raise WeightsError(f"it asks for {module}.{name}, which no weights need")

    def persistent_load(self, pid: object) -> tuple[str, str]:
        match pid:
            case ("storage", str() as kind, str() as key, str(), int(), None):
                return kind, key
            case _:
                raise WeightsError("it names a storage in a way that is not expected")


def _tensor(
    storage: tuple[str, str],
    offset: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    *_: object,
) -> _Tensor:
    kind, key = storage
    return _Tensor(key, kind, offset, shape, strides)
