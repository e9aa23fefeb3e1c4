"""What the host has the extension show outside its pages."""

from enum import StrEnum

from pydantic import Field

from pressrun.protocol.messages.base import Amount, Line, Message, Name, Number, PageLine


class NoticeKind(StrEnum):
    """What a notification is about; the author can switch each kind off."""

    ENDED = "ended"
    """A batch is done."""
    STOPPED = "stopped"
    """An account or a batch stopped, and goes on by itself later."""
    NEEDS_YOU = "needs-you"
    FIRST = "first"
    """The first picture of a run is there."""


class NoticeWords(Message):
    """A sentence in the extension's own words, which it has in the author's language."""

    words: Name = Field(description="`told_` and this is its name in `_locales`")
    figures: list[Amount] = Field(
        default=[],
        max_length=4,
        description="$1 and on in it; where there are any, `_one` or `_many` follows the name, as "
        "the first one is",
    )
    names: list[PageLine] = Field(
        default=[], max_length=4, description="what is filled in after them"
    )


class NoticeShow(Message):
    """Show a notification of the system, if the author wants this kind.

    Where no page isolates a text from others, it has no characters that turn a line around.
    """

    id: Name = Field(description="a later one of the same name takes its place")
    kind: NoticeKind
    title: NoticeWords
    says: list[NoticeWords] = Field(max_length=8)
    text: PageLine = Field(
        default="", description="what follows, such as the site's own words; it is in English"
    )
    tab: Number | None = Field(default=None, description="the tab that a click shows")
    library: Line | None = Field(default=None, description="otherwise it shows this in the studio")
    key: Line | None = None


class BadgeShow(Message):
    """Show on the extension's icon how things stand; its texts are as those of notifications."""

    text: Name | None = Field(description="at most four characters: what is left, or `!`")
    title: PageLine = Field(description="the status in one sentence")
    asks: bool = Field(description="whether the author is needed")


class ViewOpen(Message):
    """Open the studio, or bring it to the front where it is open."""

    library: Line | None = None
    key: Line | None = None


class ViewOpened(Message):
    """The address of the page that shows it."""

    address: Line
