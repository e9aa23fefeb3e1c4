"""Verifying a library: its steps and its findings."""

from enum import StrEnum

from pydantic import Field

from pressrun.protocol.messages.base import Line, Message, Text


class Fault(StrEnum):
    """What can be wrong with a library or with what is on record of it."""

    DATABASE = "database"
    LIBRARY = "library"
    MISSING = "missing"
    """A picture on record has no file."""
    CHANGED = "changed"
    """A file holds other bytes than those that were made."""
    MISPLACED = "misplaced"
    """A picture on record lies elsewhere in its library."""
    DUPLICATE = "duplicate"
    """Two panels have the very same picture."""
    ORPHANED = "orphaned"
    """A picture with a sidecar that is not on record."""
    SIDECAR = "sidecar"
    """A picture's sidecar is missing, or tells something else than the record."""
    LEFTOVER = "leftover"
    RECORD = "record"
    """What is on record does not agree with itself."""


class Care(StrEnum):
    """Who has to do something about a finding."""

    YOURS = "yours"
    MENDABLE = "mendable"
    """`pressrun verify --repair` mends it."""
    MENDED = "mended"
    NONE = "none"
    """Nobody; it is only told."""


class Finding(Message):
    """One thing that is wrong, or was."""

    fault: Fault
    care: Care
    path: Text = Field(description="absolute")
    key: Line | None = None
    text: Line = Field(description="what is wrong, and what was done or is to be done")


class VerifyStep(Message):
    """Begin to verify, or go on with it: the host works only while it is asked to."""

    run: int | None = Field(default=None, description="None begins a new run")
    repair: bool = Field(default=False, description="of a new run: mend what can be mended")


class VerifyPart(Message):
    """What a step of verifying found."""

    run: int
    checked: int = Field(description="pictures looked at since the run began")
    total: int = Field(description="pictures on record")
    doing: Line
    findings: list[Finding] = Field(max_length=64)
    done: bool
