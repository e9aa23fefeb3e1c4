"""What becomes of an attempt in doubt: read in its document, its chat, or the history."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from helpers.pages import HOME, answered, notice, picture, reading, user
from helpers.playbook import (
    BYTES,
    PROMPT,
    Bench,
    PlayedPage,
    asked,
    chat,
    fetch,
    fresh,
    home,
    made,
    working,
    written,
)
from pressrun.picture.record import Placed
from pressrun.press.page import PageLostError, StepRefusedError
from pressrun.press.recovery import LOOKS, recover
from pressrun.protocol.messages.page import Reading, SeenTurn
from pressrun.states import Ending, JobState, OnDoubt, Step
from pressrun.store import endings, record
from pressrun.store.doubts import Doubt
from pressrun.store.tables import accounts, attempts, batches, jobs

HERE = "T1.1"
"""The document that a played page begins with."""

LIMIT = "You've hit the limit for image generation. Try again in 5 minutes."
THROTTLE = "Too many requests. You're making requests too quickly."
REFUSAL = "This request may violate our content policies."
ERROR = "There was an error when generating images."

OTHERS = "Quite other words of somebody who writes about taxes and law"


async def doubted(bench: Bench, *prompts: str, **more: Any) -> Doubt:  # noqa: ANN401 - a doubt's
    """Order panels, and have the first in doubt."""
    await bench.order(*(prompts or (PROMPT,)))
    return await bench.doubt(**more)


def saying(text: str) -> SeenTurn:
    """Return an answer in words."""
    return answered(text)


def used(last: str | None = "send", attempt: str = "1.1") -> PlayedPage:
    """Return the page that the attempt was sent from, with the last step that it did."""
    page = PlayedPage(fresh=False)
    if last:
        page.steps[attempt] = last
    return page


# the document that it was sent from


async def test_a_document_that_was_never_told_to_send_gives_the_panel_back_at_once(
    bench: Bench,
) -> None:
    """It still holds the prompt; that is a proof, and counts for nothing."""
    doubt = await doubted(bench, step=Step.SUBMITTING, document=HERE, fruitless=True)
    assert not await bench.recover(used("fill").shows(written()), doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending) == (JobState.WAITING, Ending.UNSENT)
    assert "still held the prompt" in found.reason
    assert bench.now == pytest.approx(0)
    assert not (await bench.book.attempt(doubt.attempt))["fruitless"]


@pytest.mark.parametrize("last", ["send", None])
async def test_a_document_that_may_have_sent_is_watched_as_long_as_an_answer_may_take(
    bench: Bench, last: str | None
) -> None:
    """It may have been frozen until now."""
    doubt = await doubted(bench, step=Step.SUBMITTING, document=HERE)
    await bench.recover(used(last).shows(written()), doubt)
    assert (await bench.stands(doubt.attempt)).ending == Ending.UNSENT
    assert bench.now == pytest.approx(bench.site.limits.acknowledge, abs=1)


async def test_a_document_that_sent_long_ago_is_watched_a_little_all_the_same(
    bench: Bench,
) -> None:
    """For as long as filling a composer may take."""
    doubt = await doubted(bench, step=Step.SUBMITTING, document=HERE)
    page = used().shows(written()).after(1000)
    bench.pace.sent(doubt.attempt)
    await _pass(500)
    began = bench.now
    await _recover_unchecked(bench, page, doubt)
    assert bench.now - began == pytest.approx(bench.site.limits.fill, abs=1)


async def _pass(seconds: float) -> None:
    """Let virtual time go by."""
    await asyncio.sleep(seconds)


async def _recover_unchecked(bench: Bench, page: PlayedPage, doubt: Doubt) -> None:
    """As `Bench.recover`, where the rest of a script does not matter."""
    await recover(bench.desk(page, doubt.attempt), doubt)
    assert not page.faults


async def test_a_picture_in_the_document_is_harvested(bench: Bench) -> None:
    """It costs no quota; the steps that were missing are put on record."""
    doubt = await doubted(bench, step=Step.SUBMITTING, document=HERE)
    page = used().shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)
    row = await bench.book.attempt(doubt.attempt)
    assert (row["step"], row["conversation"], row["file_id"]) == (Step.RECEIVED, "c1", "file_1")


async def test_an_answer_in_the_document_is_watched_to_its_end(bench: Bench) -> None:
    """From where the attempt stood."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    page = used().shows(asked(working())).after(30).shows(asked(made()))
    assert await bench.recover(page.expects(fetch("file_1"), gives=BYTES), doubt)
    assert (await bench.stands(doubt.attempt)).step == Step.RECEIVED


