"""Opening the database: made, migrated with a copy before, or refused and left as it was."""

import importlib.util
import shutil
import sqlite3
import stat
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event

from pressrun.store import backup, database, health
from pressrun.store.database import DamagedError, NewerSchemaError, open_store, prepare, schema_of
from pressrun.store.tables import metadata

MIGRATIONS = Path(str(database.__file__)).parent / "migrations"


def scripts() -> ScriptDirectory:
    """Return the migrations, as Alembic sees them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


OLDER = ["base", *sorted(script.revision for script in scripts().walk_revisions())]
OLDER.remove(database.HEAD)


def made_at(path: Path, revision: str) -> None:
    """Make a database of an older schema."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if revision == "base":
            command.stamp(config, "base")
        else:
            command.upgrade(config, revision)
    engine.dispose()


def names(path: Path) -> set[str]:
    """Return the tables and indexes of a database."""
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def files(folder: Path) -> dict[str, int]:
    """Return the files of a folder, and who may do what with each."""
    return {path.name: mode(path) for path in folder.iterdir()}


def mode(path: Path) -> int:
    """Return who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_new_store_has_the_schema_and_is_private(tmp_path: Path) -> None:
    """The first start makes the database, open to this user alone, its journal files included."""
    path = tmp_path / "store.db"
    store = await open_store(path)
    try:
        assert schema_of(path) == database.HEAD
        assert set(metadata.tables) <= names(path)
        assert set(files(tmp_path).values()) == {0o600}
    finally:
        await store.close()
    assert list(files(tmp_path)) == ["store.db"]


async def test_what_is_committed_survives_a_loss_of_power(tmp_path: Path) -> None:
    """The settings that durability rests on are those that are in force."""
    store = await open_store(tmp_path / "store.db")

    def settings(connection: Any) -> list[Any]:  # noqa: ANN401 - the writer's connection
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]

    assert await store.do(settings) == ["wal", 2, 1]
    await store.close()


async def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    """A store of this schema is opened as it is, without a copy."""
    path = tmp_path / "store.db"
    await (await open_store(path)).close()
    before = path.read_bytes()
    prepare(path)
    assert path.read_bytes() == before
    assert not [name for name in files(tmp_path) if "before" in name]


def test_migrations_and_tables_say_the_same(tmp_path: Path) -> None:
    """A database that was migrated from nothing has just the tables that the code works with."""
    path = tmp_path / "store.db"
    prepare(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        fresh = tmp_path / "fresh.db"
        made = create_engine(f"sqlite:///{fresh}")
        metadata.create_all(made)
        made.dispose()
    engine.dispose()
    assert indexes(path) == indexes(fresh)


def parts(path: Path) -> set[tuple[str, str]]:
    """Return kind and name of everything in a database that has a statement of its own."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL")
        return {(kind, name) for kind, name in rows if name != "sqlite_sequence"}


def test_whatever_a_database_lost_is_told_by_its_name(tmp_path: Path) -> None:
    """A lost trigger would let counts and views go wrong in silence."""
    path = tmp_path / "store.db"
    prepare(path)
    for kind, name in sorted(parts(path) - {("table", "alembic_version")}):
        lacking = tmp_path / f"without-{name}.db"
        shutil.copy(path, lacking)
        with closing(sqlite3.connect(lacking)) as connection:
            connection.execute(f"DROP {kind} {name}")
            connection.commit()
            told = health.missing(partial(_answer, connection))
        assert told is not None, (kind, name)
        assert told.endswith(f"{kind} {name}"), told


def _answer(connection: sqlite3.Connection, query: str) -> list[Any]:
    return connection.execute(query).fetchall()


