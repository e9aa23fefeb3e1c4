"""The format of a picture: its aspect ratio, as width and height in lowest terms (`3:4`)."""

import re
from math import gcd

NAMES = {
    "square": "1:1",
    "portrait": "3:4",
    "story": "9:16",
    "landscape": "4:3",
    "widescreen": "16:9",
}
"""What authors may write instead of numbers, as the site's own menu calls them."""

AUTO = "auto"
"""What an author writes to leave the format to the site."""

TOLERANCE = 13
"""How far off a picture's aspect ratio may be, in percent.

The site makes portrait pictures of 1024×1536 as well, which is 12.5 % off 3:4. Every size that was
seen there is within this of one of the menu's formats, and of no other.
"""

ROOM_CHARS = 64
"""What a prompt with a format leaves for the sentence below it that may have to ask for it."""

LONGEST = 10
"""How many times longer one side may be than the other: what is more is a slip."""

_RATIO = re.compile(r"0*([1-9]\d{0,4})\s*[:/x×]\s*0*([1-9]\d{0,4})(?::00)?", re.IGNORECASE)
"""Numbers, also as a size in pixels; 03:04:00 is what spreadsheets make of 3:4."""


def parse(text: str) -> str | None:
    """The format that an author names; None leaves it to the site.

    Raises:
        ValueError: it names none; the error says so for people.
    """
    name = " ".join(text.split()).casefold()
    if name == AUTO:
        return None
    if name in NAMES:
        return NAMES[name]
    found = _RATIO.fullmatch(name)
    if found is None:
        raise ValueError(
            f"{text[:40]!r} is not a format; write an aspect ratio such as 3:4, or one of "
            f"{', '.join([*NAMES, AUTO])}"
        )
    width, height = int(found[1]), int(found[2])
    if max(width, height) > LONGEST * min(width, height):
        raise ValueError(
            f"format {text[:40]!r}: one side is more than {LONGEST} times as long as the other"
        )
    common = gcd(width, height)
    return f"{width // common}:{height // common}"


def fits(width: int, height: int, wanted: str | None) -> bool:
    """Whether a picture of so many pixels counts as one of a format; where either is unknown, yes.

    Args:
        width: in pixels; 0 when unknown.
        height: in pixels; 0 when unknown.
        wanted: a format as `parse` returns it.
    """
    if wanted is None or not width or not height:
        return True
    wide, high = map(int, wanted.split(":"))
    less, more = sorted((width * high, height * wide))
    return more * 100 <= less * (100 + TOLERANCE)


def mismatch(width: int, height: int, wanted: str | None) -> str | None:
    """What is wrong with the format of a picture, for people, or None."""
    return None if fits(width, height, wanted) else f"{width}×{height} instead of {wanted}"
