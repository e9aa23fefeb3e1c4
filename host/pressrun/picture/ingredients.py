"""What of a book went into a picture, by names for people, and what a difference is called."""

import hashlib
from collections.abc import Mapping

ACTION = "the action"
"""The ingredient that is a panel's own: what is drawn."""

MOST_TOLD = 3
"""How many differences a sentence tells; the others are counted."""

HASH_CHARS = 12
"""Of the hash of what an ingredient says, which only has to differ when that differs."""


def hashed(*said: str) -> str:
    """A short hash of what an ingredient says; the order counts."""
    whole = hashlib.sha256()
    for each in said:
        data = each.encode(errors="replace")
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()[:HASH_CHARS]


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What differs between what a picture was made from and what it would be made from now.

    Args:
        before: the ingredients on record.
        now: those of the panel as the book has it.

    Returns:
        For people, as `Mara's sheet changed`; several are joined. Empty where nothing differs, or
        where one of the two is not known.
    """
    if not before or not now:
        return ""
    told = [
        f"{name} changed" if name in before else _passive(name, "added")
        for name, what in now.items()
        if before.get(name) != what
    ]
    told += [_passive(name, "left out") for name in sorted(before.keys() - now.keys())]
    if (more := len(told) - MOST_TOLD) > 0:
        told[MOST_TOLD:] = [f"{more} more"]
    *first, last = told or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _passive(name: str, what: str) -> str:
    return f"{name} {'were' if name.endswith(('words', 'pictures')) else 'was'} {what}"
