"""What the views show: tabs, accounts and batches."""

from pydantic import Field

from pressrun.protocol.messages.base import Line, Message, Name
from pressrun.protocol.messages.batch import BatchStatus


class TabStatus(Message):
    """One worker tab, for people."""

    tab: int
    doing: Line
    key: Line | None
    since: float
    made: int


class AccountStatus(Message):
    """One account and its tabs, for people."""

    account: Line
    profile: Name = Field(description="its browser profile, as that calls itself")
    connected: bool
    tabs: list[TabStatus]
    resting: Line | None = Field(description="why it rests, and until when, for people")
    resting_until: float | None
    asks: bool = Field(
        default=False, description="whether the author has to do something in its browser first"
    )
    failing: int = Field(
        default=0, description="how many of its last attempts in a row made no picture"
    )
    because: Line | None = Field(default=None, description="why the last of them did not")


class StatusQuery(Message):
    """Ask for the status; answered when it is newer than `after`, or after `wait` seconds."""

    after: int = Field(default=-1, description="the revision already known")
    wait: float = Field(default=0.0, ge=0.0, le=25.0)


class Status(Message):
    """Everything that the views show, in one message."""

    revision: int
    version: Name
    now: float
    sentence: Line = Field(description="what is happening, or why nothing is")
    accounts: list[AccountStatus]
    batches: list[BatchStatus]
    log: Line = Field(description="path of the host's log")
