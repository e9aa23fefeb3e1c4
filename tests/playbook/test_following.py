"""A panel of a group on its page: sent with the picture of the one before, which comes last."""

import hashlib
from dataclasses import replace

import pytest

from helpers import deciding
from helpers.deciding import Wish
from helpers.pages import HOME, answered, picture, reading, seen, user
from helpers.playbook import (
    BYTES,
    PROMPT,
    Bench,
    PlayedPage,
    asked,
    attach,
    chat,
    click,
    fetch,
    fill,
    fresh,
    made,
    written,
)
from pressrun import files
from pressrun.library.shelf import Shelf
from pressrun.picture.recipe import Reference
from pressrun.press.filing import Filing
from pressrun.press.prepare import prepare
from pressrun.protocol.messages.page import Reading
from pressrun.simulator import pictures
from pressrun.states import Destination, Ending, JobState, Step
from pressrun.store.attempts import Attempt
from pressrun.store.tables import batches

MODE = (click("add_menu"), click("create_image"))
FIRST = "first A fox at the edge of a wood"
BEFORE = pictures.draw("the panel before", 1)
SHEET = Reference("sheet.png", "image/png", hashlib.sha256(BYTES).hexdigest())


def able(**more: object) -> Reading:
    """Return a fresh chat that has a place for files."""
    return fresh(seen=[*fresh().seen, seen("file_input")], **more)


async def follower(bench: Bench, *, chats: int = 1) -> Attempt:
    """Have the first panel of a group made, and claim the second one."""
    batch = await bench.order(FIRST, PROMPT, before={"fox": "first"})
    await bench.book.set(batches, batch, chats=chats)
    first = await bench.claim()
    sha256 = hashlib.sha256(BEFORE).hexdigest()
    for each in (Step.SUBMITTING, Step.SUBMITTED, Step.MADE):
        known = {"conversation": "c1"} if each == Step.SUBMITTED else {}
        await bench.book.advance(first, each, "gone", **known)
    files.write(Shelf(bench.library).received(sha256), BEFORE)
    files.write(Shelf(bench.library).reference(SHEET.sha256), BYTES)
    await bench.book.advance(first, Step.RECEIVED, "gone", sha256=sha256, bytes=len(BEFORE))
    assert await Filing(bench.store, bench.clock).file(first)
    attempt = await bench.claim()
    assert attempt.followed == sha256
    return attempt


async def test_the_picture_before_is_attached_after_the_references(bench: Bench) -> None:
    """In a fresh chat with all of them, under the name that it has in the library."""
    attempt = replace(await follower(bench), references=(SHEET,))
    page = PlayedPage().shows(able()).expects(attach("sheet.png")).shows(able(chips=1))
    page.expects(attach("first.png")).shows(able(chips=2)).expects(*MODE)
    page.shows(able(chips=2, mode_on=True)).expects(fill(PROMPT)).shows(written(chips=2))
    page.expects(click("send")).shows(asked(made("file_1"))).expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)
    assert (await bench.book.attempt(attempt))["followed"] == attempt.followed


async def test_in_a_kept_chat_the_picture_before_is_all_that_is_attached(bench: Bench) -> None:
    """The references are there from its start; a picture above is only one of several."""
    attempt = await follower(bench, chats=4)
    assert attempt.destination == Destination.KEPT

    def shows(**more: object) -> Reading:
        turns = [user(FIRST), answered(pictures=[picture("file_0")], finished=True)]
        places = [*fresh().seen, seen("file_input")]
        return reading(**{"url": f"{HOME}c/c1", "turns": turns, "seen": places, **more})

    page = PlayedPage(fresh=False).expects(chat("c1")).shows(shows())
    page.expects(attach("first.png")).shows(shows(chips=1)).expects(*MODE)
    page.shows(shows(chips=1, mode_on=True)).expects(fill(PROMPT))
    page.shows(shows(chips=1, mode_on=True, composer_text=PROMPT, send=True))
    await prepare(bench.desk(page, attempt))
    page.check()


async def test_a_page_without_a_place_for_files_takes_no_follower(bench: Bench) -> None:
    """It would be sent without the picture that it follows."""
    attempt = await follower(bench)
    assert not await bench.make(PlayedPage().shows(fresh()), attempt)
    assert "lacks file_input" in (await bench.rests()).because


async def test_a_picture_that_its_author_retouched_is_what_is_followed(bench: Bench) -> None:
    """What goes out is what lies in the library, and it is on record."""
    attempt = await follower(bench)
    (bench.library / "first.png").write_bytes(BYTES)
    page = PlayedPage().shows(able()).expects(attach("first.png")).shows(able(chips=1))
    page.expects(*MODE).shows(able(chips=1, mode_on=True)).expects(fill(PROMPT))
    page.shows(written(chips=1)).expects(click("send")).shows(asked(made("file_1")))
    assert await bench.make(page.expects(fetch("file_1"), gives=BYTES), attempt)
    found = await bench.book.attempt(attempt)
    assert found["followed"] == hashlib.sha256(BYTES).hexdigest()


@pytest.mark.parametrize("damage", ["gone", "no picture", "huge", "a folder"])
async def test_without_the_picture_before_nothing_is_sent(bench: Bench, damage: str) -> None:
    """It goes back, as the picture may be on its way; in the end it is given up, and told."""
    attempt = await follower(bench)
    file = bench.library / "first.png"
    file.unlink()
    match damage:
        case "no picture":
            file.write_bytes(b"\0 no picture")
        case "huge":
            with file.open("wb") as huge:
                huge.truncate(21 << 20)
        case "a folder":
            file.mkdir()
    for unsent in range(1, 20):
        assert not await bench.make(PlayedPage().shows(able()), attempt)
        found = await bench.stands(attempt)
        assert "first.png" in found.reason
        if found.job == JobState.FAILED:
            break
        assert (found.job, found.ending, found.unsent) == ("waiting", Ending.RETURNED, unsent)
        bench.book.now = (found.due or 0) + bench.began
        attempt = await bench.book.claimed()
    assert found.job == JobState.FAILED
    assert (await bench.rests()).until is None


async def test_a_picture_that_is_replaced_before_send_sends_the_panel_back(bench: Bench) -> None:
    """All was ready, and the author ordered the panel before anew: it waits for the new one."""
    attempt = await follower(bench)

    async def redo() -> None:
        await bench.store.do(
            deciding.redo, bench.clock.now(), str(bench.library), ["first"], Wish()
        )

    page = PlayedPage().shows(able()).expects(attach("first.png")).shows(able(chips=1))
    page.expects(*MODE).shows(able(chips=1, mode_on=True)).expects(fill(PROMPT)).meanwhile(redo)
    assert not await bench.make(page.shows(written(chips=1)), attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending) == (JobState.HELD, Ending.RETURNED)
    assert found.reason == "the panel that it follows is given another picture"
