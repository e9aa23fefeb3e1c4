"""The studio's grid in a real browser, beside a host at work.

Pictures of it are written into the folder that `PRESSRUN_SCREENS` names.
"""

import asyncio
import base64
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from helpers import accessible, books, keyboard
from helpers.hosts import host_of
from helpers.patience import patience
from helpers.play import EXTENSION, Play, browsing, command, end_worker
from pressrun.browser.devtools import DevTools, PageSession
from trials.demo.book import panels

VIEWS = ("grid", "large", "page", "read", "start", "accounts", "log")

CELLS = "[...document.querySelectorAll('.cell:not([hidden])')]"
SHOWN = f"{CELLS}.filter((cell) => !cell.querySelector('img').hidden)"
TOLD = "document.querySelector('[data-part=told]').textContent"
GRID = "document.activeElement?.dataset.part === 'grid'"


def cell(key: str) -> str:
    """The script for the cell of a panel."""
    return f"{CELLS}.find((cell) => cell.title === '{key}')"


def cursor(key: str) -> str:
    """The script for whether the keys act on a panel."""
    return f"{cell(key)}?.classList.contains('cursor')"


async def open_studio(tools: DevTools, place: str = "") -> PageSession:
    """The studio in a tab."""
    return await tools.page(f"{EXTENSION}/studio/studio.html#{place}")


async def photograph(page: PageSession, name: str) -> None:
    """Keep a picture of a page where `PRESSRUN_SCREENS` says."""
    if folder := os.environ.get("PRESSRUN_SCREENS"):
        told = await page.do("Page.captureScreenshot")
        place = Path(folder, f"{name}.png")
        await asyncio.to_thread(place.write_bytes, base64.b64decode(told["data"]))


async def go_to(studio: PageSession, keys: Sequence[str], wanted: str) -> None:
    """Go to a panel among those that are shown."""
    await keyboard.press(studio, "Home")
    await keyboard.press(studio, "ArrowRight", times=keys.index(wanted))
    await studio.until(cursor(wanted))


async def test_pictures_appear_in_the_grid_as_they_come(play: Play) -> None:
    """Without a reload, as small copies, each in the cell that waited for it."""
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        studio = await open_studio(tools)
        await studio.until(f"{CELLS}.length === 6")
        await studio.run(f"globalThis.before = {CELLS}")
        await play.ended()
        await studio.until(f"{SHOWN}.length === 6")
        assert await studio.run(f"{CELLS}.every((cell, place) => cell === before[place])")


async def test_an_author_reviews_a_book_by_keyboard_alone(play: Play) -> None:
    """Filter, approve, reject, correct, choose, undo, export; only what was ordered is sent."""
    book = books.write(play.stage.folder / "book", chapters=1, pages=2, panels=4)
    mara = [
        f"ch01/p{page:03}/panel-{panel}" for page, panel in ((1, 1), (1, 2), (1, 4), (2, 2), (2, 3))
    ]
    async with browsing(play.stage) as tools:
        run = await play.pressrun("run", str(book), "--tabs=3")
        assert run.code == 0, run.err
        for order in (["redo", mara[4]], ["choose", mara[4], "1"]):
            done = await play.pressrun(*order)
            assert done.code == 0, done.err
            await play.ended()
        before = len(play.stage.ledger().submissions)
        studio = await open_studio(tools)
        await studio.until(f"{SHOWN}.length === 8 && {GRID}")

        await keyboard.tab_to(studio, "Character", back=True)
        await keyboard.press(studio, "m")
        await studio.until(f"{CELLS}.length === 5")
        await keyboard.tab_to(studio, "Pictures", back=False)
        await studio.until(GRID)

        for key in mara[:3]:
            await go_to(studio, mara, key)
            await keyboard.press(studio, "a")
            await studio.until(f"{cell(key)}.dataset.reviewed === 'approved'")

        await go_to(studio, mara, mara[3])
        await keyboard.press(studio, "r")
        await studio.until("Boolean(document.querySelector('dialog[open]'))")
        await photograph(studio, "reject")
        await keyboard.press(studio, "Tab")
        await keyboard.type_words(studio, "her coat is to be buttoned")
        await keyboard.press(studio, "Tab")
        await keyboard.press(studio, "ArrowDown")
        await keyboard.press(studio, "Enter")
        await studio.until(f"{cell(mara[3])}.dataset.reviewed === 'rejected' && {GRID}")

        await go_to(studio, mara, mara[2])
        await keyboard.press(studio, "c")
        await keyboard.type_words(studio, "make the lamp brighter")
        await keyboard.press(studio, "Tab")
        await keyboard.press(studio, "Tab")
        await keyboard.press(studio, "Enter")
        await studio.until(f"{GRID} && {TOLD}.includes('corrected in the chat')")

        await go_to(studio, mara, mara[4])
        await keyboard.press(studio, "2")
        await studio.until(f"{TOLD}.startsWith('Take 2 is the picture of')")
        await keyboard.press(studio, "u")
        await studio.until(f"{TOLD}.startsWith('Undone')")
        await photograph(studio, "reviewed")
        await play.ended()
        await photograph(studio, "grid")
        exported = await command("pressrun", "export", str(book), "--cbz")
        assert exported.code == 0, exported.err
    submissions = play.stage.ledger().submissions[before:]
    assert sorted("buttoned" in each.prompt for each in submissions) == [False, True]
    assert "brighter" in "".join(each.prompt for each in submissions)


