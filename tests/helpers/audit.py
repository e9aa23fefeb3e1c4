"""The audit: what the site's ledger, the store and the disk say of one another.

The ledger is the witness. The words are the design's: *lost* is a picture of the ledger that is
nowhere in the library, not even as an alternative or in quarantine; *twice* is a second Send for a
job without a failure that the site recorded; *misfiled* is a picture under a key whose prompt did
not make it. The host must have ended: the database has one user.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from pressrun.replica.ledger import sha256
from pressrun.replica.pictures import belongs
from pressrun.replica.stage import Stage

OWN = ".pressrun"
PICTURES = (".png", ".jpg", ".webp")


@dataclass
class Audit:
    """What was found; the first three are empty when every promise was kept."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    misfiled: list[str] = field(default_factory=list)
    filed: int = 0
    """Pictures under their panels' names."""
    submissions: int = 0
    pictures: int = 0
    """Of the ledger."""

    @property
    def clean(self) -> bool:
        """Whether nothing is lost, twice or misfiled."""
        return not (self.lost or self.twice or self.misfiled)


@dataclass(frozen=True)
class Job:
    """A job as the store has it, with the picture that stands for its panel."""

    key: str
    prompt: str
    state: str
    tries: int
    sha256: str | None
    path: str | None


def jobs(stage: Stage, library: Path) -> list[Job]:
    """Every job of a library, in order."""
    return list(_jobs(stage.home.store, library))


def audit(stage: Stage, library: Path) -> Audit:
    """Compare the three records of one library; a stage has one library, or this finds too much."""
    ledger = stage.ledger()
    known = jobs(stage, library)
    found = Audit(submissions=len(ledger.submissions), pictures=len(ledger.pictures))
    kept = {_hash(path) for path in _files(library)}
    found.lost += [
        f"{each.file_id}, take {each.take} of {each.prompt_sha256[:12]}"
        for each in ledger.pictures
        if each.sha256 not in kept
    ]
    wanted = Counter(job.prompt for job in known)
    found.twice += [
        f"{len(ledger.submissions_of(prompt))} submissions for {count} jobs: {prompt[:60]}"
        for prompt, count in wanted.items()
        if len(ledger.submissions_of(prompt)) - len(ledger.failures_of(prompt)) > count
    ]
    found.twice += [
        f"not ours: {each.prompt[:60]}" for each in ledger.submissions if each.prompt not in wanted
    ]
    for path in _files(library):
        if path.suffix in PICTURES and OWN not in path.relative_to(library).parts:
            found.filed += 1
            found.misfiled += _misfiled(library, path, known)
    placed = {job.key for job in known if job.state == "done" and job.path is not None}
    found.misfiled += [
        f"{job.key} is done and has no picture"
        for job in known
        if job.state == "done" and job.key not in placed
    ]
    return found


def _misfiled(library: Path, path: Path, known: list[Job]) -> Iterator[str]:
    name = str(path.relative_to(library))
    data = path.read_bytes()
    owners = [job for job in known if job.path == name]
    if not owners:
        yield f"{name} is in no record"
    for job in owners:
        sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if path.with_suffix("") != library / job.key:
            yield f"{name} stands for {job.key}"
        if not belongs(data, job.prompt):
            yield f"{name} was not made from the prompt of {job.key}"
        if not sha256(data) == job.sha256 == sidecar["sha256"]:
            yield f"{name} is not what was received"
        if sidecar["key"] != job.key or sidecar["prompt"] != job.prompt:
            yield f"{name} has the sidecar of another panel"


def _jobs(store: Path, library: Path) -> Iterator[Job]:
    query = (
        "SELECT jobs.key, jobs.prompt, jobs.state, jobs.tries, images.sha256, images.path FROM jobs"
        " JOIN batches ON batches.id = jobs.batch_id"
        " LEFT JOIN attempts ON attempts.job_id = jobs.id AND attempts.ending = 'done'"
        " LEFT JOIN images ON images.attempt_id = attempts.id AND images.place = 'current'"
        " WHERE batches.library = ? ORDER BY jobs.id"
    )
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        yield from (Job(*row) for row in database.execute(query, [str(library)]))


def _files(library: Path) -> Iterator[Path]:
    for path in sorted(library.rglob("*")):
        unfinished = {"incoming", "thumbnails"} & set(path.relative_to(library).parts)
        if path.is_file() and not unfinished:
            yield path


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
