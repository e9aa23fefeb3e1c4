"""Errors of our own in the host: each is on record, and other work goes on or the host says why."""

import json
import time

import pytest

from helpers.hosts import host_of, started_host
from helpers.patience import patience
from helpers.play import command
from pressrun.home import Home

WAIT_SECONDS = 20.0

BREAKS = """
async def breaks(*_, **__):
    raise KeyError("MPO")
"""

BESIDE = {
    "backups": "from pressrun.server.backups import Backups as It; It.watch = breaks",
    "leases": "from pressrun.server.leases import Leases as It; It.renew = breaks",
    "managed browser": "from pressrun.browser.keeper import Keeper as It; It.watch = breaks",
    "site profile": "from pressrun.server.sites import Sites as It; It.watch = breaks",
    "contact sheets": "from pressrun.press.contact import ContactSheets as It; It.keep = breaks",
    "measuring": "from pressrun.press.measuring import Measuring as It; It.watch = breaks",
    "storage": "from pressrun.press.storage import Storage as It; It.watch = breaks",
    "memory": "from pressrun.press.memory import Memory as It; It.look = breaks",
    "clock": "from pressrun.press import press; press.watch_clock = breaks",
}


def lines(home: Home) -> list[dict[str, object]]:
    """What the host's log has."""
    return [json.loads(line) for line in home.log.read_text(encoding="utf-8").splitlines()]


def refusal(home: Home) -> str:
    """What the host told those who look for it."""
    return home.refusal.read_text(encoding="utf-8")


def waited_for(home: Home, event: str, **about: object) -> dict[str, object]:
    """The line of the log that tells of something, as soon as there is one."""
    until = time.monotonic() + patience(WAIT_SECONDS)
    while True:
        for line in lines(home):
            if line["event"] == event and about.items() <= line.items():
                return line
        assert time.monotonic() < until, lines(home)
        time.sleep(0.05)


@pytest.mark.parametrize("name", BESIDE)
async def test_work_beside_the_tabs_that_fails_is_on_record_and_begun_again(
    home: Home, name: str
) -> None:
    """The host serves on; the log has the error whole."""
    with started_host(home, before=f"{BREAKS}\n{BESIDE[name]}"):
        line = waited_for(home, "task_failed", task=name)
        assert line["level"] == "error"
        assert "KeyError: 'MPO'" in str(line["exception"])
        said = await command("pressrun", "host", "status", "--home", str(home.folder))
        assert said.code == 0, said.err


async def test_a_host_that_cannot_listen_any_more_ends_and_says_why(home: Home) -> None:
    """Nobody can reach it, so that it is of no use; another one takes its place."""
    before = f"""
{BREAKS}
import asyncio
from pressrun.server import host
real, calls = host._inode, []
def inode(path):
    calls.append(path)
    if len(calls) > 2:
        raise KeyError("MPO")
    return real(path)
host._inode = inode
"""
    home.make()
    with started_host(home, before=before) as process:
        assert process.wait(patience(WAIT_SECONDS)) != 0
    failed = waited_for(home, "task_failed", task="listen")
    assert "KeyError: 'MPO'" in str(failed["exception"])
    ended = waited_for(home, "host_failed")
    assert "the host cannot be reached any more" in str(ended["exception"])
    assert "KeyError: 'MPO'" in refusal(home)
    said = await command("pressrun", "status", "--home", str(home.folder))
    assert said.code == 0, said.err
    assert host_of(home) is not None


async def test_an_operation_that_breaks_the_store_leaves_nobody_waiting(home: Home) -> None:
    """Whoever waits for the database hears of it, and the next one is served."""
    before = """
from pressrun.store.writer import Writer
outcomes, calls = Writer._outcomes, []
async def once(self, group):
    calls.append(group)
    if len(calls) == 12:
        raise KeyError("MPO")
    return await outcomes(self, group)
Writer._outcomes = once
"""
    with started_host(home, before=before):
        codes = []
        for _ in range(8):
            said = await command("pressrun", "status", "--home", str(home.folder))
            codes.append(said.code)
        assert codes[-1] == 0
        assert codes.count(0) >= 7
        waited_for(home, "operations_failed")
