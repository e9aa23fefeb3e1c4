"""Panels that come after others: not begun before the author approved the other's picture."""

import pytest

from helpers import deciding
from helpers.pictures import placed
from helpers.stores import Book
from pressrun.errors import NotFoundError
from pressrun.picture.recipe import Recipe
from pressrun.states import AuthorAct, BatchState, JobChoice, JobState, Rejected, Step
from pressrun.store import approvals, batches, closing, decisions, endings, orders
from pressrun.store.aims import Judgement, Looked
from pressrun.store.approvals import Asked
from pressrun.store.attempts import Attempt
from pressrun.store.decisions import Provided
from pressrun.store.opening import Difference, NewJob, Order, start

AFTER = {"b": "a", "c": "a", "d": "b"}
BOOK = ("a fox", "b bear", "c cat", "d dog", "e eel")


async def order(book: Book, choice: JobChoice, *keys: str) -> int:
    """Give an order; returns how many jobs it changed."""
    return len(await book.store.do(orders.order, book.now, None, keys, choice))


async def approve(book: Book, *keys: str) -> int:
    """Approve; returns how many pictures that is."""
    return len(await book.store.do(deciding.approve, book.now, None, keys))


async def file(book: Book, attempt: Attempt) -> None:
    """File the picture of an attempt, over whatever was there."""
    await book.store.do(
        endings.done, book.now, attempt, "D1", placed(attempt), aside=lambda key, *_: f"old/{key}"
    )


async def make(book: Book) -> str:
    """Have the next job made; returns its key."""
    attempt = await book.at(Step.RECEIVED)
    await file(book, attempt)
    return attempt.key


async def asked(book: Book) -> Asked | None:
    """Return what the newest batch asks to be approved."""
    return (await book.store.do(batches.numbers))[0].approval


async def test_a_panel_waits_for_the_approval_of_another(book: Book) -> None:
    """Not even when that one is made, and at once when it is approved; approving again is free."""
    batch = await book.start(*BOOK, after=AFTER)
    assert await asked(book) is None
    assert [await make(book), await make(book)] == ["a", "e"]
    assert await book.claim() is None
    assert await asked(book) == Asked("a", 2)
    assert (await book.batch(batch))["state"] == BatchState.RUNNING
    assert [await approve(book, "a"), await approve(book, "a")] == [1, 1]
    assert [await make(book), await make(book)] == ["b", "c"]
    assert await book.claim() is None
    assert await asked(book) == Asked("b", 1)
    await approve(book, "b")
    assert await make(book) == "d"
    assert (await book.batch(batch))["state"] == BatchState.DONE
    assert {"jobs.held", "job.approved"} <= set(await book.told())


async def test_only_what_is_made_can_be_approved(book: Book) -> None:
    """It is an error that says so, and of several none is approved then."""
    await book.start(*BOOK, after=AFTER)
    for key, why in (("a", "a has no picture to approve"), ("nobody", "no panel and no chapter")):
        with pytest.raises(NotFoundError, match=why):
            await approve(book, key)
    await make(book)
    with pytest.raises(NotFoundError, match="b has no picture to approve"):
        await approve(book, "a", "b")
    assert (await book.states())["b"] == JobState.HELD


async def test_scenes_are_approved_by_their_name(book: Book) -> None:
    """Of a scene that is half made, what is made; a name that only begins alike is not meant."""
    after = {"z1": "ch01/1", "z2": "ch011/1"}
    await book.start("ch01/1 fox", "ch01/2 bear", "ch011/1 cat", "z1 x", "z2 y", after=after)
    for _ in range(3):
        await make(book)
    assert await approve(book, "ch01") == 2
    assert await make(book) == "z1"
    assert await book.claim() is None


async def test_an_approval_stands_while_another_take_is_made(book: Book) -> None:
    """What was approved stays its panel's picture, so what waited for that waits for no other."""
    await book.start(*BOOK, after=AFTER)
    await make(book)
    await approve(book, "a")
    await book.start("a fox, red", "b bear", after=AFTER, dropped="b")
    assert await approve(book, "a") == 1
    states = await book.states()
    assert (states["b"], states["c"]) == (JobState.WAITING, JobState.WAITING)


