"""A repair that dies on its way: the next one ends it, and nothing that was there is lost."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
from sqlalchemy import Connection, delete

from crash.matrix import REPAIR
from helpers.hosts import end_host, own_home
from helpers.libraries import Library
from helpers.play import Ended, command
from helpers.stores import Book
from pressrun import failpoint
from pressrun.home import Home
from pressrun.states import JobState, Step
from pressrun.store import accounts, backup
from pressrun.store.attempts import Attempt
from pressrun.store.database import open_store
from pressrun.store.tables import images

FILES = ("files.move.before", "files.move.renamed", "files.move.after", "files.write.unsynced")
"""What a repair passes besides, each time that it moves or writes a file."""

MENDED = [(each, 1) for each in REPAIR] + [(each, hit) for each in FILES for hit in (1, 2)]
RESTORED = [(each, hit) for each in FILES[:3] for hit in (1, 2, 3)]
SAMPLE = {("image.adopted.after", 1), ("image.gone.after", 1), ("files.move.renamed", 1)}


@dataclass
class Stage:
    """A home with a library that needs mending, as often as it is wanted."""

    home: Home
    kept: Path

    @property
    def library(self) -> Path:
        """Where its pictures are."""
        return self.home.pictures / "story"

    def set_up(self) -> None:
        """Have it as it was made."""
        end_host(self.home)
        shutil.rmtree(self.home.folder)
        shutil.copytree(self.kept, self.home.folder)

    async def repair(self, wish: str = "") -> Ended:
        """Verify and repair, with a failpoint armed or none."""
        armed = {failpoint.VARIABLE: wish} if wish else {}
        with mock.patch.dict(os.environ, armed):
            return await command(
                "pressrun", "verify", "--repair", "--json", "--home", str(self.home.folder)
            )

    async def shown(self) -> set[tuple[str, str, str]]:
        """What is wrong, and every picture that is there, by its bytes."""
        told = await command("pressrun", "verify", "--json", "--home", str(self.home.folder))
        found = json.loads(told.out)["findings"]
        assert {each["care"] for each in found} <= {"yours", "none"}, "it can still be mended"
        pictures = {
            ("picture", path.stem, path.read_bytes().hex()) for path in self.library.glob("*.png")
        }
        return {(each["fault"], each["key"], each["care"]) for each in found} | pictures


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A home that is set up by a test."""
    with own_home() as home:
        yield Stage(home, tmp_path / "kept")


async def live(home: Home) -> Library:
    """Six pictures: two were deleted, one was moved, one is found again, one is on no record."""
    home.make()
    store = await open_store(home.store)
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    library = Library(Book(store, account), home.pictures / "story")
    await library.start("a one", "b two", "c three", "d four", "e five", "f six")
    for _ in range(3):
        await library.make()
    await backup.back_up(store, home.backups, 1_800_000_000.0)
    found, unpictured = await library.make(), await library.make()
    orphan = await library.make()
    await library.rewind(orphan, Step.SUBMITTED, JobState.DOUBT)
    for each in (found, unpictured):
        await store.do(forget_picture, each)
    for name in ("e.png", "e.json", "a.png"):
        (library.folder / name).unlink()
    (library.folder / "b.png").rename(library.folder / "elsewhere.png")
    (library.folder / "c.json").unlink()
    await store.close()
    return library


def forget_picture(connection: Connection, attempt: Attempt) -> None:
    """Leave a done attempt without its picture on record."""
    connection.execute(delete(images).where(images.c.attempt_id == attempt.id))


def cases(every: list[tuple[str, int]]) -> list[object]:
    """Return each failpoint with its hit; all but the sample are long."""
    return [
        pytest.param(f"{name}:{hit}", marks=() if (name, hit) in SAMPLE else pytest.mark.long)
        for name, hit in every
    ]


@pytest.mark.parametrize("wish", cases(MENDED))
async def test_a_repair_that_dies_is_ended_by_the_next(stage: Stage, wish: str) -> None:
    """It comes to what an undisturbed one comes to."""
    await live(stage.home)
    await resumed(stage, wish)


@pytest.mark.parametrize("wish", cases(RESTORED))
async def test_a_restore_that_dies_is_ended_by_the_next(stage: Stage, wish: str) -> None:
    """The backup is put back once more, and the pictures made since are added."""
    await live(stage.home)
    with stage.home.store.open("r+b") as file:
        file.write(b"these are no pages" * 1_000)
    await resumed(stage, wish)


async def resumed(stage: Stage, wish: str) -> None:
    """Repair undisturbed; then from the same start with a death on the way, and compare."""
    shutil.copytree(stage.home.folder, stage.kept)
    assert (await stage.repair()).code in (0, 3)
    undisturbed = await stage.shown()
    stage.set_up()
    died = await stage.repair(wish)
    assert died.code not in (0, 3), f"{wish} was not reached: {died.out}"
    end_host(stage.home)
    assert (await stage.repair()).code in (0, 3)
    assert await stage.shown() == undisturbed
