"""Popup and studio while the worker, the host or both are killed beneath them.

What the author typed, chose and looks at stays; what happened meanwhile is shown at once; what was
not decided is told, and never decided later.
"""

import asyncio
import contextlib
import json
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from helpers import keyboard
from helpers.hosts import end_host, host_of, started_host
from helpers.patience import patience
from helpers.play import EXTENSION, Play, ask_worker, browsing, end_worker
from pressrun.browser import devtools
from pressrun.browser.devtools import DevTools, PageSession
from pressrun.cli.client import connect
from pressrun.errors import NoHostError
from pressrun.protocol import calls
from pressrun.protocol.messages.decision import BasedOn, DecideOrder
from pressrun.protocol.messages.gallery import GalleryQuery
from pressrun.protocol.rpc import LinkLostError
from pressrun.states import AuthorAct
from trials.demo.book import panels

BACK_SECONDS = 2.0
"""Within this time a view is right again, on a machine that does nothing else."""

CELLS = "[...document.querySelectorAll('.cell:not([hidden])')]"
SHOWN = f"{CELLS}.filter((cell) => !cell.querySelector('img').hidden)"
TOLD = "document.querySelector('[data-part=told]').textContent"
GRID = "document.activeElement?.dataset.part === 'grid'"
SEARCH = "document.querySelector('[data-part=search]')"
NOTE = "document.querySelector('.large .note textarea')"
LINKED = "!document.body.matches('[data-down], [data-stale]')"
SENTENCE = "document.querySelector('[data-part=sentence]').textContent"
RECENT = "[...document.querySelectorAll('[data-part=recent] button')]"

WATCH = """
  globalThis.losses = 0;
  new MutationObserver(([{ oldValue }]) => { if (oldValue === null) losses += 1; }).observe(
    document.body, { attributeFilter: ["data-down", "data-stale"], attributeOldValue: true });
"""
"""Counts how often the page says that the link is down."""

AS_IT_IS = """(() => {
  const { activeElement: at } = document;
  const one = (selector) => document.querySelector(selector);
  const all = (selector, value) => [...document.querySelectorAll(selector)].map(value);
  return {
    address: location.hash,
    focus: [at.tagName, at.dataset.part ?? at.className],
    marked: [at.selectionStart ?? null, at.selectionEnd ?? null],
    typed: all("input[type=search], textarea", ({ value }) => value),
    ticked: all(":checked", ({ value }) => value),
    scrolled: one("[data-part=grid]")?.scrollTop ?? 0,
    selected: all(".cell[aria-selected=true]:not([hidden])", ({ title }) => title),
    cursor: one(".cell.cursor:not([hidden])")?.title ?? "",
    dialog: one("dialog[open] h2")?.textContent ?? "",
    opened: one("details")?.open ?? false,
  };
})()"""
"""What the author did in a page and must find again."""

CONSOLE = re.compile(r":CONSOLE[:(]\d+\)?\] (?P<said>.*)")


def cell(key: str) -> str:
    """The script for the cell of a panel."""
    return f"{CELLS}.find((cell) => cell.title === '{key}')"


@dataclass(frozen=True)
class Views:
    """The pages that are open, each in a window of its own, as none may sleep behind another."""

    popup: PageSession
    grid: PageSession
    large: PageSession
    dialog: PageSession

    @property
    def all(self) -> dict[str, PageSession]:
        """Them by name."""
        return vars(self)


async def window(tools: DevTools, place: str) -> PageSession:
    """A page of the extension in a window of its own."""
    opened = await tools.do("Target.createTarget", url=f"{EXTENSION}/{place}", newWindow=True)
    page = await tools.attach(opened["targetId"])
    # it has the keyboard whichever window is in front
    await page.do("Emulation.setFocusEmulationEnabled", enabled=True)
    await page.until("document.readyState === 'complete'")
    return page


