"""The author's orders while a batch runs: retry, skip, sooner, later, tabs, priority, ceilings."""

import pytest

from helpers.stores import Book
from pressrun.errors import NotFoundError
from pressrun.states import BatchState, JobChoice, JobState, Step
from pressrun.store import accounts, batches, endings, orders
from pressrun.store.accounts import Ceilings
from pressrun.store.writer import Writer

RETRY, SKIP, FIRST, LAST = JobChoice.RETRY, JobChoice.SKIP, JobChoice.FIRST, JobChoice.LAST


async def order(book: Book, choice: JobChoice, *keys: str, batch: int | None = None) -> int:
    """Give an order; returns how many jobs it changed."""
    return len(await book.store.do(orders.order, book.now, batch, keys, choice))


async def failed(book: Book) -> None:
    """Have the next job fail for good."""
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, attempt, "no", retry_at=None)


async def made(book: Book) -> list[str]:
    """Return the keys of all jobs that are still to be made, in the order of making."""
    keys = []
    while (attempt := await book.claim()) is not None:
        keys.append(attempt.key)
    return keys


async def test_what_failed_is_tried_again_by_order(book: Book) -> None:
    """All that failed, in a batch that has ended, starts over; what was refused does not."""
    batch = await book.start("a fox", "b bear", "c cat")
    await failed(book)
    await failed(book)
    await book.store.do(endings.refuse, book.now, await book.at(Step.SUBMITTED), "policy")
    assert (await book.batch(batch))["state"] == BatchState.DONE
    assert await order(book, RETRY, "a") == 1
    assert (await book.batch(batch))["state"] == BatchState.RUNNING
    assert await order(book, RETRY) == 1
    attempt = await book.claimed()
    assert (attempt.key, attempt.number, attempt.tries) == ("a", 2, 0)
    assert await order(book, RETRY, "c") == 0


async def test_an_ended_batch_makes_way_for_the_one_on_its_folder(book: Book) -> None:
    """A panel never has two open jobs: the batch that works on the folder is to be named."""
    first = await book.start("a fox")
    await failed(book)
    await book.start("a fox")
    with pytest.raises(NotFoundError, match="uses its folder"):
        await order(book, RETRY, batch=first)


async def test_an_order_reaches_every_list_of_the_library(book: Book) -> None:
    """What `panels` lists can be tried again, whichever list it is of."""
    first = await book.start("a fox", source="/one.txt")
    await failed(book)
    second = await book.start("b bear", source="/two.txt")
    await failed(book)
    await book.start("c cat", library="/other")
    assert await order(book, RETRY, "a") == 0
    await book.start("d dog", source="/three.txt")
    assert await order(book, RETRY, "b", batch=first) == 0
    assert await order(book, RETRY, "a") == 1
    assert await order(book, RETRY) == 1
    for batch in (first, second):
        assert (await book.batch(batch))["state"] == BatchState.RUNNING


async def test_a_panel_that_was_made_later_is_not_tried_again(book: Book) -> None:
    """Only the newest job of a panel counts."""
    batch = await book.start("a fox", "b bear")
    await failed(book)
    assert await book.start("a fox") == batch
    assert await order(book, RETRY) == 0


async def test_panels_are_skipped_and_had_back(book: Book) -> None:
    """A page is left out by its name; a batch with nothing else left is done, until a retry."""
    batch = await book.start("p1/1 fox", "p1/2 bear", "p10/1 cat")
    assert await order(book, SKIP, "p1") == 2
    assert await book.states() == {
        "p1/1": JobState.CANCELLED,
        "p1/2": JobState.CANCELLED,
        "p10/1": JobState.WAITING,
    }
    assert await order(book, SKIP, "p10/1") == 1
    assert (await book.batch(batch))["state"] == BatchState.DONE
    assert await order(book, RETRY) == 0
    assert await order(book, RETRY, "p1/2") == 1
    assert await made(book) == ["p1/2"]


async def test_what_is_under_way_is_not_skipped(book: Book) -> None:
    """What may have been sent is told to its end."""
    await book.start("a fox")
    await book.at(Step.SUBMITTED)
    assert await order(book, SKIP, "a") == 0


async def test_panels_are_made_sooner_or_later_by_order(book: Book) -> None:
    """Those that are named keep their order among themselves."""
    await book.start("a fox", "b bear", "c cat", "d dog", "e elk")
    assert await order(book, FIRST, "c", "d") == 2
    assert await order(book, LAST, "a") == 1
    assert await order(book, FIRST, "e") == 1
    assert await made(book) == ["e", "c", "d", "b", "a"]


async def test_tabs_and_priority_are_changed_while_it_runs(book: Book) -> None:
    """The next claim goes by them."""
    one = await book.start("a fox", "b bear", library="/one", tabs=1)
    two = await book.start("c cat", "d dog", library="/two", tabs=1)
    adjust = batches.adjust
    assert await book.store.do(adjust, book.now, two, tabs=None, priority=5) == [two]
    assert await made(book) == ["c", "a"]
    assert await book.store.do(adjust, book.now, None, tabs=2, priority=None) == [one, two]
    assert await made(book) == ["d", "b"]
    with pytest.raises(NotFoundError, match="no open batch 99"):
        await book.store.do(adjust, book.now, 99, tabs=2, priority=None)


async def test_the_authors_ceilings_are_on_the_ledger(book: Book) -> None:
    """They outlive the host, and the next word takes the place of the last."""
    given = Ceilings(3, 20, 23 * 60, 7 * 60)
    assert await book.store.do(accounts.allow, book.now, None, given) == [book.account]
    assert (await book.store.do(accounts.ledger, book.now, book.account)).ceilings == given
    await book.store.do(accounts.allow, book.now, book.account, Ceilings())
    assert (await book.store.do(accounts.ledger, book.now, book.account)).ceilings == Ceilings()
    with pytest.raises(NotFoundError, match="no account 99"):
        await book.store.do(accounts.allow, book.now, 99, Ceilings())


async def test_ceilings_for_all_are_for_accounts_to_come(store: Writer) -> None:
    """They can be set before a browser was there; those for one account are for that one."""
    given = Ceilings(3, 20, 23 * 60, 7 * 60)
    assert await store.do(accounts.allow, 1.0, None, given) == []
    first = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    assert (await store.do(accounts.ledger, 1.0, first)).ceilings == given
    await store.do(accounts.allow, 1.0, first, Ceilings())
    other = await store.do(accounts.seen, 1.0, site="chatgpt", profile="q", mark="m")
    assert (await store.do(accounts.ledger, 1.0, other)).ceilings == given
