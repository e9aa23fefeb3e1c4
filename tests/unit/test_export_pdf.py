"""A PDF: pictures lossless and never stretched, pages for print, words that can be copied."""

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

import img2pdf
import pikepdf
import pytest
from pikepdf import Name, Page, Pdf, PdfImage
from PIL import Image

from helpers.pictures import encoded
from helpers.volumes import HEARD, SAID, STORY, TOLD, BookOf, PageOf, bound, draw
from pressrun.book.model import Direction, Layout
from pressrun.export import pdf
from pressrun.export.artwork import Artwork
from pressrun.export.leaves import Placement, Volume
from pressrun.scripts.script import Lettering, Voice

LAID_OUT = Layout(laid_out=True, bleed=3)
RTL = replace(LAID_OUT, direction=Direction.RTL)
MM = 72 / 25.4

LAYOUTS = {
    "laid out": LAID_OUT,
    "without bleed": Layout(laid_out=True),
    "without margin": replace(LAID_OUT, margin=0),
    "from right to left": RTL,
    "a picture a page": Layout(),
    "a picture a page with bleed": Layout(bleed=3),
}


class Drawn(NamedTuple):
    """A picture as a page shows it, in points."""

    name: str
    width: float
    height: float
    x: float
    y: float
    seen: tuple[float, float, float, float]


def written(volume: Volume, scratch: Path, *, proof: bool = False) -> Pdf:
    """Write a document."""
    file = io.BytesIO()
    folder = scratch / "parts"
    folder.mkdir(exist_ok=True)
    pdf.write(volume, file, folder, lambda: None, proof=proof)
    return pikepdf.open(file)


def drawn(page: Page) -> list[Drawn]:
    """The pictures that a page shows, in its order."""
    found: list[Drawn] = []
    matrix: list[float] = []
    seen: list[float] = []
    for instruction in pikepdf.parse_content_stream(page):
        operands = list(instruction.operands)
        match str(instruction.operator):
            case "re":
                seen = [float(each) for each in operands]
            case "cm":
                matrix = [float(each) for each in operands]
            case "Do":
                a, b, c, d, x, y = matrix
                assert (b, c) == (0, 0)
                found.append(Drawn(str(operands[0]), a, d, x, y, tuple(seen)))  # type: ignore[arg-type]
    return found


def pictures(document: Pdf, volume: Volume) -> Iterator[tuple[Placement, Drawn, PdfImage]]:
    """Each panel, how it is drawn, and its picture."""
    for page, leaf in zip(document.pages, volume.leaves, strict=True):
        for placement, each in zip(leaf.placements, drawn(page), strict=True):
            yield placement, each, unpacked(page.resources.XObject[each.name])


def unpacked(image: pikepdf.Object) -> PdfImage:
    """A picture of a document."""
    assert isinstance(image, pikepdf.Stream)
    return PdfImage(image)


def words(page: Page) -> list[str]:
    """The words of a page in the order in which it draws them, a line each, by their Unicode."""
    faces = {
        str(name): _letters(face.ToUnicode.read_bytes().decode())
        for name, face in page.resources.Font.items()
    }
    lines: list[str] = []
    letters: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands = list(instruction.operands)
        match str(instruction.operator):
            case "Tr":
                assert int(operands[0]) == 3, "the words are seen"
            case "Tf":
                letters = faces[str(operands[0])]
            case "Tm":
                lines.append("")
            case "Tj":
                lines[-1] += "".join(letters[code] for code in bytes(operands[0]))
    return lines


def _letters(told: str) -> dict[int, str]:
    found = re.findall(r"^<([0-9a-f]{2})> <([0-9a-f]+)>$", told, re.MULTILINE)
    return {int(code, 16): bytes.fromhex(letter).decode("utf-16-be") for code, letter in found}


