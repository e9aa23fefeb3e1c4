"""A CBZ: every point that readers of comics are particular about, each by a test of its own."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree
from PIL import Image

from helpers.pictures import encoded
from helpers.volumes import STORY, BookOf, PageOf, bound, draw
from pressrun.book.model import Book, Direction, Layout
from pressrun.export import artwork, cbz, completeness
from pressrun.export.leaves import Side, Volume, bind
from pressrun.library.decoding import PIXELS, SIDE

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "data/comicinfo.xsd"))
LAID_OUT = Layout(laid_out=True, dpi=72)
LAYOUTS = {
    "laid out": LAID_OUT,
    "laid out with bleed": replace(LAID_OUT, bleed=3),
    "from right to left": replace(LAID_OUT, direction=Direction.RTL),
    "a picture a page": Layout(),
    "a picture a page from right to left": Layout(direction=Direction.RTL),
}
ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}


class Packed(NamedTuple):
    """An archive, and what was packed into it."""

    volume: Volume
    archive: zipfile.ZipFile

    @property
    def pages(self) -> list[str]:
        """The names of its pages, as they are stored."""
        return [name for name in self.archive.namelist() if name != "ComicInfo.xml"]

    def picture(self, name: str) -> Image.Image:
        """One of its pages."""
        return Image.open(io.BytesIO(self.archive.read(name)))

    @property
    def about(self) -> etree._Element:
        """Its ComicInfo."""
        return etree.fromstring(self.archive.read("ComicInfo.xml"))

    def told(self, name: str) -> str | None:
        """What an element of it says; None where there is none."""
        found: str | None = self.about.findtext(name)
        return found

    @property
    def listed(self) -> list[Mapping[str, str]]:
        """What it says of each page."""
        return [dict(page.attrib) for page in self.about.findall("Pages/Page")]


def packed(volume: Volume, *, proof: bool = False) -> Packed:
    """Pack an archive."""
    file = io.BytesIO()
    cbz.write(volume, file, lambda: None, proof=proof)
    return Packed(volume, zipfile.ZipFile(file))


KINDS = [*LAYOUTS, "a proof", "with gaps", "one chapter", "one format"]


@pytest.fixture(scope="module", params=KINDS)
def any_archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """Archives of every kind."""
    kind: str = request.param
    story = [[PageOf(("4:3", "4:3"))] * 3] if kind == "one format" else STORY
    book = BookOf(story, LAYOUTS.get(kind, LAID_OUT)).make(tmp_path_factory.mktemp("book"))
    if kind != "with gaps":
        draw(book)
    chapter = book.chapters[1] if kind == "one chapter" else None
    return packed(bound(book, chapter), proof=kind == "a proof")


def test_it_is_a_zip_that_every_reader_unpacks(any_archive: Packed) -> None:
    """Pages are stored, the rest is deflated; nothing is damaged or encrypted."""
    assert any_archive.archive.testzip() is None
    for entry in any_archive.archive.infolist():
        assert entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        assert not entry.flag_bits & 1


def test_names_are_relative_and_none_stands_twice(any_archive: Packed) -> None:
    """All pages are in one folder, and names can be decoded anywhere."""
    names = any_archive.archive.namelist()
    assert len(names) == len({name.casefold() for name in names})
    assert len({str(Path(name).parent) for name in names}) == 1
    for name in names:
        assert re.fullmatch(r"[0-9a-zA-Z.]+", name)


def test_nothing_is_in_it_but_pages_and_metadata(any_archive: Packed) -> None:
    """No folders of systems, no list of ours, no words."""
    names = any_archive.archive.namelist()
    assert names.count("ComicInfo.xml") == 1
    assert len(any_archive.pages) == len(names) - 1 == len(any_archive.volume.leaves)
    assert any_archive.archive.comment == b""


def test_pages_are_what_their_endings_say(any_archive: Packed) -> None:
    """PNG, JPEG or WebP, whole, and nothing to be seen through."""
    for name in any_archive.pages:
        picture = any_archive.picture(name)
        picture.load()
        assert Path(name).suffix == ENDINGS[picture.format or ""]
        assert not picture.has_transparency_data


def test_plain_order_is_natural_order_and_that_of_the_archive(any_archive: Packed) -> None:
    """Numbers are padded with zeros."""
    pages = any_archive.pages
    assert pages == sorted(pages)
    assert pages == sorted(pages, key=lambda name: int(name.split(".")[0]))


def test_a_thousand_pages_are_in_order_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Padding grows with the book; plain order holds past 999."""
    monkeypatch.setattr(cbz, "_packed", lambda *_, **__: (1, 1, ".jpg", b"a page"))
    found = packed(bound(BookOf([[PageOf(("4:3",))] * 1_001]).make(tmp_path)))
    assert found.pages == sorted(found.pages) == [f"{number:04}.jpg" for number in range(1, 1_002)]


