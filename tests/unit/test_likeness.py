"""Whether a shown text is our prompt, and when that cannot be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.sites.likeness import Likeness, likeness

STYLE = (
    "In the style of a hand-inked album of the seventies, flat colours, thick outlines, "
    "a muted palette of ochre and slate, grain as of cheap paper, no lettering anywhere. "
)
PROMPT = (
    STYLE
    + "Mara leans over the rail of the ferry \u2013 \u201cnot yet\u201d, she says; gulls, rain..."
)

SHOWN_AS_OURS = {
    "as it is": PROMPT,
    "lines broken": PROMPT.replace(". ", ".\n\n"),
    "straight quotes": PROMPT.replace("\u201c", '"').replace("\u201d", '"'),
    "other dashes": PROMPT.replace("\u2013", "-"),
    "an ellipsis for dots": PROMPT.replace("...", "\u2026"),
    "no-break spaces": PROMPT.replace(" ", "\N{NO-BREAK SPACE}"),
    "marks of direction": f"\u2067{PROMPT}\u2069",
    "a soft hyphen": PROMPT.replace("palette", "pal\u00adette"),
    "decomposed": PROMPT.replace("album", "a\u0301lbum").replace("a\u0301", "\u00e1"),
}
NOT_TO_BE_TOLD = {
    "cut": PROMPT[:160],
    "cut within a word": PROMPT[:163],
    "cut, with an ellipsis": f"{PROMPT[:160]}\u2026",
    "cut, with a note": f"{PROMPT[:160]} Mehr anzeigen",
    "cut, with an ellipsis and a note": f"{PROMPT[:160]}\u2026 Show more",
    "a note after it": f"{PROMPT} Edited 08:12",
    "a note before it": f"You said: {PROMPT}",
    "notes around a cut": f"You said: {PROMPT[:160]}\u2026 Edited 08:12",
    "words left out": PROMPT.replace("thick outlines, ", ""),
    "nothing": "",
    "an ellipsis alone": "\u2026",
}
ANOTHERS = {
    "another panel": PROMPT.replace("Mara leans over", "Iven turns from"),
    "another word near the end": PROMPT.replace("gulls", "crows"),
    "another word at the start": PROMPT.replace("In the style", "By the hand"),
    "a chat": "How do I get rid of the moss between my paving stones?",
    "two words": "good morning",
}


@pytest.mark.parametrize("shown", SHOWN_AS_OURS.values(), ids=SHOWN_AS_OURS.keys())
def test_our_words_are_ours_however_a_page_writes_them(shown: str) -> None:
    """Marks, spacing and invisible characters are no difference."""
    prompt = PROMPT.replace("album", "\u00e1lbum") if "\u00e1" in shown else PROMPT
    for whole in (True, False):
        assert likeness(prompt, shown, whole=whole) == Likeness.OURS


@pytest.mark.parametrize("shown", NOT_TO_BE_TOLD.values(), ids=NOT_TO_BE_TOLD.keys())
def test_what_only_adds_or_leaves_out_is_never_anothers(shown: str) -> None:
    """Whether or not the page looks as if it showed all of it."""
    for whole in (True, False):
        assert likeness(PROMPT, shown, whole=whole) == Likeness.UNSURE


@pytest.mark.parametrize("shown", ANOTHERS.values(), ids=ANOTHERS.keys())
def test_other_words_in_the_place_of_ours_are_anothers(shown: str) -> None:
    """In a text that is shown whole."""
    assert likeness(PROMPT, shown, whole=True) == Likeness.ANOTHERS


def test_panels_that_differ_by_a_number_are_told_apart() -> None:
    """As those of a book often are."""
    first, second = "Panel 12 of a long night, seed 1", "Panel 13 of a long night, seed 1"
    assert likeness(first, second, whole=True) == Likeness.ANOTHERS
    assert likeness(f"{STYLE}panel 12", f"{STYLE}panel 13", whole=True) == Likeness.ANOTHERS


def test_a_prompt_that_holds_another_is_not_to_be_told() -> None:
    """A page may have added the rest, or left it out."""
    assert likeness("A cat", "A cat on a mat", whole=True) == Likeness.UNSURE
    assert likeness("A cat on a mat", "A cat", whole=True) == Likeness.UNSURE


def test_part_of_a_text_is_anothers_only_where_most_of_it_is_strange() -> None:
    """A collapsed prompt of the same book is not; a long letter is."""
    panel = STYLE + "Iven turns from the window, a lamp in his hand, the cat between his feet"
    assert likeness(PROMPT, panel[:200] + "\u2026", whole=False) == Likeness.UNSURE
    letter = "Dear neighbours, " + "we would like to see all of you in our garden on Sunday " * 3
    assert likeness(PROMPT, letter + "\u2026", whole=False) == Likeness.ANOTHERS


def test_rendered_markdown_and_emoji_as_pictures_are_not_anothers() -> None:
    """Marks go, the numbers of lists may go, links lose their addresses."""
    prompt = (
        "# Scene\n1. **Mara** waves \U0001f44b\n2. _Iven_ nods, see [notes](https://a.example/n)"
    )
    shown = "Scene\nMara waves \nIven nods, see notes"
    assert likeness(prompt, shown, whole=True) == Likeness.UNSURE


def test_languages_without_blanks_are_compared_by_their_letters() -> None:
    """A cut is a cut, and another word another."""
    prompt = "夕暮れの港町、雨に濡れた石畳を猫が歩く"
    assert likeness(prompt, prompt.replace("、", " "), whole=True) == Likeness.OURS
    assert likeness(prompt, prompt[:9], whole=True) == Likeness.UNSURE
    assert likeness(prompt, prompt.replace("猫", "犬"), whole=True) == Likeness.ANOTHERS


@given(st.text(max_size=300), st.integers(0, 300), st.booleans())
def test_a_beginning_of_our_words_is_never_anothers(
    prompt: str,
    most: int,
    whole: bool,  # noqa: FBT001 - Hypothesis gives it
) -> None:
    """Wherever it is cut, and whatever it is made of."""
    assert likeness(prompt, prompt[:most], whole=whole) != Likeness.ANOTHERS
    assert likeness(prompt, prompt, whole=whole) == Likeness.OURS
