"""One attempt from its claim to a picture on disk, and every way in which it ends before."""

from dataclasses import replace
from typing import Any

import pytest

from helpers.pages import answered, notice, picture, reading
from helpers.playbook import (
    BYTES,
    PROMPT,
    Bench,
    PlayedPage,
    asked,
    chat,
    click,
    fetch,
    fill,
    fresh,
    made,
    working,
    written,
)
from pressrun.press.attempt import CHOOSE
from pressrun.press.page import PageLostError, StepRefusedError
from pressrun.protocol.messages.page import Reading, SeenSign, SeenTurn
from pressrun.simulator import pictures
from pressrun.states import BatchState, Ending, JobState, Step
from pressrun.store import record
from pressrun.store.attempts import Attempt
from pressrun.store.tables import accounts

LIMIT = "You've hit the limit for image generation. Try again in 5 minutes."
THROTTLE = "Too many requests. You're making requests too quickly."
REFUSAL = "This request may violate our content policies."
ERROR = "There was an error when generating images."
BROKEN = "Something went wrong."

OTHER = pictures.draw("another fox", 2)


async def claimed(bench: Bench, *prompts: str) -> Attempt:
    """Order panels and claim the first."""
    await bench.order(*(prompts or (PROMPT,)))
    return await bench.claim()


def saying(text: str) -> SeenTurn:
    """Return an answer in words."""
    return answered(text)


# what comes of a prompt that goes well


async def test_a_prompt_becomes_a_picture_on_disk(bench: Bench) -> None:
    """Each step is in the journal in order, and the bytes are where filing finds them."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(20).shows(asked(made()))
    page.expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)
    assert await bench.book.told() == [
        "account.seen",
        "batch.started",
        "attempt.claimed",
        "attempt.submitting",
        "attempt.submitted",
        "attempt.learned",
        "attempt.made",
        "attempt.received",
    ]
    row = await bench.book.attempt(attempt)
    assert (bench.library / ".pressrun/received" / row["sha256"]).read_bytes() == BYTES
    assert (row["document"], row["conversation"], row["turn"]) == ("T1.1", "c1", "u1")
    assert (row["file_id"], row["bytes"]) == ("file_1", len(BYTES))
    assert page.released == [attempt.name]
    assert (await bench.stands(attempt)).job == JobState.WORKING
    assert bench.kept == []
    assert bench.told == [
        "opening a new chat",
        "turning on image mode",
        "writing the prompt",
        "sending",
        "waiting for the picture",
        "receiving the picture",
    ]


async def test_submitting_is_on_disk_before_send_is_clicked(bench: Bench) -> None:
    """With its document: a host that dies between the two leaves a doubt, never a second Send."""
    attempt = await claimed(bench)
    seen: list[dict[str, Any]] = []

    async def look() -> None:
        seen.append(await bench.book.attempt(attempt))

    page = PlayedPage().sends().meanwhile(look).shows(asked(made()))
    page.expects(fetch("file_1"), gives=BYTES)
    await bench.make(page, attempt)
    assert [(row["step"], row["document"]) for row in seen] == [(Step.SUBMITTING, "T1.1")]
    told = await bench.book.told()
    assert told.index("attempt.submitting") < told.index("attempt.submitted")


async def test_the_picture_is_on_record_before_its_bytes_are_asked_for(bench: Bench) -> None:
    """A page that is lost while it hands them out tells which picture to fetch again."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(made()))
    page.expects(fetch("file_1")).loses("the tab crashed")
    assert not await bench.make(page, attempt)
    row = await bench.book.attempt(attempt)
    assert (row["step"], row["file_id"]) == (Step.MADE, "file_1")


async def test_since_send_an_attempt_is_known_to_be_sent(bench: Bench) -> None:
    """The history is looked at so long after Send, however late a doubt arises."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(40).loses()
    await bench.make(page, attempt)
    assert bench.pace.sent(attempt) == pytest.approx(0)
    assert bench.now == pytest.approx(40)


async def test_the_chats_name_is_kept_as_soon_as_the_page_tells_it(bench: Bench) -> None:
    """Seconds after the turn; a recovery finds the chat by it."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working(), named=None)).after(3)
    page.shows(asked(working())).after(1).loses()
    await bench.make(page, attempt)
    row = await bench.book.attempt(attempt)
    assert (row["step"], row["conversation"]) == (Step.SUBMITTED, "c1")
    assert (await bench.book.told()).count("attempt.learned") == 1


async def test_a_name_and_a_final_picture_may_come_at_once(bench: Bench) -> None:
    """The name is kept all the same: a busy machine shows both in one reading."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working(), named=None)).after(20)
    page.shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)
    assert (await bench.book.attempt(attempt))["conversation"] == "c1"


async def test_an_answer_without_our_turn_counts_as_acknowledged(bench: Bench) -> None:
    """A page may hide our turn while it answers; the chat was fresh when we clicked Send."""
    attempt = await claimed(bench)
    alone = reading(turns=[working()])
    page = PlayedPage().sends().shows(alone).after(10).shows(asked(made()))
    page.expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)
    assert (await bench.book.attempt(attempt))["turn"] is None


async def test_a_name_alone_counts_as_acknowledged(bench: Bench) -> None:
    """A page that shows no turns yet has its chat in the address."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(turns=[])).after(10).loses()
    await bench.make(page, attempt)
    row = await bench.book.attempt(attempt)
    assert (row["step"], row["conversation"], row["turn"]) == (Step.SUBMITTED, "c1", None)


async def test_a_picture_that_was_there_before_send_is_not_the_answer(bench: Bench) -> None:
    """What a fresh chat shows of earlier work is passed over."""
    attempt = await claimed(bench)
    before = picture("file_old")
    page = PlayedPage().shows(fresh()).expects(click("add_menu"), click("create_image"))
    page.shows(written(loose=[before])).expects(fill(PROMPT)).expects(click("send"))
    page.shows(asked(working(), loose=[before])).after(20)
    page.shows(asked(made(), loose=[before])).expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)
    assert (await bench.book.attempt(attempt))["others"] is None


# before the commit point


async def test_a_batch_that_was_paused_meanwhile_sends_nothing(bench: Bench) -> None:
    """The panel waits as it was, and no try is counted."""
    attempt = await claimed(bench)

    async def pause() -> None:
        await bench.book.change(BatchState.PAUSED)

    page = PlayedPage().shows(fresh()).expects(click("add_menu"), click("create_image"))
    page.shows(written()).expects(fill(PROMPT)).meanwhile(pause)
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending, found.unsent) == (JobState.WAITING, Ending.RETURNED, 0)
    assert found.due == pytest.approx(bench.now)
    assert "paused" in found.reason


async def test_a_page_that_is_lost_before_send_says_nothing_of_how_it_is_built(
    bench: Bench,
) -> None:
    """The panel comes back a second later; the account is not a step nearer to its stop."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(click("add_menu")).loses("the tab crashed")
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending, found.unsent) == (JobState.WAITING, Ending.RETURNED, 1)
    assert found.due == pytest.approx(bench.now + 1)
    assert found.reason == "the tab crashed"
    assert (await bench.rests()).unsent == 0


async def test_a_step_that_a_page_refuses_brings_the_panel_back(bench: Bench) -> None:
    """It counts against the panel and the page; the page is not kept for it yet."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh()).expects(click("add_menu"), click("create_image"))
    page.shows(fresh(mode_on=True)).expects(fill(PROMPT), raises=StepRefusedError("no composer"))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending, found.unsent) == (JobState.WAITING, Ending.RETURNED, 1)
    assert found.reason == "no composer"
    assert (await bench.rests()).unsent == 1
    assert bench.kept == []


async def test_the_third_prompt_in_a_row_that_cannot_be_sent_stops_the_account(
    bench: Bench,
) -> None:
    """The page is kept, so that somebody can mend the profile."""
    await bench.order("a one", "b two", "c three")
    for _ in range(3):
        attempt = await bench.claim()
        page = PlayedPage().shows(fresh()).expects(click("add_menu"), click("create_image"))
        page.shows(fresh(mode_on=True)).expects(
            fill(attempt.words), raises=StepRefusedError("no composer")
        )
        await bench.make(page, attempt)
    rests = await bench.rests()
    assert rests.unsent == 3
    assert rests.until == pytest.approx(bench.now + bench.site.limits.stopped)
    assert bench.kept == [page]


