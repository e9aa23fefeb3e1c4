"""Nights in which the author inserts a panel: what moves is followed under its new key."""

import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from pressrun.picture.panel import Panel
from pressrun.simulator import time
from pressrun.simulator.audit import Audit
from pressrun.simulator.faults import Dealer, faults_of
from pressrun.simulator.night import SHEETS, book, groups, silence
from pressrun.simulator.world import World
from pressrun.states import PictureState
from pressrun.store.database import open_inline
from pressrun.store.tables import attempts, images, jobs

IMAGES = 30
AT = 7
"""Before this panel, on the second page, another one is inserted."""


def written() -> list[Panel]:
    """Return a book with groups in which no two panels have the same words."""
    words = {each.key: each.prompt for each in book(IMAGES)}
    return [replace(each, prompt=words.get(each.key, each.prompt)) for each in groups(IMAGES)]


def inserted(panels: list[Panel]) -> list[Panel]:
    """Return the book with one panel more: those after it have other keys, and nothing else."""
    sheets, rest = panels[: len(SHEETS)], panels[len(SHEETS) :]
    keys = [each.key for each in book(IMAGES + 1)]
    moved = {each.key: keys[n + (n >= AT)] for n, each in enumerate(rest)}
    rest = [
        replace(each, key=moved[each.key], before=moved.get(each.before or "")) for each in rest
    ]
    return [*sheets, *rest[:AT], Panel(keys[AT], "A gull, alone."), *rest[AT:]]


@dataclass
class Inserting(World):
    """A world whose author inserts a panel when so many pictures are made."""

    after: int = 0
    later: list[Panel] = field(default_factory=list)

    async def order(self, panels: list[Panel], *, tabs: int | None = None) -> int | None:
        """Order the book as it is by now."""
        now = self.later if self.site.made >= self.after else panels
        return await super().order(now, tabs=tabs)

    async def _approve_sheets(self) -> None:
        if self.site.made >= self.after and self._wanted is not self.later:
            await self.order(self.later)
        await super()._approve_sheets()


@dataclass(frozen=True)
class Made:
    """A picture, and what it shows and followed."""

    key: str
    place: str
    sha256: str
    prompt: str
    followed: str | None


def pictures(connection: Connection) -> list[Made]:
    """Return every picture on record."""
    rows = connection.execute(
        select(images.c.key, images.c.place, images.c.sha256, jobs.c.prompt, attempts.c.followed)
        .join_from(images, attempts, attempts.c.id == images.c.attempt_id)
        .join(jobs, jobs.c.id == attempts.c.job_id)
    )
    return [Made(*row) for row in rows]


def a_night(seed: int, faults: float) -> None:
    """Have a night go by, and see that each picture followed that of the panel now before it."""
    before, later = written(), inserted(written())

    async def night(folder: Path) -> tuple[Audit, list[Made]]:
        dealer = Dealer(seed, faults, faults_of(chats=6, corrections=0.0))
        world = Inserting(folder, seed, dealer, chats=6, after=5 + seed * 3, later=later)
        with world.in_place():
            await world.night(before)
            found = await world.audit()
        store = open_inline(folder / "store.db")
        rows = await store.do(pictures)
        await store.close()
        return found, rows

    with tempfile.TemporaryDirectory() as folder, silence():
        found, rows = time.run(night(Path(folder)))
    assert (found.lost, found.twice, found.misfiled) == ([], [], [])
    words = {each.key: each.prompt for each in later}
    shows = defaultdict[str, set[str]](set)
    for row in rows:
        shows[row.sha256].add(row.prompt)
    current = {row.key: row for row in rows if row.place == PictureState.CURRENT}
    followed = 0
    for panel in later:
        # what is in doubt or in vain has no picture, or that of the panel that had its key
        made = current.get(panel.key)
        if made is None or made.prompt != panel.prompt:
            assert faults, f"{panel.key} was not made"
        elif panel.before is None:
            assert made.followed is None
        else:
            assert words[panel.before] in shows[made.followed or ""]
            followed += 1
    assert followed > 5


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_what_moves_in_a_quiet_night_is_followed_where_it_is_now(seed: int) -> None:
    """A group goes on from the pictures that it has, whatever their keys were."""
    a_night(seed, 0.0)


@pytest.mark.parametrize("seed", [2, 4, 6])
def test_what_moves_in_a_night_with_faults_is_followed_where_it_is_now(seed: int) -> None:
    """Though hosts die while pictures move."""
    a_night(seed, 0.1)
