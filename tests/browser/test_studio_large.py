"""The studio's large view, page view and reading mode, by keyboard, over a real host."""

import base64
import os
from pathlib import Path

from helpers.play import EXTENSION, Play, browsing
from pressrun.browser.devtools import DevTools, PageSession
from trials.demo.book import panels

SEEN = "document.querySelector('main > :not([hidden])')"
TITLE = f"{SEEN}?.querySelector('h2')?.textContent"
SHARP = f"[...{SEEN}.querySelectorAll('.pane img')].some((image) => image.naturalWidth === 512)"
LEAVES = "[...document.querySelectorAll('.pages .leaf img')].filter((image) => image.naturalWidth)"
TAKES = f"[...{SEEN}.querySelectorAll('.takes li')].map((item) => item.textContent)"


async def open_studio(tools: DevTools, view: str, key: str = "") -> PageSession:
    """A view of the studio in a tab of its own."""
    return await tools.page(f"{EXTENSION}/studio/studio.html#view={view}&key={key}")


async def press(page: PageSession, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        text = {"text": key} if len(key) == 1 else {}
        await page.do("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        await page.do("Input.dispatchKeyEvent", type="keyUp", key=key)


async def shot(page: PageSession, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        told = await page.do("Page.captureScreenshot", format="png")
        Path(folder, f"{name}.png").write_bytes(base64.b64decode(told["data"]))


async def test_a_panel_is_judged_in_the_large_view_by_keys(play: Play) -> None:
    """What a key decides is what the command line tells, and the picture shown is the original's."""
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        await play.ended()
        again = await play.pressrun("redo", "ch01/p001/panel-2")
        assert again.code == 0, again.err
        await play.until(lambda seen: not (seen.batches[0].waiting or seen.batches[0].working))
        page = await open_studio(tools, "large", "ch01/p001/panel-2")
        await page.until(f"{TITLE} === 'ch01/p001/panel-2' && {SHARP}")
        await page.until(f"{TAKES}.length === 2")
        await shot(page, "large")
        await press(page, "s")
        await shot(page, "side")
        await press(page, "s", "ArrowUp", "1")
        await page.until(f"{TAKES}[0].includes('current')")
        await shot(page, "chosen")
        print(
            await page.run(TAKES),
            await page.run("document.querySelector('[data-part=told]').textContent"),
        )
        await press(page, "a")
        await page.until(f"{TAKES}[0].includes('approved')")
        await press(page, "ArrowRight")
        await page.until(f"{TITLE} === 'ch01/p001/panel-3' && {SHARP}")
        await shot(page, "next")
        pages = await open_studio(tools, "page")
<<<<<<< HEAD
<<<<<<< HEAD
        await pages.until(
            f"[...{SEEN}.querySelectorAll('.leaf img')].filter((image) => image.naturalWidth).length === 6"
        )
=======
        await pages.until(f"{LEAVES}.length === 6")
>>>>>>> h-large
=======
        await pages.until(
            f"[...{SEEN}.querySelectorAll('.leaf img')].filter((image) => image.naturalWidth).length === 6"
        )
>>>>>>> h-start
        await shot(pages, "pages")
        await pages.do("Runtime.evaluate", expression="location.hash = '#view=read'")
        await pages.until("document.querySelectorAll('.reading .leaf img').length > 0")
        await shot(pages, "read")
    told = await play.pressrun("show", "ch01/p001/panel-2")
    print(told.out)
