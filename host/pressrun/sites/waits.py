"""How long a site's words ask to wait: durations and times of day, as limits tell them.

What the page's clock and language mean is the caller's to say; nothing here looks at a clock.
"""

import re
import unicodedata

from pressrun.sites.durations import DAY, durations
from pressrun.sites.moments import seconds_until

LONGEST = 7 * DAY
"""No account rests longer for what a page says, in seconds: whatever it told is asked anew then."""

_MOST_CHARS = 8_000
"""How much of a text is read for a time; a limit is told in a sentence or two."""


def told_wait(text: str, now: float = 0.0, zone: str = "") -> float | None:
    """The seconds that a text asks to wait, at most `LONGEST`; None when it tells no time.

    Whether it asks for more, `is_overlong` tells.

    Args:
        text: the site's own words.
        now: when it was said, in seconds since the epoch; it matters to times of day alone.
        zone: the page's time zone, by its IANA name; this machine's when it is empty or not known.
    """
    told = _told(text, now, zone)
    return None if told is None else min(told, LONGEST)


def is_overlong(text: str, now: float = 0.0, zone: str = "") -> bool:
    """Whether a text asks to wait longer than `LONGEST`, which is for the author to judge.

    Args:
        text: as for `told_wait`.
        now: the same.
        zone: the same.
    """
    told = _told(text, now, zone)
    return told is not None and told > LONGEST


def _told(text: str, now: float, zone: str) -> float | None:
    text = plain(text[:_MOST_CHARS])
    spans = durations(text)
    told = max((span.seconds for span in spans if span.asked), default=None)
    if told is None:
        told = seconds_until(text, now, zone)
    if told is None:
        told = max((span.seconds for span in spans), default=None)
    return told


def plain(text: str) -> str:
    """A text with the digits and spaces of ASCII, and without marks of direction or of vowels.

    Pages in Arabic or Persian write their own digits, and browsers part a time from its letters by
    narrow spaces that do not break.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), plain)
    return re.sub(r"[\u064b-\u0652\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069]", "", plain)
