"""What clients may ask of the host, carried out: batches and how things stand."""

import asyncio
from pathlib import Path

from pressrun.book import prompts
from pressrun.clock import Clock
from pressrun.press.board import Board
from pressrun.press.plan import plan
from pressrun.press.press import Press
from pressrun.protocol import messages as m
from pressrun.server.status import status
from pressrun.store import batches
from pressrun.store.batches import Order
from pressrun.store.writer import Writer


class Office:
    """The host's counter."""

    def __init__(self, store: Writer, clock: Clock, press: Press, board: Board, log: Path) -> None:
        self._store = store
        self._clock = clock
        self._press = press
        self._board = board
        self._log = log

    async def status(self, query: m.StatusQuery) -> m.Status:
        """How things stand, as soon as there is more to show than the caller knows."""
        await self._board.beyond(query.after, query.wait)
        return await status(self._store, self._board, self._clock.now(), self._log)

    async def start(self, asked: m.BatchStart) -> m.BatchStarted:
        """Compare a prompt list with its library, and have made what is missing.

        Raises:
            BadInputError: the list cannot be used.
        """
        panels = await asyncio.to_thread(prompts.read, Path(asked.source))
        standing = await self._store.do(batches.standing, asked.library)
        library = Path(asked.library)
        present = await asyncio.to_thread(
            lambda: {
                key
                for key, known in standing.items()
                if known.image_path is not None and (library / known.image_path).is_file()
            }
        )
        difference = plan(panels, standing, present)
        batch = await self._store.do(
            batches.start,
            self._clock.now(),
            Order(asked.source, asked.library, asked.site, asked.tabs),
            made_before=difference.made,
            new=difference.new,
            dropped=difference.dropped,
        )
        self._press.announce()
        return m.BatchStarted(batch=batch, wanted=len(panels), made=difference.made)

    async def change(self, choice: m.BatchChoice, to: m.BatchState) -> m.BatchChanged:
        """Pause, resume or cancel.

        Raises:
            NotFoundError: there is no such batch.
        """
        changed = await self._store.do(batches.change, self._clock.now(), choice.batch, to)
        self._press.announce()
        return m.BatchChanged(batches=changed)
