"""The audit: the site's ledger against the store and the files, in the words of every promise."""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from pressrun.book.reference import origin, parsed
from pressrun.replica.audit import lost
from pressrun.replica.ledger import Entry, Failure, Ledger, Picture, Submission
from pressrun.store.tables import Ending, JobState, attempts, images, jobs, journal


@dataclass(frozen=True)
class Audit:
    """What a night came to; the lists name what is wrong."""

    images: int
    lost: list[str]
    twice: list[str]
    misfiled: list[str]
    done: int
    refused: int
    asking: int
    """Jobs in doubt that wait for the author."""
    failed: int
    """Jobs that were given up."""
    left: int
    """Jobs that ended in no way at all."""
    journal: str
    """The SHA-256 of the journal and of the ledger."""
    reasons: dict[str, int]
    """Why the others need the author."""

    @property
    def needs_you(self) -> int:
        """Jobs that wait for the author, one way or another."""
        return self.asking + self.failed

    @property
    def success_rate(self) -> float:
        """Done divided by all jobs without those the site refused."""
        wanted = self.images - self.refused
        return self.done / wanted if wanted else 1.0


def audit(connection: Connection, ledger: list[Entry], library: Path) -> Audit:
    """Hold what is on disk against what the site knows."""
    known = connection.execute(select(jobs).order_by(jobs.c.id)).all()
    states = Counter(row.state for row in known)
    asking = connection.execute(
        select(jobs.c.id, attempts.c.reason)
        .join(attempts, attempts.c.job_id == jobs.c.id)
        .where(
            jobs.c.state == JobState.DOUBT,
            attempts.c.ending.is_(None),
            attempts.c.look_at.is_(None),
        )
    ).all()
    given_up = [row.reason for row in known if row.state == JobState.FAILED]
    ended = (JobState.DONE, JobState.REFUSED, JobState.FAILED, JobState.CANCELLED)
    kept = _kept(connection, library)
    return Audit(
        images=len(known),
        lost=lost(Ledger(ledger), {sha256 for _, sha256, _ in kept}),
        twice=_twice(connection, ledger, list(known)),
        misfiled=_misfiled(ledger, kept),
        done=states[JobState.DONE],
        refused=states[JobState.REFUSED],
        asking=len(asking),
        failed=states[JobState.FAILED],
        left=len(known) - len(asking) - sum(states[state] for state in ended),
        journal=_hash(connection, ledger),
        reasons=dict(Counter([*given_up, *(row.reason for row in asking)])),
    )


def _kept(connection: Connection, library: Path) -> list[tuple[str, str, str]]:
    """The key, the SHA-256 on disk, and the origin of every picture that is kept."""
    found = []
    for row in connection.execute(select(images)):
        path = library / row.path
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "gone"
        found.append((row.key, sha256, origin(row.prompt_sha256, parsed(row.attached))))
    return found


def _misfiled(ledger: list[Entry], kept: list[tuple[str, str, str]]) -> list[str]:
    sent_with = {entry.turn: entry.references for entry in ledger if isinstance(entry, Submission)}
    made_from = {
        entry.sha256: " ".join([entry.prompt_sha256, *sent_with[entry.turn]])
        for entry in ledger
        if isinstance(entry, Picture)
    }
    return [key for key, sha256, wanted in kept if made_from.get(sha256) != wanted]


def _twice(connection: Connection, ledger: list[Entry], known: list[Row[Any]]) -> list[str]:
    """Prompts that were sent again with no failure on record, no order, and no true proof."""
    failed_at = {entry.turn: entry.time for entry in ledger if isinstance(entry, Failure)}
    tries = connection.execute(select(attempts).order_by(attempts.c.id)).all()
    orders = Counter(row.job_id for row in tries if row.ending == Ending.ABANDONED)
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for row in known:
        wanted[row.prompt_sha256].append(row.id)
    sent: defaultdict[str, list[Submission]] = defaultdict(list)
    for entry in ledger:
        if isinstance(entry, Submission):
            sent[entry.prompt_sha256].append(entry)
    wrong = []
    for sha256, submissions in sent.items():
        last = submissions[-1].time
        excused = sum(failed_at.get(each.turn, last + 1) <= last for each in submissions[:-1])
        ordered = sum(orders[job] for job in wanted[sha256])
        if len(submissions) - excused - ordered > len(wanted[sha256]):
            wrong.append(submissions[-1].prompt)
    # and where a Send never arrived, another one needs a proof on record all the same
    latest = {row.job_id: row.id for row in tries if row.submitting_at is not None}
    proved = (Ending.UNSENT, Ending.ABANDONED)
    for row in tries:
        again = row.submitting_at is not None and row.id < latest[row.job_id]
        if again and row.ending not in proved and row.turn not in failed_at:
            wrong.append(f"attempt {row.id} of job {row.job_id}: {row.ending}, {row.reason}")
    return wrong


def _hash(connection: Connection, ledger: list[Entry]) -> str:
    told = hashlib.sha256()
    for row in connection.execute(select(journal).order_by(journal.c.id)):
        told.update(repr(tuple(row)).encode())
    for entry in ledger:
        told.update(entry.model_dump_json().encode())
    return told.hexdigest()
