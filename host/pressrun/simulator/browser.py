"""A simulated browser profile, and what one life of the host sees of it: its `Browser` and `Page`s.

`Chrome` is the thing itself and outlives the host. `SimulatedBrowser` and `SimulatedPage` mirror
`pressrun.server.browser`: a link that drops is waited for and the call made again, a document that
another one replaced is lost, and the last reading told is kept, however old.
"""

import asyncio
import contextlib
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from pressrun.picture.recipe import Reference
from pressrun.press.page import PageLostError
from pressrun.protocol.messages.page import Fetched, Reading
from pressrun.simulator.dice import dice
from pressrun.simulator.faults import InjectedFault
from pressrun.simulator.site import Site
from pressrun.simulator.tab import Document
from pressrun.simulator.time import NEVER

T = TypeVar("T")

ANSWER_SECONDS = 30.0
REPORT_SECONDS = 45.0


class Tab:
    """A worker tab."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.document: Document | None = None
        self.frozen_until = 0.0
        self.queue: list[Callable[[], object]] = []


class Chrome:
    """A browser with one profile, in which somebody is signed in."""

    def __init__(self, profile: str, site: Site, account: str) -> None:
        self.profile = profile
        self.site = site
        self.account = self.owner = account
        self.tabs: dict[int, Tab] = {}
        self.link = 0
        """Counts the links there were; 0 while it is down."""
        self.host: SimulatedBrowser | None = None
        self.written: Callable[[Chrome, Tab, Document, str], None] = lambda *_: None
        """Told of each prompt that is written into a page."""
        self._loop = asyncio.get_running_loop()
        self._links = 1
        self._documents = 0
        self._numbers = 0
        self._down_until = 0.0
        self.link = 1

    def dice(self, *of: object) -> float:
        """A number from 0 to 1 that hangs on what it is for."""
        return dice(self.site.seed, self.profile, *of).random()

    @property
    def now(self) -> float:
        """The site's time."""
        return self._loop.time()

    def new_tab(self) -> Tab:
        """Open a blank tab."""
        self._numbers += 1
        tab = self.tabs[self._numbers] = Tab(self._numbers)
        return tab

    def loading(self) -> float:
        """How long a page takes to load, and to show a composer."""
        self._documents += 1
        return 0.4 + 3.4 * self.dice("load", self._documents)

    def load(self, tab: Tab, url: str) -> None:
        """Show an address in a tab; it is there after `loading`."""
        tab.document = Document(
            f"{self.profile}-{self._documents}-{tab.number}",
            tab.number,
            self.site,
            self.account,
            url,
            self.now,
        )
        tab.queue.clear()
        tab.frozen_until = 0.0

    # what goes wrong with it

    def drop_link(self, seconds: float) -> None:
        """The service worker ends, or the relay: what was under way may be done or not."""
        until = self.now + seconds
        if until <= self._down_until:
            return
        self._down_until = until
        if self.link:
            if self.host is not None:
                self.host.unlinked()
            self.link = 0
        self._loop.call_later(seconds, self._link_back)

    def _link_back(self) -> None:
        if self.link or self.now < self._down_until:
            return
        self._links += 1
        self.link = self._links
        if self.host is not None:
            self.host.linked()

    def close(self, tab: int) -> None:
        """A tab is closed, or crashes."""
        if self.tabs.pop(tab, None) is not None and self.host is not None:
            self.host.gone(tab, "the tab was closed")

    def leave(self, tab: int) -> None:
        """Somebody goes to another page in a worker tab."""
        if found := self.tabs.get(tab):
            self.loading()
            self.load(found, "https://chatgpt.com/")
            if self.host is not None:
                self.host.gone(tab, "the tab now shows another page")

    def freeze(self, tab: int, seconds: float) -> None:
        """A tab does nothing for a while, and then all that it was told."""
        if found := self.tabs.get(tab):
            found.frozen_until = max(found.frozen_until, self.now + seconds)
            self._loop.call_later(seconds, self._thaw, found)

    def _thaw(self, tab: Tab) -> None:
        if self.now < tab.frozen_until or self.tabs.get(tab.number) is not tab:
            return
        queue, tab.queue = tab.queue, []
        for act in queue:
            act()

    def restart(self, seconds: float) -> None:
        """The browser is killed and started again: every document is gone."""
        self.tabs.clear()
        self._numbers += 100  # ids hold within one run of the browser
        self.drop_link(seconds)
        if self.host is not None:
            self.host.restarted()


