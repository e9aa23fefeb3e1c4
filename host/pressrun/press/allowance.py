"""How much an account may do now: a plain function of its ledger, the author's word and the time.

What a site allows is not published and shifts, so it is learned from what the site showed. What was
learned counts for a day; then a little more is tried, by one prompt and one tab at a time.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from pressrun.sites.profile import Outcome, Pacing
from pressrun.store.accounts import DAY, Ceilings, Ledger, Limit

HOUR = 3_600.0
MINUTES = 24 * 60

SLACK = 120.0
"""Sites tell a reset in whole minutes, and a margin is added."""

ALIKE = 1.1
"""Two spans are the same when one is not longer than the other by more than this."""


@dataclass(frozen=True)
class Allowance:
    """What an account may do."""

    tabs: int
    """How many tabs may be at work."""
    at: float
    """When the next prompt may be begun; at most the time it was asked for when that is now."""
    why: str | None = None
    """What is waited for until then, in words that follow "Waiting for"."""


@dataclass(frozen=True)
class Cap:
    """So many prompts in any span of so many seconds, as the site has shown."""

    sends: int
    seconds: float
    met_at: float


def allow(ledger: Ledger, pacing: Pacing, now: float) -> Allowance:
    """What an account may do now."""
    tabs = _tabs(ledger, pacing, now)
    waits = [*_rest(ledger, now), *_quiet(ledger.ceilings, now), *_hour(ledger, now)]
    if (cap := learned(ledger)) is not None:
        over = _within(ledger, cap.seconds, now) + ledger.preparing - cap.sends
        if now - cap.met_at < DAY:
            waits += _room(ledger, cap.sends, cap.seconds, now, LIMIT)
        elif over >= 0:
            # it may be another by now: one more at a time tells
            tabs = min(tabs, max(1, over))
    until, why = max(waits, default=(now, None))
    return Allowance(tabs, until, why)


LIMIT = "the account's limit to reset"
THROTTLE = "the site to take prompts again, since it asked for a slower pace"
SIGN_IN = "you to sign in"
PERSON = "you to show the site that you are a person"
QUIET = "the end of your quiet hours"
OTHER = "the site to be usable again"

_WHY: Mapping[str, str] = {
    Outcome.CAPPED: LIMIT,
    Outcome.THROTTLED: THROTTLE,
    Outcome.SIGNED_OUT: SIGN_IN,
    Outcome.CHALLENGED: PERSON,
}

_Wait = tuple[float, str]


def span_of(sends: Sequence[float], at: float, until: float) -> float | None:
    """When the span of time began in which a cap was met: what was sent since is what it allows.

    A cap is met when a span holds as many prompts as it may, and it resets a span after the first
    of them. That first one is the latest for which no span of that length ever held more.

    Args:
        sends: when prompts were taken, the newest first, without the one that met the cap.
        at: when the cap was met.
        until: when it resets.
    """
    taken = [moment for moment in sends if moment <= at]
    for count, first in enumerate(taken, start=1):
        length = until - first
        held_more = any(
            newest - oldest < length - SLACK
            for newest, oldest in zip(taken, taken[count:], strict=False)
        )
        if not held_more:
            return first
    return None


def learned(ledger: Ledger) -> Cap | None:
    """The cap that an account's limits tell of.

    The author may use the account beside us, so that a cap is sometimes met with fewer prompts:
    of the caps that were met within a day of the last one, over much the same span, the widest.
    """
    caps = [
        Cap(limit.sends, limit.until - limit.since, limit.at)
        for limit in ledger.limits
        if limit.outcome == Outcome.CAPPED and limit.since is not None and limit.sends
    ]
    if not caps:
        return None
    recent = [cap for cap in caps if cap.met_at > caps[0].met_at - DAY]
    shortest = min(cap.seconds for cap in recent)
    alike = [cap for cap in recent if cap.seconds < shortest * ALIKE]
    return replace(max(alike, key=lambda cap: cap.sends), met_at=caps[0].met_at)


def _tabs(ledger: Ledger, pacing: Pacing, now: float) -> int:
    """How many tabs the site takes, as far as it has shown, and the author allows."""
    wall = throttle(ledger.limits)
    if wall is None:
        tabs = pacing.tabs + len(ledger.sends) // pacing.quiet
    else:
        since = sum(1 for _ in takewhile(lambda moment: moment > wall.until, ledger.sends))
        most = wall.tabs - 1 + int(max(0.0, now - wall.at) // DAY)
        tabs = max(1, min(wall.tabs // 2 + since // pacing.quiet, most))
    return min(tabs, ledger.ceilings.tabs or tabs)


def throttle(limits: Iterable[Limit]) -> Limit | None:
    """The last time an account was throttled; what its tabs were told meanwhile is the same one."""
    wall: Limit | None = None
    for limit in sorted(limits, key=lambda limit: limit.at):
        if limit.outcome != Outcome.THROTTLED:
            continue
        if wall is None or limit.at > wall.until:
            wall = limit
        else:
            most = max(wall.tabs, limit.tabs)
            wall = replace(wall, tabs=most, until=max(wall.until, limit.until))
    return wall


def _rest(ledger: Ledger, now: float) -> list[_Wait]:
    if ledger.rests_until <= now:
        return []
    last = ledger.limits[0].outcome if ledger.limits else ""
    return [(ledger.rests_until, _WHY.get(last, OTHER))]


def _hour(ledger: Ledger, now: float) -> list[_Wait]:
    most = ledger.ceilings.per_hour
    if most is None:
        return []
    return _room(ledger, most, HOUR, now, f"the next of the {most} pictures an hour that you allow")


def _room(ledger: Ledger, most: int, seconds: float, now: float, why: str) -> list[_Wait]:
    """When a span of time has room for one more, if it has none now."""
    room = most - ledger.preparing
    if _within(ledger, seconds, now) < room:
        return []
    # what is being prepared is as good as sent
    oldest = ledger.sends[room - 1] if 0 < room <= len(ledger.sends) else now
    return [(oldest + seconds, why)]


def _within(ledger: Ledger, seconds: float, now: float) -> int:
    return sum(1 for _ in takewhile(lambda moment: moment > now - seconds, ledger.sends))


def _quiet(ceilings: Ceilings, now: float) -> list[_Wait]:
    """Until when the author's quiet hours last, if they have begun."""
    first, last = ceilings.quiet_from, ceilings.quiet_until
    if first is None or last is None:
        return []
    here = dt.datetime.fromtimestamp(now).astimezone()
    minute = here.hour * 60 + here.minute
    if (minute - first) % MINUTES >= (last - first) % MINUTES:
        return []
    ends = here.replace(hour=last // 60, minute=last % 60, second=0, microsecond=0, tzinfo=None)
    if minute >= last:
        ends += dt.timedelta(days=1)
    return [(ends.timestamp(), QUIET)]
