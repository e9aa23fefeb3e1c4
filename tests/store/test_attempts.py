"""Attempts: one durable step after another, under a token, and every ending in one transaction."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from helpers.pictures import placed
from helpers.stores import STEPS, Book
from pressrun.picture.record import Placed
from pressrun.states import BatchState, Ending, JobState, PictureState, Step
from pressrun.store import attempts, doubts, endings, owners, panels, record
from pressrun.store.attempts import Attempt, BatchHeldError, Other, StaleTokenError
from pressrun.store.owners import Sent
from pressrun.store.tables import attempts as attempts_table
from pressrun.store.tables import images as images_table

AFTER_COMMIT = STEPS[STEPS.index(Step.SUBMITTING) : STEPS.index(Step.DONE)]
BEFORE_FILED = STEPS[: STEPS.index(Step.RECEIVED)]


def aside(key: str, sha256: str, path: str) -> str:
    """Return where a picture goes that makes room."""
    return f"aside/{key}/{sha256[:4]}/{path}"


async def finish(
    book: Book, attempt: Attempt, document: str = "D1", filed: Placed | None = None
) -> None:
    """End an attempt well."""
    filed = filed or placed(attempt)
    await book.store.do(endings.done, book.now, attempt, document, filed, aside=aside)


ENDINGS: dict[str, tuple[Callable[..., Any], dict[str, Any], Ending, JobState, str]] = {
    "failed, again": (
        endings.fail,
        {"reason": "no", "retry_at": 2_000.0},
        Ending.FAILED,
        JobState.WAITING,
        "attempt.failed",
    ),
    "failed, given up": (
        endings.fail,
        {"reason": "no", "retry_at": None},
        Ending.FAILED,
        JobState.FAILED,
        "attempt.failed",
    ),
    "refused": (
        endings.refuse,
        {"reason": "policy"},
        Ending.REFUSED,
        JobState.REFUSED,
        "attempt.refused",
    ),
    "proved unsent": (
        endings.unsent,
        {"proof": "the composer holds it"},
        Ending.UNSENT,
        JobState.WAITING,
        "attempt.unsent",
    ),
    "sent again, as the author decided": (
        endings.abandon,
        {"resend": True},
        Ending.ABANDONED,
        JobState.WAITING,
        "attempt.abandoned",
    ),
    "given up, as the author decided": (
        endings.abandon,
        {"resend": False},
        Ending.ABANDONED,
        JobState.FAILED,
        "attempt.abandoned",
    ),
}


async def end(book: Book, attempt: Attempt, how: str) -> None:
    """End an attempt in one of the ways of the table."""
    operation, arguments, *_ = ENDINGS[how]
    await book.store.do(operation, book.now, attempt, **arguments)


@pytest.mark.parametrize("step", STEPS[1:-1])
async def test_each_step_is_on_disk_with_what_became_known(book: Book, step: Step) -> None:
    """A step, its facts, its document and its line in the journal are one."""
    await book.start("a fox")
    attempt = await book.at(STEPS[STEPS.index(step) - 1])
    await book.advance(attempt, step, turn="t1", conversation="c1")
    row = await book.attempt(attempt)
    assert (row["step"], row["document"]) == (step, "D1")
    assert (row["turn"], row["conversation"]) == ("t1", "c1")
    assert (await book.told())[-1] == f"attempt.{step}"


async def test_what_was_known_is_not_forgotten_by_a_later_step(book: Book) -> None:
    """A step that learned nothing new keeps what the steps before it learned."""
    await book.start("a fox")
    attempt = await book.at(Step.SUBMITTING)
    await book.advance(attempt, Step.SUBMITTED, turn="t1", conversation=None)
    await book.store.do(attempts.learn, book.now, attempt, conversation="c1")
    await book.advance(attempt, Step.MADE, file_id="file_1")
    await book.advance(attempt, Step.RECEIVED, sha256="5" * 64, bytes=5)
    received = await book.store.do(record.received, book.now, attempt)
    came = received.picture.provenance
    assert (received.document, came.turn, came.conversation) == ("D1", "t1", "c1")
    assert (came.file_id, received.picture.facts.sha256) == ("file_1", "5" * 64)


async def test_further_pictures_of_an_answer_are_on_record_once(book: Book) -> None:
    """They are the attempt's own, alternatives of its panel, and told in the journal."""
    await book.start("a fox")
    attempt = await book.at(Step.MADE)
    others = [Other("6" * 64, "k1:answer/2"), Other("7" * 64, "file 3")]
    listed = attempts.listed(others)
    await book.advance(attempt, Step.RECEIVED, sha256="5" * 64, bytes=5, others=listed)
    received = await book.store.do(record.received, book.now, attempt)
    assert [
        Other(each.facts.sha256, each.provenance.file_id or "") for each in received.others
    ] == others
    _, arrived = await book.store.do(record.under_way)
    assert arrived == {"5" * 64, "6" * 64, "7" * 64}
    kept = [placed(attempt, other.sha256, f"{other.sha256}.png") for other in others]
    await book.store.do(endings.keep_others, book.now, attempt, kept[:1])
    await book.store.do(endings.keep_others, book.now, attempt, kept)
    await finish(book, attempt)
    held = await book.store.do(record.held, attempt.library, 0, 10)
    places = [
        (sha256[0], each.place, each.received_sha256 == sha256)
        for each in held
        for sha256 in [each.record.facts.sha256]
    ]
    assert places == [
        ("6", PictureState.ALTERNATIVE, True),
        ("7", PictureState.ALTERNATIVE, True),
        ("5", PictureState.CURRENT, True),
    ]
    assert (await book.told()).count("image.beside") == 2


