"""What an account may still do: the limits that it has met, and what fits into a span of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pressrun.simulator import ledger


@dataclass
class Limits:
    """The limits that one account has met."""

    latest: dict[str, ledger.Limit] = field(default_factory=dict)
    """By kind."""

    def meet(self, limit: ledger.Limit) -> None:
        """The account has met a limit."""
        self.latest[limit.kind] = limit

    def holds(self, kinds: Iterable[str], now: float) -> ledger.Limit | None:
        """Return the limit of these kinds that has not ended yet, if there is one."""
        known = (self.latest.get(kind) for kind in kinds)
        return next((limit for limit in known if limit and limit.until > now), None)


def free_at(times: Sequence[float], most: int, seconds: float, now: float) -> float | None:
    """Return when one more fits into any span of `seconds`; None if it does now.

    Args:
        times: when each before it was, in any order.
        most: how many a span holds.
        seconds: how long a span is.
        now: the time.
    """
    counted = [at for at in times if at > now - seconds]
    if len(counted) < most:
        return None
    return min(counted, default=now) + seconds