async def test_a_turn_that_comes_late_is_waited_for(bench: Bench) -> None:
    """The page may have been frozen since Send."""
    doubt = await doubted(bench, step=Step.SUBMITTING, document=HERE)
    page = used().shows(written()).after(20).shows(asked(made()))
    assert await bench.recover(page.expects(fetch("file_1"), gives=BYTES), doubt)


async def test_what_the_document_says_of_a_failure_counts_when_its_chat_says_so_still(
    bench: Bench,
) -> None:
    """Then the panel is tried again; the first time after ten seconds."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    page = used().shows(asked(saying(ERROR))).expects(chat("c1")).shows(asked(saying(ERROR)))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending, found.tries) == (JobState.WAITING, Ending.FAILED, 1)
    assert found.due == pytest.approx(bench.now + 10)
    assert found.reason == ERROR


async def test_a_failure_that_the_chat_does_not_have_was_the_documents_own(bench: Bench) -> None:
    """The site had gone on, and the picture is there."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    page = used().shows(asked(saying(ERROR))).expects(chat("c1")).shows(asked(made()))
    assert await bench.recover(page.expects(fetch("file_1"), gives=BYTES), doubt)
    assert (await bench.book.attempt(doubt.attempt))["document"] == "T1.2"


async def test_a_failure_that_comes_while_the_document_is_watched_is_read_again(
    bench: Bench,
) -> None:
    """The same for an answer that was still being made."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    page = used().shows(asked(working())).after(10).shows(asked(saying(ERROR)))
    page.expects(chat("c1")).shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)


@pytest.mark.parametrize("text", ["Here is your fox.", LIMIT])
async def test_words_and_limits_in_the_document_are_read_again_in_the_chat(
    bench: Bench, text: str
) -> None:
    """A picture may have come below them."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    page = used().shows(asked(working())).after(10).shows(asked(saying(text)))
    page.expects(chat("c1")).shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)


async def test_a_limit_beside_the_turn_rests_the_account_and_the_chat_is_read_after(
    bench: Bench,
) -> None:
    """The document is not left for it."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    page = used().shows(asked(working())).after(10)
    page.shows(asked(working(), notices=[notice(THROTTLE)]))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert found.look_at == (await bench.rests()).until == pytest.approx(bench.now + 600)
    assert (await bench.book.attempt(doubt.attempt))["told"] == "throttled"


async def test_a_refusal_in_the_document_ends_the_panel(bench: Bench) -> None:
    """Its words stand in the answer to our turn."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    assert not await bench.recover(used().shows(asked(saying(REFUSAL))), doubt)
    assert (await bench.stands(doubt.attempt)).job == JobState.REFUSED


