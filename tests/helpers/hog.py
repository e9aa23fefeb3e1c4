"""A little machine inside the machine: a control group with a limit, and a hog that fills it."""

import asyncio
import contextlib
import os
import sys
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol, Self

import psutil

from pressrun.server.machine import CGROUP

PIECE = 4 * 2**20
"""By so many bytes a hog grows at once."""

END_SECONDS = 5.0
"""How long the processes of a group may take to be gone."""

_TOP = Path("/sys/fs/cgroup")

LOOK_SECONDS = 0.05
"""How often it is measured what is used."""

_HOLD = f"""
import mmap, sys
held = []
for line in sys.stdin:
    while len(held) > int(line):
        held.pop().close()
    while len(held) < int(line):
        held.append(mmap.mmap(-1, {PIECE}, mmap.MAP_PRIVATE))
        held[-1].write(b"x" * {PIECE})
    print(len(held), flush=True)
"""


class Group(Protocol):
    """A control group with less memory than the machine."""

    total: int
    """Its limit, in bytes."""

    def inside(self) -> contextlib.AbstractContextManager[None]:
        """While this lasts, what is started belongs to the group, with all that it starts."""
        ...

    def used(self) -> int:
        """The bytes in use, without what the system can drop at once."""
        ...

    def close(self) -> None:
        """Be done with it."""
        ...


class RealGroup:
    """One that the system itself keeps.

    https://docs.kernel.org/admin-guide/cgroup-v2.html and, for the first version,
    https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
    """

    _KINDS = (
        ("", "memory.max", "memory.current", "inactive_file"),
        ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    )

    def __init__(self, total: int) -> None:
        """Make it.

        Raises:
            OSError: the system does not let us.
        """
        self.total = total
        kinds = [each for each in self._KINDS if _has_memory(each[0])]
        if not kinds:
            raise FileNotFoundError("there are no control groups for memory")
        kind, limit, used, dropped = kinds[0]
        top = _TOP / kind
        self._folder = top / f"pressrun-{uuid.uuid4().hex[:8]}"
        self._outside = top / _own_group(kind).lstrip("/")
        self._used, self._dropped = self._folder / used, dropped
        self._folder.mkdir()
        try:
            (self._folder / limit).write_text(str(total))
        except OSError:
            self._folder.rmdir()
            raise

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Be in the group ourselves for a while: what is started inherits it."""
        self._enter(self._folder)
        try:
            yield
        finally:
            self._enter(self._outside)

    def used(self) -> int:
        """What the system counts."""
        lines = (self._folder / "memory.stat").read_text().splitlines()
        stat = dict(line.split() for line in lines)
        return int(self._used.read_text()) - int(stat[self._dropped])

    def close(self) -> None:
        """Remove it, as soon as its last process is gone."""
        until = time.monotonic() + END_SECONDS
        while True:
            try:
                self._folder.rmdir()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(LOOK_SECONDS)
            else:
                return

    @staticmethod
    def _enter(folder: Path) -> None:
        (folder / "cgroup.procs").write_text(str(os.getpid()))


def _has_memory(kind: str) -> bool:
    """Whether groups of a kind can limit memory; the second version has all in one place."""
    known = _TOP / kind / "cgroup.controllers"
    if not kind:
        return known.exists() and "memory" in known.read_text().split()
    return (_TOP / kind / "cgroup.procs").exists()


def _own_group(kind: str) -> str:
    for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
        _, kinds, path = line.split(":", 2)
        if kinds == kind:
            return path
    raise FileNotFoundError("this process is in no control group for memory")


class PlayedGroup:
    """A folder that looks like a group's, kept by what its processes have in memory.

    Whoever was started inside knows the folder's name from the environment.
    """

    def __init__(self, total: int, folder: Path) -> None:
        self.total = total
        self._folder = folder
        self._folder.mkdir()
        self._known: dict[psutil.Process, bool] = {}
        self._write("memory.max", total)
        (folder / "memory.stat").write_text("inactive_file 0\n")
        self._write("memory.current", 0)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Have the environment tell the folder for a while."""
        os.environ[CGROUP] = str(self._folder)
        try:
            yield
        finally:
            del os.environ[CGROUP]

    def used(self) -> int:
        """What its processes have for themselves; the host is told at once."""
        members: dict[int, bool] = {}
        used = 0
        for process in sorted(psutil.process_iter(), key=lambda each: each.pid):
            with contextlib.suppress(psutil.Error):
                parent = members.get(process.ppid(), False)
                members[process.pid] = parent or self._has(process)
                if members[process.pid]:
                    known = process.memory_info()
                    used += known.rss - known.shared
        self._write("memory.current", used)
        return used

    def close(self) -> None:
        """Nothing is left to be removed."""

    def _has(self, process: psutil.Process) -> bool:
        if process not in self._known:
            self._known[process] = process.environ().get(CGROUP) == str(self._folder)
        return self._known[process]

    def _write(self, name: str, number: int) -> None:
        # a host that reads meanwhile must not find an empty file
        (self._folder / "new").write_text(f"{number}\n")
        (self._folder / "new").rename(self._folder / name)


class Gauge:
    """Reads again and again how much of a group's memory is used."""

    def __init__(self, group: Group) -> None:
        self.peak = 0.0
        self.total = group.total
        self._group = group
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._reading = threading.Thread(target=self._read)

    def part(self) -> float:
        """How much is used now, from 0 to 1."""
        with self._lock:
            part = self._group.used() / self._group.total
            self.peak = max(self.peak, part)
            return part

    def __enter__(self) -> Self:
        """Begin to read."""
        self._reading.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop reading."""
        self._over.set()
        self._reading.join()

    def _read(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.part()


class Hog:
    """A program that needs as much memory as it is told to."""

    def __init__(self, process: asyncio.subprocess.Process, gauge: Gauge) -> None:
        self._process = process
        self._gauge = gauge
        self._pieces = 0

    async def fill(self, part: float) -> None:
        """Grow, piece by piece, until so much of the group's memory is used."""
        while (missing := part - await asyncio.to_thread(self._gauge.part)) > 0:
            # half the way each time: others may grow, too
            more = max(1, int(missing * self._gauge.total / 2 / PIECE))
            await self._hold(self._pieces + more)

    async def let_go(self) -> None:
        """Need nothing any more."""
        await self._hold(0)

    async def _hold(self, pieces: int) -> None:
        assert pieces * PIECE <= self._gauge.total, "it would harm the machine itself"
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{pieces}\n".encode())
        self._pieces = int(await self._process.stdout.readline())


@contextlib.asynccontextmanager
async def hogging(gauge: Gauge) -> AsyncIterator[Hog]:
    """A hog that needs nothing yet; it belongs to the group that we are in."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _HOLD,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Hog(process, gauge)
    finally:
        process.kill()
        await process.wait()
