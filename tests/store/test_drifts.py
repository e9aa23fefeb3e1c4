"""Drifts: noticed once, they hold what shares them, and let go of it; steering at claims."""

import pytest

from helpers.stores import Book
from helpers.styled import (
    VERSION,
    begin,
    case,
    conclude,
    make,
    measured,
    reference,
)
from pressrun.states import (
    Destination,
    DriftKind,
    JobState,
    MarkState,
    Outliers,
    Steering,
)
from pressrun.store import drifts, endings, situation, steering
from pressrun.store.drifts import Drift
from pressrun.store.repairs import Repair
from pressrun.store.steering import Steer

SCENE = Drift(DriftKind.SCENE, "ch1", "ch1/1", "the last 3 pictures of ch1 are colder", holds=True)
MARA = {"the style": "1", "Mara's words": "2", "Quay's sheet": "3", "the action": "4"}
KEYS = ("ch1/1", "ch1/2", "ch1/3", "ch2/1")


async def notice(book: Book, batch: int, drift: Drift = SCENE) -> int:
    """Notice a drift; returns its number."""
    await book.store.do(drifts.notice, book.now, batch, drift)
    return (await book.store.do(drifts.of_batch, batch))[-1].id


async def held(book: Book) -> list[str]:
    """Return the keys of held jobs."""
    return [key for key, state in (await book.states()).items() if state == JobState.HELD]


async def test_a_scene_that_drifts_waits_and_others_go_on(book: Book) -> None:
    """The smallest thing is held, until the author has a word on it."""
    batch = await begin(book, *KEYS)
    number = await notice(book, batch)
    assert await held(book) == ["ch1/1", "ch1/2", "ch1/3"]
    [found] = await book.store.do(drifts.of_batch, batch)
    assert (found.held, found.why) == (3, SCENE.why)
    assert (await book.claimed()).key == "ch2/1"
    assert await book.store.do(drifts.settle, book.now, [number], "seen") == [number]
    assert await held(book) == []
    assert await book.store.do(drifts.settle, book.now, [number], "seen") == []


async def test_a_figure_that_drifts_holds_the_panels_that_it_is_in(book: Book) -> None:
    """Whatever the scene."""
    await begin(book, "a/1", "b/1", ingredients=MARA, source="/1")
    batch = await begin(book, "a/2", "b/2", ingredients=MARA, source="/2")
    await notice(book, batch, Drift(DriftKind.FIGURE, "Mara", "a/2", "she is", holds=True))
    assert await held(book) == ["a/2", "b/2"]


async def test_a_drift_is_noticed_once(book: Book) -> None:
    """Further pictures tell it anew, and hold nothing twice; settled, it may come again."""
    batch = await begin(book, *KEYS)
    number = await notice(book, batch)
    await book.store.do(drifts.let_go, book.now, [number])
    assert await held(book) == []
    again = Drift(DriftKind.SCENE, "ch1", "ch1/2", "the last 4 are")
    assert await notice(book, batch, again) == number
    [found] = await book.store.do(drifts.of_batch, batch)
    assert (found.since_key, found.why, found.holds) == ("ch1/1", "the last 4 are", False)
    await book.store.do(drifts.settle, book.now, [number], "seen")
    assert await notice(book, batch, again) != number
    assert (await book.told()).count("drift.noticed") == 2


async def test_panels_that_are_added_later_wait_as_well(book: Book) -> None:
    """A list that grows while a scene is held adds to what is held."""
    batch = await begin(book, *KEYS)
    await notice(book, batch)
    assert await begin(book, "ch1/4", "ch2/2") == batch
    assert await held(book) == ["ch1/1", "ch1/2", "ch1/3", "ch1/4"]


async def test_what_two_drifts_hold_waits_for_both(book: Book) -> None:
    """The end of one lets nothing go that the other holds."""
    batch = await begin(book, *KEYS, ingredients=MARA)
    first = await notice(book, batch)
    second = await notice(book, batch, Drift(DriftKind.FIGURE, "Quay", "x", "y", holds=True))
    assert len(await held(book)) == 4
    await book.store.do(drifts.settle, book.now, [first], "seen")
    assert len(await held(book)) == 4
    await book.store.do(drifts.let_go, book.now, [second])
    assert await held(book) == []


