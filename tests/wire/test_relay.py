"""The relay: it starts the host once, carries frames and nothing else, and outlives nobody."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import peer
from helpers.hosts import end_host, host_of, started_host
from helpers.patience import patience
from pressrun import relay
from pressrun.home import Home
from pressrun.protocol.calls import Code
from wire.relays import command, hello, relayed

PROMISED_SECONDS = 2.0
"""How soon a relay ends after either side."""

PARENT = """
import subprocess, sys
relay = subprocess.Popen(sys.argv[1:])
print(relay.pid, file=sys.stderr, flush=True)
relay.wait()
"""


def lines(path: Path) -> list[dict[str, object]]:
    """Return the lines of a log."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def test_two_relays_start_one_host(home: Home) -> None:
    """However many browsers start together, one host starts, and serves them all."""
    async with relayed(home) as first, relayed(home) as second, relayed(home) as third:
        found = await asyncio.gather(*(each.greet() for each in (first, second, third)))
    assert found[0] == found[1] == found[2]
    starts = [line for line in lines(home.log) if line["event"] == "host_starts"]
    assert len(starts) == 1


async def test_what_a_host_makes_is_open_to_its_user_alone(home: Home) -> None:
    """Folders, socket, database and logs are closed to everybody else."""
    async with relayed(home) as link:
        await link.greet()
        modes = {
            path.relative_to(home.folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
            for path in home.folder.rglob("*")
        }
    assert modes["run"] == modes["logs"] == 0o700
    assert modes["run/host.sock"] == modes["store.db"] == modes["logs/host.log"] == 0o600
    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700


async def test_a_stale_socket_is_no_obstacle(home: Home) -> None:
    """A host that was killed leaves its socket's file; the next relay starts another host."""
    async with relayed(home) as link:
        await link.greet()
        end_host(home, signal.SIGKILL)
        assert home.socket.exists()
    async with relayed(home) as link:
        await link.greet()


async def test_the_end_of_its_input_ends_the_relay(standing: Home) -> None:
    """Chrome closes the pipe and waits 2 s before it kills."""
    async with relayed(standing) as link:
        await link.greet()
        link.stdin.close()
        assert await link.ended(PROMISED_SECONDS) == 0


async def test_the_end_of_the_host_ends_the_relay(home: Home) -> None:
    """The extension sees a closed port at once, and reconnects."""
    async with relayed(home) as link:
        await link.greet()
        end_host(home, signal.SIGKILL)
        assert await link.ended(PROMISED_SECONDS) == 0


async def test_the_death_of_its_parent_ends_the_relay(standing: Home) -> None:
    """A browser that is killed may leave the pipe open in another process of its own."""
    ours_in, theirs_in = os.pipe()
    theirs_out, ours_out = os.pipe()
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, *command(standing)),
        stdin=ours_in,
        stdout=ours_out,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(ours_in)
    os.close(ours_out)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    pipe, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(theirs_out, "rb")
    )
    try:
        os.write(theirs_in, peer.frame(hello()))
        while (message := await peer.hear(reader)) is not None and "method" in message:
            pass  # the host asks for tabs meanwhile
        assert message is not None
        assert "result" in message
        parent.kill()
        async with asyncio.timeout(patience(PROMISED_SECONDS)):
            while await peer.hear(reader) is not None:
                pass
    finally:
        os.close(theirs_in)
        pipe.close()
        with contextlib.suppress(ProcessLookupError):
            parent.kill()
        await parent.communicate()


async def test_a_stuck_host_does_not_keep_the_relay(home: Home) -> None:
    """A host that takes nothing more cannot hold a relay whose browser is gone."""
    home.make()
    with socket.socket(socket.AF_UNIX) as stuck:
        stuck.bind(str(home.socket))
        stuck.listen()
        async with relayed(home) as link:
            link.stdin.write(bytes(8 * 1024 * 1024))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await link.stdin.drain()
            link.stdin.transport.abort()
            assert await link.ended(PROMISED_SECONDS) == 0


async def test_a_host_that_does_not_start_is_told_in_a_frame(home: Home) -> None:
    """The extension hears why, in words, instead of a port that closes without a reason."""
    home.make()
    home.store.write_bytes(b"this is no database" * 100)
    async with relayed(home) as link:
        told = await link.hear()
        assert told is not None
        assert (told["id"], told["error"]["code"]) == (None, -32603)
        assert "store.db cannot be read" in told["error"]["message"]
        assert await link.hear() is None
        assert await link.ended(PROMISED_SECONDS) == 1


async def test_the_relay_writes_down_why_it_ended(home: Home) -> None:
    """Chrome shows nobody a relay's words; a file of its own keeps them, as JSON lines."""
    async with relayed(home) as link:
        await link.greet()
        link.stdin.close()
        await link.ended(PROMISED_SECONDS)
    path = home.logs / "relay.log"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert lines(path)[-1]["event"] == "ended: the browser closed the port"


async def test_large_frames_pass_unchanged(standing: Home) -> None:
    """A frame that needs many reads arrives whole, and what follows it, too."""
    async with relayed(standing) as link:
        await link.greet("command")
        link.say(peer.request(1, "x" * 3_000_000), peer.request(2, "status"))
        refused = await link.answer(None)
        assert refused["error"]["code"] == -32600
        assert "result" in await link.answer(2)


