"""A batch over the real relay and the real host, from prompts to files."""

import asyncio
import contextlib
import hashlib
import json
import sqlite3
import sys
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from helpers import profiles
from helpers.pictures import bomb, encoded
from helpers.site import Act
from pressrun.cli.client import connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.base import PIECE_BYTES, Nothing
from pressrun.protocol.messages.batch import BatchStart, BatchStatus
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.messages.verify import VerifyStep
from pressrun.states import BatchState
from wire.extension import Browser, browsing

PROMPTS = {"ch01/1": "A fox in the snow", "ch01/2": "A bear at sea", "ch01/3": "A cat in town"}


@pytest.fixture(autouse=True)
def _ungentle(home: Home) -> None:
    """Nobody has to find out gently what a played site takes."""
    home.make()
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt, of three pieces."""
    return encoded(size=(450, 400), seed=zlib.crc32(prompt.encode()))


def write_list(folder: Path) -> Path:
    """Write the prompt list."""
    path = folder / "book.jsonl"
    lines = [json.dumps({"key": key, "prompt": prompt}) for key, prompt in PROMPTS.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


async def run(home: Home, folder: Path) -> BatchStatus:
    """Have the list made in two tabs, and return how the batch stands in the end."""
    asked = BatchStart(source=str(write_list(folder)), library=str(folder / "out"))
    async with connect(home) as client, asyncio.timeout(180):
        started = await client.ask(calls.BATCH_START, asked)
        assert started.batch is not None
        after = -1
        while True:
            status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=5))
            after = status.revision
            [batch] = status.batches
            if batch.state == BatchState.DONE:
                return batch


def tree(folder: Path) -> set[str]:
    """Return the files that are the author's, not ours."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and ".pressrun" not in path.parts
    }


def check_pictures(folder: Path, browser: Browser) -> None:
    """Each prompt was sent once, and its picture has its name, its bytes and its record."""
    assert sorted(browser.sent) == sorted(PROMPTS.values())
    for key, prompt in PROMPTS.items():
        assert (folder / f"{key}.png").read_bytes() == draw(prompt)
        record = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
        assert record["prompt"] == prompt
        assert record["sha256"] == hashlib.sha256(draw(prompt)).hexdigest()
        assert record["conversation"].startswith("chat-")
    assert all(page.held == {} for page in browser.pages.values())


def reasons(home: Home) -> list[dict[str, Any]]:
    """Return the lines of the host's log that tell of bad pictures."""
    lines = map(json.loads, home.log.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line["event"] == "picture_bad"]


async def test_the_command_line_has_a_whole_batch_made(home: Home, tmp_path: Path) -> None:
    """`run` ends well when every picture is filed, sent once each, with a contact sheet."""
    source, out = write_list(tmp_path), tmp_path / "out"
    command = ["run", str(source), "--output", str(out), "--json", "--home", str(home.folder)]

    async def pressrun() -> tuple[int | None, Any]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pressrun", *command, stdout=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(180):
            printed, _ = await process.communicate()
        return process.returncode, json.loads(printed)

    async with browsing(home, draw) as browser:
        code, found = await pressrun()
        assert (code, found["done"], found["total"], found["state"]) == (0, 3, 3, "done")
        check_pictures(out, browser)
        code, found = await pressrun()
        assert (code, found["batch"], found["wanted"], found["made"]) == (0, None, 3, 3)
        assert found["library"] == str(out)
        assert len(browser.sent) == 3
    expected = {f"{key}{ending}" for key in PROMPTS for ending in (".png", ".json")}
    assert tree(out) == expected | {"contact-sheet.html"}


async def test_a_host_stops_though_its_browser_is_gone(home: Home, tmp_path: Path) -> None:
    """Tabs that nobody can close any more keep no host from ending, and nothing is lost by it."""
    sent = asyncio.Event()

    def never(_prompt: str) -> bytes:
        sent.set()
        return b""

    async with browsing(home, never) as browser:
        asked = BatchStart(source=str(write_list(tmp_path)), library=str(tmp_path / "out"))
        async with connect(home) as client, asyncio.timeout(90):
            await client.ask(calls.BATCH_START, asked)
            await sent.wait()
            browser.leave()
            await client.ask(calls.HOST_STOP, Nothing())


@pytest.mark.parametrize(("piece", "said"), [(0, [True, False]), (2, [True, True, False])])
async def test_the_machine_is_kept_awake_while_a_batch_runs(
    home: Home, tmp_path: Path, piece: int, said: list[bool]
) -> None:
    """From the first picture to the last, and no longer; over a new link it is said anew."""
    async with browsing(home, draw) as browser:
        browser.kill_at_piece = piece
        await run(home, tmp_path)
        async with asyncio.timeout(60):
            while browser.awake[-1:] != [False]:  # noqa: ASYNC110 - another program's doing
                await asyncio.sleep(0.02)
        assert browser.awake == said


