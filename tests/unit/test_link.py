"""A link over streams: calls both ways, and an end that leaves nobody waiting."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from helpers import peer
from helpers.pages import reading
from pressrun.protocol import calls
from pressrun.protocol.calls import CallError, Code
from pressrun.protocol.link import Link
from pressrun.protocol.messages.base import Message, Nothing
from pressrun.protocol.messages.page import PageRead, Piece
from pressrun.protocol.messages.tab import TabClose, TabOpen
from pressrun.protocol.rpc import LinkLostError

CLOSE = TabClose(tab=1)


async def serve(method: str, _params: dict[str, Any]) -> Message:
    """Carry out what the tests call."""
    match method:
        case "nothing":
            return Nothing()
        case "fault":
            raise ZeroDivisionError
        case "huge":
            return Piece.model_construct(data="x" * 1_000_000)
        case _:
            raise CallError(Code.UNKNOWN_METHOD, f"no {method}")


class Ends:
    """A link, and its other end in the hands of a test."""

    def __init__(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.link = link
        self.reader = reader
        self.writer = writer
        self.running = asyncio.create_task(link.run())

    def say(self, *messages: peer.Json) -> None:
        """Send messages to the link."""
        self.writer.write(b"".join(map(peer.frame, messages)))

    async def hear(self) -> peer.Json:
        """Return the link's next message."""
        found = await peer.hear(self.reader)
        assert found is not None
        return found


@asynccontextmanager
async def linked() -> AsyncIterator[Ends]:
    """A link over a pair of sockets."""
    ours, theirs = socket.socketpair()
    link = Link(*await asyncio.open_connection(sock=ours), serve)
    reader, writer = await asyncio.open_connection(sock=theirs)
    ends = Ends(link, reader, writer)
    try:
        yield ends
    finally:
        writer.close()
        await ends.running


async def test_calls_cross_in_both_directions() -> None:
    """Both ends call and answer over one link."""
    async with linked() as ends:
        calling = asyncio.create_task(ends.link.call(calls.TAB_CLOSE, CLOSE))
        asked = await ends.hear()
        assert (asked["method"], asked["params"]) == ("tab.close", {"tab": 1})
        ends.say(peer.request("x", "nothing"), {"jsonrpc": "2.0", "id": asked["id"], "result": {}})
        assert await ends.hear() == {"jsonrpc": "2.0", "id": "x", "result": {}}
        assert await calling == Nothing()


async def test_an_answer_that_makes_no_sense_is_an_error_of_the_call() -> None:
    """An answer of another shape is told to the caller, and the link lives on."""
    async with linked() as ends:
        calling = asyncio.create_task(ends.link.call(calls.TAB_OPEN, TabOpen(url="u")))
        asked = await ends.hear()
        ends.say({"jsonrpc": "2.0", "id": asked["id"], "result": {"tab": "first"}})
        with pytest.raises(CallError, match=r"tab\.open is malformed: tab: "):
            await calling
        ends.say(peer.request(1, "nothing"))
        assert (await ends.hear())["result"] == {}


@pytest.mark.parametrize(
    ("method", "code"),
    [("other", Code.UNKNOWN_METHOD), ("fault", Code.INTERNAL), ("huge", Code.INTERNAL)],
)
async def test_every_call_is_answered_whatever_becomes_of_it(method: str, code: Code) -> None:
    """A call that is unknown, hits a fault, or has too long an answer is refused by number."""
    async with linked() as ends:
        ends.say(peer.request(1, method), peer.request(2, "nothing"))
        answers = {answer["id"]: answer for answer in (await ends.hear(), await ends.hear())}
        assert answers[1]["error"]["code"] == code
        assert answers[2]["result"] == {}


async def test_a_notification_is_never_answered() -> None:
    """What has no id gets no answer, not even when it fails."""
    async with linked() as ends:
        ends.say({"jsonrpc": "2.0", "method": "fault"}, peer.request(1, "nothing"))
        assert (await ends.hear())["id"] == 1


async def test_the_end_of_the_stream_rejects_what_is_pending() -> None:
    """A caller learns at once that the link dropped."""
    async with linked() as ends:
        calling = asyncio.create_task(ends.link.call(calls.TAB_CLOSE, CLOSE))
        await ends.hear()
        ends.writer.close()
        with pytest.raises(LinkLostError, match="the other end closed the link"):
            await calling
        with pytest.raises(LinkLostError, match="the other end closed the link"):
            await ends.link.call(calls.TAB_CLOSE, CLOSE)


