"""Chromium's remote debugging: seeing what a person would see, doing what a person could do.

For tests, benchmarks and the soak; the product never uses it. A browser started with `FLAG` writes
its port into `DevToolsActivePort` in its profile folder.
https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from pressrun import tasks

FLAG = "--remote-debugging-port=0"
"""Makes a browser listen and write the port into its profile."""

START_SECONDS = 20.0
ANSWER_SECONDS = 20.0
"""How long a command may take, unless somebody asks for more."""

LOOK_SECONDS = 0.02


class DevToolsError(Exception):
    """The browser refused a command, or is gone."""


class ScriptError(DevToolsError):
    """A script threw."""


@dataclass(frozen=True)
class Target:
    """Something that can be debugged: a page, a service worker and so on."""

    id: str
    kind: str
    url: str


async def port_of(profile: Path) -> int:
    """The port on which the browser of a profile listens, once it does.

    Raises:
        TimeoutError: it did not within `START_SECONDS`.
    """
    note = profile / "DevToolsActivePort"
    async with asyncio.timeout(START_SECONDS):
        while True:
            with contextlib.suppress(FileNotFoundError):
                if told := note.read_text():
                    return int(told.splitlines()[0])
            await asyncio.sleep(LOOK_SECONDS)


async def targets(port: int, kind: str | None = None) -> list[Target]:
    """What can be debugged; attaches to nothing."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}/json/list") as answer,
    ):
        found = [Target(each["id"], each["type"], each["url"]) for each in await answer.json()]
    return [each for each in found if kind in (None, each.kind)]


class DevTools:
    """A connection to a browser, over which sessions with its targets run."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        port: int,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.port = port
        self._answer_seconds = answer_seconds
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def do(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Carry out a command, in a session or in the browser as a whole.

        Raises:
            DevToolsError: the browser refused it, or is gone.
            TimeoutError: it did not answer in time.
        """
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        where = {} if session is None else {"sessionId": session}
        command = {"id": number, "method": method, "params": params, **where}
        try:
            await self._socket.send_json(command)
        except (ConnectionError, aiohttp.ClientError) as error:
            raise DevToolsError(f"{method}: the browser is gone") from error
        async with asyncio.timeout(self._answer_seconds):
            told = await answer
        if "error" in told:
            raise DevToolsError(f"{method}: {told['error']['message']}")
        result: dict[str, Any] = told["result"]
        return result

    async def targets(self, kind: str | None = None) -> list[Target]:
        """What can be debugged."""
        return await targets(self.port, kind)

    async def page(self, url: str) -> "PageSession":
        """Open a page in a tab of its own, in front."""
        opened = await self.do("Target.createTarget", url=url)
        return await self.attach(opened["targetId"])

    async def attach(self, target: str) -> "PageSession":
        """A session with an open page."""
        attached = await self.do("Target.attachToTarget", targetId=target, flatten=True)
        return PageSession(self, target, attached["sessionId"])

    async def close(self, target: str) -> None:
        """Close a page, or end a service worker as its idle timer does: without notice to it."""
        await self.do("Target.closeTarget", targetId=target)

    async def listen(self) -> None:
        """Take answers until the connection ends."""
        async for message in self._socket:
            told = json.loads(message.data)
            self._settle(told.get("id"), told)
        for number in list(self._waiting):
            self._settle(number, {"error": {"message": "the browser is gone"}})

    def _settle(self, number: int | None, told: dict[str, Any]) -> None:
        answer = self._waiting.pop(number, None) if number is not None else None
        if answer is not None and not answer.done():
            answer.set_result(told)


class PageSession:
    """A session with a page."""

    def __init__(self, tools: DevTools, target: str, session: str) -> None:
        self.target = target
        self._tools = tools
        self._session = session

    async def do(self, method: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Carry out a command in this page."""
        return await self._tools.do(method, self._session, **params)

    async def run(self, script: str) -> Any:  # noqa: ANN401 - whatever the script gives
        """The value of an expression, awaited if it is a promise.

        Raises:
            ScriptError: it threw.
            DevToolsError: the page is gone.
        """
        told = await self.do(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in told:
            raise ScriptError(f"{script}: {told['exceptionDetails']}")
        return told["result"].get("value")

    async def until(self, script: str, *, within: float = 20.0) -> Any:  # noqa: ANN401 - as `run`
        """The value of an expression as soon as it is true; it may throw while the page loads.

        Raises:
            TimeoutError: it was not true within so many seconds, or threw in the end.
        """
        thrown: ScriptError | None = None
        try:
            async with asyncio.timeout(within):
                while True:
                    try:
                        value, thrown = await self.run(script), None
                    except ScriptError as error:
                        value, thrown = None, error
                    if value:
                        return value
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise TimeoutError(f"not true within {within:g} s: {thrown or script}") from thrown

    async def close(self) -> None:
        """Close the tab."""
        await self._tools.close(self.target)

    async def detach(self) -> None:
        """End the session and leave the page as it is."""
        await self._tools.do("Target.detachFromTarget", sessionId=self._session)


@contextlib.asynccontextmanager
async def devtools(
    profile: Path, answer_seconds: float = ANSWER_SECONDS
) -> AsyncIterator[DevTools]:
    """Debug the browser of a profile.

    Args:
        profile: its profile's folder.
        answer_seconds: how long it may take to carry out a command.

    Raises:
        TimeoutError: none listens within `START_SECONDS`.
        OSError: it no longer listens.
    """
    port = await port_of(profile)
    async with aiohttp.ClientSession() as http:
        async with http.get(f"http://127.0.0.1:{port}/json/version") as answer:
            address = (await answer.json())["webSocketDebuggerUrl"]
        async with http.ws_connect(address, max_msg_size=0) as socket:
            tools = DevTools(socket, port, answer_seconds)
            listening = tasks.part(tools.listen(), "listen to a browser")
            try:
                yield tools
            finally:
                listening.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await listening
