"""How much an account may do now: what the site showed decides, and the author's ceilings."""

import datetime as dt
from dataclasses import replace

import pytest

from pressrun.press import allowance
from pressrun.press.allowance import Allowance, allow, span_of
from pressrun.sites.profile import Pacing
from pressrun.store.accounts import DAY, Ceilings, Ledger, Limit

PACING = Pacing(tabs=2, quiet=10, gap=0)
NOW = 1_000_000.0
HOUR = 3_600.0


def sends(count: int, *, last: float = NOW, apart: float = 30.0) -> tuple[float, ...]:
    """Return so many sends, the newest first."""
    return tuple(last - number * apart for number in range(count))


def throttled(at: float, tabs: int, rest: float = 300.0) -> Limit:
    """Return a throttle."""
    return Limit(at, "throttled", at + rest, tabs)


def capped(at: float, sends: int, seconds: float, until: float) -> Limit:
    """Return a cap of so many in so many seconds."""
    return Limit(at, "capped", until, 2, until - seconds, sends)


@pytest.mark.parametrize(("sent", "tabs"), [(0, 2), (9, 2), (10, 3), (45, 6)])
def test_an_account_begins_gently_and_opens_up(sent: int, tabs: int) -> None:
    """Two tabs at first, and one more after each quiet stretch."""
    assert allow(Ledger(sends=sends(sent)), PACING, NOW) == Allowance(tabs, NOW)


def test_a_throttle_halves_the_tabs_and_is_not_met_again() -> None:
    """It goes down by half, up again by one at a time, and stays below what was too many."""
    wall = throttled(NOW - HOUR, 6)
    found = [
        allow(Ledger(sends=sends(count), limits=(wall,)), PACING, NOW).tabs
        for count in (0, 10, 20, 90)
    ]
    assert found == [3, 4, 5, 5]


def test_after_a_day_one_tab_more_is_tried() -> None:
    """A site that takes more by now is found out, a tab a day."""
    wall = throttled(NOW - DAY, 6)
    assert allow(Ledger(sends=sends(90), limits=(wall,)), PACING, NOW).tabs == 6


def test_tabs_that_are_told_the_same_throttle_count_once() -> None:
    """Six tabs that meet one throttle are not halved six times."""
    told = tuple(throttled(NOW - 900 + number, 6 - number) for number in range(6))
    assert allow(Ledger(limits=told[::-1]), PACING, NOW).tabs == 3


def test_the_authors_ceilings_are_never_passed() -> None:
    """Tabs, pictures an hour and quiet hours hold whatever the site takes."""
    ledger = Ledger(sends=sends(40), ceilings=Ceilings(tabs=1, per_hour=20))
    found = allow(ledger, PACING, NOW)
    assert found.tabs == 1
    assert found.at == ledger.sends[19] + HOUR
    assert found.why == "The 20 pictures an hour that you allow have been sent"
    fewer = replace(ledger, sends=sends(19))
    assert allow(fewer, PACING, NOW).at == NOW
    assert allow(replace(fewer, preparing=1), PACING, NOW).at > NOW


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("22:59", False), ("23:00", True), ("03:00", True), ("06:59", True), ("07:00", False)],
)
def test_quiet_hours_may_go_over_midnight(clock: str, *, quiet: bool) -> None:
    """Nothing is sent in them, and it goes on when they end."""
    now = dt.datetime.fromisoformat(f"2026-11-23T{clock}").astimezone().timestamp()
    ledger = Ledger(ceilings=Ceilings(quiet_from=23 * 60, quiet_until=7 * 60))
    found = allow(ledger, PACING, now)
    assert (found.at > now) == quiet
    if quiet:
        assert dt.datetime.fromtimestamp(found.at).astimezone().strftime("%H:%M") == "07:00"
        assert found.at - now < DAY


def test_a_rest_that_the_site_asked_for_is_kept() -> None:
    """It survives a restart, since it follows from what is on disk."""
    ledger = Ledger(limits=(throttled(NOW - 10, 4),), rests_until=NOW + 290, rests_for="throttled")
    assert allow(ledger, PACING, NOW) == Allowance(2, NOW + 290, allowance.THROTTLE)


