"""Chats that are gone on in, and messages that go to the picture's own chat."""

from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from helpers.stores import Book
from pressrun.states import Destination, JobState, Step
from pressrun.store import attempts, chats, doubts, endings
from pressrun.store.attempts import Attempt, StaleTokenError
from pressrun.store.tables import accounts, batches, jobs
from pressrun.store.tables import chats as chats_table

FOLLOW_UP = "Please draw it now, as one picture."


async def keeping(book: Book, *prompts: str, most: int = 4) -> None:
    """Start a batch that keeps chats for so many panels."""
    batch = await book.start(*prompts)
    await book.set(batches, batch, chats=most)


async def made(book: Book, name: str = "c1") -> Attempt:
    """Bring the next job to a received picture, in a chat that gets this name where it is fresh."""
    attempt = await book.claimed()
    await book.advance(attempt, Step.SUBMITTING)
    await book.advance(attempt, Step.SUBMITTED, conversation=attempt.chat or name)
    await book.advance(attempt, Step.MADE)
    await book.advance(attempt, Step.RECEIVED, sha256="5" * 64, bytes=5)
    return attempt


async def kept(book: Book) -> list[tuple[str, str | None]]:
    """Return every chat that was kept, and why it was left."""

    def read(connection: Connection) -> list[tuple[str, str | None]]:
        found = connection.execute(select(chats_table).order_by(chats_table.c.id))
        return [(row.conversation, row.left_because) for row in found]

    return await book.store.do(read)


async def test_every_panel_gets_a_fresh_chat_unless_its_batch_keeps_them(book: Book) -> None:
    """That is what a batch does that says nothing of chats."""
    await book.start("a fox", "b bear")
    await made(book)
    second = await book.claimed()
    assert (second.destination, second.chat) == (Destination.FRESH, None)
    assert await kept(book) == []


async def test_the_next_panel_of_a_scene_goes_on_in_its_chat(book: Book) -> None:
    """As soon as the picture before is durable; what was sent there is known."""
    await keeping(book, "ch1/1 fox", "ch1/2 bear", "ch1/3 cat")
    first = await made(book)
    second = await made(book)
    third = await book.claimed()
    assert first.destination == Destination.FRESH
    assert (second.destination, second.chat, second.before) == ("kept", "c1", ("ch1/1 fox",))
    assert third.before == ("ch1/1 fox", "ch1/2 bear")


async def test_a_chat_at_work_takes_no_second_prompt(book: Book) -> None:
    """Another tab begins another one."""
    await keeping(book, "ch1/1 fox", "ch1/2 bear", "ch1/3 cat")
    await made(book)
    second, third = await book.claimed(), await book.claimed()
    assert (second.chat, third.chat) == ("c1", None)


async def test_a_full_chat_is_left_for_a_fresh_one(book: Book) -> None:
    """A chat serves as many panels as the author said."""
    await keeping(book, "s/1 fox", "s/2 bear", "s/3 cat", most=2)
    await made(book)
    await made(book)
    assert (await book.claimed()).destination == Destination.FRESH


async def test_another_scene_gets_another_chat(book: Book) -> None:
    """What was drawn for one scene says nothing about the next."""
    await keeping(book, "ch1/1 fox", "ch2/1 bear")
    await made(book)
    assert (await book.claimed()).chat is None


async def test_other_references_get_another_chat(book: Book) -> None:
    """They are sent once, at a chat's start."""
    await keeping(book, "s/1 fox", "s/2 bear", "s/3 cat")
    await made(book)
    await book.set(jobs, 2, attached=f"{'7' * 64} image/png tree.png")
    assert (await book.claimed()).chat is None
    third = await book.claimed()
    assert (third.chat, third.references) == ("c1", ())


async def test_the_same_words_are_sent_once_in_a_chat(book: Book) -> None:
    """Nobody could tell which of two equal turns is whose."""
    await keeping(book, "s/1 fox", "s/2 bear")
    await made(book)
    await book.set(jobs, 2, prompt="s/1  fox")
    assert (await book.claimed()).chat is None


async def test_another_account_begins_a_chat_of_its_own(book: Book) -> None:
    """Only the account whose chat it is can go on in it."""
    await keeping(book, "s/1 fox", "s/2 bear")
    await made(book)
    other = await another_account(book)
    second = await book.claim(account=other)
    assert second is not None
    assert second.chat is None


