"""Whole nights on virtual time: whatever goes wrong, nothing is lost, sent twice or misfiled."""

import pytest
import structlog

from pressrun.simulator.night import run


@pytest.fixture(autouse=True)
def _quiet() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_a_night_loses_nothing_and_sends_nothing_twice(seed: int) -> None:
    """With a fault at every tenth send, ledger, store and library agree in the morning."""
    report = run(60, seed, 0.10)
    found = report.audit
    assert (found.lost, found.twice, found.misfiled) == ([], [], [])
    assert found.left == 0
    assert found.needs_you == 0
    assert report.faults


def test_a_seed_replays_a_night_exactly() -> None:
    """Two runs of one seed write the same journal and the same ledger, to the letter."""
    assert run(30, 7, 0.2).audit.journal == run(30, 7, 0.2).audit.journal
