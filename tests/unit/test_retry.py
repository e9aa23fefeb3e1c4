"""When a job is tried again, and when it is given up: the code and the table agree."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pressrun.press import retry
from pressrun.press.retry import SENT, UNSENT, WORDS, Backoff, Then
from pressrun.sites.profile import Outcome

TABLE = (Path(__file__).parents[2] / "docs/retries.md").read_text(encoding="utf-8")


def rows(head: str) -> Iterator[list[str]]:
    """Return the cells of each row of the table with a head."""
    lines = TABLE.splitlines()
    first = lines.index(head) + 2
    for line in lines[first : lines.index("", first)]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_says_what_is_done_about_each_outcome() -> None:
    """Every outcome that is no picture has its row, and the code does what it says."""
    told = {
        Outcome(name): Then(then.strip("*"))
        for names, then, _ in rows("| Outcome | What is done | |")
        for name in re.findall(r"`([^`]+)`", names)
    }
    assert told == {outcome: retry.then(outcome) for outcome in Outcome if outcome != Outcome.MADE}


def test_the_table_says_how_often_and_when() -> None:
    """The numbers in the documentation are those of the code."""
    head = "| What | Tries | First wait | Longest wait |"
    told = [
        Backoff(int(times), *(float(wait.removesuffix(" s")) for wait in waits))
        for _, times, *waits in rows(head)
    ]
    assert told == [SENT, WORDS, UNSENT]


@pytest.mark.parametrize("rule", [SENT, UNSENT])
@pytest.mark.parametrize("draw", [0.0, 0.7])
def test_a_job_is_tried_so_often_and_later_each_time(rule: Backoff, draw: float) -> None:
    """A job that fails again and again waits longer and is then given up for now."""
    dues = [rule.due(1_000.0, tries, draw) for tries in range(rule.times)]
    waits = [due - 1_000.0 for due in dues if due is not None]
    assert dues[-1] is None
    assert len(waits) == rule.times - 1
    assert waits[0] > 0
    assert all(later > sooner for sooner, later in itertools.pairwise(waits))


@pytest.mark.parametrize("draw", [0.0, 0.5, 1.0])
def test_chance_adds_up_to_half_of_a_wait(draw: float) -> None:
    """What failed together does not come again together, nor ever sooner than it should."""
    assert SENT.due(0.0, 0, draw) == pytest.approx(10.0 * (1 + draw / 2))