@pytest.mark.parametrize("piece", [1, 2, 5])
async def test_a_relay_that_dies_between_pieces_costs_nothing(
    home: Home, tmp_path: Path, piece: int
) -> None:
    """The picture goes on over the next relay: no prompt is sent again, no byte is wrong."""
    async with browsing(home, draw) as browser:
        browser.kill_at_piece = piece
        batch = await run(home, tmp_path)
        assert (batch.done, batch.total) == (3, 3)
        assert browser.pieces > -(-len(draw(PROMPTS["ch01/1"])) // PIECE_BYTES) * 3
        check_pictures(tmp_path / "out", browser)


async def test_a_document_may_report_more_than_once(home: Home, tmp_path: Path) -> None:
    """A content script that says twice that it is ready is one document, worked on once."""
    async with browsing(home, draw) as browser:
        browser.reports = 3
        batch = await run(home, tmp_path)
        assert (batch.done, batch.total) == (3, 3)
        check_pictures(tmp_path / "out", browser)


async def test_further_pictures_of_an_answer_are_kept(home: Home, tmp_path: Path) -> None:
    """The first is the panel's; the other is an alternative with notes, and on record."""
    two = PROMPTS["ch01/2"]
    async with browsing(home, draw, {two: [Act.TWO]}) as browser:
        batch = await run(home, tmp_path)
        assert (batch.done, batch.total) == (3, 3)
        check_pictures(tmp_path / "out", browser)
        async with connect(home) as client, asyncio.timeout(90):
            part = await client.ask(calls.VERIFY, VerifyStep(run=None, repair=False))
            findings = list(part.findings)
            while not part.done:
                part = await client.ask(calls.VERIFY, VerifyStep(run=part.run, repair=False))
                findings += part.findings
    assert (findings, part.total) == ([], 4)
    other = draw(f"{two}, otherwise")
    digest = hashlib.sha256(other).hexdigest()
    kept = tmp_path / "out/.pressrun/alternatives/ch01/2" / f"{digest[:16]}.png"
    assert kept.read_bytes() == other
    notes = json.loads(kept.with_suffix(".json").read_text(encoding="utf-8"))
    assert (notes["key"], notes["prompt"], notes["sha256"]) == ("ch01/2", two, digest)
    assert notes["file_id"].endswith("b")
    with contextlib.closing(sqlite3.connect(home.store)) as store:
        rows = store.execute("SELECT key, place FROM images WHERE sha256 = ?", [digest]).fetchall()
    assert rows == [("ch01/2", "alternative")]


class Torn(dict[str, bytes]):
    """Files of which each is torn the first time that it is fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: Counter[str] = Counter()

    def __getitem__(self, src: str) -> bytes:
        """Return a file, or half of it."""
        data = super().__getitem__(src)
        self.fetched[src] += 1
        return data if self.fetched[src] > 1 else data[: len(data) // 2]


async def test_a_picture_that_proves_damaged_is_fetched_again(home: Home, tmp_path: Path) -> None:
    """From the chat that it was made in: no prompt is sent for it, and none is lost."""
    async with browsing(home, draw) as browser:
        files = browser.site.files = Torn()
        batch = await run(home, tmp_path)
        assert (batch.done, batch.total) == (3, 3)
        check_pictures(tmp_path / "out", browser)
    assert set(files.fetched.values()) == {2}
    assert len(reasons(home)) == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!doctype html><title>Too many requests</title>", "not a PNG, JPEG or WebP"),
        (encoded(size=(64, 64))[:-2_000], "damaged"),
        (bomb(8_001, 8_000), "8,001 by 8,000 pixels; the limit is"),
    ],
    ids=["a page", "half a picture", "too many pixels"],
)
async def test_what_is_no_picture_is_never_filed(
    home: Home, tmp_path: Path, data: bytes, words: str
) -> None:
    """It is fetched once more; then its job fails with the reason, and its name stays free."""
    bad = PROMPTS["ch01/2"]
    async with browsing(home, lambda prompt: data if prompt == bad else draw(prompt)):
        batch = await run(home, tmp_path)
    assert (batch.done, batch.failed, batch.total) == (2, 1, 3)
    files = tree(tmp_path / "out")
    assert {"ch01/1.png", "ch01/3.png"} <= files
    assert not [name for name in files if name.startswith("ch01/2")]
    told = reasons(home)
    assert len(told) == 2
    assert all(words in line["reason"] for line in told)
    with contextlib.closing(sqlite3.connect(home.store)) as store:
        [(reason,)] = store.execute("SELECT reason FROM jobs WHERE key = 'ch01/2'").fetchall()
    assert words in reason
