"""Decisions: held against what was seen, carried out whole, and undone exactly."""

import errno
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, insert, select, update

from crash.matrix import DECIDED
from helpers.pictures import placed
from helpers.stores import Book
from helpers.styled import (
    LIBRARY,
    aside,
    begin,
    conclude,
    file,
    make,
    mark_of,
    measured,
    reference,
    sha,
)
from pressrun import failpoint
from pressrun.errors import BadInputError, NotFoundError
from pressrun.picture.recipe import Recipe
from pressrun.server import status
from pressrun.states import (
    AuthorAct,
    BatchState,
    JobState,
    MarkState,
    Outliers,
    PictureState,
    Rejected,
    Remake,
    Step,
)
from pressrun.store import batches, decisions, endings, lists, offers, undoing
from pressrun.store.aims import Judgement, Looked, Obstacle
from pressrun.store.decided import KEPT
from pressrun.store.decisions import DecisionOutcome, Provided, TakePlaced
from pressrun.store.lists import Listed
from pressrun.store.repairs import Repair
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import decisions as decisions_table
from pressrun.store.tables import images, jobs, journal, notes
from pressrun.store.undoing import UndoOutcome
from pressrun.store.writer import StoreError

HERE = Provided(placed=TakePlaced("chosen.png", aside))


async def decide(
    book: Book,
    act: AuthorAct,
    *keys: str | Looked,
    ready: Provided = HERE,
    **verdict: Any,  # noqa: ANN401 - the parts of a verdict
) -> DecisionOutcome:
    """Decide about panels."""
    book.now += 1
    panels = [each if isinstance(each, Looked) else Looked(each) for each in keys]
    told = Judgement(act, verdict.pop("by", "studio"), **verdict)
    return await book.store.do(decisions.decide, book.now, LIBRARY, panels, told, ready)


async def undo(book: Book, number: int | None = None) -> UndoOutcome:
    """Undo a decision, or the newest one; all files are where they are to be."""
    book.now += 1
    number = number or await book.store.do(undoing.newest, LIBRARY)
    assert number is not None
    found = await book.store.do(undoing.look, LIBRARY, number)
    there = {each.id: TakePlaced(f"{each.id}.png", aside) for each in found.moved}
    return await book.store.do(undoing.undo, book.now, LIBRARY, number, "popup", there)


async def state(book: Book) -> dict[str, dict[str, Any]]:
    """Return what is said of every image, and what is noted."""

    def read(connection: Connection) -> dict[str, dict[str, Any]]:
        rows = connection.execute(select(images)).mappings()
        said = {row["sha256"]: {name: row[name] for name in (*KEPT, "place")} for row in rows}
        noted = connection.execute(select(notes)).mappings()
        return said | {f"note {row['key']}": dict(row) for row in noted}

    return await book.store.do(read)


async def seen(book: Book, *keys: str) -> list[Looked]:
    """Return panels as a view sees them now."""

    def read(connection: Connection) -> list[Looked]:
        own = images.c.place == PictureState.CURRENT.value
        rows = connection.execute(select(images).where(images.c.key.in_(keys), own))
        return [Looked(row.key, row.sha256, row.decided) for row in rows]

    return await book.store.do(read)


async def reviewed(book: Book, key: str) -> str:
    """Return what its author said of a panel's picture, in a word."""
    (view,) = await seen(book, key)
    assert view.picture is not None
    said = (await state(book))[view.picture]
    if said["locked_at"]:
        return "locked"
    if said["approved_at"]:
        return "approved"
    return "rejected" if said["rejected_at"] else "unreviewed"


async def open_jobs(book: Book) -> dict[str, dict[str, Any]]:
    """Return the jobs that are to be made, by their keys."""

    def read(connection: Connection) -> dict[str, dict[str, Any]]:
        waiting = jobs.c.state.in_((JobState.WAITING, JobState.HELD, JobState.QUEUED))
        rows = connection.execute(select(jobs).where(waiting)).mappings()
        return {row["key"]: dict(row) for row in rows}

    return await book.store.do(read)


@pytest.fixture
async def made(book: Book) -> Book:
    """A book of three panels in two chapters, all made."""
    await begin(book, "c/a", "c/b", "d/a", outliers=Outliers.MARK)
    for number in (1, 2, 3):
        await make(book, number)
    return book


