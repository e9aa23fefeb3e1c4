"""What of a book went into a picture, by names for people, and what a difference is called."""

import hashlib
from collections.abc import Mapping

ACTION = "the action"
"""The ingredient that is a panel's own: what is drawn."""

STYLE = "the style"
"""What a book says of its style."""

STYLE_PICTURES = "the style's reference pictures"

PANEL_PICTURES = "the panel's own reference pictures"

SHEET = "what sheets show"
"""The ingredient that sheets alone have."""

MOST_TOLD = 3
"""How many differences a sentence tells; the others are counted."""

HASH_CHARS = 12
"""Of the hash of what an ingredient says, which only has to differ when that differs."""

_OF_FIGURE = ("'s words", "'s sheet", "'s reference pictures")
"""How the ingredients of a figure or a place end, after its name."""


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


def style_of(told: Mapping[str, str]) -> tuple[str, str]:
    """What a picture's ingredients say of its style; the same for pictures of one style."""
    return told.get(STYLE, ""), told.get(STYLE_PICTURES, "")


def is_sheet(told: Mapping[str, str]) -> bool:
    """Whether a picture with these ingredients is a sheet of a figure or a place."""
    return SHEET in told


def figures_of(told: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the figures and places that are in a picture, in the order of the panel."""
    names = (
        name.removesuffix(end)
        for name in told
        for end in _OF_FIGURE
        if name.endswith(end) and name not in (STYLE_PICTURES, PANEL_PICTURES)
    )
    return tuple(dict.fromkeys(names))
