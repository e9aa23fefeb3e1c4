"""Batches: started or extended, paused, cancelled and closed, with numbers that add up."""

import pytest

from helpers.stores import Book
from pressrun.errors import NotFoundError
from pressrun.picture.recipe import words_sha256
from pressrun.states import BatchState, JobState, Step, WrongFormat
from pressrun.store import accounts, batches, doubts, endings, opening, standing
from pressrun.store.accounts import Limit
from pressrun.store.opening import Difference, Order
from pressrun.store.standing import OpenJob, Standing

RUNNING, PAUSED, CANCELLED = BatchState.RUNNING, BatchState.PAUSED, BatchState.CANCELLED


async def test_nothing_to_make_starts_nothing(book: Book) -> None:
    """A run that finds everything made leaves no batch and no line behind."""
    order = Order("/a.txt", "/library", "chatgpt", 2)
    before = await book.everything()
    started = await book.store.do(opening.start, 1.0, order, Difference(made=3))
    assert started is None
    assert await book.everything() == before


async def test_starting_again_extends_the_open_batch(book: Book) -> None:
    """New panels join the batch that runs; what is wanted no longer is dropped while it waits."""
    first = await book.start("a fox", "b bear")
    await book.claimed()
    assert await book.start("c cat", dropped="a b") == first
    assert await book.states() == {
        "a": JobState.WORKING,
        "b": JobState.CANCELLED,
        "c": JobState.WAITING,
    }
    assert (await book.told())[-3:] == ["batch.extended", "job.dropped", "job.dropped"]


async def test_starting_again_resumes_a_paused_batch(book: Book) -> None:
    """Whoever says `run` wants it to run."""
    batch = await book.start("a fox")
    await book.change(PAUSED)
    await book.start("b bear")
    assert (await book.batch(batch))["state"] == RUNNING


async def test_starting_again_says_anew_what_becomes_of_a_wrong_format(book: Book) -> None:
    """As with tabs, the last word counts."""
    batch = await book.start("a fox", ratio="3:4", wrong_format=WrongFormat.AGAIN)
    assert (await book.batch(batch))["wrong_format"] == WrongFormat.AGAIN
    assert (await book.claimed()).recipe.format == "3:4"
    await book.start("b bear")
    assert (await book.batch(batch))["wrong_format"] == WrongFormat.KEEP


async def test_a_batch_whose_last_panel_is_dropped_is_done(book: Book) -> None:
    """An open batch with nothing in it would wait for ever."""
    batch = await book.start("a fox")
    order = Order("/library.txt", "/library", "chatgpt", 2)
    await book.store.do(opening.start, book.now, order, Difference(dropped=["a"]))
    assert (await book.batch(batch))["state"] == BatchState.DONE


@pytest.mark.parametrize(
    ("before", "to", "changes"),
    [
        (RUNNING, PAUSED, True),
        (RUNNING, CANCELLED, True),
        (RUNNING, RUNNING, False),
        (PAUSED, RUNNING, True),
        (PAUSED, CANCELLED, True),
        (PAUSED, PAUSED, False),
        (CANCELLED, RUNNING, False),
        (CANCELLED, PAUSED, False),
        (CANCELLED, CANCELLED, False),
    ],
)
async def test_a_batch_changes_only_while_it_is_open(
    book: Book, before: BatchState, to: BatchState, *, changes: bool
) -> None:
    """What is cancelled stays so, and a change that changes nothing is not told."""
    batch = await book.start("a fox")
    if before != RUNNING:
        await book.change(before)
    told = await book.told()
    assert await book.change(to, batch) == ([batch] if changes else [])
    assert (await book.batch(batch))["state"] == (to if changes else before)
    assert (await book.told())[len(told) :] == ([f"batch.{to}"] if changes else [])


async def test_without_a_number_every_open_batch_is_meant(book: Book) -> None:
    """One word pauses everything, and with a number only that batch."""
    first, second = await book.start("a fox"), await book.start("b bear", library="/two")
    assert await book.change(PAUSED) == [first, second]
    assert await book.change(RUNNING, second) == [second]
    assert (await book.batch(first))["state"] == PAUSED


async def test_a_batch_that_does_not_exist_is_told(book: Book) -> None:
    """A number that names nothing is an error, and changes nothing."""
    await book.start("a fox")
    before = await book.everything()
    with pytest.raises(NotFoundError, match="there is no batch 99"):
        await book.change(CANCELLED, 99)
    assert await book.everything() == before


@pytest.mark.parametrize("last", [JobState.FAILED, JobState.REFUSED])
async def test_a_batch_closes_when_its_last_job_ends(book: Book, last: JobState) -> None:
    """However the last job ends, the batch is done then, and not before."""
    batch = await book.start("a fox", "b bear")
    first, second = await book.at(Step.SUBMITTED), await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, first, "no", retry_at=None)
    assert (await book.batch(batch))["state"] == RUNNING
    book.now += 5
    if last == JobState.FAILED:
        await book.store.do(endings.fail, book.now, second, "no", retry_at=None)
    else:
        await book.store.do(endings.refuse, book.now, second, "policy")
    row = await book.batch(batch)
    assert (row["state"], row["ended_at"]) == (BatchState.DONE, book.now)
    assert (await book.told()).count("batch.done") == 1


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.DOUBT])
async def test_a_batch_with_an_open_job_stays_open(book: Book, state: JobState) -> None:
    """What waits, for a tab or for the author, keeps its batch."""
    batch = await book.start("a fox", "b bear")
    first, second = await book.at(Step.SUBMITTED), await book.at(Step.SUBMITTED)
    if state == JobState.WAITING:
        await book.store.do(endings.fail, book.now, first, "no", retry_at=book.now)
    else:
        await book.store.do(doubts.record, book.now, first, "?", look_at=None)
    await book.store.do(endings.refuse, book.now, second, "policy")
    assert (await book.batch(batch))["state"] == RUNNING


