"""When a job is tried again, and when it is given up."""

import itertools
from collections.abc import Callable

import pytest

from pressrun.press import retry


@pytest.mark.parametrize(
    ("rule", "times"),
    [(retry.after_return, retry.RETURNS), (retry.after_failure, retry.TRIES)],
)
def test_a_job_is_tried_so_often_and_later_each_time(
    rule: Callable[[float, int], float | None], times: int
) -> None:
    """A job that fails again and again waits longer and is then given up for now."""
    dues = [rule(1_000.0, tries) for tries in range(times)]
    waits = [due - 1_000.0 for due in dues if due is not None]
    assert dues[-1] is None
    assert len(waits) == times - 1
    assert waits[0] > 0
    assert all(later > sooner for sooner, later in itertools.pairwise(waits))
