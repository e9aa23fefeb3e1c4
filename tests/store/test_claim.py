"""Claims: which job is next, and which two are never under way together."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select

from helpers.stores import Book
from pressrun.press.allowance import Allowance
from pressrun.states import BatchState, JobState, Step
from pressrun.store import accounts, batches, claims, dispatching, doubts, endings
from pressrun.store.tables import accounts as accounts_table
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import jobs as jobs_table
from pressrun.store.writer import StoreError


async def keys(book: Book, count: int) -> list[str | None]:
    """Return the keys of the next claims, None for none."""
    claimed = [await book.claim() for _ in range(count)]
    return [attempt.key if attempt else None for attempt in claimed]


async def test_jobs_are_claimed_in_the_books_order(book: Book) -> None:
    """Each job is claimed once, the first of the book first, until none is left."""
    await book.start("a fox", "b bear", "c cat")
    assert await keys(book, 4) == ["a", "b", "c", None]


async def test_an_attempt_knows_what_it_is_to_make(book: Book) -> None:
    """A claim carries all that an attempt needs, and is on disk with its job."""
    batch = await book.start("a fox")
    attempt = await book.claimed()
    assert (attempt.key, attempt.words, attempt.library) == ("a", "a fox", "/library")
    assert (attempt.batch, attempt.number, attempt.tries) == (batch, 1, 0)
    assert attempt.name == f"{attempt.job}.1"
    assert (await book.job(attempt))["state"] == JobState.WORKING
    row = await book.attempt(attempt)
    assert (row["step"], row["document"], row["ending"]) == (Step.CLAIMED, None, None)


async def test_tabs_that_claim_together_get_different_jobs(book: Book) -> None:
    """However many tabs ask at once, no job is worked on twice."""
    await book.start(*(f"k{number} prompt" for number in range(20)))
    claimed = await asyncio.gather(*(book.claim() for _ in range(20)))
    assert len({attempt.job for attempt in claimed if attempt}) == 20


async def test_a_batch_runs_on_accounts_of_its_own_site(book: Book) -> None:
    """A prompt that is for one site never goes to another, however much waits."""
    batch = await book.start("a fox", library="/one", site="easel")
    await book.start("b bear", library="/two")
    assert await keys(book, 2) == ["b", None]
    assert not await book.store.do(claims.sends_more, book.account)
    other = await book.store.do(accounts.seen, 1.0, site="easel", profile="p", mark="m")
    claimed = await book.claim(account=other)
    assert claimed is not None
    assert (claimed.key, claimed.batch) == ("a", batch)


async def test_a_batch_with_priority_goes_first(book: Book) -> None:
    """Priority decides between batches, and between equals the older one goes first."""
    await book.start("a fox", library="/one")
    await book.start("b bear", library="/two")
    await book.start("c cat", library="/three", priority=5)
    assert await keys(book, 4) == ["c", "a", "b", None]


async def test_a_received_picture_holds_no_tab_back(book: Book) -> None:
    """A batch with one tab gives the next job while the last picture is still to be filed."""
    await book.start("a fox", "b bear", tabs=1)
    attempt = await book.at(Step.MADE)
    assert await book.claim() is None
    await book.advance(attempt, Step.RECEIVED, sha256="5" * 64, bytes=5)
    following = await book.claimed()
    assert following.key == "b"
    account = await book.store.do(accounts.ledger, 0.0, following.account)
    assert account.working == 1


@pytest.mark.parametrize("state", [BatchState.PAUSED, BatchState.CANCELLED])
async def test_only_running_batches_are_worked_on(book: Book, state: BatchState) -> None:
    """A batch that is paused or cancelled gives no job, and hides no other batch's."""
    first = await book.start("a fox", library="/one", priority=1)
    await book.start("b bear", library="/two")
    await book.change(state, first)
    assert await keys(book, 2) == ["b", None]


async def test_batches_of_one_priority_share_fairly(book: Book) -> None:
    """One after the other has its turn, however long each is; none is left idle for the other."""
    await book.start("a1 fox", "a2 fox", "a3 fox", "a4 fox", library="/one")
    await book.start("b1 bear", "b2 bear", library="/two")
    assert await keys(book, 7) == ["a1", "b1", "a2", "b2", "a3", "a4", None]


async def test_a_batch_has_no_more_tabs_than_it_was_given(book: Book) -> None:
    """The author's number of tabs holds for each batch, and what is left is another's."""
    await book.start("a1 fox", "a2 fox", "a3 fox", library="/one", tabs=1)
    await book.start("b1 bear", "b2 bear", library="/two", tabs=2)
    assert await keys(book, 4) == ["a1", "b1", "b2", None]


async def test_one_that_fails_again_and_again_holds_up_nobody(book: Book) -> None:
    """While it waits for its next try the others are made, and then it is given up."""
    await book.start("a fox", "b bear", "c cat", tabs=1)
    first = await book.claimed()
    await book.store.do(endings.fail, book.now, first, "no", retry_at=book.now + 10)
    second = await book.claimed()
    assert second.key == "b"
    await book.store.do(endings.fail, book.now, second, "no", retry_at=None)
    assert await keys(book, 1) == ["c"]


