"""Mutated frames do the host no harm: it lives, a good client is served, and memory is bounded."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.patience import patience

ROOT = Path(__file__).parents[1]

GROWTH = 48
"""MiB that a host may grow by under an attack, and keep."""

P99 = 500.0
"""Milliseconds, on a machine with nothing else to do: the attack takes all that a processor has."""


def play(count: int) -> dict[str, float]:
    """Attack a host of its own, in processes of their own."""
    ended = subprocess.run(
        [sys.executable, ROOT / "helpers" / "assault.py", str(count), "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, float] = json.loads(ended.stdout)
    return told


def check(told: dict[str, float]) -> None:
    """The host lived, nobody's call ended in an error of ours, and the good client was served."""
    assert told["log_errors"] == 0, told
    assert told["asked"] > 0, told
    assert told["p99_ms"] < patience(P99), told
    assert told["after_mib"] - told["before_mib"] < GROWTH, told


def test_a_few_thousand_mutated_frames_do_no_harm() -> None:
    """Half of them of an extension, with readings of pages among them."""
    check(play(5_000))


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_two_hundred_thousand_mutated_frames_do_no_harm() -> None:
    """The same for minutes."""
    check(play(200_000))