@pytest.mark.parametrize(
    ("act", "comes_to", "more"),
    [
        (AuthorAct.APPROVE, "approved", {}),
        (AuthorAct.REJECT, "rejected", {"because": Rejected.FAULT, "note": "six fingers"}),
        (AuthorAct.LOCK, "locked", {}),
        (AuthorAct.NOTE, "unreviewed", {"note": "ask Ada"}),
    ],
)
async def test_a_decision_and_its_undo_and_the_undo_of_that(
    made: Book, act: AuthorAct, comes_to: str, more: dict[str, Any]
) -> None:
    """Each gives back exactly what was before it."""
    before = await state(made)
    decided = await decide(made, act, "c/a", **more)
    assert await reviewed(made, "c/a") == comes_to
    after = await state(made)
    assert after != before
    undone = await undo(made)
    assert undone.keys == decided.keys == ["c/a"]
    assert await state(made) == before
    await undo(made, undone.decision)
    assert await state(made) == after
    # the one that took the undo back is the newest that stands
    await undo(made)
    assert await state(made) == before


async def test_acts_that_take_something_back(made: Book) -> None:
    """Unlocked, it stays approved; cleared, it is as if nothing had been said."""
    fresh = await state(made)
    await decide(made, AuthorAct.LOCK, "c/a")
    await decide(made, AuthorAct.UNLOCK, "c/a")
    assert await reviewed(made, "c/a") == "approved"
    await decide(made, AuthorAct.CLEAR, "c/a")
    assert await state(made) == fresh
    await undo(made)
    assert await reviewed(made, "c/a") == "approved"


async def test_deciding_the_same_again_changes_nothing(made: Book) -> None:
    """There is nothing to undo of it, and no view hears of it."""
    await decide(made, AuthorAct.APPROVE, "c")
    told = len(await made.told())
    for act in (AuthorAct.APPROVE, AuthorAct.UNLOCK):
        again = await decide(made, act, "c")
        assert (again.decision, sorted(again.keys)) == (None, ["c/a", "c/b"])
    assert (await decide(made, AuthorAct.NOTE, "c/a", note="")).decision is None
    assert len([each for each in (await made.told())[told:] if each != "job.approved"]) == 0


async def test_what_was_decided_meanwhile_is_a_conflict_for_that_panel_alone(made: Book) -> None:
    """Whoever decides second hears who was first, and the other panels are decided about."""
    views = await seen(made, "c/a", "c/b", "d/a")
    first = await decide(made, AuthorAct.APPROVE, views[0], by="command line")
    second = await decide(made, AuthorAct.REJECT, *views, because=Rejected.STYLE)
    assert second.keys == ["c/b", "d/a"]
    (clash,) = second.clashes
    assert (clash.key, clash.obstacle) == ("c/a", Obstacle.DECIDED)
    assert clash.last is not None
    assert (clash.last.id, clash.last.by) == (first.decision, "command line")
    assert await reviewed(made, "c/a") == "approved"
    assert await reviewed(made, "c/b") == "rejected"


async def test_another_picture_than_was_seen_is_a_conflict(made: Book) -> None:
    """With the numbers of both takes, so that people can tell them."""
    views = await seen(made, "c/a")
    await decide(made, AuthorAct.REDO, "c/a", remake=Remake.AGAIN)
    await make(made, 4)
    told = await decide(made, AuthorAct.APPROVE, *views)
    (clash,) = told.clashes
    assert (clash.obstacle, clash.take, clash.seen) == (Obstacle.PICTURE, 2, 1)
    assert await reviewed(made, "c/a") == "unreviewed"


async def test_a_command_names_chapters_and_what_it_names_in_vain_changes_nothing(
    made: Book,
) -> None:
    """A name that only begins alike is not meant."""
    assert sorted((await decide(made, AuthorAct.APPROVE, "c")).keys) == ["c/a", "c/b"]
    for act in (AuthorAct.APPROVE, AuthorAct.CLEAR, AuthorAct.KEEP, AuthorAct.NOTE):
        with pytest.raises(NotFoundError, match="nobody"):
            await decide(made, act, "d/a", "nobody", note="x")
    assert await reviewed(made, "d/a") == "unreviewed"


