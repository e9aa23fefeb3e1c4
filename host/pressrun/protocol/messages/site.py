"""Checking the site profile against the pages that are open."""

from pydantic import Field

from pressrun.protocol.messages.base import (
    Line,
    Message,
    Name,
    Number,
)
from pressrun.protocol.messages.page import Seen


class TabChecked(Message):
    """What one worker tab shows, role by role."""

    tab: Number
    shell: Line = Field(description="empty when no shell was recognised")
    found: list[Seen] = Field(default_factory=list, max_length=64)
    missing: list[Name] = Field(
        default_factory=list,
        max_length=64,
        description="what the page lacks and nothing is sent without",
    )
    outcome: Line = Field(description='an outcome, or "ready" for a prompt, or "working" on one')
    text: Line


class SiteChecked(Message):
    """How the site's pages are read right now."""

    site: Name
    version: Line = Field(description="the profile's")
    tabs: list[TabChecked] = Field(max_length=256)


class SiteKept(Message):
    """The captures that were kept."""

    files: list[Line] = Field(max_length=256, description="absolute paths")
    failed: list[Line] = Field(max_length=256, description="why a tab's page could not be kept")
