"""What a tab does next, and the order in which a book's panels are made."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pressrun.press.allowance import Allowance, allow
from pressrun.sites.profile import Pacing
from pressrun.store import accounts, breaker, claims
from pressrun.store.attempts import Attempt

SAMPLES = 3
"""The panels of each scene that are made before all others."""


@dataclass(frozen=True)
class Next:
    """What a tab may do."""

    allowance: Allowance
    attempt: Attempt | None
    """None when the account may send nothing now, or nothing is to be sent."""
    unproved: bool = False
    """Whether another tab is to show first that the page is understood."""


def begin(
    connection: Connection, now: float, pacing: Pacing, *, account: int, tab: int, build: str = ""
) -> Next:
    """Begin an attempt, if the account may and a job waits, in one transaction.

    So that tabs that ask together never go over what the account is allowed. A build of the page
    that has not yet brought the account a picture is worked by one tab until it has: whatever
    nobody understands of it costs one prompt at a time.

    Args:
        connection: the writer's.
        now: the time.
        pacing: how gently the site is worked.
        account: whose tab it is.
        tab: the browser's id of it.
        build: of the page that it shows; empty where nothing is known of it.
    """
    ledger = accounts.ledger(connection, now, account)
    allowance = allow(ledger, pacing, now)
    if allowance.at > now or ledger.working >= allowance.tabs:
        return Next(allowance, None)
    proved = not build or breaker.is_proved(connection, account, build)
    if not proved and breaker.is_tried(connection, account, build):
        return Next(allowance, None, unproved=True)
    attempt = claims.claim(connection, now, account=account, tab=tab, build=build)
    return Next(allowance, attempt)


def places(keys: Sequence[str]) -> list[int]:
    """The place of each panel in the order of making: samples of every scene first, then the book.

    A scene is what the first part of a key names (`ch01` of `ch01/p012/3`). Its samples are its
    first panel, the middle one and the last, so that the author sees early whether the style
    holds. A book of one scene, or whose scenes are hardly longer than their samples, is made in
    its own order.
    """
    scenes: defaultdict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        scene, slash, _ = key.partition("/")
        if slash:
            scenes[scene].append(number)
    samples = sorted({panel for panels in scenes.values() for panel in _spread(panels)})
    if len(scenes) < 2 or len(samples) * 2 > len(keys):  # noqa: PLR2004 - one scene has no other
        return list(range(len(keys)))
    chosen = set(samples)
    order = [*samples, *(number for number in range(len(keys)) if number not in chosen)]
    found = [0] * len(keys)
    for place, number in enumerate(order):
        found[number] = place
    return found


def _spread(panels: list[int]) -> list[int]:
    """The first, the last and what lies evenly between."""
    last = len(panels) - 1
    return [panels[last * number // (SAMPLES - 1)] for number in range(SAMPLES)]