async def test_a_chapter_is_rejected_without_what_is_approved_in_it(made: Book) -> None:
    """It takes the author's own word on that picture, or on all of them."""
    await decide(made, AuthorAct.APPROVE, "c/a")
    told = await decide(made, AuthorAct.REJECT, "c", because=Rejected.STYLE)
    assert [(each.key, each.obstacle) for each in told.clashes] == [("c/a", Obstacle.APPROVED)]
    assert told.keys == ["c/b"]
    assert (await decide(made, AuthorAct.REJECT, "c", because=Rejected.STYLE, sure=True)).keys == [
        "c/a",
        "c/b",
    ]
    await decide(made, AuthorAct.APPROVE, "c/a")
    await decide(made, AuthorAct.REJECT, "c/a", because=Rejected.STYLE)
    assert await reviewed(made, "c/a") == "rejected"


@pytest.mark.parametrize("act", [AuthorAct.REJECT, AuthorAct.CLEAR, AuthorAct.REDO])
async def test_a_locked_picture_stays_unless_the_author_is_sure(made: Book, act: AuthorAct) -> None:
    """Neither by itself nor among others."""
    more: dict[str, Any] = {
        "because": Rejected.FAULT,
        "remake": Remake.AGAIN if act == AuthorAct.REDO else None,
    }
    await decide(made, AuthorAct.LOCK, "c/a")
    told = await decide(made, act, "c", **more)
    assert [(each.key, each.obstacle) for each in told.clashes] == [("c/a", Obstacle.LOCKED)]
    assert await reviewed(made, "c/a") == "locked"
    await undo(made)
    assert (await decide(made, act, "c/a", sure=True, **more)).clashes == []
    assert await reviewed(made, "c/a") != "locked"


async def test_what_waits_for_an_approval_goes_on_and_waits_again_where_it_is_undone(
    book: Book,
) -> None:
    """In the commit of the decision."""
    await book.start("a fox", "b bear", after={"b": "a"})
    await make(book, 1)
    await decide(book, AuthorAct.APPROVE, "a")
    assert (await book.states())["b"] == JobState.WAITING
    await undo(book)
    assert (await book.states())["b"] == JobState.HELD
    await decide(book, AuthorAct.LOCK, "a")
    assert (await book.states())["b"] == JobState.WAITING
    await decide(book, AuthorAct.CLEAR, "a", sure=True)
    assert (await book.states())["b"] == JobState.HELD


async def test_a_rejection_orders_another_take_with_its_reason_below_the_words(
    made: Book,
) -> None:
    """Or with the words of the list alone, and then the note is the author's own."""
    told = await decide(
        made,
        AuthorAct.REJECT,
        "c/a",
        because=Rejected.FAULT,
        note="five fingers",
        remake=Remake.WORDS,
    )
    assert len(told.batches) == 1
    assert (await open_jobs(made))["c/a"]["says"] == "c/a is drawn\n\nfive fingers"
    await decide(
        made, AuthorAct.REJECT, "c/b", because=Rejected.FAULT, note="no", remake=Remake.AGAIN
    )
    job = (await open_jobs(made))["c/b"]
    assert (job["says"], job["note"]) == (None, "no")
    again = await decide(made, AuthorAct.REDO, "c/b", remake=Remake.AGAIN)
    assert [each.obstacle for each in again.clashes] == [Obstacle.BUSY]


async def test_rejected_pictures_are_made_again_each_with_what_was_said_of_it(made: Book) -> None:
    """What is said of all comes below; a picture without a word of its own gets that alone."""
    said = {"c/a": "no hat", "c/b": None}
    for key, note in said.items():
        await decide(made, AuthorAct.REJECT, key, because=Rejected.CONTENT, note=note)
    await decide(made, AuthorAct.REDO, "c", remake=Remake.REASON)
    told = await open_jobs(made)
    assert told["c/a"]["says"] == "c/a is drawn\n\nno hat"
    assert (told["c/b"]["says"], told["c/b"]["note"]) == (None, None)
    await undo(made)
    await decide(made, AuthorAct.REDO, "c", remake=Remake.REASON, note="at night")
    told = await open_jobs(made)
    assert told["c/a"]["says"] == "c/a is drawn\n\nno hat\nat night"
    assert told["c/b"]["says"] == "c/b is drawn\n\nat night"


