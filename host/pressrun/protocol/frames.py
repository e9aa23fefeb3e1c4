"""A frame: a 32-bit length in native byte order, then that many bytes of UTF-8 JSON.

The same on stdio and on the socket. Facts:
https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging#native-messaging-host-protocol
"""

import asyncio
import contextlib
import json
import struct
from collections.abc import AsyncIterator, Callable
from typing import Any

import nativemessaging

LENGTH = struct.Struct("=I")

TO_BROWSER_BYTES = 768 * 1024
"""The most bytes of JSON in a frame to the browser; Chrome drops the port above 1 MiB."""

FROM_CLIENT_BYTES = 4 * 1024 * 1024
"""The most bytes of JSON accepted from a client; a piece of a picture needs about 350 KB."""


HELLO_BYTES = 64 * 1024
"""The most that a client may send in a frame before it has said hello."""

SMALL_BYTES = 64 * 1024
"""A frame up to this size is read at once, whatever else is arriving."""

ARRIVING_BYTES = 32 * 1024 * 1024
"""The most bytes of larger frames that arrive at once, from all clients together."""

FRAME_SECONDS = 20.0
"""A frame that has begun to arrive is there whole by then."""


PASSED_OVER_BYTES = 64 * 1024 * 1024
"""A frame up to this size is passed over when it is too long: Chrome lets no longer one through."""

HEAD_BYTES = 1_024
"""So much of a frame that is passed over is kept: enough to know whose it is."""

CHUNK_BYTES = 64 * 1024


class BadFrameError(Exception):
    """Bytes that are not a frame. The link that brought them cannot be trusted any more."""


class TooLongError(BadFrameError):
    """A frame that is too long was passed over; what follows it can be read."""

    def __init__(self, text: str, head: bytes) -> None:
        """Tell of one.

        Args:
            text: how long it was.
            head: how it began.
        """
        super().__init__(text)
        self.head = head


def encode(message: dict[str, Any], *, most: int = TO_BROWSER_BYTES) -> bytes:
    """One frame holding `message`.

    Raises:
        BadFrameError: its JSON is longer than `most` bytes.
    """
    encoded = nativemessaging.encode_message(message)
    length, content = bytes(encoded["length"]), bytes(encoded["content"])
    if len(content) > most:
        raise BadFrameError(f"a frame of {len(content)} bytes is above the limit of {most}")
    return length + content


class Budget:
    """The memory that frames may take which have begun to arrive, shared by many readers."""

    def __init__(self, size: int = ARRIVING_BYTES) -> None:
        self._left = size
        self._news = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def hold(self, size: int) -> AsyncIterator[None]:
        """Wait until there is room for a frame, and take it."""
        if size <= SMALL_BYTES:
            yield
            return
        async with self._news:
            await self._news.wait_for(lambda: size <= self._left)
            self._left -= size
        try:
            yield
        finally:
            self._left += size
            async with self._news:
                self._news.notify_all()


async def read(
    reader: asyncio.StreamReader,
    *,
    most: Callable[[], int] = lambda: FROM_CLIENT_BYTES,
    passed_over: Callable[[], int] = lambda: 0,
    budget: Budget | None = None,
) -> Any | None:  # noqa: ANN401 - JSON of any shape; the caller validates it
    """The JSON of the next frame, or None at a clean end of the stream.

    Memory for a frame is allocated only after its length was checked against what `most` says
    then, and when there is room for it in `budget`. One that is too long, but not longer than what
    `passed_over` says, is read and dropped.

    Raises:
        TooLongError: it was; the next frame can be read.
        BadFrameError: the frame is too long, cut off, stuck, not UTF-8 or not JSON.
    """
    try:
        header = await reader.readexactly(LENGTH.size)
    except asyncio.IncompleteReadError as end:
        if not end.partial:
            return None
        raise BadFrameError("the stream ended inside a frame's length") from end
    (length,) = LENGTH.unpack(header)
    if (limit := most()) < length <= passed_over():
        text = f"a frame of {length} bytes is above the limit of {limit}"
        raise TooLongError(text, await _passed_over(reader, length))
    if length > limit:
        raise BadFrameError(f"a frame announces {length} bytes; the limit is {limit}")
    async with (budget or Budget(limit)).hold(length):
        return _parsed(await _content(reader, length))


async def _passed_over(reader: asyncio.StreamReader, length: int) -> bytes:
    head, left = b"", length
    while left:
        chunk = await _content(reader, min(left, CHUNK_BYTES))
        head, left = head or chunk[:HEAD_BYTES], left - len(chunk)
    return head


async def _content(reader: asyncio.StreamReader, length: int) -> bytes:
    try:
        async with asyncio.timeout(FRAME_SECONDS):
            return await reader.readexactly(length)
    except asyncio.IncompleteReadError as end:
        raise BadFrameError(
            f"the stream ended after {len(end.partial)} of a frame's {length} bytes"
        ) from end
    except TimeoutError as late:
        raise BadFrameError(
            f"a frame of {length} bytes was not there whole after {FRAME_SECONDS:.0f} s"
        ) from late


def _no_json(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _parsed(content: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    length = len(content)
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_no_json)
    except (ValueError, RecursionError) as error:
        raise BadFrameError(f"a frame of {length} bytes does not hold UTF-8 JSON") from error
