"""The audit of a run whose host has ended: the site's ledger against the store and the disk.

What is lost, aside, sent twice or misfiled is said in `pressrun.simulator.promises`. Besides, a
picture counts as misfiled when its file, its sidecar and its record disagree. An attempt's picture
is aside while its job is in doubt. **Success** is done divided by all jobs without those that the
site refused by policy; what waits for the author is no success.

The store's file is opened here by itself.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from pressrun.library.shelf import OWN
from pressrun.picture.recipe import origin, parsed
from pressrun.simulator import promises
from pressrun.simulator.ledger import SiteLedger, sha256
from pressrun.simulator.promises import FiledPicture, Promises
from trials.replica.pictures import belongs

_SUFFIXES = (".png", ".jpg", ".webp")
KEPT = ("alternatives", "quarantine")
"""Folders of the library's own that keep pictures; an audit does not ask the library which."""

Painter = Callable[[bytes, str], bool]
"""Tells whether a picture, by its bytes, was drawn from a prompt."""


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
    attached: str | None = None
    """The reference pictures that its panel asked for, as its row names them."""

    @property
    def origin(self) -> str:
        """What its panel asked for, as `FiledPicture` has it."""
        return origin(sha256(self.prompt), parsed(self.attached))


@dataclass(frozen=True)
class RunAudit(Promises):
    """What the audit of a run found."""

    images: int
    """Pictures under their panels' names."""
    submissions: int
    pictures: int
    """Of the ledger, as are the submissions."""
    needs_you: int
    refused: int
    success_rate: float

    def counts(self) -> dict[str, float]:
        """The figures alone, for a JSON line."""
        return {
            name: len(value) if isinstance(value, list) else value
            for name, value in asdict(self).items()
        }


def audit(ledger: SiteLedger, store: Path, library: Path) -> RunAudit:
    """Hold the ledger, the store and the one library of a stage against each other."""
    known = jobs(store, library)
    filed = pictures(library)
    found = kept_promises(
        ledger,
        library,
        known,
        beside=alternatives(store, library),
        open_turns=in_doubt(ledger, store, library),
        drew=belongs,
    )
    states = Counter(job.state for job in known)
    wanted = len(known) - states["refused"] - states["cancelled"]
    return RunAudit(
        **vars(found),
        images=len(filed),
        submissions=len(ledger.submissions),
        pictures=len(ledger.pictures),
        needs_you=states["doubt"] + states["failed"],
        refused=states["refused"],
        success_rate=states["done"] / wanted if wanted else 1.0,
    )


def kept_promises(
    ledger: SiteLedger,
    library: Path,
    known: Sequence[Job],
    elsewhere: Sequence[Job] = (),
    *,
    beside: Sequence[FiledPicture] = (),
    open_turns: Collection[str] = (),
    drew: Painter | None = None,
) -> Promises:
    """Find what is lost, sent twice or misfiled.

    Args:
        ledger: the site's.
        library: where the pictures are.
        known: the jobs of this library, in order.
        elsewhere: those of other libraries that the same site made pictures for.
        beside: the pictures that are kept as alternatives.
        open_turns: the turns of attempts that are in doubt: their pictures are aside. None where
            nothing may be left open.
        drew: a second witness of whose a picture is, for a site whose pictures can be redrawn.
    """
    filed = pictures(library)
    wanted = Counter[str]()
    for job in (*known, *elsewhere):
        wanted[sha256(job.prompt)] += 1 + job.orders
    lost, aside = promises.missing(ledger, set(map(_digest, _files(library))), open_turns)
    return Promises(
        lost=lost,
        aside=aside,
        twice=list(promises.sent_too_often(ledger, wanted).values()),
        misfiled=[
            *_misfiled(ledger, library, filed, known, drew),
            *map(str, promises.misfiled(ledger, beside)),
        ],
    )


def in_doubt(ledger: SiteLedger, store: Path, library: Path) -> set[str]:
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


def fruitless(ledger: SiteLedger, library: Path) -> int:
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


def misjudged(ledger: SiteLedger, store: Path, library: Path) -> list[str]:
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
    """Every job of a library, in order; prompt and references as they were sent."""
    query = (
        "SELECT jobs.key, jobs.prompt, jobs.state, jobs.tries,"
        " (SELECT count(*) FROM attempts WHERE job_id = jobs.id AND ending = 'abandoned'),"
        " images.sha256, images.path, jobs.attached FROM jobs"
        " JOIN batches ON batches.id = jobs.batch_id"
        " LEFT JOIN attempts ON attempts.job_id = jobs.id AND attempts.ending = 'done'"
        " LEFT JOIN images ON images.attempt_id = attempts.id AND images.place = 'current'"
        " WHERE batches.library = ? ORDER BY jobs.id"
    )
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        return [Job(*row) for row in database.execute(query, [str(library.resolve())])]


def alternatives(store: Path, library: Path) -> list[FiledPicture]:
    """The pictures of a library that are kept beside its panels' own, as they are on disk."""
    query = (
        "SELECT images.key, images.path, jobs.prompt, images.attached FROM images"
        " JOIN attempts ON attempts.id = images.attempt_id JOIN jobs ON jobs.id = attempts.job_id"
        " WHERE images.place = 'alternative' AND images.library = ?"
    )
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        rows = database.execute(query, [str(library.resolve())]).fetchall()
    return [
        FiledPicture(
            key, _digest(library / path), origin(sha256(prompt), parsed(attached)), beside=True
        )
        for key, path, prompt, attached in rows
        if (library / path).is_file()
    ]


def pictures(library: Path) -> list[Path]:
    """The pictures of a library that stand under their panels' names, in order."""
    return [path for path in sorted(_files(library)) if OWN not in path.relative_to(library).parts]


def _misfiled(
    ledger: SiteLedger,
    library: Path,
    filed: Sequence[Path],
    known: Sequence[Job],
    drew: Painter | None,
) -> Iterator[str]:
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
            yield f"{name} is not on record"
        for job in owners.pop(name, []):
            yield from _wrongs(ledger, library, path, job, drew)
    for name in owners:
        yield f"{name} is on record and not on disk"


def _wrongs(
    ledger: SiteLedger, library: Path, path: Path, job: Job, drew: Painter | None
) -> Iterator[str]:
    name, data = path.relative_to(library), path.read_bytes()
    sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    picture = FiledPicture(job.key, sha256(data), job.origin)
    noted = [each["sha256"] for each in sidecar.get("references", [])]
    if path.with_suffix("") != library / job.key:
        yield f"{name} stands for {job.key}"
    if promises.misfiled(ledger, [picture]) or (drew and not drew(data, job.prompt)):
        yield f"{name} was not made from what {job.key} asked for"
    if not picture.sha256 == job.sha256 == sidecar["sha256"]:
        yield f"{name} is not what was received"
    if noted != [each.sha256 for each in parsed(job.attached)]:
        yield f"{name} has a sidecar with other references than {job.key} asked for"
    if sidecar["key"] != job.key or sidecar["prompt"] != job.prompt:
        yield f"{name} has the sidecar of another panel"


def _files(library: Path) -> Iterator[Path]:
    """The pictures of a library, with its alternatives and its quarantine."""
    for path in library.rglob("*"):
        parts = path.relative_to(library).parts
        if path.is_file() and path.suffix in _SUFFIXES and (parts[0] != OWN or parts[1] in KEPT):
            yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
