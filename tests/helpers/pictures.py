"""Pictures for the tests."""

import io
import random
import struct
import zlib
from typing import Literal

from PIL import Image


def encoded(
    kind: Literal["PNG", "JPEG", "WEBP", "GIF"] = "PNG",
    size: tuple[int, int] = (32, 24),
    *,
    seed: int = 0,
) -> bytes:
    """Return a picture of noise, which no compression makes small."""
    noise = random.Random(seed).randbytes(size[0] * size[1] * 3)  # noqa: S311 - a picture, no secret
    file = io.BytesIO()
    Image.frombytes("RGB", size, noise).save(file, kind)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that announces, and would decode to, that many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = bytes(1 + (width + 7) // 8)
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )
