"""The simulated disk, which can fill up, and the database on it, which dies with its host."""

import asyncio
import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from pressrun import files
from pressrun.store.writer import Driver

T = TypeVar("T")


class Disk:
    """Whether there is room, for pictures and for the database."""

    def __init__(self) -> None:
        self.full = False
        self.database_full = False

    def sync(self, _descriptor: int) -> None:
        """Take a file's bytes, and wait for nothing: there is no power to lose here."""
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "the simulated disk")

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Have the library write to this disk."""
        before, files.sync = files.sync, self.sync
        try:
            yield
        finally:
            files.sync = before


class Database:
    """A driver between the writer and the real one: full at times, and silent once it is dead."""

    def __init__(self, driver: Driver, disk: Disk) -> None:
        self.dead = False
        self._driver = driver
        self._disk = disk

    async def run(self, function: Callable[[Connection], T]) -> T:
        """The value of `function`, unless the disk is full or the host is dead."""
        if self.dead:
            await asyncio.get_running_loop().create_future()
        if self._disk.database_full:
            full = sqlite3.OperationalError("database or disk is full")
            raise OperationalError("simulated", None, full)
        return await self._driver.run(function)

    async def close(self) -> None:
        """Close the connection; what was not committed is gone."""
        await self._driver.close()
