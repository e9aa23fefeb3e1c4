"""Pages as pictures: panels in their places, gaps as gaps, and proofs with keys."""

import io
from collections.abc import Sequence
from typing import Literal

from PIL import Image, ImageCms, ImageColor, ImageDraw, ImageFont

from pressrun.book.model import Book, BookPanel
from pressrun.errors import BadInputError
from pressrun.export import artwork, lettering, typeface
from pressrun.export.artwork import Artwork, Unusable
from pressrun.export.leaves import Leaf, Placement, Shows, Volume
from pressrun.library import decoding
from pressrun.library.decoding import BadPictureError

PROOF_PIXELS = 1_000
"""The longer side of a page of a proof; a double page is twice as wide."""

_INK, _GAP, _LINE = (60, 62, 68), (232, 232, 229), (190, 190, 186)
_STRIP = (255, 236, 150)
_MARK, _FAINT = (190, 30, 45), 56

Colour = tuple[int, int, int]


def background(book: Book) -> Colour:
    """The colour of a book's paper.

    Raises:
        BadInputError: it is no colour.
    """
    try:
        told = ImageColor.getrgb(book.layout.background)
    except ValueError as error:
        raise BadInputError(
            f"book.toml: background under [pages]: {book.layout.background!r} is not a colour; "
            "write one such as white, black or #f4efe6. Nothing was written"
        ) from error
    return told[0], told[1], told[2]


def page(volume: Volume, leaf: Leaf, width: int, *, proof: bool = False) -> Image.Image:
    """A page as a picture, without its bleed.

    Args:
        volume: what it is a page of.
        leaf: the page.
        width: of a single page, in pixels; a double page has twice as many.
        proof: write the keys of panels and the numbers of their words on it.
    """
    across = width * (2 if leaf.double else 1)
    high = max(1, round(width * volume.shape.height / volume.shape.width))
    canvas = Image.new("RGB", (across, high), background(volume.book))
    if leaf.shows is Shows.TITLE:
        _title(canvas, volume)
    scale = across / leaf.width
    numbers = lettering.numbers(leaf.page) if leaf.page else {}
    for placement in leaf.placements:
        place = _pixels(placement, scale, canvas.size)
        if not _draw(canvas, volume.book, placement, scale, place):
            _gap(canvas, placement, place)
        if proof:
            _label(canvas, placement.panel, numbers[placement.panel.key], place)
    if proof:
        _mark(canvas, volume, scale)
    return canvas


def picture(volume: Volume, placement: Placement, size: tuple[int, int]) -> Image.Image:
    """What stands for a panel that has no picture, in pixels."""
    canvas = Image.new("RGB", size, background(volume.book))
    _gap(canvas, placement, (0, 0, *size))
    return canvas


def small(volume: Volume) -> int:
    """The width in pixels that a page has in a proof."""
    shape = volume.shape
    return min(round(PROOF_PIXELS * min(1, shape.width / shape.height)), shape.pixels)


