"""The reader page: all in one file, nothing from elsewhere, words as text, nothing hostile runs."""

import base64
import hashlib
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from helpers.volumes import HEARD, SAID, STORY, BookOf, PageOf, bound, draw
from pressrun.book.model import Direction, Layout
from pressrun.export import reader
from pressrun.export.leaves import Volume
from pressrun.scripts.script import Lettering, Voice

LAID_OUT = Layout(laid_out=True, dpi=60)
ATTACK = "\"><script>alert(1)</script> $title & 'quoted' </style>"


class Found(HTMLParser):
    """What a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it says."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Note what can be read."""
        self.text += data

    def told(self, tag: str, name: str) -> list[str]:
        """What an attribute says, wherever a tag has it."""
        return [value for found, at, value in self.attributes if (found, at) == (tag, name)]


def page_of(volume: Volume, *, proof: bool = False) -> str:
    """Write a page."""
    file = io.BytesIO()
    reader.write(volume, file, lambda: None, proof=proof)
    return file.getvalue().decode("utf-8")


def test_it_holds_every_page_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    """Pictures are in it; no address of any other place is."""
    book = BookOf(STORY, LAID_OUT).make(tmp_path)
    draw(book)
    volume = bound(book)
    text = page_of(volume)
    found = Found(text)
    assert len(found.told("img", "src")) == len(volume.leaves)
    for source, leaf in zip(found.told("img", "src"), volume.leaves, strict=True):
        kind, _, data = source.partition(",")
        assert kind == "data:image/webp;base64"
        picture = Image.open(io.BytesIO(base64.b64decode(data)))
        picture.load()
        wide = volume.shape.width / volume.shape.height * (2 if leaf.double else 1)
        assert abs(picture.width - picture.height * wide) < 1.5
    assert "http" not in re.sub(r"http-equiv", "", text)
    assert not {"link", "iframe", "object", "embed", "base"} & {*found.tags}


def test_a_browser_runs_our_script_and_style_only(tmp_path: Path) -> None:
    """The page's own rule names both by their hash, and forbids whatever else."""
    text = page_of(bound(BookOf(STORY, LAID_OUT).make(tmp_path)))
    (rule,) = [value for value in Found(text).told("meta", "content") if "default-src" in value]
    assert "default-src 'none'" in rule
    for tag, name in (("style", "style-src"), ("script", "script-src")):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        told = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name} 'sha256-{told}'" in rule


def test_titles_and_words_are_shown_and_never_run(tmp_path: Path) -> None:
    """Whatever a title, an author, a language or a balloon holds, it adds no element."""
    words = ((Lettering(Voice.BALLOON, ATTACK, (ATTACK,), ATTACK),),)

    def made(text: str) -> Found:
        pages = [[PageOf(("4:3",), words=words if text else ((SAID,),))]]
        book = BookOf(pages, LAID_OUT, title=f"T{text}", author=f"A{text}", language=f"x{text}")
        return Found(page_of(bound(book.make(tmp_path))))

    hostile, plain = made(ATTACK), made("")
    assert hostile.tags == plain.tags
    assert hostile.text.count(ATTACK) >= 5


def test_words_are_text_numbered_as_the_letterer_has_them(tmp_path: Path) -> None:
    """They can be copied, searched and read aloud; the action tells what a picture shows."""
    pages = [[PageOf(("4:3", "4:3"), words=((SAID,), (HEARD,)))]]
    found = Found(page_of(bound(BookOf(pages, LAID_OUT).make(tmp_path))))
    assert found.told("li", "value") == ["1", "2"]
    assert "MARA (whisper)" in found.text
    assert "Did you hear that?" in found.text
    assert found.told("img", "alt") == ["Action 1 of page 1 / Action 2 of page 1"]


def test_it_tells_its_direction_language_and_openings(tmp_path: Path) -> None:
    """The cover is alone; from right to left, it is at the left."""
    rtl = Layout(laid_out=True, dpi=60, direction=Direction.RTL)
    found = Found(page_of(bound(BookOf(STORY, rtl, language="ja").make(tmp_path))))
    assert found.told("html", "lang") == ["ja"]
    assert found.told("html", "data-direction") == ["rtl"]
    assert found.told("figure", "class")[:4] == ["left", "right", "left", "double"]
    assert found.told("button", "data-act")[:2] == ["next", "back"]
    assert found.told("option", "value") == ["p1", "p4"]


def test_pages_are_read_without_a_script(tmp_path: Path) -> None:
    """One below the other; what needs the script is hidden until it runs."""
    found = Found(page_of(bound(BookOf(STORY, LAID_OUT).make(tmp_path))))
    assert found.told("nav", "hidden") == [""]
    assert found.told("html", "data-view") == ["one"]


@pytest.mark.parametrize("proof", [False, True])
def test_pages_are_no_larger_than_a_screen_needs(tmp_path: Path, *, proof: bool) -> None:
    """A page in print resolution would make a file that no browser opens."""
    book = BookOf([[PageOf(("4:3",))]], Layout(laid_out=True, dpi=600)).make(tmp_path)
    heights = Found(page_of(bound(book), proof=proof)).told("img", "height")
    assert int(heights[0]) <= (1_001 if proof else 1_601)
