"""Whether bytes are a whole picture, found out by decoding all of it within limits."""

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL.Image import Image, Transpose
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from pressrun import files
from pressrun.library import anatomy
from pressrun.picture.facts import Facts
from pressrun.protocol.messages.base import PICTURE_BYTES

PIXELS = 64_000_000
"""The most pixels a picture may have; decoding more could take the machine's memory."""

SIDE = 20_000
"""The most pixels that a side may have: each row costs memory, however narrow it is."""

_COLOURS = ("1", "L", "LA", "P", "PA", "RGB", "RGBA")
"""The modes that RGBA tells whole."""

_ROWS = 64
"""Rows that are hashed at once."""

_one = threading.Lock()
"""Pictures are decoded one at a time: the largest takes more than a gigabyte."""


class BadPictureError(Exception):
    """Bytes are not a whole picture of a kind that is taken."""


def decode(path: Path, sha256: str) -> Facts:
    """Decode every pixel of a picture.

    Args:
        path: its file.
        sha256: of its bytes, which is taken as given.

    Raises:
        BadPictureError: it is damaged, of another kind, or too large.
        OSError: the file cannot be read.
    """
    return decode_bytes(files.read(path, PICTURE_BYTES), sha256)


def decode_bytes(data: bytes, sha256: str) -> Facts:
    """Decode every pixel of a picture that was read, and otherwise do as `decode` does.

    Raises:
        BadPictureError: it is damaged, of another kind, or too large.
    """
    with _opened(data) as (image, media):
        width, height = image.size
        image.load()
    return Facts(sha256, len(data), width, height, media)


class Copy(NamedTuple):
    """A picture that was decoded whole, and a smaller one of it."""

    facts: Facts
    data: bytes
    """The smaller one as a WebP; empty where none could be made."""


def copied(data: bytes, sha256: str, side: int, most: int) -> Copy:
    """Decode every pixel of a picture that was read, and make a smaller copy of it.

    Args:
        data: its bytes.
        sha256: of its bytes, which is taken as given.
        side: the most pixels of the copy's longer side.
        most: the most bytes of the copy, which is coarser where it would have more.

    Raises:
        BadPictureError: it is damaged, of another kind, or too large.
    """
    with _opened(data) as (image, media):
        width, height = image.size
        image.load()
        facts = Facts(sha256, len(data), width, height, media)
        small = _small(image, side)
    try:
        # no decoder of another picture waits for this
        return Copy(facts, b"" if small is None else _packed(small, most))
    except Exception:  # noqa: BLE001 - the picture is whole, whatever an encoder raises over its copy
        return Copy(facts, b"")


class Header(NamedTuple):
    """What the head of a picture tells."""

    width: int
    """In pixels as it is shown, as `height` is."""
    height: int
    media: str
    """As `image/png`."""
    is_plain: bool
    """Whether its file shows it as it is anywhere: one picture, upright, nothing seen through."""


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture as it is shown, in pixels; no more is decoded than has to be.

    Raises:
        BadPictureError: it is seen to be damaged, of another kind, or too large.
    """
    with _opened(data) as (image, media):
        return _header(image, media)[:2]


def whole(data: bytes) -> Header:
    """Decode every pixel of a picture, and tell what its head says.

    Raises:
        BadPictureError: it is damaged, of another kind, or too large.
    """
    with _opened(data) as (image, media):
        told = _header(image, media)
        image.load()
        return told


def upright(data: bytes) -> Image:
    """A picture's pixels as they are shown; of one that moves, its first picture.

    Raises:
        BadPictureError: it is damaged, of another kind, or too large.
    """
    with _opened(data) as (image, _):
        image.load()
        turn = _turn(image)
        return image.copy() if turn is None else image.transpose(turn)


def _header(image: ImageFile, media: str) -> Header:
    width, height = image.size
    turn = _turn(image)
    if turn in _EXCHANGING:
        width, height = height, width
    is_single = getattr(image, "n_frames", 1) == 1
    is_plain = is_single and turn is None and not image.has_transparency_data
    return Header(width, height, media, is_plain)


_ORIENTATION = 0x0112

_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""How a picture has to be turned, by the orientation that its notes tell."""

_EXCHANGING = frozenset(_TURNS[each] for each in (5, 6, 7, 8))
"""Those that exchange width and height."""


def _turn(image: Image) -> Transpose | None:
    try:
        notes = image.getexif()
    except Exception:  # noqa: BLE001 - a decoder may raise anything over notes that were damaged
        return None  # what they say counts for nothing; the pixels are whole
    return _TURNS.get(notes.get(_ORIENTATION, 1))


