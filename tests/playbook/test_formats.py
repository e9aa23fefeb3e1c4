"""Formats: chosen in a page's menu, and measured when the picture has come."""

import contextlib
from typing import Any

import pytest
from structlog.testing import capture_logs

from helpers.pages import notice, reading, seen
from helpers.pictures import encoded
from helpers.playbook import PROMPT, Bench, PlayedPage, asked, click, fetch, fresh, made
from pressrun import failpoint
from pressrun.press.desk import TroubleError
from pressrun.press.filing import Filing
from pressrun.press.format import choose, in_words
from pressrun.press.page import StepRefusedError
from pressrun.protocol.messages.page import Reading
from pressrun.sites.profile import SiteProfile
from pressrun.states import BatchState, Destination, Ending, JobState, Step, WrongFormat
from pressrun.store import batches, panels
from pressrun.store.attempts import Attempt
from pressrun.store.tables import jobs

ROLES = ["format_menu", "format 3:4", "format 16:9", "chosen 3:4", "chosen 16:9"]

WIDE, TALL = encoded(size=(64, 48)), encoded(size=(48, 64), seed=1)
OPEN = ("format_menu", "format 3:4", "format 16:9")


@pytest.fixture
def menu(bench: Bench) -> Bench:
    """A bench whose site has a menu of formats."""
    site = bench.site
    clickable = {**site.common.clickable, **dict.fromkeys(ROLES, ("#menu",))}
    common = site.common.model_copy(update={"clickable": clickable})
    told = {name: getattr(site, name) for name in SiteProfile.model_fields}
    bench.site = SiteProfile.model_construct(**{**told, "common": common})
    return bench


def shows(*roles: str, **more: Any) -> Reading:  # noqa: ANN401 - any field of a reading
    """Return a fresh chat in image mode that shows these roles."""
    return reading(mode_on=True, seen=[seen(role) for role in ("composer", *roles)], **more)


async def chooses(bench: Bench, page: PlayedPage, wanted: str = "3:4") -> bool:
    """Have a format chosen on a page, as its script has it."""
    await bench.order(PROMPT)
    found = await choose(bench.desk(page, await bench.claim()), wanted)
    page.check()
    return found


async def test_a_format_is_chosen_in_the_menu_and_seen_on_its_button(menu: Bench) -> None:
    """The menu closes by itself, and the button tells what is chosen."""
    page = PlayedPage().shows(shows("format_menu")).expects(click("format_menu")).after(1)
    page.shows(shows(*OPEN)).expects(click("format 3:4")).after(1)
    page.shows(shows("format_menu", "chosen 3:4"))
    assert await chooses(menu, page)


async def test_a_menu_that_stays_open_is_closed_again(menu: Bench) -> None:
    """Its entry tells what is chosen."""
    page = PlayedPage().shows(shows("format_menu")).expects(click("format_menu"))
    page.shows(shows(*OPEN, "chosen 16:9")).expects(click("format 3:4")).after(1)
    page.shows(shows(*OPEN, "chosen 3:4")).expects(click("format_menu"))
    page.shows(shows("format_menu"))
    assert await chooses(menu, page)


async def test_a_button_that_tells_nothing_is_opened_again_to_look(menu: Bench) -> None:
    """While the menu is open its button may be out of reach; then the entry closes it."""
    page = PlayedPage().shows(shows("format_menu")).expects(click("format_menu"))
    page.shows(shows(*OPEN, "chosen 16:9")).expects(click("format 3:4")).after(1)
    page.shows(shows("format_menu")).expects(click("format_menu"))
    page.shows(shows(*OPEN, "chosen 3:4"))
    page.expects(click("format_menu"), raises=StepRefusedError("hidden"))
    page.expects(click("format 3:4")).shows(shows("format_menu"))
    assert await chooses(menu, page)


async def test_what_is_chosen_already_is_not_chosen_again(menu: Bench) -> None:
    """A page may remember it from the picture before."""
    assert await chooses(menu, PlayedPage().shows(shows("format_menu", "chosen 3:4")))


