"""What the popup looks like, whatever the host tells it and whatever became of the link.

A picture of each state is written into the test's folder, and into the folder that
`PRESSRUN_SCREENS` names.
"""

import asyncio
import base64
import functools
import io
import json
import os
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from helpers import served
from helpers.accessible import barriers
from helpers.situations import CROWDED, EXAMPLES, PROFILE, VARIANTS
from pressrun.browser.devtools import DevTools, PageSession
from pressrun.install import shipped
from pressrun.protocol.messages.doubt import Doubts, DoubtStatus, Offer
from pressrun.protocol.messages.status import Status
from pressrun.words import CHOICES
from trials.replica.pictures import draw

pytestmark = pytest.mark.asyncio(loop_scope="module")

COLOURS = 160

POPUP_HEIGHT = 580
"""Chrome makes a popup 600 pixels high at most, and scrolls what is higher."""

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
      asked.push([method, params]);
      const known = {
        "doubt.list": () => told.doubts,
        "view.follow": () => params.after < 0 && { ...told.news, status: told.status },
        "gallery.pictures": () => ({ pictures: told.pictures, left: [], missing: [] }),
      }[method]?.();
      if (known) say({ jsonrpc: "2.0", id, result: known });
    },
  };
  const note = (name) => async (...values) => {
    asked.push([name, ...values]);
    return { id: 1, windowId: 5 };
  };
  globalThis.chrome = {
    i18n: {
      getMessage: (name, values = []) =>
        told.words[name].message.replace(/\\$(\\d)/g, (_, number) => values[number - 1]),
      getUILanguage: () => told.language,
    },
    runtime: {
      getURL: (path) => `chrome-extension://pressrun/${path}`,
      getContexts: async () => [],
      connect: () => (say({ jsonrpc: "2.0", method: "link", params: told.link }), port),
      lastError: undefined,
    },
    storage: {
      local: {
        get: async (asked) => (asked === "profile" ? { profile: told.profile } : asked),
        set: note("storage.set"),
      },
    },
    tabs: { update: note("tabs.update"), create: note("tabs.create") },
    windows: { update: note("windows.update") },
    tabGroups: {},
  };
  navigator.clipboard.writeText = note("copied");
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
        language: str = "en",
    ) -> PageSession:
        """Open the popup where this is how things stand."""
        words = shipped.folder("extension") / "_locales" / language / "messages.json"
        told = {
            "news": {"revision": 1, "at": 0, "tiles": [], "anew": False},
            "words": json.loads(words.read_text(encoding="utf-8")),
            "language": language,
            "pictures": [
                {"picture": each.picture, "media": "image/webp", "data": drawn(each.key)}
                for batch in (status.batches if status else [])
                for each in batch.recent
            ],
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
            height=600,
            deviceScaleFactor=2,
            mobile=False,
        )
        await page.do("Page.navigate", url=f"{self._address}/popup/popup.html")
        await page.until("document.querySelector('[data-part=sentence]')?.textContent")
        if doubts:
            await page.until("Boolean(document.querySelector('.doubt'))")
        if told["pictures"]:
            await page.until("document.querySelector('.picture img')?.naturalWidth > 0")
        return page


SCENES = (
    "A woman with a lantern at the harbour at dusk",
    "A lighthouse on a cliff at night, seen from the sea",
    "An old man and a child in a kitchen in the morning",
    "A red-haired girl on a rooftop in the rain",
)
"""What the pictures show that came in last."""


@functools.cache
def drawn(key: str) -> str:
    """A small copy of a picture of its own for each key, in base64."""
    scene = SCENES[zlib.crc32(key.encode()) % len(SCENES)]
    picture = Image.open(io.BytesIO(draw(f"{scene}. {key}", size=(512, 768))))
    picture.thumbnail((320, 320))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80)
    return base64.b64encode(out.getvalue()).decode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def popups(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Popups]:
    """The popup's files on a server of their own, and a browser."""
    async with served.pages(tmp_path_factory.mktemp("popups")) as (tools, address):
        yield Popups(tools, address)


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


