"""Whatever dies between the host and the site, the batch ends by itself, with every picture once.

Each story is told in a real browser, and ends with the site's ledger held against store and disk.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers import profiles
from helpers.hosts import host_of
from helpers.play import EXTENSION, SITE, Play, ask_worker, browsing, playing
from pressrun.browser import devtools
from pressrun.browser.devtools import DevTools, DevToolsError, Target
from pressrun.install import registration
from pressrun.processes import numbers_of
from pressrun.protocol.messages.status import Status, TabStatus
from pressrun.states import BatchState
from trials.demo.book import panels
from trials.replica.stage import Stage

HURRY = {"settled": 5, "pace": 2, "again": 2, "acknowledge": 8, "page": 15, "poll": 1, "still": 1}
"""Waits that are long enough for the replica, and for nobody's patience."""

DRAWN = {"generation_seconds": (3.0, 3.0), "url_lag_seconds": (0.05, 0.1)}
"""A picture takes long enough for something to happen to its tab."""

DISK_BYTES = 16 * 1024 * 1024

FULL = "/The disk is full|The database cannot be written/.test(document.body.innerText)"
"""Whether a popup says what the matter is."""

WAITING = "waiting for the picture"


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """A stage in a hurry, and no browser yet."""
    async with hurried(tmp_path / "stage") as play:
        yield play


@contextlib.asynccontextmanager
async def hurried(folder: Path) -> AsyncIterator[Play]:
    """A stage whose host looks after what is in doubt within seconds."""
    async with playing(folder, DRAWN) as play:
        profiles.write(play.stage.home.sites / "chatgpt.toml", profiles.hurried(HURRY))
        yield play


@dataclass(frozen=True)
class Victim:
    """A worker tab that waits for its picture, in a chat that has its name."""

    tab: int
    key: str
    target: Target


async def victim(play: Play, tools: DevTools) -> Victim:
    """The worker tab that began to wait last: most is still to come."""
    while True:
        status = await play.until(lambda seen: bool(_waiting(seen)))
        found = max(_waiting(status), key=lambda tab: tab.since)
        shown = await ask_worker(
            tools, f"return (await chrome.tabs.get({found.tab}).catch(() => null))?.url ?? '';"
        )
        for target in await tools.targets("page"):
            if target.url == shown and shown.startswith(f"{SITE}/c/"):
                return Victim(found.tab, found.key or "", target)
        await asyncio.sleep(devtools.LOOK_SECONDS)  # a chat that gets its name tells nobody here


def _waiting(status: Status) -> list[TabStatus]:
    tabs = (tab for account in status.accounts for tab in account.tabs)
    return [tab for tab in tabs if tab.doing == WAITING]


async def pages(tools: DevTools) -> list[Target]:
    """The pages of the site that are open."""
    return [each for each in await tools.targets("page") if each.url.startswith(SITE)]


async def close(tools: DevTools, victim: Victim) -> None:
    """Somebody closes the tab."""
    await tools.close(victim.target.id)


async def crash(tools: DevTools, victim: Victim) -> None:
    """Its renderer dies."""
    page = await tools.attach(victim.target.id)
    with contextlib.suppress(DevToolsError, TimeoutError):
        async with asyncio.timeout(1):  # a page that crashed answers nothing
            await page.do("Page.crash")


async def discard(tools: DevTools, victim: Victim) -> None:
    """The browser drops the page to save memory."""
    await ask_worker(tools, f"await chrome.tabs.discard({victim.tab});")


async def freeze(tools: DevTools, victim: Victim) -> None:
    """The browser stops the page's every task."""
    page = await tools.attach(victim.target.id)
    await page.do("Page.enable")
    await page.do("Page.setWebLifecycleState", state="frozen")


async def leave_the_site(tools: DevTools, victim: Victim) -> None:
    """Somebody looks at something else in the tab."""
    page = await tools.attach(victim.target.id)
    await page.do("Page.navigate", url="about:blank")
    await page.detach()


async def leave_the_chat(tools: DevTools, victim: Victim) -> None:
    """Somebody begins another chat in the tab."""
    page = await tools.attach(victim.target.id)
    await page.do("Page.navigate", url=f"{SITE}/")
    await page.detach()


async def leave_and_come_back(tools: DevTools, victim: Victim) -> None:
    """Somebody goes elsewhere and back; the browser may have kept the page meanwhile."""
    page = await tools.attach(victim.target.id)
    await page.do("Page.navigate", url=f"{SITE}/")
    await page.run("history.back()")
    await page.detach()


