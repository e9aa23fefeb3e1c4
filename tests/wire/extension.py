"""A scripted browser behind the real relay: an extension with tabs, and a site that draws at once.

What the real extension promises is kept here, too: a document does each step of an attempt once, a
tab reports when its document is there, and after a lost link everybody reports again.
"""

import asyncio
import base64
import hashlib
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from helpers import pages, peer
from helpers.hosts import end_host
from pressrun.home import Home
from pressrun.protocol.calls import Code
from pressrun.protocol.messages import SeenTurn
from wire.relays import Relay, hello, relayed

Draw = Callable[[str], bytes]


class RefusedError(Exception):
    """What a page answers when it cannot do what it is told."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.name)
        self.code = code


@dataclass
class Page:
    """One tab and its document."""

    tab: int
    document: str
    url: str
    menu: bool = False
    mode: bool = False
    text: str = ""
    turns: list[SeenTurn] = field(default_factory=list)
    drawn: bytes = b""
    held: dict[str, bytes] = field(default_factory=dict)
    done: dict[str, list[str]] = field(default_factory=dict)

    def reading(self) -> peer.Json:
        """Return what the page shows."""
        return pages.reading(
            tab=self.tab,
            document=self.document,
            url=self.url,
            composer_text=self.text,
            send=bool(self.text),
            mode_on=self.mode,
            turns=self.turns,
        ).model_dump(mode="json")


class Browser:
    """What outlives a relay: tabs, and the site's own ledger."""

    def __init__(self, draw: Draw) -> None:
        self.linked = asyncio.Event()
        """Set when the host first answered a hello."""
        self.relay: Relay | None = None
        self.leaving = False
        self.sent: list[str] = []
        """The prompts that the site got, in order."""
        self.pieces = 0
        """How many pieces were asked for."""
        self.kill_at_piece = 0
        """The piece before which the relay dies, once; 0 for none."""
        self.reports = 1
        """How often a document says that it is ready."""
        self._draw = draw
        self._numbers = itertools.count(1)
        self.pages: dict[int, Page] = {}

    def leave(self) -> None:
        """Be killed, and never come back."""
        assert self.relay is not None
        self.leaving = True
        self.relay.process.kill()

    def load(self, tab: int, url: str) -> Page:
        """Show a new document in a tab."""
        self.pages[tab] = Page(tab, f"D{next(self._numbers)}", url)
        return self.pages[tab]

    def serve(self, method: str, params: peer.Json) -> peer.Json:
        """Carry out a call on a page."""
        page = self.pages.get(params["tab"])
        if page is None:
            raise RefusedError(Code.TAB_GONE)
        if params["document"] != page.document:
            raise RefusedError(Code.OTHER_DOCUMENT)
        match method:
            case "page.read":
                return page.reading()
            case "page.click" | "page.fill":
                steps = page.done.setdefault(params["attempt"], [])
                if params["step"] in steps:
                    return {"again": True}
                if method == "page.fill":
                    self._fill(page, params["text"])
                else:
                    self._click(page, params["role"])
                steps.append(params["step"])
                return {"again": False}
            case "page.fetch":
                page.held[params["attempt"]] = page.drawn
                sha256 = hashlib.sha256(page.drawn).hexdigest()
                return {"size": len(page.drawn), "sha256": sha256, "media": "image/png"}
            case "page.piece":
                start = params["offset"]
                piece = page.held[params["attempt"]][start : start + params["length"]]
                return {"data": base64.b64encode(piece).decode()}
            case "page.release":
                del page.held[params["attempt"]]
                return {}
        raise AssertionError(method)

    def _fill(self, page: Page, text: str) -> None:
        if page.text or not page.mode:
            raise RefusedError(Code.NOT_FOUND)
        page.text = text

    def _click(self, page: Page, role: str) -> None:
        match role:
            case "add_menu":
                page.menu = True
            case "create_image" if page.menu:
                page.menu, page.mode = False, True
            case "send" if page.text:
                self._send(page)
            case _:
                raise RefusedError(Code.NOT_FOUND)

    def _send(self, page: Page) -> None:
        number = next(self._numbers)
        self.sent.append(page.text)
        page.drawn = self._draw(page.text)
        page.turns = [
            pages.user(page.text, f"u{number}"),
            pages.answered(
                "", f"a{number}", finished=True, pictures=[pages.picture(f"file_{number}")]
            ),
        ]
        page.url = f"{pages.HOME}c/conversation-{number}"
        page.text, page.mode = "", False


