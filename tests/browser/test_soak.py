"""The soak as a program: everything is killed again and again, and no picture is lost."""

import asyncio
import json
import sys
from typing import Any

import pytest


async def soak(*arguments: str) -> dict[str, Any]:
    """Run a soak; returns its figures, printed for who runs with -s.

    One that stands still ends by itself before the test does, and so tells where it stood.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "trials.soak",
        "--minutes=8",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    told = out.decode().splitlines()
    sys.stdout.write(f"{told[-1]}\n")
    assert process.returncode == 0, told
    figures: dict[str, Any] = json.loads(told[-1])
    assert [figures[each] for each in ("lost", "twice", "misfiled", "early")] == [0, 0, 0, 0]
    return figures


@pytest.mark.timeout(600)
async def test_a_short_soak_kills_everything_and_tells_what_became_of_it() -> None:
    """A dozen pictures under a hail of kills are all made, and each figure is there."""
    figures = await soak(
        "--images=12",
        "--tabs=3",
        "--generation=1",
        "--kill=worker=4,relay=5,host=9",
    )
    assert (figures["images"], figures["success_rate"]) == (12, 1.0)
    assert sum(figures["kills"].values()) >= 1
    assert set(figures["recovery_seconds"]) == set(figures["kills"])
    assert set(figures["host_rss_mb"]) == {"start", "middle", "end"}


@pytest.mark.timeout(600)
async def test_chats_are_kept_corrected_and_written_into_under_kills() -> None:
    """What a person does in them meanwhile costs no picture and files none elsewhere."""
    figures = await soak(
        "--images=14",
        "--tabs=2",
        "--generation=1",
        "--chats=6",
        "--corrections=3",
        "--author=1",
        "--set=shell=B",
        "--set=remounted=true",
        "--kill=worker=6,host=12",
    )
    assert (figures["images"], figures["written_into"]) == (14, 1)
    assert sum(figures["corrections"].values()) == 3
    assert figures["chats"] < 14


@pytest.mark.timeout(600)
async def test_series_and_sheets_survive_kills_and_nothing_is_sent_too_early() -> None:
    """Each follower goes with the picture before it, and each panel with the approved sheet.

    The sheets are approved by the command while worker, tabs and host die.
    """
    figures = await soak(
        "--images=8",
        "--series=4",
        "--tabs=2",
        "--generation=1",
        "--chats=3",
        "--kill=worker=7,tab=14,host=16",
    )
    assert (figures["images"], figures["success_rate"]) == (10, 1.0)
    assert (figures["followed"], figures["approved"]) == (3, 4)
    assert sum(figures["kills"].values()) >= 1


@pytest.mark.timeout(600)
async def test_a_chat_that_drifts_is_repaired_under_kills() -> None:
    """Repairs that are under way as host, tabs or worker die are neither lost nor doubled.

    Each kill waits for a repair of its own. The host, which measures in a process of its own, dies
    at other times as well. What came in style is its panel's picture in the end.
    """
    figures = await soak(
        "--images=20",
        "--tabs=3",
        "--generation=1",
        "--chats=4",
        "--drift=rougher",
        "--kill=host=40",
        "--kill-repairs=host,tabs,worker",
    )
    assert (figures["images"], figures["success_rate"]) == (20, 1.0)
    met, repairs = figures["repairs_met"], figures["repairs"]
    assert met["host"] == "done"
    assert set(met.values()) == {"done"}
    assert len(met) <= repairs["done"] <= 10
    assert figures["pictures"] == 20 + repairs["done"]
    assert (figures["repairs_doubled"], figures["repairs_lost"], figures["unmarked"]) == (0, 0, 0)
    assert figures["came_in_style"] < figures["pictures"]
    assert figures["in_style"] == figures["came_in_style"]


async def soaks(*arguments: str) -> list[dict[str, Any]]:
    """Run a soak of each of several seeds; returns the figures of each, and prints the table."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "trials.soak", *arguments, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    told = out.decode().splitlines()
    sys.stdout.write(out.decode())
    assert process.returncode == 0, told
    return [json.loads(line) for line in told if line.startswith("{")]


@pytest.mark.timeout(600)
async def test_pages_that_were_changed_cost_no_picture_and_stop_with_a_reason() -> None:
    """One that has but more elements is worked through; one without ids is, or tells why not."""
    figures = {each["seed"]: each for each in await soaks("--mutate=4,3", "--at-once=2")}
    assert (figures[4]["images"], figures[4]["stopped"]) == (6, None)
    assert figures[3]["images"] == 6 or figures[3]["stopped"]


@pytest.mark.long
@pytest.mark.timeout(10_800)
async def test_sixty_changed_pages_are_never_sent_to_in_vain_more_than_three_times() -> None:
    """Nothing is lost, sent twice or misfiled, and each that stops tells why."""
    figures = await soaks("--mutate=1-60", "--at-once=2")
    assert len(figures) == 60
    assert max(each["fruitless"] for each in figures) <= 3
    assert all(each["ended"] for each in figures)


@pytest.mark.long
@pytest.mark.timeout(3_600)
async def test_three_hundred_pictures_survive_every_kill_and_a_faulty_site() -> None:
    """Worker, tab, relay, host and browser die all the time, and the site fails every tenth."""
    figures = await soak(
        "--images=300",
        "--minutes=55",
        "--tabs=6",
        "--generation=3",
        "--faults=0.10",
        "--kill=worker=20,tab=30,relay=45,host=60,browser=240",
    )
    assert set(figures["kills"]) >= {"worker", "tab", "relay", "host"}
    assert figures["success_rate"] >= 0.99


@pytest.mark.long
@pytest.mark.timeout(3_600)
async def test_a_book_in_series_survives_every_kill_and_a_faulty_site() -> None:
    """A panel whose follower waits fails, and is made again before the follower is sent."""
    figures = await soak(
        "--images=120",
        "--minutes=55",
        "--series=6",
        "--tabs=4",
        "--generation=2",
        "--chats=4",
        "--faults=0.10",
        "--kill=worker=20,tab=30,relay=45,host=60,browser=240",
    )
    assert figures["followed"] >= 40
    assert figures["success_rate"] >= 0.9


@pytest.mark.long
@pytest.mark.timeout(7_200)
async def test_three_hundred_pictures_survive_a_night_with_everything_in_it() -> None:
    """Three shells, three languages, references, every failure: each stop has its right reason."""
    figures = await soak(
        "--mixed",
        "--images=300",
        "--tabs=6",
        "--generation=3",
        "--minutes=110",
        "--kill=worker=30,tab=60,relay=90,host=120",
    )
    assert figures["misjudged"] == 0
    assert figures["images"] + figures["refused"] + figures["needs_you"] >= 300
