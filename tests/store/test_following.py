"""Panels of a group, each made with the picture of the one before: held, let go and claimed."""

from dataclasses import replace
from pathlib import Path

import pytest

from helpers import deciding
from helpers.deciding import Wish
from helpers.libraries import Library
from helpers.pictures import placed
from helpers.stores import Book
from pressrun.library.shelf import Shelf
from pressrun.picture.recipe import Recipe, Reference
from pressrun.server.panels import told
from pressrun.states import (
    BatchState,
    Destination,
    JobChoice,
    JobState,
    PanelState,
    Remake,
    Step,
    WrongFormat,
)
from pressrun.store import (
    adoption,
    approvals,
    attempts,
    batches,
    doubts,
    endings,
    images,
    lists,
    orders,
    panels,
    record,
    remakes,
    standing,
)
from pressrun.store.attempts import Attempt, BatchHeldError
from pressrun.store.batches import Numbers
from pressrun.store.images import Moved
from pressrun.store.lists import Listed
from pressrun.store.opening import Difference, Order, start
from pressrun.store.standstill import WaitedFor
from pressrun.store.tables import attempts as attempts_table
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import jobs

GROUP = {"b": "a", "c": "b"}
BOOK = ("a fox", "b bear", "c cat", "d dog")


async def make(book: Book, sha256: str = "5" * 64) -> str:
    """Have the next job made, with a picture of these bytes; returns its key."""
    attempt = await book.at(Step.RECEIVED)
    await file(book, attempt, sha256)
    return attempt.key


async def file(book: Book, attempt: Attempt, sha256: str = "5" * 64) -> None:
    """File the picture of an attempt, over whatever was there."""
    await book.store.do(
        endings.done,
        book.now,
        attempt,
        "D1",
        placed(attempt, sha256),
        aside=lambda key, *_: f"old/{key}",
    )


async def order(book: Book, choice: JobChoice, *keys: str) -> int:
    """Give an order; returns how many jobs it changed."""
    return len(await book.store.do(orders.order, book.now, None, keys, choice))


async def redo(book: Book, *keys: str, wish: Wish | None = None) -> None:
    """Order one more take."""
    await book.store.do(
        deciding.redo, book.now, "/library", keys, wish or Wish(), kept=("5" * 64, "a" * 64)
    )


async def claimed_keys(book: Book) -> list[str]:
    """Claim all that can be claimed; returns the keys."""
    found = []
    while (attempt := await book.claim()) is not None:
        found.append(attempt.key)
    return found


async def test_a_group_is_made_one_after_the_other(book: Book) -> None:
    """Each as soon as the picture before it is filed, and not a step sooner; others do not wait."""
    await book.start(*BOOK, before=GROUP)
    first = await book.at(Step.RECEIVED)
    assert await claimed_keys(book) == ["d"]
    assert (await book.states())["b"] == JobState.HELD
    await file(book, first, "a" * 64)
    assert (await book.states())["b"] == JobState.WAITING
    second = await book.at(Step.RECEIVED)
    assert (second.key, second.followed, second.follows) == ("b", "a" * 64, True)
    assert (await book.attempt(second))["followed"] == "a" * 64
    assert await book.claim() is None
    await file(book, second, "b" * 64)
    third = await book.claimed()
    assert (third.key, third.followed) == ("c", "b" * 64)
    assert {"jobs.held", "jobs.let_go"} <= set(await book.told())


async def test_what_was_sent_before_is_on_record_of_the_picture(book: Book, tmp_path: Path) -> None:
    """The sidecar and the record tell which picture it followed."""
    library = Library(book, tmp_path / "pictures")
    await book.start("a fox", "b bear", before=GROUP, library=str(library.folder))
    first, second = await library.make(), await library.make()
    assert (first.key, second.key) == ("a", "b")
    pictures = [await book.store.do(record.current, str(library.folder), key) for key in "ab"]
    before, held = [each.record for each in pictures if each is not None]
    assert held.provenance.followed == before.facts.sha256
    assert held.recipe.follows


