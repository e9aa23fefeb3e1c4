"""Keys among each other: which two are one panel's, and which comes first."""

import re
import unicodedata
from collections.abc import Iterable


def fold(key: str) -> str:
    """A key without case and in composed letters: some file systems hold A.png and a.png to be one.

    Two keys that are equal so are one panel's.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", key).casefold())


def natural(text: str) -> list[tuple[int, str]]:
    """A text that sorts as people sort: page 2 before page 10."""
    parts: Iterable[str] = re.findall(r"\d+|\D+", text)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
