"""The order of files by their names, as people count: chapter 2 before chapter 10."""

import re

_PIECES = re.compile(r"(\d+)")

_LONGEST = 1_000
"""How many digits are a number: Python reads no more than 4,300."""


def natural(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """What names are sorted by."""
    pieces = _PIECES.split(name.casefold())
    parts = [
        (0, int(piece), "")
        if piece.isascii() and piece.isdigit() and len(piece) < _LONGEST
        else (1, 0, piece)
        for piece in pieces
    ]
    return parts, name