@pytest.mark.parametrize("end", ["refused", "failed", "skipped", "given up"])
async def test_what_follows_a_panel_without_a_picture_stays_held(book: Book, end: str) -> None:
    """The batch stays open, keeps no tab, and goes on as soon as the panel is made after all."""
    batch = await book.start(*BOOK[:3], before=GROUP)
    if end == "skipped":
        await order(book, JobChoice.SKIP, "a")
    else:
        attempt = await book.at(Step.SUBMITTED)
        match end:
            case "refused":
                await book.store.do(endings.refuse, book.now, attempt, "no")
            case "failed":
                await book.store.do(endings.fail, book.now, attempt, "no", retry_at=None)
            case _:
                await book.store.do(doubts.record, book.now, attempt, "?", look_at=None)
                await book.store.do(endings.abandon, book.now, attempt, resend=False)
    assert await book.claim() is None
    assert (await book.states())["b"] == JobState.HELD
    assert (await book.batch(batch))["state"] == BatchState.RUNNING
    assert await book.store.do(batches.tabs_wanted) == 0
    if end == "refused":
        await book.start("a vixen", before=GROUP)
    else:
        await order(book, JobChoice.RETRY, "a")
    assert [await make(book) for _ in range(3)] == ["a", "b", "c"]
    assert (await book.batch(batch))["state"] == BatchState.DONE


async def test_a_remake_that_comes_to_nothing_lets_go_again(book: Book) -> None:
    """The picture that was there is settled once more, and is the one that is followed."""
    await book.start("a fox")
    await make(book, "a" * 64)
    await redo(book, "a")
    await book.start("b bear", before=GROUP)
    assert (await book.states())["b"] == JobState.HELD
    attempt = await book.at(Step.SUBMITTED)
    assert attempt.key == "a"
    await book.store.do(endings.fail, book.now, attempt, "no", retry_at=None)
    second = await book.claimed()
    assert (second.key, second.followed) == ("b", "a" * 64)


async def test_a_remake_that_is_skipped_lets_go_again(book: Book) -> None:
    """As one that fails."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    await redo(book, "a")
    assert (await book.states())["b"] == JobState.HELD
    await order(book, JobChoice.SKIP, "a")
    assert (await book.claimed()).key == "b"


async def test_what_waits_for_a_tab_is_held_when_the_panel_before_is_wanted_anew(
    book: Book,
) -> None:
    """It follows the new picture then."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    assert (await book.states())["b"] == JobState.WAITING
    await redo(book, "a")
    assert (await book.states())["b"] == JobState.HELD
    assert await make(book, "c" * 64) == "a"
    assert (await book.claimed()).followed == "c" * 64


async def test_nothing_is_sent_with_a_picture_that_is_about_to_be_replaced(book: Book) -> None:
    """An attempt that is ready to send goes back, and follows the new picture."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    attempt = await book.claimed()
    await redo(book, "a")
    with pytest.raises(BatchHeldError, match="is given another picture"):
        await book.advance(attempt, Step.SUBMITTING)
    await book.store.do(endings.give_back, book.now, attempt, "no", not_before=book.now)
    assert (await book.states())["b"] == JobState.HELD
    await make(book, "c" * 64)
    again = await book.at(Step.SUBMITTING)
    assert (again.key, again.followed) == ("b", "c" * 64)


async def test_a_panel_stays_as_it_is_when_the_one_before_is_made_anew(book: Book) -> None:
    """What it is made from is *that* it follows, not which picture."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    await make(book, "b" * 64)
    known = await book.store.do(standing.standing, "/library")
    await redo(book, "a")
    await make(book, "c" * 64)
    assert (await book.store.do(standing.standing, "/library"))["b"] == known["b"]


