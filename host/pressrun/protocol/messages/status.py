"""What the views show: tabs, accounts and batches."""

from pydantic import Field

from pressrun.protocol.messages.base import (
    Amount,
    Line,
    Message,
    Moment,
    Name,
    Number,
)
from pressrun.protocol.messages.batch import BatchStatus


class TabStatus(Message):
    """One worker tab, for people."""

    tab: Number
    doing: Line
    key: Line | None
    since: Moment
    made: Amount


class AccountStatus(Message):
    """One account and its tabs, for people."""

    account: Line
    profile: Name = Field(description="its browser profile, as that calls itself")
    connected: bool
    tabs: list[TabStatus] = Field(max_length=1_000)
    resting: Line | None = Field(description="why it rests, and until when, for people")
    resting_until: Moment | None
    asks: bool = Field(
        default=False, description="whether the author has to do something in its browser first"
    )
    failing: Amount = Field(
        default=0, description="how many of its last attempts in a row made no picture"
    )
    because: Line | None = Field(default=None, description="why the last of them did not")


class StatusQuery(Message):
    """Ask for the status; answered when it is newer than `after`, or after `wait` seconds."""

    after: int = Field(
        default=-1, ge=-1, le=2**53 - 1, description="the revision already known; -1: none"
    )
    wait: float = Field(default=0.0, ge=0.0, le=25.0, allow_inf_nan=False)


class Status(Message):
    """Everything that the views show, in one message."""

    revision: Number
    version: Name
    now: Moment
    sentence: Line = Field(description="what is happening, or why nothing is")
    state: Line = Field(
        default="",
        description="which of the sentences it is, for what a view offers; empty while nothing can "
        "be written to disk",
    )
    accounts: list[AccountStatus] = Field(max_length=1_000)
    batches: list[BatchStatus] = Field(max_length=10_000)
    log: Line = Field(description="path of the host's log")