async def test_a_repair_goes_on_where_its_scene_is_held(book: Book) -> None:
    """It shows whether anything helps."""
    batch = await begin(book, *KEYS)
    _, image = await make(book, 1)
    await measured(book, 1)
    await conclude(book, image, 1, MarkState.REPAIRING, repair=Repair(1, ()), drifts=[SCENE])
    assert await held(book) == ["ch1/2", "ch1/3"]
    assert (await book.claimed()).repair == 1
    await notice(book, batch)
    assert await held(book) == ["ch1/2", "ch1/3"]


async def test_what_was_claimed_before_a_drift_goes_on(book: Book) -> None:
    """It was begun, and is tried again if it comes back unsent."""
    batch = await begin(book, *KEYS)
    attempt = await book.claimed()
    await notice(book, batch)
    await book.store.do(endings.give_back, book.now, attempt, "a page", not_before=0.0)
    assert "ch1/1" not in await held(book)


async def test_the_drift_of_a_chat_is_told_and_over(book: Book) -> None:
    """Nothing more is sent there, so nothing is left to settle."""
    batch = await begin(book, *KEYS)
    chat = Drift(DriftKind.CHAT, "1:c1", "ch1/1", "they are")
    for _ in range(2):
        await book.store.do(drifts.notice, book.now, batch, chat)
    assert await book.store.do(drifts.of_batch, batch) == []
    assert (await book.told()).count("drift.noticed") == 1


async def test_steered_panels_go_to_fresh_chats_with_pictures_of_the_style(book: Book) -> None:
    """From the claim on; what was claimed before is sent as it was."""
    batch = await begin(book, "s/a", "s/b", "s/c", chats=4, own=(reference(5),))
    await make(book, 1, chat="c1")
    steer = Steer(Steering.WORDS, (reference(1),), "draw thicker lines", "a repair of s/a")
    before = await book.claimed()
    assert before.destination == Destination.KEPT
    await book.store.do(steering.steer, book.now, batch, steer)
    attempt, _ = await make(book, 3, chat="c3")
    assert attempt.destination == Destination.FRESH
    assert attempt.steering == Steering.WORDS
    assert attempt.references == (reference(5), reference(1))
    assert attempt.words.endswith("Keep strictly to the style: draw thicker lines.")
    # what was sent with more than its list names begins no chat that others go on in
    assert (await book.told()).count("chat.kept") == 1


async def test_steering_ends_with_the_last_drift(book: Book) -> None:
    """Panels are sent as the list says again."""
    batch = await begin(book, *KEYS)
    one = await notice(book, batch)
    two = await notice(book, batch, Drift(DriftKind.ACCOUNT, "1", "ch1/1", "they are"))
    await book.store.do(steering.steer, book.now, batch, Steer(Steering.FRESH, (reference(1),)))
    await book.store.do(drifts.settle, book.now, [one], "seen")
    assert (await book.batch(batch))["steering"] == Steering.FRESH
    await book.store.do(drifts.settle, book.now, [two], "seen")
    row = await book.batch(batch)
    assert (row["steering"], row["steered_with"]) == (Steering.NONE, None)
    assert (await book.claimed()).references == ()


async def test_what_pictures_share_is_known(book: Book) -> None:
    """From the smallest to the largest, the newest first; those of other batches do not count."""
    await begin(book, "ch1/0", ingredients=MARA, source="/0")
    _, other = await make(book, 9)
    await conclude(book, other, 9, MarkState.MARKED)
    await begin(book, *KEYS, ingredients=MARA, chats=4)
    made = []
    for number in (1, 2, 3, 4):
        attempt, image = await make(book, number, chat=f"c{number // 3}")
        made.append(image)
        await measured(book, number)
        if number < 4:
            state = MarkState.MARKED if number == 2 else MarkState.IN_STYLE
            await conclude(book, image, number, state)
    known = await case(book, made[3])
    told = {
        (each.kind, each.name): [(it.key, it.stands_out) for it in each.recent]
        for each in known.circles
    }
    first, second, third = ("ch1/1", False), ("ch1/2", True), ("ch1/3", False)
    assert told == {
        (DriftKind.CHAT, f"{attempt.account}:c1"): [third],
        (DriftKind.FIGURE, "Mara"): [third, second, first],
        (DriftKind.FIGURE, "Quay"): [third, second, first],
        (DriftKind.SCENE, "ch2"): [],
        (DriftKind.ACCOUNT, str(attempt.account)): [third, second, first],
    }