async def test_a_claim_itself_sends_nothing_without_the_picture(book: Book) -> None:
    """Even if a job waited that should have been held."""
    await book.start("a fox", "b bear", before=GROUP)
    first = await book.claimed()
    second = first.job + 1
    await book.set(jobs, second, state=JobState.WAITING)
    assert await book.claim() is None
    await book.advance(first, Step.SUBMITTING)
    await book.advance(first, Step.RECEIVED, sha256="5" * 64, bytes=5)
    await file(book, first)
    assert (await book.claimed()).key == "b"


async def test_a_follower_that_is_moved_first_still_waits(book: Book) -> None:
    """The author's order counts as soon as its picture before is there."""
    await book.start(*BOOK, before=GROUP)
    assert await order(book, JobChoice.FIRST, "c") == 1
    assert [await make(book, f"{number}" * 64) for number in range(4)] == ["a", "b", "c", "d"]


async def test_a_follower_comes_after_an_approval_as_well(book: Book) -> None:
    """Whichever of the two comes last lets it go."""
    for first in ("approved", "made"):
        library = f"/{first}"
        prompts = [f"{each} {first}" for each in ("s", "a", "b")]
        await book.start(*prompts, before={"b": "a"}, after={"b": "s"}, library=library)
        await make(book)
        if first == "approved":
            await book.store.do(deciding.approve, book.now, None, ["s"])
            assert (await book.states())["b"] == JobState.HELD
            await make(book)
        else:
            await make(book)
            assert (await book.states())["b"] == JobState.HELD
            await book.store.do(deciding.approve, book.now, None, ["s"])
        assert await make(book) == "b"


async def test_an_approval_lets_nothing_go_whose_picture_before_is_missing(book: Book) -> None:
    """It was asked for the sheet alone."""
    await book.start("s sheet", "a fox", "b bear", before={"b": "a"}, after={"b": "s"})
    await make(book)
    await book.store.do(deciding.approve, book.now, None, ["s"])
    assert (await book.states())["b"] == JobState.HELD


async def test_a_picture_that_is_gone_holds_what_follows_it(book: Book, tmp_path: Path) -> None:
    """And its return lets go, whichever way it comes back."""
    library = Library(book, tmp_path / "pictures")
    name = str(library.folder)
    await book.start("a fox", "b bear", before=GROUP, library=name)
    await library.make()
    held = await book.store.do(record.current, name, "a")
    assert held is not None
    await book.store.do(adoption.lose, book.now, held, "its file is gone")
    assert (await book.states())["b"] == JobState.HELD
    stray = adoption.Stray(name, held.place, held.path, held.record)
    await book.store.do(
        adoption.adopt, book.now, stray, aside=library.shelf.alternative, restored=False
    )
    second = await book.claimed()
    assert (second.key, second.followed) == ("b", held.record.facts.sha256)


async def test_pictures_that_move_take_what_follows_them_into_account(book: Book) -> None:
    """What follows a key waits for what is under that key by now."""
    await book.start("a fox", "z zebra", "b bear", before=GROUP)
    for sha256 in ("a" * 64, "d" * 64):
        await make(book, sha256)
    held = await book.store.do(record.current, "/library", "a")
    other = await book.store.do(record.current, "/library", "z")
    assert held is not None
    assert other is not None
    moved = [Moved(held.id, "elsewhere", "elsewhere.png")]
    await book.store.do(
        images.move, book.now, "/library", moved, aside=lambda key, *_: f"old/{key}"
    )
    assert (await book.states())["b"] == JobState.HELD
    moved = [Moved(other.id, "a", "a.png")]
    await book.store.do(
        images.move, book.now, "/library", moved, aside=lambda key, *_: f"old/{key}"
    )
    second = await book.claimed()
    assert (second.key, second.followed) == ("b", "d" * 64)