async def test_words_of_the_authors_own_are_sent_for_what_the_list_asks_for(made: Book) -> None:
    """The list keeps its words, so the picture is not stale when it comes."""
    await decide(made, AuthorAct.REDO, "c/a", words="A fox in the rain", remake=Remake.AGAIN)
    job = (await open_jobs(made))["c/a"]
    assert (job["says"], job["prompt"]) == ("A fox in the rain", "c/a is drawn")
    told = await decide(made, AuthorAct.REDO, "c/b", words="x" * 32_001, remake=Remake.AGAIN)
    assert [each.obstacle for each in told.clashes] == [Obstacle.FAULT]
    assert "32,001 characters" in told.clashes[0].text


async def test_an_undo_takes_back_what_was_ordered_while_nothing_of_it_was_begun(
    made: Book,
) -> None:
    """The batch that was begun for it is done again, and an undo of the undo orders it again."""
    told = await decide(made, AuthorAct.REJECT, "c", because=Rejected.FAULT, remake=Remake.AGAIN)
    (batch,) = told.batches
    undone = await undo(made)
    assert (undone.taken_back, undone.on_their_way) == (2, 0)
    assert await open_jobs(made) == {}
    assert (await made.row(batches_table, batch))["state"] == BatchState.DONE
    # a batch of which nothing is left tells nothing
    assert batch not in [each.id for each in await made.store.do(batches.numbers)]
    again = await undo(made, undone.decision)
    assert again.again == 2
    assert sorted(await open_jobs(made)) == ["c/a", "c/b"]
    assert (await made.row(batches_table, batch))["state"] == BatchState.RUNNING
    assert [await make(made, number) for number in (5, 6)]
    assert await reviewed(made, "c/a") == "unreviewed"


async def test_a_batch_counts_the_same_pictures_after_an_undo(book: Book) -> None:
    """Those that it made, and those that it found there."""
    batch = await begin(book, "a", "b", "c", outliers=Outliers.MARK)
    await make(book, 1)
    await book.set(batches_table, batch, made_before=1)

    async def count() -> tuple[int, int]:
        (numbers, *_) = await book.store.do(batches.numbers)
        return numbers.made_before, numbers.jobs[JobState.DONE]

    before = await count()
    await decide(book, AuthorAct.REDO, "a", remake=Remake.AGAIN)
    assert await count() == (1, 0)
    undone = await undo(book)
    assert await count() == before
    await undo(book, undone.decision)
    assert await count() == (1, 0)


async def test_a_take_that_is_on_its_way_when_its_order_is_undone_comes_in_beside(
    made: Book,
) -> None:
    """It was sent, and is not thrown away; the picture that the author wants stays."""
    await decide(made, AuthorAct.REDO, "c/a", remake=Remake.AGAIN)
    attempt = await made.at(Step.RECEIVED)
    undone = await undo(made)
    assert (undone.taken_back, undone.on_their_way) == (0, 1)
    (view,) = await seen(made, "c/a")
    await file(made, attempt, 7, PictureState.ALTERNATIVE)
    assert await seen(made, "c/a") == [view]


async def test_an_undo_that_comes_too_late_says_so(made: Book) -> None:
    """The take is there and is the picture: the author chooses."""
    told = await decide(made, AuthorAct.REDO, "c", remake=Remake.AGAIN)
    await make(made, 7)
    undone = await undo(made, told.decision)
    assert [(each.key, each.obstacle) for each in undone.clashes] == [("c/a", Obstacle.PICTURE)]
    assert (undone.keys, undone.taken_back) == (["c/b"], 1)


async def test_what_was_decided_since_is_not_undone(made: Book) -> None:
    """Only the panels are as they were about which nobody decided since."""
    first = await decide(made, AuthorAct.APPROVE, "c")
    await decide(made, AuthorAct.LOCK, "c/a")
    undone = await undo(made, first.decision)
    assert undone.keys == ["c/b"]
    assert [(each.key, each.obstacle) for each in undone.clashes] == [("c/a", Obstacle.DECIDED)]
    assert await reviewed(made, "c/a") == "locked"
    twice = await made.store.do(undoing.look, LIBRARY, first.decision or 0)
    assert twice.undone


