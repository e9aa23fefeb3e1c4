"""A book with a style: chapters, figures and places, and one picture that shows how it is drawn."""

from pathlib import Path

from pressrun.book.find import NAME
from pressrun.book.panels import wanted
from pressrun.book.read import read
from pressrun.picture.panel import Panel
from pressrun.simulator.dice import dice
from pressrun.states import Outliers
from trials.replica import pictures

CHAPTER = 25
"""A chapter has so many panels."""

PAGE = 5
"""And a page so many."""

REFERENCES = "references"
"""The folder of the pictures of the style, below the book's."""

_BOOK = """\
title = "The keeper's winter, seed {seed}"
chats = {chats}

[style]
words = "Ink and flat colours, with a clear even line"
references = [{references}]
outliers = "{outliers}"
"""

_CAST = """\
[mara]
words = "a lean woman with a grey plait, a long brown coat and a red scarf"

[keeper]
words = "a stout old man with a white beard and a navy jersey"

[ines]
words = "a girl with short black hair and a yellow dress"

[places.quay]
words = "a stone quay with iron lamps"

[places.kitchen]
words = "a low room with a table and two windows"

[places.hills]
words = "hills above the sea, with a road"

[places.tower]
words = "a white lighthouse on a rock"
"""

_PLACES = ("quay", "kitchen", "hills", "tower")
_CASTS = ("mara", "keeper", "mara, keeper", "ines", "mara, ines", "keeper, ines")
_MOODS = ("day", "dusk", "night", "dawn", "a storm", "afternoon")
_ACTS = (
    "carries a lantern past the wall",
    "waits and looks back",
    "reads a letter that came with the boat",
    "points at something far off",
    "laughs about the gulls",
    "sits down and says nothing",
    "walks on, as if nobody were there",
    "holds up a hand against the light",
    "stares at the empty place beside the door",
)
_SHOWS = (
    "A lean woman with a brown coat and an old man on a quay, at dusk.",
    "A girl in a yellow dress in a room with a table, by day.",
    "An old man with a lantern on the hills, at night.",
    "A lean woman and a girl before a lighthouse, at dawn.",
    "A stout old man on the quay, in a storm.",
)
"""What the pictures of the style show."""


def write(
    folder: Path,
    panels: int,
    seed: int,
    *,
    chats: int,
    side: int,
    shown: int = 1,
    outliers: Outliers = Outliers.MARK,
) -> Path:
    """Write the book.

    Args:
        folder: where its folder is made.
        panels: how many it has.
        seed: what decides who is where and does what; every prompt is of this seed alone.
        chats: how many panels of a chapter go on in one chat.
        side: of the pictures of the style, in pixels.
        shown: how many of those there are, up to five.
        outliers: what the book says of pictures that are not in the style.

    Returns:
        Its folder.
    """
    book = folder / "book"
    for part in ("script", "cast", REFERENCES):
        (book / part).mkdir(parents=True, exist_ok=True)
    for path, shows in zip(references(book, shown), _SHOWS, strict=False):
        path.write_bytes(pictures.draw(shows, size=(side, side)))
    (book / "cast" / "people.toml").write_text(_CAST, encoding="utf-8")
    named = ", ".join(f'"{REFERENCES}/{path.name}"' for path in references(book, shown))
    about = _BOOK.format(seed=seed, chats=chats, references=named, outliers=outliers.value)
    (book / NAME).write_text(about, encoding="utf-8")
    for first in range(0, panels, CHAPTER):
        chapter = first // CHAPTER + 1
        lines = [f"# Chapter {chapter}", ""]
        for number in range(min(CHAPTER, panels - first)):
            lines += _panel(seed, chapter, number)
        path = book / "script" / f"{chapter:03}.md"
        path.write_text("\n".join(lines), encoding="utf-8")
    return book


def references(book: Path, shown: int = 1) -> list[Path]:
    """The pictures that show the style of the book."""
    return [book / REFERENCES / f"style-{number + 1}.png" for number in range(shown)]


def panels(book: Path) -> list[Panel]:
    """What a run over the book wants."""
    return wanted(read(book))


def _panel(seed: int, chapter: int, number: int) -> list[str]:
    draw = dice("novel", seed, chapter, number)
    lines = [] if number % PAGE else [f"## Page {number // PAGE + 1}", ""]
    return [
        *lines,
        f"### Panel {number % PAGE + 1}",
        "",
        f"- place: {_PLACES[(chapter + number // 9) % len(_PLACES)]}",
        f"- cast: {draw.choice(_CASTS)}",
        f"- mood: {draw.choice(_MOODS)}",
        "",
        f"One {draw.choice(_ACTS)}; it is moment {number + 1} of part {chapter} of {seed}.",
        "",
    ]
