"""Panels: where each stands, and everything that is known of one."""

from pydantic import Field

from pressrun.protocol.messages.base import (
    REFERENCES,
    Amount,
    Line,
    Message,
    Moment,
    Name,
    Number,
    Text,
)
from pressrun.states import Ending, PanelState, PictureState, Rejected, Reviewed


class PanelsQuery(Message):
    """Ask for panels of a library, a page at a time."""

    batch: Number | None = Field(
        default=None, description="whose list; None is all lists of the newest batch's library"
    )
    states: list[PanelState] = Field(default=[], max_length=16, description="none means all")
    misfits: bool = Field(
        default=False,
        description="whether also those whose picture has another format than was asked for, or "
        "without states those alone",
    )
    offered: bool = Field(
        default=False,
        description="whether also those with a take that waits for the author's yes, or without "
        "states those alone",
    )
    reviewed: list[Reviewed] = Field(
        default=[],
        max_length=4,
        description="only those of which their author said this; none means all",
    )
    keys: list[Line] = Field(
        default=[], max_length=1_000, description="panels, scenes or pages; none means all"
    )
    text: Line = Field(
        default="", description="in the key, prompt, lettering or note; empty means all"
    )
    first: Amount = Field(default=0, description="how many panels to pass over")


class PanelStatus(Message):
    """Where a panel stands, and what its author can do."""

    key: Line
    list: Line = Field(description="path of the list that asks for it; empty when none does")
    line: Amount = Field(description="its line in that list; 0 when unknown")
    words: Line = Field(description="how its prompt begins")
    state: PanelState
    reason: Line = Field(description="why, where the site told in its own words")
    advice: Line = Field(description="what the author can do; empty when nothing has to be done")
    reviewed: Reviewed = Field(
        default=Reviewed.UNREVIEWED, description="what its author said of its picture"
    )
    locked: bool = Field(default=False, description="whether its author locked its picture")
    offered: bool = Field(
        default=False, description="whether a take of it waits for the author's yes"
    )


class PanelsFound(Message):
    """A page of panels."""

    library: Line
    total: Amount = Field(description="how many panels match")
    panels: list[PanelStatus] = Field(max_length=500)


class PanelQuery(Message):
    """Ask for everything about one panel."""

    batch: Number | None = Field(default=None, description="whose library; None is the newest")
    library: Line | None = Field(default=None, description="absolute path, in place of `batch`")
    key: Line


class TryStatus(Message):
    """One attempt at a panel."""

    batch: Number
    number: Amount
    account: Number
    started_at: Moment
    sent_at: Moment | None = Field(description="when Send was about to be clicked; None: not sent")
    ended_at: Moment | None
    ending: Ending | None = Field(description="None while it goes on, or is in doubt")
    reason: Line
    chat: Line | None = Field(description="the address of its chat, if known")


class TakeStatus(Message):
    """One picture of a panel."""

    number: Amount = Field(description="its number for good, the oldest first")
    place: PictureState
    path: Line = Field(description="absolute path of the file")
    sha256: Name
    width: Amount
    height: Amount
    filed_at: Moment
    approved: bool
    locked: bool = False
    offered: bool = Field(
        default=False, description="whether it came after the approved one and waits for a yes"
    )
    decided: Number = Field(default=0, description="number of the author's last decision about it")
    rejected: Rejected | None = Field(default=None, description="why its author rejected it")
    rejected_note: Text | None = Field(default=None, description="the same in the author's words")
    said: Text | None = Field(
        default=None, description="what it was asked for with, where that was not the panel's words"
    )
    style: Line = Field(
        default="", description="how it stands to the approved pictures; empty if unknown"
    )
    format: Name | None = Field(default=None, description="the aspect ratio that was asked for")
    misfit: Line | None = Field(default=None, description="what is wrong with its format")
    note: Text | None
    made_from: Amount | None = Field(
        default=None, description="number of the take of which it is a correction"
    )
    chat: Line | None = Field(default=None, description="the address of its chat, if known")
    account: Number | None = Field(default=None, description="whose chat that is, if known")


class LayerTold(Message):
    """One part of a prompt of a book."""

    name: Name
    text: Text


class ReferenceTold(Message):
    """A picture that a panel is sent with."""

    name: Line
    picture: Name | None = Field(description="SHA-256 of its copy; None where it is not there yet")


class HistoryLine(Message):
    """Something that happened to a panel, in a sentence."""

    at: Moment
    text: Line


class PanelDetail(Message):
    """Everything that is known of one panel."""

    panel: PanelStatus
    library: Line
    prompt: Text
    references: list[Line] = Field(max_length=REFERENCES, description="names of files")
    format: Name | None = Field(
        default=None, description="the aspect ratio that is asked for; None leaves it to the site"
    )
    after: Line | None = Field(description="the panel whose approval it waits for")
    tries: list[TryStatus] = Field(max_length=10_000)
    takes: list[TakeStatus] = Field(max_length=10_000)
    title: Line = Field(default="", description="what it is called on its page, for people")
    layers: list[LayerTold] = Field(
        default=[], max_length=32, description="its prompt by layers; of a list none"
    )
    sent_with: list[ReferenceTold] = Field(
        default=[], max_length=REFERENCES, description="the pictures of `references`"
    )
    lettering: list[Line] = Field(default=[], max_length=200, description="its words, as read")
    file: Line = Field(default="", description="the author's file that asks for it, and its line")
    history: list[HistoryLine] = Field(default=[], max_length=1_000, description="oldest first")
    note: Text | None = Field(default=None, description="what the author noted about it")
    waiting: list[Line] = Field(
        default=[], max_length=100, description="panels that wait for a word on it"
    )
