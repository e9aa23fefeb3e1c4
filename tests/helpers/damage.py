"""Damages a database by chance, in every way that was met: a seed always does the same."""

import random
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


_KINDS: dict[str, Callable[[Path, random.Random], None]] = {
    "truncated": _truncate,
    "zeroed pages": _zero_pages,
    "random bytes": _random_bytes,
    "header": _header,
    "version": _version,
    "log": _log,
    "emptied": _emptied,
}
