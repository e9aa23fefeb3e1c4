"""A whole book over the real host, from its script to files, and what a change of it costs."""

import asyncio
import hashlib
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from helpers import books, profiles
from helpers.pictures import encoded
from pressrun.cli.client import Client, connect
from pressrun.errors import BadInputError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import (
    BatchPlan,
    BatchStart,
    BatchStarted,
    BatchStatus,
    PlanPage,
    TidyOrder,
)
from pressrun.protocol.messages.decision import BasedOn, Decided, DecideOrder
from pressrun.protocol.messages.status import StatusQuery
from pressrun.simulator.ledger import Submission
from pressrun.states import AuthorAct, BatchState
from wire.extension import Browser, browsing


@pytest.fixture(autouse=True)
def _ungentle(home: Home) -> None:
    """Nobody has to find out gently what a played site takes."""
    home.make()
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt, of one piece."""
    return encoded(size=(48, 36), seed=zlib.crc32(prompt.encode()))


class Author:
    """Asks a host for the pictures of a book, and waits for them."""

    def __init__(self, client: Client, folder: Path, browser: Browser) -> None:
        self._client = client
        self._asked = BatchStart(source=str(folder / "book.toml"), tabs=8, again=True)
        self._browser = browser

    async def plan(self, *only: str) -> BatchPlan:
        """What a run would do."""
        return await self._client.ask(calls.BATCH_PLAN, self._with(only))

    async def fates(self) -> dict[str, str]:
        """What a run would do about each panel."""
        found: dict[str, str] = {}
        total = 1
        while len(found) < total:
            asked = PlanPage(**self._asked.model_dump(), first=len(found))
            page = await self._client.ask(calls.BATCH_LIST, asked)
            found |= {panel.key: panel.fate for panel in page.panels}
            total = page.total
        return found

    async def run(self, *only: str) -> int:
        """Have it made; returns how many prompts were sent for it."""
        before = len(self._browser.sent)
        started = await self._client.ask(calls.BATCH_START, self._with(only))
        if started.batch is not None:
            await self._ended(started)
        return len(self._browser.sent) - before

    async def _ended(self, started: BatchStarted) -> None:
        after = -1
        async with asyncio.timeout(400):
            while True:
                status = await self._client.ask(calls.STATUS, StatusQuery(after=after, wait=5))
                after = status.revision
                if next(e for e in status.batches if e.batch == started.batch).state in (
                    BatchState.DONE,
                    BatchState.CANCELLED,
                ):
                    return

    def _with(self, only: Iterable[str]) -> BatchStart:
        return self._asked.model_copy(update={"only": list(only)})


def contents(library: Path) -> dict[str, str]:
    """Return every file of a library that is the author's, with its hash; but for the sheet."""
    return {
        str(path.relative_to(library)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(library.rglob("*"))
        if path.is_file() and ".pressrun" not in path.parts and path.suffix != ".html"
    }


@pytest.mark.parametrize(
    ("chapters", "pages"), [(3, 5), pytest.param(10, 10, marks=pytest.mark.long)]
)
async def test_a_book_costs_what_was_changed(
    home: Home, tmp_path: Path, chapters: int, pages: int
) -> None:
    """Another coat makes the panels that show it and no others; moved chapters make nothing."""
    size = (chapters, pages, 3)
    folder = books.write(tmp_path / "book", *size)
    library, panels = folder / "pictures", chapters * pages * 3
    async with browsing(home, draw) as browser, connect(home) as client:
        author = Author(client, folder, browser)
        assert await author.run() == panels
        first = contents(library)
        assert len(first) == 2 * panels

        books.dress(folder, "in a green cloak")
        changed = set(books.in_coat(*size))
        found = await author.plan()
        assert [(each.why, each.panels) for each in found.stale] == [
            ("Mara's storm coat changed", len(changed))
        ]
        fates = await author.fates()
        assert {key for key, fate in fates.items() if fate == "again"} == changed
        assert await author.run() == len(changed)
        second = contents(library)
        differs = {key for key in first if first[key] != second[key]}
        assert {Path(each).with_suffix("").as_posix() for each in differs} == changed
        assert {each.prompt.count("green cloak") for each in _sent(browser, len(changed))} == {1}

        swap(folder / "script" / "01.md", folder / "script" / "03.md")
        middle = folder / "script" / "02.md"
        page = "## Page 3\n\n### Panel 1\n\nThe light goes out.\n\n## Page 3"
        middle.write_text(middle.read_text("utf-8").replace("## Page 3", page), "utf-8")
        found = await author.plan()
        behind = pages - 2
        moved = (2 * pages + behind) * 3
        assert (found.new, found.again, found.renamed, found.done) == (1, 0, moved, panels)
        # the chapters that were swapped, and each page behind the new one
        assert len(found.moves) == 2 + behind
        assert await author.run("ch01", "ch03") == 0
        third = contents(library)
        assert len(third) == 2 * panels
        assert sorted(pictures(third)) == sorted(pictures(second))
        assert await author.run() == 1
        assert len(contents(library)) == 2 * panels + 2


def swap(one: Path, other: Path) -> None:
    """Have two chapters change places."""
    kept = one.read_text(encoding="utf-8")
    one.write_text(other.read_text(encoding="utf-8"), encoding="utf-8")
    other.write_text(kept, encoding="utf-8")


def pictures(files: dict[str, str]) -> list[str]:
    """Return the hashes of the pictures among files."""
    return [sha256 for name, sha256 in files.items() if name.endswith(".png")]


def _sent(browser: Browser, last: int) -> list[Submission]:
    return list(browser.site.ledger.submissions)[-last:]


def with_sheet(folder: Path) -> Path:
    """Write a small book whose heroine has a sheet made before she is drawn."""
    books.write(folder, chapters=1, pages=2, panels=5)
    cast = folder / "cast" / "all.toml"
    text = cast.read_text(encoding="utf-8")
    cast.write_text(text.replace("[mara]\n", "[mara]\nsheet = true  # hers alone\n"), "utf-8")
    return folder


async def until(client: Client, met: Callable[[BatchStatus], bool]) -> BatchStatus:
    """Wait until the newest batch stands so."""
    after = -1
    async with asyncio.timeout(120):
        while True:
            status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=5))
            after = status.revision
            if status.batches and met(status.batches[0]):
                return status.batches[0]