async def studio_at(tools: DevTools, place: str = "") -> PageSession:
    """The studio, connected and with its panels."""
    studio = await window(tools, f"studio/studio.html#{place}")
    await studio.until(
        f"{LINKED} && (document.querySelector('h1')?.textContent ?? 'Pressrun') !== 'Pressrun'"
    )
    return studio


@contextlib.asynccontextmanager
async def silent(play: Play, *more: str) -> AsyncIterator[DevTools]:
    """A browser in whose console nothing is said, be it of a page or of the worker."""
    async with browsing(play.stage, "--enable-logging=stderr", *more) as tools:
        page = await window(tools, "popup/popup.html")
        await page.run(f"console.error('{HEARD}')")
        await page.close()
        await ask_worker(tools, f"console.error('{HEARD}')")
        yield tools
    log = (play.stage.folder / "browser.log").read_text(encoding="utf-8", errors="replace")
    said = said_in(log)
    assert [line for line in said if EXTENSION in line] == []
    assert sum(HEARD in line for line in said) == 2, "the browser writes what consoles say"


HEARD = "a word to the log"


def said_in(log: str) -> list[str]:
    """What a browser's log tells of consoles."""
    return [found["said"] for line in log.splitlines() if (found := CONSOLE.search(line))]


async def lose_worker(_play: Play, tools: DevTools) -> None:
    """Chrome ends the service worker."""
    await end_worker(tools)


async def lose_host(play: Play, _tools: DevTools) -> None:
    """The host dies."""
    host = host_of(play.stage.home)
    assert host is not None
    os.kill(host, signal.SIGKILL)


async def lose_both(play: Play, tools: DevTools) -> None:
    """Both at once."""
    await lose_host(play, tools)
    await lose_worker(play, tools)


Loss = Callable[[Play, DevTools], Awaitable[None]]

LOSSES: dict[str, Loss] = {"worker": lose_worker, "host": lose_host, "both": lose_both}


async def decide(play: Play, act: AuthorAct, key: str) -> None:
    """Decide as the command line does, as soon as there is a host."""
    order = DecideOrder(act=act, panels=[BasedOn(key=key)])
    async with asyncio.timeout(60):
        while True:
            # the relay starts it: one of the test's own would be nobody's child in the end
            with contextlib.suppress(NoHostError, LinkLostError):
                async with connect(play.stage.home, start=False) as client:
                    decided = await client.ask(calls.REVIEW_DECIDE, order)
                    break
            await asyncio.sleep(devtools.LOOK_SECONDS)
    assert decided.panels == 1, decided


async def shown(play: Play, key: str) -> dict[str, Any]:
    """What the command line says of a panel."""
    told = await play.pressrun("show", key, "--json")
    assert told.code == 0, told.err
    found: dict[str, Any] = json.loads(told.out)
    return found


async def reviewed(play: Play) -> list[str]:
    """What the host knows of each picture."""
    async with connect(play.stage.home) as client:
        page = await client.ask(calls.GALLERY_OPEN, GalleryQuery())
    return [str(tile.reviewed) for tile in page.tiles]


async def opened(tools: DevTools, key: str) -> Views:
    """Popup and studios in which an author is in the middle of something."""
    popup = await window(tools, "popup/popup.html")
    await popup.until(f"{SENTENCE}.startsWith('All pictures') && {RECENT}.length === 4")
    await popup.run("document.querySelector('details').open = true")

    grid = await studio_at(tools)
    await grid.until(f"{SHOWN}.length > 8 && {GRID}")
    await keyboard.press(grid, "/")
    await grid.until("document.activeElement?.dataset.part === 'search'")
    await keyboard.type_words(grid, "panel")
    await keyboard.press(grid, "Enter")
    await grid.until(GRID)
    await keyboard.press(grid, "End")
    await keyboard.press(grid, "ArrowUp")
    await keyboard.press(grid, "ArrowLeft", times=2, shift=True)
    await grid.until(f"{CELLS}.filter((cell) => cell.ariaSelected === 'true').length === 3")
    await grid.until("document.querySelector('[data-part=grid]').scrollTop > 0")
    await grid.run(f"{SEARCH}.focus(); {SEARCH}.setSelectionRange(2, 4)")

    large = await studio_at(tools, f"view=large&key={key}")
    await large.until(f"{NOTE} && !{NOTE}.disabled")
    await keyboard.press(large, "n")
    await large.until(f"document.activeElement === {NOTE}")
    await keyboard.type_words(large, "the lamp is half")

    dialog = await studio_at(tools, f"view=grid&key={key}")
    await dialog.until(f"{cell(key)} && {GRID}")
    await keyboard.press(dialog, "r")
    await dialog.until("Boolean(document.querySelector('dialog[open]'))")
    await keyboard.press(dialog, "ArrowDown")
    await keyboard.press(dialog, "Tab")
    await keyboard.type_words(dialog, "no hat in this")
    return Views(popup, grid, large, dialog)


