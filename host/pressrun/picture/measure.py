"""What is measured of a picture, and what comes of comparing it: numbers and words, no pixels.

Nothing here needs more than the standard library, so that only the process that measures loads
what it takes to measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

FEWEST_COMPARED = 2
"""With fewer approved pictures nothing is compared: one does not say how much a style varies."""

FEWEST_REJECTED = 3
"""From so many on, pictures that were rejected because of their style teach a comparison."""


class Blemish(StrEnum):
    """What a picture alone shows to be wrong with it."""

    BLANK = "blank"
    """Nothing, or hardly anything, is drawn."""
    BORDERED = "bordered"
    """It has a frame or bars of one colour around it."""
    CUT_OFF = "cut-off"
    """A part of it is missing: rows or columns at one end are of one colour, or grey."""
    LETTERED = "lettered"
    """It holds words, where the style wants none."""


@dataclass(frozen=True)
class Measure:
    """What is measured of a picture's bytes; the same bytes and version give the same."""

    version: str
    """Of the measure: `1`, or `1+lite0` with the network. Two versions are never compared."""
    vector: bytes
    """Where it stands in the space of styles: float16 in little-endian order, opaque elsewhere."""
    attributes: tuple[float, ...]
    """Thirteen named attributes, in the order of `style.attributes.NAMES`, and after them further
    statistics of the same kind, by which only `Gauge.trends` goes."""
    likeness: str
    """A perceptual hash in hex: pictures that look nearly the same differ in few bits."""
    blemishes: tuple[Blemish, ...] = ()


NEAR = 18
"""Pictures whose likenesses differ in no more bits, of 256, are nearly the same. Re-encoded and
resized copies differ in up to so many; two million pairs of a drawn book's panels in more."""


def unwanted(found: Sequence[Blemish], approved: Sequence[Sequence[Blemish]]) -> list[Blemish]:
    """Which blemishes of a picture are none of its style: most of the approved have others.

    A frame may be meant: while nothing is approved, nobody knows.
    """
    known = len(approved) >= FEWEST_COMPARED
    return [
        each
        for each in found
        if (known or each != Blemish.BORDERED)
        and 2 * sum(each in those for those in approved) <= len(approved)
    ]


class MeasureError(Exception):
    """A picture cannot be measured; the text says why, for people."""


@dataclass(frozen=True)
class StyleComparison:
    """Pictures that are to be compared with those that the author approved. All of one version."""

    pictures: Sequence[Measure]
    approved: Sequence[Measure]
    """At least two; five are enough, and eight are better."""
    rejected: Sequence[Measure] = ()
    """Those that the author rejected because of their style."""


@dataclass(frozen=True)
class Verdict:
    """How a picture stands to the approved ones."""

    score: float
    """Lower is more in style. It has no unit: only scores of one comparison can be compared."""
    limit: float
    """A picture with a higher score stands out."""
    words: str = ""
    """How it differs, for the author, as `lines much thinner, colours warmer`. Empty where no
    attribute differs enough to be named."""
    correction: str = ""
    """What the site is asked for, as `draw thicker lines and cooler colours`; empty as `words`."""

    @property
    def stands_out(self) -> bool:
        """Whether the picture is an outlier."""
        return self.score > self.limit


@dataclass(frozen=True)
class StyleResult:
    """What comes of a comparison."""

    verdicts: tuple[Verdict, ...]
    """One for each picture, in order."""
    agreement: tuple[Verdict, ...]
    """One for each approved picture, against the others."""

    @property
    def odd(self) -> tuple[int, ...]:
        """The numbers, from 0, of the approved pictures that disagree with the others."""
        return tuple(i for i, each in enumerate(self.agreement) if each.stands_out)


@dataclass(frozen=True)
class Series:
    """Pictures of one chapter, figure, place or chat, in the order in which they were made."""

    pictures: Sequence[Measure]
    approved: Sequence[Measure]
    begins_in_style: bool = True
    """Whether the first pictures count as the approved do, once there are more. Where they may have
    left the style themselves, such as the later ones of chats, they do not."""
    finely: bool = False
    """Whether to look as finely as pictures of this style are alike, and not as those of any style.
    That takes a standard of many scenes, or else the next scene looks like a drift."""


@dataclass(frozen=True)
class Trend:
    """An attribute that changed over a series, slower than single pictures show."""

    attribute: str
    """One of `style.attributes.NAMES`."""
    since: int
    """The number, from 0, of the picture with which it began."""
    words: str
    """For people, as `colours have grown warmer`."""
    correction: str = ""
    """As in `Verdict`."""
    weights: tuple[float, ...] = ()
    """What a measure's attributes are weighed by to tell how much of the change is in a picture."""


def amount(measure: Measure, weights: Sequence[float]) -> float:
    """How much of a change is in a picture.

    Only the difference between two pictures tells anything, and only that of two whose measures are
    of one version.

    Args:
        measure: the picture's.
        weights: as in `Trend`.
    """
    return sum(each * weight for each, weight in zip(measure.attributes, weights, strict=False))
