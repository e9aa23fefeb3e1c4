"""Real hosts, in homes of the tests' own."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pressrun import relay
from pressrun.home import Home

START_SECONDS = 90.0
END_SECONDS = 60.0


@contextlib.contextmanager
def own_home() -> Iterator[Home]:
    """A home with a path short enough for a socket; whatever host works in it ends with it."""
    folder = Path(tempfile.mkdtemp(prefix="pr-"))
    home = Home.at(folder / "home")
    try:
        yield home
    finally:
        end_host(home)
        shutil.rmtree(folder)


def host_of(home: Home) -> int | None:
    """Return the process that holds a home's lock, or None."""
    lock = home.folder / "lock"
    if not lock.exists():
        return None
    with lock.open("r+") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                # a host takes the lock, and then writes its number
                if number := file.read().strip():
                    return int(number)
            else:
                return None


def end_host(home: Home, number: int = signal.SIGTERM) -> None:
    """End the host of a home, and wait until its lock is free."""
    process = host_of(home)
    if process is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)
    until = time.monotonic() + END_SECONDS
    while host_of(home) == process:
        if time.monotonic() > until:
            os.kill(process, signal.SIGKILL)
            raise AssertionError(f"the host did not end within {END_SECONDS:.0f} s")
        time.sleep(0.01)  # a lock that is given back tells nobody


@contextlib.contextmanager
def started_host(
    home: Home, *arguments: str, before: str = ""
) -> Iterator["subprocess.Popen[bytes]"]:
    """A host that was started directly, and listens.

    Args:
        home: its home.
        arguments: what else it is told.
        before: Python that runs in it before anything of it does.
    """
    program = f"import sys\n{before}\nfrom pressrun.server.__main__ import main\nsys.exit(main())"
    command = [sys.executable, "-I", "-c", program, "--home", str(home.folder), *arguments]
    home.make()
    home.allow_start()
    with subprocess.Popen(command, start_new_session=True) as host:
        try:
            until = time.monotonic() + START_SECONDS
            while (link := relay.connect(str(home.folder))) is None:
                assert host.poll() is None, "the host did not start"
                assert time.monotonic() < until, "the host does not listen"
                time.sleep(0.01)  # a socket that appears tells nobody
            link.close()
            yield host
        finally:
            host.terminate()
            host.wait()