async def test_a_panel_that_came_back_six_times_is_given_up(bench: Bench) -> None:
    """Until its author asks again; that is no sign that pages are understood."""
    attempt = replace(await claimed(bench), unsent=5)
    await bench.book.set(accounts, bench.book.account, fruitless=2)
    page = PlayedPage().shows(fresh()).expects(click("add_menu")).loses("the tab crashed")
    await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending) == (JobState.FAILED, Ending.FAILED)
    assert (await bench.rests()).fruitless == 2


async def test_a_page_on_which_a_panel_is_given_up_is_not_kept_for_it(bench: Bench) -> None:
    """The account goes on: the panel may be the reason."""
    attempt = replace(await claimed(bench), unsent=5)
    page = PlayedPage().shows(fresh()).expects(click("add_menu"), click("create_image"))
    page.shows(fresh(mode_on=True)).expects(fill(PROMPT), raises=StepRefusedError("no composer"))
    await bench.make(page, attempt)
    assert (await bench.stands(attempt)).job == JobState.FAILED
    assert bench.kept == []


async def test_a_limit_before_send_stops_the_account_and_costs_no_try(bench: Bench) -> None:
    """The panel waits at once, for whichever account may go on."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh(notices=[notice(LIMIT)]))
    assert not await bench.make(page, attempt)
    found, rests = await bench.stands(attempt), await bench.rests()
    assert (found.job, found.ending, found.unsent) == (JobState.WAITING, Ending.RETURNED, 0)
    assert found.due == pytest.approx(bench.now)
    assert rests.until == pytest.approx(bench.now + 315)
    assert rests.because == LIMIT
    assert rests.unsent == 0
    assert bench.kept == []


async def test_a_dialog_that_nobody_knows_stops_the_account_and_is_kept(bench: Bench) -> None:
    """Nothing that could be sent would help."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh(notices=[notice("Choose a plan")]))
    assert not await bench.make(page, attempt)
    found, rests = await bench.stands(attempt), await bench.rests()
    assert (found.job, found.unsent) == (JobState.WAITING, 0)
    assert rests.until == pytest.approx(bench.now + bench.site.limits.stopped)
    assert "Choose a plan" in rests.because
    assert bench.kept == [page]


async def test_a_failure_of_the_sites_before_send_brings_the_panel_back(bench: Bench) -> None:
    """It is counted, and no account stops for it."""
    attempt = await claimed(bench)
    page = PlayedPage().shows(fresh(notices=[notice(BROKEN)]))
    await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending, found.unsent) == (JobState.WAITING, Ending.RETURNED, 1)
    assert (await bench.rests()).until is None
    assert bench.kept == []


@pytest.mark.parametrize(("unsent", "stops"), [(0, False), (1, False), (2, True)])
async def test_what_may_pass_by_itself_stops_the_account_the_third_time(
    bench: Bench, unsent: int, *, stops: bool
) -> None:
    """An upload that failed is tried again first."""
    attempt = replace(await claimed(bench), unsent=unsent)
    page = PlayedPage().shows(fresh(notices=[notice("Failed to upload fox.png", where="alert")]))
    await bench.make(page, attempt)
    assert ((await bench.rests()).until is not None) == stops
    assert bool(bench.kept) == stops
    found = await bench.stands(attempt)
    assert (found.job, found.unsent) == (JobState.WAITING, unsent + (not stops))


async def test_a_cap_is_kept_with_the_span_in_which_it_was_met(bench: Bench) -> None:
    """What was sent since then is what the account is allowed; the prompt that met it is not."""
    await bench.order("a one", "b two")
    first = await bench.claim()
    page = PlayedPage().sends("a one").shows(asked(made(), prompt="a one"))
    page.expects(fetch("file_1"), gives=BYTES)
    await bench.make(page, first)
    attempt = await bench.claim()
    at = bench.now
    hours = LIMIT.replace("5 minutes", "3 hours")
    page = PlayedPage().sends("b two").shows(asked(saying(hours), prompt="b two"))
    await bench.make(page, attempt)
    limits = await bench.limits()
    assert [(each["outcome"], each["since"] - bench.began) for each in limits] == [
        ("capped", pytest.approx(0, abs=at))
    ]


