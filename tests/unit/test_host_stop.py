"""`pressrun host stop` and the lock that says which process is the host."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from helpers.hosts import own_home
from pressrun.cli import host_cmd
from pressrun.errors import NoHostError
from pressrun.home import Home, HomeLock

WAITS = "import signal; signal.pause()"
"""A program that ends when it is told to."""


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gives the lock back here."""
    monkeypatch.setattr(host_cmd, "STOP_SECONDS", 0.5)


@pytest.fixture
def home() -> Iterator[Home]:
    """A home whose lock is held, by this process."""
    with own_home() as home:
        home.make()
        lock = HomeLock(home)
        try:
            yield home
        finally:
            lock.release()


def name(home: Home, holder: bytes) -> None:
    """Write into the lock who holds it."""
    home.lock.write_bytes(holder)


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ([], False),
        (["pressrun", "run"], False),
        (["pressrun.server"], True),
        (["pressrun", "host", "serve"], True),
    ],
)
def test_only_a_host_is_told_to_end(
    home: Home,
    words: list[str],
    ends: bool,  # noqa: FBT001 - of the table
) -> None:
    """A number that a host left behind may belong to any other program by now."""
    with subprocess.Popen([sys.executable, "-c", WAITS, *words]) as program:
        try:
            name(home, f"{program.pid}\n".encode())
            with pytest.raises(NoHostError, match="did not stop"):
                host_cmd.stop(home.folder)
            if ends:
                assert program.wait(10) != 0
            assert (program.poll() is None) is not ends
        finally:
            program.kill()


@pytest.mark.parametrize("holder", [b"", b"nobody", b"\xff"])
def test_a_lock_without_a_number_is_no_reason_to_crash(home: Home, holder: bytes) -> None:
    """The host that took it has not written it yet."""
    name(home, holder)
    with pytest.raises(NoHostError, match="did not stop"):
        host_cmd.stop(home.folder)
