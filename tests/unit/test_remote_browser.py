"""Worker tabs over a link: what answers nothing is given up, and its tab does not stay."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from pressrun.press.page import PageLostError
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.link import Link
from pressrun.protocol.messages.base import Message, Nothing
from pressrun.protocol.messages.tab import TabList, TabOpened, TabReady
from pressrun.server import browser as browsers
from pressrun.server.browser import RemoteBrowser, RemotePage
from pressrun.sites import profile

TAB = 7
HOME = "https://chatgpt.com/"


class Extension:
    """Opens and closes one tab, whose page answers no call."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.listed: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self.closed: list[int] = []

    async def call(self, call: Call[Any, Any], params: Any) -> Message:  # noqa: ANN401 - any message
        """Carry out what is about tabs, and nothing that is about a page."""
        match call:
            case calls.TAB_LIST:
                return TabList(tabs=await self.listed)
            case calls.TAB_OPEN:
                self.opened.set()
                return TabOpened(tab=TAB)
            case calls.TAB_CLOSE:
                self.closed.append(params.tab)
                return Nothing()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")


@pytest.fixture
async def extension() -> Extension:
    """One with no tab open."""
    return Extension()


@pytest.fixture
async def browser(tmp_path: Path, extension: Extension) -> RemoteBrowser:
    """The browser in which it runs; which tabs are there is not listed yet."""
    browser = RemoteBrowser("p", profile.find("chatgpt", tmp_path).page)
    await browser.linked(cast("Link", extension), "one run")
    return browser


READY = TabReady(tab=TAB, document="D", url=HOME, steps={})


async def opened(browser: RemoteBrowser, extension: Extension) -> RemotePage:
    """Open the tab, with document D in it."""
    extension.listed.set_result([])
    opening = asyncio.create_task(browser.open(HOME))
    await extension.opened.wait()
    await browser.tab_ready(READY)
    return await opening


async def test_a_page_that_answers_nothing_is_lost_and_its_tab_closed(
    browser: RemoteBrowser, extension: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another tab may settle what it held: its document counts as alive no more."""
    monkeypatch.setattr(browsers, "ANSWER_SECONDS", 0.01)
    page = await opened(browser, extension)
    assert browser.documents == {"D"}
    with pytest.raises(PageLostError, match="does not answer"):
        await page.read()
    assert extension.closed == [TAB]
    assert browser.documents == set()


async def test_a_tab_whose_page_never_loads_is_closed(
    browser: RemoteBrowser, extension: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site that is out of reach for a night leaves no window full of tabs."""
    monkeypatch.setattr(browsers, "REPORT_SECONDS", 0.01)
    extension.listed.set_result([])
    with pytest.raises(PageLostError, match="did not load"):
        await browser.open(HOME)
    assert extension.closed == [TAB]


async def test_tabs_that_are_listed_late_are_closed_all_the_same(
    browser: RemoteBrowser, extension: Extension
) -> None:
    """A browser that comes back when everything is made keeps no tab of ours open."""
    closing = asyncio.create_task(browser.close_left_over())
    await asyncio.sleep(0)
    extension.listed.set_result([TAB])
    await closing
    assert extension.closed == [TAB]


async def test_a_tab_that_shows_another_page_is_worked_in_again(
    browser: RemoteBrowser, extension: Extension
) -> None:
    """Whoever worked in it loses the page; the tab is left over, and no other is opened."""
    page = await opened(browser, extension)
    for document in ("E", "F"):
        await browser.tab_ready(READY.model_copy(update={"document": document}))
    assert page.lost == "the tab now shows another page"
    await page.close()
    assert browser.left_over == 1
    again = await browser.open(HOME)
    assert (again.tab, again.document, again.lost) == (TAB, "F", None)
    assert extension.closed == []


async def test_a_tab_that_was_listed_before_its_opening_was_answered_is_no_left_over(
    browser: RemoteBrowser, extension: Extension
) -> None:
    """It has one page, in which somebody works; nobody else finds it and closes it."""
    extension.listed.set_result([TAB])
    await browser._wait_for_list()
    assert browser.left_over == 1
    page = await browser._opened(HOME)
    await browser.close_left_over()
    assert page.lost is None
    assert extension.closed == []
