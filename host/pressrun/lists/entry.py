"""An entry of a prompt list: what it says of one panel, before it is checked."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pressrun.texts.faults import Place

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

    others: Mapping[str, str] = {}
    """What else a script says of it, by field: `cast`, `dialogue`."""

    def at(self, name: str) -> Place:
        """Where one of its fields stands."""
        return self.places.get(name, self.place)


def too_many(what: str) -> str:
    """The words for a list with too many panels."""
    return f"{what}; a list can have at most {PANELS:,} panels. Split it into several lists"