async def another_account(book: Book) -> int:
    """Add a second account."""

    def add(connection: Connection) -> int:
        new = {"site": "chatgpt", "profile": "other", "mark": "b" * 64, "seen_at": 0.0}
        found = connection.execute(insert(accounts).values(**new).returning(accounts.c.id))
        number: int = found.scalar_one()
        return number

    return await book.store.do(add)


@pytest.mark.parametrize("ending", ["fail", "refuse", "abandon", "words"])
async def test_a_chat_in_which_something_went_wrong_is_left(book: Book, ending: str) -> None:
    """What the next panels would be drawn from is no longer what it was."""
    await keeping(book, "s/1 fox", "s/2 bear", "s/3 cat")
    await made(book)
    second = await book.at(Step.SUBMITTED)
    assert second.chat == "c1"
    match ending:
        case "fail":
            await book.store.do(endings.fail, 1.0, second, "it failed", retry_at=9e9)
        case "refuse":
            await book.store.do(endings.refuse, 1.0, second, "no")
        case "abandon":
            await book.store.do(endings.abandon, 1.0, second, resend=False)
        case "words":
            told: dict[str, Any] = {"retry_at": 9e9, "follow_up": FOLLOW_UP}
            await book.store.do(endings.answered_in_words, 1.0, second, "words", **told)
    ((_, because),) = await kept(book)
    assert because is not None
    assert (await book.claimed()).chat is None


async def test_a_message_that_is_proved_unsent_leaves_its_chat_as_it_was(book: Book) -> None:
    """It is gone on in, and nothing of that message is thought to be in it."""
    await keeping(book, "s/1 fox", "s/2 bear")
    await made(book)
    second = await book.at(Step.SUBMITTING)
    await book.store.do(endings.unsent, 1.0, second, "the page still held it", certain=True)
    again = await book.claimed()
    assert (again.chat, again.before) == ("c1", ("s/1 fox",))


async def test_a_chat_in_doubt_takes_nothing(book: Book) -> None:
    """Until it is known what stands in it."""
    await keeping(book, "s/1 fox", "s/2 bear", "s/3 cat")
    await made(book)
    second = await book.at(Step.SUBMITTING)
    await book.store.do(doubts.record, 1.0, second, "who knows", look_at=None)
    assert (await book.claimed()).chat is None


async def test_a_chat_of_which_it_is_not_known_what_was_sent_has_no_past(book: Book) -> None:
    """An author gave up an attempt of which nobody can tell whether it was sent."""
    await keeping(book, "s/1 fox", "s/2 bear")
    await made(book)
    second = await book.at(Step.SUBMITTING)
    await book.store.do(endings.abandon, 1.0, second, resend=False)
    assert await book.store.do(chats.said, book.account, "c1") is None


async def test_an_answer_of_words_is_followed_up_in_its_own_chat_once(book: Book) -> None:
    """Then the panel is given up, and a later order sends its words anew."""
    await book.start("a fox")
    first = await book.at(Step.SUBMITTING)
    await book.advance(first, Step.SUBMITTED, conversation="c1")
    told: dict[str, Any] = {"retry_at": 0.0, "follow_up": FOLLOW_UP}
    await book.store.do(endings.answered_in_words, 1.0, first, "words", **told)
    second = await book.claimed()
    assert (second.destination, second.chat, second.words) == ("own", "c1", FOLLOW_UP)
    assert second.before == ("a fox",)
    assert second.recipe.prompt == "a fox"
    await book.advance(second, Step.SUBMITTING)
    await book.advance(second, Step.SUBMITTED)
    told = {"retry_at": None, "follow_up": FOLLOW_UP}
    await book.store.do(endings.answered_in_words, 1.0, second, "words", **told)
    job = await book.job(second)
    assert (job["state"], job["follow_up"], job["follow_chat"]) == (JobState.FAILED, None, None)


async def test_words_in_a_chat_without_a_name_are_sent_anew(book: Book) -> None:
    """There is nowhere to follow them up."""
    await book.start("a fox")
    first = await book.at(Step.SUBMITTED)
    told: dict[str, Any] = {"retry_at": 0.0, "follow_up": FOLLOW_UP}
    await book.store.do(endings.answered_in_words, 1.0, first, "words", **told)
    second = await book.claimed()
    assert (second.destination, second.words) == (Destination.FRESH, "a fox")


