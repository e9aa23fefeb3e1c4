"""Plain text: a prompt a paragraph, or a line where no line is blank."""

import re
from collections.abc import Iterator
from itertools import islice

from pressrun.lists.entry import PANELS, ListEntry, too_many
from pressrun.texts.faults import Place
from pressrun.texts.intake import Intake

_BLANK = re.compile(r"\S[^\S\r\n\f]*+(?:(?>\r\n|\r|\n)[^\S\r\n\f]*+[\r\n\f]|\f)\s*\S")
_FULL = re.compile(r"\S[^\r\n]*")


def rows(intake: Intake, text: str) -> Iterator[ListEntry]:
    """The prompts of a text. A form feed, which begins a page, parts paragraphs as well.

    Raises:
        BadInputError: there are too many.
    """
    if _BLANK.search(text):
        return _paragraphs(text)
    count = sum(1 for _ in islice(_FULL.finditer(text), PANELS + 1))
    if count > PANELS:
        raise intake.faults.whole(too_many(f"the text has more than {PANELS:,} lines"))
    if count > 1:
        intake.notes.append(
            "The text has no blank line, so every line is read as a prompt; "
            "put a blank line between prompts of several lines"
        )
    return (ListEntry(place, line.strip()) for place, _, line in _lines(text))


def _paragraphs(text: str) -> Iterator[ListEntry]:
    start, parts = Place(1), list[str]()
    for place, apart, line in _lines(text):
        for number, part in enumerate(line.split("\f")):
            if parts and (number or apart):
                yield ListEntry(start, "\n".join(parts))
                parts = []
            if part.strip():
                start = start if parts else place
                parts.append(part.strip())
    if parts:
        yield ListEntry(start, "\n".join(parts))


def _lines(text: str) -> Iterator[tuple[Place, bool, str]]:
    """Lines that are not blank, as an editor counts them, and whether something parts them.

    `splitlines` would count form feeds and more.
    """
    number, last = 1, 0
    for found in _FULL.finditer(text):
        gap = text[last : found.start()]
        breaks = gap.count("\n") + gap.count("\r") - gap.count("\r\n")
        number, last = number + breaks, found.end()
        indent = len(gap) - max(gap.rfind("\n"), gap.rfind("\r"))
        yield Place(number, indent), breaks > 1 or "\f" in gap, found.group()