def indexes(path: Path) -> dict[str, str]:
    """Return the statement behind each index: Alembic compares no conditions of partial ones."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
        return {name: sql for name, sql in rows if sql is not None}


def test_head_is_the_newest_migration() -> None:
    """There is one line of migrations, and the code works with its end."""
    assert scripts().get_heads() == [database.HEAD]
    assert sorted(OLDER, key=lambda revision: "" if revision == "base" else revision) == OLDER


@pytest.mark.parametrize("revision", OLDER)
def test_an_older_schema_is_copied_and_then_migrated(tmp_path: Path, revision: str) -> None:
    """Whatever a migration does, what was there before it can be had back."""
    path = tmp_path / "store.db"
    made_at(path, revision)
    before = names(path)
    prepare(path)
    [copy] = (tmp_path / "backups").glob(f"store-*-before-{database.HEAD}.db")
    assert schema_of(path) == database.HEAD
    assert set(metadata.tables) <= names(path)
    assert names(copy) == before
    assert mode(copy) == 0o600


def test_a_migration_that_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    """Power that goes in the middle of a migration leaves the old schema, and it is done again."""
    path = tmp_path / "store.db"
    made_at(path, "base")
    before = names(path)
    statements = 0

    def cut(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal statements
        statements += statement.lstrip().startswith("CREATE INDEX")
        if statements == 2:
            raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(KeyboardInterrupt):
            prepare(path)
    finally:
        event.remove(Engine, "before_cursor_execute", cut)
    assert names(path) == before
    prepare(path)
    assert schema_of(path) == database.HEAD


async def test_a_newer_schema_is_refused_and_not_touched(tmp_path: Path) -> None:
    """A database of a newer Pressrun stays byte for byte what it was."""
    path = tmp_path / "store.db"
    prepare(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(NewerSchemaError, match=r"schema 9999.*update Pressrun"):
        await open_store(path)
    assert path.read_bytes() == before
    assert list(files(tmp_path)) == ["store.db"]


@pytest.mark.parametrize(
    "content",
    [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 4_000],
    ids=["a text", "a damaged header"],
)
async def test_a_damaged_file_is_told_and_not_touched(tmp_path: Path, content: bytes) -> None:
    """What cannot be read is named, with what to do about it, and kept."""
    path = tmp_path / "store.db"
    path.write_bytes(content)
    with pytest.raises(DamagedError, match=r"store\.db cannot be read .*nothing was changed"):
        await open_store(path)
    assert path.read_bytes() == content


async def test_a_foreign_database_is_told_and_not_touched(tmp_path: Path) -> None:
    """A database of another program is not taken over."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE theirs (id)")
    before = path.read_bytes()
    with pytest.raises(DamagedError, match="cannot be read"):
        await open_store(path)
    assert path.read_bytes() == before


async def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """A start that was cut off before its first byte is done again."""
    path = tmp_path / "store.db"
    path.touch()
    await (await open_store(path)).close()
    assert schema_of(path) == database.HEAD


@pytest.mark.parametrize("name", ["with space.db", "with#hash?.db", "with%20.db", "bücher.db"])
def test_a_store_may_be_anywhere(tmp_path: Path, name: str) -> None:
    """A path is a path, whatever it would mean in an address."""
    prepare(tmp_path / name)
    assert schema_of(tmp_path / name) == database.HEAD
    assert list(files(tmp_path)) == [name]


def test_every_migration_says_what_it_does() -> None:
    """A migration's first line is for the person who reads the history."""
    for path in sorted((MIGRATIONS / "versions").glob("*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert module.__doc__
        assert path.stem.startswith(module.revision)


def test_a_write_that_the_power_cut_off_is_undone(tmp_path: Path) -> None:
    """What was there before it is read, though the file alone makes no sense."""
    path = tmp_path / "store.db"
    prepare(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # the log that a migration writes, with a cache so small that pages reach the file early
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DROP TABLE alembic_version")
        connection.execute("CREATE TABLE filler AS SELECT randomblob(100000) AS bytes")
        left = {each.name: each.read_bytes() for each in tmp_path.glob("store.db*")}
        connection.execute("ROLLBACK")
    assert len(left["store.db-journal"]) > 512
    for name, content in left.items():
        (tmp_path / name).write_bytes(content)
    assert schema_of(path) == database.HEAD
    assert backup.fault(path) is None


def test_a_file_in_which_nothing_was_finished_is_a_new_database(tmp_path: Path) -> None:
    """The power went while the first table was made: there is nothing to be damaged."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE first (id INTEGER)")
        connection.execute("DROP TABLE first")
        connection.commit()
    assert path.stat().st_size > 0
    assert schema_of(path) is None


async def test_a_database_at_rest_is_one_file(tmp_path: Path) -> None:
    """Its log is empty once it was gathered, while it is open as well."""
    path = tmp_path / "store.db"
    store = await open_store(path)
    await store.do(lambda connection: connection.exec_driver_sql("CREATE TABLE more (id)"))
    log = path.with_name("store.db-wal")
    assert log.stat().st_size > 0
    await store.between(database.gather)
    assert log.stat().st_size == 0
    await store.close()


@pytest.mark.parametrize("value", ["9999", "zzzz", "0003", "", None, b"0011"])
def test_a_schema_that_there_never_was_is_damage(tmp_path: Path, value: object) -> None:
    """With backups that tell of no newer Pressrun, nobody is told to update."""
    path = tmp_path / "store.db"
    prepare(path)
    backup.before_migration(path, 1_800_000_000.0, database.HEAD)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM alembic_version")
        if value is not None:
            connection.execute("INSERT INTO alembic_version VALUES (?)", (value,))
    with pytest.raises(DamagedError, match="verify --repair"):
        prepare(path)


def test_a_newer_pressrun_is_known_by_the_copy_that_it_made(tmp_path: Path) -> None:
    """It copies a database before it migrates it, and names its schema."""
    path = tmp_path / "store.db"
    prepare(path)
    backup.before_migration(path, 1_800_000_000.0, "9999")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerSchemaError, match="update Pressrun"):
        prepare(path)