def test_pages_are_of_one_shape_and_double_pages_twice_as_wide(any_archive: Packed) -> None:
    """Within a pixel."""
    leaves = any_archive.volume.leaves
    sizes = [any_archive.picture(name).size for name in any_archive.pages]
    first = next(size for leaf, size in zip(leaves, sizes, strict=True) if not leaf.double)
    shape = first[0] / first[1]
    for leaf, (width, height) in zip(leaves, sizes, strict=True):
        single = width / 2 if leaf.double else width
        assert abs(single - height * shape) <= 1.5


def test_the_cover_is_alone_and_double_pages_lie_on_openings(any_archive: Packed) -> None:
    """As a reader shows them that puts two pages side by side from the second one on."""
    number = 1
    for page in any_archive.listed:
        is_double = page["DoublePage"] == "true"
        assert not (is_double and number % 2)
        number += 2 if is_double else 1


def test_comic_info_is_valid_and_says_nothing_empty(any_archive: Packed) -> None:
    """By its schema, in UTF-8, with this root and in this spelling."""
    content = any_archive.archive.read("ComicInfo.xml")
    content.decode("utf-8")
    SCHEMA.assertValid(etree.fromstring(content))
    assert content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    assert any_archive.about.tag == "ComicInfo"
    for element in any_archive.about.iter():
        assert len(element) or element.attrib or (element.text or "").strip()
        assert "" not in element.attrib.values()


def test_comic_info_tells_what_readers_ask_for(any_archive: Packed) -> None:
    """Title, series, number, writer and language."""
    is_chapter = any_archive.volume.chapter is not None
    assert any_archive.told("Title") == ("Part 2" if is_chapter else "Port Sable")
    assert any_archive.told("Series") == "Port Sable"
    assert any_archive.told("Number") == ("2" if is_chapter else "1")
    assert any_archive.told("Writer") == "Ada & Bo"
    assert any_archive.told("LanguageISO") == "en"


def test_the_pages_of_comic_info_are_those_of_the_archive(any_archive: Packed) -> None:
    """Counted, numbered from 0 without a gap, with their true sizes; the first is the cover."""
    listed = any_archive.listed
    assert any_archive.told("PageCount") == str(len(any_archive.pages))
    assert [page["Image"] for page in listed] == [str(at) for at in range(len(any_archive.pages))]
    kinds = [page["Type"] for page in listed]
    assert kinds[0] == "FrontCover"
    assert "FrontCover" not in kinds[1:]
    for name, page, leaf in zip(any_archive.pages, listed, any_archive.volume.leaves, strict=True):
        width, height = any_archive.picture(name).size
        assert (page["ImageWidth"], page["ImageHeight"]) == (str(width), str(height))
        assert page["ImageSize"] == str(any_archive.archive.getinfo(name).file_size)
        assert page["DoublePage"] == ("true" if leaf.double else "false")


def test_only_one_word_turns_the_direction(any_archive: Packed) -> None:
    """Readers take a plain "Yes" for left to right."""
    is_rtl = any_archive.volume.is_rtl
    assert any_archive.told("Manga") == ("YesAndRightToLeft" if is_rtl else "No")


def test_a_wrong_comic_info_would_be_found() -> None:
    """The schema of these tests refuses another order, another word, and an empty number."""
    for wrong in (
        "<Series>b</Series><Title>a</Title>",
        "<Manga>RightToLeft</Manga>",
        "<PageCount></PageCount>",
        '<Pages><Page Image="x"/></Pages>',
        '<Pages><Page Image="0" Type="Cover"/></Pages>',
        "<Author>a</Author>",
    ):
        assert not SCHEMA.validate(etree.fromstring(f"<ComicInfo>{wrong}</ComicInfo>"))


def test_what_the_book_does_not_say_is_left_out(tmp_path: Path) -> None:
    """A book without an author has no writer, rather than an empty one."""
    found = packed(bound(BookOf(STORY, LAID_OUT, author=" ").make(tmp_path)))
    assert found.told("Writer") is None
    SCHEMA.assertValid(found.about)


