"""What authors decide about pictures, what a decision was based on, and undoing it."""

from pydantic import Field

from pressrun.protocol.messages.base import (
    PROMPT_CHARS,
    Amount,
    Hex,
    Line,
    Message,
    Name,
    Number,
    Numbers,
    Text,
)
from pressrun.protocol.messages.gallery import TILES, Tile
from pressrun.states import AuthorAct, Rejected, Remake

DECIDED = 5_000
"""The most panels that one decision is about."""


class BasedOn(Message):
    """A panel, and what whoever decides saw of it.

    Where something else is there by now, nothing is decided about this panel, and a conflict is
    told. None means that it was not looked at: a command decides about what is there.
    """

    key: Line = Field(description="a panel; without `picture` also a page or a chapter")
    picture: Hex | None = Field(default=None, description="SHA-256 of the picture that was seen")
    decided: Number | None = Field(default=None, description="`Tile.decided` as it was seen")


class DecideOrder(Message):
    """Decide about the pictures of panels."""

    library: Line | None = Field(
        default=None, description="absolute path; None is that of `batch`, or of the newest batch"
    )
    batch: Number | None = None
    act: AuthorAct
    panels: list[BasedOn] = Field(min_length=1, max_length=DECIDED)
    by: Name = Field(default="command line", description="where it was decided, for people")
    because: Rejected | None = Field(
        default=None, description="why, of a rejection; an offered take is declined without as well"
    )
    note: Text | None = Field(
        default=None,
        description="the author's own words: of a rejection or one more take what is to be "
        "different, of a note the note; of at most `NOTE_CHARS`. An empty note is removed",
    )
    remake: Remake | None = Field(
        default=None,
        description="of a rejection: whether and how one more take is made; of one more take: how",
    )
    words: str | None = Field(
        default=None,
        max_length=PROMPT_CHARS,
        description="of one more take: words for it in place of the panel's own",
    )
    take: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="the one to choose or to correct, or that is approved or declined",
    )
    sure: bool = Field(
        default=False,
        description="whether approved pictures are rejected with their chapter, and locked ones "
        "unlocked on the way",
    )


class Conflict(Message):
    """A panel about which nothing was decided, and why."""

    key: Line
    why: Line = Field(description="what is there by now, and who decided it, for people")
    tile: Tile | None = Field(default=None, description="as it is now")


class Decided(Message):
    """What a decision came to."""

    decision: Number | None = Field(description="its number, to undo it; None: nothing changed")
    panels: Amount = Field(description="about how many it was")
    batches: Numbers = Field(default=[], description="those that make what it orders")
    conflicts: list[Conflict] = Field(default=[], max_length=DECIDED)
    left: Amount = Field(
        default=0, description="about how many nothing was decided; `conflicts` tells the first"
    )
    tiles: list[Tile] = Field(
        default=[], max_length=TILES, description="as they are now, of the first panels"
    )
    pinned: list[Line] = Field(
        default=[],
        max_length=1_000,
        description="files, below the book's folder, that approved sheets are kept as",
    )
    told: Line = Field(default="", description="what became of it, for people")
    advice: Line = Field(default="", description="what may be done next, for people")


class UndoOrder(Message):
    """Undo a decision."""

    library: Line | None = Field(
        default=None, description="absolute path; None is that of the decision, or of `batch`"
    )
    batch: Number | None = None
    decision: Number | None = Field(
        default=None, description="which; None is the newest one that stands and is no undo"
    )
    by: Name = Field(default="command line", description="where it is undone, for people")


class Undone(Message):
    """What was undone."""

    decision: Number | None = Field(description="None: there was nothing to undo")
    act: AuthorAct | None
    panels: Amount
    conflicts: list[Conflict] = Field(default=[], max_length=DECIDED)
    left: Amount = Field(default=0, description="as of `Decided`")
    tiles: list[Tile] = Field(default=[], max_length=TILES)
    told: Line = Field(description="what was undone and what was not, for people")
