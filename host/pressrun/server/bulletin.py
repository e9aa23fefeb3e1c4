"""How things stand, for everybody who follows it: made once for a change, and waited for by nobody.

A view that follows a library hears of its panels at once, while the status is still being made.
"""

import asyncio
from collections.abc import Awaitable, Callable

from pressrun import tasks
from pressrun.press.board import Board
from pressrun.protocol.messages.status import Status

APART_SECONDS = 0.1
"""Two are begun at least so far apart, however much happens: each costs some milliseconds."""

IDLE_SHARE = 0.75
"""For so much of the time none is made: on a busy machine they take longer, and come less often."""

MOST_SECONDS = 2.0
"""But however long one takes, the next one is not put off for longer."""

FRESH_SECONDS = 0.5
"""An older one is not told to a view that comes: nobody may have followed for hours."""


class Bulletin:
    """The newest status."""

    def __init__(self, board: Board, make: Callable[[], Awaitable[Status]]) -> None:
        """Begin without one.

        Args:
            board: what goes on; it is stirred when there is another status.
            make: the status as it is now.
        """
        self._board = board
        self._make = make
        self._newest: Status | None = None
        self._fault: Exception | None = None
        self._at = 0.0
        """When the last one was made, or could not be; on the loop's clock."""
        self._next = 0.0
        """When the next one may be begun; on the loop's clock."""
        self._making: asyncio.Task[None] | None = None

    def after(self, revision: int) -> Status | None:
        """The newest status, if it tells more than a revision.

        None where nothing changed since, or where it has to be made first: the board is stirred
        when it is there.

        Raises:
            Exception: it could not be made a moment ago.
        """
        if self._board.revision <= revision:
            return None
        if asyncio.get_running_loop().time() - self._at <= FRESH_SECONDS:
            if self._fault is not None:
                raise self._fault
            newest = self._newest
        else:
            newest = None
        if newest is None or newest.revision < self._board.revision:
            self._begin()
        return newest if newest is not None and newest.revision > revision else None

    async def close(self) -> None:
        """Make no more."""
        if self._making is not None:
            await tasks.end(self._making)

    def _begin(self) -> None:
        if self._making is None:
            self._making = tasks.begin(self._made(), "status for views")

    async def _made(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            await asyncio.sleep(max(0.0, self._next - loop.time()))
            begun = loop.time()
            self._newest, self._fault = await self._make(), None
        except Exception as error:  # noqa: BLE001 - it is told to those who follow
            self._fault = error
        finally:
            self._at = loop.time()
            apart = (self._at - begun) / (1 - IDLE_SHARE)
            self._next = begun + min(max(APART_SECONDS, apart), MOST_SECONDS)
            self._making = None
            self._board.stir()
