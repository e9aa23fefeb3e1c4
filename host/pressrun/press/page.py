"""What the press needs of a browser and of a worker tab. It knows no socket and no message."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar

from pressrun.picture.recipe import Reference
from pressrun.protocol.messages.page import Fetched, Reading

T = TypeVar("T")


class PageLostError(Exception):
    """The document that an attempt was bound to is gone, or answers no more."""


class StepRefusedError(Exception):
    """The page could not do a step, and did nothing."""


class NotSeenError(Exception):
    """The page did not come to show what was waited for."""

    def __init__(self, text: str, last: Reading | None = None) -> None:
        """Tell what was not seen.

        Args:
            text: what was waited for, and for how long.
            last: what the page showed last, if it showed anything.
        """
        super().__init__(text)
        self.last = last


class Page(Protocol):
    """One worker tab, and the document in it.

    Every method raises `PageLostError` when the document is gone; a link that drops in between is
    waited for and the call made again, since a document does each step of an attempt once.
    """

    @property
    def tab(self) -> int:
        """The browser's id of the tab."""
        ...

    @property
    def document(self) -> str:
        """The browser's id of the document."""
        ...

    @property
    def fresh(self) -> bool:
        """Whether it was opened for us and nothing was done in it yet."""
        ...

    def last_step(self, attempt: str) -> str | None:
        """The last step of an attempt that this document did or was asked to do, as far as known.

        What an earlier life of the host asked for, the document itself remembers.
        """
        ...

    async def go(self, url: str) -> None:
        """Load an address; returns when its new document has reported."""
        ...

    def readings(self, poll: float) -> AsyncIterator[Reading]:
        """What the page shows, now and after each change, read again after `poll` s of silence.

        The first may be what it showed before a link dropped; `read` asks anew.
        """
        ...

    async def read(self) -> Reading:
        """What the page shows at this moment, after everything that it was told before."""
        ...

    async def click(self, attempt: str, step: str, role: str) -> None:
        """Click what has a role.

        Raises:
            StepRefusedError: nothing, or more than one thing, has it.
        """
        ...

    async def fill(self, attempt: str, text: str, *, typed: bool = False) -> None:
        """Put text into the empty composer.

        Args:
            attempt: for which.
            text: the prompt.
            typed: whether it is typed in, and not pasted.

        Raises:
            StepRefusedError: there is not exactly one, or it is not empty.
        """
        ...

    async def attach(
        self, attempt: str, ordinal: int, reference: Reference, data: bytes, *, pasted: bool = False
    ) -> None:
        """Give the composer a reference picture.

        Args:
            attempt: for which.
            ordinal: which of its references it is.
            reference: what it is.
            data: its bytes.
            pasted: whether it is pasted into the composer, and not put into its place for files.

        Raises:
            StepRefusedError: the page has not exactly one place for files.
        """
        ...

    async def fetch(self, attempt: str, src: str) -> Fetched:
        """Have the page fetch a picture that it shows and hold its bytes.

        Raises:
            StepRefusedError: the page could not.
        """
        ...

    async def piece(self, attempt: str, offset: int, length: int) -> bytes:
        """Some bytes of the held picture."""
        ...

    async def release(self, attempt: str) -> None:
        """Have the page forget the held picture."""
        ...

    async def close(self) -> None:
        """Close the tab, if it is still there."""
        ...


class Browser(Protocol):
    """A connected browser profile."""

    @property
    def profile(self) -> str:
        """Names the browser profile, for good."""
        ...

    @property
    def documents(self) -> frozenset[str]:
        """The documents of its worker tabs."""
        ...

    @property
    def left_over(self) -> int:
        """How many worker tabs nobody works in, left by an earlier life of host or browser."""
        ...

    async def keep_awake(self, *, on: bool) -> None:
        """Keep its machine awake from now on, or let it sleep; said once over every link."""
        ...

    async def close_left_over(self) -> None:
        """Close the worker tabs that nobody works in."""
        ...

    async def open(self, url: str) -> Page:
        """A worker tab in the background that has reported: one left over, or else a new one.

        Raises:
            PageLostError: it did not report.
        """
        ...


async def see(
    page: Page, judge: Callable[[Reading], T | None], *, within: float, poll: float, what: str
) -> T:
    """Watch a page until `judge` makes something of a reading, and return that.

    Raises:
        NotSeenError: it did not within `within` seconds; `what` tells what was waited for.
        PageLostError: the document is gone.
    """
    reading = None
    try:
        async with asyncio.timeout(within):
            async for reading in page.readings(poll):
                found = judge(reading)
                if found is not None:
                    return found
    except TimeoutError as error:
        raise NotSeenError(f"{what} was not seen within {within:.0f} s", reading) from error
    raise PageLostError("the page has no more to show")
