"""Site profiles with waits for a replica that is faster than the site."""

import re
from collections.abc import Mapping

USUAL_SECONDS = 50.0
"""What a picture takes on the real site, for which the profile's waits are meant."""

LISTED_SECONDS = 4.0
"""The replica lists a chat within three seconds."""

UNTOLD_SECONDS = 150
"""How long an account rests in a mixed soak for a limit that tells no time; the longest of the
mixture's lasts two minutes."""

STILL_SECONDS = 30
"""After so long a page of a mixed soak stands still; its pictures take a few seconds."""

CHANGED: Mapping[str, float] = {
    "page": 12,
    "mode": 5,
    "fill": 5,
    "upload": 12,
    "acknowledge": 12,
    "generate": 30,
    "reload": 12,
    "text_only": 4,
    "text_stuck": 8,
    "settle": 10,
    "fetch": 12,
    "poll": 1,
    "still": 2,
    "lingering": 4,
    "settled": 8,
    "soon": 4,
    "pace": 4,
    "again": 1,
    "words": 20,
}
"""Waits for a page that was changed: several times what the replica needs for each, and so short
that a batch which comes to nothing has come to it within two minutes."""


def sooner(profile: str, generation: float) -> str:
    """A profile whose history is read, and whose rests end, as much sooner as pictures are made.

    The history shows the newest chats alone: of minutes on the real site, of seconds where every
    picture takes three of them.
    """
    part = min(1.0, generation / USUAL_SECONDS)

    def scaled(found: re.Match[str]) -> str:
        return f"{found[1]} = {max(LISTED_SECONDS, float(found[2]) * part):.0f}"

    return re.sub(r"(?m)^(settled|soon|pace|rest) = (\d+)", scaled, profile)


def hurried(profile: str) -> str:
    """A profile for a site that draws in seconds, and whose limits last two minutes.

    Only what the site does not tell itself is hurried; the times that it tells are waited for.
    """
    profile = re.sub(r"(?m)^(reload|words) = \d+", rf"\g<1> = {STILL_SECONDS}", profile)
    return re.sub(r"(?m)^rest = \d+$", f"rest = {UNTOLD_SECONDS}", profile)


def quick(profile: str) -> str:
    """A profile for a page that was changed, of a site that draws within two seconds."""
    for name, seconds in CHANGED.items():
        profile = re.sub(rf"(?m)^{name} = \d+", f"{name} = {seconds:g}", profile)
    return profile
