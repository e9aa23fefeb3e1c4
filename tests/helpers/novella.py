"""A small book made by hand, for tests of what is composed from one: no file is read."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pressrun.book.model import (
    Appearance,
    Book,
    BookChapter,
    BookPage,
    BookPanel,
    Layout,
    Look,
    Style,
    Subject,
)
from pressrun.scripts.script import Lettering, Voice

FOLDER = Path("/books/novella")

COAT = Look("storm coat", "in a long yellow oilskin", (FOLDER / "references/coat.png",))
CHILD = Look("child", "as a girl of nine")
MARA = Subject(
    "mara",
    "Mara",
    "a lean woman of forty, grey plait",
    aliases=("the lamplighter",),
    references=(FOLDER / "references/mara.png", FOLDER / "references/mara-side.png"),
    looks={"storm coat": COAT, "child": CHILD},
)
TOBIAS = Subject("tobias", "Tobias", "An old man. White beard.")
NIGHT = Look("night", "fog, gas lamps lit")
QUAY = Subject(
    "quay",
    "The quay",
    "a curved stone quay",
    references=(FOLDER / "references/quay.png",),
    looks={"night": NIGHT},
    is_place=True,
)
STYLE = Style(
    words="Clear line. Flat colours.",
    palette="teal and ochre",
    line="even black contours",
    never="photographs",
    references=(FOLDER / "references/style.png",),
)
SPOKEN = (
    Lettering(Voice.BALLOON, "The tide has taken the fire.", ("TOBIAS",), "whisper"),
    Lettering(Voice.BALLOON, "Then we ask for it.", ("THE LAMPLIGHTER",)),
    Lettering(Voice.CAPTION, "Dusk.", ("MARA",)),
    Lettering(Voice.EFFECT, "KRAK"),
)


def panel(
    number: int = 1,
    action: str = "Gulls wheel.",
    chapter: int = 1,
    **more: Any,  # noqa: ANN401 - whatever a panel has
) -> BookPanel:
    """A panel of the first page of a chapter."""
    key = f"ch{chapter:02}/p001/panel-{number}"
    made = BookPanel(key, key, chapter, 1, number, action)
    return replace(made, **more)


def book(
    *panels: BookPanel,
    style: Style = STYLE,
    cast: Sequence[Subject] = (MARA, TOBIAS),
    places: Sequence[Subject] = (QUAY,),
    translation: str | None = None,
) -> Book:
    """A book of such panels, a page a chapter."""
    numbers = sorted({each.chapter for each in panels})
    chapters = [
        BookChapter(
            f"ch{number:02}",
            number,
            "",
            (BookPage(f"ch{number:02}/p001", 1, tuple(p for p in panels if p.chapter == number)),),
        )
        for number in numbers
    ]
    return Book(
        folder=FOLDER,
        title="Novella",
        author="A. Author",
        language="en",
        style=style,
        layout=Layout(),
        format=None,
        chats=None,
        project=None,
        naming="ch{chapter:02}/p{page:03}/panel-{panel}",
        cast={each.id: each for each in cast},
        places={each.id: each for each in places},
        chapters=tuple(chapters),
        translation=translation,
    )


def shown(subject: Subject, look: Look | None = None) -> Appearance:
    """A subject in a panel."""
    return Appearance(subject, look)


def digest(path: Path) -> str:
    """Stands for what a file holds: its name."""
    return path.name
