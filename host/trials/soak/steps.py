"""The durable steps of attempts that were sent, as the journal has them."""

import sqlite3
from contextlib import closing
from pathlib import Path

STEPS = (
    "attempt.submitted",
    "attempt.made",
    "attempt.received",
    "attempt.done",
    "attempt.unsent",
    "attempt.failed",
    "attempt.refused",
)
"""Durable steps of an attempt that was sent. That it is in doubt, taken up again or bound to
another document is on record, too, and takes it nowhere."""

ENDS = frozenset(STEPS[STEPS.index("attempt.received") :])
"""Steps after which no tab matters to an attempt."""


def taken(store: Path) -> int:
    """How many steps were taken until now."""
    marks = ",".join("?" * len(STEPS))
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as connection:
        (count,) = connection.execute(
            f"SELECT count(*) FROM journal WHERE event IN ({marks})",  # noqa: S608 - marks alone
            STEPS,
        ).fetchone()
    return int(count)
