"""The smallest pictures that count as whole: one dot pattern, each unique by its comment."""

import struct
import zlib

SIDE = 128
"""Pixels; a site profile takes what is smaller for an icon."""


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


_HEAD = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 1, 0, 0, 0, 0))
_ROW = b"\0" + b"\xaa" * (SIDE // 8)
_TAIL = _chunk(b"IDAT", zlib.compress(_ROW * SIDE)) + _chunk(b"IEND", b"")


def draw(prompt_sha256: str, take: int) -> bytes:
    """A PNG of its own for each prompt and take."""
    return _HEAD + _chunk(b"tEXt", f"Comment\0{prompt_sha256} take {take}".encode()) + _TAIL
