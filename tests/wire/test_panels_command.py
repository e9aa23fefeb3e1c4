"""`panels`, `show`, `retry`, `status`, `logs` and the contact sheet where two lists fill a folder.

One panel is refused, one fails, one is skipped, one gets other words after it was made, and one is
struck from its list.
"""

import html
import json
import re
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from helpers import profiles
from helpers.hosts import own_home, started_host
from helpers.pictures import encoded
from helpers.play import Ended, command
from helpers.site import Act
from pressrun.cli.client import connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchChoice, BatchStart, JobsOrder
from pressrun.states import BatchState, JobChoice
from wire.extension import browsing
from wire.status import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

POLICY = "This request may violate our content policies."
EARLY = [
    "cover",
    *(f"ch01/p1/{panel}" for panel in "abcde"),
    *(f"ch02/p1/{panel}" for panel in "abcde"),
    "the-lighthouse-at-the-end-of-the-world/chapter-03/page-012/panel-3",
]
LATE = [f"ch10/p{page}/{panel}" for page in (1, 2) for panel in "ab"]
LONG = EARLY[-1]
REFUSED, FAILED, SKIPPED, CHANGED, STRUCK = "ch01/p1/b", "ch01/p1/c", LATE[3], LATE[1], LATE[2]


def words(key: str) -> str:
    """Return the prompt of a panel."""
    return f"Panel {key}, 狐と灯台"


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt."""
    return encoded(size=(64, 64), seed=zlib.crc32(prompt.encode()))


@dataclass
class Desk:
    """An author, a library, and what the commands said that filled it."""

    home: Home
    folder: Path
    first: Ended
    """The first list's `run`."""
    sheet_at_first: str
    """The contact sheet when that returned."""

    @property
    def library(self) -> Path:
        """Where the pictures are."""
        return self.folder / "pictures"

    async def pressrun(self, *arguments: object) -> Ended:
        """Run a command."""
        return await pressrun(self.home, *arguments)

    async def told(self, *arguments: object) -> Any:  # noqa: ANN401 - any JSON
        """Run a command, and read what it tells programs."""
        return (await self.pressrun(*arguments, "--json")).told

    async def keys(self, *options: str) -> list[str]:
        """Return the keys that `panels` lists."""
        return [each["key"] for each in (await self.told("panels", *options))["panels"]]


async def pressrun(home: Home, *arguments: object) -> Ended:
    """Run a command."""
    return await command("pressrun", *map(str, arguments), "--home", str(home.folder))


