"""Whether a shown text is our prompt: ours, certainly another's, or not to be told.

A page does not show a prompt as it was sent. It collapses long ones, adds an ellipsis, a button or
a note, renders Markdown, bends quotation marks, draws emoji as pictures and marks directions. What
only adds or leaves out is never proof that somebody else wrote it; that takes other words in the
place of ours, in a text that is shown whole.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from enum import StrEnum


class Likeness(StrEnum):
    """What a comparison came to."""

    OURS = "ours"
    ANOTHERS = "another's"
    """Certainly: it was read whole, and other words stand where ours would."""
    UNSURE = "cannot tell"


NOTE = 8
"""A note of a page's, such as "Edited 08:12" or "Show more", has at most so many words."""

HEAD = 4
"""So many words, at least, are left of a text that a page has cut."""

WORDS = 4_000
"""So many words of a text are compared where it differs, at most: more tell nothing more."""

# scripts that part no words by blanks: each letter counts as a word there
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+")


def likeness(prompt: str, shown: str, *, whole: bool) -> Likeness:
    """Compare our prompt with what a page shows as an author's words.

    Args:
        prompt: what was sent.
        shown: what the page shows, as it was read.
        whole: whether nothing on the page suggests that it shows less, or other words.
    """
    ours, theirs = _words(prompt), _words(shown)
    if ours == theirs and (ours or prompt.split() == shown.split()):
        return Likeness.OURS
    start = _common(ours, theirs)
    end = _common(ours[start:][::-1], theirs[start:][::-1])
    ours, theirs = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    if not ours or not theirs:
        return Likeness.UNSURE
    begun = start > 0 and not end
    if begun and len(theirs) == 1 and ours[0].startswith(theirs[0]):
        return Likeness.UNSURE  # cut within a word
    if max(len(ours), len(theirs)) > WORDS:
        ours, theirs = ours[:WORDS], theirs[:WORDS]
    if whole and _trailing_off(shown) <= _trailing_off(prompt):
        noted = len(theirs) <= NOTE and start >= max(HEAD, len(theirs))
        cut = begun and noted and len(ours) > 2 * len(theirs)
        other = not cut and _replaced(ours, theirs)
    else:
        other = _foreign(ours, theirs, start + end)
    return Likeness.ANOTHERS if other else Likeness.UNSURE


def begins_alike(prompt: str, shown: str) -> bool:
    """Whether what a page shows begins as our prompt does: it cuts texts at their end."""
    ours, theirs = _words(prompt), _words(shown)
    return 0 < min(HEAD, len(ours)) <= _common(ours, theirs)


def _words(text: str) -> list[str]:
    """The words of a text, without case, marks, invisible characters and spacing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = (char for char in plain if unicodedata.category(char) not in ("Cf", "Mn"))
    return _WORD.findall("".join(seen))


def _common(one: list[str], other: list[str]) -> int:
    """How many words two lists have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _trailing_off(text: str) -> set[str]:
    """The words that an ellipsis follows: an author's own, or where a page has cut a text."""
    return {"".join(_words(each)) for each in re.findall(r"(\S*)\s*(?:…|\.{3})", text)}


def _replaced(ours: list[str], theirs: list[str]) -> bool:
    """Whether words of theirs stand in the place of words of ours."""
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return any(tag == "replace" for tag, *_ in matcher.get_opcodes())


def _foreign(ours: list[str], theirs: list[str], common: int) -> bool:
    """Whether most of a text of which only a part is shown is none of ours.

    Args:
        ours: the words that differ.
        theirs: the same.
        common: how many words before and after them are the same.
    """
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    matched = sum(block.size for block in matcher.get_matching_blocks())
    strange = len(theirs) - matched
    return strange > 2 * NOTE and strange > common + matched
