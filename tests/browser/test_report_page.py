"""The report on a run with limits, failures and outliers, as a browser shows and prints it.

Pictures of it are written into the folder that `PRESSRUN_SCREENS` names.
"""

import asyncio
import base64
import io
import json
import os
import random
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageDraw, ImageFilter

from helpers import accessible, profiles, served
from helpers.hosts import own_home
from helpers.play import command
from helpers.site import Act
from pressrun.browser.devtools import DevTools, PageSession
from pressrun.cli.client import connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.messages.style import StyleQuery
from wire.extension import browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZE = (320, 320)
INKED = [f"ch01/p{number:02d}" for number in range(1, 13)]
BLURRED = [f"ch02/p{number:02d}" for number in range(1, 4)]
REFUSED, FAILED, LIMITED = "ch03/p01", "ch03/p02", "ch03/p03"
SCRIPT = {
    f"Panel {REFUSED}": [Act.REFUSED],
    f"Panel {FAILED}": [Act.FAILED] * 9,
    f"Panel {LIMITED}": [Act.LIMIT],
}
"""What the site does with those of which it makes no picture."""


def draw(prompt: str) -> bytes:
    """Return an inked picture in flat colours; of the second chapter, one that is blurred."""
    chance = random.Random(zlib.crc32(prompt.encode()))  # noqa: S311 - a drawing
    picture = Image.new("RGB", SIZE, (236, 224, 196))
    pen = ImageDraw.Draw(picture)
    for _ in range(14):
        x, y = chance.randrange(SIZE[0]), chance.randrange(SIZE[1])
        box = (x, y, x + chance.randrange(40, 160), y + chance.randrange(40, 160))
        colour = chance.choice([(70, 92, 130), (196, 120, 70), (120, 140, 90), (240, 238, 230)])
        pen.ellipse(box, fill=colour, outline=(20, 18, 24), width=5)
    if "ch02" in prompt:
        picture = picture.filter(ImageFilter.GaussianBlur(9))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


async def run(home: Home, *arguments: object) -> str:
    """Run a command; returns what it printed."""
    ended = await command("pressrun", *map(str, arguments), "--home", str(home.folder))
    assert ended.code in (0, 3), ended.err
    return ended.out


async def still(home: Home) -> None:
    """Wait until the site made what it will, and until each picture was compared."""
    async with connect(home) as client, asyncio.timeout(200):
        after = -1
        while True:
            status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=5))
            after = status.revision
            resting = any(each.resting_until for each in status.accounts)
            going = [each for each in status.batches if each.working or each.waiting]
            report = await client.ask(calls.STYLE_REPORT, StyleQuery())
            compared = not any(" yet" in each.text for each in report.counts)
            if compared and (not going or resting):
                return


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run in which the site refused, failed and came to its limit."""
    folder = tmp_path_factory.mktemp("book")
    book = folder / "book.jsonl"

    def write(*keys: str) -> None:
        lines = [json.dumps({"key": key, "prompt": f"Panel {key}"}) for key in keys]
        book.write_text("\n".join(lines), encoding="utf-8")

    with own_home() as home:
        home.make()
        waits = {"again": 1, "pace": 1, "settled": 3}
        profiles.write(home.sites / "chatgpt.toml", profiles.hurried(waits))
        async with browsing(home, draw, SCRIPT):
            write(*INKED, *BLURRED, REFUSED, FAILED)
            await run(home, "run", book)
            await run(home, "approve", *INKED[:8])
            # an account that rests makes nothing more
            write(*INKED, *BLURRED, REFUSED, FAILED, LIMITED)
            await run(home, "run", book, "--detach")
            await still(home)
            told = await run(home, "report", book)
    path = folder / "book-report.html"
    assert str(path) in told
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tools(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DevTools]:
    """A browser."""
    async with served.browser(tmp_path_factory.mktemp("browser")) as found:
        yield found


async def opened(tools: DevTools, report: Path, width: int = 1280) -> PageSession:
    """A report in a browser, as a double click on its file opens it."""
    page = await tools.page("about:blank")
    await page.do("Page.enable")
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    await page.do("Emulation.setDeviceMetricsOverride", **size)
    await page.do("Page.navigate", url=report.as_uri())
    await page.until("document.readyState === 'complete' && location.protocol === 'file:'")
    return page


async def keep(name: str, data: str) -> None:
    """Keep a file where `PRESSRUN_SCREENS` says."""
    if folder := os.environ.get("PRESSRUN_SCREENS"):
        await asyncio.to_thread(Path(folder, name).write_bytes, base64.b64decode(data))


async def test_it_tells_of_everything_that_went_wrong(tools: DevTools, written: Path) -> None:
    """Limit, refusal, failure and outliers in the site's and in our words, and asks for nothing."""
    page = await opened(tools, written)
    told = await page.run("document.body.innerText")
    for words in (
        "You're generating images too quickly.",
        "This request may violate our content policies.",
        REFUSED,
        FAILED,
        *BLURRED,
    ):
        assert words in told, words
    assert await page.run("performance.getEntriesByType('resource').length") == 0
    assert await page.run("document.querySelectorAll('svg .made').length") > 0
    await page.close()


@pytest.mark.parametrize("width", [1280, 640])
async def test_nobody_is_kept_from_reading_it(tools: DevTools, written: Path, width: int) -> None:
    """As axe-core finds it in light and dark, also at twice the size, where nothing is cut off."""
    page = await opened(tools, written, width)
    for theme in ("light", "dark"):
        assert await accessible.faults_of(page, dark=theme == "dark") == [], theme
        told = await page.do("Page.captureScreenshot", captureBeyondViewport=True)
        await keep(f"report-{width}-{theme}.png", told["data"])
    assert await page.run("document.documentElement.scrollWidth") <= width
    await page.close()


async def test_it_prints_on_paper(tools: DevTools, written: Path) -> None:
    """Whole, on a few pages, in dark ink whatever the screen shows."""
    page = await opened(tools, written)
    scheme = {"name": "prefers-color-scheme", "value": "dark"}
    await page.do("Emulation.setEmulatedMedia", features=[scheme])
    told = await page.do("Page.printToPDF", preferCSSPageSize=True)
    await keep("report.pdf", told["data"])
    pdf = base64.b64decode(told["data"])
    assert pdf.startswith(b"%PDF")
    assert 1 <= pdf.count(b"/Type /Page\n") <= 4
    await page.do("Emulation.setEmulatedMedia", media="print", features=[scheme])
    paper, ink = await page.run(PRINTED)
    assert paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert ink == "rgb(32, 34, 42)"
    await page.close()


PRINTED = """(() => {
  const { backgroundColor, color } = getComputedStyle(document.body);
  return [backgroundColor, color];
})()"""
