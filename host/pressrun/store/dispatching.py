"""What a tab does next: the account's allowance and the claim of a job, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from pressrun.store import accounts, breaker, claims
from pressrun.store.accounts import Ledger
from pressrun.store.attempts import Attempt


class Allowed(Protocol):
    """What an account may do now, as whoever decides about it says."""

    @property
    def tabs(self) -> int:
        """How many tabs may be at work."""
        ...

    @property
    def at(self) -> float:
        """When the next prompt may be begun."""
        ...


A = TypeVar("A", bound=Allowed)


@dataclass(frozen=True)
class Next(Generic[A]):
    """What a tab may do."""

    allowance: A
    attempt: Attempt | None
    """None when the account may send nothing now, or nothing is to be sent."""
    unproved: bool = False
    """Whether another tab is to show first that the page is understood."""


def begin(
    connection: Connection,
    now: float,
    allow: Callable[[Ledger, float], A],
    *,
    account: int,
    tab: int,
    build: str = "",
) -> Next[A]:
    """Begin an attempt, if the account may and a job waits.

    In one transaction, so that tabs that ask together never go over what the account is allowed.
    One tab alone works a build of the page that has not yet brought the account a picture, until
    it has: whatever nobody understands of it costs one prompt at a time.

    Args:
        connection: the writer's.
        now: the time.
        allow: decides from an account's ledger what it may do now.
        account: whose tab it is.
        tab: the browser's id of it.
        build: of the page that it shows; empty where nothing is known of it.
    """
    ledger = accounts.ledger(connection, now, account)
    allowance = allow(ledger, now)
    if allowance.at > now or ledger.working >= allowance.tabs:
        return Next(allowance, None)
    proved = not build or breaker.is_proved(connection, account, build)
    if not proved and breaker.is_tried(connection, account, build):
        return Next(allowance, None, unproved=True)
    attempt = claims.claim(connection, now, account=account, tab=tab, build=build)
    return Next(allowance, attempt)
