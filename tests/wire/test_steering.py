"""Commands while a batch runs, over a real host: in effect within a second, as the site sees it."""

import asyncio
import json
import time
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from helpers import profiles
from helpers.patience import patience
from helpers.pictures import encoded
from helpers.site import Act
from pressrun.cli.client import Client, connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import (
    BatchAdjust,
    BatchChanged,
    BatchChoice,
    BatchStart,
    BatchStatus,
    JobsOrder,
)
from pressrun.protocol.messages.decision import BasedOn, DecideOrder
from pressrun.protocol.messages.status import StatusQuery
from pressrun.states import AuthorAct, BatchState, JobChoice
from wire.extension import Browser, browsing
from wire.status import until

SECOND = 2.0
"""One for us, and one for the host and relay to be scheduled; more on a busy machine."""

MANY = [f"p{number:03d}" for number in range(60)]


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt."""
    return encoded(size=(64, 64), seed=zlib.crc32(prompt.encode()))


def words(key: str) -> str:
    """Return the prompt of a panel."""
    return f"Panel {key}"


class Desk:
    """An author with a list, a host and a browser."""

    def __init__(self, folder: Path, client: Client, browser: Browser) -> None:
        self.folder = folder
        self.client = client
        self.browser = browser

    async def start(
        self, keys: Sequence[str], *, tabs: int = 2, name: str = "book", **after: str
    ) -> int:
        """Start a batch."""
        source = self.folder / f"{name}.jsonl"
        lines = [{"key": key, "prompt": words(key), "after": after.get(key)} for key in keys]
        source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        asked = BatchStart(source=str(source), library=str(self.folder / name), tabs=tabs)
        started = await self.client.ask(calls.BATCH_START, asked)
        assert started.batch is not None
        return started.batch

    async def order(self, choice: JobChoice, *keys: str) -> float:
        """Give an order for panels; returns when that was answered."""
        await self.client.ask(calls.JOBS_ORDER, JobsOrder(choice=choice, keys=list(keys)))
        return time.time()

    async def approve(self, key: str) -> float:
        """Approve a picture; returns when that was answered."""
        order = DecideOrder(act=AuthorAct.APPROVE, panels=[BasedOn(key=key)])
        await self.client.ask(calls.REVIEW_DECIDE, order)
        return time.time()

    async def sent(self, count: int) -> None:
        """Wait until the site got so many prompts; every one of them changes how things stand."""
        await until(self.client, lambda _: len(self.browser.sent) >= count)

    async def is_sent_soon(self, key: str) -> None:
        """See that only what each of two tabs has begun is sent before a panel."""
        begun = len(self.browser.sent) + 2
        await until(self.client, lambda _: words(key) in self.browser.sent)
        assert self.browser.sent.index(words(key)) <= begun

    async def still(self) -> BatchStatus:
        """Wait until nothing goes on by itself; returns how the newest batch stands then."""
        status = await until(self.client, lambda seen: not any(map(_goes_on, seen.batches)))
        return status.batches[0]

    async def has_tabs(self, count: int) -> None:
        """Wait until there are so many tabs."""
        await until(self.client, lambda seen: len(seen.accounts[0].tabs) == count)

    def when(self, key: str, time_: int = 1) -> float:
        """Return when a panel was sent for the first time, or a later one."""
        every = [each.time for each in self.browser.site.ledger.submissions_of(words(key))]
        return every[time_ - 1]


def _goes_on(batch: BatchStatus) -> bool:
    return bool(batch.working or (batch.waiting and batch.state == BatchState.RUNNING))


@asynccontextmanager
async def working(
    home: Home, folder: Path, script: Mapping[str, Sequence[Act]] | None = None
) -> AsyncIterator[Desk]:
    """A desk at a site that takes everything at once."""
    home.make()
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))
    async with browsing(home, draw) as browser, connect(home) as client, asyncio.timeout(180):
        browser.site.script = {words(key): list(acts) for key, acts in (script or {}).items()}
        await client.ask(calls.STATUS, StatusQuery())
        yield Desk(folder, client, browser)


@pytest.mark.parametrize("call", [calls.BATCH_PAUSE, calls.BATCH_CANCEL], ids=["pause", "cancel"])
async def test_nothing_is_sent_a_second_after_a_batch_is_stopped(
    home: Home, tmp_path: Path, call: calls.Call[BatchChoice, BatchChanged]
) -> None:
    """What is under way ends, nothing else begins; resumed, it goes on within a second."""
    async with working(home, tmp_path) as desk:
        await desk.start(MANY, tabs=3)
        await desk.sent(6)
        await desk.client.ask(call, BatchChoice())
        stopped = time.time()
        batch = await desk.still()
        left = len(desk.browser.sent)
        assert left < len(MANY)
        assert max(each.time for each in desk.browser.site.ledger.submissions) < stopped + patience(
            SECOND
        )
        assert batch.done == left
        if call is calls.BATCH_PAUSE:
            await desk.client.ask(calls.BATCH_RESUME, BatchChoice())
            resumed = time.time()
            await desk.sent(left + 1)
            assert desk.browser.site.ledger.submissions[left].time < resumed + patience(SECOND)


async def test_tabs_are_added_and_taken_away_within_a_second(home: Home, tmp_path: Path) -> None:
    """More are opened at once; fewer as soon as an attempt has ended."""
    async with working(home, tmp_path) as desk:
        await desk.start(MANY, tabs=1)
        await desk.sent(2)
        for tabs in (3, 1):
            await desk.client.ask(calls.BATCH_ADJUST, BatchAdjust(tabs=tabs))
            ordered = time.time()
            await desk.has_tabs(tabs)
            assert time.time() < ordered + patience(SECOND)


async def test_what_comes_first_is_the_next_to_be_sent(home: Home, tmp_path: Path) -> None:
    """Nothing comes before a panel that is moved, or a batch with priority, but what was begun."""
    async with working(home, tmp_path) as desk:
        await desk.start(MANY, tabs=2)
        await desk.sent(3)
        await desk.order(JobChoice.FIRST, MANY[-1])
        await desk.is_sent_soon(MANY[-1])

        other = await desk.start(["other"], name="other")
        await desk.client.ask(calls.BATCH_ADJUST, BatchAdjust(batch=other, priority=9))
        await desk.is_sent_soon("other")


async def test_panels_are_skipped_and_tried_again_within_a_second(
    home: Home, tmp_path: Path
) -> None:
    """What is skipped is not sent; retried, all that failed or this one, it is sent at once."""
    async with working(home, tmp_path, {"p000": [Act.DAMAGED]}) as desk:
        await desk.start(MANY[:8], tabs=1)
        await desk.order(JobChoice.SKIP, *MANY[2:8])
        batch = await desk.still()
        assert (batch.cancelled, batch.failed, batch.done) == (6, 1, 1)
        assert len(desk.browser.sent) == 2
        again = await desk.order(JobChoice.RETRY)
        await desk.sent(3)
        assert desk.when("p000", 2) < again + patience(SECOND)
        await desk.still()
        this = await desk.order(JobChoice.RETRY, "p005")
        await desk.sent(4)
        assert desk.when("p005") < this + patience(SECOND)
        assert (await desk.still()).done == 3


async def test_panels_wait_for_the_approval_of_another(home: Home, tmp_path: Path) -> None:
    """The sentence says for which, and how; approved, they are sent within a second."""
    async with working(home, tmp_path) as desk:
        await desk.start(["a", "b", "c"], b="a", c="a")
        status = await until(desk.client, lambda seen: "approve" in seen.sentence)
        how = "pressrun approve a"
        assert status.sentence == f"Waiting for you to approve a; 2 panels wait for it: {how}"
        assert (status.batches[0].held, desk.browser.sent) == (2, [words("a")])
        approved = await desk.approve("a")
        await desk.sent(3)
        assert max(desk.when("b"), desk.when("c")) < approved + patience(SECOND)
        await until(desk.client, lambda seen: seen.batches[0].state == BatchState.DONE)
