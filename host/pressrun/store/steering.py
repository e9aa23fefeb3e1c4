"""Steering: sending panels as a repair showed that it helps."""

from dataclasses import dataclass

from pressrun.picture.recipe import Reference
from pressrun.states import Steering


@dataclass(frozen=True)
class Steer:
    """How the panels of a batch are sent from now on."""

    level: Steering
    references: tuple[Reference, ...]
    """Of the style; they are sent before the panel's own. The library keeps copies."""
    correction: str = ""
    """What is to be different, for `WORDS`."""
    because: str = ""
    """For people: which repair showed it."""
