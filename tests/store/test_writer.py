"""The writer: one connection, shared commits, and each operation whole, once, or not at all."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import await_only

from helpers.stores import Book, add_line
from pressrun.press.storage import explain
from pressrun.store import journal
from pressrun.store.database import open_inline, open_store
from pressrun.store.writer import GROUP, CorruptError, StoreError, Writer


@pytest.fixture
def commits() -> Iterator[list[str]]:
    """Every COMMIT that reaches a database."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement in ("COMMIT", "ROLLBACK"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


class Gate:
    """An operation that keeps the writer busy until it is opened."""

    def __init__(self) -> None:
        self._reached, self._opened = asyncio.Event(), asyncio.Event()

    def stand(self, _connection: Connection) -> None:
        """Keep the writer waiting, as a slow disk does: the event loop goes on."""
        self._reached.set()
        await_only(self._opened.wait())

    async def reached(self) -> None:
        """Wait until the writer stands before it."""
        await self._reached.wait()

    def open(self) -> None:
        """Let the writer go on."""
        self._opened.set()


async def busy(store: Writer) -> tuple[Gate, asyncio.Task[None]]:
    """Keep the writer busy, so that what comes next waits together."""
    gate = Gate()
    passing = asyncio.create_task(store.do(gate.stand))
    await gate.reached()
    return gate, passing


def fail(connection: Connection) -> None:
    """Change something, and then fail."""
    add_line(connection, "failed")
    raise ValueError("no")


