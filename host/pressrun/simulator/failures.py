"""How the site reports a failure: its exact words, and where on the page they are.

The sentences are English whatever the page's language: no capture of others is known. Only the
clock in them is written as the page's language writes it.
"""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal

from pressrun.simulator import ledger

Language = Literal["en", "de", "ja", "ar", "zh"]
"""What the page's labels are written in; Arabic runs from right to left."""

Kind = Literal[
    "refused",
    "tool_error",
    "thread_error",
    "too_long",
    "text_only",
    "throttle",
    "plan_cap",
    "free_cap",
    "rate",
    "upload_cap",
    "upload_failed",
    "signed_out",
    "stopped",
]
"""The classes of failure that the site can show."""

Place = Literal["turn", "thread", "dialog", "toast"]
"""Where it stands: as the answer's text, as an error below the answer, over the page, or as a
passing message."""


_NOON = 12


@dataclass(frozen=True)
class Refusal:
    """One no of the site; ``{wait}`` and ``{clock}`` in its text stand for the end of a limit."""

    kind: Kind
    place: Place
    text: str
    title: str = ""
    """Of a dialog."""


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
TOO_LONG = Refusal(
    "too_long",
    "thread",
    "You've reached the maximum length for this conversation, but you can keep talking by "
    "starting a new chat.",
)
WORDS_ONLY = Refusal("text_only", "turn", "Shall the panel be wide, or tall?")
STOPPED = Refusal("stopped", "turn", "You stopped this response")
UPLOAD_FAILED = Refusal("upload_failed", "toast", "Unable to upload the file.")
SIGNED_OUT = Refusal(
    "signed_out",
    "dialog",
    "Please log in again to continue using the app.",
    "Your session has expired",
)
THROTTLE = Refusal(
    "throttle",
    "dialog",
    "You're making requests too quickly. We've temporarily limited access to your conversations "
    "to protect our data. Please wait a few minutes before trying again.",
    "Too many requests",
)

WORDINGS: dict[Kind, tuple[Refusal, ...]] = {
    "refused": (
        REFUSED,
        Refusal(
            "refused",
            "turn",
            "We're so sorry, but the image we created may violate our guardrails around "
            "similarity to third-party content.",
        ),
        Refusal(
            "refused",
            "turn",
            "I can't make this picture, because the request goes against our content policies.",
        ),
    ),
    "tool_error": (
        TOOL_ERROR,
        Refusal("tool_error", "turn", "I was unable to invoke the image tool just now."),
    ),
    "thread_error": (
        THREAD_ERROR,
        Refusal("thread_error", "thread", "Message delivery timed out. Please try again."),
    ),
    "too_long": (TOO_LONG,),
    "text_only": (
        WORDS_ONLY,
        Refusal("text_only", "turn", "I can describe it in words first, if that helps."),
    ),
    "throttle": (THROTTLE,),
    "plan_cap": (
        Refusal(
            "plan_cap",
            "turn",
            "You've hit the Plus plan limit for image generations requests. You can create more "
            "images when the limit resets in {wait}.",
        ),
        Refusal(
            "plan_cap",
            "toast",
            "You've hit the Plus plan limit for image generations requests. You can create more "
            "images when the limit resets in {wait}.",
        ),
    ),
    "free_cap": (
        Refusal(
            "free_cap",
            "turn",
            "You've reached your image creation limit. Upgrade to ChatGPT Plus or try again "
            "{clock}.",
        ),
        Refusal(
            "free_cap",
            "toast",
            "You've reached your image creation limit. Upgrade to ChatGPT Plus or try again "
            "{clock}.",
        ),
    ),
    "rate": (
        Refusal(
            "rate",
            "turn",
            "You're generating images too quickly. To keep things fair for everybody, we limit "
            "how many are made at once. Please wait for {wait} before making more.",
        ),
        Refusal("rate", "toast", "You've hit your rate limit."),
    ),
    "upload_cap": (
        Refusal("upload_cap", "toast", "You've reached your file upload limit. Try again later."),
    ),
    "upload_failed": (UPLOAD_FAILED,),
    "signed_out": (SIGNED_OUT,),
    "stopped": (STOPPED,),
}
"""The usual wordings of every class."""

