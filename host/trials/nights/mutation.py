"""Pages that turn into something else: what changes on one night's pages, and from when on.

The site gets and makes what it always did; its pages show it otherwise, as a page does that was
changed from outside. Nothing here knows the site profile. `looks.py` tells what each change looks
like.
"""

from dataclasses import dataclass
from enum import StrEnum

from pressrun.simulator.dice import dice

MOST = 4
"""The most changes of one night."""

AT_ONCE = 0.5
"""The share of changes that are there from the beginning; others come after some submission."""

EVERYWHERE = 0.8
"""The share of changes that every document has; others are served to every second one."""


class Change(StrEnum):
    """One way for pages to change."""

    # the author's turn
    TURN_ELLIPSIS = "author's turn: an ellipsis at its end"
    TURN_EDITED = "author's turn: a note at its end"
    TURN_CUT = "author's turn: cut, and known to be"
    TURN_CUT_UNSEEN = "author's turn: cut, and taken for whole"
    TURN_PUNCTUATION = "author's turn: other quotes, dashes and dots"
    TURN_MARKDOWN = "author's turn: Markdown rendered"
    TURN_EMOJI = "author's turn: no emoji"
    TURN_DIRECTIONS = "author's turn: marks of direction"
    TURN_WORDLESS = "author's turn: no words"
    TURN_UNMOUNTED = "author's turn: gone while the answer is made"
    TURN_MISSING = "author's turn: gone for good"
    TURN_ROLELESS = "author's turn: told as somebody else's"
    TURN_RENAMED = "turns: their ids change"
    TURN_PREFACED = "author's turn: words before it"
    THREAD_DOUBLED = "turns: all of them twice"
    THREAD_LATE = "turns: seconds after the page was loaded"
    # the answer
    PICTURE_UNRULED = "picture: found by no rule"
    PICTURE_LOOSE = "picture: outside of turns"
    PICTURE_DATA = "picture: a data: source"
    PICTURE_BLOB = "picture: a blob: source"
    PICTURE_UNLOADED = "picture: never loaded"
    PICTURE_SMALL = "picture: a small preview"
    PICTURE_MISSING = "picture: not shown"
    ADVERT_FOREIGN = "answer: an advertisement from another host"
    ADVERT_ALIKE = "answer: an advertisement from the site's own store, the same in every chat"
    NEIGHBOUR = "answer: the picture of another chat, too"
    ANSWER_ROLELESS = "answer: told as nobody's"
    ANSWER_WORDY = "answer: more words"
    UNFINISHED = "answer: no finished mark"
    BUSY_STUCK = "answer: busy for ever"
    PENDING_STUCK = "answer: pending for ever"
    COMPLETE_FLASH = "answer: said to be complete right after Send"
    # the page
    ADDRESS_PROVISIONAL = "address: provisional"
    ADDRESS_UNNAMED = "address: names no conversation"
    HISTORY_EMPTY = "history: empty"
    HISTORY_UNNAMED = "history: addresses that name no conversation"
    HISTORY_REVERSED = "history: the oldest first"
    HISTORY_STALE = "history: the newest are missing"
    SHELL_UNKNOWN = "page: no shell that is known"
    COMPOSER_MISSING = "page: no composer"
    COMPOSER_DOUBLED = "page: two composers"
    SEND_DISABLED = "page: Send is never enabled"
    SEND_IGNORED = "page: Send does nothing"
    STOP_STUCK = "page: Stop for ever"
    MODE_UNSEEN = "page: image mode is not seen"
    DIALOG_UNKNOWN = "page: an unknown dialog"
    TOAST_UNKNOWN = "page: an unknown toast, and no limit"
    LIMIT_FOREIGN = "page: a limit in an unknown language"
    CHIPS_UNCOUNTED = "page: attachments are not seen"
    CHIPS_LEFT = "page: a fresh one holds a file that somebody left"


@dataclass(frozen=True)
class Onset:
    """A change, and where and when it is."""

    change: Change
    after: int = 0
    """How many submissions the site took before it; with 0 it is there from the beginning."""
    everywhere: bool = True
    """Or else in every second document."""

    def __str__(self) -> str:
        when = f" after {self.after}" if self.after else ""
        return f"{self.change}{when}{'' if self.everywhere else ', here and there'}"


@dataclass(frozen=True)
class Mutation:
    """What changes on one night's pages."""

    seed: int = 0
    onsets: tuple[Onset, ...] = ()

    def at(self, document: str, submissions: int) -> list[Change]:
        """The changes that a document has.

        Args:
            document: which one, by its id.
            submissions: how many the site has taken so far.
        """
        return [
            onset.change
            for onset in self.onsets
            if submissions >= onset.after and (onset.everywhere or self._has(document, onset))
        ]

    def limits(self, submissions: int) -> bool:
        """Whether the site limits, in words that nobody here knows."""
        return any(
            onset.change == Change.LIMIT_FOREIGN and submissions >= onset.after
            for onset in self.onsets
        )

    def _has(self, document: str, onset: Onset) -> bool:
        return dice(self.seed, onset.change, document).random() < 0.5  # noqa: PLR2004 - a half


def drawn(seed: int, images: int) -> Mutation:
    """The changes of a night in which so many pictures are wanted."""
    draw = dice(seed, "mutation")
    changes = draw.sample(list(Change), draw.randint(1, MOST))
    if {Change.CHIPS_LEFT, Change.CHIPS_UNCOUNTED} <= set(changes):
        changes.remove(Change.CHIPS_UNCOUNTED)  # a file that no eye can see goes with any prompt
    return Mutation(
        seed,
        tuple(
            Onset(
                change,
                after=0 if draw.random() < AT_ONCE else draw.randint(1, max(1, images - 1)),
                everywhere=draw.random() < EVERYWHERE,
            )
            for change in changes
        ),
    )


def only(change: Change, seed: int, *, after: int = 0) -> Mutation:
    """One change by itself, in every document; how it looks is drawn."""
    return Mutation(seed, (Onset(change, after),))
