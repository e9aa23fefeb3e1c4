"""Errors of our own: each ends its attempt with a reason, is on record, and stops nothing else."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select
from structlog.testing import capture_logs

from helpers.playbook import (
    BYTES,
    PROMPT,
    Bench,
    PlayedBrowser,
    PlayedPage,
    click,
    fresh,
)
from playbook.test_press import Hall, hall, makes
from pressrun.library import sheet
from pressrun.library.shelf import Shelf
from pressrun.press import attempt, press, recovery
from pressrun.press.contact import ContactSheets
from pressrun.sites import judge
from pressrun.states import JobState
from pressrun.store import doubts
from pressrun.store.tables import jobs

OURS = "an error inside Pressrun (KeyError: 'MPO'); pressrun logs tells more"


def breaks(*_: object, **__: object) -> Any:  # noqa: ANN401 - it returns nothing
    """Fail as a bug does."""
    raise KeyError("MPO")


async def breaks_later(*_: object, **__: object) -> Any:  # noqa: ANN401 - it returns nothing
    """The same, of a coroutine."""
    breaks()


def failures(log: list[Any]) -> list[str]:
    """What the log has of errors, in order."""
    return [line["event"] for line in log if line["log_level"] == "error"]


async def two(bench: Bench) -> tuple[PlayedPage, PlayedPage]:
    """Order two panels, and a tab for each."""
    await bench.order("a one", "b two", tabs=1)
    page = makes(PlayedPage(), "a one", "file_a", "ca")
    return page, makes(PlayedPage(2), "b two", "file_b", "cb")


async def test_a_picture_that_cannot_be_filed_is_given_up_with_a_reason(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept where it was received, and said where; the next panel is made."""
    await bench.order("a one", "b two", tabs=1)
    page = makes(PlayedPage(), "a one", "file_a", "ca").expects(click("new_chat"))
    makes(page, "b two", "file_b", "cb")
    place = Shelf.place

    def first_breaks(shelf: Shelf, picture: Any) -> Any:  # noqa: ANN401 - as the shelf does
        if picture.key == "a":
            breaks()
        return place(shelf, picture)

    monkeypatch.setattr(Shelf, "place", first_breaks)
    async with hall(bench, page) as works:
        with capture_logs() as log:
            await works.work(120)
        assert await bench.book.states() == {"a": JobState.FAILED, "b": JobState.DONE}
        assert "filing_failed" in failures(log)
    (reason,) = await reasons(bench)
    assert reason.endswith(f"but cannot be filed: {OURS}")
    kept = Path(reason.split("kept at ", 1)[1].split(", but", 1)[0]).read_bytes()  # noqa: ASYNC240
    assert kept == BYTES + b"file_a"


async def reasons(bench: Bench) -> list[str]:
    """Why panels failed."""

    def read(connection: Connection) -> list[str]:
        failed = select(jobs.c.reason).where(jobs.c.state == JobState.FAILED)
        return [str(reason) for reason in connection.scalars(failed)]

    return await bench.store.do(read)


