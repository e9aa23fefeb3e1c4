"""What a simulated site draws: the smallest pictures that count as whole, unless it has a painter.

They are one dot pattern, each unique by its comment. A painter draws what a prompt asks for.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pressrun.simulator.ledger import Submission

SIDE = 128
"""Pixels; a site profile takes what is smaller for an icon."""


class Drawing(Protocol):
    """A picture that can be drawn at any time, always with the same bytes."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        ...

    @property
    def shift(self) -> tuple[float, float, float, float]:
        """How far it is from the style, as `ledger.SitePicture.shift`."""
        ...

    @property
    def in_style(self) -> bool:
        """Whether that is little enough to pass."""
        ...

    def draw(self) -> bytes:
        """Its bytes."""
        ...


@dataclass(frozen=True)
class Commission:
    """What a painter is asked for."""

    sent: Submission
    take: int
    """Which sending of this prompt it is, from 1."""
    answers: int
    """How many turns its chat had before."""


Painter = Callable[[Commission], Drawing]
"""Makes up a picture for what was sent; called once for each picture, in the order of sending."""


@dataclass(frozen=True, slots=True)
class Dots:
    """The smallest picture, of its own for each prompt and take."""

    prompt_sha256: str
    take: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return SIDE, SIDE

    @property
    def shift(self) -> tuple[float, float, float, float]:
        """All of them are alike."""
        return 0.0, 0.0, 0.0, 0.0

    @property
    def in_style(self) -> bool:
        """All of them are."""
        return True

    def draw(self) -> bytes:
        """Its bytes."""
        return draw(self.prompt_sha256, self.take)


def dots(asked: Commission) -> Drawing:
    """The smallest picture for what was sent."""
    return Dots(asked.sent.prompt_sha256, asked.take)


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
