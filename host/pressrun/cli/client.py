"""The command line's link to the host, which is started when needed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pressrun
from pressrun import relay, tasks
from pressrun.errors import BadInputError, NoHostError, NotFoundError, PressrunError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call, CallError, Code
from pressrun.protocol.link import Link
from pressrun.protocol.messages import base
from pressrun.protocol.messages.base import Hello, Message, Role
from pressrun.protocol.rpc import LinkLostError

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)


GREETINGS = 5
"""How often to try a host that closes the connection before it answers."""

HANDOVER_SECONDS = 0.3
"""How soon to look for the host that replaces another."""


class HandoverError(PressrunError):
    """The host makes way for a newer one."""


class Client:
    """The host, as a command sees it."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def ask(self, call: Call[P, R], params: P) -> R:
        """Have the host carry out a call.

        Raises:
            LinkLostError: the host is gone; the call may have been carried out.
            PressrunError: it refused, in words for people.
        """
        try:
            return await self._link.call(call, params)
        except CallError as error:
            match error.code:
                case Code.BAD_INPUT:
                    raise BadInputError(error.text) from error
                case Code.HANDOVER:
                    raise HandoverError(error.text) from error
                case Code.NO_SUCH_BATCH:
                    raise NotFoundError(error.text) from error
                case Code.NO_BROWSER:
                    raise NoHostError(error.text) from error
                case _:
                    raise PressrunError(error.text) from error


def is_served(home: Home) -> bool:
    """Whether a host of `home` listens."""
    try:
        found = relay.connect(str(home.folder))
    except OSError:
        return False
    if found is None:
        return False
    found.close()
    return True


@asynccontextmanager
async def connect(home: Home, *, start: bool = True) -> AsyncIterator[Client]:
    """A client of the host of `home`.

    Args:
        home: the host's home folder.
        start: start a host when none answers.

    Raises:
        NoHostError: no host answers, and none was started.
    """
    lost = 0
    while True:
        async with _linked(home, start=start) as client:
            try:
                await _greet(client)
            except HandoverError:
                pass  # an older host makes way for one of this version
            except LinkLostError as error:
                # the host was ending when it was found
                lost += 1
                if lost == GREETINGS:
                    raise NoHostError(
                        f"the host closed the connection at once ({error}); its log may say more: "
                        "pressrun logs"
                    ) from error
            else:
                yield client
                return
        await asyncio.sleep(HANDOVER_SECONDS)


@asynccontextmanager
async def _linked(home: Home, *, start: bool) -> AsyncIterator[Client]:
    folder = str(home.folder)
    try:
        if start:
            home.make()
            home.allow_start()
            found = await asyncio.to_thread(relay.reach, folder)
        else:
            found = await asyncio.to_thread(relay.connect, folder)
    except OSError as error:
        raise NoHostError(str(error)) from error
    if found is None:
        raise NoHostError(
            relay.STOPPED_BY_AUTHOR
            if home.stopped
            else f"no host is running in {home.folder}; start it with: pressrun host start"
        )
    reader, writer = await asyncio.open_unix_connection(sock=found)
    link = Link(reader, writer, _serve_nothing)
    running = tasks.part(link.run(), "link to the host")
    try:
        yield Client(link)
    finally:
        await link.close()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _greet(client: Client) -> None:
    hello = Hello(
        oldest=base.OLDEST, newest=base.VERSION, version=pressrun.__version__, role=Role.COMMAND
    )
    await client.ask(calls.HELLO, hello)


async def _serve_nothing(method: str, _params: dict[str, Any]) -> Message:
    raise CallError(Code.UNKNOWN_METHOD, f"the command line does not carry out {method}")
