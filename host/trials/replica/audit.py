"""The audit: the site's ledger against the store and the disk, with the words of every promise.

The ledger is the witness.

- **lost**: a picture in the ledger that is neither in the library, nor kept as an alternative, nor
  in quarantine, nor aside.
- **aside**: a picture that is not on disk, and whose job is in doubt with the attempt that asked
  for it still open on record, so that it can be fetched later.
- **twice**: a submission more than jobs, failures that the site recorded, and the author's orders
  account for. A proof that nothing was sent is none where the ledger has the sending.
- **misfiled**: a picture under a key whose prompt did not make it, or made it with other reference
  pictures than its sidecar tells, or without its record.
- **success**: done divided by all jobs without those that the site refused by policy; what waits
  for the author is no success.

The store's file is opened here by itself: the host must have ended.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from pressrun.library.shelf import OWN
from pressrun.simulator.ledger import Ledger, sha256
from trials.replica.pictures import belongs

_SUFFIXES = (".png", ".jpg", ".webp")
_UNFINISHED = {"incoming", "thumbnails"}


@dataclass(frozen=True)
class Job:
    """A job as the store has it, with the picture that stands for its panel."""

    key: str
    prompt: str
    state: str
    tries: int
    orders: int
    """How often the author decided that it be sent again."""
    sha256: str | None
    path: str | None
    """Below the library."""


@dataclass(frozen=True)
class Audit:
    """What the audit found; the lists name what is wrong."""

    images: int
    """Pictures under their panels' names."""
    lost: list[str]
    aside: list[str]
    twice: list[str]
    misfiled: list[str]
    submissions: int
    pictures: int
    """Of the ledger, as are the submissions."""
    needs_you: int
    refused: int
    success_rate: float

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, sent twice or misfiled."""
        return not (self.lost or self.twice or self.misfiled)

    def counts(self) -> dict[str, float]:
        """The figures alone, for a JSON line."""
        return {
            name: len(value) if isinstance(value, list) else value
            for name, value in asdict(self).items()
        }


def audit(ledger: Ledger, store: Path, library: Path) -> Audit:
    """Hold the ledger, the store and the one library of a stage against each other."""
    known = jobs(store, library)
    files = sorted(_files(library))
    filed = [path for path in files if OWN not in path.relative_to(library).parts]
    kept = set(map(_digest, files))
    open_turns = in_doubt(ledger, store, library)
    states = Counter(job.state for job in known)
    wanted = len(known) - states["refused"] - states["cancelled"]
    return Audit(
        images=len(filed),
        lost=lost(ledger, kept, open_turns),
        aside=[
            f"{each.file_id} of {each.turn}"
            for each in ledger.pictures
            if each.turn in open_turns and each.sha256 not in kept
        ],
        twice=twice(ledger, known),
        misfiled=[*_misfiled(library, filed, known), *_unlike(ledger, library, filed)],
        submissions=len(ledger.submissions),
        pictures=len(ledger.pictures),
        needs_you=states["doubt"] + states["failed"],
        refused=states["refused"],
        success_rate=states["done"] / wanted if wanted else 1.0,
    )


def lost(ledger: Ledger, kept: Iterable[str], aside: Collection[str] = ()) -> list[str]:
    """The pictures of the ledger that are not among these hashes, nor of turns that are aside."""
    there = set(kept)
    return [
        f"{each.file_id} of {each.turn}"
        for each in ledger.pictures
        if each.sha256 not in there and each.turn not in aside
    ]


def in_doubt(ledger: Ledger, store: Path, library: Path) -> set[str]:
    """The turns of the ledger whose attempts are open on record, and their jobs in doubt.

    An attempt that knows its conversation has the turn that began it; one that does not has the
    newest of its prompt that no other has.
    """
    query = (
        "SELECT jobs.prompt, attempts.conversation FROM attempts"
        " JOIN jobs ON jobs.id = job_id JOIN batches ON batches.id = jobs.batch_id"
        " WHERE jobs.state = 'doubt' AND ending IS NULL AND step != 'claimed'"
        " AND batches.library = ? ORDER BY attempts.conversation IS NULL"
    )
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        rows = database.execute(query, [str(library.resolve())]).fetchall()
    taken: set[str] = set()
    for prompt, conversation in rows:
        sent = [each for each in ledger.submissions_of(prompt) if each.turn not in taken]
        named = [each for each in sent if each.conversation == conversation]
        taken.update(each.turn for each in (named or sent)[-1:])
    return taken


def fruitless(ledger: Ledger, library: Path) -> int:
    """The longest run of sends of one account that came to nothing that is kept or recorded.

    A send has come to something when a picture of it is on disk, or the site recorded its failure.
    """
    kept = set(map(_digest, _files(library)))
    fruits = {each.turn for each in ledger.pictures if each.sha256 in kept}
    fruits |= {each.turn for each in ledger.failures}
    longest: Counter[str] = Counter()
    running: Counter[str] = Counter()
    for sent in ledger.submissions:
        running[sent.account] = 0 if sent.turn in fruits else running[sent.account] + 1
        longest[sent.account] = max(longest[sent.account], running[sent.account])
    return max(longest.values(), default=0)


def twice(ledger: Ledger, known: Sequence[Job]) -> list[str]:
    """The prompts that were sent more often than anything accounts for."""
    allowed = Counter(sha256(job.prompt) for job in known)
    for job in known:
        allowed[sha256(job.prompt)] += job.orders
    prompts = {each.turn: each.prompt_sha256 for each in ledger.submissions}
    allowed.update(prompts[each.turn] for each in ledger.failures if each.turn in prompts)
    sent = Counter(prompts.values())
    words = {each.prompt_sha256: each.prompt for each in ledger.submissions}
    return [
        f"sent {count} times, {allowed[digest]} allowed: {words[digest][:60]}"
        for digest, count in sent.items()
        if count > allowed[digest]
    ]


_REASONS = {
    "refused": {"refused"},
    "failed": {"text_only", "tool_error", "thread_error", "too_long"},
}
"""By the state of a job, the failures of the site's that may have brought it there."""

