"""What `pressrun allow` shows of an account."""

import datetime as dt

from pressrun.cli.allow_cmd import lines
from pressrun.press.allowance import LIMIT
from pressrun.server.allowance import allowance_of
from pressrun.sites.profile import Outcome, Pacing
from pressrun.store.accounts import Account, Ceilings, Ledger, Limit

NOW = 1_000_000.0
PACING = Pacing(tabs=2, quiet=12, gap=4)
ACCOUNT = Account(1, "chatgpt", "one")


def at(moment: float) -> str:
    """Return a time as it is shown."""
    return f"{dt.datetime.fromtimestamp(moment).astimezone():%H:%M on %A}"


def test_an_account_without_limits_takes_four_lines() -> None:
    """What it may do, what it sent, that it met no limit, and the author's own limits."""
    ceilings = Ceilings(3, 20, 23 * 60, 7 * 60)
    ledger = Ledger(sends=(NOW - 60, NOW - 7_200), ceilings=ceilings)
    assert lines(allowance_of(ACCOUNT, ledger, PACING, NOW))[2:] == [
        "  sent: 1 in the last hour, 2 in the last day",
        "  met: no limit so far",
        "  your limits: 3 tabs, 20 pictures an hour, nothing from 23:00 to 07:00",
    ]
    plain = lines(allowance_of(ACCOUNT, Ledger(), PACING, NOW))
    assert plain[:2] == ["Account 1 (chatgpt, browser 1)", "  now: up to 2 tabs"]
    assert plain[-1] == "  your limits: none"


def test_a_cap_is_shown_with_its_reset() -> None:
    """How many pictures in how long, when it was met, and when the account goes on."""
    until = NOW + 3_600
    met = Limit(NOW - 60, Outcome.CAPPED, until, 2, since=until - 10_800, sends=50)
    ledger = Ledger(
        limits=(met,), rests_until=until, rests_because="You have hit the limit", rests_for="capped"
    )
    told = lines(allowance_of(ACCOUNT, ledger, PACING, NOW))
    assert told[1].endswith(f". {LIMIT}; next at {at(until)}")
    assert "  site's cap: 50 pictures in 3 h (seen once)" in told
    when = f"at {at(NOW - 60)} with 2 in progress, until {at(until)}"
    assert f"  met: {Outcome.CAPPED.value} {when}" in told