# after Send


async def test_a_send_that_is_refused_may_have_been_clicked_all_the_same(bench: Bench) -> None:
    """It is in doubt at once, counts as a prompt that came to nothing, and the page is kept."""
    attempt = await claimed(bench)
    page = PlayedPage().prepares().expects(click("send"), raises=StepRefusedError("two Sends"))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.step, found.ending) == (JobState.DOUBT, Step.SUBMITTING, None)
    assert found.look_at == pytest.approx(bench.now)
    assert found.reason.startswith("two Sends")
    assert (await bench.rests()).fruitless == 1
    assert bench.kept == [page]


@pytest.mark.parametrize("seconds", [0, 30])
async def test_a_page_that_is_lost_after_send_leaves_a_doubt(bench: Bench, seconds: int) -> None:
    """It is looked after at once, and says nothing about how pages are understood."""
    attempt = await claimed(bench)
    page = PlayedPage().sends()
    if seconds:
        page.shows(asked(working())).after(seconds)
    page.loses("the tab crashed")
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending) == (JobState.DOUBT, None)
    assert found.reason == "the tab crashed"
    assert found.look_at == pytest.approx(bench.now)
    assert (await bench.rests()).fruitless == 0
    assert bench.kept == []


async def test_a_turn_that_is_not_seen_in_time_leaves_a_doubt_with_the_pages_words(
    bench: Bench,
) -> None:
    """A page that does not change after Send is not understood; it is kept."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(written(margin="Have a nice day"))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert bench.now == pytest.approx(bench.site.limits.acknowledge)
    assert (found.job, found.step) == (JobState.DOUBT, Step.SUBMITTING)
    assert found.look_at == pytest.approx(bench.now)
    assert found.reason.startswith("our own turn was not seen within 75 s; the page says: Have a")
    assert (await bench.rests()).fruitless == 1
    assert bench.kept == [page]


async def test_a_page_that_says_nothing_has_no_words_in_its_reason(bench: Bench) -> None:
    """A reason ends where nothing more is known."""
    attempt = await claimed(bench)
    page = PlayedPage().sends()
    await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert found.reason == "our own turn was not seen within 75 s"


async def test_a_page_that_is_lost_while_it_is_asked_for_its_words_tells_none(
    bench: Bench,
) -> None:
    """The reason is that of before."""
    attempt = await claimed(bench)
    page = PlayedPage().prepares()
    page.expects(click("send"), raises=StepRefusedError("two Sends")).loses()
    await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.reason) == (JobState.DOUBT, "two Sends")


@pytest.mark.parametrize("ours", [True, False])
async def test_the_name_of_a_chat_is_kept_only_where_nobody_else_wrote(
    bench: Bench, *, ours: bool
) -> None:
    """Somebody may have clicked another chat in the tab."""
    attempt = await claimed(bench)
    words = PROMPT if ours else "Quite other words of somebody who writes about taxes and law"
    there = asked(prompt=words)
    page = PlayedPage().prepares()
    page.expects(click("send"), raises=StepRefusedError("two Sends")).shows(there)
    await bench.make(page, attempt)
    assert (await bench.book.attempt(attempt))["conversation"] == ("c1" if ours else None)


async def test_anothers_chat_is_no_acknowledgement(bench: Bench) -> None:
    """A tab that somebody led to another chat shows neither our turn nor our chat's name."""
    attempt = await claimed(bench)
    words = "Quite other words of somebody who writes about taxes and law"
    page = PlayedPage().sends().shows(asked(working(), prompt=words))
    await bench.make(page, attempt)
    row = await bench.book.attempt(attempt)
    assert (row["step"], row["conversation"]) == (Step.SUBMITTING, None)


