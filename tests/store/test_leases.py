"""Leases: a library that another home took is left alone, and a disk that is away is waited for."""

import asyncio
from pathlib import Path

import pytest

from helpers.libraries import Library
from helpers.stores import Book
from pressrun.errors import BadInputError
from pressrun.library import lease
from pressrun.library.lease import Lease
from pressrun.server.leases import Leases
from pressrun.states import BatchState
from pressrun.store import batches


@pytest.fixture
async def library(book: Book, tmp_path: Path) -> Library:
    """A library with an open batch."""
    library = Library(book, tmp_path / "pictures")
    await library.made("a fox")
    await library.start("b bear")
    return library


@pytest.fixture
def leases(library: Library, tmp_path: Path) -> Leases:
    """This home's."""
    return Leases(library.book.store, library.clock, tmp_path / "home")


def another(library: Library) -> Lease:
    """Return the lease of another home, as of now."""
    return Lease("elsewhere", "/home/b", 2, library.clock.now(), library.clock.now())


async def state(library: Library) -> BatchState:
    """Return the state of the newest batch."""
    return (await library.book.store.do(batches.numbers))[0].state


async def test_what_is_worked_in_is_held_and_given_back_at_the_end(
    library: Library, leases: Leases
) -> None:
    """Others hear whose it is as long as it is."""
    await leases.renew()
    assert lease.take(library.folder, another(library)) is not None
    await leases.release()
    assert lease.take(library.folder, another(library)) is None


async def test_a_library_that_another_home_took_is_paused(library: Library, leases: Leases) -> None:
    """While this machine slept, for example; nothing more is sent for it."""
    lease.take(library.folder, another(library))
    await leases.renew()
    assert await state(library) == BatchState.PAUSED
    with pytest.raises(BadInputError, match="on elsewhere in the home /home/b"):
        await leases.take(library.folder)


async def test_a_renewal_and_a_decision_take_a_library_at_once(
    library: Library, leases: Leases
) -> None:
    """As when an author chooses a take while the host starts: neither is in the other's way."""
    for _ in range(20):
        await asyncio.gather(leases.renew(), *(leases.take(library.folder) for _ in range(4)))
        await leases.release()


async def test_a_library_whose_disk_is_away_is_waited_for(
    library: Library, leases: Leases, tmp_path: Path
) -> None:
    """Nothing is written where it was, and its batch goes on when it is back."""
    library.folder.rename(tmp_path / "away")
    await leases.renew()
    assert not library.folder.exists()
    assert await state(library) == BatchState.RUNNING
    (tmp_path / "away").rename(library.folder)
    await leases.renew()
    assert lease.take(library.folder, another(library)) is not None
