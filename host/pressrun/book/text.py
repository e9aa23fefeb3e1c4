"""Plain text: a prompt a paragraph, or a line where no line is blank."""

import re
from collections.abc import Iterator

from pressrun.book.entry import Intake, ListEntry
from pressrun.book.faults import Place

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def rows(intake: Intake, text: str) -> Iterator[ListEntry]:
    """The prompts of a text. A form feed, which begins a page, parts paragraphs as well."""
    body = text.rstrip()
    blank = re.search(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:\r|\n|\f)|\f", body.lstrip())
    if blank is None:
        lines = [(at, line) for at, line in _lines(body) if line.strip()]
        if len(lines) > 1:
            intake.notes.append(
                "The text has no blank line, so every line is read as a prompt; "
                "put a blank line between prompts of several lines"
            )
        yield from (ListEntry(at, line.strip()) for at, line in lines)
        return
    start, parts = Place(1), list[str]()
    for place, line in _lines(f"{body}\n\n"):
        for number, part in enumerate(line.split("\f")):
            if parts and (number or not part.strip()):
                yield ListEntry(start, "\n".join(parts))
                parts = []
            if part.strip():
                start = start if parts else place
                parts.append(part.strip())


def _lines(text: str) -> Iterator[tuple[Place, str]]:
    """Lines as an editor counts them; `splitlines` would count form feeds and more."""
    for number, found in enumerate(_LINE.finditer(text), start=1):
        line = found.group().rstrip("\r\n")
        yield Place(number, len(line) - len(line.lstrip()) + 1), line