def is_held(batch: BatchStatus) -> bool:
    """Whether nothing goes on until the author approves something."""
    return bool(batch.held) and not batch.waiting and not batch.working


async def approve(client: Client, *keys: str) -> Decided:
    """Approve pictures."""
    panels = [BasedOn(key=key) for key in keys]
    return await client.ask(calls.REVIEW_DECIDE, DecideOrder(act=AuthorAct.APPROVE, panels=panels))


async def test_panels_wait_for_a_sheet_and_are_sent_with_it(home: Home, tmp_path: Path) -> None:
    """Whoever shows her waits; the approved picture is named in the cast, and sent with each."""
    folder = with_sheet(tmp_path / "book")
    # in a chat that goes on, references are sent once
    asked = BatchStart(source=str(folder / "book.toml"), tabs=4, chats=1)
    async with browsing(home, draw) as browser, connect(home) as client:
        planned = await client.ask(calls.BATCH_PLAN, asked)
        assert (planned.new, planned.held) == (11, 6)
        assert [(each.key, each.panels) for each in planned.waits] == [("cast/mara", 6)]
        await client.ask(calls.BATCH_START, asked)
        assert (await until(client, is_held)).held == 6
        assert len(browser.sent) == 5
        sheet = next(each for each in browser.site.ledger.submissions if "sheet" in each.prompt)
        assert (await approve(client, "cast/mara")).pinned == ["references/sheets/mara.png"]
        pinned = (folder / "references" / "sheets" / "mara.png").read_bytes()
        assert pinned == draw(sheet.prompt)
        cast = (folder / "cast" / "all.toml").read_text(encoding="utf-8")
        assert 'sheet = "references/sheets/mara.png"  # hers alone' in cast
        assert "# The keeper of the light." in cast
        done = await until(client, lambda batch: batch.state == BatchState.DONE)
        assert (done.done, done.total) == (11, 11)
        later = browser.site.ledger.submissions[5:]
        assert len(later) == 6
        own = hashlib.sha256(pinned).hexdigest()
        assert all(own in each.references for each in later)
        # nothing is stale by it, nothing is wanted again, and the sheet is no stranger
        planned = await client.ask(calls.BATCH_PLAN, asked)
        assert (planned.wanted, planned.done, planned.again, planned.unlisted) == (10, 10, 0, 0)
        assert (await client.ask(calls.TAKES_TIDY, TidyOrder())).pictures == 0
        # an author who takes the sheet back is not drawn from the words alone
        cast_file = folder / "cast" / "all.toml"
        cast_file.write_text(cast.replace('"references/sheets/mara.png"', "true"), "utf-8")
        again = asked.model_copy(update={"again": True})
        planned = await client.ask(calls.BATCH_PLAN, again)
        assert (planned.again, planned.held) == (6, 6)
        await client.ask(calls.BATCH_START, again)
        assert (await until(client, is_held)).held == 6
        assert len(browser.sent) == 11