async def test_a_limit_instead_of_our_turn_rests_the_account_and_is_remembered(
    bench: Bench,
) -> None:
    """Beside the turn it says nothing of what was sent: the chat is read when it is over."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().after(2).shows(written(notices=[notice(THROTTLE)]))
    assert not await bench.make(page, attempt)
    found, rests = await bench.stands(attempt), await bench.rests()
    assert (found.job, found.step) == (JobState.DOUBT, Step.SUBMITTING)
    assert rests.until == found.look_at == pytest.approx(bench.now + 600)
    assert (await bench.book.attempt(attempt))["told"] == "throttled"
    assert rests.fruitless == 0
    assert bench.kept == []


async def test_a_turn_counts_more_than_what_a_notice_says_beside_it(bench: Bench) -> None:
    """It is acknowledged, whatever else the page tells."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working(), notices=[notice(BROKEN)])).after(20)
    page.shows(asked(made(), notices=[notice(BROKEN)])).expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)


@pytest.mark.parametrize("text", [THROTTLE, LIMIT])
async def test_a_limit_told_while_the_picture_is_awaited_ends_the_watch(
    bench: Bench, text: str
) -> None:
    """As long as no picture is final."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(10)
    page.shows(asked(working(), notices=[notice(text)]))
    await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.step) == (JobState.DOUBT, Step.SUBMITTED)
    assert found.look_at == (await bench.rests()).until
    assert (await bench.book.attempt(attempt))["told"] is not None


async def test_a_picture_that_is_final_counts_more_than_a_limit_told_beside_it(
    bench: Bench,
) -> None:
    """The limit is the next prompt's."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(10)
    page.shows(asked(made(), notices=[notice(LIMIT)])).expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)


async def test_a_refused_prompt_is_never_sent_again_as_it_is(bench: Bench) -> None:
    """The site's words are the reason, and show that the page is understood."""
    attempt = await claimed(bench)
    await bench.book.set(accounts, bench.book.account, fruitless=2)
    page = PlayedPage().sends().shows(asked(saying(REFUSAL)))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending, found.reason) == (
        JobState.REFUSED,
        Ending.REFUSED,
        REFUSAL,
    )
    assert (await bench.rests()).fruitless == 0


@pytest.mark.parametrize("text", [ERROR, BROKEN])
async def test_a_failure_that_the_sending_page_tells_is_read_again_at_once(
    bench: Bench, text: str
) -> None:
    """It may be about the page's own connection; nothing is counted."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(saying(text)))
    await bench.make(page, attempt)
    found, rests = await bench.stands(attempt), await bench.rests()
    assert (found.job, found.ending, found.tries) == (JobState.DOUBT, None, 0)
    assert found.look_at == pytest.approx(bench.now)
    assert (rests.until, rests.fruitless) == (None, 0)


async def test_an_answer_of_words_alone_is_read_again_and_counts(bench: Bench) -> None:
    """A page may show none of its pictures; words stand for 15 s until they are all."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(saying("Here is your fox.")))
    await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending) == (JobState.DOUBT, None)
    assert found.look_at == pytest.approx(bench.now)
    assert 15 <= bench.now <= 20
    assert (await bench.rests()).fruitless == 1
    assert bench.kept == []


async def test_an_answer_that_may_hold_a_picture_is_kept_for_whoever_mends_the_profile(
    bench: Bench,
) -> None:
    """It is read again at once, and counts as a prompt that came to nothing."""
    attempt = await claimed(bench)
    strange = picture("", src="https://elsewhere.example/fox.png", rule="")
    page = PlayedPage().sends().shows(asked(answered("Here", pictures=[strange])))
    await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert found.job == JobState.DOUBT
    assert found.look_at == pytest.approx(bench.now)
    assert (await bench.rests()).fruitless == 1
    assert bench.kept == [page]