async def looks_well(popup: PageSession) -> None:
    """It is no larger than a popup may be, and nothing is cut that has no title to tell it."""
    assert await popup.run("document.documentElement.scrollWidth") == 360
    cut = """[...document.querySelectorAll("[data-part]")]
      .filter((each) => each.scrollWidth > each.clientWidth + 1 && !each.children.length)
      .filter((each) => !each.title)
      .filter((each) => getComputedStyle(each).overflowX === "hidden")
      .map((each) => each.dataset.part + ": " + each.textContent)"""
    assert await popup.run(cut) == []
    high = await popup.run("document.documentElement.getBoundingClientRect().height")
    assert high <= POPUP_HEIGHT
    # what has to be within reach at once is never scrolled away
    for part in ("sentence", "studio", "settings"):
        shown = f"document.querySelector('[data-part={part}]').closest('section, nav, footer')"
        assert await popup.run(f"{shown}.getBoundingClientRect().bottom") <= high
    assert await popup.run(UNNAMED) == []
    assert await barriers(popup, moderate=True) == []
    assert await popup.run(PALE) == []


UNNAMED = """[...document.querySelectorAll("button, input, [role=progressbar]")]
  .filter((each) => each.checkVisibility())
  .filter((each) => !(each.ariaLabel || each.textContent.trim()))
  .filter((each) => !each.closest("label")?.textContent.trim())
  .map((each) => each.outerHTML)"""
"""What a screen reader could not name."""

PALE = """(() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const paper = getComputedStyle(document.body).backgroundColor;
  const shown = [...document.body.querySelectorAll("*")].filter((each) => each.checkVisibility());
  const edges = shown.filter((each) => each.localName === "button" && !each.disabled)
    .map((each) => [each, contrast(getComputedStyle(each).borderTopColor, paper), 3]);
  const written = (each) => [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE);
  const words = shown.filter((each) => written(each) && each.innerText.trim())
    .map((each) => [each, contrast(getComputedStyle(each).color, paper), 4.5]);
  return [...edges, ...words].filter(([, found, least]) => found < least)
    .map(([each, found]) => `${each.outerHTML}: ${found.toFixed(2)}`);
})()"""
"""Text with a contrast of less than 4.5:1 to the page, borders of buttons with less than 3:1."""


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
    keys = await popup.run("[...document.querySelectorAll('.need .key')].map((e) => e.title)")
    for batch in status.batches:
        wanted = [each for each in batch.needs if each.state.value != "doubt"]
        assert [key for key in keys if key in {each.key for each in wanted}] == [
            each.key for each in wanted[:3]
        ]
    await photograph(popup, tmp_path, name)
    await looks_well(popup)
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
    await popup.run("asked.length = 0; document.querySelector('[data-part=act]').click()")
    await popup.until("asked.length === 2")
    assert await popup.run("asked") == [*does, ["windows.update", 5, {"focused": True}]]
    await popup.close()


async def test_the_popup_is_readable_in_the_dark(popups: Popups, tmp_path: Path) -> None:
    """Its colours follow the system's, with the same contrasts."""
    popup = await popups.open(UP, VARIANTS["several lists"].status, dark=True)
    assert await popup.run("getComputedStyle(document.body).backgroundColor") == "rgb(29, 33, 43)"
    await photograph(popup, tmp_path, "dark")
    await looks_well(popup)
    await popup.close()


async def test_the_popup_speaks_spanish_where_the_browser_does(
    popups: Popups, tmp_path: Path
) -> None:
    """All but the host's sentences, which are in English and say so to screen readers."""
    status = VARIANTS["several lists"].status
    popup = await popups.open(UP, status, language="es")
    assert await popup.run(text("link")) == "Conectado"
    assert await popup.run(text("toggle")) == "Pausar"
    assert await popup.run(text("done")) == "37 de 120"
    assert await popup.run("document.documentElement.lang") == "es"
    assert await popup.run("document.querySelector('[data-part=sentence]').lang") == "en"
    await photograph(popup, tmp_path, "spanish")
    await looks_well(popup)
    await popup.close()


async def test_more_than_a_popup_has_room_for_is_scrolled_in_the_middle(
    popups: Popups, tmp_path: Path
) -> None:
    """With every list, account, tab and need that there may be, and very long texts."""
    popup = await popups.open(UP, CROWDED, DOUBTS)
    await photograph(popup, tmp_path, "crowded")
    await looks_well(popup)
    main = "document.querySelector('main')"
    assert await popup.run(f"{main}.scrollHeight > {main}.clientHeight")
    assert await popup.run("document.querySelectorAll('.batch').length") == 2
    assert await popup.run(text("others")) == "and 4 more: pressrun status lists them all"
    cut = "document.querySelector('.need .key')"
    whole = CROWDED.batches[0].needs[0].key
    assert await popup.run(f"{cut}.title") == whole
    begin, end = (await popup.run(f"{cut}.textContent")).split("…")
    assert whole.startswith(begin)
    assert whole.endswith(end)
    assert len(end) > len(begin)
    await popup.run("document.querySelector('details').open = true")
    assert (
        await popup.run("document.documentElement.getBoundingClientRect().height") <= POPUP_HEIGHT
    )
    await popup.close()


