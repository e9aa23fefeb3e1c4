"""JSON-RPC without I/O: envelopes, and the calls that wait for an answer."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.protocol import rpc
from pressrun.protocol.calls import CallError, Code
from pressrun.protocol.rpc import Answered, LinkLostError, Pending, Refused, Request


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (rpc.request("status", {"a": 1}, 7), Request(jsonrpc="2.0", id=7, method="status")),
        (rpc.request("heartbeat", {}), Request(jsonrpc="2.0", method="heartbeat")),
        (rpc.result(7, {"a": 1}), Answered(jsonrpc="2.0", id=7, result={"a": 1})),
        (rpc.result(7, {}), Answered(jsonrpc="2.0", id=7, result={})),
    ],
)
def test_what_is_written_is_parsed(
    frame: dict[str, object], expected: Request | Answered | Refused
) -> None:
    """Every envelope that we make is read as what it was made as."""
    found = rpc.parse(frame)
    assert type(found) is type(expected)
    assert found.id == expected.id


def test_a_failure_is_parsed_with_and_without_an_id() -> None:
    """A call that could not be read has no id, and its refusal is understood all the same."""
    for number in (7, None):
        found = rpc.parse(rpc.failure(number, Code.TAB_GONE, "gone"))
        assert isinstance(found, Refused)
        assert (found.id, found.error.code, found.error.message) == (number, 2, "gone")


@pytest.mark.parametrize(
    "frame",
    [
        None,
        [],
        "hello",
        {},
        {"jsonrpc": "1.0", "method": "status"},
        {"jsonrpc": "2.0"},
        {"jsonrpc": "2.0", "method": "x" * 65},
        {"jsonrpc": "2.0", "method": "status", "params": [1]},
        {"jsonrpc": "2.0", "id": 1, "result": 5},
        {"jsonrpc": "2.0", "id": 1, "method": "status", "result": {}},
        {"jsonrpc": "2.0", "id": "x" * 129, "method": "status"},
    ],
)
def test_what_is_no_envelope_is_refused_by_number(frame: object) -> None:
    """A frame that holds no JSON-RPC message is one numbered error."""
    with pytest.raises(CallError) as refused:
        rpc.parse(frame)
    assert refused.value.code == Code.INVALID_REQUEST


@given(st.text(max_size=10_000))
def test_a_refusals_text_is_bounded(text: str) -> None:
    """A refusal's text always fits what the other end takes."""
    assert isinstance(rpc.parse(rpc.failure(1, Code.INTERNAL, text)), Refused)


async def test_an_answer_settles_its_own_call() -> None:
    """Answers may come in any order; each reaches the call that has its id."""
    pending = Pending()
    (first, one), (second, two) = pending.expect(), pending.expect()
    assert pending.settle(Answered(jsonrpc="2.0", id=second, result={"n": 2}))
    assert pending.settle(Answered(jsonrpc="2.0", id=first, result={"n": 1}))
    assert (await one, await two) == ({"n": 1}, {"n": 2})


async def test_a_refused_call_raises_the_others_code_and_text() -> None:
    """A failure arrives as `CallError` with what the other end said."""
    pending = Pending()
    number, answer = pending.expect()
    refusal = rpc.parse(rpc.failure(number, Code.NOT_FOUND, "no Send"))
    assert isinstance(refusal, Refused)
    assert pending.settle(refusal)
    with pytest.raises(CallError, match="no Send") as refused:
        await answer
    assert refused.value.code == Code.NOT_FOUND


async def test_a_lost_link_rejects_every_pending_call_at_once() -> None:
    """Nobody waits for a link that is gone, neither those who wait nor those who come later."""
    pending = Pending()
    answers = [pending.expect()[1] for _ in range(3)]
    pending.drop("the browser left")
    found = await asyncio.gather(*answers, return_exceptions=True)
    assert [(type(each), str(each)) for each in found] == [(LinkLostError, "the browser left")] * 3
    with pytest.raises(LinkLostError, match="the browser left"):
        pending.expect()


@pytest.mark.parametrize("number", [1, 99, "1"])
async def test_a_late_or_foreign_answer_is_ignored(number: int | str) -> None:
    """An answer to a call that nobody waits for changes nothing and hurts nobody."""
    pending = Pending()
    first, answer = pending.expect()
    answer.cancel()
    await asyncio.sleep(0)
    assert first == 1
    assert not pending.settle(Answered(jsonrpc="2.0", id=number, result={}))
    second, answer = pending.expect()
    assert second != first
    assert not answer.done()


async def test_a_second_answer_changes_nothing() -> None:
    """A call is settled once."""
    pending = Pending()
    number, answer = pending.expect()
    assert pending.settle(Answered(jsonrpc="2.0", id=number, result={"n": 1}))
    assert not pending.settle(Answered(jsonrpc="2.0", id=number, result={"n": 2}))
    assert await answer == {"n": 1}


async def test_a_lost_link_leaves_answers_that_came() -> None:
    """What was answered before the link dropped stays answered."""
    pending = Pending()
    number, answer = pending.expect()
    pending.settle(Answered(jsonrpc="2.0", id=number, result={"n": 1}))
    pending.drop("gone")
    assert await answer == {"n": 1}
