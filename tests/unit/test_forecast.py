"""What the forecast makes of what is known: which limit binds, and what a cap is taken to be."""

import pytest

from pressrun.press.forecast import (
    Forecast,
    Hands,
    Question,
    Rate,
    RepairsAhead,
    Spent,
    Typical,
    forecast,
)
from pressrun.protocol.messages.batch import Basis, Binding
from pressrun.sites.profile import Outcome
from pressrun.store.accounts import Ledger, Limit

HOUR = 3600.0
USUAL = Typical((30.0, 30.0001), None)
"""A site where every picture takes half a minute."""


def ask(left: int, tabs: int, *hands: Hands, by_memory: int | None = None) -> Forecast:
    """Forecast on a site that never varies."""
    known = [Spent(30.0, made=True)] * 200
    return forecast(Question(left, tabs, hands, USUAL, measured=known, by_memory=by_memory), 0.0)


def test_tabs_and_accounts_share_what_is_left() -> None:
    """240 pictures of 30 s take an hour in 2 tabs, and half of that with a second account."""
    assert ask(240, 2, Hands(2)).likely == pytest.approx(HOUR, rel=0.01)
    assert ask(240, 2, Hands(2), Hands(2)).likely == pytest.approx(HOUR / 2, rel=0.02)


def test_nothing_left_takes_no_time() -> None:
    """A batch that is made already is not told to take half a minute."""
    told = ask(0, 2, Hands(2))
    assert (told.shortest, told.likely, told.longest) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("tabs", "hands", "by_memory", "binding"),
    [
        (4, Hands(4), None, Binding.GENERATION),
        (8, Hands(4), None, Binding.GENERATION),
        (2, Hands(4), None, Binding.TABS),
        (4, Hands(4), 3, Binding.MEMORY),
        (4, Hands(2), 3, Binding.GENERATION),
    ],
)
def test_it_says_which_limit_binds(
    tabs: int, hands: Hands, by_memory: int | None, binding: Binding
) -> None:
    """The author is told what to change, or that nothing can be changed."""
    assert ask(500, tabs, hands, by_memory=by_memory).binds == binding


def test_what_is_made_one_after_another_takes_no_less_in_many_tabs() -> None:
    """A panel that follows another waits for it: only one tab works on their group."""
    known = [Spent(30.0, made=True)] * 200

    def told(in_row: int) -> Forecast:
        asked = Question(120, 8, [Hands(8)], USUAL, measured=known, in_row=in_row)
        return forecast(asked, 0.0)

    assert told(100).likely == pytest.approx(100 * 30.0, rel=0.01)
    assert told(100).binds == Binding.ROW
    assert told(100).shortest <= told(100).likely <= told(100).longest
    assert told(5) == told(0)
    assert told(0).binds == Binding.GENERATION


def test_repairs_take_time_as_far_as_the_budget_goes() -> None:
    """A forecast that left them out would be too short by what the author allowed."""
    known = [Spent(30.0, made=True)] * 200

    def told(budget: RepairsAhead) -> Forecast:
        asked = Question(200, 2, [Hands(2)], USUAL, measured=known, budget=budget)
        return forecast(asked, 0.0)

    free, usual = told(RepairsAhead()), told(RepairsAhead(most=10))
    assert usual.shortest == free.shortest
    assert usual.likely == pytest.approx(free.likely * 1.04, rel=0.005)
    assert usual.longest == pytest.approx(free.longest * 1.05, rel=0.005)
    seen = told(RepairsAhead(most=10, ordered=20, made=100))
    assert seen.likely == pytest.approx(free.likely * 1.05, rel=0.005)
    none_seen = told(RepairsAhead(most=10, ordered=0, made=1000))
    assert free.likely < none_seen.likely < usual.likely
    assert told(RepairsAhead(most=0, ordered=10, made=100)) == free


def test_a_known_reset_is_waited_for() -> None:
    """An account that rests for an hour makes nothing in it."""
    told = ask(240, 2, Hands(2, Ledger(rests_until=HOUR)))
    assert told.likely == pytest.approx(2 * HOUR, rel=0.01)


def test_a_cap_that_was_met_decides() -> None:
    """50 pictures in 3 hours, whatever the tabs could do; what was sent since the reset counts."""
    sends = tuple(100.0 + 10 * number for number in reversed(range(50)))
    until = 100.0 + 3 * HOUR
    met = Limit(600.0, Outcome.CAPPED, until, 4, 100.0, 50)
    hands = Hands(4, Ledger(sends, limits=(met,), rests_until=until))
    known = [Spent(30.0, made=True)] * 50
    told = forecast(Question(100, 4, [hands], USUAL, measured=known), 700.0)
    assert (told.binds, told.cap) == (Binding.CAP, Rate(50, 3 * HOUR))
    assert told.likely == pytest.approx(6 * HOUR + 50 * 7.5 - 600, rel=0.02)


def test_the_usual_cap_is_assumed_until_an_account_has_sent_more() -> None:
    """Before anything is known, 1,000 pictures take days; 100 in an hour exclude 50 in three."""
    usual = Typical((20.0, 95.0), Rate(50, 3 * HOUR))
    unknown = forecast(Question(1000, 4, [Hands(4)], usual), 0.0)
    busy = Ledger(tuple(36.0 * number for number in reversed(range(100))))
    known = forecast(Question(1000, 4, [Hands(4, busy)], usual), HOUR)
    assert (unknown.basis, unknown.binds) == (Basis.PROFILE, Binding.CAP)
    assert (unknown.cap, unknown.assumed) == (Rate(50, 3 * HOUR), True)
    assert 56 * HOUR < unknown.likely < 61 * HOUR
    assert unknown.longest > 20 * HOUR > known.longest
    assert (known.binds, known.cap) == (Binding.GENERATION, None)


def test_one_picture_does_not_lift_an_assumed_cap() -> None:
    """A forecast that falls from six hours to one after the first picture is none."""
    usual = Typical((20.0, 95.0), Rate(50, 3 * HOUR))
    before = forecast(Question(120, 4, [Hands(4)], usual), 0.0)
    sent = Hands(4, Ledger((0.0,)))
    after = forecast(Question(119, 4, [sent], usual, measured=[Spent(50.0, made=True)]), 60.0)
    assert before.likely > 6 * HOUR
    assert abs(after.likely - before.likely) < HOUR
