"""The studio for those who see, hear or work it otherwise: axe-core, keyboard, the system's wishes.

Pictures of it are written into the folder that `PRESSRUN_SCREENS` names.
"""

import asyncio
import base64
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helpers import keyboard
from helpers.accessible import faults_in_each_look
from helpers.play import EXTENSION, Play, browsing, playing
from pressrun.browser.devtools import DevTools, PageSession
from trials.demo.book import panels

SECOND = "ch01/p001/panel-2"
VIEWS = ("grid", "large", "page", "read", "start", "accounts", "log")

SHOWN = """[...document.querySelectorAll(".cell:not([hidden]) img")]
  .filter((image) => !image.hidden && image.naturalWidth)"""
TAKES = "document.querySelectorAll('.takes li').length"
PANES = "[...document.querySelectorAll('.pane img')].filter((image) => image.naturalWidth)"
DIALOG = "Boolean(document.querySelector('dialog[open]'))"
GRID = "document.activeElement?.dataset.part === 'grid'"
FOCUS = """(() => {
  const it = document.activeElement;
  if (!it || it === document.body) return "";
  const box = it.getBoundingClientRect();
  const { outlineStyle, outlineWidth } = getComputedStyle(it);
  const cursor = it.querySelector(".cell.cursor");
  const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const marked = it.matches(":focus-visible") && outlined;
  const drawn = cursor && getComputedStyle(cursor).boxShadow !== "none";
  all.has(it) || all.set(it, all.size);
  return [all.get(it), marked || drawn ? "seen" : "unseen", box.width > 0 ? "there" : "nowhere",
    it.getAttribute("aria-label") || it.labels?.[0]?.textContent || it.textContent.slice(0, 40) ||
    it.outerHTML.slice(0, 80)].join("|");
})()"""
"""Which element has the focus, by its number, whether that is seen, and what it is called."""

TOLD = "(each) => each.outerHTML.slice(0, 120)"

TURNS = """[...all.keys()].filter((each, place, keys) => place &&
    keys[place - 1].compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING).length"""
"""How often the focus went back in the order of the page."""

MOVING = f"""[...document.querySelectorAll("*")].filter((each) => each.checkVisibility())
  .filter((each) => {{
    const {{ transitionDuration, animationDuration }} = getComputedStyle(each);
    return parseFloat(transitionDuration) > 0 || parseFloat(animationDuration) > 0;
  }}).map({TOLD})"""

LINE = """(query) => {
  const widths = [...document.querySelectorAll(query)].flatMap((each) => {
    const { outlineStyle, outlineWidth, borderTopWidth } = getComputedStyle(each);
    return [outlineStyle === "none" ? 0 : parseFloat(outlineWidth), parseFloat(borderTopWidth)];
  });
  return Math.max(...widths);
}"""
"""How thick the line around an element is, in pixels."""

FILLED = """getComputedStyle(document.querySelector(".legend [data-kind=made]"), "::before")
  .backgroundColor"""

WITHIN = """document.activeElement === document.body ||
  document.activeElement.closest("dialog") !== null"""

WHOLE = {
    "grid": "document.querySelector('[data-part=approve-all]')?.checkVisibility()",
    "large": "document.querySelector('.large [aria-keyshortcuts=S]')"
    "?.checkVisibility({ visibilityProperty: true }) && "
    "document.querySelectorAll('.takes button img').length === 2",
    "page": "document.querySelector('.sheets [tabindex=\"0\"]') !== null",
    "read": "document.querySelector('.leaf img')?.naturalWidth",
    "start": "document.querySelector('.known button') !== null",
    "accounts": "document.querySelector('.plot') !== null",
    "log": "document.querySelectorAll('.log .line').length > 3",
}
"""Whether a view has the controls that come with what the host tells of its panels."""

REACHABLE = """[...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((each) => each.tabIndex >= 0 && !each.disabled)
  .filter((each) => each.checkVisibility({ visibilityProperty: true }))
  .filter((each) => each.type !== "radio" || each.checked)"""


