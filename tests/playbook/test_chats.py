"""A message in a chat in which we sent before: prepared, sent, and looked for after a crash."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from helpers.pages import HOME, answered, notice, picture, reading, user
from helpers.playbook import (
    BYTES,
    PROMPT,
    Bench,
    Command,
    PlayedPage,
    chat,
    click,
    fetch,
    fill,
    made,
    working,
)
from pressrun.press.chat import ChatLostError, ProjectLostError
from pressrun.press.desk import TroubleError
from pressrun.press.prepare import prepare
from pressrun.protocol.messages.page import Reading, SeenNotice, SeenTurn
from pressrun.states import Destination, Ending, JobState, Step
from pressrun.store.attempts import Attempt
from pressrun.store.doubts import Doubt
from pressrun.store.tables import attempts, batches, jobs

HARE = "hare A hare under a bare hedge at dusk, ears flat, while the first stars come out"
OTHERS = "Quite other words of somebody who writes about taxes and law"
PROJECT = "https://chatgpt.com/g/g-p-68a1-novel/project"
FIRST = [user(PROMPT), answered(pictures=[picture("file_0")], finished=True)]


def shows(*turns: SeenTurn, **more: Any) -> Reading:  # noqa: ANN401 - any field of a reading
    """Return the chat in which our first panel was made, with what else is in it."""
    return reading(url=f"{HOME}c/c1", **{"turns": [*FIRST, *turns], **more})


def asked(*answers: SeenTurn, words: str = HARE) -> Reading:
    """Return the same chat with our second message and what answers it."""
    later = [each.model_copy(update={"id": f"b{n}"}) for n, each in enumerate(answers)]
    return shows(user(words, "u2"), *later)


def ready(words: str = HARE, **more: Any) -> Reading:  # noqa: ANN401 - any field of a reading
    """Return the same chat with our second message in its composer."""
    return shows(mode_on=True, composer_text=words, send=True, **more)


def writes(page: PlayedPage, words: str = HARE) -> PlayedPage:
    """Bring the chat to where Send is clicked."""
    page.expects(chat("c1")).shows(shows()).expects(click("add_menu"), click("create_image"))
    return page.shows(shows(mode_on=True)).expects(fill(words)).shows(ready(words))


async def second(bench: Bench) -> Attempt:
    """Have a first panel received in chat c1, and claim the second one of its scene."""
    batch = await bench.order(PROMPT, HARE)
    await bench.book.set(batches, batch, chats=4)
    first = await bench.claim()
    for each in (Step.SUBMITTING, Step.SUBMITTED, Step.MADE, Step.RECEIVED):
        known = {"conversation": "c1"} if each == Step.SUBMITTED else {}
        known |= {"file_id": "file_0"} if each == Step.MADE else {}
        await bench.book.advance(first, each, "gone", **known)
    attempt = await bench.claim()
    assert (attempt.destination, attempt.before) == (Destination.KEPT, (PROMPT,))
    return attempt


async def doubted(bench: Bench, step: Step = Step.SUBMITTING, document: str = "gone") -> Doubt:
    """Have the second panel in doubt."""
    attempt = await second(bench)
    for each in (Step.SUBMITTING, Step.SUBMITTED, Step.MADE)[: list(Step).index(step)]:
        await bench.book.advance(attempt, each, document)
    await bench.book.set(attempts, attempt.id, document=document)
    return await bench.take_up(attempt)


async def test_a_panel_goes_on_in_the_chat_of_its_scene(bench: Bench) -> None:
    """Its picture is the one that answers its own turn, and not the one above."""
    attempt = await second(bench)
    page = writes(PlayedPage(fresh=False)).expects(click("send"))
    page.shows(asked(working())).after(20).shows(asked(made("file_1")))
    assert await bench.make(page.expects(fetch("file_1"), gives=BYTES), attempt)
    assert (await bench.stands(attempt)).step == Step.RECEIVED
    assert (await bench.book.attempt(attempt))["file_id"] == "file_1"


async def test_a_page_that_shows_the_chat_is_not_loaded_anew(bench: Bench) -> None:
    """It just brought a picture there: nothing has to be fetched a second time."""
    attempt = await second(bench)
    page = PlayedPage(fresh=False).shows(shows())
    page.expects(click("add_menu"), click("create_image")).shows(shows(mode_on=True))
    page.expects(fill(HARE)).shows(ready()).expects(click("send"))
    page.shows(asked(made("file_1"))).expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt, onward=True)


async def test_an_answer_without_our_turn_above_it_is_not_taken(bench: Bench) -> None:
    """The redesign takes the author's part away while it answers: it may answer either turn."""
    attempt = await second(bench)
    page = writes(PlayedPage(fresh=False)).expects(click("send"))
    alone = shows(answered("", "b0", busy=True, pictures=[picture("file_1")], finished=True))
    page.shows(alone).after(60).shows(asked(made("file_1")))
    assert await bench.make(page.expects(fetch("file_1"), gives=BYTES), attempt)
    assert bench.now >= 60