async def test_undone_one_by_one_each_decision_about_a_panel_gives_back_what_was_before_it(
    made: Book,
) -> None:
    """An undo does not stand in the way of the next, nor of taking all of them back."""
    states = [await state(made)]
    steps: list[tuple[AuthorAct, dict[str, Any]]] = [
        (AuthorAct.APPROVE, {}),
        (AuthorAct.LOCK, {}),
        (AuthorAct.NOTE, {"note": "ask Ada"}),
    ]
    for act, more in steps:
        await decide(made, act, "c/a", **more)
        states.append(await state(made))
    undone = []
    for before in reversed(states[:-1]):
        undone.append(await undo(made))
        assert undone[-1].clashes == []
        assert await state(made) == before
    for step, after in zip(reversed(undone), states[1:], strict=True):
        again = await undo(made, step.decision)
        assert again.clashes == []
        assert await state(made) == after


async def test_an_undo_passes_over_what_was_undone_and_not_over_what_stands(made: Book) -> None:
    """What was decided since and still holds is a conflict, whatever was undone around it."""
    first = await decide(made, AuthorAct.APPROVE, "c/a")
    await decide(made, AuthorAct.REJECT, "c/a", because=Rejected.STYLE)
    await decide(made, AuthorAct.LOCK, "c/a")
    await undo(made)
    stopped = await undo(made, first.decision)
    assert [each.obstacle for each in stopped.clashes] == [Obstacle.DECIDED]
    assert await reviewed(made, "c/a") == "rejected"
    await undo(made)
    assert (await undo(made, first.decision)).keys == ["c/a"]
    assert await reviewed(made, "c/a") == "unreviewed"


async def test_a_choice_and_its_undo(made: Book) -> None:
    """Both takes stay, and what was said of each comes back."""
    await decide(made, AuthorAct.REDO, "c/a", remake=Remake.AGAIN)
    await make(made, 4)
    await decide(made, AuthorAct.REJECT, "c/a", because=Rejected.STYLE)
    before = await state(made)
    told = await decide(made, AuthorAct.CHOOSE, "c/a", take=1)
    assert [each.picture for each in await seen(made, "c/a")] == [sha(1)]
    assert (await decide(made, AuthorAct.CHOOSE, "c/a", take=1)).decision is None
    undone = await undo(made, told.decision)
    assert undone.keys == ["c/a"]
    assert [each.picture for each in await seen(made, "c/a")] == [sha(4)]
    assert await state(made) == before
    with pytest.raises(NotFoundError, match="c/a has no take 3, only 1, 2"):
        await decide(made, AuthorAct.CHOOSE, "c/a", take=3)
    with pytest.raises(BadInputError, match="about one panel"):
        await decide(made, AuthorAct.CHOOSE, "c/a", "c/b", take=1)


async def offered(book: Book, number: int) -> None:
    """Approve c/a, and have another take of it come."""
    await decide(book, AuthorAct.APPROVE, "c/a")
    await decide(book, AuthorAct.REDO, "c/a", remake=Remake.AGAIN)
    attempt = await book.at(Step.RECEIVED)
    filed = placed(attempt, sha(number), "old/c-a.png")
    await book.store.do(endings.offered, book.now, attempt, "D1", filed, aside=aside)


async def test_an_offered_take_is_accepted_by_approving_it(made: Book) -> None:
    """It is the panel's picture, approved; undone, it waits again."""
    await offered(made, 4)
    before = await state(made)
    other = await decide(made, AuthorAct.APPROVE, "c/b", take=1)
    assert other.keys == ["c/b"]
    await undo(made)
    told = await decide(made, AuthorAct.APPROVE, "c/a", take=2)
    assert [each.picture for each in await seen(made, "c/a")] == [sha(4)]
    assert await reviewed(made, "c/a") == "approved"
    assert await made.store.do(offers.of_panel, LIBRARY, "c/a") == []
    await undo(made, told.decision)
    assert await state(made) == before
    (offer,) = await made.store.do(offers.of_panel, LIBRARY, "c/a")
    assert offer.sha256 == sha(4)


