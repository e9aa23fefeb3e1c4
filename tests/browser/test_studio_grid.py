"""The grid with more panels than anybody looks at once, in a real browser that is told of them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from helpers import keyboard, served
from pressrun.browser.devtools import DevTools, PageSession
from pressrun.install import shipped

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOST = (Path(__file__).parents[1] / "helpers" / "played_host.js").read_text(encoding="utf-8")
HOSTILE = "<img src=x onerror=alert(1)>&amp;\u202e\u0000\"'`${1}"

CELLS = "[...document.querySelectorAll('.cell:not([hidden])')]"
CURSOR = "document.querySelector('.cell.cursor:not([hidden])')"
SCROLLER = "document.querySelector('[data-part=grid]')"
TOLD = "document.querySelector('[data-part=told]').textContent"
COUNT = "document.querySelector('[data-part=count]')"
FRAME = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
SEEN = f"""(() => {{
  const [box, view] = [{CURSOR}?.getBoundingClientRect(), {SCROLLER}.getBoundingClientRect()];
  return Boolean(box) && box.top >= view.top - 1 && box.bottom <= view.bottom + 1;
}})()"""

WATCH = f"""(() => {{
  globalThis.scrolled = {SCROLLER}.scrollTop;
  globalThis.changed = new Set();
  const cellOf = ({{ target }}) =>
    (target instanceof Element ? target : target.parentElement).closest(".cell")?.title;
  new MutationObserver((changes) => changes.map(cellOf).forEach((title) => changed.add(title)))
    .observe(document.querySelector(".canvas"), {{
      attributes: true, childList: true, characterData: true, subtree: true }});
}})()"""


def tile(number: int, **more: object) -> dict[str, Any]:
    """A panel of the library; the first half have a picture."""
    chapter, page = f"ch{number // 250 + 1:02}", f"ch{number // 250 + 1:02}/p{number // 5 + 1:04}"
    return {
        "key": f"{page}/panel-{number % 5 + 1}",
        "chapter": chapter,
        "page": page,
        "state": "made",
        "reviewed": "unreviewed",
        "picture": f"{number:064x}",
        "aspect": 2 / 3,
        "decided": 0,
        "takes": 1,
        "flags": [],
        "figures": [number % 3],
        "setting": None,
        "score": None,
        "filed_at": 1.0,
        **more,
    }


class Studios:
    """Opens studios that are told of panels."""

    def __init__(self, tools: DevTools, address: str) -> None:
        self._tools = tools
        self._address = address

    async def open(
        self,
        tiles: list[dict[str, Any]],
        *,
        width: int = 1280,
        height: int = 800,
        held: bool = False,
        status: dict[str, Any] | None = None,
        **page: object,
    ) -> PageSession:
        """A studio with these panels, all of which have come; held, the first 2,000 have."""
        words = shipped.folder("extension") / "_locales" / "en" / "messages.json"
        told = {
            "tiles": tiles,
            "held": held,
            "page": {
                "library": "/library",
                "source": "/book/book.toml",
                "title": "A book",
                "batch": 1,
                "chapters": [{"key": f"ch{number:02}", "title": ""} for number in range(1, 41)],
                "figures": ["Mara", "Jon", "Ana"],
                "settings": [],
                **page,
            },
            "status": status,
            "fault": HOSTILE,
            "words": json.loads(words.read_text(encoding="utf-8")),
        }
        studio = await self._tools.page("about:blank")
        await studio.do("Page.enable")
        source = HOST.replace("TOLD", json.dumps(told))
        await studio.do("Page.addScriptToEvaluateOnNewDocument", source=source)
        await studio.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        await studio.do("Page.navigate", url=f"{self._address}/studio/studio.html")
        if not held:
            count = f"{len(tiles):,} panels"
            await studio.until(
                f"document.querySelector('[data-part=count]')?.textContent === '{count}'"
            )
        await studio.until(f"Boolean({CURSOR})")
        return studio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def studios(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studios]:
    """The extension's files on a server of their own, and a browser."""
    async with served.pages(tmp_path_factory.mktemp("studios")) as (tools, address):
        yield Studios(tools, address)


async def test_ten_thousand_panels_take_the_elements_of_those_in_sight(studios: Studios) -> None:
    """At the beginning, in the middle and at the end; and copies are asked for only there."""
    studio = await studios.open([tile(number) for number in range(10_000)])
    for share in (0, 0.37, 0.5, 1):
        await studio.run(f"{SCROLLER}.scrollTop = {SCROLLER}.scrollHeight * {share}")
        await studio.run(FRAME)
        assert await studio.run(f"{CELLS}.length") < 80
    await studio.until(f"{CELLS}.every((cell) => !cell.querySelector('img').hidden)")
    asked = "host.asked.flatMap(([, { pictures }]) => pictures ?? []).length"
    assert await studio.run(asked) < 400
    assert await studio.run("host.asked.every(([method]) => method !== 'gallery.picture')")
    assert await studio.run(f"{CELLS}.at(-1).title") == tile(9_999)["key"]
    await studio.close()


