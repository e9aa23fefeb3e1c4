"""Texts that would be markup, script or control in a page that took them for it.

Everything that an author or a site can write into what the views show: each view is held against
the same view of a plain book of the same shape, element by element. Pictures of the views are
written into the folder that `PRESSRUN_SCREENS` names.
"""

import asyncio
import base64
import contextlib
import difflib
import json
import os
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode

from helpers import keyboard
from helpers.patience import patience
from helpers.play import EXTENSION, Play, ask_worker, browsing, playing
from helpers.shelved import shelve
from pressrun import characters
from pressrun.browser.devtools import DevTools, PageSession
from pressrun.cli.client import connect
from pressrun.library import identity
from pressrun.library.identity import Identity, MadeFrom
from pressrun.picture.recipe import Recipe
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import NOTE_CHARS
from pressrun.protocol.messages.decision import BasedOn, DecideOrder
from pressrun.states import AuthorAct, Rejected, Step
from pressrun.store import accounts, doubts, endings, opening
from pressrun.store.lists import Chapter, Listed
from pressrun.store.opening import Difference, NewJob, Order

Text = Callable[[str], str]
"""Writes the text of a field, by the field's name."""

MARKUP = (
    "<pwn-ed>x<pwn-ed><img src=x onerror=pwned()><script>pwned()</script>"
    "\"' onfocus=pwned() autofocus ` ${pwned()} {{7*7}} &lt;b&gt; %3Cb%3E "
    "javascript:pwned() #view=log&library=x"
)
UNSEEN = (
    "\u202eevitan\u202c \u2066iso\u2069 z\u200be\u200br\u200do\u2060 \ufeff "
    "🦊👩\u200d🚀 e\u0301\u0301"
)
STEERING = "\x1b[2J\x1b]0;pwned\x07 bell\x07 nul\x00 del\x7f \x85 \u2028 \u2029"
LONG = "W" * 10_000

SHOWN_CHARS = 4_000

PATIENCE_SECONDS = 60.0
SETTLED_SECONDS = 0.7

VIEWS = ("grid", "large", "page", "read", "start", "accounts", "log")

COUNTED_OUT = frozenset({"log"})
"""A log has a line for whatever happens: the kinds of its elements count, not their number."""

ARRIVED = """
  document.querySelector("main > :not([hidden])") !== null &&
  document.querySelector("[data-part=standing]").textContent !== "" &&
  document.querySelector("main > .large:not([hidden]) .about-words[hidden]") === null"""
"""Whether a view is there, with how things stand and with what was asked of the panel it shows."""

WATCH = """
(() => {
  globalThis.wrong = [];
  globalThis.pwned = () => wrong.push("a text was run");
  for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"]) {
    addEventListener(kind, (event) => wrong.push(`${kind}: ${event.message ?? event.reason ??
      event.violatedDirective ?? event.target?.src}`), true);
  }
  for (const name of ["error", "warn"]) console[name] = (...words) => wrong.push(words.join(" "));
  for (const name of ["alert", "confirm", "prompt", "open", "print"]) {
    globalThis[name] = () => wrong.push(`it called ${name}`);
  }
})();
"""
"""Puts on record what a page must never do."""

OUTSIDE = """performance.getEntriesByType("resource").map(({ name }) => name)
  .filter((name) => !/^(chrome-extension|blob|data|file):/.test(name))"""

SHAPE = """(() => {
  const texts = ["title", "aria-label", "alt", "placeholder", "value", "href", "src", "style", "d",
    "data-item", "data-key", "data-of", "data-told", "points", "transform", "x", "y",
    "width", "height", "aria-valuetext"];
  const found = [];
  const walk = (element, depth) => {
    const told = [...element.attributes].map(({ name, value }) =>
      texts.includes(name) ? name : `${name}=${value}`)
      .filter((told) => told !== "title" && !(told === "hidden=" && element.localName === "img"))
      .sort().join(" ");
    found.push(`${depth} ${element.localName} ${told}`);
    for (const child of element.children) walk(child, depth + 1);
  };
  walk(document.body, 0);
  return found;
})()"""
"""Every element in its place, with its attributes; of those that hold texts only the names.

A title is left out, as what is cut has one to be read whole, and whether a picture has come.
"""

WIDER = """(() => {
  const found = [];
  const limit = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > limit) found.push("the page");
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const scrolls = ["auto", "scroll"].includes(style.overflowX);
    if (scrolls && element.scrollWidth > element.clientWidth + 1) {
      found.push(`${element.localName}.${element.className} ${element.dataset.part ?? ""}`);
    }
  }
  return found;
})()"""
"""What is wider than there is room for."""

Shape = list[str]


def plain(name: str) -> str:
    """A text as most authors write it."""
    return f"the {name}"


def hostile(name: str) -> str:
    """A text that is everything else as well."""
    return f"{name} {UNSEEN} {MARKUP} {STEERING} {LONG if name in LONGEST else ''}"


LONGEST = frozenset({"prompt", "note", "reason", "refusal", "limit"})


