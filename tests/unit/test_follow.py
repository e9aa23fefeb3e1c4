"""When a run has ended: as soon as nothing more happens by itself, and not before."""

import pytest

from helpers.situations import batch
from pressrun.cli.follow import has_ended
from pressrun.protocol.messages.batch import BatchStatus
from pressrun.states import BatchState
from pressrun.store.review import Attention, Waited


@pytest.mark.parametrize(
    ("known", "ended"),
    [
        (batch(BatchState.DONE, done=3), True),
        (batch(BatchState.CANCELLED, cancelled=3), True),
        (batch(waiting=1, done=2), False),
        (batch(working=1, done=2), False),
        (batch(doubt=1, done=2), False),
        (batch(doubt=1, done=2, asking=1), True),
        (batch(held=1, done=2, approval="cast/mara"), True),
        (batch(BatchState.PAUSED, done=3), True),
        (batch(BatchState.PAUSED, done=2, waiting=1), False),
    ],
)
def test_a_run_ends_when_nothing_more_happens_by_itself(known: BatchStatus, ended: bool) -> None:  # noqa: FBT001
    """What waits for the author ends it; what is made, or found out, does not."""
    assert has_ended(known) == ended


def test_a_run_waits_until_its_last_pictures_are_compared() -> None:
    """They may be made again, which a command that had ended would never tell."""
    assert not has_ended(batch(done=3))
    assert not has_ended(batch(done=2, held=1))
    assert not has_ended(batch(done=2, held=2, comparing=1, approval="ch01"))


def test_a_run_ends_where_panels_wait_because_of_style() -> None:
    """Nothing goes on before the author has had a look."""
    seen = Attention(outliers=1, held=2, first=Waited("ch01", 2))
    assert has_ended(batch(done=2, held=2, seen=seen))


def test_a_run_goes_on_while_what_is_compared_may_end_that_wait() -> None:
    """A repair that comes back in style lets the others go: nobody is called for before."""
    seen = Attention(outliers=1, held=2, first=Waited("ch01", 2), compares=True)
    assert not has_ended(batch(done=2, held=2, seen=seen))
