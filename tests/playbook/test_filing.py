"""A picture's bytes on their way from a page to their panel's name: receive, and then file."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.pages import SRC
from helpers.playbook import BYTES, PROMPT, Bench, PlayedPage, asked, chat, fetch, fresh, made
from pressrun.library import obstacles
from pressrun.library.decoding import BadPictureError
from pressrun.library.shelf import Shelf
from pressrun.press.filing import Filing
from pressrun.press.page import PageLostError, StepRefusedError
from pressrun.press.receive import receive
from pressrun.press.storage import DiskError
from pressrun.protocol.messages.base import PICTURE_BYTES, PIECE_BYTES
from pressrun.protocol.messages.page import Fetched
from pressrun.simulator import pictures
from pressrun.states import Ending, JobState, Step
from pressrun.store.attempts import Attempt

LONG = b"".join(bytes([number]) * PIECE_BYTES for number in range(6)) + b"end"
"""More pieces than are asked for at once."""

OTHER = pictures.draw("another fox", 2)


class Holding(PlayedPage):
    """A page that holds bytes, and does with them what a test wants."""

    def __init__(self, data: bytes, *, size: int | None = None, fails_at: int = -1) -> None:
        super().__init__()
        self.data = data
        self.size = len(data) if size is None else size
        self.fails_at = fails_at
        self.asked: list[tuple[int, int]] = []

    async def fetch(self, attempt: str, src: str) -> Fetched:
        """Hold the bytes."""
        del attempt, src
        digest = hashlib.sha256(self.data).hexdigest()
        return Fetched(size=self.size, sha256=digest, media="image/png")

    async def piece(self, attempt: str, offset: int, length: int) -> bytes:
        """Hand some of them out."""
        del attempt
        self.asked.append((offset, length))
        if offset == self.fails_at:
            raise PageLostError("the tab crashed")
        return self.data[offset : offset + length]


def left(library: Path) -> list[str]:
    """Return what lies where pictures arrive."""
    return sorted(each.name for each in (library / ".pressrun/incoming").glob("*"))


async def test_bytes_come_in_pieces_and_in_order(bench: Bench) -> None:
    """Each was asked for, and together they are what the page held."""
    page, shelf = Holding(LONG), Shelf(bench.library)
    sha256, size = await receive(page, shelf, "1.1", SRC)
    assert (sha256, size) == (hashlib.sha256(LONG).hexdigest(), len(LONG))
    assert shelf.received(sha256).read_bytes() == LONG
    assert [offset for offset, _ in page.asked] == list(range(0, len(LONG), PIECE_BYTES))
    assert page.asked[-1][1] == 3
    assert page.released == ["1.1"]
    assert left(bench.library) == []


@pytest.mark.parametrize("size", [0, PICTURE_BYTES + 1])
async def test_what_has_no_size_of_a_picture_is_not_asked_for(bench: Bench, size: int) -> None:
    """Neither nothing nor more than any picture has."""
    page = Holding(b"", size=size)
    with pytest.raises(BadPictureError, match=f"it has {size:,} bytes"):
        await receive(page, Shelf(bench.library), "1.1", SRC)
    assert page.asked == []


async def test_bytes_that_were_damaged_on_their_way_are_not_kept(bench: Bench) -> None:
    """They have another SHA-256 than those that the page held."""
    page, shelf = Holding(BYTES), Shelf(bench.library)
    sha256 = hashlib.sha256(BYTES).hexdigest()
    fetched = page.fetch

    async def damaged(attempt: str, src: str) -> Fetched:
        told = await fetched(attempt, src)
        page.data = b"x" + page.data[1:]
        return told

    page.fetch = damaged  # type: ignore[method-assign]
    with pytest.raises(BadPictureError, match="damaged on its way"):
        await receive(page, shelf, "1.1", SRC)
    assert not shelf.received(sha256).exists()
    assert page.released == []


@pytest.mark.parametrize("at", [0, PIECE_BYTES, 6 * PIECE_BYTES])
async def test_a_page_that_is_lost_between_two_pieces_leaves_nothing(bench: Bench, at: int) -> None:
    """What came is dropped; the page was never told to forget it."""
    page = Holding(LONG, fails_at=at)
    with pytest.raises(PageLostError):
        await receive(page, Shelf(bench.library), "1.1", SRC)
    assert left(bench.library) == []
    assert page.released == []


# filing


async def received(bench: Bench, *files: bytes) -> Attempt:
    """Make the next panel's picture, with the bytes of its answer's pictures."""
    attempt = await bench.claim()
    names = [f"file_{attempt.key}{number}" for number in range(len(files))]
    page = PlayedPage().sends(attempt.words).shows(fresh()).after(1)
    page.shows(asked(prompt=attempt.words, named=attempt.key)).after(20)
    page.shows(asked(made(*names), prompt=attempt.words, named=attempt.key))
    for name, data in zip(names, files, strict=True):
        page.expects(fetch(name), gives=data)
    assert await bench.make(page, attempt)
    return attempt


async def test_a_received_picture_gets_its_panels_name(bench: Bench) -> None:
    """And its job is done."""
    await bench.order(PROMPT)
    attempt = await received(bench, BYTES)
    assert await Filing(bench.store, bench.clock).file(attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.step, found.ending) == (JobState.DONE, Step.DONE, Ending.DONE)
    assert (bench.library / "fox.png").read_bytes() == BYTES
    assert PROMPT in (bench.library / "fox.json").read_text()


async def test_the_other_pictures_of_an_answer_are_kept_as_alternatives(bench: Bench) -> None:
    """Nothing that was made is lost."""
    await bench.order(PROMPT)
    attempt = await received(bench, BYTES, OTHER)
    await Filing(bench.store, bench.clock).file(attempt)
    kept = list((bench.library / ".pressrun/alternatives").rglob("*.png"))
    assert [each.read_bytes() for each in kept] == [OTHER]


async def test_bytes_that_are_no_picture_are_fetched_once_more(bench: Bench) -> None:
    """From their chat, which costs no prompt; the second time the panel is given up."""
    await bench.order(PROMPT)
    filing = Filing(bench.store, bench.clock)
    attempt = await received(bench, b"no picture at all")
    assert not await filing.file(attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.step, found.ending) == (JobState.DOUBT, Step.MADE, None)
    assert found.look_at == pytest.approx(bench.now)
    doubt = await bench.take_up(attempt)
    page = PlayedPage().expects(chat("fox")).shows(asked(made("file_fox0"), named="fox"))
    page.expects(fetch("file_fox0"), gives=b"no picture either")
    assert await bench.recover(page, doubt)
    assert not await filing.file(attempt)
    assert (await bench.stands(attempt)).job == JobState.FAILED


async def test_an_alternative_that_cannot_be_fetched_again_holds_nothing_back(
    bench: Bench,
) -> None:
    """The second time, what did come is filed."""
    await bench.order(PROMPT)
    doubt = await bench.doubt(Step.MADE, conversation="c1", file_id="file_1")
    page = PlayedPage().expects(chat("c1")).shows(asked(made("file_1", "file_2")))
    page.expects(fetch("file_1"), gives=BYTES)
    page.expects(fetch("file_2"), raises=StepRefusedError("status 403"))
    assert await bench.recover(page, doubt)
    assert (await bench.stands(doubt.attempt)).step == Step.RECEIVED


async def test_nothing_is_written_where_the_librarys_disk_was(bench: Bench) -> None:
    """The picture stays received, and is filed when the disk is back."""
    await bench.order(PROMPT)
    attempt = await received(bench, BYTES)
    filing, away = Filing(bench.store, bench.clock), bench.library.with_name("away")
    bench.library.rename(away)
    with pytest.raises(DiskError, match="the library is not there"):
        await filing.file(attempt)
    with pytest.raises(FileNotFoundError, match="the library is not there"):
        Shelf(bench.library).incoming("1.1")
    assert not bench.library.exists()
    away.rename(bench.library)
    assert await filing.file(attempt)


async def test_the_same_bytes_for_two_panels_need_their_author(bench: Bench) -> None:
    """The second picture is kept in quarantine, and told."""
    await bench.order("a one", "b two")
    filing = Filing(bench.store, bench.clock)
    first, second = await received(bench, BYTES), await received(bench, BYTES)
    assert await filing.file(first)
    assert not await filing.file(second)
    found = await bench.stands(second)
    assert found.job == JobState.FAILED
    assert "the same file as the picture of a" in found.reason
    assert list((bench.library / ".pressrun/quarantine").glob("b/*.png"))


@pytest.mark.parametrize("name", ["fox.png", "fox.json"])
async def test_what_is_in_the_way_of_one_picture_is_that_panels_own_matter(
    bench: Bench, name: str
) -> None:
    """The picture is kept as an alternative and on record, and others are filed."""
    await bench.order(PROMPT, "owl An owl")
    filing = Filing(bench.store, bench.clock)
    first, second = await received(bench, BYTES), await received(bench, OTHER)
    in_the_way = bench.library / name
    in_the_way.mkdir(parents=True)
    assert not await filing.file(first)
    assert await filing.file(second)
    found = await bench.stands(first)
    assert (found.job, found.ending) == (JobState.FAILED, Ending.FAILED)
    assert f"{in_the_way} is a folder" in found.reason
    assert "pressrun choose fox" in found.reason
    [kept] = (bench.library / ".pressrun/alternatives/fox").glob("*.png")
    assert kept.read_bytes() == BYTES
    assert str(kept) in found.reason
    assert (await bench.stands(second)).job == JobState.DONE
    assert in_the_way.is_dir()


@pytest.mark.parametrize("number", sorted(obstacles.ERRORS))
async def test_an_error_that_one_name_met_does_not_stop_the_others(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Whatever a file system says of one name, it is not a disk that cannot be written."""
    await bench.order(PROMPT)
    attempt = await received(bench, BYTES)

    def obstructed(*_: object) -> None:
        raise OSError(number, os.strerror(number), "fox.png")

    monkeypatch.setattr(Shelf, "place", obstructed)
    assert not await Filing(bench.store, bench.clock).file(attempt)
    assert (await bench.stands(attempt)).job == JobState.FAILED


async def test_a_library_that_cannot_be_written_leaves_the_attempt_received(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is filed when the disk takes it."""
    await bench.order(PROMPT)
    attempt = await received(bench, BYTES)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "place", full)
        with pytest.raises(DiskError, match="No space"):
            await Filing(bench.store, bench.clock).file(replace(attempt))
    assert (await bench.stands(attempt)).step == Step.RECEIVED
    assert await Filing(bench.store, bench.clock).file(attempt)