def flat(data: bytes, colour: Colour) -> Image.Image:
    """The pixels of a picture as they are shown, on paper of a colour, in sRGB.

    Raises:
        BadPictureError: it is damaged.
    """
    image = decoding.upright(data)
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # grey in 16 bits
        image = image.convert("I").point([level >> 8 for level in range(1 << 16)], "L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, (*colour, 255))
        image = Image.alpha_composite(paper, image)
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        image = _in_srgb(image, profile)
    return image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    mode: Literal["RGB"] = "RGB"
    source = image.convert("RGB") if image.mode == "RGBA" else image
    try:
        return (
            ImageCms.profileToProfile(
                source, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=mode
            )
            or image
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a profile that means nothing changes nothing


_Place = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels."""


def _pixels(placement: Placement, scale: float, size: tuple[int, int]) -> _Place:
    box = placement.box
    left, top = max(0, round(box.x * scale)), max(0, round(box.y * scale))
    right = min(size[0], round((box.x + box.width) * scale))
    bottom = min(size[1], round((box.y + box.height) * scale))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _draw(
    canvas: Image.Image, book: Book, placement: Placement, scale: float, place: _Place
) -> bool:
    """Draw a panel's picture; False where it has none that can be shown."""
    if not isinstance(placement.art, Artwork):
        return False
    found = artwork.taken(book, placement.panel)
    if found is None:
        return False
    try:
        image = flat(found, background(book))
    except BadPictureError:
        return False
    whole = placement.picture_box(image.width / image.height)
    left, top = whole.x * scale, whole.y * scale
    right, bottom = left + whole.width * scale, top + whole.height * scale
    seen = (
        max(place[0], round(left)), max(place[1], round(top)),
        min(place[2], round(right)), min(place[3], round(bottom)),
    )  # fmt: skip
    if seen[0] >= seen[2] or seen[1] >= seen[3]:
        return True  # of a picture that is much longer than its place, nothing may be left to see
    across, down = image.width / (right - left), image.height / (bottom - top)
    source = (
        max(0.0, (seen[0] - left) * across), max(0.0, (seen[1] - top) * down),
        min(float(image.width), (seen[2] - left) * across),
        min(float(image.height), (seen[3] - top) * down),
    )  # fmt: skip
    size = (seen[2] - seen[0], seen[3] - seen[1])
    shown = image.resize(size, Image.Resampling.LANCZOS, box=source, reducing_gap=3.0)
    canvas.paste(shown, seen[:2])
    return True


def _gap(canvas: Image.Image, placement: Placement, place: _Place) -> None:
    """A place without a picture: its key, and why."""
    pen = ImageDraw.Draw(canvas)
    left, top, right, bottom = place
    pen.rectangle((left, top, right - 1, bottom - 1), fill=_GAP, outline=_LINE, width=2)
    pen.line((left, top, right, bottom), fill=_LINE, width=2)
    pen.line((left, bottom, right, top), fill=_LINE, width=2)
    why = "cannot be shown" if isinstance(placement.art, Unusable) else "no picture yet"
    lines = [legible(placement.panel), why]
    size = max(8, min((right - left) // 14, (bottom - top) // 8, 48))
    _write(canvas, lines, ((left + right) // 2, (top + bottom) // 2), size, _INK, _GAP)


def _label(canvas: Image.Image, panel: BookPanel, numbers: Sequence[int], place: _Place) -> None:
    """A panel's key and the numbers of its words, in its corner."""
    told = legible(panel)
    if numbers:
        span = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
        told += f"   words {span}"
    pen = ImageDraw.Draw(canvas)
    font = typeface.of(told, max(9, canvas.height // 70))
    left, top, right, bottom = pen.textbbox((place[0] + 4, place[1] + 3), told, font=font)
    pen.rectangle((left - 4, top - 3, min(right + 4, place[2]), bottom + 3), fill=_STRIP)
    pen.text((place[0] + 4, place[1] + 3), told, font=font, fill=_INK)


def _mark(canvas: Image.Image, volume: Volume, scale: float) -> None:
    """That this is a proof, and where words are safe."""
    pen = ImageDraw.Draw(canvas, "RGBA")
    wanted = volume.book.layout
    if wanted.laid_out and wanted.margin:
        edge = round(wanted.margin * scale)
        safe = (edge, edge, canvas.width - edge, canvas.height - edge)
        pen.rectangle(safe, outline=(*_MARK, 150), width=1)
    # painted through a mask: a pen would cover what is below it
    mask = Image.new("L", canvas.size)
    font = ImageFont.load_default(canvas.height // 6)
    middle = (canvas.width // 2, canvas.height // 2)
    ImageDraw.Draw(mask).text(middle, "PROOF", font=font, fill=_FAINT, anchor="mm")
    canvas.paste(_MARK, (0, 0), mask)


def _title(canvas: Image.Image, volume: Volume) -> None:
    size = canvas.width // 14
    lines = [line for line in (volume.name, volume.book.author) if line and typeface.has(line)]
    paper = background(volume.book)
    ink = _INK if sum(paper) > 3 * 128 else (235, 235, 232)
    _write(canvas, lines, (canvas.width // 2, canvas.height // 3), size, ink, None)


def _write(
    canvas: Image.Image,
    lines: Sequence[str],
    centre: tuple[int, int],
    size: int,
    ink: Colour,
    paper: Colour | None,
) -> None:
    """Lines below each other around a point, each made smaller where it is too wide."""
    pen = ImageDraw.Draw(canvas)
    y = float(centre[1] - len(lines) * size * 0.7)
    for line in lines:
        font = typeface.of(line, size)
        wide = pen.textlength(line, font=font)
        most = canvas.width * 0.86
        if wide > most:
            font = typeface.of(line, max(6.0, size * most / wide))
        at = (centre[0], y + size * 0.7)
        if paper is not None:
            pen.rectangle(pen.textbbox(at, line, font=font, anchor="mm"), fill=paper)
        pen.text(at, line, font=font, fill=ink, anchor="mm")
        y += size * 1.4


def legible(panel: BookPanel) -> str:
    """A panel's name in letters that a page can be labelled with."""
    for name in (panel.key, panel.place_key):
        if typeface.has(name):
            return name
    return f"chapter {panel.chapter}, page {panel.page}, panel {panel.panel}"
