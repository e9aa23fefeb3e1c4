"""Damages a database by chance, in every way that was met: a seed always does the same."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

PAGE = 4_096


def damage(database: Path, seed: int) -> str:
    """Damage a database that nobody has open; returns how."""
    kinds = list(_KINDS)
    kind = kinds[seed % len(kinds)]
    _KINDS[kind](database, random.Random(seed))  # noqa: S311 - no secret
    return kind


def _truncate(database: Path, chance: random.Random) -> None:
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.truncate(chance.randrange(0, size))


def _overwrite(database: Path, at: int, content: bytes) -> None:
    with database.open("r+b") as file:
        file.seek(at)
        file.write(content)


def _zero_pages(database: Path, chance: random.Random) -> None:
    pages = database.stat().st_size // PAGE
    for _ in range(chance.randint(1, 4)):
        _overwrite(database, PAGE * chance.randrange(pages), bytes(PAGE))


def _random_bytes(database: Path, chance: random.Random) -> None:
    size = database.stat().st_size
    for _ in range(chance.randint(1, 40)):
        _overwrite(database, chance.randrange(size - 64), chance.randbytes(chance.randint(1, 64)))


def _header(database: Path, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 8)):
        _overwrite(database, chance.randrange(100), chance.randbytes(1))


def _version(database: Path, chance: random.Random) -> None:
    values = ["9999", "0000", "0003", "zzzz", "", "é", "00\x0011", b"0011", b"\xff\xfe", None, "12"]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        value = chance.choice(values)
        if value is None:
            connection.execute("DELETE FROM alembic_version")
        elif value == b"\xff\xfe":
            connection.execute("UPDATE alembic_version SET version_num = CAST(x'fffe' AS TEXT)")
        else:
            connection.execute("UPDATE alembic_version SET version_num = ?", (value,))


def _log(database: Path, chance: random.Random) -> None:
    """A log that belongs to no database, or to another state of this one."""
    log = database.with_name(database.name + "-wal")
    log.write_bytes(chance.randbytes(chance.randint(1, 3 * PAGE)))
    _random_bytes(database, chance)


def _emptied(database: Path, chance: random.Random) -> None:
    tables = ["journal", "images", "attempts", "jobs", "batches", "accounts"]
    if chance.random() < 0.5:
        tables = tables[:1]
    with closing(sqlite3.connect(database)) as connection, connection:
        for table in tables:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own name


def _first_page(database: Path, chance: random.Random) -> None:
    content = chance.choice((bytes(100), bytes(PAGE), b"SQLite format 3\0" + bytes(84)))
    _overwrite(database, 0, content if chance.random() < 0.7 else chance.randbytes(PAGE))


def _cut_at_a_page(database: Path, chance: random.Random) -> None:
    """What a copy leaves that ran out of space."""
    pages = database.stat().st_size // PAGE
    with database.open("r+b") as file:
        file.truncate(PAGE * chance.randrange(pages))
        if chance.random() < 0.3:
            file.truncate(PAGE * pages)


def _swap_pages(database: Path, chance: random.Random) -> None:
    content = bytearray(database.read_bytes())
    one, other = (
        slice(PAGE * page, PAGE * (page + 1))
        for page in chance.sample(range(len(content) // PAGE), 2)
    )
    content[one], content[other] = content[other], content[one]
    database.write_bytes(content)


def _ask(database: Path, *queries: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        for query in queries:
            connection.execute(query)


def _schema_text(database: Path, chance: random.Random) -> None:
    table = chance.choice(["jobs", "images", "journal", "attempts", "alembic_version"])
    text = chance.choice(
        [
            "'CREATE TABLE'",
            "'garbage'",
            "CAST(x'fffe00ff' AS TEXT)",
            "NULL",
            f"'CREATE TABLE {table} (id INTEGER)'",
            "substr(sql, 1, length(sql) / 2)",
            "'CREATE VIEW ' || name || ' AS SELECT 1'",
        ]
    )
    _ask(database, f"UPDATE sqlite_master SET sql = {text} WHERE name = '{table}'")  # noqa: S608


def _two_schemas(database: Path, chance: random.Random) -> None:
    _ask(
        database,
        chance.choice(
            [
                "INSERT INTO alembic_version VALUES ('0001')",
                "INSERT INTO alembic_version VALUES ('zzzz')",
                "DROP TABLE alembic_version",
                "DELETE FROM alembic_version",
                "UPDATE alembic_version SET version_num = '0002'",
            ]
        ),
    )


def _dropped(database: Path, chance: random.Random) -> None:
    table = chance.choice(["images", "journal", "libraries", "batches", "jobs"])
    _ask(database, f"DROP TABLE {table}")


def _dangling_index(database: Path, chance: random.Random) -> None:
    """An index that lacks the rows of its table, or is another's."""
    with closing(sqlite3.connect(database)) as connection:
        names = sorted(
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'index' AND rootpage > 0"
            )
        )
    one, other = chance.sample(names, 2)
    elsewhere = f"(SELECT rootpage FROM sqlite_master WHERE name = '{other}')"  # noqa: S608
    root = chance.choice([elsewhere, "1", "99999", "0"])
    _ask(database, f"UPDATE sqlite_master SET rootpage = {root} WHERE name = '{one}'")  # noqa: S608