async def test_a_picture_of_the_wrong_format_is_not_followed(book: Book) -> None:
    """The panel is made once more first; the remake of a follower follows again."""
    batch = await book.start(
        "a fox", "b bear", before=GROUP, ratio="4:3", wrong_format=WrongFormat.AGAIN
    )
    await _made_again(book, "1" * 64)
    assert (await book.states())["b"] == JobState.HELD
    await make(book, "a" * 64)
    assert (await _made_again(book, "2" * 64)).followed == "a" * 64
    again = await book.claimed()
    assert (again.key, again.followed) == ("b", "a" * 64)
    assert (await book.batch(batch))["state"] == BatchState.RUNNING


async def _made_again(book: Book, sha256: str) -> Attempt:
    """Have the next job end with a picture of another format."""
    attempt = await book.at(Step.RECEIVED)
    await book.store.do(
        remakes.done,
        book.now,
        attempt,
        "D1",
        placed(attempt, sha256, f"old/{sha256[:3]}.png"),
        aside=lambda key, *_: f"old/{key}",
    )
    return attempt


async def test_a_redone_follower_follows_again(book: Book) -> None:
    """As the list says now, also with a note below its words."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    await make(book, "b" * 64)
    asked = [
        Listed("/library.txt", "a", 1, Recipe("a fox")),
        Listed("/library.txt", "b", 2, Recipe("b bear", follows=True), "a", "storm"),
    ]
    await book.store.do(lists.remember, book.now, "/library", "/library.txt", asked)
    await redo(book, "b", wish=Wish("her coat is red", remake=Remake.WORDS))
    attempt = await book.claimed()
    assert (attempt.key, attempt.followed, attempt.words) == (
        "b",
        "a" * 64,
        "b bear\n\nher coat is red",
    )
    assert (await book.job(attempt))["scene"] == "storm"


async def test_a_redone_panel_waits_for_its_sheet_again(book: Book) -> None:
    """As the list has it now; a correction is about the picture that is there."""
    await book.start("s sheet", "b bear")
    for number, conversation in enumerate(("c1", "c2")):
        attempt = await book.at(Step.RECEIVED)
        await file(book, attempt, f"{number}" * 64)
        await book.set(attempts_table, attempt.id, conversation=conversation, submitting_at=5.0)
    asked = [
        Listed("/library.txt", "s", 1, Recipe("s sheet")),
        Listed("/library.txt", "b", 2, Recipe("b bear"), after="s"),
    ]
    await book.store.do(lists.remember, book.now, "/library", "/library.txt", asked)
    await redo(book, "b", wish=Wish("red", remake=Remake.CHAT))
    assert await make(book, "2" * 64) == "b"
    await redo(book, "b")
    assert (await book.states())["b"] == JobState.HELD
    await book.store.do(deciding.approve, book.now, None, ["s"])
    assert (await book.claimed()).key == "b"


async def test_a_redone_group_is_made_in_its_order(book: Book) -> None:
    """Each waits for the new picture of the one before, whatever the order of the keys."""
    await book.start(*BOOK[:3], before=GROUP)
    for number in range(3):
        await make(book, f"{number}" * 64)
    await redo(book, "c", "b", "a")
    assert [await make(book, f"{number}" * 64) for number in range(3, 6)] == ["a", "b", "c"]


async def test_a_follower_of_no_list_follows_the_picture_that_it_was_sent_with(book: Book) -> None:
    """Its key may be another by now; where that picture is gone, it does not claim to follow."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    attempt = await book.at(Step.RECEIVED)
    await file(book, attempt, "b" * 64)
    held = await book.store.do(record.current, "/library", "a")
    assert held is not None
    moved = [Moved(held.id, "moved", "moved.png")]
    await book.store.do(
        images.move, book.now, "/library", moved, aside=lambda key, *_: f"old/{key}"
    )
    await redo(book, "b")
    again = await book.claimed()
    assert (again.followed, again.recipe.follows) == ("a" * 64, True)
    await book.store.do(endings.fail, book.now, again, "no", retry_at=None)
    await book.set(jobs, attempt.job, before=None)
    await book.set(attempts_table, attempt.id, followed=None)
    await redo(book, "b")
    last = await book.claimed()
    assert (last.followed, last.recipe.follows) == (None, False)