async def test_a_series_is_in_the_order_of_making(book: Book) -> None:
    """Without repairs and steered pictures, and with the picture itself at its end."""
    await begin(book, *KEYS)
    _, first = await make(book, 1)
    await measured(book, 1, 2, 3, 4)
    await conclude(book, first, 1, MarkState.REPAIRING, repair=Repair(1, ()))
    _, better = await make(book, 2)
    await conclude(book, better, 2)
    _, last = await make(book, 3)
    found = await book.store.do(situation.series, last, VERSION)
    by_kind = {each.kind: each for each in found}
    scene = by_kind[DriftKind.SCENE]
    assert scene.keys == ("ch1/1", "ch1/2")
    assert scene.in_style == (False, False)
    assert [each.attributes[0] for each in scene.measures] == [1.0, 3.0]


@pytest.mark.parametrize("outliers", list(Outliers))
async def test_a_case_tells_what_its_batch_does(book: Book, outliers: Outliers) -> None:
    """And what it may still spend."""
    await begin(book, *KEYS, outliers=outliers, share=0.5, references=[reference(2)])
    _, image = await make(book, 1)
    await measured(book, 1)
    known = await case(book, image)
    assert known.outliers == outliers
    spends = outliers == Outliers.REDO
    assert (known.budget.most, known.budget.left) == ((2, 2) if spends else (0, 0))
    assert known.style_references == (reference(2),)
    assert known.is_new


async def test_later_pictures_of_kept_chats_are_a_series_of_their_own(book: Book) -> None:
    """From the third of each chat on: one chat alone has too few to tell a slow drift."""
    keys = [f"ch1/{n}" for n in range(9)]
    await begin(book, *keys, chats=9)
    for number in range(1, 9):
        _, image = await make(book, number, chat=f"c{number % 2}")
        await measured(book, number)
        await conclude(book, image, number)
    found = await book.store.do(situation.series, image, VERSION)
    (later,) = (each for each in found if each.kind == DriftKind.LATER)
    assert later.keys == ("ch1/4", "ch1/5", "ch1/6", "ch1/7")


async def test_first_pictures_of_chats_are_no_later_ones(book: Book) -> None:
    """They are what the later ones are held against."""
    await begin(book, *KEYS, chats=3)
    _, image = await make(book, 1, chat="c1")
    await measured(book, 1)
    found = await book.store.do(situation.series, image, VERSION)
    assert DriftKind.LATER not in {each.kind for each in found}


async def test_a_series_tells_which_pictures_may_be_made_again(book: Book) -> None:
    """Those of the batch that were never made again."""
    await begin(book, *KEYS)
    _, first = await make(book, 1)
    await measured(book, 1, 2, 3)
    await conclude(book, first, 1, MarkState.REPAIRING, repair=Repair(1, ()))
    _, better = await make(book, 2)
    await conclude(book, better, 2)
    _, last = await make(book, 3)
    found = await book.store.do(situation.series, last, VERSION)
    (scene,) = (each for each in found if each.kind == DriftKind.SCENE)
    assert scene.suspects == (0, last)


async def test_a_slow_drift_is_known_with_what_tells_of_it(book: Book) -> None:
    """So that it can be told of a picture that comes after a crash whether it has less of it."""
    batch = await begin(book, *KEYS)
    told = Drift(DriftKind.SCENE, "ch1", "ch1/1", "warmer", slow=True, weights=(0.5, -1.0))
    await notice(book, batch, told)
    (known,) = await book.store.do(drifts.of_batch, batch)
    assert known.weights == (0.5, -1.0)