async def test_a_picture_beside_the_turns_is_ours_where_it_was_not_there_before(
    bench: Bench,
) -> None:
    """A gallery may stand outside of the turns; what was shown before Send is not ours."""
    attempt = await second(bench)
    earlier = [picture("file_0", rule="#gallery")]
    page = PlayedPage(fresh=False).expects(chat("c1")).shows(shows(loose=earlier))
    page.expects(click("add_menu"), click("create_image")).shows(shows(mode_on=True, loose=earlier))
    page.expects(fill(HARE)).shows(ready(loose=earlier)).expects(click("send"))
    both = [*earlier, picture("file_1", rule="#gallery")]
    page.shows(shows(user(HARE, "u2"), loose=both))
    assert await bench.make(page.expects(fetch("file_1"), gives=BYTES), attempt)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (reading(url=HOME), "its chat is gone"),
        (shows(user(OTHERS, "u2"), answered("Taxes are")), "you, or somebody else, wrote in its"),
        (shows(composer_text="Dear landlord"), "a draft of yours is in its message box"),
        (shows(chips=1), "a draft of yours is in its message box"),
        (shows(composers=0), "it has no message box"),
        (reading(url=f"{HOME}c/c1", turns=[]), "the chat is not shown whole"),
        (
            shows(notices=[notice("You've reached the maximum length for this conversation")]),
            "its chat takes no more",
        ),
    ],
    ids=["gone", "written in", "a draft", "a file", "archived", "empty", "too long"],
)
async def test_nothing_is_sent_in_a_chat_that_is_not_as_we_left_it(
    bench: Bench, page: Reading, why: str
) -> None:
    """The panel goes to another chat, and this one is left alone for good."""
    attempt = await second(bench)
    played = PlayedPage(fresh=False).expects(chat("c1")).shows(page)
    assert not await bench.make(played, attempt)
    found = await bench.stands(attempt)
    assert (found.job, found.ending) == (JobState.WAITING, Ending.RETURNED)
    assert why in found.reason
    again = await bench.claim()
    assert (again.key, again.destination) == ("hare", Destination.FRESH)


async def test_a_chat_that_is_written_in_while_the_prompt_is_written_is_not_sent_in(
    bench: Bench,
) -> None:
    """The last look before Send sees it."""
    attempt = await second(bench)
    page = PlayedPage(fresh=False).expects(chat("c1")).shows(shows())
    page.expects(click("add_menu"), click("create_image")).shows(shows(mode_on=True))
    page.expects(fill(HARE))
    page.shows(ready().model_copy(update={"turns": [*FIRST, user(OTHERS, "u2")], "turn_count": 3}))
    page.expects(chat("c1")).shows(shows(user(OTHERS, "u2")))
    assert not await bench.make(page, attempt)
    assert (await bench.stands(attempt)).ending == Ending.RETURNED


async def test_nobody_elses_page_is_sent_from(bench: Bench) -> None:
    """A chat belongs to its account."""
    attempt = await second(bench)
    page = PlayedPage(fresh=False).expects(chat("c1")).shows(shows(account="b" * 64))
    assert not await bench.make(page, attempt)
    assert "somebody else is signed in" in (await bench.stands(attempt)).reason


async def test_a_dialog_over_a_chat_stops_the_account_and_not_the_chat(bench: Bench) -> None:
    """It would lie over every other page as well."""
    attempt = await second(bench)
    over = [notice("What's new in this version")]
    desk = bench.desk(
        PlayedPage(fresh=False).expects(chat("c1")).shows(shows(notices=over)), attempt
    )
    with pytest.raises(TroubleError):
        await prepare(desk)