async def test_a_decision_changes_one_cell_and_nothing_else(studios: Studios) -> None:
    """Not the cells beside it, not where the grid is scrolled to, not what has the focus."""
    studio = await studios.open([tile(number) for number in range(3_000)])
    await keyboard.press(studio, "ArrowDown", times=5)
    await studio.run(FRAME)
    key = await studio.run(f"{CURSOR}.title")
    await studio.until(f"{CELLS}.every((cell) => !cell.querySelector('img').hidden)")
    await studio.run(FRAME)
    await studio.run(WATCH)
    await keyboard.press(studio, "a")
    await studio.until(f"{TOLD} === 'Decided 1.'")
    assert await studio.run(f"{CURSOR}.dataset.reviewed") == "approved"
    assert await studio.run("[...changed]") == [key]
    assert await studio.run(f"{SCROLLER}.scrollTop === scrolled")
    assert await studio.run(f"document.activeElement === {SCROLLER}")
    await studio.close()


async def test_the_cursor_is_never_out_of_sight(studios: Studios) -> None:
    """Whichever key moves it, and whatever becomes of the window and of the size of the cells."""
    studio = await studios.open([tile(number) for number in range(3_000)])
    for key in ("ArrowDown", "End", "ArrowUp", "PageUp", "Home", "PageDown", "ArrowLeft"):
        await keyboard.press(studio, key, times=7)
        await studio.run(FRAME)
        assert await studio.run(SEEN), key
    await studio.run(FRAME)
    before = await studio.run(f"{CURSOR}.title")
    for size in (90, 300, 170):
        await studio.run(f"""(() => {{
          const slider = document.querySelector('[data-part=size]');
          slider.value = {size};
          slider.dispatchEvent(new Event('input'));
        }})()""")
        await studio.run(FRAME)
        assert await studio.run(f"{CURSOR}.title") == before
    assert await studio.run(SEEN)
    await studio.close()


async def test_an_address_is_gone_to_as_soon_as_its_panel_comes(studios: Studios) -> None:
    """A link that is followed, or a notice that is clicked, while the panels are still coming."""
    studio = await studios.open([tile(number) for number in range(5_000)], held=True)
    key = tile(4_321)["key"]
    await studio.run(f"location.hash = {json.dumps('#view=grid&key=' + key)}")
    await studio.run(FRAME)
    await studio.run("host.more()")
    await studio.until(f"{CURSOR}?.title === '{key}' && {SEEN}")
    await studio.close()


async def test_panels_that_come_move_nothing_that_is_looked_at(studios: Studios) -> None:
    """A list that is read anew has one more panel at its beginning."""
    studio = await studios.open([tile(number) for number in range(3_000)])
    await keyboard.press(studio, "ArrowDown", times=20)
    await studio.run(FRAME)
    place = f"[{CURSOR}.title, Math.round({CURSOR}.getBoundingClientRect().top)]"
    before = await studio.run(place)
    first = tile(0, key="ch01/p0000/panel-1", page="ch01/p0000")
    await studio.run(f"host.insert({json.dumps(first)})")
    await studio.until(f"{COUNT}.textContent === '3,001 panels'")
    assert await studio.run(place) == before
    await studio.close()


async def test_what_is_told_while_one_looks_is_seen_in_its_cell(studios: Studios) -> None:
    """A picture comes, and somebody else approves one."""
    studio = await studios.open(
        [tile(number, picture=None, state="working") for number in range(20)]
    )
    key = tile(3)["key"]
    cell = f"{CELLS}.find((cell) => cell.title === '{key}')"
    assert await studio.run(f"{cell}.querySelector('.word').textContent") == "Being made"
    change = {"picture": "a" * 64, "state": "made", "reviewed": "approved"}
    await studio.run(f"host.change('{key}', {json.dumps(change)})")
    await studio.until(
        f"!{cell}.querySelector('img').hidden && {cell}.dataset.reviewed === 'approved'"
    )
    assert "Approved" in await studio.run(f"{cell}.querySelector('.said').textContent")
    await studio.close()


async def test_many_are_selected_and_decided_about_as_one(studios: Studios) -> None:
    """A stretch by Shift, single ones by X, all by Ctrl+A: one call each."""
    studio = await studios.open([tile(number) for number in range(700)])
    decided = """host.asked.filter(([method]) => method === "review.decide")
      .map(([, { panels }]) => panels.length)"""
    await keyboard.press(studio, "ArrowRight", times=3, shift=True)
    await keyboard.press(studio, "a")
    await studio.until(f"{decided}.length === 1")
    assert await studio.run(decided) == [4]
    await studio.run("document.querySelector('[data-part=approve-all]').click()")
    await studio.until(f"{decided}.length === 2")
    assert await studio.run(decided) == [4, 696]
    await studio.until(f"{CELLS}.every((cell) => cell.dataset.reviewed === 'approved')")
    await studio.close()