@pytest.fixture(scope="module", params=LAYOUTS)
def any_volume(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Volume:
    """Books of every kind, with all their pictures."""
    book = BookOf(STORY, LAYOUTS[request.param]).make(tmp_path_factory.mktemp("book"))
    draw(book)
    return bound(book)


def test_each_picture_is_there_once_and_lossless(any_volume: Volume, tmp_path: Path) -> None:
    """Its pixels are those of the file; none is enlarged, cut or packed anew with losses."""
    document = written(any_volume, tmp_path)
    seen = list(pictures(document, any_volume))
    assert len(seen) == len(any_volume.panels)
    for placement, _, picture in seen:
        assert isinstance(placement.art, Artwork)
        original = Image.open(placement.art.path).convert("RGB")
        assert picture.as_pil_image().convert("RGB").tobytes() == original.tobytes()
    stored = [each for each in document.objects if isinstance(each, pikepdf.Stream)
              and each.get("/Subtype") == Name.Image]  # fmt: skip
    assert len(stored) == len(any_volume.panels)


def test_its_syntax_is_that_of_a_pdf(any_volume: Volume, tmp_path: Path) -> None:
    """A program that checks it finds nothing, and it calls for no newer reader than most have."""
    document = written(any_volume, tmp_path)
    assert document.check_pdf_syntax() == []
    assert document.pdf_version == "1.7"


def test_a_jpeg_is_packed_as_it_is(tmp_path: Path) -> None:
    """To the byte: it is not compressed a second time."""
    book = BookOf([[PageOf(("4:3",))]], LAID_OUT).make(tmp_path)
    (tmp_path / "pictures/ch01/p001").mkdir(parents=True)
    content = encoded("JPEG", (64, 48))
    (tmp_path / "pictures/ch01/p001/panel-1.jpg").write_bytes(content)
    document = written(bound(book), tmp_path)
    (image,) = document.pages[0].resources.XObject.values()
    assert image.Filter in (Name.DCTDecode, pikepdf.Array([Name.DCTDecode]))
    assert image.read_raw_bytes() == content


@pytest.mark.parametrize("kind", ["WEBP", "MPO", "APNG", "moving WEBP"])
def test_a_picture_of_another_kind_keeps_its_pixels(tmp_path: Path, kind: str) -> None:
    """PDF knows no WebP, and nothing that moves: its first picture is packed, lossless."""
    book = BookOf([[PageOf(("4:3",))]], LAID_OUT).make(tmp_path)
    (tmp_path / "pictures/ch01/p001").mkdir(parents=True)
    content = encoded(kind, (64, 48))  # type: ignore[arg-type]  # of these
    (tmp_path / "pictures/ch01/p001/panel-1.png").write_bytes(content)
    document = written(bound(book), tmp_path)
    (image,) = document.pages[0].resources.XObject.values()
    shown = Image.open(io.BytesIO(content)).convert("RGB")
    assert unpacked(image).as_pil_image().convert("RGB").tobytes() == shown.tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_kind_of_colour_are_lossless(tmp_path: Path, mode: str) -> None:
    """As an author's own program may save them."""
    book = BookOf([[PageOf(("4:3",))]], LAID_OUT).make(tmp_path)
    (tmp_path / "pictures/ch01/p001").mkdir(parents=True)
    noisy = Image.open(io.BytesIO(encoded("PNG", (64, 48))))
    image = Image.new("I;16", (64, 48), 25_700) if mode == "I;16" else noisy.convert(mode)
    file = tmp_path / f"pictures/ch01/p001/panel-1.{'jpg' if mode == 'CMYK' else 'png'}"
    image.save(file)
    document = written(bound(book), tmp_path)
    (stored,) = document.pages[0].resources.XObject.values()
    if mode == "CMYK":
        assert stored.read_raw_bytes() == file.read_bytes()
    elif mode == "I;16":
        assert int(stored.BitsPerComponent) == 16
    else:
        shown = unpacked(stored).as_pil_image().convert("RGB")
        assert shown.tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize("dpi", [1, 0.01, 100_000])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_resolution_that_a_file_claims_means_nothing(
    tmp_path: Path, kind: str, dpi: float
) -> None:
    """By it, a picture would be larger than any page, or too small to be seen."""
    book = BookOf([[PageOf(("4:3",))]], LAID_OUT).make(tmp_path)
    (tmp_path / "pictures/ch01/p001").mkdir(parents=True)
    image = Image.new("RGB", (1_600, 1_200), "teal")
    image.save(tmp_path / "pictures/ch01/p001/panel-1.png", kind, dpi=(dpi, dpi))
    volume = bound(book)
    document = written(volume, tmp_path)
    ((_, each, picture),) = pictures(document, volume)
    assert (picture.width, picture.height) == (1_600, 1_200)
    assert abs(each.width / each.height - 4 / 3) < 0.001


def test_what_cannot_be_packed_as_it_is_keeps_its_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind that the packer refuses does not stop a book."""
    book = BookOf([[PageOf(("4:3",))]], LAID_OUT).make(tmp_path)
    draw(book)
    convert, refused = img2pdf.convert, list[bytes]()

    def particular(data: bytes, **more: object) -> bytes:
        if not refused:
            refused.append(data)
            raise img2pdf.UnsupportedColorspaceError
        made: bytes = convert(data, **more)
        return made

    monkeypatch.setattr(img2pdf, "convert", particular)
    volume = bound(book)
    document = written(volume, tmp_path)
    ((placement, _, picture),) = pictures(document, volume)
    assert isinstance(placement.art, Artwork)
    assert refused == [placement.art.path.read_bytes()]
    original = Image.open(placement.art.path).convert("RGB")
    assert picture.as_pil_image().convert("RGB").tobytes() == original.tobytes()


def test_a_png_with_bytes_behind_its_end_keeps_its_pixels(tmp_path: Path) -> None:
    """Some programs append something, and the packer raises over it whatever it likes."""
    book = BookOf([[PageOf(("4:3",))]], LAID_OUT).make(tmp_path)
    draw(book)
    path = tmp_path / "pictures/ch01/p001/panel-1.png"
    original = Image.open(path).convert("RGB")
    path.write_bytes(path.read_bytes() + b"x" * 5_000)
    volume = bound(book)
    document = written(volume, tmp_path)
    ((_, _, picture),) = pictures(document, volume)
    assert picture.as_pil_image().convert("RGB").tobytes() == original.tobytes()


def test_no_picture_is_stretched(any_volume: Volume, tmp_path: Path) -> None:
    """Its width to its height on the page is that of its pixels."""
    for _, each, picture in pictures(written(any_volume, tmp_path), any_volume):
        assert abs(each.width / each.height - picture.width / picture.height) < 0.001


def test_pictures_stand_where_the_layout_has_them(any_volume: Volume, tmp_path: Path) -> None:
    """What is seen of a picture lies in its panel's place, within the page and its bleed."""
    bleed = any_volume.bleed
    for page, leaf in zip(written(any_volume, tmp_path).pages, any_volume.leaves, strict=True):
        for placement, each in zip(leaf.placements, drawn(page), strict=True):
            x, y, width, height = each.seen
            assert abs(x - (placement.box.x + bleed) * MM) < 0.01
            assert abs(width - placement.box.width * MM) < 0.01
            top = (leaf.height + bleed - placement.box.y) * MM
            assert abs(y + height - top) < 0.01
            assert x > -0.01
            assert x + width < float(page.mediabox[2]) + 0.01


def test_pages_have_the_size_of_the_book_and_its_bleed(any_volume: Volume, tmp_path: Path) -> None:
    """The trimmed page lies within the one that is printed; a double page is twice as wide."""
    bleed = any_volume.bleed * MM
    for page, leaf in zip(written(any_volume, tmp_path).pages, any_volume.leaves, strict=True):
        media = [float(each) for each in page.mediabox]
        assert [float(each) for each in page.obj.BleedBox] == media
        assert media[:2] == [0, 0]
        left, bottom, right, top = (float(each) for each in page.trimbox)
        assert abs(right - left - leaf.width * MM) < 0.001
        assert abs(top - bottom - leaf.height * MM) < 0.001
        assert abs(left - bleed) < 0.001
        assert abs(media[2] - right - bleed) < 0.001


def test_the_resolution_is_what_is_told(tmp_path: Path) -> None:
    """A picture of enough pixels has the book's resolution on paper."""
    book = BookOf([[PageOf(("4:3",))]], Layout(laid_out=True)).make(tmp_path)
    draw(book, {"ch01/p001/panel-1": (1_772, 1_329)})
    volume = bound(book)
    document = written(volume, tmp_path)
    ((placement, each, picture),) = pictures(document, volume)
    assert round(picture.width / (each.width / 72)) == 300
    assert round(placement.dpi or 0) == 300


def test_it_names_title_author_and_language(tmp_path: Path) -> None:
    """In both places where programs look."""
    book = BookOf(STORY, LAID_OUT, title="Die Möwe & 夜").make(tmp_path)
    document = written(bound(book), tmp_path)
    assert str(document.docinfo.Title) == "Die Möwe & 夜"
    assert str(document.docinfo.Author) == "Ada & Bo"
    assert str(document.Root.Lang) == "en"
    assert document.Root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as notes:
        assert notes["dc:title"] == "Die Möwe & 夜"
        assert notes["dc:creator"] == ["Ada & Bo"]


@pytest.mark.parametrize(("wanted", "direction"), [(LAID_OUT, Name.L2R), (RTL, Name.R2L)])
def test_it_tells_in_which_direction_it_is_read(
    tmp_path: Path, wanted: Layout, direction: Name
) -> None:
    """Viewers put openings together by it."""
    document = written(bound(BookOf(STORY, wanted).make(tmp_path)), tmp_path)
    assert document.Root.ViewerPreferences.Direction == direction


def test_a_book_opens_with_the_cover_alone(tmp_path: Path) -> None:
    """Two pages side by side from the second on, unless a double page is an opening by itself."""
    document = written(bound(BookOf([[PageOf(("4:3",))] * 3], LAID_OUT).make(tmp_path)), tmp_path)
    assert document.Root.PageLayout == Name.TwoPageRight
    document = written(bound(BookOf(STORY, LAID_OUT).make(tmp_path)), tmp_path)
    assert document.Root.PageLayout == Name.SinglePage
    labels = [page.label for page in document.pages]
    assert labels[2:5] == ["3", "4-5", "6"]


def test_chapters_are_in_the_outline(tmp_path: Path) -> None:
    """Each leads to its first page."""
    document = written(bound(BookOf(STORY, LAID_OUT).make(tmp_path)), tmp_path)
    with document.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Part 1", "Part 2"]


@pytest.mark.parametrize("wanted", [LAID_OUT, RTL])
def test_words_can_be_copied_in_reading_order(tmp_path: Path, wanted: Layout) -> None:
    """As they are drawn, and for programs that sort them by place: from the top down."""
    said = ((TOLD,), (SAID, HEARD), (Lettering(Voice.BALLOON, "Yes.", ("BO",)),))
    book = BookOf([[PageOf(("1:1", "1:1", "4:3"), words=said)]], wanted).make(tmp_path)
    document = written(bound(book), tmp_path)
    (page,) = document.pages
    assert words(page) == ["Midnight.", "Did you hear that?", "KRAK", "Yes."]
    heights = [
        float(list(each.operands)[5])
        for each in pikepdf.parse_content_stream(page)
        if str(each.operator) == "Tm"
    ]
    assert heights == sorted(heights, reverse=True)
    assert all(height > 0 for height in heights)


def test_words_of_any_language_and_length_can_be_copied(tmp_path: Path) -> None:
    """More letters than one typeface holds, beyond the first plane, and a balloon like a novel."""
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 700)))
    texts = ["Ça va — “où”?", "🌊 夜の港", letters, "word " * 4_000, "مرحبا بكم"]
    said = tuple(Lettering(Voice.BALLOON, text) for text in texts)
    book = BookOf([[PageOf(("4:3", "4:3"), words=((), said))]], LAID_OUT).make(tmp_path)
    document = written(bound(book), tmp_path)
    (page,) = document.pages
    found = "".join(words(page)).replace(" ", "")
    assert found == "".join(texts).replace(" ", "")
    for each in pikepdf.parse_content_stream(page):
        if str(each.operator) == "Tm":
            assert float(list(each.operands)[5]) > -1


