"""Sheets of a book that the author approves: kept as references, and what waited is made with them.

    pin the picture  →  read the book anew  →  write the jobs that waited anew, and approve it

A death in between leaves the author a sheet to approve once more, which ends it.
"""

import asyncio
from collections.abc import Sequence
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
from pressrun.protocol.messages.batch import JobsOrder, JobsOrdered
from pressrun.server import planning, style, wanted
from pressrun.server.leases import Leases
from pressrun.server.office import Office
from pressrun.states import JobChoice
from pressrun.store import approvals, orders, review, standing
from pressrun.store.approvals import Candidate
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.sheets")


class Sheets:
    """Orders about panels, of which the approval of a sheet is one."""

    def __init__(
        self, store: Writer, clock: Clock, leases: Leases, office: Office, turn: asyncio.Lock
    ) -> None:
        """Serve a store.

        Args:
            store: the host's.
            clock: the host's.
            leases: a library is changed only by the home that has it.
            office: carries out all other orders.
            turn: a `run` that read the book before a sheet was pinned must not order after it.
        """
        self._store = store
        self._clock = clock
        self._leases = leases
        self._office = office
        self._turn = turn

    async def order(self, asked: JobsOrder) -> JobsOrdered:
        """Carry out the author's order about panels.

        Raises:
            NotFoundError: there is no such batch, or no picture to approve.
            BadInputError: a sheet cannot be pinned, or its book cannot be used; nothing was
                approved.
        """
        if asked.choice != JobChoice.APPROVE:
            return await self._office.order(asked)
        approved = await self._approve(asked)
        await self._office.begin()
        _log.info(
            "panels_ordered",
            order=asked.choice.value,
            panels=approved.jobs,
            keys=asked.keys[:10],
        )
        return approved

    async def _approve(self, asked: JobsOrder) -> JobsOrdered:
        """Approve pictures; sheets of a book among them are pinned first.

        Raises:
            BadInputError: a sheet cannot be pinned, or its book cannot be used; nothing was
                approved.
            NotFoundError: there is no such batch, or no picture to approve.
        """
        async with self._turn:
            pictures = await self._store.do(approvals.shown, asked.batch, asked.keys)
            pinned, made_from = await self._settled(pictures)
            now = self._clock.now()
            jobs = await self._store.do(approvals.approve_as_shown, now, pictures, made_from)
        count = await self._store.do(review.approvals, pictures[0].library)
        return JobsOrdered(
            jobs=len(jobs),
            pinned=[str(each) for each in pinned],
            advice=style.approvals(count),
        )

    async def _settled(
        self, pictures: Sequence[Candidate]
    ) -> tuple[list[Path], dict[str, tuple[Recipe, str | None]]]:
        """Pin the sheets among pictures; tells where, and what is made from what by that."""
        first = pictures[0]
        if not wanted.is_book(Path(first.source)):
            return [], {}
        library, source = Path(first.library), Path(first.source)
        translation = wanted.translation_of(library)
        book = await asyncio.to_thread(_read, source.parent, translation)
        sheets = wanted.sheets_of(book)
        chosen = [each for each in pictures if fold(each.key) in sheets]
        if not chosen:
            return [], {}
        pinned = []
        for each in chosen:
            try:
                path = await asyncio.to_thread(pin.pin, book.folder, each.key, library / each.path)
            except OSError as error:
                raise BadInputError(
                    f"the sheet {each.key} cannot be kept as a reference: "
                    f"{error.strerror or error}. Nothing was approved; mend that, and approve it "
                    "again"
                ) from error
            pinned.append(path.relative_to(book.folder) if path.is_absolute() else path)
            _log.info("sheet_pinned", key=each.key, path=str(path))
        book = await asyncio.to_thread(_read, source.parent, translation)
        keys = await self._store.do(approvals.waiting, first.batch, {each.key for each in chosen})
        return pinned, await self._made_from(book, library, first.batch, keys)

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