async def open_studio(tools: DevTools, place: str) -> PageSession:
    """The studio in a tab."""
    page = await tools.page(f"{EXTENSION}/studio/studio.html#{place}")
    await page.until("document.querySelector('h1')?.textContent === 'book.jsonl'")
    return page


async def photograph(page: PageSession, name: str) -> None:
    """Keep a picture of a page where `PRESSRUN_SCREENS` says."""
    if folder := os.environ.get("PRESSRUN_SCREENS"):
        told = await page.do("Page.captureScreenshot")
        place = Path(folder, f"{re.sub('[^a-z0-9]+', '-', name)}.png")
        await asyncio.to_thread(place.write_bytes, base64.b64decode(told["data"]))


@pytest.fixture
async def made(play: Play) -> AsyncIterator[tuple[Play, DevTools]]:
    """Six pictures, of which one has two takes, and a browser."""
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=3)
        await play.ended()
        again = await play.pressrun("redo", SECOND)
        assert again.code == 0, again.err
        await play.ended()
        yield play, tools


async def test_comparing_has_no_serious_fault_in_any_look(made: tuple[Play, DevTools]) -> None:
    """One take, two beside each other, divided, and in turns: light, dark, and at 200 %."""
    _play, tools = made
    page = await open_studio(tools, f"view=large&key={SECOND}")
    await page.until(f"{TAKES} === 2 && {PANES}.length > 0")
    found = {"one": await faults_in_each_look(page)}
    for mode, key in {"side": "s", "split": "d"}.items():
        await keyboard.press(page, key)
        await page.until(f"{PANES}.length > 1")
        found[mode] = await faults_in_each_look(page)
        await photograph(page, f"large-{mode}")
    await keyboard.press(page, "Escape")
    await page.do("Input.dispatchKeyEvent", type="keyDown", key="b", text="b")
    found["blink"] = await faults_in_each_look(page)
    await page.do("Input.dispatchKeyEvent", type="keyUp", key="b")
    assert {each: faults for each, faults in found.items() if faults} == {}


async def test_no_dialog_has_a_serious_fault_and_each_gives_the_focus_back(
    made: tuple[Play, DevTools],
) -> None:
    """Also where it is about many; and Tab stays within it, whichever way one goes."""
    _play, tools = made
    page = await open_studio(tools, f"view=grid&key={SECOND}")
    await page.until(f"{SHOWN}.length === 6 && {GRID}")
    found = {}
    for keys in ("r", "e", "c", "n", "?", "A", "At", "Ar"):
        if keys[0] == "A":
            await page.do(
                "Input.dispatchKeyEvent",
                type="rawKeyDown",
                key="a",
                modifiers=2,
                windowsVirtualKeyCode=65,
            )
            await page.do("Input.dispatchKeyEvent", type="keyUp", key="a")
            if keys == "A":
                continue
        await keyboard.press(page, keys[-1])
        await page.until(DIALOG)
        found[keys] = await faults_in_each_look(page)
        await photograph(page, f"dialog-{keys.replace('?', 'help').replace('A', 'many-')}")
        for back in False, True:
            for _ in range(12):
                await keyboard.press(page, "Tab", shift=back)
                # beyond the last part is the browser's own, which the page sees as nowhere
                assert await page.run(WITHIN), keys
        await keyboard.press(page, "Escape")
        await page.until(f"!document.querySelector('dialog') && {GRID}")
    assert {each: faults for each, faults in found.items() if faults} == {}


