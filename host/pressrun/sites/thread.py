"""Where our turn is in a chat in which we sent before.

Such a chat is known by its address, and so are the words of what we sent in it. A page shows its
newest turns, perhaps not all of them, and not always as they were written. What it shows is laid
against what we know in every way that fits; where more than one fits as well, nothing is concluded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pressrun.protocol.messages.page import Reading, SeenTurn
from pressrun.sites.likeness import Likeness, likeness


@dataclass(frozen=True)
class Thread:
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


UNCLEAR = Thread()
"""It can be read in more than one way, or not at all."""


def authors(reading: Reading) -> list[SeenTurn]:
    """The author's turns that a page shows, oldest first."""
    return [turn for turn in reading.turns if turn.role == "user"]


def lay(reading: Reading, before: Sequence[str], words: str) -> Thread:
    """Lay what a page shows of a chat against what we know of it.

    Args:
        reading: what the page shows.
        before: the words of our earlier messages in the chat, oldest first.
        words: those of our message.
    """
    theirs = authors(reading)
    if not theirs:
        return UNCLEAR
    known = len(before)
    # the newest turns are shown, so that what is missing stands above them
    fitting = {
        above: agreed
        for above in range(max(0, known - len(theirs)), known + 1)
        if (agreed := _agreed(theirs, [*before, words], above)) is not None
    }
    complete = reading.turn_count <= len(reading.turns)
    if not fitting:
        return _between(theirs, before, words, complete=complete)
    most = max(fitting.values())
    best = [above for above, agreed in fitting.items() if agreed == most]
    if len(best) > 1 and not (complete and best[0] == 0):
        return UNCLEAR
    return _read(theirs[known - best[0] :], words, certain=len(best) == 1)


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


def _agreed(theirs: Sequence[SeenTurn], ours: Sequence[str], above: int) -> tuple[int, int] | None:
    """How well shown turns agree with ours if `above` of ours are not shown; None if they cannot.

    Counted are those that are surely ours, and those that may be. Whether the last of ours is
    another's is for the caller to tell.
    """
    *before, words = ours
    alike = [
        likeness(known, turn.text, whole=turn.whole)
        for turn, known in zip(theirs, before[above:], strict=False)
    ]
    if Likeness.ANOTHERS in alike:
        return None
    after = [_alike(words, turn) for turn in theirs[len(before) - above :]]
    alike += [Likeness.OURS] if Likeness.OURS in after else after[:1]
    return alike.count(Likeness.OURS), alike.count(Likeness.UNSURE)


def _alike(words: str, turn: SeenTurn) -> Likeness:
    return likeness(words, turn.text, whole=turn.whole) if words else Likeness.ANOTHERS


def _read(after: Sequence[SeenTurn], words: str, *, certain: bool) -> Thread:
    """What the author's turns after those that we know come to."""
    if not after:
        return Thread(as_left=True, certain=certain)
    alike = [_alike(words, turn) for turn in after]
    if Likeness.OURS in alike:
        ours = after[alike.index(Likeness.OURS)]
        return Thread(ours, foreign=len(after) > 1, certain=certain)
    if alike == [Likeness.UNSURE]:
        return Thread(after[0], certain=certain)
    return Thread(foreign=True, certain=certain and set(alike) == {Likeness.ANOTHERS})


def _between(
    theirs: Sequence[SeenTurn], before: Sequence[str], words: str, *, complete: bool
) -> Thread:
    """Somebody else wrote among our turns: ours is the one with our words, if only one has them."""
    ours = [turn for turn in theirs if _alike(words, turn) == Likeness.OURS]
    same = sum(each.split() == words.split() for each in before)
    if len(ours) > same and (complete or not same):
        return Thread(ours[-1], foreign=True)
    return Thread(foreign=True)
