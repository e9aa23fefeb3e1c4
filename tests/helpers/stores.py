"""A store to try operations on, and a book of jobs in it."""

import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from pressrun.home import Home
from pressrun.picture.recipe import Recipe
from pressrun.states import BatchState, JobState, Step, WrongFormat
from pressrun.store import accounts, attempts, batches, claims, doubts, opening
from pressrun.store.attempts import Attempt
from pressrun.store.database import open_store, prepare
from pressrun.store.opening import Difference, NewJob, Order
from pressrun.store.tables import attempts as attempts_table
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import jobs as jobs_table
from pressrun.store.tables import journal
from pressrun.store.writer import Writer

STEPS = list(Step)


class Book:
    """A store with an account in it, in words for tests."""

    def __init__(self, store: Writer, account: int) -> None:
        self.store = store
        self.account = account
        self.now = 1_000.0

    async def start(  # noqa: PLR0913 - a test names what it is about
        self,
        *prompts: str,
        library: str = "/library",
        source: str | None = None,
        site: str = "chatgpt",
        priority: int = 0,
        dropped: str = "",
        outdated: str = "",
        made: int = 0,
        tabs: int = 32,
        after: Mapping[str, str] = MappingProxyType({}),
        before: Mapping[str, str] = MappingProxyType({}),
        ratio: str | None = None,
        wrong_format: WrongFormat = WrongFormat.KEEP,
    ) -> int:
        """Start a batch with a job for each prompt, whose first word is its key."""
        new = [
            NewJob(
                number,
                key,
                Recipe(prompt, format=ratio, follows=key in before),
                number,
                after.get(key),
                before=before.get(key),
            )
            for number, prompt in enumerate(prompts)
            for key in prompt.split()[:1]
        ]
        source = source or f"{library}.txt"
        order = Order(source, library, site, tabs, wrong_format=wrong_format)
        difference = Difference(new, dropped.split(), outdated.split(), made=made)
        batch = await self.store.do(opening.start, self.now, order, difference)
        assert batch is not None
        await self.set(batches_table, batch, priority=priority)
        return batch

    async def claim(self, *, account: int | None = None) -> Attempt | None:
        """Claim the next job."""
        return await self.store.do(claims.claim, self.now, account=account or self.account, tab=1)

    async def claimed(self) -> Attempt:
        """Claim the next job, of which there must be one."""
        attempt = await self.claim()
        assert attempt is not None
        return attempt

    async def at(self, step: Step) -> Attempt:
        """Bring the next job to a step, in document D1."""
        attempt = await self.claimed()
        for each in STEPS[1 : STEPS.index(step) + 1]:
            if each == Step.RECEIVED:
                await self.advance(attempt, each, sha256="5" * 64, bytes=5)
            else:
                await self.advance(attempt, each)
        return attempt

    async def advance(
        self, attempt: Attempt, step: Step, document: str = "D1", **facts: str | int | None
    ) -> None:
        """Put a step on disk."""
        await self.store.do(attempts.advance, self.now, attempt, document, step, **facts)

    async def change(self, to: BatchState, batch: int | None = None) -> list[int]:
        """Pause, resume or cancel."""
        return await self.store.do(batches.change, self.now, batch, to)

    async def set(self, table: Any, number: int, **values: object) -> None:  # noqa: ANN401 - a table
        """Change a row behind the operations' back."""
        await self.store.do(
            lambda connection: connection.execute(
                update(table).where(table.c.id == number).values(**values)
            )
        )

    async def row(self, table: Any, number: int) -> dict[str, Any]:  # noqa: ANN401 - a table
        """Return a row."""

        def read(connection: Connection) -> dict[str, Any]:
            return dict(
                connection.execute(select(table).where(table.c.id == number)).one()._mapping
            )

        return await self.store.do(read)

    async def job(self, attempt: Attempt) -> dict[str, Any]:
        """Return an attempt's job."""
        return await self.row(jobs_table, attempt.job)

    async def attempt(self, attempt: Attempt) -> dict[str, Any]:
        """Return what is on disk of an attempt."""
        return await self.row(attempts_table, attempt.id)

    async def batch(self, number: int) -> dict[str, Any]:
        """Return a batch."""
        return await self.row(batches_table, number)

    async def states(self) -> dict[str, JobState]:
        """Return the newest job's state of each key."""

        def read(connection: Connection) -> dict[str, JobState]:
            rows = connection.execute(select(jobs_table).order_by(jobs_table.c.id))
            return {row.key: JobState(row.state) for row in rows}

        return await self.store.do(read)

    async def told(self) -> list[str]:
        """Return the events of the journal, oldest first."""

        def read(connection: Connection) -> list[str]:
            return list(connection.scalars(select(journal.c.event).order_by(journal.c.id)))

        return await self.store.do(read)

    async def everything(self) -> list[tuple[Any, ...]]:
        """Return every row of jobs, attempts, batches and journal."""

        def read(connection: Connection) -> list[tuple[Any, ...]]:
            tables = (batches_table, jobs_table, attempts_table, journal)
            return [tuple(row) for table in tables for row in connection.execute(select(table))]

        return await self.store.do(read)


def add_line(connection: Connection, event: str) -> None:
    """Append a line to the journal: the smallest operation there is."""
    connection.execute(insert(journal).values(at=0.0, event=event, data={}))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and nothing in it, made once."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    prepare(path)
    return path


@pytest.fixture
async def store(empty: Path, tmp_path: Path) -> AsyncIterator[Writer]:
    """A new store."""
    shutil.copy(empty, tmp_path / "store.db")
    writer = await open_store(tmp_path / "store.db")
    yield writer
    await writer.close()


@pytest.fixture
async def book(store: Writer) -> Book:
    """A new store with an account."""
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    return Book(store, account)


async def leave_in_doubt(home: Home, words: Mapping[str, float | None]) -> None:
    """Leave jobs in doubt in the store of a home.

    Args:
        home: whose store; no host has it open.
        words: the prompts, whose first word is their key, and when they are looked after; with
            None they wait for the author.
    """
    home.make()
    store = await open_store(home.store)
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    book = Book(store, account)
    await book.start(*words)
    for look_at in words.values():
        attempt = await book.at(Step.SUBMITTED)
        await store.do(doubts.record, 1.0, attempt, "the chat is gone", look_at=look_at)
    await store.close()