async def test_a_button_without_a_name_would_be_found(popups: Popups) -> None:
    """What looks for barriers does find them, in this very page."""
    popup = await popups.open(UP, EXAMPLES["approving"].status)
    await popup.run("document.querySelector('.copy').removeAttribute('aria-label')")
    await popup.run("document.querySelector('.copy').removeAttribute('title')")
    assert [each.split()[:2] for each in await barriers(popup)] == [["critical", "button-name:"]]
    await popup.close()


async def test_hostile_words_are_shown_as_words(popups: Popups) -> None:
    """Nothing that a page, a key or a file is called becomes a part of the popup."""
    evil = "<img src=x onerror=alert(1)>`pressrun x`<b>: pressrun cancel"
    status = CROWDED.model_copy(
        update={
            "sentence": evil,
            "batches": [each.model_copy(update={"name": evil}) for each in CROWDED.batches],
        }
    )
    popup = await popups.open(UP, status)
    assert await popup.run(text("sentence")) == evil
    assert await popup.run(text("name")) == evil
    assert await popup.run("document.querySelectorAll('b, img[src=x]').length") == 0
    commands = (
        "[...document.querySelectorAll('[data-part=sentence] code')].map((e) => e.textContent)"
    )
    assert await popup.run(commands) == ["pressrun cancel"]
    await popup.close()


async def test_the_command_that_mends_it_is_copied_with_one_click(popups: Popups) -> None:
    """What lies in the clipboard is the command, and the button says so."""
    popup = await popups.open(UP, EXAMPLES["approving"].status)
    button = "document.querySelector('[data-part=sentence] .copy')"
    assert await popup.run(f"{button}.ariaLabel") == "Copy the command: pressrun approve ch01/p1"
    await popup.run(f"asked.length = 0; {button}.click()")
    await popup.until(f"{button}.ariaLabel === 'Copied'")
    assert await popup.run("asked") == [["copied", "pressrun approve ch01/p1"]]
    await popup.close()


async def test_the_last_pictures_and_the_picture_that_waits_open_the_studio(
    popups: Popups,
) -> None:
    """A click on one of the pictures shows that one; the button what waits for the author."""
    popup = await popups.open(UP, EXAMPLES["making"].status)
    pictures = "[...document.querySelectorAll('.picture')]"
    assert await popup.run(f"{pictures}.map((each) => each.title)") == [
        f"ch01/p00{page}/panel-1" for page in (4, 3, 2, 1)
    ]
    await popup.run(f"asked.length = 0; {pictures}[1].click()")
    await popup.until("asked.length === 2")
    studio = "chrome-extension://pressrun/studio/studio.html"
    (opened, _) = await popup.run("asked")
    assert opened == [
        "tabs.create",
        {"url": f"{studio}#library=%2Fbook-pictures&key=ch01%2Fp003%2Fpanel-1"},
    ]
    await popup.close()
    popup = await popups.open(UP, EXAMPLES["approving"].status)
    await popup.run("asked.length = 0; document.querySelector('[data-part=studio]').click()")
    await popup.until("asked.length === 2")
    (opened, _) = await popup.run("asked")
    assert opened == [
        "tabs.create",
        {"url": f"{studio}#library=%2Fbook-pictures&key=ch01%2Fp1"},
    ]
    await popup.close()


async def test_the_author_chooses_what_to_be_told_of(popups: Popups) -> None:
    """Each kind of notification has a box; all are ticked at first."""
    popup = await popups.open(UP, EXAMPLES["nothing"].status)
    await popup.until("document.querySelectorAll('.settings input').length === 5")
    assert await popup.run(
        "[...document.querySelectorAll('.settings input')].every((box) => box.checked)"
    )
    await popup.run("asked.length = 0; document.querySelector('[data-part=ended]').click()")
    await popup.until("asked.length === 1")
    assert await popup.run("asked") == [["storage.set", {"notices": EVERY | {"ended": False}}]]
    await popup.close()


EVERY = {"first": True, "ended": True, "stopped": True, "needs-you": True}
