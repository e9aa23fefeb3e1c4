"""One end of a link over a stream: calls out, calls in, heartbeats, and a clean end."""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from pydantic import ValidationError

from pressrun import tasks
from pressrun.protocol import calls, frames, rpc
from pressrun.protocol.messages import base
from pressrun.protocol.messages.base import Message

R = TypeVar("R", bound=Message)
P = TypeVar("P", bound=Message)

Serve = Callable[[str, dict[str, Any]], Awaitable[Message]]
"""Carries out a call from the other end: a method and raw parameters to a result."""

SILENCE_SECONDS = 3 * base.HEARTBEAT_SECONDS
"""A link on which nothing arrives for this long is given up."""

SEND_SECONDS = 30.0
"""An other end that takes nothing for this long is given up."""

CLOSE_SECONDS = 1.0
"""How long an other end may take over what was sent before the link is closed."""

_ID = re.compile(rb'^\{[^{}]*?"id":\s?("[\w.:-]{1,128}"|-?\d{1,15})[,}]')
_METHOD = re.compile(rb'^\{[^{}]*?"method":')

CALLS_AT_ONCE = 256
"""No client of Pressrun has more calls under way than this."""

_log = structlog.get_logger("pressrun.link")


class Link:
    """A JSON-RPC peer over a pair of streams.

    `run` reads until the link ends and returns the reason.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        serve: Serve,
        *,
        most_in: int = frames.FROM_CLIENT_BYTES,
        most_out: int = frames.TO_BROWSER_BYTES,
        budget: frames.Budget | None = None,
    ) -> None:
        """Set up a link.

        Args:
            reader: what comes.
            writer: what goes.
            serve: carries out what the other end calls.
            most_in: the most bytes of a frame that comes.
            most_out: the most bytes of a frame that goes.
            budget: the memory for frames that arrive, shared with other links.
        """
        self._reader = reader
        self._writer = writer
        self._serve = serve
        self.most_in = most_in
        """The most bytes of a frame that comes."""
        self.passed_over = 0
        """Up to how many bytes a frame that is too long is passed over, without ending the link."""
        self._budget = budget or frames.Budget()
        self._sending = asyncio.Lock()
        self._told = ""
        """Why the other end does not serve us, in its own words."""
        self._most_out = most_out
        self._pending = rpc.Pending()
        self._under_way: set[asyncio.Task[None]] = set()

    async def call(self, call: calls.Call[P, R], params: P) -> R:
        """Have the other end carry out `call`.

        Raises:
            CallError: it refused, or its answer is malformed.
            LinkLostError: the link dropped first; the call may have been carried out.
        """
        number, answer = self._pending.expect()
        await self._send(rpc.request(call.method, params.model_dump(mode="json"), number))
        value = await answer
        try:
            return call.result.model_validate(value)
        except ValidationError as error:
            text = f"the answer to {call.method} is malformed: {first_fault(error)}"
            raise calls.CallError(calls.Code.INTERNAL, text) from error

    async def run(self) -> str:
        """Serve the link to its end; returns why it ended."""
        beating = tasks.begin(self._beat(), "heartbeat", failed=self._beat_failed)
        why = "the other end closed the link"
        try:
            while True:
                try:
                    frame = await self._next()
                except frames.TooLongError as error:
                    await self._pass_over(error)
                    continue
                if frame is None:
                    why = self._told or why
                    break
                await self._take(frame)
        except frames.BadFrameError as error:
            why = str(error)
        except TimeoutError:
            why = f"nothing was heard for {SILENCE_SECONDS:.0f} s"
        except rpc.LinkLostError as error:
            why = str(error)
        except OSError as error:
            why = f"the link broke ({error.strerror or type(error).__name__})"
        finally:
            self._pending.drop(why)
            await tasks.end(beating, *self._under_way)
            await self.close()
        return why

    async def close(self, patience: float = CLOSE_SECONDS) -> None:
        """End the link from this side; who has not taken what was sent by then does not get it."""
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(patience):
                await self._writer.wait_closed()
        self._writer.transport.abort()

    async def _next(self) -> object:
        async with asyncio.timeout(SILENCE_SECONDS):
            return await frames.read(
                self._reader,
                most=lambda: self.most_in,
                passed_over=lambda: self.passed_over,
                budget=self._budget,
            )

    async def _pass_over(self, error: frames.TooLongError) -> None:
        """Refuse what was too long to be read: it is the matter of whoever sent it."""
        found = _ID.search(error.head)
        _log.warning("frame_too_long", reason=str(error))
        if found is None:
            return
        number, code = json.loads(found[1]), calls.Code.INVALID_PARAMS
        if _METHOD.search(error.head):
            await self._send(rpc.failure(number, code, str(error)))
        else:
            body = rpc.ErrorBody(code=code, message=str(error))
            self._pending.settle(rpc.Refused(jsonrpc="2.0", id=number, error=body))

    async def _take(self, frame: object) -> None:
        try:
            message = rpc.parse(frame)
        except calls.CallError as error:
            await self._send(rpc.failure(None, error.code, error.text))
            return
        if isinstance(message, rpc.Request):
            if message.method == calls.HEARTBEAT:
                return
            if len(self._under_way) >= CALLS_AT_ONCE:
                raise frames.BadFrameError(f"more than {CALLS_AT_ONCE} calls at once")
            task = tasks.begin(self._answer(message), f"answer {message.method}")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        elif message.id is None:
            self._told = message.error.message
        elif not self._pending.settle(message):
            _log.debug("answer_without_call", call=message.id)

    async def _answer(self, message: rpc.Request) -> None:
        try:
            value = await self._serve(message.method, message.params)
            answer = rpc.result(message.id or 0, value.model_dump(mode="json"))
        except calls.CallError as error:
            answer = rpc.failure(message.id, error.code, error.text)
        except ValidationError as error:
            answer = rpc.failure(message.id, calls.Code.INVALID_PARAMS, first_fault(error))
        except Exception:  # noqa: BLE001 - one failed call must not end the link; it is logged whole
            _log.exception("call_failed", method=message.method)
            text = "an error inside Pressrun; the details are in its log: pressrun logs"
            answer = rpc.failure(message.id, calls.Code.INTERNAL, text)
        if message.id is None:
            return
        with contextlib.suppress(rpc.LinkLostError):
            try:
                await self._send(answer)
            except frames.BadFrameError as error:
                _log.error("answer_too_long", method=message.method, reason=str(error))
                await self._send(rpc.failure(message.id, calls.Code.INTERNAL, str(error)))

    async def _send(self, envelope: dict[str, Any]) -> None:
        # one frame after another: an end that takes nothing costs the memory of one
        async with self._sending:
            frame = frames.encode(envelope, most=self._most_out)
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    self._writer.write(frame)
                    await self._writer.drain()
            except TimeoutError as error:
                self._writer.transport.abort()
                text = f"the other end took nothing for {SEND_SECONDS:.0f} s"
                raise rpc.LinkLostError(text) from error
            except OSError as error:
                raise rpc.LinkLostError("the link broke while sending") from error

    def _beat_failed(self, error: BaseException) -> None:
        self._told = tasks.inside(error)
        self._writer.close()

    async def _beat(self) -> None:
        with contextlib.suppress(rpc.LinkLostError):
            while True:
                await asyncio.sleep(base.HEARTBEAT_SECONDS)
                await self._send(rpc.request(calls.HEARTBEAT, {}))


def first_fault(error: ValidationError) -> str:
    """The first fault of a message, without the text in it."""
    fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in fault["loc"]) or "the message"
    return f"{place}: {fault['msg']}"
