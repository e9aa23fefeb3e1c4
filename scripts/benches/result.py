"""What a bench measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One number."""

    key: str
    """Its name in JSON, for good."""
    what: str
    """Its name for people."""
    value: float
    unit: str = ""
    most: float | None = None
    """What it may be at most, if that is required."""
    least: float | None = None
    """What it has to be at least, if that is required."""

    @property
    def good(self) -> bool:
        """Whether it is within its limits."""
        enough = self.least is None or self.value >= self.least
        return enough and (self.most is None or self.value <= self.most)

    @property
    def limits(self) -> str:
        """What is required of it, for people; empty when nothing is."""
        known = (("at least", self.least), ("at most", self.most))
        return ", ".join(f"{word} {limit:g}" for word, limit in known if limit is not None)