async def test_approving_what_is_there_leaves_an_offered_take_waiting(made: Book) -> None:
    """It is neither thrown away nor accepted by an approval of another picture."""
    await decide(made, AuthorAct.APPROVE, "c/a")
    await offered(made, 4)
    before = await state(made)
    assert (await decide(made, AuthorAct.APPROVE, "c")).changed == ["c/b"]
    (offer,) = await made.store.do(offers.of_panel, LIBRARY, "c/a")
    assert offer.sha256 == sha(4)
    after = await state(made)
    assert (after[sha(1)], after[sha(4)]) == (before[sha(1)], before[sha(4)])


async def test_an_offered_take_is_declined_without_a_reason(made: Book) -> None:
    """It is no rejection: nothing is learnt from it, and an undo offers it again."""
    await decide(made, AuthorAct.APPROVE, "c/a")
    await offered(made, 4)
    before = await state(made)
    await decide(made, AuthorAct.REJECT, "c/a", take=2)
    assert await made.store.do(offers.of_panel, LIBRARY, "c/a") == []
    assert (await state(made))[sha(4)]["rejected_at"] is None
    await undo(made)
    assert await state(made) == before
    with pytest.raises(BadInputError, match="tells why"):
        await decide(made, AuthorAct.REJECT, "c/a", take=1)
    assert await state(made) == before


async def test_the_choice_for_a_panel_without_a_picture_stays(made: Book) -> None:
    """There is none to give back, and the words do not say that one was lost."""
    await decide(made, AuthorAct.APPROVE, "c/a")
    await offered(made, 4)
    await made.store.do(lambda c: c.execute(_LOSE, {"sha": sha(1)}))
    await decide(made, AuthorAct.CHOOSE, "c/a", take=2)
    told = await undo(made)
    assert [(each.key, each.obstacle) for each in told.clashes] == [("c/a", Obstacle.NONE_BEFORE)]
    assert [each.picture for each in await seen(made, "c/a")] == [sha(4)]


_LOSE = (
    update(images).where(images.c.sha256 == bindparam("sha")).values(place=PictureState.GONE.value)
)


async def test_takes_ordered_one_by_one_are_told_as_one_batch_a_list(made: Book) -> None:
    """A day of judging neither fills the views nor hides what the list came to."""
    for number in (4, 5, 6):
        await decide(made, AuthorAct.REDO, "c/a", remake=Remake.AGAIN)
        await make(made, number)
    last, first = await made.store.do(batches.numbers)
    assert (first.id, first.takes, first.earlier) == (1, False, 0)
    assert (last.id, last.takes, last.earlier) == (4, True, 2)
    told = status.batch_told(last, None, [], None)
    assert (told.done, told.total, told.progress) == (3, 3, "more takes: done")
    await decide(made, AuthorAct.REDO, "c/a", remake=Remake.AGAIN)
    now, last, first = await made.store.do(batches.numbers)
    assert [(each.id, each.earlier) for each in (now, last, first)] == [(5, 0), (4, 2), (1, 0)]


async def test_an_offered_take_is_declined_by_rejecting_it(made: Book) -> None:
    """What was approved stays as it is; a take that waits for nothing is not meant."""
    await offered(made, 4)
    before = await state(made)
    told = await decide(made, AuthorAct.REJECT, "c/a", take=2, because=Rejected.CONTENT)
    assert await reviewed(made, "c/a") == "approved"
    assert await made.store.do(offers.of_panel, LIBRARY, "c/a") == []
    again = await decide(made, AuthorAct.APPROVE, "c/a", take=2)
    assert [(each.obstacle, each.take) for each in again.clashes] == [(Obstacle.OTHER_TAKE, 1)]
    await undo(made, told.decision)
    assert await state(made) == before


