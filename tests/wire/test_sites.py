"""A batch is made on the site that it is for, or not at all."""

import json
import zlib
from pathlib import Path

import pytest

from helpers.pictures import encoded
from helpers.stores import Book
from pressrun.cli.client import connect
from pressrun.errors import BadInputError, Exit
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.messages.base import Message
from pressrun.protocol.messages.batch import BatchChoice, BatchStart, JobsOrder
from pressrun.protocol.messages.status import StatusQuery
from pressrun.states import BatchState, JobChoice
from pressrun.store import accounts, batches
from pressrun.store.database import open_store
from pressrun.store.tables import batches as batches_table
from wire.extension import browsing
from wire.status import until

OTHER = "easel"


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt."""
    return encoded(size=(64, 64), seed=zlib.crc32(prompt.encode()))


def write_list(folder: Path, name: str, *keys: str) -> Path:
    """Write a prompt list."""
    path = folder / f"{name}.jsonl"
    lines = [json.dumps({"key": key, "prompt": f"Panel {key}"}) for key in keys]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def asked(folder: Path, name: str, *keys: str, site: str = "chatgpt") -> BatchStart:
    """Return the call that has a list made."""
    source, library = write_list(folder, name, *keys), folder / name
    return BatchStart(source=str(source), library=str(library), site=site)


async def leave_open(home: Home, folder: Path) -> int:
    """Leave a running batch for another site in the store of a home, as another version would."""
    home.make()
    store = await open_store(home.store)
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    book = Book(store, account)
    batch = await book.start("other/1 A fox", "other/2 A bear", library=str(folder / "other"))
    await book.set(batches_table, batch, site=OTHER, source=str(folder / "other.jsonl"))
    await store.close()
    return batch


@pytest.mark.parametrize("call", [calls.BATCH_START, calls.BATCH_PLAN], ids=lambda c: c.method)
async def test_a_batch_for_a_site_that_is_not_worked_with_is_refused(
    home: Home, tmp_path: Path, call: Call[BatchStart, Message]
) -> None:
    """It is bad input, in words that name both sites, and nothing is begun on another site."""
    async with browsing(home, draw) as browser, connect(home) as client:
        with pytest.raises(BadInputError) as refused:
            await client.ask(call, asked(tmp_path, "book", "a", site=OTHER))
        assert refused.value.exit == Exit.BAD_INPUT
        assert "works with chatgpt, and not with easel; nothing was started" in str(refused.value)
        assert (await client.ask(calls.STATUS, StatusQuery())).batches == []
        assert not (tmp_path / "book").exists()
        assert browser.sent == []


async def test_an_open_batch_of_another_site_is_set_aside_and_says_why(
    home: Home, tmp_path: Path
) -> None:
    """None of its prompts reaches this site, whatever is ordered; it can be cancelled."""
    other = await leave_open(home, tmp_path)
    async with browsing(home, draw) as browser, connect(home) as client:
        status = await client.ask(calls.STATUS, StatusQuery())
        [stuck] = status.batches
        assert (stuck.state, stuck.site, stuck.outlook) == (BatchState.PAUSED, OTHER, None)
        assert f"pressrun cancel {other}" in (stuck.obstacle or "")
        assert status.sentence.startswith(f"Batch {other} is for easel")

        with pytest.raises(BadInputError, match="works with chatgpt, and not with easel"):
            await client.ask(calls.BATCH_RESUME, BatchChoice(batch=other))
        assert (await client.ask(calls.BATCH_RESUME, BatchChoice())).batches == []
        with pytest.raises(BadInputError, match=f"Cancel it first: pressrun cancel {other}"):
            await client.ask(calls.BATCH_START, asked(tmp_path, "other", "other/1"))
        await client.ask(calls.JOBS_ORDER, JobsOrder(choice=JobChoice.FIRST, keys=["other/2"]))

        await client.ask(calls.BATCH_START, asked(tmp_path, "book", "a", "b"))
        await until(client, lambda seen: seen.batches[0].state == BatchState.DONE)
        assert sorted(browser.sent) == ["Panel a", "Panel b"]
        assert (await client.ask(calls.BATCH_CANCEL, BatchChoice(batch=other))).batches == [other]
        ended = (await client.ask(calls.STATUS, StatusQuery())).batches[1]
        assert (ended.cancelled, ended.obstacle) == (2, None)


async def test_a_batch_of_another_site_that_is_tried_again_stays_set_aside(
    home: Home, tmp_path: Path
) -> None:
    """Opened again by an order, it is paused at once."""
    other = await leave_open(home, tmp_path)
    store = await open_store(home.store)
    await store.do(batches.change, 2.0, other, BatchState.CANCELLED)
    await store.close()
    async with browsing(home, draw) as browser, connect(home) as client:
        await client.ask(calls.JOBS_ORDER, JobsOrder(choice=JobChoice.RETRY, keys=["other/1"]))
        [stuck] = (await client.ask(calls.STATUS, StatusQuery())).batches
        assert (stuck.state, stuck.waiting) == (BatchState.PAUSED, 1)
        assert browser.sent == []
