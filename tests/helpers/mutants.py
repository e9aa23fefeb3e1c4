"""Mutated pictures: bytes changed, and parts forged with the right sums, from a seed.

    python tests/helpers/mutants.py KIND COUNT SEED

prints a line of JSON: how many were still pictures, how many were not, how many ended in another
error, the most of the processor's time that one took, in seconds, and the most memory, in MiB.
"""

import json
import random
import struct
import sys
import time
import warnings
import zlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from typing import get_args

from helpers.footprint import peak
from helpers.pictures import Kind, encoded, zeros
from pressrun.library.decoding import BadPictureError, copied, pixels_sha256, size_of

ODD = (b"\0", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xd8\xff")

NUMBERS = (0, 1, 2, 3, 255, 256, 4_000, 16_383, 20_000, 65_535, 1 << 24, (1 << 31) - 1, 1 << 31)

PACKED = zeros(8_000_000)
"""A few kilobytes that unpack to a thousand times as much."""

MOST_BYTES = 4_000_000
"""What parts that are there many times take together."""

Parts = list[tuple[bytes, bytes]]
"""The parts of a file: the name or the marker of each, and what is in it."""


def mutated(whole: bytes, dice: random.Random) -> bytes:
    """Return a picture with bytes changed, or with parts forged, or both."""
    if dice.random() < 0.6:
        whole = forged(whole, dice)
    return _bytes_changed(whole, dice) if dice.random() < 0.5 else whole


def _bytes_changed(whole: bytes, dice: random.Random) -> bytes:
    """Change bytes one to eight times, most of them near the head."""
    data = bytearray(whole)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(min(len(data), dice.choice((64, 512, len(data)))) or 1)
        length = dice.randint(1, 16)
        match dice.randrange(6):
            case 0:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                data[at : at + 1] = bytes(
                    [(data[at : at + 1] or b"\0")[0] ^ 1 << dice.randrange(8)]
                )
            case 2:
                odd = dice.choice(ODD)
                data[at : at + len(odd)] = odd
            case 3:
                del data[at : at + length]
            case 4:
                data[at:at] = data[at : at + length]
            case _:
                del data[dice.randrange(len(data) + 1) :]
    return checked(bytes(data)) if dice.random() < 0.7 else bytes(data)


def checked(data: bytes) -> bytes:
    """Return a PNG whose chunks have the right sums, so that what is in them is looked at."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    parts, at = [data[:8]], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = min(at + 8 + length, len(data) - 4)
        body = data[at + 4 : end]
        parts += [data[at : at + 4], body, zlib.crc32(body).to_bytes(4, "big")]
        at = end + 4
    return b"".join([*parts, data[at:]])


def forged(whole: bytes, dice: random.Random) -> bytes:
    """Return a picture some of whose parts are others, in a file that holds together."""
    form = next(form for start, form in _FORMS.items() if whole.startswith(start))
    parts, tail = form.split(whole)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        _forge(form, parts, dice)
    return form.join(parts, tail)


def _forge(form: "_Form", parts: Parts, dice: random.Random) -> None:
    at = dice.randrange(len(parts) or 1)
    match dice.randrange(8):
        case 0 | 1 if parts:
            name, body = parts[at]
            parts[at] = name, form.mend(name, _other(body, dice), dice)
        case 2 if parts:
            del parts[at]
        case 3 if parts:
            count = min(dice.choice((1, 2, 300)), MOST_BYTES // (len(parts[at][1]) + 12))
            parts[at:at] = parts[at : at + 1] * count
        case 4 if len(parts) > 1:
            other = dice.randrange(len(parts))
            parts[at], parts[other] = parts[other], parts[at]
        case 5 | 6:
            head = [n for n, (name, _) in enumerate(parts) if name in form.heads]
            if head:
                at = dice.choice(head)
                name, body = parts[at]
                parts[at] = name, _number_forged(body, form.order, dice)
        case _:
            note = form.note(dice)
            count = min(dice.choice((1, 1, 1, 5, 400, 2_000)), MOST_BYTES // (len(note[1]) + 12))
            parts[at + 1 : at + 1] = [note] * count


def _other(body: bytes, dice: random.Random) -> bytes:
    data = bytearray(body)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(4):
            case 0:
                data[at : at + 1] = dice.randbytes(1)
            case 1:
                del data[at : at + dice.randint(1, 40)]
            case 2:
                data[at:at] = dice.choice((bytes(5_000), dice.randbytes(40)))
            case _:
                odd = dice.choice(ODD)
                data[at : at + len(odd)] = odd
    return bytes(data)


def _number_forged(body: bytes, order: str, dice: random.Random) -> bytes:
    """Put a number that is too large, too small, or another one into a head."""
    data, width = bytearray(body), dice.choice((1, 2, 3, 4))
    at = dice.randrange(max(len(data) - width + 1, 1))
    number = dice.choice((dice.choice(NUMBERS), dice.randrange(64))) % (1 << 8 * width)
    data[at : at + width] = number.to_bytes(width, "big" if order == ">" else "little")
    return bytes(data)


def notes_of_a_camera(dice: random.Random) -> bytes:
    """Return notes with directories that hold each other, and values that are not there."""
    order = dice.choice("<>")
    count = dice.choice((1, 3, 40, 5_000))
    tags = (0x0112, 0x011A, 0x0128, 0x8769, 0x8825, 0xA005, 0x927C, 0x010E)
    entries = b"".join(
        struct.pack(
            order + "HHII",
            dice.choice(tags) if count < 100 else number,
            dice.randrange(14),
            dice.choice((1, 2, 60, *NUMBERS)) & 0xFFFF_FFFF,
            dice.choice((3, 6, 8, 26, *NUMBERS)) & 0xFFFF_FFFF,
        )
        for number in range(count)
    )
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "I", 8)
    return head + struct.pack(order + "H", count) + entries + struct.pack(order + "I", 8)


class _Form(ABC):
    """How a file of one format is taken apart and put together."""

    heads: tuple[bytes, ...]
    """The parts that tell sizes and counts."""
    order: str
    """Of the bytes of a number, as `struct` has it."""

    @abstractmethod
    def split(self, whole: bytes) -> tuple[Parts, bytes]:
        """Return the parts of a file, and what follows them."""

    @abstractmethod
    def join(self, parts: Parts, tail: bytes) -> bytes:
        """Return the file that has these parts."""

    @abstractmethod
    def note(self, dice: random.Random) -> tuple[bytes, bytes]:
        """Return a part that the file can do without."""

    def mend(self, name: bytes, body: bytes, dice: random.Random) -> bytes:
        """Return what is in a part that was changed, so that it is looked at all the same."""
        del name, dice
        return body


class _Png(_Form):
    heads = (b"IHDR", b"acTL", b"fcTL")
    order = ">"

    def split(self, whole: bytes) -> tuple[Parts, bytes]:
        parts, at = Parts(), 8
        while at + 12 <= len(whole):
            length = int.from_bytes(whole[at : at + 4], "big")
            parts.append((whole[at + 4 : at + 8], whole[at + 8 : at + 8 + length]))
            at += 12 + length
        return parts, b""

    def join(self, parts: Parts, tail: bytes) -> bytes:
        chunks = (
            struct.pack(">I", len(body))
            + name
            + body
            + struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))
            for name, body in parts
        )
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + tail

    def note(self, dice: random.Random) -> tuple[bytes, bytes]:
        text = dice.choice((b"a", b"XML:com.adobe.xmp", b"Raw profile type exif"))
        packed = dice.choice((PACKED, zlib.compress(dice.randbytes(90)), dice.randbytes(50)))
        return dice.choice(
            (
                (b"tEXt", text + b"\0" + bytes(dice.choice((9, 900_000, 2_000_000)))),
                (b"zTXt", text + b"\0\0" + packed),
                (b"iTXt", text + b"\0\1\0\0\0" + packed),
                (b"iTXt", text + b'\0\0\0\0\0tiff:Orientation="6"'),
                (b"iCCP", text + b"\0\0" + packed),
                (b"eXIf", notes_of_a_camera(dice)),
                (b"acTL", struct.pack(">II", dice.choice(NUMBERS), dice.choice(NUMBERS))),
                (b"fcTL", struct.pack(">5I", *dice.choices(NUMBERS, k=5)) + dice.randbytes(6)),
                (b"fdAT", struct.pack(">I", dice.choice(NUMBERS)) + packed),
                (b"PLTE", dice.randbytes(dice.choice((3, 5, 768, 3_000)))),
                (b"tRNS", dice.randbytes(dice.choice((0, 1, 2, 6, 256, 300)))),
                (b"IHDR", struct.pack(">II", *dice.choices(NUMBERS, k=2)) + dice.randbytes(5)),
                (b"IDAT", dice.choice((b"", packed))),
                (b"IEND", b""),
                (bytes(dice.choices(b"abXYZ", k=4)), dice.randbytes(9)),
            )
        )

    def mend(self, name: bytes, body: bytes, dice: random.Random) -> bytes:
        if name != b"IDAT" or dice.random() < 0.2:
            return body
        # what is changed is what the packed rows hold
        try:
            rows = zlib.decompressobj().decompress(body, 1 << 20)
        except zlib.error:
            rows = dice.randbytes(3_000)
        return zlib.compress(_other(rows, dice), dice.randrange(10))


class _Webp(_Form):
    heads = (b"VP8X", b"ANIM", b"ANMF", b"VP8 ", b"VP8L")
    order = "<"

    def split(self, whole: bytes) -> tuple[Parts, bytes]:
        parts, at = Parts(), 12
        while at + 8 <= len(whole):
            length = int.from_bytes(whole[at + 4 : at + 8], "little")
            parts.append((whole[at : at + 4], whole[at + 8 : at + 8 + length]))
            at += 8 + length + length % 2
        return parts, b""

    def join(self, parts: Parts, tail: bytes) -> bytes:
        body = b"".join(
            name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
            for name, body in parts
        )
        return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body + tail

    def note(self, dice: random.Random) -> tuple[bytes, bytes]:
        canvas = b"".join((dice.choice(NUMBERS) & 0xFF_FFFF).to_bytes(3, "little") for _ in "wh")
        place = b"".join((dice.choice(NUMBERS) & 0xFF_FFFF).to_bytes(3, "little") for _ in "12345")
        return dice.choice(
            (
                (b"VP8X", dice.randbytes(1) + b"\0\0\0" + canvas),
                (b"ANIM", dice.randbytes(6)),
                (b"ANMF", place + b"\0VP8L" + struct.pack("<I", 9) + b"\x2f" + dice.randbytes(9)),
                (b"EXIF", notes_of_a_camera(dice)),
                (b"ICCP", dice.randbytes(dice.choice((0, 90)))),
                (b"XMP ", b'tiff:Orientation="8"' * dice.choice((1, 9_000))),
                (b"ALPH", dice.randbytes(40)),
                (bytes(dice.choices(b"abXYZ", k=4)), dice.randbytes(9)),
            )
        )


class _Jpeg(_Form):
    heads = (b"\xc0", b"\xc2", b"\xdb", b"\xc4", b"\xda", b"\xe0", b"\xe1", b"\xe2", b"\xdd")
    order = ">"

    def split(self, whole: bytes) -> tuple[Parts, bytes]:
        parts, at = Parts(), 2
        while whole[at : at + 1] == b"\xff":
            length = int.from_bytes(whole[at + 2 : at + 4], "big")
            parts.append((whole[at + 1 : at + 2], whole[at + 4 : at + 2 + length]))
            at += 2 + length
            if parts[-1][0] == b"\xda":
                break
        return parts, whole[at:]

    def join(self, parts: Parts, tail: bytes) -> bytes:
        segments = (
            b"\xff" + name + struct.pack(">H", (len(body) + 2) & 0xFFFF) + body
            for name, body in parts
        )
        return b"\xff\xd8" + b"".join(segments) + tail

    def note(self, dice: random.Random) -> tuple[bytes, bytes]:
        index = b"MM\0*\0\0\0\x08\0\x03" + b"".join(
            struct.pack(">HHII", tag, 7, dice.choice(NUMBERS), dice.choice(NUMBERS))
            for tag in (0xB000, 0xB001, 0xB002)
        )
        return dice.choice(
            (
                (b"\xe1", b"Exif\0\0" + notes_of_a_camera(dice)[:65_000]),
                (b"\xe1", b"http://ns.adobe.com/xap/1.0/\0" + b'tiff:Orientation="5"'),
                (b"\xe2", b"MPF\0" + index),
                (b"\xe2", b"ICC_PROFILE\0" + dice.randbytes(dice.choice((0, 2, 90)))),
                (b"\xed", b"Photoshop 3.0\0" + b"8BIM\x03\xed\0\0" + dice.randbytes(30)),
                (b"\xee", b"Adobe" + dice.randbytes(7)),
                (b"\xfe", bytes(dice.choice((0, 60_000)))),
                (b"\xdd", struct.pack(">H", dice.choice((0, 1, 9, 65_535)))),
                (b"\xc0", b"\x08" + struct.pack(">HH", *dice.choices((9, 4_000, 65_535), k=2))),
                (b"\xda", b"\x01\x01\0\0\x3f\0"),
                (b"\xdc", b"\xff\xff"),
                (dice.randbytes(1), dice.randbytes(9)),
            )
        )


_FORMS: dict[bytes, _Form] = {b"\x89PNG": _Png(), b"RIFF": _Webp(), b"\xff\xd8": _Jpeg()}

Look = Callable[[bytes], object]

LOOKS: tuple[Look, ...] = (
    size_of,
    pixels_sha256,
    lambda data: copied(data, "", 320, 60_000),
)
"""What is done to a reference, and to a picture that is filed with its small copy."""


def play(kind: Kind, count: int, seed: int) -> dict[str, float]:
    """Decode mutated pictures in every way; returns what came of it."""
    dice = random.Random(f"{kind} {seed}")  # noqa: S311 - a picture, no secret
    wholes = [encoded(kind, (size, size + 7), seed=size) for size in (9, 32, 90)]
    ends: Counter[str] = Counter(whole=0, bad=0)
    slowest = 0.0
    for _ in range(count):
        data = mutated(dice.choice(wholes), dice)
        begun = time.process_time()
        for look in LOOKS:
            try:
                look(data)
            except BadPictureError:
                end = "bad"
            except Exception as error:  # noqa: BLE001 - it is counted and told
                end = f"uncaught {type(error).__name__}"
            else:
                end = "whole"
            ends[end] += 1
        slowest = max(slowest, time.process_time() - begun)
    return {**ends, "slowest": round(slowest, 2), "peak": peak()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    (asked,) = (each for each in get_args(Kind) if each == sys.argv[1])
    print(json.dumps({"kind": asked, **play(asked, int(sys.argv[2]), int(sys.argv[3]))}))  # noqa: T201
