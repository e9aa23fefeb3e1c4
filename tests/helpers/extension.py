"""A played extension behind the real relay: tabs and documents that outlive hosts and relays.

What the real one promises is kept here: a document does each step of an attempt once and remembers
it, it reports on every new link, and a call that meets no document of that name is refused.
"""

import asyncio
import base64
import contextlib
import itertools
import os
import sys
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from helpers.site import Document, Json, RefusedError, Site
from pressrun import relay
from pressrun.home import Home
from pressrun.protocol import frames
from pressrun.protocol.calls import Code
from pressrun.protocol.messages import base

AGAIN_SECONDS = 0.05
"""How soon a lost link is made anew."""

Environment = Callable[[], Mapping[str, str]]


class Browser:
    """What the browser keeps while links come and go: its tabs."""

    def __init__(self, home: Home, site: Site, environment: Environment | None = None) -> None:
        self.home = home
        self.site = site
        self.ended: Callable[[int], Awaitable[None]] = _nothing
        """Told the exit code of each relay that ended."""
        self.told: Callable[[str], None] = lambda _method: None
        """Told of each call before it is carried out."""
        self.linked = asyncio.Event()
        """The host greeted us, once at least."""
        self.reports = 1
        """How often a document says that it is ready."""
        self.tabs: list[int] = []
        self.awake: list[bool] = []
        """What was said of the machine's sleep, in order."""
        self.shown: list[tuple[str, Json]] = []
        """What was shown outside its pages, in order."""
        self._environment: Environment = environment or dict
        self._numbers = itertools.count(1)
        self._session = uuid.uuid4().hex
        self._link: _Link | None = None
        site.crash = self._crash

    async def live(self) -> None:
        """Keep a link to the host, over one relay after another, until cancelled."""
        while True:
            start = [sys.executable, "-I", "-S", relay.__file__, "--home", str(self.home.folder)]
            process = await asyncio.create_subprocess_exec(
                *start,
                "chrome-extension://x/",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, **self._environment()},
            )
            self._link = _Link(self, process)
            try:
                await self._link.run(self._session)
                code = await _ended(process)
            finally:
                self._link = None
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
            await self.ended(code)
            await asyncio.sleep(AGAIN_SECONDS)

    def cut(self) -> None:
        """Have the relay die."""
        if self._link is not None:
            with contextlib.suppress(ProcessLookupError):
                self._link.process.kill()

    def restart(self) -> None:
        """Be started anew, without the tabs that were open."""
        self._session = uuid.uuid4().hex
        self.tabs.clear()
        self.site.documents.clear()

    def add_tab(self) -> int:
        """Make a blank tab."""
        tab = next(self._numbers)
        self.tabs.append(tab)
        return tab

    def show(self, tab: int, url: str) -> None:
        """Load an address in a tab that is still there."""
        if tab in self.tabs:
            document = self.site.load(tab, url)
            if self._link is not None:
                self._link.watch(document)

    def must_have(self, tab: int) -> None:
        """Refuse when there is no such tab."""
        if tab not in self.tabs:
            raise RefusedError(Code.TAB_GONE, "there is no such tab")

    def close(self, tab: int) -> None:
        """Close a tab."""
        self.must_have(tab)
        self.tabs.remove(tab)
        self.site.documents.pop(tab, None)

    def _crash(self, tab: int) -> None:
        self.close(tab)
        if self._link is not None:
            self._link.tell_gone(tab)


def _succeeded(answer: Json) -> bool:
    return "result" in answer


def _placed(document: Document, answer: Json) -> bool:
    """Whether the host takes a document for a worker page; it may be told what to do at once."""
    document.watched |= answer.get("result", {}).get("page") is not None
    return document.watched


