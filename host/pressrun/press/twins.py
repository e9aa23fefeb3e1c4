"""Pictures of different panels that are nearly the same, found by their perceptual hashes."""

from pressrun.picture.measure import NEAR

BITS = 256
"""Of a hash."""


class Twins:
    """The hashes of the panels' own pictures in one library."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def add(self, key: str, likeness: str) -> None:
        """Know a panel's picture, instead of the one before."""
        self._known.pop(key, None)
        if (number := _number(likeness)) is not None:
            self._known[key] = number

    def nearest(self, key: str, likeness: str) -> str | None:
        """The other panel whose picture is nearly the same as a panel's; the nearest one.

        It looks at each, which takes a hundredth of a second among a hundred thousand.
        """
        number = _number(likeness)
        if number is None:
            return None
        _, other = min(
            (
                (far, other)
                for other, its in self._known.items()
                if (far := (its ^ number).bit_count()) <= NEAR and other != key
            ),
            default=(0, None),
        )
        return other


def _number(likeness: str) -> int | None:
    """A hash as a number; None for one of another length, which cannot be compared."""
    return int(likeness, 16) if len(likeness) * 4 == BITS else None
