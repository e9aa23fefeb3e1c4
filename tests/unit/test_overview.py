"""How a plan of a book reads: at 80 columns, and with titles in any script."""

from rich.cells import cell_len

from pressrun.cli.overview import overview
from pressrun.protocol.messages.batch import (
    BatchPlan,
    PlannedChapter,
    PlannedMove,
    PlannedWait,
    StaleGroup,
)


def chapter(key: str, title: str, **counts: int) -> PlannedChapter:
    """Return a chapter with what is not told of it at zero."""
    numbers = dict.fromkeys(
        ("panels", "done", "moved", "new", "stale", "waiting", "stuck", "aside"), 0
    )
    return PlannedChapter(key=key, title=title, **{**numbers, **counts})


def planned(**what: object) -> BatchPlan:
    """Return the plan of a book."""
    numbers = dict.fromkeys(
        ("wanted", "done", "new", "again", "missing", "failed", "under_way", "refused"), 0
    )
    return BatchPlan.model_validate(
        {"library": "/book/pictures", "book": "A book", "outlook": None, **numbers, **what}
    )


def test_a_chapter_is_a_line_and_what_is_nowhere_has_no_column() -> None:
    """The numbers stand below each other, the last line adds them up."""
    chapters = [
        chapter("ch01", "The quay", panels=1_200, done=1_000, stale=200),
        chapter("ch02", "海の上", panels=9, done=9, moved=2),
    ]
    lines = overview(planned(chapters=chapters), 80)
    assert lines == [
        "Chapter         Panels   Done  Moved  Stale",
        "ch01  The quay   1,200  1,000      -    200",
        "ch02  海の上         9      9      2      -",
        "All              1,209  1,009      2    200",
        "",
    ]
    assert len({cell_len(line) for line in lines[:-1]}) == 1


def test_a_plan_fits_the_terminal() -> None:
    """Long titles, keys and reasons are cut or wrapped; through a pipe all of it is told."""
    long = "A very long title of a chapter that nobody can read in one line of a terminal"
    counts = dict.fromkeys(("done", "moved", "new", "stale", "waiting", "stuck", "aside"), 123_456)
    key = f"ch01/{'p' * 60}/panel-1"
    found = planned(
        chapters=[chapter("ch01", long, panels=999_999, **counts)] * 2,
        stale=[StaleGroup(why=f"{long} changed and {long} changed", panels=9, keys=[key] * 8)],
        moves=[PlannedMove(before=key, after=f"{key}0", pictures=3)],
        waits=[
            PlannedWait(key=key, approval=True, panels=1, why="new"),
            PlannedWait(key=key, approval=False, panels=2, why="refused"),
        ],
    )
    assert max(map(cell_len, overview(found, 90))) <= 90
    whole = "\n".join(overview(found, None))
    assert long in whole
    assert key in whole


def test_moves_and_waits_are_told_in_sentences() -> None:
    """Each with the panel that it is about, and how many it touches."""
    found = planned(
        moves=[
            PlannedMove(before="ch02", after="ch03", pictures=30),
            PlannedMove(before="a", after="b", pictures=1),
        ],
        waits=[
            PlannedWait(key="cast/mara", approval=True, panels=12, why="new"),
            PlannedWait(key="cast/jon", approval=True, panels=1, why="made"),
            PlannedWait(key="ch01/p1", approval=False, panels=2, why="refused"),
        ],
    )
    assert overview(found, 80) == [
        "Moves to another key, for which nothing is sent: 31 pictures",
        "  ch02 → ch03  (30)",
        "  a → b",
        "",
        "What waits",
        "  12 panels wait for your approval of cast/mara (new)",
        "  1 panel waits for your approval of cast/jon",
        "  2 panels follow ch01/p1 (refused), one after the other",
        "",
    ]


def test_many_moves_are_counted() -> None:
    """The first are named; the rest can be listed."""
    moves = [PlannedMove(before=f"a{n}", after=f"b{n}", pictures=2) for n in range(20)]
    lines = overview(planned(moves=moves), 80)
    assert lines[0] == "Moves to another key, for which nothing is sent: 40 pictures"
    assert lines[-2] == "  16 more; to see them all: pressrun plan --list"
