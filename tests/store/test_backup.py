"""Backups: whole, checked, private, a few of them, and never at the cost of what is there."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from helpers.stores import Book, add_line
from pressrun.store import backup, database
from pressrun.store.backup import KEPT, BackupError, back_up
from pressrun.store.database import DamagedError, open_inline, prepare
from pressrun.store.writer import Writer

NOON = 1_800_000_000.0


def lines(path: Path) -> int:
    """Return how many lines the journal of a database holds."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])


async def test_a_backup_holds_what_was_committed_and_is_private(
    store: Writer, book: Book, tmp_path: Path
) -> None:
    """It is one file by itself, sound, named by its time, and for this user alone."""
    await book.start("a one", "b two")
    told = len(await book.told())
    made = await back_up(store, tmp_path / "backups", NOON)
    assert made.name == "store-20270115T080000Z.db"
    assert backup.made_at(made) == NOON
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    assert backup.fault(made) is None
    assert lines(made) == told


async def test_the_writer_goes_on_around_a_backup(store: Writer, tmp_path: Path) -> None:
    """What waits together with a backup is done, in its order, and the backup is consistent."""
    before = [asyncio.create_task(store.do(add_line, "before")) for _ in range(5)]
    backing_up = asyncio.create_task(back_up(store, tmp_path / "backups", NOON))
    await asyncio.sleep(0)
    after = [asyncio.create_task(store.do(add_line, "after")) for _ in range(5)]
    await asyncio.gather(*before, *after)
    made = await backing_up
    assert 5 <= lines(made) <= 10


async def test_the_inline_store_is_backed_up_too(tmp_path: Path) -> None:
    """Simulations have the same backups."""
    store = open_inline(tmp_path / "store.db")
    await store.do(add_line, "one")
    made = await back_up(store, tmp_path / "backups", NOON)
    assert lines(made) == 1
    await store.close()


async def test_a_few_are_kept(store: Writer, tmp_path: Path) -> None:
    """The newest stay, those before a migration are counted apart, and other files are let be."""
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "notes.txt").touch()
    (folder / "store-20200101T000000Z-before-0002.db").touch()
    for hour in range(KEPT + 2):
        await back_up(store, folder, NOON + hour * 3600)
    assert len(backup.listed(folder)) == KEPT + 1
    assert backup.made_at(backup.listed(folder)[0]) == NOON + (KEPT + 1) * 3600
    assert (folder / "notes.txt").exists()


async def test_a_clock_that_was_set_back_costs_no_new_backup(store: Writer, tmp_path: Path) -> None:
    """The backup just made is kept, though those before it seem to be of the future."""
    folder = tmp_path / "backups"
    for hour in range(KEPT):
        await back_up(store, folder, NOON + hour * 3600)
    made = await back_up(store, folder, NOON - 86_400)
    assert made.exists()
    assert len(backup.listed(folder)) == KEPT


async def test_a_damaged_copy_replaces_nothing(
    store: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy in which SQLite finds a fault is dropped, and every older backup is kept."""
    folder = tmp_path / "backups"
    for hour in range(KEPT):
        await back_up(store, folder, NOON + hour * 3600)
    kept = backup.listed(folder)
    monkeypatch.setattr(backup, "_quick_check", lambda _: False)
    with pytest.raises(BackupError, match="damaged"):
        await back_up(store, folder, NOON + 86_400)
    assert sorted(folder.iterdir(), reverse=True) == kept


async def test_no_room_for_a_backup_is_told_and_harms_nothing(
    store: Writer, tmp_path: Path, book: Book
) -> None:
    """Where nothing can be written, the error says where, and the store works on."""
    (tmp_path / "backups").touch()
    with pytest.raises(BackupError, match=r"no backup could be made in .*backups"):
        await back_up(store, tmp_path / "backups", NOON)
    await store.do(add_line, "on")
    assert (await book.told())[-1] == "on"


def test_a_store_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    """With backups there, an empty database would make every picture again: it is refused."""
    path = tmp_path / "store.db"
    prepare(path)
    kept = backup.before_migration(path, NOON, "0009")
    for path_gone in (True, False):
        path.unlink()
        if not path_gone:
            path.touch()
        with pytest.raises(DamagedError, match=rf"is missing.*{kept.name}.*verify --repair"):
            prepare(path)
        path.touch()


def test_a_backup_put_back_is_the_store(tmp_path: Path) -> None:
    """It opens with the current schema and what it held."""
    path = tmp_path / "store.db"
    prepare(path)
    kept = backup.before_migration(path, NOON, "0009")
    path.unlink()
    backup.put_back(kept, path)
    prepare(path)
    assert database.schema_of(path) == database.HEAD
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