async def all_until(wanted: dict[PageSession, dict[str, str]]) -> None:
    """Wait until each page is as its scripts say; what is not so in the end is named."""
    late: list[str] = []

    async def wait(page: PageSession, scripts: dict[str, str]) -> None:
        try:
            await page.until(" && ".join(f"({script})" for script in scripts.values()), within=60)
        except TimeoutError:
            found = {name: await page.run(script) for name, script in scripts.items()}
            late.append(f"{await page.run('location.href')}: {found}")

    await asyncio.gather(*(wait(page, scripts) for page, scripts in wanted.items()))
    assert late == []


async def test_five_losses_in_turn_leave_every_view_right_and_as_it_was(play: Play) -> None:
    """In contents, not in its link alone: what was decided and filed meanwhile is there in 2 s."""
    book = panels(20)
    last = [each.key for each in book[-8:]]
    back: dict[str, float] = {}
    async with silent(play, "--window-size=1000,600") as tools:
        await play.start(book, tabs=3)
        await play.ended()
        views = await opened(tools, book[3].key)
        for page in views.all.values():
            await page.run(WATCH)
        before = {name: await page.run(AS_IT_IS) for name, page in views.all.items()}
        for number, name in enumerate(("worker", "host", "both", "host", "worker"), 1):
            approved, remade = book[(4, 5, 6, 7, 2)[number - 1]].key, last[number]
            old = await views.grid.run(f"{cell(remade)}.querySelector('img').src")
            killed = time.monotonic()
            await LOSSES[name](play, tools)
            await decide(play, AuthorAct.APPROVE, approved)
            told = {"a loss": f"losses >= {number}", "a link": LINKED}
            around = f".around [data-reviewed=approved][title='{approved}']"
            await all_until(
                {
                    views.grid: told,
                    views.dialog: told
                    | {"approved": f"{cell(approved)}?.dataset.reviewed === 'approved'"},
                    views.large: told
                    | {"approved": f'Boolean(document.querySelector("{around}"))'},
                    views.popup: told | {"its sentence": f"{SENTENCE}.startsWith('All pictures')"},
                }
            )
            back[f"{number}, {name}"] = time.monotonic() - killed
            assert back[f"{number}, {name}"] < patience(BACK_SECONDS), back

            await decide(play, AuthorAct.REDO, remade)
            await play.ended()
            ended = time.monotonic()
            image = f"{cell(remade)}.querySelector('img')"
            await all_until(
                {
                    views.grid: {
                        "another": f"{image}.src !== {json.dumps(old)} && !{image}.hidden",
                        "takes": f"{cell(remade)}.querySelector('.takes')?.textContent === '×2'",
                    },
                    views.popup: {
                        "the newest": f"{RECENT}[0]?.title === '{remade}'",
                        "its copy": f"!{RECENT}[0].querySelector('img').hidden",
                        "its sentence": f"{SENTENCE}.startsWith('All pictures')",
                    },
                }
            )
            assert time.monotonic() - ended < patience(BACK_SECONDS)
            now = {name: await page.run(AS_IT_IS) for name, page in views.all.items()}
            assert now == before, number
        assert not (await shown(play, book[3].key))["takes"][0]["rejected"]
        await keyboard.press(views.dialog, "Tab")
        await keyboard.press(views.dialog, "Enter")
        await views.dialog.until(f"{cell(book[3].key)}.dataset.reviewed === 'rejected' && {GRID}")
        # a note about what was rejected before the page could show it would be told as a conflict
        rejected = f".around [data-reviewed=rejected][title='{book[3].key}']"
        await views.large.until(f'Boolean(document.querySelector("{rejected}"))')
        await keyboard.press(views.large, "Tab")
        await views.large.until("document.querySelector('.note .unsaved').hidden")
        panel = await shown(play, book[3].key)
    assert panel["note"] == "the lamp is half"
    assert panel["takes"][0]["rejected_note"] == "no hat in this"
    found = await play.audit()
    assert found.clean, found
    assert found.submissions == 25