async def test_a_sheet_of_a_book_with_faults_is_not_approved(home: Home, tmp_path: Path) -> None:
    """What waits is composed from the book: as long as that cannot be read, it goes on waiting."""
    folder = with_sheet(tmp_path / "book")
    asked = BatchStart(source=str(folder / "book.toml"), tabs=4)
    async with browsing(home, draw) as browser, connect(home) as client:
        await client.ask(calls.BATCH_START, asked)
        await until(client, is_held)
        script = folder / "script" / "01.md"
        text = script.read_text(encoding="utf-8")
        script.write_text(text.replace("cast: jon", "cast: jno", 1), encoding="utf-8")
        with pytest.raises(BadInputError, match=r"(?s)01\.md:.*Nothing was approved"):
            await approve(client, "cast/mara")
        assert not (folder / "references" / "sheets").exists()
        assert (await until(client, is_held)).held == 6
        assert len(browser.sent) == 5
        # an author who edits meanwhile orders nothing else by an approval
        lines = text.replace("Scene 3:", "Scene three:").replace("Scene 1:", "Scene one:")
        script.write_text(lines, encoding="utf-8")
        await approve(client, "cast/mara")
        await until(client, lambda batch: batch.state == BatchState.DONE)
        assert len(browser.sent) == 11
        words = [each.prompt for each in browser.site.ledger.submissions[5:]]
        assert any("Scene one:" in each for each in words)
        planned = await client.ask(calls.BATCH_PLAN, asked.model_copy(update={"again": True}))
        assert [(each.why, each.keys) for each in planned.stale] == [
            ("the action changed", ["ch01/p001/panel-3"])
        ]


async def test_a_sheet_that_nobody_waits_for_is_made_and_pinned_all_the_same(
    home: Home, tmp_path: Path
) -> None:
    """The author may want one at any time; then all that show her are stale, and none is made."""
    folder = books.write(tmp_path / "book", chapters=1, pages=2, panels=5)
    asked = BatchStart(source=str(folder / "book.toml"), tabs=4)
    done: Callable[[BatchStatus], bool] = lambda batch: batch.state == BatchState.DONE  # noqa: E731 - a name for it
    async with browsing(home, draw) as browser, connect(home) as client:
        await client.ask(calls.BATCH_START, asked)
        await until(client, done)
        key = "cast/mara/storm-coat"
        sheet = asked.model_copy(update={"sheets": [key], "only": [key]})
        started = await client.ask(calls.BATCH_START, sheet)
        await until(client, lambda batch: batch.batch == started.batch and done(batch))
        assert len(browser.sent) == 11
        await approve(client, "cast")
        assert 'sheet = "references/sheets/mara/storm-coat.png"' in (
            folder / "cast" / "all.toml"
        ).read_text(encoding="utf-8")
        planned = await client.ask(calls.BATCH_PLAN, asked)
        assert [each.panels for each in planned.stale] == [2]
        assert "sheet" in planned.stale[0].why
        assert len(browser.sent) == 11