async def test_bytes_that_the_document_cannot_hand_out_are_fetched_from_the_chat(
    bench: Bench,
) -> None:
    """Its links may be too old."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    page = used().shows(asked(made())).expects(fetch("file_1"), raises=StepRefusedError("403"))
    page.expects(chat("c1")).shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)


async def test_a_failure_after_a_late_acknowledgement_is_read_again(bench: Bench) -> None:
    """The chat goes on from the step that the document came to."""
    doubt = await doubted(bench, step=Step.SUBMITTING, document=HERE)
    page = used().shows(asked(working())).after(10).shows(asked(saying(ERROR)))
    page.expects(chat("c1")).shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)


async def test_a_document_that_names_its_chat_late_saves_the_history(bench: Bench) -> None:
    """The address comes seconds after the turn; the history would take minutes."""
    doubt = await doubted(bench, document=HERE)
    page = used().shows(asked(saying(ERROR), named=None)).after(5).shows(asked(saying(ERROR)))
    page.expects(chat("c1")).shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)
    assert (await bench.book.attempt(doubt.attempt))["conversation"] == "c1"
    assert bench.now < 20


async def test_a_document_that_never_names_its_chat_leaves_it_to_the_history(
    bench: Bench,
) -> None:
    """Which is not to be read yet, so the attempt is put off, and no look is counted."""
    doubt = await doubted(bench, document=HERE)
    bench.pace.sent(doubt.attempt)
    bench.pace.ask(doubt.attempt)
    page = used().shows(asked(saying(ERROR), named=None))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.step) == (JobState.DOUBT, Step.SUBMITTED)
    assert found.reason == "it may have been sent; the history of chats will tell in a while"
    assert bench.now == pytest.approx(bench.site.limits.fill, abs=1)
    assert found.look_at == pytest.approx(bench.site.history.pace, abs=1)
    assert (await bench.book.attempt(doubt.attempt))["looks"] == 0


async def test_a_document_that_works_without_a_name_is_left_when_the_history_tells(
    bench: Bench,
) -> None:
    """It may show a turn that the site never got."""
    doubt = await doubted(bench, document=HERE)
    await _pass(bench.site.history.settled + 1)
    bench.pace.ask(doubt.attempt)
    began = bench.now
    page = used().shows(asked(working(), named=None))
    assert not await bench.recover(page, doubt)
    assert (await bench.stands(doubt.attempt)).job == JobState.DOUBT
    assert bench.now - began == pytest.approx(bench.site.limits.fill, abs=1)


async def test_a_document_that_shows_anothers_turn_tells_nothing(bench: Bench) -> None:
    """Somebody led it elsewhere; the chat on record has to tell."""
    doubt = await doubted(bench, step=Step.SUBMITTING, document=HERE, conversation="c1")
    page = used("fill").shows(asked(working(), prompt=OTHERS, named="c9"))
    page.expects(chat("c1")).shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)


@pytest.mark.parametrize(
    "shows",
    [
        reading(url=f"{HOME}c/c9", turns=[], loose=[picture("file_9")]),
        fresh(),
        fresh(composer_text="other words"),
    ],
    ids=["a picture", "an empty composer", "other words"],
)
async def test_only_our_prompt_in_the_composer_proves_that_nothing_was_sent(
    bench: Bench, shows: Reading
) -> None:
    """Anything else is looked for elsewhere."""
    doubt = await doubted(bench, step=Step.SUBMITTING, document=HERE, conversation="c1")
    page = used("fill").shows(shows).expects(chat("c1")).shows(asked(made()))
    assert await bench.recover(page.expects(fetch("file_1"), gives=BYTES), doubt)


async def test_a_document_that_is_not_ours_is_not_waited_for_a_name(bench: Bench) -> None:
    """The history is asked at once."""
    doubt = await doubted(bench, step=Step.SUBMITTING, document=HERE)
    bench.pace.ask(doubt.attempt)
    page = used("fill").shows(asked(working(), prompt=OTHERS, named="c9"))
    assert not await bench.recover(page, doubt)
    assert bench.now == pytest.approx(0)


async def test_whatever_went_wrong_in_the_document_is_read_again_in_the_chat(
    bench: Bench,
) -> None:
    """Also where its words would stop the account beside our turn."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    wrong = saying("The current model does not support image generation.")
    page = used().shows(asked(wrong)).expects(chat("c1")).shows(asked(made()))
    assert await bench.recover(page.expects(fetch("file_1"), gives=BYTES), doubt)
    assert (await bench.rests()).until is None


