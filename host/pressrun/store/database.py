"""Opening the database: settings, migrations with a copy before, and a refusal of newer schemas."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from pressrun.errors import PressrunError
from pressrun.failpoint import failpoint
from pressrun.store import backup, file, health
from pressrun.store.writer import Driver, Writer

T = TypeVar("T")

HEAD = "0018"
"""The schema this code works with: the newest of `migrations/versions`."""

MIGRATIONS = Path(__file__).parent / "migrations"

NONE = ""
"""The schema of a database in which Alembic has noted that it has none yet."""


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
        DamagedError: it cannot be read, or is gone or holds less than it did though there are
            backups of it.
    """
    found = schema_of(path)
    if found is None and backup.listed(path.parent / backup.FOLDER):
        # to begin anew would make every picture again
        raise DamagedError(f"{path} is missing; nothing was changed. {advice(path)}")
    if found is not None:
        _refuse_less(path)
    if found == HEAD:
        return
    path.touch(mode=0o600, exist_ok=True)
    failpoint("database.touched")
    if found is not None:
        backup.before_migration(path, time.time(), HEAD)
        failpoint("database.copied")
    _migrate(path, HEAD)
    failpoint("database.migrated")


def _refuse_less(path: Path) -> None:
    try:
        fuller = ahead(path)
    except (file.UnreadableError, sqlite3.OperationalError) as error:
        raise _damaged(path, str(error)) from error
    if fuller is not None:
        raise DamagedError(
            f"{path} has lost what its backup {fuller.name} still holds; nothing was changed. "
            f"{advice(path)}"
        )


def _damaged(path: Path, why: str) -> DamagedError:
    return DamagedError(f"{path} cannot be read ({why}); nothing was changed. {advice(path)}")


def make(path: Path) -> None:
    """Make an empty database, whatever backups there are."""
    path.touch(mode=0o600, exist_ok=True)
    _migrate(path, HEAD)


def schema_of(path: Path) -> str | None:
    """The schema of the database at `path`; None when there is none yet.

    Anything but a schema that there is or was, with its tables, is damage.

    Raises:
        NewerSchemaError: a newer Pressrun wrote it.
        DamagedError: the file cannot be read as a database of Pressrun.
        PressrunError: it cannot be opened, which tells nothing of it.
    """
    if not path.exists() or (path.is_file() and path.stat().st_size == 0):
        return None
    try:
        version = file.read(path, _version)
        wrong = None if version is None or version == HEAD else _wrong(path, version)
    except file.UnreadableError as error:
        raise _damaged(path, str(error)) from error
    except sqlite3.OperationalError as error:
        raise PressrunError(f"{path} cannot be opened: {error}. Nothing was changed") from error
    if wrong is not None:
        raise _damaged(path, wrong)
    return version


def _wrong(path: Path, version: str) -> str | None:
    """What is wrong with a database of another schema than this code's; None when nothing is.

    Raises:
        NewerSchemaError: a newer Pressrun wrote it.
    """
    if version in _known():
        return _misfit(path, version)
    if _is_newer(path, version):
        raise NewerSchemaError(
            f"{path} was written by a newer Pressrun (schema {version}, this one knows {HEAD}); "
            "update Pressrun and start it again. Nothing was changed"
        )
    return f"there never was a schema {version!r}"


def _version(connection: sqlite3.Connection) -> str | None:
    def ask(query: str) -> list[Any]:
        return connection.execute(query).fetchall()

    # what is left when the power went while the first table was made
    names = {name for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not names and not ask("SELECT name FROM sqlite_master"):
        return None
    found = ask("SELECT version_num FROM alembic_version")
    if not found and names == {"alembic_version"}:
        return NONE
    if len(found) != 1:
        raise sqlite3.DatabaseError(f"it names {len(found)} schemas instead of one")
    [(version,)] = found
    if version == HEAD and (wrong := health.missing(ask)):
        raise sqlite3.DatabaseError(wrong)
    return version if isinstance(version, str) else repr(version)


def _known() -> set[str]:
    """Every schema that there was up to now."""
    return {NONE, *(path.stem[: len(HEAD)] for path in (MIGRATIONS / "versions").glob("*.py"))}


def _misfit(path: Path, version: str) -> str | None:
    """What is wrong with the tables of a database of an older schema; None when nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.db"
        if version != NONE:
            _migrate(fresh, version)
            expected = file.read(fresh, _shape)
        else:
            expected = {("alembic_version", "version_num")}
    found = file.read(path, _shape)
    for table, column in sorted(expected ^ found):
        told = "lacks" if (table, column) in expected else "has"
        return f"as a database of schema {version or 'none'} it {told} {table}.{column}"
    return None


def _shape(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """Every table and column."""
    query = (
        "SELECT tables.name, columns.name FROM sqlite_master AS tables "
        "JOIN pragma_table_info(tables.name) AS columns "
        "WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'"
    )
    return {(str(table), str(column)) for table, column in connection.execute(query)}


def _is_newer(path: Path, version: str) -> bool:
    """Whether a schema that is unknown here is that of a newer Pressrun, and no damage.

    A newer one that finds a database copies it before it migrates it, and names the copy after its
    schema; one that began the database itself has backups of that schema.
    """
    if not (version.isascii() and version.isdigit()) or len(version) != len(HEAD):
        return False
    kept = backup.listed(path.parent / backup.FOLDER)
    told = any(each.stem.endswith(f"-{version}") or _says(each) == version for each in kept)
    return version > HEAD and (told or not kept)


def _says(path: Path) -> str | None:
    """What schema a backup names, if it can be read."""
    try:
        return file.read(path, _version)
    except (file.UnreadableError, sqlite3.OperationalError):
        return None


def ahead(path: Path) -> Path | None:
    """The newest backup with history that the database lacks; None when it has all of it.

    Rows are only ever added, so how far a table reaches tells. Backups that cannot be read, or are
    of a newer Pressrun, tell nothing.
    """
    kept = backup.listed(path.parent / backup.FOLDER)
    if not kept:
        return None
    ours = reach(path)
    known = _known()
    for each in kept:
        if _says(each) in known and any(
            theirs > own for theirs, own in zip(reach(each), ours, strict=True)
        ):
            return each
    return None


def reach(path: Path) -> tuple[int, ...]:
    """How far each table of a database goes whose rows stay for ever, the journal first."""
    return file.read(
        path, lambda connection: health.reach(lambda query: connection.execute(query).fetchall())
    )


def gather(connection: Connection) -> None:
    """Move what the log of the database holds into its own file, where nothing but it is needed.

    https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def advice(path: Path) -> str:
    """What to do about a database that is damaged or gone."""
    mend = "'pressrun verify --repair'"
    for newest in backup.listed(path.parent / backup.FOLDER):
        return f"The newest backup is {newest}; {mend} restores it and adds what was made since"
    return f"There is no backup; {mend} builds a new database from the sidecars of the pictures"


def _url(path: Path, driver: str = "sqlite") -> URL:
    return URL.create(driver, database=str(path))


def _migrate(path: Path, to: str) -> None:
    # Alembic is slow to import, and a start seldom migrates
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(_url(path), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            # the driver by itself begins no transaction for what makes tables, and a migration
            # that is cut off must leave nothing
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = connection
            command.upgrade(config, to)
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
