"""How pictures stand to those that the author approved, and what the author says of them."""

from typing import Annotated

from pydantic import Field

from pressrun.protocol.messages.base import Amount, Line, Message, Name, Number
from pressrun.protocol.messages.batch import BatchChoice, Count
from pressrun.states import DriftKind, MarkState

LEVELS = 8
"""The steps of a chapter's line; the upper two are those of pictures that stand out."""

POINTS = 32
"""How many points a chapter's line has at most."""

Level = Annotated[int, Field(ge=0, lt=LEVELS)]


class StyleQuery(BatchChoice):
    """Ask how the pictures of a library stand to the approved ones."""

    source: Line | None = Field(
        default=None,
        description="absolute path of the list or the `book.toml` whose newest batch is meant; "
        "None is the batch that is named, or the newest",
    )


class ApprovedStatus(Message):
    """A picture that others are compared with."""

    key: Line
    odd: bool = Field(description="whether it disagrees with the others")
    why: Line = Field(description="how it differs, if it does, for people")


class OutlierStatus(Message):
    """A picture that stands out, and what its author can do."""

    key: Line
    path: Line = Field(description="absolute path of the picture")
    state: MarkState
    rank: Amount = Field(
        description="its place among those it was compared with, 1 for the one that stands out "
        "most; 0 where it was compared with none"
    )
    of: Amount = Field(description="how many those are")
    why: Line = Field(description="how it stands out, for people")
    advice: Line = Field(description="what the author can do; commands, for people")
    held: Amount = Field(default=0, description="how many panels wait for the author's word on it")


class ChapterStyle(Message):
    """How a chapter stands to the approved pictures, in the order in which it was made."""

    chapter: Line = Field(description="its key, such as ch01")
    pictures: Amount
    outliers: Amount = Field(description="of these, the ones that stand out")
    line: list[Level] = Field(
        max_length=POINTS,
        description="how far its pictures are from the approved ones, from the first to the last",
    )


class DriftStatus(Message):
    """Where pictures move away from the approved ones."""

    number: Number
    kind: DriftKind
    about: Line = Field(description="what the pictures share, for people, such as: Mara")
    slow: bool = Field(description="whether it is a slow change, of which no picture stands out")
    since: Line = Field(description="key of the panel with which it began")
    why: Line = Field(description="what changed, for people")
    held: Amount = Field(description="how many panels wait until it is settled")
    advice: Line


class StyleReport(Message):
    """How the pictures of a library stand to the approved ones."""

    library: Line
    source: Line = Field(description="path of the list or the book")
    version: Name | None = Field(
        description="of the measure; None where nothing can be measured on this machine"
    )
    network: bool = Field(description="whether pictures are measured with the network as well")
    fault: Line = Field(default="", description="why nothing can be measured")
    approved: list[ApprovedStatus] = Field(
        max_length=100, description="those that others are compared with, odd ones first"
    )
    approvals: Amount = Field(description="how many pictures are approved")
    references: Amount = Field(description="how many pictures of the style are compared with")
    rejected: Amount = Field(description="how many pictures were rejected because of their style")
    basis: Line = Field(description="what pictures are compared with, and what would be better")
    agreement: Line = Field(description="whether those agree with each other; empty if unknown")
    pictures: Amount
    counts: list[Count] = Field(max_length=16, description="those that are not zero")
    worst: list[OutlierStatus] = Field(max_length=10)
    chapters: list[ChapterStyle] = Field(max_length=500, description="in reading order")
    drifts: list[DriftStatus] = Field(max_length=100)
    rule: Line = Field(description="what becomes of outliers, and what was spent on that")
    steering: Line = Field(description="how later panels are sent because of it; may be empty")


class ReviewQuery(StyleQuery):
    """Ask for the pictures that wait for the author's word."""

    first: Amount = Field(default=0, description="how many to pass over")


class ReviewFound(Message):
    """A page of those pictures, the ones that stand out most first."""

    library: Line
    total: Amount
    pictures: list[OutlierStatus] = Field(max_length=200)


class DriftSettle(StyleQuery):
    """Let go of what drifts hold, and end how they have panels sent."""

    drifts: list[Number] = Field(
        default=[], max_length=1_000, description="their numbers; none means all of the library"
    )


class DriftsSettled(Message):
    """The drifts that were settled."""

    drifts: Amount
    let_go: Amount = Field(description="how many panels that they held are made now")
