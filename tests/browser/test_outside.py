"""What the extension shows outside its pages, and how its views come back after a loss."""

import asyncio
import json
import signal
import time
from typing import Any

import pytest

from helpers.hosts import end_host
from helpers.patience import patience
from helpers.play import EXTENSION, Play, ask_worker, browsing, end_worker
from pressrun.browser.devtools import DevTools, PageSession
from trials.demo.book import panels

SHOWN = """Object.fromEntries([...document.querySelectorAll("[data-part]")]
  .reverse().map((element) => [element.dataset.part, element.textContent]))"""

ICON = """
  const { action } = chrome;
  return { text: await action.getBadgeText({}), title: await action.getTitle({}) };
"""

NOTICES = "return Object.keys(await chrome.notifications.getAll())"

BACK_SECONDS = 2.0
"""Within this time a view is right again, on a machine that does nothing else."""


async def popup_of(tools: DevTools) -> PageSession:
    """The popup's page in a tab, as soon as it is connected."""
    popup = await tools.page(f"{EXTENSION}/popup/popup.html")
    await popup.until(f"({SHOWN}).link === 'Connected' && ({SHOWN}).sentence !== ''")
    return popup


async def until(tools: DevTools, script: str, wanted: str) -> Any:  # noqa: ANN401 - what it gives
    """What the worker answers, as soon as a text is in it."""
    async with asyncio.timeout(60):
        # nothing tells when an icon or a notification changes
        while wanted not in json.dumps(found := await ask_worker(tools, script)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found


async def test_the_icon_counts_down_and_the_end_of_a_batch_is_told(play: Play) -> None:
    """In the words of the sentence, and with the notifications that their author left on."""
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        icon = await until(tools, ICON, "Making")
        assert icon["title"].startswith("Pressrun: Making ")
        await play.ended()
        icon = await until(tools, ICON, "All pictures are made")
        assert icon == {"text": "", "title": "Pressrun: All pictures are made"}
        shown = await until(tools, NOTICES, "ended-1-")
        assert sum(each.startswith("ended-") for each in shown) == 1


async def test_the_command_line_opens_the_studio_and_brings_it_to_the_front(play: Play) -> None:
    """One page of it is enough, however often it is asked for."""
    async with browsing(play.stage) as tools:
        await popup_of(tools)
        await open_studio(play, "ch01/p1")
        (page,) = [each for each in await tools.targets("page") if "/studio/" in each.url]
        studio = await tools.attach(page.id)
        await studio.run("globalThis.typed = 'not lost'")
        await open_studio(play, "ch01/p2")
        await studio.until("location.hash.includes('p2')")
        assert await studio.run("globalThis.typed") == "not lost"
        pages = await tools.targets("page")
        assert sum("/studio/" in each.url for each in pages) == 1


async def open_studio(play: Play, key: str) -> None:
    """Have the command line open the studio at a panel."""
    opened = await play.pressrun("studio", "--key", key, "--json")
    assert opened.code == 0, opened.err
    address = json.loads(opened.out)["address"]
    assert address == f"{EXTENSION}/studio/studio.html#key={key.replace('/', '%2F')}"


@pytest.mark.parametrize("loss", ["worker", "host"])
async def test_an_open_popup_is_right_again_after_a_loss(play: Play, loss: str) -> None:
    """It says so calmly, connects by itself, and shows what changed meanwhile."""
    async with browsing(play.stage) as tools:
        popup = await popup_of(tools)
        await popup.run(RECORD)
        begun = time.monotonic()
        if loss == "worker":
            await end_worker(tools)
        else:
            await asyncio.to_thread(end_host, play.stage.home, signal.SIGKILL)
        await popup.until(
            f"seen.includes('Connecting') && ({SHOWN}).link === 'Connected' && "
            f"({SHOWN}).sentence.startsWith('Nothing to make')"
        )
        assert time.monotonic() - begun < patience(BACK_SECONDS)
        assert await popup.run("document.querySelector('details').open")


RECORD = """
  globalThis.seen = [];
  const sign = document.querySelector("[data-part=link]");
  new MutationObserver(() => seen.push(sign.textContent)).observe(sign, { childList: true });
  document.querySelector("details").open = true;
"""
"""Keeps what the link was called, and opens the settings, which have to stay open."""
