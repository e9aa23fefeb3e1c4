"""Points at which a test has this process die, or the disk fail; free when off.

`PRESSRUN_FAILPOINT` arms them for tests: `NAME:HIT[:ACTION]`, several with commas between. At that
hit of that name the process kills itself, with no handler run and nothing flushed, or an error of
the operating system's is raised: `ENOSPC`, `EIO`. `docs/testing.md` tells how to replay one.

Names are written out where they are passed and are used once; a test finds them by that. The
store's writer alone makes its names, of the journal's events.
"""

import errno
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import structlog

VARIABLE = "PRESSRUN_FAILPOINT"
KILL = "kill"

_log = structlog.get_logger("pressrun.failpoint")


class Armed(Protocol):
    """Is told of every point that is passed, and may raise there."""

    def passed(self, name: str) -> None:
        """Do what is wanted at this point."""
        ...


class _Wished:
    """What a test wants to happen, and how often each name was passed."""

    def __init__(self, wish: str) -> None:
        self._actions: dict[tuple[str, int], str] = {}
        for part in filter(None, wish.split(",")):
            name, hit, *action = part.split(":")
            self._actions[name, int(hit)] = action[0] if action else KILL
        self._passed: Counter[str] = Counter()
        self._lock = threading.Lock()

    def passed(self, name: str) -> None:
        """Do what is wanted at this hit of a name, if anything is."""
        with self._lock:
            self._passed[name] += 1
            action = self._actions.get((name, self._passed[name]))
        if action is None:
            return
        _log.warning("failpoint", name=name, hit=self._passed[name], action=action)
        if action == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, action)
        raise OSError(number, os.strerror(number), name)


_armed: Armed | None = _Wished(os.environ[VARIABLE]) if VARIABLE in os.environ else None


@contextmanager
def armed(by: Armed) -> Iterator[None]:
    """Have every point tell `by`: a simulation's hosts die inside one process."""
    global _armed  # noqa: PLW0603 - points are everywhere
    before, _armed = _armed, by
    try:
        yield
    finally:
        _armed = before


def failpoint(name: str) -> None:
    """Pass a point that a test may have armed."""
    if _armed is not None:
        _armed.passed(name)
