"""How start, accounts and log look: in every width and theme, and to people who do not see them."""

import asyncio
import base64
import io
import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from PIL import Image

import pressrun.book
from helpers.accessible import faults_of
from helpers.play import EXTENSION, Play, browsing
from pressrun.browser.devtools import PageSession
from trials.demo.book import panels

EXAMPLE = Path(pressrun.book.__file__).parent / "example"
HOUR = 3_600.0

LOOKS = {
    "light": (1280, 900, 1, False),
    "dark": (1280, 900, 1, True),
    "wide": (1920, 1080, 1, False),
    "twice": (640, 450, 2, True),
}
"""Width and height in CSS pixels, how many of the screen's one is, and whether it is dark."""

READY = {
    "start": "!document.querySelector('.begin button').disabled",
    "accounts": "document.querySelector('.plot') !== null",
    "log": "document.querySelectorAll('.log .line').length > 3",
}
"""When a view has come to rest."""

WIDER = """[...document.querySelectorAll("main *")]
  .filter((each) => each.checkVisibility() && !each.closest("figure, .chapters, .table, svg"))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 120))"""
"""What stands out of the page; what is wide by nature scrolls within a place of its own."""

AS_AT_HOME = """(() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replaceAll(HERE, "/home/ana");
  }
  for (const field of document.querySelectorAll("input[type=text]")) {
    field.value = field.value.replaceAll(HERE, "/home/ana");
  }
})()"""


async def leave_a_past(play: Play) -> None:
    """Have the account that the site knows look back on a day of work with two limits."""
    now = time.time()
    with closing(sqlite3.connect(play.stage.home.store)) as store, store:
        [account] = store.execute("SELECT id FROM accounts").fetchone()
        [job] = store.execute("SELECT min(id) FROM jobs").fetchone()
        sent = [now - HOUR * 22 + 137 * number for number in range(400)]
        resting = [(now - 15 * HOUR, now - 12.5 * HOUR), (now - 3 * HOUR, now - 1.2 * HOUR)]
        store.executemany(
            "INSERT INTO attempts (job_id, number, account_id, tab, step, started_at, ended_at,"
            " submitting_at, ending) VALUES (?, ?, ?, 1, 'received', ?, ?, ?, ?)",
            [
                (job, 100 + place, account, at, at, at, "done" if place % 9 else "failed")
                for place, at in enumerate(sent)
                if not any(begin < at < until for begin, until in resting)
            ],
        )
        store.executemany(
            "INSERT INTO limits (account_id, at, outcome, until, tabs, text)"
            " VALUES (?, ?, 'capped', ?, 2, 'You have reached your limit')",
            [(account, begin, until) for begin, until in resting],
        )


async def photograph(page: PageSession, name: str, home: Path) -> None:
    """Keep a picture of the page for whoever wants to look at it, with an author's own paths."""
    if folder := os.environ.get("PRESSRUN_SCREENS"):
        await page.run(AS_AT_HOME.replace("HERE", json.dumps(str(home))))
        told = await page.do("Page.captureScreenshot")
        await asyncio.to_thread(keep, Path(folder, f"{name}.png"), base64.b64decode(told["data"]))


def keep(path: Path, picture: bytes) -> None:
    """Write a picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = Image.open(io.BytesIO(picture)).convert("RGB")
    shown.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


async def test_each_view_is_readable_in_every_width_and_theme(play: Play) -> None:
    """Nothing stands out of the page, and a screen reader meets nothing that it cannot tell."""
    async with browsing(play.stage):
        await play.start(panels(2), tabs=1)
        await play.ended()
    await play.stop_host()
    await leave_a_past(play)
    allowed = await play.pressrun("allow", "--per-hour", "30", "--quiet", "23:00-07:00")
    assert allowed.code == 0, allowed.err
    await play.start(panels(24), tabs=2)
    await play.pressrun("pause")
    book = shutil.copytree(EXAMPLE, play.stage.folder / "the-lamplighter")
    found = {}
    async with browsing(play.stage) as tools:
        page = await tools.page(f"{EXTENSION}/studio/studio.html#view=start")
        await page.until("document.querySelector('.source input') !== null")
        await page.run(
            f"document.querySelector('.source input').value = {str(book)!r};"
            "document.querySelector('.source button').click()"
        )
        for look, (width, height, scale, dark) in LOOKS.items():
            await page.do(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=height,
                deviceScaleFactor=scale,
                mobile=False,
            )
            for view, ready in READY.items():
                await page.run(f"location.hash = '#view={view}'")
                await page.until(ready, within=60)
                faults = await faults_of(page, dark=dark)
                found[view, look] = [*faults, *await page.run(WIDER)]
                await photograph(page, f"{view}-{look}", play.stage.folder)
    assert {each: faults for each, faults in found.items() if faults} == {}
