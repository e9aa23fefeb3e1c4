"""A home with a book of 10,000 panels, of which 5,000 have a picture: made once, and copied.

The pictures take ten gigabytes and are kept in the folder for temporary files; each use has links
to them, so that what a bench makes and removes is its own.
"""

import asyncio
import hashlib
import json
import os
import random
import shutil
import sqlite3
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from benches.studio import drawing
from pressrun import files
from pressrun.cli.client import connect
from pressrun.gauge import workshop
from pressrun.library import thumbnails
from pressrun.library.thumbnails import SMALL
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.batch import BatchStart
from pressrun.states import Ending, JobState, MarkState, PictureState, Step
from pressrun.store import accounts
from pressrun.store.database import open_store
from pressrun.store.tables import attempts, batches, images, jobs, marks, metadata
from trials.soak.managed import ManagedStage

PANELS, PICTURES = 10_000, 5_000

CHAPTERS, PAGES = 25, 100
"""Pages of a chapter; each has four panels."""

EACH = PANELS // (CHAPTERS * PAGES)

APPROVED, IN_STYLE = 0.2, 0.95
"""Shares of the pictures."""

VERSION = 1
"""Of what is drawn; another one is drawn anew."""

PEOPLE = ("mara", "tobias", "nell", "captain", "baker", "organist")
PLACES = ("quay", "lighthouse", "square", "cellar")

CALLED = ("harbour", "midnight", "rain", "lantern", "rope", "gull", "ladder", "bell", "fog", "tide")


@dataclass(frozen=True)
class Drawn:
    """A picture that was drawn."""

    sha256: str
    bytes: int


async def stage() -> ManagedStage:
    """A stage whose host knows the book, has half of its pictures, and is to make the rest."""
    root = Path(tempfile.gettempdir()) / f"pressrun-bench-studio-{VERSION}"
    drawn = await asyncio.to_thread(_drawn, root)
    run = root / "run"
    shutil.rmtree(run, ignore_errors=True)
    made = root / f"store-{_schema()}.db"
    found = ManagedStage(run)
    found.install()
    _write_book(run / "book")
    if not made.exists():
        for older in root.glob("store-*.db"):
            older.unlink()
        began = time.monotonic()
        await _order(found, run / "book")
        await _fill(found, drawn)
        shutil.copy(found.home.store, made)
        print(f"The record was made in {time.monotonic() - began:.0f} s")
    shutil.copy(made, found.home.store)
    _link(root, run / "book" / "pictures", made)
    return found


def _drawn(root: Path) -> list[Drawn]:
    """Draw the pictures with their small copies, as far as they are not there."""
    note = root / "drawn.json"
    if note.exists():
        return [Drawn(*each[-2:]) for each in json.loads(note.read_text())]
    began = time.monotonic()
    (root / "pictures" / ".pressrun").mkdir(parents=True, exist_ok=True)
    found = []
    with ProcessPoolExecutor(2) as pool:
        waiting = []
        for data in drawing.pictures(PICTURES):
            sha256 = hashlib.sha256(data).hexdigest()
            path = root / "pictures" / f"{sha256}.png"
            if not path.exists():
                path.write_bytes(data)
            found.append(Drawn(sha256, len(data)))
            if not thumbnails.is_kept(root / "pictures", SMALL, path, sha256):
                waiting.append(pool.submit(thumbnails.inspect, root / "pictures", path, sha256))
        for each in waiting:
            each.result()
    note.write_text(json.dumps([[each.sha256, each.bytes] for each in found]))
    print(f"{PICTURES:,} pictures and small copies were made in {time.monotonic() - began:.0f} s")
    return found


