"""What the site says instead of a picture, and what is made of it."""

import asyncio
import itertools
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from helpers.audit import jobs
from helpers.play import QUICK, Play, browsing, playing

from pressrun.demo.book import panels
from pressrun.errors import Exit
from pressrun.protocol.messages import Status
from pressrun.replica.behaviour import Behaviour
from pressrun.replica.ledger import sha256

BOOK = panels(6)
RATES = {"refused": 0.3, "tool_error": 0.3}


def meets(seed: int) -> tuple[set[str], set[str]]:
    """The prompts that this seed refuses, and those of which the image tool fails the first."""
    site = Behaviour(seed=seed, refused=RATES["refused"], tool_error=RATES["tool_error"])
    refused, failed = set(), set()
    for panel in BOOK:
        words = sha256(panel.prompt)
        if site.happens(site.refused, "refused", words):
            refused.add(panel.prompt)
        elif site.happens(site.tool_error, "tool_error", words, 1):
            failed.add(panel.prompt)
            if site.happens(site.tool_error, "tool_error", words, 2):
                return set(), set()
    return refused, failed


async def test_refused_is_not_sent_again_and_a_tool_error_is(tmp_path: Path) -> None:
    """One prompt against policy is sent once, one that the tool failed is made by its second."""
    seed = next(seed for seed in itertools.count() if tuple(map(len, meets(seed))) == (1, 1))
    (refused,), (failed,) = meets(seed)
    async with playing(tmp_path / "stage", {"seed": seed, **RATES}) as play:
        run = ("run", str(play.write(BOOK)), f"--output={play.library}", "--tabs=2")
        async with browsing(play.stage):
            first = await play.pressrun(*run)
            again = await play.pressrun(*run)
        assert (first.code, first.last) == (Exit.NEEDS_YOU, "5/6 pictures"), first
        assert "1 refused" in first.out
        assert (again.code, again.last) == (Exit.NEEDS_YOU, "5/6 pictures"), again
        found = await play.audit()
        assert found.clean, found
        assert (found.submissions, found.pictures, found.filed) == (7, 5, 5)
        ledger = play.stage.ledger()
        assert [each.kind for each in ledger.failures_of(refused)] == ["refused"]
        assert [each.kind for each in ledger.failures_of(failed)] == ["tool_error"]
        assert len(ledger.submissions_of(failed)) == 2
        assert ledger.submissions_of(failed)[1].time > ledger.failures_of(failed)[0].time


def rests(status: Status) -> bool:
    """Whether every tab waits because the account rests."""
    tabs = status.accounts[0].tabs
    return bool(tabs) and all(tab.doing == "resting" for tab in tabs)


async def test_throttled_account_rests_and_no_job_loses_a_try(tmp_path: Path) -> None:
    """Under the throttle's dialog nothing more is sent before its time; then all is made."""
    behaviour = {"throttle_at": 2, "throttle_seconds": (2, 2), "generation_seconds": (4, 4)}
    async with playing(tmp_path / "stage", behaviour) as play:
        async with browsing(play.stage):
            await play.start(BOOK[:4], tabs=2)
            status = await play.until(rests, within=110)
            assert "too quickly" in (status.accounts[0].resting or "")
            assert (status.accounts[0].resting_until or 0) > status.now + 60
            assert status.sentence.startswith("Waiting until ")
            sent = len(play.stage.ledger().submissions)
            await asyncio.sleep(2)
            assert len(play.stage.ledger().submissions) == sent
        await play.stop_host()
        assert play.stage.ledger().limits
        assert all(
            job.tries == 0 and job.state != "failed" for job in jobs(play.stage, play.library)
        )
        _let_the_time_pass(play)
        async with browsing(play.stage):
            await play.start(BOOK[:4], tabs=1)
            batch = await play.ended()
        assert batch.done == batch.total == 4, batch
        found = await play.audit()
        assert found.clean, found
        assert (found.submissions, found.pictures) == (4, 4)


def _let_the_time_pass(play: Play) -> None:
    """Make the account's rest a thing of the past; the host must have ended."""
    with closing(sqlite3.connect(play.stage.home.store)) as database, database:
        database.execute("UPDATE accounts SET rests_until = rests_until - 3600")
        database.execute("UPDATE jobs SET not_before = not_before - 3600")
