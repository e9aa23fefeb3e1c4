"""What lost, aside, twice and misfiled mean: each can be found, and nothing else is forgiven."""

from collections.abc import Sequence
from typing import Any

import pytest

from helpers.ledgers import failed, made, sent
from pressrun.picture.recipe import words_sha256
from pressrun.simulator import promises
from pressrun.simulator.ledger import Entry, SiteLedger
from pressrun.simulator.promises import FiledPicture, Needs, OwnTurn, Promises, SentAttempt
from pressrun.states import Ending

FERRY = words_sha256("p1 a ferry")
TRAM = words_sha256("p2 a tram")
SHEET = "5" * 64


def test_a_picture_is_lost_unless_its_bytes_are_kept() -> None:
    """Every picture counts, also the second of one answer."""
    ledger = SiteLedger([sent(1, "t1"), made(2, "t1", sha256="one"), made(2, "t1", sha256="two")])
    assert promises.missing(ledger, {"one", "two"}) == ([], [])
    assert promises.missing(ledger, {"two"}) == (["file of t1 of t1"], [])


def test_a_picture_is_aside_only_while_its_own_attempt_is_open() -> None:
    """And only where an audit says that an attempt may be open."""
    ledger = SiteLedger([sent(1, "t1"), made(2, "t1"), sent(3, "t2"), made(4, "t2")])
    assert promises.missing(ledger, (), {"t2"}) == (["file of t1 of t1"], ["file of t2 of t2"])
    assert len(promises.missing(ledger, ())[0]) == 2
    assert promises.missing(ledger, {"t1", "t2"}, {"t2"}) == ([], [])


