"""Marks: a conclusion is one transaction, what was overtaken changes nothing, words settle."""

import pytest
from sqlalchemy import Connection, select

from helpers import deciding
from helpers.deciding import Wish
from helpers.stores import Book
from helpers.styled import (
    LIBRARY,
    VERSION,
    aside,
    begin,
    case,
    conclude,
    file,
    make,
    mark_of,
    measured,
    reference,
    sha,
)
from pressrun.errors import NotFoundError
from pressrun.picture.measure import Blemish
from pressrun.states import (
    BatchState,
    DriftKind,
    JobChoice,
    JobState,
    MarkState,
    Outliers,
    PictureState,
    Rejected,
    Steering,
    Step,
)
from pressrun.store import (
    batches,
    doubts,
    endings,
    images,
    marks,
    orders,
    repairs,
)
from pressrun.store.attempts import KNOWN, Attempt, BatchHeldError, from_row
from pressrun.store.drifts import Drift
from pressrun.store.marks import Best, Conclusion, Mark, OvertakenError
from pressrun.store.offers import StandsError
from pressrun.store.repairs import Repair, restyled
from pressrun.store.situation import Case
from pressrun.store.steering import Steer
from pressrun.store.tables import attempts as attempts_table
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import images as images_table
from pressrun.store.tables import jobs as jobs_table
from pressrun.store.tables import marks as marks_table

REPAIR = Repair(1, (reference(1),))
WORDS = Repair(2, (reference(1),), "a is drawn, in thicker lines")


async def outlier(book: Book, image: int, number: int, repair: Repair = REPAIR) -> None:
    """Order a repair of an image."""
    await conclude(book, image, number, MarkState.REPAIRING, repair=repair)


async def approve(book: Book, *keys: str) -> None:
    """Approve pictures."""
    await book.store.do(deciding.approve, book.now, None, keys)


async def places(book: Book, key: str) -> dict[int, str]:
    """Return the pictures of a panel by their numbers, with what each is."""

    def read(connection: Connection) -> dict[int, str]:
        rows = connection.execute(select(images_table).where(images_table.c.key == key))
        return {int(row.sha256, 16): row.place for row in rows}

    return await book.store.do(read)


async def test_a_repair_is_sent_in_a_fresh_chat_with_the_style_first(book: Book) -> None:
    """Its recipe stays the list's; what it is sent with is on record with its attempt."""
    await begin(book, "a", own=(reference(5),), chats=4)
    _, image = await make(book, 1, chat="c1")
    await measured(book, 1)
    shown = restyled("a is drawn", (reference(5),), [reference(1)])
    await outlier(book, image, 1, Repair(1, *shown))
    attempt = await book.claimed()
    assert (attempt.key, attempt.repair) == ("a", 1)
    assert attempt.references == (reference(5), reference(1))
    assert attempt.recipe.references == (reference(5),)
    assert attempt.chat is None
    assert attempt.words == shown.words
    row = await book.attempt(attempt)
    assert row["destination"] == "fresh"
    assert row["shows"] is not None


async def test_a_repair_with_words_says_them(book: Book) -> None:
    """The correction is sent below the list's words; the picture is the list's all the same."""
    await begin(book, "a")
    _, image = await make(book, 1)
    await measured(book, 1)
    await outlier(book, image, 1, WORDS)
    attempt, better = await make(book, 2)
    assert attempt.words == "a is drawn, in thicker lines"
    assert attempt.recipe.prompt == "a is drawn"
    assert (await case_at(book, better)).repair == 2


async def case_at(book: Book, image: int) -> Case:
    """Return what is known of a picture, after it is measured."""
    await measured(book, 1, 2, 3)
    return await case(book, image)


async def test_a_repair_is_ordered_once(book: Book) -> None:
    """Whoever decides twice, because of a crash or for another reason, is told so."""
    batch = await begin(book, "a")
    _, image = await make(book, 1)
    await measured(book, 1)
    await outlier(book, image, 1)
    before = await book.everything()
    with pytest.raises(OvertakenError):
        await outlier(book, image, 1)
    assert await book.everything() == before
    assert await book.store.do(repairs.budget, batch) == repairs.RepairBudget(1, 1, 1)


