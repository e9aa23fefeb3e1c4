"""What measures pictures and compares them, for whoever has it done."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pressrun.picture.measure import Measure, Series, StyleComparison, StyleResult, Trend


class Gauge(Protocol):
    """Measures pictures. One thing at a time; calls wait for each other."""

    async def version(self) -> str:
        """The version of its measures; with the network another than without.

        Raises:
            MeasureError: nothing can be measured on this machine; the text says why.
        """
        ...

    async def measure(self, picture: Path, thumbnail: Path | None = None) -> Measure:
        """Measure a picture, and write its thumbnail if a path is given for it.

        Raises:
            MeasureError: it cannot be measured.
        """
        ...

    async def compare(self, asked: StyleComparison) -> StyleResult:
        """Compare pictures with approved ones.

        Raises:
            MeasureError: they cannot be compared.
        """
        ...

    async def trends(self, series: Sequence[Series]) -> list[list[Trend]]:
        """What changed over each of several series.

        Raises:
            MeasureError: they cannot be looked at.
        """
        ...
