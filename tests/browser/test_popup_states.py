"""What the popup looks like, whatever the host tells it and whatever became of the link.

A picture of each state is written into the test's folder, and into the folder that
`PRESSRUN_SCREENS` names.
"""

import asyncio
import base64
import io
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image

from helpers.situations import EXAMPLES, PROFILE, VARIANTS
from pressrun.browser import launch as browsers
from pressrun.browser.devtools import FLAG, DevTools, PageSession, devtools
from pressrun.browser.find import find_browser
from pressrun.browser.launch import Launch
from pressrun.install import shipped
from pressrun.protocol.messages.doubt import Doubts, DoubtStatus, Offer
from pressrun.protocol.messages.status import Status
from pressrun.words import CHOICES

pytestmark = pytest.mark.asyncio(loop_scope="module")

COLOURS = 64

POPUP_HEIGHT = 600
"""Chrome makes a popup no higher."""

CHROME = """
(() => {
  const told = TOLD;
  globalThis.asked = [];
  const hear = [];
  const say = (message) => setTimeout(() => hear.forEach((listener) => listener(message)));
  const port = {
    onMessage: { addListener: (listener) => hear.push(listener) },
    onDisconnect: { addListener: () => undefined },
    postMessage: ({ id, method, params }) => {
      const known = method === "doubt.list" ? told.doubts : params.after < 0 ? told.status : null;
      if (known) say({ jsonrpc: "2.0", id, result: known });
    },
  };
  const note = (name) => async (...values) => {
    asked.push([name, ...values]);
    return { id: 1, windowId: 5 };
  };
  globalThis.chrome = {
    runtime: {
      connect: () => (say({ jsonrpc: "2.0", method: "link", params: told.link }), port),
      lastError: undefined,
    },
    storage: {
      local: { get: async (asked) => (asked === "profile" ? { profile: told.profile } : asked) },
    },
    tabs: { update: note("tabs.update"), create: note("tabs.create") },
    windows: { update: note("windows.update") },
    tabGroups: {},
  };
  Date.now = () => told.now * 1000;
})();
"""
"""A browser that knows of no host but what it is told."""

UP = {"state": "up", "text": ""}


class Popups:
    """Opens popups that are told how things stand."""

    def __init__(self, tools: DevTools, address: str) -> None:
        self._tools = tools
        self._address = address

    async def open(
        self,
        link: dict[str, str],
        status: Status | None = None,
        doubts: Doubts | None = None,
        *,
        dark: bool = False,
    ) -> PageSession:
        """Open the popup where this is how things stand."""
        told = {
            "link": link,
            "status": status and status.model_dump(mode="json"),
            "doubts": doubts and doubts.model_dump(mode="json"),
            "profile": PROFILE,
            "now": status.now if status else 0,
        }
        page = await self._tools.page("about:blank")
        await page.do("Page.enable")
        script = CHROME.replace("TOLD", json.dumps(told))
        await page.do("Page.addScriptToEvaluateOnNewDocument", source=script)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await page.do("Emulation.setEmulatedMedia", features=[scheme])
        await page.do(
            "Emulation.setDeviceMetricsOverride",
            width=360,
            height=POPUP_HEIGHT,
            deviceScaleFactor=2,
            mobile=False,
        )
        await page.do("Page.navigate", url=f"{self._address}/popup/popup.html")
        await page.until("document.querySelector('[data-part=sentence]')?.textContent")
        if doubts:
            await page.until("Boolean(document.querySelector('.doubt'))")
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def popups(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Popups]:
    """The popup's files on a server of their own, and a browser."""
    folder = tmp_path_factory.mktemp("popups")
    app = web.Application()
    app.router.add_static("/", shipped.folder("extension"))
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    launch = Launch(find_browser(), folder / "browser", headless=True, more=(FLAG, "about:blank"))
    process = await browsers.start(launch, folder / "browser.log")
    try:
        async with devtools(folder / "browser") as tools:
            yield Popups(tools, f"http://127.0.0.1:{port}")
    finally:
        await browsers.close(process)
        await runner.cleanup()


