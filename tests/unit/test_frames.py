"""Frames: what one end writes the other reads, and bytes that are no frame end in one error."""

import asyncio
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import peer
from pressrun.protocol import frames
from pressrun.protocol.frames import BadFrameError, encode

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
messages = st.dictionaries(st.text(), values, max_size=6)


def read(stream: bytes, *, most: int = frames.FROM_CLIENT_BYTES) -> list[object]:
    """Return every frame of a stream that ends after these bytes."""

    async def reading() -> list[object]:
        reader = asyncio.StreamReader()
        reader.feed_data(stream)
        reader.feed_eof()
        found: list[object] = []
        while (value := await frames.read(reader, most=lambda: most)) is not None:
            found.append(value)
        return found

    return asyncio.run(reading())


def framed(content: bytes) -> bytes:
    """Return content with its length before it."""
    return struct.pack("=I", len(content)) + content


@given(messages)
def test_an_independent_peer_reads_what_we_write(message: dict[str, object]) -> None:
    """The `nativemessaging` package finds in our frame just the message we put there."""
    assert peer.message(encode(message)) == message


@given(st.lists(messages, max_size=4))
def test_we_read_what_an_independent_peer_writes(sent: list[dict[str, object]]) -> None:
    """Frames of the `nativemessaging` package, one behind the other, are read one by one."""
    assert read(b"".join(map(peer.frame, sent))) == sent


@given(st.binary(max_size=64))
def test_any_bytes_are_frames_or_one_error(stream: bytes) -> None:
    """Whatever arrives, reading ends in values or in `BadFrameError`, and in nothing else."""
    try:
        read(stream, most=64)
    except BadFrameError as error:
        assert str(error)  # noqa: PT017 - the promise is about which error, if any


def test_a_clean_end_is_none() -> None:
    """A stream that ends between frames ends without an error."""
    assert read(b"") == []


def test_a_frame_of_just_the_limit_is_read() -> None:
    """The limit itself is allowed; one byte more is not."""
    content = json.dumps({"a": "x" * 20}).encode()
    assert read(framed(content), most=len(content)) == [{"a": "x" * 20}]
    with pytest.raises(BadFrameError, match=f"announces {len(content)} bytes"):
        read(framed(content), most=len(content) - 1)


async def test_nothing_is_read_of_a_frame_that_is_too_long() -> None:
    """The length alone refuses a frame: its bytes need not come, so none can be allocated."""
    reader = asyncio.StreamReader()
    reader.feed_data(struct.pack("=I", 2**32 - 1))
    with pytest.raises(BadFrameError, match="announces 4294967295 bytes; the limit is"):
        await frames.read(reader)


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (b"\x01", "ended inside a frame's length"),
        (b"\x04\x00\x00", "ended inside a frame's length"),
        (framed(b'{"a": 1}')[:-1], "ended after 7 of a frame's 8 bytes"),
        (framed(b'{"a": 1}')[:4], "ended after 0 of a frame's 8 bytes"),
        (framed(b'{"a": "\xff"}'), "does not hold UTF-8 JSON"),
        (framed('{"a": 1}'.encode("utf-16")), "does not hold UTF-8 JSON"),
        (framed(b"{"), "does not hold UTF-8 JSON"),
        (framed(b""), "does not hold UTF-8 JSON"),
        (framed(b"[" * 200_000), "does not hold UTF-8 JSON"),
        (framed(b"1" * 5_000), "does not hold UTF-8 JSON"),
    ],
    ids=[
        "header cut after 1",
        "header cut after 3",
        "body cut",
        "body missing",
        "not UTF-8",
        "UTF-16",
        "not JSON",
        "empty",
        "too deep",
        "a number too long",
    ],
)
def test_bytes_that_are_no_frame_say_what_they_are(stream: bytes, words: str) -> None:
    """Each way of being no frame is the same error, told in words."""
    with pytest.raises(BadFrameError, match=words):
        read(stream)


def test_a_frame_for_the_browser_stays_below_the_limit() -> None:
    """A message that Chrome would drop the port for is never written."""
    with pytest.raises(BadFrameError, match="above the limit of 786432"):
        encode({"a": "x" * frames.TO_BROWSER_BYTES})