def write(path: Path, keys: Sequence[str], changed: str = "") -> Path:
    """Write a list; one panel may have other words."""
    lines = [
        {"key": key, "prompt": words(key) + (", at night" if key == changed else "")}
        for key in keys
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A library that was filled as far as the site and the author let it."""
    folder = tmp_path_factory.mktemp("book")
    script = {words(REFUSED): [Act.REFUSED], words(FAILED): [Act.DAMAGED] * 9}
    with own_home() as home:
        home.make()
        profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))
        async with browsing(home, draw, script):
            library = folder / "pictures"
            early, late = folder / "part-2.jsonl", folder / "part-10.jsonl"
            first = await pressrun(home, "run", write(early, EARLY), "-o", library)
            sheet = (library / "contact-sheet.html").read_text()
            await pressrun(home, "run", write(late, LATE[:3]), "-o", library)
        # without a browser nothing is begun that is to be skipped
        kept = [LATE[0], CHANGED, SKIPPED]
        with started_host(home):
            await skip_one(home, write(late, kept, CHANGED), library)
        yield Desk(home, folder, first, sheet)


async def skip_one(home: Home, late: Path, library: Path) -> None:
    """Pause, resume and cancel a list; start it again, and skip what is left to be made."""
    asked = BatchStart(source=str(late), library=str(library), tabs=1, again=False)
    order = JobsOrder(choice=JobChoice.SKIP, keys=[SKIPPED])
    async with connect(home) as client:
        await client.ask(calls.BATCH_START, asked)
        for call in (calls.BATCH_PAUSE, calls.BATCH_RESUME, calls.BATCH_CANCEL):
            await client.ask(call, BatchChoice())
        await client.ask(calls.BATCH_START, asked)
        await client.ask(calls.BATCH_PAUSE, BatchChoice())
        await client.ask(calls.JOBS_ORDER, order)
        await until(client, lambda seen: seen.batches[0].state == BatchState.DONE)


async def test_each_filter_lists_its_panels(desk: Desk) -> None:
    """Several add up, a key narrows them down, and without any it lists what needs the author."""
    assert await desk.keys() == [REFUSED, FAILED]
    assert await desk.keys("--refused") == [REFUSED]
    assert await desk.keys("--failed") == [FAILED]
    assert await desk.keys("--stale") == [CHANGED]
    assert await desk.keys("--left-out") == [SKIPPED]
    assert await desk.keys("--unlisted") == [STRUCK]
    for none in ("--doubt", "--waiting", "--held", "--working"):
        assert await desk.keys(none) == []
    made = [key for key in EARLY if key not in (REFUSED, FAILED)]
    assert await desk.keys("--made") == [*made, LATE[0]]
    assert await desk.keys("--made", "ch02") == EARLY[6:11]
    assert await desk.keys("--refused", "--stale") == [REFUSED, CHANGED]
    assert await desk.keys("--all", "--batch", "1") == EARLY
    assert await desk.keys("--all") == [*EARLY, LATE[0], CHANGED, SKIPPED, STRUCK]
    assert (await desk.pressrun("panels", "--doubt")).out == "There is no such panel.\n"
    assert await desk.keys("--text", "CH02/p1") == EARLY[6:11]
    assert await desk.keys("--text", "灯台", "--stale") == [CHANGED]
    assert await desk.keys("--text", "no such words") == []


async def test_a_panel_that_needs_the_author_says_why_and_what_to_do(desk: Desk) -> None:
    """Line and words of the list, the site's own words, and the command or the advice."""
    told = (await desk.pressrun("panels")).out
    assert told.splitlines() == [
        f"{REFUSED}  refused  line 3  {words(REFUSED)}",
        f"    {POLICY}",
        "    What you can do: Change its words in the list, and run it again",
        f"{FAILED}  failed  line 4  {words(FAILED)}",
        "    the file is not a PNG, JPEG or WebP picture",
        f"    What you can do: pressrun retry {FAILED}",
    ]


async def test_show_tells_one_panel_whole(desk: Desk) -> None:
    """Words, list and line, every try with the address of its chat, and its pictures."""
    told = (await desk.pressrun("show", REFUSED)).out
    assert told.startswith(f"{REFUSED}: refused\n  why: {POLICY}\n")
    assert f"list: {desk.folder / 'part-2.jsonl'}, line 3\n" in told
    assert f"    {words(REFUSED)}\n" in told
    assert re.search(rf"batch 1, try 1, account 1, sent .*, refused: {POLICY}\n", told)
    assert "takes: none" in told
    told = (await desk.pressrun("show", LONG.upper())).out
    assert told.startswith(f"{LONG}: made\n")
    assert "https://chatgpt.com/c/" in told
    assert f"       {desk.library / LONG}.png\n" in told
    said = await desk.pressrun("show", "ch01/p9")
    assert said.code == 5
    assert "there is no panel 'ch01/p9'" in said.err


async def test_show_tells_what_happened_in_sentences(desk: Desk) -> None:
    """When, what, and after how long."""
    told = (await desk.pressrun("show", REFUSED, "--history")).out.splitlines()
    assert told[0] == f"{REFUSED}: refused"
    assert re.fullmatch(r"  20\d\d-\d\d-\d\d \d\d:\d\d  It was sent by account 1", told[1])
    assert re.search(rf"  The site refused it after \d+ s: {POLICY}$", told[2])
    told = (await desk.pressrun("show", SKIPPED, "--history")).out.splitlines()
    assert told[-1].endswith("You skipped it")


async def test_retry_says_why_it_leaves_a_panel_as_it_is(desk: Desk) -> None:
    """A refused one needs other words, and of a made one there can be another take."""
    said = await desk.pressrun("retry", REFUSED)
    assert (said.code, said.out) == (5, "")
    assert f"{REFUSED} was refused by the site, which needs other words" in said.err
    said = await desk.pressrun("retry", "cover")
    assert said.code == 5
    assert "cover has a picture already; to make another one: pressrun redo cover" in said.err


async def test_run_names_what_needs_the_author_when_it_ends(desk: Desk) -> None:
    """Key and reason, and the command that says what to do."""
    assert desk.first.code == 3
    *_, refused, failed, more, made = desk.first.out.splitlines()
    assert refused == f"  {REFUSED}  refused: {POLICY}"
    assert failed == f"  {FAILED}  failed: the file is not a PNG, JPEG or WebP picture"
    assert more == "All of them, and what to do: pressrun panels --batch 1"
    assert made == "10/12 pictures"


async def test_the_first_samples_are_announced(tmp_path: Path) -> None:
    """So that the author looks at them before the rest is made."""
    keys = [f"ch{chapter}/p{panel}" for chapter in (1, 2) for panel in range(9)]
    with own_home() as home:
        said = await pressrun(home, "run", write(tmp_path / "book.jsonl", keys), "--detach")
    assert "First come 6 pictures, a sample of each scene" in said.out


async def test_the_contact_sheet_is_complete_when_run_returns(desk: Desk) -> None:
    """List by list in reading order, with chapters, pages, and a gap where a picture is missing."""
    for page in (desk.sheet_at_first, (desk.library / "contact-sheet.html").read_text()):
        shown = re.findall(r"<b>(.*?)</b>", page)
        assert shown == (EARLY if page == desk.sheet_at_first else [*EARLY, LATE[0], CHANGED])
        gaps = [html.unescape(each) for each in re.findall(r'<div class="gap">(.*?)</div>', page)]
        assert gaps == [
            f"refused: {POLICY}",
            "failed: the file is not a PNG, JPEG or WebP picture",
        ]
    headings = re.findall(r"<h([23])>(.*?)</h", page)
    assert headings == [
        ("2", "ch01"),
        ("3", "p1"),
        ("2", "ch02"),
        ("3", "p1"),
        ("2", LONG.split("/")[0]),
        ("3", "chapter-03/page-012"),
        ("2", "ch10"),
        ("3", "p1"),
    ]


async def test_the_log_tells_what_was_ordered_and_not_who_came(desk: Desk) -> None:
    """What the author did is what they look for there; their own commands are not."""
    events = [json.loads(line) for line in desk.home.log.read_text().splitlines()]
    named = [each["event"] for each in events]
    for event in ("batch_started", "batch_paused", "batch_resumed", "batch_cancelled"):
        assert event in named
    (skip,) = [each for each in events if each.get("order") == "skip"]
    assert (skip["event"], skip["keys"], skip["panels"]) == ("panels_ordered", [SKIPPED], 1)
    came = [each for each in events if each["event"] in {"client_came", "client_left"}]
    assert {each["role"] for each in came} <= {"extension", "unknown"}
    told = (await desk.pressrun("logs", "-n", "1000")).out
    assert f"panels ordered  order=skip  panels=1  keys=['{SKIPPED}']" in told


async def test_json_tells_what_the_text_tells(desk: Desk) -> None:
    """Whatever a person reads is there for a program."""
    text = (await desk.pressrun("status")).out
    told = await desk.told("status")
    assert told["sentence"] in text
    assert told["log"] in text
    for batch in told["batches"]:
        for fact in (batch["name"], batch["library"], batch["progress"], batch["forecast"]):
            assert fact in text
        assert f"{batch['done']}/{batch['total']}" in text
        assert all(count["text"] in text for count in batch["counts"] if count["wrong"])
        for panel in batch["needs"]:
            assert f"{panel['key']}  {panel['state']}: {panel['reason']}" in text
    text = (await desk.pressrun("panels", "--all")).out
    for panel in (await desk.told("panels", "--all"))["panels"]:
        assert f"{panel['key']}  {panel['state']}" in text
        for fact in (panel["words"], panel["reason"], panel["advice"]):
            assert fact in text
    text = (await desk.pressrun("show", REFUSED)).out
    told = await desk.told("show", REFUSED)
    (only,) = told["tries"]
    facts = [told["panel"][name] for name in ("key", "state", "list", "reason", "advice")]
    for fact in (*facts, told["library"], told["prompt"], only["reason"], only["chat"]):
        # a refusal may come before its chat has an address
        assert fact is None or fact in text
    late = desk.folder / "part-10.jsonl"
    asked = ("plan", late, "-o", desk.library, "--list")
    text, told = (await desk.pressrun(*asked)).out, await desk.told(*asked)
    squeezed = "".join(text.split())
    assert told["library"] in text
    assert all(note in text.lower() for note in map(str.lower, told["notes"]))
    assert f"{told['wanted']} pictures in the list: {told['done']} done" in text
    assert f"{told['unlisted']} pictures in the folder that the list does not name" in text
    for panel in told["panels"]:
        for fact in (panel["key"], panel["fate"], panel["why"]):
            assert "".join(fact.split()) in squeezed