async def test_the_batch_goes_on_until_a_repair_is_marked(book: Book) -> None:
    """It is done when nothing is left to make, and nothing to look at."""
    batch = await begin(book, "a")
    _, image = await make(book, 1)
    assert (await book.batch(batch))["state"] == BatchState.RUNNING
    await outlier(book, image, 1)
    _, better = await make(book, 2)
    assert (await book.batch(batch))["state"] == BatchState.RUNNING
    await conclude(book, better, 2)
    assert (await book.batch(batch))["state"] == BatchState.DONE
    assert (await mark_of(book, image))["state"] == MarkState.MARKED


async def test_a_batch_that_only_marks_is_done_when_all_is_made(book: Book) -> None:
    """Nothing comes of its marks."""
    batch = await begin(book, "a", outliers=Outliers.MARK)
    _, image = await make(book, 1)
    assert (await book.batch(batch))["state"] == BatchState.DONE
    await conclude(book, image, 1, MarkState.MARKED)
    assert (await mark_of(book, image))["state"] == MarkState.MARKED


async def test_the_budget_is_a_share_of_the_panels(book: Book) -> None:
    """What is over the share is not ordered, however it was decided."""
    batch = await begin(book, *(f"p{number}" for number in range(40)), share=0.05)
    made = [(await make(book, number))[1] for number in (1, 2, 3)]
    await measured(book, 1, 2, 3)
    assert await book.store.do(repairs.budget, batch) == repairs.RepairBudget(40, 2, 0)
    await outlier(book, made[0], 1)
    await outlier(book, made[1], 2)
    assert (await book.store.do(repairs.budget, batch)).left == 0
    with pytest.raises(OvertakenError):
        await outlier(book, made[2], 3)
    await conclude(book, made[2], 3, MarkState.MARKED)


@pytest.mark.parametrize(("share", "panels", "most"), [(0.05, 300, 15), (0.29, 100, 29), (0, 9, 0)])
def test_a_share_is_rounded_down(share: float, panels: int, most: int) -> None:
    """And no whole number of repairs is lost to the way in which computers write fractions."""
    assert repairs.budget_of(share, panels) == most


@pytest.mark.parametrize("end", ["fail", "refuse", "skip", "cancel"])
async def test_a_repair_that_comes_to_nothing_leaves_the_panel_as_it_was(
    book: Book, end: str
) -> None:
    """It has its picture, marked, and needs nobody; what follows it goes on."""
    batch = await begin(book, "a", "b", before={"b": "a"})
    _, image = await make(book, 1)
    await measured(book, 1)
    await outlier(book, image, 1)
    match end:
        case "fail":
            attempt = await book.at(Step.SUBMITTED)
            await book.store.do(endings.fail, book.now, attempt, "it broke", retry_at=None)
        case "refuse":
            attempt = await book.at(Step.SUBMITTED)
            await book.store.do(endings.refuse, book.now, attempt, "no")
        case "skip":
            await book.store.do(orders.order, book.now, batch, ["a"], JobChoice.SKIP)
        case "cancel":
            await book.change(BatchState.CANCELLED, batch)
    assert (await mark_of(book, image))["state"] == MarkState.MARKED
    tally = await book.store.do(_tally, batch)
    assert tally == {"done": 1, "cancelled" if end == "cancel" else "waiting": 1}


async def test_the_best_take_is_the_panels_picture(book: Book) -> None:
    """Where a repair is no better, the one before takes its place again, in the same commit."""
    await begin(book, "a")
    _, image = await make(book, 1)
    await measured(book, 1, 2)
    await outlier(book, image, 1)
    _, worse = await make(book, 2)
    known = await case(book, worse)
    assert [(each.image, each.repair) for each in known.takes] == [(image, 0), (worse, 1)]
    best = Best(known.takes[0].held, "a.png")
    mark = Mark(MarkState.MARKED, VERSION, "a", 6.0, 5.0)
    await conclude(book, worse, 2, MarkState.MARKED, others={image: mark}, best=best)
    assert await places(book, "a") == {1: PictureState.CURRENT, 2: PictureState.ALTERNATIVE}
    assert (await mark_of(book, image))["score"] == 6.0
    assert "image.best" in await book.told()
    # neither is due again, nor repaired again
    assert not (await case(book, image)).is_repairable


