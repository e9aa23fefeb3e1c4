"""The audit: the site's ledger against the store and the files, in the words of every promise.

A send has three ends for it: something came of it that is known, it is proved that nothing was
sent, or nobody can tell. What nobody can tell stays an open attempt of its job, and is then
neither lost nor sent twice: a picture that such an attempt has in its chat is *aside*. Which turns
an attempt sent is told by the hands that sent them, never by what a page shows.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from pressrun.book.reference import origin, parsed
from pressrun.simulator.ledger import Entry, Failure, Picture, Submission
from pressrun.simulator.time import NEVER
from pressrun.states import Ending, JobState, Place
from pressrun.store.tables import attempts, images, jobs, journal

Sent = Mapping[str, Sequence[str]]
"""The turns that each attempt sent, by the attempt's name on the page."""


@dataclass(frozen=True)
class Audit:
    """What a night came to; the lists name what is wrong."""

    images: int
    lost: list[str]
    """Pictures that are not on disk, and that no open attempt stands for."""
    aside: list[str]
    """Pictures that are not on disk, but whose attempt is open: they may still be fetched."""
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


def audit(connection: Connection, ledger: list[Entry], library: Path, sent: Sent) -> Audit:
    """Hold what is on disk against what the site knows.

    Args:
        connection: to the store.
        ledger: the site's.
        library: where the pictures are.
        sent: which attempt sent which turn.
    """
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
    tries = connection.execute(select(attempts).order_by(attempts.c.id)).all()
    lost, aside = _missing(ledger, {each.sha256 for each in kept}, list(tries), sent)
    return Audit(
        images=len(known),
        lost=lost,
        aside=aside,
        twice=_twice(ledger, list(known), list(tries), sent),
        misfiled=_misfiled(ledger, kept),
        done=states[JobState.DONE],
        refused=states[JobState.REFUSED],
        asking=len(asking),
        failed=states[JobState.FAILED],
        left=len(known) - len(asking) - sum(states[state] for state in ended),
        journal=_hash(connection, ledger),
        reasons=dict(Counter([*given_up, *(row.reason for row in asking)])),
    )


@dataclass(frozen=True)
class _Kept:
    """A picture on record, and what is on disk of it."""

    key: str
    sha256: str
    """As it is on disk."""
    wanted: str
    """The origin of what its panel asked for."""
    place: Place


def _kept(connection: Connection, library: Path) -> list[_Kept]:
    """Every picture on record."""
    found = []
    for row in connection.execute(select(images)):
        path = library / row.path
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "gone"
        wanted = origin(row.prompt_sha256, parsed(row.attached))
        found.append(_Kept(row.key, sha256, wanted, Place(row.place)))
    return found


def _missing(
    ledger: list[Entry], there: set[str], tries: list[Row[Any]], sent: Sent
) -> tuple[list[str], list[str]]:
    """The pictures that are not on disk: what is lost of them, and what an open attempt has."""
    held = {turn for row in tries if row.ending is None for turn in sent.get(_name(row), ())}
    lost, aside = list[str](), list[str]()
    for entry in ledger:
        if isinstance(entry, Picture) and entry.sha256 not in there:
            among = aside if entry.turn in held else lost
            among.append(f"{entry.file_id} of {entry.turn}")
    return lost, aside


def _misfiled(ledger: list[Entry], kept: list[_Kept]) -> list[str]:
    """Keys under which there is a picture that their panels did not ask for.

    What is kept beside a panel's picture may be one that the site did not make, but not another
    panel's. In quarantine stands what was found to be another's.
    """
    sent_with = {entry.turn: entry.references for entry in ledger if isinstance(entry, Submission)}
    made_from = {
        entry.sha256: " ".join([entry.prompt_sha256, *sent_with[entry.turn]])
        for entry in ledger
        if isinstance(entry, Picture)
    }
    return [
        f"{each.key} ({each.place})"
        for each in kept
        if each.place != Place.QUARANTINE
        and made_from.get(each.sha256, "" if each.place == Place.CURRENT else each.wanted)
        != each.wanted
    ]


def _twice(
    ledger: list[Entry], known: list[Row[Any]], tries: list[Row[Any]], sent: Sent
) -> list[str]:
    """What was sent again and should not have been: by attempts and, besides, by prompts."""
    attempts_again = _unexcused(ledger, tries, sent)
    prompts = {row.id: row.prompt_sha256 for row in known}
    told = {prompts[row.job_id] for row, _ in attempts_again}
    often = _too_often(ledger, known, tries)
    return [
        *(
            f"attempt {_name(row)} {what}: {row.ending}, {row.reason}"
            for row, what in attempts_again
        ),
        *(prompt for sha256, prompt in often.items() if sha256 not in told),
    ]


def _too_often(ledger: list[Entry], known: list[Row[Any]], tries: list[Row[Any]]) -> dict[str, str]:
    """Prompts, by their words' SHA-256, that were sent before anything called for one more.

    At the moment of each submission, the jobs with these words, the failures that the site had
    recorded by then, and the author's orders have to account for it and for all before it.
    """
    failed_at = _failures(ledger)
    orders = Counter(row.job_id for row in tries if row.ending == Ending.ABANDONED)
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for row in known:
        wanted[row.prompt_sha256].append(row.id)
    sent: defaultdict[str, list[Submission]] = defaultdict(list)
    for entry in ledger:
        if isinstance(entry, Submission):
            sent[entry.prompt_sha256].append(entry)
    wrong = {}
    for sha256, submissions in sent.items():
        jobs_and_orders = len(wanted[sha256]) + sum(orders[job] for job in wanted[sha256])
        for before, each in enumerate(submissions):
            failed = sum(failed_at.get(one.turn, NEVER) <= each.time for one in submissions)
            if before >= jobs_and_orders + failed:
                wrong[sha256] = each.prompt
                break
    return wrong


def _unexcused(
    ledger: list[Entry], tries: list[Row[Any]], sent: Sent
) -> list[tuple[Row[Any], str]]:
    """Attempts after which their jobs were sent again, and that nothing ended which allows it.

    What allows it is a failure that the site had recorded before, a true proof that nothing was
    sent, or the author's order. Where a Send never arrived, a proof is needed all the same.
    """
    failed_at = _failures(ledger)
    at = {entry.turn: entry.time for entry in ledger if isinstance(entry, Submission)}
    wrong = []
    again_at: dict[int, float] = {}
    for row in reversed(tries):
        if row.submitting_at is None:
            continue
        turns = sent.get(_name(row), ())
        if len(turns) > 1:
            wrong.append((row, f"was sent {len(turns)} times"))
        if row.job_id in again_at and row.ending != Ending.ABANDONED:
            next_at = again_at[row.job_id]
            failed = any(failed_at.get(turn, NEVER) <= next_at for turn in turns)
            proved = not turns and row.ending == Ending.UNSENT
            if not (failed or proved):
                wrong.append((row, "was sent again"))
        again_at[row.job_id] = min((at[turn] for turn in turns), default=NEVER)
    return wrong


def _failures(ledger: list[Entry]) -> dict[str, float]:
    """When the site failed each turn that it failed."""
    return {entry.turn: entry.time for entry in ledger if isinstance(entry, Failure)}


def _name(row: Row[Any]) -> str:
    """How the page knows an attempt."""
    return f"{row.job_id}.{row.number}"


def _hash(connection: Connection, ledger: list[Entry]) -> str:
    told = hashlib.sha256()
    for row in connection.execute(select(journal).order_by(journal.c.id)):
        told.update(repr(tuple(row)).encode())
    for entry in ledger:
        told.update(entry.model_dump_json().encode())
    return told.hexdigest()