def test_hostile_words_break_nothing(tmp_path: Path) -> None:
    """They are text, whatever PDF means by them."""
    said = (Lettering(Voice.BALLOON, ") Tj ET Q \\ (\x00\x1b[2J <</JS>> \n end"),)
    book = BookOf([[PageOf(("4:3",), words=(said,))]], LAID_OUT, title="(\\) /A").make(tmp_path)
    document = written(bound(book), tmp_path)
    assert "".join(words(document.pages[0])) == ") Tj ET Q \\ ([2J <</JS>> end"
    assert str(document.docinfo.Title) == "(\\) /A"


def test_a_gap_is_shown_as_one(tmp_path: Path) -> None:
    """In its place, so that the page looks as it will."""
    book = BookOf([[PageOf(("4:3", "4:3"))]], LAID_OUT).make(tmp_path)
    volume = bound(book)
    assert len(list(pictures(written(volume, tmp_path), volume))) == 2


def test_a_proof_is_small_and_has_the_words(tmp_path: Path) -> None:
    """One picture a page, of few pixels."""
    book = BookOf(STORY, LAID_OUT).make(tmp_path)
    draw(book)
    document = written(bound(book), tmp_path, proof=True)
    for page in document.pages:
        (image,) = page.resources.XObject.values()
        assert int(image.Height) <= 1_001
    assert words(document.pages[0]) == ["Midnight.", "Did you hear that?", "KRAK"]


