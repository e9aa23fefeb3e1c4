"""Thousands of distinct pictures of a real one's size, drawn in seconds.

A picture is a pile of bands. Each band is drawn and packed once, and a packed band can stand below
any other, so that a new picture costs no more than putting its bytes together.
"""

import random
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

WIDTH, HEIGHT = 1_024, 1_536

ROWS = 64
"""Of a band."""

BANDS = 240
"""So many are drawn; each picture takes 24 of them."""

GRAIN = 3
"""How much pixels differ by chance: a picture has 2.4 MB, about as many as the site's have."""

_MODULUS = 65_521


@dataclass(frozen=True)
class Band:
    """Some rows of a picture."""

    packed: bytes
    """A part of a stream of deflate that refers to nothing before it."""
    sums: tuple[int, int]
    """The two halves of the Adler-32 of its bytes, which begin with 1 and 0."""
    size: int
    """Bytes before they were packed."""


def pictures(count: int, seed: int = 1) -> Iterator[bytes]:
    """Draw so many distinct pictures, as PNG files."""
    dice = random.Random(seed)  # noqa: S311 - a picture, no secret
    bands = [_band(number) for number in range(BANDS)]
    for _ in range(count):
        yield _picture(dice.choices(bands, k=HEIGHT // ROWS))


def _band(number: int) -> Band:
    rng = np.random.default_rng(number)
    coarse = rng.integers(0, 256, (3, 7, 3)).astype(np.float32)
    across = np.linspace(0, 5.999, WIDTH)
    down = np.linspace(0, 1.999, ROWS)
    left, above = across.astype(int), down.astype(int)
    x, y = (across - left)[None, :, None], (down - above)[:, None, None]
    upper = coarse[above][:, left] * (1 - x) + coarse[above][:, left + 1] * x
    lower = coarse[above + 1][:, left] * (1 - x) + coarse[above + 1][:, left + 1] * x
    smooth = upper * (1 - y) + lower * y
    grain = rng.integers(-GRAIN, GRAIN + 1, (ROWS, WIDTH, 3))
    pixels = (smooth + grain).clip(0, 255).astype(np.uint8)
    # each row as its differences from pixel to pixel, which is filter 1 of PNG
    rows = pixels.reshape(ROWS, WIDTH * 3)
    differences = rows.copy()
    differences[:, 3:] -= rows[:, :-3]
    raw = np.concatenate([np.full((ROWS, 1), 1, np.uint8), differences], axis=1).tobytes()
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH)
    adler = zlib.adler32(raw)
    return Band(packed, (adler & 0xFFFF, adler >> 16), len(raw))


def _picture(bands: Sequence[Band]) -> bytes:
    low, high = 1, 0
    for band in bands:
        first, second = band.sums
        high = (high + second + band.size * (low - 1)) % _MODULUS
        low = (low + first - 1) % _MODULUS
    stream = b"".join(
        [b"\x78\x9c", *(band.packed for band in bands), b"\x03\x00", struct.pack(">HH", high, low)]
    )
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", head), _chunk(b"IDAT", stream), _chunk(b"IEND", b"")]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
