"""Pictures: whole ones of three kinds are taken, and nothing else."""

import io
import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from helpers.pictures import Kind, bomb, chunk, encoded, noise, with_chunk, zeros
from pressrun.library.decoding import (
    BadPictureError,
    copied,
    decode,
    decode_bytes,
    pixels_sha256,
    size_of,
    upright,
    whole,
)
from pressrun.library.shelf import sha256_of
from pressrun.picture.facts import Facts

SHA256 = "0" * 64
PNG, JPEG, WEBP = encoded("PNG"), encoded("JPEG"), encoded("WEBP")


def in_scans() -> bytes:
    """Return a JPEG that is drawn in several scans."""
    file = io.BytesIO()
    noise((64, 64)).save(file, "JPEG", progressive=True)
    return file.getvalue()


SCANNED = in_scans()

LARGE = SCANNED.replace(struct.pack(">HH", 64, 64), struct.pack(">HH", 7_900, 7_900), 1)
"""The same one, which says that it is large."""

SCAN = b"\xff\xda\0\x08\x01\x01\0\x01\x3f\0"
"""The head of one more scan, which holds nothing."""

ZEROS = zeros(300_000_000)
"""A few hundred kilobytes that unpack to a thousand times as much."""

EXIF = (
    b"Exif\0\0II*\0\x08\0\0\0"
    + struct.pack("<H", 5_000)
    + b"".join(struct.pack("<HHII", 0x0112 + each, 2, 0xFFFF_FFF0, 8) for each in range(5_000))
)[: 0xFFFF - 2]
"""Notes of a camera, each of which announces four gigabytes."""

