"""The host's log, for views."""

from pydantic import Field

from pressrun.protocol.messages.base import Amount, Line, Message, Moment, Name, Number

LOG_LINES = 500
"""The most lines that one answer carries."""


class LogQuery(Message):
    """Ask for lines of the log; answered when there are some, or after `wait` seconds."""

    after: int = Field(
        default=-1, ge=-1, le=2**53 - 1, description="the newest line already known; -1: none"
    )
    level: Name = Field(default="info", description="the least level that is told")
    text: Line = Field(default="", description="what lines have to contain; empty for anything")
    most: Amount = Field(default=200, le=LOG_LINES)
    wait: float = Field(default=0.0, ge=0.0, le=25.0, allow_inf_nan=False)


class LogLine(Message):
    """One line, in the words of `pressrun logs`."""

    number: Number
    at: Moment
    level: Name
    about: Name = Field(description="the part of Pressrun that tells it")
    text: Line


class LogFound(Message):
    """Lines of the log, the newest last."""

    lines: list[LogLine] = Field(max_length=LOG_LINES)
    at: Number = Field(description="the newest line that was looked at")
    missed: bool = Field(default=False, description="whether lines before these are not told")
