"""Waits that nobody waits for: a week at most, and the author is asked to look at the page."""

import math
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, update

from helpers.pages import reading
from helpers.playbook import PROMPT, Bench, PlayedPage, fresh
from playbook.test_press import hall
from pressrun.press.allowance import reason
from pressrun.protocol.messages.page import SeenNotice
from pressrun.server.allowance import allowance_of
from pressrun.server.status import status
from pressrun.sites import judge
from pressrun.sites.profile import Outcome, shipped
from pressrun.store import accounts as ledgers
from pressrun.store import waits
from pressrun.store.accounts import Account
from pressrun.store.tables import accounts, limits
from pressrun.words import moment, rest

WEEK = 7 * 86_400.0

SITE = shipped("chatgpt")


def told(hours: str) -> str:
    """A cap that a page tells."""
    return f"You've hit the image limit. Try again in {hours} hours."


@pytest.mark.parametrize("hours", ["200", "99999999999", "9" * 400, "9" * 4_000])
def test_a_wait_of_more_than_a_week_is_told_in_the_sites_own_words(hours: str) -> None:
    """The account stops, for a week, and its author is asked to look at the page."""
    found = judge.trouble(SITE, [told(hours)])
    assert found is not None
    assert found.outcome == Outcome.OVERLONG
    assert found.rest == WEEK + judge.MARGIN_SECONDS
    why = reason(found.outcome.value, found.text)
    assert "Look at the page in the Pressrun window of your browser" in why
    assert "pressrun resume --account. The site says: You've hit" in why


def test_a_wait_of_a_week_is_a_limit_like_any_other() -> None:
    """It is waited out."""
    found = judge.trouble(SITE, [told("168")])
    assert found is not None
    assert found.outcome == Outcome.CAPPED
    assert found.rest == WEEK + judge.MARGIN_SECONDS


async def test_an_account_whose_page_asks_for_years_stops_and_says_so(bench: Bench) -> None:
    """In the views; nothing is sent."""
    await bench.order(PROMPT, tabs=1)
    now = bench.clock.now()
    notice = SeenNotice(where="#n", text=told("99999999999"), blocks=False)
    page = PlayedPage().shows(fresh(notices=[notice]))
    async with hall(bench, page) as press:
        await press.work(120)
        shows = await status(bench.store, press.board, now, Path("log"), lambda _: None)
        (account,) = shows.accounts
        assert account.resting is not None
        assert "99999999999 hours" in account.resting
        assert account.resting_until is not None
        assert account.resting_until - now < WEEK + 200
        assert "99999999999 hours" in shows.sentence


@pytest.mark.parametrize("until", [3.6e14, 1e300, math.inf])
async def test_an_absurd_time_in_the_database_breaks_no_view(bench: Bench, until: float) -> None:
    """A version that believed whatever a page told left it there; now it is a week at most."""
    await bench.order(PROMPT, tabs=1)
    now = bench.clock.now()

    def leave(connection: Connection) -> None:
        connection.execute(update(accounts).values(rests_until=until, rests_because=told("9")))
        row = {"account_id": bench.book.account, "at": now, "outcome": "capped", "until": until}
        connection.execute(insert(limits).values(**row, tabs=1, text=told("9")))

    await bench.store.do(leave)
    async with hall(bench, PlayedPage().shows(fresh())) as press:
        await press.work(5)
        shows = await status(bench.store, press.board, now, Path("log"), lambda _: None)
        assert shows.accounts[0].resting_until is not None
        assert shows.accounts[0].resting_until <= now + WEEK + judge.MARGIN_SECONDS + 1
        ledger = await bench.store.do(ledgers.ledger, now, bench.book.account)
        shown = allowance_of(Account(1, "chatgpt", "one"), ledger, SITE.pace, now)
        assert shown.begins_at is not None
        assert shown.limits[0].until <= now + WEEK + judge.MARGIN_SECONDS
    # another start finds nothing left to shorten
    await bench.store.do(waits.shorten, now, WEEK + judge.MARGIN_SECONDS)
    assert (await bench.book.told()).count("waits.shortened") == 1


@pytest.mark.parametrize("at", [3.6e14, 1e300, math.inf])
def test_a_time_that_no_calendar_has_is_said_without_one(at: float) -> None:
    """Whoever shows it, and whatever it came from."""
    assert moment(at, 1_000.0) == "in more than 30 days"
    assert rest("A limit", at, 1_000.0) == "A limit. Pressrun tries again in more than 30 days"


def test_a_zone_that_is_none_is_this_machines() -> None:
    """A folder's name, a path, and what no file can be called."""
    for zone in ("Europe", "../../etc/passwd", "/etc/passwd", "x" * 2_000, "a\nb", "."):
        page = reading(zone=zone, now=1_764_000_000.0)
        found = judge.trouble(
            SITE, ["You've hit the image limit. Try again after 15:10."], (), page
        )
        assert found is not None
