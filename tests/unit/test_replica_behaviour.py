"""Behaviour and courses: chance replays from its seed, whatever the timing."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from pressrun.simulator.failures import (
    OTHERS,
    WORDINGS,
    Kind,
    Language,
    clock,
    duration,
    plan_cap,
    until,
)
from pressrun.simulator.ledger import Mode
from trials.replica.behaviour import Behaviour
from trials.replica.course import (
    Addressed,
    Drawing,
    Failed,
    Finished,
    PartialShown,
    Said,
    Step,
    StopGone,
    course,
)


def kinds(steps: list[Step]) -> list[type[Step]]:
    """Return what happens in a course, without the words and the URL."""
    return [type(step) for step in steps if not isinstance(step, Said | Addressed)]


def failure(steps: list[Step]) -> str | None:
    """Return the kind of a course's failure."""
    return next((step.refusal.kind for step in steps if isinstance(step, Failed)), None)


def test_course_replays() -> None:
    """The same seed, prompt and take give the same turn, in whatever order turns are asked for."""
    behaviour = Behaviour(seed=7, refused=0.3, tool_error=0.3)
    asked: list[tuple[str, int, Mode]] = [
        (f"panel {number}", take, "image") for number in range(20) for take in (1, 2)
    ]
    once = [course(behaviour, *each) for each in asked]
    again = [course(behaviour, *each) for each in reversed(asked)]
    assert once == again[::-1]


@pytest.mark.parametrize("other", [("a fox", 2), ("a bear", 1)])
def test_course_depends_on_prompt_and_take(other: tuple[str, int]) -> None:
    """Two turns do not march in step."""
    behaviour = Behaviour()
    assert course(behaviour, "a fox", 1, "image") != course(behaviour, *other, "image")


def test_course_depends_on_seed() -> None:
    """Another seed is another night."""
    nights = [course(Behaviour(seed=seed), "a fox", 1, "image") for seed in range(5)]
    assert len({night[-1].at for night in nights}) == 5


def test_picture_course_goes_from_words_to_the_final_picture() -> None:
    """Words end before the picture begins; a partial comes before the final; Stop lingers."""
    steps = course(Behaviour(stop_lingers_seconds=(1, 2)), "a fox", 1, "image")
    assert kinds(steps) == [Drawing, PartialShown, Finished, StopGone]
    drawing = next(step for step in steps if isinstance(step, Drawing))
    assert all(step.at <= drawing.at for step in steps if isinstance(step, Said))
    finished = next(step for step in steps if isinstance(step, Finished))
    assert 20 <= finished.at <= 95
    assert 1 <= steps[-1].at - finished.at <= 2


def test_switches_leave_parts_of_a_course_out() -> None:
    """Without words and partial a picture comes at once out of nothing."""
    steps = course(Behaviour(text_before_picture=False, partial=False), "a fox", 1, "image")
    assert kinds(steps) == [Drawing, Finished, StopGone]
    assert not [step for step in steps if isinstance(step, Said)]


def test_no_image_mode_gives_words_only() -> None:
    """A prompt that was sent without image mode is answered in text."""
    steps = course(Behaviour(refused=1, tool_error=1), "a fox", 1, "text")
    assert kinds(steps) == [Finished, StopGone]


@pytest.mark.parametrize("kind", ["refused", "tool_error", "thread_error"])
def test_failures_take_the_place_of_the_picture(kind: str) -> None:
    """A turn that fails has no final picture, and its Stop goes away, too."""
    rates: dict[str, Any] = {kind: 1.0}
    steps = course(Behaviour(**rates), "a fox", 1, "image")
    assert failure(steps) == kind
    assert not {Finished, PartialShown} & set(kinds(steps))
    assert kinds(steps)[-1] is StopGone