@pytest.mark.parametrize("loss", LOSSES)
async def test_a_key_pressed_as_the_link_breaks_is_never_carried_out_later(
    play: Play, loss: str
) -> None:
    """It was carried out and seen, or it was not and the page says so; nothing follows later."""
    book = panels(6)
    async with silent(play) as tools:
        await play.start(book, tabs=2)
        await play.ended()
        studio = await studio_at(tools)
        await studio.until(f"{SHOWN}.length === 6 && {GRID}")
        await studio.run(WATCH)
        for place in range(4):
            await keyboard.press(studio, "a")
            if place == 1:
                await LOSSES[loss](play, tools)
            await keyboard.press(studio, "ArrowRight")
        await studio.until(f"losses >= 1 && {LINKED}", within=60)
        told = await studio.run(TOLD)
        known = await reviewed(play)
        await studio.until(f"({REVIEWED}).join() === '{','.join(known)}'")
        assert known[4:] == ["unreviewed"] * 2
        if "unreviewed" in known[:4]:
            assert "not connected" in told or "link dropped" in told, (known, told)
        assert await reviewed(play) == known


REVIEWED = f"{CELLS}.map((cell) => cell.dataset.reviewed)"


async def test_what_is_looked_for_while_the_link_is_down_is_found_when_it_is_back(
    play: Play,
) -> None:
    """The text stays, and nobody has to press anything for it to be looked for."""
    async with silent(play) as tools:
        await play.start(panels(8), tabs=2)
        await play.ended()
        studio = await studio_at(tools)
        await studio.until(f"{SHOWN}.length === 8 && {GRID}")
        await play.stop_host()
        await studio.until(f"!({LINKED})")
        await keyboard.press(studio, "/")
        await keyboard.type_words(studio, "p002")
        await studio.until(f"{TOLD}.startsWith('The search needs Pressrun')")
        assert await studio.run(f"{CELLS}.length") == 8
        started = await play.pressrun("host", "start")
        assert started.code == 0, started.err
        await studio.until(f"{LINKED} && {CELLS}.length === 4 && {TOLD} === ''", within=60)
        assert await studio.run(f"{SEARCH}.value === 'p002' && document.activeElement === {SEARCH}")


async def test_a_studio_that_is_opened_while_the_host_is_down_fills_when_it_is_there(
    play: Play,
) -> None:
    """It says calmly what to do, in every view, and shows everything without a reload."""
    async with silent(play) as tools:
        await play.start(panels(6), tabs=2)
        await play.ended()
        await play.stop_host()
        views = {view: await window(tools, f"studio/studio.html#view={view}") for view in FILLED}
        for page in views.values():
            await page.until(f"{STANDING}.startsWith('Pressrun is stopped.')")
            await page.until(f"{STANDING}.includes('pressrun host start')")
        started = await play.pressrun("host", "start")
        assert started.code == 0, started.err
        await all_until(
            {page: {"link": LINKED, view: FILLED[view]} for view, page in views.items()}
        )


STANDING = "document.querySelector('[data-part=standing]').textContent"

