"""Pictures: whole ones of three kinds are taken, and nothing else."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from helpers.pictures import bomb, encoded
from pressrun.library.decoding import BadPictureError, decode
from pressrun.library.shelf import sha256_of
from pressrun.picture.facts import Facts

SHA256 = "0" * 64
PNG = encoded("PNG")
WHOLE = {
    "PNG": ("image/png", ".png"),
    "JPEG": ("image/jpeg", ".jpg"),
    "WEBP": ("image/webp", ".webp"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_pictures_are_taken(tmp_path: Path, kind: str) -> None:
    """PNG, JPEG and WebP are told by their bytes, whatever the file is called."""
    path = tmp_path / "received"
    path.write_bytes(encoded(kind, (40, 30)))  # type: ignore[arg-type]
    sha256, (media, ending) = sha256_of(path), WHOLE[kind]
    found = decode(path, sha256)
    assert found == Facts(sha256, path.stat().st_size, 40, 30, media)
    assert found.ending == ending


BAD = {
    "an empty file": (b"", "not a PNG, JPEG or WebP"),
    "a text": (b"<!doctype html><title>Too many requests</title>", "not a PNG, JPEG or WebP"),
    "a GIF": (encoded("GIF"), "not a PNG, JPEG or WebP"),
    "a signature alone": (PNG[:8], "not a PNG, JPEG or WebP"),
    "half a PNG": (PNG[: len(PNG) // 2], "damaged"),
    "half a JPEG": (encoded("JPEG")[:-400], "damaged"),
    "half a WebP": (encoded("WEBP")[:-400], "damaged|not a PNG"),
    "a PNG with a flipped bit": (PNG[:900] + bytes([PNG[900] ^ 1]) + PNG[901:], "damaged"),
    "more pixels than the limit": (bomb(8_001, 8_000), "8,001 by 8,000 pixels; the limit is"),
    "many more pixels": (bomb(100_000, 2_000), "too many pixels; the limit is"),
}


@pytest.mark.parametrize(("data", "words"), BAD.values(), ids=BAD)
def test_what_is_no_whole_picture_is_told(tmp_path: Path, data: bytes, words: str) -> None:
    """Each fault has its words, and leaves no small copy behind."""
    path = tmp_path / "received"
    path.write_bytes(data)
    with pytest.raises(BadPictureError, match=words):
        decode(path, SHA256, tmp_path / "small.jpg")
    assert not (tmp_path / "small.jpg").exists()


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


def test_a_small_copy_fits_its_square(tmp_path: Path) -> None:
    """The contact sheet's copies are small, keep their shape, and come from any colours."""
    path = tmp_path / "received"
    file = io.BytesIO()
    Image.new("RGBA", (800, 400), (255, 0, 0, 128)).save(file, "PNG")
    path.write_bytes(file.getvalue())
    decode(path, SHA256, tmp_path / "new" / "small.jpg")
    with Image.open(tmp_path / "new" / "small.jpg") as small:
        assert (small.format, small.size) == ("JPEG", (360, 180))
