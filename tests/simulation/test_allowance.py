"""An account whose limits nobody tells: what it takes is found out, used, and not met again."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from pressrun.simulator import time
from pressrun.simulator.faults import Dealer
from pressrun.simulator.ledger import Failure, Limit, Submission
from pressrun.simulator.night import book, silence
from pressrun.simulator.site import Hidden
from pressrun.simulator.world import World
from pressrun.states import BatchState
from pressrun.store.tables import jobs

HOUR = 3_600.0


@dataclass(frozen=True)
class Day:
    """What the site's ledger and the store say of a span of virtual time."""

    taken: list[float]
    """When prompts were taken, in seconds since the beginning."""
    met: list[float]
    """When a prompt met a limit."""
    tries: int
    """The attempts that jobs lost to anything."""


def spent(
    folder: Path, seed: int, hidden: Hidden, hours: float, *, ends: tuple[float, ...] = ()
) -> Day:
    """Have one account work for so long at more than it may do.

    Args:
        folder: for library and store.
        seed: the same one replays it exactly.
        hidden: what the site allows.
        hours: how long.
        ends: the hours at which the host is stopped, and started again.
    """

    async def day() -> Day:
        world = World(folder, seed, Dealer(seed, 0.0), tabs=8, accounts=1, hidden=hidden)
        with world.in_place():
            await world.begin()
            often = hours * HOUR / hidden.seconds + 2
            await world.order(book(int(often * hidden.sends)))
            for hour in (*ends, hours):
                await asyncio.sleep(hour * HOUR - world.seconds)
                if hour in ends:
                    await world.end()
                    await world.begin()
            await world.change(BatchState.PAUSED)
            await world.until_done()
            tries = await world.ask(_tries)
            await world.end()
        ledger = world.site.ledger
        answered = {each.turn: each.kind for each in ledger if isinstance(each, Failure)}
        sent = [each for each in ledger if isinstance(each, Submission)]
        return Day(
            [
                each.time
                for each in sent
                if answered.get(each.turn) != "plan_cap" and each.time < hours * HOUR
            ],
            [each.time for each in ledger if isinstance(each, Limit)],
            tries,
        )

    with silence():
        return time.run(day())


def _tries(connection: Connection) -> int:
    tries: int = connection.execute(select(func.sum(jobs.c.tries))).scalar_one()
    return tries


def hold(day: Day, hidden: Hidden, hours: float) -> None:
    """Hold a day against what was promised."""
    allowed = hours * HOUR / hidden.seconds * hidden.sends
    assert len(day.taken) >= 0.97 * allowed
    later = [moment for moment in day.met if moment > hidden.seconds]
    # twice alike is needed to tell the site's cap from what the author sent by hand
    assert len(later) <= max(2, 0.01 * len(day.taken) - 1), later
    assert day.met, "the cap was never met, and nothing was learned"
    assert day.tries == 0


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(1, 6))
def test_a_day_uses_what_an_account_may_and_meets_its_limits_once(
    tmp_path: Path, seed: int
) -> None:
    """Fifty in three hours, six chats too many: nearly all of it is used, and no job pays."""
    hidden = Hidden(sends=50, seconds=3 * HOUR, crowd=6)
    hold(spent(tmp_path, seed, hidden, 24), hidden, 24)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_learned_outlives_the_host(tmp_path: Path, seed: int) -> None:
    """A host that is started again in the middle of a span neither meets the cap nor idles."""
    hidden = Hidden(sends=20, seconds=HOUR, crowd=6)
    hold(spent(tmp_path, seed, hidden, 5, ends=(1.1, 2.5, 3.05)), hidden, 5)
