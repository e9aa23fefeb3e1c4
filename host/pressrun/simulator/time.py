"""Virtual time: an event loop that never waits, and a wall clock that runs with it.

When nothing is ready, it is the next timer's time. Nothing here reads the machine's clock, starts
a thread or depends on an address in memory, so that the same seed runs the same way.
"""

import asyncio
import contextvars
import selectors
from collections.abc import Callable, Coroutine, Generator
from itertools import count
from typing import Any, TypeVar

from pressrun import tasks

T = TypeVar("T")

EPOCH = 1_800_000_000.0
"""What the clock on the wall shows when a run begins."""

NEVER = float("inf")
"""A moment that does not come."""


class StandstillError(RuntimeError):
    """Nothing is ready and no timer is set: nothing would ever happen again."""


class _Jump(selectors.SelectSelector):
    """Instead of waiting for files, moves the time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise StandstillError("nothing is ready and no timer is set")
        self.now += max(0.0, timeout)
        return []


OWNER: contextvars.ContextVar[object] = contextvars.ContextVar("owner", default=None)
"""Whose tasks are being made: what they make is theirs, too."""


class _Task(asyncio.Task[Any]):
    """A task that knows whose it is, and that sets order by its number, not by its address."""

    _numbers = count()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a task's
        self._number = next(self._numbers)
        self.owner = OWNER.get()
        super().__init__(*args, **kwargs)

    __eq__ = object.__eq__

    def __hash__(self) -> int:
        return self._number


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps, and whose threads are none."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)
        _Task._numbers = count()  # noqa: SLF001 - its own
        self.set_task_factory(_numbered)

    def time(self) -> float:
        """Virtual seconds since the loop began."""
        return self._jump.now

    def run_in_executor(  # type: ignore[override]
        self,
        executor: object,  # noqa: ARG002 - there is one thread
        func: Callable[..., T],
        *args: Any,  # noqa: ANN401 - the function's
    ) -> asyncio.Future[T]:
        """Run blocking work at once, and tell of it a moment later, as a thread would.

        Whoever waits for it may be cancelled in that moment; what was done stays done.
        """
        answer: asyncio.Future[T] = self.create_future()
        try:
            value = func(*args)
        except Exception as error:  # noqa: BLE001 - it is the waiting one's
            self.call_soon(_fail, answer, error)
        else:
            self.call_soon(_answer, answer, value)
        return answer


def _numbered(
    loop: asyncio.AbstractEventLoop,
    coroutine: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
    **options: Any,  # noqa: ANN401 - a task's
) -> asyncio.Task[Any]:
    return _Task(coroutine, loop=loop, **options)


async def cancel_all_of(owner: object) -> None:
    """Cancel every task of an owner's, and wait until they have ended."""
    theirs = [
        task for task in asyncio.all_tasks() if isinstance(task, _Task) and task.owner is owner
    ]
    await tasks.end(*theirs)


def _answer(answer: asyncio.Future[T], value: T) -> None:
    if not answer.done():
        answer.set_result(value)


def _fail(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


class WallClock:
    """The machine's clock on the wall; somebody may set it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._shift = EPOCH

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._loop.time() + self._shift

    def move(self, by: float) -> None:
        """Set it forward, or back."""
        self._shift += by


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
