"""What the host has the extension show outside its pages."""

from enum import StrEnum

from pydantic import Field

from pressrun.protocol.messages.base import Line, Message, Name, Number


class NoticeKind(StrEnum):
    """What a notification is about; the author can switch each kind off."""

    ENDED = "ended"
    """A batch is done."""
    STOPPED = "stopped"
    """An account or a batch stopped, and goes on by itself later."""
    NEEDS_YOU = "needs-you"
    FIRST = "first"
    """The first picture of a run is there."""


class NoticeShow(Message):
    """Show a notification of the system, if the author wants this kind."""

    id: Name = Field(description="a later one of the same name takes its place")
    kind: NoticeKind
    title: Line
    text: Line
    tab: Number | None = Field(default=None, description="the tab that a click shows")
    library: Line | None = Field(default=None, description="otherwise it shows this in the studio")
    key: Line | None = None


class BadgeShow(Message):
    """Show on the extension's icon how things stand."""

    text: Name | None = Field(description="at most four characters: what is left, or `!`")
    title: Line = Field(description="the status in one sentence")
    asks: bool = Field(description="whether the author is needed")


class ViewOpen(Message):
    """Open the studio, or bring it to the front where it is open."""

    library: Line | None = None
    key: Line | None = None


class ViewOpened(Message):
    """The address of the page that shows it."""

    address: Line