@pytest.mark.parametrize(
    ("entries", "wanted", "wrong"),
    [
        ([sent(1, "t1")], 1, False),
        ([sent(1, "t1")], 0, True),
        ([sent(1, "t1"), sent(2, "t2")], 1, True),
        ([sent(1, "t1"), sent(2, "t2")], 2, False),
        ([sent(1, "t1"), failed(2, "t1"), sent(3, "t2")], 1, False),
        ([sent(1, "t1"), failed(2, "t1"), sent(2, "t2")], 1, False),
        ([sent(1, "t1"), failed(3, "t1"), sent(2, "t2")], 1, True),
        ([sent(1, "t1"), failed(2, "t1"), sent(3, "t2"), sent(4, "t3")], 1, True),
        ([sent(1, "t1"), failed(2, "other"), sent(3, "t2")], 1, True),
        ([sent(1, "t1"), sent(2, "t2"), failed(2, "t2")], 1, True),
    ],
    ids=[
        "once",
        "nobody wanted it",
        "twice",
        "two jobs or an order",
        "after a failure",
        "at the moment of a failure",
        "before the failure",
        "twice after one failure",
        "after a failure of something else",
        "at the moment of its own failure",
    ],
)
def test_a_prompt_is_sent_once_more_only_for_a_reason(
    entries: Sequence[Entry],
    wanted: int,
    wrong: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """The reason has to be there before the prompt is sent."""
    found = promises.sent_too_often(SiteLedger(list(entries)), {FERRY: wanted})
    assert list(found) == ([FERRY] if wrong else [])


def test_a_prompt_that_no_job_has_is_sent_for_no_reason() -> None:
    """A prompt of which the store knows nothing is nobody's."""
    assert list(promises.sent_too_often(SiteLedger([sent(1, "t1")]), {TRAM: 1})) == [FERRY]


def test_the_first_send_of_the_next_attempt_counts() -> None:
    """A failure between its two sends excuses neither."""
    ledger = SiteLedger([sent(1, "t1"), sent(2, "t2"), failed(3, "t1"), sent(4, "t3")])
    attempts = [
        SentAttempt("1.1", 1, Ending.FAILED, ["t1"]),
        SentAttempt("1.2", 1, Ending.DONE, ["t2", "t3"]),
    ]
    assert [each.name for each, _ in promises.sent_again(ledger, attempts)] == ["1.2", "1.1"]


@pytest.mark.parametrize(
    ("ending", "turns", "entries", "wrong"),
    [
        (Ending.FAILED, ["t1"], [failed(2, "t1")], []),
        (Ending.FAILED, ["t1"], [], ["was sent again"]),
        (Ending.FAILED, ["t1"], [failed(9, "t1")], ["was sent again"]),
        (Ending.FAILED, ["t1"], [failed(3, "t1")], []),
        (Ending.UNSENT, [], [], []),
        (Ending.UNSENT, ["t1"], [], ["was sent again"]),
        (Ending.FAILED, [], [], ["was sent again"]),
        (Ending.ABANDONED, ["t1"], [], []),
        (None, ["t1"], [], ["was sent again"]),
        (Ending.ABANDONED, ["t1", "t0"], [], ["was sent 2 times"]),
    ],
)
def test_an_attempt_is_followed_by_another_only_for_a_reason(
    ending: Ending | None, turns: list[str], entries: list[Entry], wrong: list[str]
) -> None:
    """A recorded failure, a true proof or the author's order; and one Send for each attempt."""
    ledger = SiteLedger([sent(0, "t0"), sent(1, "t1"), *entries, sent(3, "t2")])
    attempts = [
        SentAttempt("1.1", 1, ending, turns),
        SentAttempt("1.2", 1, Ending.DONE, ["t2"]),
        SentAttempt("2.1", 2, None, []),
    ]
    found = promises.sent_again(ledger, attempts)
    assert [(each.name, what) for each, what in found] == [("1.1", what) for what in wrong]


@pytest.mark.parametrize(
    ("sha256", "origin", "beside", "wrong"),
    [
        ("ferry", FERRY, False, False),
        ("ferry", TRAM, False, True),
        ("ferry", f"{FERRY} {SHEET}", False, True),
        ("tram", f"{TRAM} {SHEET}", False, False),
        ("tram", TRAM, False, True),
        ("other", FERRY, False, True),
        ("other", FERRY, True, False),
        ("tram", FERRY, True, True),
        ("twin", FERRY, False, False),
        ("twin", f"{TRAM} {SHEET}", False, False),
        ("twin", TRAM, False, True),
    ],
)
def test_a_picture_is_misfiled_unless_it_was_made_for_its_panel(
    sha256: str,
    origin: str,
    beside: bool,  # noqa: FBT001 - a column of the table
    wrong: bool,  # noqa: FBT001
) -> None:
    """From the panel's words and references; what is kept beside may be unknown to the site."""
    ledger = SiteLedger(
        [
            sent(1, "t1"),
            made(2, "t1", sha256="ferry"),
            made(2, "t1", sha256="twin"),
            sent(1, "t2", "p2 a tram", references=[SHEET]),
            made(2, "t2", "p2 a tram", "tram"),
            made(2, "t2", "p2 a tram", "twin"),
        ]
    )
    picture = FiledPicture("p1", sha256, origin, beside)
    assert promises.misfiled(ledger, [picture]) == ([picture] if wrong else [])


NOTE = "her coat is red"
SCENE = SiteLedger(
    [
        sent(1, "t1", references=[SHEET], chat="scene"),
        made(2, "t1"),
        sent(3, "t2", "p2 a tram", chat="scene"),
        made(4, "t2", "p2 a tram"),
        sent(5, "t3", NOTE, chat="scene"),
        made(6, "t3", NOTE),
        sent(7, "t4", NOTE, references=["9" * 64], chat="scene"),
        made(8, "t4", NOTE),
        sent(9, "t5", NOTE, chat="elsewhere"),
        made(9, "t5", NOTE),
    ]
)
"""A chat that was begun with a reference picture and gone on in for a panel and two notes."""

WITH_SHEET = f"{words_sha256(NOTE)} {SHEET}"
FIRST = frozenset({"t1"})
SECOND = frozenset({"t2"})


@pytest.mark.parametrize(
    ("turn", "own", "wrong"),
    [
        ("t1", {"t1": OwnTurn(f"{FERRY} {SHEET}", first=True)}, False),
        ("t1", {"t1": OwnTurn(FERRY, first=True)}, True),
        ("t1", {"t2": OwnTurn(f"{FERRY} {SHEET}")}, True),
        ("t1", {}, True),
        ("t2", {"t2": OwnTurn(f"{TRAM} {SHEET}")}, False),
        ("t2", {"t2": OwnTurn(TRAM)}, True),
        ("t2", {"t2": OwnTurn(f"{FERRY} {SHEET}")}, True),
        ("t2", {"t2": OwnTurn(f"{TRAM} {SHEET}", first=True)}, True),
        ("t3", {"t3": OwnTurn(WITH_SHEET, FIRST)}, False),
        ("t3", {"t3": OwnTurn(WITH_SHEET, SECOND)}, False),
        ("t3", {"t3": OwnTurn(WITH_SHEET, frozenset({"t4"}))}, True),
        ("t3", {"t3": OwnTurn(WITH_SHEET, frozenset())}, True),
        ("t3", {"t4": OwnTurn(WITH_SHEET, FIRST)}, True),
        ("t4", {"t4": OwnTurn(f"{words_sha256(NOTE)} {'9' * 64}", SECOND)}, False),
        ("t4", {"t4": OwnTurn(WITH_SHEET, SECOND)}, True),
        ("t5", {"t5": OwnTurn(words_sha256(NOTE), FIRST)}, True),
    ],
    ids=[
        "the first of its chat",
        "with a reference that was not asked for",
        "made by another panel's turn",
        "made by a turn that nobody here sent",
        "with the references of its chat's start",
        "without the references of its chat's start",
        "in other words than it was to be sent in",
        "in a chat that was begun before, and not in a fresh one",
        "a note below the picture that it corrects",
        "a note below another picture that it corrects",
        "a note above the picture that it corrects",
        "a note about a picture that the site never made",
        "a note that another attempt sent in the same words",
        "a note with a picture of its own",
        "a note with a picture that nobody ordered",
        "a note in another chat than the picture that it corrects",
    ],
)
def test_a_picture_is_right_by_the_turn_that_made_it(
    turn: str,
    own: dict[str, OwnTurn],
    wrong: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Sent by an attempt at that panel, in its words, with its references, in its chat."""
    picture = FiledPicture("p1", turn, "what the panel asked for", turns=own)
    assert promises.misfiled(SCENE, [picture]) == ([picture] if wrong else [])


def test_the_turns_of_a_scene_go_with_the_references_of_its_start_in_every_audit() -> None:
    """Also in one that does not know which attempt sent which turn."""
    right = FiledPicture("p2", "t2", f"{TRAM} {SHEET}")
    wrong = FiledPicture("p2", "t2", TRAM)
    assert promises.misfiled(SCENE, [right, wrong]) == [wrong]


def test_what_no_attempt_sent_is_told() -> None:
    """Whatever its words are."""
    attempts = [
        SentAttempt("1.1", 1, Ending.DONE, ["t1"]),
        SentAttempt("2.1", 2, None, ["t2", "t3", "t5"]),
    ]
    assert [each.turn for each in promises.unordered(SCENE, attempts)] == ["t4"]


BEFORE = [sent(1, "t1"), made(2, "t1", sha256="one")]
"""The panel before, and its picture."""


@pytest.mark.parametrize(
    ("entries", "needs", "wrong"),
    [
        ([*BEFORE, sent(3, "t2", references=[SHEET, "one"])], {}, ""),
        ([*BEFORE, sent(3, "t2", references=["one", SHEET])], {}, "without the picture before it"),
        ([*BEFORE, sent(3, "t2")], {}, "without the picture before it"),
        ([*BEFORE, sent(3, "t2", references=["one"])], {"last": ""}, "without the picture before"),
        ([*BEFORE, sent(3, "t2", references=["one"])], {"makers": ["t9"]}, "did not have"),
        ([*BEFORE, sent(1.5, "t2", references=["one"])], {}, "did not have"),
        ([*BEFORE, sent(3, "t2")], {"last": None}, ""),
        ([sent(3, "t2", references=[SHEET])], {"last": None, "sheets": [SHEET]}, ""),
        ([sent(3, "t2")], {"last": None, "sheets": [SHEET]}, "without its approved sheet"),
        ([sent(3, "t2", references=[SHEET])], {"last": None, "sheets": [""]}, "approved sheet"),
    ],
    ids=[
        "as it should be",
        "not as the last one",
        "without it",
        "none on record",
        "that of another panel",
        "before it was made",
        "it follows none",
        "with its sheet",
        "without its sheet",
        "before there was one",
    ],
)
def test_what_is_sent_before_what_it_needs_is_told(
    entries: list[Entry], needs: dict[str, Any], wrong: str
) -> None:
    """The ledger tells with what, and when each of it was there."""
    told = {"name": "p2", "turns": ["t2"], "last": "one", "makers": ["t1"], **needs}
    found = promises.early(SiteLedger(entries), [Needs(**told)])
    assert (wrong in found[0]) if wrong else not found


def test_a_chat_has_its_sheet_from_its_start() -> None:
    """And not from what was sent there later."""
    entries = [
        sent(1, "t1", chat="c"),
        sent(2, "t2", references=[SHEET], chat="c"),
        sent(3, "t3", chat="c"),
    ]
    needs = [Needs(turn, [turn], sheets=[SHEET]) for turn in ("t1", "t2", "t3")]
    assert promises.early(SiteLedger(list(entries)), needs) == ["t1 without its approved sheet"]


def test_any_broken_promise_is_told() -> None:
    """What is aside breaks none."""
    assert Promises([], ["aside"], [], []).clean
    for broken in (
        Promises(["lost"], [], [], []),
        Promises([], [], ["twice"], []),
        Promises([], [], [], ["misfiled"]),
        Promises([], [], [], [], early=["early"]),
        Promises([], [], [], [], replaced=["replaced"]),
    ):
        assert not broken.clean