class SimulatedBrowser:
    """A connected browser profile, for one life of the host."""

    def __init__(self, chrome: Chrome, moment: Callable[[], None]) -> None:
        self.profile = chrome.profile
        self.chrome = chrome
        self.moment = moment
        """Passed before and after everything that is done to a page: here a host may die."""
        self.dead = False
        self.pages: dict[int, SimulatedPage] = {}
        self._left_over: list[SimulatedPage] = []
        self.news = asyncio.Event()
        self.on_link: Callable[[bool], None] = lambda _: None
        chrome.host = self
        for tab in chrome.tabs.values():
            page = self.pages[tab.number] = SimulatedPage(self, tab)
            if tab.document is not None:
                page.take(tab.document)
            self._left_over.append(page)

    @property
    def documents(self) -> frozenset[str]:
        """The documents of its worker tabs."""
        return frozenset(page.document for page in self.pages.values() if page.lost is None)

    @property
    def left_over(self) -> int:
        """How many worker tabs nobody works in."""
        return len(self._left_over)

    async def keep_awake(self, *, on: bool) -> None:
        """A machine that is simulated sleeps when its night says so."""

    async def close_left_over(self) -> None:
        """Close the worker tabs that nobody works in."""
        while self._left_over:
            await self._left_over.pop().close()

    async def open(self, url: str) -> "SimulatedPage":
        """A worker tab that has reported: one left over, or else a new one."""
        await self.reach(None)
        if self._left_over:
            page = self._left_over.pop(0)
            if page.document == "":
                await page.go(url)
            return page
        self.moment()
        tab = self.chrome.new_tab()
        page = self.pages[tab.number] = SimulatedPage(self, tab)
        page.fresh = True
        await page.loaded(url)
        self.moment()
        return page

    async def reach(self, page: "SimulatedPage | None") -> int:
        """The link, as soon as there is one."""
        while True:
            if page is not None and page.lost is not None:
                raise PageLostError(page.lost)
            if self.chrome.link and not self.dead:
                return self.chrome.link
            await self.news.wait()

    def tell(self) -> None:
        """Wake everybody who waits."""
        self.news.set()
        self.news = asyncio.Event()

    def unlinked(self) -> None:
        """The link drops; what pages showed last is all that is known."""
        for page in self.pages.values():
            page.keep()
        self.on_link(False)  # noqa: FBT003 - that is what it is told
        self.tell()

    def linked(self) -> None:
        """The link is back, and every content script reports."""
        for tab in self.chrome.tabs.values():
            if tab.number not in self.pages:
                page = self.pages[tab.number] = SimulatedPage(self, tab)
                self._left_over.append(page)
        for page in list(self.pages.values()):
            shown = self.chrome.tabs.get(page.tab)
            if shown is not None and shown.document is not None and page.lost is None:
                page.take(shown.document)
        self.on_link(True)  # noqa: FBT003
        self.tell()

    def gone(self, tab: int, why: str) -> None:
        """A tab's document is gone."""
        page = self.pages.pop(tab, None)
        if page is not None:
            page.lose(why)
            if page in self._left_over:
                self._left_over.remove(page)
        self.tell()

    def restarted(self) -> None:
        """The browser was started anew."""
        for tab in list(self.pages):
            self.gone(tab, "the browser was restarted")
        self._left_over.clear()