WIDE = (
    b"RIFF\x26\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0"
    + (16_000_000).to_bytes(3, "little")
    + (200).to_bytes(3, "little")
    + b"ANIM\x06\0\0\0\0\0\0\0\0\0"
)
"""A WebP whose head announces sixteen million pixels a row."""
WHOLE = {
    "PNG": ("image/png", ".png"),
    "JPEG": ("image/jpeg", ".jpg"),
    "WEBP": ("image/webp", ".webp"),
    "MPO": ("image/jpeg", ".jpg"),
    "APNG": ("image/png", ".png"),
    "moving WEBP": ("image/webp", ".webp"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_pictures_are_taken(tmp_path: Path, kind: str) -> None:
    """PNG, JPEG and WebP are told by their bytes, whatever the file is called.

    What moves, or holds further pictures as phones make them, is its first picture.
    """
    path = tmp_path / "received"
    path.write_bytes(encoded(kind, (40, 30)))  # type: ignore[arg-type]
    sha256, (media, ending) = sha256_of(path), WHOLE[kind]
    found = decode(path, sha256)
    assert found == Facts(sha256, path.stat().st_size, 40, 30, media)
    assert found.ending == ending


BAD = {
    "an empty file": (b"", "the file is empty"),
    "a text": (b"<!doctype html><title>Too many requests</title>", "not a PNG, JPEG or WebP"),
    "a GIF": (encoded("GIF"), "not a PNG, JPEG or WebP"),
    "a signature alone": (PNG[:8], "damaged"),
    "half a PNG": (PNG[: len(PNG) // 2], "damaged"),
    "a PNG without its end": (PNG[:-12], "damaged .its end is missing"),
    "a PNG with half of its end": (PNG[:-1], "damaged .its end is missing"),
    "a moving PNG without its end": (encoded("APNG")[:-12], "damaged .its end is missing"),
    "a JPEG without its end": (JPEG[:-2], "damaged"),
    "a WebP without its last byte": (WEBP[:-1], "damaged"),
    "half a JPEG": (encoded("JPEG")[:-400], "damaged"),
    "half a WebP": (encoded("WEBP")[:-400], "damaged|not a PNG"),
    "a PNG with a flipped bit": (PNG[:900] + bytes([PNG[900] ^ 1]) + PNG[901:], "damaged"),
    "more pixels than the limit": (bomb(8_001, 8_000), "8,001 by 8,000 pixels; the limit is"),
    "a side that is too long": (bomb(1, 20_001), "1 by 20,001 pixels; the limit is 20,000 a side"),
}


@pytest.mark.parametrize(("data", "words"), BAD.values(), ids=BAD)
def test_what_is_no_whole_picture_is_told(tmp_path: Path, data: bytes, words: str) -> None:
    """Each fault has its words, for a copy as well."""
    path = tmp_path / "received"
    path.write_bytes(data)
    with pytest.raises(BadPictureError, match=words):
        decode(path, SHA256)
    with pytest.raises(BadPictureError, match=words):
        copied(data, SHA256, 320, 60_000)


def test_what_lies_behind_a_png_is_no_part_of_it() -> None:
    """Several programs append something; however long it is, the picture is whole."""
    assert decode_bytes(PNG + bytes(100_000), SHA256).width == 32
    assert whole(PNG + PNG[:-12]).is_plain


@pytest.mark.filterwarnings("ignore::UserWarning")  # as on an author's machine
@pytest.mark.parametrize(
    "notes", [b"no notes", b"", b"II*\0\x08\0\0\0\x05\0", b"MM\0*\0\0\0\x08\xff\xff\x01\x12"]
)
def test_notes_that_are_damaged_harm_no_picture(notes: bytes) -> None:
    """Filing and export agree that it is whole; it is not turned."""
    exif = b"Exif\0\0" + notes
    jpeg = JPEG[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + JPEG[2:]
    for data in (with_chunk(PNG, b"eXIf", notes), jpeg):
        assert decode_bytes(data, SHA256).width == 32
        assert whole(data)[:2] == upright(data).size == (32, 24)


@pytest.mark.parametrize("error", [MemoryError(), ValueError(), OSError("encoder error")])
def test_a_copy_that_cannot_be_made_is_no_fault_of_the_picture(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A good picture is not fetched again because no small copy of it can be made."""

    def fails(*_: object, **__: object) -> None:
        raise error

    for step in ("thumbnail", "save"):
        with monkeypatch.context() as patched:
            patched.setattr(Image.Image, step, fails)
            copy = copied(PNG, SHA256, 320, 60_000)
        assert copy.facts == decode_bytes(PNG, SHA256)
        assert copy.data == b""


@pytest.mark.parametrize("error", [KeyError("MPO"), RecursionError(), MemoryError(), ValueError()])
def test_whatever_a_decoder_raises_is_one_kind_of_error(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A picture that no decoder was made for ends as a bad picture, and not as a fault of ours."""

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(PngImageFile, "load", fails)
    with pytest.raises(BadPictureError, match="damaged"):
        decode_bytes(PNG, SHA256)


def test_pixels_are_equal_however_they_are_packed() -> None:
    """A picture that was saved anew, or turned by a note in its file, shows the same."""
    picture = noise((40, 30), seed=3)

    def saved(image: Image.Image, kind: str = "PNG", **more: Any) -> str:  # noqa: ANN401 - of Pillow
        file = io.BytesIO()
        image.save(file, kind, **more)
        return pixels_sha256(file.getvalue())

    turned = Image.Exif()
    turned[0x0112] = 6
    same = saved(picture)
    assert saved(picture, compress_level=1) == same
    assert saved(picture, "WEBP", lossless=True) == same
    assert saved(picture.convert("RGBA")) == same
    assert saved(picture.transpose(Image.Transpose.ROTATE_90), exif=turned) == same
    assert saved(picture.transpose(Image.Transpose.ROTATE_90)) != same
    assert saved(picture, "JPEG") != same
    assert saved(Image.frombytes("RGB", (30, 40), picture.tobytes())) != same


@pytest.mark.parametrize("kind", ["APNG", "moving WEBP"])
def test_a_picture_that_moves_is_told_by_all_its_bytes(kind: Kind) -> None:
    """Two that begin alike are not the same."""
    whole = encoded(kind)
    assert pixels_sha256(whole) == pixels_sha256(whole)
    assert pixels_sha256(whole) not in (pixels_sha256(whole + b"\0"), pixels_sha256(PNG))


def test_a_second_picture_of_a_jpeg_counts_for_nothing() -> None:
    """What a phone adds for itself is not what the picture shows."""
    whole = encoded("MPO")
    assert pixels_sha256(whole) == pixels_sha256(whole[:-400])


BOMBS = {
    "a narrow picture": bomb(1, 64_000_000),
    "a large picture": bomb(19_999, 3_300),
    "packed text": with_chunk(PNG, b"zTXt", b"a\0\0" + ZEROS),
    "packed text in Unicode": with_chunk(PNG, b"iTXt", b"a\0\1\0\0\0" + ZEROS),
    "a colour profile": with_chunk(PNG, b"iCCP", b"a\0\0" + ZEROS),
    "a long text": with_chunk(PNG, b"tEXt", b"a\0" + bytes(4_000_000)),
    "a camera's notes in a PNG": with_chunk(PNG, b"eXIf", EXIF),
    "a camera's notes": JPEG[:2] + b"\xff\xe1\xff\xff" + EXIF + JPEG[2:],
    "a wide WebP": WIDE,
}

SMALL_EXIF = b"\xff\xe1\0\xd0Exif\0\0" + bytes(200)

PROFILE = chunk(b"iCCP", b"a\0\0" + zeros(1_000_000))

MANY: dict[str, Callable[[], bytes]] = {
    "parts of a JPEG": lambda: JPEG[:2] + b"\xff\xe5\0\2" * 2_000_000 + JPEG[2:],
    "notes of cameras": lambda: (
        JPEG[:2] + (b"\xff\xe1\0\xd0Exif\0\0" + bytes(200)) * 50_000 + JPEG[2:]
    ),
    "bytes between the parts of a JPEG": lambda: JPEG[:20] + bytes(10_000_000) + JPEG[20:],
    "bytes that fill a JPEG": lambda: JPEG[:2] + b"\xff" * 10_000_000 + JPEG[2:],
    "tables of a JPEG": lambda: JPEG[:2] + b"\xff\xdb\0\2" * 2_000_000 + JPEG[2:],
    "scans of a JPEG": lambda: SCANNED[:-2] + SCAN * 1_000_000 + SCANNED[-2:],
    "scans of a large JPEG": lambda: LARGE[:-2] + SCAN * 100 + LARGE[-2:],
    "chunks of a PNG": lambda: PNG[:33] + chunk(b"abcd", b"") * 500_000 + PNG[33:],
    "chunks of pixels": lambda: PNG[:33] + chunk(b"IDAT", b"") * 500_000 + PNG[33:],
    "chunks behind the pixels": lambda: PNG[:-12] + chunk(b"IDAT", b"") * 500_000 + PNG[-12:],
    "colour profiles": lambda: (
        PNG[:33] + chunk(b"iCCP", b"a\0\0" + zeros(1_000_000)) * 3_000 + PNG[33:]
    ),
    "chunks of a WebP": lambda: (
        WEBP[:4]
        + struct.pack("<I", len(WEBP) - 8 + 8 * 2_000_000)
        + WEBP[8:]
        + b"abcd\0\0\0\0" * 2_000_000
    ),
}
"""Files of a few megabytes that are made of so many parts that a decoder takes its time."""

LOOK = """
import pathlib, sys, time
from helpers.footprint import peak
from pressrun.library import decoding
data = pathlib.Path(sys.argv[1]).read_bytes()
before, reasons = peak(), set()
for look in ("size_of", "pixels_sha256", "decode_bytes"):
    try:
        getattr(decoding, look)(data, *[""][: look == "decode_bytes"])
    except decoding.BadPictureError as error:
        reasons.add(str(error))
print(peak() - before, time.process_time(), *reasons, sep="\\n")
"""


def look(path: Path, data: bytes) -> tuple[int, float, list[str]]:
    """Look at a picture in another program: MiB, seconds of the processor, and what is wrong."""
    path.write_bytes(data)
    ended = subprocess.run(
        [sys.executable, "-c", LOOK, path],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    taken, seconds, *reasons = ended.stdout.splitlines()
    return int(taken), float(seconds), reasons


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_a_small_file_never_takes_the_memory(tmp_path: Path, data: bytes) -> None:
    """Neither pixels nor notes that unpack to a thousand times their size are unpacked."""
    taken, _, _ = look(tmp_path / "bomb", data)
    assert taken < 64, "it took more than 64 MiB"


@pytest.mark.parametrize("kind", MANY)
def test_a_file_of_many_parts_is_refused_before_it_is_decoded(tmp_path: Path, kind: str) -> None:
    """It is told which limit it breaks; neither time nor memory goes into its parts."""
    taken, seconds, [reason] = look(tmp_path / "many", MANY[kind]())
    assert re.search(r"more than [\d,]+ |times", reason)
    assert taken < 64, "it took more than 64 MiB"
    assert seconds < 2.5, "it took more than the parts are worth"


@pytest.mark.parametrize(
    "kind", [{"quality": 95}, {"progressive": True}, {"progressive": True, "subsampling": 0}]
)
def test_a_jpeg_with_all_that_cameras_write_is_taken(kind: dict[str, Any]) -> None:
    """Notes, a profile in pieces, a depth map in pieces, restarts and ten scans."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "camera"
    noise((300, 200)).save(
        file,
        "JPEG",
        exif=exif,
        icc_profile=bytes(600_000),
        comment=b"c" * 60_000,
        restart_marker_blocks=1,
        **kind,
    )
    extended = b"\xff\xe1\xff\xff" + b"http://ns.adobe.com/xmp/extension/\0".ljust(65_533, b"x")
    whole = file.getvalue()
    whole = whole[:2] + extended * 150 + whole[2:]
    assert decode_bytes(whole, SHA256).width == 300
    assert size_of(whole) == (200, 300)


def test_pictures_are_decoded_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large ones that come in many tabs at once do not take the memory together."""
    busy = most = 0
    load = PngImageFile.load

    def loads(image: PngImageFile) -> object:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        ready.wait(0.05)
        try:
            return load(image)
        finally:
            busy -= 1

    ready = Event()
    monkeypatch.setattr(PngImageFile, "load", loads)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: decode_bytes(PNG, SHA256), range(8)))
    assert most == 1


@given(
    st.sampled_from([PNG, encoded("JPEG"), encoded("WEBP")]),
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 255)), min_size=1, max_size=6),
)
def test_damage_is_found_or_does_no_harm(
    tmp_path_factory: pytest.TempPathFactory, whole: bytes, flips: list[tuple[int, int]]
) -> None:
    """Bytes changed anywhere give a picture or `BadPictureError`, and never another error."""
    data = bytearray(whole)
    for place, bits in flips:
        data[place % len(data)] ^= bits
    path = tmp_path_factory.mktemp("picture") / "received"
    path.write_bytes(data)
    try:
        found = decode(path, SHA256)
    except BadPictureError as error:
        found = None
        told = str(error)
        assert told
    assert found is None or (found.media, found.ending) in WHOLE.values()
