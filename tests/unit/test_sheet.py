"""The contact sheet: a page that shows what it is told, and runs nothing of it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pressrun.library import sheet
from pressrun.library.thumbnails import SMALL
from pressrun.store.panels import Shown


@pytest.fixture(autouse=True)
def _there(tmp_path: Path) -> None:
    """Every library of these tests is there."""
    for folder in (tmp_path, tmp_path / "<b>&'", tmp_path / "plain"):
        (folder / ".pressrun").mkdir(parents=True)


ATTACK = "\"><script>alert(1)</script> $figures & 'quoted'"


class Page(HTMLParser):
    """What a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and where it leads."""
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        """Note what can be read."""
        self.text += data


def test_names_and_prompts_are_shown_and_never_run(tmp_path: Path) -> None:
    """Whatever a folder, a key or a prompt is called, it stays text and adds no element."""
    folder = tmp_path / "<b>&'"
    page = Page(sheet.write(folder, [Shown(ATTACK, "a.png", ATTACK)]).read_text())
    plain = Page(sheet.write(tmp_path / "plain", [Shown("ch/a", "a.png", "A fox")]).read_text())
    assert page.tags == plain.tags
    assert page.text.count(ATTACK) == 2
    assert "<b>&'" in page.text


def test_links_lead_to_the_files_whatever_they_are_called(tmp_path: Path) -> None:
    """A name with spaces, hashes, percent signs or quotes is found by the browser."""
    entry = Shown('p 1#"%', 'ch01/p 1#"%.png', "A fox", picture="a" * 64)
    copy = SMALL.path("a" * 64)
    (tmp_path / copy).parent.mkdir()
    (tmp_path / copy).touch()
    page = Page(sheet.write(tmp_path, [entry]).read_text())
    assert page.links == ["ch01/p%201%23%22%25.png", copy]


def test_a_picture_without_a_small_copy_is_shown_as_it_is(tmp_path: Path) -> None:
    """A library of an older version is shown before the host has made small copies of it."""
    page = Page(sheet.write(tmp_path, [Shown("a", "a.png", "A", picture="a" * 64)]).read_text())
    assert page.links == ["a.png", "a.png"]


def test_pictures_stand_in_the_books_order(tmp_path: Path) -> None:
    """The sheet keeps the order that it is given, and counts."""
    entries = [Shown(key, f"{key}.png", "A fox") for key in ("b", "a", "c")]
    page = Page(sheet.write(tmp_path, entries).read_text())
    assert page.links[::2] == ["b.png", "a.png", "c.png"]
    assert "3 pictures" in page.text


def test_a_page_of_the_authors_own_is_set_aside(tmp_path: Path) -> None:
    """A sheet of ours is written over, also one of an older version; another's page never is."""
    path, aside = tmp_path / sheet.NAME, tmp_path / ".pressrun/set-aside" / sheet.NAME
    older = sheet._HEAD.template.replace('<meta name="generator" content="Pressrun">\n', "")
    path.write_text(older)
    for _ in range(2):
        sheet.write(tmp_path, [])
        assert not aside.exists()
    path.write_text("<!doctype html><title>My own</title>")
    sheet.write(tmp_path, [])
    assert "My own" in aside.read_text()
    assert "My own" not in path.read_text()


def test_chapters_and_pages_have_headings(tmp_path: Path) -> None:
    """Once each, in the order of the book; a key of one part has none."""
    keys = ("cover", "ch01/p1/a", "ch01/p1/b", "ch01/p2/a", "ch02/p1/a", "ch03/a")
    path = sheet.write(tmp_path, [Shown(key, f"{key}.png", "A fox") for key in keys])
    found = re.findall(r"<h[23]>(.*?)</h[23]>", path.read_text())
    assert found == ["ch01", "p1", "p2", "ch02", "p1", "ch03"]


def test_what_is_wrong_with_a_picture_stands_below_it(tmp_path: Path) -> None:
    """Such as another format than was asked for; below the others nothing does."""
    wrong = Shown("b", "b.png", "A bear", "1024×1024 instead of 3:4")
    page = Page(sheet.write(tmp_path, [Shown("a", "a.png", "A fox"), wrong]).read_text())
    assert "b1024×1024 instead of 3:4A bear" in page.text
    assert page.tags.count("strong") == 1


def test_a_panel_that_cannot_be_made_leaves_a_gap_with_the_reason(tmp_path: Path) -> None:
    """In its place, and counted; the site's words stay text."""
    gap = Shown("b", None, "A bear", f"refused: {ATTACK}")
    page = Page(sheet.write(tmp_path, [Shown("a", "a.png", "A fox"), gap]).read_text())
    assert f"refused: {ATTACK}" in page.text
    assert "1 picture, 1 missing" in page.text
    assert page.tags.count("img") == 1