async def test_operations_that_wait_together_share_a_commit(
    store: Writer, book: Book, commits: list[str]
) -> None:
    """A hundred waiting operations cost two commits, in their order, and all are on disk."""
    gate, passing = await busy(store)
    commits.clear()
    waiting = [asyncio.create_task(store.do(add_line, f"line {n}")) for n in range(100)]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(passing, *waiting)
    assert commits == ["COMMIT"] * (1 + -(-100 // GROUP))
    assert (await book.told())[-100:] == [f"line {n}" for n in range(100)]


async def test_an_operation_is_on_disk_when_it_returns(store: Writer, tmp_path: Path) -> None:
    """Another reader sees it at once: nothing is left in the writer's hands."""
    await store.do(add_line, "here")
    with closing(sqlite3.connect(tmp_path / "store.db")) as other:
        assert other.execute("SELECT event FROM journal").fetchall() == [("here",)]


async def test_an_operations_value_and_error_are_its_callers(store: Writer) -> None:
    """Each caller gets what its own operation came to."""
    value, error = await asyncio.gather(
        store.do(lambda _, number: number * 2, 21), store.do(fail), return_exceptions=True
    )
    assert value == 42
    assert isinstance(error, ValueError)


async def test_an_operation_that_fails_takes_nothing_with_it(store: Writer, book: Book) -> None:
    """Of a group, the one that fails leaves no trace, and its neighbours are done."""
    gate, passing = await busy(store)
    works: list[asyncio.Task[None]] = []
    for operation in ("before", None, "after"):
        work = store.do(add_line, operation) if operation else store.do(fail)
        works.append(asyncio.create_task(work))
    await asyncio.sleep(0)
    gate.open()
    found = await asyncio.gather(passing, *works, return_exceptions=True)
    assert [type(each) for each in found] == [type(None), type(None), ValueError, type(None)]
    assert (await book.told())[-2:] == ["before", "after"]


async def test_a_refused_statement_is_a_store_error(store: Writer, book: Book) -> None:
    """What the database refuses is told as such, and the writer lives on."""

    def twice(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO journal (id, at, event, data) VALUES (1, 0, '', 0)")
        connection.exec_driver_sql("INSERT INTO journal (id, at, event, data) VALUES (1, 0, '', 0)")

    before = await book.told()
    with pytest.raises(StoreError, match="UNIQUE constraint failed"):
        await store.do(twice)
    assert await book.told() == before


@pytest.mark.parametrize("when", ["queued", "under way"])
async def test_a_cancelled_callers_operation_happens_once(
    store: Writer, book: Book, when: str
) -> None:
    """Whoever stops waiting does not stop the operation, and cannot leave half of it."""
    gate = Gate()

    def slow(connection: Connection) -> None:
        add_line(connection, "one")
        gate.stand(connection)
        add_line(connection, "two")

    if when == "queued":
        blocker, passing = await busy(store)
        calling = asyncio.create_task(store.do(slow))
        await asyncio.sleep(0)
        calling.cancel()
        blocker.open()
        await passing
    else:
        calling = asyncio.create_task(store.do(slow))
        await gate.reached()
        calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    gate.open()
    assert (await book.told())[-2:] == ["one", "two"]
    assert (await book.told()).count("one") == 1


async def test_a_full_disk_costs_only_what_it_refuses(store: Writer, book: Book) -> None:
    """An operation for which there is no room is told so; its neighbours and the writer go on."""

    def set_limit(connection: Connection, pages: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def huge(connection: Connection) -> None:
        add_line(connection, "x" * 2_000_000)

    pages = await store.do(
        lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    )
    await store.do(set_limit, pages + 2)
    gate, passing = await busy(store)
    works = [asyncio.create_task(store.do(add_line, "before"))]
    works += [asyncio.create_task(store.do(huge))]
    works += [asyncio.create_task(store.do(add_line, "after"))]
    await asyncio.sleep(0)
    gate.open()
    found = await asyncio.gather(passing, *works, return_exceptions=True)
    assert isinstance(found[2], StoreError)
    assert "database or disk is full" in str(found[2])
    assert (found[1], found[3]) == (None, None)
    assert (await book.told())[-2:] == ["before", "after"]
    await store.do(set_limit, 1_000_000)
    await store.do(huge)


async def test_a_locked_database_is_a_store_error_and_then_works_again(
    store: Writer, book: Book, tmp_path: Path
) -> None:
    """A program that holds the database too long costs an error, not the writer."""
    await store.do(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 20"))
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            await store.do(add_line, "locked out")
        other.execute("ROLLBACK")
    await store.do(add_line, "in again")
    told = await book.told()
    assert told[-1] == "in again"
    assert "locked out" not in told


async def test_closing_finishes_what_is_queued(tmp_path: Path) -> None:
    """What was asked for before the end is done, and what comes after it is told so."""
    path = tmp_path / "own.db"
    store = await open_store(path)
    waiting = [asyncio.create_task(store.do(add_line, f"line {n}")) for n in range(10)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*waiting)
    with pytest.raises(StoreError, match="closed"):
        await store.do(add_line, "late")
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM journal").fetchone() == (10,)


async def test_the_inline_store_keeps_the_same_promises(tmp_path: Path) -> None:
    """The store of simulations runs the same operations, with the same errors and rollbacks."""
    store = open_inline(tmp_path / "inline.db")
    found = await asyncio.gather(
        store.do(add_line, "one"), store.do(fail), store.do(add_line, "two"), return_exceptions=True
    )
    assert [type(each) for each in found] == [type(None), ValueError, type(None)]

    def count(connection: Connection) -> int:
        return int(connection.exec_driver_sql("SELECT count(*) FROM journal").scalar_one())

    assert await store.do(count) == 2
    await store.close()


async def test_damage_is_told_apart_from_trouble_that_passes(tmp_path: Path) -> None:
    """Waiting mends a full disk and no damaged page, and the author has to be told which it is."""
    path = tmp_path / "store.db"
    store = await open_store(path)
    await store.do(_fill)
    await store.close()
    content = bytearray(path.read_bytes())
    content[-len(content) // 2 :] = b"\xff" * (len(content) // 2)
    path.write_bytes(content)
    store = await open_store(path)
    with pytest.raises(CorruptError) as raised:
        await store.do(_read_all)
    await store.close()
    told = explain(raised.value)
    assert "is damaged" in told
    assert "pressrun verify --repair" in told
    assert "by itself" not in told


@pytest.mark.parametrize("inline", [False, True])
async def test_a_commit_in_which_rows_changed_is_announced_once(
    empty: Path, tmp_path: Path, *, inline: bool
) -> None:
    """Views hear of it by that, whatever was written; looking and failing change nothing."""
    path = tmp_path / "own.db"
    shutil.copy(empty, path)
    store = open_inline(path) if inline else await open_store(path)
    announced: list[int] = []

    def note() -> None:
        announced.append(1)

    store.changed = note
    await store.do(_read_all)
    assert announced == []
    await store.do(add_line, "one")
    assert len(announced) == 1
    gate = Gate()
    if not inline:
        standing = asyncio.ensure_future(store.do(gate.stand))
        await gate.reached()
        waiting = [asyncio.ensure_future(store.do(add_line, "more")) for _ in range(5)]
        await asyncio.sleep(0)
        gate.open()
        await asyncio.gather(standing, *waiting)
        assert len(announced) == 2
    await store.close()


def _fill(connection: Connection) -> None:
    for number in range(2_000):
        journal.write(connection, float(number), journal.Event.STORAGE_USABLE, filler="x" * 200)


def _read_all(connection: Connection) -> None:
    connection.exec_driver_sql("SELECT sum(length(data)) FROM journal").all()


def _count(connection: Connection) -> int:
    found: int = connection.exec_driver_sql("SELECT count(*) FROM journal").scalar_one()
    return found


async def test_what_views_read_does_not_wait_for_what_others_write(store: Writer) -> None:
    """They are shown an event while the disk takes the next one; what is read was committed."""
    gate, passing = await busy(store)
    slow = Gate()
    writing = asyncio.create_task(store.do(slow.stand))
    reading = asyncio.create_task(store.read(_count))
    await asyncio.sleep(0)
    gate.open()
    async with asyncio.timeout(5):
        before = await reading
    assert not writing.done()
    slow.open()
    await asyncio.gather(passing, writing)
    await store.do(add_line, "later")
    assert await store.read(_count) == before + 1


async def test_who_hears_of_a_commit_reads_before_the_next_one(store: Writer) -> None:
    """However much waits to be written, what was written is seen."""
    before = await store.read(_count)
    heard, slow = asyncio.Event(), Gate()

    async def follow() -> int:
        await heard.wait()
        return await store.read(_count)

    following = asyncio.create_task(follow())
    gate, passing = await busy(store)
    store.changed = heard.set
    adding = [asyncio.create_task(store.do(add_line, "one")) for _ in range(GROUP)]
    writing = asyncio.create_task(store.do(slow.stand))
    await asyncio.sleep(0)
    gate.open()
    async with asyncio.timeout(5):
        assert await following == before + GROUP
    slow.open()
    await asyncio.gather(passing, writing, *adding)


async def test_who_reads_changes_nothing(store: Writer) -> None:
    """It has no commit of its own, and others read and write as before."""
    before = await store.read(_count)
    ends = await asyncio.gather(
        store.read(_count),
        store.read(add_line, "never"),
        store.read(_count),
        return_exceptions=True,
    )
    assert [ends[0], ends[2]] == [before, before]
    assert isinstance(ends[1], StoreError)
    await store.do(add_line, "one")
    assert await store.read(_count) == before + 1