@pytest.mark.parametrize(
    ("outcome", "asks"),
    [
        ("capped", False),
        ("throttled", False),
        ("signed out", True),
        ("challenged", True),
        ("blocked", True),
        ("fruitless", True),
        ("unknown", True),
    ],
)
def test_an_account_that_waits_for_its_author_says_so(outcome: str, *, asks: bool) -> None:
    """A limit passes by itself; a page that wants a person does not."""
    ledger = Ledger(rests_until=NOW + 290, rests_for=outcome, rests_because="why")
    assert allow(ledger, PACING, NOW).asks == asks
    assert not allow(ledger, PACING, NOW + 290).asks


def met_twice(ago: float) -> tuple[Limit, ...]:
    """Return fifty in three hours, met twice, the last time so many seconds ago."""
    last = NOW - ago
    return (
        capped(last, 50, 3 * HOUR, last + HOUR),
        capped(last - 9 * HOUR, 50, 3 * HOUR, last - 8 * HOUR),
    )


def test_a_cap_that_was_met_twice_is_not_met_again() -> None:
    """Fifty in three hours: the fifty-first waits until the first has left the span."""
    ledger = Ledger(sends=sends(50), limits=met_twice(5 * HOUR))
    found = allow(ledger, PACING, NOW)
    assert found.at == ledger.sends[49] + 3 * HOUR
    assert found.why == allowance.LIMIT
    assert allow(replace(ledger, sends=sends(49)), PACING, NOW).at == NOW
    assert allow(replace(ledger, sends=sends(49), preparing=1), PACING, NOW).at > NOW


@pytest.mark.parametrize(
    "limits",
    [met_twice(DAY + 1), met_twice(5 * HOUR)[:1]],
    ids=["of another day", "met once"],
)
def test_a_cap_that_is_not_sure_is_asked_about_gently(limits: tuple[Limit, ...]) -> None:
    """It may be wider than it seemed: one more is sent at a time, and more when it was taken."""
    ledger = Ledger(limits=limits)
    found = [
        allow(replace(ledger, sends=sends(count)), PACING, NOW) for count in (49, 50, 51, 53, 60)
    ]
    assert [each.tabs for each in found] == [6, 1, 1, 3, 8]
    assert all(each.at == NOW for each in found)


def test_the_widest_cap_of_a_day_counts() -> None:
    """The author's own pictures make a cap look narrower than it is."""
    caps = (
        capped(NOW - 5 * HOUR, 38, 3 * HOUR - 60, NOW - 4 * HOUR),
        *met_twice(9 * HOUR),
    )
    known = allowance.learned(Ledger(limits=caps))
    assert known is not None
    assert (known.sends, known.sure_until) == (50, NOW - 5 * HOUR + DAY)


def test_tabs_that_are_told_the_same_cap_count_once() -> None:
    """Three tabs that meet one cap have not met it three times."""
    told = tuple(capped(NOW - number, 50, 3 * HOUR, NOW + HOUR) for number in range(3))
    known = allowance.learned(Ledger(limits=told))
    assert known is not None
    assert known.sure_until == 0.0


def test_the_span_of_a_cap_begins_with_the_first_send_in_it() -> None:
    """A burst after a quiet time: the reset is a span after the burst's first prompt."""
    burst = sends(50)
    assert span_of(burst, NOW, burst[-1] + 3 * HOUR) == burst[-1]


def test_the_span_of_a_cap_is_no_longer_than_it_has_to_be() -> None:
    """What was sent in the span before does not belong to it, minutes rounded up or not."""
    burst = sends(50)
    before = tuple(moment - 3 * HOUR for moment in burst)
    assert span_of(burst + before, NOW, burst[-1] + 3 * HOUR + 75) == burst[-1]


def test_without_a_send_nothing_is_learned() -> None:
    """A cap that the author alone has met tells its reset, and no number."""
    assert span_of((), NOW, NOW + HOUR) is None
    met = Limit(NOW, "capped", NOW + HOUR, 0)
    ledger = Ledger(limits=(met,), rests_until=NOW + HOUR, rests_for="capped")
    assert allowance.learned(ledger) is None
    assert allow(ledger, PACING, NOW) == Allowance(2, NOW + HOUR, allowance.LIMIT)
