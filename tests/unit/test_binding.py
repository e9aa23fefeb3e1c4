"""Whose a chat is: bound by where it is, with words as a check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.pages import answered, picture, reading, user
from pressrun.protocol.messages.page import Reading, SeenTurn
from pressrun.sites.binding import Tie, answer, as_kept, conversation, exchange, holds, unsent
from pressrun.sites.likeness import Likeness
from pressrun.sites.profile import shipped

SITE = shipped("chatgpt")
PROMPT = "A fox in the snow, looking back over its shoulder at the tracks that it has left"
CUT = user(PROMPT[:40] + "\u2026", whole=False)
NAME = "68a1b2c3-0001-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://chatgpt.com/c/68a1-b2c3", "68a1-b2c3"),
        ("https://chatgpt.com/c/68a1-b2c3?model=x#top", "68a1-b2c3"),
        ("https://chatgpt.com/g/g-p-123-novel/c/68a1", "68a1"),
        ("https://chatgpt.com/", None),
        ("https://chatgpt.com/g/g-p-123-novel/project", None),
        ("https://example.com/c/68a1", None),
        ("https://chatgpt.com.example.com/c/68a1", None),
    ],
)
def test_a_conversation_is_named_by_the_sites_own_addresses(url: str, name: str | None) -> None:
    """The name is there as soon as the address has it, and no other site's address has one."""
    assert conversation(SITE, reading(url=url)) == name


@pytest.mark.parametrize(
    ("turns", "ties"),
    [
        ([], ""),
        ([user(PROMPT)], "WSA"),
        ([user(PROMPT.upper().replace(",", " -"))], "WSA"),
        ([user("A letter to my landlord about the boiler")], "A"),
        ([CUT], "SA"),
        ([user(PROMPT + " Edited 08:12")], "SA"),
        ([user("")], "SA"),
        ([answered("Here it is")], "SA"),
        ([user(PROMPT), answered(), user("another", "u2")], "WSA"),
        ([user("another"), answered(), user(PROMPT, "u2")], "WSA"),
        ([CUT, answered(), user("Now a letter to my landlord", "u2")], "SA"),
        ([user("Now a letter to my landlord"), answered(), user("And a poem", "u2")], ""),
    ],
)
def test_a_chat_is_bound_by_where_it_is_and_words_are_a_check(
    turns: list[SeenTurn], ties: str
) -> None:
    """By words alone only where they are ours; where we sent, unless they are another's."""
    known = {"W": Tie.WORDS, "S": Tie.SENT, "A": Tie.ADDRESS}
    page = reading(turns=turns)
    bound = [letter for letter, tie in known.items() if exchange(page, PROMPT, tie) is not None]
    assert "".join(bound) == ties


def test_our_turn_is_the_one_with_our_words_among_several() -> None:
    """Whoever wrote the others."""
    page = reading(turns=[user("another"), answered("no"), user(PROMPT, "u2"), answered("", "a2")])
    chat = exchange(page, PROMPT, Tie.SENT)
    assert chat is not None
    assert (chat.turn and chat.turn.id, [each.id for each in chat.answers]) == ("u2", ["a2"])
    assert not chat.alone


def test_an_answer_whose_question_is_not_shown_is_ours_in_a_chat_of_ours() -> None:
    """The redesign takes the author's part away while it answers."""
    chat = exchange(reading(turns=[answered("", pictures=[picture()])]), PROMPT, Tie.SENT)
    assert chat is not None
    assert chat.turn is None
    assert [each.id for each in chat.answers] == ["a1"]


def test_an_answer_ends_at_the_authors_next_turn() -> None:
    """What answers another turn is never taken for the answer to ours."""
    page = reading(
        turns=[
            answered("before", "a0"),
            user(PROMPT, "u1"),
            answered("one", "a1"),
            answered("two", "a2"),
            user("another", "u2"),
            answered("three", "a3"),
        ]
    )
    assert [turn.id for turn in answer(page, page.turns[1])] == ["a1", "a2"]
    assert [turn.id for turn in answer(page, page.turns[4])] == ["a3"]
    assert answer(page, user("gone", "u9")) == []


def test_a_thread_that_is_drawn_twice_is_one_chat() -> None:
    """Both copies are ours, and nobody else wrote."""
    twice = [CUT, answered("", "a1"), user(CUT.text, "u2", whole=False), answered("", "a2")]
    chat = exchange(reading(turns=twice), PROMPT, Tie.SENT)
    assert chat is not None
    assert chat.alone
    assert [each.id for each in chat.answers] == ["a1", "a2"]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (reading(turns=[user(PROMPT)]), Likeness.OURS),
        (reading(turns=[user("another"), user(PROMPT, "u2")]), Likeness.OURS),
        (reading(turns=[user("a letter"), answered("no")]), Likeness.ANOTHERS),
        (reading(turns=[CUT]), Likeness.UNSURE),
        (reading(turns=[user("a letter"), user(CUT.text, "u2")]), Likeness.UNSURE),
        (reading(turns=[user("a letter")], turn_count=9), Likeness.UNSURE),
        (reading(turns=[answered("no")]), Likeness.UNSURE),
        (reading(), Likeness.UNSURE),
    ],
)
def test_a_chat_is_anothers_only_when_all_of_it_was_read_and_is(
    page: Reading, found: Likeness
) -> None:
    """One turn of which that cannot be told is enough to prove nothing."""
    assert holds(page, PROMPT) == found


@pytest.mark.parametrize(
    ("shown", "proof"),
    [
        ({}, True),
        ({"composer_text": f"{PROMPT}\n"}, True),
        ({"composer_text": PROMPT[:-1]}, False),
        ({"composer_text": ""}, False),
        ({"turns": [answered("")]}, False),
        ({"turn_count": 1}, False),
        ({"loose": [picture()]}, False),
        ({"stop": True}, False),
        ({"url": f"https://chatgpt.com/c/{NAME}"}, False),
        ({"url": f"https://chatgpt.com/c/WEB:{NAME}"}, False),
        ({"url": "https://chatgpt.com/?temporary=false"}, True),
    ],
)
def test_a_document_proves_that_nothing_was_sent_only_if_nothing_in_it_speaks_against(
    shown: dict[str, object],
    proof: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """It holds our prompt, and address, turns, pictures and Stop are those of a fresh chat."""
    assert unsent(SITE, reading(**{"composer_text": PROMPT, **shown}), PROMPT) == proof


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        ("one\ntwo", "one\n\n\ntwo"),
        ("one\ntwo", "one\r\ntwo"),
        ("one\ntwo", "one\rtwo\n"),
        ("one two ", "one\u00a0two\u00a0"),
    ],
)
def test_what_every_editor_changes_is_no_difference(kept: str, text: str) -> None:
    """Runs of line ends, their kinds, and spaces that do not break: an editor owns these."""
    assert as_kept(kept) == as_kept(text)


@given(
    st.text(alphabet="ab \n\u2028😀", max_size=12), st.text(alphabet="ab \n\u2028😀", max_size=12)
)
def test_what_is_kept_alike_has_the_same_letters(one: str, other: str) -> None:
    """Nothing but line ends and outer spaces may differ."""
    if as_kept(one) == as_kept(other):
        assert one.split() == other.split()
