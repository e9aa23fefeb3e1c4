"""Soaks of a book whose chats drift, and what became of the repairs of its outliers."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from pressrun.book.find import NAME
from pressrun.simulator.ledger import SiteLedger
from pressrun.states import Outliers
from trials.nights import novel

SIDE = 512
"""Of a picture, in pixels."""

SHOWN = 5
"""With so many pictures of the style outliers are found from the beginning on."""

REPAIR_SHARE = 0.25
"""Of the panels of a short book; there are to be several."""

BEHAVIOUR: dict[str, object] = {"drift_after": 1, "drift_step": 0.7, "drift_most": 1.4}
"""How fast each chat drifts: its second picture is out of style already."""


def write(folder: Path, images: int, seed: int, *, chats: int) -> Path:
    """Write a book that has its outliers made again; returns its `book.toml`."""
    book = novel.write(
        folder, images, seed, chats=chats, side=SIDE, shown=SHOWN, outliers=Outliers.REDO
    )
    return book / NAME


def figures(ledger: SiteLedger, store: Path) -> dict[str, object]:
    """What became of the repairs, and what is in style in the end by the site's record.

    `repairs_doubled` are those that were ordered twice for one panel, and `repairs_lost` the
    pictures that are to be made again and that no job makes.
    """
    in_style = {each.sha256: each.in_style for each in ledger.pictures}
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        repairs = database.execute(
            "SELECT key, repair, state FROM jobs WHERE repair > 0"
        ).fetchall()
        (lost,) = database.execute(_LOST).fetchone()
        current = database.execute("SELECT sha256 FROM images WHERE place = 'current'").fetchall()
        marks = database.execute("SELECT state FROM marks").fetchall()
    ordered = Counter((key, number) for key, number, _ in repairs)
    return {
        "repairs": dict(Counter(state for *_, state in repairs)),
        "repairs_doubled": sum(count - 1 for count in ordered.values()),
        "repairs_lost": lost,
        "in_style": sum(in_style.get(sha256, False) for (sha256,) in current),
        "came_in_style": sum(in_style.values()),
        "marks": dict(Counter(state for (state,) in marks)),
    }


_LOST = (
    "SELECT count(*) FROM marks JOIN images ON images.id = marks.image_id"
    " WHERE marks.state = 'repairing' AND images.place = 'current' AND NOT EXISTS"
    " (SELECT 1 FROM jobs WHERE jobs.key = images.key AND jobs.repair > 0"
    " AND jobs.ended_at IS NULL)"
)