async def test_a_bad_frame_ends_the_link_and_says_why() -> None:
    """Bytes that are no frame cannot be trusted any further."""
    async with linked() as ends:
        ends.writer.write(b"\xff\xff\xff\xff")
        assert "announces 4294967295 bytes" in await ends.running
        assert await peer.hear(ends.reader) is None


async def test_a_frame_that_is_no_call_is_refused_and_the_link_lives_on() -> None:
    """JSON that is no JSON-RPC is answered by a numbered error without an id."""
    async with linked() as ends:
        ends.say({"hello": "world"}, peer.request(1, "nothing"))
        refused = await ends.hear()
        assert (refused["id"], refused["error"]["code"]) == (None, Code.INVALID_REQUEST)
        assert (await ends.hear())["id"] == 1


async def test_an_other_end_that_leaves_while_it_is_answered_ends_the_link_quietly() -> None:
    """A refusal that cannot be delivered is no fault of ours: `run` still returns its reason."""
    async with linked() as ends:
        transport = ends.writer.transport
        ends.writer.write(peer.frame({"hello": "world"}) * 2_000)
        await ends.writer.drain()
        transport.abort()
        assert await asyncio.wait_for(asyncio.shield(ends.running), 10)


LONG = "x" * 5_000_000
"""More than a frame may hold."""


async def test_a_call_that_is_too_long_is_refused_and_the_link_goes_on() -> None:
    """One tab's message must not end the link of all the others."""
    async with linked() as ends:
        ends.link.passed_over = 64 * 2**20
        ends.say(peer.request("tab:7:3", "page.changed", tab=7, text=LONG))
        ends.say(peer.request(2, "nothing"))
        refused = await ends.hear()
        assert refused["id"] == "tab:7:3"
        assert refused["error"]["code"] == Code.INVALID_PARAMS
        assert "above the limit" in refused["error"]["message"]
        assert (await ends.hear())["id"] == 2


async def test_an_answer_that_is_too_long_is_the_matter_of_whoever_asked() -> None:
    """The call fails at once; another one that waits is answered."""
    async with linked() as ends:
        ends.link.passed_over = 64 * 2**20
        one = asyncio.create_task(ends.link.call(calls.TAB_CLOSE, CLOSE))
        two = asyncio.create_task(ends.link.call(calls.TAB_CLOSE, CLOSE))
        first, second = await ends.hear(), await ends.hear()
        ends.say({"jsonrpc": "2.0", "id": first["id"], "result": {"text": LONG}})
        ends.say({"jsonrpc": "2.0", "id": second["id"], "result": {}})
        with pytest.raises(CallError, match="above the limit"):
            await one
        assert await two == Nothing()


@pytest.mark.parametrize("text", ['{"id":{"id":1},', "[[[[", '{"params":{"id":1,"method":"x"}', ""])
async def test_what_is_too_long_and_of_nobody_is_dropped(text: str) -> None:
    """Nobody is answered, and the link goes on."""
    async with linked() as ends:
        ends.link.passed_over = 64 * 2**20
        content = (text + LONG).encode()
        ends.writer.write(peer.LENGTH.pack(len(content)) + content)
        ends.say(peer.request(2, "nothing"))
        assert (await ends.hear())["id"] == 2


async def test_before_hello_a_frame_that_is_too_long_ends_the_link() -> None:
    """Nobody is known whose matter it could be, and memory is not spent on a stranger."""
    async with linked() as ends:
        ends.say(peer.request(1, "nothing", text=LONG))
        assert "the limit is" in await ends.running


@pytest.mark.parametrize("clock", [1e18, -1.0, 10**400])
async def test_a_reading_with_an_odd_clock_fails_its_own_call(clock: float) -> None:
    """It is a bad message of that page; another call over the same link is answered."""
    async with linked() as ends:
        asked = PageRead(tab=1, document="D")
        one = asyncio.create_task(ends.link.call(calls.PAGE_READ, asked))
        two = asyncio.create_task(ends.link.call(calls.PAGE_READ, asked))
        first, second = await ends.hear(), await ends.hear()
        whole = reading().model_dump(mode="json")
        ends.say({"jsonrpc": "2.0", "id": first["id"], "result": {**whole, "now": clock}})
        ends.say({"jsonrpc": "2.0", "id": second["id"], "result": whole})
        with pytest.raises(CallError, match="malformed: now"):
            await one
        assert (await two).now == 0.0
