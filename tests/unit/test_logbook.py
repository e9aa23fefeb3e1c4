"""The log in a view: live, in order, filtered, bounded, and exact after any break."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from pressrun import logs
from pressrun.errors import BadInputError
from pressrun.protocol.messages.log import LogFound, LogQuery
from pressrun.server import logbook
from pressrun.server.logbook import Logbook

SECOND = 1_000_000


def line(number: int, text: str = "x", level: str = "info") -> str:
    """Return a line that was written so many seconds after a certain moment."""
    stamp = f"2026-01-02T03:{number // 60:02d}:{number % 60:02d}.000000Z"
    told = {"timestamp": stamp, "level": level, "logger": "pressrun.press", "event": text}
    return json.dumps(told)


def texts(found: LogFound) -> list[str]:
    """Return what lines tell."""
    return [each.text for each in found.lines]


async def told(book: Logbook, *lines: str) -> None:
    """Have lines be written, and wait until they have arrived."""
    for each in lines:
        book.hear(each)
    await asyncio.sleep(0)


async def test_a_view_that_opens_gets_what_was_written_before(tmp_path: Path) -> None:
    """From the file for what this host did not hear, and each line once."""
    log = tmp_path / "host.log"
    log.write_text("\n".join([line(1, "one"), line(2, "two"), line(3, "three")]) + "\n")
    book = Logbook(log)
    await told(book, line(3, "three"))
    assert texts(await book.follow(LogQuery())) == ["one", "two", "three"]


async def test_a_line_that_is_written_answers_who_waits(tmp_path: Path) -> None:
    """Nothing is polled: the question is open until there is something to tell."""
    book = Logbook(tmp_path / "none.log")
    begun = await book.follow(LogQuery())
    assert begun == LogFound(lines=[], at=0)
    waiting = asyncio.ensure_future(book.follow(LogQuery(after=begun.at, wait=25)))
    await told(book, line(1, "news"))
    async with asyncio.timeout(5):
        found = await waiting
    assert texts(found) == ["news"]
    again = await book.follow(LogQuery(after=found.at))
    assert again == LogFound(lines=[], at=found.at)


async def test_lines_that_do_not_fit_leave_the_question_open(tmp_path: Path) -> None:
    """Level and text are looked at by the host, so that nothing unwanted crosses the link."""
    book = Logbook(tmp_path / "none.log")
    asked = LogQuery(level="warning", text="LIMIT", wait=25)
    waiting = asyncio.ensure_future(book.follow(asked))
    await told(book, line(1, "limit met"), line(2, "other", "error"))
    assert not waiting.done()
    await told(book, line(3, "limit met again", "error"), line(4, "after"))
    async with asyncio.timeout(5):
        assert texts(await waiting) == ["limit met again"]


async def test_numbers_are_the_same_after_a_restart(tmp_path: Path) -> None:
    """A view continues where it was, also where two lines are of the same moment."""
    written = [line(1, "a"), line(1, "b"), line(1, "c"), line(2, "d")]
    first = Logbook(tmp_path / "none.log")
    await told(first, *written)
    before = await first.follow(LogQuery())
    log = tmp_path / "host.log"
    log.write_text("\n".join([*written, line(3, "e")]) + "\n")
    after = await Logbook(log).follow(LogQuery(after=before.at))
    assert texts(after) == ["e"]
    numbers = [each.number for each in before.lines]
    assert numbers == sorted(set(numbers))
    assert numbers[3] - numbers[0] == SECOND


async def test_a_clock_that_was_put_back_hides_nothing(tmp_path: Path) -> None:
    """A view may know more than there is: it gets everything, and is told of the gap."""
    book = Logbook(tmp_path / "none.log")
    await told(book, line(9, "late"), line(1, "early"))
    assert texts(await book.follow(LogQuery())) == ["late", "early"]
    found = await book.follow(LogQuery(after=2**52))
    assert (texts(found), found.missed) == (["late", "early"], True)


async def test_an_answer_is_bounded_and_says_what_it_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log of any length and any line of it fit into the link; the newest lines are told."""
    monkeypatch.setattr(logbook, "KEPT", 50)
    book = Logbook(tmp_path / "none.log")
    await told(book, *(line(number, str(number)) for number in range(80)))
    found = await book.follow(LogQuery(most=3))
    assert (texts(found), found.missed) == (["77", "78", "79"], True)
    begin = await book.follow(LogQuery(after=1))
    assert (len(begin.lines), begin.missed) == (50, True)
    await told(book, *(line(number, "\U0001f98a" * 9_000) for number in range(100, 300)))
    whole = await book.follow(LogQuery(most=500))
    assert len(whole.model_dump_json().encode()) < 600_000
    assert all(len(each.text) <= logbook.TEXT_CHARS for each in whole.lines)


async def test_a_level_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With those that are there."""
    with pytest.raises(BadInputError, match="debug, info, warning, error, critical"):
        await Logbook(tmp_path / "none.log").follow(LogQuery(level="loud"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x00\xff\xfe",
        b"{",
        b"no JSON\n[]\n",
        b'{"timestamp": "9999-12-31T00:00:00Z"}',
    ],
)
async def test_a_damaged_log_is_told_as_far_as_it_can_be(tmp_path: Path, content: bytes) -> None:
    """It is a file, and anything may be in it; what is written next is told as ever."""
    log = tmp_path / "host.log"
    log.write_bytes(content)
    book = Logbook(log)
    found = await book.follow(LogQuery())
    await told(book, line(1, "next"))
    assert texts(await book.follow(LogQuery(after=found.at))) == ["next"]


async def test_a_log_that_was_just_rotated_is_told_with_what_was_before(tmp_path: Path) -> None:
    """A new file does not empty the view."""
    (tmp_path / "host.log.1").write_text(line(1, "old") + "\n")
    (tmp_path / "host.log").write_text(line(2, "new") + "\n")
    assert texts(await Logbook(tmp_path / "host.log").follow(LogQuery())) == ["old", "new"]


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """This process's own logging, given back in the end."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("root")
async def test_every_line_is_heard_as_it_stands_in_the_file(tmp_path: Path) -> None:
    """From any thread, redacted and all; and none when nobody listens any more."""
    log = tmp_path / "host.log"
    logs.configure(log)
    book = Logbook(log)
    with logs.listening(book.hear):
        structlog.get_logger("pressrun.test").warning("bad", url="?sig=SECRET")
        await asyncio.to_thread(logging.getLogger("other").error, "from a thread")
        await asyncio.sleep(0)
        found = await book.follow(LogQuery())
    structlog.get_logger("pressrun.test").warning("unheard")
    await asyncio.sleep(0)
    assert texts(found) == ["bad  url=?sig=…", "from a thread"]
    assert texts(await book.follow(LogQuery())) == texts(found)
