"""The one sentence that says what is happening, or why nothing is."""

import pytest

from pressrun.protocol.messages.batch import Approval, BatchStatus
from pressrun.protocol.messages.status import AccountStatus, TabStatus
from pressrun.server.sentence import STATES, Situation, sentence
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


def account(
    *keys: str | None, connected: bool = True, resting: str | None = None, failing: int = 0
) -> AccountStatus:
    """Return an account with one tab for each key."""
    return AccountStatus(
        account="1",
        connected=connected,
        resting=resting,
        failing=failing,
        because="a gateway error" if failing else None,
        resting_until=LATER if resting else None,
        tabs=[
            TabStatus(tab=number, doing="", key=key, since=NOW, made=0)
            for number, key in enumerate(keys)
        ],
    )


APPROVAL = batch(held=12).model_copy(update={"approval": Approval(key="ch01/p1", panels=12)})
OTHER = batch(BatchState.PAUSED, waiting=2).model_copy(update={"obstacle": "no", "site": "easel"})

EXAMPLES: dict[str, tuple[list[AccountStatus], list[BatchStatus], str]] = {
    "no browser": ([], [batch(waiting=3)], "Waiting for the browser: 3 pictures left"),
    "resting": ([account(resting=LIMIT)], [batch(waiting=4)], f"{LIMIT}; 4 pictures left"),
    "failing": (
        [account("a", failing=5)],
        [batch(waiting=3, working=1)],
        "The last 5 attempts made no picture: a gateway error. Pressrun tries again; 4",
    ),
    "making": ([account("a", failing=2)], [batch(working=1)], "Making 1 picture in 1 tab"),
    "saving": ([account(None)], [batch(working=1)], "Saving 1 picture"),
    "getting ready": ([account(None)], [batch(waiting=1, working=1)], "Getting a tab ready; 2"),
    "other site": ([], [OTHER], "Batch 1 is for easel"),
    "paused": ([], [batch(BatchState.PAUSED, waiting=2)], "Paused with 2 pictures left"),
    "finding out": ([], [batch(doubt=3, asking=1)], "Finding out what became of 2 pictures"),
    "asking": ([], [batch(doubt=1, asking=1)], "Nothing left to make, but 1 picture needs your"),
    "approving": ([], [APPROVAL], "Waiting for you to approve ch01/p1; 12 panels wait for it"),
    "held": ([], [batch(held=1)], "1 picture depends on panels that were not made"),
    "cancelled": ([], [batch(BatchState.CANCELLED, cancelled=1)], "The last batch was cancelled"),
    "needs you": (
        [],
        [batch(BatchState.DONE, refused=5)],
        "All done except 5 pictures that need you: pressrun panels",
    ),
    "all made": ([], [batch(BatchState.DONE, done=9)], "All pictures are made"),
    "nothing": ([], [], "Nothing to make; start with: pressrun run FILE"),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_sentence(state: str) -> None:
    """Each is the first that holds for its example, whatever stands below it in the table."""
    accounts, batches, words = EXAMPLES[state]
    assert sentence(accounts, batches, NOW).startswith(words)
    seen = Situation(accounts, batches, NOW, None)
    assert next(name for name, told in STATES.items() if told(seen) is not None) == state


def test_a_long_key_is_cut_in_the_middle_and_its_command_is_whole() -> None:
    """Page and panel are at the end of a key."""
    key = "the-lighthouse-at-the-end-of-the-world/chapter-01/page-012/panel-3"
    asked = batch(held=1).model_copy(update={"approval": Approval(key=key, panels=1)})
    told = sentence([], [asked], NOW)
    assert "the-lighthouse-…" in told
    assert "page-012/panel-3; 1 panel" in told
    assert told.endswith(f": pressrun approve {key}")


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
            "All done except 2 pictures that need you: pressrun panels",
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
    later = account(resting="Sign in to ChatGPT in the Pressrun window of your browser").model_copy(
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
