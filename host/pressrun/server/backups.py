"""When the database is backed up: as a batch starts or ends, and each hour while one runs.

At rest the database is one file: its log is empty while nothing runs.
"""

import asyncio
from pathlib import Path

import structlog

from pressrun import tasks
from pressrun.clock import Clock
from pressrun.press.board import Board
from pressrun.store import backup, database
from pressrun.store.backup import BackupError, Moments
from pressrun.store.writer import StoreError, Writer

_log = structlog.get_logger("pressrun.backups")

EVERY_SECONDS = 3600.0
LOOK_SECONDS = 60.0
"""How often to check for a due backup while nothing happens."""

PAUSE_SECONDS = 2.0
"""The shortest time between two checks."""

AGAIN_SECONDS = 300.0
"""How soon a backup that failed is tried again."""


def is_due(now: float, last: float | None, moments: Moments) -> bool:
    """Whether the database is to be backed up.

    Args:
        now: the time.
        last: when it last was.
        moments: what happened to its batches.
    """
    if moments.turned_at is None:
        return False
    if last is None or last < moments.turned_at:
        return True
    # after the clock was set back, the last one lies in the future
    return moments.running and not 0 <= now - last < EVERY_SECONDS


class Backups:
    """Keeps backups of the host's database; a batch neither waits for one nor fails with it."""

    def __init__(self, store: Writer, clock: Clock, board: Board, folder: Path) -> None:
        self._store = store
        self._clock = clock
        self._board = board
        self._folder = folder
        self._last: float | None = None
        self._under_way: asyncio.Task[bool] | None = None

    async def watch(self) -> None:
        """Back up whenever it is due, until cancelled."""
        listed = await asyncio.to_thread(backup.listed, self._folder)
        self._last = next(filter(None, map(backup.made_at, listed)), None)
        while True:
            revision = self._board.revision
            worked = await self.look()
            await asyncio.sleep(PAUSE_SECONDS if worked else AGAIN_SECONDS)
            await self._board.beyond(revision, LOOK_SECONDS)

    async def look(self) -> bool:
        """Back up if it is due; False when that failed."""
        if self._under_way is None or self._under_way.done():
            self._under_way = tasks.begin(self._back_up_if_due(), "back up")
        # a caller that is cancelled does not interrupt the copy
        return await asyncio.shield(self._under_way)

    async def _back_up_if_due(self) -> bool:
        try:
            moments = await self._store.do(backup.moments)
            now = self._clock.now()
            if is_due(now, self._last, moments):
                made = await backup.back_up(self._store, self._folder, now)
                self._last = now
                _log.info("backed_up", path=str(made))
            if not moments.running:
                # whoever copies the database while nothing happens has all of it in one file
                await self._store.between(database.gather)
        except (BackupError, StoreError) as error:
            _log.warning("backup_failed", reason=str(error))
            return False
        return True
