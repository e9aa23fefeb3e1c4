"""The press around the attempt: slots, who is signed in, claims, what waits, and a restart."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator

import pytest

from helpers.playbook import (
    BYTES,
    PROMPT,
    Bench,
    PlayedBrowser,
    PlayedPage,
    asked,
    chat,
    click,
    fetch,
    fresh,
    made,
    working,
)
from pressrun.press.board import Board
from pressrun.press.page import PageLostError
from pressrun.press.press import LOOK_AGAIN_SECONDS, Press
from pressrun.states import BatchState, JobState, Step
from pressrun.store import accounts

QUICK = 0.5
"""Seconds that everything but waiting takes, and less."""


class Hall:
    """A press with one played browser."""

    def __init__(self, bench: Bench, *tabs: PlayedPage | Exception) -> None:
        self.bench = bench
        self.board = Board()
        self.browser = PlayedBrowser(*tabs)
        self.tabs = [each for each in tabs if isinstance(each, PlayedPage)]
        self.kept: list[object] = []
        self.press = Press(
            bench.store, bench.clock, bench.site, self.board, self._keep, lambda: 0.0
        )

    async def _keep(self, page: object) -> None:
        self.kept.append(page)

    async def work(self, seconds: float) -> None:
        """Have the press work for so long."""
        if self.browser.profile not in self.board.accounts:
            await self.press.take_up()
            self.press.attach(self.browser)
        await asyncio.sleep(seconds)

    def doing(self) -> list[str]:
        """What the tabs do, as the views show it."""
        return [view.doing for view in self.board.tabs.values()]


@contextlib.asynccontextmanager
async def hall(bench: Bench, *tabs: PlayedPage | Exception) -> AsyncIterator[Hall]:
    """A press that ends with its test; every script has been played by then."""
    opened = Hall(bench, *tabs)
    yield opened
    await opened.press.close()
    for tab in opened.tabs:
        tab.check()


def makes(page: PlayedPage, prompt: str, name: str, chat_name: str) -> PlayedPage:
    """Have a page make a picture in half a minute."""
    page.sends(prompt).shows(asked(working(), prompt=prompt, named=chat_name)).after(30)
    page.shows(asked(made(name), prompt=prompt, named=chat_name))
    return page.expects(fetch(name), gives=BYTES + name.encode())


async def test_a_tab_makes_one_picture_after_another_and_is_closed(bench: Bench) -> None:
    """By the page's own link in between; the browser may sleep when nothing is left."""
    page = makes(PlayedPage(), "a one", "file_a", "ca")
    page.expects(click("new_chat"))
    makes(page, "b two", "file_b", "cb")
    await bench.order("a one", "b two", tabs=1)
    async with hall(bench, page) as press:
        await press.work(120)
        assert await bench.book.states() == {"a": JobState.DONE, "b": JobState.DONE}
        assert page.closed
        assert press.doing() == []
        assert (press.browser.awake[0], press.browser.awake[-1]) == (True, False)
        assert (bench.library / "a.png").read_bytes() == BYTES + b"file_a"
        assert (bench.library / "b.png").read_bytes() == BYTES + b"file_b"


async def test_nothing_is_opened_while_nothing_is_to_be_made(bench: Bench) -> None:
    """And the machine may sleep."""
    async with hall(bench) as press:
        await press.work(60)
        assert press.browser.opened == []
        assert set(press.browser.awake) == {False}


async def test_a_batch_has_no_more_tabs_than_it_was_given(bench: Bench) -> None:
    """One slot each."""
    await bench.order("a one", "b two", "c three", tabs=1)
    async with hall(bench) as press:
        await press.work(60)
        assert len(press.browser.opened) == 1


async def test_a_tab_that_does_not_open_is_tried_again_later_each_time(bench: Bench) -> None:
    """A fifth of a second, and then twice as long, up to half a minute."""
    await bench.order(PROMPT, tabs=1)
    async with hall(bench, *[lost() for _ in range(12)]) as press:
        await press.work(200)
        pairs = itertools.pairwise(at for at, _ in press.browser.opened)
        waits = [later - sooner for sooner, later in pairs]
        assert waits[:4] == pytest.approx([0.2, 0.4, 0.8, 1.6], abs=0.01)
        assert waits[-1] == pytest.approx(30, abs=0.01)


def lost() -> Exception:
    """Return what is raised where a tab is gone."""
    return PageLostError("it did not report")


async def test_a_tab_that_lasted_is_opened_again_soon(bench: Bench) -> None:
    """Only tabs that are lost again and again are waited for longer."""
    await bench.order(PROMPT, tabs=1)
    lasts = PlayedPage().sends().shows(asked(working())).after(40).loses()
    async with hall(bench, lost(), lost(), lost(), lasts, lost()) as press:
        await press.work(60)
        assert lasts.closed
        opened = [at for at, _ in press.browser.opened]
        assert opened[4] - opened[3] == pytest.approx(40 + 0.2, abs=0.1)


