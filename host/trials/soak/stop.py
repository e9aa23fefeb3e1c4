"""What a batch on a page that was changed has come to, by the store of the host."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

BREAKS = {
    "fruitless", "unknown", "blocked", "wrong model", "upload refused", "signed out", "challenged",
}  # fmt: skip
"""The outcomes for which an account rests until somebody has looked."""

LOOKED_SECONDS = 20.0
"""So long after an account came to rest what is in doubt may still be looked at."""


def stands(store: Path, until: float) -> bool:
    """Whether nothing goes on: the account rests, nothing is under way, and doubts were looked at.

    Args:
        store: the host's file; it may be running.
        until: when the soak ends anyway; a rest that lasts as long is none to wait for.
    """
    now = time.time()
    with _reading(store) as database:
        rest = database.execute(
            "SELECT at, outcome, accounts.rests_until FROM limits"
            " JOIN accounts ON accounts.id = account_id ORDER BY limits.id DESC LIMIT 1"
        ).fetchone()
        if rest is None or (rest[2] or 0.0) <= now:
            return False
        at, outcome, rests_until = rest
        if outcome not in BREAKS and rests_until < until:
            return False
        (working,) = database.execute(
            "SELECT count(*) FROM jobs WHERE state = 'working'"
        ).fetchone()
        (due,) = database.execute(
            "SELECT count(*) FROM attempts JOIN jobs ON jobs.id = job_id"
            " WHERE jobs.state = 'doubt' AND ending IS NULL AND look_at <= ?",
            [now],
        ).fetchone()
    return not working and (not due or now > at + LOOKED_SECONDS)


def reason(store: Path) -> str | None:
    """Why an account rests, or why its page could not be worked; None when neither is so."""
    with _reading(store) as database:
        rest = database.execute(
            "SELECT rests_because FROM accounts WHERE rests_until > ?", [time.time()]
        ).fetchone()
        unsent = database.execute(
            "SELECT reason FROM jobs WHERE state IN ('waiting', 'working', 'failed')"
            " AND reason IS NOT NULL ORDER BY id LIMIT 1"
        ).fetchone()
    told = rest or unsent
    return str(told[0]) if told else None


def unexplained(store: Path) -> list[str]:
    """The panels that are not made, and of which nothing on record tells why."""
    with _reading(store) as database:
        (resting,) = database.execute(
            "SELECT count(*) FROM accounts WHERE rests_until > ?", [time.time()]
        ).fetchone()
        rows = database.execute(
            "SELECT key FROM jobs WHERE state != 'done' AND coalesce(reason, '') = ''"
        ).fetchall()
    return [] if resting else [key for (key,) in rows]


@contextmanager
def _reading(store: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10)) as database:
        yield database
