"""What is found wrong in a book while its files are read: collected, and told all at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pressrun.book.model import Defect, Gravity, Spot
from pressrun.book.natural import natural

MOST = 20_000
"""How many defects are kept: of more than that nobody reads the rest."""


@dataclass
class Defects:
    """The defects of a book, in the order in which they are found."""

    faults: int = 0
    """How many of them have to be mended before the book can be used."""
    _found: dict[Defect, None] = field(default_factory=dict)

    @property
    def found(self) -> list[Defect]:
        """Each once: what a chapter says holds for all of its panels, and so do its mistakes."""
        return list(self._found)

    @property
    def are_faults(self) -> bool:
        """Whether anything has to be mended before the book can be used."""
        return self.faults > 0

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
        if len(self._found) < MOST and defect not in self._found:
            self._found[defect] = None
            self.faults += defect.gravity == Gravity.FAULT


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


_FOLDERS = ("book.toml", "cast", "", "script", "lang")
"""In which order files are told: what others build on comes first; the empty name is any other."""


def in_order(defects: Iterable[Defect]) -> list[Defect]:
    """Defects as they are to be mended: by file, and in it by line."""

    def place(defect: Defect) -> tuple[object, ...]:
        first = defect.spot.file.parts[:1]
        rank = _FOLDERS.index(first[0] if first and first[0] in _FOLDERS else "")
        file = [natural(part) for part in defect.spot.file.parts]
        return rank, file, defect.spot.line, defect.text, defect.gravity

    return sorted(defects, key=place)


def listed(names: Collection[str], most: int = 8) -> str:
    """The first of some names, for people."""
    told = ", ".join(list(names)[:most])
    return f"{told} and {len(names) - most} more" if len(names) > most else told
