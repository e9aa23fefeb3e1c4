"""A CBZ: a ZIP of pages in reading order, and what readers want to know of them.

Where every picture is a page, a picture of the book's shape is packed byte for byte as it is; one
of another shape is put on a page, unchanged to the pixel unless that page could not be opened.
"""

import io
import zipfile
from collections.abc import Callable
from typing import BinaryIO

from PIL import Image

from pressrun.export import artwork, comicinfo, layout, paint
from pressrun.export.artwork import Artwork
from pressrun.export.comicinfo import Scan
from pressrun.export.leaves import SAME_SHAPE, Leaf, Volume

QUALITY = 92
"""Of pages that are laid out, as JPEG."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the same pages make the same file."""

_READABLE = 0o644 << 16


def write(volume: Volume, file: BinaryIO, told: Callable[[], None], *, proof: bool = False) -> None:
    """Write an archive, a page at a time.

    Args:
        volume: what is packed.
        file: where to.
        told: called after each page.
        proof: small pages, with the keys of panels.

    Raises:
        OSError: it cannot be written.
    """
    scans = []
    digits = max(3, len(str(len(volume.leaves))))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for number, leaf in enumerate(volume.leaves, 1):
            width, height, ending, data = _packed(volume, leaf, proof=proof)
            archive.writestr(_entry(f"{number:0{digits}}{ending}"), data)
            scans.append(Scan(leaf, width, height, len(data)))
            told()
        about = _entry(comicinfo.NAME)
        about.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(about, comicinfo.text(volume, scans))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = _READABLE
    return entry


def _packed(volume: Volume, leaf: Leaf, *, proof: bool) -> tuple[int, int, str, bytes]:
    """A page as it is packed: width and height in pixels, the ending of its name, its bytes."""
    if proof:
        return _jpeg(paint.page(volume, leaf, paint.small(volume), proof=True))
    if volume.book.layout.laid_out or not leaf.placements:
        return _jpeg(paint.page(volume, leaf, volume.shape.pixels))
    placement = leaf.placements[0]
    found = artwork.read(volume.book, placement.panel)
    if not isinstance(found, tuple):
        return _jpeg(paint.page(volume, leaf, volume.shape.pixels))
    art, data = found
    if art.is_plain and layout.cropped(leaf.width / leaf.height, art.aspect) <= SAME_SHAPE:
        return art.width, art.height, art.ending, data
    return _png(_matted(volume, leaf, art, data))


def _matted(volume: Volume, leaf: Leaf, art: Artwork, data: bytes) -> Image.Image:
    """A picture on a page of the book's shape, each pixel as it was if a page can be that large."""
    paper = paint.background(volume.book)
    width, height, scale = leaf.matted(art)
    picture = paint.flat(data, paper)
    if scale < 1:
        reduced = [max(1, int(length * scale)) for length in picture.size]
        picture = picture.resize((reduced[0], reduced[1]), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (width, height), paper)
    canvas.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return canvas


def _jpeg(image: Image.Image) -> tuple[int, int, str, bytes]:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return image.width, image.height, ".jpg", file.getvalue()


def _png(image: Image.Image) -> tuple[int, int, str, bytes]:
    file = io.BytesIO()
    image.save(file, "PNG")
    return image.width, image.height, ".png", file.getvalue()
