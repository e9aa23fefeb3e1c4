"""The managed browser, which the host starts, stops and restarts."""

from pydantic import Field

from pressrun.protocol.messages.base import (
    Line,
    Message,
    Name,
    Number,
)


class BrowserStart(Message):
    """Start the managed browser, and keep it running."""

    program: Line = Field(description="absolute path of a Chromium")
    headless: bool = False
    flags: list[Line] = Field(
        default_factory=list, max_length=64, description="further flags and addresses"
    )
    environment: dict[Name, Line] = Field(
        default_factory=dict,
        max_length=16,
        description="variables that say where its window appears",
    )


class BrowserStatus(Message):
    """The state of the managed browser."""

    wanted: bool = Field(description="whether the host keeps it running")
    pid: Number | None = Field(description="None while it does not run")
    sentence: Line
