"""`pressrun allow`: what each account may do, and the author's own limits for it."""

import asyncio
import datetime as dt
import json
import re
from collections.abc import Sequence
from typing import Annotated

import typer

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import BadInputError, NotFoundError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.account import (
    AccountAllow,
    AccountAllowance,
    AccountAllowances,
    AccountHistory,
    AccountHistoryQuery,
    AccountsAllowed,
)
from pressrun.protocol.messages.base import Nothing
from pressrun.words import DAY, duration

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")


def allow(
    account: Annotated[
        int | None,
        typer.Argument(
            metavar="ACCOUNT", help="Number of the account.", show_default="all accounts"
        ),
    ] = None,
    tabs: Annotated[int | None, typer.Option(min=1, max=32, help="Most tabs at once.")] = None,
    per_hour: Annotated[
        int | None, typer.Option("--per-hour", min=1, max=10_000, help="Most pictures in any hour.")
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(help="Hours in which to send nothing, such as 23:00-07:00.")
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, max=90, help="Show also what was sent on each of the last N days."),
    ] = None,
    no_ceiling: Annotated[bool, typer.Option("--none", help="Remove all your limits.")] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Show what each account may do and has done, or set your own limits.

    Without options, this shows the limits that the site has shown and your own. With options, it
    sets your limits for one account or for all, also for new ones, and replaces the limits you set
    before. They apply at once, whatever the site would allow, until you change them.
    """
    first, last = _minutes(quiet)
    named = any(each is not None for each in (tabs, per_hour, quiet))
    if named and no_ceiling:
        raise BadInputError("--none removes all limits; it cannot be combined with other limits")
    if days is not None and (named or no_ceiling):
        raise BadInputError("--days shows what was sent; it cannot be combined with limits")
    if not named and not no_ceiling:
        _show(asyncio.run(_list(home_of(home))), account, home_of(home), days, as_json=as_json)
        return
    asked = AccountAllow(
        account=account, tabs=tabs, per_hour=per_hour, quiet_from=first, quiet_until=last
    )
    allowed = asyncio.run(_ask(home_of(home), asked))
    if as_json:
        terminal.data(allowed.model_dump_json())
        return
    names = ", ".join(str(number) for number in allowed.accounts)
    ceilings = _ceilings(tabs, per_hour, quiet)
    if account is None:
        known = f" (now: {names})" if names else ""
        terminal.say(f"All accounts{known}: {ceilings}.")
    else:
        terminal.say(f"Account {names}: {ceilings}.")


def _minutes(quiet: str | None) -> tuple[int | None, int | None]:
    """The first and the last minute of quiet hours.

    Raises:
        BadInputError: the text is not a time range.
    """
    if quiet is None:
        return None, None
    found = _HOURS.fullmatch(quiet)
    if found is None:
        raise BadInputError(f"{quiet!r} is not a time range; use the form 23:00-07:00")
    first, one, last, other = (int(part) for part in found.groups())
    return first * 60 + one, last * 60 + other


def _show(
    found: AccountAllowances,
    account: int | None,
    home: Home,
    days: int | None,
    *,
    as_json: bool,
) -> None:
    """Show what each account may do, and what it was sent on so many days.

    Raises:
        NotFoundError: there is no such account.
    """
    chosen = [each for each in found.accounts if account in (None, each.account)]
    if account is not None and not chosen:
        raise NotFoundError(f"there is no account {account}")
    if as_json:
        told = found.model_copy(update={"accounts": chosen}).model_dump(mode="json")
        if days is not None:
            pasts = asyncio.run(_past(home, chosen, days))
            told["history"] = [each.model_dump(mode="json") for each in pasts]
        terminal.data(json.dumps(told, indent=2, ensure_ascii=False))
    elif not chosen:
        terminal.say(
            "No account is known yet. Pressrun learns of an account when a browser with the "
            "extension first works on the site. Your limits for it: "
            f"{_ceilings(found.most_tabs, found.most_per_hour, _hours(found))}."
        )
    else:
        pasts = asyncio.run(_past(home, chosen, days)) if days is not None else []
        sent = {each.account: by_day(each) for each in pasts}
        blocks = [[*lines(each), *sent.get(each.account, [])] for each in chosen]
        terminal.say("\n".join(line for block in blocks for line in block))


def by_day(past: AccountHistory) -> list[str]:
    """What an account was sent, a line a day, the newest last."""
    rows = []
    for number, part in enumerate(past.parts):
        begin = past.begin + number * past.seconds
        met = sum(begin <= each.at < begin + past.seconds for each in past.limits)
        rows.append((begin, f"{part.sends:,}", f"{part.pictures:,}", f"{met:,}" if met else "-"))
    # a day of 23 or 25 hours moves its beginning, and not its noon
    days = [f"{dt.datetime.fromtimestamp(row[0] + DAY / 2).astimezone():%a %d %b}" for row in rows]
    cells = [("Sent", "Pictures", "Limits met"), *(row[1:] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        f"  {day:10}" + "".join(f"  {cell:>{wide}}" for cell, wide in zip(row, widths, strict=True))
        for day, row in zip(["Day", *days], cells, strict=True)
    ]


def lines(told: AccountAllowance) -> list[str]:
    """What an account may do and what was seen of it, for people."""
    tabs = "1 tab" if told.tabs == 1 else f"{told.tabs} tabs"
    begins = f". {told.why}; next at {_when(told.begins_at)}" if told.begins_at else ""
    found = [
        f"Account {told.account} ({told.site}, browser {told.browser})",
        f"  now: up to {tabs}{begins}",
        f"  sent: {told.last_hour:,} in the last hour, {told.last_day:,} in the last day",
    ]
    if told.cap and told.cap_seconds:
        sure = "seen twice, so Pressrun stops there" if told.cap_sure else "seen once"
        found.append(f"  site's cap: {told.cap} pictures in {duration(told.cap_seconds)} ({sure})")
    found += [
        f"  met: {each.outcome} at {_when(each.at)} with {each.tabs} in progress, "
        f"until {_when(each.until)}"
        for each in told.limits
    ]
    if not told.limits:
        found.append("  met: no limit so far")
    limits = _ceilings(told.most_tabs, told.most_per_hour, _hours(told))
    found.append(f"  your limits: {limits}")
    return found


def _hours(told: AccountAllowance | AccountAllowances) -> str | None:
    """The author's quiet hours, such as 23:00-07:00."""
    if told.quiet_from is None or told.quiet_until is None:
        return None
    return "-".join(f"{at // 60:02d}:{at % 60:02d}" for at in (told.quiet_from, told.quiet_until))