def within(text: Text, name: str, most: int = 150) -> str:
    """A text in one line, for a name: without what separates names and parts of keys."""
    bad = str.maketrans(dict.fromkeys("\n\r/\x00\x85\u2028\u2029\x0b\x0c", "-"))
    return text(name).translate(bad)[:most].strip()


@dataclass
class Seen:
    """What was seen of a book in the views."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    worker: list[Any] = field(default_factory=list)


async def photograph(page: PageSession, name: str) -> None:
    """Keep a picture of a page where `PRESSRUN_SCREENS` says."""
    if folder := os.environ.get("PRESSRUN_SCREENS"):
        told = await page.do("Page.captureScreenshot")
        place = Path(folder, f"{name}.png")
        await asyncio.to_thread(place.write_bytes, base64.b64decode(told["data"]))


def keys_of(text: Text) -> list[str]:
    """The keys of the panels: six, on two pages."""
    return [
        f"ch01/p{page:03}/{within(text, f'panel {number}', 100)}"
        for page, number in ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3))
    ]


async def write(play: Play, text: Text) -> list[str]:
    """Have a book with texts of one kind, to which all happened that can be told in words."""
    source = str(play.stage.folder / f"{within(text, 'list', 60)}.jsonl")
    keys = keys_of(text)
    wanted = [
        Listed(
            source,
            key,
            line,
            Recipe(text("prompt") + f" {line}"),
            about=within(text, "about"),
            figures=(within(text, "mara"), within(text, "jon")),
            setting=within(text, "quay"),
            title=within(text, "title of a panel"),
            lettering=within(text, "lettering"),
            chapter="ch01",
        )
        for line, key in enumerate(keys, 1)
    ]
    headings = [Chapter("ch01", within(text, "heading"))]
    takes = dict.fromkeys(keys[:3], 2)
    home = play.stage.home
    library = await shelve(
        home,
        play.library,
        wanted,
        takes,
        headings,
        profile=within(text, "profile", 60),
        now=time.time(),
    )
    made_from = MadeFrom(source, within(text, "list"))
    identity.write(library.folder, Identity(uuid.uuid4().hex, library.book.now, made_from))
    store, book = library.book.store, library.book
    jobs_wanted = [NewJob(n, each.key, each.recipe, n) for n, each in enumerate(wanted[3:5])]
    jobs_wanted.append(NewJob(2, keys[5], wanted[5].recipe, 2, after=keys[2]))
    order = Order(source, str(library.folder), "chatgpt", tabs=1)
    await store.do(opening.start, book.now, order, Difference(jobs_wanted, [], [], made=3))
    refused = await book.at(Step.SUBMITTED)
    await store.do(endings.refuse, book.now, refused, text("refusal"))
    doubtful = await book.at(Step.SUBMITTED)
    await store.do(doubts.record, book.now, doubtful, text("doubt"), look_at=None)
    await store.do(
        accounts.rest,
        book.now,
        book.account,
        outcome="capped",
        until=book.now + 3_600,
        because=text("limit"),
    )
    await store.close()
    return keys


async def judge(play: Play, keys: list[str], text: Text) -> None:
    """Say everything of the pictures that an author can say."""
    async with connect(play.stage.home, start=False) as client:
        for act, key, more in (
            (AuthorAct.APPROVE, keys[0], {}),
            (
                AuthorAct.REJECT,
                keys[1],
                {"because": Rejected.CONTENT, "note": sendable(text("reason"))},
            ),
            (AuthorAct.NOTE, keys[2], {"note": sendable(text("note"))}),
        ):
            asked = DecideOrder(
                act=act, panels=[BasedOn(key=key)], by="studio", **cast("Any", more)
            )
            await client.ask(calls.REVIEW_DECIDE, asked)


def sendable(text: str) -> str:
    """A text as the host takes it of an author: without what steers."""
    return characters.dropped(text)[:NOTE_CHARS]


class Look:
    """Looks at views one after the other, and at what of them is another than it should be."""

    def __init__(self, tools: DevTools, like: Mapping[str, Shape], name: str) -> None:
        """Begin.

        Args:
            tools: the browser.
            like: how the views of a plain book are made; empty for that book itself.
            name: of the pictures.
        """
        self._tools = tools
        self._like = like
        self._name = name
        self.seen = Seen()

    @contextlib.asynccontextmanager
    async def page(
        self, address: str, width: int = 1_280, height: int = 800
    ) -> AsyncIterator[PageSession]:
        """A page that is watched from its first moment."""
        page = await self._tools.page("about:blank")
        await page.do("Page.enable")
        await page.do("Emulation.setFocusEmulationEnabled", enabled=True)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await page.do("Emulation.setDeviceMetricsOverride", **size)
        await page.do("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        await page.do("Page.navigate", url=address)
        yield page
        await page.close()

    async def at(self, page: PageSession, name: str) -> None:
        """Put on record what a page shows once it is settled."""
        like = self._like.get(name)
        shape, since = await self._shape(page, name), time.monotonic()
        still = 5 * SETTLED_SECONDS if like else SETTLED_SECONDS
        async with asyncio.timeout(PATIENCE_SECONDS):
            while shape != like and time.monotonic() - since <= patience(still):
                await asyncio.sleep(0.1)
                now = await self._shape(page, name)
                if now != shape:
                    shape, since = now, time.monotonic()
        self.seen.shapes[name] = shape
        wrong = [*await page.run("wrong"), *await page.run(OUTSIDE), *await page.run(WIDER)]
        if wrong:
            self.seen.wrong[name] = wrong
        await photograph(page, f"{self._name}-{name.replace(' ', '-')}")

    async def _shape(self, page: PageSession, name: str) -> Shape:
        found = cast("Shape", await page.run(SHAPE))
        return sorted(set(found)) if name in COUNTED_OUT else found


RECORD = """
  globalThis.asked = [];
  for (const [name, of] of [["create", chrome.notifications], ["setTitle", chrome.action],
    ["setBadgeText", chrome.action]]) {
    const real = of[name].bind(of);
    of[name] = (...told) => (asked.push([name, ...told]), real(...told));
  }
