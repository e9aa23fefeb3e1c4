"""A list that is read again: its batch counts what the list asks for, and new words follow old."""

from dataclasses import replace

import pytest

from helpers.stores import Book
from pressrun.errors import BadInputError
from pressrun.picture.recipe import Recipe, Reference, parsed
from pressrun.states import BatchState, JobState, Outliers, Step
from pressrun.store import attempts, batches, doubts, endings, opening
from pressrun.store.attempts import Attempt, BatchHeldError
from pressrun.store.batches import Numbers
from pressrun.store.opening import Difference, NewJob, Order


async def numbers(book: Book, batch: int) -> Numbers:
    """Return the numbers of a batch."""
    (found,) = [each for each in await book.store.do(batches.numbers) if each.id == batch]
    return found


async def jobs(book: Book, batch: int) -> dict[JobState, int]:
    """Return how many jobs of a batch count in each state."""
    return {state: count for state, count in (await numbers(book, batch)).jobs.items() if count}


async def fail(book: Book, attempt: Attempt) -> None:
    """Give an attempt's job up."""
    await book.store.do(endings.fail, book.now, attempt, "no", retry_at=None)


async def test_new_words_wait_for_the_end_of_the_attempt_under_way(book: Book) -> None:
    """Two attempts at one panel at once could not be told apart."""
    batch = await book.start("a fox")
    old = await book.at(Step.SUBMITTED)
    await book.start("a wolf", outdated="a")
    assert await book.claim() is None
    await fail(book, old)
    new = await book.claimed()
    assert new.words == "a wolf"
    assert (await book.batch(batch))["state"] == BatchState.RUNNING


async def test_old_words_that_are_not_sent_yet_are_never_sent(book: Book) -> None:
    """The commit point asks whether they are still wanted; the job does not wait again."""
    await book.start("a fox")
    old = await book.claimed()
    await book.start("a wolf", outdated="a")
    with pytest.raises(BatchHeldError, match="other words"):
        await book.store.do(attempts.advance, book.now, old, "document", Step.SUBMITTING)
    await book.store.do(endings.give_back, book.now, old, "other words", not_before=0.0)
    assert (await book.claimed()).words == "a wolf"
    assert await book.claim() is None


@pytest.mark.parametrize("proved", [True, False])
async def test_old_words_that_prove_unsent_are_not_sent_again(
    book: Book,
    proved: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Nor when the author orders doubts to be sent again: the list asks for other words."""
    await book.start("a fox")
    old = await book.at(Step.SUBMITTED)
    await book.store.do(doubts.cut_off, book.now, old, "the host ended")
    await book.start("a wolf", outdated="a")
    if proved:
        await book.store.do(endings.unsent, book.now, old, "the page still holds it")
    else:
        await book.store.do(endings.abandon, book.now, old, resend=True)
    assert (await book.claimed()).words == "a wolf"


async def test_new_words_that_come_after_another_panel_still_wait_for_it(book: Book) -> None:
    """What they follow is another matter than what they come after."""
    await book.start("b bear", "a fox")
    await book.at(Step.SUBMITTED)
    old = await book.at(Step.SUBMITTED)
    await book.start("a wolf", outdated="a", after={"a": "b"})
    await fail(book, old)
    assert (await book.states())["a"] == JobState.HELD


async def test_cancelling_reaches_words_that_wait_for_others(book: Book) -> None:
    """They are not begun either."""
    batch = await book.start("a fox")
    await book.at(Step.SUBMITTED)
    await book.start("a wolf", outdated="a")
    await book.change(BatchState.CANCELLED, batch)
    assert (await jobs(book, batch)) == {JobState.CANCELLED: 1}


async def test_a_batch_counts_what_its_list_asks_for(book: Book) -> None:
    """Not what it asked for before: a list of two panels is never "3/3 pictures"."""
    batch = await book.start("a fox", "b bear", "c cat")
    await fail(book, await book.at(Step.SUBMITTED))
    assert await jobs(book, batch) == {JobState.FAILED: 1, JobState.WAITING: 2}
    await book.start("a fox", "b owl", dropped="b c", made=0)
    assert await jobs(book, batch) == {JobState.WAITING: 2}
    await book.at(Step.SUBMITTED)
    await book.start(dropped="b", outdated="a", made=1)
    assert await jobs(book, batch) == {}
    assert (await numbers(book, batch)).made_before == 1


async def test_two_lists_fill_one_library_side_by_side(book: Book) -> None:
    """Each has its own batch, and a change of one drops nothing of the other."""
    first = await book.start("a fox")
    second = await book.start("b bear", source="/two.txt")
    assert first != second
    await book.start("c cat", dropped="a")
    assert await jobs(book, second) == {JobState.WAITING: 1}


async def test_a_panel_that_another_list_is_making_is_refused_by_name(book: Book) -> None:
    """Also in another case; nothing is added."""
    await book.start("Ch1 fox")
    with pytest.raises(BadInputError, match=r"Ch1 is also wanted by /library\.txt"):
        await book.start("ch1 owl", "d dog", source="/two.txt")
    assert list(await book.states()) == ["Ch1"]


async def test_what_becomes_of_outliers_is_that_of_the_last_run(book: Book) -> None:
    """The author changes it by running the list again, and `redo` orders as the last run did."""
    shown = Reference("style.png", "image/png", "a" * 64)
    new = Difference([NewJob(0, "a", Recipe("a fox"), 0)])
    first = Order("/b.txt", "/b", "chatgpt", 2)
    batch = await book.store.do(opening.start, 1.0, first, new)
    assert batch is not None
    row = await book.batch(batch)
    assert (row["outliers"], row["repairs"], row["repair_share"]) == (Outliers.MARK, 2, 0.05)
    assert row["style_references"] is None
    again = replace(
        first, outliers=Outliers.REDO, repairs=3, repair_share=0.1, style_references=[shown]
    )
    assert await book.store.do(opening.start, 2.0, again, Difference()) == batch
    row = await book.batch(batch)
    assert (row["outliers"], row["repairs"], row["repair_share"]) == (Outliers.REDO, 3, 0.1)
    assert parsed(row["style_references"]) == (shown,)