@pytest.mark.parametrize(
    "hostile", ["</Title><x>", "a & b < c \"'", "\x01\x1b[2J\ufffe", "夜の港 🌊"]
)
def test_titles_are_told_as_they_are_and_break_nothing(tmp_path: Path, hostile: str) -> None:
    """Whatever they hold; what XML cannot hold is left out."""
    found = packed(bound(BookOf(STORY, LAID_OUT, title=f"A {hostile}").make(tmp_path)))
    SCHEMA.assertValid(found.about)
    assert found.told("Title") == "A " + hostile.replace("\x01\x1b", "").replace("\ufffe", "")


def test_a_picture_of_the_book_s_shape_is_packed_as_it_is(tmp_path: Path) -> None:
    """To the byte, whatever its kind."""
    book = BookOf([[PageOf(("4:3",) * 3)]]).make(tmp_path)
    folder = tmp_path / "pictures/ch01/p001"
    folder.mkdir(parents=True)
    files = [folder / "panel-1.png", folder / "panel-2.jpg", folder / "panel-3.webp"]
    for file, kind in zip(files, ("PNG", "JPEG", "WEBP"), strict=True):
        file.write_bytes(encoded(kind, (64, 48)))  # type: ignore[arg-type]  # of these three
    found = packed(bound(book))
    assert found.pages == ["001.png", "002.jpg", "003.webp"]
    for name, file in zip(found.pages, files, strict=True):
        assert found.archive.read(name) == file.read_bytes()


def test_a_picture_under_a_wrong_name_gets_the_ending_that_it_is(tmp_path: Path) -> None:
    """An author may have saved a JPEG over a PNG."""
    book = BookOf([[PageOf(("4:3",))]]).make(tmp_path)
    (tmp_path / "pictures/ch01/p001").mkdir(parents=True)
    (tmp_path / "pictures/ch01/p001/panel-1.png").write_bytes(encoded("JPEG", (64, 48)))
    assert packed(bound(book)).pages == ["001.jpg"]


def test_a_picture_of_another_shape_keeps_every_pixel(tmp_path: Path) -> None:
    """It is put on a page, neither stretched nor cut off."""
    book = BookOf([[PageOf(("4:3", "4:3", "3:4"))]]).make(tmp_path)
    draw(book)
    found = packed(bound(book))
    original = Image.open(tmp_path / "pictures/ch01/p001/panel-3.png").convert("RGB")
    page = found.picture("003.png")
    assert page.size == (320, 240)
    left, top = (320 - 180) // 2, 0
    assert page.crop((left, top, left + 180, top + 240)).tobytes() == original.tobytes()
    assert page.getpixel((0, 0)) == (255, 255, 255)