@pytest.mark.parametrize(
    ("text", "rest", "look"),
    [
        (LIMIT, 315, 300),
        (LIMIT.replace("5", "2"), 135, 135),
        (LIMIT.replace("5 minutes", "3 hours"), 10_815, 300),
        (THROTTLE, 600, 600),
    ],
)
async def test_a_limit_that_answers_us_rests_the_account_and_is_read_again(
    bench: Bench, text: str, rest: int, look: int
) -> None:
    """When it is over; after five minutes at the latest where it is a cap, which may take hours."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(saying(text)))
    await bench.make(page, attempt)
    found, rests = await bench.stands(attempt), await bench.rests()
    assert (found.job, found.ending) == (JobState.DOUBT, None)
    assert rests.until == pytest.approx(bench.now + rest)
    assert found.look_at == pytest.approx(bench.now + look)
    assert (await bench.book.attempt(attempt))["told"] is None
    assert bench.kept == []


async def test_a_turn_without_an_address_is_watched_only_until_the_history_tells(
    bench: Bench,
) -> None:
    """The site may never have got what the page shows."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working(), named=None))
    await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert bench.now == pytest.approx(bench.site.history.settled)
    assert found.reason.startswith("the address of our turn was not seen within 120 s")
    assert (found.job, found.step) == (JobState.DOUBT, Step.SUBMITTED)


async def test_a_named_chat_is_watched_for_ten_minutes_from_then_on(bench: Bench) -> None:
    """While it changes now and then, it is never loaded anew."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working()))
    for second in range(100, 700, 100):
        page.after(100).shows(asked(working(), answered(f"{second}", busy=True)))
    await bench.make(page, attempt)
    assert bench.now == pytest.approx(600, abs=1)
    found = await bench.stands(attempt)
    assert found.reason.startswith("a final picture was not seen within 600 s")
    assert (await bench.rests()).fruitless == 1
    assert bench.kept == [page]


async def test_a_chat_that_stands_still_is_loaded_anew_and_may_hold_the_picture(
    bench: Bench,
) -> None:
    """Hidden pages are known to freeze; the token goes to the new document."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(179).shows(asked(working()))
    page.expects(chat("c1")).shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)
    assert 180 <= bench.now < 190
    row = await bench.book.attempt(attempt)
    assert (row["document"], row["step"]) == ("T1.2", Step.RECEIVED)
    assert (await bench.book.told()).count("attempt.rebound") == 1


async def test_a_chat_is_loaded_anew_only_once(bench: Bench) -> None:
    """It has what is left of its ten minutes, and then it is in doubt."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(1).expects(chat("c1"))
    page.shows(asked(working()))
    await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert found.reason.startswith("a final picture was not seen within 420 s")
    assert bench.now == pytest.approx(600, abs=10)


async def test_a_chat_loaded_anew_is_ours_by_its_address(bench: Bench) -> None:
    """Whatever a page shows of our words then."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(1).expects(chat("c1"))
    page.shows(asked(made(), prompt="Other words in the place of ours, told by the site"))
    page.expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)


async def test_a_chat_without_a_name_is_not_loaded_anew(bench: Bench) -> None:
    """There is no address to load."""
    bench.site = bench.site.model_copy(
        update={"limits": bench.site.limits.model_copy(update={"reload": 30})}
    )
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working(), named=None))
    await bench.make(page, attempt)
    assert (await bench.stands(attempt)).reason.startswith("the address of our turn")


async def test_a_page_that_is_lost_while_it_is_loaded_anew_leaves_a_doubt(bench: Bench) -> None:
    """The old document's token counts no more than before."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(1)
    page.expects(chat("c1"), raises=PageLostError("the tab crashed"))
    await bench.make(page, attempt)
    assert (await bench.stands(attempt)).job == JobState.DOUBT
    assert "attempt.rebound" not in await bench.book.told()


# the picture


async def owned(bench: Bench, name: str) -> Attempt:
    """Have another panel own a picture, and claim the next one."""
    await bench.order("a one", PROMPT)
    first = await bench.claim()
    for step in (Step.SUBMITTING, Step.SUBMITTED):
        await bench.book.advance(first, step)
    await bench.book.advance(first, Step.MADE, file_id=name)
    return await bench.claim()


@pytest.mark.parametrize("names", [("file_a",), ("file_1", "file_a")])
async def test_a_picture_of_another_panel_is_not_taken(
    bench: Bench, names: tuple[str, ...]
) -> None:
    """Also where it is one of several: whose the answer is, nobody can tell."""
    attempt = await owned(bench, "file_a")
    page = PlayedPage().sends().shows(asked(working())).after(20).shows(asked(made(*names)))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.step) == (JobState.DOUBT, Step.SUBMITTED)
    assert found.reason.startswith("the picture shown here is that of a")
    assert bench.kept == [page]


async def test_a_picture_that_another_chat_showed_first_is_not_taken(bench: Bench) -> None:
    """A page may show the picture of another tab's chat for a while."""
    await bench.order("a one", PROMPT)
    first, attempt = await bench.claim(), await bench.claim()
    bench.pace.is_of_another(first, "file_1")
    page = PlayedPage().sends().shows(asked(working())).after(60)
    page.shows(asked(made("file_1"))).after(30).shows(asked(made("file_2")))
    page.expects(fetch("file_2"), gives=BYTES)
    assert await bench.make(page, attempt)


