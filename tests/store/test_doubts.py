"""The author's word on jobs in doubt."""

import pytest

from helpers.stores import Book
from pressrun.errors import NotFoundError
from pressrun.states import BatchState, DoubtChoice, JobState, Step
from pressrun.store import doubts
from pressrun.store.attempts import Attempt

LOOK, RESEND, GIVE_UP = DoubtChoice.LOOK, DoubtChoice.RESEND, DoubtChoice.GIVE_UP


async def in_doubt(book: Book, *, waits: bool = True) -> Attempt:
    """Bring the next job into doubt."""
    attempt = await book.at(Step.SUBMITTED)
    look_at = None if waits else book.now + 60
    await book.store.do(doubts.record, book.now, attempt, "no proof", look_at=look_at)
    return attempt


async def decide(book: Book, jobs: list[int] | None, choice: DoubtChoice) -> list[int]:
    """Decide."""
    return await book.store.do(doubts.decide, book.now, jobs, choice)


async def waiting(book: Book) -> list[int]:
    """Return the jobs that wait for the author."""
    found = await book.store.do(doubts.asking)
    return [each.attempt.job for each in found if each.waits]


async def test_look_has_every_waiting_one_looked_after(book: Book) -> None:
    """Without names it is about those that wait for the author, and no others."""
    await book.start("a one", "b two", "c three")
    first, _other, third = [await in_doubt(book, waits=number != 1) for number in range(3)]
    assert await decide(book, None, LOOK) == [first.job, third.job]
    assert await waiting(book) == []
    assert (await book.attempt(first))["looks"] == 0


async def test_resend_has_the_job_wait_again(book: Book) -> None:
    """By the author's order it is sent once more, and the attempt has ended."""
    await book.start("a one")
    attempt = await in_doubt(book)
    assert await decide(book, [attempt.job, attempt.job], RESEND) == [attempt.job]
    assert (await book.job(attempt))["state"] == JobState.WAITING
    again = await book.claimed()
    assert (again.job, again.number) == (attempt.job, 2)


async def test_give_up_ends_the_batch_when_it_was_the_last(book: Book) -> None:
    """What is given up is failed: a later run makes it anew."""
    batch = await book.start("a one")
    attempt = await in_doubt(book)
    await decide(book, [attempt.job], GIVE_UP)
    assert (await book.job(attempt))["state"] == JobState.FAILED
    assert (await book.batch(batch))["state"] == BatchState.DONE


async def test_what_is_still_looked_after_may_be_decided_by_name(book: Book) -> None:
    """The author may know already."""
    await book.start("a one")
    attempt = await in_doubt(book, waits=False)
    assert await decide(book, [attempt.job], GIVE_UP) == [attempt.job]


@pytest.mark.parametrize("choice", DoubtChoice)
async def test_all_or_none_are_changed(book: Book, choice: DoubtChoice) -> None:
    """A job that is not in doubt is named, and nothing happened."""
    await book.start("a one", "b two")
    attempt, other = await in_doubt(book), await book.claimed()
    before = await book.everything()
    with pytest.raises(NotFoundError, match=rf"job {other.job}, 99 are not in doubt"):
        await decide(book, [attempt.job, other.job, 99], choice)
    assert await book.everything() == before
