"""Whose a chat is: our turn in it, and what answers it.

In a chat that was opened fresh and in which we clicked Send, the one new author's turn is ours, and
a chat that is known by its address is ours whatever its words look like. Words alone bind only
where nothing else does; otherwise they serve to notice that somebody else wrote there. Where we
sent before in the same chat, `thread.py` tells our turn from the earlier ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from pressrun import characters
from pressrun.protocol.messages.page import Reading, SeenPicture, SeenTurn
from pressrun.sites import thread
from pressrun.sites.likeness import Likeness, likeness
from pressrun.sites.profile import SiteProfile
from pressrun.sites.thread import authors


class Tie(StrEnum):
    """What ties a chat to an attempt."""

    WORDS = "words"
    """Nothing but what is written in it."""
    SENT = "sent"
    """It was fresh in this document, and Send was clicked in it."""
    ADDRESS = "address"
    """Its address is on record."""


@dataclass(frozen=True)
class Exchange:
    """What a chat shows of our turn, and of what answers it."""

    turn: SeenTurn | None
    """Ours; None while the page does not show it, as the redesign does while it answers."""
    answers: tuple[SeenTurn, ...]
    alone: bool
    """Whether nobody wrote anything else in the chat, as far as it is shown."""
    attached: tuple[SeenPicture, ...] = ()
    """What the author's turns show of the pictures that went with them."""
    earlier: int = 0
    """How many messages of ours are above it in the chat."""
    bounded: bool = True
    """Whether a picture that stands in no turn can only be the answer to ours: nobody asked for
    another one in the chat, or all that were there before are known."""


def conversation(site: SiteProfile, reading: Reading) -> str | None:
    """The name of the conversation that the page shows, as soon as its address has one."""
    found = site.conversation.search(reading.url)
    return found.group(1) if found else None


def exchange(reading: Reading, words: str, tie: Tie, before: Sequence[str] = ()) -> Exchange | None:
    """Our turn and its answers in a chat; None where the page shows none that can be ours.

    Args:
        reading: what the page shows.
        words: what we sent.
        tie: what ties the chat to it.
        before: what we had sent in the same chat before, oldest first.
    """
    if before:
        return _later(reading, words, tie, before)
    theirs = authors(reading)
    if not theirs:
        return answering(reading, None) if reading.turns and tie != Tie.WORDS else None
    own = _own(theirs, words, tie)
    return None if own is None else answering(reading, own)


def _later(reading: Reading, words: str, tie: Tie, before: Sequence[str]) -> Exchange | None:
    """The same in a chat in which we sent before.

    While the page does not show our turn, what is below the last one may answer either.
    """
    found = thread.lay(reading, before, words)
    if found.ours is None:
        return None
    attached = tuple(picture for each in authors(reading) for picture in each.pictures)
    alone = not found.foreign and found.ours is authors(reading)[-1]
    return Exchange(
        found.ours,
        tuple(answer(reading, found.ours)),
        alone,
        attached,
        earlier=len(before),
        bounded=alone and tie == Tie.SENT,
    )


def answering(reading: Reading, turn: SeenTurn | None) -> Exchange:
    """An author's turn and what answers it; without a turn, what stands where none is shown."""
    theirs = authors(reading)
    # a thread may be drawn twice
    alone = len({" ".join(each.text.split()) for each in theirs}) <= 1
    attached = tuple(picture for each in theirs for picture in each.pictures)
    if alone:
        answers = [each for each in reading.turns if each.role != "user"]
    else:
        answers = answer(reading, turn) if turn else []
    return Exchange(turn, tuple(answers), alone, attached, bounded=alone)


def _own(theirs: Sequence[SeenTurn], prompt: str, tie: Tie) -> SeenTurn | None:
    """Which of the author's turns is ours: the first, since ours began the chat."""
    alike = [likeness(prompt, turn.text, whole=turn.whole) for turn in theirs]
    if Likeness.OURS in alike:
        return theirs[alike.index(Likeness.OURS)]
    if tie == Tie.WORDS:
        return None
    if alike[0] == Likeness.UNSURE or (tie == Tie.ADDRESS and len(theirs) == 1):
        return theirs[0]
    return None


def holds(reading: Reading, prompt: str) -> Likeness:
    """Whether a chat that nothing else is known of holds our prompt.

    It is certainly another's only where every turn of its author's is shown, and is another's.
    """
    theirs = authors(reading)
    alike = {likeness(prompt, turn.text, whole=turn.whole) for turn in theirs}
    if Likeness.OURS in alike:
        return Likeness.OURS
    complete = reading.turn_count <= len(reading.turns)
    return Likeness.ANOTHERS if complete and alike == {Likeness.ANOTHERS} else Likeness.UNSURE


def answer(reading: Reading, turn: SeenTurn) -> list[SeenTurn]:
    """What the site says after a turn, up to the next user's turn."""
    place = next((n for n, seen in enumerate(reading.turns) if seen is turn), None)
    if place is None:
        return []
    below = reading.turns[place + 1 :]
    ends = next((n for n, seen in enumerate(below) if seen.role == "user"), len(below))
    return below[:ends]


def unsent(
    site: SiteProfile,
    reading: Reading,
    words: str,
    before: Sequence[str] = (),
    chat: str | None = None,
) -> bool:
    """Whether a document that was about to send still holds our words, and shows nothing new.

    Args:
        site: by whose rules.
        reading: what the document shows.
        words: what was to be sent.
        before: what we had sent in the same chat before, oldest first.
        chat: the name of that chat; None for a fresh one.
    """
    if chat is None:
        there = not reading.loose and _is_fresh(site, reading)
    else:
        there = conversation(site, reading) == chat
    return (
        there
        and thread.fault(reading, before) is None
        and not reading.stop
        and as_kept(reading.composer_text) == as_kept(words)
    )


def _is_fresh(site: SiteProfile, reading: Reading) -> bool:
    """Whether the address is that of a fresh chat."""
    home = urlsplit(reading.url).path == urlsplit(site.home).path
    return home or site.project_of(reading.url) is not None


def as_kept(text: str) -> str:
    """A text as an editor keeps it, to compare two by; everything else has to be equal.

    Editors that own their paragraphs split a pasted text at runs of line ends, browsers write a
    space at the edge of a line as one that does not break, and a space follows a mode's pill.
    Source: https://prosemirror.net/docs/ref/#view.EditorProps.clipboardTextParser
    """
    # a reading holds no characters that steer a terminal, and a prompt may
    lines = characters.dropped(text).replace("\N{NO-BREAK SPACE}", " ").split("\n")
    return "\n".join(line for line in lines if line.strip()).strip()