def _turned(image: Image.Image, file: Path) -> None:
    notes = Image.Exif()
    notes[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(file, exif=notes)


def _seen_through(image: Image.Image, file: Path) -> None:
    image.putalpha(255)
    image.save(file)


def _moving(image: Image.Image, file: Path) -> None:
    image.save(file, save_all=True, append_images=[Image.new("RGB", image.size)])


@pytest.mark.parametrize(
    ("usual", "odd"), [((2, 2_000), (1_024, 768)), ((800, 12_000), (4_000, 1_000))]
)
def test_no_page_has_more_pixels_than_readers_open(
    tmp_path: Path, usual: tuple[int, int], odd: tuple[int, int]
) -> None:
    """A page of a strip's shape around a wide picture is reduced, and the author is told."""
    book = BookOf([[PageOf(("9:16", "9:16", "4:3"))]]).make(tmp_path)
    draw(book)
    *tall, wide = book.panels
    for panel, size in ((tall[0], usual), (tall[1], usual), (wide, odd)):
        Image.new("RGB", size, "teal").save(tmp_path / f"pictures/{panel.key}.png")
    volume = bound(book)
    page = packed(volume).picture("003.png")
    assert page.width * page.height <= PIXELS
    assert max(page.size) <= SIDE
    assert page.getpixel((page.width // 2, page.height // 2)) == (0, 128, 128)
    assert any(wide.key in each and "reduced" in each for each in completeness.remarks(volume))


@pytest.mark.parametrize("save", [_turned, _seen_through, _moving])
def test_what_readers_show_differently_is_packed_as_it_looks(
    tmp_path: Path, save: Callable[[Image.Image, Path], None]
) -> None:
    """Pictures that are turned by their notes, can be seen through, or move."""
    book = BookOf([[PageOf(("4:3",))]]).make(tmp_path)
    draw(book)
    file = tmp_path / "pictures/ch01/p001/panel-1.png"
    before = Image.open(file).convert("RGB")
    save(before.copy(), file)
    found = packed(bound(book))
    page = found.picture("001.png")
    assert getattr(page, "n_frames", 1) == 1
    assert page.mode == "RGB"
    assert page.tobytes() == before.tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_kind_of_colour_are_painted(tmp_path: Path, mode: str) -> None:
    """As an author's own program may save them; grey stays grey, and is not burnt to white."""
    book = BookOf([[PageOf(("4:3", "3:4"))]]).make(tmp_path)
    draw(book)
    grey = Image.new("L", (180, 240), 100)
    if mode == "I;16":
        image = Image.new("I;16", grey.size, 100 << 8)
    else:
        image = (grey if mode in ("L", "LA", "P") else grey.convert("RGB")).convert(mode)
    ending = "jpg" if mode == "CMYK" else "png"
    (book.library / "ch01/p001/panel-2.png").unlink()
    image.save(book.library / f"ch01/p001/panel-2.{ending}")
    page = packed(bound(book)).picture("002.png").convert("L")
    middle = page.crop((100, 100, 220, 140))
    levels = middle.getcolors()
    assert levels is not None
    if mode != "1":
        assert all(abs(int(level) - 100) < 4 for _, level in levels if isinstance(level, int))


def _changed(book: Book) -> None:
    draw(book, {"ch01/p001/panel-1": (90, 90)})


def _gone(book: Book) -> None:
    (book.library / "ch01/p001/panel-1.png").unlink()


def _damaged(book: Book) -> None:
    (book.library / "ch01/p001/panel-1.png").write_bytes(b"\x89PNG")


@pytest.mark.parametrize("wanted", [LAID_OUT, Layout()])
@pytest.mark.parametrize("change", [_changed, _gone, _damaged])
def test_a_run_may_go_on_meanwhile(
    tmp_path: Path, wanted: Layout, change: Callable[[Book], None]
) -> None:
    """A picture that is exchanged or gone after it was found leaves a whole archive."""
    book = BookOf([[PageOf(("4:3", "4:3"))]], wanted).make(tmp_path)
    draw(book)
    volume = bound(book)
    change(book)
    found = packed(volume)
    sizes = {found.picture(name).size for name in found.pages}
    assert len({round(width / height, 1) for width, height in sizes}) == 1


def test_a_gap_is_a_page_that_names_its_panel(tmp_path: Path) -> None:
    """Not an empty page, and not left out: numbers stay."""
    book = BookOf([[PageOf(("4:3", "4:3"))]]).make(tmp_path)
    draw(book)
    (book.library / "ch01/p001/panel-2.png").unlink()
    found = packed(bound(book))
    assert len(found.pages) == 2
    colours = found.picture("002.jpg").convert("L").getcolors(1 << 16)
    assert colours is not None
    assert len(colours) > 10


def test_a_proof_is_small(tmp_path: Path) -> None:
    """And of the same pages."""
    book = BookOf(STORY, Layout(laid_out=True)).make(tmp_path)
    draw(book)
    found = packed(bound(book), proof=True)
    for name, leaf in zip(found.pages, found.volume.leaves, strict=True):
        width, height = found.picture(name).size
        assert height <= 1_001
        assert width <= (1_420 if leaf.double else 710)


def test_the_same_book_makes_the_same_archive(tmp_path: Path) -> None:
    """To the byte: no time and no path is in it."""
    made = []
    for name in ("one", "two"):
        book = BookOf(STORY, LAID_OUT).make(tmp_path / name)
        draw(book)
        file = io.BytesIO()
        cbz.write(bound(book), file, lambda: None)
        made.append(hashlib.sha256(file.getvalue()).hexdigest())
    assert made[0] == made[1]


def test_pages_are_never_in_memory_together(tmp_path: Path) -> None:
    """Each is written before the next is painted."""
    book = BookOf([[PageOf(("4:3",))] * 4], LAID_OUT).make(tmp_path)
    file = io.BytesIO()
    sizes: list[int] = []
    cbz.write(bind(book, partial(artwork.find, book)), file, lambda: sizes.append(file.tell()))
    assert sizes == sorted(set(sizes))
    assert len(sizes) == 4


def test_sides_are_left_and_right_in_turn(any_archive: Packed) -> None:
    """The first page is where a cover is."""
    opens = Side.LEFT if any_archive.volume.is_rtl else Side.RIGHT
    assert any_archive.volume.leaves[0].side is opens
