"""A list of the crash tests whose outliers are made again: what is drawn, and what comes of it."""

import io
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from pressrun.simulator.ledger import SiteLedger
from pressrun.style.measure import measure

PANELS = tuple(f"ch08/p{number}" for number in range(1, 15))

ODD = {"ch08/p2": 1, "ch08/p6": 3}
"""The panels that the site draws in another way at first, and how often; each time more so."""

REPAIRS = 2

SHARE = 0.5
"""More than is needed: no repair is left out for want of it."""

REFERENCES = ("style/one.png", "style/two.png")

SIZE = (96, 96)


def prompt(key: str) -> str:
    """Return the words of a panel."""
    return f"Balloons over the harbour, seen from {key.replace('/', ' ')}"


def make(folder: Path) -> Path:
    """Write the list and the pictures of its style; returns the list's path."""
    for number, name in enumerate(REFERENCES):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_drawn(f"style {number}"))
    lines = [json.dumps({"key": key, "prompt": prompt(key)}) for key in PANELS]
    path = folder / "styled.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def draw(words: str, ledger: SiteLedger) -> bytes | None:
    """Return the picture of a panel of this list, or None for words of another.

    Args:
        words: what was sent.
        ledger: tells how often the panel was asked for by now.
    """
    key = _panel(words)
    if key is None:
        return None
    take = sum(_panel(each.prompt) == key for each in ledger.submissions)
    return _drawn(f"{key} {take}", take if take <= ODD.get(key, 0) else 0)


def _panel(words: str) -> str | None:
    """The panel that words ask for; those of the first begin as those of the tenth do."""
    return max((key for key in PANELS if words.startswith(prompt(key))), key=len, default=None)


def references(folder: Path) -> list[str]:
    """Return the paths of the pictures of its style."""
    return [str(folder / name) for name in REFERENCES]


def _drawn(what: str, oddity: int = 0) -> bytes:
    """Draw flat shapes with dark outlines, under the more noise the odder they are to be."""
    chance = random.Random(what)  # noqa: S311 - a picture, no secret
    picture = Image.new("RGB", SIZE, (236, 228, 208))
    pen = ImageDraw.Draw(picture)
    for _ in range(7):
        left, top, side = chance.randrange(70), chance.randrange(70), chance.randrange(18, 44)
        colour = chance.choice([(190, 60, 50), (60, 90, 160), (230, 180, 70), (80, 140, 90)])
        box = (left, top, left + side, top + side)
        pen.ellipse(box, fill=colour, outline=(20, 20, 20), width=3)
    noise = Image.frombytes("RGB", SIZE, chance.randbytes(SIZE[0] * SIZE[1] * 3))
    file = io.BytesIO()
    Image.blend(picture, noise, min(1.0, 0.35 * oddity)).save(file, "PNG")
    return file.getvalue()


def wrong(store: sqlite3.Connection, library: Path) -> Iterator[str]:
    """What of the measures, the marks and the repairs of the list is not as it has to be.

    Args:
        store: the host's, with rows by name.
        library: of the list.
    """
    rows = store.execute(_PICTURES, [str(library)]).fetchall()
    jobs = store.execute(_REPAIRS, [str(library)]).fetchall()
    ordered = Counter((row["key"], row["repair"]) for row in jobs)
    yield from (f"{key} is repaired {count} times as {number}"
                for (key, number), count in ordered.items() if count > 1)  # fmt: skip
    yield from (f"repair {row['repair']} of {row['key']} is {row['state']}"
                for row in jobs if row["state"] != "done")  # fmt: skip
    yield from _unmarked(rows)
    yield from _unrepaired(rows)
    yield from _unlike(store, library, rows)


def repaired(store: sqlite3.Connection, library: Path) -> int:
    """Return how many repairs there were."""
    return len(store.execute(_REPAIRS, [str(library)]).fetchall())


def _unmarked(rows: Sequence[sqlite3.Row]) -> Iterator[str]:
    """Every panel's picture has a mark of a measure, and none waits for a repair."""
    for row in rows:
        if row["state"] in ("repairing", "unmeasured", "unjudged"):
            yield f"the picture of {row['key']} is {row['state']}: {row['why']}"
        if row["place"] == "current" and row["state"] is None:
            yield f"the picture of {row['key']} has no mark"


def _unrepaired(rows: Sequence[sqlite3.Row]) -> Iterator[str]:
    """What stands out is made again, until it does not or its repairs are spent; nothing else is.

    Of the takes, the best by score is the panel's picture.
    """
    for key in PANELS:
        takes = [row for row in rows if row["key"] == key]
        if not takes:
            yield f"{key} has no picture"
            continue
        *before, last = takes
        if any(not _stands_out(row) for row in before):
            yield f"{key} was made again though it was in style"
        if _stands_out(last) and last["repair"] < REPAIRS:
            yield f"{key} stands out, and was not made again"
        best = min(takes, key=lambda row: row["score"] or 0.0)
        if best["place"] != "current":
            yield f"the picture of {key} is not its best take"


def _stands_out(row: sqlite3.Row) -> bool:
    return bool(row["score"] is not None and row["score"] > row["limit"])


def _unlike(store: sqlite3.Connection, library: Path, rows: Sequence[sqlite3.Row]) -> Iterator[str]:
    """What is on record of a picture's bytes is what measuring them comes to."""
    for row in rows:
        known = store.execute(_MEASURES, [row["sha256"]]).fetchall()
        if len(known) != 1:
            yield f"{row['key']} has {len(known)} measures"
            continue
        with Image.open(library / row["path"]) as picture:
            anew = measure(np.asarray(picture.convert("RGB")))
        if known[0]["version"] == anew.version and known[0]["likeness"] != anew.likeness:
            yield f"the measure of {row['key']} is not that of its bytes"


_PICTURES = (
    "SELECT images.*, jobs.repair, marks.state, marks.why, marks.score, marks.'limit'"
    " FROM images JOIN attempts ON attempts.id = images.attempt_id"
    " JOIN jobs ON jobs.id = attempts.job_id LEFT JOIN marks ON marks.image_id = images.id"
    " WHERE library = ? AND images.place IN ('current', 'alternative') ORDER BY images.id"
)
_REPAIRS = (
    "SELECT jobs.* FROM jobs JOIN batches ON batches.id = jobs.batch_id"
    " WHERE library = ? AND repair > 0 ORDER BY jobs.id"
)
_MEASURES = "SELECT * FROM measures WHERE sha256 = ?"
