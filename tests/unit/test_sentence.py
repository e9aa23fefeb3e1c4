"""The one sentence that says what is happening, or why nothing is."""

from pathlib import Path

import pytest

from helpers.situations import (
    CANCELLED,
    DONE,
    EXAMPLES,
    GATEWAY,
    KEY,
    LATER,
    LIMIT,
    NOW,
    PAUSED,
    SIGN_IN,
    VARIANTS,
    account,
    batch,
)
from pressrun.protocol.messages.batch import BatchStatus
from pressrun.protocol.messages.status import AccountStatus
from pressrun.server.sentence import STATES, Situation, sentence
from pressrun.states import JobState
from pressrun.store.review import Attention, Waited
from pressrun.store.standstill import WaitedFor
from pressrun.words import moment, until

DOCS = Path(__file__).parents[2] / "docs"
AT, UNTIL = moment(LATER, NOW), until(LATER, NOW)
RESTS = f"{LIMIT}. Pressrun tries again {AT}"
SIGNS_IN = "needs you: sign in to ChatGPT in the Pressrun window of your browser"


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_sentence(state: str) -> None:
    """Each is the first that holds for its example, whatever stands below it in the table."""
    told = EXAMPLES[state]
    assert told.status.sentence.startswith(told.says)
    seen = Situation(told.accounts, told.batches, NOW, None)
    assert next(name for name, words in STATES.items() if words(seen) is not None) == state


@pytest.mark.parametrize("name", [*EXAMPLES, *VARIANTS])
def test_the_docs_show_every_state(name: str) -> None:
    """With a picture of the popup."""
    picture = f"images/popup/{name.replace(' ', '-')}.png"
    assert f"| {name} | " in (DOCS / "popup.md").read_text(encoding="utf-8")
    assert picture in (DOCS / "popup.md").read_text(encoding="utf-8")
    assert (DOCS / picture).exists()


@pytest.mark.parametrize("name", VARIANTS)
def test_what_hinders_an_account_is_told(name: str) -> None:
    """Whatever else goes on."""
    told = VARIANTS[name]
    assert told.status.sentence.startswith(told.says)


def test_nobody_is_called_while_what_is_compared_may_end_the_wait() -> None:
    """A repair that comes back in style lets panels go that a drift held."""
    seen = Attention(outliers=1, held=2, first=Waited("ch01/p1", 2), compares=True)
    known = [batch(done=40, held=2, seen=seen)]
    told = sentence([account(None)], known, NOW, browser=None)
    assert told == "Comparing the last pictures with those you approved"


def test_what_waits_for_a_picture_that_is_compared_is_not_called_stuck() -> None:
    """Nothing failed, and there is nothing to retry."""
    known = batch(done=40, held=2, seen=Attention(compares=True))
    assert [(each.text, each.wrong) for each in known.counts] == [
        ("2 waiting for others to be compared", False)
    ]
    told = sentence([account(None)], [known], NOW, browser=None)
    assert told == "Comparing the last pictures with those you approved"


