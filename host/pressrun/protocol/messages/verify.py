"""Verifying a library: its steps and its findings."""

from enum import StrEnum

from pydantic import Field

from pressrun.protocol.messages.base import (
    Amount,
    Line,
    Message,
    Number,
    Text,
)


class Fault(StrEnum):
    """What can be wrong with a library or with its records."""

    DATABASE = "database"
    LIBRARY = "library"
    MISSING = "missing"
    """A picture on record has no file."""
    CHANGED = "changed"
    """A file does not hold the bytes that were made."""
    MISPLACED = "misplaced"
    """A picture on record is elsewhere in its library."""
    DUPLICATE = "duplicate"
    """Two panels have the same picture."""
    ORPHANED = "orphaned"
    """A picture with a sidecar that is not on record."""
    SIDECAR = "sidecar"
    """A picture's sidecar is missing, or disagrees with the record."""
    LEFTOVER = "leftover"
    RECORD = "record"
    """The records contradict each other."""


class Care(StrEnum):
    """Who has to do something about a finding."""

    YOURS = "yours"
    MENDABLE = "mendable"
    """`pressrun verify --repair` repairs it."""
    MENDED = "mended"
    NONE = "none"
    """Nobody; it is only reported."""


class Finding(Message):
    """One thing that is wrong, or was."""

    fault: Fault
    care: Care
    path: Text = Field(description="absolute")
    key: Line | None = None
    text: Line = Field(description="what is wrong, and what was or should be done")


class VerifyStep(Message):
    """Start verifying or continue; the host works only while it is asked to."""

    run: Number | None = Field(default=None, description="None starts a new run")
    repair: bool = Field(default=False, description="for a new run: repair what can be repaired")


class VerifyPart(Message):
    """What a step of verifying found."""

    run: Number
    checked: Amount = Field(description="pictures checked since the run started")
    total: Amount = Field(description="pictures on record")
    doing: Line
    findings: list[Finding] = Field(max_length=64)
    done: bool