class Extension:
    """The extension's switchboard on one relay."""

    def __init__(self, browser: Browser, relay: Relay) -> None:
        self._browser = browser
        self._relay = relay
        self._numbers = itertools.count(1)
        self._pending: dict[int | str, asyncio.Future[peer.Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve the host until the link ends."""
        self._start(self._introduce())
        try:
            while (message := await self._relay.hear()) is not None:
                if "method" not in message:
                    self._pending.pop(message["id"]).set_result(message)
                elif "id" in message:
                    await self._serve(message)
        finally:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _introduce(self) -> None:
        answer = await self._ask(hello())
        assert "result" in answer, answer
        self._browser.linked.set()
        for page in list(self._browser.pages.values()):
            await self._report(page)

    async def _serve(self, message: peer.Json) -> None:
        number, method, params = message["id"], message["method"], message["params"]
        browser = self._browser
        if method == "page.piece":
            browser.pieces += 1
            if browser.pieces == browser.kill_at_piece:
                self._relay.process.kill()
                return
        try:
            result, changed = self._carry_out(method, params)
        except RefusedError as refused:
            error = {"code": int(refused.code), "message": str(refused)}
            self._relay.say({"jsonrpc": "2.0", "id": number, "error": error})
            return
        self._relay.say({"jsonrpc": "2.0", "id": number, "result": result})
        if changed is not None:
            self._start(changed)

    def _carry_out(
        self, method: str, params: peer.Json
    ) -> tuple[peer.Json, Coroutine[Any, Any, None] | None]:
        browser = self._browser
        match method:
            case "tab.list":
                return {"tabs": list(browser.pages)}, None
            case "tab.open":
                page = browser.load(max(browser.pages, default=0) + 1, params["url"])
                return {"tab": page.tab}, self._report(page)
            case "tab.go":
                return {}, self._report(browser.load(params["tab"], params["url"]))
            case "tab.close":
                del browser.pages[params["tab"]]
                return {}, None
        result = browser.serve(method, params)
        page = browser.pages[params["tab"]]
        moves = method in ("page.click", "page.fill")
        return result, self._tell(page) if moves else None

    async def _report(self, page: Page) -> None:
        """Say that a document is there, and what it shows."""
        ready = {
            "tab": page.tab,
            "document": page.document,
            "url": page.url,
            "steps": {attempt: steps[-1] for attempt, steps in page.done.items() if steps},
        }
        for _ in range(self._browser.reports):
            answer = await self._ask(peer.request(next(self._numbers), "tab.ready", **ready))
        assert answer["result"]["page"] is not None, "a worker tab is none to the host"
        await self._tell(page)

    async def _tell(self, page: Page) -> None:
        await self._ask(peer.request(next(self._numbers), "page.changed", **page.reading()))

    async def _ask(self, message: peer.Json) -> peer.Json:
        answer: asyncio.Future[peer.Json] = asyncio.get_running_loop().create_future()
        self._pending[message["id"]] = answer
        self._relay.say(message)
        return await answer

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _live(home: Home, browser: Browser) -> None:
    """Connect again and again, as a service worker does whose port was closed."""
    while not browser.leaving:
        async with relayed(home) as relay:
            browser.relay = relay
            await Extension(browser, relay).run()


@asynccontextmanager
async def browsing(home: Home, draw: Draw) -> AsyncIterator[Browser]:
    """A browser whose extension keeps a link to the host of a home; the host ends before it."""
    browser = Browser(draw)
    living = asyncio.create_task(_live(home, browser))
    try:
        await browser.linked.wait()
        yield browser
        assert browser.leaving or not living.done(), "the extension failed"
        browser.leaving = True
        await asyncio.to_thread(end_host, home)
        await living
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