INJURIES: tuple[Callable[[DevTools, Victim], Awaitable[None]], ...] = (
    close,
    crash,
    discard,
    leave_the_site,
    leave_the_chat,
    leave_and_come_back,
)


async def made(play: Play, pictures: int, *, within: float = 60.0) -> None:
    """Wait until so many pictures are made, and nothing is left to do."""
    status = await play.until(lambda seen: seen.batches[0].done == pictures, within=within)
    assert status.batches[0].state == BatchState.DONE, status


async def audited(play: Play, pictures: int) -> None:
    """Every picture was sent, made and filed once."""
    found = await play.audit()
    assert found.clean, found
    assert (found.submissions, found.pictures, found.images) == (pictures,) * 3


async def test_whatever_happens_to_a_tab_costs_no_picture(play: Play) -> None:
    """Closed, crashed, discarded, led away or back: its picture is harvested, and never resent."""
    book = panels(3 * len(INJURIES))
    async with browsing(play.stage) as tools:
        await play.start(book, tabs=2)
        for injure in INJURIES:
            hurt = await victim(play, tools)
            began = time.monotonic()
            await injure(tools, hurt)
            await play.logged("picture_filed", path=f"{hurt.key}.png")
            print(f"{injure.__name__}: filed after {time.monotonic() - began:.1f} s")  # noqa: T201 - the figure
        await made(play, len(book))
    await audited(play, len(book))


@pytest.mark.long
async def test_a_frozen_tab_is_left_for_another(play: Play) -> None:
    """A page that answers nothing is given up within a minute, and its picture harvested."""
    async with browsing(play.stage) as tools:
        await play.start(panels(3), tabs=2)
        hurt = await victim(play, tools)
        await freeze(tools, hurt)
        await play.logged("picture_filed", path=f"{hurt.key}.png", within=75)
        await made(play, 3)
    await audited(play, 3)


def allow_reloading(stage: Stage) -> None:
    """Switch developer mode on: without it, an unpacked extension that reloads stays away."""
    folder = stage.profile / "Default"
    folder.mkdir(parents=True)
    wish = {"extensions": {"ui": {"developer_mode": True}}}
    (folder / "Preferences").write_text(json.dumps(wish))


async def test_an_extension_that_is_reloaded_goes_on_in_new_tabs(play: Play) -> None:
    """Old content scripts go silent, their tabs are replaced, and none is left behind."""
    allow_reloading(play.stage)
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        await victim(play, tools)
        with contextlib.suppress(DevToolsError):  # it ends whoever answers
            await ask_worker(tools, "chrome.runtime.reload();")
        await play.logged("client_came", role="extension", count=2)
        await play.until(lambda seen: seen.batches[0].working >= 1)
        assert len(await pages(tools)) <= 2
        await made(play, 6)
        await nothing_open(tools)
    await audited(play, 6)


@pytest.mark.parametrize("restored", [False, True], ids=["anew", "with its session"])
async def test_a_browser_that_was_killed_goes_on_when_it_is_back(
    play: Play, *, restored: bool
) -> None:
    """Killed in the middle and opened again, with its tabs or without, it brings every picture."""
    more = ["--restore-last-session"] if restored else []
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        await victim(play, tools)
        browser = play.stage.browser
        assert browser is not None
        os.killpg(browser.pid, signal.SIGKILL)
        await browser.wait()
    status = await play.until(lambda seen: not seen.accounts[0].connected)
    assert status.sentence.startswith("Waiting for the browser"), status.sentence
    async with browsing(play.stage, *more) as tools:
        await made(play, 6)
        await nothing_open(tools)
    await audited(play, 6)


async def nothing_open(tools: DevTools, *, within: float = 10.0) -> None:
    """Wait until no page of the site is open any more."""
    async with asyncio.timeout(within):
        while await pages(tools):  # noqa: ASYNC110 - a tab that closes tells nobody here
            await asyncio.sleep(devtools.LOOK_SECONDS)


