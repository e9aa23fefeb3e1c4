"""The faults of a prompt list: all of them are told at once, each with its place."""

import unicodedata
from pathlib import Path
from typing import NamedTuple

from pressrun.errors import BadInputError

SHOWN = 20
"""How many faults are told; the others are counted."""


class Place(NamedTuple):
    """A place in a list. Lines and columns count from 1, columns in characters or in cells."""

    line: int
    column: int = 1


class BadTextError(BadInputError):
    """A text cannot be read any further, or not at all."""

    def __init__(self, name: str, place: Place | None, text: str) -> None:
        at = "" if place is None else f":{place.line}:{place.column}"
        super().__init__(f"{name}{at}: {text}")
        self.place = place
        """None is the text as a whole."""
        self.text = text


class Faults:
    """What is wrong with one list."""

    def __init__(self, path: Path) -> None:
        self._name = told(path)
        self._found: list[tuple[Place, str]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def found(self) -> list[tuple[Place, str]]:
        """Those that were noted, in the list's order."""
        return sorted(self._found)

    def add(self, place: Place, text: str) -> None:
        """Note a fault, which is told when the rest of the list has been looked at."""
        self._found.append((place, text))

    def whole(self, text: str) -> BadTextError:
        """The error for what is wrong with the list as a whole."""
        return BadTextError(self._name, None, text)

    def at(self, place: Place, text: str) -> BadTextError:
        """The error for a fault after which nothing can be read."""
        return BadTextError(self._name, place, text)

    def refuse(self) -> None:
        """End the reading if there are faults.

        Raises:
            BadInputError: there are; the text names the first ones in the list's order.
        """
        if not self._found:
            return
        first = self.found[:SHOWN]
        lines = [f"{self._name}:{at.line}:{at.column}: {text}" for at, text in first]
        if len(self._found) > SHOWN:
            lines.append(f"{len(self._found):,} faults in all; the first {SHOWN} are shown")
        raise BadInputError("\n".join(lines))


def told(path: Path) -> str:
    """A path for people: without control characters, and valid Unicode whatever its bytes are."""
    text = str(path).encode(errors="surrogateescape").decode(errors="replace")
    return "".join("\ufffd" if unicodedata.category(each) == "Cc" else each for each in text)
