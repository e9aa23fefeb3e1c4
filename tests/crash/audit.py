"""The audit at the end: the site's ledger, the store and the disk, held against each other."""

import contextlib
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crash import book
from crash.book import Entry
from helpers.site import Site
from pressrun.home import Home

OWN = ".pressrun"
KEPT = ("alternatives", "quarantine")


@dataclass
class Findings:
    """What is wrong, in the words of the design page."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    misfiled: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    resent: int = 0
    """Jobs that were sent again by the author's order."""
    litter: int = 0
    """Files in the library that nobody needs any more."""

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.twice or self.misfiled or self.other)


def audit(site: Site, home: Home, library: Path, entries: Sequence[Entry]) -> Findings:
    """Hold ledger, store and disk against each other."""
    found = Findings()
    with contextlib.closing(sqlite3.connect(f"{home.store.as_uri()}?mode=ro", uri=True)) as store:
        store.row_factory = sqlite3.Row
        _whole(store, found)
        _lost(site, library, found)
        _twice(site, store, found)
        _misfiled(site, store, library, found)
        _ended(store, entries, found)
    _litter(library, found)
    return found


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _whole(store: sqlite3.Connection, found: Findings) -> None:
    [(answer,)] = store.execute("PRAGMA integrity_check").fetchall()
    if answer != "ok" or store.execute("PRAGMA foreign_key_check").fetchall():
        found.other.append(f"the database is damaged: {answer}")


def _lost(site: Site, library: Path, found: Findings) -> None:
    """A picture in the ledger that is neither in the library nor kept."""
    own = library / OWN
    here = {sha256_of(path) for path in _pictures(library)}
    here |= {sha256_of(path) for kept in KEPT for path in (own / kept).rglob("*") if path.is_file()}
    found.lost += [
        f"{made.file_id} ({made.conversation})"
        for made in site.ledger.pictures
        if made.sha256 not in here
    ]


def _twice(site: Site, store: sqlite3.Connection, found: Findings) -> None:
    """A second sending without a failure on the site's record, or the author's order: `run` again.

    A proof that nothing was sent is none when the ledger has the sending.
    """
    ledger = site.ledger
    failed = {each.turn for each in ledger.failures}
    allowed = Counter(sent.prompt for sent in ledger.submissions if sent.turn in failed)
    ordered = store.execute(
        "SELECT jobs.prompt FROM attempts JOIN jobs ON jobs.id = attempts.job_id"
        " WHERE ending = 'abandoned'"
    )
    for (prompt,) in ordered:
        allowed[prompt] += 1
        found.resent += 1
    for (prompt,) in store.execute("SELECT prompt FROM jobs"):
        allowed[prompt] += 1
    for prompt, count in Counter(sent.prompt for sent in ledger.submissions).items():
        if count > allowed[prompt]:
            found.twice.append(f"{prompt!r} was sent {count} times")


def _misfiled(site: Site, store: sqlite3.Connection, library: Path, found: Findings) -> None:
    """A picture under a key whose prompt did not make it, on disk or on record."""
    prompts = {sent.turn: sent.prompt for sent in site.ledger.submissions}
    made = {(each.sha256, prompts[each.turn]) for each in site.ledger.pictures}
    words = {entry.key: book.prompt_of(entry) for entry in book.SHORT + book.LONG}
    current = {row["path"] for row in _current(store, library)}
    for path in _pictures(library):
        relative, sha256 = path.relative_to(library), sha256_of(path)
        key = str(relative.with_suffix(""))
        if (sha256, words[key]) not in made:
            found.misfiled.append(f"{relative} is not what its prompt made")
        if str(relative) not in current:
            found.other.append(f"{relative} is not on record")
        sidecar: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
        if (sidecar["sha256"], sidecar["prompt"], sidecar["key"]) != (sha256, words[key], key):
            found.misfiled.append(f"the sidecar of {relative} tells of another picture")
    keys = {word: key for key, word in words.items()}
    sheet = hashlib.sha256(book.reference()).hexdigest()
    for sending in site.ledger.submissions:
        wanted = len(book.REFERENCES.get(keys.get(sending.prompt, ""), ()))
        if sending.prompt in keys and sending.references != [sheet] * wanted:
            found.misfiled.append(f"{sending.prompt!r} was sent with {sending.references}")
    for row in store.execute("SELECT * FROM images WHERE library = ?", [str(library)]):
        path = library / row["path"]
        if not path.is_file():
            found.other.append(f"{row['path']} is on record and not on disk")
        elif sha256_of(path) != row["sha256"]:
            found.misfiled.append(f"{row['path']} holds other bytes than on record")


def _ended(store: sqlite3.Connection, entries: Sequence[Entry], found: Findings) -> None:
    """Every job came to the end that the book foresees, and nothing is left open."""
    last: dict[str, sqlite3.Row] = {}
    for row in store.execute("SELECT * FROM jobs ORDER BY id"):
        if row["prompt"] in book.ELSEWHERE:
            if row["state"] != "cancelled":
                found.other.append(f"{row['prompt']!r} is {row['state']}, and was cancelled")
        else:
            last[row["key"]] = row
    for entry in entries:
        job = last.get(entry.key)
        state, reason = (job["state"], job["reason"]) if job else ("not there", "")
        # of two panels with the same picture, one is kept apart
        ends = entry.ends if entry.seed is None else ("done", "failed")
        if state not in ends:
            found.other.append(f"{entry.key} is {state}, not {' or '.join(ends)} ({reason})")
    twins = [last[each.key]["state"] for each in entries if each.seed and each.key in last]
    if twins.count("done") != bool(twins):
        found.other.append(f"two panels with one picture are {twins}")
    for row in store.execute("SELECT * FROM batches WHERE state IN ('running', 'paused')"):
        found.other.append(f"batch {row['id']} is still {row['state']}")
    for row in store.execute("SELECT id FROM attempts WHERE ending IS NULL"):
        found.other.append(f"attempt {row['id']} never ended")


def _current(store: sqlite3.Connection, library: Path) -> list[sqlite3.Row]:
    rows = store.execute(
        "SELECT * FROM images WHERE library = ? AND place = 'current'", [str(library)]
    )
    return rows.fetchall()


def _litter(library: Path, found: Findings) -> None:
    own = library / OWN
    found.litter = sum(
        1
        for path in library.rglob("*")
        if path.is_file()
        and (path.name.endswith(".part") or path.parent in (own / "incoming", own / "received"))
    )


def _pictures(library: Path) -> list[Path]:
    return [
        path
        for path in library.rglob("*")
        if path.is_file() and OWN not in path.parts and path.suffix in (".png", ".jpg", ".webp")
    ]