async def test_a_format_that_is_not_in_the_menu_leaves_it_closed(menu: Bench) -> None:
    """It is asked for in words then."""
    page = PlayedPage().shows(shows("format_menu")).expects(click("format_menu"))
    page.shows(shows("format_menu", "format 16:9"))
    page.expects(click("format 3:4"), raises=StepRefusedError("nothing has it"))
    page.expects(click("format_menu")).shows(shows("format_menu"))
    assert not await chooses(menu, page)


async def test_a_choice_that_is_not_seen_does_not_count(menu: Bench) -> None:
    """The site may have its own mind."""
    page = PlayedPage().shows(shows("format_menu")).expects(click("format_menu"))
    page.shows(shows(*OPEN, "chosen 16:9")).expects(click("format 3:4")).after(1)
    page.shows(shows("format_menu")).expects(click("format_menu"))
    page.shows(shows(*OPEN, "chosen 16:9")).expects(click("format_menu"))
    page.shows(shows("format_menu"))
    assert not await chooses(menu, page)


async def test_a_page_without_a_menu_costs_a_second(menu: Bench) -> None:
    """Nothing is clicked on it."""
    assert not await chooses(menu, PlayedPage().shows(shows("add_menu")))
    assert menu.now == pytest.approx(1.0)


@pytest.mark.parametrize("wanted", ["2:3", "21:9"])
async def test_a_format_that_no_menu_has_is_not_looked_for(menu: Bench, wanted: str) -> None:
    """The site profile says which ones there are."""
    assert not await chooses(menu, PlayedPage().shows(shows("format_menu")), wanted)
    assert menu.now == 0.0


async def test_a_limit_that_the_page_tells_meanwhile_is_heard(menu: Bench) -> None:
    """As at every other step before Send."""
    page = PlayedPage().shows(shows("format_menu")).expects(click("format_menu"))
    limit = notice("You've hit your limit. Please try again later.")
    page.shows(shows("format_menu", notices=[limit]))
    with pytest.raises(TroubleError, match="hit your limit"):
        await chooses(menu, page)


# the picture that comes


async def received(bench: Bench, data: bytes) -> Attempt:
    """Make the next panel's picture, with these bytes."""
    attempt = await bench.claim()
    name = f"file_{attempt.name}"
    words = attempt.words
    if attempt.recipe.format and attempt.destination == Destination.FRESH:
        words = f"{words}\n\n{in_words(attempt.recipe.format)}"
    page = PlayedPage().sends(words).shows(fresh()).after(1)
    page.shows(asked(prompt=words, named=attempt.name)).after(20)
    page.shows(asked(made(name), prompt=words, named=attempt.name))
    page.expects(fetch(name), gives=data)
    assert await bench.make(page, attempt)
    return attempt


def filing(bench: Bench) -> Filing:
    """Return what files pictures."""
    return Filing(bench.store, bench.clock)


async def takes(bench: Bench) -> list[tuple[str, str | None]]:
    """Return what each picture of the panel is, and the format that was asked for."""
    found = await bench.store.do(panels.pictures, str(bench.library), "fox")
    return [(each.place.value, each.format) for each in found]


AGAIN = {"ratio": "3:4", "wrong_format": WrongFormat.AGAIN}


async def test_a_picture_of_another_format_is_kept_and_told(bench: Bench) -> None:
    """Unless the batch says otherwise."""
    await bench.order(PROMPT, ratio="3:4")
    attempt = await received(bench, WIDE)
    with capture_logs() as logged:
        assert await filing(bench).file(attempt)
    (told,) = [each for each in logged if each["event"] == "format_wrong"]
    assert (told["size"], told["again"]) == ("64×48 instead of 3:4", False)
    assert (bench.library / "fox.png").read_bytes() == WIDE
    assert '"format": "3:4"' in (bench.library / "fox.json").read_text()
    (panel,) = await bench.store.do(panels.of, str(bench.library))
    assert panel.misfit == "64×48 instead of 3:4"
    assert await bench.book.claim() is None


async def test_a_picture_of_the_format_is_not_told(bench: Bench) -> None:
    """Nor is one for which none was asked."""
    await bench.order(PROMPT, "bear A bear", **AGAIN)
    await bench.book.set(jobs, 2, format=None)
    with capture_logs() as logged:
        assert await filing(bench).file(await received(bench, TALL))
        assert await filing(bench).file(await received(bench, WIDE))
    assert not [each for each in logged if each["event"] == "format_wrong"]
    assert (await bench.book.states()) == {"fox": JobState.DONE, "bear": JobState.DONE}