"""
"""Has the worker tell what it has the browser show."""

NOTICED = """
  while (!asked.some(([name, , told]) => name === "create" && told.message.includes("ch01/"))) {
    await new Promise((done) => setTimeout(done, 100));
  }
  return asked;
"""
"""All of that, once a notice names a panel."""


async def look(folder: Path, text: Text, like: Mapping[str, Shape], name: str) -> Seen:
    """Look at every view of a book with such texts."""
    async with playing(folder) as play:
        keys = await write(play, text)
        async with browsing(play.stage) as tools:
            looking = Look(tools, like, name)
            studio = f"{EXTENSION}/studio/studio.html#view="
            async with looking.page(f"{studio}grid") as page:
                await page.until("document.querySelectorAll('.cell:not([hidden])').length === 6")
                await ask_worker(tools, RECORD)
                await judge(play, keys, text)
                await page.until("document.querySelectorAll('[data-sign=noted]').length === 1")
                await looking.at(page, "grid")
                for key in "recn":
                    await keyboard.press(page, "Home")
                    await keyboard.press(page, key)
                    await page.until("Boolean(document.querySelector('dialog[open]'))")
                    await looking.at(page, f"dialog {key}")
                    await keyboard.press(page, "Escape")
                    await page.until("!document.querySelector('dialog')")
                await page.run("document.querySelector('[data-part=filters]').click()")
                await looking.at(page, "filters")
            for view in VIEWS[1:]:
                for at, key in enumerate(keys if view == "large" else keys[1:2]):
                    asked = urlencode(
                        {"view": view, "library": str(play.library.resolve()), "key": key},
                        quote_via=quote,
                    )
                    async with looking.page(f"{EXTENSION}/studio/studio.html#{asked}") as page:
                        await page.until(ARRIVED)
                        await looking.at(page, f"{view} {at}" if view == "large" else view)
            async with looking.page(f"{EXTENSION}/popup/popup.html", 360, 600) as page:
                await page.until("document.querySelector('[data-part=sentence]')?.textContent")
                await looking.at(page, "popup")
            report = folder / "report.html"
            done = await play.pressrun("report", "--output", str(report), "--batch", "1")
            assert done.code == 0, done.err
            async with looking.page(report.as_uri()) as page:
                await page.until("document.readyState === 'complete'")
                await looking.at(page, "report")
            doubtful = (await play.pressrun("doubt", "--json")).told["doubts"]
            decided = await play.pressrun(
                "doubt", "give-up", *(f"{each['job']}" for each in doubtful)
            )
            assert decided.code == 0, decided.err
            looking.seen.worker = await ask_worker(tools, NOTICED)
            async with looking.page(f"{EXTENSION}/popup/popup.html", 360, 600) as page:
                await page.until("document.querySelector('[data-part=sentence]')?.textContent")
                await looking.at(page, "popup that waits for an approval")
        return looking.seen


async def test_no_text_of_a_book_or_a_site_is_more_than_text(tmp_path: Path) -> None:
    """Each view of a hostile book has the very elements of a plain one, and runs nothing."""
    ordinary = await look(tmp_path / "plain", plain, {}, "plain")
    assert not ordinary.wrong
    spoilt = await look(tmp_path / "hostile", hostile, ordinary.shapes, "hostile")
    assert spoilt.wrong == {}
    differing = [
        f"{name}: {line}"
        for name, shape in ordinary.shapes.items()
        for line in difflib.unified_diff(shape, spoilt.shapes[name], n=0, lineterm="")
    ]
    assert not differing, "\n".join(differing)
    told = json.dumps(spoilt.worker, ensure_ascii=False)
    assert "pwn-ed" in told
    assert characters.shown(told) == told
    assert all(len(json.dumps(each)) < SHOWN_CHARS for each in spoilt.worker)
