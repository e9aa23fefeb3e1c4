"""What a site says itself, and what it only repeats of a prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.pages import answered, notice, reading, user
from pressrun.sites import judge
from pressrun.sites.echo import own_words
from pressrun.sites.profile import Outcome, shipped

SITE = shipped("chatgpt")
CAP = "You've hit the Plus plan limit for image generations requests."
RESET = "You can create more images when the limit resets in 27 minutes."
RATE = "Too many requests. You're making requests too quickly."
POSTER = f"A poster: “{CAP}”\n\nRain on it."


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        (POSTER, POSTER),
        (POSTER, POSTER.upper()),
        (POSTER, "A poster: You\u2019ve hit the Plus plan limit"),
        (POSTER, "I'll draw this: A poster: “You've hit the Plus plan limit for…"),
        (POSTER, f"Here it is:\n\nA poster:\n{CAP}\nRain on it."),
        (POSTER, f"Here it is.\n\n{POSTER}\n\nShall I go on?"),
        (f"A fox, {RATE}", f"Here it is.\n\nA fox, {RATE}\n\nShall I go on?"),
        (RATE, f"Here it is:\n\n{RATE}\n\nShall I go on?"),
        (POSTER, f"A poster that says “{CAP}” in rain"),
        (POSTER, f'A poster that says "{CAP}" in rain'),
        (POSTER, f"A poster that says '{CAP}'"),
        (RATE, f"I will write “{RATE}” on it"),
        (f"A sign: {RATE} And a fox.", f"A sign: {RATE} And a fox. In ink."),
        (
            "看板：「リクエストの上限に達しました。」",
            "描きます：「リクエストの上限に達しました。」",
        ),
    ],
)
def test_what_is_repeated_of_a_prompt_tells_nothing(prompt: str, says: str) -> None:
    """Whole, cut off, in quotation or after more of the author's words: it is no limit."""
    page = reading(turns=[user(prompt), answered(says)])
    assert judge.trouble_in_answer(SITE, [answered(says)], page) is None


@pytest.mark.parametrize(
    ("prompt", "says", "outcome"),
    [
        (POSTER, f"{CAP} {RESET}", Outcome.CAPPED),
        (CAP, f"{CAP} {RESET}", Outcome.CAPPED),
        (f"{CAP} Wait for 3 days.", f"{CAP} {RESET}", Outcome.CAPPED),
        (POSTER, f"I'll draw: A poster: “You've hit the Plus…\n\n{CAP} {RESET}", Outcome.CAPPED),
        ("A sign: image creation limit", f"You've reached your image creation limit. {RESET}",
         Outcome.CAPPED),
        (RATE, f"{RATE} Please wait for 27 minutes.", Outcome.THROTTLED),
        (RATE, f"Sorry.\n{RATE} Please wait for 27 minutes.", Outcome.THROTTLED),
        ("A fox", "A sign: “You've hit your rate limit.” Wait for 27 minutes.", Outcome.THROTTLED),
    ],
)  # fmt: skip
def test_a_limit_is_told_although_the_prompt_holds_its_words(
    prompt: str, says: str, outcome: Outcome
) -> None:
    """The site's own sentence counts, and its time is not taken from the author's words."""
    page = reading(turns=[user(prompt), answered(says)])
    told = judge.trouble_in_answer(SITE, [answered(says)], page)
    assert told is not None
    assert (told.outcome, told.told) == (outcome, 27 * 60)


def test_the_time_to_wait_is_not_taken_from_the_authors_words() -> None:
    """What is repeated beside a limit asks nobody to wait."""
    says = f"I'll draw this: A sign: “Back in 14 days.”\n\n{CAP} {RESET}"
    page = reading(turns=[user("A sign: “Back in 14 days.”"), answered(says)])
    told = judge.trouble_in_answer(SITE, [answered(says)], page)
    assert told is not None
    assert told.told == 27 * 60


@pytest.mark.parametrize("words", [CAP, RATE, f"{CAP} {RESET}"])
def test_what_lies_over_the_page_counts_whatever_the_prompt_holds(words: str) -> None:
    """A dialog or an alert is the site's own, and stops the account."""
    page = reading(turns=[user(words)], notices=[notice(words)])
    assert judge.trouble_in_notices(SITE, page) is not None


def test_a_title_is_no_banner() -> None:
    """Beside the turns, what begins as the prompt does is its title; what it quotes is a notice."""
    for margin, wrong in (
        (POSTER, False),
        (POSTER[:60], False),
        (CAP, True),
        (f"{CAP} {RESET}", True),
    ):
        page = reading(turns=[user(POSTER)], margin=margin)
        assert (judge.trouble_in_notices(SITE, page) is not None) == wrong


def test_who_wrote_nothing_is_not_repeated() -> None:
    """On a fresh page every word is the site's own."""
    assert judge.trouble_in_notices(SITE, reading(margin=CAP)) is not None


@given(st.text(max_size=300), st.lists(st.text(max_size=300), max_size=3))
def test_own_words_are_words_of_the_text(text: str, written: list[str]) -> None:
    """Nothing is made up, whatever was written and said, and a page without an author stays."""
    assert set(own_words(text, written)) <= set(text) | {"…"}
    assert own_words(text, []) == text


@given(st.text(alphabet="ab .:“”\n", min_size=1, max_size=60), st.text(max_size=30))
def test_a_whole_repetition_has_no_own_words(prompt: str, more: str) -> None:
    """Wherever it stands in the prompt, a text that is part of it says nothing itself."""
    said = own_words(prompt, [f"{prompt} {more}"])
    assert said == "…" or not any(map(str.isalnum, prompt))
