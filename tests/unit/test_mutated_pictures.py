"""Mutated pictures end as pictures or as bad ones: no other error, and bounded time and memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KINDS = ("PNG", "JPEG", "WEBP", "MPO", "APNG", "moving WEBP")
PEAK = 1_200
"""MiB: what the largest picture takes that is taken at all, as the documentation tells."""

SLOWEST = 15.0
"""Seconds of the processor, whatever else the machine does, for one picture seen three times."""


def play(kind: str, count: int) -> dict[str, float]:
    """Decode mutated pictures of a kind in a process of their own."""
    script = ROOT / "helpers" / "mutants.py"
    ended = subprocess.run(
        [sys.executable, script, kind, str(count), "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(ended.stdout)
    return told


def check(told: dict[str, float]) -> None:
    """No uncaught error, each end a fifth or more of all, and bounded time and memory."""
    assert [end for end in told if end.startswith("uncaught")] == []
    assert min(told["whole"], told["bad"]) > (told["whole"] + told["bad"]) / 5
    assert told["slowest"] < SLOWEST
    assert told["peak"] < PEAK


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_hundred_mutated_pictures_do_no_harm(kind: str) -> None:
    """Of each kind that is taken."""
    check(play(kind, 300))


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("kind", KINDS)
def test_twenty_thousand_mutated_pictures_do_no_harm(kind: str) -> None:
    """Of each kind that is taken."""
    check(play(kind, 20_000))
