"""The reader page in real Chromium: openings, keys, light and dark, and nothing from elsewhere."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from helpers import served
from helpers.volumes import STORY, BookOf, bound, draw
from pressrun.book.model import Direction, Layout
from pressrun.browser.devtools import DevTools, PageSession
from pressrun.export import reader

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEEN = """[...document.querySelectorAll('figure')]
  .filter((each) => each.checkVisibility())
  .map((each) => [each.dataset.number, each.getBoundingClientRect().left])
  .sort((one, other) => one[1] - other[1]).map(([number]) => number)"""
"""The numbers of the pages that are shown, from left to right."""

TOLD = "document.querySelector('output').textContent"
PAPER = "getComputedStyle(document.body).backgroundColor"

Opened = Callable[[Direction], Awaitable[PageSession]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tools(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DevTools]:
    """A browser."""
    async with served.browser(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture
def opened(tools: DevTools, tmp_path: Path) -> Opened:
    """Open the reader page of a book."""

    async def page_of(direction: Direction) -> PageSession:
        wanted = Layout(laid_out=True, dpi=60, direction=direction)
        book = BookOf(STORY, wanted).make(tmp_path)
        draw(book)
        with (tmp_path / "book.html").open("wb") as file:
            reader.write(bound(book), file, lambda: None)
        page = await tools.page("about:blank")
        await page.do("Page.enable")
        scheme = {"name": "prefers-color-scheme", "value": "light"}
        await page.do("Emulation.setEmulatedMedia", features=[scheme])
        await page.do("Page.navigate", url=(tmp_path / "book.html").as_uri())
        await page.until(f"document.querySelector('output') && {TOLD} !== ''")
        return page

    return page_of


async def press(page: PageSession, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        for kind in ("keyDown", "keyUp"):
            await page.do("Input.dispatchKeyEvent", type=kind, key=key)


async def test_two_pages_lie_side_by_side_with_the_cover_alone(opened: Opened) -> None:
    """And a double page is an opening by itself."""
    page = await opened(Direction.LTR)
    await press(page, "v")
    shown = []
    for _ in range(5):
        shown.append(await page.run(SEEN))
        await press(page, "ArrowRight")
    assert shown == [["1"], ["2", "3"], ["4–5"], ["6", "7"], ["8", "9"]]
    await press(page, "Home")
    assert await page.run(TOLD) == "1 / 9"
    await press(page, "End")
    assert await page.run(TOLD) == "8–9 / 9"
    await page.close()


async def test_from_right_to_left_keys_and_pages_change_sides(opened: Opened) -> None:
    """The left arrow turns on, and the earlier page is at the right."""
    page = await opened(Direction.RTL)
    await press(page, "v", "ArrowLeft")
    assert await page.run(SEEN) == ["3", "2"]
    await press(page, "ArrowRight")
    assert await page.run(SEEN) == ["1"]
    await page.close()


async def test_it_is_light_or_dark_as_one_likes(opened: Opened) -> None:
    """As the system says, until a key says otherwise."""
    page = await opened(Direction.LTR)
    light = await page.run(PAPER)
    await press(page, "d")
    dark = await page.run(PAPER)
    assert light != dark
    scheme = {"name": "prefers-color-scheme", "value": "dark"}
    await press(page, "d")
    assert await page.run(PAPER) == light
    await page.run("delete document.documentElement.dataset.light")
    await page.do("Emulation.setEmulatedMedia", features=[scheme])
    assert await page.run(PAPER) == dark
    await page.close()


async def test_words_are_shown_or_hidden(opened: Opened) -> None:
    """They are text below each page."""
    page = await opened(Direction.LTR)
    words = "document.querySelector('ol').checkVisibility()"
    assert await page.run(words)
    assert "Did you hear that?" in await page.run("document.querySelector('ol').innerText")
    await press(page, "w")
    assert not await page.run(words)
    await page.close()


async def test_nothing_is_asked_of_any_other_place(opened: Opened) -> None:
    """All pictures are there, and the page's own rule keeps everything else away."""
    page = await opened(Direction.LTR)
    images = "[...document.images]"
    await page.run(f"Promise.all({images}.map((each) => (each.loading = 'eager', each.decode())))")
    assert await page.run(f"{images}.every((each) => each.naturalWidth > 0)")
    asked = await page.run("performance.getEntriesByType('resource').map((each) => each.name)")
    assert [name for name in asked if not name.startswith("data:")] == []
    stranger = """new Promise((told) => {
      addEventListener('securitypolicyviolation', (each) => told(each.blockedURI));
      document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/x.png' }));
    })"""
    assert await page.run(stranger) == "http://127.0.0.1:9/x.png"
    await page.close()


async def test_it_fits_a_telephone(opened: Opened) -> None:
    """Nothing is wider than its screen."""
    page = await opened(Direction.LTR)
    await page.do(
        "Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2,
        mobile=True,
    )  # fmt: skip
    assert await page.run("document.documentElement.scrollWidth") == 360
    await page.close()
