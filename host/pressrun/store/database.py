"""Opening the database: settings, migrations with a copy before, and a refusal of newer schemas."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from pressrun.errors import PressrunError
from pressrun.failpoint import failpoint
from pressrun.store import backup, file
from pressrun.store.writer import Driver, Writer

T = TypeVar("T")

HEAD = "0013"
"""The schema this code works with: the newest of `migrations/versions`."""


class NewerSchemaError(PressrunError):
    """The database was written by a newer Pressrun."""


class DamagedError(PressrunError):
    """The file is no database, or a damaged one."""


async def open_store(path: Path, *, durable: bool = True) -> Writer:
    """The store at `path`, made or migrated when need be, open to this user alone.

    Args:
        path: the database's file.
        durable: False lets the operating system write when it likes, for simulations.

    Raises:
        NewerSchemaError: it was written by a newer Pressrun; nothing was touched.
        DamagedError: it cannot be read.
    """
    await asyncio.to_thread(prepare, path)
    engine = create_async_engine(
        _url(path, "sqlite+aiosqlite"), isolation_level="AUTOCOMMIT", poolclass=StaticPool
    )
    _settings(engine.sync_engine, durable=durable)
    return Writer(await _AsyncDriver.connect(engine))


def open_inline(path: Path, *, under: Callable[[Driver], Driver] = lambda driver: driver) -> Writer:
    """A store whose operations run at once in the event loop's own thread.

    For simulations: with one thread, a seed replays a run exactly. Not durable.

    Args:
        path: the database's file.
        under: what to lay between the writer and the database, a disk that fills up for example.
    """
    prepare(path)
    engine = create_engine(_url(path), isolation_level="AUTOCOMMIT", poolclass=StaticPool)
    _settings(engine, durable=False)
    return Writer(under(_InlineDriver(engine)))


def prepare(path: Path) -> None:
    """Make or migrate the database; what was there is copied before it is changed.

    Raises:
        NewerSchemaError: it was written by a newer Pressrun.
        DamagedError: it cannot be read, or is gone though there are backups of it.
    """
    found = schema_of(path)
    if found == HEAD:
        return
    if found is None and backup.listed(path.parent / backup.FOLDER):
        # to begin anew would make every picture again
        raise DamagedError(f"{path} is missing; nothing was changed. {advice(path)}")
    path.touch(mode=0o600, exist_ok=True)
    failpoint("database.touched")
    if found is not None:
        backup.before_migration(path, time.time(), HEAD)
        failpoint("database.copied")
    _migrate(path)
    failpoint("database.migrated")


def make(path: Path) -> None:
    """Make an empty database, whatever backups there are."""
    path.touch(mode=0o600, exist_ok=True)
    _migrate(path)


def schema_of(path: Path) -> str | None:
    """The schema version of the database at `path`; None when there is none yet.

    Raises:
        NewerSchemaError: it is not one that this code knows.
        DamagedError: the file cannot be read as a database.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        version = file.read(path, _version)
    except sqlite3.DatabaseError as error:
        raise DamagedError(
            f"{path} cannot be read ({error}); nothing was changed. {advice(path)}"
        ) from error
    if version is not None and version > HEAD:
        raise NewerSchemaError(
            f"{path} was written by a newer Pressrun (schema {version}, this one knows {HEAD}); "
            "update Pressrun and start it again. Nothing was changed"
        )
    return version


def _version(connection: sqlite3.Connection) -> str | None:
    # what is left when the power went while the first table was made
    if connection.execute("SELECT name FROM sqlite_master").fetchone() is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def advice(path: Path) -> str:
    """What to do about a database that is damaged or gone."""
    mend = "'pressrun verify --repair'"
    for newest in backup.listed(path.parent / backup.FOLDER):
        return f"The newest backup is {newest}; {mend} restores it and adds what was made since"
    return f"There is no backup; {mend} builds a new database from the sidecars of the pictures"


def _url(path: Path, driver: str = "sqlite") -> URL:
    return URL.create(driver, database=str(path))


def _migrate(path: Path) -> None:
    # Alembic is slow to import, and a start seldom migrates
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = create_engine(_url(path), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            # the driver by itself begins no transaction for what makes tables, and a migration
            # that is cut off must leave nothing
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)
            failpoint("database.migration")
            connection.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()


def _settings(engine: Engine, *, durable: bool) -> None:
    def configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI's
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            f"synchronous = {'FULL' if durable else 'OFF'}",
            "foreign_keys = ON",
            "busy_timeout = 5000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", configure)


class _AsyncDriver:
    def __init__(self, engine: AsyncEngine, connection: AsyncConnection) -> None:
        self._engine = engine
        self._connection = connection

    @classmethod
    async def connect(cls, engine: AsyncEngine) -> Self:
        return cls(engine, await engine.connect())

    async def run(self, function: Callable[[Connection], T]) -> T:
        return await self._connection.run_sync(function)

    async def close(self) -> None:
        await self._connection.close()
        await self._engine.dispose()


class _InlineDriver:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = engine.connect()

    async def run(self, function: Callable[[Connection], T]) -> T:
        return function(self._connection)

    async def close(self) -> None:
        self._connection.close()
        self._engine.dispose()
