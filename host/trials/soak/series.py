"""The books of soaks: panels that are made one after the other, and sheets that others wait for."""

from collections.abc import Mapping
from pathlib import Path

from pressrun.book.find import NAME
from pressrun.book.panels import wanted
from pressrun.book.pin import SHEETS
from pressrun.book.read import read
from pressrun.simulator.ledger import sha256
from trials.replica import pictures

CHAPTER = 12
"""A chapter has so many panels."""

PAGE = 4
"""And a page so many."""

SHEETED = ("cast/ines", "cast/ines/storm-coat")
"""The keys of the sheets that panels wait for."""

_BOOK = """\
title = "A long night, seed {seed}"
chats = {chats}

[style]
words = "Ink and flat colours, night {seed}"
"""

_CAST = """\
[ines]
words = "a young woman with short black hair, a long brown coat and a blue scarf"
sheet = true

[ines.variants."storm coat"]
words = "a yellow oilskin in place of the coat"
sheet = true

[keeper]
words = "a stout old man with a white beard and a navy jersey"
references = ["references/keeper.png"]

[places.quay]
words = "a stone quay with iron lamps"
"""

_SHOWN = ("ines", "keeper", "ines (storm coat), keeper", "")
"""Who is in every fourth panel, in turn."""


def write(folder: Path, images: int, seed: int, *, in_series: int, chats: int) -> Path:
    """Write a book.

    Args:
        folder: where its folder is made.
        images: how many panels it has; sheets come on top.
        seed: which every prompt names, so that no two soaks send the same words.
        in_series: how many panels at the start of each chapter are a group.
        chats: how many panels share a chat.

    Returns:
        Its `book.toml`.
    """
    book = folder / "book"
    for part in ("script", "cast", "references"):
        (book / part).mkdir(parents=True, exist_ok=True)
    (book / "references" / "keeper.png").write_bytes(pictures.draw("the keeper", size=(512, 512)))
    (book / "cast" / "people.toml").write_text(_CAST, encoding="utf-8")
    (book / NAME).write_text(_BOOK.format(seed=seed, chats=chats), encoding="utf-8")
    for first in range(0, images, CHAPTER):
        chapter = first // CHAPTER + 1
        count = min(CHAPTER, images - first)
        lines = [f"# Chapter {chapter}", ""]
        for number in range(count):
            lines += _panel(chapter, number, in_series)
        path = book / "script" / f"{chapter:03}.md"
        path.write_text("\n".join(lines), encoding="utf-8")
    return book / NAME


def _panel(chapter: int, number: int, in_series: int) -> list[str]:
    lines = [] if number % PAGE else [f"## Page {number // PAGE + 1}", ""]
    lines += [f"### Panel {number % PAGE + 1}", "", "- place: quay"]
    if shown := _SHOWN[number % len(_SHOWN)]:
        lines.append(f"- cast: {shown}")
    if number < in_series:
        lines.append(f"- group: run {chapter}")
    return [*lines, "", f"Lamp {number + 1} of row {chapter} is lit, against the wind.", ""]


def unpinned(book: Path) -> list[str]:
    """The sheets that panels of a book still wait for, by their keys."""
    ines = read(book).cast["ines"]
    pinned = [ines.sheet, *(look.sheet for look in ines.looks.values())]
    return [key for key, sheet in zip(SHEETED, pinned, strict=True) if sheet is None]


def sheets(book: Path) -> Mapping[str, list[str]]:
    """By the keys of panels, the SHA-256 of the pinned sheets that each has to be sent with.

    Raises:
        BadInputError: the book cannot be read.
    """
    pinned = book / SHEETS
    return {
        panel.key: [
            sha256(path.read_bytes()) for path in panel.references if path.is_relative_to(pinned)
        ]
        for panel in wanted(read(book))
    }