async def photograph(popup: PageSession, folder: Path, name: str) -> None:
    """Keep a picture of a popup."""
    height = await popup.run("Math.ceil(document.documentElement.getBoundingClientRect().height)")
    clip = {"x": 0, "y": 0, "width": 360, "height": height, "scale": 1}
    told = await popup.do("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
    await asyncio.to_thread(keep, base64.b64decode(told["data"]), folder, name)


def keep(picture: bytes, folder: Path, name: str) -> None:
    """Write a picture, with no more colours than it needs."""
    shown = (
        Image.open(io.BytesIO(picture))
        .convert("RGB")
        .quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    for place in (str(folder), os.environ.get("PRESSRUN_SCREENS")):
        if place:
            Path(place).mkdir(parents=True, exist_ok=True)
            shown.save(Path(place, f"{name.replace(' ', '-')}.png"), optimize=True)


async def looks_well(popup: PageSession, *, high: int = POPUP_HEIGHT) -> None:
    """Nothing is wider than the popup, and nothing is cut that has no title to tell it."""
    assert await popup.run("document.documentElement.scrollWidth") == 360
    cut = """[...document.querySelectorAll("[data-part]")]
      .filter((each) => each.scrollWidth > each.clientWidth + 1 && !each.children.length)
      .filter((each) => !each.title)
      .filter((each) => getComputedStyle(each).overflowX === "hidden")
      .map((each) => each.dataset.part + ": " + each.textContent)"""
    assert await popup.run(cut) == []
    assert await popup.run("document.documentElement.getBoundingClientRect().height") <= high


def text(part: str) -> str:
    """The script for the text of a part of the popup."""
    return f"document.querySelector('[data-part={part}]').textContent"


SHOWN = "!document.querySelector('[data-part=act]').hidden"


@pytest.mark.parametrize("name", [*EXAMPLES, *VARIANTS])
async def test_each_state_is_shown_in_the_words_of_the_host(
    popups: Popups, tmp_path: Path, name: str
) -> None:
    """With a button where the author has to act, and nowhere else."""
    example = {**EXAMPLES, **VARIANTS}[name]
    status = example.status
    asking = sum(batch.asking for batch in status.batches)
    popup = await popups.open(UP, status, DOUBTS if asking else None)
    assert await popup.run(text("sentence")) == status.sentence
    here = [each for each in status.accounts if each.asks and each.profile == PROFILE]
    assert await popup.run(SHOWN) == bool(here)
    keys = await popup.run("[...document.querySelectorAll('.need .key')].map((e) => e.textContent)")
    for batch in status.batches:
        wanted = [each for each in batch.needs if each.state.value != "doubt"]
        assert [key for key in keys if key in {each.key for each in wanted}] == [
            each.key for each in wanted[:3]
        ]
    await photograph(popup, tmp_path, name)
    # with several of everything it scrolls
    await looks_well(popup, high=800 if name.startswith("several") else POPUP_HEIGHT)
    await popup.close()


DOUBTS = Doubts(
    total=1,
    doubts=[
        DoubtStatus(
            job=1,
            key="ch01/p004/panel-1",
            batch=1,
            library="/book-pictures",
            sent_at=0,
            reason="the chat is gone, so nobody can tell whether the picture was made",
            waits=True,
        )
    ],
    choices=[
        Offer(choice=choice, label=label, about=about) for choice, (label, about) in CHOICES.items()
    ],
)


@pytest.mark.parametrize(
    ("state", "why", "command"),
    [
        ("missing", "", "pressrun install"),
        ("broken", "Native host has exited.", "pressrun install"),
        ("stopped", "", "pressrun host start"),
        ("update", "This extension is too old for the Pressrun program: update it", None),
        ("refused", "16 browser profiles are connected already", None),
        ("reconnecting", "The Pressrun program does not answer.", None),
    ],
)
async def test_a_link_that_is_not_there_is_told_with_what_to_do(
    popups: Popups, tmp_path: Path, state: str, why: str, command: str | None
) -> None:
    """A command where one helps."""
    popup = await popups.open({"state": state, "text": why})
    commands = await popup.run("[...document.querySelectorAll('code')].map((e) => e.textContent)")
    assert commands == ([command] if command else [])
    assert not await popup.run(SHOWN)
    await photograph(popup, tmp_path, f"link {state}")
    await looks_well(popup)
    await popup.close()


@pytest.mark.parametrize(
    ("name", "does"),
    [
        ("sign in", [["tabs.update", 1, {"active": True}]]),
        ("challenge", [["tabs.create", {"url": "https://chatgpt.com"}]]),
    ],
)
async def test_the_button_brings_the_page_to_the_front(
    popups: Popups, name: str, does: list[Any]
) -> None:
    """The tab and its window; where there is no tab at the moment, the site is opened."""
    popup = await popups.open(UP, VARIANTS[name].status)
    await popup.run("document.querySelector('[data-part=act]').click()")
    await popup.until("asked.length === 2")
    assert await popup.run("asked") == [*does, ["windows.update", 5, {"focused": True}]]
    await popup.close()


async def test_the_popup_is_readable_in_the_dark(popups: Popups, tmp_path: Path) -> None:
    """Its colours follow the system's."""
    popup = await popups.open(UP, VARIANTS["several lists"].status, dark=True)
    assert await popup.run("getComputedStyle(document.body).backgroundColor") == "rgb(29, 33, 43)"
    await photograph(popup, tmp_path, "dark")
    await popup.close()
