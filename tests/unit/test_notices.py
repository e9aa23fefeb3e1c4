"""What the author is told outside the pages: the badge, and notices of events, each once."""

import itertools
import json
import re

import pytest

from helpers.situations import (
    EXAMPLES,
    LATER,
    LIMIT,
    NOW,
    PAUSED,
    VARIANTS,
    Example,
    account,
    batch,
)
from pressrun.install import shipped
from pressrun.protocol.messages.status import Status
from pressrun.protocol.messages.view import NoticeKind, NoticeWords
from pressrun.server.notices import (
    FEW,
    LINGER_SECONDS,
    OLD_SECONDS,
    SETTLE_SECONDS,
    TEXT_CHARS,
    Told,
    badge,
    compact,
    happenings,
)
from pressrun.states import BatchState

NEEDING = {"halted", "asking", "approving", "reviewing", "held", "needs you"} | {
    "sign in",
    "challenge",
    "dialog",
    "several accounts",
}
"""The examples in which nothing goes on, or not all of it, until the author acts."""


@pytest.mark.parametrize("name", [*EXAMPLES, *VARIANTS])
def test_the_badge_calls_the_author_exactly_where_one_is_needed(name: str) -> None:
    """Its title is the sentence, and otherwise it shows what is left."""
    status = (EXAMPLES | VARIANTS)[name].status
    shown = badge(status)
    assert (shown.text == "!", shown.asks) == (name in NEEDING, name in NEEDING)
    assert shown.title == status.sentence
    if name == "making":
        assert shown.text == "83"
    if name in {"all made", "nothing", "paused"}:
        assert shown.text is None


def test_a_full_disk_calls_the_author() -> None:
    """Whatever else the status says."""
    assert badge(EXAMPLES["making"].status, halted="The disk is full").text == "!"


@pytest.mark.parametrize("count", [1, 940, 999, 1_000, 1_240, 9_999, 10_000, 38_412, 10**6, 10**12])
def test_a_number_on_the_badge_has_four_characters_at_most(count: int) -> None:
    """Chrome cuts what is longer."""
    assert 0 < len(compact(count)) <= 4


def test_a_number_on_the_badge_is_never_more_than_there_is() -> None:
    """It is rounded down."""
    assert [compact(count) for count in (999, 1_290, 9_999, 38_999, 1_999_999)] == [
        "999",
        "1.2k",
        "9.9k",
        "38k",
        "1M",
    ]


def kinds(status: Status) -> list[NoticeKind]:
    """Return the kinds of what a status tells."""
    return [each.notice.kind for each in happenings(status)]


@pytest.mark.parametrize("name", [*EXAMPLES, *VARIANTS])
def test_every_standstill_is_told(name: str) -> None:
    """As something that needs the author, or as a stop that ends by itself."""
    told = kinds((EXAMPLES | VARIANTS)[name].status)
    assert (NoticeKind.NEEDS_YOU in told) == (name in NEEDING - {"needs you"})
    assert (NoticeKind.STOPPED in told) == (name == "resting")


@pytest.mark.parametrize("name", [*EXAMPLES, *VARIANTS])
def test_a_notice_says_what_happens_and_no_command(name: str) -> None:
    """A click does more than a command that nobody can copy there."""
    for each in happenings((EXAMPLES | VARIANTS)[name].status):
        assert each.notice.says or each.notice.text
        assert ": pressrun" not in each.notice.text
        assert len(each.notice.text) <= TEXT_CHARS


@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_that_a_notice_says_is_there_in_each_language(language: str) -> None:
    """With a place for each figure and name that comes with it."""
    path = shipped.folder("extension") / "_locales" / language / "messages.json"
    words = json.loads(path.read_text(encoding="utf-8"))
    statuses = [each.status for each in [*EXAMPLES.values(), *VARIANTS.values()]]
    for status in [*statuses, ended(NOW, done=115, refused=1)]:
        for each in happenings(status):
            for said in (each.notice.title, *each.notice.says):
                forms = ["_one", "_many"] if said.figures else [""]
                for form in forms:
                    message = words[f"told_{said.words}{form}"]["message"]
                    filled = len([*said.figures, *said.names])
                    told = {int(number) for number in re.findall(r"\$(\d)", message)}
                    least = set(range(1, filled + 1)) - ({1} if form == "_one" else set())
                    assert least <= told <= set(range(1, filled + 1)), said


def test_a_notice_leads_to_what_it_tells_of() -> None:
    """To the tab that waits, in its own browser; to the picture that is to be approved."""
    (signing,) = happenings(VARIANTS["sign in"].status)
    assert (signing.notice.tab, signing.profile) == (1, "this-profile")
    (approving,) = happenings(EXAMPLES["approving"].status)
    assert (approving.notice.library, approving.notice.key) == ("/book-pictures", "ch01/p1")


def test_a_short_rest_is_not_told() -> None:
    """It is over before anybody has looked."""
    account_ = account(None, resting=LIMIT, until=NOW + 30)
    assert kinds(Example("", [account_], [batch(waiting=9)]).status) == []
    account_ = account(None, resting=LIMIT, until=LATER)
    assert kinds(Example("", [account_], [batch(waiting=9)]).status) == [NoticeKind.STOPPED]


