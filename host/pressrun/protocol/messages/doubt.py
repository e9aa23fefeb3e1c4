"""Jobs in doubt, and what the author decides about them."""

from pydantic import Field

from pressrun.protocol.messages.base import (
    Amount,
    Line,
    Message,
    Moment,
    Number,
    Numbers,
)
from pressrun.states import DoubtChoice


class DoubtStatus(Message):
    """One job that may or may not have been sent, for people."""

    job: Number
    batch: Number
    key: Line
    library: Line
    sent_at: Moment
    reason: Line = Field(description="why it cannot be proved, in one sentence")
    waits: bool = Field(description="waits for the author; otherwise Pressrun is still checking")


class Offer(Message):
    """A choice that the author has, in words."""

    choice: DoubtChoice
    label: Line
    about: Line


class Doubts(Message):
    """The jobs in doubt, those that wait for the author first."""

    doubts: list[DoubtStatus] = Field(max_length=128)
    total: Amount = Field(description="how many there are, shown here or not")
    choices: list[Offer] = Field(max_length=8, description="what may be decided about each")


class DoubtDecide(Message):
    """The author's decision about jobs in doubt; it applies to all of them or to none."""

    choice: DoubtChoice
    jobs: list[Number] | None = Field(
        default=None, max_length=10_000, description="None: all that wait for the author"
    )


class DoubtDecided(Message):
    """The jobs that a decision changed."""

    jobs: Numbers
