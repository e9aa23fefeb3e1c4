"""Measures pictures in this very process: for trials, where time is virtual."""

from collections.abc import Sequence
from pathlib import Path

from pressrun.gauge import workshop
from pressrun.picture.measure import Measure, Series, StyleComparison, StyleResult, Trend


class InlineGauge:
    """Does as the process does, at once."""

    async def version(self) -> str:
        """The version of its measures.

        Raises:
            UnusableError: nothing can be measured.
        """
        return workshop.version()

    async def measure(self, picture: Path) -> Measure:
        """Measure a picture.

        Raises:
            UnreadPictureError: its file cannot be read.
            UnusableError: nothing can be measured.
            MeasureError: it cannot be measured.
        """
        return workshop.measure(picture)

    async def compare(self, asked: StyleComparison) -> StyleResult:
        """Compare pictures with approved ones.

        Raises:
            MeasureError: they cannot be compared.
        """
        return workshop.compare(asked)

    async def trends(self, series: Sequence[Series]) -> list[list[Trend]]:
        """What changed over each of several series."""
        return workshop.trends(series)

    async def close(self) -> None:
        """There is nothing to let go of."""