async def correcting(book: Book) -> None:
    """Have a picture made, and its correction ordered."""
    await book.start("a fox", "b bear")
    first = await made(book)
    await book.set(jobs, first.job, state=JobState.DONE)
    order = {"says": "Her coat is red", "in_chat": "c1", "in_account": book.account}
    await book.set(jobs, 2, **order, made_from="5" * 64, prompt="a fox")


async def test_a_correction_waits_until_its_chat_is_free(book: Book) -> None:
    """It is sent where the picture was made, by the account whose chat that is."""
    await correcting(book)
    other = await another_account(book)
    assert await book.claim(account=other) is None
    note = await book.claimed()
    assert (note.destination, note.chat, note.words) == ("own", "c1", "Her coat is red")
    assert (note.before, note.recipe.prompt) == (("a fox",), "a fox")


async def test_a_correction_whose_chat_is_lost_is_given_up_and_nothing_is_sent(
    book: Book,
) -> None:
    """It would mean something else anywhere else; the author decides."""
    await correcting(book)
    note = await book.claimed()
    await book.store.do(endings.chat_lost, 1.0, note, "its chat is gone")
    job = await book.job(note)
    assert (job["state"], job["in_chat"]) == (JobState.FAILED, "c1")
    assert "nothing was sent" in job["reason"]


async def test_a_panel_whose_kept_chat_is_lost_goes_to_another(book: Book) -> None:
    """It loses no try, and the chat is left for good."""
    await keeping(book, "s/1 fox", "s/2 bear")
    await made(book)
    second = await book.claimed()
    await book.store.do(endings.chat_lost, 1.0, second, "you wrote in it")
    again = await book.claimed()
    assert (again.key, again.chat, again.tries, again.unsent) == ("s/2", None, 0, 0)
    assert await kept(book) == [("c1", "you wrote in it")]


async def test_a_chat_that_is_full_at_this_message_costs_a_panel_no_try(book: Book) -> None:
    """The site said so: it is sent in another one."""
    await keeping(book, "s/1 fox", "s/2 bear")
    await made(book)
    second = await book.at(Step.SUBMITTED)
    await book.store.do(endings.chat_full, 1.0, second, "maximum length")
    again = await book.claimed()
    assert (again.key, again.chat, again.tries) == ("s/2", None, 0)


async def test_a_batch_stops_where_nothing_of_it_can_be_sent(book: Book) -> None:
    """Its panels lose nothing, and it says why until the author has it go on."""
    batch = await book.start("a fox")
    attempt = await book.claimed()
    await book.store.do(endings.stop_batch, 1.0, attempt, "there is no such project")
    row = await book.batch(batch)
    assert (row["state"], row["stopped_because"]) == ("paused", "there is no such project")
    assert await book.claim() is None


async def test_a_doubt_is_about_the_project_in_which_its_chat_was_begun(book: Book) -> None:
    """The author may name another one by then, whose list of chats proves nothing of it."""
    batch = await book.start("a fox")
    await book.set(batches, batch, project="https://chatgpt.com/g/g-p-1/project")
    sent = await book.at(Step.SUBMITTING)
    await book.set(batches, batch, project=None)
    await book.store.do(doubts.record, 1.0, sent, "who knows", look_at=1.0)
    doubt = await book.store.do(
        doubts.claim, 1.0, account=book.account, tab=1, document="D2", alive=frozenset()
    )
    assert doubt is not None
    assert doubt.attempt.project == sent.project == "https://chatgpt.com/g/g-p-1/project"


async def test_words_are_changed_only_before_they_are_sent(book: Book) -> None:
    """What is on record is what the page was given."""
    await book.start("a fox")
    attempt = await book.claimed()
    await book.store.do(attempts.reword, 1.0, attempt, "a fox, as a square")
    assert (await book.attempt(attempt))["said"] == "a fox, as a square"
    await book.advance(attempt, Step.SUBMITTING)
    with pytest.raises(StaleTokenError):
        await book.store.do(attempts.reword, 1.0, attempt, "a wolf")


async def test_chats_that_cannot_be_gone_on_in_again_and_again_are_not_tried_for_ever(
    book: Book,
) -> None:
    """A page that nobody can read so would cost each panel a wait; a fresh chat works."""
    await keeping(book, *(f"s/{n} fox{n}" for n in range(9)))
    for number in range(chats.PATIENCE):
        await made(book, f"c{number}")
        lost = await book.claimed()
        assert lost.chat == f"c{number}"
        await book.store.do(endings.chat_lost, 1.0, lost, "the chat is not shown whole")
    await made(book, "c9")
    assert (await book.claimed()).chat is None