def _free_list(database: Path, chance: random.Random) -> None:
    """Pages in use that are on the list of free ones, or a list that leads nowhere."""
    pages = database.stat().st_size // PAGE
    first = chance.choice([2, pages, pages + 9, 0x7FFF_FFFF, chance.randrange(2, pages)])
    count = chance.choice([1, 3, 0x7FFF_FFFF])
    _overwrite(database, 32, first.to_bytes(4, "big") + count.to_bytes(4, "big"))


def _older(database: Path, chance: random.Random) -> None:
    """A store with less history than its newest backup."""
    del chance
    backups = sorted(database.parent.glob("backups/store-*.db"))
    shutil.copy(backups[0], database)


def _nothing(database: Path, chance: random.Random) -> None:
    """An empty file, or none at all."""
    if chance.random() < 0.5:
        database.unlink()
    else:
        os.truncate(database, 0)


def _another_program(database: Path, chance: random.Random) -> None:
    """A sound database that is another program's."""
    database.unlink()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, address TEXT)")
        if chance.random() < 0.5:
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute("INSERT INTO alembic_version VALUES ('4b1c2d')")


def _no_database(database: Path, chance: random.Random) -> None:
    contents = [b"{}", b"a text\n" * 900, b"\x89PNG\r\n\x1a\n" + bytes(9_000), b"\x1f\x8b" * 5_000]
    database.write_bytes(chance.choice(contents))


def _log_of_another(database: Path, chance: random.Random) -> None:
    """A log that is whole, and that another database left."""
    other = database.with_name("other.db")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, address TEXT)")
        for _ in range(chance.randint(1, 40)):
            connection.execute("INSERT INTO bookmarks VALUES (NULL, hex(randomblob(900)))")
        connection.commit()
        log = other.with_name("other.db-wal").read_bytes()
    other.unlink()
    database.with_name(database.name + "-wal").write_bytes(log)


def _undo_journal(database: Path, chance: random.Random) -> None:
    """What has to be undone, and cannot be."""
    journal = database.with_name(database.name + "-journal")
    head = bytes.fromhex("d9d505f920a163d7")
    journal.write_bytes(head + chance.randbytes(chance.choice((20, 504, 2 * PAGE))))


def _special(database: Path, chance: random.Random) -> None:
    """No file at all."""
    database.unlink()
    match chance.randrange(4):
        case 0:
            os.mkfifo(database)
        case 1:
            database.mkdir()
        case 2:
            database.symlink_to("/dev/zero")
        case _:
            database.symlink_to(database)


def _special_log(database: Path, chance: random.Random) -> None:
    log = database.with_name(database.name + chance.choice(("-wal", "-journal")))
    if chance.random() < 0.5:
        os.mkfifo(log)
    else:
        log.mkdir()


_KINDS: dict[str, Callable[[Path, random.Random], None]] = {
    "truncated": _truncate,
    "zeroed pages": _zero_pages,
    "random bytes": _random_bytes,
    "header": _header,
    "version": _version,
    "log": _log,
    "emptied": _emptied,
    "first page": _first_page,
    "cut at a page": _cut_at_a_page,
    "swapped pages": _swap_pages,
    "schema text": _schema_text,
    "two schemas": _two_schemas,
    "dropped table": _dropped,
    "dangling index": _dangling_index,
    "free list": _free_list,
    "older": _older,
    "nothing": _nothing,
    "another program's": _another_program,
    "no database": _no_database,
    "log of another": _log_of_another,
    "undo journal": _undo_journal,
    "special file": _special,
    "special log": _special_log,
}

KINDS = tuple(_KINDS)
"""What is damaged, in the order of the seeds."""
