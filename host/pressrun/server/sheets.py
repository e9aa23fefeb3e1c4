"""Sheets of a book that the author approves: kept as references, and what waited is made with them.

    pin the picture  →  read the book anew  →  write the jobs that waited anew, and approve it

A death in between leaves the author a sheet to approve once more, which ends it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from pressrun.book import pin
from pressrun.book.model import Book
from pressrun.book.read import read
from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.library import references
from pressrun.library.shelf import Shelf
from pressrun.picture.key import fold
from pressrun.picture.recipe import Recipe
from pressrun.press.plan import recipe
from pressrun.server import planning, wanted
from pressrun.server.leases import Leases
from pressrun.states import JobChoice
from pressrun.store import approvals, orders, standing
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.sheets")


@dataclass(frozen=True)
class Settled:
    """What approved sheets come to."""

    batch: int
    """Whose panels wait for them."""
    made_from: Mapping[str, tuple[Recipe, str | None]]
    """By key, what these are made from now, and after which panel's approval."""
    pinned: Mapping[str, str]
    """By the keys of the sheets: the files that they are kept as, below the book's folder."""


class Sheets:
    """Keeps approved sheets as references, and has panels made with them."""

    def __init__(self, store: Writer, clock: Clock, leases: Leases, turn: asyncio.Lock) -> None:
        """Serve a store.

        Args:
            store: the host's.
            clock: the host's.
            leases: a library is changed only by the home that has it.
            turn: a `run` that read the book before a sheet was pinned must not order after it.
        """
        self._store = store
        self._clock = clock
        self._leases = leases
        self.turn = turn

    async def settled(
        self, library: str, number: int | None, pictures: Mapping[str, str]
    ) -> Settled | None:
        """Pin the sheets among pictures that are about to be approved.

        Args:
            library: whose pictures.
            number: of the batch whose panels wait for them, if the author named one.
            pictures: their paths, relative to the library, by their keys.

        Returns:
            What they come to; None where the book has no such sheets.

        Raises:
            NotFoundError: there is no such batch.
            BadInputError: a sheet cannot be pinned, or its book cannot be used.
        """
        batch, source = await self._store.do(approvals.batch_of, library, number)
        folder = Path(source).parent
        if not wanted.is_book(Path(source)):
            return None
        translation = wanted.translation_of(Path(library))
        book = await asyncio.to_thread(_read, folder, translation)
        sheets = wanted.sheets_of(book)
        chosen = {key: path for key, path in pictures.items() if fold(key) in sheets}
        if not chosen:
            return None
        pinned = {}
        for key, path in chosen.items():
            try:
                kept = await asyncio.to_thread(pin.pin, book.folder, key, Path(library, path))
            except OSError as error:
                raise BadInputError(
                    f"the sheet {key} cannot be kept as a reference: "
                    f"{error.strerror or error}. Nothing was approved; mend that, and approve it "
                    "again"
                ) from error
            pinned[key] = str(kept.relative_to(book.folder) if kept.is_absolute() else kept)
            _log.info("sheet_pinned", key=key, path=str(kept))
        book = await asyncio.to_thread(_read, folder, translation)
        keys = await self._store.do(approvals.waiting, batch, set(chosen))
        made_from = await self._made_from(book, Path(library), batch, keys)
        return Settled(batch, made_from, pinned)

    async def _made_from(
        self, book: Book, library: Path, batch: int, keys: Sequence[str]
    ) -> dict[str, tuple[Recipe, str | None]]:
        """What panels are made from now, and after what; those that are gone are made no more."""
        if not keys:
            return {}
        asked = {fold(key): key for key in keys}
        sheets = wanted.sheets_of(book)
        wants = await asyncio.to_thread(
            wanted.of_book, book, [key for key in keys if fold(key) in sheets]
        )
        panels = [each for each in wants.panels if fold(each.key) in asked]
        gone = asked.keys() - {fold(each.key) for each in panels}
        if gone:
            # let go, they would be made as they were ordered, without the sheet
            skipped = [asked[name] for name in sorted(gone)]
            await self._store.do(orders.order, self._clock.now(), batch, skipped, JobChoice.SKIP)
        known = await self._store.do(standing.standing, str(library))
        found = await asyncio.to_thread(planning.references_of, library, panels, known)
        await self._leases.take(library)
        await asyncio.to_thread(references.keep, Shelf(library), found)
        return {asked[fold(each.key)]: (recipe(each, found), each.after) for each in panels}


def _read(folder: Path, translation: str | None) -> Book:
    try:
        return read(folder, translation)
    except BadInputError as error:
        raise BadInputError(
            f"{error}\nNothing was approved: the panels that wait for the sheet are composed from "
            "the book. Mend that, and approve it again"
        ) from error
