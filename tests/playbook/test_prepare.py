"""Before the commit point: a fresh chat, references, image mode, and a prompt read back equal."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from helpers.pages import SRC, notice, picture, seen, user
from helpers.playbook import (
    BYTES,
    PROMPT,
    Bench,
    Command,
    PlayedPage,
    asked,
    attach,
    click,
    fill,
    fresh,
    home,
    paste,
    type_in,
    written,
)
from pressrun import files
from pressrun.library.shelf import Shelf
from pressrun.picture.recipe import Reference
from pressrun.press.page import PageLostError, StepRefusedError
from pressrun.press.prepare import prepare
from pressrun.protocol.messages.page import Reading, SeenSign
from pressrun.states import Ending, JobState
from pressrun.store.attempts import Attempt

MODE = (click("add_menu"), click("create_image"))

FOX = Reference("fox.png", "image/png", hashlib.sha256(BYTES).hexdigest())
TREE = Reference("tree.png", "image/png", hashlib.sha256(b"a tree").hexdigest())


async def claimed(bench: Bench, *references: Reference, unsent: int = 0) -> Attempt:
    """Claim a panel that goes with reference pictures, which are kept in the library."""
    await bench.order(PROMPT)
    files.write(Shelf(bench.library).reference(FOX.sha256), BYTES)
    files.write(Shelf(bench.library).reference(TREE.sha256), b"a tree")
    return replace(await bench.claim(), references=references, unsent=unsent)


async def prepared(
    bench: Bench,
    page: PlayedPage,
    attempt: Attempt,
    **more: Any,  # noqa: ANN401 - a desk's
) -> set[str]:
    """Prepare a page, as its script has it."""
    shown = await prepare(bench.desk(page, attempt, **more))
    page.check()
    return set(shown.pictures)


def able(**more: Any) -> Reading:  # noqa: ANN401 - any field of a reading
    """Return a fresh chat that has a place for files."""
    return fresh(seen=[*fresh().seen, seen("file_input")], **more)


async def test_a_page_that_was_used_before_is_loaded_anew(bench: Bench) -> None:
    """Only one that was just opened is a fresh chat by itself."""
    attempt = await claimed(bench)
    page = PlayedPage(fresh=False).shows(asked()).expects(home()).prepares()
    await prepared(bench, page, attempt)


async def test_a_page_that_brought_a_picture_goes_on_by_its_own_link(bench: Bench) -> None:
    """A load costs the browser more than the site."""
    attempt = await claimed(bench)
    page = PlayedPage(fresh=False).shows(asked()).expects(click("new_chat")).after(1).prepares()
    await prepared(bench, page, attempt, onward=True)
    assert page.document == "T1.1"


@pytest.mark.parametrize("refused", [True, False])
async def test_a_link_that_leads_nowhere_is_made_up_for_by_a_load(
    bench: Bench, *, refused: bool
) -> None:
    """Whether it is not there, or the chat of before stays."""
    attempt = await claimed(bench)
    raises = StepRefusedError("no such link") if refused else None
    page = PlayedPage(fresh=False).shows(asked()).expects(click("new_chat"), raises=raises)
    page.expects(home()).prepares()
    await prepared(bench, page, attempt, onward=True)
    assert bench.now == pytest.approx(0 if refused else bench.site.limits.mode)


async def test_a_page_that_lacks_what_is_needed_stops_the_account(bench: Bench) -> None:
    """With what it lacks; nothing is sent, and the page is kept."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh(seen=[seen("shell"), seen("composer")]))
    assert not await bench.make(page, attempt)
    rests = await bench.rests()
    assert "lacks add_menu" in rests.because
    assert bench.now == pytest.approx(bench.site.limits.page)
    assert bench.kept == [page]


async def test_a_page_that_stays_busy_brings_the_panel_back_with_the_reason(bench: Bench) -> None:
    """It is known what is in the way, and it may pass."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh(stop=True))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert found.reason == "a fresh chat was not seen within 45 s: the site is still answering"
    assert (found.job, found.unsent) == (JobState.WAITING, 1)


async def test_a_page_that_shows_nothing_at_all_brings_the_panel_back(bench: Bench) -> None:
    """There is no more to say than that."""
    attempt = await claimed(bench)
    page = PlayedPage()
    assert not await bench.make(page, attempt)
    assert (await bench.stands(attempt)).reason == "a fresh chat was not seen within 45 s"


async def test_a_page_that_comes_to_be_ready_is_waited_for(bench: Bench) -> None:
    """A draft that the page empties, an answer that ends."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh(composers=0)).after(30).prepares()
    await prepared(bench, page, attempt)
    assert bench.now == pytest.approx(30)


