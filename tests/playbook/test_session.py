"""What a client may call, and what the counter decides; without a socket."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

import pressrun
from helpers.playbook import PROMPT, Bench
from pressrun.errors import BadInputError, NotFoundError
from pressrun.press.board import Board
from pressrun.protocol import calls, frames
from pressrun.protocol.calls import CallError, Code
from pressrun.protocol.messages import base
from pressrun.protocol.messages.account import AccountResume
from pressrun.protocol.messages.base import Nothing, Welcome
from pressrun.protocol.messages.batch import BatchChoice, JobsOrder
from pressrun.protocol.messages.doubt import DoubtDecide
from pressrun.protocol.messages.status import Status, StatusQuery
from pressrun.server import session
from pressrun.server.office import Office
from pressrun.server.session import Session
from pressrun.server.sites import Sites
from pressrun.sites.profile import Outcome
from pressrun.states import BatchState, DoubtChoice, Ending, JobChoice, JobState, Step
from pressrun.store import accounts
from pressrun.store.tables import batches as batches_table

EXTENSION = {"profile": "author", "session": "one", "epoch": "e1"}


class Reception:
    """A host that notes what it is asked for."""

    def __init__(self, office: Any = None) -> None:  # noqa: ANN401 - an office, or its stand-in
        self.office = office
        self.arriving = frames.Budget()
        self.stopped = 0
        self.welcomed: list[str | None] = []

    def __getattr__(self, _: str) -> Any:  # noqa: ANN401 - each of its counters
        """Let the office stand for all that serve."""
        return self.office

    async def welcome(self, hello: base.Hello, link: object, relay: int | None) -> Any:  # noqa: ANN401
        """Take in an extension."""
        del link, relay
        self.welcomed.append(hello.profile)
        return SimpleNamespace(tab_ready=None, tab_gone=None, page_changed=None)

    async def part(self, browser: object, link: object) -> None:
        """Let it go."""

    def stop(self) -> None:
        """End."""
        self.stopped += 1


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no process at the other end."""
    monkeypatch.setattr(session, "process_of", lambda _: None)


def client(reception: Reception) -> Session:
    """Return a client that has said nothing yet."""
    writer = SimpleNamespace(get_extra_info=lambda _: None)
    return Session(
        cast("Any", reception), asyncio.StreamReader(), cast("asyncio.StreamWriter", writer)
    )


def hello(role: str = "command", **more: object) -> dict[str, Any]:
    """Return what a client says first."""
    said = {
        "role": role,
        "version": pressrun.__version__,
        "oldest": base.OLDEST,
        "newest": base.VERSION,
    }
    return {**said, **more}


async def refused(who: Session, method: str, params: dict[str, Any]) -> CallError:
    """Call something that is refused."""
    with pytest.raises(CallError) as found:
        await who._serve(method, params)
    return found.value


async def test_a_client_says_hello_before_anything_else() -> None:
    """What it asks for before is refused, and not done."""
    reception = Reception()
    found = await refused(client(reception), calls.HOST_STOP.method, {})
    assert (found.code, reception.stopped) == (Code.NOT_ALLOWED, 0)


async def test_hello_is_answered_with_the_newest_protocol_that_both_know() -> None:
    """And with how often to say that one lives."""
    newer = hello(newest=base.VERSION + 3)
    welcome = await client(Reception())._serve("hello", newer)
    assert isinstance(welcome, Welcome)
    assert (welcome.protocol, welcome.version) == (base.VERSION, pressrun.__version__)


async def test_hello_is_said_once() -> None:
    """A client stays who it is."""
    who = client(Reception())
    await who._serve("hello", hello())
    assert (await refused(who, "hello", hello())).code == Code.NOT_ALLOWED