async def test_what_comes_back_is_held_when_the_approval_was_taken_back(book: Book) -> None:
    """An attempt under way is finished; its next try waits for another approval."""
    batch = await book.start(*BOOK, after=AFTER)
    await make(book)
    await approve(book, "a")
    await order(book, JobChoice.FIRST, "b")
    attempt = await book.claimed()
    assert attempt.key == "b"
    await book.store.do(deciding.reject, book.now, attempt.library, ["a"], Rejected.FAULT)
    assert (await book.states())["b"] == JobState.WORKING
    await book.store.do(endings.give_back, book.now, attempt, "no", not_before=book.now)
    assert (await book.states())["b"] == JobState.HELD
    assert (await book.batch(batch))["state"] == BatchState.RUNNING


async def test_an_approval_holds_for_later_runs(book: Book) -> None:
    """A batch that is begun later asks nothing again of a picture that stayed."""
    await book.start("a fox")
    await make(book)
    await approve(book, "a")
    await book.start("b bear", after=AFTER)
    assert await make(book) == "b"


async def test_held_panels_are_skipped_cancelled_and_tried_again_as_others(book: Book) -> None:
    """They are the author's, as much as those that wait; tried again, they are held again."""
    batch = await book.start("a fox", "b bear", "c cat", after=AFTER)
    await make(book)
    assert await order(book, JobChoice.SKIP, "b") == 1
    assert await order(book, JobChoice.RETRY, "b") == 1
    assert (await book.states())["b"] == JobState.HELD
    await book.change(BatchState.CANCELLED)
    assert (await book.states())["c"] == JobState.CANCELLED
    assert (await book.batch(batch))["state"] == BatchState.CANCELLED


async def test_held_panels_keep_no_tab(book: Book) -> None:
    """A batch that waits for the author alone needs no browser, and is not over."""
    batch = await book.start("a fox", "b bear", after=AFTER)
    await make(book)
    assert await book.store.do(batches.tabs_wanted) == 0
    assert not await book.store.do(closing.finish, book.now, batch)
    await book.store.do(deciding.approve, book.now, batch, ["a"])
    assert await book.store.do(batches.tabs_wanted) == 1


async def test_the_batch_need_not_be_named(book: Book) -> None:
    """The one in which panels wait is meant, also when another was begun since."""
    await book.start("a fox", "b bear", after=AFTER)
    await make(book)
    await book.start("z zebra", library="/other")
    await approve(book, "a")
    assert (await book.states())["b"] == JobState.WAITING


async def test_it_is_told_which_panels_wait_for_an_approval(book: Book) -> None:
    """With the batch whose they are, and its list."""
    batch = await book.start(*BOOK, after=AFTER)
    assert await book.store.do(approvals.batch_of, "/library", None) == (batch, "/library.txt")
    assert await book.store.do(approvals.libraries) == ["/library"]
    assert await book.store.do(approvals.waiting, batch, {"a"}) == ["b", "c"]
    assert await book.store.do(approvals.waiting, batch, {"nobody"}) == []
    with pytest.raises(NotFoundError, match="there is no batch 9"):
        await book.store.do(approvals.batch_of, "/library", 9)


async def test_what_waits_is_made_from_what_the_approval_settles(book: Book) -> None:
    """In one go with it: nothing is sent as it was composed before."""
    batch = await book.start(*BOOK, after=AFTER)
    await make(book)
    made_from: dict[str, tuple[Recipe, str | None]] = {
        "b": (Recipe("b bear with the sheet"), None),
        "c": (Recipe("c cat with the sheet"), "e"),
    }
    ready = Provided(batch=batch, made_from=made_from)
    approval = Judgement(AuthorAct.APPROVE, "author")
    await book.store.do(decisions.decide, book.now, "/library", [Looked("a")], approval, ready)
    assert (await book.states())["c"] == JobState.HELD
    assert {(await book.claimed()).key, (await book.claimed()).key} == {"b", "e"}
    assert await book.store.do(approvals.waiting, batch, {"a"}) == []


async def test_an_approval_can_be_withdrawn(book: Book) -> None:
    """What is ordered after it waits again."""
    await book.start("a fox", "b bear", after={"b": "a"})
    await make(book)
    await approve(book, "a")
    await make(book)
    new = [NewJob(2, "c", Recipe("c cat"), 2, "a")]
    wanted = Order("/library.txt", "/library", "chatgpt", 2)
    await book.store.do(start, book.now, wanted, Difference(new, unapproved=["a"]))
    assert (await book.states())["c"] == JobState.HELD
