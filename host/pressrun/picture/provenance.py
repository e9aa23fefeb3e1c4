"""Where a picture came from: the attempt that brought it, and its place on the site."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Provenance:
    """Where a picture came from; None is what nobody knows."""

    site: str
    lane: str
    """The way it was made: `chat` is a chat on the site's own page."""
    account: int | None = None
    """This number and the next three are those of the store that had it made."""
    batch: int | None = None
    job: int | None = None
    attempt: int | None = None
    """Which try of the job, from 1."""
    conversation: str | None = None
    turn: str | None = None
    file_id: str | None = None
    """As the site names the picture."""
    made_from: str | None = None
    """SHA-256 of the take of which it is a correction."""
    followed: str | None = None
    """SHA-256 of the picture of the panel before, with which it was sent."""
    note: str | None = None
    """What the author noted about it: what the correction asked for."""


NUMBERS = frozenset({"account", "batch", "job", "attempt"})
"""What means something in one store alone: a library that another one takes in has others."""
