"""What measures pictures and compares them, for whoever has it done."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pressrun.picture.measure import (
    Measure,
    MeasureError,
    Series,
    StyleComparison,
    StyleResult,
    Trend,
)


class UnreadPictureError(MeasureError):
    """A picture's file cannot be read now; nothing is known of the picture itself."""


class UnusableError(MeasureError):
    """Nothing can be measured on this machine, for now or for good; it is no picture's fault."""


class Gauge(Protocol):
    """Measures pictures. One thing at a time; calls wait for each other."""

    async def version(self) -> str:
        """The version of its measures; with the network another than without.

        Raises:
            UnusableError: nothing can be measured; the text says why.
        """
        ...

    async def measure(self, picture: Path) -> Measure:
        """Measure a picture.

        Raises:
            UnreadPictureError: its file cannot be read.
            UnusableError: nothing can be measured.
            MeasureError: it cannot be measured.
        """
        ...

    async def compare(self, asked: StyleComparison) -> StyleResult:
        """Compare pictures with approved ones.

        Raises:
            UnusableError: nothing can be compared.
            MeasureError: these cannot be compared.
        """
        ...

    async def trends(self, series: Sequence[Series]) -> list[list[Trend]]:
        """What changed over each of several series.

        Raises:
            UnusableError: nothing can be compared.
            MeasureError: these cannot be looked at.
        """
        ...

    async def close(self) -> None:
        """Let go of what it takes to measure; the next call takes it anew."""
        ...