async def test_a_lost_project_stops_the_batch(bench: Bench) -> None:
    """Every panel of it would go the same way, and none belongs anywhere else."""
    await bench.order(PROMPT)
    attempt = replace(await bench.claim(), project=PROJECT)
    page = PlayedPage(fresh=False).expects(Command("go", PROJECT)).shows(reading(url=HOME))
    with pytest.raises(ProjectLostError, match="does not exist, or belongs to somebody else"):
        await prepare(bench.desk(page, attempt))


async def test_a_project_that_leads_home_with_a_message_is_lost(bench: Bench) -> None:
    """The message alone may be about anything, and would be met again and again."""
    await bench.order(PROMPT)
    attempt = replace(await bench.claim(), project=PROJECT)
    toast = SeenNotice(where="toast", text="Unable to load conversation", blocks=False)
    home = reading(url=HOME, notices=[toast])
    page = PlayedPage(fresh=False).expects(Command("go", PROJECT)).shows(home)
    with pytest.raises(ProjectLostError, match="does not exist, or belongs to somebody else"):
        await prepare(bench.desk(page, attempt))


async def test_a_fresh_chat_is_begun_in_its_project(bench: Bench) -> None:
    """And nowhere else, whatever the tab shows already."""
    await bench.order(PROMPT)
    attempt = replace(await bench.claim(), project=PROJECT)
    page = PlayedPage().expects(Command("go", PROJECT)).shows(reading(url=PROJECT))
    page.expects(click("add_menu"), click("create_image"))
    page.shows(reading(url=PROJECT, mode_on=True)).expects(fill(PROMPT))
    page.shows(reading(url=PROJECT, mode_on=True, composer_text=PROMPT, send=True))
    ready = await prepare(bench.desk(page, attempt))
    page.check()
    assert ready.turns == 0


async def test_an_attempt_without_a_known_past_is_not_sent(bench: Bench) -> None:
    """Nobody can tell what its chat should look like."""
    attempt = replace(await second(bench), before=())
    with pytest.raises(ChatLostError, match="not known what was sent"):
        await prepare(bench.desk(PlayedPage(fresh=False).shows(shows()), attempt))


async def test_a_doubt_is_settled_by_its_chat_alone(bench: Bench) -> None:
    """The picture below our turn is taken, and the history is never read."""
    doubt = await doubted(bench)
    page = PlayedPage(fresh=False).expects(chat("c1")).shows(asked(made("file_1")))
    assert await bench.recover(page.expects(fetch("file_1"), gives=BYTES), doubt)
    assert (await bench.book.attempt(doubt.attempt))["file_id"] == "file_1"


async def test_a_chat_as_we_left_it_proves_after_two_minutes_that_nothing_was_sent(
    bench: Bench,
) -> None:
    """It was loaded anew, and the prompt waits again, for the same chat."""
    doubt = await doubted(bench)
    bench.pace.sent(doubt.attempt)
    await asyncio.sleep(bench.site.history.settled)
    page = PlayedPage(fresh=False).expects(chat("c1")).shows(shows())
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending) == (JobState.WAITING, Ending.UNSENT)
    assert (await bench.claim()).chat == "c1"


async def test_the_same_chat_read_sooner_proves_nothing(bench: Bench) -> None:
    """What was sent may show up a little later; it is looked at again then, and no look is lost."""
    doubt = await doubted(bench)
    page = PlayedPage(fresh=False).expects(chat("c1")).shows(shows())
    assert not await bench.recover(page, doubt)
    found = await bench.stands(doubt.attempt)
    assert (found.job, found.ending) == (JobState.DOUBT, None)
    assert found.look_at == pytest.approx(bench.site.history.settled, abs=2)
    assert (await bench.book.attempt(doubt.attempt))["looks"] == 0


