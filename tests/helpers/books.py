"""Books of any length, written as an author writes them."""

from pathlib import Path

from helpers.pictures import encoded

COAT = "in a long yellow oilskin, hood down"

SETTINGS = """\
title = "The Lamplighter of Port Sable"
author = "A. Author"
format = "4:3"

[style]
words = "Ink and wash on rough paper."
never = "No lens flare."
references = ["references/style.png"]
"""

CAST = """\
# The keeper of the light.
[mara]
words = "a lean woman of forty, grey plait"

[mara.variants."storm coat"]
words = "{coat}"

[jon]
words = "an old harbour master, white beard"

[places.quay]
words = "a quay of worn granite"

[places.quay.variants.night]
words = "lit by one lamp"
"""


def write(folder: Path, chapters: int = 10, pages: int = 10, panels: int = 3) -> Path:
    """Write a book; every fifth panel shows Mara's coat, and page 4 of each chapter is a group."""
    for name in ("script", "cast", "references"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "book.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "references" / "style.png").write_bytes(encoded(size=(64, 48), seed=7))
    dress(folder, COAT)
    number = 0
    for chapter in range(1, chapters + 1):
        lines = [f"# Part {chapter}", ""]
        for page in range(1, pages + 1):
            lines += [f"## Page {page}", ""]
            for panel in range(1, panels + 1):
                lines += [f"### Panel {panel}", "", *_fields(number, page), "", _action(number), ""]
                number += 1
        (folder / "script" / f"{chapter:02}.md").write_text("\n".join(lines), encoding="utf-8")
    return folder


def dress(folder: Path, coat: str) -> None:
    """Give Mara another storm coat."""
    (folder / "cast" / "all.toml").write_text(CAST.replace("{coat}", coat), encoding="utf-8")


def in_coat(chapters: int = 10, pages: int = 10, panels: int = 3) -> list[str]:
    """The keys of the panels that show the coat."""
    keys = [
        f"ch{chapter:02}/p{page:03}/panel-{panel}"
        for chapter in range(1, chapters + 1)
        for page in range(1, pages + 1)
        for panel in range(1, panels + 1)
    ]
    return keys[::5]


def _action(number: int) -> str:
    return f"Scene {number + 1}: she looks along the harbour wall for the light."


def _fields(number: int, page: int) -> list[str]:
    shown = ("mara (storm coat)", "mara", "jon", "mara, jon", "jon")[number % 5]
    fields = [f"- cast: {shown}", f"- place: {'quay at night' if number % 2 else 'quay'}"]
    return [*fields, "- group: climb"] if page == 4 else fields
