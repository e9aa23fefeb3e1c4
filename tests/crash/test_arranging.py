"""An author's orders about pictures that die on their way: ordered again, they come to the same."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from crash.matrix import ARRANGED, MOVES
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

BEFORE = {"a": "a one", "b": "b two", "c": "c three", "d": "d four", "e": "e five", "f": "f six"}
AFTER = {"b": "a one", "a": "b two", "x/d": "c three", "d": "d four, at night", "e": "e five"}
"""Two panels changed places, one moved, one has other words, one has two takes, one is gone."""

ORDERS = (
    ("run", "{list}", "-o", "{library}", "--no-again"),
    ("keep", "d"),
    ("choose", "e", "1"),
    ("tidy", "--yes"),
    ("redo", "a"),
)

DONE = (0, 3)
"""3 tells that a picture is left as it is."""

CASES = [(each, 1) for each in ARRANGED]
CASES += [(each, hit) for each in MOVES for hit in (1, 2, 4) if hit == 1 or "carry" in each]
SAMPLE = {("image.renamed.before", 1), ("moves.carry.moved", 2), ("image.chosen.before", 1)}


UNDISTURBED: dict[str, object] = {}
"""What the orders come to when nothing dies: found once, the same in every home."""


@dataclass
class Stage:
    """A home with a library whose list was changed."""

    home: Home
    kept: Path

    @property
    def library(self) -> Path:
        """Where its pictures are."""
        return self.home.folder / "pictures"

    def begin(self) -> None:
        """Have it as it was before the first order."""
        end_host(self.home)
        shutil.rmtree(self.home.folder)
        shutil.copytree(self.kept, self.home.folder)

    async def order(self, *words: str) -> Ended:
        """Run one command."""
        at = {"list": self.home.folder / "book.jsonl", "library": self.library}
        filled = [word.format(**at) for word in words]
        return await command("pressrun", *filled, "--home", str(self.home.folder))

    async def order_all(self, *, repair: bool = False) -> int:
        """Order everything; what a death cut off is ordered once more.

        Args:
            repair: whether the library is repaired before that.

        Returns:
            How often the host died.
        """
        deaths = 0
        for words in ORDERS:
            ended = await self.order(*words)
            if ended.code in DONE:
                continue
            deaths += 1
            end_host(self.home)
            with mock.patch.dict(os.environ, clear=False):
                os.environ.pop(failpoint.VARIABLE, None)
                if repair:
                    assert (await self.order("verify", "--repair")).code in DONE
                ended = await self.order(*words)
            # what was done before the death may be nothing to do any more
            assert ended.code in DONE or words[0] == "redo", ended
        return deaths

    async def shown(self) -> dict[str, object]:
        """Every picture by name and bytes, and what is known of every panel."""
        told = await self.order("panels", "--all", "--json")
        files = {
            str(path.relative_to(self.library)): path.read_bytes()
            for path in self.library.rglob("*.png")
        }
        return {"files": files, "panels": told.out.replace(str(self.home.folder), "")}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Seven pictures of six panels, and a list that was changed."""
    with own_home() as home:
        home.make()
        store = await open_store(home.store)
        account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
        library = Library(Book(store, account), home.folder / "pictures")
        await library.made(*BEFORE.values())
        await store.do(deciding.redo, library.book.now, str(library.folder), ["e"], Wish())
        await library.make()
        await store.close()
        lines = [json.dumps({"key": key, "prompt": words}) for key, words in AFTER.items()]
        (home.folder / "book.jsonl").write_text("\n".join(lines), encoding="utf-8")
        shutil.copytree(home.folder, tmp_path / "kept")
        yield Stage(home, tmp_path / "kept")


@pytest.mark.parametrize("repair", [False, True], ids=["ordered", "repaired"])
@pytest.mark.parametrize(
    "wish",
    [
        pytest.param(f"{name}:{hit}", marks=() if (name, hit) in SAMPLE else pytest.mark.long)
        for name, hit in CASES
    ],
)
async def test_orders_that_die_come_to_the_same_when_given_again(
    stage: Stage, wish: str, *, repair: bool
) -> None:
    """No picture is lost, none has another panel's name, and nothing more would be made."""
    if not UNDISTURBED:
        assert await stage.order_all() == 0
        UNDISTURBED.update(await stage.shown())
        stage.begin()
    with mock.patch.dict(os.environ, {failpoint.VARIABLE: wish}):
        assert await stage.order_all(repair=repair) == 1, f"{wish} was not reached"
    end_host(stage.home)
    assert await stage.shown() == UNDISTURBED