def test_policy_judges_words_and_tools_fail_by_chance() -> None:
    """A refused prompt is refused each time; a tool error may be gone the next time."""
    behaviour = Behaviour(refused=0.5)
    prompts = [f"panel {number}" for number in range(30)]
    first = [failure(course(behaviour, prompt, 1, "image")) for prompt in prompts]
    assert first == [failure(course(behaviour, prompt, 2, "image")) for prompt in prompts]
    assert set(first) == {None, "refused"}
    behaviour = Behaviour(tool_error=0.5)
    assert {failure(course(behaviour, "a fox", take, "image")) for take in range(30)} == {
        None,
        "tool_error",
    }


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 minute"),
        (27 * 60, "27 minutes"),
        (3600, "1 hour"),
        (3 * 3600 + 36 * 60 - 20, "3 hours and 36 minutes"),
        (14 * 3600, "14 hours"),
    ],
)
def test_reset_times_read_as_the_site_spells_them(seconds: float, words: str) -> None:
    """A plan limit names its end in the site's own spelling, never too early."""
    assert duration(seconds) == words
    assert plan_cap(seconds).text == (
        "You've hit the Plus plan limit for image generations requests. "
        f"You can create more images when the limit resets in {words}."
    )


@pytest.mark.parametrize(
    "wrong", [{"page_seconds": (2, 1)}, {"refused": 1.5}, {"unheard_of": 1}, {"throttle_at": 1}]
)
def test_impossible_behaviour_is_refused(wrong: dict[str, Any]) -> None:
    """A misspelt or impossible setting fails at once instead of testing nothing."""
    with pytest.raises(ValidationError):
        Behaviour.model_validate(wrong)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "after 3:10\N{NARROW NO-BREAK SPACE}PM"), ("de", "after 15:10"), ("ja", "after 15:10"),
     ("ar", "after 3:10 \N{ARABIC LETTER MEEM}")],
)  # fmt: skip
def test_clock_is_written_in_the_pages_language(language: Language, words: str) -> None:
    """A time of day reads as the page's language writes it; the day after is named."""
    noon = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC).astimezone().replace(hour=12)
    end = noon.replace(hour=15, minute=10).timestamp()
    assert clock(end, noon.timestamp(), language) == words
    assert clock(end + 86_400, noon.timestamp(), language) == f"tomorrow {words}"


@pytest.mark.parametrize("kind", WORDINGS)
def test_every_wording_can_be_asked_for(kind: Kind) -> None:
    """A behaviour shows one certain wording of a failure, or draws one that replays."""
    known = WORDINGS[kind]
    asked = [Behaviour(wording=number).refusal(kind, "a fox", 1) for number in range(len(known))]
    assert asked == list(known)
    drawn = {Behaviour(seed=seed).refusal(kind, "a fox", 1) for seed in range(40)}
    assert drawn == set(known)


@pytest.mark.parametrize("kind", ["too_long", "text_only"])
def test_answers_without_a_picture_come_early(kind: str) -> None:
    """The site asks back, or says that a chat is too long, before anything is drawn."""
    steps = course(Behaviour.model_validate({kind: 1.0}), "a fox", 1, "image")
    assert failure(steps) == kind
    assert Drawing not in kinds(steps)


@pytest.mark.parametrize("kind", WORDINGS)
def test_other_wordings_are_used_where_some_are_known(kind: Kind) -> None:
    """Who asks for others never meets a usual one, unless none is known of that failure."""
    behaviour = Behaviour(wordings="others")
    drawn = {behaviour.but({"seed": seed}).refusal(kind, "a fox", 1) for seed in range(40)}
    assert drawn == set(OTHERS.get(kind, WORDINGS[kind]))
    assert kind not in OTHERS or not drawn & set(WORDINGS[kind])


def test_cap_of_uploads_may_name_a_time_of_day() -> None:
    """It tells neither a duration nor that it is after that time."""
    noon = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC).astimezone().replace(hour=12).timestamp()
    (words,) = OTHERS["upload_cap"]
    assert until(words, noon + 3.75 * 3600, noon).text == (
        "You've added all your available file uploads until 3:45\N{NARROW NO-BREAK SPACE}PM."
    )
