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
    recipe=Recipe("A fox", (SHEET,)),
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