async def test_what_a_mark_held_is_held_again_when_the_word_on_it_is_undone(book: Book) -> None:
    """And a repair that the word took back is decided anew, by a new mark."""
    await begin(book, "a", "b", outliers=Outliers.REDO)
    _, held = await make(book, 1)
    _, repaired = await make(book, 2)
    await measured(book, 1, 2)
    await conclude(book, held, 1, MarkState.HELD)
    repair = Repair(1, (reference(1),))
    await conclude(book, repaired, 2, MarkState.REPAIRING, repair=repair)
    await decide(book, AuthorAct.APPROVE, "a", "b")
    assert (await mark_of(book, held))["state"] == MarkState.MARKED
    await undo(book)
    mark = await mark_of(book, held)
    assert (mark["state"], mark["settled_at"]) == (MarkState.HELD, None)
    assert (await mark_of(book, repaired))["settled_at"] is None
    assert (await book.row(images, repaired))["marked_by"] is None


async def test_keeping_and_its_undo(made: Book) -> None:
    """A picture that was kept is stale again, as the list asks for something else."""
    wanted = [Listed("/library.txt", "c/a", 1, Recipe("c/a in the rain"))]
    await made.store.do(lists.remember, made.now, LIBRARY, "/library.txt", wanted)
    before = await state(made)
    view = await seen(made, "c/a", "c/b")
    told = await decide(made, AuthorAct.KEEP, *view)
    assert [(each.key, each.obstacle) for each in told.clashes] == [("c/b", Obstacle.UNLISTED)]
    assert await state(made) != before
    assert (await decide(made, AuthorAct.KEEP, "c/a")).decision is None
    await undo(made)
    assert await state(made) == before


async def test_every_panel_of_a_decision_has_a_row_in_the_journal(made: Book) -> None:
    """Views follow the journal: what none tells of, they would never show."""
    for act in (AuthorAct.APPROVE, AuthorAct.LOCK, AuthorAct.UNLOCK, AuthorAct.CLEAR):
        await decide(made, act, "c")
    await decide(made, AuthorAct.REJECT, "c", because=Rejected.FAULT)
    await decide(made, AuthorAct.NOTE, "c/a", "c/b", note="hm")
    await undo(made)

    def read(connection: Connection) -> dict[str, set[str]]:
        asked = select(journal.c.event, jobs.c.key).join(jobs, jobs.c.id == journal.c.job_id)
        told: dict[str, set[str]] = {}
        for event, key in connection.execute(asked):
            told.setdefault(event, set()).add(key)
        return told

    told = await made.store.do(read)
    for event in (
        "job.approved",
        "image.locked",
        "image.unlocked",
        "image.cleared",
        "image.rejected",
        "panel.noted",
        "image.undecided",
    ):
        assert told[event] == {"c/a", "c/b"}, event


@pytest.mark.parametrize("seed", range(12))
async def test_no_decision_is_lost_however_views_and_commands_cross(  # noqa: C901 - they cross
    made: Book, seed: int
) -> None:
    """Each is carried out or told as a conflict, and undoing all of them leaves nothing behind."""
    chance = random.Random(seed)  # noqa: S311 - so that it can be played again
    fresh = await state(made)
    keys = ("c/a", "c/b", "d/a")
    views = {name: await seen(made, *keys) for name in ("studio", "popup")}
    said = dict.fromkeys(keys, 0)
    acts: list[tuple[AuthorAct, dict[str, Any]]] = [
        (AuthorAct.APPROVE, {}),
        (AuthorAct.REJECT, {"because": Rejected.STYLE, "note": "darker"}),
        (AuthorAct.LOCK, {}),
        (AuthorAct.UNLOCK, {}),
        (AuthorAct.CLEAR, {"sure": True}),
        (AuthorAct.NOTE, {"note": f"n{seed}"}),
    ]
    for _ in range(30):
        who = chance.choice(["studio", "popup", "command line"])
        if chance.random() < 0.3 and who in views:
            views[who] = await seen(made, *keys)
        if chance.random() < 0.2:
            if await made.store.do(undoing.newest, LIBRARY) is not None:
                undone = await undo(made)
                said |= dict.fromkeys(undone.keys, undone.decision or 0)
            continue
        act, more = chance.choice(acts)
        meant = chance.sample(keys, chance.randint(1, 3))
        named: list[str | Looked] = [*meant]
        if who in views:
            named = [each for each in views[who] if each.key in meant]
        told = await decide(made, act, *named, by=who, **more)
        clashing = {each.key for each in told.clashes}
        # about each panel it was decided, or it is told why not
        assert set(told.keys) | clashing == set(meant)
        assert not set(told.keys) & clashing
        for each in named:
            if isinstance(each, Looked) and each.decided != said[each.key]:
                assert each.key in clashing
        if told.decision is not None:
            now = {each.key: each.decided for each in await seen(made, *keys)}
            said |= {key: told.decision for key in told.keys if now[key] == told.decision}
        assert {each.key: each.decided for each in await seen(made, *keys)} == said

    def standing(connection: Connection) -> list[int]:
        asked = select(decisions_table.c.id).where(
            decisions_table.c.undone_at.is_(None), decisions_table.c.takes_back.is_(False)
        )
        return list(connection.scalars(asked.order_by(decisions_table.c.id.desc())))

    # a decision that another one stands on is not undone before that
    for number in await made.store.do(standing):
        await undo(made, number)
    left = await made.store.do(standing)
    if not left:
        assert await state(made) == fresh


