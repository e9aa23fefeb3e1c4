"""A PDF for print: each picture once and lossless, placed and never stretched, words to be copied.

Pages have the book's size, with bleed around them. What was written is kept in parts on disk, so
that thousands of pictures are never in memory together.
"""

import io
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import img2pdf
import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, Stream

from pressrun import characters
from pressrun.export import artwork, lettering, paint
from pressrun.export.layout import Box
from pressrun.export.leaves import MM_PER_INCH, Leaf, Placement, Shows, Volume
from pressrun.export.unseen import Typefaces, points

PRODUCER = "Pressrun"
"""What a file of ours says it was made with."""

PART_BYTES = 48_000_000
"""Of pictures that are in memory together."""

PART_PAGES = 200

_GAP_DPI = 100
"""The resolution of what stands for a picture that is missing."""

_ANY_DPI = 300
"""Where only the picture is wanted. What a file says of itself may be a page of any size."""

_QUALITY = 80
"""Of proofs, as JPEG."""


def write(
    volume: Volume,
    file: BinaryIO,
    scratch: Path,
    told: Callable[[], None],
    *,
    proof: bool = False,
) -> None:
    """Write a document, a few pages at a time.

    Args:
        volume: what is written.
        file: where to.
        scratch: a folder for its parts, which its owner removes.
        told: called after each page.
        proof: small pages, with the keys of panels.

    Raises:
        OSError: it cannot be written.
    """
    # what it warns of is seen to before: it is given pictures that are opaque and upright
    logging.getLogger("img2pdf").setLevel(logging.ERROR)
    parts, part = list[Path](), _Part(volume, proof=proof)
    for leaf in volume.leaves:
        if part.is_full:
            parts.append(part.keep(scratch / f"{len(parts)}.pdf"))
            part = _Part(volume, proof=proof)
        part.add(leaf)
        told()
    parts.append(part.keep(scratch / f"{len(parts)}.pdf"))
    _join(volume, parts, file)


class _Part:
    """Some pages of a document, in memory until they are kept."""

    def __init__(self, volume: Volume, *, proof: bool) -> None:
        self._volume = volume
        self._proof = proof
        self._document = Pdf.new()
        self._typefaces = Typefaces(self._document)
        self._fonts = self._document.make_indirect(Dictionary())
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether it is time to keep it."""
        return self._bytes > PART_BYTES or len(self._document.pages) >= PART_PAGES

    def keep(self, path: Path) -> Path:
        """Write its pages to a file of their own."""
        for name, face in self._typefaces.resources().items():
            self._fonts[name] = face
        self._document.save(path)
        self._document.close()
        return path

    def add(self, leaf: Leaf) -> None:
        """Draw a page."""
        bleed = self._volume.bleed
        across, high = leaf.width + 2 * bleed, leaf.height + 2 * bleed
        whole = Box(-bleed, -bleed, across, high)
        trim = Box(0, 0, leaf.width, leaf.height)
        drawn, pictures = [self._paper(_rectangle(whole, bleed, high))], Dictionary()
        if self._proof or leaf.shows is Shows.TITLE:
            width = self._volume.shape.pixels
            if self._proof:
                width = paint.small(self._volume)
            image = paint.page(self._volume, leaf, width, proof=self._proof)
            pictures["/P0"] = self._image(_jpeg(image))
            drawn.append(
                _placed("P0", _rectangle(trim, bleed, high), _rectangle(trim, bleed, high))
            )
        for number, placement in enumerate(leaf.placements):
            if not self._proof:
                name = f"P{number}"
                data, lies = self._picture(placement)
                pictures[f"/{name}"] = self._image(data)
                seen = _rectangle(placement.box, bleed, high)
                drawn.append(_placed(name, seen, _rectangle(lies, bleed, high)))
        drawn.append(self._typefaces.column(self._words(leaf, high)))
        page = Dictionary(
            Type=Name.Page,
            MediaBox=_sides(whole, bleed, high),
            BleedBox=_sides(whole, bleed, high),
            TrimBox=_sides(trim, bleed, high),
            Resources=Dictionary(XObject=pictures, Font=self._fonts),
            Contents=self._document.make_indirect(
                Stream(self._document, b"\n".join(filter(None, drawn)))
            ),
        )
        self._document.pages.append(pikepdf.Page(self._document.make_indirect(page)))

    def _words(self, leaf: Leaf, high: float) -> Iterable[tuple[list[str], Box]]:
        """The words of each panel, and where they go."""
        margin = self._volume.book.layout.margin
        for placement in leaf.placements:
            # read from right to left, the first panel is not the leftmost one, and programs that
            # sort words would take it for a later one
            box = placement.box._replace(x=margin) if self._volume.is_rtl else placement.box
            yield lettering.reading(placement.panel), points(box, self._volume.bleed, high)

    def _paper(self, whole: str) -> bytes:
        paper = paint.background(self._volume.book)
        if min(paper) == 255:  # noqa: PLR2004 - white, which paper is
            return b""
        colour = " ".join(f"{part / 255:.4f}" for part in paper)
        return f"q {colour} rg {whole} re f Q".encode()

    def _picture(self, placement: Placement) -> tuple[bytes, Box]:
        """The bytes of a panel's picture, or of what stands for it, and where it lies whole."""
        found = artwork.read(self._volume.book, placement.panel)
        if isinstance(found, tuple):
            art, data = found
            lies = placement.picture_box(art.aspect)
            if art.is_plain and art.media != "image/webp":
                return data, lies
            paper = paint.background(self._volume.book)
            return _png(paint.flat(data, paper)), lies
        size = [
            max(1, round(length / MM_PER_INCH * _GAP_DPI))
            for length in (placement.box.width, placement.box.height)
        ]
        return _png(paint.picture(self._volume, placement, (size[0], size[1]))), placement.box

    def _image(self, data: bytes) -> pikepdf.Object:
        """A picture as a part of the document, as it is compressed already."""
        self._bytes += len(data)
        try:
            made = _converted(data)
        except Exception:  # noqa: BLE001 - it raises bare ones too, over what other programs append
            # it cannot be packed as it is: its pixels are
            made = _converted(_png(paint.flat(data, paint.background(self._volume.book))))
        single = pikepdf.open(io.BytesIO(made))
        (image,) = single.pages[0].resources.XObject.values()
        return self._document.copy_foreign(image)


