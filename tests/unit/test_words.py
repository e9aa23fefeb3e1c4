"""How numbers, times and choices read in every view."""

import datetime as dt

import pytest

from pressrun import words
from pressrun.states import BatchState, DoubtChoice

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC).astimezone().timestamp()
DAY = 86_400


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (90, "2 min"),
        (720, "12 min"),
        (3_599, "1 h"),
        (3_600, "1 h"),
        (12_000, "3 h 20 min"),
        (86_399, "1 day"),
        (86_400, "1 day"),
        (90_000, "1 day 1 h"),
        (187_200, "2 days 4 h"),
        (259_199, "3 days"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, told: str) -> None:
    """Whole hours and days stand alone, and rounding never leaves 60 min or 24 h."""
    assert words.duration(seconds) == told


@pytest.mark.parametrize(
    ("seconds", "told"), [(-5, "0:00"), (3, "0:03"), (62, "1:02"), (3_723, "1:02:03")]
)
def test_elapsed_time_reads_like_a_clock(seconds: float, told: str) -> None:
    """It is never negative, whatever two clocks make of it."""
    assert words.clock(seconds) == told


def test_a_moment_has_its_day_unless_it_is_today() -> None:
    """A limit of fourteen hours is not mistaken for one of two."""
    today = dt.datetime.fromtimestamp(NOON).astimezone()
    assert words.moment(NOON, NOON) == f"at {today:%H:%M}"
    assert words.moment(NOON + DAY, NOON) == f"at {today:%H:%M} on Wednesday"


def test_a_rest_says_why_and_until_when() -> None:
    """What the author has to do comes first."""
    told = words.rest("Sign in to ChatGPT in the Pressrun window of your browser", NOON, NOON)
    assert told.startswith(
        "Sign in to ChatGPT in the Pressrun window of your browser. Pressrun tries again at "
    )


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 pictures"), (1, "1 picture"), (10_000, "10,000 pictures")]
)
def test_pictures_are_counted(count: int, told: str) -> None:
    """One picture is one picture."""
    assert words.pictures(count) == told


@pytest.mark.parametrize(
    ("pace", "told"), [(2.34, "2.3 a minute"), (1, "1.0 a minute"), (0.3, "18 an hour")]
)
def test_a_slow_pace_is_told_by_the_hour(pace: float, told: str) -> None:
    """Nobody has to think what 0.3 pictures are."""
    assert words.pace(pace) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "5 s"),
        (33, "35 s"),
        (62, "1 min"),
        (59.4 * 60, "1 h"),
        (27 * 60, "25 min"),
        (3 * 3_600 + 290, "3 h"),
        (5.4 * 3_600, "5 h 30 min"),
        (12 * 3_600 + 300, "12 h"),
        (31.2 * 3_600, "1 day 7 h"),
        (4.6 * 86_400, "4 days 12 h"),
        (1_050 * 3_600, "44 days"),
    ],
)
def test_a_time_that_is_not_certain_is_told_in_the_steps_that_people_use(
    seconds: float, told: str
) -> None:
    """Nobody plans a week by the minute."""
    assert words.roughly(seconds) == told


def test_a_range_of_one_length_is_told_once() -> None:
    """Two ends that read alike are one."""
    assert words.ahead(3_000, 5_000, 43_500) == "about 1 h 30 min (50 min to 12 h)"
    assert words.ahead(3_590, 3_600, 3_601) == "about 1 h"


@pytest.mark.parametrize(
    ("state", "pace", "told"),
    [
        (BatchState.RUNNING, 2.0, "2.0 a minute"),
        (BatchState.RUNNING, None, "running"),
        (BatchState.PAUSED, 2.0, "paused"),
        (BatchState.DONE, 2.0, "done"),
    ],
)
def test_progress_says_what_is_known(state: BatchState, pace: float | None, told: str) -> None:
    """The pace while a batch runs, and otherwise its state; the forecast tells the time left."""
    assert words.progress(state, pace) == told


def test_every_choice_has_its_words() -> None:
    """A choice without words could not be offered."""
    assert set(words.CHOICES) == set(DoubtChoice)


def test_a_long_key_keeps_its_end() -> None:
    """Its book is cut, never its page and its panel; a short one stays as it is."""
    key = "a-very-long-name-of-a-book/chapter-01/page-012/panel-3"
    assert len(words.middle(key, 30)) == 30
    assert words.middle(key, 30).endswith("/page-012/panel-3")
    assert words.middle("ch01/p1") == "ch01/p1"
