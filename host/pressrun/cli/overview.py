"""A plan of a book for people: a line a chapter, reasons, moves and waits."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from pressrun.cli.lines import cut, indented, middle
from pressrun.protocol.messages.batch import (
    BatchPlan,
    PlannedChapter,
    PlannedMove,
    PlannedWait,
    StaleGroup,
)
from pressrun.words import pictures

MOVES = 12
"""How many moves are told; `--list` tells every panel."""

WAITS = 8

LEAST = 12
"""How many cells the name of a chapter or a panel has at least."""

_COLUMNS = (
    ("panels", "Panels"),
    ("done", "Done"),
    ("new", "New"),
    ("moved", "Moved"),
    ("stale", "Stale"),
    ("waiting", "Waiting"),
    ("stuck", "Stuck"),
    ("aside", "Not now"),
)
_ALWAYS = {"panels", "done"}


def overview(found: BatchPlan, width: int | None) -> list[str]:
    """Lines that tell how a book stands.

    Args:
        found: its plan.
        width: how many cells a line may have; None where there is no terminal.
    """
    blocks = [
        table(found.chapters, width),
        reasons(found.stale, width),
        list(_moves(found.moves, width)),
        list(_waits(found.waits, width)),
    ]
    return [line for block in blocks if block for line in (*block, "")]


def table(chapters: Sequence[PlannedChapter], width: int | None) -> list[str]:
    """A line a chapter, with its panels in numbers; what is nowhere has no column."""
    if not chapters:
        return []
    names = [f"{each.key}  {each.title}".strip() for each in chapters]
    counts = [
        (head, [int(getattr(each, name)) for each in chapters])
        for name, head in _COLUMNS
        if name in _ALWAYS or any(getattr(each, name) for each in chapters)
    ]
    cells = [
        [head, *(f"{count:,}" if count else "-" for count in column), f"{sum(column):,}"]
        for head, column in counts
    ]
    widths = [max(map(len, column)) for column in cells]
    rest = sum(each + 2 for each in widths)
    longest = max(cell_len(each) for each in [*names, "Chapter"])
    room = longest if width is None else min(longest, max(LEAST, width - rest))
    rows = ["Chapter", *(cut(each, room) for each in names), "All"]
    if len(chapters) == 1:
        rows.pop()
    return [
        row
        + " " * (room - cell_len(row))
        + "".join(f"  {column[at]:>{most}}" for column, most in zip(cells, widths, strict=True))
        for at, row in enumerate(rows)
    ]


def reasons(groups: Sequence[StaleGroup], width: int | None) -> list[str]:
    """Why pictures are stale, the reason of the most of them first, with the first of each."""
    if not groups:
        return []
    count = sum(each.panels for each in groups)
    told = [f"Made from something else than the book says now: {pictures(count)}"]
    for each in groups:
        told += [line[2:] for line in indented(f"{each.panels:,}: {each.why}", width)]
        some = ", ".join(each.keys[:3]) + (", …" if each.panels > 3 else "")  # noqa: PLR2004 - so many are named
        told += indented(some, width)
    return told


def _moves(moves: Sequence[PlannedMove], width: int | None) -> Iterator[str]:
    if not moves:
        return
    total = sum(each.pictures for each in moves)
    yield f"Moves to another key, for which nothing is sent: {pictures(total)}"
    half = None if width is None else (width - 20) // 2
    shown = [each for each in moves[:MOVES] if each.before]
    for each in shown:
        count = f"  ({each.pictures:,})" if each.pictures > 1 else ""
        yield f"  {middle(each.before, half)} → {middle(each.after, half)}{count}"
    if left := total - sum(each.pictures for each in shown):
        yield f"  {left:,} more; to see them all: pressrun plan --list"


def _waits(waits: Sequence[PlannedWait], width: int | None) -> Iterator[str]:
    if not waits:
        return
    yield "What waits"
    for each in waits[:WAITS]:
        panels = f"{each.panels:,} {'panel' if each.panels == 1 else 'panels'}"
        one = each.panels == 1
        if each.approval:
            before = f"  {panels} {'waits' if one else 'wait'} for your approval of "
            after = "" if each.why in ("", "made", "kept") else f" ({each.why})"
        else:
            before = f"  {panels} {'follows' if one else 'follow'} "
            after = "" if each.why in ("new", "under way") else f" ({each.why})"
            after += "" if one else ", one after the other"
        room = None if width is None else max(LEAST, width - cell_len(before + after))
        yield f"{before}{middle(each.key, room)}{after}"
    if (left := len(waits) - WAITS) > 0:
        yield f"  and {left:,} more"
