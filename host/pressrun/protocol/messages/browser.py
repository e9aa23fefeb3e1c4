"""The managed browser: started, stopped and looked after by the host."""

from pydantic import Field

from pressrun.protocol.messages.base import Line, Message, Name


class BrowserStart(Message):
    """Start the managed browser, and keep it running."""

    program: Line = Field(description="absolute path of a Chromium")
    headless: bool = False
    flags: list[Line] = Field(
        default_factory=list, max_length=64, description="further flags and addresses"
    )
    environment: dict[Name, Line] = Field(
        default_factory=dict, max_length=16, description="where its window is to be shown"
    )


class BrowserStatus(Message):
    """How the managed browser stands."""

    wanted: bool = Field(description="whether it is to be kept running")
    pid: int | None = Field(description="None while it does not run")
    sentence: Line