def _converted(data: bytes) -> bytes:
    """A document that holds one picture; how large its page is means nothing."""
    made: bytes = img2pdf.convert(
        data,
        engine=img2pdf.Engine.internal,
        rotation=img2pdf.Rotation.none,
        layout_fun=img2pdf.get_fixed_dpi_layout_fun((_ANY_DPI, _ANY_DPI)),
    )
    return made


def _join(volume: Volume, parts: Sequence[Path], file: BinaryIO) -> None:
    """One document of all parts, whose pictures go from disk to disk."""
    # pages that are copied from one document to another are copied into memory; this is not
    merged = parts[0].with_name("merged.pdf")
    names = [str(part) for part in parts]
    pikepdf.Job(
        ["qpdf", "--deterministic-id", "--empty", "--pages", *names, "--", str(merged)]
    ).run()
    for part in parts:
        part.unlink()
    with pikepdf.open(merged, access_mode=pikepdf.AccessMode.stream) as document:
        _describe(document, volume)
        _outline(document, volume)
        document.save(file, deterministic_id=True, min_version="1.7")


def _describe(document: Pdf, volume: Volume) -> None:
    book = volume.book
    name, author = characters.dropped(volume.name), characters.dropped(book.author)
    doubles = any(leaf.double for leaf in volume.leaves)
    document.docinfo[Name.Title] = name
    document.docinfo[Name.Producer] = PRODUCER
    told: dict[str, Any] = {"dc:title": name, "pdf:Producer": PRODUCER}
    told["dc:language"] = {volume.language}
    if author:
        document.docinfo[Name.Author] = author
        told["dc:creator"] = [author]
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as notes:
        for field, value in told.items():
            notes[field] = value
    root = document.Root
    root.Lang = pikepdf.String(volume.language)
    root.ViewerPreferences = Dictionary(
        Direction=Name.R2L if volume.is_rtl else Name.L2R,
        DisplayDocTitle=True,
        PrintScaling=Name("/None"),
    )
    # a double page is one wide page: beside another it would be no opening any more
    root.PageLayout = Name.TwoPageRight if book.layout.laid_out and not doubles else Name.SinglePage
    root.PageLabels = Dictionary(
        Nums=Array(
            [
                item
                for index, leaf in enumerate(volume.leaves)
                for item in (index, Dictionary(P=pikepdf.String(leaf.numbers.replace("–", "-"))))
            ]
        )
    )


def _outline(document: Pdf, volume: Volume) -> None:
    """The chapters, each at its first page."""
    with document.open_outline() as outline:
        for chapter in volume.chapters:
            pages = {page.key for page in chapter.pages}
            for index, leaf in enumerate(volume.leaves):
                if leaf.page is not None and leaf.page.key in pages:
                    name = chapter.title or f"Chapter {chapter.number}"
                    outline.root.append(OutlineItem(characters.dropped(name), index))
                    break


def _placed(name: str, seen: str, lies: str) -> bytes:
    """Draw a picture where it lies, as far as its place goes."""
    x, y, width, height = lies.split()
    return f"q {seen} re W n {width} 0 0 {height} {x} {y} cm /{name} Do Q".encode()


def _rectangle(box: Box, bleed: float, height: float) -> str:
    """A box as PDF wants it: left, bottom, width and height in points."""
    left, top, across, high = points(box, bleed, height)
    return f"{left:.4f} {top - high:.4f} {across:.4f} {high:.4f}"


def _sides(box: Box, bleed: float, height: float) -> Array:
    left, top, across, high = points(box, bleed, height)
    sides = (left, top - high, left + across, top)
    return Array([round(abs(side), 4) if abs(side) < 0.001 else round(side, 4) for side in sides])  # noqa: PLR2004 - no "-0"


def _png(image: Any) -> bytes:  # noqa: ANN401 - a picture of Pillow's
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _jpeg(image: Any) -> bytes:  # noqa: ANN401 - a picture of Pillow's
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
