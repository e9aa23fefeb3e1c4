"""Measures: which picture is measured next, and what was measured.

A measure is of bytes: whoever has the same bytes has the same measure, and it is made once for each
version of the gauge. A picture is done with when it has a mark of that version (`marks.py`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from pressrun.picture.measure import Measure


@dataclass(frozen=True)
class Due:
    """A picture that is to be measured, or only to be marked, as its bytes are measured already."""

    sha256: str
    file: Path
    library: str
    image: int | None
    """Its number; None for a reference picture of a style, which gets no mark."""
    is_measured: bool
    """Whether its bytes have a measure, or are known to have none."""


@dataclass(frozen=True)
class Look:
    """The perceptual hash of a panel's picture."""

    image: int
    key: str
    likeness: str


def next_due(connection: Connection, version: str, *, passed: Collection[str] = ()) -> Due | None:
    """The picture that is to be looked at next, or None.

    What others are compared with comes first: approved and rejected pictures, and the references
    of the styles of open batches; then the newest of the panels' own pictures, back to the oldest.
    It takes as long with a hundred thousand pictures as with ten.

    Args:
        connection: the writer's.
        version: of the gauge. Pictures with a mark of another version are due once more.
        passed: the SHA-256 of pictures that are left out, as their files cannot be read now.
    """
    raise NotImplementedError


def backlog(connection: Connection, version: str) -> int:
    """How many pictures are still to be measured or marked."""
    raise NotImplementedError


def add(connection: Connection, now: float, sha256: str, measure: Measure) -> None:
    """Put on record what was measured of a picture's bytes; what is on record already stays."""
    raise NotImplementedError


def add_failure(connection: Connection, now: float, sha256: str, version: str, reason: str) -> None:
    """Put on record that a picture's bytes cannot be measured by this version, and why."""
    raise NotImplementedError


def looks(
    connection: Connection, library: str, version: str, *, after: int = 0, most: int = 5000
) -> list[Look]:
    """The next perceptual hashes of the panels' pictures of a library, by the images' numbers."""
    raise NotImplementedError
