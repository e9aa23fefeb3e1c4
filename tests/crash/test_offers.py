"""A host that dies while it files a take of an approved panel: what was approved stays."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
from sqlalchemy import Connection, update

from crash.matrix import OFFERS
from helpers import deciding
from helpers.deciding import Wish
from helpers.hosts import end_host, own_home
from helpers.libraries import Library
from helpers.play import Ended, command
from helpers.stores import Book
from pressrun import failpoint
from pressrun.home import Home
from pressrun.store import accounts
from pressrun.store.database import open_store
from pressrun.store.tables import images

BESIDE = ("image.offered.after", "image.offered.before")
"""Passed where the take was never about to have the place."""

GIVEN_BACK = ("moves.stay.found", "moves.carry.described", "moves.carry.moved")
"""Passed where the author approved after a death in which the take had got the place."""


@dataclass
class Stage:
    """A home in which a take of `a` arrived that is not on record."""

    home: Home
    first: bytes
    second: bytes

    @property
    def library(self) -> Path:
        """Where its pictures are."""
        return self.home.folder / "pictures"

    async def order(self, *words: str) -> Ended:
        """Run one command."""
        return await command("pressrun", *words, "--home", str(self.home.folder))

    async def see_offered(self) -> None:
        """See that the approved picture has its place, and the take is kept beside."""
        shown = await self.order("show", "a", "--json")
        assert shown.code == 0, shown
        assert (self.library / "a.png").read_bytes() == self.first
        kept = list((self.library / ".pressrun/alternatives/a").glob("*.png"))
        assert [each.read_bytes() for each in kept] == [self.second]
        assert (await self.order("verify")).code == 0


async def staged(home: Home, *, placed: bool) -> Stage:
    """Return a home whose author approved the picture of `a` while a take of it was under way.

    Args:
        home: the home.
        placed: whether the take's files had its place before the host died.
    """
    home.make()
    store = await open_store(home.store)
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    library = Library(Book(store, account), home.folder / "pictures")
    await library.made("a fox")
    first = (library.folder / "a.png").read_bytes()
    await store.do(deciding.redo, library.book.now, str(library.folder), ["a"], Wish())
    attempt = await library.received()
    row = await library.book.attempt(attempt)
    second = library.shelf.received(row["sha256"]).read_bytes()
    if placed:
        await library.place(attempt)
        assert (library.folder / "a.png").read_bytes() == second
    await store.do(_approve)
    await store.close()
    return Stage(home, first, second)


def _approve(connection: Connection) -> None:
    connection.execute(update(images).where(images.c.place == "current").values(approved_at=1.0))


@pytest.fixture
async def home() -> AsyncIterator[Home]:
    """A home of one's own."""
    with own_home() as found:
        yield found


@pytest.mark.parametrize(
    ("wish", "placed"),
    [*((each, False) for each in BESIDE), *((each, True) for each in GIVEN_BACK)],
)
async def test_a_host_that_dies_over_an_offer_ends_it_the_next_time(
    home: Home, wish: str, *, placed: bool
) -> None:
    """The approved picture has its place, the take is on record once, and waits."""
    stage = await staged(home, placed=placed)
    with mock.patch.dict(os.environ, {failpoint.VARIABLE: f"{wish}:1"}):
        await stage.order("host", "start")
        await stage.order("status")
    end_host(home)
    assert wish in home.log.read_text(encoding="utf-8"), f"{wish} was not reached"
    await stage.see_offered()
    end_host(home)


def test_what_is_not_played_here_is_played_with_the_record_alone() -> None:
    """An approval in the moment in which a take gets its place: `store/test_offers.py`."""
    alone = {"filing.overtaken", "filing.unprotected"}
    assert {*OFFERS} - alone <= {*BESIDE, *GIVEN_BACK}