async def test_a_paused_batch_goes_on_where_it_was(book: Book) -> None:
    """Resuming gives the jobs back in their order."""
    batch = await book.start("a fox", "b bear")
    await book.change(BatchState.PAUSED)
    assert await book.claim() is None
    assert await book.change(BatchState.RUNNING) == [batch]
    assert await keys(book, 2) == ["a", "b"]


async def test_a_job_is_not_claimed_before_its_time(book: Book) -> None:
    """A job that has to wait lets others pass, and is due just then."""
    await book.start("a fox", "b bear")
    first = await book.claimed()
    await book.store.do(endings.give_back, book.now, first, "not now", not_before=book.now + 10)
    assert await keys(book, 2) == ["b", None]
    assert await book.store.do(claims.next_due) == book.now + 10
    book.now += 9.9
    assert await book.claim() is None
    book.now += 0.1
    assert await keys(book, 2) == ["a", None]
    assert await book.store.do(claims.next_due) is None


@pytest.mark.parametrize(
    "state", [Step.CLAIMED, Step.SUBMITTED, "doubt"], ids=["claimed", "submitted", "in doubt"]
)
async def test_the_same_words_are_never_in_flight_twice(book: Book, state: str) -> None:
    """On one account nobody could tell whose of two equal turns is whose, in doubt included."""
    await book.start("same words", "b bear")
    await book.start("same  words", library="/two")
    attempt = await book.at(Step.SUBMITTED if state == "doubt" else Step(state))
    if state == "doubt":
        await book.store.do(doubts.record, book.now, attempt, "it is gone", look_at=None)
    assert attempt.key == "same"
    assert await keys(book, 2) == ["b", None]


async def test_the_same_words_follow_when_the_first_has_ended(book: Book) -> None:
    """The second of two equal panels waits for the first, and no longer."""
    await book.start("same words")
    await book.start("same words", library="/two")
    first = await book.claimed()
    assert await book.claim() is None
    await book.store.do(endings.fail, book.now, first, "no", retry_at=None)
    second = await book.claimed()
    assert second.library == "/two"


async def test_the_same_words_may_be_in_flight_on_two_accounts(book: Book) -> None:
    """Chats of different accounts cannot be mixed up."""
    other = await book.store.do(accounts.seen, 1.0, site="chatgpt", profile="q", mark="n")
    await book.start("same words")
    await book.start("same words", library="/two")
    assert await book.claim() is not None
    assert await book.claim() is None
    assert await book.claim(account=other) is not None


async def test_a_panel_has_one_open_job(book: Book) -> None:
    """A second open job of a key is refused by the database itself, and a later one is not."""
    await book.start("a fox", "b bear")
    with pytest.raises(StoreError, match=r"UNIQUE constraint failed: jobs\.batch_id, jobs\.key"):
        await book.start("a bear")
    attempt = await book.claimed()
    with pytest.raises(StoreError, match=r"UNIQUE constraint failed: jobs\.batch_id, jobs\.key"):
        await book.start("a bear")
    await book.store.do(endings.fail, book.now, attempt, "no", retry_at=None)
    await book.start("a bear")


async def test_a_list_has_one_open_batch_in_a_library(book: Book) -> None:
    """Starting again extends the open batch; the database refuses to hold two."""
    first = await book.start("a fox")
    assert await book.start("b bear") == first
    other = await book.start("c cat", source="/two.txt")
    assert other != first
    with pytest.raises(StoreError, match=r"UNIQUE constraint failed: batches\.library"):
        await book.set(batches_table, other, source="/library.txt")
    await book.change(BatchState.CANCELLED, first)
    assert await book.start("d dog") not in (first, other)


def next_attempt(connection: Connection) -> None:
    """Do what a tab does to get its next job."""
    found = dispatching.begin(
        connection, 1_000.0, lambda _, now: Allowance(2, now), account=1, tab=1
    )
    assert found.attempt is not None


async def plans(book: Book, work: Callable[[Connection], object]) -> list[str]:
    """Return how the database goes about everything that a piece of work asks it."""
    seen: list[tuple[str, Any]] = []

    def note(
        _conn: object, _cursor: object, statement: str, parameters: object, *_: object
    ) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await book.store.do(work)
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    def explain(connection: Connection, statement: str, parameters: Any) -> list[str]:  # noqa: ANN401 - a driver's
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row.detail for row in rows]

    return [line for asked in seen for line in await book.store.do(explain, *asked)]


