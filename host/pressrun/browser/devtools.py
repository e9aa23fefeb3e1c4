"""Chromium's remote debugging, for tests, benchmarks and the soak; the product never uses it.

A browser started with `--remote-debugging-port=0` writes its port into `DevToolsActivePort` in its
profile folder. Protocol: https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

PORT_FLAG = "--remote-debugging-port=0"

START_SECONDS = 30.0


class DevToolsError(Exception):
    """The browser refused a command."""


class DevTools:
    """A connection to a browser's remote debugging."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._last = 0
        self._pending: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._sessions: dict[str, str] = {}

    async def call(self, method: str, *, session: str | None = None, **params: Any) -> Any:  # noqa: ANN401 - any JSON
        """Have the browser carry out a command; returns its result.

        Raises:
            DevToolsError: it refused, or it is gone.
        """
        self._last += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._pending[self._last] = answer
        command: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session is not None:
            command["sessionId"] = session
        try:
            await self._socket.send_str(json.dumps(command))
        except (ConnectionError, aiohttp.ClientError) as error:
            raise DevToolsError(f"{method}: the browser is gone") from error
        answered = await answer
        if "error" in answered:
            raise DevToolsError(f"{method}: {answered['error'].get('message')}")
        return answered["result"]

    async def targets(self, kind: str, address: str = "") -> list[dict[str, Any]]:
        """Targets of one kind (`page`, `service_worker`) whose address starts with `address`."""
        found = (await self.call("Target.getTargets"))["targetInfos"]
        return [
            target
            for target in found
            if target["type"] == kind and target["url"].startswith(address)
        ]

    async def session(self, target: str) -> str:
        """A session attached to a target."""
        if target not in self._sessions:
            attached = await self.call("Target.attachToTarget", targetId=target, flatten=True)
            self._sessions[target] = attached["sessionId"]
        return self._sessions[target]

    async def evaluate(self, target: str, expression: str) -> Any:  # noqa: ANN401 - any JSON
        """The value of a JavaScript expression in a page's own world."""
        session = await self.session(target)
        found = await self.call(
            "Runtime.evaluate",
            session=session,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in found:
            raise DevToolsError(str(found["exceptionDetails"].get("text")))
        return found["result"].get("value")

    async def stop_workers(self) -> None:
        """End every service worker, as Chrome does by itself when they are idle."""
        page = (await self.targets("page"))[0]["targetId"]
        session = await self.session(page)
        await self.call("ServiceWorker.enable", session=session)
        await self.call("ServiceWorker.stopAllWorkers", session=session)

    async def listen(self) -> None:
        """Take what the browser says, until it is gone."""
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            told = json.loads(message.data)
            answer = self._pending.pop(told.get("id", 0), None)
            if answer is not None and not answer.done():
                answer.set_result(told)
        gone = {"error": {"message": "the browser is gone"}}
        for answer in self._pending.values():
            if not answer.done():
                answer.set_result(gone)


async def address(profile: Path) -> str:
    """The address of the remote debugging of the browser that uses `profile`.

    Raises:
        TimeoutError: it has none within `START_SECONDS`.
    """
    path = profile / "DevToolsActivePort"
    async with asyncio.timeout(START_SECONDS):
        while True:
            lines = path.read_text().splitlines() if path.exists() else []
            if len(lines) == 2:  # noqa: PLR2004 - the port, and the browser's own path
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            await asyncio.sleep(0.05)


@asynccontextmanager
async def devtools(profile: Path) -> AsyncIterator[DevTools]:
    """The remote debugging of the browser that uses `profile`."""
    where = await address(profile)
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(where, max_msg_size=0, autoping=True) as socket,
    ):
        tools = DevTools(socket)
        listening = asyncio.create_task(tools.listen())
        try:
            yield tools
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
