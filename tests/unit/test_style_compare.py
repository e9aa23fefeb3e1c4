"""Scores against the approved: what stands out, what rejections change, what is refused."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from pressrun.picture.measure import Measure, MeasureError, StyleComparison
from pressrun.style.compare import ApprovedPlaces, compare
from pressrun.style.lessons import applied, lesson
from pressrun.style.measure import measure
from pressrun.style.metric import AXES, Metric, shipped


def panel(seed: int, *, flat: bool) -> NDArray[np.uint8]:
    """A drawn panel of one of two styles: flat areas with black lines, or soft grain."""
    random = np.random.default_rng(seed)
    canvas = np.full((192, 192, 3), random.integers(90, 200, 3), float)
    across, down = np.meshgrid(np.arange(192), np.arange(192))
    for _ in range(7):
        place, size = random.integers(20, 172, 2), int(random.integers(14, 44))
        away = np.hypot(across - place[0], down - place[1])
        colour = random.integers(60, 250, 3)
        if flat:
            canvas[away < size] = 10
            canvas[away < size - 3] = colour
        else:
            share = np.clip(1.4 - away / size, 0, 1)[:, :, None]
            canvas = canvas * (1 - share) + share * colour
    if not flat:
        canvas += random.normal(0, 9, (192, 192, 1))
    pixels: NDArray[np.uint8] = np.clip(canvas, 0, 255).astype(np.uint8)
    return pixels


FLAT = [measure(panel(seed, flat=True)) for seed in range(12)]
SOFT = [measure(panel(seed, flat=False)) for seed in range(100, 112)]


def test_another_style_stands_out_and_the_same_does_not() -> None:
    """What it is all for, in both directions."""
    for approved, other in ((FLAT, SOFT), (SOFT, FLAT)):
        result = compare(StyleComparison([*approved[5:], *other], approved[:5]))
        assert [each.stands_out for each in result.verdicts] == [False] * 7 + [True] * 12
        assert result.odd == ()


def test_an_approved_picture_of_another_style_is_the_odd_one() -> None:
    """The author hears which of the approved disagrees."""
    assert compare(StyleComparison([], [*FLAT[:6], SOFT[0]])).odd == (6,)


def test_the_verdict_says_how_it_differs() -> None:
    """In words, and in a correction for the site."""
    verdict = compare(StyleComparison([SOFT[0]], FLAT[:5])).verdicts[0]
    assert verdict.words
    assert verdict.correction


def test_no_score_depends_on_what_is_compared_beside_it() -> None:
    """A picture that is compared alone, after a crash, scores as it did among others."""
    together = compare(StyleComparison([*FLAT[5:], *SOFT], FLAT[:5])).verdicts
    alone = compare(StyleComparison([SOFT[3]], FLAT[:5])).verdicts[0]
    assert alone.score == pytest.approx(together[7 + 3].score, abs=1e-9)
    assert alone.limit == together[0].limit


def test_the_order_of_the_approved_does_not_matter() -> None:
    """The approved are a set."""
    one = compare(StyleComparison(SOFT[:3], FLAT[:6])).verdicts
    other = compare(StyleComparison(SOFT[:3], FLAT[5::-1])).verdicts
    assert [each.score for each in one] == pytest.approx([each.score for each in other])


def test_three_rejections_teach_and_two_do_not() -> None:
    """Pictures like those that were rejected score worse, beside pictures like the approved."""

    def gap(rejected: int) -> float:
        asked = StyleComparison([FLAT[8], SOFT[8]], FLAT[:5], SOFT[:rejected])
        good, bad = compare(asked).verdicts
        return bad.score - good.score

    assert gap(2) == gap(0)
    assert gap(3) > gap(0)


def test_grain_alone_stands_out_where_the_approved_agree() -> None:
    """What moves little in the space of styles is still seen by the change that it is."""
    grainy = []
    for seed in range(60, 64):
        noise = np.random.default_rng(seed).normal(0, 14, (192, 192, 1))
        grainy.append(measure(np.clip(panel(seed, flat=True) + noise, 0, 255).astype(np.uint8)))
    verdicts = compare(StyleComparison(grainy, FLAT[:8])).verdicts
    assert all(each.stands_out for each in verdicts)


def test_a_lesson_weighs_both_sides_alike() -> None:
    """Many approved pictures do not outvote a few that were rejected."""
    random = np.random.default_rng(0)
    weights = lesson(random.normal(1, 0.5, (60, 4)), random.normal(-1, 0.5, (3, 4)))
    assert applied(weights, np.ones((1, 4)))[0] > 0 > applied(weights, -np.ones((1, 4)))[0]


@pytest.mark.parametrize(
    ("pictures", "approved", "match"),
    [
        (FLAT[:1], FLAT[:1], "fewer than two"),
        ([dataclasses.replace(FLAT[0], version="0")], FLAT[:5], "several versions"),
        ([dataclasses.replace(FLAT[0], vector=b"\0\0")], FLAT[:5], "damaged"),
        ([dataclasses.replace(FLAT[0], attributes=(1.0,))], FLAT[:5], "damaged"),
        ([dataclasses.replace(FLAT[0], vector=b"\0\x7e" * AXES)], FLAT[:5], "damaged"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    pictures: list[Measure], approved: list[Measure], match: str
) -> None:
    """One picture is no style, versions are never mixed, and stored bytes are not trusted."""
    with pytest.raises(MeasureError, match=match):
        compare(StyleComparison(pictures, approved))


def test_approved_pictures_that_are_all_the_same_still_have_a_limit() -> None:
    """An author may approve one picture many times over."""
    result = compare(StyleComparison([FLAT[0], SOFT[0]], [FLAT[0]] * 5))
    assert [each.stands_out for each in result.verdicts] == [False, True]


def test_a_limit_is_kept_with_its_set() -> None:
    """Scores and limits are finite for two approved as well."""
    known = ApprovedPlaces(FLAT[:2])
    assert np.isfinite(known.limit)
    assert np.isfinite(known.own).all()


def test_the_shipped_constants_are_those_of_this_version() -> None:
    """Their hash is in the code, so that a damaged file is noticed and not measured with."""
    assert shipped().drawn.axes.shape[1] == AXES
    assert (np.diff(shipped().drawn.between) <= 0).all()


def test_constants_that_are_none_are_refused() -> None:
    """Bytes that are no archive, or one that lacks an array."""
    with pytest.raises(MeasureError, match="constants"):
        Metric.read(b"PK\x03\x04 not an archive")
