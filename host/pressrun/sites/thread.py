"""Where our turn is in a chat in which we sent before.

Such a chat is known by its address, and so are the words of what we sent in it. A page shows its
newest turns, perhaps not all of them, and not always as they were written. What it shows is laid
against what we know in every way that fits; where more than one fits as well, nothing is concluded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pressrun.protocol.messages.page import Reading, SeenTurn
from pressrun.sites.likeness import Likeness, begins_alike, likeness


@dataclass(frozen=True)
class Found:
    """How a page shows a chat of ours, seen from one of our messages in it."""

    ours: SeenTurn | None = None
    """The turn with our message."""
    foreign: bool = False
    """Whether somebody else wrote in the chat, as far as is known."""
    as_left: bool = False
    """Whether it shows what we left before our message as the last there is: neither our message
    nor anybody else's follows it."""
    certain: bool = False
    """Whether words or numbers leave no other way to read it."""


UNCLEAR = Found()
"""It can be read in more than one way, or not at all."""


def authors(reading: Reading) -> list[SeenTurn]:
    """The author's turns that a page shows, oldest first."""
    return [turn for turn in reading.turns if turn.role == "user"]


def lay(reading: Reading, before: Sequence[str], words: str) -> Found:
    """Lay what a page shows of a chat against what we know of it.

    Of all the ways that fit, the one counts that leaves the fewest turns to somebody else.

    Args:
        reading: what the page shows.
        before: the words of our earlier messages in the chat, oldest first.
        words: those of our message.
    """
    theirs = authors(reading)
    if not theirs:
        return UNCLEAR
    ways = [way for way in (_fit(theirs, before[n:], words) for n in range(len(before) + 1)) if way]
    best = max(way.rank for way in ways)
    likely = [way for way in ways if way.rank == best]
    certain = len({way.ours for way in likely}) == 1
    complete = reading.turn_count <= len(reading.turns)
    if not certain and not (complete and ways[0] in likely):
        return UNCLEAR
    found = likely[0]
    if found.twins:
        return Found(foreign=True)
    if found.ours is None:
        as_left = found.foreign == 0
        return Found(foreign=not as_left, as_left=as_left, certain=certain)
    return Found(theirs[found.ours], foreign=found.foreign > 0, certain=certain)


def fault(reading: Reading, before: Sequence[str]) -> str | None:
    """Why a page does not show a chat as we left it, or None when it does.

    Args:
        reading: what the page shows.
        before: the words of what we sent in the chat, oldest first; none for a fresh one.
    """
    if not before:
        fresh = not reading.turn_count and not reading.turns
        return None if fresh else "somebody else wrote in the chat meanwhile"
    # a message that nobody wrote fits nothing that is shown
    found = lay(reading, before, "")
    if found.as_left:
        return None
    return "somebody else wrote in the chat" if found.foreign else "the chat is not shown whole"


@dataclass(frozen=True)
class _Way:
    """One way to read the author's turns that a page shows."""

    ours: int | None
    """Which of them is our message."""
    foreign: int
    """How many are nobody's that we know."""
    sure: int
    """How many are surely what we sent."""
    twins: bool
    """Whether several may be our message, and are alike."""

    @property
    def rank(self) -> tuple[int, int]:
        """The higher, the likelier it is."""
        return -self.foreign, self.sure


def _fit(theirs: Sequence[SeenTurn], before: Sequence[str], words: str) -> _Way | None:
    """Find earlier messages of ours among turns, all and in their order, and ours after them.

    Those before them are thought not to be shown. None where one is missing.
    """
    place, sure = 0, 0
    for known in before:
        alike = [_alike(known, turn) for turn in theirs[place:]]
        step = next((n for n, each in enumerate(alike) if each != Likeness.ANOTHERS), None)
        if step is None:
            return None
        sure += alike[step] == Likeness.OURS
        place += step + 1
    alike = [_alike(words, turn) for turn in theirs[place:]]
    ours = None
    if Likeness.OURS in alike:
        ours = place + alike.index(Likeness.OURS)
        sure += 1
    elif alike[:1] == [Likeness.UNSURE]:
        ours = place
    foreign = len(theirs) - len(before) - (ours is not None)
    return _Way(ours, foreign, sure, twins=alike.count(Likeness.OURS) > 1)


def _alike(words: str, turn: SeenTurn) -> Likeness:
    """Whether a turn may be a message of ours: where several are, one that begins otherwise is not.

    A page that shows what we sent otherwise shows it so before Send, too, and nothing is sent.
    """
    alike = likeness(words, turn.text, whole=turn.whole)
    unsure = alike == Likeness.UNSURE
    return Likeness.ANOTHERS if unsure and not begins_alike(words, turn.text) else alike
