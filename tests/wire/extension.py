"""A browser for the tests of the wire: the played extension, with a relay that dies when told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from helpers import extension
from helpers.hosts import end_host
from helpers.site import Act, Document, Site
from pressrun.home import Home

END_SECONDS = 5.0
"""So long after its host has ended, a relay ends."""

Draw = Callable[[str], bytes]


class Browser(extension.Browser):
    """A browser, and what it counts."""

    def __init__(self, home: Home, draw: Draw) -> None:
        super().__init__(home, Site({}, draw))
        self.told = self._count
        self.ended = self.relay_ended
        self.pieces = 0
        """How many pieces were asked for."""
        self.kill_at_piece = 0
        """The piece before which the relay dies, once; 0 for none."""
        self.leaving = False

    @property
    def sent(self) -> list[str]:
        """The prompts that the site got, in order."""
        return [each.prompt for each in self.site.ledger.submissions]

    @property
    def pages(self) -> dict[int, Document]:
        """The document of each tab."""
        return self.site.documents

    def leave(self) -> None:
        """Be killed, and never come back."""
        self.leaving = True
        self.cut()

    async def relay_ended(self, _code: int) -> None:
        """Come back over another relay, unless this was the end."""
        if self.leaving:
            raise asyncio.CancelledError

    def _count(self, method: str) -> None:
        self.pieces += method == "page.piece"
        if method == "page.piece" and self.pieces == self.kill_at_piece:
            self.cut()


@asynccontextmanager
async def browsing(
    home: Home, draw: Draw, script: Mapping[str, Sequence[Act]] | None = None
) -> AsyncIterator[Browser]:
    """A browser whose extension keeps a link to the host of a home; the host ends before it."""
    browser = Browser(home, draw)
    browser.site.script |= {prompt: list(acts) for prompt, acts in (script or {}).items()}
    living = asyncio.create_task(browser.live())
    try:
        await browser.linked.wait()
        yield browser
        assert browser.leaving or not living.done(), "the extension failed"
        browser.leaving = True
        while not living.done():
            # a relay that was on its way has started another host meanwhile
            await asyncio.to_thread(end_host, home)
            await asyncio.wait({living}, timeout=END_SECONDS)
        with contextlib.suppress(asyncio.CancelledError):
            await living
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        await browser.site.close()
