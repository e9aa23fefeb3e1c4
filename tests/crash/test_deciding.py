"""A host that dies over a decision or its undo: that is wholly there, or wholly not."""

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from crash.matrix import ANSWERED, DECIDED, MOVES, failpoints
from helpers import deciding
from helpers.hosts import end_host, own_home, started_host
from helpers.libraries import Library
from helpers.stores import Book
from pressrun import failpoint
from pressrun.cli.client import Client, connect
from pressrun.home import Home
from pressrun.library.shelf import sha256_of
from pressrun.press.filing import Filing
from pressrun.protocol import calls
from pressrun.protocol.messages.decision import UndoOrder
from pressrun.protocol.rpc import LinkLostError
from pressrun.states import AuthorAct, Rejected, Remake
from pressrun.store import accounts
from pressrun.store.database import open_store

State = dict[str, Any]
"""All that an author's decisions change, on record and on disk."""

MADE = ("a one", "b two", "c three", "d four", "e five", "f six", "g seven")

FIRST = 4
"""The number of the first decision of `STEPS`: three are made before."""


@dataclass(frozen=True)
class Step:
    """One call of a view or a command: a decision, or an undo."""

    act: AuthorAct | None = None
    key: str = ""
    undoes: int = 0
    """The number of the decision that is undone, where it is an undo."""
    because: Rejected | None = None
    note: str | None = None
    remake: Remake | None = None
    words: str | None = None
    take: int | None = None

    async def taken(self, client: Client, library: Path) -> None:
        """Take it."""
        if self.act is None:
            undo = UndoOrder(library=str(library), decision=self.undoes, by="studio")
            await client.ask(calls.REVIEW_UNDO, undo)
            return
        more = {
            "because": self.because,
            "note": self.note,
            "remake": self.remake,
            "words": self.words,
            "take": self.take,
        }
        asked = deciding.order(self.act, [self.key], library=str(library), by="studio", **more)
        await client.ask(calls.REVIEW_DECIDE, asked)


STEPS = (
    Step(AuthorAct.APPROVE, "a"),
    Step(AuthorAct.REJECT, "b", because=Rejected.FAULT, note="six fingers", remake=Remake.WORDS),
    Step(AuthorAct.LOCK, "c"),
    Step(AuthorAct.UNLOCK, "c"),
    Step(AuthorAct.NOTE, "d", note="ask Ada"),
    Step(AuthorAct.CLEAR, "a"),
    Step(AuthorAct.CHOOSE, "e", take=1),
    Step(AuthorAct.APPROVE, "f", take=2),
    Step(AuthorAct.REJECT, "g", because=Rejected.STYLE, take=2),
    Step(AuthorAct.REDO, "d", words="Four, in the rain", remake=Remake.AGAIN),
    Step(undoes=FIRST + 9),
    Step(undoes=FIRST + 10),
    Step(undoes=FIRST + 6),
    Step(undoes=FIRST + 7),
    Step(undoes=FIRST + 8),
    Step(undoes=FIRST + 1),
)
"""Every act, on a panel of its own where what it does depends on what is there; then undos: of one
more take, of that undo, of a choice, of a yes and of a no to what was offered, of a rejection."""

ONCE = (*DECIDED, *ANSWERED)
"""Passed for each decision about them: to die at the first is enough."""

AGAIN = (
    *MOVES,
    "files.move.before",
    "files.move.renamed",
    "files.move.after",
    "files.write.synced",
    "files.write.unsynced",
    "shelf.aside.sidecar",
    "shelf.aside.after",
    "thumbnails.written",
)
"""Passed for each take that gets a place: when one is chosen, when one is accepted, and when each
of them is undone."""

OTHERS = (
    "image.chosen.before",
    "image.chosen.after",
    "image.rejected.before",
    "image.rejected.after",
    "job.approved.before",
    "job.approved.after",
    "job.redone.before",
    "job.redone.after",
    "jobs.held.before",
    "jobs.held.after",
    "jobs.let_go.before",
    "jobs.let_go.after",
)
"""Passed for other reasons as well, which other tests play."""

CASES = [
    *((name, 1) for name in (*ONCE, *OTHERS)),
    *(("image.undecided.before", hit) for hit in (2, 3, 4, 5, 6)),
    *((name, hit) for name in AGAIN for hit in (1, 2, 3, 4)),
    # a host passes some before it listens
    *(("store.operation", hit) for hit in range(14, 60, 4)),
]

SAMPLE = {
    ("image.accepted.before", 1),
    ("image.undecided.after", 1),
    ("job.taken_back.before", 1),
    ("moves.carry.described", 3),
    ("moves.carry.moved", 2),
    ("shelf.aside.sidecar", 1),
}


