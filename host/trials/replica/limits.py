"""What an account may still do: its limits and quotas, the same in all its tabs."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pressrun.simulator.failures import Kind
from pressrun.simulator.limits import Limits, free_at
from trials.replica.behaviour import Behaviour

CAPS: tuple[Kind, ...] = ("plan_cap", "free_cap", "rate")
"""The limits that an image send meets in its answer, as against the throttle's dialog."""


@dataclass
class AccountLimits(Limits):
    """The limits that one account has met, and what its quotas count."""

    made: list[float] = field(default_factory=list)
    """When each picture was asked for, in Unix time."""
    uploads: int = 0
    chats: list[float] = field(default_factory=list)
    """When each chat was begun, or opened to be read, in Unix time."""

    def crowds(self, behaviour: Behaviour, now: float) -> bool:
        """Tell whether one chat more is one too many for the window that the behaviour has."""
        if behaviour.throttle_after is None:
            return False
        span = behaviour.throttle_window_seconds
        return free_at(self.chats, behaviour.throttle_after, span, now) is not None

    def used_up(self, behaviour: Behaviour, running: Iterable[float], now: float) -> float | None:
        """Return when the plan's quota is free again, or None while some of it is left.

        Args:
            behaviour: With the quota and its window.
            running: When each picture that is being made was asked for.
            now: The present, in Unix time.
        """
        if behaviour.plan_cap is None:
            return None
        return free_at(
            [*self.made, *running], behaviour.plan_cap, behaviour.plan_window_seconds, now
        )


def by_chance(behaviour: Behaviour, *of: object) -> Kind | None:
    """Draw the cap that an image send meets, if any."""
    rates = (behaviour.plan_capped, behaviour.free_capped, behaviour.rate_limited)
    return next(
        (
            kind
            for kind, rate in zip(CAPS, rates, strict=True)
            if behaviour.happens(rate, kind, *of)
        ),
        None,
    )
