"""A browser profile and its worker tabs, as the press sees them, over a link that comes and goes.

The service worker may end and the relay may die at any moment; then the link is waited for and the
call is made again. A document does each step of an attempt once, so that nothing happens twice.
"""

import asyncio
import base64
import binascii
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TypeVar

import structlog

from pressrun import tasks
from pressrun.failpoint import failpoint
from pressrun.picture.recipe import Reference
from pressrun.press.page import PageLostError, StepRefusedError
from pressrun.protocol import calls
from pressrun.protocol.calls import Call, CallError, Code
from pressrun.protocol.link import Link
from pressrun.protocol.messages.base import PIECE_BYTES, Message, Nothing
from pressrun.protocol.messages.page import (
    Capture,
    Fetched,
    PageAttach,
    PageClick,
    PageFetch,
    PageFill,
    PagePiece,
    PageProfile,
    PageRead,
    PageRelease,
    PageUse,
    Reading,
)
from pressrun.protocol.messages.tab import (
    BrowserAwake,
    TabClose,
    TabGo,
    TabGone,
    TabOpen,
    TabPlace,
    TabReady,
)
from pressrun.protocol.messages.view import BadgeShow, NoticeShow, ViewOpen, ViewOpened
from pressrun.protocol.rpc import LinkLostError

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)

_log = structlog.get_logger("pressrun.browser")

REPORT_SECONDS = 45.0
"""How long a tab may take until its new document reports."""

LEFT_OVER_SECONDS = 3.0
"""How long a leftover tab may take to report before another is opened in its place."""

ANSWER_SECONDS = 30.0
"""How long a page may take over a call; a frozen one never answers."""

SHOW_SECONDS = 5.0
"""How long an extension may take to show something outside its pages."""

RETURN_SECONDS = 30.0
"""How long a content script may take to come back after its service worker ended."""

PACE_SECONDS = 0.05
"""A page hears at the earliest after this that its reading arrived. The host is the page's clock,
because timers in hidden tabs run once a second and later once a minute."""


