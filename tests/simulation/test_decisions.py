"""Nights in which two views and a command line decide at once, and hosts die over it."""

import tempfile
from pathlib import Path

import pytest

from helpers import hands
from helpers.hands import Hands
from pressrun.simulator import time
from pressrun.simulator.audit import Audit
from pressrun.simulator.faults import Dealer
from pressrun.simulator.night import book, silence
from pressrun.simulator.world import World
from pressrun.store.database import open_inline

PANELS = 24
FAULTS = 0.05


def decided(seed: int, faults: float = FAULTS) -> tuple[Audit, list[str], Hands, int]:
    """Have a night go by; returns its audit, what is wrong on record, who decided, and deaths."""
    with tempfile.TemporaryDirectory(prefix="pressrun-night-") as folder:

        async def night() -> tuple[Audit, list[str], Hands, int]:
            everybody = Hands(seed)
            world = World(
                Path(folder), seed, Dealer(seed, faults), looks=everybody.look, answers=False
            )
            with world.in_place():
                await world.night(book(PANELS))
                kills = world.kills
                await world.audit()
                store = open_inline(world.folder / "store.db")
                world.approved = await store.do(hands.protected, world.library)
                wrong = await store.do(hands.replay, everybody, world.library)
                await store.close()
                return await world.audit(), wrong, everybody, kills

        with silence():
            return time.run(night())


def hold(seed: int) -> None:
    """Hold such a night against what was promised."""
    found, wrong, everybody, kills = decided(seed)
    assert wrong == []
    assert found.clean, found.broken
    assert found.left == 0
    assert kills > 0
    assert len(everybody.answered) > 20


@pytest.mark.parametrize("seed", range(1, 4))
def test_a_decision_is_wholly_there_or_wholly_not_whenever_a_host_dies(seed: int) -> None:
    """Undo gives back exactly what was, and what was approved stands byte for byte."""
    hold(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 101))
def test_decisions_of_many_nights_are_wholly_there_or_wholly_not(seed: int) -> None:
    """What holds for three seeds holds for a hundred."""
    hold(seed)