def pixels_sha256(data: bytes) -> str:
    """What a picture shows, as one SHA-256 in hex: size and pixels, as EXIF has them turned.

    Files that differ only in how they are packed, or in what they note besides, have the same one.
    A picture that moves is told by all its bytes.

    Raises:
        BadPictureError: it is damaged, of another kind, or too large.
    """
    with _opened(data) as (image, _):
        if getattr(image, "is_animated", False):
            return hashlib.sha256(b"moves " + data).hexdigest()
        image.load()
        turn = _turn(image)
        shown = image if turn is None else image.transpose(turn)
        has_colours = shown.mode in _COLOURS
        mode = "RGBA" if has_colours else shown.mode
        found = hashlib.sha256(f"{mode} {shown.width} {shown.height} ".encode())
        for top in range(0, shown.height, _ROWS):
            rows = shown.crop((0, top, shown.width, min(top + _ROWS, shown.height)))
            found.update((rows.convert(mode) if has_colours else rows).tobytes())
    return found.hexdigest()


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[ImageFile, str]]:
    """A picture whose head is read, and its media type; what a decoder raises is one kind.

    A JPEG that holds several pictures (MPO) is opened as its first one.
    """
    if len(data) > PICTURE_BYTES:
        raise BadPictureError(f"it has more than {PICTURE_BYTES:,} bytes, which is the limit")
    if not data:
        raise BadPictureError("the file is empty")
    if reason := anatomy.excess(data):
        raise BadPictureError(reason)
    if data.startswith(_PNG) and anatomy.is_cut_off(data):
        raise BadPictureError("the picture is damaged (its end is missing)")
    try:
        with _one, io.BytesIO(data) as file, _recognised(file, data) as image:
            _check_size(*image.size)
            yield image, _MEDIA[type(image)]
    except BadPictureError:
        raise
    except Exception as error:  # a decoder may raise anything over bytes that were damaged
        why = str(error) or type(error).__name__
        raise BadPictureError(f"the picture is damaged ({why[:200]})") from error


_PNG = b"\x89PNG\r\n\x1a\n"
"""How each PNG begins."""

_MEDIA: dict[type, str] = {
    PngImageFile: "image/png",
    JpegImageFile: "image/jpeg",
    WebPImageFile: "image/webp",
}
"""The formats that are taken, and the media type of each."""


MAGIC_BYTES = 12
"""So many bytes tell which kind a picture is of."""


def media_of(data: bytes) -> str | None:
    """The media type of a picture that begins so; None when it is of no kind that is taken."""
    if data.startswith(_PNG):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else None


def _recognised(file: io.BytesIO, data: bytes) -> ImageFile:
    match media_of(data[:MAGIC_BYTES]):
        case "image/png":
            return PngImageFile(file)
        case "image/jpeg":
            return JpegImageFile(file)
        case "image/webp":
            return WebPImageFile(file)
    raise BadPictureError("the file is not a PNG, JPEG or WebP picture")


def _check_size(width: int, height: int) -> None:
    what = f"it has {width:,} by {height:,} pixels"
    if max(width, height) > SIDE:
        raise BadPictureError(f"{what}; the limit is {SIDE:,} a side")
    if width * height > PIXELS:
        raise BadPictureError(f"{what}; the limit is {PIXELS:,}")


def _small(image: Image, side: int) -> Image | None:
    """A picture as it is shown, in few pixels; None for one that is packed too oddly for that.

    The picture itself is whole all the same.
    """
    turn = _turn(image)
    try:
        if image.mode.startswith("I;16"):
            image = image.convert("I").point(lambda value: value / 256).convert("L")
        mode = "RGBA" if image.has_transparency_data else "RGB"
        if image.mode not in _SCALED:
            image = image.convert(mode)
        image.thumbnail((side, side))
        image = image.convert(mode)
        return image if turn is None else image.transpose(turn)
    except Exception:  # noqa: BLE001 - as above: it was decoded already
        return None


_SCALED = ("RGB", "RGBA", "L")
"""The modes that are made smaller as they are; others become colours first."""


def _packed(small: Image, most: int) -> bytes:
    """A small picture as a WebP of at most so many bytes."""
    profile = small.info.get("icc_profile") or b""
    kept = profile if isinstance(profile, bytes) and len(profile) <= _PROFILE_BYTES else b""
    while True:
        for quality in _QUALITIES:
            file = io.BytesIO()
            small.save(file, "WEBP", quality=quality, method=2, icc_profile=kept)
            if file.tell() <= most:
                return file.getvalue()
        small = small.reduce(2)


_PROFILE_BYTES = 4_096
"""A longer profile of colours is left out of a copy: those of screens are short."""

_QUALITIES = (82, 70, 50, 30)
"""From the best to the coarsest that is worth its pixels."""
