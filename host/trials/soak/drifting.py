"""Soaks of a book whose chats drift, and what became of the repairs of its outliers."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from pressrun.book.find import NAME
from pressrun.simulator.ledger import SiteLedger
from pressrun.states import JobState, Outliers
from trials.nights import novel

SIDE = 512
"""Of a picture, in pixels."""

SHOWN = 5
"""With so many pictures of the style outliers are found from the beginning on."""

REPAIR_SHARE = 0.5
"""Of the panels of a short book: everything that stands out is to be made again."""

BEHAVIOUR: dict[str, object] = {"drift_after": 1, "drift_step": 0.7, "drift_most": 1.4}
"""How fast each chat drifts: its second picture is out of style already."""


def write(folder: Path, images: int, seed: int, *, chats: int) -> Path:
    """Write a book that has its outliers made again; returns its `book.toml`."""
    book = novel.write(
        folder, images, seed, chats=chats, side=SIDE, shown=SHOWN, outliers=Outliers.REDO
    )
    return book / NAME


def figures(ledger: SiteLedger, store: Path, met: Mapping[int, str]) -> dict[str, object]:
    """What became of the repairs, and what is in style in the end by the site's record.

    `repairs_doubled` are those that were ordered twice for one panel or made more than once, and
    `repairs_lost` the pictures that are to be made again and that no job makes, and repairs that
    are done without a picture. `unmarked` are pictures without a mark.

    Args:
        ledger: the site's.
        store: the host's database.
        met: what was killed while a repair was under way, by its job.
    """
    in_style = {each.sha256: each.in_style for each in ledger.pictures}
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        repairs = database.execute(
            "SELECT id, key, repair, state FROM jobs WHERE repair > 0"
        ).fetchall()
        (lost,) = database.execute(_LOST).fetchone()
        current = database.execute("SELECT sha256 FROM images WHERE place = 'current'").fetchall()
        marks = database.execute("SELECT state FROM marks").fetchall()
        made = Counter(job for (job,) in database.execute(_MADE))
        (unmarked,) = database.execute(_UNMARKED).fetchone()
    ordered = Counter((key, number) for _, key, number, _ in repairs)
    done = [job for job, *_, state in repairs if state == JobState.DONE]
    ends = {job: state for job, *_, state in repairs}
    return {
        "repairs": dict(Counter(state for *_, state in repairs)),
        "repairs_met": {kind: ends[job] for job, kind in met.items()},
        "repairs_doubled": sum(count - 1 for each in (ordered, made) for count in each.values()),
        "repairs_lost": lost + sum(job not in made for job in done),
        "in_style": sum(in_style.get(sha256, False) for (sha256,) in current),
        "came_in_style": sum(in_style.values()),
        "unmarked": unmarked,
        "marks": dict(Counter(state for (state,) in marks)),
    }


_MADE = (
    "SELECT attempts.job_id FROM images JOIN attempts ON attempts.id = images.attempt_id"
    " JOIN jobs ON jobs.id = attempts.job_id WHERE jobs.repair > 0"
)

_UNMARKED = "SELECT count(*) FROM images WHERE place = 'current' AND marked_by IS NULL"

_LOST = (
    "SELECT count(*) FROM marks JOIN images ON images.id = marks.image_id"
    " WHERE marks.state = 'repairing' AND images.place = 'current' AND NOT EXISTS"
    " (SELECT 1 FROM jobs WHERE jobs.key = images.key AND jobs.repair > 0"
    " AND jobs.ended_at IS NULL)"
)
