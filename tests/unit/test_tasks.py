"""Background tasks: whatever one raises is on record, and work that has to go on does."""

import ast
import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from helpers import layers
from pressrun import __file__ as package
from pressrun import tasks

BARE = ("create_task", "ensure_future", "TaskGroup", "run_coroutine_threadsafe", "Thread")
"""What starts work that may end unnoticed."""


def bare(module: ast.Module) -> list[int]:
    """The lines in which a module starts work of its own, or hides how work ended."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            hides = any(each.arg == "return_exceptions" for each in node.keywords)
            if name in BARE or hides:
                found.append(node.lineno)
    return found


def test_every_task_is_started_in_one_place() -> None:
    """Nowhere else, so that none can end unnoticed; nor does a gather keep failures to itself."""
    modules = layers.parsed(Path(package).parent)
    places = {name: lines for name, module in modules.items() if (lines := bare(module))}
    assert set(places) == {"pressrun.tasks"}, places


@pytest.mark.parametrize(
    "text",
    [
        "asyncio.create_task(work())",
        "ensure_future(work())",
        "with TaskGroup() as group: ...",
        "gather(work(), return_exceptions=True)",
    ],
)
def test_a_task_that_is_started_elsewhere_is_found(text: str) -> None:
    """Whatever the name that starts it is called by."""
    assert bare(ast.parse(text)) == [1]


async def breaks(*, after: float = 0.0) -> None:
    """Fail as a bug does."""
    await asyncio.sleep(after)
    raise KeyError("MPO")


async def test_what_a_task_raises_is_in_the_log_and_told() -> None:
    """With its name; nobody has to await it."""
    told: list[BaseException] = []
    with capture_logs() as log:
        task = tasks.begin(breaks(), "file 1.1", failed=told.append)
        await asyncio.wait({task})
        await asyncio.sleep(0)
    (line,) = log
    assert (line["event"], line["task"], line["log_level"]) == ("task_failed", "file 1.1", "error")
    assert line["exc_info"] is told[0]


async def test_a_task_that_is_cancelled_or_returns_says_nothing() -> None:
    """Both are how tasks end."""
    with capture_logs() as log:
        goes_on = tasks.begin(asyncio.sleep(60), "sleep")
        returns = tasks.begin(asyncio.sleep(0), "nap")
        await asyncio.wait({returns})
        await tasks.end(goes_on)
    assert goes_on.cancelled()
    assert log == []


async def test_work_that_has_to_go_on_is_begun_again() -> None:
    """As often as it fails; each time is on record. It ends when it returns."""
    begun = 0

    async def works() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            await breaks()

    with capture_logs() as log:
        await tasks.keep(works, "leases", again=0.0)
    assert begun == 3
    assert [(line["event"], line["task"]) for line in log] == [("task_failed", "leases")] * 2


async def test_ending_tasks_waits_for_them_whatever_they_raise() -> None:
    """Also for those that ended before, and for none."""

    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ValueError

    with capture_logs():
        ended = tasks.begin(breaks(), "ended")
        await asyncio.wait({ended})
        going = tasks.begin(stubborn(), "stubborn")
        await asyncio.sleep(0)
        await tasks.end(ended, going)
        await tasks.end()
    assert going.done()


def test_an_error_of_ours_is_told_as_one() -> None:
    """It is neither the site's nor the author's, and not an essay."""
    assert tasks.inside(KeyError("MPO")) == (
        "an error inside Pressrun (KeyError: 'MPO'); pressrun logs tells more"
    )
    assert (
        tasks.inside(KeyError()) == "an error inside Pressrun (KeyError); pressrun logs tells more"
    )
    assert len(tasks.inside(ValueError("x" * 5_000))) < 300