def test_a_long_key_is_cut_in_the_middle_and_its_command_is_whole() -> None:
    """Page and panel are at the end of a key."""
    asked = batch(held=1, approval=KEY)
    told = sentence([], [asked], NOW)
    assert "the-lighthouse-…" in told
    assert "page-012/panel-3; 1 panel" in told
    assert told.endswith(f": pressrun approve {KEY}")


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
            f"{RESTS}; 412 pictures left",
        ),
        (
            [account("a"), account(name="2", resting=LIMIT)],
            [batch(waiting=2, working=1)],
            f"Making 3 pictures in 1 tab. Account 2 rests {UNTIL}: the account has reached its",
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


@pytest.mark.parametrize(
    ("accounts", "words"),
    [
        (
            [account("a"), account(name="2", resting=SIGN_IN, asks=True)],
            f"Making 3 pictures in 1 tab. Account 2 {SIGNS_IN}",
        ),
        (
            [account("a"), account("b", name="2", failing=4)],
            (
                f"Making 3 pictures in 2 tabs. The last 4 attempts of account 2 made no picture: "
                f"{GATEWAY}"
            ),
        ),
        (
            [account("a", failing=3), account("b", name="2", failing=4)],
            (
                f"The last 4 attempts of account 2 made no picture: {GATEWAY}. Pressrun tries again"
                f"; 3 pictures left. The last 3 attempts of account 1 made no picture: {GATEWAY}"
            ),
        ),
        (
            [account("a", failing=3), account(name="2", resting=LIMIT)],
            (
                f"The last 3 attempts of account 1 made no picture: {GATEWAY}. Pressrun tries again"
                f"; 3 pictures left. Account 2 rests {UNTIL}: the account has reached its limit"
            ),
        ),
        (
            [
                account(resting=LIMIT),
                account(name="2", resting=SIGN_IN, asks=True, until=NOW + 60),
            ],
            (
                f"No account can make pictures {UNTIL}; 3 pictures left. Account 2 {SIGNS_IN}. "
                f"Account 1 rests {UNTIL}: the account has reached its limit"
            ),
        ),
        (
            [account(name=name, resting=SIGN_IN, asks=True) for name in ("1", "2")],
            (
                f"No account can make pictures; 3 pictures left. Account 1 {SIGNS_IN}. "
                f"Account 2 {SIGNS_IN}"
            ),
        ),
        (
            [account(resting=LIMIT), account(name="2", connected=False)],
            f"{RESTS}; 3 pictures left",
        ),
        (
            [account("a"), *(account(name=str(n), resting=LIMIT) for n in (2, 3, 4, 5, 6))],
            "Making 3 pictures in 1 tab. "
            + "".join(
                f"Account {n} rests {UNTIL}: the account has reached its limit. " for n in (2, 3, 4)
            )
            + "2 more accounts make no pictures now",
        ),
    ],
)
def test_of_several_accounts_each_that_is_hindered_is_told(
    accounts: list[AccountStatus], words: str
) -> None:
    """One that works hides none that waits for the author, and none that rests hides another."""
    assert sentence(accounts, [batch(waiting=2, working=1)], NOW) == words


def test_a_page_that_says_a_lot_makes_no_sentence_too_long_for_the_wire() -> None:
    """However many accounts there are, and whatever their pages say."""
    long = "x" * 1_000
    accounts = [account(name=str(n), resting=long, asks=True) for n in range(16)]
    failing = [
        account("a", name=str(n), failing=5).model_copy(update={"because": long}) for n in range(16)
    ]
    for several in (accounts, failing, accounts[:1], [*accounts, *failing]):
        told = sentence(several, [batch(waiting=1)], NOW)
        assert len(told) < 1_500
        assert told.count("x" * 200) == told.count("xxx…")


def test_what_another_list_left_over_is_not_forgotten() -> None:
    """A list whose pictures are all made says nothing about the one before it."""
    second, first = batch(DONE, number=2, done=4), batch(DONE, done=10, failed=1, refused=1)
    assert sentence([], [second, first], NOW).startswith("All done except 2 pictures")
    elsewhere = first.model_copy(update={"library": "/another-book"})
    assert sentence([], [second, elsewhere], NOW) == "All pictures are made"
    superseded = first.model_copy(update={"counts": []})
    assert sentence([], [second, superseded], NOW) == "All pictures are made"


def test_what_hinders_accounts_is_not_told_when_nothing_is_left_for_them() -> None:
    """The author is not sent to a browser for nothing."""
    accounts = [account(), account(name="2", resting=SIGN_IN, asks=True)]
    assert sentence(accounts, [batch(DONE, done=9)], NOW) == "All pictures are made"


def test_a_search_that_cannot_go_on_is_told_as_what_hinders_it() -> None:
    """A picture in doubt is looked for in the browser, too."""
    doubt = [batch(doubt=2)]
    assert sentence([], doubt, NOW).startswith("Waiting for the browser: 2 pictures left")
    assert sentence([account(resting=LIMIT)], doubt, NOW) == f"{RESTS}; 2 pictures left"


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 panel waits for it"), (1_200, "1,200 panels wait for it")]
)
def test_it_tells_whose_approval_is_waited_for(count: int, words: str) -> None:
    """Which picture, how much hangs on it, and the command; of panels not made it says so."""
    held = batch(held=count)
    asked = batch(held=count, approval="ch01/p1")
    told = sentence([account("x")], [asked], NOW)
    assert told == f"Waiting for you to approve ch01/p1; {words}: pressrun approve ch01/p1"
    assert "on panels that were not made" in sentence([account("x")], [held], NOW)
    assert sentence([account("x")], [batch(held=1, waiting=1)], NOW).startswith("Getting a tab")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (JobState.REFUSED, "which was refused: change its words, and run it again"),
        (JobState.FAILED, "which failed: pressrun retry 'ch01/p003/panel 2'"),
        (JobState.CANCELLED, "which was skipped: pressrun retry 'ch01/p003/panel 2'"),
        (None, "which has no picture: run it again"),
    ],
)
def test_it_tells_what_waits_in_vain_for_what(state: JobState | None, words: str) -> None:
    """How many, for which panel, why it has no picture, and what the author can do."""
    found = WaitedFor("ch01/p003/panel 2", state, 12)
    told = sentence([account("x")], [batch(held=12, standstill=found)], NOW)
    assert told == f"12 panels wait for ch01/p003/panel 2, {words}"
    found = WaitedFor("ch01/p003/panel 2", state, 1)
    told = sentence([account("x")], [batch(held=1, standstill=found)], NOW)
    assert told.startswith("1 panel waits for ch01/p003/panel 2, which")


