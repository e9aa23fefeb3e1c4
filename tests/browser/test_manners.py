"""The author's own work in the same browser: worker tabs stay in the background."""

from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

import pytest

from helpers import profiles
from helpers.play import SITE, Play, ask_worker, browsing, listening, playing
from helpers.tap import Tap
from pressrun.browser.devtools import DevTools, PageSession
from trials.demo.book import panels

WATCH = """
window.moved = [];
addEventListener("blur", () => moved.push("blur"));
document.addEventListener("visibilitychange", () => moved.push(document.visibilityState));
"""


@dataclass(frozen=True)
class Window:
    """A window of the browser, as the browser tells it."""

    id: int
    focused: bool
    tab: int
    """The one in front."""


EDITOR = "document.querySelector('#prompt-textarea')"


async def windows(tools: DevTools) -> list[Window]:
    """The windows, in the order in which they were opened."""
    found = await ask_worker(tools, "return chrome.windows.getAll({ populate: true });")
    return [
        Window(
            each["id"], each["focused"], next(tab["id"] for tab in each["tabs"] if tab["active"])
        )
        for each in sorted(found, key=lambda each: int(each["id"]))
    ]


async def hide(tools: DevTools, tabs: list[int]) -> None:
    """Hide worker tabs as a person does who looks through them and then at another tab.

    A tab that was opened in the background counts as visible until it was once in front and is no
    longer: https://issues.chromium.org/issues/40092898
    """
    await ask_worker(
        tools,
        f"""
        const {{ windowId }} = await chrome.tabs.get({tabs[0]});
        for (const tab of {tabs}) await chrome.tabs.update(tab, {{ active: true }});
        await chrome.tabs.create({{ windowId, url: "about:blank", active: true }});
        """,
    )


async def worker_pages(tools: DevTools) -> list[PageSession]:
    """The pages of the site that are open."""
    found = [each for each in await tools.targets("page") if each.url.startswith(SITE)]
    return [await tools.attach(each.id) for each in found]


def tabs_of(tap: Tap) -> list[int]:
    """The tabs that the host opened."""
    asked = {each.message["id"] for each in tap.calls("tab.open")}
    answers = [each.message for each in tap.said if each.up and each.message.get("id") in asked]
    return sorted({each["result"]["tab"] for each in answers if "result" in each})


async def test_hidden_tabs_do_the_same_and_the_focus_stays(play: Play) -> None:
    """Tabs that nobody can see make all pictures, and the author's tab stays in front."""
    async with listening(play) as tap, browsing(play.stage) as tools:
        author = await tools.page("about:blank")
        # the tab comes to the front a moment after it was made
        await author.until("document.hasFocus() && !document.hidden")
        await author.run(WATCH)
        await tap.until(lambda: bool(tap.calls("hello")))
        (before,) = await windows(tools)
        await play.start(panels(24), tabs=3)
        await tap.until(lambda: len(tap.calls("page.fill")) >= 3)
        own, workers = await windows(tools)
        assert own == before == Window(before.id, focused=True, tab=before.tab)
        assert not workers.focused
        tabs = tabs_of(tap)
        await hide(tools, tabs)
        pages = await worker_pages(tools)
        assert len(pages) == len(tabs) == 3
        for page in pages:
            await page.until("document.hidden")
        hidden_at = tap.said[-1].at
        batch = await play.ended()
        assert await author.run("document.hasFocus() && !document.hidden")
        assert await author.run("moved") == []
        assert (await windows(tools))[0] == before
        # and the watch does see when something else comes to the front
        await ask_worker(
            tools, f"await chrome.tabs.create({{ windowId: {before.id}, active: true }});"
        )
        assert await author.until("moved.includes('hidden')")
    assert batch.done == batch.total == 24, batch
    sent = [
        each
        for each in tap.calls("page.click", hidden_at)
        if each.params["step"] == "send" and each.params["tab"] in tabs
    ]
    # so many that each tab sent some; a busy machine takes a while to hide them
    assert len(sent) >= 7
    for tab in tabs:
        told = [
            each.params["hidden"]
            for each in tap.calls("page.changed", hidden_at)
            if each.params["tab"] == tab
        ]
        # what was on its way as the page was hidden is not about a hidden page
        hidden = list(dropwhile(lambda is_hidden: not is_hidden, told))
        assert hidden, (tab, told)
        assert all(hidden), (tab, told)
    found = await play.audit()
    assert found.clean, found
    assert (found.submissions, found.pictures, found.images) == (24, 24, 24)


@pytest.mark.parametrize("shell", ["A", pytest.param("B", marks=pytest.mark.long)])
async def test_a_hidden_page_that_stands_still_is_loaded_anew(tmp_path: Path, shell: str) -> None:
    """The site has long been done, and a load shows it; nothing is sent again."""
    frozen = {"shell": shell, "freeze": 1.0, "generation_seconds": (2.5, 2.5)}
    async with playing(tmp_path / "stage", frozen) as play:
        profiles.write(play.stage.home.sites / "chatgpt.toml", profiles.hurried({"reload": 4}))
        async with listening(play) as tap, browsing(play.stage) as tools:
            await play.start(panels(3), tabs=1)
            await tap.until(lambda: bool(tap.calls("page.fill")))
            await hide(tools, tabs_of(tap))
            batch = await play.ended()
        assert batch.done == batch.total == 3, batch
        assert len(play.log("page_stood_still")) >= 2
        found = await play.audit()
    assert found.clean, found
    assert (found.submissions, found.pictures, found.images) == (3, 3, 3)


async def test_own_tab_of_the_author_is_never_touched(play: Play) -> None:
    """A prompt that the author is writing in the same browser stays, and nobody reads it."""
    async with listening(play) as tap, browsing(play.stage) as tools:
        author = await tools.page(f"{SITE}/")
        await author.until(f"{EDITOR} !== null")
        await author.run(f"{EDITOR}.focus()")
        await author.do("Input.insertText", text="A fox, half")
        await author.run("window.stayed = true")
        await play.start(panels(4), tabs=2)
        batch = await play.ended()
        # as long as it lives, whatever stirs in it is the author's own
        await author.do("Input.insertText", text=" written")
        shown = await author.run(f"[location.href, {EDITOR}.textContent, window.stayed]")
        # one that was opened for what another tab made by then is merely closed
        await tap.until(
            lambda: {each.params["tab"] for each in tap.calls("tab.close")} >= {*tabs_of(tap)}
        )
    assert batch.done == batch.total == 4, batch
    assert shown == [f"{SITE}/", "A fox, half written", True]

    ours = set(tabs_of(tap))
    own = {each.params["tab"] for each in tap.calls("tab.ready")} - ours
    assert len(own) == 1
    assert len([each for each in tap.calls("tab.ready") if each.params["tab"] in own]) == 1
    assert {each.params["tab"] for each in tap.calls("page.changed")} <= ours
    told = {each.params["tab"] for each in tap.said if not each.up and "tab" in each.params}
    assert told >= ours
    assert not told & own
    found = await play.audit()
    assert found.clean, found
    assert found.submissions == 4