async def test_a_socket_that_was_removed_and_a_relay_that_was_killed_are_replaced(
    play: Play,
) -> None:
    """The next relay finds the same host at a new socket, and the work goes on in the same tabs."""
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        await victim(play, tools)
        host, open_before = host_of(play.stage.home), {each.id for each in await pages(tools)}
        play.stage.home.socket.unlink()
        await play.logged("socket_lost")
        (relay,) = numbers_of("relay.py", str(play.stage.home.folder))
        os.kill(relay, signal.SIGKILL)
        await play.logged("client_came", role="extension", count=2)
        assert host_of(play.stage.home) == host
        await made(play, 6)
        assert {each.id for each in await pages(tools)} <= open_before
    await audited(play, 6)


class Beside(Stage):
    """Another browser of the same author, with a profile of its own."""

    @property
    def profile(self) -> Path:
        """Its profile folder."""
        return self.folder / "second browser"


def beside(play: Play) -> Stage:
    """A second browser for a stage, registered with the same home."""
    second = Beside(play.stage.folder)
    second.address = play.stage.address
    registration.install(second.home, [registration.user_data_place(second.profile)])
    return second


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Path, ...]]:
    """Home and library of the stage, each on a disk of a few megabytes."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disks = tuple(tmp_path / "stage" / name for name in ("home", "pictures"))
    with contextlib.ExitStack() as mounted:
        for disk in disks:
            disk.mkdir(parents=True)
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", disk], check=True
            )
            mounted.callback(subprocess.run, ["umount", "--lazy", str(disk)], check=True)
        yield disks


@contextlib.contextmanager
def filled(disks: Sequence[Path]) -> Iterator[None]:
    """Disks on which not a byte more can be written."""
    ballast = [disk / "ballast" for disk in disks]
    for each in ballast:
        with each.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096):
                pass
    try:
        yield
    finally:
        for each in ballast:
            each.unlink()


@pytest.mark.timeout(400)
@pytest.mark.parametrize("seconds", [5, pytest.param(60, marks=pytest.mark.long)])
async def test_a_disk_that_is_full_halts_the_work_and_loses_nothing(
    small: tuple[Path, ...], tmp_path: Path, seconds: float
) -> None:
    """Popup and log say so in a clear word; with room again it goes on by itself."""
    async with hurried(tmp_path / "stage") as play, browsing(play.stage) as tools:
        popup = await tools.page(f"{EXTENSION}/popup/popup.html")
        await play.start(panels(8), tabs=2)
        await victim(play, tools)
        # the library's alone, then that of the database, too
        for full in (small[1:], small):
            with filled(full):
                await popup.until(FULL)
                await asyncio.sleep(seconds)
                assert await popup.run(FULL)
            await popup.until(f"!({FULL})")
            assert any("cannot be written" in why or "is full" in why for why in halts(play))
            await play.until(lambda seen: seen.batches[0].working == 2)
        await made(play, 8)
    await audited(play, 8)


def halts(play: Play) -> list[str]:
    """Why the work was halted, as the log tells it."""
    return [line["reason"] for line in play.log("storage_unusable")]


@pytest.mark.long
async def test_two_browsers_share_a_batch_and_one_dies(play: Play) -> None:
    """Each works under its own account; what the dead one had sent waits for it alone."""
    second = beside(play)
    async with browsing(play.stage):
        async with browsing(second):
            await play.start(panels(8), tabs=1)
            await play.until(lambda seen: len(_waiting(seen)) == 2)
            assert second.browser is not None
            os.killpg(second.browser.pid, signal.SIGKILL)
            await second.browser.wait()
        left = await play.until(lambda seen: seen.batches[0].done == 7)
        assert left.batches[0].doubt + left.batches[0].working == 1, left
        assert len({account.account for account in left.accounts}) == 2, left
        async with browsing(second):
            await made(play, 8)
    await audited(play, 8)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_another_identity_that_signs_in_leaves_the_first_ones_doubts_alone(
    play: Play,
) -> None:
    """What the first had sent waits until the first is signed in again; the rest is made anyway.

    Not only in the tab that was closed: a page of the first identity is told no more by the site.
    """
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        hurt = await victim(play, tools)
        await sign_in(tools, "somebody-else")
        await close(tools, hurt)
        batch = await play.ended()
        assert batch.doubt in (1, 2), batch
        assert batch.done + batch.doubt == 6, batch
        await sign_in(tools, "author")
        await made(play, 6, within=400)
    await audited(play, 6)


async def sign_in(tools: DevTools, name: str) -> None:
    """Sign in as somebody, in a tab of the author's own."""
    page = await tools.page(f"{SITE}/?replica-account={name}")
    await page.until("document.querySelector('[data-testid=accounts-profile-button]') !== null")
    await page.close()
