"""Worker tabs: opened, listed, steered and closed."""

from pydantic import Field

from pressrun.protocol.messages.base import (
    Line,
    Message,
    Number,
    PageLine,
    PageName,
)
from pressrun.protocol.messages.page import PageProfile


class TabReady(Message):
    """A content script reports, from a new document or after its link was lost."""

    tab: Number
    document: PageName = Field(description="the browser's own id of the document")
    url: PageLine
    steps: dict[PageName, PageName] = Field(
        default_factory=dict,
        max_length=1_000,
        description="the last step done of each attempt in this document",
    )


class TabPlace(Message):
    """Whether a tab is a worker tab, with a profile to read by, or the author's own (None)."""

    page: PageProfile | None


class TabGone(Message):
    """A tab was closed, crashed or replaced."""

    tab: Number
    why: PageLine


class TabOpen(Message):
    """Open a worker tab, in the background."""

    url: Line


class TabOpened(Message):
    """The browser's id of the new tab."""

    tab: Number


class TabList(Message):
    """Every worker tab, whoever opened it."""

    tabs: list[Number] = Field(max_length=256)


class BrowserAwake(Message):
    """Keep the browser's machine awake or let it sleep, if the author allows it."""

    on: bool


class TabClose(Message):
    """Close a worker tab."""

    tab: Number


class TabGo(Message):
    """Load an address in a worker tab."""

    tab: Number
    url: Line