@pytest.mark.parametrize("at", STEPS[:-1])
async def test_a_step_never_goes_backwards_or_twice(book: Book, at: Step) -> None:
    """Whoever repeats a step, or an earlier one, changes nothing."""
    await book.start("a fox")
    attempt = await book.at(at)
    before = await book.everything()
    for step in STEPS[: STEPS.index(at) + 1]:
        with pytest.raises(StaleTokenError, match=f"is at {at} already"):
            await book.advance(attempt, step)
    assert await book.everything() == before


@pytest.mark.parametrize("at", AFTER_COMMIT)
async def test_another_document_changes_nothing(book: Book, at: Step) -> None:
    """From the commit point on only the document that it was bound to holds the token."""
    await book.start("a fox")
    attempt = await book.at(at)
    before = await book.everything()
    for step in STEPS[STEPS.index(at) + 1 : -1]:
        with pytest.raises(StaleTokenError, match="belongs to another document"):
            await book.advance(attempt, step, "D2")
    with pytest.raises(StaleTokenError, match="belongs to another document"):
        await finish(book, attempt, "D2")
    assert await book.everything() == before


async def test_a_rebound_attempt_belongs_to_its_new_document_alone(book: Book) -> None:
    """A token that was handed on is worth nothing in the old hands."""
    await book.start("a fox")
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(attempts.rebind, book.now, attempt, "D2")
    with pytest.raises(StaleTokenError, match="belongs to another document"):
        await book.advance(attempt, Step.MADE, "D1")
    await book.advance(attempt, Step.MADE, "D2")


@pytest.mark.parametrize("how", [*ENDINGS, "done"])
async def test_an_attempt_that_has_ended_changes_nothing_more(book: Book, how: str) -> None:
    """A stale token is refused by every operation, and no row is touched."""
    await book.start("a fox", "b bear")
    attempt = await book.at(Step.RECEIVED)
    await (finish(book, attempt) if how == "done" else end(book, attempt, how))
    before = await book.everything()
    operations: list[Awaitable[object]] = [end(book, attempt, other) for other in ENDINGS]
    operations += [
        finish(book, attempt),
        book.advance(attempt, Step.DONE),
        book.store.do(doubts.record, book.now, attempt, "?", look_at=None),
        book.store.do(endings.give_back, book.now, attempt, "?", not_before=0.0),
        book.store.do(doubts.cut_off, book.now, attempt, "?"),
        book.store.do(attempts.rebind, book.now, attempt, "D2"),
        book.store.do(doubts.look_again, book.now, attempt),
    ]
    for operation in operations:
        with pytest.raises(StaleTokenError, match="has ended"):
            await operation
    assert await book.everything() == before


