"""What makes two keys one panel's."""

import unicodedata


def fold(key: str) -> str:
    """A key without case and in composed letters: some file systems hold A.png and a.png to be one.

    Two keys that are equal so are one panel's.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", key).casefold())
