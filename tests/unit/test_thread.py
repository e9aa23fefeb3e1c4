"""Where our turn is in a chat in which we sent before."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.pages import answered, reading, user
from pressrun.protocol.messages.page import Reading, SeenTurn
from pressrun.sites import thread

FOX = "A fox in the snow, looking back over its shoulder at the tracks that it has left"
HARE = "A hare under a bare hedge at dusk, ears flat, while the first stars come out above it"
OWL = "An owl on a fence post, seen from below against a moon with a ring around it"
RED = "Her coat is red, everything else as it is"
TAXES = "Explain in three sentences how income taxes work for a freelance illustrator"


def shows(*texts: str, more: int = 0, cut: int = 0) -> Reading:
    """Return a chat with these turns of an author's, each of them answered.

    Args:
        texts: of the turns.
        more: how many turns are not told.
        cut: so many letters of each text are shown, as a page does that collapses it.
    """
    turns: list[SeenTurn] = []
    for number, text in enumerate(texts):
        told = f"{text[:cut]}…" if cut and len(text) > cut else text
        turns.append(user(told, f"u{number}", whole=told == text))
        turns.append(answered("Here it is.", f"a{number}"))
    return reading(turns=turns, turn_count=len(turns) + more)


@pytest.mark.parametrize(
    ("page", "before", "words", "ours"),
    [
        (shows(FOX, HARE), [FOX], HARE, "u1"),
        (shows(FOX, HARE, OWL), [FOX], HARE, "u1"),
        (shows(FOX, HARE, OWL), [FOX, HARE], OWL, "u2"),
        (shows(HARE, OWL, more=2), [FOX, HARE], OWL, "u1"),
        (shows(FOX, FOX), [FOX], FOX, "u1"),
        (shows(RED, RED, more=2), [FOX, RED], RED, "u1"),
        (shows(FOX, HARE, cut=20), [FOX], HARE, "u1"),
        (shows(FOX, RED, cut=20), [FOX], RED, "u1"),
        (shows(FOX, TAXES, HARE), [FOX], HARE, "u2"),
        (shows(TAXES, FOX, HARE), [FOX], HARE, "u2"),
        (shows(FOX, HARE, TAXES), [FOX], HARE, "u1"),
    ],
    ids=[
        "the second",
        "with a later one of ours",
        "the third",
        "with an earlier one hidden",
        "with the same words as the first",
        "with the same words as the one before, the first hidden",
        "all collapsed",
        "a note below a collapsed prompt",
        "below what the author wrote",
        "after a first turn of the author's",
        "above what the author wrote",
    ],
)
def test_our_turn_is_the_one_after_those_that_we_know(
    page: Reading, before: list[str], words: str, ours: str
) -> None:
    """By the order in which they were sent, with words as a check."""
    found = thread.lay(page, before, words).ours
    assert found is not None
    assert found.id == ours


@pytest.mark.parametrize(
    ("page", "before"),
    [
        (shows(FOX), [FOX]),
        (shows(FOX, HARE), [FOX, HARE]),
        (shows(HARE, more=2), [FOX, HARE]),
        (shows(FOX, HARE, cut=20), [FOX, HARE]),
        (shows(FOX, FOX), [FOX, FOX]),
    ],
)
def test_a_chat_is_as_we_left_it_where_our_last_turn_is_the_last(
    page: Reading, before: list[str]
) -> None:
    """Then it can be gone on in, and what is not there was not sent."""
    assert thread.fault(page, before) is None
    found = thread.lay(page, before, OWL)
    assert found.as_left
    assert found.ours is None


@pytest.mark.parametrize(
    ("page", "before", "fault"),
    [
        (shows(FOX, TAXES), [FOX], "somebody else wrote in the chat"),
        (shows(TAXES), [FOX], "somebody else wrote in the chat"),
        (shows(FOX, TAXES, HARE), [FOX, HARE], "somebody else wrote in the chat"),
        (reading(), [FOX], "the chat is not shown whole"),
        (shows(FOX), [FOX, HARE], "somebody else wrote in the chat"),
    ],
)
def test_a_chat_that_is_not_as_we_left_it_is_not_gone_on_in(
    page: Reading, before: list[str], fault: str
) -> None:
    """Whoever wrote there, and whatever is missing."""
    assert thread.fault(page, before) == fault


def test_where_two_readings_fit_as_well_nothing_is_concluded() -> None:
    """The same words again and again, of which a page shows the end alone."""
    found = thread.lay(shows(RED, RED, more=4), [FOX, RED, RED], RED)
    assert found == thread.UNCLEAR


def test_the_same_words_prove_nothing_where_ours_may_be_the_one_that_is_shown() -> None:
    """A page that hides its first turn without a word would show just this."""
    found = thread.lay(shows(FOX), [FOX], FOX)
    assert not found.certain
    assert found.ours is None


@dataclass(frozen=True)
class Written:
    """What somebody wrote in a chat."""

    name: str
    text: str
    ours: bool


@st.composite
def chats(draw: st.DrawFn) -> tuple[list[str], str, list[Written], Reading]:
    """Draw a chat: what we know of it, what is in it, and what a page shows of it."""
    few = st.sampled_from([FOX, HARE, OWL, RED])
    before, words = draw(st.lists(few, min_size=1, max_size=4)), draw(few)
    arrived = draw(st.booleans())
    sent = [*before, words] if arrived else before
    content = [Written(f"ours{n}", text, ours=n == len(before)) for n, text in enumerate(sent)]
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(content)))
        content.insert(at, Written(f"author{at}{len(content)}", TAXES, ours=False))
    hidden = draw(st.integers(0, len(content) - 1))
    told = draw(st.booleans())
    cut = draw(st.sampled_from([0, 25]))
    turns = []
    for each in content[hidden:]:
        short = bool(cut) and len(each.text) > cut
        text = f"{each.text[:cut]}…" if short else each.text
        turns += [user(text, each.name, whole=not short), answered("Done.", f"{each.name}a")]
    count = len(turns) + (2 * hidden if told else 0)
    return before, words, content, reading(turns=turns, turn_count=count)


@settings(max_examples=1500)
@given(chats())
def test_no_other_turn_is_ever_taken_for_ours(
    chat: tuple[list[str], str, list[Written], Reading],
) -> None:
    """And none is proved unsent that was sent: whatever is hidden, collapsed or written between."""
    before, words, content, page = chat
    found = thread.lay(page, before, words)
    ours = {each.name for each in content if each.ours}
    hidden = page.turn_count == len(page.turns) and len(page.turns) < 2 * len(content)
    if found.ours is not None and not (hidden and not found.certain):
        assert found.ours.id in ours
    if found.as_left and found.certain:
        assert not ours


def test_of_two_equal_turns_after_those_that_we_know_neither_is_taken_for_ours() -> None:
    """The author may have written our very words a moment before."""
    found = thread.lay(shows(FOX, RED, RED), [FOX], RED)
    assert (found.ours, found.as_left) == (None, False)
