"""What hears of filed pictures: whoever does something with them beside the tabs."""

from typing import Protocol


class AfterFiling(Protocol):
    """Hears of filed pictures. What it does with them, it does in a task of its own."""

    def filed(self, library: str) -> None:
        """A picture of a library got its name, and is on record; this neither blocks nor fails."""
        ...

    def changed(self, library: str) -> None:
        """Something else ended in a library: a panel was given up, or refused; as `filed`."""
        ...