_LIMITS = {
    "throttled": {"throttle", "rate"},
    "capped": {"plan_cap", "free_cap"},
    "upload refused": {"upload_cap", "upload_failed"},
}
"""By the outcome for which an account rested, what the site told that may have been why."""


def misjudged(ledger: Ledger, store: Path, library: Path) -> list[str]:
    """Jobs that ended, and accounts that rested, for a reason that the site never gave."""
    wrong = []
    for job in jobs(store, library):
        kinds = {each.kind for each in ledger.failures_of(job.prompt)}
        if job.state in _REASONS and not _REASONS[job.state] & kinds:
            wrong.append(f"{job.key} is {job.state}, and the site told {kinds or 'nothing'} of it")
    met = Counter(each.kind for each in ledger.limits)
    met.update(each.kind for each in ledger.failures)
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        rests = database.execute("SELECT outcome, count(*) FROM limits GROUP BY outcome").fetchall()
    for outcome, count in rests:
        given = sum(met[kind] for kind in _LIMITS.get(outcome, ()))
        if not given:
            wrong.append(f"an account rested {count} times as {outcome}, which the site never told")
    return wrong


def jobs(store: Path, library: Path) -> list[Job]:
    """Every job of a library, in order."""
    query = (
        "SELECT jobs.key, jobs.prompt, jobs.state, jobs.tries,"
        " (SELECT count(*) FROM attempts WHERE job_id = jobs.id AND ending = 'abandoned'),"
        " images.sha256, images.path FROM jobs"
        " JOIN batches ON batches.id = jobs.batch_id"
        " LEFT JOIN attempts ON attempts.job_id = jobs.id AND attempts.ending = 'done'"
        " LEFT JOIN images ON images.attempt_id = attempts.id AND images.place = 'current'"
        " WHERE batches.library = ? ORDER BY jobs.id"
    )
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        return [Job(*row) for row in database.execute(query, [str(library.resolve())])]


def _misfiled(library: Path, filed: Sequence[Path], known: Sequence[Job]) -> Iterator[str]:
    owners: dict[str, list[Job]] = {}
    newest = {job.key: job for job in known}
    for job in known:
        if job.path is not None:
            owners.setdefault(job.path, []).append(job)
        elif job.state == "done" and newest[job.key] is job:
            yield f"{job.key} is done and has no picture"
    for path in filed:
        name = str(path.relative_to(library))
        if name not in owners:
            yield f"{name} is in no record"
        for job in owners.pop(name, []):
            yield from _wrongs(library, path, job)
    for name in owners:
        yield f"{name} is on record and not on disk"


def _unlike(ledger: Ledger, library: Path, filed: Sequence[Path]) -> Iterator[str]:
    """The pictures that were not sent with the references that their sidecars tell of."""
    sent_with = {each.turn: each.references for each in ledger.submissions}
    made_with = {each.sha256: sent_with[each.turn] for each in ledger.pictures}
    for path in filed:
        notes = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        told = [each["sha256"] for each in notes.get("references", [])]
        if told != made_with.get(_digest(path), told):
            yield f"{path.relative_to(library)} was made with other references than it tells"


def _wrongs(library: Path, path: Path, job: Job) -> Iterator[str]:
    name, data = path.relative_to(library), path.read_bytes()
    sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if path.with_suffix("") != library / job.key:
        yield f"{name} stands for {job.key}"
    if not belongs(data, job.prompt):
        yield f"{name} was not made from the prompt of {job.key}"
    if not sha256(data) == job.sha256 == sidecar["sha256"]:
        yield f"{name} is not what was received"
    if sidecar["key"] != job.key or sidecar["prompt"] != job.prompt:
        yield f"{name} has the sidecar of another panel"


def _files(library: Path) -> Iterator[Path]:
    """The pictures of a library, kept ones included, and none that is on its way."""
    for path in library.rglob("*"):
        parts = set(path.relative_to(library).parts)
        if path.is_file() and path.suffix in _SUFFIXES and not _UNFINISHED & parts:
            yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