def _when(at: float) -> str:
    return f"{dt.datetime.fromtimestamp(at).astimezone():%H:%M on %A}"


def _ceilings(tabs: int | None, per_hour: int | None, quiet: str | None) -> str:
    told = [
        *([f"{tabs} tabs"] if tabs else []),
        *([f"{per_hour} pictures an hour"] if per_hour else []),
        *([f"nothing from {quiet.replace('-', ' to ')}"] if quiet else []),
    ]
    return ", ".join(told) or "none"


async def _list(home: Home) -> AccountAllowances:
    async with connect(home) as client:
        return await client.ask(calls.ACCOUNT_LIST, Nothing())


async def _past(home: Home, chosen: Sequence[AccountAllowance], days: int) -> list[AccountHistory]:
    """What accounts were sent on the last days, today among them."""
    today = dt.datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    until = (today + dt.timedelta(days=1)).timestamp()
    async with connect(home) as client:
        return [
            await client.ask(
                calls.ACCOUNT_HISTORY,
                AccountHistoryQuery(
                    account=each.account, seconds=days * DAY, parts=days, until=until
                ),
            )
            for each in chosen
        ]


async def _ask(home: Home, asked: AccountAllow) -> AccountsAllowed:
    async with connect(home) as client:
        return await client.ask(calls.ACCOUNT_ALLOW, asked)
