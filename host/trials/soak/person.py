"""The author during a soak: approves sheets, has pictures corrected, and writes into chats."""

import asyncio
import contextlib
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import aiohttp

from pressrun.cli.client import connect
from pressrun.errors import PressrunError
from pressrun.protocol import calls
from pressrun.protocol.messages.decision import BasedOn, DecideOrder
from pressrun.protocol.rpc import LinkLostError
from pressrun.simulator.ledger import SiteLedger
from pressrun.states import AuthorAct, Remake
from trials.replica import acts
from trials.replica.certificate import certificate
from trials.replica.stage import Stage
from trials.soak import series

LOOK_SECONDS = 0.5
"""How often it is looked whether the soak has come far enough for the next act."""

NEWEST = 6
"""An author writes into one of so many chats, those that were last sent to."""

NOTES = (
    "Her coat is red, everything else as it is.",
    "It rains.",
    "Draw it from farther away, everything else as it is.",
)
"""What is noted; the same words come again, also in one chat."""

AWAY = (PressrunError, LinkLostError, aiohttp.ClientError, OSError, sqlite3.OperationalError)
"""What is raised while something is killed and starts again."""

REMARKS = (("Thanks! Who is the keeper?", "text"), ("And now the same at dawn.", "image"))
"""What an author writes, and whether a picture is to answer it."""


class Person:
    """The author of a stage, who does so many things, evenly over the soak.

    The sheets of a book are approved as soon as they are there, by the command.
    """

    def __init__(
        self,
        stage: Stage,
        chance: random.Random,
        images: int,
        corrections: int,
        writes: int,
        book: Path | None = None,
    ) -> None:
        self._stage = stage
        self._chance = chance
        self._images = images
        self._corrections = corrections
        self._writes = writes
        self._book = book
        self.is_done = not (corrections or writes or book)

    async def act(self) -> None:
        """Do everything, each when so much of the soak is made; killed processes are waited for."""
        while not self.is_done:
            with contextlib.suppress(*AWAY):
                await self._next()
            await asyncio.sleep(LOOK_SECONDS)

    async def _next(self) -> None:
        if not self._stage.home.store.exists():
            return
        if self._book is not None and await self._approves(self._book):
            return
        made, share = self._made(), self._share()
        ordered, written = corrected(self._stage.home.store), self._written()
        waits = [key for key in made if key not in ordered]
        if len(ordered) < self._corrections * share and waits:
            await self._correct(self._chance.choice(waits), len(ordered))
        if len(written) < self._writes * share:
            await self._write(written)
        enough = len(ordered) >= self._corrections and len(written) >= self._writes
        # where hardly anything can be made there is nothing to correct
        self.is_done = enough or (share >= 1 and not waits)

    async def _approves(self, book: Path) -> bool:
        """Approve a sheet that is there; tells whether any is left to be approved."""
        left = series.unpinned(book)
        for key in left:
            if any((book / "pictures").glob(f"{key}.*")):
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "pressrun",
                    "approve",
                    key,
                    f"--home={self._stage.home.folder}",
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
                await process.wait()
        return bool(left)

    def _made(self) -> list[str]:
        """The panels that have a picture, by their keys."""
        with closing(_reading(self._stage.home.store)) as database:
            rows = database.execute("SELECT key FROM images WHERE place = 'current' ORDER BY id")
            return [key for (key,) in rows]

    def _share(self) -> float:
        """How much of the list has come to an end, or waits for a word of the author's."""
        query = (
            "SELECT count(*) FROM jobs WHERE says IS NULL AND (ended_at IS NOT NULL"
            " OR state = 'doubt')"
        )
        with closing(_reading(self._stage.home.store)) as database:
            ended: int = database.execute(query).fetchone()[0]
        return min(1.0, ended / self._images)

    def _written(self) -> set[str]:
        return acts.disturbed(self._stage.acts())

    async def _correct(self, key: str, number: int) -> None:
        note = NOTES[number % len(NOTES)]
        async with connect(self._stage.home) as client:
            await client.ask(
                calls.REVIEW_DECIDE,
                DecideOrder(
                    act=AuthorAct.REDO,
                    panels=[BasedOn(key=key)],
                    remake=Remake.CHAT,
                    note=note,
                ),
            )

    async def _write(self, written: set[str]) -> None:
        chat = self._chance.choice(newest(self._stage.ledger(), but=written) or [""])
        if not chat or self._stage.address is None:
            return
        words, mode = REMARKS[len(written) % len(REMARKS)]
        act = {"act": "write", "conversation": chat, "words": words, "mode": mode}
        trusted = certificate(self._stage.folder / "replica").client_context()
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted)) as session,
            session.post(
                f"https://127.0.0.1:{self._stage.address.port}/replica/chat", json=act
            ) as told,
        ):
            told.raise_for_status()


def corrected(store: Path) -> dict[str, str]:
    """The panels of which a correction in chat was ordered, with the state of its job."""
    query = "SELECT key, state FROM jobs WHERE in_chat IS NOT NULL ORDER BY id"
    with closing(_reading(store)) as database:
        return dict(database.execute(query).fetchall())


def newest(ledger: SiteLedger, but: set[str]) -> list[str]:
    """The chats that were last sent to, the newest first, without some."""
    chats = dict.fromkeys(each.conversation for each in reversed(ledger.submissions))
    return [chat for chat in chats if chat not in but][:NEWEST]


def _reading(store: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{store}?mode=ro", uri=True)
