"""`style`, `review`, `reject`, `keep` and `settle` against a host that measures what was made."""

import io
import json
import random
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image, ImageDraw, ImageFilter

from helpers import profiles
from helpers.hosts import own_home
from helpers.play import Ended, command
from pressrun.cli.client import connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.messages.style import StyleQuery, StyleReport
from wire.extension import browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZE = (320, 320)
INKED = [f"ch01/p{number:02d}" for number in range(1, 13)]
BLURRED = [f"ch02/p{number:02d}" for number in range(1, 4)]
APPROVED = INKED[:8]


def draw(prompt: str) -> bytes:
    """Return an inked picture in flat colours; of the second chapter, one that is blurred."""
    chance = random.Random(zlib.crc32(prompt.encode()))  # noqa: S311 - a drawing
    picture = Image.new("RGB", SIZE, (236, 224, 196))
    pen = ImageDraw.Draw(picture)
    for _ in range(14):
        x, y = chance.randrange(SIZE[0]), chance.randrange(SIZE[1])
        box = (x, y, x + chance.randrange(40, 160), y + chance.randrange(40, 160))
        colour = chance.choice([(70, 92, 130), (196, 120, 70), (120, 140, 90), (240, 238, 230)])
        shape = chance.choice([pen.ellipse, pen.rectangle])
        shape(box, fill=colour, outline=(20, 18, 24), width=5)
    if "ch02" in prompt:
        noise = Image.effect_noise(SIZE, 90).convert("RGB")
        picture = Image.blend(picture.filter(ImageFilter.GaussianBlur(5)), noise, 0.4)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@dataclass
class Desk:
    """An author, and the home in which two chapters were made."""

    home: Home
    folder: Path

    async def pressrun(self, *arguments: object) -> Ended:
        """Run a command."""
        return await command("pressrun", *map(str, arguments), "--home", str(self.home.folder))

    async def told(self, *arguments: object) -> Any:  # noqa: ANN401 - any JSON
        """Run a command, and read what it tells programs."""
        return (await self.pressrun(*arguments, "--json")).told

    async def compared(self) -> StyleReport:
        """Wait until every picture has been compared."""
        async with connect(self.home) as client:
            while True:
                report = await client.ask(calls.STYLE_REPORT, StyleQuery())
                if not any(" yet" in each.text for each in report.counts):
                    return report
                status = await client.ask(calls.STATUS, StatusQuery())
                # answered as soon as there is more to see
                await client.ask(calls.STATUS, StatusQuery(after=status.revision, wait=1))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Two chapters, the second in another style, and eight approvals in the first."""
    folder = tmp_path_factory.mktemp("book")
    lines = [json.dumps({"key": key, "prompt": f"Panel {key}"}) for key in INKED + BLURRED]
    (folder / "book.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with own_home() as home:
        home.make()
        profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))
        async with browsing(home, draw):
            desk = Desk(home, folder)
            made = await desk.pressrun("run", folder / "book.jsonl")
            assert made.code == 0, made.err
            approved = await desk.pressrun("approve", *APPROVED)
            assert approved.code == 0, approved.err
            first = await desk.pressrun("approve", APPROVED[0])
            assert "better" not in first.out
            await desk.compared()
            yield desk


async def test_the_other_style_is_the_worst_of_the_report(desk: Desk) -> None:
    """And an author reads so in a terminal as well."""
    told = await desk.told("style", desk.folder / "book.jsonl")
    assert {each["key"] for each in told["worst"][:3]} == set(BLURRED)
    assert told["approvals"] == len(APPROVED)
    assert told["chapters"][1]["outliers"] == len(BLURRED)
    assert min(told["chapters"][1]["line"]) > max(told["chapters"][0]["line"][:4])
    text = (await desk.pressrun("style")).out
    assert "Pictures are compared with the 8 pictures that you approved." in text
    assert "  1st  ch02/p0" in text
    assert "--outliers redo" in text


async def test_review_lists_what_waits_and_ends_with_what_was_said(desk: Desk) -> None:
    """Each command that it names does what it says, and then asks no more."""
    waiting = await desk.pressrun("review")
    assert waiting.code == 3
    told = await desk.told("review", "--limit", 2)
    assert told["total"] >= len(BLURRED)
    assert len(told["pictures"]) == 2
    assert (
        f"pressrun keep {BLURRED[0]}, or pressrun reject {BLURRED[0]} --because style"
        in waiting.out
    )
    kept = await desk.pressrun("keep", BLURRED[0])
    assert kept.out == "1 picture kept.\n"
    twice = await desk.pressrun("keep", INKED[0])
    assert twice.out.startswith("These pictures match the list and do not stand out")
    rejected = await desk.pressrun("reject", BLURRED[1], "--because", "style")
    stays = f"It stays until you have another one made: pressrun redo {BLURRED[1]}"
    assert rejected.out == f"1 picture rejected.\n{stays}\n"
    assert "; from 3 on, Pressrun learns from them." in (await desk.pressrun("style")).out
    left = {each["key"] for each in (await desk.told("review"))["pictures"]}
    assert left.isdisjoint(BLURRED[:2])
    assert BLURRED[2] in left
    shown = (await desk.pressrun("show", BLURRED[1])).out
    assert "rejected: style, stands out" in shown


async def test_a_rejected_picture_is_made_again_on_demand(desk: Desk) -> None:
    """In a batch of its own, as with `redo`."""
    rejected = await desk.told("reject", BLURRED[2], "--because", "fault", "--redo")
    assert rejected["panels"] == 1
    assert len(rejected["batches"]) == 1
    nothing = await desk.pressrun("reject", "ch09", "--because", "style")
    assert nothing.code == 5
    assert "nothing was changed" in nothing.err


async def test_a_report_tells_what_was_made_and_is_written_over_no_other_file(desk: Desk) -> None:
    """It stands beside the list; a second one takes its place, and nobody else's file does."""
    page = desk.folder / "book-report.html"
    first = await desk.pressrun("report", desk.folder / "book.jsonl")
    assert first.out == f"15 pictures of 15 panels. Written: {page}\n"
    text = page.read_text(encoding="utf-8")
    assert "<td>ch01</td>" in text
    assert "<td>ch02</td>" in text
    assert "<script" not in text
    again = await desk.pressrun("report")
    assert again.code == 0, again.err
    page.write_text("mine", encoding="utf-8")
    refused = await desk.pressrun("report")
    assert refused.code == 2
    assert "is no report" in refused.err
    assert page.read_text(encoding="utf-8") == "mine"
    told = await desk.told("report")
    made = told["cost"]["pictures"]
    assert made >= len(INKED + BLURRED)
    assert told["cost"]["sent"] == made
    assert sum(each["made"] for each in told["spans"]) == made
    assert [each["key"] for each in told["chapters"]] == ["ch01", "ch02"]
    assert told["chapters"][0]["approved"] == len(APPROVED)


