"""The demo as a program: the first thing that anybody starts."""

import asyncio
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from pathlib import Path

import pytest

from helpers.patience import patience
from helpers.play import command, gone
from pressrun.errors import Exit
from pressrun.simulator.ledger import read
from trials.audit import audit, followed
from trials.soak.series import sheets

WISH = ("trials.demo", "--panels", "6", "--tabs", "2", "--headless", "--folder")


@pytest.mark.timeout(600)
async def test_the_example_book_is_made_and_exported(tmp_path: Path) -> None:
    """24 panels and a sheet, nothing sent before what it needs; then there is nothing to do."""
    folder = tmp_path / "demo"
    wish = ("trials.demo", "--headless", "--folder", str(folder))
    made = await command(*wish, within=500)
    assert (made.code, made.last) == (Exit.OK, "25/25 pictures"), made
    library, store = folder / "book" / "pictures", folder / "home" / "store.db"
    found = audit(
        read(folder / "replica" / "ledger.jsonl"), store, library, sheets=sheets(folder / "book")
    )
    assert found.clean, found
    assert (found.submissions, found.images) == (25, 25)
    assert followed(store) == ["ch02/p001/panel-2", "ch02/p001/panel-3", "whale"]
    exports = sorted(path.suffix for path in (folder / "book" / "export").iterdir())
    assert exports == [".cbz", ".html", ".pdf", ".txt"]

    again = await command(*wish)  # the sheet is one of the book's own pictures by now
    assert (again.code, again.last) == (Exit.OK, "24/24 pictures"), again
    assert len(read(folder / "replica" / "ledger.jsonl").submissions) == 25
    await gone(folder)


async def test_demo_is_stopped_by_ctrl_c_and_continued(tmp_path: Path) -> None:
    """Ctrl-C leaves nothing running; the next run continues; one more has nothing to do."""
    folder = tmp_path / "demo"
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *WISH, str(folder), stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
    )
    assert demo.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("1/6 pictures"):
        lines.append((await demo.stdout.readline()).decode())
        assert lines[-1], lines
    browser = int((folder / "browser.pid").read_text())
    demo.send_signal(signal.SIGINT)
    lines.append((await demo.stdout.read()).decode())
    assert await demo.wait() == Exit.INTERRUPTED, lines
    assert lines[-1].endswith("Stopped; the next run continues.\n"), lines
    await gone(folder, session=browser)
    before = len(read(folder / "replica" / "ledger.jsonl").submissions)
    assert 1 <= before < 6

    rest = await command(*WISH, str(folder))
    assert (rest.code, rest.last) == (Exit.OK, "6/6 pictures"), rest
    began = time.monotonic()
    again = await command(*WISH, str(folder))
    assert (again.code, again.last) == (Exit.OK, "6/6 pictures"), again
    assert time.monotonic() - began < patience(10)
    await gone(folder)
    ledger = read(folder / "replica" / "ledger.jsonl")
    assert (len(ledger.submissions), len(ledger.pictures)) == (6, 6)
    assert len(list((folder / "pictures").rglob("panel-*.png"))) == 6