@pytest.mark.parametrize(("host", "words"), [(1, "Update the host"), (9, "Update the command")])
async def test_a_client_of_another_protocol_is_told_what_to_update(
    monkeypatch: pytest.MonkeyPatch, host: int, words: str
) -> None:
    """The host, or itself."""
    monkeypatch.setattr(base, "VERSION", host)
    monkeypatch.setattr(base, "OLDEST", host)
    said = hello(oldest=5, newest=5)
    found = await refused(client(Reception()), "hello", said)
    assert found.code == Code.UPDATE_NEEDED
    assert words in str(found)


async def test_a_newer_command_has_the_host_make_room() -> None:
    """The one that is installed with it takes over."""
    reception = Reception()
    found = await refused(client(reception), "hello", hello(version="999.0"))
    assert (found.code, reception.stopped) == (Code.HANDOVER, 1)


async def test_a_newer_extension_says_nothing_of_the_host_that_is_installed() -> None:
    """It is served as any other."""
    reception = Reception()
    await client(reception)._serve("hello", hello("extension", version="999.0", **EXTENSION))
    assert (reception.welcomed, reception.stopped) == (["author"], 0)


@pytest.mark.parametrize("lacks", EXTENSION)
async def test_an_extension_names_its_profile_session_and_epoch(lacks: str) -> None:
    """Whose tabs are whose depends on it."""
    named = {name: each for name, each in EXTENSION.items() if name != lacks}
    reception = Reception()
    found = await refused(client(reception), "hello", hello("extension", **named))
    assert (found.code, reception.welcomed) == (Code.INVALID_PARAMS, [])


async def test_a_method_is_carried_out_for_those_it_is_meant_for_alone() -> None:
    """A command is no page; and what the host asks of a browser, nobody asks of the host."""
    reception = Reception(_everything())
    who = client(reception)
    await who._serve("hello", hello())
    found = await refused(who, calls.TAB_GONE.method, {"tab": 1, "why": "closed"})
    assert found.code == Code.NOT_ALLOWED
    for method in ("no.such.method", calls.TAB_OPEN.method):
        assert (await refused(who, method, {})).code == Code.UNKNOWN_METHOD
    assert await who._serve(calls.HOST_STOP.method, {}) == Nothing()
    assert reception.stopped == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [(BadInputError("no"), Code.BAD_INPUT), (NotFoundError("no"), Code.NO_SUCH_BATCH)],
)
async def test_what_the_counter_refuses_is_told_by_a_code(error: Exception, code: Code) -> None:
    """With its own words."""

    async def allowances(_: Nothing) -> None:
        raise error

    who = client(Reception(_everything(allowances=allowances)))
    await who._serve("hello", hello())
    found = await refused(who, calls.ACCOUNT_LIST.method, {})
    assert (found.code, str(found)) == (code, "no")


def _everything(**served: object) -> Any:  # noqa: ANN401 - an office's stand-in
    class Anything(SimpleNamespace):
        def __getattr__(self, _: str) -> Any:  # noqa: ANN401 - whatever is asked for
            return Anything()

    return Anything(**served)


# the counter


class Announced:
    """A press that counts what is announced to it."""

    def __init__(self) -> None:
        self.times = 0

    def announce(self) -> None:
        """Something changed."""
        self.times += 1

    async def complete_sheets(self, libraries: set[str]) -> None:
        """The contact sheets are to be up to date."""


def office(bench: Bench) -> tuple[Office, Announced]:
    """Return a counter, and the press that hears of what changes."""
    press, folder = Announced(), bench.library.parent
    counter = Office(
        bench.store,
        bench.clock,
        cast("Any", press),
        Board(),
        folder / "host.log",
        cast("Any", SimpleNamespace(note=None)),  # no browser is managed
        Sites("chatgpt", folder / "sites", folder / "captures"),
        cast("Any", SimpleNamespace(ahead=_no_outlook, into=_as_it_is)),
    )
    return counter, press


async def _as_it_is(told: Status) -> Status:
    return told


async def _no_outlook(*_: object) -> None:
    return None


