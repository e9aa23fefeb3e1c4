"""How style is told: ranks, plots, what is compared with what, and what was spent."""

from dataclasses import replace

import pytest

from pressrun.picture.measure import Measure, StyleResult, Verdict
from pressrun.protocol.messages.style import LEVELS, POINTS
from pressrun.server.style import agreement, approvals, basis, distance, line, ranked, shared, spent
from pressrun.states import DriftKind, MarkState, Outliers, Steering
from pressrun.store.approved import ApprovedSet, Member
from pressrun.store.review import BatchRule, Judged
from pressrun.words import ordinal


def judged(image: int, score: float | None, against: str | None = "a") -> Judged:
    """A picture with a score."""
    return Judged(
        image=image,
        key=f"ch01/p{image:03d}",
        scene="ch01",
        path=f"ch01/p{image:03d}.png",
        filed_at=float(image),
        approved=False,
        rejected=None,
        state=MarkState.IN_STYLE,
        is_settled=False,
        why="",
        score=score,
        limit=1.0,
        basis=("1", against),
        held=0,
        asked=0,
    )


def rule(outliers: Outliers, *, used: int = 0, source: str = "/b/book.toml") -> BatchRule:
    """What a batch does about outliers."""
    return BatchRule(1, source, "/b/pictures", outliers, 2, 12, used, Steering.NONE, "", ())


def compared(approvals: int, references: int = 0) -> ApprovedSet:
    """An approved set."""
    measure = Measure("1", b"", (), "")
    members = [Member(f"{at:064x}", f"p{at}", measure) for at in range(approvals)]
    members += [Member(f"{at:064x}", None, measure) for at in range(90, 90 + references)]
    return ApprovedSet(tuple(members), (), approvals, "a")


def test_the_worst_is_the_first() -> None:
    """Authors look at the beginning of a list."""
    found = [judged(1, -3.0), judged(2, 7.0), judged(3, 0.0), judged(4, None)]
    assert ranked(found) == {2: (1, 3), 3: (2, 3), 1: (3, 3)}


def test_scores_against_other_approvals_are_not_compared() -> None:
    """They have no unit in common."""
    found = [judged(1, 1.0), judged(2, 2.0), judged(3, 900.0, "b")]
    assert ranked(found) == {2: (1, 2), 1: (2, 2), 3: (1, 1)}


def test_the_upper_two_levels_are_those_that_stand_out() -> None:
    """Whatever unit scores have, and wherever the limit lies."""
    for low, limit in ((-40.0, -10.0), (0.0, 1.0), (5.0, 1e9)):
        span = limit - low
        levels = line([distance(low + span * part, limit, low) for part in (0, 0.5, 1, 1.2, 9)])
        assert levels[0] == 0
        assert levels[2] == LEVELS - 3
        assert levels[3:] == [LEVELS - 2, LEVELS - 1]


def test_a_limit_at_the_lowest_score_makes_no_nonsense() -> None:
    """All pictures may be the same one."""
    assert line([distance(2.0, 2.0, 2.0), distance(3.0, 2.0, 2.0)]) == [0, LEVELS - 1]


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 1_000])
def test_a_plot_has_a_point_for_a_picture_as_far_as_there_is_room(count: int) -> None:
    """It fits the line of a terminal."""
    points = line([at / max(1, count) for at in range(count)])
    assert len(points) == min(count, POINTS)
    assert points == sorted(points)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, "nothing to compare pictures with yet: approve 5"),
        (compared(0), "nothing to compare pictures with yet: approve 5"),
        (compared(1), "too little to compare pictures with: approve 4 more"),
        (compared(0, 2), "with 2 reference pictures of the style; approve 5 more"),
        (compared(3, 1), "with 1 reference picture of the style and the 3 pictures that you"),
        (compared(5), "with the 5 pictures that you approved; 8 are better"),
        (compared(8), "with the 8 pictures that you approved"),
        (compared(41), "with the first 40 of the 41 pictures that you approved"),
    ],
)
def test_it_says_what_is_compared_with_and_what_would_be_better(
    found: ApprovedSet | None, told: str
) -> None:
    """Five approvals are what marks are worth something from."""
    assert told in basis(found)


def test_approvals_of_another_style_are_not_passed_over_in_silence() -> None:
    """A book whose style changed has approvals, and nothing to compare its new pictures with."""
    told = basis(compared(0), 11)
    assert told.startswith("The 11 pictures that you approved are of another style")
    assert basis(compared(0), 1).startswith("The 1 picture that you approved is of another")


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (0, "p0 does not look like the others. If that is not the style that you want, take it "),
        (2, "The reference picture of the style does not look like the others. If that is not "),
    ],
)
def test_it_says_how_what_does_not_fit_is_taken_out(odd: int, told: str) -> None:
    """A reference is no panel: nothing can be rejected there."""
    verdicts = tuple(Verdict(float(at == odd), 0.5) for at in range(3))
    found = agreement(compared(2, 1), StyleResult((), verdicts), rule(Outliers.MARK))
    assert found.startswith(told)
    assert found.endswith("pressrun reject p0 --because style" if odd == 0 else "the references")


def test_eight_approvals_are_asked_for_no_more() -> None:
    """Nobody is told to do what is done."""
    assert "better" not in basis(compared(8))


def test_it_says_what_is_done_and_what_can_be_changed() -> None:
    """By the file of a book, or by the option of a list."""
    assert 'outliers = "redo" in book.toml' in spent(rule(Outliers.MARK))
    assert "--outliers redo" in spent(rule(Outliers.MARK, source="/b/story.csv"))
    assert "wait for your word" in spent(rule(Outliers.HOLD))
    assert spent(rule(Outliers.REDO, used=3)).endswith("3 of at most 12 repairs are ordered")
    full = spent(rule(Outliers.REDO, used=12, source="/b/story.csv"))
    assert "budget is spent" in full
    assert "--repair-budget of pressrun run" in full


def test_a_budget_of_less_than_a_picture_is_not_called_spent() -> None:
    """Of a batch of one picture, as `redo` begins it, nothing was spent: it is named."""
    told = spent(replace(rule(Outliers.REDO, source="/b/story.csv"), budget=0, batch=7))
    assert "the budget of batch 7 is less than one; to raise it: --repair-budget" in told
    assert "spent" not in told


def test_nobody_is_told_that_old_pictures_are_made_again() -> None:
    """A run with another choice makes none of those again that are there."""
    assert "that come from now on" in spent(rule(Outliers.MARK))


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        (DriftKind.SCENE, "ch02", "chapter ch02"),
        (DriftKind.FIGURE, "Mara", "Mara"),
        (DriftKind.CHAT, "2:6f0c", "one chat of account 2"),
        (DriftKind.ACCOUNT, "2", "account 2"),
    ],
)
def test_it_says_what_drifting_pictures_share(kind: DriftKind, name: str, told: str) -> None:
    """In the author's words, not in ours."""
    assert shared(kind, name) == told


def test_places_read_as_people_say_them() -> None:
    """1st, 2nd, 3rd, and the eleventh to the thirteenth."""
    numbers = (1, 2, 3, 4, 11, 12, 13, 21, 112, 1_003)
    told = ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th", "1,003rd"]
    assert [ordinal(number) for number in numbers] == told


def test_an_approval_says_what_more_would_be_better() -> None:
    """And nothing where nothing would."""
    assert approvals(0) == approvals(8) == ""
    assert approvals(1).startswith("Approve 4 more pictures")
    assert approvals(4).startswith("Approve 1 more picture")
    assert approvals(5).endswith("8 are better")
