"""Accounts: the author's ceilings, and the limits that each account has met."""

from pydantic import Field

from pressrun.protocol.messages.base import (
    Amount,
    Line,
    Message,
    Minute,
    Moment,
    Name,
    Number,
    Numbers,
    Seconds,
)


class AccountAllow(Message):
    """The author's ceilings for an account; None means no ceiling."""

    account: Number | None = Field(
        default=None, description="None: all accounts, those that are not known yet, too"
    )
    tabs: int | None = Field(default=None, ge=1, le=32)
    per_hour: int | None = Field(default=None, ge=1, le=10_000)
    quiet_from: int | None = Field(
        default=None, ge=0, lt=1_440, description="a minute of the day, in local time"
    )
    quiet_until: int | None = Field(default=None, ge=0, lt=1_440)


class AccountsAllowed(Message):
    """The accounts whose ceilings were set."""

    accounts: Numbers


class AccountResume(Message):
    """The author has looked at the page of an account that waits for that: it goes on."""

    account: Number


class LimitStatus(Message):
    """A limit that an account met."""

    at: Moment
    outcome: Name
    until: Moment = Field(description="when it ends, with a margin")
    tabs: Amount = Field(description="how many tabs had a prompt at the site")


class AccountAllowance(Message):
    """What an account may do, and what has been seen of it."""

    account: Number
    site: Name
    profile: Line = Field(description="the browser's")
    browser: Amount = Field(
        default=1, description="the same as a number for people; 0: of pictures that were found"
    )
    tabs: Amount = Field(description="how many it may use now")
    begins_at: Moment | None = Field(description="when it may send again; None: now")
    why: Line | None = Field(description="why not before then, in one sentence")
    asks: bool = Field(
        default=False, description="whether it waits for the author to look at its page"
    )
    last_hour: Amount = Field(description="prompts that the site accepted, among the last 500")
    last_day: Amount
    cap: Amount | None = Field(
        description="so many prompts in `cap_seconds`, as the site has shown"
    )
    cap_seconds: Seconds | None
    cap_sure: bool = Field(description="whether it was met twice alike and is now respected")
    limits: list[LimitStatus] = Field(max_length=1_000, description="the newest first")
    most_tabs: Amount | None = Field(description="the author's own ceiling, as the next three")
    most_per_hour: Amount | None
    quiet_from: Minute | None
    quiet_until: Minute | None


class AccountAllowances(Message):
    """Every known account, and what a new one begins with."""

    accounts: list[AccountAllowance] = Field(max_length=10_000)
    most_tabs: Amount | None = Field(
        default=None, description="the author's ceiling for new accounts, as the next three"
    )
    most_per_hour: Amount | None = None
    quiet_from: Minute | None = None
    quiet_until: Minute | None = None


PARTS = 200
"""The most parts that a span of time is told in."""

LIMITS_TOLD = 200
"""The most limits that one span is told with."""


class AccountHistoryQuery(Message):
    """Ask what an account was sent over a span of time, in parts of equal length."""

    account: Number
    seconds: float = Field(
        gt=0.0, le=366 * 86_400.0, allow_inf_nan=False, description="how far back it goes"
    )
    parts: int = Field(ge=1, le=PARTS)
    until: Moment | None = Field(default=None, description="when it ends; None: now")


class HistoryPart(Message):
    """One part of the time, the oldest first."""

    sends: Amount = Field(description="prompts that the site accepted")
    pictures: Amount = Field(description="of these, those that brought a picture")
    tabs: Amount = Field(
        description="how many the account could use at its end, or now, as far as the site had "
        "shown; 0 while it rested. The author's own ceilings are left out"
    )


class AccountHistory(Message):
    """What an account was sent over a span of time, and which limits it met."""

    account: Number
    begin: Moment
    seconds: Seconds = Field(description="how long one part is")
    parts: list[HistoryPart] = Field(max_length=PARTS)
    limits: list[LimitStatus] = Field(
        max_length=LIMITS_TOLD, description="those of this time, the newest first"
    )