OTHERS: dict[Kind, tuple[Refusal, ...]] = {
    "refused": (
        Refusal(
            "refused",
            "turn",
            "Your request was rejected as a result of our safety system.",
        ),
    ),
    "tool_error": (Refusal("tool_error", "turn", "There was an error generating the image."),),
    "plan_cap": (
        Refusal("plan_cap", "turn", "Du kannst vorerst keine weiteren Bilder erstellen."),
        Refusal("plan_cap", "toast", "You've hit your limit. Please try again later."),
    ),
    "free_cap": (
        Refusal("free_cap", "turn", "你已达到图片创建上限"),
        Refusal("free_cap", "toast", "你已达到图片创建上限"),
    ),
    "rate": (
        Refusal("rate", "toast", "You're sending messages too quickly. Please slow down."),
        Refusal(
            "rate",
            "turn",
            "Unusual activity has been detected from your device. Try again later.",
        ),
    ),
    "upload_cap": (
        Refusal(
            "upload_cap",
            "toast",
            "You've added all your available file uploads until {time}.",
        ),
    ),
}
"""Wordings that pages were seen to use besides; there is no end of them."""

OTHER_LIMIT = (
    "You've hit the Plus plan limit for GPT-4o. Responses will use another model until your limit "
    "resets {clock}."
)
"""What is said of a model that makes no pictures."""


def until(limit: Refusal, end: float, now: float, language: Language = "en") -> Refusal:
    """Return a limit's words with its end in them.

    Args:
        limit: One of the wordings.
        end: When the limit ends, in Unix time.
        now: The present, in Unix time.
        language: Of the page; it decides how a clock is written.
    """
    wait = duration(end - now)
    if limit.kind == "rate" and wait == "1 hour":
        wait = "an hour"
    text = limit.text.format(
        wait=wait, clock=clock(end, now, language), time=time_of_day(end, language)
    )
    return Refusal(limit.kind, limit.place, text)


def plan_cap(seconds: float) -> Refusal:
    """Return the notice that the plan's pictures are used up for this many seconds."""
    return until(WORDINGS["plan_cap"][0], seconds, 0.0)


def duration(seconds: float) -> str:
    """Spell a duration as the site does, in whole minutes rounded up: "3 hours and 36 minutes"."""
    hours, minutes = divmod(max(1, math.ceil(seconds / 60)), 60)
    parts = [
        f"{number} {unit}{'s' if number > 1 else ''}"
        for number, unit in ((hours, "hour"), (minutes, "minute"))
        if number
    ]
    return " and ".join(parts)


def clock(end: float, now: float, language: Language = "en") -> str:
    """Spell an end by the clock of this machine: "after 3:10 PM", "tomorrow after 15:10"."""
    today = dt.datetime.fromtimestamp(now, dt.UTC).astimezone().date()
    day = "tomorrow after" if _shown(end).date() > today else "after"
    return f"{day} {time_of_day(end, language)}"


def time_of_day(end: float, language: Language = "en") -> str:
    """Spell a time of day by the clock of this machine: "3:10 PM", "15:10"."""
    then = _shown(end)
    morning = then.hour < _NOON
    hour = then.hour % _NOON or _NOON
    match language:
        case "en":
            # browsers part the figures from the letters by a narrow space that does not break
            half = "AM" if morning else "PM"
            return f"{hour}:{then:%M}\N{NARROW NO-BREAK SPACE}{half}"
        case "ar":
            half = "\N{ARABIC LETTER SAD}" if morning else "\N{ARABIC LETTER MEEM}"
            return f"{hour}:{then:%M} {half}"
        case _:
            return f"{then:%H:%M}"


def _shown(end: float) -> dt.datetime:
    """The minute in which something has ended, by the clock of this machine."""
    return dt.datetime.fromtimestamp(math.ceil(end / 60) * 60, dt.UTC).astimezone()


def limit(account: str, refusal: Refusal, until: float, now: float) -> ledger.SiteLimit:
    """Return the ledger's entry of a limit that an account meets."""
    return ledger.SiteLimit(
        time=now, account=account, kind=refusal.kind, text=refusal.text, until=until
    )


def failure(conversation: str, turn: str, refusal: Refusal, at: float) -> ledger.SiteFailure:
    """Return the ledger's entry of a turn that ends without a picture, or of a broken upload."""
    return ledger.SiteFailure(
        time=at,
        conversation=conversation,
        turn=turn,
        kind=refusal.kind,
        text=refusal.text,
        place=refusal.place,
    )


def again(entry: ledger.SiteFailure) -> Refusal:
    """Return a failure as the ledger remembers it, for a conversation that is shown again."""
    kind = next(kind for kind in WORDINGS if kind == entry.kind)
    return Refusal(kind, entry.place, entry.text)
