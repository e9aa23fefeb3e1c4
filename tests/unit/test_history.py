"""The journal tells every finished attempt from its claim to its end."""

import pytest

from pressrun.verify.history import ENDS, STEPS, AttemptHistory

WHOLE = [f"attempt.{step}" for step in STEPS]


def told(*events: str) -> list[str]:
    """Return what is missing of attempt 1 after these events."""
    history = AttemptHistory()
    return [step for event in events for step in history.take(event, 1)]


def test_a_whole_story_misses_nothing() -> None:
    """Whatever else is told in between does not matter."""
    assert told(*WHOLE[:3], "attempt.doubt", "attempt.taken_up", *WHOLE[3:], "attempt.done") == []


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_missed_by_name(step: str) -> None:
    """A picture of which a step is not on record is told of, with that step."""
    events = [event for event in WHOLE if event != f"attempt.{step}"]
    assert told(*events, "attempt.done") == [step]


def test_attempts_are_told_apart_and_then_forgotten() -> None:
    """What ended is not remembered, however long the history."""
    history = AttemptHistory()
    for attempt in (1, 2, 3):
        for event in WHOLE:
            assert history.take(event, attempt) == []
    assert history.take("attempt.done", 2) == []
    for attempt, end in zip((1, 3), sorted(ENDS)[:2], strict=True):
        history.take(f"attempt.{end}", attempt)
    assert history.done == 1
    assert not history._under_way


def test_an_adopted_picture_has_no_story() -> None:
    """Its steps were in a record that is gone; a batch's events are nobody's."""
    history = AttemptHistory()
    assert history.take("image.adopted", 1) == []
    assert history.take("batch.done", None) == []
    assert history.done == 1
