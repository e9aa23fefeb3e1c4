"""Labels on pages: every letter is shown as itself, or the text is left out."""

from dataclasses import replace
from pathlib import Path

import pytest

from helpers.volumes import BookOf, PageOf, bound
from pressrun.book.model import Layout
from pressrun.export import completeness, paint, typeface
from pressrun.export.leaves import Shows, Volume

TEXTS = (
    "ch01/p001/panel-1",
    "Café – “Größe”",
    "Příběh",
    "Ночь",
    "夜の港",
    "שלום",
    "हिन्दी",
    "a\nb",
    "😀",
)


@pytest.mark.parametrize("text", TEXTS)
def test_no_letter_is_a_box(text: str) -> None:
    """A typeface is taken only if it has them all."""
    font = typeface.of(text, 30)
    if font is None:
        assert not typeface.has(text)
        return
    box = bytes(font.getmask("\U0010fffe"))
    assert all(bytes(font.getmask(letter)) != box for letter in text if letter != " ")


def test_english_needs_no_typeface_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and numbers of words as well."""
    monkeypatch.setattr(typeface, "NAMES", ())
    assert typeface.has("ch01/p001/panel-1   words 3-5")
    assert not typeface.has("Café")


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    """A book that begins with a double page, so that it has a title page."""
    story = [[PageOf(("4:3",), double=True)]]
    return bound(BookOf(story, Layout(laid_out=True, dpi=50), author="").make(tmp_path))


def painted(volume: Volume, title: str) -> tuple[int, bool]:
    """How many colours a title page with this title has, and whether it is told to stay empty."""
    named = replace(volume, book=replace(volume.book, title=title))
    (leaf,) = [leaf for leaf in named.leaves if leaf.shows is Shows.TITLE]
    page = paint.page(named, leaf, named.shape.pixels)
    told = any("stays without the title" in each for each in completeness.remarks(named))
    return len(page.getcolors() or ()), told


def test_a_title_that_cannot_be_written_is_told(
    volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is empty rather than full of boxes."""
    assert painted(volume, "Port Sable")[0] > 1
    assert not painted(volume, "Port Sable")[1]
    monkeypatch.setattr(typeface, "NAMES", ())
    assert painted(volume, "夜の港") == (1, True)


@pytest.mark.parametrize("title", TEXTS)
def test_a_title_is_written_or_told(volume: Volume, title: str) -> None:
    """One of both, whatever typefaces the machine has."""
    colours, is_told = painted(volume, title)
    assert (colours == 1) is is_told
