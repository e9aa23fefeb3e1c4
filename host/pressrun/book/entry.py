"""An entry of a prompt list: what it says of one panel, before it is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pressrun.book.faults import Faults, Place

PANELS = 100_000
"""The most panels in one list."""


class ListEntry(NamedTuple):
    """One entry, with its place."""

    place: Place
    prompt: str
    key: str | None = None
    after: str | None = None
    references: Sequence[str] = ()
    format: str | None = None
    """As the author writes it; None where nothing is said."""
    places: Mapping[str, Place] = {}
    """Where its fields stand, if not at its own place."""

    def at(self, name: str) -> Place:
        """Where one of its fields stands."""
        return self.places.get(name, self.place)


@dataclass
class Intake:
    """What comes of reading one list, besides its entries."""

    path: Path
    notes: list[str] = field(default_factory=list)
    """What was assumed, a sentence each."""
    doubts: list[tuple[Place, str]] = field(default_factory=list)
    """What looks wrong and may be right."""
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.faults = Faults(self.path)


def too_many(what: str) -> str:
    """The words for a list with too many panels."""
    return f"{what}; a list can have at most {PANELS:,} panels. Split it into several lists"
