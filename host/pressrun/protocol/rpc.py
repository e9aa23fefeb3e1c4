"""JSON-RPC 2.0 without I/O: checks envelopes and keeps the pending calls.

A call that is pending when the link drops is rejected with `LinkLostError`. It may have been
carried out all the same.
"""

import asyncio
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pressrun import characters
from pressrun.protocol.calls import CallError, Code

ID_CHARS = 128
"""The longest id of a call."""

ERROR_CHARS = 4_096
"""The longest text of an error."""

Id = Annotated[str, Field(max_length=ID_CHARS)] | Annotated[int, Field(ge=-(2**53), le=2**53)]


Fields = Annotated[dict[Annotated[str, Field(max_length=ID_CHARS)], Any], Field(max_length=64)]
"""What a call carries, and its answer; each has a message of its own that bounds the rest."""


class LinkLostError(Exception):
    """The link dropped while the call was pending; it may have been carried out."""


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    jsonrpc: Literal["2.0"]


class Request(_Envelope):
    """A call, or a notification when it has no id."""

    id: Id | None = None
    method: Annotated[str, Field(max_length=64)]
    params: Fields = Field(default_factory=dict)


class Answered(_Envelope):
    """The answer to a call that was carried out."""

    id: Id
    result: Fields


class ErrorBody(BaseModel):
    """Why a call was not carried out."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    code: Annotated[int, Field(ge=-(2**31), lt=2**31)]
    message: Annotated[str, Field(max_length=ERROR_CHARS), AfterValidator(characters.dropped)]


class Refused(_Envelope):
    """The answer to a call that was not carried out; id None when the call could not be read."""

    id: Id | None
    error: ErrorBody


_ANY: TypeAdapter[Request | Answered | Refused] = TypeAdapter(Request | Answered | Refused)


def parse(frame: object) -> Request | Answered | Refused:
    """The envelope in a frame.

    Raises:
        CallError: with `INVALID_REQUEST`, when there is none.
    """
    try:
        return _ANY.validate_python(frame)
    except ValidationError as error:
        raise CallError(Code.INVALID_REQUEST, "the frame is not a JSON-RPC 2.0 message") from error


def request(method: str, params: dict[str, Any], number: Id | None = None) -> dict[str, Any]:
    """The JSON of a call, or of a notification without `number`."""
    envelope: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
    return envelope if number is None else {**envelope, "id": number}


def result(number: Id, value: dict[str, Any]) -> dict[str, Any]:
    """The JSON of an answer."""
    return {"jsonrpc": "2.0", "id": number, "result": value}


def failure(number: Id | None, code: int, text: str) -> dict[str, Any]:
    """The JSON of a refusal."""
    error = {"code": int(code), "message": text[:ERROR_CHARS]}
    return {"jsonrpc": "2.0", "id": number, "error": error}


class Pending:
    """The calls that wait for an answer on one link."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last = 0
        self._lost: str | None = None

    def expect(self) -> tuple[int, asyncio.Future[dict[str, Any]]]:
        """A fresh id, and the future of its answer.

        Raises:
            LinkLostError: the link has dropped already.
        """
        if self._lost is not None:
            raise LinkLostError(self._lost)
        self._last += 1
        number = self._last
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        future.add_done_callback(lambda _: self._waiting.pop(number, None))
        return number, future

    def settle(self, answer: Answered | Refused) -> bool:
        """Give an answer to the call that waits for it; False when none does."""
        future = self._waiting.get(cast("int", answer.id))
        if future is None or future.done():
            return False
        if isinstance(answer, Answered):
            future.set_result(answer.result)
        else:
            future.set_exception(CallError(answer.error.code, answer.error.message))
        return True

    def drop(self, why: str) -> None:
        """Reject every pending call, and any later one: the link is gone."""
        self._lost = why
        for future in list(self._waiting.values()):
            if not future.done():
                future.set_exception(LinkLostError(why))
                future.exception()  # whoever awaits still sees it; nobody has to