async def test_a_document_that_shows_a_strange_picture_is_left_at_once(bench: Bench) -> None:
    """Nobody can tell from it what the answer is."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    strange = picture("", src="https://elsewhere.example/fox.png", rule="")
    page = used("fill").shows(asked(answered("Here", pictures=[strange])))
    page.expects(chat("c1")).shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)
    assert bench.now == pytest.approx(0, abs=1)


async def test_a_document_whose_chat_is_on_record_may_work_without_showing_its_name(
    bench: Bench,
) -> None:
    """The site has the prompt, so it has the whole of its time."""
    doubt = await doubted(bench, document=HERE, conversation="c1")
    await _pass(bench.site.history.settled + 1)
    page = used().shows(asked(working(), named=None)).after(30).shows(asked(made()))
    assert await bench.recover(page.expects(fetch("file_1"), gives=BYTES), doubt)


# the conversation on record


async def test_a_picture_in_the_chat_is_harvested_by_the_new_document(bench: Bench) -> None:
    """The old one changes nothing any more."""
    doubt = await doubted(bench, conversation="c1")
    page = PlayedPage().expects(chat("c1")).shows(asked(made()))
    assert await bench.recover(page.expects(fetch("file_1"), gives=BYTES), doubt)
    row = await bench.book.attempt(doubt.attempt)
    assert (row["document"], row["step"]) == ("T1.2", Step.RECEIVED)
    assert bench.told == [
        "checking what became of a picture",
        "waiting for the picture",
        "receiving the picture",
    ]


async def test_a_chat_that_shows_a_picture_and_no_turns_is_there(bench: Bench) -> None:
    """A picture may stand beside the turns."""
    doubt = await doubted(bench, conversation="c1")
    bare = reading(url=f"{HOME}c/c1", loose=[picture("file_1")])
    page = PlayedPage().expects(chat("c1")).shows(bare).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)


async def test_a_chat_is_watched_for_what_is_left_of_its_ten_minutes(bench: Bench) -> None:
    """A minute at least."""
    doubt = await doubted(bench, conversation="c1")
    await _pass(500)
    page = PlayedPage().expects(chat("c1")).shows(asked(working()))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert found.reason == "a final picture was not seen within 100 s"
    await _pass(500)
    doubt = await bench.take_up(doubt.attempt)
    page = PlayedPage().expects(chat("c1")).shows(asked(working()))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert found.reason == "a final picture was not seen within 60 s"


async def test_a_limit_over_the_chat_rests_the_account(bench: Bench) -> None:
    """Before any of it is seen."""
    doubt = await doubted(bench, conversation="c1")
    page = PlayedPage().expects(chat("c1")).shows(fresh(notices=[notice(THROTTLE)]))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending) == (JobState.DOUBT, None)
    assert found.look_at == (await bench.rests()).until


async def test_a_chat_that_answers_with_a_limit_costs_no_try(bench: Bench) -> None:
    """The account rests from when it was sent, and another may make the panel meanwhile."""
    doubt = await doubted(bench, conversation="c1")
    await _pass(100)
    page = PlayedPage().expects(chat("c1")).shows(asked(saying(LIMIT)))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending, found.tries) == (JobState.WAITING, Ending.LIMITED, 0)
    assert found.due == pytest.approx(bench.now)
    assert (await bench.rests()).until == pytest.approx(315)


async def test_a_limit_that_is_over_rests_nobody(bench: Bench) -> None:
    """It was told when the prompt was sent."""
    doubt = await doubted(bench, conversation="c1")
    await _pass(400)
    page = PlayedPage().expects(chat("c1")).shows(asked(saying(LIMIT)))
    await bench.recover(page, doubt)
    assert (await bench.stands(doubt.attempt)).ending == Ending.LIMITED
    assert (await bench.rests()).until is None


async def test_a_limit_that_was_told_explains_a_chat_without_an_answer(bench: Bench) -> None:
    """The panel goes back and loses no try."""
    doubt = await doubted(bench, conversation="c1", told="throttled")
    await _pass(600)
    page = PlayedPage().expects(chat("c1")).shows(asked())
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending) == (JobState.WAITING, Ending.LIMITED)
    assert found.reason == "the site told a limit, and never answered"
    assert (await bench.rests()).until is None


async def test_an_answer_that_may_hold_a_picture_waits_for_its_author(bench: Bench) -> None:
    """It is never sent again, and its page is kept."""
    doubt = await doubted(bench, conversation="c1")
    strange = picture("", src="https://elsewhere.example/fox.png", rule="")
    page = PlayedPage().expects(chat("c1"))
    page.shows(asked(answered("Here", pictures=[strange])))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert found.asks
    assert found.ending is None
    assert bench.kept == [page]
    assert (await bench.rests()).fruitless == 1


async def in_words(bench: Bench, after: float, *prompts: str, fruitless: int = 0) -> Doubt:
    """Have a chat loaded anew, so long after Send, that answers in words."""
    doubt = await doubted(bench, *prompts, conversation="c1", fruitless=True)
    await bench.book.set(accounts, bench.book.account, fruitless=fruitless)
    await _pass(after)
    page = PlayedPage().expects(chat("c1"))
    page.shows(asked(saying("Here is your fox."), prompt=doubt.attempt.words))
    assert not await bench.recover(page, doubt)
    return doubt


async def test_an_answer_in_words_is_looked_at_again_five_minutes_after_send(
    bench: Bench,
) -> None:
    """Words often come first."""
    doubt = await in_words(bench, 10)
    found = await bench.stands(doubt.attempt)
    assert found.job == JobState.DOUBT
    assert found.look_at == pytest.approx(300)
    assert found.reason == "the site answered with words only: Here is your fox."
    assert bench.kept == []


async def test_an_answer_in_words_is_sent_once_more_where_pictures_are_seen(
    bench: Bench,
) -> None:
    """After ten seconds; that proves nothing about how pages are understood."""
    doubt = await in_words(bench, 300)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending, found.tries) == (JobState.WAITING, Ending.FAILED, 1)
    assert found.due == pytest.approx(bench.now + 10)


async def test_an_answer_in_words_where_no_picture_was_seen_since_is_looked_at_later(
    bench: Bench,
) -> None:
    """As long as another panel may still bring one; that is not counted as understood."""
    doubt = await in_words(bench, 300, PROMPT, "b two", fruitless=1)
    found = await bench.stands(doubt.attempt)
    assert found.job == JobState.DOUBT
    assert found.look_at == pytest.approx(bench.now + 300)
    assert (await bench.rests()).fruitless == 1


async def test_an_answer_in_words_where_nothing_will_prove_more_waits_for_its_author(
    bench: Bench,
) -> None:
    """Nothing is left to be sent that could bring a picture."""
    doubt = await in_words(bench, 300, fruitless=1)
    assert (await bench.stands(doubt.attempt)).asks


async def test_a_panel_that_was_answered_in_words_twice_is_given_up(bench: Bench) -> None:
    """Its author sees the answer, and changes the words."""
    await bench.order(PROMPT)
    await bench.book.set(jobs, 1, tries=1)
    doubt = await bench.doubt(conversation="c1", fruitless=True)
    await _pass(300)
    page = PlayedPage().expects(chat("c1")).shows(asked(saying("Here is your fox.")))
    await bench.recover(page, doubt)
    assert (await bench.stands(doubt.attempt)).job == JobState.FAILED


async def test_a_page_that_is_lost_while_it_is_read_counts_no_look(bench: Bench) -> None:
    """Nobody looked."""
    doubt = await doubted(bench, conversation="c1", looks=3)
    page = PlayedPage().expects(chat("c1"), raises=PageLostError("the tab crashed"))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.reason) == (JobState.DOUBT, "the tab crashed")
    assert found.look_at == pytest.approx(bench.now + bench.site.history.again)
    assert (await bench.book.attempt(doubt.attempt))["looks"] == 3


@pytest.mark.parametrize("looks", [0, 1, 2, LOOKS - 1])
async def test_a_chat_that_does_not_come_is_looked_at_later_each_time(
    bench: Bench, looks: int
) -> None:
    """Each wait is twice the one before."""
    doubt = await doubted(bench, conversation="c1", looks=looks)
    page = PlayedPage().expects(chat("c1")).shows(reading(url=f"{HOME}c/c1"))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert found.look_at == pytest.approx(bench.now + bench.site.history.again * 2**looks)
    assert found.reason == "the chat that it was sent in was not seen within 45 s"
    assert (await bench.book.attempt(doubt.attempt))["looks"] == looks + 1
    assert (await bench.rests()).fruitless == 0


async def test_a_chat_of_another_name_is_not_the_one(bench: Bench) -> None:
    """A site may lead to its front page instead."""
    doubt = await doubted(bench, conversation="c1")
    page = PlayedPage().expects(chat("c1")).shows(asked(made(), named="c2"))
    assert not await bench.recover(page, doubt)
    assert (await bench.stands(doubt.attempt)).job == JobState.DOUBT


async def unseen(bench: Bench, *, on_doubt: OnDoubt, spent: bool = False) -> Doubt:
    """Have an attempt looked after for the last time, and see nothing."""
    batch = await bench.order(PROMPT)
    await bench.book.set(batches, batch, on_doubt=on_doubt)
    if spent:
        first = await bench.doubt(conversation="c0", fruitless=True)
        await bench.book.set(attempts, first.attempt.id, ending=Ending.UNSENT)
        await bench.book.set(jobs, first.attempt.job, state=JobState.WAITING)
    doubt = await bench.doubt(conversation="c1", looks=LOOKS)
    page = PlayedPage().expects(chat("c1")).shows(reading(url=f"{HOME}c/c1"))
    assert not await bench.recover(page, doubt)
    return doubt


async def test_after_the_last_look_the_author_is_asked(bench: Bench) -> None:
    """And the prompt counts as one that came to nothing."""
    doubt = await unseen(bench, on_doubt=OnDoubt.ASK)
    assert (await bench.stands(doubt.attempt)).asks
    assert (await bench.rests()).fruitless == 1


async def test_after_the_last_look_a_batch_may_have_it_sent_again(bench: Bench) -> None:
    """By the author's order for the whole batch."""
    doubt = await unseen(bench, on_doubt=OnDoubt.RESEND)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending) == (JobState.WAITING, Ending.ABANDONED)
    assert (await bench.rests()).fruitless == 1


