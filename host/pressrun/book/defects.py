"""What is found wrong in a book while its files are read: collected, and told all at once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from pressrun.book.model import Defect, Gravity, Spot

MOST = 20_000
"""How many defects are kept: of more than that nobody reads the rest."""


@dataclass
class Defects:
    """The defects of a book, in the order in which they are found."""

    found: list[Defect] = field(default_factory=list)

    @property
    def are_faults(self) -> bool:
        """Whether anything has to be mended before the book can be used."""
        return any(each.gravity == Gravity.FAULT for each in self.found)

    def fault(self, spot: Spot, text: str) -> None:
        """Note what has to be mended."""
        self._add(Defect(spot, text))

    def warn(self, spot: Spot, text: str) -> None:
        """Note what looks wrong and may be meant."""
        self._add(Defect(spot, text, Gravity.WARNING))

    def within(self, file: Path) -> "FileDefects":
        """The same, for one file."""
        return FileDefects(file, self)

    def _add(self, defect: Defect) -> None:
        if len(self.found) < MOST:
            self.found.append(defect)


@dataclass(frozen=True)
class FileDefects:
    """The defects of one file of a book."""

    file: Path
    """Relative to the book's folder."""
    all: Defects

    def fault(self, line: int, text: str) -> None:
        """Note what has to be mended."""
        self.all.fault(Spot(self.file, line), text)

    def warn(self, line: int, text: str) -> None:
        """Note what looks wrong and may be meant."""
        self.all.warn(Spot(self.file, line), text)


def listed(names: Collection[str], most: int = 8) -> str:
    """The first of some names, for people."""
    told = ", ".join(list(names)[:most])
    return f"{told} and {len(names) - most} more" if len(names) > most else told
