"""When a backup is due."""

import pytest

from pressrun.server.backups import EVERY_SECONDS, is_due
from pressrun.store.backup import Moments

NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("last", "running", "turned_at", "due"),
    [
        (None, False, None, False),
        (None, True, NOW - 5, True),
        (None, False, NOW - 5, True),
        (NOW - 10, True, NOW - 5, True),
        (NOW - 10, False, NOW - 5, True),
        (NOW - 10, True, NOW - 20, False),
        (NOW - EVERY_SECONDS + 1, True, 0.0, False),
        (NOW - EVERY_SECONDS, True, 0.0, True),
        (NOW - EVERY_SECONDS, False, 0.0, False),
        (NOW + 86_400, True, 0.0, True),
        (NOW + 86_400, False, 0.0, False),
    ],
)
def test_when_a_backup_is_due(
    *, last: float | None, running: bool, turned_at: float | None, due: bool
) -> None:
    """As a batch starts or ends, each hour of a running one, and after the clock went back."""
    assert is_due(NOW, last, Moments(running=running, turned_at=turned_at)) is due
