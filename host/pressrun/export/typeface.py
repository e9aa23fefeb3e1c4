"""The typefaces that pages are labelled in: the built-in one, and those of the machine.

The built-in one has English letters alone. For others, a typeface of this machine is taken that
has all letters of a text; where there is none, the text is left out rather than shown as boxes.
"""

import unicodedata
from functools import cache, lru_cache

from PIL import ImageFont, features
from PIL.ImageFont import FreeTypeFont

NAMES = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf",
    "arial.ttf", "segoeui.ttf", "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc",
    "Hiragino Sans GB.ttc", "PingFang.ttc", "AppleSDGothicNeo.ttc", "YuGothM.ttc", "msyh.ttc",
    "malgun.ttf", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf",
)  # fmt: skip
"""Files of typefaces that systems come with, the most usual ones first."""

_NO_LETTER = "\uffff"
"""What a typeface shows for this, it shows for every letter that it lacks."""

_SIZE = 40
"""At which letters are compared, in pixels."""

_SHAPED = frozenset({"R", "AL", "AN", "NSM"})
"""Directions of letters that cannot just be put beside each other."""


def of(text: str, size: float) -> FreeTypeFont | None:
    """A typeface that has all letters of a text; None where this machine has none.

    Args:
        text: one line.
        size: in pixels.
    """
    letters = frozenset(text) - {" "}
    if not all(each.isprintable() for each in letters):
        return None
    is_shaped = any(unicodedata.bidirectional(each) in _SHAPED for each in letters)
    if is_shaped and not features.check("raqm"):
        return None
    for name in ("", *NAMES):
        if all(_has(name, each) for each in letters):
            return _opened(name, size)
    return None


def has(text: str) -> bool:
    """Whether there is a typeface with all letters of a text."""
    return of(text, _SIZE) is not None


@lru_cache(maxsize=64)  # labels are of many sizes
def _opened(name: str, size: float) -> FreeTypeFont | None:
    """A typeface of the machine, or with no name the built-in one; None where it is not there."""
    if not name:
        found = ImageFont.load_default(size)
        return found if isinstance(found, FreeTypeFont) else None
    try:
        return ImageFont.truetype(name, size)
    except (OSError, ValueError):
        return None


@cache
def _has(name: str, letter: str) -> bool:
    font = _opened(name, _SIZE)
    return font is not None and _shape(font, letter) != _shape(font, _NO_LETTER)


def _shape(font: FreeTypeFont, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)
