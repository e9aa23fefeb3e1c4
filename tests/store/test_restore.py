"""A database that is damaged or gone: restored from a backup and from what lies on disk."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from helpers import deciding
from helpers.deciding import Wish
from helpers.libraries import Fixed, Library
from helpers.pictures import encoded
from helpers.stores import Book
from pressrun.errors import BadInputError
from pressrun.home import Home, HomeLock, HomeTakenError
from pressrun.protocol.messages.verify import Care, Fault, Finding
from pressrun.states import BatchState, JobState, PictureState, Remake
from pressrun.store import accounts, backup, batches, panels, record, standing
from pressrun.store.database import open_store
from pressrun.store.tables import attempts, jobs
from pressrun.verify import restore

NOW = 1_800_000_000.0
CLOCK = Fixed(NOW)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home without a host."""
    made = Home.at(tmp_path / "home")
    made.make()
    yield made
    restored_lock = HomeLock(made)
    restored_lock.release()


async def opened(home: Home) -> Book:
    """Open the store of a home."""
    store = await open_store(home.store)
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    return Book(store, account)


async def lived(home: Home, *, kept: bool = True) -> Library:
    """Make three pictures of four, with a backup after the first, and end."""
    book = await opened(home)
    library = Library(book, home.pictures / "story")
    await library.start("a one", "b two", "c three", "d four")
    await library.make()
    if kept:
        await backup.back_up(book.store, home.backups, NOW - 3_600)
    await library.make()
    await library.make()
    await book.store.close()
    return library


async def mended(home: Home) -> list[Finding]:
    """Restore, and return what was told."""
    async with restore.restored(home, CLOCK) as (findings, run, _):
        return [*findings, *[told async for told in run.findings() if told is not None]]


def spoil(home: Home, how: str) -> None:
    """Damage the database."""
    match how:
        case "gone":
            home.store.unlink()
        case "empty":
            os.truncate(home.store, 0)
        case "no database":
            home.store.write_bytes(b"these are no pages" * 1_000)
        case "torn":
            with home.store.open("r+b") as file:
                file.seek(3 * 4096)
                file.write(b"\xff" * 4 * 4096)


@pytest.mark.parametrize("how", ["gone", "empty", "no database", "torn"])
async def test_nothing_that_was_made_is_made_again(home: Home, how: str) -> None:
    """The backup knows one picture; the two that were made since are on record again."""
    await lived(home)
    spoil(home, how)
    found = restore.damage(home)
    assert found is not None
    assert "store-2027" in found
    assert "verify --repair" in found
    told = await mended(home)
    assert (told[0].fault, told[0].care) == (Fault.DATABASE, Care.MENDED)
    assert [each.key for each in told if each.fault == Fault.ORPHANED] == ["b", "c"]
    assert restore.damage(home) is None
    book = await opened(home)
    assert await book.states() == {
        "a": JobState.DONE,
        "b": JobState.DONE,
        "c": JobState.DONE,
        "d": JobState.WAITING,
    }
    assert await Library(book, home.pictures / "story").verify() == []
    await book.store.close()


async def test_a_restored_batch_waits_for_the_author(home: Home) -> None:
    """What was under way is on no record: it is not sent again before somebody has looked."""
    await lived(home)
    spoil(home, "gone")
    told = await mended(home)
    assert any("pressrun resume 1" in each.text for each in told if each.care == Care.YOURS)
    book = await opened(home)
    assert await book.claim() is None
    assert [numbers.state for numbers in await book.store.do(batches.numbers)] == ["paused"]
    await book.store.close()


async def test_what_was_damaged_is_kept(home: Home) -> None:
    """Nobody knows what can still be read from it; its log goes with it."""
    await lived(home)
    spoil(home, "torn")
    content = home.store.read_bytes()
    home.store.with_name("store.db-wal").write_bytes(b"log")
    await mended(home)
    [kept] = (home.folder / restore.ASIDE).rglob("store.db")
    assert kept.read_bytes() == content
    assert kept.with_name("store.db-wal").read_bytes() == b"log"


async def test_without_a_backup_the_notes_are_enough(home: Home) -> None:
    """Every picture is on record again, and only they."""
    await lived(home, kept=False)
    spoil(home, "no database")
    found = restore.damage(home)
    assert found is not None
    assert "no backup" in found
    await mended(home)
    book = await opened(home)
    known = await book.store.do(standing.standing, str(home.pictures / "story"))
    assert sorted(known) == ["a", "b", "c"]
    assert await Library(book, home.pictures / "story").verify() == []
    await book.store.close()


