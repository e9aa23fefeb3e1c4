"""The managed browser is kept running: restarted with backoff, found again, never twice."""

import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from pressrun import processes
from pressrun.browser import keeper as keepers
from pressrun.browser.keeper import DEATHS, WINDOW_SECONDS, Keeper, after_death
from pressrun.clock import SystemClock
from pressrun.home import Home
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.browser import BrowserStart

NOW = 1_000_000.0
WAIT_SECONDS = 20.0

BROWSER = """#!{python}
import os, sys, time
profile = next(a for a in sys.argv if a.startswith("--user-data-dir=")).partition("=")[2]
with open(profile + "/started", "a") as file:
    file.write(f"{{os.getpid()}}\\n")
if "--die" in sys.argv:
    sys.exit(1)
time.sleep(600)
"""


def test_it_is_started_again_sooner_and_then_later() -> None:
    """From a fifth of a second, doubled each time, to the limit; then no more."""
    waits = [after_death([NOW] * deaths, NOW) for deaths in range(1, DEATHS + 1)]
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, None]


def test_old_deaths_do_not_count() -> None:
    """A browser that dies once a day is started at once for ever; so it is after a clock's jump."""
    assert after_death([NOW - WINDOW_SECONDS] * 50 + [NOW], NOW) == 0.2
    assert after_death([NOW + 9_000] * 50 + [NOW], NOW) == 0.2


