"""The extension of one browser profile, as the host sees it, worked by DevTools.

The content scripts are the extension's own, all of them, in the order of its manifest; they run in
a world apart from the page's, anew in every document, and say by themselves what the page shows.
Only what the service worker does is done here: it opens tabs, loads addresses and passes messages.
"""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any, TypeVar, cast

from helpers.worlds import content_scripts, evaluate, isolated_world
from pressrun.browser.devtools import DevTools, DevToolsError, PageSession
from pressrun.protocol.calls import Call, CallError, Code
from pressrun.protocol.link import Link
from pressrun.protocol.messages.base import Message
from pressrun.protocol.messages.page import Reading
from pressrun.protocol.messages.tab import TabReady
from pressrun.server.browser import RemoteBrowser

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)

Json = dict[str, Any]

_PORT = """
const worker = (() => {
  const said = [];
  const listeners = [];
  let stir = () => undefined;
  const port = {
    onMessage: { addListener: (listener) => listeners.push(listener) },
    onDisconnect: { addListener: () => undefined },
    postMessage: (message) => stir(said.push(message)),
    disconnect: () => undefined,
  };
  globalThis.chrome = { runtime: { id: "pressrun", connect: () => port } };
  return {
    hear: (message) => listeners.forEach((listener) => listener(message)),
    listen: async () => {
      if (!said.length) await new Promise((done) => setTimeout((stir = done), 5_000));
      return said.splice(0);
    },
  };
})();
"""
"""The end of a port in the page: what content scripts say is kept until it is asked for."""

_LINKED = '\nworker.hear({ method: "link", params: { up: true } });0'


class Extension:
    """Serves a host's calls in one browser context, and tells it what pages say."""

    def __init__(self, tools: DevTools, context: str, tasks: asyncio.TaskGroup) -> None:
        self._tools = tools
        self._context = context
        self._tasks = tasks
        self._tabs: dict[int, _Tab] = {}
        self._numbers = itertools.count(1)

    async def connect(self, host: RemoteBrowser) -> None:
        """Link up with the host."""
        self._host = host
        await host.linked(cast("Link", self), "one run of the browser")

    def close(self) -> None:
        """Say no more."""
        for tab in self._tabs.values():
            tab.leave()

    async def call(self, call: Call[P, R], params: P) -> R:
        """Carry out a call of the host's.

        Raises:
            CallError: it cannot be done; the code says why.
        """
        told = params.model_dump(mode="json")
        match call.method:
            case "tab.list":
                answer: Json = {"tabs": list(self._tabs)}
            case "tab.open":
                answer = {"tab": await self._open(told["url"])}
            case "tab.go":
                answer = self._tab(told).go(told["url"])
            case "tab.close":
                answer = await self._close(told)
            case "browser.awake" | "badge.show" | "notice.show":
                answer = {}
            case _:
                answer = await self._tab(told).carry_out(call.method, told)
        return call.result.model_validate(answer)

    def _tab(self, told: Json) -> "_Tab":
        tab = self._tabs.get(told["tab"])
        if tab is None:
            raise CallError(Code.TAB_GONE, "there is no such tab")
        return tab

    async def _open(self, url: str) -> int:
        opened = await self._tools.do(
            "Target.createTarget", url="about:blank", browserContextId=self._context
        )
        page = await self._tools.attach(opened["targetId"])
        await page.do("Page.enable")
        number = next(self._numbers)
        tab = self._tabs[number] = _Tab(number, page, self._host, self._tasks)
        tab.go(url)
        return number

    async def _close(self, told: Json) -> Json:
        tab = self._tab(told)
        del self._tabs[tab.number]
        tab.leave()
        await tab.page.close()
        return {}


class _Tab:
    """A worker tab, and the content scripts in its document."""

    def __init__(
        self, number: int, page: PageSession, host: RemoteBrowser, tasks: asyncio.TaskGroup
    ) -> None:
        self.number = number
        self.page = page
        self._host = host
        self._tasks = tasks
        self._living: asyncio.Task[None] | None = None
        self._documents = itertools.count(1)
        self._document = ""
        self._world: int | None = None

    def go(self, url: str) -> Json:
        """Begin to load an address."""
        self.leave()
        self._living = self._tasks.create_task(self._live(url))
        return {}

    def leave(self) -> None:
        """Be done with what the tab shows."""
        self._world = None
        if self._living is not None:
            self._living.cancel()

    async def carry_out(self, method: str, told: Json) -> Json:
        """Have the content script carry out a call."""
        if self._world is None:
            raise CallError(Code.TAB_GONE, "no content script answers in this tab")
        if told["document"] != self._document:
            raise CallError(Code.OTHER_DOCUMENT, "the tab shows another document")
        where = self._where
        try:
            script = f"answerTo({json.dumps(method)}, {json.dumps(told)})"
            answer = await evaluate(self.page, script, self._world)
        except DevToolsError as error:
            raise CallError(Code.TAB_GONE, "the page went away before it answered") from error
        if "error" in answer:
            raise CallError(answer["error"]["code"], answer["error"]["message"])
        # only a reading tells where it is from
        return {**answer["result"], **(where if method == "page.read" else {})}

    @property
    def _where(self) -> Json:
        return {"tab": self.number, "document": self._document}

    async def _live(self, url: str) -> None:
        await self.page.do("Page.navigate", url=url)
        while True:
            # a document that is left ends everything in it; the next one has scripts of its own
            with contextlib.suppress(DevToolsError):
                await self._serve()
            self._world = None
            await asyncio.sleep(0.02)

    async def _serve(self) -> None:
        world = await isolated_world(self.page)
        self._document = f"document {self.number}.{next(self._documents)}"
        await evaluate(self.page, _PORT + content_scripts() + _LINKED, world)
        self._world = world
        while True:
            for message in await evaluate(self.page, "worker.listen()", world):
                answer = await self._pass(message["method"], {**message["params"], **self._where})
                heard = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": answer})
                await evaluate(self.page, f"worker.hear({heard})", world)

    async def _pass(self, method: str, said: Json) -> Json:
        if method == "tab.ready":
            place = await self._host.tab_ready(TabReady.model_validate(said))
            return place.model_dump(mode="json")
        await self._host.page_changed(Reading.model_validate(said))
        return {}


@contextlib.asynccontextmanager
async def extension(tools: DevTools, context: str, cookie: Json) -> AsyncIterator[Extension]:
    """An extension in a browser context, where a cookie tells who is signed in."""
    await tools.do("Storage.setCookies", cookies=[cookie], browserContextId=context)
    async with asyncio.TaskGroup() as tasks:
        made = Extension(tools, context, tasks)
        yield made
        made.close()
