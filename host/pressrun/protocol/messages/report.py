"""A report on a book or a list: how far it is, how fast it went, what was in the way."""

from pydantic import Field

from pressrun.protocol.messages.base import (
    Amount,
    Line,
    Message,
    Moment,
    Name,
    Number,
    Seconds,
)
from pressrun.protocol.messages.batch import Count
from pressrun.protocol.messages.style import OutlierStatus, StyleQuery

SPANS = 400
"""The most bars that a report's plot has."""

KEYS = 8
"""So many panels stand for a reason, at most."""


class ReportQuery(StyleQuery):
    """Ask for a report on the library of a batch, or of the newest batch of a source."""


class ReportChapter(Message):
    """How a chapter stands, in numbers of panels; a panel is counted once."""

    key: Line
    title: Line = Field(description="empty where it has none")
    panels: Amount
    made: Amount = Field(description="with the picture that is wanted")
    stale: Amount = Field(description="with a picture that was made from something else")
    waiting: Amount = Field(description="to be made, held, or being made")
    stuck: Amount = Field(description="failed, refused, or in doubt")
    left: Amount = Field(description="without a picture, and nothing makes one")
    approved: Amount = Field(description="of those with a picture, the approved ones")
    outliers: Amount = Field(description="of those with a picture, the ones that stand out")


class ReportSpan(Message):
    """What was sent and made in one span of time."""

    at: Moment
    sent: Amount
    made: Amount


class ReportLimit(Message):
    """A limit that an account met while it worked for this library."""

    at: Moment
    until: Moment
    account: Number
    outcome: Name
    tabs: Amount
    text: Line = Field(description="what the site said")


class ReportFailure(Message):
    """Panels that have no picture, or attempts that made none, for one reason."""

    why: Line
    count: Amount
    keys: list[Line] = Field(max_length=KEYS, description="the first of them")


class ReportAccount(Message):
    """What one account did for this library."""

    account: Number
    sent: Amount
    made: Amount
    first_at: Moment
    last_at: Moment


class ReportCost(Message):
    """What the pictures took."""

    pictures: Amount
    sent: Amount = Field(description="prompts of which the site may have counted each")
    days: Amount = Field(description="days on which something was sent, in local time")
    working: Seconds = Field(description="time in which attempts were under way")
    a_day: float = Field(ge=0.0, le=1e9, allow_inf_nan=False, description="pictures on such a day")
    best_day: Amount = Field(description="the most pictures on one day")
    accounts: list[ReportAccount] = Field(max_length=100)


class LibraryReport(Message):
    """Everything that a report tells."""

    made_at: Moment
    version: Name
    library: Line
    source: Line
    title: Line
    sentence: Line = Field(description="what is happening now")
    forecast: Line = Field(description="how long the rest will take; empty for nothing")
    panels: Amount
    made: Amount
    counts: list[Count] = Field(max_length=16)
    chapters: list[ReportChapter] = Field(max_length=500)
    span: Seconds = Field(description="how long each of `spans` is; 0 without any")
    spans: list[ReportSpan] = Field(max_length=SPANS, description="in order, also empty ones")
    limits: list[ReportLimit] = Field(max_length=200, description="the newest first")
    limits_met: Amount = Field(description="how many there were in all")
    needs: list[ReportFailure] = Field(
        max_length=100, description="panels that have no picture, by reason, the most first"
    )
    failures: list[ReportFailure] = Field(
        max_length=100, description="attempts that made no picture, by reason, the most first"
    )
    outliers: list[OutlierStatus] = Field(max_length=100)
    outliers_found: Amount
    basis: Line = Field(description="what pictures are compared with")
    rule: Line = Field(description="what becomes of pictures that stand out")
    cost: ReportCost
