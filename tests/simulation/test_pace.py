"""When the history of chats may be read for an attempt in doubt, on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

from pressrun.press.pace import Pace
from pressrun.simulator import time
from pressrun.sites.profile import History
from pressrun.store.attempts import Attempt

HISTORY = History(settled=120, soon=5, pace=60, most=6)


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
        prompt="A fox",
        prompt_sha256="",
        tab=1,
        account=account,
        library="/nowhere",
        tries=0,
    )


@quickly
async def test_the_history_is_looked_at_soon_and_again_when_it_proves_something() -> None:
    """Most chats are found within seconds; that one is missing is believed after two minutes."""
    pace, attempt = Pace(), doubted(1)
    assert pace.wait(attempt, HISTORY) == 5
    await asyncio.sleep(5)
    assert pace.read(attempt, HISTORY) is False
    assert pace.wait(attempt, HISTORY) == 115
    await asyncio.sleep(115)
    assert pace.wait(attempt, HISTORY) == 0
    assert pace.read(attempt, HISTORY) is True


@quickly
async def test_an_account_is_not_read_more_often_for_many_doubts() -> None:
    """Each reading is kept from the last one of its account, whatever it was for."""
    pace = Pace()
    for number in (1, 2, 3):
        assert pace.wait(doubted(number), HISTORY) == 5
    await asyncio.sleep(5)
    pace.read(doubted(1), HISTORY)
    assert pace.wait(doubted(2), HISTORY) == 60
    assert pace.wait(doubted(4, account=2), HISTORY) == 5
    await asyncio.sleep(60)
    pace.read(doubted(2), HISTORY)
    assert pace.wait(doubted(3), HISTORY) == 60
