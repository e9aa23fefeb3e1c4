"""Step 7: a received picture is decoded, given its panel's name, and the job is done.

It runs beside the tabs: a tab goes on as soon as its picture's bytes are durable.
"""

import asyncio
import datetime as dt
from pathlib import Path

import structlog

from pressrun.clock import Clock
from pressrun.library import sheet
from pressrun.library.picture import BadPictureError
from pressrun.library.shelf import Shelf
from pressrun.store import attempts, images
from pressrun.store.attempts import Attempt, Filed
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.filing")

SHEET_SECONDS = 5.0
"""How soon a contact sheet shows a new picture."""

AT_ONCE = 2
"""Pictures decoded at once; each needs its pixels in memory."""


class Filing:
    """Files received pictures, a few at a time."""

    def __init__(self, store: Writer, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._places = asyncio.Semaphore(AT_ONCE)
        self._changed: set[str] = set()

    async def keep_sheets(self) -> None:
        """Keep the contact sheets of the libraries that change up to date, until cancelled."""
        while True:
            await asyncio.sleep(SHEET_SECONDS)
            await self.write_sheets()

    async def write_sheets(self) -> None:
        """Write the contact sheets of the libraries that changed."""
        while self._changed:
            library = self._changed.pop()
            shown = await self._store.do(images.in_order, library)
            entries = [sheet.Entry(each.key, each.path, each.prompt) for each in shown]
            try:
                await asyncio.to_thread(sheet.write, Path(library), entries)
            except OSError as error:
                _log.warning("sheet_unwritten", reason=str(error))

    async def file(self, attempt: Attempt) -> bool:
        """File the picture of an attempt that is received; whether it was found whole.

        Raises:
            OSError: the library cannot be written; the attempt stays received.
        """
        shelf = Shelf(Path(attempt.library))
        async with self._places:
            chain = await self._store.do(attempts.chain, attempt)
            record = {
                "prompt": attempt.prompt,
                "conversation": chain.conversation,
                "turn": chain.turn,
                "file_id": chain.file_id,
                "batch": attempt.batch,
                "job": attempt.job,
                "attempt": attempt.number,
                "received_at": dt.datetime.fromtimestamp(self._clock.now(), dt.UTC).isoformat(
                    timespec="seconds"
                ),
            }
            try:
                placed = await asyncio.to_thread(shelf.place, attempt.key, chain.sha256, record)
            except BadPictureError as error:
                _log.warning("picture_bad", reason=str(error))
                await self._store.do(
                    attempts.fail, self._clock.now(), attempt, str(error), retry_at=None
                )
                return False
            filed = Filed(
                sha256=chain.sha256,
                path=placed.path,
                bytes=placed.bytes,
                width=placed.picture.width,
                height=placed.picture.height,
                media=placed.picture.media,
            )
            await self._store.do(
                attempts.done,
                self._clock.now(),
                attempt,
                chain.document,
                filed,
                aside=shelf.alternative,
            )
        self._changed.add(attempt.library)
        _log.info("picture_filed", path=placed.path, bytes=placed.bytes)
        return True
