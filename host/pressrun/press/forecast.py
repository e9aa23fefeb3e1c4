"""How long a batch will take, as a range, and what holds it back: a function of what is known.

Two things are unknown. How long a picture keeps a tab is drawn between what the account needed
before and what this batch measured, each by how far it can be trusted. Whether there is a cap that
nobody has met yet only the site knows: while an account has not sent as much as the usual cap may
allow at least, that cap is assumed; until it has sent more than the usual cap, the range reaches to
what it would cost.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from pressrun.press.allowance import learned
from pressrun.protocol.messages.batch import Basis, Binding
from pressrun.store.accounts import Ledger

CONFIDENCE = 1.6
"""How many standard errors the range reaches to either side."""

BETWEEN = 0.15
"""By how much one night differs from another on the same account (a standard error, relative)."""

AHEAD = 0.12
"""By how much the rest of a night differs from its beginning, as `BETWEEN`."""

VARIES = 0.6
"""How much a picture's time varies, relative to its mean, as far as few pictures do not tell."""

FEW = 8
"""So many pictures count with `VARIES` when their variation is measured."""

MATTERS = 0.95
"""A limit binds when the batch would take less than this part of its time without it."""

CAP_ERROR = 0.1
"""A standard error of a cap that was observed, relative."""

USUAL_ERROR = 0.35
"""A standard error of a cap that is only said to be usual, relative."""

OUTLIERS = 0.04
"""The share of pictures that are made again because of their style, until that is seen."""

FEW_OUTLIERS = 25
"""So many pictures count with `OUTLIERS` when the share of a batch is measured."""


@dataclass(frozen=True)
class Spent:
    """What one attempt took."""

    seconds: float
    """From its claim until its tab was free."""
    made: bool
    """Whether it brought a picture."""


@dataclass(frozen=True)
class Rate:
    """At most so many pictures in a span of time that begins with the first of them."""

    pictures: float
    seconds: float


@dataclass(frozen=True)
class Typical:
    """What is usual on a site, as its profile has it."""

    seconds: tuple[float, float]
    """The shortest and the longest usual time of a picture."""
    cap: Rate | None
    """A cap that accounts of this site may have."""


@dataclass(frozen=True)
class Hands:
    """What one account may do from now on."""

    tabs: int
    """How many may work at once."""
    ledger: Ledger = field(default_factory=Ledger)
    gap: float = 0.0
    """The least seconds between two sends."""
    share: float = 1.0
    """The part of a day in which the author lets it work."""


@dataclass(frozen=True)
class RepairsAhead:
    """What a batch may spend on making outliers again."""

    most: int = 0
    """How many repairs it may still order."""
    ordered: int = 0
    """How many it ordered so far."""
    made: int = 0
    """Of so many pictures."""

    def likely(self, left: int) -> float:
        """How many repairs so many pictures will need."""
        share = (self.ordered + OUTLIERS * FEW_OUTLIERS) / (self.made + FEW_OUTLIERS)
        return min(share * left, self.most)


@dataclass(frozen=True)
class Question:
    """What a forecast is asked about."""

    left: int
    """Pictures to be made."""
    tabs: int
    """How many the author asked for on each account."""
    accounts: Sequence[Hands]
    usual: Typical
    before: Sequence[Spent] = ()
    """What these accounts needed in other batches."""
    measured: Sequence[Spent] = ()
    """What this batch needed so far."""
    in_row: int = 0
    """How many of the pictures have to be made one after another, where each follows the last."""
    by_memory: int | None = None
    """How many tabs of an account the machine has memory for, if that is fewer than asked for."""
    budget: RepairsAhead = field(default_factory=RepairsAhead)


@dataclass(frozen=True)
class Forecast:
    """How long it will take, in seconds from now."""

    shortest: float
    likely: float
    longest: float
    binds: Binding
    basis: Basis
    picture_seconds: float
    """How long a picture is taken to keep a tab."""
    cap: Rate | None
    """The cap that the account was seen to have, or that is assumed; None for none."""
    assumed: bool
    """Whether that cap is only the usual one."""


