"""What the site says in its languages, and the outcome that each of its sentences means."""

import re
import time
import timeit
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from helpers.pages import answered, notice, reading, user
from pressrun.sites import judge
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import Outcome, shipped

SITE = shipped("chatgpt")
TABLE = tomllib.loads((Path(__file__).parents[1] / "wordings.toml").read_text(encoding="utf-8"))
ROWS = [
    pytest.param(text, place, row["means"], id=f"{row['means']}, {place}: {text[:40]}")
    for row in TABLE["wordings"]
    for text in row["texts"]
    for place in row["places"]
]


def told(text: str, place: str) -> Trouble | None:
    """Return what a page means that says a text at a place."""
    if place == "answer":
        answers = [answered(text)]
        page = reading(turns=[user("A fox in the snow"), *answers])
        return judge.trouble_in_answer(SITE, answers, page)
    shown: dict[str, Any] = {
        "notice": {"notices": [notice(text)]},
        "margin": {"margin": text},
        "title": {"title": text, "shell": ""},
    }
    return judge.trouble_in_notices(SITE, reading(**shown[place]))


@pytest.mark.parametrize(("text", "place", "means"), ROWS)
def test_a_sentence_of_the_sites_means_its_outcome(text: str, place: str, means: str) -> None:
    """In the languages that the site is served in, wherever the page shows it."""
    found = told(text, place)
    assert (found.outcome.value if found else "none") == means


@pytest.mark.parametrize("place", ["notice", "answer", "margin"])
def test_a_limit_beside_that_of_another_model_is_told(place: str) -> None:
    """What is no failure is passed over by itself, and nothing besides."""
    other = "You've hit the Plus plan limit for GPT-5. Your limit resets in 20 hours."
    own = "You've reached your image creation limit. Try again in 27 minutes."
    found = told(f"{other}\n{own}", place)
    assert found is not None
    assert (found.outcome, found.told) == (Outcome.CAPPED, 27 * 60)


PATTERNS = [
    pytest.param(pattern, id=f"{name}, {language}")
    for name, patterns in [
        *((failure.outcome.value, failure.patterns) for failure in SITE.failures),
        ("harmless", SITE.harmless),
    ]
    for language, pattern in patterns.items()
]
MOST = 8_000
"""A failure is looked for in so many characters of a text."""

HOSTILE = {
    "one letter": "a" * MOST,
    "spaces": " " * MOST,
    "lines": "\n" * MOST,
    "dots": "." * MOST,
    "Han": "达到" * (MOST // 2),
    "prose": "lorem ipsum dolor sit amet " * (MOST // 27),
    "half a failure": "you've hit your image limit error while generating cannot create " * 123,
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_text_holds_up_a_pattern(pattern: re.Pattern[str]) -> None:
    """A text that nearly matches takes no time worth a mention."""
    for text in HOSTILE.values():
        trying = timeit.Timer(partial(pattern.sub, "…", text), timer=time.process_time)
        assert min(trying.repeat(repeat=3, number=1)) < 0.05, text[:40]


def test_no_page_holds_up_its_judge() -> None:
    """Every pattern on the longest answer there may be."""
    answers = [answered(("you've hit your image limit error while generating " * 2_000)[:64_000])]
    page = reading(turns=[user("A fox"), *answers])
    judging = timeit.Timer(
        lambda: judge.trouble_in_answer(SITE, answers, page), timer=time.process_time
    )
    assert judging.timeit(1) < 2