async def test_nothing_is_sent_in_the_name_of_another_identity(bench: Bench) -> None:
    """Somebody else signed in since the panel was claimed."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh(account="b" * 64))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending) == (JobState.WAITING, Ending.RETURNED)
    assert found.reason == "somebody else is signed in by now"


async def test_a_menu_needs_a_moment_to_open(bench: Bench) -> None:
    """What is not there yet is clicked again at the next reading."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(click("add_menu"))
    page.expects(click("create_image"), raises=StepRefusedError("no create_image"))
    page.expects(click("create_image")).shows(fresh(mode_on=True)).expects(fill(PROMPT))
    await prepared(bench, page.shows(written()), attempt)


async def test_a_limit_told_while_a_menu_opens_ends_the_wait(bench: Bench) -> None:
    """The account rests, and no try is lost."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(click("add_menu"))
    page.shows(fresh(notices=[notice("Too many requests.")]))
    assert not await bench.make(page, attempt)
    assert (await bench.rests()).until == pytest.approx(bench.now + 600)
    assert (await bench.stands(attempt)).unsent == 0


def without_mode() -> PlayedPage:
    """Return a page on which image mode never comes on."""
    return PlayedPage().shows(fresh()).expects(*MODE)


async def test_image_mode_that_does_not_come_on_brings_the_panel_back_once(bench: Bench) -> None:
    """It may have been for want of time."""
    attempt = await claimed(bench)
    assert not await bench.make(without_mode(), attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.unsent) == (JobState.WAITING, 1)
    assert found.reason == "image mode was not seen within 10 s"
    assert (await bench.rests()).until is None


async def test_image_mode_that_does_not_come_on_again_stops_the_account(bench: Bench) -> None:
    """The model that is chosen makes no pictures, perhaps."""
    attempt = await claimed(bench, unsent=1)
    page = without_mode()
    assert not await bench.make(page, attempt)
    rests = await bench.rests()
    assert "is a model without pictures selected?" in rests.because
    assert rests.until == pytest.approx(bench.now + bench.site.limits.stopped)
    assert bench.kept == [page]


async def test_a_role_that_never_comes_is_told_by_the_pages_own_word(bench: Bench) -> None:
    """The last refusal is the reason."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh())
    for _ in range(2):
        page.expects(click("add_menu"), raises=StepRefusedError("two menus"))
    assert not await bench.make(page, attempt)
    assert (await bench.stands(attempt)).reason == "two menus"


async def test_a_site_without_modes_is_not_asked_for_one(bench: Bench) -> None:
    """Its profile lists no clicks."""
    bench.site = bench.site.model_copy(update={"mode": []})
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(fill(PROMPT)).shows(written())
    await prepared(bench, page, attempt)
    assert "turning on image mode" not in bench.told


async def test_a_prompt_that_is_not_taken_whole_is_typed_on_a_page_loaded_anew(
    bench: Bench,
) -> None:
    """Whatever is in the composer is left behind."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(*MODE).shows(fresh(mode_on=True))
    page.expects(fill(PROMPT)).shows(written("fox A fox in"))
    page.expects(home()).shows(fresh()).expects(*MODE).shows(fresh(mode_on=True))
    page.expects(type_in(PROMPT)).shows(written())
    await prepared(bench, page, attempt)


async def test_a_prompt_that_is_not_taken_twice_brings_the_panel_back(bench: Bench) -> None:
    """With where it differs."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(*MODE).shows(fresh(mode_on=True))
    page.expects(fill(PROMPT)).shows(written("fox A fox in"))
    page.expects(home()).shows(fresh()).expects(*MODE).shows(fresh(mode_on=True))
    page.expects(type_in(PROMPT)).shows(written("fox A cat in the snow"))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.unsent) == (JobState.WAITING, 1)
    assert "has 'cat in the s' where the prompt has 'fox in the s'" in found.reason


async def test_a_limit_told_while_the_prompt_is_written_ends_that_at_once(bench: Bench) -> None:
    """It is not taken for a composer that took no prompt."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(*MODE).shows(fresh(mode_on=True))
    page.expects(fill(PROMPT)).shows(fresh(notices=[notice("Too many requests.")]))
    assert not await bench.make(page, attempt)
    assert (await bench.rests()).until == pytest.approx(bench.now + 600)


async def test_two_sends_of_an_account_are_kept_apart(bench: Bench) -> None:
    """Whichever tabs they come from; nothing is waited for between reading back and Send."""
    await bench.order("a one", "b two")
    await prepared(bench, PlayedPage().prepares("a one"), await bench.claim())
    assert bench.now == pytest.approx(0)
    await prepared(bench, PlayedPage(2).prepares("b two"), await bench.claim())
    assert bench.now == pytest.approx(bench.site.pace.gap)


async def test_what_a_page_shows_before_send_is_known(bench: Bench) -> None:
    """By its address: none of it is the answer."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(*MODE).shows(fresh(mode_on=True))
    page.expects(fill(PROMPT)).shows(written(loose=[picture("file_old")]))
    assert await prepared(bench, page, attempt) == {SRC.format("file_old")}


