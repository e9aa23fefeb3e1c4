"""What the start page, the accounts and the log of the studio ask, over a real host."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from helpers.hosts import started_host
from pressrun.cli.client import connect
from pressrun.errors import BadInputError, NotFoundError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.account import AccountHistoryQuery
from pressrun.protocol.messages.batch import BatchAdjust, BatchStart
from pressrun.protocol.messages.log import LogQuery
from pressrun.protocol.messages.status import StatusQuery


@pytest.fixture(autouse=True)
def _hosted(home: Home) -> Iterator[None]:
    """A host that works in the home."""
    with started_host(home):
        yield


def write(folder: Path) -> Path:
    """Write a prompt list."""
    path = folder / "book.jsonl"
    lines = [json.dumps({"key": key, "prompt": f"A picture of {key}"}) for key in "abc"]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


async def test_a_line_is_told_as_soon_as_the_host_writes_it(home: Home, tmp_path: Path) -> None:
    """A question that is open is answered by what another client does; nothing is polled."""
    source = write(tmp_path)
    async with connect(home) as view, connect(home) as other, asyncio.timeout(60):
        begun = await view.ask(calls.LOG_FOLLOW, LogQuery())
        assert any(line.text.startswith("host starts") for line in begun.lines)
        asked = LogQuery(after=begun.at, text="batch started", wait=25)
        waiting = asyncio.ensure_future(view.ask(calls.LOG_FOLLOW, asked))
        await other.ask(calls.BATCH_START, BatchStart(source=str(source)))
        found = await waiting
        [line] = found.lines
        assert (line.about, line.level) == ("runs", "info")
        assert line.text.startswith("batch started  ")


async def test_a_plan_says_how_many_pictures_a_start_orders(home: Home, tmp_path: Path) -> None:
    """The number on the button is the number of jobs."""
    source = write(tmp_path)
    asked = BatchStart(source=f" '{source}' ", only=["a", "c"], again=False)
    async with connect(home) as client:
        plan = await client.ask(calls.BATCH_PLAN, asked)
        assert plan.makes == 2
        started = await client.ask(calls.BATCH_START, asked)
        await client.ask(calls.BATCH_ADJUST, BatchAdjust(batch=started.batch, priority=7))
        status = await client.ask(calls.STATUS, StatusQuery())
        [batch] = status.batches
        assert (batch.total, batch.priority, batch.source) == (2, 7, str(source))
        assert (await client.ask(calls.BATCH_PLAN, asked)).makes == 0


async def test_no_other_number_is_started_than_was_agreed(home: Home, tmp_path: Path) -> None:
    """Whatever changed between the plan and the start; the same order with the new number works."""
    source = write(tmp_path)
    asked = BatchStart(source=str(source), again=False)
    async with connect(home) as client:
        agreed = (await client.ask(calls.BATCH_PLAN, asked)).makes
        source.write_text(source.read_text() + '\n{"key": "d", "prompt": "One more"}')
        with pytest.raises(
            BadInputError, match=r"^4 pictures would be made now, and not 3 as plan"
        ):
            await client.ask(calls.BATCH_START, asked.model_copy(update={"makes": agreed}))
        assert (await client.ask(calls.STATUS, StatusQuery())).batches == []
        started = await client.ask(calls.BATCH_START, asked.model_copy(update={"makes": 4}))
        assert started.batch == 1


async def test_a_book_is_planned_by_its_folder(home: Home, tmp_path: Path) -> None:
    """As an author names it; what is wrong with it is told with file and line."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "book.toml").write_text('title = "A book"\nstile = 1\n', encoding="utf-8")
    async with connect(home) as client:
        with pytest.raises(BadInputError, match=r"book\.toml:2: "):
            await client.ask(calls.BATCH_PLAN, BatchStart(source=str(book)))
        with pytest.raises(BadInputError, match=r"has no book\.toml"):
            await client.ask(calls.BATCH_PLAN, BatchStart(source=str(tmp_path)))


async def test_the_past_of_an_account_is_told_in_parts(home: Home) -> None:
    """And an account that is not there is refused, not shown as idle."""
    async with connect(home) as client:
        with pytest.raises(NotFoundError, match="no account 1"):
            await client.ask(
                calls.ACCOUNT_HISTORY, AccountHistoryQuery(account=1, seconds=60.0, parts=2)
            )
        with closing(sqlite3.connect(home.store)) as store, store:
            store.execute(
                "INSERT INTO accounts (id, site, profile, mark, seen_at)"
                " VALUES (1, 'chatgpt', 'one', 'm', 0)"
            )
        asked = AccountHistoryQuery(account=1, seconds=86_400.0, parts=200)
        told = await client.ask(calls.ACCOUNT_HISTORY, asked)
        assert [each.sends for each in told.parts] == [0] * 200
        assert {each.tabs for each in told.parts} == {2}
        assert len(json.dumps(told.model_dump())) < 20_000
