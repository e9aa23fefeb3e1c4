"""A gauge that is played: what stands out is told by a picture's bytes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pressrun.gauge.gauge import UnreadPictureError
from pressrun.picture.measure import (
    Measure,
    MeasureError,
    Series,
    StyleComparison,
    StyleResult,
    Trend,
    Verdict,
)

IN = Verdict(1.0, 2.0)
OUT = Verdict(6.0, 2.0, "lines much thinner", "thicker lines")


class PlayedGauge:
    """Finds that a picture stands out where its bytes say `odd`; `odder` is further away."""

    def __init__(self, version: str = "1") -> None:
        self.now = version
        """The version that it has now."""
        self.measured: list[str] = []
        """The names of the files that it measured."""
        self.fault: MeasureError | Exception | None = None
        """What it fails with, if it does."""
        self.closed = 0
        self.trend: Trend | None = None
        """What changed over any series of more than one."""

    async def version(self) -> str:
        """The version that it has now."""
        self._fail()
        return self.now

    async def measure(self, picture: Path) -> Measure:
        """Look at the bytes of a picture."""
        self._fail()
        try:
            data = picture.read_bytes()  # noqa: ASYNC240 - it is a small one, and time is virtual
        except OSError as error:
            raise UnreadPictureError("its file cannot be read") from error
        self.measured.append(picture.name)
        found = next((word for word in (b"odder", b"odd") if word in data), b"")
        if b"unmeasurable" in data:
            raise MeasureError("it is 3 pixels high")
        return Measure(self.now, found, (0.0,) * 13, hashlib.sha256(data).hexdigest())

    async def compare(self, asked: StyleComparison) -> StyleResult:
        """Tell who stands out."""
        self._fail()
        assert len(asked.approved) >= 2
        further = Verdict(8.0, OUT.limit, OUT.words, OUT.correction)
        scores = {b"": IN, b"odd": OUT, b"odder": further}
        told = (
            tuple(scores[each.vector] for each in some) for some in (asked.pictures, asked.approved)
        )
        return StyleResult(*told)

    async def trends(self, series: Sequence[Series]) -> list[list[Trend]]:
        """Tell what changed."""
        self._fail()
        found = [self.trend] if self.trend else []
        return [found if len(each.pictures) > 1 else [] for each in series]

    async def close(self) -> None:
        """Note that it was let go of."""
        self.closed += 1

    def _fail(self) -> None:
        if self.fault is not None:
            raise self.fault
