"""Failpoints: places where a test makes this process die or the disk fail; free when off.

`PRESSRUN_FAILPOINT` arms them for tests: `NAME:HIT[:ACTION]`, separated by commas. At that hit of
that name the process kills itself, without running handlers or flushing anything, or raises an
error of the operating system: `ENOSPC`, `EIO`. `docs/testing.md` says how to replay one.

A name is written out where it is passed, and used only there; a test finds it by that. Only the
store's writer builds its names, from the events of the journal.
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
    """Hears of every failpoint that is passed, and may raise there."""

    def passed(self, name: str) -> None:
        """Act on this failpoint."""
        ...


class _Planned:
    """What a test wants to happen, and how often each name was passed."""

    def __init__(self, plan: str) -> None:
        self._actions: dict[tuple[str, int], str] = {}
        for part in filter(None, plan.split(",")):
            name, hit, *action = part.split(":")
            self._actions[name, int(hit)] = action[0] if action else KILL
        self._passed: Counter[str] = Counter()
        self._lock = threading.Lock()

    def passed(self, name: str) -> None:
        """Act on this hit of a name, if the test wants that."""
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


_armed: Armed | None = _Planned(os.environ[VARIABLE]) if VARIABLE in os.environ else None


@contextmanager
def armed(by: Armed) -> Iterator[None]:
    """Report every failpoint to `by`: a simulation's hosts die inside one process."""
    global _armed  # noqa: PLW0603 - points are everywhere
    before, _armed = _armed, by
    try:
        yield
    finally:
        _armed = before


def failpoint(name: str) -> None:
    """Pass a failpoint that a test may have armed."""
    if _armed is not None:
        _armed.passed(name)
