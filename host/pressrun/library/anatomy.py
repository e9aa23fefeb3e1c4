"""What a picture's file is made of, walked before a decoder sees it.

A decoder that meets a million little parts, or draws all pixels anew in each of thousands of scans,
takes minutes and gigabytes for a file of a few megabytes. Pictures that anybody makes have few of
either.
"""

import re
import struct
from collections.abc import Iterator

PARTS = 100_000
"""The most parts of pixels, of any kind, that a file may have."""

NOTES = 500
"""The most parts that hold something else, such as texts, profiles and a camera's notes."""

CAMERA_NOTES = 16
"""The most parts that hold a camera's notes: each is joined to all before it."""

JUNK_BYTES = 65_536
"""The most bytes between the parts of a JPEG's head: they are skipped one by one."""

SCANS = 200
"""The most times that a JPEG may draw its pixels anew."""

SCANNED_PIXELS = 2_000_000_000
"""The most pixels that a JPEG may draw in all its scans."""

_PIXELS = (b"IDAT", b"fdAT", b"fcTL", b"ANMF", b"VP8 ", b"VP8L", b"ALPH")

_END = b"IEND"
"""The last part of a PNG. What lies behind it is no part of the picture."""

_MARKER = re.compile(rb"\xff[\x01-\xfe]")
_AFTER_SCAN = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")
"""What ends the pixels of a scan: no restart, and no byte that only looks like a marker."""

_ALONE = frozenset({0x01, *range(0xD0, 0xDA), *range(0xF0, 0xFE)})
"""Markers behind which a decoder expects the next one, and no length."""

_EOI, _SOS, _EXIF = 0xD9, 0xDA, 0xE1
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NOTES = frozenset({*range(0xE0, 0xF0), 0xFE})


def excess(data: bytes) -> str | None:
    """Why a file would take more time or memory than its pixels do; None when it would not.

    Args:
        data: a file that begins as a PNG, a JPEG or a WebP does. It may be damaged.
    """
    if data.startswith(b"\xff\xd8"):
        return _excess_of_jpeg(data)
    kinds = _webp(data) if data.startswith(b"RIFF") else _png(data)
    pixels = notes = 0
    for kind in kinds:
        if kind in _PIXELS:
            pixels += 1
        else:
            notes += 1
        if pixels > PARTS or notes > NOTES:
            return _too_many("parts", PARTS if pixels > PARTS else NOTES)
    return None


def is_cut_off(data: bytes) -> bool:
    """Whether a PNG lacks its end; decoders of the other kinds find that out themselves.

    Args:
        data: a file that begins as a PNG does.
    """
    return _END not in _png(data)


def _png(data: bytes) -> Iterator[bytes]:
    """The kind of each part that is there whole, up to the end of the picture."""
    at, kind = 8, b""
    while at + 12 <= len(data) and kind != _END:
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind
        at += 12 + length


def _webp(data: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind
        at += 8 + length + length % 2


def _excess_of_jpeg(data: bytes) -> str | None:
    junk = notes = camera = scans = size = 0
    for parts, (marker, body, skipped) in enumerate(_jpeg(data), 1):
        junk += skipped
        if marker in _NOTES:
            notes += 1
            camera += marker == _EXIF and data.startswith(b"Exif\0\0", body)
        elif marker in _SIZES:
            height, width = struct.unpack_from(">HH", data[body + 1 : body + 5].ljust(4, b"\0"))
            size = max(size, width * height)
        elif marker == _SOS:
            scans += 1
        if scans > SCANS or scans * size > SCANNED_PIXELS:
            return f"it draws its {size:,} pixels more than {scans - 1} times"
        for count, most, what in (
            (parts, PARTS, "parts"),
            (notes, NOTES, "notes"),
            (camera, CAMERA_NOTES, "notes of cameras"),
            (junk, JUNK_BYTES, "bytes that belong to no part"),
        ):
            if count > most:
                return _too_many(what, most)
    return None


def _jpeg(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each marker of the first picture, where its part begins, and the bytes skipped before it."""
    at, in_head = 2, True
    while found := (_MARKER if in_head else _AFTER_SCAN).search(data, at):
        marker = data[found.end() - 1]
        skipped = found.start() - at if in_head else 0
        at = found.end()
        yield marker, at + 2, skipped
        if marker == _EOI and not in_head:
            return
        if marker not in _ALONE:
            at += max(int.from_bytes(data[at : at + 2], "big"), 2)
        in_head = in_head and marker != _SOS


def _too_many(what: str, limit: int) -> str:
    return f"it has more than {limit:,} {what}, which is the limit"
