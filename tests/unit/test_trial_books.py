"""The books that trials make: each can be read as it is, and is what the trial is about."""

from pathlib import Path

import pytest

from pressrun.book import pin
from pressrun.book.model import Draws
from pressrun.book.panels import wanted
from pressrun.book.read import read
from pressrun.simulator.ledger import sha256
from trials.demo.work import SHEET, ExampleBook
from trials.replica.pictures import draw
from trials.soak import series


def test_the_demos_book_is_lettered_and_waits_for_a_sheet(tmp_path: Path) -> None:
    """The sheet comes first; panels with that figure, and no others, wait for it."""
    book = ExampleBook(tmp_path / "book")
    book.write()
    made = read(book.folder)
    panels = wanted(made)
    assert made.style.lettering == Draws.SITE
    assert (panels[0].key, len(panels)) == (SHEET, 25)
    shown = {
        panel.key
        for panel in made.panels
        if any(each.subject.id == "mara" and each.look is None for each in panel.cast)
    }
    assert {panel.key for panel in panels if panel.after == SHEET} == shown


def test_the_demos_book_stays_as_its_author_left_it(tmp_path: Path) -> None:
    """A later run of the demo writes nothing into a book that is there."""
    book = ExampleBook(tmp_path / "book")
    book.write()
    book.source.write_text('title = "Mine"\n', encoding="utf-8")
    book.write()
    assert book.source.read_text(encoding="utf-8") == 'title = "Mine"\n'


@pytest.mark.parametrize("images", [1, 8, 30])
def test_a_soaks_book_has_its_panels_in_series(tmp_path: Path, images: int) -> None:
    """Each chapter begins with so many panels that follow each other, over its pages."""
    folder = series.write(tmp_path, images, 1, in_series=5, chats=3).parent
    panels = [each for each in wanted(read(folder)) if not each.key.startswith("cast/")]
    assert len(panels) == images
    followers = [each for each in panels if each.before is not None]
    chapters = [min(series.CHAPTER, images - first) for first in range(0, images, series.CHAPTER)]
    assert len(followers) == sum(min(5, count) - 1 for count in chapters)


def test_a_soaks_book_tells_which_sheets_are_pinned_and_who_needs_them(tmp_path: Path) -> None:
    """An audit asks that each panel was sent with the sheets that it shows."""
    folder = series.write(tmp_path, 8, 1, in_series=4, chats=3).parent
    assert series.unpinned(folder) == list(series.SHEETED)
    picture = tmp_path / "sheet.png"
    picture.write_bytes(draw("a sheet", size=(64, 64)))
    pin.pin(folder, "cast/ines", picture)
    assert series.unpinned(folder) == ["cast/ines/storm-coat"]
    needed = {key: found for key, found in series.sheets(folder).items() if found}
    digest = sha256(picture.read_bytes())
    assert set(map(tuple, needed.values())) == {(digest,)}
    assert {"ch01/p001/panel-1", "ch01/p002/panel-1"} <= set(needed)
