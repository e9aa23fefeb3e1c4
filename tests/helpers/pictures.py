"""Pictures for the tests."""

import io
import random
import struct
import zlib
from dataclasses import replace
from typing import Literal

from PIL import Image

from pressrun.picture.facts import Facts
from pressrun.picture.provenance import Provenance
from pressrun.picture.recipe import Recipe, Reference
from pressrun.picture.record import Placed, Record
from pressrun.store.attempts import Attempt

SHEET = Reference("figure.png", "image/png", "e" * 64)

RECORD = Record(
    key="ch01/p012/3",
    facts=Facts("5" * 64, 5, 64, 48, "image/png"),
    recipe=Recipe("A fox", (SHEET,), "4:3"),
    provenance=Provenance("chatgpt", "chat", 1, 2, 3, 4, "c1", "u1", "file_1"),
    received_at=1_790_000_000.0,
)
"""A record in which everything is told."""


def record_of(sha256: str, key: str = RECORD.key, prompt: str = "A fox") -> Record:
    """Return the record of a picture before it is decoded."""
    recipe = Recipe(prompt, RECORD.recipe.references)
    return replace(RECORD, key=key, facts=Facts(sha256), recipe=recipe)


def placed(attempt: Attempt, sha256: str = RECORD.facts.sha256, path: str = "") -> Placed:
    """Return an attempt's picture in its place."""
    record = replace(
        RECORD,
        key=attempt.key,
        facts=replace(RECORD.facts, sha256=sha256),
        recipe=attempt.recipe,
    )
    return Placed(path or f"{attempt.key}.png", record)


Kind = Literal["PNG", "JPEG", "WEBP", "GIF", "MPO", "APNG", "moving WEBP"]
"""MPO is a JPEG that holds several pictures, APNG a PNG that moves."""


def noise(size: tuple[int, int] = (32, 24), *, seed: int = 0) -> Image.Image:
    """Return a picture of noise, which no compression makes small."""
    pixels = random.Random(seed).randbytes(size[0] * size[1] * 3)  # noqa: S311 - a picture, no secret
    return Image.frombytes("RGB", size, pixels)


def encoded(kind: Kind = "PNG", size: tuple[int, int] = (32, 24), *, seed: int = 0) -> bytes:
    """Return a picture of noise, packed."""
    file = io.BytesIO()
    several = {"MPO": "MPO", "APNG": "PNG", "moving WEBP": "WEBP"}
    if kind in several:
        more = [noise(size, seed=seed + 1), noise(size, seed=seed + 2)]
        noise(size, seed=seed).save(file, several[kind], save_all=True, append_images=more)
    else:
        noise(size, seed=seed).save(file, kind)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """Return a PNG with a chunk more, right behind its head."""
    return png[:33] + chunk(kind, data) + png[33:]


def zeros(count: int) -> bytes:
    """Return that many zeros, packed by zlib to a thousandth."""
    piece, packer = bytes(1 << 20), zlib.compressobj(1)
    whole, rest = divmod(count, len(piece))
    packed = [packer.compress(piece) for _ in range(whole)]
    return b"".join([*packed, packer.compress(bytes(rest)), packer.flush()])


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that announces, and would decode to, that many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packed = zeros((1 + (width + 7) // 8) * height)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )
