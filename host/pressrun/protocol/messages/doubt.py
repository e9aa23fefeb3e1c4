"""Jobs in doubt, and what the author decides on them."""

from pydantic import Field

from pressrun.protocol.messages.base import Line, Message
from pressrun.states import DoubtChoice


class DoubtStatus(Message):
    """One job of which nobody can prove yet whether it was sent, for people."""

    job: int
    batch: int
    key: Line
    library: Line
    sent_at: float
    reason: Line = Field(description="why nothing is proved, in one sentence")
    waits: bool = Field(description="waits for the author; otherwise it is still looked after")


class Offer(Message):
    """A choice that the author has, in words."""

    choice: DoubtChoice
    label: Line
    about: Line


class Doubts(Message):
    """The jobs in doubt, those that wait for the author first."""

    doubts: list[DoubtStatus] = Field(max_length=128)
    total: int = Field(description="how many there are, shown here or not")
    choices: list[Offer] = Field(max_length=8, description="what may be decided about each")


class DoubtDecide(Message):
    """The author's decision on jobs in doubt; all of them or none are changed."""

    choice: DoubtChoice
    jobs: list[int] | None = Field(
        default=None, max_length=10_000, description="None: every one that waits for the author"
    )


class DoubtDecided(Message):
    """The jobs that a decision changed."""

    jobs: list[int]
