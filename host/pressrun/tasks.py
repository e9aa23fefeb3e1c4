"""Background tasks: every one is started here, and none ends unnoticed.

A task whose outcome nobody awaits is begun with `begin`, or with `keep` where it has to go on for
good. What it raises is in the log, and told to whoever has to act on it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

import structlog

T = TypeVar("T")

_log = structlog.get_logger("pressrun.tasks")

AGAIN_SECONDS = 30.0
"""How soon work that failed and has to go on is begun again."""


def begin(
    work: Coroutine[Any, Any, T],
    name: str,
    *,
    failed: Callable[[BaseException], None] | None = None,
) -> asyncio.Task[T]:
    """Start a task that nobody has to await.

    Args:
        work: what it does.
        name: what the log calls it.
        failed: called with what it raised, unless it was cancelled.
    """
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(partial(_ended, failed))
    return task


def keep(
    work: Callable[[], Coroutine[Any, Any, None]], name: str, *, again: float = AGAIN_SECONDS
) -> asyncio.Task[None]:
    """Start a task that goes on for good: when it fails, it is begun again after `again` seconds.

    It ends when the work returns or is cancelled.
    """
    return begin(_kept(work, name, again), name)


def part(work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
    """Start a task whose outcome the caller awaits: it is the caller's to act on."""
    return asyncio.create_task(work, name=name)


async def end(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel tasks, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


def inside(error: BaseException) -> str:
    """What an error of our own means, for people: it is never the site's or the author's."""
    text = str(error).strip()
    about = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"an error inside Pressrun ({about[:200]}); pressrun logs tells more"


async def _kept(work: Callable[[], Coroutine[Any, Any, None]], name: str, again: float) -> None:
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001 - whatever it is, the work has to go on
            _log.exception("task_failed", task=name, again_in=again)
        else:
            return
        await asyncio.sleep(again)


def _ended(failed: Callable[[BaseException], None] | None, task: "asyncio.Task[Any]") -> None:
    if task.cancelled() or (error := task.exception()) is None:
        return
    _log.error("task_failed", task=task.get_name(), exc_info=error)
    if failed is not None:
        failed(error)
