"""The studio: the panels of a library in a real browser, beside a host at work."""

import asyncio
import base64
import os
from pathlib import Path

from helpers.play import EXTENSION, Play, browsing
from pressrun.browser.devtools import DevTools, PageSession
from trials.demo.book import panels

CELLS = "[...document.querySelectorAll('.cell:not([hidden])')]"
SHOWN = f"{CELLS}.filter((cell) => !cell.querySelector('img').hidden)"


async def open_studio(tools: DevTools) -> PageSession:
    """The studio in a tab."""
    return await tools.page(f"{EXTENSION}/studio/studio.html")


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
        await photograph(studio, "grid")


async def photograph(page: PageSession, name: str) -> None:
    """Keep a picture of a page where `PRESSRUN_SCREENS` says."""
    if folder := os.environ.get("PRESSRUN_SCREENS"):
        told = await page.do("Page.captureScreenshot")
        place = Path(folder, f"{name}.png")
        await asyncio.to_thread(place.write_bytes, base64.b64decode(told["data"]))
