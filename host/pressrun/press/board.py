"""What is going on right now, for the views; nothing here outlives the host."""

import asyncio
import contextlib
from dataclasses import dataclass


@dataclass
class TabView:
    """One worker tab, for people."""

    profile: str
    tab: int
    doing: str
    since: float
    key: str | None = None
    made: int = 0
    onward: bool = False
    """Whether what it did last brought a picture."""
    worn: bool = False
    """Whether it is to be opened anew."""


@dataclass
class AccountView:
    """One browser profile's account, for people."""

    account: int | None = None
    connected: bool = True
    tabs: int | None = None
    """How many it may use now, as soon as that is known."""
    resting: str | None = None
    resting_until: float | None = None


class Board:
    """A revision that grows with everything worth showing, and the live part of it."""

    def __init__(self) -> None:
        self.revision = 0
        self.tabs: dict[tuple[str, int], TabView] = {}
        self.opening: set[tuple[str, int]] = set()
        """The slots, by profile and number, whose tab is being opened."""
        self.accounts: dict[str, AccountView] = {}
        self.halted: str | None = None
        self._changed = asyncio.Event()

    def touch(self) -> None:
        """Something worth showing changed."""
        self.revision += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def places(self, profile: str) -> int:
        """How many tabs of a browser there are, or are about to be."""
        return sum(each == profile for each, _ in [*self.tabs, *self.opening])

    async def beyond(self, revision: int, wait: float) -> None:
        """Wait until there is more to show than at `revision`, at most `wait` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                while self.revision <= revision:
                    await self._changed.wait()