async def test_who_is_faster_than_a_frame_is_not_led_back_to_the_search(studios: Studios) -> None:
    """On a slow machine the frame after `/` comes when the keys are meant for the grid again."""
    studio = await studios.open([tile(number) for number in range(20)])
    await studio.run("""(() => {
      globalThis.held = [];
      globalThis.drawn = requestAnimationFrame;
      globalThis.requestAnimationFrame = (draw) => held.push(draw);
    })()""")
    await keyboard.press(studio, "/")
    await keyboard.type_words(studio, "panel")
    await keyboard.press(studio, "Enter")
    await studio.run("requestAnimationFrame = drawn; held.forEach((draw) => drawn(draw))")
    await studio.run(FRAME)
    assert await studio.run("document.activeElement.dataset.part") == "grid"
    await studio.close()


async def test_what_is_laid_out_upon_a_size_may_change_that_size(studios: Studios) -> None:
    """Done at once, Chrome reports an error; a frame later, none."""
    studio = await studios.open([tile(number) for number in range(6)])
    reported = await studio.run("""(async () => {
      const { watchSize } = await import("/view/dom.js");
      const reported = [];
      addEventListener("error", ({ message }) => reported.push(message));
      const atOnce = (element, act) =>
        new ResizeObserver(([{ contentRect }]) => act(contentRect)).observe(element);
      const found = [];
      for (const watch of [watchSize, atOnce]) {
        const box = document.body.appendChild(document.createElement("div"));
        const heights = [];
        watch(box, ({ height }) => {
          heights.push(height);
          if (height < 3) box.attributeStyleMap.set("height", CSS.px(height + 1));
        });
        while (heights.at(-1) !== 3) await new Promise(requestAnimationFrame);
        found.push([[...heights], reported.splice(0).length > 0]);
        box.remove();
      }
      return found;
    })()""")
    assert reported == [[[0, 1, 2, 3], False], [[0, 1, 2, 3], True]]
    await studio.close()


async def test_the_head_leads_to_what_it_tells_of(studios: Studios) -> None:
    """Not to a command; and what is told in one view is not left standing in the next."""
    told = {
        "sentence": "All pictures are made; 3 stand out: pressrun review",
        "state": "standing out",
        "batches": [{"library": "/library"}],
    }
    flags = [["outlier"] if number < 3 else [] for number in range(20)]
    tiles = [tile(number, flags=each) for number, each in enumerate(flags)]
    studio = await studios.open(tiles, status=told)
    head = "document.querySelector('[data-part=standing]').textContent"
    assert await studio.run(head) == "All pictures are made; 3 stand out"
    await keyboard.tab_to(studio, "Show them", back=True)
    await keyboard.press(studio, "Enter")
    await studio.until(f"{COUNT}.textContent === '3 of 20 panels'")
    await studio.until("document.activeElement.dataset.part === 'grid'")
    await keyboard.press(studio, "a")
    await studio.until(f"{TOLD} === 'Decided 1.'")
    await keyboard.press(studio, " ")
    await studio.until("document.querySelector('.large')?.checkVisibility() === true")
    await studio.until(f"{TOLD} !== 'Decided 1.'")
    await studio.close()


async def test_texts_that_look_like_markup_are_only_texts(studios: Studios) -> None:
    """In a key, a chapter, a character, a title and the host's own words."""
    tiles = [tile(0, key=HOSTILE, chapter=HOSTILE, page=HOSTILE), tile(1)]
    chapters = [{"key": HOSTILE, "title": HOSTILE}, {"key": "ch01", "title": ""}]
    studio = await studios.open(tiles, chapters=chapters, figures=[HOSTILE], title=HOSTILE)
    assert await studio.run(f"{CURSOR}.title") == HOSTILE
    await keyboard.press(studio, "e")
    await studio.until(f"{TOLD} === {json.dumps(HOSTILE)}")
    assert await studio.run("document.title.includes('<img')")
    assert await studio.run("document.querySelectorAll('img:not(.box img)').length") == 0
    await studio.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 800), (640, 400), (400, 600)])
async def test_nothing_is_wider_than_the_window(studios: Studios, width: int, height: int) -> None:
    """640 by 400 is what is left of 1280 by 800 at 200 %; a row of cells is still seen."""
    studio = await studios.open([tile(number) for number in range(50)], width=width, height=height)
    assert await studio.run("document.documentElement.scrollWidth") == width
    assert await studio.run("document.documentElement.scrollHeight") == height
    wide = f"{SCROLLER}.scrollWidth <= {SCROLLER}.clientWidth"
    assert await studio.run(wide)
    assert await studio.run(f"{SCROLLER}.clientHeight") > height * 0.45
    await studio.close()