async def test_formats_come_back_from_the_notes(home: Home) -> None:
    """A list that asks for the same format then makes nothing again."""
    book = await opened(home)
    library = Library(book, home.pictures / "story")
    await book.start("a one", library=str(library.folder), ratio="3:4")
    await library.make()
    known = await book.store.do(standing.standing, str(library.folder))
    await book.store.close()
    home.store.unlink()
    await mended(home)
    book = await opened(home)
    found = await book.store.do(standing.standing, str(library.folder))
    assert found["a"].made_from == known["a"].made_from
    assert found["a"].made_from is not None
    assert found["a"].made_from.endswith(" 3:4")
    await book.store.close()


async def test_a_damaged_backup_is_passed_over(home: Home) -> None:
    """The newest good one counts."""
    await lived(home)
    (home.backups / "store-20990101T000000Z.db").write_bytes(b"these are no pages" * 1_000)
    spoil(home, "gone")
    told = await mended(home)
    assert "is restored" in told[0].text
    assert backup.fault(home.store) is None


async def test_a_good_database_is_not_damaged(home: Home) -> None:
    """One that was left by a host that was killed is good: its log is still to be applied."""
    await lived(home)
    assert restore.damage(home) is None
    with closing(sqlite3.connect(home.store)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE more (id)")
        other.commit()
        assert restore.damage(home) is None


async def test_nobody_else_works_in_the_home_meanwhile(home: Home) -> None:
    """A host that runs is not restored under its feet."""
    await lived(home)
    lock = HomeLock(home)
    with pytest.raises(HomeTakenError):
        await mended(home)
    with pytest.raises(HomeTakenError):
        restore.damage(home)
    lock.release()


async def test_what_a_picture_was_corrected_from_outlives_the_database(home: Home) -> None:
    """Its sidecar tells it; the chat is told, too, and that its account is not known here."""
    library = await lived(home, kept=False)
    book = await opened(home)
    folder, red = str(library.folder), "her coat is red"
    library = Library(book, library.folder)
    await book.set(attempts, 1, conversation="c1")
    await book.store.do(deciding.redo, book.now, folder, ["a"], Wish(red, remake=Remake.CHAT))
    await book.set(jobs, 4, state=JobState.CANCELLED)
    await library.make(encoded(seed=77))
    await book.store.close()
    spoil(home, "gone")
    await mended(home)
    book = await opened(home)
    found = await book.store.do(panels.pictures, folder, "a")
    told = {each.place: (each.made_from, each.note, each.account) for each in found}
    (first,) = [each.number for each in found if each.place == PictureState.ALTERNATIVE]
    assert told[PictureState.CURRENT] == (first, red, None)
    with pytest.raises(BadInputError, match="the account that made it is not known here"):
        await book.store.do(deciding.redo, book.now, folder, ["a"], Wish(red, remake=Remake.CHAT))
    assert await Library(book, library.folder).verify() == []
    await book.store.close()


@pytest.mark.parametrize("kept", [True, False], ids=["backup", "sidecars alone"])
async def test_what_followed_what_is_on_record_again(home: Home, *, kept: bool) -> None:
    """A panel of a group is what it was, and what follows it next goes on from its picture."""
    book = await opened(home)
    library = Library(book, home.pictures / "story")
    folder, group = str(library.folder), {"b": "a", "c": "b"}
    await book.start("a one", "b two", "c three", before=group, library=folder)
    await library.make()
    if kept:
        await backup.back_up(book.store, home.backups, NOW - 3_600)
    await library.make()
    before = await book.store.do(standing.standing, folder)
    second = await book.store.do(record.current, folder, "b")
    await book.store.close()
    home.store.unlink()
    await mended(home)
    book = await opened(home)
    after = await book.store.do(standing.standing, folder)
    assert after["b"].made_from == before["b"].made_from
    found = await book.store.do(record.current, folder, "b")
    assert second is not None
    assert found is not None
    assert found.record.recipe.follows
    assert found.record.provenance.followed == second.record.provenance.followed is not None
    await book.change(BatchState.RUNNING)
    if not kept:
        await book.start("c three", before=group, library=folder)
    third = await book.claimed()
    assert (third.key, third.followed) == ("c", found.record.facts.sha256)
    await book.store.close()