async def test_takes_from_before_an_order_of_the_author_are_no_candidates(book: Book) -> None:
    """Who ordered another take does not get the old one back by its score."""
    await begin(book, "a", "b")
    _, image = await make(book, 1)
    await measured(book, 1, 2, 3)
    await conclude(book, image, 1)
    await book.store.do(deciding.redo, book.now, LIBRARY, ["a"], Wish())
    await make(book, 9)
    _, again = await make(book, 2)
    await outlier(book, again, 2)
    _, repaired = await make(book, 3)
    known = await case(book, repaired)
    assert [each.image for each in known.takes] == [again, repaired]


async def test_a_follower_waits_for_the_mark(book: Book) -> None:
    """No panel is sent with a picture that nobody looked at, where outliers are made again."""
    await begin(book, "a", "b", before={"b": "a"})
    _, image = await make(book, 1)
    assert (await book.states())["b"] == JobState.HELD
    await conclude(book, image, 1)
    assert (await book.states())["b"] == JobState.WAITING


async def test_what_waits_for_a_comparison_is_told_so(book: Book) -> None:
    """Also what follows that; with the mark they go on, or wait for the author or a repair."""
    await begin(book, "a", "b", "c", before={"b": "a", "c": "b"})
    _, image = await make(book, 1)
    found = (await book.store.do(batches.numbers))[0]
    assert (found.comparing, found.standstill, found.jobs[JobState.HELD]) == (2, None, 2)
    await conclude(book, image, 1)
    found = (await book.store.do(batches.numbers))[0]
    assert (found.comparing, found.following, found.jobs[JobState.HELD]) == (0, 1, 1)


async def test_a_rejected_picture_is_compared_for_nobody(book: Book) -> None:
    """What follows it waits for another one, and for no mark."""
    await begin(book, "a", "b", before={"b": "a"})
    await make(book, 1)
    await book.store.do(deciding.reject, book.now, LIBRARY, ["a"], Rejected.STYLE)
    assert (await book.store.do(batches.numbers))[0].comparing == 0


async def test_a_follower_waits_while_its_picture_is_held(book: Book) -> None:
    """And goes on with the author's word, whichever it is."""
    await begin(book, "a", "b", before={"b": "a"}, outliers=Outliers.HOLD)
    _, image = await make(book, 1)
    await conclude(book, image, 1, MarkState.HELD)
    assert (await book.states())["b"] == JobState.HELD
    await approve(book, "a")
    assert (await book.states())["b"] == JobState.WAITING
    mark = await mark_of(book, image)
    assert mark["state"] == MarkState.MARKED
    assert mark["settled_at"] == book.now


async def test_a_picture_that_is_held_meanwhile_is_not_sent(book: Book) -> None:
    """What was claimed with it goes back, before Send."""
    await begin(book, "a", "b", before={"b": "a"}, outliers=Outliers.HOLD)
    _, image = await make(book, 1)
    await conclude(book, image, 1)
    attempt = await book.claimed()
    await book.store.do(deciding.reject, book.now, LIBRARY, ["a"], Rejected.STYLE)
    with pytest.raises(BatchHeldError):
        await book.advance(attempt, Step.SUBMITTING)


async def test_a_batch_that_only_marks_hands_on_what_it_has(book: Book) -> None:
    """Marks hold nothing there."""
    await begin(book, "a", "b", before={"b": "a"}, outliers=Outliers.MARK)
    await make(book, 1)
    assert (await book.states())["b"] == JobState.WAITING


async def test_a_picture_from_before_the_batch_is_taken_as_it_is(book: Book) -> None:
    """A book of ten thousand pictures that were never measured goes on at once."""
    await begin(book, "a", outliers=Outliers.MARK)
    await make(book, 1)
    book.now += 10
    await begin(book, "b", before={"b": "a"})
    assert (await book.states())["b"] == JobState.WAITING


async def test_an_approval_takes_a_waiting_repair_back(book: Book) -> None:
    """Nothing is spent on a picture that its author finds good; the panel counts as made."""
    batch = await begin(book, "a", "b")
    _, image = await make(book, 1)
    await measured(book, 1)
    await outlier(book, image, 1)
    await approve(book, "a")
    assert (await book.states())["a"] == JobState.CANCELLED
    assert (await book.store.do(repairs.budget, batch)).used == 0
    tally = await book.store.do(_tally, batch)
    assert tally == {"done": 1, "waiting": 1}
    known = await case(book, image)
    assert known.is_settled
    assert not known.is_repairable


