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
    """What is required of it, if anything is."""

    @property
    def good(self) -> bool:
        """Whether it is within its limit."""
        return self.most is None or self.value <= self.most
