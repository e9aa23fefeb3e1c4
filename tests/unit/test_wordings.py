"""What the site says in its languages, and the outcome that each of its sentences means."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from helpers.pages import answered, notice, reading, user
from pressrun.sites import judge
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import shipped

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