@pytest.mark.parametrize(
    "page",
    [
        shows(user(OTHERS, "u2"), answered("Taxes are")),
        reading(url=f"{HOME}c/c1", turns=[user(OTHERS)]),
        reading(url=f"{HOME}c/c1", turns=[answered("", pictures=[picture("file_0")])]),
    ],
    ids=["the author went on", "a branch", "no author's turn is shown"],
)
async def test_a_chat_that_is_not_as_we_left_it_proves_nothing(bench: Bench, page: Reading) -> None:
    """The site may have made a branch: what is missing here may stand there."""
    doubt = await doubted(bench)
    bench.pace.sent(doubt.attempt)
    await asyncio.sleep(bench.site.history.settled)
    assert not await bench.recover(PlayedPage(fresh=False).expects(chat("c1")).shows(page), doubt)
    assert (await bench.stands(doubt.attempt)).job == JobState.DOUBT


async def test_a_document_that_still_holds_the_prompt_proves_that_it_was_not_sent(
    bench: Bench,
) -> None:
    """Its chat is as it was, and our words stand in the composer."""
    doubt = await doubted(bench, document="T1.1")
    page = PlayedPage(fresh=False).shows(ready())
    page.steps[doubt.attempt.name] = "fill"
    assert not await bench.recover(page, doubt)
    assert (await bench.stands(doubt.attempt)).ending == Ending.UNSENT


async def test_a_turn_without_an_answer_is_watched_until_its_chat_can_tell(bench: Bench) -> None:
    """The site may never have got what the page shows."""
    attempt = await second(bench)
    page = writes(PlayedPage(fresh=False)).expects(click("send")).shows(asked())
    assert not await bench.make(page, attempt)
    found = await bench.stands(attempt)
    assert bench.now == pytest.approx(bench.site.history.settled, abs=1)
    assert found.reason.startswith("an answer to our turn was not seen within 120 s")


async def test_an_author_who_writes_below_our_turn_changes_nothing_about_it(bench: Bench) -> None:
    """Its answer is the one between."""
    attempt = await second(bench)
    page = writes(PlayedPage(fresh=False)).expects(click("send"))
    shown = [*asked(made("file_1")).turns, user(OTHERS, "u3"), answered("Taxes", "b9")]
    page.shows(asked(working())).after(20)
    page.shows(reading(url=f"{HOME}c/c1", turns=shown)).expects(fetch("file_1"), gives=BYTES)
    assert await bench.make(page, attempt)


async def test_words_only_are_followed_up_where_they_were_said(bench: Bench) -> None:
    """As the second and last try: the words are known to be understood."""
    await bench.order(PROMPT)
    await bench.book.set(jobs, 1, follow_up="Please draw it now.", follow_chat="c1")
    await bench.book.set(jobs, 1, follow_account=bench.book.account)
    attempt = replace(await bench.claim(), before=(PROMPT,))
    said = [user(PROMPT), answered("What colour should the fox be?")]
    words = "Please draw it now."
    page = PlayedPage(fresh=False).expects(chat("c1")).shows(shows(turns=said))
    page.expects(click("add_menu"), click("create_image")).shows(shows(turns=said, mode_on=True))
    page.expects(fill(words)).shows(shows(turns=said, mode_on=True, composer_text=words, send=True))
    page.expects(click("send"))
    done = made("file_1").model_copy(update={"id": "b0"})
    page.shows(shows(turns=[*said, user(words, "u2"), done]))
    assert await bench.make(page.expects(fetch("file_1"), gives=BYTES), attempt)


async def test_a_chat_that_is_still_answering_proves_nothing(bench: Bench) -> None:
    """The page may have taken our turn away while it answers."""
    doubt = await doubted(bench)
    bench.pace.sent(doubt.attempt)
    await asyncio.sleep(bench.site.history.settled)
    page = PlayedPage(fresh=False).expects(chat("c1")).shows(shows(answered("", "b0", busy=True)))
    assert not await bench.recover(page, doubt)
    assert (await bench.stands(doubt.attempt)).job == JobState.DOUBT


async def test_a_chat_that_is_gone_after_send_is_no_failure_of_ours(bench: Bench) -> None:
    """What the site says of a chat that it cannot show says nothing of what was sent in it."""
    doubt = await doubted(bench)
    gone = reading(url=HOME, notices=[notice("Unable to load conversation c1", "toast")])
    page = PlayedPage(fresh=False).expects(chat("c1")).shows(gone)
    assert not await bench.recover(page, doubt)
    assert (await bench.stands(doubt.attempt)).job == JobState.DOUBT
