"""The studio's large view, page view and reading mode, by keyboard, over a real host."""

import json
import os
import signal
from typing import Any

from helpers.hosts import host_of
from helpers.play import EXTENSION, Play, browsing
from pressrun.browser.devtools import DevTools, PageSession
from pressrun.picture.panel import Panel
from trials.demo.book import panels

SECOND = "ch01/p001/panel-2"
ESCAPE = 27

LARGE = "document.querySelector('.large:not([hidden])')"
TITLE = f"{LARGE}?.querySelector('h2').textContent"
SHARP = f"[...{LARGE}.querySelectorAll('.pane img')].some((image) => image.naturalWidth === 512)"
TAKES = f"[...{LARGE}.querySelectorAll('.takes li')].map((item) => item.textContent)"
NOTE = f"{LARGE}?.querySelector('textarea')"
UNSAVED = f"{LARGE}.querySelector('.unsaved')"
LEAVES = """[...document.querySelectorAll(".leaf img")].filter((image) => image.naturalWidth)"""
HERE = "document.activeElement?.dataset.key"


async def open_studio(tools: DevTools, view: str, key: str = "") -> PageSession:
    """A view of the studio in a tab of its own."""
    return await tools.page(f"{EXTENSION}/studio/studio.html#view={view}&key={key}")


async def press(page: PageSession, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        # by its code a browser that shows one page over the whole screen knows Escape
        told = {"key": key, "windowsVirtualKeyCode": ESCAPE if key == "Escape" else 0}
        down = {"type": "keyDown", "text": key} if len(key) == 1 else {"type": "rawKeyDown"}
        await page.do("Input.dispatchKeyEvent", **down, **told)
        await page.do("Input.dispatchKeyEvent", type="keyUp", **told)


async def takes_of(play: Play, key: str) -> list[dict[str, Any]]:
    """The takes of a panel, as the command line has them."""
    shown = await play.pressrun("show", key, "--json")
    assert shown.code == 0, shown.err
    takes: list[dict[str, Any]] = json.loads(shown.out)["takes"]
    return takes


async def test_a_take_is_chosen_and_approved_in_the_large_view_by_keys(play: Play) -> None:
    """What the keys decided is what the command line tells, and undo gives it back."""
    async with browsing(play.stage) as tools:
        await play.start(panels(3), tabs=2)
        await play.ended()
        again = await play.pressrun("redo", SECOND)
        assert again.code == 0, again.err
        await play.until(lambda seen: not (seen.batches[0].waiting or seen.batches[0].working))
        page = await open_studio(tools, "large", SECOND)
        await page.until(f"{TITLE} === '{SECOND}' && {SHARP} && {TAKES}.length === 2")

        await press(page, "s")
        await page.until(f"{LARGE}.querySelectorAll('.pane')[1].querySelector('img')?.naturalWidth")
        await press(page, "s", "ArrowUp", "a")
        await page.until(f"{TAKES}[0]?.includes('current, approved')")
        approved = await takes_of(play, SECOND)
        assert [(take["place"], take["approved"]) for take in approved] == [
            ("current", True),
            ("alternative", False),
        ]

        await press(page, "ArrowRight")
        await page.until(f"{TITLE} === 'ch01/p001/panel-3' && {SHARP}")
        await press(page, "u", "ArrowLeft")
        await page.until(f"{TITLE} === '{SECOND}' && {TAKES}[0]?.includes('approved') === false")
        assert not any(take["approved"] for take in await takes_of(play, SECOND))


async def test_a_chapter_is_judged_and_read_as_it_is_laid_out(play: Play) -> None:
    """Arrow keys go from panel to panel and page to page, and reading comes back to its place."""
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        await play.ended()
        page = await open_studio(tools, "page")
        await page.until(f"{LEAVES}.length === 6")
        await press(page, "ArrowRight", "ArrowRight", "a")
        await page.until(f"{HERE} === '{SECOND}'")
        await page.until("document.activeElement.dataset.reviewed === 'approved'")
        assert (await takes_of(play, SECOND))[0]["approved"]

        await press(page, "End")
        await page.until(f"{HERE} === 'ch01/p002/panel-2'")
        await page.run("document.querySelector('nav [data-view=read]').click()")
        await page.until("document.querySelector('.reading .at')?.textContent.endsWith('of 2')")
        await page.until("document.querySelectorAll('.reading .leaf img').length === 2")
        await press(page, "ArrowLeft")
        await page.until("document.querySelectorAll('.reading .leaf img').length === 4")
        await press(page, "Escape")
        await page.until(
            "document.querySelector('.pages:not([hidden]) [aria-current=true]') !== null"
        )
        assert await page.run("new URLSearchParams(location.hash.slice(1)).get('key')") == (
            "ch01/p001/panel-1"
        )


async def test_what_is_typed_outlives_the_host_and_stays_text(play: Play) -> None:
    """A note typed while the host is dead is there when it is back, and no markup is obeyed."""
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    async with browsing(play.stage) as tools:
        await play.start([Panel("ch01/p001/panel-1", f"A quay. {evil}")], tabs=1)
        await play.ended()
        page = await open_studio(tools, "large", "ch01/p001/panel-1")
        await page.until(f"{TITLE} === 'ch01/p001/panel-1' && {SHARP}")
        await page.until(f"{LARGE}.textContent.includes('<script>')")
        await press(page, "n")
        host = host_of(play.stage.home)
        assert host is not None
        os.kill(host, signal.SIGKILL)
        await page.do("Input.insertText", text=evil)
        await press(page, "Escape")
        # it says that it has not kept it, and keeps it once it can
        save = f"({UNSAVED}.querySelector('button').click(), false)"
        await page.until(f"{UNSAVED}.hidden || {save}", within=60)
        assert await page.run(f"{NOTE}.value") == evil
        shown = await play.pressrun("show", "ch01/p001/panel-1", "--json")
        assert json.loads(shown.out)["note"] == evil
        assert await page.run("document.title") != "owned"
        assert (
            await page.run("document.querySelectorAll('main script, main [onerror]').length") == 0
        )
