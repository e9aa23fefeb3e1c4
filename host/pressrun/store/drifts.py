"""Drifts: pictures of one scene, figure, chat or account that move away from the approved."""

from dataclasses import dataclass

from sqlalchemy import Connection

from pressrun.states import DriftKind


@dataclass(frozen=True)
class Drift:
    """A drift that is noticed."""

    kind: DriftKind
    name: str
    """As in `Circle`."""
    since_key: str
    """The panel with which it began."""
    why: str
    """For people: `the last 4 pictures of Mara have thicker lines`."""
    slow: bool = False
    holds: bool = False
    """Whether the panels of a scene or a figure wait because of it. What repairs, and what the
    author orders, is sent all the same."""


def settle(connection: Connection, now: float, chosen: list[int], because: str) -> list[int]:
    """Settle open drifts by the author's word: what they held is let go, and steering ends.

    Returns:
        Those that were open.
    """
    raise NotImplementedError