class _Link:
    """The switchboard and the content scripts, on one relay."""

    def __init__(self, browser: Browser, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._browser = browser
        self._numbers = itertools.count(1)
        self._pending: dict[object, tuple[asyncio.Future[bool], Callable[[Json], bool]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._up = False

    async def run(self, session: str) -> None:
        """Serve the host until the link ends."""
        assert self.process.stdout is not None
        self._start(self._introduce(session))
        try:
            with contextlib.suppress(frames.BadFrameError):
                while (message := await frames.read(self.process.stdout)) is not None:
                    self._take(message)
        finally:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def watch(self, document: Document) -> None:
        """Have a document report, if there is a host to report to."""
        if self._up:
            self._start(self._watch(document))

    def tell_gone(self, tab: int) -> None:
        """Tell the host that a tab is gone."""
        gone = {"tab": tab, "why": "the tab's page crashed or was unloaded"}
        self._start(self._do(self._ask("tab.gone", gone)))

    async def _introduce(self, session: str) -> None:
        hello = {
            "oldest": base.OLDEST,
            "newest": base.VERSION,
            "version": "0.1.0",
            "role": "extension",
            "profile": "test",
            "session": session,
            "epoch": "one life",
        }
        if not await self._ask("hello", hello, heard=self._greeted):
            return
        for document in list(self._browser.site.documents.values()):
            self.watch(document)
        while True:
            await asyncio.sleep(base.HEARTBEAT_SECONDS)
            self._say({"method": "heartbeat", "params": {}})

    def _greeted(self, answer: Json) -> bool:
        self._up = _succeeded(answer)
        if self._up:
            self._browser.linked.set()
        return self._up

    async def _watch(self, document: Document) -> None:
        """Report a document, then what it shows, again after each change."""
        documents = self._browser.site.documents
        last = {attempt: steps[-1] for attempt, steps in document.steps.items() if steps}
        where = {"tab": document.tab, "document": document.name}
        ready = {**where, "url": document.address, "steps": last}
        for _ in range(self._browser.reports):
            if not await self._ask("tab.ready", ready, heard=partial(_placed, document)):
                return
        told: Json = {}
        while documents.get(document.tab) is document:
            document.stirred.clear()
            reading = document.reading()
            if reading == told:
                await document.stirred.wait()
            else:
                told = reading
                await self._ask("page.changed", reading)

    def _take(self, message: Json) -> None:
        if "method" not in message:
            # a relay that found no host says so in an answer to nobody
            answer, heard = self._pending.pop(message["id"], (None, None))
            if answer is not None and heard is not None and not answer.done():
                answer.set_result(heard(message))
        elif "id" in message:
            self._serve(message["id"], message["method"], message["params"])

    def _serve(self, number: object, method: str, params: Json) -> None:
        browser = self._browser
        browser.told(method)
        try:
            if method == "tab.list":
                self._say({"id": number, "result": {"tabs": list(browser.tabs)}})
            elif method == "tab.open":
                tab = browser.add_tab()
                self._say({"id": number, "result": {"tab": tab}})
                browser.show(tab, params["url"])
            elif method == "tab.go":
                browser.must_have(params["tab"])
                self._say({"id": number, "result": {}})
                browser.show(params["tab"], params["url"])
            elif method == "browser.awake":
                browser.awake.append(params["on"])
                self._say({"id": number, "result": {}})
            elif method in ("badge.show", "notice.show"):
                browser.shown.append((method, params))
                self._say({"id": number, "result": {}})
            elif method == "view.open":
                browser.shown.append((method, params))
                self._say({"id": number, "result": {"address": "chrome-extension://x/studio"}})
            elif method == "tab.close":
                browser.close(params["tab"])
                self._say({"id": number, "result": {}})
            else:
                self._say({"id": number, "result": self._in_page(method, params)})
        except RefusedError as refused:
            self._say({"id": number, "error": {"code": int(refused.code), "message": str(refused)}})

    def _in_page(self, method: str, params: Json) -> Json:
        document = self._browser.site.documents.get(params["tab"])
        if document is None:
            raise RefusedError(Code.TAB_GONE, "no content script answers in this tab")
        if params["document"] != document.name:
            raise RefusedError(Code.OTHER_DOCUMENT, "the tab shows another document")
        if not document.watched:
            raise RefusedError(Code.NOT_FOUND, "this tab is not a worker tab yet")
        if method in _READINGS:
            return _READINGS[method](document, params)
        steps = document.steps.setdefault(params["attempt"], [])
        if params["step"] in steps:
            return {"again": True}
        if method == "page.fill":
            document.fill(params["text"])
        elif method == "page.attach":
            piece = base64.b64decode(params["data"])
            if not document.attach(params["size"], params["offset"], piece):
                return {"again": False}
        else:
            document.click(params["role"])
        steps.append(params["step"])
        document.stirred.set()
        return {"again": False}

    async def _ask(
        self, method: str, params: Json, heard: Callable[[Json], bool] = _succeeded
    ) -> bool:
        """Call the host; `heard` is called with the answer before anything else is heard."""
        number = next(self._numbers)
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer, heard
        self._say({"id": number, "method": method, "params": params})
        return await answer

    def _say(self, message: Json) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(frames.encode({"jsonrpc": "2.0", **message}))

    async def _do(self, work: Coroutine[Any, Any, bool]) -> None:
        await work

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _ended(process: asyncio.subprocess.Process) -> int:
    """Close the pipes, and give the relay the two seconds that Chrome gives it."""
    assert process.stdin is not None
    process.stdin.close()
    async with asyncio.timeout(2):
        return await process.wait()


def _piece(document: Document, params: Json) -> Json:
    data, offset = document.held.get(params["attempt"]), params["offset"]
    if data is None:
        raise RefusedError(Code.NOT_FETCHED, "the page holds no picture for this attempt")
    return {"data": base64.b64encode(data[offset : offset + params["length"]]).decode()}


def _release(document: Document, params: Json) -> Json:
    document.held.pop(params["attempt"], None)
    return {}


_READINGS: dict[str, Callable[[Document, Json], Json]] = {
    "page.read": lambda document, _: document.reading(),
    # this page needs no profile to know what it shows
    "page.use": lambda _, __: {},
    "page.capture": lambda _, __: {"html": "<!doctype html>"},
    "page.fetch": lambda document, params: document.fetch(params["attempt"], params["src"]),
    "page.piece": _piece,
    "page.release": _release,
}
"""What a page does that is no step of an attempt."""


async def _nothing(_code: int) -> None:
    """Nobody wants to hear of relays that end."""