def _tally(connection: Connection, batch: int) -> dict[str, int]:
    rows = connection.exec_driver_sql(
        "SELECT state, jobs FROM tallies WHERE batch_id = ? AND jobs", (batch,)
    )
    return {row.state: row.jobs for row in rows}


async def test_a_repair_of_what_was_approved_meanwhile_is_kept_beside(book: Book) -> None:
    """The approved picture stays the panel's, whatever is still under way."""
    await begin(book, "a", "b")
    _, image = await make(book, 1)
    await measured(book, 1)
    await outlier(book, image, 1)
    attempt = await book.at(Step.RECEIVED)
    assert attempt.key == "a"
    assert not await book.store.do(images.is_superseded, attempt)
    await approve(book, "a")
    with pytest.raises(StandsError):
        await file(book, attempt, 2)
    await file(book, attempt, 2, PictureState.ALTERNATIVE)
    assert await places(book, "a") == {1: PictureState.CURRENT, 2: PictureState.ALTERNATIVE}


@pytest.mark.parametrize("word", ["approve", "reject", "redo", "outdated", "cancelled"])
async def test_what_the_author_says_counts_more_than_what_was_decided(
    book: Book, word: str
) -> None:
    """A repair that was decided on before is not ordered, and nothing of it is on record."""
    batch = await begin(book, "a", "b")
    _, image = await make(book, 1)
    await measured(book, 1)
    assert (await case(book, image)).is_repairable
    match word:
        case "approve":
            await approve(book, "a")
        case "reject":
            await book.store.do(deciding.reject, book.now, LIBRARY, ["a"], Rejected.FAULT)
        case "redo":
            await book.store.do(deciding.redo, book.now, LIBRARY, ["a"], Wish())
        case "outdated":
            job = (await case(book, image)).takes[0].held.record.provenance.job
            assert job is not None
            await book.set(jobs_table, job, outdated=True)
        case "cancelled":
            await book.set(batches_table, batch, state=BatchState.CANCELLED)
    before = await book.everything()
    with pytest.raises(OvertakenError):
        await outlier(book, image, 1)
    assert await book.everything() == before
    assert not (await case(book, image)).is_repairable


async def test_a_conclusion_on_a_replaced_picture_changes_nothing(book: Book) -> None:
    """It is about a picture that the panel does not have any more."""
    await begin(book, "a", outliers=Outliers.MARK)
    _, image = await make(book, 1)
    await book.set(images_table, image, place=PictureState.ALTERNATIVE)
    with pytest.raises(OvertakenError):
        await conclude(book, image, 1)
    assert await book.store.do(lambda c: c.execute(select(marks_table)).all()) == []


async def test_a_rejected_picture_is_handed_on_to_nobody(book: Book) -> None:
    """It loses its approval, and with that what waited for it; an approval takes it back."""
    await begin(book, "a", "b", before={"b": "a"}, outliers=Outliers.MARK)
    await make(book, 1)
    await approve(book, "a")
    rejected = await book.store.do(deciding.reject, book.now, LIBRARY, ["a"], Rejected.STYLE)
    assert rejected == ["a"]
    assert (await book.states())["b"] == JobState.HELD
    await approve(book, "a")
    assert (await book.states())["b"] == JobState.WAITING


async def test_a_rejection_names_a_picture_or_nothing_is_changed(book: Book) -> None:
    """One wrong key among several rejects none."""
    await begin(book, "a", outliers=Outliers.MARK)
    _, image = await make(book, 1)
    with pytest.raises(NotFoundError, match="no panel and no chapter 'b'"):
        await book.store.do(deciding.reject, book.now, LIBRARY, ["a", "b"], Rejected.STYLE)
    assert (await book.row(images_table, image))["rejected_at"] is None


