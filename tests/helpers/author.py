"""An author at the replica's server: an ordinary client over TLS, with the socket of one page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp

from trials.replica.behaviour import Behaviour
from trials.replica.server import Replica

QUICK = Behaviour(
    page_seconds=(0, 0),
    hydration_seconds=(0, 0),
    upload_seconds=(0, 0),
    url_lag_seconds=(0, 0),
    generation_seconds=(0.1, 0.2),
    text_seconds=(0.1, 0.2),
    stop_lingers_seconds=(0, 0),
    picture_size=(128, 128),
)
SLOW = QUICK.model_copy(update={"generation_seconds": (60.0, 60.0)})

Json = dict[str, Any]


class Author:
    """A client with an account, and the socket of one open page."""

    def __init__(
        self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        self.session = session
        self.socket = socket

    async def send(self, prompt: str, **order: object) -> Json:
        """Send a prompt, by default with image mode on."""
        order = {"prompt": prompt, "mode": "image"} | order
        async with self.session.post("/backend-api/conversation", json=order) as response:
            return cast("Json", await response.json()) | {"status": response.status}

    async def wish(self, wish: str, **content: object) -> None:
        """Tell the server what the page wishes."""
        await self.socket.send_json({"wish": wish, **content})

    async def hear(self, kind: str) -> Json:
        """Wait for the next message of a kind."""
        while True:
            message = cast("Json", await self.socket.receive_json())
            if message["kind"] == kind:
                return message

    async def answer(self, sent: Json) -> Json:
        """Follow what was sent until its turn is over, and return the turn."""
        await self.wish("follow", conversation=sent["conversation"])
        while True:
            turn = cast("Json", (await self.hear("turn"))["turn"])
            if turn["id"] == sent["turn"] and not turn["busy"]:
                return turn

    async def open(self, path: str) -> Json:
        """Open a path as a reloaded page does."""
        await self.wish("open", path=path, first=True)
        return await self.hear("page")


def stranger_to(replica: Replica) -> aiohttp.ClientSession:
    """Return a client without an account, which keeps the cookies it is given."""
    return aiohttp.ClientSession(
        replica.url,
        connector=aiohttp.TCPConnector(ssl=replica.certificate.client_context()),
        cookie_jar=aiohttp.CookieJar(unsafe=True),  # this only means: of an address, too
    )


@asynccontextmanager
async def signed_in(replica: Replica, name: str = "Ada") -> AsyncIterator[Author]:
    """Sign an author in and open a page."""
    async with stranger_to(replica) as session:
        async with session.get("/", params={"replica-account": name}) as response:
            assert response.status == 200
        async with session.ws_connect("/backend-api/socket") as socket:
            yield Author(session, socket)


async def get(author: Author, path: str) -> tuple[int, bytes]:
    """Fetch a path."""
    async with author.session.get(path) as response:
        return response.status, await response.read()
