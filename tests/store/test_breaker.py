"""What stops when nobody understands what becomes of it, whatever the page says."""

import pytest

from helpers.stores import Book
from pressrun.press.allowance import Allowance, allow
from pressrun.sites.profile import shipped
from pressrun.states import JobState, Step
from pressrun.store import accounts, breaker, dispatching, doubts, endings
from pressrun.store.attempts import Attempt
from pressrun.store.breaker import Rule
from pressrun.store.dispatching import Next
from pressrun.store.tables import accounts as accounts_table

RULE = Rule(times=3, rest=60.0)
PACING = shipped("chatgpt").pace


async def for_nothing(book: Book) -> tuple[Attempt, float | None]:
    """Send the next job, and have nothing come of it; returns until when its account stops."""
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(doubts.record, book.now, attempt, "no turn", look_at=None)
    until = await book.store.do(doubts.fruitless, book.now, attempt, "no turn", RULE)
    return attempt, until


async def begin(book: Book, build: str = "") -> Next[Allowance]:
    """Ask for the next attempt, as a tab does."""
    return await book.store.do(
        dispatching.begin,
        book.now,
        lambda ledger, now: allow(ledger, PACING, now),
        account=book.account,
        tab=1,
        build=build,
    )


async def test_three_sends_in_a_row_that_came_to_nothing_stop_the_account(book: Book) -> None:
    """With the last reason, and for twice as long after each further one."""
    await book.start(*(f"{letter} words" for letter in "abcde"))
    untils = [(await for_nothing(book))[1] for _ in range(5)]
    assert untils == [None, None, book.now + 60, book.now + 120, book.now + 240]
    row = await book.row(accounts_table, book.account)
    assert row["rests_until"] == book.now + 240
    assert "5 prompts in a row" in row["rests_because"]
    assert "no turn" in row["rests_because"]


async def test_the_same_attempt_counts_once(book: Book) -> None:
    """However often it is looked after."""
    await book.start("a words")
    attempt, _ = await for_nothing(book)
    for _ in range(3):
        until = await book.store.do(doubts.fruitless, book.now, attempt, "again", RULE)
        assert until is None
    assert (await book.row(accounts_table, book.account))["fruitless"] == 1


@pytest.mark.parametrize("known", ["picture", "failure", "refusal"])
async def test_a_picture_or_a_known_outcome_ends_the_row(book: Book, known: str) -> None:
    """What is understood once is understood again."""
    await book.start(*(f"{letter} words" for letter in "abc"))
    await for_nothing(book)
    await for_nothing(book)
    if known == "picture":
        await book.at(Step.RECEIVED)
    else:
        attempt = await book.at(Step.SUBMITTED)
        if known == "failure":
            await book.store.do(endings.fail, book.now, attempt, "an error", retry_at=None)
        else:
            await book.store.do(endings.refuse, book.now, attempt, "our policies")
    assert await book.store.do(breaker.is_understood, book.account)


async def test_no_more_is_under_way_than_may_come_to_nothing(book: Book) -> None:
    """Three in all, the one that came to nothing among them; after the rest one at a time."""
    await book.start(*(f"{letter} words" for letter in "abcdef"))
    await for_nothing(book)
    begun = [await begin(book) for _ in range(3)]
    assert [each.allowance.tabs for each in begun] == [2, 2, 2]
    assert [each.attempt is not None for each in begun] == [True, True, False]
    await book.set(accounts_table, book.account, fruitless=7)
    assert (await begin(book)).allowance.tabs == 1


async def test_a_new_build_of_the_page_is_worked_by_one_tab_until_it_brought_a_picture(
    book: Book,
) -> None:
    """Others wait, and say why; another build that is known goes on."""
    await book.start(*(f"{letter} words" for letter in "abcdef"))
    first = (await begin(book, "new")).attempt
    assert first is not None
    second = await begin(book, "new")
    assert (second.attempt, second.unproved) == (None, True)
    for step in (Step.SUBMITTING, Step.SUBMITTED, Step.MADE):
        await book.advance(first, step)
    await book.advance(first, Step.RECEIVED, sha256="5" * 64, bytes=5)
    assert (await begin(book, "new")).attempt is not None
    assert (await begin(book, "new")).attempt is not None


async def test_a_job_that_was_sent_twice_for_nothing_is_spent(book: Book) -> None:
    """A third Send takes more than a proof from what pages show."""
    await book.start("a words")
    for spent in (False, True):
        attempt, _ = await for_nothing(book)
        assert await book.store.do(breaker.is_spent, attempt.job) == spent
        await book.store.do(endings.unsent, book.now, attempt, "the history does not show it")


async def test_a_click_that_its_own_document_shows_ignored_is_no_send_of_the_job(
    book: Book,
) -> None:
    """The job may go on; the account counts it all the same."""
    await book.start("a words")
    for count in (1, 2, 3):
        attempt, _ = await for_nothing(book)
        await book.store.do(
            endings.unsent, book.now, attempt, "it still holds the prompt", certain=True
        )
        assert (await book.job(attempt))["state"] == JobState.WAITING
        assert (await book.row(accounts_table, book.account))["fruitless"] == count


async def test_nothing_sent_three_times_in_a_row_stops_the_account(book: Book) -> None:
    """Whichever jobs it was tried with; a prompt that is sent ends the row."""
    await book.start(*(f"{letter} words" for letter in "abcd"))

    async def give_back() -> float | None:
        return await book.store.do(
            endings.give_back,
            book.now,
            await book.claimed(),
            "no Send",
            not_before=book.now + 500,
            counts=True,
            rule=RULE,
        )

    assert [await give_back(), await give_back()] == [None, None]
    attempt = await book.at(Step.SUBMITTING)
    assert (await book.row(accounts_table, book.account))["unsent"] == 0
    await book.store.do(endings.unsent, book.now, attempt, "proved", certain=True)
    book.now += 1_000
    untils = [await give_back() for _ in range(3)]
    assert untils == [None, None, book.now + 60]
    assert "no Send" in (await book.row(accounts_table, book.account))["rests_because"]


async def test_another_profile_lets_go_on_what_stopped_for_a_page_alone(book: Book) -> None:
    """A limit of the site's is none of the profile's business."""
    await book.start(*(f"{letter} words" for letter in "abc"))
    for _ in range(3):
        await for_nothing(book)
    assert await book.store.do(breaker.lift, book.now + 1) == [book.account]
    until = book.now + 500
    await book.store.do(
        accounts.rest,
        book.now + 2,
        book.account,
        outcome="capped",
        until=until,
        because="You've hit the limit",
    )
    assert await book.store.do(breaker.lift, book.now + 3) == []
    assert (await book.row(accounts_table, book.account))["rests_until"] == until
