"""`pressrun allow`: the author's ceilings for an account."""

import asyncio
import re
import sys
from typing import Annotated

import typer

from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import BadInputError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol import messages as m

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
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Say how much an account may do at most, whatever the site would take.

    What is not named has no ceiling. It holds at once, and until you say otherwise.
    """
    first, last = _minutes(quiet)
    asked = m.AccountAllow(
        account=account, tabs=tabs, per_hour=per_hour, quiet_from=first, quiet_until=last
    )
    allowed = asyncio.run(_ask(home_of(home), asked))
    if as_json:
        sys.stdout.write(allowed.model_dump_json() + "\n")
        return
    names = ", ".join(str(number) for number in allowed.accounts)
    told = [
        *([f"{tabs} tabs"] if tabs else []),
        *([f"{per_hour} pictures an hour"] if per_hour else []),
        *([f"nothing from {quiet.replace('-', ' to ')}"] if quiet else []),
    ]
    ceilings = ", ".join(told) or "no ceiling of yours"
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


async def _ask(home: Home, asked: m.AccountAllow) -> m.AccountsAllowed:
    async with connect(home) as client:
        return await client.ask(calls.ACCOUNT_ALLOW, asked)
