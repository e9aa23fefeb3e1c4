"""The press against a small model: whatever the author orders and whatever dies, in any order."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, func, select

from pressrun.errors import BadInputError, NotFoundError
from pressrun.picture.panel import Panel
from pressrun.simulator.faults import Dealer, InjectedFault
from pressrun.simulator.ledger import SiteFailure, Submission
from pressrun.simulator.night import silence
from pressrun.simulator.time import NEVER, VirtualLoop
from pressrun.simulator.world import HostEndedError, World
from pressrun.sites.profile import shipped
from pressrun.states import OPEN_JOBS, BatchState, JobState, PictureState, Step
from pressrun.store.database import open_inline
from pressrun.store.tables import attempts, images, is_one_of, jobs
from pressrun.store.writer import StoreError

T = TypeVar("T")

AT_ANY_TIME = (
    InjectedFault.WORKER_ENDED,
    InjectedFault.LINK_DOWN,
    InjectedFault.TAB_CLOSED,
    InjectedFault.TAB_LEFT,
    InjectedFault.TAB_FROZEN,
    InjectedFault.BROWSER_KILLED,
    InjectedFault.HOST_KILLED,
    InjectedFault.IDENTITY,
    InjectedFault.CLOCK_BACK,
    InjectedFault.CLOCK_FORWARD,
    InjectedFault.DISK_FULL,
    InjectedFault.DATABASE_FULL,
)
"""What may go wrong while nobody sends anything."""

MEETS = st.lists(st.sampled_from(list(InjectedFault)), max_size=2)
"""What the first writings of a prompt meet."""

WRITES = (InjectedFault.CHAT_GONE, InjectedFault.CHAT_WRITTEN_IN, InjectedFault.CHAT_DRAFT)
"""What the author may do to chats of ours."""

FOLLOW_UP = shipped("chatgpt").follow_up
"""What is sent after an answer in words."""

NIGHT_SECONDS = 10 * 3600.0
"""By then whatever was begun has come to an end."""


def _committed(connection: Connection) -> int:
    """How many attempts have passed their commit point and were not seen to be sent."""
    query = select(func.count()).where(
        attempts.c.ending.is_(None), attempts.c.step == Step.SUBMITTING
    )
    return connection.execute(query).scalar_one()


class Nights(RuleBasedStateMachine):
    """An author who changes their mind, in a world in which everything goes wrong."""

    def __init__(self) -> None:
        """Begin with an empty book, in a folder and a time of its own."""
        super().__init__()
        self.exits = ExitStack()
        self.exits.enter_context(silence())
        self.runner = self.exits.enter_context(asyncio.Runner(loop_factory=VirtualLoop))
        self.folder = Path(self.exits.enter_context(TemporaryDirectory(prefix="pressrun-machine-")))
        self.book: dict[str, str] = {}
        """What the author wants: the words of each panel."""
        self.words = 0
        self.most: int | None = None
        """How many prompts may be sent, while nothing is to go on: the author stopped it."""

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something happen, on virtual time."""
        return self.runner.run(work)

    # the author

    @initialize(
        tabs=st.integers(1, 4),
        accounts=st.integers(1, 2),
        seed=st.integers(0, 99),
        chats=st.sampled_from([1, 3]),
        meets=st.lists(MEETS, min_size=1, max_size=4),
    )
    def begin(
        self, tabs: int, accounts: int, seed: int, chats: int, meets: list[list[InjectedFault]]
    ) -> None:
        """A host starts, browsers connect, and a first book is ordered."""
        self.dealer = Dealer(seed, 0.0)

        async def world() -> World:
            return World(self.folder, seed, self.dealer, tabs, accounts, chats=chats)

        self.world = self.do(world())
        self.exits.enter_context(self.world.in_place())
        self.do(self.world.begin())
        self.order(meets)

    @rule(meets=st.lists(MEETS, min_size=1, max_size=4))
    def order(self, meets: list[list[InjectedFault]]) -> None:
        """New panels are wanted; whatever was paused goes on."""
        for each in meets:
            self.write(f"p{len(self.book):03d}", each)
        self.do(self.ordered())

    @rule(which=st.integers(0), meets=MEETS)
    def rewrite(self, which: int, meets: list[InjectedFault]) -> None:
        """A panel is wanted in other words."""
        self.write(sorted(self.book)[which % len(self.book)], meets)
        self.do(self.ordered())

    def write(self, key: str, meets: list[InjectedFault]) -> None:
        """Put a panel into the book in words that were never used before."""
        self.words += 1
        self.book[key] = f"Panel {key}, draft {self.words}: a ferry in the fog."
        self.dealer.plan(self.book[key], *meets)

    async def ordered(self) -> None:
        """Run the book, as it is now."""
        panels = [Panel(key, prompt) for key, prompt in sorted(self.book.items())]
        await self.told(lambda: self.world.order(panels))
        self.most = None

    @rule(which=st.integers(0), meets=MEETS)
    def correct(self, which: int, meets: list[InjectedFault]) -> None:
        """A picture is wanted otherwise, and the author says so where it was made."""
        self.words += 1
        note = f"Draft {self.words}: her coat is red, everything else as it is."
        self.dealer.plan(note, *meets)
        key = sorted(self.book)[which % len(self.book)]
        # a panel without a picture cannot be corrected, nor one that is being made
        with contextlib.suppress(NotFoundError, BadInputError):
            self.do(self.told(lambda: self.world.correct(key, note)))
            self.most = None

    @rule(which=st.integers(0), fault=st.sampled_from(WRITES))
    def visit(self, which: int, fault: InjectedFault) -> None:
        """The author writes in a chat of ours, leaves a draft there, or deletes it."""
        chats = [*self.world.site.conversations.values()]
        if chats:
            self.world.visit(fault, chats[which % len(chats)], random.Random(which))  # noqa: S311

    @rule(to=st.sampled_from([BatchState.PAUSED, BatchState.CANCELLED]))
    def stop(self, to: BatchState) -> None:
        """The author pauses the batch, or cancels it."""
        self.do(self.stopped(to))

    async def stopped(self, to: BatchState) -> None:
        """Have the batch stopped; what has passed its commit point may still be clicked."""
        await self.told(lambda: self.world.change(to))
        if self.most is None:
            committed = await self.told(lambda: self.world.ask(_committed))
            self.most = self.sent + committed

    @rule()
    def resume(self) -> None:
        """The author lets the batch go on, unless it was cancelled."""
        self.do(self.told(lambda: self.world.change(BatchState.RUNNING)))
        self.most = None

    # what happens

    @rule(seconds=st.sampled_from([1.0, 20.0, 120.0, 1200.0]))
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.do(self.live(seconds))

    @rule(fault=st.sampled_from(AT_ANY_TIME), number=st.integers(0, 9))
    def suffer(self, fault: InjectedFault, number: int) -> None:
        """Something goes wrong, now or soon."""
        chrome = self.world.chromes[number % len(self.world.chromes)]
        tabs = [tab for tab in chrome.tabs.values() if tab.document is not None]
        if not tabs:
            return
        tab = tabs[number % len(tabs)]
        assert tab.document is not None
        draw = random.Random(number)  # noqa: S311 - it replays
        self.world.befall(fault, draw, chrome, tab, tab.document)

    @rule(politely=st.booleans())
    def end_host(self, *, politely: bool) -> None:
        """The host is killed at this moment, or stopped."""
        assert self.world.life is not None
        self.world.life.end(politely=politely)
        self.do(self.live(0.5))

    async def live(self, seconds: float) -> None:
        """Let time go by; a host that ends is started again."""
        until = self.world.seconds + seconds
        while (left := until - self.world.seconds) > 0:
            assert self.world.life is not None
            await asyncio.wait([self.world.life.over], timeout=left)
            await self.revived()

    async def revived(self) -> None:
        """Start a host where the last one ended."""
        while self.world.life is None or self.world.life.over.done():
            if self.world.life is not None:
                await self.world.end()
            await asyncio.sleep(3.0)
            await self.world.begin()

    async def told(self, command: Callable[[], Awaitable[T]]) -> T:
        """Give a command until a host has carried it out."""
        while True:
            try:
                return await command()
            except HostEndedError:
                await self.revived()
            except StoreError:
                await self.live(10.0)

    # what holds

    @property
    def sent(self) -> int:
        """How many prompts the site took."""
        return sum(isinstance(entry, Submission) for entry in self.world.site.ledger)

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        """The site took no words once more, but after a failure of its own.

        A question after an answer in words is the same for every panel: the audit tells of it.
        """
        ledger = self.world.site.ledger
        failed = {
            entry.turn: entry.time
            for entry in ledger
            if isinstance(entry, SiteFailure) and entry.kind != "refused"
        }
        last = dict[str, str]()
        for entry in ledger:
            if isinstance(entry, Submission) and entry.prompt != FOLLOW_UP:
                # the ledger tells beforehand what the site is going to say
                before = last.get(entry.prompt)
                assert before is None or failed.get(before, NEVER) <= entry.time, entry.prompt
                last[entry.prompt] = entry.turn

    @invariant()
    def what_is_stopped_sends_nothing_new(self) -> None:
        """After a pause or a cancel only what had passed its commit point is still sent."""
        if self.most is not None:
            assert self.sent <= self.most

    def teardown(self) -> None:
        """Let everything heal, run the book once more, and hold all against the ledger."""
        try:
            if self.book:
                self.do(self.finished())
                self.nothing_is_sent_twice()
                self.check()
        finally:
            self.exits.close()

    async def finished(self) -> None:
        """Come to the end of what is under way, and of the book as it is now."""
        async with asyncio.timeout(NIGHT_SECONDS):
            await self.told(lambda: self.world.change(BatchState.RUNNING))
            await self.told(self.world.until_done)
            await self.ordered()
            await self.told(self.world.until_done)

    def check(self) -> None:
        """Nothing is lost, twice, misfiled or left, and every panel is made as it is wanted."""
        found = self.do(self.world.audit())
        assert (found.lost, found.twice, found.misfiled) == ([], [], [])
        assert (found.left, found.failed) == (0, 0), found.reasons
        made, excused = self.do(self.shelved())
        wanted = {key: Panel(key, prompt).prompt_sha256 for key, prompt in self.book.items()}
        short = {key for key, sha256 in wanted.items() if made.get(key) != sha256}
        assert short <= excused

    async def shelved(self) -> tuple[dict[str, str], set[str]]:
        """The words of each panel's picture, and the panels that wait or were refused."""

        def look(connection: Connection) -> tuple[dict[str, str], set[str]]:
            made = connection.execute(
                select(images.c.key, images.c.prompt_sha256).where(
                    images.c.place == PictureState.CURRENT
                )
            )
            excused = connection.scalars(
                select(jobs.c.key).where(is_one_of(jobs.c.state, *OPEN_JOBS, JobState.REFUSED))
            )
            return {row.key: row.prompt_sha256 for row in made}, set(excused)

        store = open_inline(self.folder / "store.db")
        try:
            return await store.do(look)
        finally:
            await store.close()


def play(examples: int, steps: int) -> None:
    """Play the machine so often, in so many steps at most."""
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # to shrink a story takes minutes, and its steps are told anyway
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Nights, settings=how)


def test_the_press_keeps_to_its_model() -> None:
    """Orders, pauses, deaths and faults in any order: each panel is made once, as it is wanted."""
    play(examples=15, steps=15)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_press_keeps_to_its_model_for_long() -> None:
    """The same, many times and in longer stories."""
    play(examples=300, steps=40)
