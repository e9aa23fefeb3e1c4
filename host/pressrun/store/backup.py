"""Backups of the database: whole, checked, durable, and a few of them.

A live WAL database is copied through the writer's own connection, by SQLite's online backup
(https://www.sqlite.org/backup.html): SQLite before 3.51.3 can damage a database that two
connections use. The copy gets its name only when it was found sound and is durable, and an older
one goes only after that.
"""

import asyncio
import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, cast

from sqlalchemy import Connection, func, select

from pressrun import files, relay
from pressrun.errors import PressrunError
from pressrun.states import BatchState
from pressrun.store import file, health
from pressrun.store.tables import batches
from pressrun.store.writer import StoreError, Writer

KEPT = 5
"""How many backups are kept, and how many of those made before a migration."""

FOLDER = "backups"
"""Beside the database."""

_STAMP = "%Y%m%dT%H%M%SZ"


class BackupError(PressrunError):
    """No backup could be made, or it was found damaged; what was there before is kept."""


@dataclass(frozen=True)
class Moments:
    """What decides whether a backup is due."""

    running: bool
    """A batch is running."""
    turned_at: float | None
    """When a batch last started or ended."""


def moments(connection: Connection) -> Moments:
    """What decides whether a backup is due."""
    running = select(batches.c.id).where(batches.c.state == BatchState.RUNNING).limit(1)
    started, ended = connection.execute(
        select(func.max(batches.c.created_at), func.max(batches.c.ended_at))
    ).one()
    return Moments(
        running=connection.scalar(running) is not None,
        turned_at=max((at for at in (started, ended) if at is not None), default=None),
    )


async def back_up(store: Writer, folder: Path, now: float) -> Path:
    """Copy the database into `folder`; returns the backup.

    Raises:
        BackupError: it could not be made.
    """
    try:
        target, part = await asyncio.to_thread(_begin, folder)
        try:
            await store.between(partial(_copy, target=target))
            return await asyncio.to_thread(_keep, target, part, folder / _name(now))
        finally:
            target.close()
            part.unlink(missing_ok=True)
    except (OSError, sqlite3.Error, StoreError) as error:
        raise BackupError(f"no backup could be made in {folder}: {error}") from error


def before_migration(database: Path, now: float, schema: str) -> Path:
    """Copy a database that nobody has open, before it becomes `schema`; returns the backup."""
    folder = database.parent / FOLDER
    target, part = _begin(folder)
    try:
        with closing(sqlite3.connect(database)) as source:
            source.backup(target)
        return _keep(target, part, folder / _name(now, f"-before-{schema}"))
    finally:
        target.close()
        part.unlink(missing_ok=True)


def listed(folder: Path) -> list[Path]:
    """The backups of a folder, the newest first."""
    return sorted((path for path in folder.glob("store-*.db") if path.is_file()), reverse=True)


def made_at(backup: Path) -> float | None:
    """When a backup was made, by its name."""
    stamp = backup.stem.split("-")[1]
    try:
        return dt.datetime.strptime(stamp, _STAMP).replace(tzinfo=dt.UTC).timestamp()
    except ValueError:
        return None


def fault(database: Path) -> str | None:
    """What is wrong with a database that nobody has open; None when nothing is.

    Raises:
        sqlite3.OperationalError: it cannot be opened; that tells nothing of it.
    """
    try:
        return file.read(
            database,
            lambda connection: health.fault(lambda query: connection.execute(query).fetchall()),
        )
    except file.UnreadableError as error:
        return str(error)


def lacks(database: Path, backup: Path) -> bool:
    """Whether a row of the journal in a sound backup is not, or not the same, in a sound database.

    History is never changed, whatever was migrated since.
    """

    def differ(connection: sqlite3.Connection) -> bool:
        connection.execute("ATTACH ? AS kept", (f"{backup.as_uri()}?mode=ro",))
        left = "SELECT * FROM kept.journal EXCEPT SELECT * FROM main.journal LIMIT 1"
        return connection.execute(left).fetchone() is not None

    return file.read(database, differ)


def put_back(backup: Path, database: Path) -> None:
    """Make a backup the database; nobody has that open, and what was there is gone already."""
    part = database.with_name(f".{database.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(relay.open_own(part, relay.NEW), "wb") as target, backup.open("rb") as source:
        while chunk := source.read(1 << 20):
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    files.move(part, database)


def _name(now: float, more: str = "") -> str:
    return f"store-{dt.datetime.fromtimestamp(now, dt.UTC).strftime(_STAMP)}{more}.db"


def _begin(folder: Path) -> tuple[sqlite3.Connection, Path]:
    files.make_folder(folder)
    folder.chmod(0o700)
    for left_over in folder.glob(".store-*.part*"):
        left_over.unlink(missing_ok=True)
    part = folder / f".store-{os.getpid()}.part"
    os.close(relay.open_own(part, relay.NEW))
    # what is copied in another thread is used by one thread at a time all the same
    target = sqlite3.connect(part, check_same_thread=False)
    target.execute("PRAGMA synchronous = OFF")  # it is made durable once, whole
    return target, part


class _Driver(Protocol):
    """A connection of `aiosqlite`, which lives in a thread of its own."""

    async def backup(self, target: sqlite3.Connection) -> None: ...


class _Adapted(Protocol):
    """What SQLAlchemy makes of it."""

    def run_async(self, function: Callable[[_Driver], Awaitable[None]]) -> None: ...


def _copy(connection: Connection, target: sqlite3.Connection) -> None:
    pooled = connection.connection
    if isinstance(pooled.driver_connection, sqlite3.Connection):
        pooled.driver_connection.backup(target)
    else:
        adapted = cast("_Adapted", pooled.dbapi_connection)
        adapted.run_async(lambda driver: driver.backup(target))


def _keep(target: sqlite3.Connection, part: Path, backup: Path) -> Path:
    # a file by itself, without a log beside it
    target.execute("PRAGMA journal_mode = DELETE")
    if not _quick_check(target):
        raise BackupError("the copy of the database is damaged, and so may be the database itself")
    target.close()
    files.sync_file(part)
    files.move(part, backup)
    _drop_old(backup)
    return backup


def _quick_check(connection: sqlite3.Connection) -> bool:
    found: list[tuple[str]] = connection.execute("PRAGMA quick_check(1)").fetchall()
    return found == [("ok",)]


def _drop_old(newest: Path) -> None:
    """Keep a few backups of the kind of `newest`, and that one whatever the clock says."""
    before = "before" in newest.stem
    alike = [path for path in listed(newest.parent) if ("before" in path.stem) == before]
    alike.remove(newest)
    for old in alike[KEPT - 1 :]:
        with contextlib.suppress(OSError):  # the next one tries again
            old.unlink()
