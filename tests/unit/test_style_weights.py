"""Reading trained weights: those that are known, whole, and nothing else in a pickle."""

import hashlib
import pickle
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.style import weights
from pressrun.style.weights import WeightsError

TENSOR = b"ctorch._utils\n_rebuild_tensor_v2\n"
FLOATS = b"ctorch\nFloatStorage\n"


def inner(value: object) -> bytes:
    """A value as it stands within a pickle."""
    return pickle.dumps(value, 2)[2:-1]


def entry(
    name: str,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    offset: int = 0,
    rebuild: bytes = TENSOR,
) -> bytes:
    """A tensor's name and where its numbers lie: in the storage `7`."""
    storage = b"(" + inner("storage") + FLOATS + inner("7") + inner("cpu") + inner(6) + b"NtQ"
    where = inner(offset) + inner(shape) + inner(strides)
    return inner(name) + rebuild + b"(" + storage + where + b"\x89}tR"


def written(*entries: bytes, numbers: int = 6, magic: int = 0x1950A86A20F9469CFC6C) -> bytes:
    """A file of tensors, laid out as PyTorch's older format has it, over numbers from 0 upwards."""
    facts = {"little_endian": True}
    head = b"".join(pickle.dumps(each, 2) for each in (magic, 1001, facts))
    tensors = b"\x80\x02}(" + b"".join(entries) + b"u."
    stored = struct.pack("<q", 6) + np.arange(numbers, dtype="<f4").tobytes()
    return head + tensors + pickle.dumps(["7"], 2) + stored


def read(data: bytes) -> dict[str, list[object]]:
    """The tensors of a file whose bytes are known."""
    found = weights.read(data, hashlib.sha256(data).hexdigest())
    return {name: tensor.tolist() for name, tensor in found.items()}


GOOD = written(entry("a", (2, 3), (3, 1)), entry("b", (3, 2), (1, 3)), entry("c", (2,), (1,), 4))


def test_tensors_are_read_as_they_lie() -> None:
    """Row after row, column after column, or from somewhere within a storage that others share."""
    assert read(GOOD) == {"a": [[0, 1, 2], [3, 4, 5]], "b": [[0, 3], [1, 4], [2, 5]], "c": [4, 5]}


def test_other_bytes_are_not_even_looked_at() -> None:
    """A pickle is a program: only one whose SHA-256 is known is read at all."""
    with pytest.raises(WeightsError, match="not the ones that this version was made for"):
        weights.read(GOOD + b" ", hashlib.sha256(GOOD).hexdigest())


@pytest.mark.parametrize(
    "name", ["cposix\nsystem\n", "cbuiltins\neval\n", "ctorch\nload\n", "cpathlib\nPath\n"]
)
def test_a_pickle_gets_no_name_that_tensors_do_not_need(name: str) -> None:
    """Not even from bytes that are known; it is refused before anything is called."""
    with pytest.raises(WeightsError, match="which no weights need"):
        read(written(entry("a", (2,), (1,), rebuild=name.encode())))


@pytest.mark.parametrize(
    "tensor",
    [
        pytest.param(entry("a", (2, 3), (4, 1)), id="too far apart"),
        pytest.param(entry("a", (2,), (1,), 5), id="begins too late"),
        pytest.param(entry("a", (2,), (1,), -1), id="begins before"),
        pytest.param(entry("a", (2,), (-1,), 3), id="runs backwards"),
        pytest.param(entry("a", (1 << 40,), (0,)), id="has more numbers than are stored"),
        pytest.param(entry("a", (2, 3), (3,)), id="has sides without a stride"),
    ],
)
def test_a_tensor_has_its_numbers_from_its_own_storage(tensor: bytes) -> None:
    """What lies beyond it in memory is never read, and no number is invented."""
    with pytest.raises(WeightsError):
        read(written(tensor))


def test_a_file_that_was_cut_off_is_refused() -> None:
    """At every byte."""
    for end in range(len(GOOD)):
        with pytest.raises(WeightsError):
            read(GOOD[:end])


def test_another_format_is_refused() -> None:
    """Nothing is guessed from a file that does not begin as expected."""
    with pytest.raises(WeightsError, match="format"):
        read(written(magic=1))


BYTES = st.integers(0, 255).filter(lambda value: value != ord("r"))
"""Without the one that has Python's own reader remember things by a number of up to 32 bits."""


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), BYTES), max_size=4))
def test_damage_is_always_an_error_of_ours(changes: list[tuple[int, int]]) -> None:
    """Whatever the bytes say, the answer is tensors or a `WeightsError`."""
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    try:
        found = read(bytes(data))
    except WeightsError:
        return
    assert all(isinstance(each, list | float) for each in found.values())
