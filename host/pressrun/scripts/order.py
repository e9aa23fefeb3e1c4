"""Numbers of pages and panels that repeat, skip, or differ from what a page says."""

from collections.abc import Iterator
from itertools import pairwise

from pressrun.scripts.outline import ChapterLines, Outline, PageLines

_SHOWN = 20


def compare(outline: Outline, notes: list[str]) -> None:
    """Note where numbers are not as they are expected; the order of the file counts."""
    odd = [each for chapter in outline.chapters for each in _pages(chapter)]
    notes += [f"The order of the file counts: {each}" for each in odd[:_SHOWN]]
    if len(odd) > _SHOWN:
        notes.append(f"{len(odd) - _SHOWN:,} more numbers are out of order")


def _pages(chapter: ChapterLines) -> Iterator[str]:
    before: PageLines | None = None
    for page in chapter.pages:
        line = page.place.line
        if page.number is not None:
            if before and page.number != (before.last or before.number or 0) + 1:
                yield f"page {page.label} follows page {before.label} (line {line})"
            before = page
        if page.count is not None and page.panels and page.count != len(page.panels):
            yield (
                f"page {page.label} says {page.count} panels and has {len(page.panels)} "
                f"(line {line})"
            )
        yield from _panels(page)


def _panels(page: PageLines) -> Iterator[str]:
    named = f"on page {page.label}" if page.label else "on a page without a number"
    twice = len({panel.label for panel in page.panels}) < len(page.panels)
    for one, other in pairwise([each for each in page.panels if each.number is not None]):
        line = other.place.line
        if other.number == one.number and twice:
            yield f"panel {one.label} stands twice {named} (line {line})"
        elif other.number not in {one.number, (one.number or 0) + 1}:
            yield f"panel {other.label} follows panel {one.label} {named} (line {line})"