class SimulatedPage:
    """One worker tab and the document in it, for one life of the host."""

    def __init__(self, browser: SimulatedBrowser, tab: Tab) -> None:
        self.tab = tab.number
        self.document = ""
        self.fresh = False
        self.lost: str | None = None
        self._tab = tab
        self._browser = browser
        self._chrome = browser.chrome
        self._reported: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._kept: Reading | None = None
        self._recent: deque[Reading] = deque(maxlen=4)
        self._stirred = asyncio.Event()

    # what is told of it

    def take(self, document: Document) -> None:
        """Its content script reports."""
        if self.document not in ("", document.id):
            self.lose("the tab now shows another page")
            return
        self.document = document.id
        self._reported = {attempt: steps[-1] for attempt, steps in document.steps.items()}
        self._kept = None
        self._stirred.set()

    def keep(self) -> None:
        """Its link is gone: what it showed last is what is known."""
        if self._kept is None and self.lost is None and self._shows is not None:
            self._kept = self._shows.read(self._chrome.now)

    def lose(self, why: str) -> None:
        """Its document is gone."""
        self.lost = self.lost or why
        self._stirred.set()

    @property
    def _shows(self) -> Document | None:
        document = self._tab.document
        return document if document is not None and document.id == self.document else None

    # what is asked of it

    def last_step(self, attempt: str) -> str | None:
        """The last step of an attempt that its document did or was asked to do."""
        return self._asked.get(attempt) or self._reported.get(attempt)

    async def go(self, url: str) -> None:
        """Load an address; returns when its new document has reported."""
        if self.lost is not None:
            raise PageLostError(self.lost)
        self.fresh = False
        self._browser.moment()
        await self._browser.reach(self)
        await self.loaded(url)
        self._browser.moment()

    async def loaded(self, url: str) -> None:
        """Load an address and wait for its report."""
        chrome = self._chrome
        self._tab.document = None
        self.document = ""
        self._kept = None
        self._asked.clear()
        self._recent.clear()
        await asyncio.sleep(chrome.loading())
        if self.lost is None and chrome.tabs.get(self.tab) is self._tab:
            chrome.load(self._tab, url)
            await self._browser.reach(self)
            if self._tab.document is not None:
                self.take(self._tab.document)
                return
        raise PageLostError(self.lost or "the page did not load")

    async def readings(self, poll: float) -> AsyncIterator[Reading]:
        """What it shows, now and after each change, read again after `poll` s of silence."""
        while True:
            yield self._latest()
            async for reading in self._next(poll):
                yield reading

    async def read(self) -> Reading:
        """What it shows at this moment."""
        return await self._call("read", lambda document: document.read(self._chrome.now))

    async def click(self, attempt: str, step: str, role: str) -> None:
        """Click what has a role."""
        self.fresh = False
        self._asked[attempt] = step
        await self._call(
            "click", lambda document: document.click(attempt, step, role, self._chrome.now)
        )

    async def fill(self, attempt: str, text: str, *, typed: bool = False) -> None:  # noqa: ARG002 - here both go well
        """Put text into the empty composer."""
        self.fresh = False
        self._asked[attempt] = "fill"

        def write(document: Document) -> None:
            document.fill(attempt, text)
            self._chrome.written(self._chrome, self._tab, document, text)

        await self._call("fill", write)

    async def attach(
        self,
        attempt: str,
        ordinal: int,
        reference: Reference,  # noqa: ARG002 - its bytes say all
        data: bytes,
        *,
        pasted: bool = False,  # noqa: ARG002 - it takes both alike
    ) -> None:
        """Give the composer a reference picture."""
        self.fresh = False
        self._asked[attempt] = f"attach {ordinal}"
        sha256 = hashlib.sha256(data).hexdigest()
        await self._call("attach", lambda document: document.attach(attempt, ordinal, sha256))

    async def fetch(self, attempt: str, src: str) -> Fetched:
        """Have it fetch a picture that it shows."""
        return await self._call(
            "fetch", lambda document: document.fetch(attempt, src, self._chrome.now)
        )

    async def piece(self, attempt: str, offset: int, length: int) -> bytes:
        """Some bytes of the held picture."""
        return await self._call("piece", lambda document: document.piece(attempt, offset, length))

    async def release(self, attempt: str) -> None:
        """Have it forget the held picture."""
        with contextlib.suppress(PageLostError):
            await self._call("release", lambda document: document.release(attempt))

    async def close(self) -> None:
        """Close the tab, unless the browser is out of reach: then it is found left over."""
        if self._browser.dead:
            return
        if self.lost is None and self._chrome.link:
            self._chrome.tabs.pop(self.tab, None)
        self.lose("the tab was closed")
        self._browser.pages.pop(self.tab, None)

    # how

    def _latest(self) -> Reading:
        if self.lost is not None:
            raise PageLostError(self.lost)
        if self._kept is not None:
            return self._kept
        document = self._shows
        if document is None:
            raise PageLostError("the page did not load")
        if self._chrome.now < self._tab.frozen_until and self._recent:
            return self._recent[-1]
        reading = document.read(self._chrome.now)
        self._recent.append(reading)
        return reading

    async def _next(self, poll: float) -> AsyncIterator[Reading]:
        """Wait for the next change, or read again; a noisy line adds what it adds."""
        document = self._shows
        noisy = document is not None and document.ailment == InjectedFault.MESSAGES
        if not await self._change(poll) or (noisy and self._draw("drop") < 0.3):  # noqa: PLR2004
            self._kept = None
            self._recent.append(await self.read())
            return
        if noisy:
            if self._draw("late") < 0.5:  # noqa: PLR2004
                late = self._latest()
                await asyncio.sleep(8 * self._draw("how late"))
                yield late
            if self._draw("order") < 0.5 and self._recent:  # noqa: PLR2004
                before = self._recent[0]
                yield self._latest()
                yield before

    async def _change(self, poll: float) -> bool:
        """Whether something changed within `poll` seconds."""
        document = self._shows
        now = self._chrome.now
        deaf = self._kept is not None or now < self._tab.frozen_until
        change = NEVER if document is None or deaf else document.next_change(now)
        self._stirred.clear()
        try:
            async with asyncio.timeout(max(0.0, min(poll, change - now))):
                await self._stirred.wait()
        except TimeoutError:
            return change - now <= poll
        return True

    def _draw(self, what: str) -> float:
        return self._chrome.dice(what, self.document, self._chrome.now)

    async def _call(self, what: str, act: Callable[[Document], T]) -> T:
        """Have its document do something, over as many links as it takes."""
        chrome, browser = self._chrome, self._browser
        browser.moment()
        while True:
            link = await browser.reach(self)
            await asyncio.sleep(0.02 + 0.1 * self._draw(what))
            if self.lost is not None:
                raise PageLostError(self.lost)
            if link != chrome.link:
                if self._draw("done") < 0.5:  # noqa: PLR2004 - it is done, and nobody heard
                    with contextlib.suppress(Exception):
                        self._do(act)
                continue
            if chrome.now < self._tab.frozen_until:
                await self._frozen(act)
                continue
            answer = self._do(act)
            browser.moment()
            return answer

    def _do(self, act: Callable[[Document], T]) -> T:
        document = self._shows
        if document is None or self._chrome.tabs.get(self.tab) is not self._tab:
            raise PageLostError("the page stopped answering")
        answer = act(document)
        self._stirred.set()
        return answer

    async def _frozen(self, act: Callable[[Document], object]) -> None:
        """A frozen page does what it is told when it thaws; the host has given it up by then."""

        def do() -> None:
            with contextlib.suppress(Exception):
                self._do(act)

        self._tab.queue.append(do)
        wait = self._tab.frozen_until - self._chrome.now
        await asyncio.sleep(min(wait, ANSWER_SECONDS))
        if wait > ANSWER_SECONDS:
            raise PageLostError("the page does not answer")