async def test_what_cannot_be_meant_is_refused(desk: Desk, tmp_path: Path) -> None:
    """With what to do instead, and nothing is changed."""
    none = await desk.pressrun("settle", 99)
    assert none.out.startswith("There is no such drift; nothing was changed.")
    nothing = await desk.pressrun("settle")
    assert nothing.out.startswith("There is no drift to settle; nothing was changed.")
    both = await desk.pressrun("style", tmp_path, "--batch", 1)
    assert (both.code, "not both" in both.err) == (2, True)
    no_book = await desk.pressrun("style", tmp_path)
    assert (no_book.code, "is no book" in no_book.err) == (2, True)
    other = tmp_path / "other.txt"
    other.write_text("A fox", encoding="utf-8")
    unmade = await desk.pressrun("review", other)
    assert (unmade.code, "were made yet" in unmade.err) == (5, True)
    unknown = await desk.pressrun("reject", "ch01", "--because", "mood")
    assert unknown.code == 2


async def test_a_choice_that_changes_nothing_is_not_taken_in_silence(desk: Desk) -> None:
    """Pictures that are there are not made again: a run that makes none says so."""
    done = await desk.pressrun("run", desk.folder / "book.jsonl", "--outliers", "redo")
    assert "Nothing to make" in done.out
    assert "not for those that you have. To see those: pressrun review" in done.out
    quiet = await desk.pressrun("run", desk.folder / "book.jsonl")
    assert "pressrun review" not in quiet.out


async def test_no_list_of_panels_claims_that_nobody_is_needed(desk: Desk) -> None:
    """Pictures that stand out need the author as well, and are listed elsewhere."""
    told = await desk.pressrun("panels")
    assert "No panel was refused, failed or is in doubt" in told.out
    assert "pressrun review" in told.out


async def test_a_run_says_what_becomes_of_what_comes_from_now_on(desk: Desk) -> None:
    """The report tells it back, and so does the plan before."""
    source = desk.folder / "book.jsonl"
    lines = [{"key": f"ch03/p{number}", "prompt": f"Panel ch03/p{number}"} for number in range(10)]
    before = source.read_text(encoding="utf-8")
    source.write_text("\n".join([before, *map(json.dumps, lines)]), encoding="utf-8")
    choice = ["--outliers", "redo:3", "--repair-budget", "20 %"]
    planned = await desk.pressrun("plan", source, *choice)
    assert "At most 2 more pictures are made because of the style." in " ".join(planned.out.split())
    assert (await desk.pressrun("run", source, *choice)).code in (0, 3)
    report = await desk.compared()
    assert "each up to 3 times" in report.rule
    assert "of at most 2 repairs are ordered" in report.rule
    sidecar = json.loads((desk.folder / "book-pictures/ch03/p0.json").read_text(encoding="utf-8"))
    assert sidecar["style"]["measure"] == report.version
    assert sidecar["style"]["mark"] in ("in-style", "marked", "repairing")
    assert sidecar["style"]["approved"] == len(APPROVED)
