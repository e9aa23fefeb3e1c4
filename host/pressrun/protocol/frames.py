"""A frame: a 32-bit length in native byte order, then that many bytes of UTF-8 JSON.

The same on stdio and on the socket. Facts:
https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging#native-messaging-host-protocol
"""

import asyncio
import json
import struct
from typing import Any

import nativemessaging

LENGTH = struct.Struct("=I")

TO_BROWSER_BYTES = 768 * 1024
"""The most bytes of JSON in a frame to the browser; Chrome drops the port above 1 MiB."""

FROM_CLIENT_BYTES = 4 * 1024 * 1024
"""The most bytes of JSON accepted from a client; a piece of a picture needs about 350 KB."""


class BadFrameError(Exception):
    """Bytes that are not a frame. The link that brought them cannot be trusted any more."""


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


async def read(reader: asyncio.StreamReader, *, most: int = FROM_CLIENT_BYTES) -> Any | None:  # noqa: ANN401 - JSON of any shape; the caller validates it
    """The JSON of the next frame, or None at a clean end of the stream.

    Memory for a frame is allocated only after its length was checked against `most`.

    Raises:
        BadFrameError: the frame is too long, cut off, not UTF-8 or not JSON.
    """
    try:
        header = await reader.readexactly(LENGTH.size)
    except asyncio.IncompleteReadError as end:
        if not end.partial:
            return None
        raise BadFrameError("the stream ended inside a frame's length") from end
    (length,) = LENGTH.unpack(header)
    if length > most:
        raise BadFrameError(f"a frame announces {length} bytes; the limit is {most}")
    try:
        content = await reader.readexactly(length)
    except asyncio.IncompleteReadError as end:
        raise BadFrameError(
            f"the stream ended after {len(end.partial)} of a frame's {length} bytes"
        ) from end
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadFrameError(f"a frame of {length} bytes does not hold UTF-8 JSON") from error
