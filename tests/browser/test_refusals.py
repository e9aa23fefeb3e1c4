"""What the site says instead of a picture, and what is made of it."""

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from helpers import profiles
from helpers.play import Play, browsing, playing
from pressrun.errors import Exit
from pressrun.simulator.ledger import sha256
from trials.audit import jobs
from trials.demo.book import panels
from trials.replica.behaviour import Behaviour

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
        assert (again.code, again.last) == (Exit.NEEDS_YOU, "Nothing to make: 5/6 pictures"), again
        found = await play.audit()
        assert found.clean, found
        assert (found.submissions, found.pictures, found.images) == (7, 5, 5)
        ledger = play.stage.ledger()
        assert [each.kind for each in ledger.failures_of(refused)] == ["refused"]
        assert [each.kind for each in ledger.failures_of(failed)] == ["tool_error"]
        assert len(ledger.submissions_of(failed)) == 2
        assert ledger.submissions_of(failed)[1].time > ledger.failures_of(failed)[0].time


@pytest.mark.long
async def test_a_model_without_pictures_is_noticed_before_anything_is_sent(tmp_path: Path) -> None:
    """Its menu has no image mode: the account stops with the reason, and no quota is spent."""
    async with playing(tmp_path / "stage", {"wrong_model": True, "shell": "B"}) as play:
        profiles.write(play.stage.home.sites / "chatgpt.toml", profiles.hurried({"mode": 1}))
        async with browsing(play.stage):
            await play.start(BOOK, tabs=1)
            (rests,) = await play.logged("account_rests")
            status = await play.until(lambda seen: any(each.resting for each in seen.accounts))
        assert rests["outcome"] == "wrong model"
        assert "a model without pictures" in (status.accounts[0].resting or "")
        assert play.stage.ledger().submissions == []


THROTTLED = {"throttle_at": 2, "throttle_seconds": (2, 2), "generation_seconds": (4, 4)}
"""One picture is made alone, since its page is new; then the third chat at once is throttled."""


async def test_throttled_account_rests_and_no_job_loses_a_try(tmp_path: Path) -> None:
    """Under the throttle's dialog nothing more is sent, and what is under way still comes."""
    async with playing(tmp_path / "stage", THROTTLED) as play:
        async with browsing(play.stage):
            await play.start(BOOK, tabs=3)
            status = await play.until(lambda seen: seen.batches[0].done == 3)
        (account,) = status.accounts
        assert "asked for a slower pace" in (account.resting or "")
        assert (account.resting_until or 0) > status.now + 60
        found = await play.audit()
        assert found.clean, found
        assert (found.submissions, found.pictures, found.images) == (3, 3, 3)
        assert play.stage.ledger().limits
        unmade = [job for job in jobs(play.stage.home.store, play.library) if job.state != "done"]
        assert {job.state for job in unmade} <= {"waiting", "working", "doubt"}
        assert {job.tries for job in unmade} == {0}


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_throttled_prompt_is_sent_again_once_the_account_has_rested(tmp_path: Path) -> None:
    """No chat is read before the rest is over; then the prompt proves unsent, and is made once."""
    async with playing(tmp_path / "stage", THROTTLED) as play:
        async with browsing(play.stage):
            await play.start(BOOK, tabs=3)
            status = await play.until(
                lambda seen: (seen.batches[0].done, seen.batches[0].doubt) == (3, 1)
            )
        assert status.accounts[0].resting
        await play.stop_host()
        assert len(play.stage.ledger().submissions) == 3
        _let_the_time_pass(play)
        async with browsing(play.stage):
            await play.start(BOOK, tabs=2)
            await play.until(lambda seen: seen.batches[0].done == 6, within=200)
        found = await play.audit()
        assert found.clean, found
        assert (found.submissions, found.pictures, found.images) == (6, 6, 6)


def _let_the_time_pass(play: Play) -> None:
    """Make the account's rest a thing of the past; the host must have ended."""
    with closing(sqlite3.connect(play.stage.home.store)) as database, database:
        database.execute("UPDATE accounts SET rests_until = rests_until - 3600")
        database.execute("UPDATE jobs SET not_before = not_before - 3600")
        database.execute("UPDATE attempts SET look_at = look_at - 3600")
