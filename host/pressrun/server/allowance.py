"""What an account may do, and what has been seen of it, for the views."""

from pressrun.press.allowance import HOUR, allow, learned
from pressrun.protocol.messages.account import AccountAllowance, LimitStatus
from pressrun.protocol.messages.base import moment
from pressrun.sites.profile import Pacing
from pressrun.store.accounts import DAY, Account, Ledger


def allowance_of(account: Account, ledger: Ledger, pacing: Pacing, now: float) -> AccountAllowance:
    """What follows from an account's ledger, by the rules of the press."""
    allowance, cap = allow(ledger, pacing, now), learned(ledger)
    ceilings = ledger.ceilings
    waits = allowance.at > now
    return AccountAllowance(
        account=account.id,
        site=account.site,
        profile=account.profile,
        tabs=allowance.tabs,
        begins_at=moment(allowance.at) if waits else None,
        why=allowance.why if waits else None,
        last_hour=sum(at > now - HOUR for at in ledger.sends),
        last_day=sum(at > now - DAY for at in ledger.sends),
        cap=cap.sends if cap else None,
        cap_seconds=max(0.0, cap.seconds) if cap else None,
        cap_sure=bool(cap and cap.sure_until > now),
        limits=[
            LimitStatus(
                at=moment(each.at),
                outcome=each.outcome,
                until=moment(each.until),
                tabs=each.tabs,
            )
            for each in ledger.limits
        ],
        most_tabs=ceilings.tabs,
        most_per_hour=ceilings.per_hour,
        quiet_from=ceilings.quiet_from,
        quiet_until=ceilings.quiet_until,
    )
