"""How the site says no: its very words, and the place on the page where they stand."""

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal["refused", "tool_error", "thread_error", "throttle", "plan_cap", "stopped"]
"""The classes of failure that the replica can show."""

Place = Literal["turn", "thread", "dialog"]
"""Where it stands: as the answer's text, as an error below the answer, or over the page."""


@dataclass(frozen=True)
class Refusal:
    """One no of the site."""

    kind: Kind
    place: Place
    text: str


REFUSED = Refusal(
    "refused",
    "turn",
    "We're so sorry, but the prompt may violate our guardrails around violence. "
    "If you think we got it wrong, please retry or edit your prompt.",
)
TOOL_ERROR = Refusal(
    "tool_error",
    "turn",
    "I experienced an error when generating images. Please try again in a moment.",
)
THREAD_ERROR = Refusal("thread_error", "thread", "Something went wrong.")
STOPPED = Refusal("stopped", "turn", "You stopped this response")
THROTTLE_TITLE = "Too many requests"
THROTTLE = Refusal(
    "throttle",
    "dialog",
    "You're making requests too quickly. We've temporarily limited access to your conversations "
    "to protect our data. Please wait a few minutes before trying again.",
)


def plan_cap(seconds: float) -> Refusal:
    """Return the notice that the plan's pictures are used up for this many seconds."""
    return Refusal(
        "plan_cap",
        "turn",
        "You've hit the Plus plan limit for image generations requests. You can create more "
        f"images when the limit resets in {duration(seconds)}.",
    )


def duration(seconds: float) -> str:
    """Spell a duration as the site does, in whole minutes rounded up: "3 hours and 36 minutes"."""
    hours, minutes = divmod(max(1, math.ceil(seconds / 60)), 60)
    parts = [
        f"{number} {unit}{'s' if number > 1 else ''}"
        for number, unit in ((hours, "hour"), (minutes, "minute"))
        if number
    ]
    return " and ".join(parts)


def again(kind: str, text: str) -> Refusal:
    """Return a failure as the ledger remembers it, for a conversation that is shown again."""
    for known in (REFUSED, TOOL_ERROR, THREAD_ERROR, STOPPED):
        if known.kind == kind:
            return Refusal(known.kind, known.place, text)
    return Refusal("plan_cap", "turn", text)
