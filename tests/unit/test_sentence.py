"""The one sentence that says what is happening, or why nothing is."""

import pytest

from pressrun.protocol.messages.batch import Approval, BatchStatus
from pressrun.protocol.messages.status import AccountStatus, TabStatus
from pressrun.server.sentence import sentence
from pressrun.states import BatchState

NOW = 1_000_000.0
LATER = NOW + 3_600
LIMIT = "The account has reached its limit. Pressrun tries again at 14:35"


def batch(state: BatchState = BatchState.RUNNING, **counts: int) -> BatchStatus:
    """Return a batch with so many jobs in each state."""
    numbers = dict.fromkeys(
        (
            "done",
            "made_before",
            "working",
            "waiting",
            "doubt",
            "asking",
            "failed",
            "refused",
            "cancelled",
        ),
        0,
    )
    return BatchStatus.model_validate(
        {
            "batch": 1,
            "name": "book.txt",
            "source": "/book.txt",
            "library": "/book",
            "state": state,
            "site": "chatgpt",
            "total": sum(counts.values()),
            "per_minute": None,
            "seconds_left": None,
            "counts": [],
            "progress": "",
            "forecast": "",
            "obstacle": None,
            **numbers,
            **counts,
        }
    )


def account(*keys: str | None, connected: bool = True, resting: str | None = None) -> AccountStatus:
    """Return an account with one tab for each key."""
    return AccountStatus(
        account="1",
        connected=connected,
        resting=resting,
        resting_until=LATER if resting else None,
        tabs=[
            TabStatus(tab=number, doing="", key=key, since=NOW, made=0)
            for number, key in enumerate(keys)
        ],
    )


PAUSED, CANCELLED, DONE = BatchState.PAUSED, BatchState.CANCELLED, BatchState.DONE


@pytest.mark.parametrize(
    ("accounts", "batches", "words"),
    [
        ([], [], "Nothing to make"),
        ([], [batch(waiting=3)], "Waiting for the browser: 3 pictures left"),
        ([account(connected=False)], [batch(waiting=1)], "Waiting for the browser: 1 picture left"),
        ([account("a", "b")], [batch(waiting=1, working=2)], "Making 3 pictures in 2 tabs"),
        ([account("a", None)], [batch(working=1)], "Making 1 picture in 1 tab"),
        ([account(None)], [batch(waiting=1200)], "Getting a tab ready; 1,200 pictures left"),
        (
            [account(resting=LIMIT)],
            [batch(waiting=412)],
            f"{LIMIT}; 412 pictures left",
        ),
        (
            [account("a"), account(resting="Too many requests.")],
            [batch(waiting=2, working=1)],
            "Making 3 pictures in 1 tab",
        ),
        ([], [batch(PAUSED, waiting=2)], "Paused with 2 pictures left"),
        (
            [account("a")],
            [batch(PAUSED, waiting=2, working=1)],
            "Paused with 2 pictures left; 1 picture under way will still be finished",
        ),
        ([], [batch(CANCELLED, done=1, cancelled=1)], "The last batch was cancelled"),
        ([], [batch(DONE, done=9)], "All pictures are made"),
        (
            [],
            [batch(DONE, done=7, failed=1, refused=1)],
            "All done except 2 pictures that need you",
        ),
    ],
)
def test_the_sentence_tells_how_things_stand(
    accounts: list[AccountStatus], batches: list[BatchStatus], words: str
) -> None:
    """Each state has a sentence of its own, with its numbers and, where it waits, until when."""
    assert sentence(accounts, batches, NOW).startswith(words)


def test_of_several_accounts_that_rest_the_first_to_go_on_is_told() -> None:
    """The author reads when the next picture may come, not when all of them may."""
    later = account(resting="Sign in to ChatGPT in this browser").model_copy(
        update={"resting_until": LATER + 1}
    )
    told = sentence([later, account(resting=LIMIT)], [batch(waiting=1)], NOW)
    assert told == f"{LIMIT}; 1 picture left"


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 panel waits for it"), (1_200, "1,200 panels wait for it")]
)
def test_it_tells_whose_approval_is_waited_for(count: int, words: str) -> None:
    """Which picture, how much hangs on it, and the command; of panels not made it says so."""
    held = batch(held=count)
    asked = held.model_copy(update={"approval": Approval(key="ch01/p1", panels=count)})
    told = sentence([account("x")], [asked], NOW)
    assert told == f"Waiting for you to approve ch01/p1; {words}: pressrun approve ch01/p1"
    assert "on panels that were not made" in sentence([account("x")], [held], NOW)
    assert sentence([account("x")], [batch(held=1, waiting=1)], NOW).startswith("Getting a tab")


def test_it_tells_why_a_batch_of_another_site_stands_still() -> None:
    """A batch that this host cannot work on is no reason to say that all is done."""
    why = "This Pressrun works with chatgpt, and not with easel"
    other = batch(PAUSED, waiting=2).model_copy(update={"obstacle": why, "site": "easel"})
    told = "Batch 1 is for easel, which this Pressrun does not work with"
    assert sentence([], [other], NOW) == told
    assert sentence([], [other, batch(PAUSED, waiting=2)], NOW).startswith("Paused with 4")
