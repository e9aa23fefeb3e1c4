"""Streaks: an account on which every attempt fails is known, with the count and the reason."""

from helpers.stores import Book
from pressrun.states import Step
from pressrun.store import endings, streaks


async def fail(book: Book, reason: str) -> None:
    """Have the site fail the next prompt, which waits again."""
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, attempt, reason, retry_at=book.now)


async def test_attempts_that_failed_in_a_row_are_counted(book: Book) -> None:
    """With the reason of the last one; those before the time that is asked for do not count."""
    await book.start("a fox")
    await fail(book, "an error")
    await fail(book, "a gateway error")
    found = await book.store.do(streaks.failing, 0.0)
    assert found == {book.account: streaks.Streak(2, "a gateway error")}
    assert await book.store.do(streaks.failing, book.now + 1) == {}


async def test_what_no_page_is_to_blame_for_is_no_failure(book: Book) -> None:
    """A pause gives jobs back, and a limit is no failed attempt."""
    await book.start("a fox")
    attempt = await book.claimed()
    await book.store.do(endings.give_back, book.now, attempt, "paused", not_before=book.now)
    sent = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, sent, "full", retry_at=book.now, counts=False)
    assert await book.store.do(streaks.failing, 0.0) == {}
    attempt = await book.claimed()
    await book.store.do(
        endings.give_back, book.now, attempt, "no composer", not_before=book.now, counts=True
    )
    found = await book.store.do(streaks.failing, 0.0)
    assert found == {book.account: streaks.Streak(1, "no composer")}
