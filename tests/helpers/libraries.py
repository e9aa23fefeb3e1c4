"""A library of pictures that a store knows, made the way the press makes them."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select

from helpers.pictures import encoded
from helpers.stores import STEPS, Book
from pressrun.clock import Clock
from pressrun.library.shelf import OWN, Shelf, sha256_of
from pressrun.picture.record import Placed
from pressrun.protocol.messages.verify import Care, Fault, Finding
from pressrun.states import BatchState, Ending, JobState, Step
from pressrun.store import endings, record
from pressrun.store.attempts import Attempt
from pressrun.store.database import open_store
from pressrun.store.tables import attempts as attempts_table
from pressrun.store.tables import batches, images, jobs, journal
from pressrun.verify.verification import Verification

OLDER = Path(__file__).parents[1] / "store" / "fixtures"
"""What older versions made; its README tells how."""


class Fixed(Clock):
    """A clock that stands."""

    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> float:
        """Return the time."""
        return self._at


class Library:
    """A book and the folder that its pictures go to."""

    def __init__(self, book: Book, folder: Path) -> None:
        self.book = book
        self.folder = folder.resolve()
        self.shelf = Shelf(self.folder)
        self.clock = Fixed(2_000_000_000.0)
        self._seed = 0

    async def start(self, *prompts: str) -> int:
        """Start a batch with a panel for each prompt, whose first word is its key."""
        return await self.book.start(*prompts, library=str(self.folder))

    async def made(self, *prompts: str) -> list[Attempt]:
        """Start a batch and make all its pictures."""
        await self.start(*prompts)
        return [await self.make() for _ in prompts]

    async def make(self, picture: bytes | None = None) -> Attempt:
        """Make the next picture, to its place on disk and on record."""
        attempt = await self.placed(picture)
        placed = await self.place(attempt)
        await self.book.store.do(
            endings.done, self.book.now, attempt, "D1", placed, aside=self.shelf.alternative
        )
        return attempt

    async def place(self, attempt: Attempt) -> Placed:
        """Bring what an attempt received to its place on disk."""
        received = await self.book.store.do(record.received, self.clock.now(), attempt)
        return self.shelf.place(received.picture)

    async def placed(self, picture: bytes | None = None) -> Attempt:
        """Bring the next picture to its place on disk, and the record to 'received'."""
        attempt = await self.received(picture)
        await self.place(attempt)
        return attempt

    async def received(self, picture: bytes | None = None) -> Attempt:
        """Have the next picture's bytes on disk, and on record."""
        attempt = await self.book.at(Step.MADE)
        self._seed += 1
        received = self.folder / OWN / "received" / "new"
        received.parent.mkdir(parents=True, exist_ok=True)
        received.write_bytes(encoded(seed=self._seed) if picture is None else picture)
        sha256 = sha256_of(received)
        received.replace(received.with_name(sha256))
        size = self.shelf.received(sha256).stat().st_size
        await self.book.advance(attempt, Step.RECEIVED, sha256=sha256, bytes=size)
        return attempt

    async def rewind(self, attempt: Attempt, to: Step, state: JobState) -> None:
        """Put the record back to a step of the last attempt, as a backup of that time would be."""
        after = f"attempt.{STEPS[STEPS.index(to) + 1].value}"

        def put_back(connection: Connection) -> None:
            lost = connection.scalars(
                select(journal.c.id).where(
                    journal.c.event == after, journal.c.attempt_id == attempt.id
                )
            ).one()
            connection.execute(delete(journal).where(journal.c.id >= lost))
            connection.exec_driver_sql(
                "UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM journal)"
            )
            connection.execute(delete(images).where(images.c.attempt_id == attempt.id))

        await self.book.store.do(put_back)
        ending = None if state != JobState.WAITING else Ending.RETURNED
        await self.book.set(attempts_table, attempt.id, step=to, ending=ending, ended_at=None)
        await self.book.set(jobs, attempt.job, state=state)
        await self.book.set(batches, attempt.batch, state=BatchState.RUNNING)

    async def verify(self, *, repair: bool = False, **more: Any) -> list[Finding]:  # noqa: ANN401 - options
        """Verify, and return what was found."""
        run = Verification(self.book.store, self.clock, repair=repair, **more)
        return [finding async for finding in run.findings() if finding is not None]

    async def verdicts(self, *, repair: bool = False, **more: Any) -> list[tuple[Fault, Care, str]]:  # noqa: ANN401
        """Verify, and return the essence of what was found, with paths inside the library."""
        return [
            (found.fault, found.care, found.path.removeprefix(f"{self.folder}/"))
            for found in await self.verify(repair=repair, **more)
        ]


async def older(schema: str, folder: Path, *, store: bool = True) -> Library:
    """Return the library that an older version made, opened with today's code.

    Args:
        schema: of the database of that version.
        folder: where to put the library and its database.
        store: whether to take that version's database, too; otherwise it begins empty.
    """
    library = (folder / "story").resolve()
    shutil.copytree(OLDER / schema / "library", library)
    if store:
        dump = (OLDER / schema / "store.sql").read_text(encoding="utf-8")
        with closing(sqlite3.connect(folder / "store.db")) as connection:
            connection.executescript(dump.replace("@LIBRARY@", str(library)))
    return Library(Book(await open_store(folder / "store.db"), 1), library)
