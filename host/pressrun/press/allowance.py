"""How much an account may do now: a plain function of its ledger, the author's word and the time.

What a site allows is not published and shifts, so it is learned from what the site showed. A cap
that was met twice alike counts for a day, and so does a throttle; beyond that a little more is
tried, by one prompt and one tab at a time.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from pressrun.sites.profile import Outcome, Pacing
from pressrun.store.accounts import DAY, Ceilings, Ledger, Limit

HOUR = 3_600.0
HALF_HOUR = 1_800
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
    """Why not before then, in one sentence."""
    asks: bool = False
    """Whether the author has to do something in the browser first."""


@dataclass(frozen=True)
class Cap:
    """So many prompts in any span of so many seconds, as the site has shown."""

    sends: int
    seconds: float
    sure_until: float
    """It was met twice alike, and until then it is not tried again; 0 when it was met once."""


def allow(ledger: Ledger, pacing: Pacing, now: float) -> Allowance:
    """What an account may do now."""
    tabs = _tabs(ledger, pacing, now)
    waits = [*_rest(ledger, now), *_quiet(ledger.ceilings, now), *_hour(ledger, now)]
    if (cap := learned(ledger)) is not None:
        over = _within(ledger, cap.seconds, now) + ledger.preparing - cap.sends
        if now < cap.sure_until:
            waits += _room(ledger, cap.sends, cap.seconds, now, LIMIT)
        elif over >= 0:
            # it may be another than it seemed: one more at a time tells
            tabs = min(tabs, max(1, over))
    until, why = max(waits, default=(now, None))
    rested = any(wait == (until, why) for wait in _rest(ledger, now))
    return Allowance(tabs, until, why, rested and asks(ledger.rests_for))


LIMIT = "The account has reached its limit"
THROTTLE = "The site asked for a slower pace"
SIGN_IN = "Sign in to ChatGPT in the Pressrun window of your browser"
PERSON = "Confirm to the site that you are human, in the Pressrun window of your browser"
QUIET = "These are your quiet hours"

_WHY: Mapping[str, str] = {
    Outcome.CAPPED: LIMIT,
    Outcome.THROTTLED: THROTTLE,
    Outcome.SIGNED_OUT: SIGN_IN,
    Outcome.CHALLENGED: PERSON,
}

OVERLONG = (
    "The site asks for a wait of more than a week. Look at the page in the Pressrun window of your "
    "browser; to go on earlier, pressrun resume --account. The site says: {}"
)

_Wait = tuple[float, str]


def span_of(sends: Sequence[float], at: float, until: float) -> float | None:
    """When the span of time began in which a cap was met: what was sent since is what it allows.

    A cap resets a span after the first prompt in it, and spans are whole half hours. So there is a
    prompt a span before the reset, and no span of that length ever held more; the shortest for
    which both is so. None when the first prompt was the author's own, and nobody can tell.

    Args:
        sends: when prompts were taken, the newest first, without the one that met the cap.
        at: when the cap was met.
        until: when it resets; up to `SLACK` later than it really does.
    """
    taken = [moment for moment in sends if moment <= at]
    for length in range(HALF_HOUR, int(DAY) + 1, HALF_HOUR):
        begins = until - length
        count = sum(moment >= begins - SLACK for moment in taken)
        if not count or taken[count - 1] > begins + 1:
            continue
        held_more = any(
            newest - oldest < length - SLACK
            for newest, oldest in zip(taken, taken[count:], strict=False)
        )
        if not held_more:
            return taken[count - 1]
    return None


def learned(ledger: Ledger) -> Cap | None:
    """The cap that an account's limits tell of.

    The author may use the account beside us, so that a cap is sometimes met with fewer prompts:
    of those that were met within a day of the last one, over much the same span, the widest.
    """
    met = [wall for wall in walls(ledger.limits, Outcome.CAPPED) if wall.sends]
    if not met:
        return None
    last = met[-1].at
    recent = [(wall.sends, _span(wall)) for wall in met if wall.at > last - DAY]
    shortest = min(seconds for _, seconds in recent)
    alike = [(sends, seconds) for sends, seconds in recent if seconds < shortest * ALIKE]
    most, seconds = max(alike)
    sure = sum(sends * ALIKE > most for sends, _ in alike) > 1
    return Cap(most, seconds, last + DAY if sure else 0.0)


def _span(wall: Limit) -> float:
    return wall.until - (wall.at if wall.since is None else wall.since)


def _tabs(ledger: Ledger, pacing: Pacing, now: float) -> int:
    """How many tabs the site takes, as far as it has shown, and the author allows."""
    met = walls(ledger.limits, Outcome.THROTTLED)
    if not met:
        tabs = pacing.tabs + len(ledger.sends) // pacing.quiet
    else:
        wall = met[-1]
        since = sum(1 for _ in takewhile(lambda moment: moment > wall.until, ledger.sends))
        # as many as an account begins with were never too many: something else was meant
        most = max(pacing.tabs, wall.tabs - 1 + int(max(0.0, now - wall.at) // DAY))
        tabs = max(1, min(wall.tabs // 2 + since // pacing.quiet, most))
    if ledger.fruitless:
        # what is under way may come to nothing as well
        tabs = min(tabs, max(1, pacing.fruitless - ledger.fruitless))
    return min(tabs, ledger.ceilings.tabs or tabs)


def walls(limits: Iterable[Limit], outcome: Outcome) -> list[Limit]:
    """The limits of a kind, the oldest first; what other tabs were told of one meanwhile is it."""
    found: list[Limit] = []
    for limit in sorted(limits, key=lambda limit: limit.at):
        if limit.outcome != outcome:
            continue
        if found and limit.at <= found[-1].until:
            found[-1] = _both(found[-1], limit)
        else:
            found.append(limit)
    return found


def _both(wall: Limit, limit: Limit) -> Limit:
    return replace(
        wall,
        tabs=max(wall.tabs, limit.tabs),
        until=max(wall.until, limit.until),
        sends=max(wall.sends, limit.sends),
    )


def reason(outcome: str, text: str) -> str:
    """Why an account rests, or what the author has to do first, in one sentence.

    Args:
        outcome: why an account rests.
        text: the site's own words, or ours about its page.
    """
    if outcome == Outcome.OVERLONG:
        return OVERLONG.format(text)
    return _WHY.get(outcome, f"Look at the page in the Pressrun window of your browser: {text}")


def asks(outcome: str) -> bool:
    """Whether an account that rests for this waits for its author, and not only for the time."""
    return outcome not in {Outcome.CAPPED, Outcome.THROTTLED}


def _rest(ledger: Ledger, now: float) -> list[_Wait]:
    if ledger.rests_until <= now:
        return []
    return [(ledger.rests_until, reason(ledger.rests_for, ledger.rests_because))]


def _hour(ledger: Ledger, now: float) -> list[_Wait]:
    most = ledger.ceilings.per_hour
    if most is None:
        return []
    return _room(
        ledger, most, HOUR, now, f"The {most} pictures an hour that you allow have been sent"
    )


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
