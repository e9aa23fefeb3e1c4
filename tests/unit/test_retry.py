"""When a job is tried again, and when it is given up: the code and the table agree."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pressrun.press.retry import (
    SENT,
    TABLE,
    UNSENT,
    WORDS,
    AfterSend,
    Backoff,
    BeforeSend,
    Row,
    after_send,
    before_send,
)
from pressrun.sites.profile import LIMITS, Outcome

PAGE = (Path(__file__).parents[2] / "docs/retries.md").read_text(encoding="utf-8")


def rows(head: str) -> Iterator[list[str]]:
    """Return the cells of each row of the table with a head."""
    lines = PAGE.splitlines()
    first = lines.index(head) + 2
    for line in lines[first : lines.index("", first)]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_documentation_has_the_table_of_the_code() -> None:
    """Every outcome that is not a picture, before and after Send, and on a page loaded anew."""
    head = (
        "| Outcome | Before Send | Beside our turn | In the answer "
        "| Loaded anew, beside our turn | Loaded anew, in the answer |"
    )
    told = {
        Outcome(name): Row(BeforeSend(before), *(AfterSend(each) for each in after))
        for names, before, *after in rows(head)
        for name in re.findall(r"`([^`]+)`", names)
    }
    assert told == TABLE
    assert set(TABLE) == set(Outcome) - {Outcome.MADE}


def test_every_action_is_explained_once() -> None:
    """Under the name that the table has for it."""
    explained = [name for name, _ in rows("| Action | What it means |")]
    assert explained == [*BeforeSend, *AfterSend]


@pytest.mark.parametrize("outcome", TABLE)
def test_nothing_that_was_sent_is_sent_again_by_what_its_own_document_says(
    outcome: Outcome,
) -> None:
    """The page is loaded anew first: the site may have gone on."""
    again = {AfterSend.RETRY, AfterSend.ONCE, AfterSend.LIMITED}
    assert not again & {after_send(outcome, in_answer=each, anew=False) for each in (True, False)}


def test_a_limit_beside_our_turn_is_no_answer_to_it() -> None:
    """Only one that answers it lets the prompt go to another account."""
    for outcome in LIMITS:
        assert after_send(outcome, in_answer=True, anew=True) == AfterSend.LIMITED
        assert after_send(outcome, in_answer=False, anew=True) == AfterSend.WAIT_OUT


@pytest.mark.parametrize("outcome", TABLE)
def test_what_may_pass_by_itself_stops_an_account_the_third_time(outcome: Outcome) -> None:
    """Twice in a row it goes back, as if the page had been slow."""
    found = [before_send(outcome, passes=True, unsent=unsent) for unsent in range(3)]
    assert found[:2] == [BeforeSend.GO_BACK, BeforeSend.GO_BACK]
    assert found[2] == before_send(outcome, passes=False, unsent=0) == TABLE[outcome].before


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
