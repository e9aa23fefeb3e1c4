"""The audit: the site's ledger against the store and the disk, with the words of every promise.

- **lost**: a picture in the ledger that is neither in the library, nor kept as an alternative, nor
  in quarantine.
- **twice**: a second submission of a job without a failure that the site recorded or the author's
  order. A proof that nothing was submitted excuses none: where it was right, the ledger has none.
- **misfiled**: a picture under a key whose prompt did not make it.
- **success**: done divided by all jobs without those that the site refused by policy; what waits
  for the author is no success.

It opens the store's file by itself: the host must have ended.
"""

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from pressrun.library.shelf import OWN
from pressrun.replica.ledger import Ledger
from pressrun.replica.pictures import belongs


@dataclass(frozen=True)
class Audit:
    """What the audit found; the lists name what is wrong."""

    images: int
    lost: list[str]
    twice: list[str]
    misfiled: list[str]
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
    """Hold the ledger, the store and the library against each other."""
    with closing(sqlite3.connect(store)) as connection:
        jobs = connection.execute("SELECT id, key, prompt, state FROM jobs").fetchall()
        images = connection.execute("SELECT key, path, sha256, place FROM images").fetchall()
        pardons = Counter(
            job
            for (job,) in connection.execute(
                "SELECT job_id FROM attempts WHERE ending = 'abandoned'"
            )
        )
    prompts = {key: prompt for _, key, prompt, _ in jobs}
    on_disk = {_sha256(path): path for path in _pictures(library)}
    lost = [picture.file_id for picture in ledger.pictures if picture.sha256 not in on_disk]
    twice = []
    for job, key, prompt, _ in jobs:
        excused = len(ledger.failures_of(prompt)) + pardons[job]
        if len(ledger.submissions_of(prompt)) > 1 + excused:
            twice.append(key)
    misfiled = [
        key
        for key, path, sha256, place in images
        if place == "current" and not _is_right(library / path, sha256, prompts[key])
    ]
    states = Counter(state for *_, state in jobs)
    wanted = len(jobs) - states["refused"] - states["cancelled"]
    return Audit(
        images=sum(1 for *_, place in images if place == "current"),
        lost=lost,
        twice=twice,
        misfiled=misfiled,
        needs_you=states["doubt"] + states["failed"],
        refused=states["refused"],
        success_rate=states["done"] / wanted if wanted else 1.0,
    )


def _pictures(library: Path) -> list[Path]:
    return [
        path
        for path in library.rglob("*")
        if path.is_file()
        and path.suffix in (".png", ".jpg", ".webp")
        and "thumbnails" not in path.relative_to(library).parts[: len((OWN, "thumbnails"))]
    ]


def _is_right(path: Path, sha256: str, prompt: str) -> bool:
    if not path.exists():
        return False
    data = path.read_bytes()
    return hashlib.sha256(data).hexdigest() == sha256 and belongs(data, prompt)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
