"""What an account may do, and what has been seen of it, for the views."""

from pressrun.press.allowance import HOUR, allow, learned
from pressrun.protocol.messages.account import (
    LIMITS_TOLD,
    AccountAllowance,
    AccountHistory,
    HistoryPart,
    LimitStatus,
)
from pressrun.protocol.messages.base import moment
from pressrun.sites.profile import Pacing
from pressrun.store.accounts import DAY, Account, Ledger, Limit
from pressrun.store.sends import Past, Period, known_at


def allowance_of(account: Account, ledger: Ledger, pacing: Pacing, now: float) -> AccountAllowance:
    """What follows from an account's ledger, by the rules of the press."""
    allowance, cap = allow(ledger, pacing, now), learned(ledger)
    ceilings = ledger.ceilings
    waits = allowance.at > now
    return AccountAllowance(
        account=account.id,
        site=account.site,
        profile=account.profile,
        browser=account.browser,
        tabs=allowance.tabs,
        begins_at=moment(allowance.at) if waits else None,
        why=allowance.why if waits else None,
        asks=waits and allowance.asks,
        last_hour=sum(at > now - HOUR for at in ledger.sends),
        last_day=sum(at > now - DAY for at in ledger.sends),
        cap=cap.sends if cap else None,
        cap_seconds=max(0.0, cap.seconds) if cap else None,
        cap_sure=bool(cap and cap.sure_until > now),
        limits=[_told(each) for each in ledger.limits],
        most_tabs=ceilings.tabs,
        most_per_hour=ceilings.per_hour,
        quiet_from=ceilings.quiet_from,
        quiet_until=ceilings.quiet_until,
    )


def history_of(
    account: int, period: Period, sent: Past, pacing: Pacing, now: float
) -> AccountHistory:
    """What an account was sent over a period, and what followed from it at the end of each part."""
    ends = [min(now, period.begin + period.seconds * (part + 1)) for part in range(period.parts)]
    met = [each for each in sent.limits if each.until > period.begin]
    return AccountHistory(
        account=account,
        begin=moment(period.begin),
        seconds=period.seconds,
        parts=[
            HistoryPart(sends=sends, pictures=pictures, tabs=_tabs_at(sent, pacing, end))
            for sends, pictures, end in zip(sent.sends, sent.pictures, ends, strict=True)
        ],
        limits=[_told(each) for each in met[:LIMITS_TOLD]],
    )


def _tabs_at(sent: Past, pacing: Pacing, at: float) -> int:
    """How many tabs an account could use at a moment of its past; none while it rested."""
    if any(each.at <= at < each.until for each in sent.limits):
        return 0
    sends, limits = known_at(sent, at)
    return allow(Ledger(sends=sends, limits=limits), pacing, at).tabs


def _told(limit: Limit) -> LimitStatus:
    return LimitStatus(
        at=moment(limit.at),
        outcome=limit.outcome,
        until=moment(limit.until),
        tabs=limit.tabs,
    )