def test_the_first_picture_is_told_while_it_is_news() -> None:
    """Not in the middle of a run, nor of a run that is as good as over."""
    for made in range(6):
        status = Example("", [account("k")], [batch(done=made, waiting=99, working=1)]).status
        assert (kinds(status) == [NoticeKind.FIRST]) == (1 <= made <= FEW)
    status = Example("", [account("k")], [batch(done=1, working=1)]).status
    assert kinds(status) == []


def ended(at: float, *, done: int = 120, number: int = 1, refused: int = 0) -> Status:
    """Return the status after a batch has ended."""
    made = batch(BatchState.DONE, number=number, done=done, refused=refused)
    return Example("", [], [made.model_copy(update={"ended_at": at})]).status


def test_the_end_of_a_batch_is_told_with_what_became_of_it() -> None:
    """Also of what was not made."""
    (told,) = happenings(ended(NOW, done=115, refused=5))
    assert told.notice.title == NoticeWords(words="ended", names=["book.txt"])
    assert told.notice.says == [
        NoticeWords(words="made", figures=[120, 115]),
        NoticeWords(words="refused", figures=[5]),
    ]


def test_the_end_of_one_more_take_is_not_told() -> None:
    """Its author sits before it."""
    assert happenings(ended(NOW, done=1)) == []


def test_the_takes_before_it_make_the_end_of_one_more_no_news() -> None:
    """A batch that stands for earlier ones counts what is its own."""
    status = ended(NOW, done=40)
    few = [each.model_copy(update={"earlier": 39}) for each in status.batches]
    assert happenings(status.model_copy(update={"batches": few})) == []
    many = [each.model_copy(update={"earlier": 30}) for each in status.batches]
    (told,) = happenings(status.model_copy(update={"batches": many}))
    assert told.notice.says == [NoticeWords(words="made", figures=[10, 10])]


def test_a_batch_that_ends_again_is_told_again() -> None:
    """Pictures were tried again in it."""
    told = Told([], NOW)
    for at in (NOW, NOW, NOW + 60, NOW + 60):
        for each in told.due(happenings(ended(at)), NOW + 61):
            told.tell(each)
    assert told.names == {f"ended-1-{NOW:.0f}", f"ended-1-{NOW + 60:.0f}"}


def test_what_ended_long_ago_is_not_told() -> None:
    """Such as all batches that there were before this version."""
    told = Told([], NOW)
    assert told.due(happenings(ended(NOW - OLD_SECONDS - 1)), NOW) == []
    assert len(told.due(happenings(ended(NOW - OLD_SECONDS + 1, number=2)), NOW)) == 1


ASKING = happenings(EXAMPLES["approving"].status)


def test_a_standstill_is_told_once_it_lasts() -> None:
    """One that is over with the next step never was one."""
    told = Told([], NOW)
    assert told.due(ASKING, NOW) == []
    assert told.is_pending
    assert told.due([], NOW + 1) == []
    assert not told.is_pending
    assert told.due(ASKING, NOW + 2) == []
    assert told.due(ASKING, NOW + 2 + SETTLE_SECONDS) == ASKING


def test_it_is_told_until_somebody_heard_it_and_then_no_more() -> None:
    """A browser that is away hears of it when it comes."""
    told = Told([], NOW)
    told.due(ASKING, NOW)
    late = NOW + SETTLE_SECONDS
    assert told.due(ASKING, late) == told.due(ASKING, late) == ASKING
    told.tell(ASKING[0])
    for later in range(1, 10_000, 60):
        assert told.due(ASKING, late + later) == []
    assert not told.is_pending


def test_a_stop_that_is_tried_again_in_between_is_one_event() -> None:
    """A limit is tested by a prompt now and then; only what was over for long comes anew."""
    told = Told(["approving-1"], NOW)
    clock = itertools.count(int(NOW), int(LINGER_SECONDS) - 1)
    for now, holds in zip(clock, [True, False, True, False, True], strict=False):
        assert told.due(ASKING if holds else [], now) == []
    late = next(clock) + LINGER_SECONDS
    assert told.due([], late) == []
    assert told.names == frozenset()
    told.due(ASKING, late + 1)
    assert told.due(ASKING, late + 1 + SETTLE_SECONDS) == ASKING


def test_what_an_earlier_host_told_is_not_told_again() -> None:
    """However long there was none."""
    first = Told([], NOW)
    first.due(ASKING, NOW)
    first.tell(ASKING[0])
    second = Told(first.names, NOW + 86_400)
    assert second.due(ASKING, NOW + 86_400 + SETTLE_SECONDS) == []


def test_a_paused_batch_is_still_the_one_whose_first_picture_was_told() -> None:
    """It is not told again when the batch goes on."""
    about = [
        happenings(Example("", [], [batch(state, done=2, waiting=99)]).status)
        for state in (BatchState.RUNNING, PAUSED)
    ]
    assert [each.notice.id for found in about for each in found] == ["first-1", "first-1"]