async def test_no_view_has_a_serious_fault_for_those_who_see_or_hear_it_otherwise(
    play: Play,
) -> None:
    """As axe-core finds them, in light and in dark."""
    faults: dict[str, list[str]] = {}
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        await play.ended()
        for view in VIEWS:
            studio = await open_studio(tools, f"view={view}&key=ch01/p001/panel-2")
            await studio.until("Boolean(document.querySelector('main > :not([hidden])'))")
            await studio.until("document.querySelector('h1').textContent !== 'Pressrun'")
            for theme in ("light", "dark"):
                faults[f"{view}, {theme}"] = await accessible.faults_of(
                    studio, dark=theme == "dark"
                )
                await photograph(studio, f"{view}-{theme}")
            if view == "grid":
                for key in "r", "c", "?":
                    await keyboard.press(studio, key)
                    await studio.until("Boolean(document.querySelector('dialog[open]'))")
                    faults[f"the dialog of {key}"] = await accessible.faults_of(studio, dark=True)
                    await keyboard.press(studio, "Escape")
                    await studio.until("!document.querySelector('dialog')")
            await studio.close()
    assert {place: found for place, found in faults.items() if found} == {}


async def test_worker_and_host_are_killed_and_the_page_is_right_again_at_once(play: Play) -> None:
    """What is typed stays, what changed meanwhile is there, and no decision is kept for later."""
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        await play.ended()
        studio = await open_studio(tools)
        await studio.until(f"{SHOWN}.length === 6 && {GRID}")
        await keyboard.press(studio, "ArrowRight")
        await keyboard.press(studio, "r")
        await keyboard.press(studio, "Tab")
        await keyboard.type_words(studio, "no hat")

        host = host_of(play.stage.home)
        assert host is not None
        os.kill(host, signal.SIGKILL)
        await end_worker(tools)
        killed = time.monotonic()
        await studio.until("document.body.hasAttribute('data-down')")
        await studio.until("!document.body.hasAttribute('data-down')", within=60)
        back = time.monotonic() - killed
        approved = await play.pressrun("approve", "ch01/p001/panel-1")
        assert approved.code == 0, approved.err
        await studio.until(f"{cell('ch01/p001/panel-1')}.dataset.reviewed === 'approved'")
        assert await studio.run("document.querySelector('dialog[open] textarea').value") == "no hat"
        await keyboard.press(studio, "Tab")
        await keyboard.press(studio, "Enter")
        await studio.until(f"{cell('ch01/p001/panel-2')}.dataset.reviewed === 'rejected' && {GRID}")
    assert back <= patience(2.0), back