class RemoteBrowser:
    """One browser profile."""

    def __init__(self, profile: str, page_profile: PageProfile) -> None:
        self.profile = profile
        self._page_profile = page_profile
        self._link: Link | None = None
        self._left: str | None = None
        """Why this host works with it no longer."""
        self._session: str | None = None
        self._pages: dict[int, RemotePage] = {}
        self._left_over: list[RemotePage] = []
        self._opening = 0
        self._listed: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self._told_awake: tuple[Link | None, bool] = (None, False)
        self._told_badge: tuple[Link | None, BadgeShow | None] = (None, None)

    async def linked(self, link: Link, session: str | None) -> None:
        """The extension said hello, perhaps again."""
        if session != self._session:
            # tab ids hold within one run of the browser
            for page in list(self._pages.values()):
                page.lose("the browser was restarted")
            self._pages.clear()
            self._left_over.clear()
            self._session = session
        self._link = link
        self._listed = tasks.begin(self._list(link), f"list the tabs of {self.profile}")
        await self._tell()

    async def unlinked(self, link: Link) -> bool:
        """A link of the extension dropped; whether it was the one in use."""
        if self._link is not link:
            return False
        self._link = None
        if self._listed is not None:
            self._listed.cancel()
        await self._tell()
        return True

    async def leave(self, why: str) -> None:
        """Give up every tab at once, and whoever waits for one, because this host ends."""
        self._left = why
        for page in self._pages.values():
            page.lose(why)
        self._link = None
        await self._tell()

    @property
    def documents(self) -> frozenset[str]:
        """The documents of its worker tabs."""
        return frozenset(page.document for page in self._pages.values() if page.lost is None)

    @property
    def left_over(self) -> int:
        """How many worker tabs nobody works in."""
        return len(self._left_over)

    @property
    def pages(self) -> list["RemotePage"]:
        """Its worker tabs whose documents can be read."""
        return [page for page in self._pages.values() if page.lost is None and page.document]

    async def use(self, page_profile: PageProfile) -> None:
        """Read by another profile from now on, in open tabs too.

        A page that cannot be reached uses it when it reports again.
        """
        self._page_profile = page_profile
        link = self._link
        if link is None:
            return
        for page in self.pages:
            asked = PageUse(tab=page.tab, document=page.document, page=page_profile)
            with contextlib.suppress(LinkLostError, CallError, TimeoutError):
                async with asyncio.timeout(ANSWER_SECONDS):
                    await link.call(calls.PAGE_USE, asked)

    async def keep_awake(self, *, on: bool) -> None:
        """Keep its machine awake from now on, or let it sleep, as one without a link does."""
        link = self._link
        if link is None or self._told_awake == (link, on) or not (on or self._told_awake[0]):
            return
        self._told_awake = (link, on)
        with contextlib.suppress(LinkLostError, CallError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await link.call(calls.BROWSER_AWAKE, BrowserAwake(on=on))

    @property
    def is_linked(self) -> bool:
        """Whether its extension can be told something now."""
        return self._link is not None

    async def show_badge(self, badge: BadgeShow) -> None:
        """Have its icon show how things stand, unless it does."""
        link = self._link
        if link is None or self._told_badge == (link, badge):
            return
        self._told_badge = (link, badge)
        await self._show(link, calls.BADGE_SHOW, badge)

    async def show_notice(self, notice: NoticeShow) -> bool:
        """Show a notification, if its author wants that kind; whether its extension heard of it."""
        link = self._link
        if link is None:
            return False
        try:
            async with asyncio.timeout(SHOW_SECONDS):
                await link.call(calls.NOTICE_SHOW, notice)
        except (LinkLostError, TimeoutError):
            return False
        except CallError as error:
            # asked again, it would refuse again
            _log.info("notice_refused", reason=error.text)
        return True

    async def open_view(self, wanted: ViewOpen) -> ViewOpened | None:
        """Open the studio; None when its extension could not."""
        link = self._link
        return await self._show(link, calls.VIEW_OPEN, wanted) if link is not None else None

    async def _show(self, link: Link, call: Call[P, R], params: P) -> R | None:
        with contextlib.suppress(LinkLostError, CallError, TimeoutError):
            async with asyncio.timeout(SHOW_SECONDS):
                return await link.call(call, params)
        return None

    async def close_left_over(self) -> None:
        """Close the worker tabs that nobody works in, once they are known."""
        await self._wait_for_list()
        while self._left_over:
            await self._left_over.pop().close()

    async def _list(self, link: Link) -> None:
        """Learn which worker tabs there are; an earlier host may have left some."""
        try:
            found = (await link.call(calls.TAB_LIST, Nothing())).tabs
            failpoint("browser.list.answered")
        except (LinkLostError, CallError) as error:
            _log.warning("tabs_not_listed", reason=str(error))
            return
        for tab in found:
            if tab not in self._pages:
                self._leave_over(tab)
        for tab, page in list(self._pages.items()):
            if tab not in found and not self._opening:
                page.lose("the tab was closed")
                del self._pages[tab]

    async def tab_ready(self, ready: TabReady) -> TabPlace:
        """A content script reports from a document."""
        await self._wait_for_list()
        async with self._news:
            # its tab may be one whose opening has not been answered yet
            await self._news.wait_for(lambda: ready.tab in self._pages or not self._opening)
        page = self._pages.get(ready.tab)
        if page is None:
            return TabPlace(page=None)
        if not page.ready(ready):
            # whoever worked in it knows by now, so the tab is as good as any other
            page = self._leave_over(ready.tab)
            page.ready(ready)
        await self._tell()
        return TabPlace(page=self._page_profile)

    async def tab_gone(self, gone: TabGone) -> None:
        """A tab was closed or crashed."""
        page = self._pages.pop(gone.tab, None)
        if page is not None:
            page.lose(gone.why)
            await self._tell()

    async def page_changed(self, reading: Reading) -> None:
        """A page shows something new; returning is what lets it report again."""
        page = self._pages.get(reading.tab)
        if page is not None:
            page.show(reading)
            await asyncio.sleep(PACE_SECONDS)

    async def open(self, url: str) -> "RemotePage":
        """A worker tab that has reported: a leftover one, or else a new one.

        Raises:
            PageLostError: it did not report.
        """
        await self._current_link(None)
        await self._wait_for_list()
        while self._left_over:
            page = self._left_over.pop(0)
            if await page.is_heard():
                return page
            # its content script is from before the extension was reloaded, or it shows no page
            await page.close()
        page = await self._opened(url)
        try:
            await page.reported()
        except PageLostError:
            # a site that cannot be reached must not fill the window with tabs
            await page.close()
            raise
        failpoint("browser.open.reported")
        return page

    def _leave_over(self, tab: int) -> "RemotePage":
        """Keep a worker tab that nobody works in."""
        page = self._pages[tab] = RemotePage(self, tab)
        self._left_over = [*self._left_over_beside(tab), page]
        return page

    def _left_over_beside(self, tab: int) -> list["RemotePage"]:
        return [page for page in self._left_over if page.tab != tab]

    async def _wait_for_list(self) -> None:
        if self._listed is not None:
            await asyncio.wait({self._listed})

    async def _opened(self, url: str) -> "RemotePage":
        self._opening += 1
        try:
            link = await self._current_link(None)
            opened = await link.call(calls.TAB_OPEN, TabOpen(url=url))
            failpoint("browser.open.answered")
            # it may have been listed before its opening was answered
            self._left_over = self._left_over_beside(opened.tab)
            page = self._pages[opened.tab] = RemotePage(self, opened.tab, fresh=True)
        except (LinkLostError, CallError) as error:
            raise PageLostError(f"no tab could be opened ({error})") from error
        finally:
            self._opening -= 1
            await self._tell()
        return page

    async def close(self, tab: int) -> None:
        """Close a tab, unless the browser is away; then it is found as a leftover later."""
        if self._link is None:
            return
        with contextlib.suppress(LinkLostError, CallError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._link.call(calls.TAB_CLOSE, TabClose(tab=tab))

    async def forget(self, page: "RemotePage") -> None:
        """Stop working with a page; its tab may show another one by now."""
        if self._pages.get(page.tab) is page:
            del self._pages[page.tab]
        await self._tell()

    async def call(self, page: "RemotePage", call: Call[P, R], params: P) -> R:
        """Have a page's tab carry out a call, over as many links as it takes.

        Raises:
            PageLostError: the document is gone, or its content script did not come back.
            StepRefusedError: the page could not, and did nothing.
        """
        lost: Link | None = None
        while True:
            link = await self._current_link(page, lost)
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await link.call(call, params)
            except LinkLostError:
                # `unlinked` may not have been called yet
                lost = link
            except TimeoutError as error:
                raise await page.give_up("the page does not answer") from error
            except CallError as error:
                match error.code:
                    case Code.TAB_GONE:
                        await page.returned()
                    case Code.NOT_FOUND | Code.NOT_FETCHED:
                        raise StepRefusedError(error.text) from error
                    case _:
                        raise PageLostError(error.text) from error

    async def _current_link(self, page: "RemotePage | None", lost: Link | None = None) -> Link:
        """The link in use, as soon as there is one other than that which was `lost`."""
        async with self._news:
            await self._news.wait_for(
                lambda: (
                    self._left is not None
                    or self._link not in (None, lost)
                    or (page is not None and page.lost is not None)
                )
            )
        if page is not None and page.lost is not None:
            raise PageLostError(page.lost)
        if self._left is not None:
            raise PageLostError(self._left)
        assert self._link is not None  # noqa: S101 - what was waited for
        return self._link

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


class RemotePage:
    """One worker tab and the document in it."""

    def __init__(self, browser: RemoteBrowser, tab: int, *, fresh: bool = False) -> None:
        self.tab = tab
        self.fresh = fresh
        self.document = ""
        self.lost: str | None = None
        self._browser = browser
        self._moving = True
        self._steps: dict[str, str] = {}
        self._asked_for: dict[str, str] = {}
        self._reports = 0
        self._reading: Reading | None = None
        self._shown = 0
        self._changed = asyncio.Event()

    def ready(self, ready: TabReady) -> bool:
        """A content script reports; False, and lost, if nobody asked for its document."""
        if self._moving and ready.document != self.document:
            self.document = ready.document
            self._moving = False
            self._reading = None
            self._asked_for.clear()
            self.lost = None
        elif ready.document != self.document:
            self.lose("the tab now shows another page")
            return False
        self._steps = ready.steps
        self._reports += 1
        self._wake()
        return True

    def show(self, reading: Reading) -> None:
        """Take what the page shows, if it is still the page that is meant."""
        if reading.document == self.document and not self._moving:
            self._reading = reading
            self._shown += 1
            self._wake()

    def lose(self, why: str) -> None:
        """The document is gone."""
        self.lost = self.lost or why
        self._wake()

    async def go(self, url: str) -> None:
        """Load an address; returns when its new document has reported."""
        if self.lost is not None:
            raise PageLostError(self.lost)
        self._moving, self.fresh = True, False
        await self._browser.call(self, calls.TAB_GO, TabGo(tab=self.tab, url=url))
        failpoint("browser.go.answered")
        await self.reported()

    async def is_heard(self) -> bool:
        """Whether a leftover document reports soon."""
        try:
            await self.reported(LEFT_OVER_SECONDS)
        except PageLostError:
            return False
        return True

    def last_step(self, attempt: str) -> str | None:
        """The last step of an attempt that this document did or was asked to do."""
        return self._asked_for.get(attempt) or self._steps.get(attempt)

    async def reported(self, within: float | None = None) -> None:
        """Wait until the document that was asked for has reported.

        Raises:
            PageLostError: it did not in time.
        """
        patience = REPORT_SECONDS if within is None else within
        await self._until(lambda: not self._moving, patience, "the page did not load")

    async def returned(self) -> None:
        """Wait until a content script that is out of reach has reported again.

        Raises:
            PageLostError: it did not in time.
        """
        reports = self._reports
        try:
            await self._until(lambda: self._reports > reports, RETURN_SECONDS, "")
        except PageLostError as error:
            raise await self.give_up(self.lost or "the page stopped answering") from error

    async def readings(self, poll: float) -> AsyncIterator[Reading]:
        """What the page shows, now and after each change, read again after `poll` s of silence."""
        seen = 0
        while True:
            if self.lost is not None:
                raise PageLostError(self.lost)
            if not self._is_newer(seen):
                try:
                    await self._until(partial(self._is_newer, seen), poll, "")
                except PageLostError:
                    if self.lost is not None:
                        raise
                    await self.read()
                    continue
            seen = self._shown
            assert self._reading is not None  # noqa: S101 - what was waited for
            yield self._reading

    async def read(self) -> Reading:
        """What the page shows now, after all earlier calls."""
        reading = await self._browser.call(self, calls.PAGE_READ, self._asked())
        self.show(reading)
        return reading

    async def capture(self) -> Capture:
        """The page's markup to read it again by, without what people wrote."""
        return await self._browser.call(self, calls.PAGE_CAPTURE, self._asked())

    async def click(self, attempt: str, step: str, role: str) -> None:
        """Click what has a role, once for this attempt and step."""
        self.fresh = False
        self._asked_for[attempt] = step
        asked = PageClick(
            tab=self.tab, document=self.document, attempt=attempt, step=step, role=role
        )
        await self._browser.call(self, calls.PAGE_CLICK, asked)

    async def fill(self, attempt: str, text: str, *, typed: bool = False) -> None:
        """Put text into the empty composer, once for this attempt."""
        self.fresh = False
        self._asked_for[attempt] = "fill"
        asked = PageFill(
            tab=self.tab,
            document=self.document,
            attempt=attempt,
            step="fill",
            text=text,
            typed=typed,
        )
        await self._browser.call(self, calls.PAGE_FILL, asked)

    async def attach(
        self, attempt: str, ordinal: int, reference: Reference, data: bytes, *, pasted: bool = False
    ) -> None:
        """Give the composer a reference picture, once for this attempt; a piece at a time."""
        self.fresh = False
        self._asked_for[attempt] = step = f"attach {ordinal}"
        for offset in range(0, len(data), PIECE_BYTES):
            asked = PageAttach(
                tab=self.tab,
                document=self.document,
                attempt=attempt,
                step=step,
                name=reference.name,
                media=reference.media,
                size=len(data),
                offset=offset,
                data=base64.b64encode(data[offset : offset + PIECE_BYTES]).decode(),
                pasted=pasted,
            )
            await self._browser.call(self, calls.PAGE_ATTACH, asked)

    async def fetch(self, attempt: str, src: str) -> Fetched:
        """Have the page fetch a picture that it shows and hold its bytes."""
        asked = PageFetch(tab=self.tab, document=self.document, attempt=attempt, src=src)
        return await self._browser.call(self, calls.PAGE_FETCH, asked)

    async def piece(self, attempt: str, offset: int, length: int) -> bytes:
        """Some bytes of the held picture."""
        asked = PagePiece(
            tab=self.tab, document=self.document, attempt=attempt, offset=offset, length=length
        )
        piece = await self._browser.call(self, calls.PAGE_PIECE, asked)
        try:
            data = base64.b64decode(piece.data, validate=True)
        except binascii.Error as error:
            raise PageLostError("the page sent a piece that is not valid base64") from error
        if len(data) != length:
            raise PageLostError(f"the page sent {len(data)} bytes of a picture, not {length}")
        return data

    async def release(self, attempt: str) -> None:
        """Have the page forget the held picture, if it can be reached."""
        asked = PageRelease(tab=self.tab, document=self.document, attempt=attempt)
        with contextlib.suppress(PageLostError, StepRefusedError):
            await self._browser.call(self, calls.PAGE_RELEASE, asked)

    async def give_up(self, why: str) -> PageLostError:
        """Give up a document that does not answer; another tab settles what it held."""
        self.lose(why)
        await self._browser.close(self.tab)
        return PageLostError(why)

    async def close(self) -> None:
        """Close the tab, if it and the browser are still there."""
        if self.lost is None:
            await self._browser.close(self.tab)
        self.lose("the tab was closed")
        await self._browser.forget(self)

    def _is_newer(self, seen: int) -> bool:
        return self._reading is not None and self._shown > seen

    def _asked(self) -> PageRead:
        return PageRead(tab=self.tab, document=self.document)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _until(self, met: Callable[[], bool], within: float, otherwise: str) -> None:
        try:
            async with asyncio.timeout(within):
                while not met():
                    if self.lost is not None:
                        raise PageLostError(self.lost)
                    await self._changed.wait()
        except TimeoutError as error:
            raise PageLostError(otherwise) from error
