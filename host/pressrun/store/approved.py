"""The approved set: the pictures that others are compared with.

It is of one style: of what the book says of the style, or of the whole library where nothing does.
The author's approvals are the set from five on; below, the references of the style stand in. Sheets
are no panels, and never in it.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from pressrun.picture.measure import Measure

ENOUGH = 5
"""From so many approvals on, they alone are the set."""

BETTER = 8
"""With so many, fewer marks are wrong; authors are told so."""

MOST = 40
"""The first so many approvals are the set: later ones would only move what others are held to."""

FEWEST = 2
"""With fewer pictures, references among them, nothing is compared."""

TEACHING = 3
"""From so many rejections of one style on, they teach the comparison."""


@dataclass(frozen=True)
class Member:
    """A picture that others are compared with."""

    sha256: str
    key: str | None
    """Of its panel; None for a reference picture."""
    measure: Measure


@dataclass(frozen=True)
class ApprovedSet:
    """What pictures of one style are compared with."""

    members: tuple[Member, ...]
    rejected: tuple[Measure, ...]
    """Those that the author rejected because of their style; empty below `TEACHING`."""
    approvals: int
    """How many pictures of the style the author approved, also those not measured yet."""
    against: str
    """A hash of who is in it: a mark that was made against another one is made anew."""

    @property
    def is_enough(self) -> bool:
        """Whether anything can be compared with it."""
        return len(self.members) >= FEWEST

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Those of its members, in order."""
        return tuple(each.measure for each in self.members)


def of_image(connection: Connection, image: int, version: str) -> ApprovedSet:
    """What a picture is compared with, as far as that is measured by this version."""
    raise NotImplementedError


def state(connection: Connection, library: str) -> str:
    """A short text that differs when a library's approvals or rejections do."""
    raise NotImplementedError