async def test_what_was_sent_twice_for_nothing_is_not_sent_again_by_a_batchs_order(
    bench: Bench,
) -> None:
    """Its author has to say so of this very panel."""
    doubt = await unseen(bench, on_doubt=OnDoubt.RESEND, spent=True)
    assert (await bench.stands(doubt.attempt)).asks


# the history


OLD = "old An owl in the rain"
NEW = "new A hare in the corn"


async def filed(bench: Bench, conversation: str, file_id: str) -> None:
    """Have the next panel sent and made in a chat."""
    attempt = await bench.claim()
    for step in (Step.SUBMITTING, Step.SUBMITTED):
        await bench.book.advance(attempt, step)
    await bench.book.advance(attempt, Step.MADE, file_id=file_id, conversation=conversation)
    await bench.book.advance(attempt, Step.RECEIVED, sha256="5" * 64, bytes=5)
    now = bench.clock.now()
    found = await bench.store.do(record.received, now, attempt)
    placed = Placed(f"{attempt.key}.png", found.picture)
    await bench.store.do(endings.done, now, attempt, "D1", placed, aside=lambda *_: "aside")


async def lost_between(bench: Bench, *, newer: bool = True) -> Doubt:
    """Have a prompt in doubt that was sent between two others, two minutes ago."""
    await bench.order(OLD, PROMPT, NEW)
    await filed(bench, "c-old", "file_old")
    doubt = await bench.doubt(conversation=None)
    if newer:
        await filed(bench, "c-new", "file_new")
    bench.pace.sent(doubt.attempt)
    await _pass(bench.site.history.settled + 1)
    return doubt


