"""Batches: what to make, how it goes, and when it will be done."""

from enum import StrEnum

from pydantic import Field

from pressrun.protocol.messages.base import REFERENCES, Line, Message, Name
from pressrun.states import BatchState, JobChoice, OnDoubt


class Binding(StrEnum):
    """What decides how long a batch takes."""

    GENERATION = "generation"
    """The site's time for a picture, in as many tabs as the account allows."""
    CAP = "cap"
    """What the account may have made in a span of time."""
    TABS = "tabs"
    """The number of tabs that the author asked for; the account would allow more."""
    MEMORY = "memory"


class Basis(StrEnum):
    """What a forecast goes by."""

    PROFILE = "profile"
    """What the site profile says is usual; this account made nothing yet."""
    ACCOUNT = "account"
    """What the account needed before."""
    BATCH = "batch"
    """What this batch measured."""


class BatchStart(Message):
    """Make what a prompt list wants and its library lacks."""

    source: Line = Field(description="absolute path of the prompt list")
    library: Line = Field(description="absolute path of the folder for the pictures")
    site: Name = "chatgpt"
    tabs: int = Field(default=2, ge=1, le=32)
    on_doubt: OnDoubt = OnDoubt.ASK
    references: list[Line] = Field(
        default=[],
        max_length=REFERENCES,
        description="absolute paths of pictures that every prompt is sent with",
    )


class BatchStarted(Message):
    """What `batch.start` found to do."""

    batch: int | None = Field(description="None when everything is made already")
    wanted: int
    made: int = Field(description="in the library before this batch")


class BatchChoice(Message):
    """Which batch is meant; None means every open one."""

    batch: int | None = None


class BatchChanged(Message):
    """The batches that a call changed."""

    batches: list[int]


class BatchAdjust(BatchChoice):
    """Give an open batch other tabs or another priority; what is None stays as it is."""

    tabs: int | None = Field(default=None, ge=1, le=32)
    priority: int | None = Field(default=None, ge=-100, le=100)


class JobsOrder(BatchChoice):
    """An order on panels of a batch; None means the newest."""

    choice: JobChoice
    keys: list[Line] = Field(
        default_factory=list,
        max_length=1_000,
        description="panels, or scenes and pages; to retry, none means all that failed",
    )


class JobsOrdered(Message):
    """What an order changed."""

    jobs: int = Field(description="how many")


class Outlook(Message):
    """How long something will take, in seconds from now, and what decides it."""

    shortest: float
    likely: float
    longest: float
    binds: Binding
    basis: Basis
    span: Line = Field(description="how long, as a range, for people")
    sentence: Line = Field(description="which limit binds, and what that is based on, for people")


class BatchPlan(Message):
    """What a `batch.start` with the same words would do."""

    wanted: int
    done: int = Field(description="in the library as wanted")
    new: int = Field(description="never made")
    held: int = Field(default=0, description="to be made when other panels are approved")
    stale: int = Field(description="made from other words, or no longer in the library")
    failed: int = Field(description="given up when it was last tried")
    under_way: int = Field(description="in the open batch already")
    refused: int = Field(description="refused by the site as they are, and not sent again")
    outlook: Outlook | None = Field(description="None when nothing is left to make")


class Approval(Message):
    """A picture that waits for the author's approval."""

    key: Line
    panels: int = Field(description="how many come right after it")


class Count(Message):
    """How many jobs of a batch are in one state, for people."""

    text: Line
    wrong: bool = Field(description="the author is needed, now or in the end")


class BatchStatus(Message):
    """One batch in numbers, and in the words that the views show."""

    batch: int
    name: Line
    source: Line
    library: Line
    site: Name
    state: BatchState
    tabs: int = Field(default=2, description="how many the author asked for on each account")
    total: int
    done: int
    made_before: int = Field(description="wanted and in the library before this batch")
    working: int
    waiting: int
    doubt: int = Field(description="sent, and not yet known what became of it")
    asking: int = Field(description="those in doubt that wait for the author")
    held: int = Field(default=0, description="not begun before another panel is approved")
    approval: Approval | None = Field(
        default=None, description="the one for which most of those wait that are held"
    )
    failed: int
    refused: int
    cancelled: int
    per_minute: float | None
    seconds_left: float | None = Field(description="as is likely, while it runs")
    outlook: Outlook | None = Field(default=None, description="while it runs")
    counts: list[Count] = Field(max_length=16, description="those that are not zero")
    progress: Line = Field(description="how fast it goes and how long it takes, or its state")
    forecast: Line = Field(description="a range of time, and what sets it; empty when unknown")
    obstacle: Line | None = Field(description="why nothing can be made of it")
