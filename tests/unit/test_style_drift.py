"""Slow drift is noticed soon, named rightly, dated, and not seen where there is none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from helpers.sketches import sketch
from pressrun.picture.measure import Measure, MeasureError, Series, Trend, amount
from pressrun.style import patterns
from pressrun.style.attributes import COUNT, NAMES, attributes
from pressrun.style.drift import LAST, trends
from pressrun.style.patterns import CHANGES
from pressrun.style.prepare import prepare

Pixels = NDArray[np.uint8]
BEFORE, AFTER = 24, 15


def _measured(pixels: Pixels) -> Measure:
    return Measure("1", b"", attributes(prepare(pixels)), "")


APPROVED = [_measured(sketch(seed)) for seed in range(500, 506)]
STRAIGHT = [_measured(sketch(seed)) for seed in range(40)]


def _flatter(pixels: Pixels) -> Pixels:
    flatter: Pixels = np.rint(pixels.mean() * 0.25 + pixels * 0.75).astype(np.uint8)
    return flatter


def _warmer(pixels: Pixels) -> Pixels:
    warmer: Pixels = np.clip(pixels * np.array([1.12, 1.0, 0.82]), 0, 255).astype(np.uint8)
    return warmer


def _blurred(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(1.6)))


def _plain(pixels: Pixels) -> Pixels:
    return pixels


def _noticed(changed: Callable[[Pixels], Pixels], line: float = 4.0) -> tuple[int, Trend] | None:
    """After how many changed pictures a trend is told, and which."""
    later = [_measured(changed(sketch(seed, line=line))) for seed in range(BEFORE, BEFORE + AFTER)]
    for count in range(1, AFTER + 1):
        found = trends(Series(STRAIGHT[:BEFORE] + later[:count], APPROVED))
        if found:
            return count, found[0]
    return None


@pytest.mark.parametrize(
    ("changed", "line", "attribute", "words"),
    [
        (_flatter, 4.0, "contrast", "contrast has grown weaker"),
        (_warmer, 4.0, "warmth", "colours have grown warmer"),
        (_blurred, 4.0, "sharpness", "pictures have become blurred"),
        # 1.4 of 384 pixels are 0.7 of the 192 to which every picture is made smaller
        (_plain, 5.4, "line width", "lines have grown thicker"),
        (_plain, 2.6, "line width", "lines have grown thinner"),
    ],
    ids=["contrast", "warmth", "blur", "thicker", "thinner"],
)
def test_drift_is_noticed_and_named(
    changed: Callable[[Pixels], Pixels], line: float, attribute: str, words: str
) -> None:
    """Within fifteen pictures, and with which of them it began, to a few."""
    noticed = _noticed(changed, line)
    assert noticed is not None
    _, trend = noticed
    assert (trend.attribute, trend.words) == (attribute, words)
    assert trend.correction
    assert abs(trend.since - BEFORE) <= 3


def test_a_straight_series_has_no_trend() -> None:
    """However often it is asked about."""
    for count in range(LAST, len(STRAIGHT) + 1):
        assert trends(Series(STRAIGHT[:count], APPROVED)) == []


def test_a_ramp_is_noticed() -> None:
    """A tenth of a pixel more with every few pictures, none of them unlike the one before it."""
    ramp = [_measured(sketch(seed, line=4 + seed / 15)) for seed in range(45)]
    found = trends(Series(ramp, APPROVED))
    assert [each.attribute for each in found][:1] == ["line width"]


def test_pictures_that_drifted_from_the_first_on_are_seen_by_the_approved() -> None:
    """Without an earlier picture in style, the approved ones are the standard."""
    drifted = [_measured(sketch(seed, line=7)) for seed in range(LAST)]
    approved = [_measured(sketch(seed)) for seed in range(500, 512)]
    found = trends(Series(drifted, approved))
    assert found
    assert found[0].since == 0


def test_pictures_that_were_never_in_style_are_no_standard() -> None:
    """Later pictures of chats drift from the first on, and would hide it by their number."""
    later = [_measured(_flatter(sketch(seed))) for seed in range(40)]
    asked = Series(later, STRAIGHT[:30], begins_in_style=False, finely=True)
    told = trends(asked)
    assert told[0].words == "contrast has grown weaker"
    assert not trends(replace(asked, begins_in_style=True))
    straight, drifted = (
        [amount(each, told[0].weights) for each in some] for some in (STRAIGHT, later)
    )
    assert max(straight) < max(drifted)
    assert sum(straight) < sum(drifted)


def test_pictures_that_are_much_alike_are_looked_at_finely_where_that_is_wanted() -> None:
    """A smaller change is told, and still none where there is none."""
    slightly = [
        _measured(np.rint(pixels.mean() * 0.12 + pixels * 0.88).astype(np.uint8))
        for pixels in map(sketch, range(30, 40))
    ]
    asked = Series(STRAIGHT[:30] + slightly, APPROVED)
    assert not trends(asked)
    assert trends(replace(asked, finely=True))
    for count in range(30, 41):
        assert not trends(Series(STRAIGHT[:count], APPROVED, finely=True))


def test_yellowed_paper_is_noticed() -> None:
    """Figures on white paper whose paper is no longer white."""
    white = [_measured(sketch(seed, paper=True)) for seed in range(30)]
    tint = np.array([1.0, 0.99, 0.93])
    later = [
        _measured((sketch(seed, paper=True) * tint).astype(np.uint8)) for seed in range(30, 40)
    ]
    assert [each.attribute for each in trends(Series(white + later, white[:6]))][:1] == ["warmth"]


@pytest.mark.parametrize(("made", "approved"), [(LAST - 1, 6), (LAST, 4), (0, 0)])
def test_too_few_pictures_tell_nothing(made: int, approved: int) -> None:
    """Nine are no series, and four no standard."""
    series = [_measured(_blurred(sketch(seed))) for seed in range(made)]
    assert trends(Series(series, APPROVED[:approved])) == []


def test_measures_of_another_version_are_refused() -> None:
    """They would be compared number by number with what they are not."""
    old = Measure("0", b"", (0.0,) * len(NAMES), "")
    with pytest.raises(MeasureError):
        trends(Series([old] * 40, APPROVED))


def test_a_damaged_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is known of art is that of this version, or nothing is compared."""
    path = Path(patterns.__file__).with_name(patterns.FILE)
    (tmp_path / patterns.FILE).write_bytes(path.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(patterns, "__file__", str(tmp_path / "patterns.py"))
    patterns.patterns.cache_clear()
    with pytest.raises(ValueError, match="damaged"):
        patterns.patterns()
    patterns.patterns.cache_clear()


def test_what_is_known_of_art_fits() -> None:
    """Spreads are above 0, correlations are some, and every change has a pattern."""
    known = patterns.patterns()
    assert (known.spread > 0).all()
    assert np.allclose(np.diag(known.together), 1, atol=1e-5)
    assert np.allclose(known.together, known.together.T, atol=1e-5)
    assert known.changes.shape == (len(CHANGES), COUNT)
    assert (np.abs(known.changes).max(axis=1) > 0.2).all()