async def test_what_goes_on_has_no_serious_fault_in_any_look(tmp_path: Path) -> None:
    """A running batch, the question before its end, a plot, the author's limits, log and popup."""
    slowly = {"generation_seconds": (600, 600)}
    async with playing(tmp_path / "stage", slowly) as play, browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        await play.until(lambda seen: seen.batches[0].working > 0)
        page = await open_studio(tools, "view=start")
        await page.until("document.querySelector('.batches .card') !== null")
        found = {"running": await faults_in_each_look(page)}
        await page.run(
            "document.querySelector('.batches .card .acts > button:last-of-type').click()"
        )
        await page.until("document.querySelector('.sure:not([hidden])') !== null")
        found["sure"] = await faults_in_each_look(page)
        await photograph(page, "start-sure")
        for view, ready in {
            "accounts": "document.querySelector('.plot') !== null",
            "log": "document.querySelectorAll('.log .line').length > 3",
        }.items():
            await page.run(f"location.hash = '#view={view}'")
            await page.until(ready)
            found[view] = await faults_in_each_look(page)
            await photograph(page, f"running-{view}")
        popup = await tools.page(f"{EXTENSION}/popup/popup.html")
        await popup.until("document.querySelector('[data-part=sentence]')?.textContent")
        found["popup"] = await faults_in_each_look(popup)
    assert {each: faults for each, faults in found.items() if faults} == {}


async def test_every_view_is_gone_through_by_tab_in_its_order_and_out_again(
    made: tuple[Play, DevTools],
) -> None:
    """Each control once, in the order of the page, seen to have the focus, and none holds it."""
    _play, tools = made
    wrong = {}
    for view in VIEWS:
        page = await open_studio(tools, f"view={view}&key={SECOND}")
        await page.until("document.querySelector('main > :not([hidden])') !== null")
        await page.until("document.getAnimations().length === 0")
        await page.until(WHOLE[view])
        await page.run("globalThis.all = new Map()")
        wanted = int(await page.run(f"{REACHABLE}.length"))
        seen: list[list[str]] = []
        for _ in range(wanted + 12):
            await keyboard.press(page, "Tab")
            told = str(await page.run(FOCUS))
            if seen and told.partition("|")[0] == seen[0][0]:
                break
            if told:
                seen.append(told.split("|"))
        names = [each[3] for each in seen]
        if len({each[0] for each in seen}) != len(seen):
            wrong[view, "more than once"] = names
        if unseen := [each[3] for each in seen if each[1:3] != ["seen", "there"]]:
            wrong[view, "not seen"] = unseen
        # Tab begins anew at the top once, wherever it was begun
        if int(await page.run(TURNS)) > 1:
            wrong[view, "another order"] = names
        if missed := await page.run(f"{REACHABLE}.filter((each) => !all.has(each)).map({TOLD})"):
            wrong[view, "not reached"] = missed
        await page.close()
    assert wrong == {}


async def test_the_systems_wishes_for_less_motion_and_its_own_colours_are_kept(
    made: tuple[Play, DevTools],
) -> None:
    """Nothing moves; where colours and shadows go, it is still seen where one is."""
    play, tools = made
    for word in ("approve", SECOND), ("reject", "ch01/p001/panel-3", "--because", "style"):
        done = await play.pressrun(*word)
        assert done.code == 0, done.err
    marks = {
        "grid": ".cell.cursor",
        "large": ".takes button[aria-current=true]",
        "page": ".panel[aria-current=true]",
        "read": ".leaf",  # no panel of it is chosen
        "start": "nav a[aria-current]",
        "accounts": "nav a[aria-current]",
        "log": "nav a[aria-current]",
    }
    for view, mark in marks.items():
        page = await open_studio(tools, f"view={view}&key={SECOND}")
        await page.do(
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "forced-colors", "value": "active"},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ],
        )
        await page.until(f"document.querySelector({mark!r}) !== null")
        assert await page.run(MOVING) == [], view
        assert view == "read" or await page.run(f"({LINE})({mark!r})") >= 2, view
        if view == "accounts":
            assert await page.run(FILLED) != await page.run(FILLED.replace("made", "sent"))
        if view == "grid":
            await page.until(f"{SHOWN}.length === 6")
            await keyboard.press(page, "r")
            await page.until(DIALOG)
            assert await page.run(MOVING) == []
            await photograph(page, "forced-dialog")
            await keyboard.press(page, "Escape")
        await photograph(page, f"forced-{view}")
        await page.close()