class Failing:
    """Fails at the first failpoint of a name, as a full disk does."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.failed = False

    def passed(self, name: str) -> None:
        """Fail if it is that one."""
        if name == self._name and not self.failed:
            self.failed = True
            raise OSError(errno.ENOSPC, "no space")


@pytest.mark.parametrize("point", DECIDED)
async def test_a_decision_that_is_cut_off_is_whole_or_nothing(made: Book, point: str) -> None:
    """Whichever of its rows is the last that came to the disk; done again, it is there."""
    await decide(made, AuthorAct.LOCK, "d/a")

    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "image.cleared": lambda: decide(made, AuthorAct.CLEAR, "d/a", sure=True),
        "image.locked": lambda: decide(made, AuthorAct.LOCK, "c"),
        "image.unlocked": lambda: decide(made, AuthorAct.UNLOCK, "d/a"),
        "panel.noted": lambda: decide(made, AuthorAct.NOTE, "c/a", "c/b", note="hm"),
        "image.undecided": lambda: undo(made),
        "job.taken_back": lambda: undo(made),
        "job.ordered_again": lambda: undo(made, taken_back),
    }
    event = point.rpartition(".")[0]
    taken_back = 0
    if event.startswith("job."):
        await decide(made, AuthorAct.REDO, "c", remake=Remake.AGAIN)
    if event == "job.ordered_again":
        taken_back = (await undo(made)).decision or 0

    async def everything() -> tuple[object, object]:
        return await state(made), sorted(await open_jobs(made))

    before = await everything()
    failing = Failing(point)
    with failpoint.armed(failing), pytest.raises(StoreError):
        await acts[event]()
    assert failing.failed
    came = await everything()
    if point.endswith(".before"):
        assert came == before
        await acts[event]()
        came = await everything()
    assert came != before


async def test_thousands_are_decided_about_at_once(book: Book) -> None:
    """As one decision that is undone as one; nobody waits a second for it."""
    count = 1_000
    await begin(book, *(f"c/{number:04}" for number in range(count)), outliers=Outliers.MARK)
    await make(book, 1)

    def fill(connection: Connection) -> None:
        row = dict(connection.execute(select(images)).mappings().one())
        del row["id"]
        connection.execute(
            insert(images),
            [
                row | {"key": f"c/{number:04}", "sha256": sha(number + 1)}
                for number in range(1, count)
            ],
        )

    await book.store.do(fill)
    views = await seen(book, *(f"c/{number:04}" for number in range(count)))
    before = await state(book)
    acts: list[tuple[AuthorAct, dict[str, Any]]] = [
        (AuthorAct.APPROVE, {}),
        (AuthorAct.REJECT, {"because": Rejected.STYLE, "note": "no"}),
    ]
    for act, more in acts:
        began = time.process_time()
        told = await decide(book, act, *views, **more)
        assert len(told.keys) == count
        undone = await undo(book)
        assert len(undone.keys) == count
        # 0.3 s on one core; what grows with the square of a book would take minutes
        assert time.process_time() - began < 5
        assert await state(book) == before
        views = await seen(book, *(f"c/{number:04}" for number in range(count)))