async def test_a_correction_waits_for_no_picture_before(book: Book) -> None:
    """It is about its own picture, in whose chat the other one is."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    attempt = await book.at(Step.RECEIVED)
    await file(book, attempt, "b" * 64)
    await book.set(attempts_table, attempt.id, conversation="c1", submitting_at=5.0)
    await redo(book, "b", wish=Wish("her coat is red", remake=Remake.CHAT))
    await redo(book, "a")
    correction = next(
        each for each in [await book.claimed(), await book.claimed()] if each.key == "b"
    )
    assert correction.destination == Destination.OWN
    assert not correction.follows
    await book.advance(correction, Step.SUBMITTING)


async def test_a_follow_up_sends_the_picture_before_no_second_time(book: Book) -> None:
    """Its chat has it; if that is lost, the fresh one is sent with what is there by then."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    attempt = await book.claimed()
    await book.advance(attempt, Step.SUBMITTING)
    await book.advance(attempt, Step.SUBMITTED, conversation="c1")
    await book.store.do(
        endings.answered_in_words, book.now, attempt, "words", retry_at=book.now, follow_up="Draw"
    )
    second = await book.claimed()
    assert (second.destination, second.followed, second.follows) == ("own", "a" * 64, False)
    await book.store.do(endings.chat_lost, book.now, second, "gone")
    third = await book.claimed()
    assert (third.destination, third.followed, third.follows) == ("fresh", "a" * 64, True)


async def test_a_follower_in_a_kept_chat_is_sent_with_its_picture(book: Book) -> None:
    """The references are there from the start of the chat; the picture before is not."""
    batch = await book.start("a fox", "b bear", before=GROUP)
    await book.set(batches_table, batch, chats=4)
    for number in (1, 2):
        await book.set(jobs, number, scene="storm")
    first = await book.claimed()
    await book.advance(first, Step.SUBMITTING)
    await book.advance(first, Step.SUBMITTED, conversation="c1")
    await book.advance(first, Step.RECEIVED, sha256="5" * 64, bytes=5)
    await file(book, first, "a" * 64)
    second = await book.claimed()
    assert (second.destination, second.chat) == (Destination.KEPT, "c1")
    assert (second.references, second.follows, second.attaches) == ((), True, True)