async def test_a_rejected_picture_whose_repair_waits_is_made_anew_once(book: Book) -> None:
    """The author's order takes the place of the repair."""
    await begin(book, "a")
    _, image = await make(book, 1)
    await measured(book, 1)
    await outlier(book, image, 1)
    made, keys = await book.store.do(deciding.replace, book.now, LIBRARY, ["a"], Rejected.STYLE)
    assert (len(made), keys) == (1, ["a"])
    attempt = await book.claimed()
    assert attempt.repair == 0
    assert await book.claim() is None


async def test_marks_against_another_set_are_made_anew(book: Book) -> None:
    """In pages, by key; what nobody compared is among them, what is not measured is not."""
    await begin(book, "a", "b", "c", "d", outliers=Outliers.MARK)
    made = [(await make(book, number))[1] for number in (1, 2, 3, 4)]
    await measured(book, 1, 2, 3, 4)
    for number in (1, 2, 3):
        await conclude(book, made[number - 1], number)
    unmeasured = Mark(MarkState.UNMEASURED, VERSION, why="it is torn")
    await book.store.do(
        marks.conclude, book.now, Conclusion(made[3], sha(4), unmeasured), aside=aside
    )
    old, after = await book.store.do(marks.outdated, LIBRARY, VERSION, most=2)
    [found] = old
    assert [each.key for each in found.marks] == ["a", "b"]
    assert after == "b"
    old, after = await book.store.do(marks.outdated, LIBRARY, VERSION, after="b", most=3)
    [found] = old
    assert [each.key for each in found.marks] == ["c"]
    assert after is None
    against = found.approved.against
    renewed = {
        image: Mark(MarkState.MARKED, VERSION, against, 9.0, 5.0, blemishes=(Blemish.BLANK,))
        for image in made[:3]
    }
    await book.store.do(marks.renew, book.now, renewed)
    assert await book.store.do(marks.outdated, LIBRARY, VERSION) == ([], None)
    assert (await mark_of(book, made[0]))["state"] == MarkState.MARKED


async def test_a_new_mark_lifts_an_old_one_and_orders_nothing(book: Book) -> None:
    """What follows a picture that stands out no more goes on; a repair goes on as well."""
    await begin(book, "a", "b", "c", before={"b": "a"})
    held = (await make(book, 1))[1]
    repaired = (await make(book, 2))[1]
    await measured(book, 1, 2)
    await conclude(book, held, 1, MarkState.HELD)
    await outlier(book, repaired, 2)
    still = {held: Mark(MarkState.MARKED, VERSION, "b", 8.0, 5.0)}
    await book.store.do(marks.renew, book.now, still)
    assert (await mark_of(book, held))["state"] == MarkState.HELD
    better = dict.fromkeys((held, repaired), Mark(MarkState.IN_STYLE, VERSION, "c", 2.0, 5.0))
    await book.store.do(marks.renew, book.now, better)
    assert (await mark_of(book, held))["state"] == MarkState.IN_STYLE
    assert (await mark_of(book, repaired))["state"] == MarkState.REPAIRING
    states = await book.states()
    assert (states["b"], states["c"]) == (JobState.WAITING, JobState.WAITING)


async def test_the_authors_word_survives_new_marks(book: Book) -> None:
    """A picture that was kept although it stands out waits for nobody when it is marked anew."""
    await begin(book, "a", outliers=Outliers.HOLD)
    _, image = await make(book, 1)
    await conclude(book, image, 1, MarkState.HELD)
    await approve(book, "a")
    await book.store.do(
        marks.renew, book.now, {image: Mark(MarkState.MARKED, VERSION, "b", 9.0, 5.0)}
    )
    assert (await mark_of(book, image))["settled_at"] is not None


async def test_sheets_are_never_repaired(book: Book) -> None:
    """A sheet shows a figure from all sides on white: it is like no panel."""
    await begin(book, "cast/mara", ingredients={"what sheets show": "1"})
    _, image = await make(book, 1)
    await measured(book, 1)
    known = await case(book, image)
    assert known.is_sheet
    assert not known.is_repairable


def test_the_style_comes_first_and_the_panel_keeps_its_own() -> None:
    """As many as the site takes; each once; the first of the style always."""
    style = [reference(number) for number in range(4)]
    own = tuple(reference(number) for number in range(3, 12))
    assert restyled("a cat", own, style).references == (*own, style[0])
    assert restyled("a cat", own, style, follows=True) == (own, None)
    assert restyled("a cat", own[:1], style).references == (own[0], *style[:3])
    assert restyled("a cat", own, []) == (own, None)