def test_parts_make_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of a long book are never in memory together, and the document is the same."""
    book = BookOf(STORY, LAID_OUT).make(tmp_path)
    draw(book)
    volume = bound(book)
    whole = written(volume, tmp_path)
    joined: list[Path] = []
    join = pdf._join

    def counted(volume: Volume, parts: Sequence[Path], file: BinaryIO) -> None:
        joined.extend(parts)
        join(volume, parts, file)

    monkeypatch.setattr(pdf, "_join", counted)
    monkeypatch.setattr(pdf, "PART_BYTES", 1)
    parted = written(volume, tmp_path)
    assert len(joined) == len(volume.leaves)
    for one, other in zip(whole.pages, parted.pages, strict=True):
        assert drawn(one) == drawn(other)
        assert words(one) == words(other)
    assert len(list(pictures(parted, volume))) == len(book.panels)


def test_the_same_book_makes_the_same_document(tmp_path: Path) -> None:
    """To the byte: no time and no path is in it."""
    made = []
    for name in ("one", "two"):
        book = BookOf(STORY, LAID_OUT).make(tmp_path / name)
        draw(book)
        file = io.BytesIO()
        pdf.write(bound(book), file, tmp_path / name, lambda: None)
        made.append(hashlib.sha256(file.getvalue()).hexdigest())
    assert made[0] == made[1]
