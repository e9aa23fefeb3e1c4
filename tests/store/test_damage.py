"""Databases that are damaged by chance, with a good backup beside them: every one is repaired."""

import shutil
from pathlib import Path

import pytest

from helpers.damage import KINDS, PAGE, damage
from helpers.libraries import Fixed, Library
from helpers.stores import Book
from pressrun.home import Home
from pressrun.library.shelf import sha256_of
from pressrun.picture.facts import ENDINGS
from pressrun.states import JobState
from pressrun.store import accounts, backup
from pressrun.store.database import DamagedError, open_store
from pressrun.verify import restore

NOW = 1_800_000_000.0

PICTURES = 4

SEEDS = range(8 * len(KINDS))

FEW = range(len(KINDS))
"""Each kind of damage once."""

HARMLESS = (
    "header",
    "random bytes",
    "log",
    "zeroed pages",
    "truncated",
    "free list",
    "undo journal",
    "swapped pages",
)
"""What may hit a place that holds nothing, or be none of the database's."""


REWRITTEN = ("log", "log of another", "undo journal")
"""Where SQLite itself ends what was cut off, as soon as anybody looks."""


def content(path: Path) -> bytes | None:
    """Return what a file holds; nothing for what is none."""
    return path.read_bytes() if path.is_file() else None


def held(folder: Path) -> set[str]:
    """Return the SHA-256 of each picture in a folder, wherever it is."""
    return {
        sha256_of(path)
        for ending in ENDINGS.values()
        for path in folder.rglob(f"*{ending}")
        if "thumbnails" not in path.parts
    }


async def lived(home: Home) -> None:
    """Make some pictures, with backups between them."""
    home.make()
    store = await open_store(home.store)
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    library = Library(Book(store, account), home.pictures / "story")
    await library.start(*(f"p{number} a picture" for number in range(PICTURES + 1)))
    for number in range(PICTURES):
        await library.make()
        if number in (1, 2):
            await backup.back_up(store, home.backups, NOW - 3_600 + number)
    await store.close()


@pytest.mark.parametrize(
    "seed",
    [pytest.param(each, marks=[] if each in FEW else pytest.mark.long) for each in SEEDS],
)
async def test_a_damaged_database_is_repaired(tmp_path: Path, seed: int) -> None:
    """Whatever SQLite makes of it: told in words, restored, and no picture is made again."""
    home = Home.at(tmp_path / "home")
    await lived(home)
    pictures = held(home.pictures)
    kind = damage(home.store, seed)
    left = content(home.store)
    found = restore.damage(home)
    if found is None:
        assert kind in HARMLESS
    else:
        assert "store-2027" in found
        async with restore.restored(home, Fixed(NOW)) as (_, run, _store):
            told = [each async for each in run.findings() if each is not None]
            assert not [each for each in told if each.fault == "missing"]
        if left is not None:
            [aside] = (home.folder / restore.ASIDE).rglob("store.db")
            assert content(aside) == left or kind in REWRITTEN
    assert restore.damage(home) is None
    store = await open_store(home.store)
    try:
        library = Library(Book(store, 1), home.pictures / "story")
        assert await library.verify() == []
        made = {f"p{number}": JobState.DONE for number in range(PICTURES)}
        assert (await library.book.states()).items() >= made.items()
    finally:
        await store.close()
    assert held(home.pictures) >= pictures


async def test_a_database_that_ends_at_any_page_is_damaged(tmp_path: Path) -> None:
    """However little is cut off."""
    home = Home.at(tmp_path / "home")
    await lived(home)
    whole = home.store.read_bytes()
    for page in range(len(whole) // PAGE):
        home.store.write_bytes(whole[: PAGE * page])
        assert restore.damage(home) is not None, f"cut to {page} pages"
    home.store.write_bytes(whole)
    assert restore.damage(home) is None


async def test_a_store_that_was_emptied_is_not_begun_anew(tmp_path: Path) -> None:
    """The main file without the log that held everything is damage, at the start as well."""
    home = Home.at(tmp_path / "home")
    home.make()
    store = await open_store(home.store)
    fresh = tmp_path / "fresh.db"
    shutil.copy(home.store, fresh)
    await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    await backup.back_up(store, home.backups, NOW)
    await store.close()
    # what a disk leaves that lost the log
    shutil.copy(fresh, home.store)
    with pytest.raises(DamagedError, match="has lost what its backup"):
        await open_store(home.store)
    told = restore.damage(home)
    assert told is not None
    assert "has lost what its backup store-20270115T080000Z.db still holds" in told