async def test_a_doubt_of_a_follower_knows_what_it_followed(book: Book) -> None:
    """Also when it is taken up in another life, and whatever became of the panel before."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    attempt = await book.at(Step.SUBMITTED)
    await redo(book, "a")
    await book.store.do(doubts.take_up, book.now)
    doubt = await book.store.do(
        doubts.claim,
        book.now,
        account=book.account,
        tab=1,
        document="D1",
        alive=frozenset[str](),
    )
    assert doubt is not None
    assert (doubt.attempt.id, doubt.attempt.followed) == (attempt.id, "a" * 64)
    await book.store.do(endings.unsent, book.now, doubt.attempt, "not there")
    assert (await book.states())["b"] == JobState.HELD


async def test_jobs_in_flight_follow_what_the_list_says_by_now(book: Book) -> None:
    """If they come back, they are sent with that; what is sent already is finished as it is."""
    await book.start("a fox", "x fox too", "b bear", before=GROUP)
    await make(book, "a" * 64)
    await make(book, "d" * 64)
    attempt = await book.claimed()
    wanted = Order("/library.txt", "/library", "chatgpt", 32)
    difference = Difference(current=["b"], follows={"b": "x"})
    await book.store.do(start, book.now, wanted, difference)
    await book.store.do(endings.give_back, book.now, attempt, "no", not_before=book.now)
    again = await book.claimed()
    assert (again.key, again.followed) == ("b", "d" * 64)


async def test_an_approved_sheet_becomes_a_part_of_what_waited_for_it(book: Book) -> None:
    """In place, with the list; what waits for another sheet still does, and no other is touched."""
    after = {"b": "s", "c": "s", "d": "t"}
    batch = await book.start("s sheet", "t sheet", "b bear", "c cat", "d dog", after=after)
    asked = [
        Listed("/library.txt", key, line, Recipe(f"{key} {word}"))
        for line, (key, word) in enumerate([("b", "bear"), ("c", "cat"), ("d", "dog")])
    ]
    await book.store.do(lists.remember, book.now, "/library", "/library.txt", asked)
    await make(book)
    sheet = Reference("mara.png", "image/png", "e" * 64)
    anew = {
        "b": (Recipe("b bear", (sheet,)), None),
        "c": (Recipe("c cat", (sheet,)), "t"),
    }
    changed = await book.store.do(approvals.settle, book.now, batch, anew)
    assert len(changed) == 2
    await book.store.do(deciding.approve, book.now, batch, ["s"])
    states = await book.states()
    assert (states["b"], states["c"], states["d"]) == ("waiting", "held", "held")
    known = {each.key: each.recipe for each in await book.store.do(lists.of, "/library")}
    assert known["b"].references == known["c"].references == (sheet,)
    assert known["d"].references == ()
    assert await make(book) == "t"
    attempt = await book.claimed()
    assert (attempt.key, attempt.references) == ("b", (sheet,))
    assert "job.settled" in await book.told()


async def test_a_sheet_changes_nothing_that_is_begun(book: Book) -> None:
    """What is in flight is finished as it was sent."""
    batch = await book.start("b bear")
    attempt = await book.claimed()
    before = await book.everything()
    sheet = Recipe("b bear", (Reference("mara.png", "image/png", "e" * 64),))
    assert await book.store.do(approvals.settle, book.now, batch, {"b": (sheet, None)}) == []
    assert await book.everything() == before
    assert attempt.references == ()


async def test_the_follow_up_of_a_book_is_its_batch_s(book: Book) -> None:
    """None is the site profile's; redo begins a batch like the last."""
    batch = await book.start("a fox")
    assert await book.store.do(batches.follow_up, batch) is None
    wanted = Order("/library.txt", "/library", "chatgpt", 32, follow_up="In ink, please.")
    await book.store.do(start, book.now, wanted, Difference())
    assert await book.store.do(batches.follow_up, batch) == "In ink, please."
    await make(book)
    await redo(book, "a")
    attempt = await book.claimed()
    assert attempt.batch != batch
    assert await book.store.do(batches.follow_up, attempt.batch) == "In ink, please."


async def test_a_picture_of_a_sidecar_that_follows_is_taken_in_as_such(
    book: Book, tmp_path: Path
) -> None:
    """What it followed is on record again, and a new take of it follows that."""
    library = Library(book, tmp_path / "pictures")
    name = str(library.folder)
    await book.start("a fox", library=name)
    await library.make()
    first = await book.store.do(record.current, name, "a")
    assert first is not None
    sha256 = first.record.facts.sha256
    of_b = replace(
        first.record,
        key="b",
        recipe=Recipe("b bear", follows=True),
        facts=replace(first.record.facts, sha256="b" * 64),
        provenance=replace(first.record.provenance, job=None, attempt=None, followed=sha256),
    )
    stray = adoption.Stray(name, first.place, "b.png", of_b)
    aside = Shelf(library.folder).alternative
    assert await book.store.do(adoption.adopt, book.now, stray, aside=aside, restored=False)
    held = await book.store.do(record.current, name, "b")
    assert held is not None
    assert held.record.provenance.followed == sha256
    await book.store.do(deciding.redo, book.now, name, ["b"], Wish())
    attempt = await book.claimed()
    assert (attempt.key, attempt.followed) == ("b", sha256)


