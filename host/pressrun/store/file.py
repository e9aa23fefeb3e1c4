"""A database's file, read while nobody has it open."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

UNFINISHED = (sqlite3.SQLITE_READONLY_ROLLBACK, sqlite3.SQLITE_READONLY_RECOVERY)
"""A write was cut off, and has to be undone before anything can be read
(https://www.sqlite.org/rescode.html#readonly_rollback)."""


def read(database: Path, ask: Callable[[sqlite3.Connection], T]) -> T:
    """What `ask` reads from a database, which is left as it is unless a write was cut off in it.

    Raises:
        sqlite3.Error: it cannot be opened or read.
    """
    try:
        return _read(database, "ro", ask)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in UNFINISHED:
            raise
    return _read(database, "rw", ask)


def _read(database: Path, mode: str, ask: Callable[[sqlite3.Connection], T]) -> T:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode={mode}", uri=True)) as connection:
        return ask(connection)
