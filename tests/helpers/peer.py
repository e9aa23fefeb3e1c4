"""The other end of a link, framed by the `nativemessaging` package and by nothing of ours."""

import asyncio
import io
import struct
import sys
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import nativemessaging

Json = dict[str, Any]

LENGTH = struct.Struct("@I")


def frame(message: Json) -> bytes:
    """Return a message as the package frames it."""
    encoded = nativemessaging.encode_message(message)
    return cast("bytes", encoded["length"] + encoded["content"])


def message(framed: bytes) -> Json:
    """Return the message that the package finds in a frame."""
    stdin = SimpleNamespace(buffer=io.BytesIO(framed))
    with mock.patch.object(sys, "stdin", stdin):
        found = cast("Json", nativemessaging.get_message())
    assert not stdin.buffer.read(), "the frame holds more than its message"
    return found


async def hear(reader: asyncio.StreamReader) -> Json | None:
    """Return the next message of a stream, or None at its clean end."""
    if not (first := await reader.read(1)):
        return None
    header = first + await reader.readexactly(LENGTH.size - 1)
    (length,) = LENGTH.unpack(header)
    return message(header + await reader.readexactly(length))


def request(number: int | str, method: str, **params: Any) -> Json:  # noqa: ANN401 - any JSON
    """Return a JSON-RPC call."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
