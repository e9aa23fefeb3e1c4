"""Whatever dies, and wherever: nothing is lost, nothing is made twice, nothing is misfiled.

All combinations that are asked for are played together, as many at once as the machine bears; a
test looks at the outcome of one. `docs/testing.md` tells how to replay one by itself.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crash import matrix
from crash.matrix import Combination
from crash.story import Outcome, cpu_seconds, make_templates, play_all, summary

AT_ONCE = 2 * (os.cpu_count() or 1)
"""More than that keeps tests that run beside them waiting, for little gain."""

LOSES_POWER = sys.platform == "linux"
"""Whether lost power can be played: its disk is a library that Linux loads before others."""

Outcomes = dict[Combination, Outcome]


def chosen() -> Iterator[object]:
    """Return every combination; all but the sample are long."""
    every = dict.fromkeys([*matrix.SAMPLE, *matrix.deaths(), *matrix.losses()])
    for one in every:
        marks = [] if one in matrix.SAMPLE else [pytest.mark.long]
        if one.loss is not None:
            reason = "lost power is played on Linux alone"
            marks.append(pytest.mark.skipif(not LOSES_POWER, reason=reason))
        yield pytest.param(one, id=one.name, marks=marks)


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Outcomes:
    """The outcomes of all combinations that this run of the tests asks for."""
    wanted = []
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.module is request.module:
            combination = item.callspec.params["combination"]
            assert isinstance(combination, Combination)
            if LOSES_POWER or combination.loss is None:
                wanted.append(combination)
    with tempfile.TemporaryDirectory(prefix="pc-home-") as folder:
        make_templates(Path(folder))
        began, used = time.monotonic(), cpu_seconds()
        played = asyncio.run(play_all(wanted, Path(folder), AT_ONCE))
    told = f"{summary(played)}; {time.monotonic() - began:.0f} s, {cpu_seconds() - used:.0f} CPU s"
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"\ncrash: {told}")
    return {outcome.combination: outcome for outcome in played}


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("combination", list(chosen()))
def test_nothing_is_lost_twice_or_misfiled(outcomes: Outcomes, combination: Combination) -> None:
    """The book is made whole, whatever happened on the way."""
    outcome = outcomes[combination]
    assert outcome.wrong == [], f"everything of it is in {outcome.folder}"