async def test_bytes_that_a_page_cannot_fetch_leave_a_doubt(bench: Bench) -> None:
    """The picture is on record; the page is kept, since nothing came of a prompt."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(made()))
    page.expects(fetch("file_1"), raises=StepRefusedError("status 403"))
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.step) == (JobState.DOUBT, Step.MADE)
    assert found.reason.startswith("status 403")
    assert (await bench.rests()).fruitless == 1


async def test_bytes_without_end_are_fetched_again_and_say_nothing_of_the_page(
    bench: Bench,
) -> None:
    """What was damaged on its way is in doubt, and counts for nothing."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(made())).expects(fetch("file_1"), gives=b"")
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.step) == (JobState.DOUBT, Step.MADE)
    assert (await bench.rests()).fruitless == 0
    assert bench.kept == []


async def test_every_picture_of_an_answer_is_received(bench: Bench) -> None:
    """The first is the panel's; nothing that was made is lost."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(20)
    page.shows(asked(made("file_1", "file_2")))
    page.expects(fetch("file_1"), gives=BYTES).expects(fetch("file_2"), gives=OTHER)
    assert await bench.make(page, attempt)
    found = await bench.store.do(record.received, bench.clock.now(), attempt)
    assert [other.provenance.file_id for other in found.others] == ["file_2"]
    kept = bench.library / ".pressrun/received"
    assert (kept / found.picture.facts.sha256).read_bytes() == BYTES
    assert (kept / found.others[0].facts.sha256).read_bytes() == OTHER


async def test_an_answers_other_picture_holds_the_first_back_once(bench: Bench) -> None:
    """It may come the second time, so the attempt is not received yet."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(20)
    page.shows(asked(made("file_1", "file_2"))).expects(fetch("file_1"), gives=BYTES)
    page.expects(fetch("file_2"), raises=StepRefusedError("status 403"))
    assert not await bench.make(page, attempt)
    assert (await bench.stands(attempt)).step == Step.MADE


def polled() -> Reading:
    """Return an answer of two pictures, where the site asks which one is better."""
    asks = SeenSign(name="poll", rule="#poll", where="#poll", text="Which image do you like more?")
    shows = [picture("file_1"), picture("file_2")]
    return asked(answered(pictures=shows, finished=True, signs=[asks]))


@pytest.mark.parametrize("raises", [None, StepRefusedError("no such button")])
async def test_a_site_that_asks_which_is_better_is_told_the_first(
    bench: Bench, raises: Exception | None
) -> None:
    """When the bytes are safe; nothing depends on it that it hears so."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(20).shows(polled())
    page.expects(fetch("file_1"), gives=BYTES).expects(fetch("file_2"), gives=OTHER)
    page.expects(click(CHOOSE), raises=raises)
    assert await bench.make(page, attempt)
    assert (await bench.stands(attempt)).step == Step.RECEIVED


async def test_a_page_that_is_lost_once_the_bytes_are_safe_loses_nothing(bench: Bench) -> None:
    """Even while the site asks which picture is better."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(working())).after(20).shows(polled())
    page.expects(fetch("file_1"), gives=BYTES).expects(fetch("file_2"), gives=OTHER)
    page.expects(click(CHOOSE), raises=PageLostError("the tab crashed"))
    assert await bench.make(page, attempt)


async def test_where_the_site_asks_nothing_nothing_more_is_clicked(bench: Bench) -> None:
    """The script of a usual picture ends with its bytes."""
    attempt = await claimed(bench)
    page = PlayedPage().sends().shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)
    assert page.steps[attempt.name] == "send"
