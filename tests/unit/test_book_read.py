"""What a book's files come to: keys, and everything that a panel names, resolved."""

from pathlib import Path

import pytest

from helpers import authored
from pressrun.book import read
from pressrun.book.keys import Naming
from pressrun.book.model import Book, BookPanel, Direction, Draws

TWO = """\
# One

## Page 1

### Panel 1

a

### Panel 2

b

## Pages 2-3

### Panel 1

c

## Page 4

### Panel 1

d

# Two

## Page 1

### Panel 1

e
"""


def book(folder: Path, script: str = TWO, settings: str = authored.BOOK) -> Book:
    """A book with this script and these settings."""
    return read.read(authored.write(folder, {"script/01.md": script, "book.toml": settings}))


def panel(folder: Path, *fields: str) -> BookPanel:
    """A panel with these fields."""
    lines = "\n".join(f"- {each}" for each in fields)
    return book(folder, f"# A\n\n### Panel 1\n\n{lines}\n\nx\n").panels[0]


@pytest.mark.parametrize(
    ("script", "naming", "keys"),
    [
        (
            TWO,
            None,
            ["ch01/p001/panel-1", "ch01/p001/panel-2", "ch01/p002/panel-1", "ch01/p004/panel-1",
             "ch02/p001/panel-1"],
        ),
        (
            TWO.replace("# One", "# One {#quay}").replace("## Page 4", "## Page 4 {#end}"),
            None,
            ["quay/p001/panel-1", "quay/p001/panel-2", "quay/p002/panel-1", "quay/end/panel-1",
             "ch02/p001/panel-1"],
        ),
        (
            TWO.replace("## Page 4\n\n### Panel 1", "## Page 4\n\n### Panel 1 {#storm/last}"),
            "{chapter}-{page:03}-{panel}",
            ["1-001-1", "1-001-2", "1-002-1", "storm/last", "2-001-1"],
        ),
        (
            TWO.replace("# One", "# One {#quay}"),
            "book/{chapter}.{page}/{panel:02}",
            ["quay/1.1/01", "quay/1.1/02", "quay/1.2/01", "quay/1.4/01", "book/2.1/01"],
        ),
    ],
)  # fmt: skip
def test_keys_come_from_places_or_are_given(
    tmp_path: Path, script: str, naming: str | None, keys: list[str]
) -> None:
    """By the template, in which a chapter's or page's own key takes that part's place."""
    settings = authored.BOOK if naming is None else f'title = "T"\nnaming = "{naming}"\n'
    found = book(tmp_path, script, settings)
    assert [each.key for each in found.panels] == keys
    assert all(each.place_key for each in found.panels)


def test_chapters_and_pages_have_keys_of_their_own(tmp_path: Path) -> None:
    """By which an author names them, whatever the panels in them are called."""
    found = book(tmp_path, TWO.replace("# Two", "# Two {#storm}"))
    told = [(each.key, [page.key for page in each.pages]) for each in found.chapters]
    assert told == [
        ("ch01", ["ch01/p001", "ch01/p002", "ch01/p004"]),
        ("storm", ["storm/p001"]),
    ]
    assert [page.double for page in found.chapters[0].pages] == [False, True, False]


@pytest.mark.parametrize(
    "template",
    ["{panel}/{page}/{chapter}", "a/{chapter:3}/{page}/b/{panel}", "{chapter}_{page}_{panel}"],
)
def test_no_two_panels_get_one_name(template: str) -> None:
    """Whatever the order in which a template names its parts."""
    naming = Naming.of(template)
    places = [(a, b, c) for a in (1, 2, 11) for b in (1, 2, 12, 111) for c in (1, 2, 11, 21)]
    assert len({naming.key(*each) for each in places}) == len(places)


