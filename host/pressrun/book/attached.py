"""The pictures that are sent with a prompt: which, in what order, and how its words name them.

A prompt has room for so many. Where there are more, everybody's first picture comes before
anybody's second.
"""

import functools
import hashlib
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from pressrun import files
from pressrun.library.references import FILE_BYTES
from pressrun.picture.ingredients import HASH_CHARS
from pressrun.protocol.messages.base import REFERENCES


class Purpose(StrEnum):
    """What a picture is sent for; pictures are sent in this order."""

    STYLE = "style"
    CHARACTER = "character"
    PLACE = "place"
    PANEL = "panel"
    """The panel itself names it."""
    PREVIOUS = "previous"
    """It is the panel before in a group."""


class Attached(NamedTuple):
    """One picture that is sent with a prompt."""

    role: Purpose
    about: str
    """What it shows, for people: `Mara`; of the panel before, its key."""
    path: Path | None
    """None for the panel before, whose picture is known when it is made."""


def chosen(
    owners: Sequence[Sequence[Attached]], before: str | None = None
) -> tuple[tuple[Attached, ...], tuple[Attached, ...]]:
    """Which pictures are sent, and which are left out, both in the order of sending.

    Args:
        owners: the pictures of the style, of each figure and place, and of the panel, in order.
        before: the key of the panel whose picture is sent last; None for none.
    """
    ranked: dict[Path | None, tuple[int, int, Attached]] = {}
    for pictures in owners:
        for rank, picture in enumerate(pictures):
            ranked.setdefault(picture.path, (rank, len(ranked), picture))
    room = REFERENCES if before is None else REFERENCES - 1
    first = sorted(ranked.values())
    sent = [picture for _, _, picture in sorted(first[:room], key=_place)]
    left_out = [picture for _, _, picture in sorted(first[room:], key=_place)]
    if before is not None:
        sent.append(Attached(Purpose.PREVIOUS, before, None))
    return tuple(sent), tuple(left_out)


def _place(ranked: tuple[int, int, Attached]) -> int:
    return ranked[1]


class Numbered:
    """Which number each picture of a prompt has, counted from 1 as the site shows them."""

    def __init__(self, sent: Sequence[Attached]) -> None:
        self._numbers = {each.path: number for number, each in enumerate(sent, start=1)}

    def of(self, pictures: Sequence[Path]) -> str:
        """The pictures as words: `attached pictures 2 and 3`; empty where none of them is sent."""
        found = sorted({self._numbers[path] for path in pictures if path in self._numbers})
        *first, last = [str(each) for each in found] or [""]
        if not first:
            return f"attached picture {last}" if last else ""
        return f"attached pictures {', '.join(first)} and {last}"


Digest = Callable[[Path], str]
"""Tells what a file holds, as a short hash."""


def digest_of(path: Path) -> str:
    """What a reference picture's file holds, as a short hash; empty where it cannot be read."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return ""
    return _digest(path, found.st_size, found.st_mtime_ns)


@functools.lru_cache(maxsize=4_096)
def _digest(path: Path, _size: int, _changed: int) -> str:
    try:
        data = files.read(path, FILE_BYTES)
    except OSError:
        return ""
    return hashlib.sha256(data).hexdigest()[:HASH_CHARS]