@pytest.mark.parametrize("how", ENDINGS)
async def test_an_ending_is_one_transaction_with_its_line(book: Book, how: str) -> None:
    """Attempt, job and journal tell the same, and the job is where its ending leaves it."""
    _, _, ending, state, told = ENDINGS[how]
    await book.start("a fox", "b bear")
    attempt = await book.at(Step.SUBMITTED)
    await end(book, attempt, how)
    row, job = await book.attempt(attempt), await book.job(attempt)
    assert (row["ending"], row["ended_at"], job["state"]) == (ending, book.now, state)
    assert (job["ended_at"] is None) == (state == JobState.WAITING)
    assert (await book.told())[-1] == told
    if state == JobState.WAITING:
        assert job["account_id"] is None


async def test_a_good_end_is_one_transaction(book: Book) -> None:
    """Image row, attempt, job, journal and the end of the batch come together."""
    batch = await book.start("a fox")
    attempt = await book.at(Step.RECEIVED)
    await finish(book, attempt)
    row, job = await book.attempt(attempt), await book.job(attempt)
    assert (row["step"], row["ending"], job["state"]) == (Step.DONE, Ending.DONE, JobState.DONE)
    shown = await book.store.do(panels.on_sheet, "/library")
    assert [(each.key, each.path, each.prompt) for each in shown] == [("a", "a.png", "a fox")]
    assert (await book.told())[-2:] == ["attempt.done", "batch.done"]
    assert (await book.batch(batch))["state"] == BatchState.DONE


async def test_a_good_end_that_fails_leaves_no_half(book: Book) -> None:
    """When its last statement is refused, the first of them has not happened either."""
    await book.start("a fox")
    attempt = await book.at(Step.RECEIVED)
    before = await book.everything()

    def interrupted(connection: Connection) -> None:
        endings.done(connection, book.now, attempt, "D1", placed(attempt), aside=aside)
        raise OSError("the power went")

    with pytest.raises(OSError, match="the power went"):
        await book.store.do(interrupted)
    assert await book.everything() == before
    assert await book.store.do(panels.on_sheet, "/library") == []


async def test_a_later_picture_makes_the_earlier_an_alternative(book: Book) -> None:
    """A panel has one current picture; what it replaces is kept, with its place."""
    await book.start("a fox")
    await finish(book, await book.at(Step.RECEIVED))
    await book.start("a bear")
    later = await book.at(Step.RECEIVED)
    await finish(book, later, filed=placed(later, "6" * 64))

    def read(connection: Connection) -> list[tuple[str, str, str]]:
        columns = (images_table.c.sha256, images_table.c.place, images_table.c.path)
        rows = connection.execute(select(*columns).order_by(images_table.c.id))
        return [(row.sha256[0], row.place, row.path) for row in rows]

    assert await book.store.do(read) == [
        ("5", PictureState.ALTERNATIVE, "aside/a/5555/a.png"),
        ("6", PictureState.CURRENT, "a.png"),
    ]


@pytest.mark.parametrize("step", STEPS[:-1])
async def test_a_job_goes_back_only_before_its_commit_point(book: Book, step: Step) -> None:
    """What may have been sent is never handed out as if it had not."""
    await book.start("a fox")
    attempt = await book.at(step)
    before = await book.everything()
    giving = book.store.do(endings.give_back, book.now, attempt, "no", not_before=book.now)
    if step == Step.CLAIMED:
        await giving
        assert (await book.attempt(attempt))["ending"] == Ending.RETURNED
        assert (await book.job(attempt))["state"] == JobState.WAITING
        assert (await book.told())[-1] == "attempt.returned"
    else:
        with pytest.raises(StaleTokenError, match="has passed its commit point"):
            await giving
        assert await book.everything() == before