async def test_numbers_count_each_job_once(book: Book) -> None:
    """The jobs of a batch by state add up to all of them."""
    await book.start(*(f"k{number} x{number}" for number in range(5)))
    working, refused, doubtful = [await book.at(Step.SUBMITTED) for _ in range(3)]
    await book.store.do(endings.refuse, book.now, refused, "policy")
    await book.store.do(doubts.record, book.now, doubtful, "?", look_at=None)
    [numbers] = await book.store.do(batches.numbers)
    assert numbers.jobs == {
        JobState.WORKING: 1,
        JobState.REFUSED: 1,
        JobState.DOUBT: 1,
        JobState.WAITING: 2,
    }
    assert (numbers.asking, working.key) == (1, "k0")


async def test_numbers_show_open_batches_and_the_last_that_ended(book: Book) -> None:
    """Old batches are left out of the views, open ones never."""
    old_but_open = await book.start("a fox", library="/old")
    for number in range(7):
        batch = await book.start("b bear", library=f"/{number}")
        await book.change(CANCELLED, batch)
    shown = [each.id for each in await book.store.do(batches.numbers)]
    assert shown == [8, 7, 6, 5, 4, old_but_open]


async def test_standing_tells_what_is_known_of_each_panel(book: Book) -> None:
    """A later run compares with open jobs and with what the site refused, library by library."""
    await book.start("a fox", "b bear", "c cat", "d dog")
    await book.store.do(endings.refuse, book.now, await book.at(Step.SUBMITTED), "policy")
    await book.store.do(endings.fail, book.now, await book.at(Step.SUBMITTED), "no", retry_at=None)
    await book.at(Step.SUBMITTED)
    await book.start("a wolf", library="/two")

    def opened(key: str, words: str, state: JobState) -> OpenJob:
        return OpenJob("/library.txt", 1, key, words_sha256(words), state)

    assert await book.store.do(standing.standing, "/library") == {
        "a": Standing("a", refused_from=words_sha256("a fox")),
        "c": Standing("c", open=opened("c", "c cat", JobState.WORKING)),
        "d": Standing("d", open=opened("d", "d dog", JobState.WAITING)),
    }


async def test_an_account_is_one_identity(book: Book) -> None:
    """Site, profile and mark make an account; seeing it again adds none."""

    async def seen(profile: str, mark: str) -> int:
        return await book.store.do(
            accounts.seen, book.now, site="chatgpt", profile=profile, mark=mark
        )

    first = await seen("p", "m")
    assert first == book.account
    assert len({first, await seen("p", "other"), await seen("q", "m"), await seen("p", "m")}) == 3
    assert (await book.told()).count("account.seen") == 3


async def test_an_account_rests_until_its_time(book: Book) -> None:
    """A limit is on the account's ledger with its reset, for every later life of the host."""
    await book.start("a fox")
    await book.at(Step.SUBMITTED)
    text = "too many requests"
    await book.store.do(
        accounts.rest, 5.0, book.account, outcome="throttled", until=50.0, because=text
    )
    ledger = await book.store.do(accounts.ledger, 6.0, book.account)
    assert ledger.rests_until == 50.0
    assert ledger.limits == (Limit(5.0, "throttled", 50.0, tabs=1),)
    assert (await book.told())[-1] == "account.rests"


async def test_the_ledger_holds_what_the_site_took(book: Book) -> None:
    """What failed was used up on the site; what it never took, or met with a limit, was not."""
    sent = []
    await book.start(*(f"k{number} prompt" for number in range(6)))
    for _ in range(5):
        book.now += 1
        sent.append(await book.at(Step.SUBMITTED))
    await book.store.do(endings.fail, book.now, sent[0], "no", retry_at=book.now)
    await book.store.do(endings.unsent, book.now, sent[1], "it was never sent")
    await book.store.do(endings.fail, book.now, sent[2], "full", retry_at=book.now, counts=False)
    await book.store.do(doubts.record, book.now, sent[3], "gone", look_at=None)
    await book.claimed()
    ledger = await book.store.do(accounts.ledger, book.now, book.account)
    assert ledger.sends == (1_005.0, 1_004.0, 1_001.0)
    assert (ledger.preparing, ledger.working) == (1, 2)
    assert (await book.store.do(accounts.ledger, book.now + accounts.DAY, book.account)).sends == ()


async def test_a_cap_knows_how_many_it_let_through(book: Book) -> None:
    """What was under way when it was met is counted when it is known what became of it."""
    await book.start(*(f"k{number} prompt" for number in range(4)))
    sent = []
    for _ in range(4):
        book.now += 1
        sent.append(await book.at(Step.SUBMITTED))
    await book.store.do(
        accounts.rest,
        book.now,
        book.account,
        outcome="capped",
        until=2_000.0,
        because="full",
        since=1_001.0,
    )
    for each in sent[2:]:
        await book.store.do(endings.fail, book.now, each, "full", retry_at=0, counts=False)
    [cap] = (await book.store.do(accounts.ledger, book.now, book.account)).limits
    assert (cap.since, cap.sends) == (1_001.0, 2)