async def test_retouched_pictures_are_on_record_as_they_were_sent(book: Book) -> None:
    """The record tells the bytes that went out, and sending is still checked by the claim."""
    await book.start("a fox", "b bear", before=GROUP)
    await make(book, "a" * 64)
    attempt = await book.claimed()
    await book.store.do(attempts.learn, book.now, attempt, followed="e" * 64)
    await book.advance(attempt, Step.SUBMITTING)
    assert (await book.attempt(attempt))["followed"] == "e" * 64


async def numbers(book: Book) -> Numbers:
    """Return the newest batch."""
    return (await book.store.do(batches.numbers))[0]


async def test_what_goes_on_by_itself_is_told_from_what_waits_in_vain(book: Book) -> None:
    """A group under way is left to make; one whose first was refused stands still, all of it."""
    await book.start(*BOOK, "e eel", before={**GROUP, "e": "d"})
    assert (await numbers(book)).following == 3
    first, other = await book.at(Step.SUBMITTED), await book.at(Step.SUBMITTED)
    assert (await numbers(book)).following == 3
    await book.store.do(endings.refuse, book.now, first, "no")
    found = await numbers(book)
    assert (found.following, found.standstill) == (1, None)
    await book.store.do(endings.fail, book.now, other, "no", retry_at=None)
    found = await numbers(book)
    assert (found.following, found.standstill) == (0, WaitedFor("a", JobState.REFUSED, 2))


async def test_what_waits_in_vain_for_a_sheet_is_told_as_well(book: Book) -> None:
    """Also by way of a group; one whose sheet only waits for its approval is no standstill."""
    await book.start("s sheet", "a fox", "b bear", after={"a": "s"}, before={"b": "a"})
    found = await numbers(book)
    assert (found.following, found.awaiting) == (0, 2)
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, attempt, "no", retry_at=None)
    assert (await numbers(book)).standstill == WaitedFor("s", JobState.FAILED, 2)
    await order(book, JobChoice.RETRY, "s")
    await make(book)
    found = await numbers(book)
    assert (found.standstill, found.approval) == (None, approvals.Asked("s", 1))


async def test_panels_that_wait_for_each_other_end_no_status(book: Book) -> None:
    """Nobody orders such a thing; a database that says so is still told of."""
    await book.start("d dog", "a fox", "b bear", before={"a": "b", "b": "a"})
    assert (await numbers(book)).standstill is None
    await make(book)
    assert (await numbers(book)).standstill is None


async def known(book: Book) -> dict[str, tuple[PanelState, str, str]]:
    """Return where each panel stands, why, and what the author can do about it."""
    found = await book.store.do(panels.of, "/library")
    shown = [told(each) for each in found]
    return {each.key: (PanelState(each.state), each.reason, each.advice) for each in shown}


async def test_a_held_panel_tells_what_it_follows_and_what_can_be_done(book: Book) -> None:
    """Why the one before has no picture decides about that."""
    await book.start(*BOOK[:2], "s sheet", before=GROUP, after={"b": "s"})
    wait = "it follows a, which is not made yet"
    assert (await known(book))["b"] == ("held", wait, "pressrun approve s")
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, attempt, "no", retry_at=None)
    await make(book)
    await book.store.do(deciding.approve, book.now, None, ["s"])
    assert (await known(book))["b"] == ("held", "it follows a, which failed", "pressrun retry a")
    await order(book, JobChoice.RETRY, "a")
    await make(book, "a" * 64)
    assert (await known(book))["b"] == ("waiting", "", "")
    await redo(book, "a")
    assert (await known(book))["b"] == ("held", "it follows a, which is being made anew", "")
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, attempt, "no", retry_at=None)
    assert (await known(book))["b"][0] == "waiting"


async def test_a_held_panel_whose_forerunner_was_refused_says_so(book: Book) -> None:
    """Only other words help."""
    await book.start(*BOOK[:2], before=GROUP)
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.refuse, book.now, attempt, "no")
    advice = "Change the words of a, and run it again"
    assert (await known(book))["b"] == ("held", "it follows a, which was refused", advice)