FILLED = {
    "grid": f"{SHOWN}.length === 6",
    "large": "document.querySelector('.pane img')?.naturalWidth > 0",
    "page": "document.querySelectorAll('.leaf img').length === 6",
    "read": "document.querySelectorAll('.reading .leaf img').length > 0",
    "start": "document.querySelector('.start').textContent.includes('book')",
    "accounts": "document.querySelector('.accounts .list').children.length === 1",
    "log": "document.querySelectorAll('.log .line').length > 0",
}
"""When a view shows what there is."""


async def test_an_update_is_told_calmly_and_ends_by_itself(play: Play) -> None:
    """A host of another protocol says which end to update; what is typed stays meanwhile."""
    newer = "from pressrun.protocol.messages import base\nbase.OLDEST = base.VERSION = 99"
    async with silent(play) as tools:
        await play.start(panels(3), tabs=2)
        await play.ended()
        popup = await window(tools, "popup/popup.html")
        studio = await studio_at(tools)
        await studio.until(f"{SHOWN}.length === 3 && {GRID}")
        await keyboard.press(studio, "/")
        await keyboard.type_words(studio, "p001")
        with alone(play, before=newer):
            for page, place in (studio, STANDING), (popup, SENTENCE):
                await page.until(f"{place}.includes('is older than this Pressrun host')", within=60)
                await page.until("document.body.textContent.includes('Update the extension')")
            await keyboard.press(studio, "Enter")
            await studio.until(GRID)
            await keyboard.press(studio, "a")
            await studio.until(f"{TOLD}.startsWith('Pressrun is not connected')")
        # the worker looks again twice a minute whether the two fit by now
        await all_until({studio: {"link": LINKED}, popup: {"link": LINKED}})
        assert await studio.run(f"{SEARCH}.value") == "p001"
        assert not (await shown(play, panels(1)[0].key))["takes"][0]["approved"]


@contextlib.contextmanager
def alone(play: Play, *, before: str) -> Iterator[None]:
    """A host in which this Python ran first, in place of the one that there is."""
    home = play.stage.home
    with contextlib.ExitStack() as hosts:
        while True:
            end_host(home)
            # the browser starts one of its own at once, and the first of the two stays
            with contextlib.suppress(AssertionError):
                host = hosts.enter_context(started_host(home, before=before))
                if host_of(home) == host.pid:
                    break
        yield


async def test_a_machine_that_slept_finds_every_view_right(play: Play) -> None:
    """The host said nothing for a night: the link is made anew, and the host goes on."""
    book = panels(4)
    async with silent(play) as tools:
        await play.start(book, tabs=2)
        await play.ended()
        popup = await window(tools, "popup/popup.html")
        studio = await studio_at(tools)
        await studio.until(f"{SHOWN}.length === 4 && {GRID}")
        await keyboard.press(studio, "/")
        await keyboard.type_words(studio, "panel")
        for page in popup, studio:
            await page.run(WATCH)
        host = host_of(play.stage.home)
        assert host is not None
        os.kill(host, signal.SIGSTOP)
        try:
            await ask_worker(tools, SLEEP)
            for page in studio, popup:
                await page.until("losses >= 1", within=120)
            assert "does not answer" in await studio.run(STANDING)
        finally:
            os.kill(host, signal.SIGCONT)
        woken = time.monotonic()
        await decide(play, AuthorAct.APPROVE, book[1].key)
        await all_until(
            {
                studio: {
                    "a link": LINKED,
                    "approved": f"{cell(book[1].key)}.dataset.reviewed === 'approved'",
                },
                popup: {"a link": LINKED, "its news": f"{SENTENCE}.startsWith('All pictures')"},
            }
        )
        assert time.monotonic() - woken < patience(BACK_SECONDS)
        assert host_of(play.stage.home) == host
        assert await studio.run(
            f"{SEARCH}.value === 'panel' && document.activeElement === {SEARCH}"
        )


SLEEP = """
  const awake = performance.now.bind(performance);
  performance.now = () => awake() + 8 * 3_600_000;
"""
"""Lets the worker's clock jump by a night, in which nobody said anything."""
