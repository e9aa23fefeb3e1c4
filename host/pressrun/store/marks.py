"""Marks: what the measure says of a picture, and all that follows from it, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from pressrun.picture.measure import Blemish
from pressrun.states import MarkState, Rejected
from pressrun.store.drifts import Drift
from pressrun.store.record import Held
from pressrun.store.repairs import Repair
from pressrun.store.steering import Steer


class OvertakenError(Exception):
    """What was known when something was decided is true no more; look again, and decide anew."""


@dataclass(frozen=True)
class Mark:
    """What is said of a picture."""

    state: MarkState
    version: str
    against: str | None = None
    """`ApprovedSet.against`; None where it was compared with nothing."""
    score: float | None = None
    limit: float | None = None
    why: str = ""
    """For people: how it differs, or why it is not measured."""
    correction: str = ""
    """What the site is asked for, if it is made again."""
    blemishes: tuple[Blemish, ...] = ()
    alike: str | None = None
    """The key of another panel whose picture is nearly the same."""


@dataclass(frozen=True)
class Best:
    """An earlier take that is its panel's picture from now on; its files are moved already."""

    take: Held
    path: str
    """Where it is now, relative to the library."""


@dataclass(frozen=True)
class Conclusion:
    """What a picture's measure comes to: its mark, and all that is done about it."""

    image: int
    sha256: str
    mark: Mark
    others: Mapping[int, Mark] = field(default_factory=dict)
    """New marks of earlier takes that were compared with it, by image. One that is being repaired
    is not to stay so."""
    repair: Repair | None = None
    """One more take of it is ordered; its mark says `REPAIRING`."""
    best: Best | None = None
    """The panel's picture, where it is not this one. Its mark is in `others`."""
    drifts: Sequence[Drift] = ()
    """Noticed with it; what is open already is only told again."""
    let_go: Sequence[int] = ()
    """Drifts that hold nothing any more, and stay open."""
    leave: str = ""
    """Why its chat is not gone on in; empty where it may be."""
    steer: Steer | None = None
    """How the panels of its batch are sent from now on."""


def conclude(
    connection: Connection,
    now: float,
    concluded: Conclusion,
    *,
    aside: Callable[[str, str, str], str],
) -> None:
    """Put a conclusion on record with all that follows from it, or nothing of it.

    Args:
        connection: the writer's.
        now: the time.
        concluded: what was decided.
        aside: where a picture goes that makes room for the best take, from its key, SHA-256 and
            path.

    Raises:
        OvertakenError: the picture is its panel's no more, or, for a repair, the author had a word
            on it, its panel is wanted otherwise, its batch has ended, or the budget is spent;
            nothing was changed.
    """
    raise NotImplementedError


@dataclass(frozen=True)
class Old:
    """A picture whose mark was made against another approved set than that of now."""

    image: int
    sha256: str
    mark: Mark
    is_settled: bool


def outdated(
    connection: Connection, library: str, version: str, *, after: int = 0, most: int = 200
) -> tuple[list[Old], int | None]:
    """Marks of a library that are to be made anew, and the image's number to go on after.

    The second is None at the end. Each is compared anew with `approved.of_image`.
    """
    raise NotImplementedError


def renew(connection: Connection, now: float, marks: Mapping[int, Mark]) -> None:
    """Put marks that were made anew on record; pictures that went meanwhile are passed over.

    What is held or being repaired stays so until it is settled: a new mark lifts a mark or sets
    one, and orders nothing. Followers of what is no outlier any more are let go.
    """
    raise NotImplementedError


def reject(
    connection: Connection, now: float, library: str, keys: Sequence[str], because: Rejected
) -> list[str]:
    """The author rejects the pictures of panels; returns their keys.

    A rejected picture is approved no more, and no panel is sent with it. It stays where it is until
    another take is filed.

    Raises:
        NotFoundError: one of the keys names no picture; nothing was changed.
    """
    raise NotImplementedError