def listing(*names: str) -> Reading:
    """Return a fresh chat with a history."""
    return fresh(history=[f"{HOME}c/{name}" for name in names])


def old() -> Reading:
    """Return the older chat, as it was left."""
    return asked(made("file_old"), prompt=OLD, named="c-old")


async def test_our_turn_in_the_history_is_found_and_harvested(bench: Bench) -> None:
    """Its chat is on record then."""
    doubt = await lost_between(bench)
    page = PlayedPage().expects(home()).shows(listing("c-new", "c-strange", "c1", "c-old"))
    page.after(5).expects(chat("c-strange")).shows(asked(prompt=OTHERS, named="c-strange"))
    page.expects(chat("c1")).shows(asked(made()))
    page.expects(chat("c1")).shows(asked(made())).expects(fetch("file_1"), gives=BYTES)
    assert await bench.recover(page, doubt)
    assert (await bench.book.attempt(doubt.attempt))["conversation"] == "c1"


async def test_a_newer_chat_of_ours_and_an_older_one_prove_that_nothing_was_sent(
    bench: Bench,
) -> None:
    """The panel goes back; the prompt still counts as it did."""
    doubt = await lost_between(bench)
    page = PlayedPage().expects(home()).shows(listing("c-new", "c-old")).after(5)
    page.expects(chat("c-old")).shows(old())
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending) == (JobState.WAITING, Ending.UNSENT)
    assert found.reason == "the history shows a newer conversation, and none with this prompt"