async def test_a_batch_that_was_stopped_says_why_until_it_is_resumed(bench: Bench) -> None:
    """With what to do, in status; a batch that its author pauses then has no such reason."""
    counter, _ = office(bench)
    batch = await bench.order(PROMPT)
    why = "the project does not exist"
    await bench.book.set(batches_table, batch, state=BatchState.PAUSED, stopped_because=why)
    (told,) = (await counter.status(StatusQuery())).batches
    assert told.stopped_because == why
    assert told.obstacle == f"The project does not exist. To go on: pressrun resume {batch}"
    await counter.set_aside()
    assert (await bench.book.batch(batch))["stopped_because"] == why
    await counter.change(BatchChoice(batch=batch), BatchState.RUNNING)
    await counter.change(BatchChoice(batch=batch), BatchState.PAUSED)
    (told,) = (await counter.status(StatusQuery())).batches
    assert (told.stopped_because, told.obstacle) == (None, None)


async def test_a_batch_is_paused_and_resumed(bench: Bench) -> None:
    """The press hears of it; one that is not there is told."""
    counter, press = office(bench)
    batch = await bench.order(PROMPT)
    changed = await counter.change(BatchChoice(batch=batch), BatchState.PAUSED)
    assert changed.batches == [batch]
    assert (await bench.book.batch(batch))["state"] == BatchState.PAUSED
    with pytest.raises(NotFoundError):
        await counter.change(BatchChoice(batch=77), BatchState.RUNNING)
    assert press.times == 1


@pytest.mark.parametrize(
    ("outcome", "goes_on"),
    [(Outcome.OVERLONG, True), (Outcome.UNKNOWN, True), (Outcome.CAPPED, False)],
)
async def test_an_account_that_waits_for_its_author_goes_on_at_their_word(
    bench: Bench, outcome: Outcome, *, goes_on: bool
) -> None:
    """They looked at its page; a limit is never worked around."""
    counter, press = office(bench)
    await bench.order(PROMPT)
    now, asked = bench.clock.now(), AccountResume(account=1)
    assert (await counter.resume(asked)).accounts == []
    week = now + 7 * 86_400
    await bench.store.do(accounts.rest, now, 1, outcome=outcome, until=week, because="in a year")
    if goes_on:
        assert (await counter.resume(asked)).accounts == [1]
    else:
        with pytest.raises(BadInputError, match="does not work around limits"):
            await counter.resume(asked)
    rests = (await bench.store.do(accounts.ledger, now, 1)).rests_until > now
    assert (rests, press.times) == (not goes_on, int(goes_on))
    with pytest.raises(NotFoundError, match="no account 9"):
        await counter.resume(AccountResume(account=9))


async def test_an_author_may_leave_a_panel_out(bench: Bench) -> None:
    """The press hears of it."""
    counter, press = office(bench)
    batch = await bench.order("a one", "b two")
    order = JobsOrder(batch=batch, keys=["a"], choice=JobChoice.SKIP)
    assert (await counter.order(order)).jobs == 1
    assert (await bench.book.states())["b"] == JobState.WAITING
    assert (await bench.book.states())["a"] != JobState.WAITING
    assert press.times == 1


async def test_doubts_are_listed_and_decided(bench: Bench) -> None:
    """Those that wait for the author; what is decided of others is refused."""
    counter, press = office(bench)
    await bench.order(PROMPT)
    doubt = await bench.doubt(Step.SUBMITTED)
    await bench.doubt_asks(doubt)
    listed = await counter.doubts(Nothing())
    assert [(each.job, each.key, each.waits) for each in listed.doubts] == [
        (doubt.attempt.job, "fox", True)
    ]
    with pytest.raises(NotFoundError):
        await counter.decide(DoubtDecide(jobs=[77], choice=DoubtChoice.GIVE_UP))
    decided = await counter.decide(DoubtDecide(jobs=None, choice=DoubtChoice.GIVE_UP))
    assert decided.jobs == [doubt.attempt.job]
    assert (await bench.stands(doubt.attempt)).ending == Ending.ABANDONED
    assert press.times == 1
