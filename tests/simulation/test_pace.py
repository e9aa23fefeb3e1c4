"""When the history of chats may be read for an attempt in doubt, on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

from pressrun.picture.recipe import Recipe
from pressrun.press.pace import Pace
from pressrun.simulator import time
from pressrun.sites.profile import HistorySearch
from pressrun.store.attempts import Attempt

HISTORY = HistorySearch(settled=120, soon=5, pace=60, most=6)


def quickly(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Have a test's seconds pass at once."""

    @wraps(test)
    def run() -> None:
        async def main() -> None:
            await test()

        time.run(main())

    return run


def doubted(number: int, account: int = 1) -> Attempt:
    """Return an attempt that may have been sent."""
    return Attempt(
        id=number,
        number=1,
        job=number,
        batch=1,
        key=f"p{number}",
        recipe=Recipe("A fox"),
        tab=1,
        account=account,
        library="/nowhere",
        tries=0,
        unsent=0,
        words="A fox",
        references=(),
    )


def listed(pace: Pace, attempt: Attempt) -> bool:
    """Have the history read for an attempt; returns whether what it lacks is proof."""
    pace.ask(attempt)
    pace.chats(attempt).show(["a", "b"])
    return pace.look(attempt, HISTORY)


@quickly
async def test_the_history_is_looked_at_soon_and_again_when_it_proves_something() -> None:
    """Most chats are found within seconds; that one is missing is believed after two minutes."""
    pace, attempt = Pace(), doubted(1)
    assert pace.wait(attempt, HISTORY) == 5
    await asyncio.sleep(5)
    assert pace.wait(attempt, HISTORY) == 0
    assert not listed(pace, attempt)
    assert pace.wait(attempt, HISTORY) == 115
    await asyncio.sleep(115)
    assert pace.wait(attempt, HISTORY) == 0
    assert listed(pace, attempt)
    assert pace.wait(attempt, HISTORY) == 60


@quickly
async def test_one_reading_serves_every_attempt_that_it_is_late_enough_for() -> None:
    """An account is read no more often for many doubts, and none of them waits for another."""
    pace = Pace()
    old, new, other = doubted(1), doubted(2), doubted(3, account=2)
    pace.sent(old)
    await asyncio.sleep(100)
    pace.sent(new)
    await asyncio.sleep(20)
    assert listed(pace, old)
    assert pace.wait(new, HISTORY) == 0
    assert not pace.look(new, HISTORY)
    assert pace.wait(new, HISTORY) == 100
    assert pace.wait(other, HISTORY) == 5


@quickly
async def test_an_attempt_is_not_looked_for_twice_in_one_list() -> None:
    """What a list did not tell at the first look, it does not tell at the second."""
    pace, attempt = Pace(), doubted(1)
    pace.sent(attempt)
    await asyncio.sleep(120)
    assert listed(pace, attempt)
    await asyncio.sleep(59)
    assert pace.wait(attempt, HISTORY) == 1