async def test_a_proof_from_the_history_does_not_send_a_third_time(bench: Bench) -> None:
    """What was sent twice for nothing waits for its author."""
    doubt = await lost_between(bench)
    await bench.book.set(attempts, doubt.attempt.id, fruitless=True)
    earlier = {"job_id": doubt.attempt.job, "number": 9, "fruitless": True}
    await bench.store.do(
        lambda connection: connection.execute(
            update(attempts).where(attempts.c.conversation == "c-new").values(**earlier)
        )
    )
    page = PlayedPage().expects(home()).shows(listing("c-new", "c-old")).after(5)
    page.expects(chat("c-old")).shows(old())
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert found.asks
    assert found.reason == "sent 2 times, and nothing came of it; now it seems unsent"


async def test_a_chat_of_which_nobody_can_tell_proves_nothing(bench: Bench) -> None:
    """It may be ours."""
    doubt = await lost_between(bench)
    page = PlayedPage().expects(home()).shows(listing("c-new", "c-unclear", "c-old")).after(5)
    page.expects(chat("c-unclear"))
    page.shows(asked(turns=[user("fox A fox…", whole=False)], named="c-unclear"))
    page.expects(chat("c-old")).shows(old())
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending) == (JobState.DOUBT, None)
    assert "its words are not to be told" in found.reason
    assert found.look_at == pytest.approx(bench.now + bench.site.history.again)


async def test_without_a_newer_chat_the_history_proves_nothing(bench: Bench) -> None:
    """It is looked at again, for as long as something newer may come."""
    doubt = await lost_between(bench, newer=False)
    await bench.book.set(attempts, doubt.attempt.id, looks=LOOKS)
    page = PlayedPage().expects(home()).shows(listing("c-old")).after(5)
    page.expects(chat("c-old")).shows(old())
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert found.reason == "the history of chats does not show whether it was sent"
    assert found.look_at is not None


async def test_a_history_that_nothing_more_will_prove_asks_the_author(bench: Bench) -> None:
    """After the last look, when nothing is left to be sent."""
    await bench.order(OLD, PROMPT)
    await filed(bench, "c-old", "file_old")
    doubt = await bench.doubt(conversation=None, looks=LOOKS)
    bench.pace.sent(doubt.attempt)
    await _pass(bench.site.history.settled + 1)
    page = PlayedPage().expects(home()).shows(listing("c-old")).after(5)
    page.expects(chat("c-old")).shows(old())
    assert not await bench.recover(page, doubt)
    assert (await bench.stands(doubt.attempt)).asks


async def test_an_older_chat_in_which_the_author_went_on_proves_nothing(bench: Bench) -> None:
    """It moved up, perhaps past ours; with so few chats the whole list is read."""
    bench.site = bench.site.model_copy(
        update={"history": bench.site.history.model_copy(update={"whole": 1})}
    )
    doubt = await lost_between(bench)
    more = asked(made("file_old"), user("And now?", name="u2"), prompt=OLD, named="c-old")
    page = PlayedPage().expects(home()).shows(listing("c-new", "c-old")).after(5)
    page.expects(chat("c-old")).shows(more)
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending) == (JobState.DOUBT, None)


async def test_a_history_that_is_not_settled_finds_and_proves_nothing(bench: Bench) -> None:
    """It is read once soon, and then again when what is missing there proves something."""
    await bench.order(PROMPT)
    doubt = await bench.doubt(conversation=None)
    bench.pace.sent(doubt.attempt)
    await _pass(bench.site.history.soon)
    page = PlayedPage().expects(home()).shows(listing("c-strange")).after(5)
    page.expects(chat("c-strange")).shows(asked(prompt=OTHERS, named="c-strange"))
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert found.job == JobState.DOUBT
    assert found.look_at == pytest.approx(bench.site.history.settled, abs=1)


async def test_a_history_that_does_not_come_counts_as_a_look(bench: Bench) -> None:
    """The page is not understood, or the site is slow."""
    doubt = await lost_between(bench)
    page = PlayedPage().expects(home()).shows(fresh())
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert found.reason == "the history of chats was not seen within 45 s"
    assert (await bench.book.attempt(doubt.attempt))["looks"] == 1