async def test_a_fault_of_ours_in_one_tab_does_not_end_the_others(bench: Bench) -> None:
    """It is logged, and the attempt is in doubt or goes back."""
    await bench.order("a one", tabs=1)
    page = PlayedPage().shows(fresh())
    async with hall(bench, page, makes(PlayedPage(2), "a one", "file_a", "ca")) as press:
        await press.work(1)
        assert page.faults
        page.faults.clear()
        await press.work(60)
        assert await bench.book.states() == {"a": JobState.DONE}


async def test_a_page_that_no_profile_knows_is_told_and_kept(bench: Bench) -> None:
    """Also where it is not known who is signed in; the account rests on record."""
    await bench.order(PROMPT, tabs=1)
    page = PlayedPage().shows(fresh(shell="", seen=[]))
    async with hall(bench, page) as press:
        await press.work(bench.site.limits.page + QUICK)
        about = press.board.accounts["author"]
        assert about.resting is not None
        assert "site profile" in about.resting
        assert press.kept == [page]
        (limit,) = await bench.limits()
        assert limit["outcome"] == "unknown"
        assert page.closed


async def test_a_page_that_shows_nothing_is_given_up_and_not_judged(bench: Bench) -> None:
    """It is slow, for all that anybody knows."""
    await bench.order(PROMPT, tabs=1)
    page = PlayedPage()
    async with hall(bench, page) as press:
        await press.work(bench.site.limits.page + QUICK)
        assert page.closed
        assert press.kept == []
        assert await bench.limits() == []


async def test_an_account_that_rests_sends_nothing_until_its_time_is_over(bench: Bench) -> None:
    """The views tell why, and until when."""
    await bench.order(PROMPT, tabs=1)
    now = bench.clock.now()
    await bench.store.do(
        accounts.rest,
        now,
        bench.book.account,
        outcome="capped",
        until=now + 100,
        because="a cap",
    )
    page = PlayedPage().shows(fresh()).expects(click("add_menu")).loses()
    async with hall(bench, page) as press:
        await press.work(90)
        assert press.doing() == ["resting"]
        about = press.board.accounts["author"]
        assert about.resting == "The account has reached its limit"
        assert about.resting_until == pytest.approx(now + 100)
        assert (await bench.book.states()) == {"fox": JobState.WAITING}
        await press.work(11)
        assert page.lost


async def test_a_doubt_comes_before_a_new_panel(bench: Bench) -> None:
    """It costs no quota."""
    await bench.order("a one", "b two", tabs=1)
    doubt = await bench.doubt(conversation="ca")
    page = PlayedPage(fresh=False).shows(fresh()).expects(chat("ca"))
    page.shows(asked(made("file_a"), prompt="a one", named="ca"))
    page.expects(fetch("file_a"), gives=BYTES).expects(click("new_chat")).loses()
    async with hall(bench, page) as press:
        await press.work(5)
        assert (await bench.book.states())["a"] == JobState.DONE
        assert doubt.attempt.key == "a"


async def test_a_host_that_starts_files_what_it_had_received(bench: Bench) -> None:
    """Without a tab; what was not sent goes back, and what was is in doubt."""
    await bench.order("a one", "b two", "c three", tabs=3)
    first = await bench.claim()
    page = makes(PlayedPage(), "a one", "file_a", "ca")
    assert await bench.make(page, first)
    second, third = await bench.claim(), await bench.claim()
    assert (await bench.stands(second)).step == Step.CLAIMED
    await bench.book.advance(third, Step.SUBMITTING)
    board = Board()
    press = Press(bench.store, bench.clock, bench.site, board, draw=lambda: 0.0)
    await press.take_up()
    await asyncio.sleep(1)
    assert await bench.book.states() == {
        "a": JobState.DONE,
        "b": JobState.WAITING,
        "c": JobState.DOUBT,
    }
    await press.close()


async def test_a_paused_batch_keeps_no_tab(bench: Bench) -> None:
    """It is closed as soon as its attempt has ended."""
    await bench.order("a one", "b two", tabs=1)
    page = makes(PlayedPage(), "a one", "file_a", "ca")
    async with hall(bench, page) as press:
        await press.work(20)
        await bench.book.change(BatchState.PAUSED)
        press.press.announce()
        await press.work(40)
        assert page.closed
        assert await bench.book.states() == {"a": JobState.DONE, "b": JobState.WAITING}


async def test_a_host_that_ends_gives_attempts_under_way_their_time(bench: Bench) -> None:
    """As much as it was told to."""
    await bench.order("a one", tabs=1)
    page = makes(PlayedPage(), "a one", "file_a", "ca")
    async with hall(bench, page) as press:
        await press.work(10)
        began = bench.now
        await press.press.close(60)
        assert bench.now - began == pytest.approx(25, abs=LOOK_AGAIN_SECONDS)
        assert await bench.book.states() == {"a": JobState.DONE}
