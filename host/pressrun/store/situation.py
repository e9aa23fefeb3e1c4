"""All that is known when it is decided what a picture's measure means."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pressrun.picture.measure import Measure
from pressrun.picture.recipe import Recipe, Reference
from pressrun.states import DriftKind, MarkState, Outliers, Steering
from pressrun.store.approved import ApprovedSet
from pressrun.store.record import Held


@dataclass(frozen=True)
class Take:
    """A picture of the panel that was made from the same recipe, and is measured."""

    image: int
    held: Held
    measure: Measure
    repair: int
    """The number of the repair that made it; 0 for the first picture."""
    state: MarkState | None
    """Of its mark; None where it has none."""


@dataclass(frozen=True)
class Recent:
    """A picture that came before, as it was marked."""

    image: int
    key: str
    state: MarkState
    stands_out: bool
    """By its score, whatever was done about it since."""
    repair: int
    steering: Steering
    """How it was sent; `NONE` and no repair is the plain way."""


@dataclass(frozen=True)
class OpenDrift:
    """A drift that is noticed and not settled."""

    id: int
    kind: DriftKind
    name: str
    slow: bool
    holds: bool
    since_key: str
    why: str


@dataclass(frozen=True)
class Circle:
    """What a picture shares with others: its scene, a figure in it, its chat, its account."""

    kind: DriftKind
    name: str
    """As in `drifts.name`: a scene, a figure's name, an account's number, or a chat's name after
    its account's number and a colon."""
    recent: tuple[Recent, ...]
    """The last pictures of the batch that share it, newest first and without this one; replaced
    ones are among them."""


@dataclass(frozen=True)
class Situation:
    """What is known of one picture and its panel, in one moment."""

    image: int
    sha256: str
    key: str
    library: str
    batch: int
    recipe: Recipe
    """What it was made from, and is on record for."""
    file_size: tuple[int, int]
    """Width and height, in pixels."""
    measure: Measure | None
    failure: str
    """Why its bytes cannot be measured; empty where they are measured."""
    approved: ApprovedSet
    takes: tuple[Take, ...]
    """All takes of the panel from its recipe that are measured, oldest first, this one among
    them. Only those whose format fits are there."""
    circles: tuple[Circle, ...]
    """From the smallest to the largest: chat, figures, scene, account."""
    drifts: tuple[OpenDrift, ...]
    """All of its batch."""
    outliers: Outliers
    """What its batch does about outliers."""
    repair: int
    """The number of the repair that made it; 0 for the first picture."""
    is_steered: Steering
    """How it was sent itself."""
    is_repairable: bool
    """Whether one more take may be ordered at all: the picture came in this batch, which is open,
    its panel still asks for what it was made from, and the author said nothing about it."""
    is_settled: bool
    """Whether the author had a word on it: approved, kept, chosen, corrected."""
    repairs: int
    """How many repairs a panel of its batch gets at most."""
    budget: int
    """How many repairs its batch may order in all."""
    used: int
    """How many it has ordered."""
    steering: Steering
    """How panels of its batch are sent now."""
    style_references: tuple[Reference, ...]
    """Of the batch: the pictures that show the style, of which the library keeps copies."""
    examples: tuple[Held, ...]
    """Up to two approved pictures that may be sent with a repair, the first approvals first. They
    have to be kept as reference copies before."""


def of_image(connection: Connection, image: int, version: str) -> Situation | None:
    """What is known of a panel's picture; None where it is that no more, or is not measured yet."""
    raise NotImplementedError


@dataclass(frozen=True)
class CircleSeries:
    """Pictures that share something, in the order in which they were made."""

    kind: DriftKind
    name: str
    keys: tuple[str, ...]
    measures: tuple[Measure, ...]
    """Without their vectors, which no trend needs."""


def series(
    connection: Connection, image: int, version: str, *, most: int = 120
) -> Sequence[CircleSeries]:
    """The pictures that share the scene, a figure or the chat of one, for slow drift.

    Repairs, steered pictures and those that stand out are left out.
    """
    raise NotImplementedError