@pytest.mark.parametrize(
    ("cast", "told"),
    [
        ("mara", [("mara", None)]),
        ("Mara, JON", [("mara", None), ("jon", None)]),
        ("the captain (storm coat)", [("mara", "storm coat")]),
        ("mara (Storm-Coat); jon", [("mara", "storm coat"), ("jon", None)]),
        ("mara (the storm coat) and jon", [("mara", "storm coat"), ("jon", None)]),
        ("jon & mara", [("jon", None), ("mara", None)]),
        ("mara ()", [("mara", None)]),
        ("mara in her storm coat, jon", [("mara", "storm coat"), ("jon", None)]),
        ("mara: storm coat and jon", [("mara", "storm coat"), ("jon", None)]),
        ("Mara - storm coat", [("mara", "storm coat")]),
        ("jon and mara in the storm coat", [("jon", None), ("mara", "storm coat")]),
        ("none", []),
        ("", []),
        ("mara, mara (storm coat)", [("mara", None), ("mara", "storm coat")]),
    ],
)
def test_the_cast_is_found_by_any_name(
    tmp_path: Path, cast: str, told: list[tuple[str, str | None]]
) -> None:
    """By id, name or alias, in the author's order, each with its variant."""
    found = panel(tmp_path, f"cast: {cast}")
    assert [(each.subject.id, each.look and each.look.name) for each in found.cast] == told


@pytest.mark.parametrize(
    ("place", "look"),
    [
        ("quay", None),
        ("Quay", None),
        ("quay (night)", "night"),
        ("quay at night", "night"),
        ("the quay, at night", "night"),
        ("quay, night", "night"),
        ("quay - night", "night"),
        ("quay: night", "night"),
        ("quay night", "night"),
    ],
)
def test_a_place_is_found_with_its_variant(tmp_path: Path, place: str, look: str | None) -> None:
    """In the ways in which scripts say it."""
    found = panel(tmp_path, f"place: {place}").setting
    assert found is not None
    assert (found.subject.id, found.look and found.look.name) == ("quay", look)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([], "4:3"),
        (["format: wide"], "16:9"),
        (["format: Portrait"], "3:4"),
        (["format: 1024x1536"], "2:3"),
        (["format: auto"], None),
    ],
)
def test_a_format_is_the_panels_or_the_books(
    tmp_path: Path, fields: list[str], expected: str | None
) -> None:
    """By ratio, or by a name of the site's or of the author's own."""
    assert panel(tmp_path, *fields).format == expected


def test_settings_are_read_whole(tmp_path: Path) -> None:
    """Each where the other parts look for it."""
    settings = """\
title = "T"
author = "A"
language = "pt-BR"
format = "slim"
chats = "fresh"
project = "https://chatgpt.com/g/g-p-1/project"
formats = { slim = "9:16" }
[style]
preset = "mine.toml"
palette = "two reds"
lettering = "site"
references = "references/mara.png"
[pages]
layout = true
width = 200.5
direction = "rtl"
background = "#f4efe6"
rows = { "ch01/p001" = [2] }
"""
    authored.write(tmp_path, {"mine.toml": 'title = "Mine"\nwords = "ink"\npalette = "grey"\n'})
    found = book(tmp_path, settings=settings)
    assert (found.title, found.author, found.language) == ("T", "A", "pt-BR")
    assert (found.format, found.chats) == ("9:16", 1)
    assert found.project == "https://chatgpt.com/g/g-p-1/project"
    style, layout = found.style, found.layout
    assert (style.words, style.palette, style.lettering) == ("ink", "two reds", Draws.SITE)
    assert style.references == (tmp_path / "references" / "mara.png",)
    assert (layout.laid_out, layout.width, layout.height) == (True, 200.5, 240.0)
    assert (layout.direction, layout.background) == (Direction.RTL, "#f4efe6")
    assert dict(layout.rows) == {"ch01/p001": (2,)}


def test_a_book_is_the_same_wherever_it_stands(tmp_path: Path) -> None:
    """Two copies of it say the same of each panel, but for the folder."""
    one, other = book(tmp_path / "a"), book(tmp_path / "b c" / "d")
    assert [(each.key, each.action, each.format, each.spot) for each in one.panels] == [
        (each.key, each.action, each.format, each.spot) for each in other.panels
    ]