async def test_a_claim_never_walks_the_jobs(book: Book) -> None:
    """Every look-up of a claim is by an index, and waiting jobs by the one that holds no other.

    That is what keeps a claim flat from 1,000 to 1,000,000 jobs.
    """
    await book.start("a fox", "b bear", after={"b": "a"})
    found = await plans(book, next_attempt)
    assert [line for line in found if "uq_jobs_open_key (batch_id=? AND key=?)" in line]
    assert [line for line in found if "uq_jobs_queued_key (batch_id=? AND key=?)" in line]
    assert [line for line in found if "uq_images_current (library=? AND key=?)" in line]
    assert [line for line in found if "ix_jobs_waiting" in line]
    assert [
        line for line in found if "ix_jobs_in_flight (account_id=? AND prompt_sha256=?)" in line
    ]
    assert [
        line for line in found if "COVERING INDEX ix_attempts_sent (account_id=? AND sub" in line
    ]
    assert {line for line in found if line.startswith("SCAN")} <= {"SCAN batches"}
    assert not [line for line in found if "jobs" in line and "TEMP B-TREE" in line]


@pytest.mark.parametrize(
    "work",
    [
        batches.tabs_wanted,
        batches.numbers,
        batches.unfinished,
        lambda connection: batches.pace(connection, 1, 0.0),
        lambda connection: claims.next_due(connection, 1.0),
    ],
    ids=["tabs", "numbers", "unfinished", "pace", "due"],
)
async def test_what_is_asked_for_each_picture_walks_no_jobs(
    book: Book, work: Callable[[Connection], object]
) -> None:
    """Press and views ask this again and again: it costs the same however long a book is."""
    await book.start("a fox", "b bear", "c cat", after={"c": "a"})
    await book.at(Step.SUBMITTED)
    found = await plans(book, work)
    assert found
    # what is held is counted from its index, and told by the few panels that it comes after
    few = {"SCAN batches", "SCAN held", "SCAN attempts USING INDEX ix_attempts_open"}
    # a batch has a tally for each state of its jobs
    few |= {"SCAN tallies", "SCAN (subquery-1)", "SCAN CONSTANT ROW"}
    assert {line for line in found if line.startswith("SCAN")} <= few


def next_doubt(connection: Connection) -> None:
    """Do what a tab does before it looks for a job."""
    doubts.claim(connection, 1_000.0, account=1, tab=1, document="D1", alive={"D2"})


@pytest.mark.parametrize(
    "work",
    [next_doubt, next_attempt, lambda connection: accounts.due_beside(connection, 1.0, 1)],
    ids=["doubt", "attempt", "beside"],
)
async def test_what_a_tab_asks_of_its_account_walks_nothing_that_has_ended(
    book: Book, work: Callable[[Connection], object]
) -> None:
    """An account's whole past has its number: what is open of it is found without that."""
    await book.start("a fox", "b bear")
    await book.at(Step.SUBMITTED)
    walked = [line for line in await plans(book, work) if line.endswith("(account_id=?)")]
    open_ones = "SEARCH attempts USING INDEX ix_attempts_open (account_id=?)"
    few = {
        open_ones,
        "SEARCH jobs USING INDEX ix_jobs_in_flight (account_id=?)",
        "SEARCH limits USING INDEX ix_limits_account_id_at (account_id=?)",
    }
    assert open_ones in walked
    assert set(walked) <= few


async def test_a_claim_that_finds_nothing_changes_nothing(book: Book) -> None:
    """Asking is free: no attempt, no line in the journal."""
    before = await book.everything()
    assert await book.claim() is None
    assert await book.everything() == before


async def test_numbers_of_attempts_are_never_used_again(book: Book) -> None:
    """A number is half of a token: each try at a job has a higher one."""
    await book.start("a fox")
    for number in (1, 2, 3):
        attempt = await book.claimed()
        assert attempt.number == number
        await book.store.do(endings.give_back, book.now, attempt, "no", not_before=book.now)
    assert (await book.row(jobs_table, attempt.job))["tries"] == 0


async def test_what_was_not_sent_and_what_failed_are_counted_apart(book: Book) -> None:
    """A page that is lost again and again before Send costs none of the tries that the site has."""
    await book.start("a fox")
    for unsent in (0, 1, 2):
        attempt = await book.claimed()
        assert (attempt.tries, attempt.unsent) == (0, unsent)
        await book.store.do(
            endings.give_back, book.now, attempt, "no", not_before=book.now, counts=True
        )
    sent = await book.claimed()
    await book.store.do(endings.fail, book.now, sent, "no", retry_at=book.now)
    after = await book.claimed()
    assert (after.tries, after.unsent) == (1, 0)


async def test_what_is_due_of_another_identity_in_the_same_browser_is_known(book: Book) -> None:
    """Of the same browser profile, when it is due, and not of oneself."""
    store = book.store
    await book.start("a fox")
    attempt = await book.at(Step.SUBMITTED)
    await store.do(doubts.record, 1.0, attempt, "gone", look_at=5.0)
    seen = {"site": "chatgpt", "mark": "another"}
    (profile,) = await store.do(
        lambda connection: connection.execute(select(accounts_table.c.profile)).scalars().all()
    )
    beside = await store.do(accounts.seen, 1.0, profile=profile, **seen)
    elsewhere = await store.do(accounts.seen, 1.0, profile="another", **seen)
    for account, now, due in (
        (beside, 5.0, True),
        (beside, 4.0, False),
        (book.account, 5.0, False),
        (elsewhere, 5.0, False),
    ):
        assert await store.do(accounts.due_beside, now, account) is due
