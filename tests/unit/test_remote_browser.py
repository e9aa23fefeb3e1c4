"""Worker tabs over a link: what answers nothing is given up, and its tab does not stay."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from pressrun.press.page import PageLostError
from pressrun.protocol import calls
from pressrun.protocol import messages as m
from pressrun.protocol.calls import Call
from pressrun.protocol.link import Link
from pressrun.server import browser as browsers
from pressrun.server.browser import RemoteBrowser
from pressrun.sites import profile

TAB = 7


class Extension:
    """Opens and closes one tab, whose page answers no call."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.closed: list[int] = []

    async def call(self, call: Call[Any, Any], params: Any) -> m.Message:  # noqa: ANN401 - any message
        """Carry out what is about tabs, and nothing that is about a page."""
        match call:
            case calls.TAB_LIST:
                return m.TabList(tabs=[])
            case calls.TAB_OPEN:
                self.opened.set()
                return m.TabOpened(tab=TAB)
            case calls.TAB_CLOSE:
                self.closed.append(params.tab)
                return m.Nothing()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")


async def test_a_page_that_answers_nothing_is_lost_and_its_tab_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another tab may settle what it held: its document counts as alive no more."""
    monkeypatch.setattr(browsers, "ANSWER_SECONDS", 0.01)
    extension = Extension()
    browser = RemoteBrowser("p", profile.find("chatgpt", tmp_path).page)
    await browser.linked(cast("Link", extension), "one run")
    opening = asyncio.create_task(browser.open("https://chatgpt.com/"))
    await extension.opened.wait()
    ready = m.TabReady(tab=TAB, document="D", url="https://chatgpt.com/", steps={})
    await browser.tab_ready(ready)
    page = await opening
    assert browser.documents == {"D"}
    with pytest.raises(PageLostError, match="does not answer"):
        await page.read()
    assert extension.closed == [TAB]
    assert browser.documents == set()


async def test_a_tab_whose_page_never_loads_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site that is out of reach for a night leaves no window full of tabs."""
    monkeypatch.setattr(browsers, "REPORT_SECONDS", 0.01)
    extension = Extension()
    browser = RemoteBrowser("p", profile.find("chatgpt", tmp_path).page)
    await browser.linked(cast("Link", extension), "one run")
    with pytest.raises(PageLostError, match="did not load"):
        await browser.open("https://chatgpt.com/")
    assert extension.closed == [TAB]