async def test_a_panel_is_made_once_more_for_its_format(bench: Bench) -> None:
    """The first picture is kept as an alternative, and the second one stands."""
    batch = await bench.order(PROMPT, **AGAIN)
    first = await received(bench, WIDE)
    assert await filing(bench).file(first)
    assert await takes(bench) == [("alternative", "3:4")]
    assert not (bench.library / "fox.png").exists()
    found = await bench.stands(first)
    assert (found.job, found.step, found.ending) == (JobState.DONE, Step.DONE, Ending.DONE)
    assert (await bench.book.batch(batch))["state"] == BatchState.RUNNING
    second = await received(bench, TALL)
    assert second.recipe == first.recipe
    assert await filing(bench).file(second)
    assert await takes(bench) == [("alternative", "3:4"), ("current", "3:4")]
    assert (bench.library / "fox.png").read_bytes() == TALL
    assert (await bench.book.batch(batch))["state"] == BatchState.DONE


async def test_a_panel_is_made_once_more_only_once(bench: Bench) -> None:
    """The second picture stands, whatever its format."""
    await bench.order(PROMPT, **AGAIN)
    assert await filing(bench).file(await received(bench, WIDE))
    assert await filing(bench).file(await received(bench, encoded(size=(64, 48), seed=7)))
    assert await takes(bench) == [("alternative", "3:4"), ("current", "3:4")]
    assert await bench.book.claim() is None


async def test_a_panel_that_is_made_once_more_counts_once(bench: Bench) -> None:
    """A list of one panel stays one of one."""
    batch = await bench.order(PROMPT, **AGAIN)
    await filing(bench).file(await received(bench, WIDE))
    (told,) = await bench.store.do(batches.numbers)
    assert {state: count for state, count in told.jobs.items() if count} == {JobState.WAITING: 1}
    assert told.id == batch


async def test_a_correction_is_not_made_once_more(bench: Bench) -> None:
    """Its chat has gone on."""
    await bench.order(PROMPT, **AGAIN)
    attempt = await received(bench, WIDE)
    await bench.book.set(jobs, attempt.job, in_chat="c1")
    assert await filing(bench).file(attempt)
    assert await takes(bench) == [("current", "3:4")]
    assert await bench.book.claim() is None


async def test_nothing_more_is_sent_once_the_batch_is_cancelled(bench: Bench) -> None:
    """The picture that comes is filed as it is."""
    await bench.order(PROMPT, **AGAIN)
    attempt = await received(bench, WIDE)
    await bench.book.change(BatchState.CANCELLED)
    assert await filing(bench).file(attempt)
    assert await takes(bench) == [("current", "3:4")]
    assert await bench.book.claim() is None


async def test_words_that_changed_meanwhile_are_made_instead(bench: Bench) -> None:
    """What the list no longer asks for is not made once more."""
    await bench.order(PROMPT, **AGAIN)
    attempt = await received(bench, WIDE)
    await bench.order("fox A fox in the rain", outdated="fox", **AGAIN)
    assert await filing(bench).file(attempt)
    assert await takes(bench) == [("current", "3:4")]
    assert (await bench.claim()).words == "fox A fox in the rain"


class Death:
    """Dies at a failpoint, once."""

    def __init__(self, name: str) -> None:
        self.name: str | None = name

    def passed(self, name: str) -> None:
        """Die there."""
        if name == self.name:
            self.name = None
            raise OSError("killed")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_death_neither_loses_nor_doubles_the_new_job(bench: Bench, when: str) -> None:
    """It is written in the transaction that ends the old one."""
    await bench.order(PROMPT, **AGAIN)
    attempt = await received(bench, WIDE)
    death = Death(f"job.remade.{when}")
    with failpoint.armed(death), contextlib.suppress(Exception):
        await filing(bench).file(attempt)
    assert death.name is None
    if (await bench.stands(attempt)).step == Step.RECEIVED:
        assert await filing(bench).file(attempt)
    assert await takes(bench) == [("alternative", "3:4")]
    assert await filing(bench).file(await received(bench, TALL))
    assert await takes(bench) == [("alternative", "3:4"), ("current", "3:4")]
    assert await bench.book.claim() is None