Make = Callable[[], Awaitable[Keeper]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home without a host."""
    home = Home.at(tmp_path / "home")
    home.make()
    return home


@pytest.fixture
def speaks() -> asyncio.Event:
    """Whether an extension is connected."""
    return asyncio.Event()


@pytest.fixture
async def make(home: Home, speaks: asyncio.Event) -> AsyncIterator[Make]:
    """Makes keepers; the last one's browser is ended."""
    works: list[asyncio.Task[None]] = []
    made: list[Keeper] = []

    async def one() -> Keeper:
        for work in works:
            work.cancel()
        made.append(Keeper(home, SystemClock(), lambda: None, speaks.is_set))
        works.append(asyncio.create_task(made[-1].watch()))
        return made[-1]

    yield one
    await made[-1].stop(Nothing())
    for work in works:
        work.cancel()
    await asyncio.gather(*works, return_exceptions=True)
    for keeper in made:
        if keeper._child is not None:
            keeper._child.wait(WAIT_SECONDS)


@pytest.fixture
def asked(tmp_path: Path) -> BrowserStart:
    """A wish for something that behaves like a browser, as far as a keeper knows."""
    program = tmp_path / "chromium"
    program.write_text(BROWSER.format(python=sys.executable))
    program.chmod(0o700)
    return BrowserStart(program=str(program), headless=True, environment={"SHOWN": "1"})


def started(home: Home) -> list[int]:
    """Return the processes that were started."""
    file = home.browser / "started"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


async def until(met: Callable[[], bool]) -> None:
    """Wait for something that tells nobody."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not met():  # noqa: ASYNC110 - a process that starts tells nobody
            await asyncio.sleep(0.02)


async def test_it_runs_in_a_profile_of_its_own_that_finds_the_host(
    home: Home, make: Make, asked: BrowserStart
) -> None:
    """The profile is this user's alone, and has the host's manifest."""
    keeper = await make()
    assert (await keeper.status(Nothing())).wanted is False
    found = await keeper.start(asked)
    assert found.wanted
    assert found.pid is not None
    assert str(found.pid) in found.sentence
    assert stat.S_IMODE(home.browser.stat().st_mode) == 0o700
    assert (home.browser / "NativeMessagingHosts" / "app.pressrun.host.json").exists()
    assert keeper.note is None


async def test_one_that_is_killed_is_started_again(
    home: Home, make: Make, asked: BrowserStart
) -> None:
    """Within a second, and only once."""
    keeper = await make()
    first = (await keeper.start(asked)).pid
    assert first is not None
    await until(lambda: started(home) == [first])
    os.kill(first, signal.SIGKILL)
    await until(lambda: len(started(home)) == 2)
    await until(lambda: keeper._pid == started(home)[1])
    assert (await keeper.status(Nothing())).pid == started(home)[1]


async def test_a_new_host_finds_the_one_that_runs(
    home: Home, make: Make, asked: BrowserStart
) -> None:
    """A host that was killed left its browser alive: the next one looks after that."""
    first = (await (await make()).start(asked)).pid
    assert first is not None
    await until(lambda: started(home) == [first])
    again = await make()
    await until(lambda: again._pid == first)
    assert started(home) == [first]
    os.kill(first, signal.SIGKILL)
    await until(lambda: len(started(home)) == 2)
    await until(lambda: again._pid == started(home)[1])


async def test_one_that_nobody_noted_is_found_by_its_profile(
    home: Home, make: Make, asked: BrowserStart
) -> None:
    """The host died between starting it and writing it down."""
    keeper = await make()
    first = (await keeper.start(asked)).pid
    assert first is not None
    await until(lambda: started(home) == [first])
    await keeper._write(keepers.Wanted(program=Path(asked.program), headless=True))
    (home.browser / "SingletonLock").symlink_to(f"machine-{first}")
    again = await make()
    await until(lambda: again._pid == first)
    assert started(home) == [first]


async def test_a_host_that_has_just_started_does_not_take_its_browser_for_dead(
    make: Make, asked: BrowserStart
) -> None:
    """Who asks at once hears of the browser that an earlier host left running."""
    first = (await (await make()).start(asked)).pid
    again = await make()
    assert again.note is None
    assert (await again.status(Nothing())).pid == first


async def test_another_program_with_its_number_is_not_taken_for_it(
    home: Home, make: Make, asked: BrowserStart
) -> None:
    """Numbers are used again; the command line tells whose one is."""
    noted = keepers.Wanted(program=Path(asked.program), pid=os.getpid())
    (home.folder / "browser.json").write_text(noted.model_dump_json())
    home.browser.mkdir(exist_ok=True)
    (home.browser / "SingletonLock").symlink_to(f"machine-{os.getppid()}")
    again = await make()
    await until(lambda: len(started(home)) == 1)
    await until(lambda: again._pid == started(home)[0])
    assert again._pid not in (os.getpid(), os.getppid())


async def test_one_whose_extension_never_speaks_is_started_anew(
    home: Home, make: Make, asked: BrowserStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chrome never again starts a worker that ended in its first moments; a new browser does."""
    monkeypatch.setattr(keepers, "UNHEARD_SECONDS", 0.5)
    first = (await (await make()).start(asked)).pid
    assert first is not None
    await until(lambda: bool(set(started(home)) - {first}))
    assert not processes.command_line(first)


async def test_one_whose_extension_spoke_once_is_left_alone(
    home: Home,
    make: Make,
    asked: BrowserStart,
    speaks: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its worker may rest: Chrome wakes it. The next host knows that, too."""
    monkeypatch.setattr(keepers, "UNHEARD_SECONDS", 1.0)
    speaks.set()
    first = (await (await make()).start(asked)).pid
    note = home.folder / "browser.json"
    await until(lambda: '"heard": true' in note.read_text())
    speaks.clear()
    again = await make()
    await until(lambda: again._pid == first)
    await asyncio.sleep(1.3)
    assert (again._pid, set(started(home)) - {first}) == (first, set())


async def test_one_with_a_window_is_left_to_the_person_before_it(
    home: Home, make: Make, asked: BrowserStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who turns the extension on by hand is not to lose the page."""
    monkeypatch.setattr(keepers, "UNHEARD_SECONDS", 0.2)
    keeper = await make()
    first = (await keeper.start(asked.model_copy(update={"headless": False}))).pid
    await asyncio.sleep(0.6)
    assert (keeper._pid, set(started(home)) - {first}) == (first, set())


async def test_one_that_keeps_dying_is_given_up_and_says_so(
    home: Home, make: Make, asked: BrowserStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The views show why; that survives the host, and another start tries again."""
    monkeypatch.setattr(keepers, "FIRST_SECONDS", 0.0)
    keeper = await make()
    await keeper.start(asked.model_copy(update={"flags": ["--die"]}))
    note = home.folder / "browser.json"
    await until(lambda: "no longer restarts it" in note.read_text())
    assert len(started(home)) == DEATHS
    assert "10 times within 10 minutes" in (keeper.note or "")
    again = await make()
    assert again.note == keeper.note
    assert (await again.start(asked)).pid is not None


async def test_one_that_cannot_be_started_says_why(make: Make, asked: BrowserStart) -> None:
    """A program that is gone is no fault of the host's."""
    keeper = await make()
    gone = asked.model_copy(update={"program": "/nowhere/chromium"})
    starting = asyncio.create_task(keeper.start(gone))
    await until(lambda: keeper.note is not None)
    await keeper.stop(Nothing())
    assert (await starting).wanted is False


async def test_stopping_ends_it_for_good(home: Home, make: Make, asked: BrowserStart) -> None:
    """It is not started again, by this host or the next."""
    keeper = await make()
    first = (await keeper.start(asked)).pid
    assert first is not None
    await until(lambda: started(home) == [first])
    found = await keeper.stop(Nothing())
    assert (found.wanted, found.pid) == (False, None)
    assert not processes.command_line(first)
    await make()
    await asyncio.sleep(0.3)
    assert started(home) == [first]
    assert not (home.folder / "browser.json").exists()