@dataclass
class Stage:
    """A home with a library whose author decides."""

    home: Home
    kept: Path
    states: list[State]
    """How it stands before the first step, and after each, where nothing dies."""

    @property
    def library(self) -> Path:
        """Where its pictures are."""
        return self.home.folder / "pictures"

    def begin(self) -> None:
        """Have it as it was before the first step."""
        end_host(self.home)
        shutil.rmtree(self.home.folder)
        shutil.copytree(self.kept, self.home.folder)

    async def take(
        self, steps: Sequence[int], taken: Callable[[], None] = lambda: None
    ) -> int | None:
        """Take steps; tells the one over which the host died, if it did.

        Args:
            steps: which.
            taken: called after each.
        """
        number = None
        with started_host(self.home):
            try:
                async with connect(self.home, start=False) as client:
                    for number in steps:
                        await STEPS[number].taken(client, self.library)
                        taken()
            except LinkLostError:
                return number
        return None

    def settled(self) -> State:
        """How it stands once a host has started, and has ended what was begun."""
        with started_host(self.home):
            pass
        return self.state()

    def state(self) -> State:
        """How it stands."""
        path = f"{self.home.store.as_uri()}?mode=ro"
        with closing(sqlite3.connect(path, uri=True)) as store:
            record = {name: store.execute(asked).fetchall() for name, asked in _RECORD.items()}
        pictures = sorted(self.library.rglob("*.png"))
        return {
            **record,
            "files": {str(each.relative_to(self.library)): sha256_of(each) for each in pictures},
            "sidecars": {
                str(each.relative_to(self.library)): _told(each.with_suffix(".json"))
                for each in pictures
            },
        }


_RECORD = {
    "images": (
        "SELECT key, sha256, place, path, approved_at IS NOT NULL, rejected_at IS NOT NULL,"
        " rejected_because, rejected_note, locked_at IS NOT NULL, offered_at IS NOT NULL, kept_for,"
        " decided FROM images ORDER BY id"
    ),
    "notes": "SELECT key, text FROM notes ORDER BY key",
    "jobs": "SELECT key, state, says, note, outdated, reason FROM jobs ORDER BY id",
    "batches": "SELECT id, state, made_before FROM batches ORDER BY id",
    "decisions": (
        "SELECT id, act, undoes, undone_at IS NOT NULL, takes_back FROM decisions ORDER BY id"
    ),
    "panels": "SELECT decision_id, key, image_id FROM decided_panels ORDER BY decision_id, key",
    "begun": "SELECT * FROM choosing",
}


def _told(path: Path) -> tuple[str, str] | None:
    """Whose picture a sidecar says that it is beside, and of which bytes."""
    if not path.is_file():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    return told["key"], told["sha256"]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A library of seven pictures, of which three have a second take, and one that waits."""
    with own_home() as home:
        found = Stage(home, tmp_path_factory.mktemp("deciding") / "kept", [])
        asyncio.run(_made(found))
        yield found


async def _made(stage: Stage) -> None:
    stage.home.make()
    store = await open_store(stage.home.store)
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    library = Library(Book(store, account), stage.library)
    folder = str(library.folder)
    await library.book.start(*MADE, "h eight", library=folder, after={"h": "a"})
    for _ in MADE:
        await library.make()
    await store.do(deciding.redo, library.book.now, folder, ["e"])
    await library.make()
    filing = Filing(store, library.clock)
    for key in ("f", "g"):
        await store.do(deciding.approve, library.book.now, None, [key])
        await store.do(deciding.order_unasked, library.book.now, folder, key)
        assert await filing.file(await library.received())
    await store.close()
    shutil.copytree(stage.home.folder, stage.kept)
    stage.states.append(stage.state())
    assert len(stage.states[0]["decisions"]) == FIRST - 1
    await stage.take(range(len(STEPS)), lambda: stage.states.append(stage.state()))


def test_each_step_changes_something(stage: Stage) -> None:
    """A step that comes to nothing could not be told from one that a death undid."""
    for number, (before, after) in enumerate(zip(stage.states, stage.states[1:], strict=False)):
        assert before != after, f"{STEPS[number]} changes nothing"
        assert after["begun"] == []


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param(f"{name}:{hit}", marks=() if (name, hit) in SAMPLE else pytest.mark.long)
        for name, hit in CASES
    ],
)
async def test_a_decision_that_dies_is_wholly_there_or_wholly_not(stage: Stage, wish: str) -> None:
    """What it says, what it orders and where pictures stand; the rest comes when it goes on."""
    stage.begin()
    steps = range(len(STEPS))
    with mock.patch.dict(os.environ, {failpoint.VARIABLE: wish}):
        died = await stage.take(steps)
    assert died is not None, f"{wish} was not reached"
    end_host(stage.home)
    found = stage.settled()
    before, after = stage.states[died], stage.states[died + 1]
    assert found in (before, after), _differs(found, before, after)
    left = steps[died + (found == after) :]
    assert await stage.take(left) is None
    assert stage.settled() == stage.states[-1]


def _differs(found: State, before: State, after: State) -> str:
    """What is neither as it was before a step nor as after it."""
    return "\n".join(
        f"{name}: {found[name]}\n  before: {before[name]}\n  after: {after[name]}"
        for name in found
        if found[name] != before[name] or found[name] != after[name]
    )


def test_each_failpoint_of_a_decision_is_played() -> None:
    """In a host that dies there; `store/test_decisions.py` plays some with the record alone."""
    named = {name for name, _ in CASES}
    assert {*DECIDED, *ANSWERED} <= named <= set(failpoints())