@pytest.mark.parametrize(
    ("operation", "arguments", "count"),
    [
        (endings.give_back, {"reason": "no", "not_before": 0.0}, "unsent"),
        (endings.fail, {"reason": "no", "retry_at": 0.0}, "tries"),
    ],
)
@pytest.mark.parametrize("counts", [True, False])
async def test_a_try_counts_only_when_it_is_said_to(
    book: Book,
    operation: Callable[..., None],
    arguments: dict[str, Any],
    count: str,
    *,
    counts: bool,
) -> None:
    """A limit or a restart costs a job none of its tries."""
    await book.start("a fox")
    for before in (0, 1 * counts):
        attempt = await book.claimed()
        assert getattr(attempt, count) == before
        await book.store.do(operation, book.now, attempt, counts=counts, **arguments)
    assert (await book.job(attempt))[count] == 2 * counts


LEFT: dict[Step, tuple[Ending | None, JobState, list[str]]] = {
    Step.CLAIMED: (Ending.RETURNED, JobState.WAITING, ["attempt.returned"]),
    Step.SUBMITTING: (None, JobState.DOUBT, ["attempt.doubt"]),
    Step.SUBMITTED: (None, JobState.DOUBT, ["attempt.doubt"]),
    Step.MADE: (None, JobState.DOUBT, ["attempt.doubt"]),
    Step.RECEIVED: (None, JobState.WORKING, []),
}


@pytest.mark.parametrize("step", LEFT)
async def test_a_restart_takes_each_attempt_up_where_it_was(book: Book, step: Step) -> None:
    """Unsent goes back, durable stays to be filed, and all between is in doubt: nothing is lost."""
    await book.start("a fox")
    attempt = await book.at(step)
    told = await book.told()
    left = await book.store.do(doubts.take_up, book.now)
    assert {found: [each.id for each in some] for found, some in left.items()} == {
        step: [attempt.id]
    }
    ending, state, lines = LEFT[step]
    assert (await book.attempt(attempt))["ending"] == ending
    assert (await book.job(attempt))["state"] == state
    assert (await book.told())[len(told) :] == lines
    if step == Step.RECEIVED:
        await finish(book, left[step][0])
        assert await book.states() == {"a": JobState.DONE}


async def test_a_restart_leaves_what_has_ended(book: Book) -> None:
    """Only what was cut off is taken up, however often the host starts."""
    await book.start("a fox", "b bear", "c cat")
    await finish(book, await book.at(Step.RECEIVED))
    await book.store.do(endings.refuse, book.now, await book.at(Step.SUBMITTED), "policy")
    await book.at(Step.SUBMITTED)
    await book.store.do(doubts.take_up, book.now)
    before = await book.everything()
    assert await book.store.do(doubts.take_up, book.now) == {}
    assert await book.everything() == before


@pytest.mark.parametrize("look_at", [1_500.0, None])
async def test_what_is_in_doubt_is_never_claimed_as_new(book: Book, look_at: float | None) -> None:
    """A job in doubt waits for its proof or for the author, whatever else there is to do."""
    await book.start("a fox", "b bear")
    attempt = await book.at(Step.SUBMITTING)
    await book.store.do(doubts.record, book.now, attempt, "it is gone", look_at=look_at)
    assert (await book.job(attempt))["state"] == JobState.DOUBT
    assert (await book.told())[-1] == ("attempt.doubt" if look_at else "attempt.asks")
    book.now = 1_000_000.0
    assert (await book.claimed()).key == "b"
    assert await book.claim() is None


async def test_what_sent_nothing_is_not_in_doubt(book: Book) -> None:
    """Before the commit point there is nothing to doubt."""
    await book.start("a fox")
    attempt = await book.claimed()
    with pytest.raises(StaleTokenError, match="has sent nothing"):
        await book.store.do(doubts.record, book.now, attempt, "?", look_at=None)


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ("failed, again", JobState.CANCELLED),
        ("failed, given up", JobState.FAILED),
        ("refused", JobState.REFUSED),
        ("proved unsent", JobState.CANCELLED),
        ("done", JobState.DONE),
    ],
)
async def test_a_cancelled_batch_keeps_what_was_under_way(
    book: Book, how: str, state: JobState
) -> None:
    """Cancelling gives up what waits; what was begun is finished, and never begun again."""
    batch = await book.start("a fox", "b bear")
    attempt = await book.at(Step.RECEIVED if how == "done" else Step.SUBMITTED)
    await book.change(BatchState.CANCELLED)
    assert await book.states() == {"a": JobState.WORKING, "b": JobState.CANCELLED}
    await (finish(book, attempt) if how == "done" else end(book, attempt, how))
    assert await book.states() == {"a": state, "b": JobState.CANCELLED}
    assert (await book.batch(batch))["state"] == BatchState.CANCELLED
    assert await book.claim() is None