# reference pictures


async def test_every_reference_picture_is_seen_to_be_uploaded(bench: Bench) -> None:
    """One after the other, before image mode is switched on."""
    attempt = await claimed(bench, FOX, TREE)
    page = PlayedPage().shows(able()).expects(attach("fox.png")).shows(able(chips=1))
    page.expects(attach("tree.png")).shows(able(chips=2, chips_pending=1)).after(40)
    page.shows(able(chips=2)).expects(*MODE).shows(able(chips=2, mode_on=True))
    page.expects(fill(PROMPT)).shows(written(chips=2))
    await prepared(bench, page, attempt)
    assert bench.told[:2] == ["opening a new chat", "attaching the reference pictures"]


async def test_a_page_without_a_place_for_files_takes_no_prompt_with_references(
    bench: Bench,
) -> None:
    """It is told what is missing."""
    attempt = await claimed(bench, FOX)
    assert not await bench.make(PlayedPage().shows(fresh()), attempt)
    assert "lacks file_input" in (await bench.rests()).because


async def test_a_file_that_the_site_knows_already_is_confirmed(bench: Bench) -> None:
    """Closing its question counts as attached."""
    attempt = await claimed(bench, FOX)
    asks = SeenSign(name="duplicate_file", rule="#d", where="#d", text="Attach again?")
    page = PlayedPage().shows(able()).expects(attach("fox.png")).shows(able(signs=[asks]))
    page.expects(click("duplicate_ok")).after(2).shows(able(chips=1)).expects(*MODE)
    page.shows(able(chips=1, mode_on=True)).expects(fill(PROMPT)).shows(written(chips=1))
    await prepared(bench, page, attempt)


async def test_an_upload_that_does_not_end_brings_the_panel_back(bench: Bench) -> None:
    """By its name, after two minutes."""
    attempt = await claimed(bench, FOX)
    page = PlayedPage().shows(able()).expects(attach("fox.png")).shows(able(chips_pending=1))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.unsent) == (JobState.WAITING, 1)
    assert "'fox.png', uploaded, was not seen within 120 s" in found.reason


async def test_the_second_time_a_reference_picture_is_pasted(bench: Bench) -> None:
    """Where a page's own place for files took none."""
    attempt = await claimed(bench, FOX, unsent=1)
    page = PlayedPage().shows(able()).expects(paste("fox.png"), raises=StepRefusedError("no"))
    assert not await bench.make(page, attempt)
    assert (await bench.stands(attempt)).unsent == 2


async def test_a_reference_picture_that_is_not_taken_a_third_time_stops_the_account(
    bench: Bench,
) -> None:
    """The site takes none, as it seems."""
    attempt = await claimed(bench, FOX, unsent=2)
    page = PlayedPage().shows(able())
    page.expects(attach("fox.png"), raises=StepRefusedError("two places for files"))
    assert not await bench.make(page, attempt)
    rests = await bench.rests()
    assert rests.because == "two places for files"
    assert rests.until == pytest.approx(bench.now + bench.site.limits.stopped)
    assert bench.kept == [page]


async def test_a_reference_picture_that_is_gone_fails_its_panel(bench: Bench) -> None:
    """Nothing is sent without it, and trying again would not help."""
    attempt = await claimed(bench, replace(FOX, sha256="0" * 64))
    assert not await bench.make(PlayedPage().shows(able()), attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending) == (JobState.FAILED, Ending.FAILED)
    assert "fox.png" in found.reason


@pytest.mark.parametrize(
    "at", ["go", "add_menu", "create_image", "fill"], ids=lambda at: f"lost at {at}"
)
async def test_a_page_may_be_lost_at_every_step_and_nothing_is_sent(bench: Bench, at: str) -> None:
    """Its panel goes back, and the account is no nearer to its stop."""
    attempt = await claimed(bench)
    page = PlayedPage(fresh=False)
    for step in (home(), *MODE, fill(PROMPT)):
        page.shows(fresh(mode_on=step == fill(PROMPT)))
        if at in (step.what, step.about):
            page.expects(step, raises=PageLostError("gone"))
            break
        page.expects(Command(step.what, step.about))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending, found.reason) == (JobState.WAITING, Ending.RETURNED, "gone")
    assert (await bench.rests()).unsent == 0


async def test_a_chat_in_which_somebody_writes_meanwhile_gets_no_prompt(bench: Bench) -> None:
    """Neither the pasted nor the typed one."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(*MODE).shows(fresh(mode_on=True))
    page.expects(fill(PROMPT)).shows(written(turns=[user("Hello")])).expects(home())
    page.shows(fresh()).expects(*MODE).shows(fresh(mode_on=True)).expects(type_in(PROMPT))
    page.shows(written(turns=[user("Hello")]))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert found.reason == "somebody else wrote in the chat meanwhile"
