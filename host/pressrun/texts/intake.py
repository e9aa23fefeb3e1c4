"""What comes of reading one text, besides what it says."""

from dataclasses import dataclass, field
from pathlib import Path

from pressrun.texts.faults import Faults, Place


@dataclass
class Intake:
    """What comes of reading one text, besides what it says."""

    path: Path
    notes: list[str] = field(default_factory=list)
    """What was assumed, a sentence each."""
    doubts: list[tuple[Place, str]] = field(default_factory=list)
    """What looks wrong and may be right."""
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.faults = Faults(self.path)
