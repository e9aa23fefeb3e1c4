"""What became of an account's sends, from one stop to the next.

A **stop** is a limit on an account's record, whatever it is called. A send is **fruitless** when
it came neither to a picture on disk nor to a failure or a limit that the site recorded; **unheard**
are those for which it did record one as well. Sends are counted in the ledger's order.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile

from pressrun.simulator.ledger import Entry, Failure, Picture, Submission
from pressrun.simulator.tab import mark_of


@dataclass(frozen=True)
class Stop:
    """An account stopped."""

    mark: str
    """Of who is signed in."""
    at: float
    """In the site's time."""
    outcome: str
    text: str


@dataclass
class Span:
    """The sends of one account from one stop to the next."""

    after: Stop | None = None
    """The stop before it; None for the first span."""
    until: Stop | None = None
    """The stop that ended it; None for the last span."""
    came_to: list[bool | None] = field(default_factory=list)
    """Of each send, in order: whether it came to a picture; None when it came to nothing."""

    @property
    def fruitless(self) -> int:
        """The longest run of sends that came to nothing at all."""
        return _longest(each is None for each in self.came_to)

    @property
    def probes(self) -> int:
        """How many sends came to nothing before the first that came to a picture."""
        return sum(each is None for each in takewhile(lambda each: each is not True, self.came_to))

    @property
    def unheard(self) -> int:
        """The longest run of sends that came to no picture."""
        return _longest(each is not True for each in self.came_to)


def spans(
    ledger: Iterable[Entry], stops: Sequence[Stop], kept: Iterable[str]
) -> dict[str, list[Span]]:
    """The spans of each account, by its mark.

    Args:
        ledger: the site's.
        stops: of all accounts, the oldest first.
        kept: the SHA-256 of every picture on record.
    """
    there = set(kept)
    ended: dict[str, bool] = {}
    sends: dict[str, deque[Submission]] = {stop.mark: deque() for stop in stops}
    for entry in ledger:
        if isinstance(entry, Submission):
            sends.setdefault(mark_of(entry.account), deque()).append(entry)
        elif isinstance(entry, Failure):
            ended[entry.turn] = False
        elif isinstance(entry, Picture) and entry.sha256 in there:
            ended[entry.turn] = True
    found = {}
    for mark, ahead in sends.items():
        theirs = found[mark] = [Span()]
        for stop in (stop for stop in stops if stop.mark == mark):
            theirs[-1].until = stop
            while ahead and ahead[0].time <= stop.at:
                theirs[-1].came_to.append(ended.get(ahead.popleft().turn))
            theirs.append(Span(after=stop))
        theirs[-1].came_to += [ended.get(each.turn) for each in ahead]
    return found


def _longest(of: Iterable[bool]) -> int:
    return max((len(list(run)) for each, run in groupby(of) if each), default=0)