async def test_a_contact_sheet_that_cannot_be_drawn_stops_no_other(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither that of another library nor the end of the host."""
    written: list[Path] = []

    def write(library: Path, _shown: object) -> None:
        if library.name == "a":
            breaks()
        written.append(library)

    monkeypatch.setattr(sheet, "write", write)
    works = ContactSheets(bench.store)
    for name in ("a", "b"):
        works.changed(str(tmp_path / name))
    with capture_logs() as log:
        await works.write()
    assert written == [tmp_path / "b"]
    assert failures(log) == ["sheet_failed"]


async def test_a_search_that_fails_leaves_the_picture_to_the_author(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look again at once would fail again, without end; another panel is made meanwhile."""
    monkeypatch.setattr(recovery, "search", breaks_later)
    await bench.order("a one", "b two", tabs=1)
    tabs = [PlayedPage().sends("a one").loses(), PlayedPage(2).shows(fresh())]
    async with hall(bench, *tabs, makes(PlayedPage(3), "b two", "file_b", "cb")) as works:
        with capture_logs() as log:
            await works.work(300)
        assert failures(log) == ["slot_failed"]
        states = await bench.book.states()
    assert states == {"a": JobState.DOUBT, "b": JobState.DONE}
    (asking,) = await bench.store.do(doubts.asking)
    assert asking.waits
    assert asking.reason == OURS


async def test_a_panel_that_cannot_be_prepared_is_given_up_in_the_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a few tries; its reason is told, and the next panel is made."""
    await bench.order("a one", tabs=1)
    monkeypatch.setattr(attempt, "prepare", breaks_later)
    tabs = [PlayedPage(number).shows(fresh()) for number in range(1, 7)]
    async with hall(bench, *tabs) as works:
        with capture_logs() as log:
            await works.work(400)
        assert set(failures(log)) == {"slot_failed"}
        assert await bench.book.states() == {"a": JobState.FAILED}
    assert await reasons(bench) == [OURS]


async def test_what_was_received_is_filed_whatever_fails_after_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture is durable: the panel has it at once, not only after the host's next start."""
    page, other = await two(bench)
    receive = attempt._receive

    async def fails_after(*args: Any, **more: Any) -> None:  # noqa: ANN401 - as it takes them
        await receive(*args, **more)
        breaks()

    monkeypatch.setattr(attempt, "_receive", fails_after)
    async with hall(bench, page, other) as works:
        with capture_logs() as log:
            await works.work(200)
        assert "slot_failed" in failures(log)
        assert await bench.book.states() == {"a": JobState.DONE, "b": JobState.DONE}


async def test_a_page_over_which_we_fail_is_told_in_the_views(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is made there, so there is no attempt that could tell it."""
    await bench.order(PROMPT, tabs=1)
    monkeypatch.setattr(judge, "build", breaks)
    async with hall(bench, PlayedPage().shows(fresh()), PlayedPage(2).shows(fresh())) as works:
        with capture_logs() as log:
            await works.work(0.5)
        assert "slot_failed" in failures(log)
        assert works.board.accounts["author"].resting == OURS


@pytest.mark.parametrize(
    ("whose", "name"), [(press.Press, "_asked_tabs"), (PlayedBrowser, "keep_awake")]
)
async def test_a_browser_over_which_we_fail_is_taken_up_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, whose: type, name: str
) -> None:
    """It is on record, and half a minute later its tabs are at work."""
    await bench.order("a one", tabs=1)
    whole, calls = getattr(whose, name), 0

    async def breaks_once(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as it takes them
        nonlocal calls
        calls += 1
        return breaks() if calls == 1 else await whole(*args, **kwargs)

    monkeypatch.setattr(whose, name, breaks_once)
    async with hall(bench, makes(PlayedPage(), "a one", "file_a", "ca")) as works:
        with capture_logs() as log:
            await works.work(120)
        assert failures(log) == ["task_failed"]
        assert await bench.book.states() == {"a": JobState.DONE}


async def test_a_slot_over_which_we_fail_takes_no_other_with_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tab beside it makes its picture."""
    await bench.order("a one", "b two", tabs=2)
    may_open = press.Press._may_open

    async def second_breaks(self: Any, browser: Any, number: int, **more: Any) -> bool:  # noqa: ANN401
        if number == 1:
            breaks()
        return await may_open(self, browser, number, **more)

    monkeypatch.setattr(press.Press, "_may_open", second_breaks)
    page = makes(PlayedPage(), "a one", "file_a", "ca").expects(click("new_chat"))
    async with hall(bench, makes(page, "b two", "file_b", "cb")) as works:
        with capture_logs() as log:
            await works.work(120)
        assert set(failures(log)) == {"task_failed"}
        assert await bench.book.states() == {"a": JobState.DONE, "b": JobState.DONE}


class _Meter:
    """A meter that fails at first."""

    def __init__(self) -> None:
        self.read_ = 0

    def read(self, _browsers: object) -> Any:  # noqa: ANN401 - it never gets there
        self.read_ += 1
        breaks()


async def test_the_watches_beside_the_tabs_go_on_after_a_failure(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory, clock, contact sheets and storage alike; each failure is on record by its name."""
    meter = _Meter()
    works = Hall(bench)
    works.press.memory._meter = meter
    monkeypatch.setattr(press, "watch_clock", breaks_later)
    monkeypatch.setattr(ContactSheets, "write", breaks_later)
    monkeypatch.setattr("pressrun.press.storage.Storage.watch", breaks_later)
    with capture_logs() as log:
        await works.press.take_up()
        await works.work(100)
    failed = [line["task"] for line in log if line["event"] == "task_failed"]
    assert {"memory", "clock", "contact sheets", "storage"} <= set(failed)
    assert meter.read_ > 1
    monkeypatch.undo()
    works.press.memory._meter = None
    await works.press.close()


async def test_an_error_of_the_system_outside_the_disk_halts_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page's clock may be one that this machine cannot tell: that is the page's own matter."""
    await bench.order("a one", tabs=1)

    def overflows(*_: object) -> None:
        raise OSError(errno.EOVERFLOW, os.strerror(errno.EOVERFLOW))

    monkeypatch.setattr(judge, "build", overflows)
    async with hall(bench, PlayedPage().shows(fresh())) as works:
        await works.work(0.5)
        assert works.board.halted is None


async def test_a_disk_that_takes_no_picture_halts_all(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it does; and it is said what is wrong."""
    await bench.order("a one", tabs=1)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    page = makes(PlayedPage(), "a one", "file_a", "ca")
    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "place", full)
        async with hall(bench, page) as works:
            await works.work(60)
            assert works.board.halted is not None
            assert "disk is full" in works.board.halted
            patch.undo()
            await works.work(10)
            assert works.board.halted is None
            assert await bench.book.states() == {"a": JobState.DONE}
