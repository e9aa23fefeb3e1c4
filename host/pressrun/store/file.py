"""A database's file, read while nobody has it open."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

UNFINISHED = (
    sqlite3.SQLITE_READONLY_ROLLBACK,
    sqlite3.SQLITE_READONLY_RECOVERY,
    sqlite3.SQLITE_READONLY_CANTINIT,
)
"""A write was cut off, and has to be undone before anything can be read
(https://www.sqlite.org/rescode.html#readonly_rollback)."""

UNREACHED = (
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_AUTH,
)
"""The kinds of errors that tell nothing of what the file holds."""


class UnreadableError(Exception):
    """The file is no database, or a damaged one; the text is SQLite's."""


def read(database: Path, ask: Callable[[sqlite3.Connection], T]) -> T:
    """What `ask` reads from a database, which is left as it is unless a write was cut off in it.

    Raises:
        UnreadableError: it is damaged. A damaged file ends in errors of many kinds: SQLite's own
            message may not be valid text.
        sqlite3.OperationalError: it cannot be opened; that tells nothing of it.
    """
    for path in (database, *beside(database)):
        # a pipe would be waited for, and a device read without end
        if path.exists() and not path.is_file():
            raise UnreadableError(f"{path.name} is not an ordinary file")
    try:
        try:
            return _read(database, "ro", ask)
        except sqlite3.OperationalError as error:
            if _code(error) not in UNFINISHED:
                raise
        return _read(database, "rw", ask)
    except sqlite3.OperationalError as error:
        cut_short = _code(error) == sqlite3.SQLITE_IOERR_SHORT_READ
        if _code(error) & 0xFF in UNREACHED and not cut_short:
            raise
        raise UnreadableError(str(error)) from error
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise UnreadableError(str(error)) from error


def beside(database: Path) -> list[Path]:
    """The files that belong to a database, and may be there or not."""
    return [database.with_name(database.name + ending) for ending in ("-wal", "-shm", "-journal")]


def _code(error: sqlite3.Error) -> int:
    # what Python itself finds wrong with a text has no code
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)


def _read(database: Path, mode: str, ask: Callable[[sqlite3.Connection], T]) -> T:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode={mode}", uri=True)) as connection:
        return ask(connection)
