"""The pictures that the site makes: panels of one comic, redrawn from their prompt at any time.

A picture says in itself which prompt and take it is of, so a witness that holds only the bytes
can draw it once more and compare.
"""

import binascii
import io
import random
import re
import struct
from collections.abc import Sequence

from PIL import Image, ImageFilter
from PIL.PngImagePlugin import PngImageFile, PngInfo

from pressrun.simulator.dice import dice
from pressrun.simulator.ledger import sha256
from trials.replica.brief import brief_of
from trials.replica.drift import STRAIGHT, StyleShift, shifted
from trials.replica.panel import compose

_PROMPT = "Replica-Prompt-SHA256"
_TAKE = "Replica-Take"
_ORDINAL = "Replica-Ordinal"
_WEIGHT = "Replica-Weight"
_REFERENCES = "Replica-References"
_BEFORE = "Replica-Before"
SHOWS = "Replica-Shows"
"""The text of a picture that tells the mark of who or what it shows."""
STYLE = "style"
"""The mark of what shows the style, and nobody."""
_SETTING = "Replica-Setting"
_SHIFT = "Replica-Shift"
_PADDING = b"rpLa"  # in PNG's letters: ancillary, private, not safe to copy
_CHUNK = 12  # bytes of a chunk beside its content, and of the whole closing chunk
_LARGEST = 4096  # pixels a side; beyond that nothing is redrawn to compare


def draw(
    prompt: str,
    *,
    size: tuple[int, int] = (1024, 1024),
    take: int = 1,
    ordinal: int = 1,
    weight: int = 0,
    references: Sequence[str] = (),
    before: str = "",
    shift: StyleShift = STRAIGHT,
) -> bytes:
    """Draw a prompt's picture; the same arguments give the same bytes.

    Args:
        prompt: What the picture is asked to show.
        size: Width and height in pixels.
        take: Which sending of the prompt it answers, from 1.
        ordinal: Which of the answer's pictures it is, from 1; each looks different.
        weight: The least size in bytes, reached by padding.
        references: What each picture shows that was attached, in order; see `shown_by`.
        before: The setting of the picture that it goes on from.
        shift: How far it is from the style.

    Returns:
        A PNG that records the prompt's SHA-256 and all of these but its size as text.
    """
    info = PngInfo()
    info.add_text(_PROMPT, sha256(prompt))
    info.add_text(_TAKE, str(take))
    info.add_text(_ORDINAL, str(ordinal))
    info.add_text(_WEIGHT, str(weight))
    info.add_text(_REFERENCES, " ".join(references))
    info.add_text(_BEFORE, before)
    info.add_text(_SHIFT, str(shift))
    chance = dice("panel", prompt, take, ordinal)
    brief = brief_of(prompt, references, f"{chance.getrandbits(64):016x}")
    info.add_text(_SETTING, brief.setting or before)
    if brief.kind != "panel":
        info.add_text(SHOWS, brief.shows)
    file = io.BytesIO()
    panel = compose(prompt, brief, size, chance, before, shift.pen)
    panel = shifted(panel, shift, dice("grain", prompt, take, ordinal))
    panel.save(file, "PNG", pnginfo=info, compress_level=1)
    return _padded(file.getvalue(), weight, dice("padding", prompt, take, ordinal))


def belongs(data: bytes, prompt: str) -> bool:
    """Tell whether these bytes are, byte for byte, a picture of this prompt."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if not isinstance(picture, PngImageFile) or max(picture.size) > _LARGEST:
                return False
            picture.load()  # the text may stand behind the pixels
            take, ordinal = int(picture.text[_TAKE]), int(picture.text[_ORDINAL])
            weight = int(picture.text[_WEIGHT])
            references, before = picture.text[_REFERENCES].split(), picture.text[_BEFORE]
            shift = StyleShift.read(picture.text[_SHIFT])
            size = picture.size
    except (OSError, SyntaxError, KeyError, ValueError):
        return False
    if min(take, ordinal) < 1 or not 0 <= weight <= len(data):
        return False
    again = draw(
        prompt,
        size=size,
        take=take,
        ordinal=ordinal,
        weight=weight,
        references=references,
        before=before,
        shift=shift,
    )
    return data == again


def shown_by(data: bytes) -> str:
    """Tell by a mark who or what a picture shows; any but our own sheets is a mark by itself."""
    return _told(data, SHOWS) or sha256(data)[:16]


def setting_of(data: bytes) -> str:
    """Tell where one of our panels is set; empty for all other pictures."""
    return _told(data, _SETTING)


def shift_of(data: bytes) -> StyleShift | None:
    """Tell how far a picture is from the style; None for one that shows something else.

    That is a sheet of ours, and any picture that is not ours; what was painted to show the style
    is in it.
    """
    shows = _told(data, SHOWS)
    if shows:
        return STRAIGHT if shows == STYLE else None
    try:
        return StyleShift.read(_told(data, _SHIFT))
    except ValueError:
        return None


def _told(data: bytes, name: str) -> str:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            told = picture.info.get(name, "")
    except (OSError, SyntaxError, ValueError):
        return ""
    return told if isinstance(told, str) and re.fullmatch(r"[\w. -]{1,40}", told) else ""


def partial(data: bytes, *, weight: int = 0) -> bytes:
    """Return the half-done version of a picture: of its size, blurred, and of no prompt."""
    with Image.open(io.BytesIO(data)) as picture:
        small = picture.convert("RGB").reduce(max(1, min(picture.size) // 64))
        blurred = small.filter(ImageFilter.GaussianBlur(1.5)).resize(
            picture.size, Image.Resampling.BICUBIC
        )
    file = io.BytesIO()
    blurred.save(file, "PNG", compress_level=1)
    return _padded(file.getvalue(), weight, dice("padding", sha256(data)))


def _padded(data: bytes, weight: int, chance: random.Random) -> bytes:
    if len(data) >= weight:
        return data
    padding = chance.randbytes(max(1, weight - len(data) - _CHUNK))
    return data[:-_CHUNK] + _chunk(_PADDING, padding) + data[-_CHUNK:]


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = binascii.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