@dataclass(frozen=True)
class PictureTime:
    """How long a picture keeps a tab."""

    seconds: float
    error: float
    """Its standard error, relative."""


def forecast(asked: Question, now: float) -> Forecast:
    """How long a batch will take from `now` on."""
    known = pace(asked)
    spread = math.exp(CONFIDENCE * known.error)
    caps = [_learned(hands.ledger) for hands in asked.accounts]
    expected = [
        _expected(asked, hands, cap) for hands, cap in zip(asked.accounts, caps, strict=True)
    ]
    feared = [_feared(asked, hands, cap) for hands, cap in zip(asked.accounts, caps, strict=True)]

    def take(seconds: float, limits: Sequence[Rate | None], repairs: float) -> float:
        lines = [
            _line(hands, cap, _tabs(asked, hands), seconds, now)
            for hands, cap in zip(asked.accounts, limits, strict=True)
        ]
        # in the end tabs run out of work one after another
        left = asked.left + repairs
        abreast = _until_made(left, lines, now) + (seconds / 2 if asked.left else 0.0)
        return max(abreast, _row_takes(asked, seconds, lines, now))

    repairs = asked.budget.likely(asked.left)
    likely = take(known.seconds, expected, repairs)
    free = take(known.seconds, [None] * len(caps), repairs)
    return Forecast(
        shortest=take(known.seconds / spread, [_wider(cap, CAP_ERROR) for cap in caps], 0.0),
        likely=likely,
        longest=take(known.seconds * spread, feared, min(asked.budget.most, asked.left)),
        binds=_binding(asked, known.seconds, likely, capped=free < likely * MATTERS),
        basis=_basis(asked),
        picture_seconds=known.seconds,
        cap=next((cap for cap in expected if cap), None),
        assumed=not any(caps),
    )


def pace(asked: Question) -> PictureTime:
    """How long a picture will keep a tab, from what was before and what was measured."""
    low, high = asked.usual.seconds
    prior = PictureTime(math.sqrt(low * high), math.log(high / low) / 4)
    if before := _mean(asked.before):
        prior = _between(prior, replace(before, error=math.hypot(before.error, BETWEEN)))
    if not (measured := _mean(asked.measured)):
        return prior
    ahead = AHEAD * asked.left / (asked.left + len(asked.measured))
    return _between(prior, replace(measured, error=math.hypot(measured.error, ahead)))


def unmet(ledger: Ledger, cap: Rate) -> bool:
    """Whether an account may have a cap as this one, and has not sent enough to have met it."""
    earlier = islice(ledger.sends, round(cap.pictures), None)
    return not any(
        newer - older < cap.seconds for newer, older in zip(ledger.sends, earlier, strict=False)
    )


def _learned(ledger: Ledger) -> Rate | None:
    cap = learned(ledger)
    return Rate(cap.sends, cap.seconds) if cap else None


def _expected(asked: Question, hands: Hands, cap: Rate | None) -> Rate | None:
    """The cap that an account has, as far as anybody knows: its own, or first the usual one."""
    usual = asked.usual.cap
    least = _wider(usual, -USUAL_ERROR)
    return usual if cap is None and least is not None and unmet(hands.ledger, least) else cap


def _feared(asked: Question, hands: Hands, cap: Rate | None) -> Rate | None:
    """The least that a cap may allow."""
    if cap is not None:
        return _wider(cap, -CAP_ERROR)
    usual = asked.usual.cap
    return _wider(usual, -USUAL_ERROR) if usual is not None and unmet(hands.ledger, usual) else None


def _wider(cap: Rate | None, error: float) -> Rate | None:
    return cap and replace(cap, pictures=cap.pictures * math.exp(CONFIDENCE * error))


@dataclass
class _Line:
    """What one account makes while time goes by."""

    rate: float
    cap: Rate | None
    used: float
    since: float | None
    """When the cap's span began."""
    from_: float
    """When it may work."""


