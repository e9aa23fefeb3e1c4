"""The audit at the end of a story: what every audit asks, and that nothing is left unfinished."""

import contextlib
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from crash import book, strip, styled
from crash.book import Entry
from helpers.site import Site
from pressrun.home import Home
from pressrun.library.shelf import OWN
from pressrun.simulator.ledger import SiteLedger
from pressrun.simulator.promises import Promises
from pressrun.simulator.time import NEVER
from trials.audit import Job, alternatives, jobs, kept_promises


@dataclass
class Findings:
    """What is wrong."""

    promises: Promises = field(default_factory=lambda: Promises([], [], [], []))
    other: list[str] = field(default_factory=list)
    resent: int = 0
    """Jobs that were sent again by the author's order."""
    ways: Counter[str] = field(default_factory=Counter)
    """Attempts that came to the commit point, by where they were sent."""
    corrected: int = 0
    """Pictures that were made from a note."""
    followed: int = 0
    """Attempts that were sent with the picture of the panel before."""
    repaired: int = 0
    """Repairs of pictures that stand out."""
    litter: int = 0
    """Files in the library that nobody needs any more."""


class Played(Protocol):
    """What a story leaves behind."""

    site: Site
    """What was brought to it."""
    home: Home
    """The host's."""
    library: Path
    """Of the lists."""
    strip: Path
    """The folder of the book."""
    styled: Path
    """The library of the list whose outliers are made again."""
    entries: tuple[Entry, ...]
    """Of the lists."""


def audit(story: Played) -> Findings:
    """Hold ledger, store and disk against each other."""
    site, home, library = story.site, story.home, story.library
    # the letters of another library are cancelled, but may have been sent
    letters = jobs(home.store, library.with_name("letters"))
    libraries = (library, story.strip / "pictures", story.styled)
    every = [jobs(home.store, each) for each in libraries]
    known, strips, restyled = every
    # a story is played until everything has ended, so that no picture may be aside
    sheets = strip.sheets(story.strip)
    found = Findings(
        _together(
            [
                kept_promises(
                    site.ledger,
                    each,
                    own,
                    (*letters, *(job for other in every if other is not own for job in other)),
                    beside=alternatives(home.store, each),
                    sheets=sheets if own is known else None,
                )
                for each, own in zip(libraries, every, strict=True)
            ]
        )
    )
    told = (*known, *letters, *strips, *restyled)
    messages = [each for job in told for each in job.messages]
    found.ways.update(each.destination.value for each in messages)
    found.resent = sum(job.orders for job in told)
    found.followed = sum(each.followed is not None for each in messages)
    found.other += _unlike_book(site.ledger, known)
    newest = {job.key: job for job in (*strips, *restyled)}
    found.other += [f"{job.key} is {job.state}" for job in newest.values() if job.state != "done"]
    with contextlib.closing(sqlite3.connect(f"{home.store.as_uri()}?mode=ro", uri=True)) as store:
        store.row_factory = sqlite3.Row
        _whole(store, found)
        for each in libraries:
            _on_record(store, each, found)
        _ended(store, story.entries, found)
        _corrected(site, store, library, found)
        found.other += styled.wrong(store, story.styled)
        found.repaired = styled.repaired(store, story.styled)
    for each in libraries:
        _litter(each, found)
    return found


