"""The first words of a client, who may say what, and bytes that are no words."""

import asyncio
import struct
from typing import Any

import pytest

import pressrun
from helpers import peer
from helpers.hosts import started_host
from pressrun.cli.client import GREETINGS, connect
from pressrun.errors import NoHostError
from pressrun.home import Home
from pressrun.protocol import frames
from pressrun.protocol.calls import Code
from pressrun.protocol.messages import base
from wire.relays import hello, relayed

STATUS = peer.request(1, "status")


async def test_hello_is_answered_with_what_both_speak(standing: Home) -> None:
    """The host names the protocol, its version and the beat, to either role."""
    for role in ("extension", "command"):
        async with relayed(standing) as link:
            assert await link.greet(role) == {
                "protocol": base.VERSION,
                "version": pressrun.__version__,
                "heartbeat_seconds": base.HEARTBEAT_SECONDS,
            }


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        (
            {"oldest": base.VERSION + 1, "newest": base.VERSION + 2, "version": "9.9"},
            Code.UPDATE_NEEDED,
            "is older than the extension (9.9). Update the host: pip install -U pressrun",
        ),
        ({"profile": None}, Code.INVALID_PARAMS, "name its profile, session and epoch"),
        ({"session": None}, Code.INVALID_PARAMS, "name its profile, session and epoch"),
        ({"epoch": None}, Code.INVALID_PARAMS, "name its profile, session and epoch"),
        ({"role": "king"}, Code.INVALID_PARAMS, "role: "),
        ({"newest": None}, Code.INVALID_PARAMS, "newest: "),
        ({"newest": "new"}, Code.INVALID_PARAMS, "newest: "),
        ({"surprise": 1}, Code.INVALID_PARAMS, "surprise: "),
    ],
)
async def test_a_hello_that_cannot_be_served_is_refused_in_words(
    standing: Home, changes: dict[str, Any], code: Code, words: str
) -> None:
    """The text says what is missing or what to update, and the client may try again."""
    async with relayed(standing) as link:
        refused = (await link.ask(hello(**changes)))["error"]
        assert refused["code"] == code
        assert words in refused["message"]
        assert (await link.ask(STATUS))["error"]["message"] == "say hello first"
        assert (await link.greet())["protocol"] == base.VERSION


async def test_a_client_that_is_too_old_is_told_to_update(home: Home) -> None:
    """A host that no longer speaks the old protocol says so, and which end is to be updated."""
    newer = "from pressrun.protocol.messages import base\nbase.OLDEST = base.VERSION = 5"
    with started_host(home, before=newer):
        async with relayed(home) as link:
            refused = (await link.ask(hello(oldest=3, newest=4, version="0.0.1")))["error"]
    assert refused["code"] == Code.UPDATE_NEEDED
    assert "The extension (0.0.1) is older than this Pressrun host" in refused["message"]
    assert "Update the extension and reload it" in refused["message"]


async def test_an_end_of_the_protocol_before_is_told_to_update(standing: Home) -> None:
    """It could not read what this host tells, and says so instead of failing later."""
    async with relayed(standing) as link:
        before = hello(oldest=base.OLDEST - 1, newest=base.OLDEST - 1, version="0.0.1")
        assert (await link.ask(before))["error"]["code"] == Code.UPDATE_NEEDED


@pytest.mark.parametrize("oldest", [base.OLDEST, base.VERSION + 1], ids=["shared", "none shared"])
async def test_a_host_makes_way_for_a_newer_command(home: Home, oldest: int) -> None:
    """An updated command line starts its own host, though the two share no protocol any more."""
    with started_host(home) as host:
        async with relayed(home) as link:
            newer = hello("command", oldest=oldest, newest=base.VERSION + 1, version="99.0")
            refused = (await link.ask(newer))["error"]
            assert refused["code"] == Code.HANDOVER
            assert "makes way for version 99.0" in refused["message"]
            assert await asyncio.to_thread(host.wait, 15) == 0


async def test_the_newest_protocol_that_both_speak_is_spoken(home: Home) -> None:
    """Either end may be ahead of the other, as long as they share one protocol."""
    newer = "from pressrun.protocol.messages import base\nbase.VERSION = 5"
    with started_host(home, before=newer):
        async with relayed(home) as link:
            answer = await link.ask(hello(oldest=2, newest=4))
        assert answer["result"]["protocol"] == 4


