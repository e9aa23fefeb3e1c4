"""What is going on right now, for the views; nothing here outlives the host."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
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
    asks: bool = False
    """Whether the author has to do something in the browser first."""


class Board:
    """A revision that grows with everything worth showing, and the live part of it."""

    def __init__(self) -> None:
        self.revision = 0
        self.stirs = 0
        """Grows with everything that changed, whether it is shown here or elsewhere."""
        self.tabs: dict[tuple[str, int], TabView] = {}
        self._places: Counter[str] = Counter()
        """How many tabs of each browser there are, or are about to be."""
        self.accounts: dict[str, AccountView] = {}
        self.halted: str | None = None
        self._changed = asyncio.Event()

    def touch(self) -> None:
        """Something worth showing changed."""
        self.revision += 1
        self.stir()

    def stir(self) -> None:
        """Something changed that is shown elsewhere: whoever waits looks again."""
        self.stirs += 1
        self._changed.set()
        self._changed = asyncio.Event()

    @contextlib.contextmanager
    def place(self, profile: str) -> Iterator[None]:
        """Take a place for a tab of a browser, from before it is opened until it is closed."""
        self._places[profile] += 1
        try:
            yield
        finally:
            self._places[profile] -= 1

    def places(self, profile: str) -> int:
        """How many tabs of a browser there are, or are about to be."""
        return self._places[profile]

    def opening(self) -> dict[str, int]:
        """How many tabs are about to be there, by profile."""
        there = Counter(profile for profile, _ in self.tabs)
        return dict(self._places - there)

    def signed_in(self) -> set[int]:
        """The accounts that are signed in where a browser is connected."""
        seen = self.accounts.values()
        return {each.account for each in seen if each.connected and each.account is not None}

    async def beyond(self, revision: int, wait: float) -> None:
        """Wait until there is more to show than at `revision`, at most `wait` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self.until(lambda: self.revision > revision)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at whenever something changes."""
        while not is_so():
            await self._changed.wait()