def test_words_point_at_the_pictures_of_the_style_by_their_numbers() -> None:
    """A prompt may point at the panel's own by number, so those keep their places."""
    style = [reference(1), reference(2)]
    own = (reference(5),)
    assert restyled("Mara, as in attached picture 1", own, style).words == (
        "Mara, as in attached picture 1\n\nDraw in the style of attached pictures 2 to 3; take "
        "nothing but the style from there."
    )
    assert restyled("a cat", own, style[:1], "draw thicker lines").words == (
        "a cat\n\nDraw in the style of attached picture 2; take nothing but the style from there. "
        "Keep strictly to the style: draw thicker lines."
    )
    assert restyled("a cat", own, own, "draw thicker lines").words == (
        "a cat\n\nKeep strictly to the style: draw thicker lines."
    )


def test_a_correction_that_is_too_long_is_left_out() -> None:
    """The site takes so many characters, and a format may need some of them."""
    long = "x" * (32_000 - 70)
    assert restyled(long, (), [], "a").words is not None
    assert restyled(long, (), [reference(1)], "a", ratio="3:4") == ((), None)


async def test_a_repair_is_known_after_a_crash_as_it_was_sent(book: Book) -> None:
    """What is read back from the disk has the same words and pictures."""
    await begin(book, "a")
    _, image = await make(book, 1)
    await measured(book, 1)
    await outlier(book, image, 1, WORDS)
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(doubts.record, book.now, attempt, "gone", look_at=book.now)
    [found] = await book.store.do(read_anew, attempt.id)
    assert (found.words, found.references, found.repair) == (
        attempt.words,
        attempt.references,
        2,
    )


def read_anew(connection: Connection, attempt: int) -> list[Attempt]:
    """Read an attempt anew."""
    return [
        from_row(row) for row in connection.execute(KNOWN.where(attempts_table.c.id == attempt))
    ]


async def test_everything_that_follows_is_one_commit(book: Book) -> None:
    """Mark, repair, drift, chat and steering: one that cannot be ordered undoes all of it."""
    batch = await begin(book, "a", "b", share=0.0, chats=3)
    _, image = await make(book, 1, chat="c1")
    await measured(book, 1)
    more = {
        "drifts": [Drift(DriftKind.ACCOUNT, "1", "a", "they are thinner")],
        "leave": "it drifts",
        "steer": Steer(Steering.FRESH, (reference(1),)),
    }
    before = await book.everything()
    with pytest.raises(OvertakenError):
        await conclude(book, image, 1, MarkState.REPAIRING, repair=REPAIR, **more)
    assert await book.everything() == before
    await conclude(book, image, 1, MarkState.MARKED, **more)
    row = await book.batch(batch)
    assert row["steering"] == Steering.FRESH
    told = await book.told()
    assert {"image.marked", "drift.noticed", "chat.left", "batch.steered"} <= set(told)


async def test_suspects_are_made_again_once_and_within_the_budget(book: Book) -> None:
    """In the commit that notices the drift; one that the author approved stays as it is."""
    batch = await begin(book, "a", "b", "c", "d", share=0.5)
    made = []
    for number in (1, 2, 3, 4):
        made.append((await make(book, number))[1])
        await measured(book, number)
        if number < 4:
            await conclude(book, made[-1], number)
    await approve(book, "a")
    suspects = repairs.Suspects(tuple(made[:3]), (reference(7),))
    await conclude(book, made[3], 4, suspects=suspects)
    told = await book.store.do(repairs.budget, batch)
    assert (told.most, told.used) == (2, 2)
    assert [(await mark_of(book, each))["state"] for each in made] == [
        MarkState.IN_STYLE, MarkState.REPAIRING, MarkState.REPAIRING, MarkState.IN_STYLE,
    ]  # fmt: skip
    before = await book.store.do(repairs.budget, batch)
    await conclude(book, made[3], 4, suspects=suspects)
    assert await book.store.do(repairs.budget, batch) == before
    attempt = await book.claimed()
    assert (attempt.repair, attempt.references, attempt.chat) == (1, (reference(7),), None)
