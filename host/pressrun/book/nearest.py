"""The right name that a wrong one was probably meant to be."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

_ALIKE = 0.65
"""How alike two names are of which one is told for the other, from 0 to 1."""

_HALF = 3
_LONGEST = 80
_MOST = 3_000
"""Longer names and longer lists of names are not compared: it would take too long."""


def folded(name: str) -> str:
    """A name as names are compared: without case, and with one blank for blanks, _ and -."""
    return _folded(name) if len(name) <= _LONGEST else _folded.__wrapped__(name)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The name among `known` that is most like a name, if one is like it."""
    return _nearest(name, tuple(known))


HINTS = 100
"""For how many wrong names of a kind a right one is looked for: that takes its time."""


def meant(name: str, known: Iterable[str]) -> str:
    """The words `; did you mean …?` behind a fault, or nothing."""
    found = nearest(name, known)
    return f"; did you mean {found!r}?" if found else ""


@lru_cache(maxsize=16_384)
def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(plain.replace("_", " ").replace("-", " ").split())


@lru_cache(maxsize=4_096)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    if len(name) > _LONGEST or len(known) > _MOST:
        return None
    names = {folded(each)[:_LONGEST]: each for each in reversed(known)}
    plain = folded(name)
    found = get_close_matches(plain, names, n=1, cutoff=_ALIKE)
    # half of a name, as `coat` of `storm coat`
    found = found or [each for each in names if len(plain) >= _HALF and plain in each.split()]
    return names[found[0]] if found else None