@pytest.mark.parametrize("idle", ["1"])
async def test_an_idle_host_leaves_and_takes_its_socket_along(home: Home, idle: str) -> None:
    """Without client and work a host ends by itself; with a client it stays."""
    with started_host(home, "--idle", idle) as host:
        async with relayed(home) as link:
            await link.greet()
            assert host_of(home) == host.pid
            # longer than its patience: a client keeps it
            assert "result" in await link.ask(peer.request(1, "status", after=99, wait=1.3))
        assert await asyncio.to_thread(host.wait, 10) == 0
    assert not home.socket.exists()
    assert lines(home.log)[-1]["event"] == "host_ends"


async def test_a_socket_in_a_folder_open_to_others_is_not_used(home: Home) -> None:
    """Somebody else's socket is never spoken to: the relay has a host of its own started."""
    home.make()
    home.socket.parent.chmod(0o777)
    assert relay.connect(str(home.folder)) is None
    async with relayed(home) as link:
        await link.greet()
        assert stat.S_IMODE(home.socket.parent.stat().st_mode) == 0o700


async def test_a_home_with_a_long_path_works(home: Home) -> None:
    """Relay and host agree on the short folder where such a home has its socket."""
    deep = Home.at(home.folder / ("x" * 100))
    try:
        async with relayed(deep) as link:
            await link.greet()
            assert deep.socket.parent.parent == Path("/tmp")  # noqa: S108 - that is the promise
    finally:
        end_host(deep)
        deep.socket.parent.rmdir()


async def test_the_silence_of_a_browser_ends_its_relay(
    standing: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that stays open and says nothing more belongs to a browser that hangs."""
    monkeypatch.setattr(relay, "SILENCE_SECONDS", 0.05)
    link = relay.connect(str(standing.folder))
    assert link is not None
    ours, theirs = os.pipe()
    out, into = os.pipe()
    try:
        with link:
            why = await asyncio.to_thread(relay.copy, ours, into, link, os.getppid())
    finally:
        for descriptor in (ours, theirs, out, into):
            os.close(descriptor)
    assert why.startswith("the browser sent nothing for")


async def test_a_host_that_was_stopped_is_started_by_its_author_alone(home: Home) -> None:
    """A browser hears that it is stopped, and the relay waits there until there is a host again."""
    home.make()
    home.stop_mark.touch()
    async with relayed(home) as link:
        link.say(hello())
        told = await link.answer(None)
        assert told["error"]["code"] == Code.STOPPED
        assert link.process.returncode is None
        assert host_of(home) is None
        with started_host(home):
            assert not home.stopped
            assert await link.ended(PROMISED_SECONDS) == 0
            async with relayed(home) as next_link:
                await next_link.greet()


async def test_a_host_that_comes_after_the_author_stopped_it_does_not_go_to_work(
    home: Home, tmp_path: Path
) -> None:
    """On a busy machine a host takes seconds to come up; `host stop` lasts all the same."""
    home.make()
    go = tmp_path / "go"
    slow = (
        f"import pathlib, sys, time\ngo = pathlib.Path({str(go)!r})\n"
        "while not go.exists():\n    time.sleep(0.01)\n"
        "from pressrun.server.__main__ import main\nsys.exit(main())"
    )
    late = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", slow, "--home", str(home.folder)
    )
    try:
        home.mark_stopped()
        go.touch()
        assert await asyncio.wait_for(late.wait(), 20) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            late.kill()
    assert home.stopped
    assert [line["event"] for line in lines(home.log)] == ["host_not_wanted"]


def test_the_relay_stops_asking_for_a_host_that_the_author_stopped(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host it asked for ended because of that, so it asks for no second one."""
    asked = 0

    def stopped_meanwhile(_home: str, _scopes: list[list[str]]) -> "subprocess.Popen[bytes]":
        nonlocal asked
        asked += 1
        home.mark_stopped()
        return subprocess.Popen(["true"])

    home.make()
    monkeypatch.setattr(relay, "start_host", stopped_meanwhile)
    with pytest.raises(relay.StoppedError, match="pressrun host start"):
        relay.reach(str(home.folder))
    assert asked == 1


async def test_a_relay_of_a_stopped_host_ends_with_its_browser(home: Home) -> None:
    """Waiting for an author, it still ends as soon as Chrome closes the pipe."""
    home.make()
    home.stop_mark.touch()
    async with relayed(home) as link:
        await link.answer(None)
        link.stdin.close()
        await link.ended(PROMISED_SECONDS)


async def test_a_scope_that_cannot_be_had_is_done_without(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where systemd answers and starts nothing, the host is started as it is elsewhere."""
    (tmp_path / "systemd").mkdir()
    (tmp_path / "systemd" / "private").touch()
    asked = tmp_path / "asked"
    runner = tmp_path / "systemd-run"
    runner.write_text(f"#!/bin/sh\ntouch {asked}\nexit 1\n")
    runner.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    async with relayed(home) as link:
        await link.greet()
    assert asked.exists()


def test_relay_is_started_by_path_alone() -> None:
    """The relay needs nothing but the standard library, and little of that."""
    source = Path(relay.__file__).read_text(encoding="utf-8")
    assert "from pressrun" not in source
    assert "import pressrun" not in source
    assert (relay.STOPPED, relay.GONE, relay.INTERNAL) == (Code.STOPPED, Code.GONE, Code.INTERNAL)