def test_what_follows_a_panel_that_is_being_made_is_left_to_make() -> None:
    """It needs nobody's word."""
    made = batch(working=1, held=12, following=11)
    assert (made.waiting, made.held) == (11, 1)
    assert sentence([account("x")], [made], NOW).startswith("Making 12 pictures in 1 tab")
    assert [count.text for count in made.counts] == [
        "1 being made",
        "11 waiting",
        "1 waiting for panels that were not made",
    ]


def test_what_waits_for_a_comparison_is_not_told_as_a_failure() -> None:
    """Nothing went wrong; where nothing else goes on, the sentence says what is waited for."""
    seen = batch(done=3, held=2, comparing=2)
    assert (seen.held, seen.waiting, seen.comparing) == (0, 0, 2)
    assert [(count.text, count.wrong) for count in seen.counts] == [
        ("2 waiting until the picture before is compared", False)
    ]
    told = "Comparing pictures with those you approved; 2 panels wait for that"
    assert sentence([account(None)], [seen], NOW) == told
    paused = batch(PAUSED, done=3, held=2, comparing=2)
    assert sentence([account(None)], [paused], NOW) == "Paused with 2 pictures left"


def test_what_waits_for_a_sheet_that_is_being_made_is_not_told_as_a_failure() -> None:
    """Nothing went wrong, and nothing is to be done before the sheet is there."""
    seen = batch(working=1, held=9, awaiting=8)
    assert [(count.text, count.wrong) for count in seen.counts] == [
        ("1 being made", False),
        ("8 waiting for others that are not approved yet", False),
        ("1 waiting for panels that were not made", True),
    ]


def test_it_tells_why_a_batch_of_another_site_stands_still() -> None:
    """A batch that this host cannot work on is no reason to say that all is done."""
    why = "This Pressrun works with chatgpt, and not with easel"
    other = batch(PAUSED, waiting=2, obstacle=why, site="easel")
    told = "Batch 1 is for easel, which this Pressrun does not work with"
    assert sentence([], [other], NOW) == told
    assert sentence([], [other, batch(PAUSED, waiting=2)], NOW).startswith("Paused with 4")