def _together(every: Sequence[Promises]) -> Promises:
    """What several libraries come to, each of which has seen all that the others sent."""
    first, *rest = every
    return Promises(
        # what is in none
        lost=[each for each in first.lost if all(each in other.lost for other in rest)],
        aside=[],
        twice=list(dict.fromkeys(each for one in every for each in one.twice)),
        misfiled=[each for one in every for each in one.misfiled],
        early=first.early,
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _whole(store: sqlite3.Connection, found: Findings) -> None:
    [(answer,)] = store.execute("PRAGMA integrity_check").fetchall()
    if answer != "ok" or store.execute("PRAGMA foreign_key_check").fetchall():
        found.other.append(f"the database is damaged: {answer}")


def _unlike_book(ledger: SiteLedger, known: Sequence[Job]) -> list[str]:
    """Where the store or the site has other words or other references than the book says.

    The other checks believe the store about what a panel asked for.
    """
    words = {entry.key: book.prompt_of(entry) for entry in book.EVERY}
    wrong = [
        f"{job.path} stands for {job.prompt!r}, which the book does not say"
        for job in known
        if job.path is not None and job.prompt != words[job.key]
    ]
    for job in known:
        note = book.CORRECTIONS.get(job.key)
        if job.says not in (None, note, f"{job.prompt}\n\n{note}"):
            wrong.append(f"{job.key} says {job.says!r}, which the author did not order")
    keys = {word: key for key, word in words.items()}
    sheet = hashlib.sha256(book.reference()).hexdigest()
    force: dict[str, list[str]] = {}
    for sent in ledger.submissions:
        # a chat has its references from its start
        there = force.setdefault(sent.conversation, sent.references)
        key = keys.get(book.without_format(sent.prompt))
        if key and there != [sheet] * len(book.REFERENCES.get(key, ())):
            wrong.append(f"{sent.prompt!r} was sent with {sent.references} in a chat with {there}")
    return wrong


def _corrected(site: Site, store: sqlite3.Connection, library: Path, found: Findings) -> None:
    """Each correction came to a take of its own panel that tells what it was made from.

    One failed only if its chat was gone, or the author wrote in it, or had a message that was
    perhaps sent there given up.
    """
    takes = {(row["key"], row["sha256"]) for row in store.execute("SELECT * FROM images")}
    made: dict[str, list[str]] = {key: [] for key in book.CORRECTIONS}
    for row in store.execute(_CORRECTIONS):
        key, state, in_chat = row["key"], row["state"], row["in_chat"] is not None
        if in_chat and (key, row["made_from"]) not in takes:
            found.other.append(f"{key} is corrected from no take of it: {row['made_from']}")
        if in_chat and key == book.GONE and state != "failed":
            found.other.append(f"{key} was corrected in a chat that is gone")
        if state == "failed" and not (in_chat and _may_be_lost(site, store, row["in_chat"])):
            found.other.append(f"the correction of {key} failed: {row['reason']}")
        if state != "done":
            continue
        made[key].append(row["kind"])
        told = json.loads((library / row["path"]).with_suffix(".json").read_text("utf-8"))
        chain = (row["key"], row["made_from"], row["note"])
        if (told["key"], told.get("made_from"), told.get("note")) != chain:
            found.other.append(f"{row['path']} does not tell that it is a correction")
    for key, places in made.items():
        if places and "current" not in places:
            found.other.append(f"no correction of {key} is its picture: {places}")
    found.corrected = sum(map(len, made.values()))


_CORRECTIONS = (
    "SELECT jobs.*, images.place AS kind, images.path FROM jobs"
    " LEFT JOIN attempts ON attempts.job_id = jobs.id AND attempts.ending = 'done'"
    " LEFT JOIN images ON images.attempt_id = attempts.id"
    " WHERE says IS NOT NULL AND repair = 0 ORDER BY jobs.id"
)


def _may_be_lost(site: Site, store: sqlite3.Connection, name: str) -> bool:
    """Whether a chat is gone, or is not known to be as we left it."""
    chat = site.chats[name]
    given_up = "SELECT 1 FROM attempts WHERE conversation = ? AND ending = 'abandoned'"
    disturbed = chat.gone_at < NEVER or bool(chat.remarks)
    return disturbed or store.execute(given_up, [name]).fetchone() is not None


def _on_record(store: sqlite3.Connection, library: Path, found: Findings) -> None:
    """Every picture on record, also one that is kept, is on disk as it was received."""
    for row in store.execute("SELECT * FROM images WHERE library = ?", [str(library)]):
        path = library / row["path"]
        if not path.is_file():
            found.other.append(f"{row['path']} is on record and not on disk")
        elif sha256_of(path) != row["sha256"]:
            found.other.append(f"{row['path']} holds other bytes than on record")


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


def _litter(library: Path, found: Findings) -> None:
    own = library / OWN
    found.litter += sum(
        1
        for path in library.rglob("*")
        if path.is_file()
        and (path.name.endswith(".part") or path.parent in (own / "incoming", own / "received"))
    )
