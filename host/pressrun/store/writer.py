"""The one writer: it owns the only connection and runs every operation.

SQLite before 3.51.3 can damage a WAL database that two connections use, and a cancelled `run_sync`
can stop between two statements or commit behind its caller's back. So operations are queued here,
run whole in the connection's own thread, and callers wait on a shielded future: a caller that is
cancelled stops waiting, and its operation still happens once. Operations that wait together share
one commit; each has a savepoint of its own, so one that fails takes nothing with it.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from pressrun import tasks
from pressrun.errors import PressrunError
from pressrun.failpoint import failpoint
from pressrun.store import journal, touched

P = ParamSpec("P")
T = TypeVar("T")

_log = structlog.get_logger("pressrun.store")

GROUP = 64
"""The most operations that share one commit."""


class StoreError(PressrunError):
    """The database could not be read or written; nothing of the operation happened."""


class CorruptError(StoreError):
    """What the database holds is damaged; no waiting mends it."""


class Driver(Protocol):
    """Runs a function of the connection, whole, and gives its value back."""

    async def run(self, function: Callable[[Connection], T]) -> T:
        """The value of `function`, called with the only connection."""
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


@dataclass
class _Order:
    operation: Callable[[Connection], Any]
    answer: asyncio.Future[Any]
    alone: bool = False
    """Between the commits of others, in no transaction."""
    reads: bool = False
    """Before what others change, and without waiting for that to be on disk."""


@dataclass(frozen=True)
class _Changes:
    """What a connection has changed so far."""

    rows: int = 0
    """How many rows, since it was opened."""
    panels: int | None = None
    """Number of the newest change of a panel, as views follow them; None where unknown."""


class Writer:
    """Runs operations one after another, grouped into commits."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._orders: asyncio.Queue[_Order] = asyncio.Queue()
        self.changed: Callable[[], None] = _ignore
        """Called after a commit in which rows changed, whatever they tell."""
        self._changes = _Changes()
        self._task = tasks.begin(self._run(), "store writer")

    async def do(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `operation(connection, *args, **kwargs)`; when this returns, it is on disk.

        Raises:
            StoreError: the database refused, the disk being full for example.
        """
        if self._task.done():
            raise StoreError("the store is closed")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        order = _Order(lambda connection: operation(connection, *args, **kwargs), answer)
        self._orders.put_nowait(order)
        return await asyncio.shield(answer)

    async def read(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `operation(connection, *args, **kwargs)`, which changes nothing; for views.

        It does not wait for a commit but that under way, where `do` waits for its own as well.

        Raises:
            StoreError: the database refused, because the operation changes it for example.
        """
        if self._task.done():
            raise StoreError("the store is closed")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        order = _Order(lambda connection: operation(connection, *args, **kwargs), answer)
        order.reads = True
        self._orders.put_nowait(order)
        return await asyncio.shield(answer)

    async def between(self, function: Callable[[Connection], T]) -> T:
        """Run `function(connection)` between two commits, in no transaction: for backups.

        Raises:
            StoreError: the database refused.
        """
        if self._task.done():
            raise StoreError("the store is closed")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._orders.put_nowait(_Order(function, answer, alone=True))
        return await asyncio.shield(answer)

    @property
    def touched(self) -> int | None:
        """Number of the newest change of a panel, as of the last commit; None where unknown.

        So whoever follows panels knows without asking that nothing of them changed.
        """
        return self._changes.panels

    async def close(self) -> None:
        """Finish what is queued, then close."""
        await self._orders.join()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._driver.close()

    async def _run(self) -> None:
        while True:
            group = [await self._orders.get()]
            while len(group) < GROUP and not self._orders.empty():
                group.append(self._orders.get_nowait())
            reads = [order for order in group if order.reads]
            writes = [order for order in group if not order.reads]
            if reads:
                await self._carry_out(reads, self._read)
            if not writes:
                continue
            before = self._changes
            await self._carry_out(writes, self._outcomes)
            if before.rows != self._changes.rows:
                self.changed()
                # who follows reads what changed before the next commit keeps the disk busy
                await asyncio.sleep(0)

    async def _carry_out(
        self, group: list[_Order], run: Callable[[list[_Order]], Awaitable[list[Any]]]
    ) -> None:
        """Run a group, and tell each caller what came of it."""
        try:
            outcomes = await run(group)
        except Exception as error:  # noqa: BLE001 - whoever waits has to hear of it
            _log.exception("operations_failed", operations=len(group))
            failed = StoreError(f"the database could not be used: {error}")
            outcomes = [failed for _ in group]
        for order, outcome in zip(group, outcomes, strict=True):
            self._orders.task_done()
            if order.answer.done():
                continue
            if isinstance(outcome, BaseException):
                order.answer.set_exception(outcome)
                order.answer.exception()  # a caller that went away is no error
            else:
                order.answer.set_result(outcome)

    async def _read(self, group: list[_Order]) -> list[Any]:
        return await self._driver.run(lambda connection: _look(connection, group))

    async def _outcomes(self, group: list[_Order]) -> list[Any]:
        if any(order.alone for order in group):
            return [await self._outcome(order) for order in group]
        try:
            outcomes, self._changes = await self._driver.run(
                lambda connection: (_commit(connection, group), _since(connection, self._changes))
            )
        except DBAPIError as error:
            if len(group) == 1:
                return [_explained(error)]
        else:
            return outcomes
        # one of them ended the transaction of all: each runs again, in one of its own
        return [outcome for order in group for outcome in await self._outcomes([order])]

    async def _outcome(self, order: _Order) -> Any:  # noqa: ANN401 - its value or its exception
        if not order.alone:
            return (await self._outcomes([order]))[0]
        try:
            return await self._driver.run(order.operation)
        except Exception as error:  # noqa: BLE001 - it is the caller's, and handed to it
            return _explained(error) if isinstance(error, DBAPIError) else error


def _ignore() -> None:
    """What is done about a change where nobody looks."""


def _since(connection: Connection, before: _Changes) -> _Changes:
    """What a connection has changed so far, after what is known."""
    driver: Any = connection.connection.driver_connection  # of sqlite3, or of what runs it beside
    rows = int(driver.total_changes)
    if rows == before.rows and before.panels is not None:
        return before
    try:
        return _Changes(rows, touched.newest(connection))
    except DBAPIError:
        # what was committed stays so; whoever follows asks for itself
        return _Changes(rows)


def _commit(connection: Connection, group: list[_Order]) -> list[Any]:
    """Run a group in one transaction; the outcome of each is its value or its exception."""
    outcomes: list[Any] = []
    events = journal.written(connection)
    events.clear()
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        for order in group:
            connection.exec_driver_sql("SAVEPOINT operation")
            before = len(events)
            try:
                outcomes.append(order.operation(connection))
            except Exception as error:  # noqa: BLE001 - it is the caller's, and handed to it
                try:
                    connection.exec_driver_sql("ROLLBACK TO operation")
                except DBAPIError as gone:
                    # after some failures, a full disk among them, SQLite rolls everything back
                    raise (error if isinstance(error, DBAPIError) else gone) from None
                outcomes.append(_explained(error) if isinstance(error, DBAPIError) else error)
                del events[before:]
            connection.exec_driver_sql("RELEASE operation")
            failpoint("store.operation")
        for event in events:
            failpoint(f"{event}.before")
        connection.exec_driver_sql("COMMIT")
        for event in events:
            failpoint(f"{event}.after")
    except Exception:
        with contextlib.suppress(DBAPIError):  # SQLite rolls some failures back by itself
            connection.exec_driver_sql("ROLLBACK")
        raise
    return outcomes


def _look(connection: Connection, group: list[_Order]) -> list[Any]:
    """Run a group that changes nothing; the outcome of each is its value or its exception."""
    outcomes: list[Any] = []
    connection.exec_driver_sql("PRAGMA query_only = ON")
    connection.exec_driver_sql("BEGIN")
    try:
        for order in group:
            try:
                outcomes.append(order.operation(connection))
            except Exception as error:  # noqa: BLE001 - it is the caller's, and handed to it
                outcomes.append(_explained(error) if isinstance(error, DBAPIError) else error)
    finally:
        with contextlib.suppress(DBAPIError):
            connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA query_only = OFF")
    return outcomes


def _explained(error: DBAPIError) -> StoreError:
    # the low byte is the kind of the error: https://www.sqlite.org/rescode.html
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    kind = CorruptError if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) else StoreError
    explained = kind(f"the database could not be used: {error.orig}")
    explained.__cause__ = error
    return explained