@pytest.mark.parametrize(
    ("to", "state"),
    [(BatchState.PAUSED, JobState.WAITING), (BatchState.CANCELLED, JobState.CANCELLED)],
)
async def test_nothing_passes_its_commit_point_in_a_batch_that_is_stopped(
    book: Book, to: BatchState, state: JobState
) -> None:
    """What a tab has claimed and not sent goes back; what it has sent goes on."""
    await book.start("a fox", "b bear")
    sent, claimed = await book.at(Step.SUBMITTING), await book.claimed()
    await book.change(to)
    with pytest.raises(BatchHeldError, match=to.value):
        await book.advance(claimed, Step.SUBMITTING, "D2")
    assert (await book.attempt(claimed))["step"] == Step.CLAIMED
    await book.store.do(endings.give_back, book.now, claimed, "held", not_before=book.now)
    assert (await book.job(claimed))["state"] == state
    await book.advance(sent, Step.SUBMITTED)


async def test_every_change_has_its_line_in_the_journal(book: Book) -> None:
    """The journal tells the life of a job from its batch's start to its end, in order."""
    await book.start("a fox")
    attempt = await book.claimed()
    await book.store.do(endings.give_back, book.now, attempt, "no", not_before=book.now)
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(attempts.learn, book.now, attempt, conversation="c1")
    await book.store.do(endings.fail, book.now, attempt, "no", retry_at=book.now)
    await finish(book, await book.at(Step.RECEIVED))
    assert await book.told() == [
        "account.seen",
        "batch.started",
        "attempt.claimed",
        "attempt.returned",
        "attempt.claimed",
        "attempt.submitting",
        "attempt.submitted",
        "attempt.learned",
        "attempt.failed",
        "attempt.claimed",
        "attempt.submitting",
        "attempt.submitted",
        "attempt.made",
        "attempt.received",
        "attempt.done",
        "batch.done",
    ]


async def test_one_picture_is_one_row(book: Book) -> None:
    """An attempt files one picture, however often it is told to."""
    await book.start("a fox")
    attempt = await book.at(Step.RECEIVED)
    await finish(book, attempt)
    with pytest.raises(StaleTokenError):
        await finish(book, attempt)

    def count(connection: Connection) -> int:
        return connection.scalars(select(func.count()).select_from(images_table)).one()

    assert await book.store.do(count) == 1


@pytest.mark.parametrize("step", BEFORE_FILED)
async def test_cutting_off_tells_where_an_attempt_was(book: Book, step: Step) -> None:
    """Whoever cuts an attempt off learns its step, and it is settled as after a restart."""
    await book.start("a fox")
    attempt = await book.at(step)
    assert await book.store.do(doubts.cut_off, book.now, attempt, "a fault") == step
    assert (await book.job(attempt))["state"] == LEFT[step][1]
    assert (await book.job(attempt))["reason"] == (None if step == Step.CLAIMED else "a fault")


async def test_only_what_the_site_is_done_with_stands_before_ours(book: Book) -> None:
    """A chat in doubt may go on, and stand above ours in the history; one that is done may not."""
    await book.start("a made", "b in doubt", "c ours", "d later")
    made, doubtful = [await book.at(Step.RECEIVED) for _ in range(2)]
    await finish(book, made)
    await book.store.do(doubts.record, book.now, doubtful, "the tab was closed", look_at=9e9)
    ours, later = [await book.at(Step.SUBMITTED) for _ in range(2)]
    names = {"C1": made, "C2": doubtful, "C4": later}
    for name, attempt in names.items():
        await book.set(attempts_table, attempt.id, conversation=name)
    assert await book.store.do(owners.conversations, ours, [*names, "C9"]) == {
        "C1": Sent.BEFORE,
        "C2": Sent.MEANWHILE,
        "C4": Sent.LATER,
    }
