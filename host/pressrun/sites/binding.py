"""Whose a chat is: our turn in it, and what answers it.

In a chat that was opened fresh and in which we clicked Send, the one new author's turn is ours, and
a chat that is known by its address is ours whatever its words look like. Words alone bind only
where nothing else does; otherwise they serve to notice that somebody else wrote there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from pressrun import characters
from pressrun.protocol.messages.page import Reading, SeenPicture, SeenTurn
from pressrun.sites.likeness import Likeness, likeness
from pressrun.sites.profile import SiteProfile


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


def conversation(site: SiteProfile, reading: Reading) -> str | None:
    """The name of the conversation that the page shows, as soon as its address has one."""
    found = site.conversation.search(reading.url)
    return found.group(1) if found else None


def exchange(reading: Reading, prompt: str, tie: Tie) -> Exchange | None:
    """Our turn and its answers in a chat; None where the page shows none that can be ours.

    Args:
        reading: what the page shows.
        prompt: what we sent.
        tie: what ties the chat to it.
    """
    theirs = _authors(reading)
    if not theirs:
        return answering(reading, None) if reading.turns and tie != Tie.WORDS else None
    own = _own(theirs, prompt, tie)
    return None if own is None else answering(reading, own)


def answering(reading: Reading, turn: SeenTurn | None) -> Exchange:
    """An author's turn and what answers it; without a turn, what stands where none is shown."""
    theirs = _authors(reading)
    # a thread may be drawn twice
    alone = len({" ".join(each.text.split()) for each in theirs}) <= 1
    attached = tuple(picture for each in theirs for picture in each.pictures)
    if alone:
        answers = [each for each in reading.turns if each.role != "user"]
    else:
        answers = answer(reading, turn.id) if turn else []
    return Exchange(turn, tuple(answers), alone, attached)


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
    theirs = _authors(reading)
    alike = {likeness(prompt, turn.text, whole=turn.whole) for turn in theirs}
    if Likeness.OURS in alike:
        return Likeness.OURS
    complete = reading.turn_count <= len(reading.turns)
    return Likeness.ANOTHERS if complete and alike == {Likeness.ANOTHERS} else Likeness.UNSURE


def answer(reading: Reading, turn: str) -> list[SeenTurn]:
    """What the site says after a turn, up to the next user's turn."""
    ids = [seen.id for seen in reading.turns]
    if turn not in ids:
        return []
    answers = []
    for seen in reading.turns[ids.index(turn) + 1 :]:
        if seen.role == "user":
            break
        answers.append(seen)
    return answers


def _authors(reading: Reading) -> list[SeenTurn]:
    return [turn for turn in reading.turns if turn.role == "user"]


def unsent(site: SiteProfile, reading: Reading, prompt: str) -> bool:
    """Whether a document that was about to send still holds our prompt, and shows nothing else."""
    path = urlsplit(reading.url).path
    return (
        not reading.turns
        and not reading.turn_count
        and not reading.loose
        and not reading.stop
        and path == urlsplit(site.home).path
        and as_kept(reading.composer_text) == as_kept(prompt)
    )


def as_kept(text: str) -> str:
    """A text as an editor keeps it, to compare two by; everything else has to be equal.

    Editors that own their paragraphs split a pasted text at runs of line ends, browsers write a
    space at the edge of a line as one that does not break, and a space follows a mode's pill.
    Source: https://prosemirror.net/docs/ref/#view.EditorProps.clipboardTextParser
    """
    # a reading holds no characters that steer a terminal, and a prompt may
    lines = characters.dropped(text).replace("\N{NO-BREAK SPACE}", " ").split("\n")
    return "\n".join(line for line in lines if line.strip()).strip()