@pytest.mark.parametrize(
    ("role", "call", "code", "words"),
    [
        (None, STATUS, Code.NOT_ALLOWED, "say hello first"),
        (
            None,
            peer.request(1, "fly"),
            Code.UNKNOWN_METHOD,
            "the host does not know the call 'fly'",
        ),
        ("command", peer.request(1, "fly"), Code.UNKNOWN_METHOD, "not know the call 'fly'"),
        ("command", peer.request(1, "page.read", tab=1), Code.UNKNOWN_METHOD, "not know the call"),
        ("command", hello("command") | {"id": 1}, Code.NOT_ALLOWED, "already said"),
        ("command", peer.request(1, "tab.gone", tab=1, why=""), Code.NOT_ALLOWED, "may not call"),
        ("extension", peer.request(1, "host.stop"), Code.NOT_ALLOWED, "the extension may not call"),
        (
            "extension",
            peer.request(1, "takes.tidy", sure=True),
            Code.NOT_ALLOWED,
            "the extension may not call",
        ),
        ("command", peer.request(1, "status", wait=99), Code.INVALID_PARAMS, "wait: "),
        ("command", peer.request(1, "status", x=1), Code.INVALID_PARAMS, "x: "),
        ("command", peer.request(1, "batch.pause", batch=99), Code.NO_SUCH_BATCH, "no batch 99"),
        (
            "command",
            peer.request(1, "batch.start", source="/none.txt", library="/b"),
            Code.BAD_INPUT,
            "/none.txt: No such file",
        ),
    ],
)
async def test_a_call_that_cannot_be_served_is_refused_and_the_link_lives(
    standing: Home, role: str | None, call: peer.Json, code: Code, words: str
) -> None:
    """Every refusal has its number and its words, and costs nothing else."""
    async with relayed(standing) as link:
        if role:
            await link.greet(role)
        refused = (await link.ask(call))["error"]
        assert refused["code"] == code
        assert words in refused["message"]
        if role is None:
            await link.greet()
        assert "result" in await link.ask(peer.request(2, "status"))


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack("=I", 2**32 - 1),
        struct.pack("=I", 5 * 1024 * 1024) + b"{",
        struct.pack("=I", 4) + b"\xff\xfe\xfd\xfc",
        struct.pack("=I", 5) + b"hello",
        struct.pack("=I", 0),
        struct.pack("=I", 100_000) + b"[" * 100_000,
        struct.pack("=I", 5_000) + b"1" * 5_000,
    ],
    ids=["4 GiB", "5 MiB", "not UTF-8", "not JSON", "empty", "too deep", "a number too long"],
)
async def test_a_bad_frame_ends_its_link_and_the_host_lives_on(
    standing: Home, frame: bytes
) -> None:
    """Bytes that cannot be trusted cost the link that brought them, and no other."""
    async with relayed(standing) as other:
        await other.greet("command")
        async with relayed(standing) as link:
            await link.greet("command")
            link.stdin.write(frame)
            while (message := await link.hear()) is not None:
                assert "method" in message
        assert "result" in await other.ask(STATUS)


async def test_a_truncated_frame_ends_its_link_alone(standing: Home) -> None:
    """A browser that dies in the middle of a frame leaves the host as it was."""
    async with relayed(standing) as other:
        await other.greet("command")
        async with relayed(standing) as link:
            await link.greet("command")
            link.stdin.write(peer.frame(STATUS)[:-3])
            link.stdin.close()
            await link.ended(2.0)
        assert "result" in await other.ask(STATUS)


@pytest.mark.parametrize(
    "message",
    [
        {"hello": "world"},
        {"jsonrpc": "1.0", "id": 1, "method": "status"},
        {"jsonrpc": "2.0", "id": 1, "method": "status", "params": [1]},
        {"jsonrpc": "2.0", "id": 1, "result": 5},
    ],
)
async def test_json_that_is_no_call_is_refused_and_the_link_lives(
    standing: Home, message: peer.Json
) -> None:
    """What is a frame and no JSON-RPC gets a numbered answer without an id."""
    async with relayed(standing) as link:
        await link.greet("command")
        link.say(message)
        assert (await link.answer(None))["error"]["code"] == Code.INVALID_REQUEST
        assert "result" in await link.ask(STATUS)


async def test_an_answer_that_nobody_waits_for_is_ignored(standing: Home) -> None:
    """A late answer after a lost link finds nobody, and hurts nobody."""
    async with relayed(standing) as link:
        await link.greet("command")
        link.say({"jsonrpc": "2.0", "id": 999, "result": {}})
        assert "result" in await link.ask(STATUS)


async def test_both_ends_say_that_they_live(home: Home) -> None:
    """The host beats; a client that beats is kept, and one that falls silent is let go."""
    quick = "from pressrun.protocol.messages import base\nbase.HEARTBEAT_SECONDS = 0.2"
    beat = {"jsonrpc": "2.0", "method": "heartbeat", "params": {}}
    with started_host(home, before=quick):
        async with relayed(home) as link:
            assert (await link.greet("command"))["heartbeat_seconds"] == 0.2
            for _ in range(5):  # longer than the silence that ends a link
                assert await link.hear() == beat
                link.say(beat)
            while (message := await link.hear()) is not None:
                assert message == beat
            assert await link.ended(2.0) == 0


@pytest.mark.parametrize(
    ("dying", "told"), [(2, "no host is running"), (GREETINGS, "closed the connection at once")]
)
async def test_a_command_greets_the_next_host_when_one_dies_before_it_answers(
    home: Home, dying: int, told: str
) -> None:
    """A host that was killed a moment ago costs no failure; one that never answers does."""
    greeted = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeted.append(await frames.read(reader))
        writer.close()
        if len(greeted) == dying:
            dead.close()

    home.make()
    dead = await asyncio.start_unix_server(hear, home.socket)
    async with dead:
        with pytest.raises(NoHostError, match=told):
            await connected(home)
    assert len(greeted) == dying


async def connected(home: Home) -> None:
    """Connect to a home's host, and start none."""
    async with connect(home, start=False):
        pass
