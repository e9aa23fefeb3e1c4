"""`pressrun doubt` over a real host."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from helpers.hosts import end_host
from helpers.play import Ended, command
from helpers.stores import leave_in_doubt
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Message, Role


async def pressrun(home: Home, *arguments: str) -> Ended:
    """Run a command."""
    return await command("pressrun", *arguments, "--home", str(home.folder))


async def doubtful(home: Home) -> None:
    """Leave two jobs in doubt: one that waits for the author, and one that is looked after."""
    await leave_in_doubt(home, {"ch01/a one": None, "b two": 9e9})


async def test_nothing_in_doubt_is_said_in_a_sentence(home: Home) -> None:
    """And the exit code says that nobody is waited for."""
    said = await pressrun(home, "doubt")
    assert (said.code, said.out) == (0, "Nothing is in doubt.\n")


async def test_each_doubt_is_told_with_its_choices(home: Home) -> None:
    """Number, panel, when it was sent, why nothing is proved, and what can be done."""
    await doubtful(home)
    said = await pressrun(home, "doubt")
    assert said.code == 3
    assert "job 1  ch01/a  sent 1970-01-01" in said.out
    assert said.out.count("the chat is gone") == 2
    assert said.out.count("Pressrun is still checking") == 1
    for choice in ("look", "resend", "give-up"):
        assert f"pressrun doubt {choice} JOB" in said.out
    told = (await pressrun(home, "doubt", "--json")).told
    assert told["total"] == 2
    assert [(each["job"], each["key"], each["waits"]) for each in told["doubts"]] == [
        (1, "ch01/a", True),
        (2, "b", False),
    ]


async def test_decisions_are_carried_out(home: Home) -> None:
    """Looked at again, sent again, given up: the store says so."""
    await doubtful(home)
    said = await pressrun(home, "doubt", "look", "--all")
    assert said.out == "Job 1 will be checked again as soon as a tab is free.\n"
    assert (await pressrun(home, "doubt")).code == 0
    assert (await pressrun(home, "doubt", "resend", "1", "--json")).told == {"jobs": [1]}
    assert "given up" in (await pressrun(home, "doubt", "give-up", "2")).out
    end_host(home)
    with closing(sqlite3.connect(home.store)) as store:
        assert store.execute("SELECT state FROM jobs ORDER BY id").fetchall() == [
            ("waiting",),
            ("failed",),
        ]


async def test_what_cannot_be_decided_is_refused_whole(home: Home) -> None:
    """An unknown job is told with exit code 5; no job at all is bad input."""
    await doubtful(home)
    said = await pressrun(home, "doubt", "give-up", "1", "9")
    assert said.code == 5
    assert said.err == "pressrun: job 9 is not in doubt; nothing was changed\n"
    assert (await pressrun(home, "doubt", "look")).code == 2
    assert (await pressrun(home, "doubt", "look", "1", "--all")).code == 2
    assert (await pressrun(home, "doubt", "--json")).told["total"] == 2


async def test_a_run_says_what_becomes_of_doubts(home: Home, tmp_path: Path) -> None:
    """`--on-doubt` is the batch's own."""
    book = tmp_path / "book.txt"
    book.write_text("A fox")
    for word in ("resend", "ask"):
        said = await pressrun(home, "run", str(book), "--detach", "--on-doubt", word)
        assert said.code == 0, said.err
        with closing(sqlite3.connect(f"{home.store.as_uri()}?mode=ro", uri=True)) as store:
            assert store.execute("SELECT on_doubt FROM batches").fetchall() == [(word,)]


@pytest.mark.parametrize(
    "call",
    [
        calls.HOST_STOP,
        calls.VERIFY,
        calls.BROWSER_START,
        calls.BROWSER_STOP,
        calls.BROWSER_STATUS,
    ],
    ids=lambda call: call.method,
)
def test_no_extension_starts_programs_or_reads_the_disk(
    call: calls.Call[Message, Message],
) -> None:
    """That is the command line's."""
    assert call.roles == {Role.COMMAND}


@pytest.mark.parametrize(
    "call",
    [
        calls.BATCH_START,
        calls.BATCH_ADJUST,
        calls.REVIEW_DECIDE,
        calls.REVIEW_UNDO,
        calls.DOUBT_DECIDE,
        calls.ACCOUNT_ALLOW,
        calls.FOLDER_OPEN,
    ],
    ids=lambda call: call.method,
)
def test_only_the_author_orders_and_decides(call: calls.Call[Message, Message]) -> None:
    """From the command line, the popup or the studio; never from a page of the site."""
    assert call.by == {calls.End.VIEW, calls.End.COMMAND}
