"""`pressrun plan` and `check` of a book of 10,000 panels: new, made, and with one panel more."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert

from benches.result import Result
from helpers import books
from helpers.hosts import own_home, started_host
from pressrun.book.read import read
from pressrun.home import Home
from pressrun.library import references
from pressrun.picture.panel import Panel
from pressrun.picture.recipe import Recipe
from pressrun.press.plan import recipe
from pressrun.server import wanted
from pressrun.store.tables import accounts, attempts, batches, images, jobs

CHAPTERS, PAGES, PANELS = 100, 25, 4

MOST_SECONDS = 3.0

PICTURE = b"picture"


def run() -> list[Result]:
    """Measure the commands, each from its start to its end, with a host that runs."""
    with tempfile.TemporaryDirectory(prefix="pressrun-plan-") as folder, own_home() as home:
        book = books.write(Path(folder, "book"), CHAPTERS, PAGES, PANELS)
        with started_host(home):
            first = _timed("plan", book, home)
        _make(book, home)
        with started_host(home):
            made = _timed("plan", book, home)
            _add(book)
            added = _timed("plan", book, home)
            checked = _timed("check", book, None)
    return [
        Result("new_s", "plan of a new book", first, "s", MOST_SECONDS),
        Result("made_s", "plan of one that is made", made, "s", MOST_SECONDS),
        Result("added_s", "plan with one panel more", added, "s", MOST_SECONDS),
        Result("check_s", "check", checked, "s", MOST_SECONDS),
    ]


def _timed(command: str, book: Path, home: Home | None) -> float:
    where = [] if home is None else ["--home", str(home.folder)]
    began = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "pressrun", command, str(book), *where],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def _add(book: Path) -> None:
    """Write one more panel at the very beginning: every key of its page moves."""
    script = book / "script" / "01.md"
    text = script.read_text(encoding="utf-8")
    more = "### Panel 1\n\nA gull crosses the page.\n\n### Panel 1"
    script.write_text(text.replace("### Panel 1", more, 1), encoding="utf-8")


def _make(book: Path, home: Home) -> None:
    """Put on record that every picture is made, and a file where each is."""
    found = read(book)
    panels = wanted.of_book(found).panels
    known = references.look(path for panel in panels for path in panel.references)
    rows: list[tuple[int, Panel, Recipe]] = []
    for number, panel in enumerate(panels, start=1):
        path = found.library / f"{panel.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PICTURE)
        made_from = recipe(panel, known)
        rows.append((number, panel, made_from))
    engine = create_engine(f"sqlite:///{home.store}")
    with engine.begin() as connection:
        connection.execute(
            insert(accounts).values(id=1, site="chatgpt", profile="p", mark="m", seen_at=0)
        )
        connection.execute(
            insert(batches).values(
                id=1,
                source=str(book / "book.toml"),
                library=str(found.library),
                site="chatgpt",
                tabs=2,
                state="done",
                made_before=0,
                created_at=0,
            )
        )
        connection.execute(insert(jobs), [_job(*each) for each in rows])
        connection.execute(insert(attempts), [_attempt(number) for number, *_ in rows])
        connection.execute(insert(images), [_image(*each, found.library) for each in rows])
    engine.dispose()


def _job(number: int, panel: Panel, made_from: Recipe) -> dict[str, Any]:
    return {
        "id": number,
        "batch_id": 1,
        "ordinal": number,
        "key": panel.key,
        "state": "done",
        "before": panel.before,
        "scene": panel.scene,
        **made_from.row,
    }


def _attempt(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "job_id": number,
        "number": 1,
        "account_id": 1,
        "tab": 1,
        "step": "done",
        "started_at": 0,
        "ending": "done",
    }


def _image(number: int, panel: Panel, made_from: Recipe, library: Path) -> dict[str, Any]:
    row = made_from.row
    del row["prompt"]
    return {
        "sha256": f"{number:064x}",
        "library": str(library),
        "key": panel.key,
        "place": "current",
        "path": f"{panel.key}.png",
        "attempt_id": number,
        "bytes": len(PICTURE),
        "width": 4,
        "height": 3,
        "media": "image/png",
        "filed_at": 0,
        **row,
    }
