"""`pressrun allow`: what accounts are allowed, and the author's ceilings for them."""

import asyncio
import datetime as dt
import re
import sys
from typing import Annotated

import typer

from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import BadInputError, NotFoundError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.account import (
    AccountAllow,
    AccountAllowance,
    AccountAllowances,
    AccountsAllowed,
)
from pressrun.protocol.messages.base import Nothing
from pressrun.words import duration

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")


def allow(
    account: Annotated[
        int | None, typer.Argument(help="Number of the account.", show_default="every one")
    ] = None,
    tabs: Annotated[int | None, typer.Option(min=1, max=32, help="Tabs at once, at most.")] = None,
    per_hour: Annotated[
        int | None, typer.Option("--per-hour", min=1, max=10_000, help="Pictures in any hour.")
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(help="Hours in which nothing is sent, as 23:00-07:00.")
    ] = None,
    no_ceiling: Annotated[
        bool, typer.Option("--none", help="Take every ceiling of yours away.")
    ] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Show what accounts are allowed and what was seen of them; or say how much is the most.

    With an option, that is the most that an account may do, whatever the site would take. What is
    not named has no ceiling then. It holds at once, until you say otherwise, and for the accounts
    that are known: those with which a browser was here.
    """
    first, last = _minutes(quiet)
    named = any(each is not None for each in (tabs, per_hour, quiet))
    if named and no_ceiling:
        raise BadInputError("--none takes every ceiling away; it does not go with another one")
    if not named and not no_ceiling:
        _show(asyncio.run(_list(home_of(home))), account, as_json=as_json)
        return
    asked = AccountAllow(
        account=account, tabs=tabs, per_hour=per_hour, quiet_from=first, quiet_until=last
    )
    allowed = asyncio.run(_ask(home_of(home), asked))
    if as_json:
        sys.stdout.write(allowed.model_dump_json() + "\n")
        return
    names = ", ".join(str(number) for number in allowed.accounts)
    ceilings = _ceilings(tabs, per_hour, quiet)
    sys.stdout.write(f"Account {names}: {ceilings}.\n")


def _minutes(quiet: str | None) -> tuple[int | None, int | None]:
    """The first and the last minute of quiet hours.

    Raises:
        BadInputError: they are no hours.
    """
    if quiet is None:
        return None, None
    found = _HOURS.fullmatch(quiet)
    if found is None:
        raise BadInputError(f"{quiet!r} is no span of hours; write them as 23:00-07:00")
    first, one, last, other = (int(part) for part in found.groups())
    return first * 60 + one, last * 60 + other


def _show(found: AccountAllowances, account: int | None, *, as_json: bool) -> None:
    """Show what accounts are allowed.

    Raises:
        NotFoundError: there is no such account.
    """
    chosen = [each for each in found.accounts if account in (None, each.account)]
    if account is not None and not chosen:
        raise NotFoundError(f"there is no account {account}")
    if as_json:
        sys.stdout.write(AccountAllowances(accounts=chosen).model_dump_json(indent=2) + "\n")
    elif not chosen:
        sys.stdout.write(
            "No account is known yet. One is as soon as a browser with the extension works on the "
            "site; ceilings can be given from then on.\n"
        )
    else:
        sys.stdout.write("\n".join(line for each in chosen for line in lines(each)) + "\n")


def lines(told: AccountAllowance) -> list[str]:
    """What an account is allowed and what was seen of it, for people."""
    tabs = "1 tab" if told.tabs == 1 else f"{told.tabs} tabs"
    begins = f". {told.why}; next {_when(told.begins_at)}" if told.begins_at else ""
    found = [
        f"Account {told.account} ({told.site}, browser {told.profile})",
        f"  may now use {tabs}{begins}",
        f"  sent: {told.last_hour:,} in the last hour, {told.last_day:,} in the last day",
    ]
    if told.cap and told.cap_seconds:
        sure = "met twice alike, and kept to" if told.cap_sure else "as it was met last"
        found.append(f"  seen: {told.cap} pictures in {duration(told.cap_seconds)}, {sure}")
    found += [
        f"  met: {each.outcome} {_when(each.at)} with {each.tabs} under way, "
        f"over {_when(each.until)}"
        for each in told.limits
    ]
    if not told.limits:
        found.append("  met: no limit so far")
    quiet = None
    if told.quiet_from is not None and told.quiet_until is not None:
        quiet = "-".join(
            f"{at // 60:02d}:{at % 60:02d}" for at in (told.quiet_from, told.quiet_until)
        )
    found.append(f"  yours: {_ceilings(told.most_tabs, told.most_per_hour, quiet)}")
    return found


def _when(at: float) -> str:
    return f"{dt.datetime.fromtimestamp(at).astimezone():at %H:%M on %A}"


def _ceilings(tabs: int | None, per_hour: int | None, quiet: str | None) -> str:
    told = [
        *([f"{tabs} tabs"] if tabs else []),
        *([f"{per_hour} pictures an hour"] if per_hour else []),
        *([f"nothing from {quiet.replace('-', ' to ')}"] if quiet else []),
    ]
    return ", ".join(told) or "no ceiling"


async def _list(home: Home) -> AccountAllowances:
    async with connect(home) as client:
        return await client.ask(calls.ACCOUNT_LIST, Nothing())


async def _ask(home: Home, asked: AccountAllow) -> AccountsAllowed:
    async with connect(home) as client:
        return await client.ask(calls.ACCOUNT_ALLOW, asked)