def _line(hands: Hands, cap: Rate | None, tabs: int, seconds: float, now: float) -> _Line:
    rate = tabs / seconds
    if hands.gap > 0:
        rate = min(rate, 1 / hands.gap)
    rate *= hands.share
    ledger = hands.ledger
    from_ = max(now, ledger.rests_until)
    if cap is None or from_ > now:
        return _Line(rate, cap, 0.0, None, from_)
    reset = max((limit.until for limit in ledger.limits), default=0.0)
    sends = [sent for sent in ledger.sends if sent > max(reset, now - cap.seconds)]
    return _Line(rate, cap, len(sends), sends[-1] if sends else None, from_)


def _until_made(left: float, lines: Sequence[_Line], now: float) -> float:
    """How many seconds it takes to make so many, if nobody has to wait for another's tab."""
    at = now
    while left > 0:
        for line in lines:
            _renew(line, at)
        working = [line for line in lines if line.from_ <= at]
        rate = sum(line.rate for line in working)
        steps = [line.from_ - at for line in lines if line.from_ > at]
        for line in working:
            if line.cap is not None and line.since is not None:
                steps.append((line.cap.pictures - line.used) / line.rate)
                steps.append(line.since + line.cap.seconds - at)
        if rate:
            steps.append(left / rate)
        if not steps:
            return math.inf
        # a step that is too small for the clock would never end
        step = max(min(steps), 1e-3)
        for line in working:
            line.used += line.rate * step
        left -= rate * step
        at += step
    return at - now


def _row_takes(asked: Question, seconds: float, lines: Sequence[_Line], now: float) -> float:
    """How many seconds pictures take of which each follows the last, in one tab after another."""
    if not asked.in_row:
        return 0.0
    share = max((hands.share for hands in asked.accounts), default=1.0)
    begins = min((line.from_ for line in lines), default=now)
    return begins - now + asked.in_row * seconds / share


def _renew(line: _Line, at: float) -> None:
    """Begin the cap's span, end it, or have the account wait for its end."""
    if line.cap is None or line.from_ > at:
        return
    if line.since is None or at >= line.since + line.cap.seconds:
        line.since, line.used = at, 0.0
    elif line.used >= line.cap.pictures - 1e-6:
        line.from_ = line.since + line.cap.seconds


def _mean(spent: Sequence[Spent]) -> PictureTime | None:
    """The time of all attempts by the pictures they brought; None when they brought none."""
    made = [each.seconds for each in spent if each.made]
    if not any(made):
        return None
    seconds = sum(each.seconds for each in spent) / len(made)
    mean = sum(made) / len(made)
    squares = sum((each / mean - 1) ** 2 for each in made) + FEW * VARIES**2
    return PictureTime(seconds, math.sqrt(squares / (len(made) + FEW) / len(made)))


def _between(one: PictureTime, other: PictureTime) -> PictureTime:
    """The mean of two, each by how sure it is."""
    trust, other_trust = one.error**-2, other.error**-2
    total = trust + other_trust
    seconds = (one.seconds * trust + other.seconds * other_trust) / total
    return replace(one, seconds=seconds, error=total**-0.5)


def _tabs(asked: Question, hands: Hands) -> int:
    most = min(asked.tabs, hands.tabs)
    return max(1, most if asked.by_memory is None else min(most, asked.by_memory))


def _binding(asked: Question, seconds: float, likely: float, *, capped: bool) -> Binding:
    if asked.in_row > 1 and asked.in_row * seconds >= likely * MATTERS:
        return Binding.ROW
    if capped:
        return Binding.CAP
    allowed = max((hands.tabs for hands in asked.accounts), default=asked.tabs)
    if asked.by_memory is not None and asked.by_memory < min(asked.tabs, allowed):
        return Binding.MEMORY
    return Binding.TABS if asked.tabs < allowed else Binding.GENERATION


def _basis(asked: Question) -> Basis:
    if any(each.made for each in asked.measured):
        return Basis.BATCH
    return Basis.ACCOUNT if any(each.made for each in asked.before) else Basis.PROFILE