def _schema() -> str:
    """Tells one schema of the database, and one way to fill it, from others."""
    told = [
        str(column) + str(column.type) for table in metadata.sorted_tables for column in table.c
    ]
    told.append(Path(__file__).read_text(encoding="utf-8"))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _write_book(folder: Path) -> None:
    dice = random.Random(7)  # noqa: S311 - a book, no secret
    (folder / "script").mkdir(parents=True)
    (folder / "cast").mkdir()
    (folder / "book.toml").write_text(
        'title = "Ten Thousand Lamps"\nlanguage = "en"\nformat = "2:3"\nchats = "fresh"\n\n'
        '[style]\nwords = "flat colours, thin ink lines"\n\n[pages]\nlayout = true\n'
    )
    (folder / "cast" / "people.toml").write_text(
        "".join(
            f'[{name}]\nname = "{name.title()}"\nwords = "somebody called {name}, in a coat"\n\n'
            for name in PEOPLE
        )
    )
    (folder / "cast" / "places.toml").write_text(
        "".join(f'[places.{name}]\nname = "The {name}"\nwords = "a {name}"\n\n' for name in PLACES)
    )
    for chapter in range(1, CHAPTERS + 1):
        lines = [f"# The {CALLED[chapter % len(CALLED)]}\n"]
        for page in range(1, PAGES + 1):
            lines.append(f"## Page {page}\n\n- place: {dice.choice(PLACES)}\n")
            for panel in range(1, EACH + 1):
                cast = ", ".join(dice.sample(PEOPLE, dice.choice((0, 1, 1, 2))))
                told = f"- cast: {cast}\n\n" if cast else ""
                words = " and a ".join(dice.sample(CALLED, 3))
                lines.append(
                    f"### Panel {panel}\n\n{told}A {words}, number {chapter}-{page}-{panel}.\n"
                )
        (folder / "script" / f"{chapter:02}.md").write_text("\n".join(lines))


async def _order(found: ManagedStage, book: Path) -> None:
    """Have the host read the book and order all of its panels; nothing makes them yet."""
    async with connect(found.home) as client:
        asked = BatchStart(source=str(book / "book.toml"), tabs=8, chats=1)
        await client.ask(calls.BATCH_START, asked)
        await client.ask(calls.HOST_STOP, Nothing())
    await found.stop_host()


async def _fill(found: ManagedStage, drawn: list[Drawn]) -> None:
    store = await open_store(found.home.store, durable=False)
    account = await store.do(
        accounts.seen, 1.0, site="chatgpt", profile="author of before", mark="m"
    )
    await store.do(_record, account, drawn)
    await store.close()


def _record(connection: Connection, account: int, drawn: list[Drawn]) -> None:
    """Put the pictures on record, as if the first half of the batch had been made."""
    dice = random.Random(3)  # noqa: S311 - a book, no secret
    library = connection.execute(select(batches.c.library)).scalar_one()
    # as tabs make them: a few of each chapter come first, to see whether they are in style
    ordered = connection.execute(select(jobs).order_by(jobs.c.place)).all()
    version = workshop.version()
    of = [(at, job, each) for at, (job, each) in enumerate(zip(ordered, drawn, strict=False), 1)]
    connection.execute(
        insert(attempts),
        [
            {
                "id": number,
                "job_id": job.id,
                "number": 1,
                "account_id": account,
                "tab": 1,
                "step": Step.DONE,
                "ending": Ending.DONE,
                "started_at": 1.0 + number,
                "ended_at": 2.0 + number,
                "sha256": each.sha256,
            }
            for number, job, each in of
        ],
    )
    connection.execute(
        insert(images),
        [
            {
                "id": number,
                "sha256": each.sha256,
                "library": library,
                "key": job.key,
                "place": PictureState.CURRENT,
                "path": f"{job.key}.png",
                "attempt_id": number,
                "prompt_sha256": job.prompt_sha256,
                "attached": job.attached,
                "format": job.format,
                "ingredients": job.ingredients,
                "follows": job.follows,
                "bytes": each.bytes,
                "width": drawing.WIDTH,
                "height": drawing.HEIGHT,
                "media": "image/png",
                "filed_at": 2.0 + number,
                "approved_at": 3.0 + number if dice.random() < APPROVED else None,
                "marked_by": version,
            }
            for number, job, each in of
        ],
    )
    connection.execute(
        insert(marks),
        [
            {
                "image_id": number,
                "state": MarkState.IN_STYLE if dice.random() < IN_STYLE else MarkState.MARKED,
                "version": version,
                "score": dice.random(),
                "limit": 1.0,
                "marked_at": 2.0 + number,
            }
            for number, _, _ in of
        ],
    )
    numbers = [job.id for _, job, _ in of]
    for first in range(0, len(numbers), 500):
        connection.execute(
            update(jobs)
            .where(jobs.c.id.in_(numbers[first : first + 500]))
            .values(state=JobState.DONE, ended_at=2.0)
        )


def _link(root: Path, library: Path, made: Path) -> None:
    """Have the drawn pictures under the names that are on record, without taking room."""
    copies = (library / SMALL.path("")).parent
    copies.mkdir(parents=True)
    with closing(sqlite3.connect(made)) as connection:
        found = connection.execute("SELECT path, sha256 FROM images").fetchall()
    for path, sha256 in found:
        place = library / path
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(root / "pictures" / f"{sha256}.png", place)
        os.link(root / "pictures" / SMALL.path(sha256), library / SMALL.path(sha256))
    files.sync_folder(library)
